//! From a flow to a route: every leg is quoted exactly, by the code that quotes single trades.

use sealane_core::book::{BookSide, Lots, SelfTrade};
use solana_pubkey::Pubkey;

use super::{
    Leftover, Route, RouteError, RouteFees, RouteLeg, TakeLeg, TransactionSize,
    flow::Flow,
    graph::{Edge, Graph, Source},
    report::side_in,
    score::Costs,
    size::{Lanes, LegShape, Measure},
    venue::{Ladder, Venue, any_price},
};
use crate::{
    amount,
    book::TakeLimits,
    markets::MarketError,
    quote::{
        QuoteRequest, SwapKind, SwapTakeQuote, SwapTakeRequest, VenueChoice,
        quote_exact_in_on_shard, quote_exact_out_on_shard, quote_swap_take,
    },
};

/// Quotes a flow's legs and sums them up.
pub(super) fn settle(
    graph: &Graph<'_>,
    flow: &Flow,
    costs: &Costs,
    measure: &Measure,
) -> Result<Route, RouteError> {
    let request = &graph.request;
    let kind = graph.kind();
    let mut known = vec![0u64; graph.nodes.len()];
    known[graph.root] = request.amount;
    let mut legs: Vec<(usize, RouteLeg)> = Vec::new();
    for fork in flow.forks(graph) {
        let end = fork.end;
        let total = known[graph.edges[flow.branches[fork.start].edge].tail];
        let mut left = total;
        for at in fork {
            let branch = flow.branches[at];
            let part = flow.part(graph, at, end, total, left);
            left -= part;
            if part == 0 {
                continue;
            }
            let edge = &graph.edges[branch.edge];
            let leg = quote(graph, edge, part)?;
            // What the next trade can count on, or what the one before has to deliver.
            let on = match kind {
                SwapKind::ExactIn => leg.minimum_received(),
                SwapKind::ExactOut => leg.maximum_sent(),
            };
            known[edge.head] = known[edge.head].saturating_add(on);
            legs.push((branch.edge, leg));
        }
    }
    if kind == SwapKind::ExactOut {
        legs.reverse();
    }
    let size = measured(graph, measure, &legs);
    Ok(summed_up(graph, legs, size, costs))
}

/// One leg, with the tolerance that its place in the route has.
fn quote(graph: &Graph<'_>, edge: &Edge, part: u64) -> Result<RouteLeg, RouteError> {
    let request = &graph.request;
    let kind = graph.kind();
    let (tail, head) = (graph.nodes[edge.tail].mint, graph.nodes[edge.head].mint);
    let (mint_in, mint_out) = match kind {
        SwapKind::ExactIn => (tail, head),
        SwapKind::ExactOut => (head, tail),
    };
    let tolerance = match edge.head == graph.goal {
        true => request.slippage_tolerance_bps,
        false => request.hop_tolerance_bps,
    };
    match (edge.source, &edge.venue) {
        (Source::Market { market, side }, Venue::Market(ladder)) => {
            let taken = take(graph, ladder, (&market, side), part, tolerance)?;
            let leg = take_leg(graph, taken, mint_in, mint_out)?;
            Ok(RouteLeg::Market(Box::new(leg)))
        }
        (Source::Shard { pool, index }, _) => {
            let request = QuoteRequest {
                pool,
                mint_in,
                amount: part,
                slippage_tolerance_bps: tolerance,
                choice: VenueChoice::BEST,
            };
            let pools = graph.venues.pools;
            let quote = match kind {
                SwapKind::ExactIn => quote_exact_in_on_shard(pools, &request, index),
                SwapKind::ExactOut => quote_exact_out_on_shard(pools, &request, index),
            };
            Ok(RouteLeg::Pool(Box::new(quote?)))
        }
        (Source::Market { .. }, Venue::Shard(_)) => Err(MarketError::NoOrders.into()),
    }
}

fn take(
    graph: &Graph<'_>,
    ladder: &Ladder,
    (market, side): (&Pubkey, BookSide),
    part: u64,
    tolerance: u16,
) -> Result<SwapTakeQuote, MarketError> {
    let kind = graph.kind();
    let limits = TakeLimits {
        max_lanes: ladder.lanes(kind, part),
        // Without the transfers, which the quote adds itself.
        ..TakeLimits {
            max_compute_units: graph.take_limits().max_compute_units,
            ..TakeLimits::default()
        }
    };
    let (lots, maximum_sent) = match kind {
        SwapKind::ExactIn => (None, Some(part)),
        SwapKind::ExactOut => {
            let lots = ladder.lots(kind, part).ok_or(MarketError::NoOrders)?;
            (Some(Lots(lots)), None)
        }
    };
    let request = SwapTakeRequest {
        market: *market,
        trader: graph.request.trader,
        side,
        limit: any_price(side),
        lots,
        maximum_sent,
        slippage_tolerance_bps: tolerance,
        whole: kind == SwapKind::ExactOut,
        self_trade: SelfTrade::Abort,
        referrer: None,
    };
    let mut quote = quote_swap_take(graph.venues.markets, &request, &limits)?;
    if kind == SwapKind::ExactOut {
        // What was asked for; whole lots may give more.
        quote.minimum_received = part;
    }
    Ok(quote)
}

