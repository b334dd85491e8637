//! Best execution: which trades, over shards of pools and lanes of markets, serve a wallet best.
//!
//! A route sends one token and receives another. It may split an amount over several venues and
//! paths and pass through up to three other tokens; every trade of it is one instruction, and all are executed in one transaction or none is. It never uses an account twice,
//! so that every quote in it is made of a state that is still true when its turn comes.
//!
//! # What is compared
//!
//! Flows of the whole amount: what arrives, less what compute units and rents cost if the request
//! says what they are worth. Shards charge large trades a lower rate, so that one trade in one small
//! shard often beats a split, and marginal prices alone do not lead to the best route: which venues
//! take part is searched (`search`), how much each gets follows marginal prices (`improve`).
//! Transactions that would be too large, lock too many accounts or need too many compute units are
//! left out.
//!
//! # Spreading
//!
//! Traders who ask at the same time would all get the same shards. So of shards that are about as good
//! the trader's address picks one ([`RouteRequest::choice`]): a route may be worse than the best that
//! was found by a basis point, unless another tolerance is asked for. That what was found is at most a
//! basis point worse than the best there is holds without a tolerance, and is tested without one: the
//! tolerance is a price that the caller agrees to, for not waiting behind everyone else.
//!
//! # Slippage
//!
//! The amounts of all instructions are fixed when they are signed. Where the amount sent is given,
//! each trade must deliver at least what the next one sends on. By default that is all that is
//! quoted: the tolerance is granted to the last trades alone, nothing is left behind in tokens that
//! were only passed through, and where an earlier price has become worse in between, the transaction
//! fails as a whole and can be routed anew. A [`hop
//! tolerance`](RouteRequest::hop_tolerance_bps) lets earlier trades deliver so much less. The next
//! trade then sends on only that, and the rest stays in the wallet as the token passed through:
//! [`Route::leftovers`] tells how much. Where the amount received is given it is the other way round:
//! the first trades are granted the tolerance, and an earlier trade buys what a later one may need
//! at most.
//!
//! Books trade whole lots. What is less than a lot stays in the wallet: [`Route::unspent`] of the
//! token sent, a leftover of others, and an exact amount received may come with a little more.

mod accounts;
mod error;
mod flow;
mod graph;
mod improve;
mod paths;
mod repair;
mod report;
mod request;
mod score;
mod search;
mod settle;
mod size;
mod spread;
mod venue;

pub use error::RouteError;
pub use report::{Leftover, Route, RouteFees, RouteLeg, TakeLeg};
pub use request::{RouteCosts, RouteLimits, RouteRequest, SolPrice, TransactionSize, Venues};

use graph::Graph;
use score::Costs;
use search::{Candidate, search};
use size::Measure;

use crate::{markets::Markets, quote::SwapKind};

/// Trades one after the other, at most.
pub const MAX_HOPS: usize = 4;
/// Trades in all, at most: about as many as the accounts of a transaction leave room for.
pub const MAX_LEGS: usize = 16;

/// The best route for a request.
///
/// # Errors
/// [`RouteError`]: there is no way between the tokens, not enough liquidity, or nothing within the
/// limits.
#[tracing::instrument(level = "debug", skip_all, fields(mint_in = %request.mint_in, mint_out = %request.mint_out, amount = request.amount))]
pub fn route(venues: &Venues<'_>, request: &RouteRequest<'_>) -> Result<Route, RouteError> {
    check(request)?;
    let markets = without_excluded(venues.markets, request);
    let venues = Venues {
        pools: venues.pools,
        markets: markets.as_ref().unwrap_or(venues.markets),
    };
    let costs = priced(&venues, request);
    let measure = Measure::new(request);
    let mut graph = Graph::new(venues, request)?;
    let candidates = search(&mut graph, request.amount, costs, &measure);
    if candidates.is_empty() {
        return Err(why_none(&venues, request, &mut graph));
    }
    let mut last = None;
    let spread = spread::spread(&graph, &candidates[0].flow, costs, &measure);
    let flows = candidates.iter().map(|Candidate { flow, .. }| flow);
    for flow in spread.iter().chain(flows) {
        match settle::settle(&graph, flow, &costs, &measure) {
            Ok(route) if measure.allows(&route.transaction, route.legs.len()) => {
                tracing::debug!(
                    legs = route.legs.len(),
                    sent = route.sent,
                    received = route.received,
                    "routed"
                );
                return Ok(route);
            }
            Ok(route) => {
                let smallest = route.transaction;
                last = Some(RouteError::TooLarge { smallest });
            }
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| why_none(&venues, request, &mut graph)))
}

fn check(request: &RouteRequest<'_>) -> Result<(), RouteError> {
    const WHOLE: u16 = sealane_core::units::BPS;
    if request.mint_in == request.mint_out {
        return Err(RouteError::SameMint {
            mint: request.mint_in,
        });
    }
    if request.amount == 0 {
        return Err(RouteError::ZeroAmount);
    }
    for bps in [request.slippage_tolerance_bps, request.hop_tolerance_bps] {
        if bps > WHOLE {
            return Err(RouteError::InvalidSlippage { bps });
        }
    }
    Ok(())
}

