//! Taking and crossing.

use sealane_core::book::{Crossed, MAX_LANES, cross};
use sealane_orderbook::{
    SwapTakeParams, TakeParams, accounts, errors::OrderbookError, instruction as arguments,
    state::pause, swap_flag,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{
    OpenLaneRequest, deposit_in_market_instructions, instruction, open_lane_instructions,
    reap_instruction, tokens, with_lanes,
};
use crate::{
    book::{LaneSnapshot, TakeLimits},
    markets::{MarketError, Markets},
    plan::{Caller, Plan},
    quote::{
        SwapTakeQuote, SwapTakeRequest, TakeOutcome, TakeQuote, TakeRequest, quote_swap_take,
        quote_take_by,
    },
    tx::{MAX_TRANSACTION_SIZE, transaction_size},
};

/// How many lanes fit behind these instructions' accounts: each costs an address and an index.
///
/// The last of the instructions is the one that names them.
#[must_use]
pub fn lanes_that_fit(instructions: &[Instruction], payer: &Pubkey) -> usize {
    const BYTES_PER_LANE: usize = 33;
    let size = transaction_size(instructions, payer);
    (MAX_TRANSACTION_SIZE.saturating_sub(size) / BYTES_PER_LANE).min(MAX_LANES)
}

/// What a quote expects to be done in front of its take: lanes to be reaped.
#[must_use]
pub fn reaps_in_front(outcome: &TakeOutcome) -> Vec<Instruction> {
    outcome.reaped.iter().map(reap_instruction).collect()
}

/// A plan with as many lanes as fit into a transaction: reaps in front leave room for fewer.
fn fitting<Q>(
    mut max_lanes: usize,
    payer: &Pubkey,
    plan: impl Fn(usize) -> Result<Plan<Q>, MarketError>,
    outcome: impl Fn(&Q) -> &TakeOutcome,
) -> Result<Plan<Q>, MarketError> {
    loop {
        let mut plan = plan(max_lanes)?;
        let outcome = outcome(&plan.quote);
        let reaps = reaps_in_front(outcome);
        let (lanes, has_reaps) = (outcome.lanes.len(), !reaps.is_empty());
        plan.instructions.splice(0..0, reaps);
        let size = transaction_size(&plan.instructions, payer);
        if size <= MAX_TRANSACTION_SIZE || !has_reaps || lanes <= 1 {
            return Ok(plan);
        }
        max_lanes = lanes - 1;
    }
}

/// Takes with a lane from the lanes that serve it best, as many as fit into the transaction. Lanes
/// with many expired orders in the way are reaped in front. The signer is the caller's owner: the
/// lane's owner or delegate.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, no lane has an order within the limit, or the
/// program would refuse.
pub fn take_instructions(
    markets: &Markets,
    request: &TakeRequest,
    limits: &TakeLimits,
    caller: &Caller,
) -> Result<Plan<TakeQuote>, MarketError> {
    funded_take_instructions(markets, request, &Funding::default(), limits, caller)
}

/// What a transaction does to a lane before the lane takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funding {
    /// How the lane is opened, if it is not there yet.
    pub opened: Option<OpenLaneRequest>,
    /// Base units of the caller's that are deposited.
    pub base: u64,
    /// Quote units of the caller's that are deposited.
    pub quote: u64,
}

/// As [`take_instructions`], with a lane that the same transaction opens or funds first.
///
/// # Errors
/// As [`take_instructions`], [`deposit_instructions`](super::deposit_instructions) and
/// [`open_lane_instructions`].
pub fn funded_take_instructions(
    markets: &Markets,
    request: &TakeRequest,
    funding: &Funding,
    limits: &TakeLimits,
    caller: &Caller,
) -> Result<Plan<TakeQuote>, MarketError> {
    let (front, taker) = funded(markets, &request.lane, funding, caller)?;
    if ![Some(taker.owner()), taker.delegate()].contains(&Some(caller.owner)) {
        return Err(OrderbookError::WrongAuthority.into());
    }
    let behind = |take: Instruction| [&front[..], &[take]].concat();
    let bare = take_instruction(&taker.market(), request, &[], u16::MAX, caller);
    let fit = lanes_that_fit(&behind(bare), &caller.payer);
    let max_lanes = limits.max_lanes.min(fit);
    let plan = |max_lanes| {
        let limits = TakeLimits {
            max_lanes,
            ..*limits
        };
        let quote = quote_take_by(markets, &taker, request, &limits)?;
        let (lanes, most) = (&quote.outcome.lanes, quote.outcome.order.max_orders);
        let take = take_instruction(&quote.market, request, lanes, most, caller);
        Ok(Plan {
            instructions: behind(take),
            quote,
        })
    };
    fitting(max_lanes, &caller.payer, plan, |quote| &quote.outcome)
}