fn take_leg(
    graph: &Graph<'_>,
    quote: SwapTakeQuote,
    mint_in: Pubkey,
    mint_out: Pubkey,
) -> Result<TakeLeg, MarketError> {
    let config = graph.venues.markets.known(&quote.request.market)?.market;
    let outcome = &quote.outcome;
    let (decimals_in, decimals_out, arrives, paid) = match quote.request.side {
        BookSide::Bid => (
            config.quote_decimals,
            config.base_decimals,
            outcome.value.saturating_add(outcome.fee),
            outcome.base,
        ),
        BookSide::Ask => (
            config.base_decimals,
            config.quote_decimals,
            outcome.base,
            outcome.value.saturating_sub(outcome.fee),
        ),
    };
    Ok(TakeLeg {
        market: quote.request.market,
        vault_shard: quote.vault_shard,
        side_in: side_in(quote.request.side),
        mint_in,
        mint_out,
        decimals_in,
        decimals_out,
        sent: quote.sent,
        received: quote.received,
        minimum_received: quote.minimum_received,
        maximum_sent: quote.maximum_sent,
        lots: outcome.lots.0,
        lanes: outcome.lanes.clone(),
        orders: outcome.fills.len(),
        taker_fee: outcome.fee,
        transfer_fee_in: quote.sent.saturating_sub(arrives),
        transfer_fee_out: paid.saturating_sub(quote.received),
        execution_price: outcome.execution_price.unwrap_or_default(),
        price_impact_bps: outcome.price_impact_bps,
        compute_units: outcome.compute_units,
        slot: outcome.slot,
        quote,
    })
}

/// The transaction of these legs, with the lanes that their quotes name.
fn measured(graph: &Graph<'_>, measure: &Measure, legs: &[(usize, RouteLeg)]) -> TransactionSize {
    let shapes = legs.iter().map(|(edge, leg)| {
        let edge = &graph.edges[*edge];
        match leg {
            RouteLeg::Pool(quote) => LegShape {
                edge,
                lanes: Lanes::Met(0),
                reaped: &[],
                units: edge.venue.units(graph.kind(), quote.sent),
            },
            RouteLeg::Market(take) => LegShape {
                edge,
                lanes: Lanes::Named(&take.lanes),
                reaped: &take.quote.outcome.reaped,
                units: take.compute_units,
            },
        }
    });
    measure.of_legs(graph, shapes)
}

fn summed_up(
    graph: &Graph<'_>,
    legs: Vec<(usize, RouteLeg)>,
    transaction: TransactionSize,
    costs: &Costs,
) -> Route {
    let request = &graph.request;
    let legs: Vec<RouteLeg> = legs.into_iter().map(|(_, leg)| leg).collect();
    let total = |of: &dyn Fn(&RouteLeg) -> Option<u64>| -> u64 {
        legs.iter().filter_map(of).fold(0, u64::saturating_add)
    };
    let first = |leg: &RouteLeg| leg.mint_in() == request.mint_in;
    let last = |leg: &RouteLeg| leg.mint_out() == request.mint_out;
    let sent = total(&|leg| first(leg).then(|| leg.sent()));
    let received = total(&|leg| last(leg).then(|| leg.received()));
    let minimum = total(&|leg| last(leg).then(|| leg.minimum_received()));
    let maximum = total(&|leg| first(leg).then(|| leg.maximum_sent()));
    let decimals_in = legs
        .iter()
        .find(|leg| first(leg))
        .map(|leg| leg.decimals().0);
    let decimals_out = legs
        .iter()
        .find(|leg| last(leg))
        .map(|leg| leg.decimals().1);
    let (decimals_in, decimals_out) = (
        decimals_in.unwrap_or_default(),
        decimals_out.unwrap_or_default(),
    );
    let price = amount::ratio(
        amount::to_decimal(received, decimals_out),
        amount::to_decimal(sent, decimals_in),
    );
    let unspent = match request.kind {
        SwapKind::ExactIn => request.amount.saturating_sub(sent),
        SwapKind::ExactOut => 0,
    };
    let mut route = Route {
        kind: request.kind,
        mint_in: request.mint_in,
        mint_out: request.mint_out,
        decimals_in,
        decimals_out,
        sent,
        received,
        minimum_received: minimum,
        maximum_sent: maximum,
        unspent,
        leftovers: Vec::new(),
        fees: fees(&legs),
        received_per_sent: price.unwrap_or_default(),
        price_impact_bps: price_impact(request.mint_in, request.mint_out, &legs),
        transaction,
        cost_lamports: 0,
        slot: legs.iter().map(RouteLeg::slot).min().unwrap_or_default(),
        legs,
    };
    let tokens = route.passed_through();
    route.cost_lamports = costs.lamports(transaction.compute_units, tokens.len());
    route.leftovers = tokens
        .into_iter()
        .filter_map(|mint| leftover(&route.legs, mint))
        .collect();
    route
}

