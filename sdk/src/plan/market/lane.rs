//! Lanes: opening, growing, emptying, closing.

use sealane_core::book::{MAX_CAPACITY, MIN_CAPACITY, Order};
use sealane_orderbook::{
    accounts, errors::OrderbookError, instruction as arguments, state::lane_account_len,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{
    cancel_all_instruction,
    funds::{WithdrawalQuote, withdraw_exactly},
    instruction,
};
use crate::{
    address::{self, SYSTEM_PROGRAM},
    markets::{LaneEntry, MarketError, Markets},
    plan::{Caller, Plan},
    quote::spread,
};

/// By how many bytes an account can grow in one instruction, its creation included.
const MAX_GROWTH: usize = 10_240;
/// How many orders a side that is.
const ORDERS_PER_GROWTH: u16 = (MAX_GROWTH / (2 * size_of::<Order>())) as u16;
/// The most orders a side that a lane can be opened with.
const MAX_FIRST_CAPACITY: u16 =
    ((MAX_GROWTH - lane_account_len(0)) / (2 * size_of::<Order>())) as u16;

/// A lane to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenLaneRequest {
    /// In which market.
    pub market: Pubkey,
    /// Whose; signs, and pays the rent, which is returned when the lane is closed.
    pub owner: Pubkey,
    /// Tells apart one owner's lanes in a market.
    pub index: u16,
    /// Orders that each side has room for.
    pub capacity: u16,
    /// Another owner's lane in the market that gets a part of the lane's taker fees.
    pub referrer: Option<Pubkey>,
}

/// How a lane is opened.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenLanePlan {
    /// Where the lane will be.
    pub lane: Pubkey,
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// Bytes of the account, for which rent is locked.
    pub account_len: usize,
}

/// Opens a lane; one of more than 104 orders a side is opened with as many and then grown.
///
/// # Errors
/// [`MarketError::Refused`] for a capacity out of bounds.
pub fn open_lane_instructions(request: &OpenLaneRequest) -> Result<OpenLanePlan, MarketError> {
    if !(MIN_CAPACITY..=MAX_CAPACITY).contains(&request.capacity) {
        return Err(OrderbookError::InvalidCapacity.into());
    }
    let (lane, _) = address::lane(&request.market, &request.owner, request.index);
    let first = request.capacity.min(MAX_FIRST_CAPACITY);
    let open = instruction(
        &accounts::OpenLane {
            owner: request.owner,
            market: request.market,
            lane,
            referrer: request.referrer,
            system_program: SYSTEM_PROGRAM,
        },
        &arguments::OpenLane {
            index: request.index,
            capacity: first,
        },
    );
    let mut instructions = vec![open];
    if request.capacity > first {
        let grow = grow_lane_instructions(&request.owner, &lane, first, request.capacity)?;
        instructions.extend(grow);
    }
    Ok(OpenLanePlan {
        lane,
        instructions,
        account_len: lane_account_len(request.capacity),
    })
}

/// Gives a lane of `present` orders a side room for `capacity`, in as many steps as that takes.
///
/// # Errors
/// [`MarketError::Refused`] unless the capacity grows, to at most 512.
pub fn grow_lane_instructions(
    owner: &Pubkey,
    lane: &Pubkey,
    present: u16,
    capacity: u16,
) -> Result<Vec<Instruction>, MarketError> {
    if capacity <= present || capacity > MAX_CAPACITY {
        return Err(OrderbookError::InvalidCapacity.into());
    }
    let mut steps = Vec::new();
    let mut reached = present;
    while reached < capacity {
        reached = capacity.min(reached + ORDERS_PER_GROWTH);
        steps.push(instruction(
            &accounts::GrowLane {
                owner: *owner,
                lane: *lane,
                system_program: SYSTEM_PROGRAM,
            },
            &arguments::GrowLane { capacity: reached },
        ));
    }
    Ok(steps)
}

/// Lets somebody else trade with a lane, but not withdraw; `None`: nobody.
#[must_use]
pub fn set_delegate_instruction(
    lane: &Pubkey,
    owner: &Pubkey,
    delegate: Option<&Pubkey>,
) -> Instruction {
    let accounts = accounts::SetDelegate {
        owner: *owner,
        lane: *lane,
    };
    let delegate = delegate.copied().unwrap_or_default().to_bytes();
    instruction(&accounts, &arguments::SetDelegate { delegate })
}

/// What closing a lane does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CloseLaneQuote {
    /// The lane.
    pub lane: Pubkey,
    /// Orders that are cancelled.
    pub orders: usize,
    /// What is paid out.
    pub withdrawal: WithdrawalQuote,
    /// Bytes of the account, whose rent goes back to the owner.
    pub account_len: usize,
}

/// Cancels a lane's orders and withdraws everything, without closing it.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, or the vaults hold too little.
pub fn empty_lane_instructions(
    markets: &Markets,
    lane: &Pubkey,
    owner: &Caller,
) -> Result<Plan<CloseLaneQuote>, MarketError> {
    let entry = markets.known_lane(lane)?;
    let header = entry.lane.header();
    let orders = usize::from(header.bid_count) + usize::from(header.ask_count);
    let mut instructions = Vec::new();
    if orders > 0 {
        instructions.push(cancel_all_instruction(lane, &owner.owner, None));
    }
    // What orders lock is free once they are cancelled.
    let total = |free: u64, locked: u64| free.checked_add(locked).ok_or(OrderbookError::Overflow);
    let base = total(header.base_free, header.base_locked)?;
    let quote = total(header.quote_free, header.quote_locked)?;
    let mut withdrawal = WithdrawalQuote::default();
    if base > 0 || quote > 0 {
        let plan = withdraw_exactly(markets, lane, owner, [base, quote])?;
        instructions.extend(plan.instructions);
        withdrawal = plan.quote;
    }
    Ok(Plan {
        instructions,
        quote: CloseLaneQuote {
            lane: *lane,
            orders,
            withdrawal,
            account_len: lane_account_len(header.capacity),
        },
    })
}

/// Cancels a lane's orders, withdraws everything, and closes it. The rent goes to the owner.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, or the vaults hold too little.
pub fn close_lane_instructions(
    markets: &Markets,
    lane: &Pubkey,
    owner: &Caller,
) -> Result<Plan<CloseLaneQuote>, MarketError> {
    let entry = markets.known_lane(lane)?;
    let mut plan = empty_lane_instructions(markets, lane, owner)?;
    let close = accounts::CloseLane {
        owner: owner.owner,
        lane: *lane,
        vault_shard: sweeping_shard(markets, &entry)?,
        referrer: referrer_owed(&entry),
    };
    plan.instructions
        .push(instruction(&close, &arguments::CloseLane {}));
    Ok(plan)
}

/// The vault shard that counts a lane's fees: one that the lane's address picks.
pub(super) fn sweeping_shard(
    markets: &Markets,
    entry: &LaneEntry<'_>,
) -> Result<Pubkey, MarketError> {
    let market = entry.lane.market();
    let shards: Vec<Pubkey> = markets
        .vault_shards(&market)
        .map(|shard| shard.address)
        .collect();
    if shards.is_empty() {
        return Err(MarketError::NoVaultShards { market });
    }
    Ok(shards[spread(&entry.address, shards.len())])
}

/// The referrer's lane, if it is to get something. Others could get something until the
/// transaction is executed, so a lane with a referrer always names it.
pub(super) fn referrer_owed(entry: &LaneEntry<'_>) -> Option<Pubkey> {
    entry.lane.referrer()
}