/// What opens and funds a lane, and the lane as it is then.
fn funded(
    markets: &Markets,
    address: &Pubkey,
    funding: &Funding,
    caller: &Caller,
) -> Result<(Vec<Instruction>, LaneSnapshot), MarketError> {
    let (mut front, mut lane) = match &funding.opened {
        None => (Vec::new(), markets.known_lane(address)?.lane.clone()),
        Some(request) => {
            let plan = open_lane_instructions(request)?;
            if plan.lane != *address {
                return Err(MarketError::UnknownLane { lane: *address });
            }
            let sizes = markets.known(&request.market)?.market.sizes();
            let referrer = request.referrer.as_ref();
            let (market, owner) = (&request.market, &request.owner);
            let lane = LaneSnapshot::opened(market, owner, sizes, request.capacity, referrer);
            (plan.instructions, lane)
        }
    };
    if (funding.base, funding.quote) != (0, 0) {
        let market = lane.market();
        let (base, quote) = (funding.base, funding.quote);
        let plan = deposit_in_market_instructions(markets, &market, address, caller, base, quote)?;
        let mut credited = lane.lane_mut();
        let header = credited.header_mut();
        header.credit_base(plan.quote.base_credited)?;
        header.credit_quote(plan.quote.quote_credited)?;
        front.extend(plan.instructions);
    }
    Ok((front, lane))
}

/// Takes with a lane from these lanes, named in this order.
#[must_use]
pub fn take_instruction(
    market: &Pubkey,
    request: &TakeRequest,
    lanes: &[Pubkey],
    max_orders: u16,
    caller: &Caller,
) -> Instruction {
    let accounts = accounts::Take {
        market: *market,
        lane: request.lane,
        authority: caller.owner,
    };
    let order = TakeParams {
        side: request.side as u8,
        self_trade: request.self_trade as u8,
        max_orders,
        limit: request.limit.0,
        lots: request.lots.0,
        max_quote: request.max_quote.unwrap_or(u64::MAX),
        deadline: caller.deadline,
        time_in_force: request.time_in_force,
    };
    with_lanes(
        instruction(&accounts, &arguments::Take { order }),
        lanes,
        true,
    )
}

/// Takes with a wallet from the lanes that serve it best, as many as fit into the transaction.
/// Lanes with many expired orders in the way are reaped in front.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, no lane has an order within the limit, or the
/// program would refuse.
pub fn swap_take_instructions(
    markets: &Markets,
    request: &SwapTakeRequest,
    limits: &TakeLimits,
    caller: &Caller,
) -> Result<Plan<SwapTakeQuote>, MarketError> {
    if request.trader != caller.owner {
        return Err(OrderbookError::WrongOwner.into());
    }
    let config = markets.known(&request.market)?.market;
    let both = tokens(config);
    let received = both[request.side as usize];
    let some_shard = markets.vault_shards(&request.market).next();
    let some_shard = some_shard.ok_or(MarketError::NoVaultShards {
        market: request.market,
    })?;
    // The largest that it can become but for the lanes.
    let bare = swap_take(
        markets,
        request,
        some_shard.address,
        (0, 0),
        &[],
        u16::MAX,
        caller,
    )?;
    let bare = caller.plan(&[received], bare, ()).instructions;
    let max_lanes = limits.max_lanes.min(lanes_that_fit(&bare, &caller.payer));
    let plan = |max_lanes| {
        let limits = TakeLimits {
            max_lanes,
            ..*limits
        };
        let quote = quote_swap_take(markets, request, &limits)?;
        let take = swap_take_instruction(markets, &quote, caller)?;
        Ok(caller.plan(&[received], take, quote))
    };
    fitting(max_lanes, &caller.payer, plan, |quote| &quote.outcome)
}

/// What a take by a wallet says on chain: of a quote all that its instruction needs, so that it can
/// be built where the quote itself is not at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapTakeOrder {
    /// What is asked for.
    pub request: SwapTakeRequest,
    /// The vault shard that is paid and that pays.
    pub vault_shard: Pubkey,
    /// The most that may leave the wallet.
    pub maximum_sent: u64,
    /// The least that must arrive.
    pub minimum_received: u64,
    /// The lanes to name, in this order.
    pub lanes: Vec<Pubkey>,
    /// Those of them to reap in front of the take.
    pub reaped: Vec<Pubkey>,
    /// At most so many resting orders are met.
    pub max_orders: u16,
}

impl From<&SwapTakeQuote> for SwapTakeOrder {
    fn from(quote: &SwapTakeQuote) -> Self {
        let outcome = &quote.outcome;
        Self {
            request: quote.request,
            vault_shard: quote.vault_shard,
            maximum_sent: quote.maximum_sent,
            minimum_received: quote.minimum_received,
            lanes: outcome.lanes.clone(),
            reaped: outcome.reaped.clone(),
            max_orders: outcome.order.max_orders,
        }
    }
}

