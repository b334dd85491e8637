//! What an indexer needs to follow every market without reading accounts.
//!
//! Money, administration, takes and crosses are logged: an instruction's log data is an 8-byte
//! discriminator, then the fields below, little-endian, without padding. Placing and cancelling
//! return their records as return data instead, which costs half of it: see [`orders`], which also
//! tells how to rebuild every book.

pub mod orders;

pub use orders::*;

use anchor_lang::prelude::*;

/// A market was created. Its vault shards follow as [`VaultShardAdded`].
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct MarketCreated {
    /// The market.
    pub market: Address,
    /// Who created it.
    pub creator: Address,
    /// Base mint.
    pub base_mint: Address,
    /// Quote mint.
    pub quote_mint: Address,
    /// Base units in a lot.
    pub base_lot: u64,
    /// Quote units that a lot's value grows by with each tick.
    pub tick: u32,
    /// The taker's fee in millionths.
    pub taker_fee_pips: u32,
    /// The maker's fee in millionths; negative: a rebate.
    pub maker_fee_pips: i32,
    /// The highest reward for crossing, in millionths.
    pub cross_reward_pips: u32,
    /// The referrer's part of the taker's fee, basis points.
    pub referrer_share_bps: u16,
    /// Part of the address.
    pub id: u16,
    /// Decimals of the base mint.
    pub base_decimals: u8,
    /// Decimals of the quote mint.
    pub quote_decimals: u8,
    /// Zero.
    pub reserved: [u8; 2],
}

/// A vault shard was added to a market.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct VaultShardAdded {
    /// The market.
    pub market: Address,
    /// The new vault shard.
    pub vault_shard: Address,
    /// Its index.
    pub index: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

/// The fees changed. Resting orders keep the maker's fee that they were placed under.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct FeesChanged {
    /// The market.
    pub market: Address,
    /// The taker's fee in millionths.
    pub taker_fee_pips: u32,
    /// The maker's fee in millionths; negative: a rebate.
    pub maker_fee_pips: i32,
    /// The highest reward for crossing, in millionths.
    pub cross_reward_pips: u32,
    /// The referrer's part of the taker's fee, basis points.
    pub referrer_share_bps: u16,
    /// Zero.
    pub reserved: [u8; 2],
}

/// Actions were paused or resumed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct PauseChanged {
    /// The market.
    pub market: Address,
    /// Bits now paused.
    pub paused: u8,
}

/// The authority proposed a successor (all zero: withdrew the proposal).
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct AuthorityProposed {
    /// The market.
    pub market: Address,
    /// The proposed authority.
    pub pending_authority: Address,
}

/// The proposed authority took over.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct AuthorityChanged {
    /// The market.
    pub market: Address,
    /// The new authority.
    pub authority: Address,
}

/// Tokens were moved from one vault shard of a market to another.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct VaultsBalanced {
    /// The market.
    pub market: Address,
    /// The vault shard that gave.
    pub from: Address,
    /// The one that got.
    pub to: Address,
    /// Base moved.
    pub base: u64,
    /// Quote moved.
    pub quote: u64,
}

/// Protocol fees were paid out to the market's authority.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct ProtocolFeesCollected {
    /// The market.
    pub market: Address,
    /// The vault shard that paid.
    pub vault_shard: Address,
    /// Quote that left its vault.
    pub quote: u64,
}

/// A lane was opened.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct LaneOpened {
    /// The lane.
    pub lane: Address,
    /// Its market.
    pub market: Address,
    /// Its owner.
    pub owner: Address,
    /// The lane that gets a part of its taker fees; all zero: none.
    pub referrer: Address,
    /// Room for so many orders on each side.
    pub capacity: u16,
    /// Part of the address.
    pub index: u16,
    /// Zero.
    pub reserved: [u8; 4],
}

/// A lane got room for more orders.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct LaneGrown {
    /// The lane.
    pub lane: Address,
    /// Room for so many orders on each side.
    pub capacity: u16,
    /// Zero.
    pub reserved: [u8; 6],
}

/// A lane was closed. What fees it had were swept before, as [`FeesSwept`] tells.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct LaneClosed {
    /// The lane.
    pub lane: Address,
    /// Its market.
    pub market: Address,
    /// Its owner, who got the rent.
    pub owner: Address,
}

/// Somebody else may trade with a lane from now on, or nobody.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct DelegateSet {
    /// The lane.
    pub lane: Address,
    /// The delegate; all zero: none.
    pub delegate: Address,
}

/// Tokens were credited to a lane.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Deposited {
    /// The lane.
    pub lane: Address,
    /// Where the tokens lie.
    pub vault_shard: Address,
    /// Who paid; not always the lane's owner.
    pub payer: Address,
    /// Base that arrived, which was credited.
    pub base: u64,
    /// Quote that arrived.
    pub quote: u64,
    /// Free base afterwards.
    pub base_free: u64,
    /// Free quote afterwards.
    pub quote_free: u64,
}

/// Tokens were paid out to a lane's owner.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// The lane.
    pub lane: Address,
    /// Where the tokens lay.
    pub vault_shard: Address,
    /// Base that left the vault, which was debited.
    pub base: u64,
    /// Quote that left the vault.
    pub quote: u64,
    /// Free base afterwards.
    pub base_free: u64,
    /// Free quote afterwards.
    pub quote_free: u64,
}

/// A lane's fees went to a vault shard's count and to the referrer's lane.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct FeesSwept {
    /// The lane.
    pub lane: Address,
    /// Counts the protocol's part.
    pub vault_shard: Address,
    /// The referrer's lane; all zero: none.
    pub referrer: Address,
    /// The protocol's part, in quote; all of it if the referrer's lane has been closed.
    pub protocol_fees: u64,
    /// The referrer's part, in quote.
    pub referrer_fees: u64,
}