/// What stays of a token that is passed through, if anything.
fn leftover(legs: &[RouteLeg], mint: Pubkey) -> Option<Leftover> {
    let arrived = legs.iter().filter(|leg| leg.mint_out() == mint);
    let arrived: u64 = arrived.map(RouteLeg::received).fold(0, u64::saturating_add);
    let left = legs.iter().filter(|leg| leg.mint_in() == mint);
    let left: u64 = left.map(RouteLeg::sent).fold(0, u64::saturating_add);
    let amount = arrived.saturating_sub(left);
    (amount > 0).then_some(Leftover { mint, amount })
}

fn fees(legs: &[RouteLeg]) -> Vec<RouteFees> {
    let mut fees: Vec<RouteFees> = Vec::new();
    let mut charge = |mint: Pubkey, lp: u64, protocol: u64, taker: u64, transfer: u64| {
        if lp == 0 && protocol == 0 && taker == 0 && transfer == 0 {
            return;
        }
        let at = fees.iter().position(|known| known.mint == mint);
        let at = at.unwrap_or_else(|| {
            fees.push(RouteFees {
                mint,
                lp: 0,
                protocol: 0,
                taker: 0,
                transfer: 0,
            });
            fees.len() - 1
        });
        let sum = &mut fees[at];
        sum.lp = sum.lp.saturating_add(lp);
        sum.protocol = sum.protocol.saturating_add(protocol);
        sum.taker = sum.taker.saturating_add(taker);
        sum.transfer = sum.transfer.saturating_add(transfer);
    };
    for leg in legs {
        match leg {
            RouteLeg::Pool(quote) => {
                charge(quote.mint_in, 0, 0, 0, quote.transfer_fee_in);
                let transfer = quote.transfer_fee_out;
                charge(
                    quote.mint_out,
                    quote.lp_fee,
                    quote.protocol_fee,
                    0,
                    transfer,
                );
            }
            RouteLeg::Market(take) => {
                let quote_mint = match take.quote.request.side {
                    BookSide::Bid => take.mint_in,
                    BookSide::Ask => take.mint_out,
                };
                charge(quote_mint, 0, 0, take.taker_fee, 0);
                charge(take.mint_in, 0, 0, 0, take.transfer_fee_in);
                charge(take.mint_out, 0, 0, 0, take.transfer_fee_out);
            }
        }
    }
    fees
}

/// The part of the value that is lost by size: along a path what each leg leaves is multiplied, and
/// side by side legs count by what they send. Rounded up.
fn price_impact(mint_in: Pubkey, mint_out: Pubkey, legs: &[RouteLeg]) -> u32 {
    const WHOLE: u128 = 1_000_000_000_000;
    const BPS: u128 = 10_000;
    // What is left of a unit of value at each token when it arrives at the end.
    let mut left: Vec<(Pubkey, u128)> = vec![(mint_out, WHOLE)];
    for (at, leg) in legs.iter().enumerate().rev() {
        let mint = leg.mint_in();
        // Once for all legs of a token: they have all been passed when its first is met.
        let is_first = legs[..at].iter().all(|other| other.mint_in() != mint);
        if !is_first {
            continue;
        }
        let beside = legs.iter().filter(|other| other.mint_in() == mint);
        let (mut kept, mut sent) = (0u128, 0u128);
        for leg in beside {
            let behind = left.iter().find(|(mint, _)| *mint == leg.mint_out());
            let behind = behind.map_or(WHOLE, |(_, part)| *part);
            let own = BPS.saturating_sub(u128::from(leg.price_impact_bps()));
            kept += u128::from(leg.sent()) * (behind * own / BPS / 1_000_000);
            sent += u128::from(leg.sent()) * (WHOLE / 1_000_000);
        }
        let part = kept.saturating_mul(WHOLE / 1_000_000) / sent.max(1) * 1_000_000;
        left.push((mint, part));
    }
    let kept = left.iter().find(|(mint, _)| *mint == mint_in);
    let lost = WHOLE - kept.map_or(WHOLE, |(_, part)| (*part).min(WHOLE));
    u32::try_from((lost * BPS).div_ceil(WHOLE)).unwrap_or(u32::MAX)
}