/// Executes a quote at hand, with [`reaps_in_front`] of it.
///
/// # Errors
/// [`MarketError`] if the cache no longer holds the market.
pub fn swap_take_instruction(
    markets: &Markets,
    quote: &SwapTakeQuote,
    caller: &Caller,
) -> Result<Instruction, MarketError> {
    swap_take_order_instruction(markets, &quote.into(), caller)
}

/// As [`swap_take_instruction`], of what is said on chain.
///
/// # Errors
/// [`MarketError`] if the cache no longer holds the market.
pub fn swap_take_order_instruction(
    markets: &Markets,
    order: &SwapTakeOrder,
    caller: &Caller,
) -> Result<Instruction, MarketError> {
    swap_take(
        markets,
        &order.request,
        order.vault_shard,
        (order.maximum_sent, order.minimum_received),
        &order.lanes,
        order.max_orders,
        caller,
    )
}

fn swap_take(
    markets: &Markets,
    request: &SwapTakeRequest,
    vault_shard: Pubkey,
    (maximum_sent, minimum_received): (u64, u64),
    lanes: &[Pubkey],
    max_orders: u16,
    caller: &Caller,
) -> Result<Instruction, MarketError> {
    let config = markets.known(&request.market)?.market;
    let [base, quote] = tokens(config);
    let mut shards = markets.vault_shards(&request.market);
    let shard = shards.find(|entry| entry.address == vault_shard);
    let shard = shard.ok_or(MarketError::MissingAccount {
        address: vault_shard,
        what: "a vault shard",
    })?;
    let accounts = accounts::SwapTake {
        market: request.market,
        vault_shard,
        trader: caller.owner,
        trader_base: caller.account(&base),
        trader_quote: caller.account(&quote),
        base_vault: shard.vault_shard.base_vault,
        quote_vault: shard.vault_shard.quote_vault,
        base_mint: base.mint,
        quote_mint: quote.mint,
        base_token_program: base.program,
        quote_token_program: quote.program,
    };
    let mut flags = 0;
    for (bit, set) in [
        (swap_flag::WHOLE, request.whole),
        (swap_flag::REFERRER, request.referrer.is_some()),
    ] {
        flags |= if set { bit } else { 0 };
    }
    let order = SwapTakeParams {
        side: request.side as u8,
        self_trade: request.self_trade as u8,
        flags,
        max_orders,
        limit: request.limit.0,
        lots: request.lots.map_or(u64::MAX, |lots| lots.0),
        maximum_sent,
        minimum_received,
        deadline: caller.deadline,
    };
    let take = instruction(&accounts, &arguments::SwapTake { order });
    let take = with_lanes(take, request.referrer.as_slice(), true);
    Ok(with_lanes(take, lanes, true))
}

/// What crossing two lanes comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrossQuote {
    /// The market.
    pub market: Pubkey,
    /// The lane with the bids.
    pub bids: Pubkey,
    /// The lane with the asks.
    pub asks: Pubkey,
    /// What trades, and what the caller's lane earns.
    pub crossed: Crossed,
}

/// Lets two lanes trade while their best prices cross, at most `most` pairs of orders. The reward
/// goes to the caller's `lane`, which is neither of the two.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, or the program would refuse.
pub fn cross_instructions(
    markets: &Markets,
    lane: &Pubkey,
    (bids, asks): (&Pubkey, &Pubkey),
    most: u16,
    caller: &Caller,
) -> Result<Plan<CrossQuote>, MarketError> {
    if bids == asks || lane == bids || lane == asks {
        return Err(OrderbookError::DuplicateLane.into());
    }
    let market = markets.known_lane(lane)?.lane.market();
    let config = markets.known(&market)?.market;
    config.require_active(pause::CROSS)?;
    let mut bid_lane = markets.known_lane(bids)?.lane.clone();
    let mut ask_lane = markets.known_lane(asks)?.lane.clone();
    if bid_lane.market() != market || ask_lane.market() != market {
        return Err(OrderbookError::WrongMarket.into());
    }
    let moment = markets.known_moment()?;
    let crossed = cross(
        &config.fees(),
        &mut bid_lane.lane_mut(),
        &mut ask_lane.lane_mut(),
        moment,
        most,
        |_| {},
    )?;
    let accounts = accounts::Cross {
        market,
        lane: *lane,
        authority: caller.owner,
        bids: *bids,
        asks: *asks,
    };
    Ok(Plan {
        instructions: vec![instruction(&accounts, &arguments::Cross { most })],
        quote: CrossQuote {
            market,
            bids: *bids,
            asks: *asks,
            crossed,
        },
    })
}

#[cfg(test)]
mod tests;