/// A copy of the markets without the lanes that are excluded, if any are.
fn without_excluded(markets: &Markets, request: &RouteRequest<'_>) -> Option<Markets> {
    let lanes = request.excluded.iter();
    let mut lanes = lanes.filter(|at| markets.lane(at).is_some()).peekable();
    lanes.peek()?;
    let mut copy = markets.clone();
    for lane in lanes {
        copy.remove_lane(lane, u64::MAX);
    }
    Some(copy)
}

/// The request's costs, with the price of SOL in the token that routes are compared in.
fn priced(venues: &Venues<'_>, request: &RouteRequest<'_>) -> Costs {
    /// A tenth of a SOL: far above what a transaction costs, and little for most pools.
    const SAMPLE: u64 = 100_000_000;
    const SAMPLES_PER_SOL: u64 = 10;
    let counted = match request.kind {
        SwapKind::ExactIn => request.mint_out,
        SwapKind::ExactOut => request.mint_in,
    };
    let units_per_sol = match request.costs.sol_price {
        SolPrice::Ignored => 0,
        SolPrice::UnitsPerSol(units) => units,
        SolPrice::Routed { mint } if mint == counted => SAMPLE * SAMPLES_PER_SOL,
        SolPrice::Routed { mint } => {
            let sample = RouteRequest {
                mint_in: mint,
                mint_out: counted,
                amount: SAMPLE,
                kind: SwapKind::ExactIn,
                ..*request
            };
            let graph = Graph::new(*venues, &sample);
            let units = graph
                .ok()
                .and_then(|mut graph| paths::simple(&mut graph, SAMPLE));
            units.unwrap_or(0).saturating_mul(SAMPLES_PER_SOL)
        }
    };
    Costs::new(&request.costs, units_per_sol)
}

/// Why an amount finds no route though there are ways.
fn why_none(venues: &Venues<'_>, request: &RouteRequest<'_>, graph: &mut Graph<'_>) -> RouteError {
    if let Some(refusal) = graph.refusal() {
        return refusal;
    }
    let unlimited = RouteRequest {
        limits: RouteLimits {
            max_hops: request.limits.max_hops,
            max_legs: MAX_LEGS,
            max_accounts: usize::MAX,
            max_bytes: usize::MAX,
            max_compute_units: u64::MAX,
        },
        ..*request
    };
    if let Some(smallest) = smallest(venues, &unlimited) {
        return RouteError::TooLarge { smallest };
    }
    let (amount, kind) = (request.amount, request.kind);
    let mut is_possible = |amount| {
        let request = RouteRequest {
            amount,
            ..unlimited
        };
        smallest(venues, &request).is_some()
    };
    let most = most(amount, &mut is_possible);
    if most == 0
        && let Some(least) = least(amount, &mut is_possible)
    {
        return RouteError::AmountTooSmall {
            amount,
            kind,
            least,
        };
    }
    RouteError::NotEnoughLiquidity { amount, kind, most }
}

/// The smallest transaction among routes that come to mind first; `None` if there are none.
fn smallest(venues: &Venues<'_>, request: &RouteRequest<'_>) -> Option<TransactionSize> {
    let measure = Measure::new(request);
    let mut graph = Graph::new(*venues, request).ok()?;
    let found = search::first_flows(&mut graph, request.amount, &measure);
    let mut judge = score::Judge::new(&graph, request.amount, Costs::default());
    let sizes = found.iter().filter_map(|candidate| {
        judge.score(&candidate.flow)?;
        Some(measure.of_flow(&graph, &candidate.flow, &judge.amounts).0)
    });
    sizes.min_by_key(|size| (size.bytes, size.accounts))
}

/// Searches are ended at a thousandth.
const PRECISION: u64 = 1_000;

/// About the largest amount below one that is too much.
fn most(too_much: u64, is_possible: &mut impl FnMut(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, too_much);
    while low == 0 && high > 1 {
        if is_possible(high / 2) {
            low = high / 2;
        } else {
            high /= 2;
        }
    }
    while low > 0 && high - low > 1 + low / PRECISION {
        let middle = low + (high - low) / 2;
        if is_possible(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// About the smallest amount above one that is too little, if there is any.
fn least(too_little: u64, is_possible: &mut impl FnMut(u64) -> bool) -> Option<u64> {
    let (mut low, mut high) = (too_little, too_little.checked_mul(2)?);
    while !is_possible(high) {
        (low, high) = (high, high.checked_mul(2)?);
    }
    while high - low > 1 + low / PRECISION {
        let middle = low + (high - low) / 2;
        if is_possible(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

#[cfg(test)]
mod tests;
