//! Sealane's order books, which have no book account: every trader's orders lie in a lane.
//!
//! A [`Market`](state::Market) is configuration and is never written by a trade. A
//! [`Lane`](state::Lane) holds one trader's balances and resting orders in one market: placing
//! and cancelling write that lane, a take writes the taker's lane and the maker lanes that it
//! names, and two trades conflict only if they have a lane in common. Tokens lie in
//! [`VaultShard`](state::VaultShard)s, which deposits, withdrawals and takes straight from a wallet
//! touch, and nothing else. All arithmetic is `sealane-core`'s, which quotes run as well.
//!
//! | instruction | who | what it writes |
//! |---|---|---|
//! | [`create_market`](orderbook::create_market) | anyone | a new market |
//! | [`add_vault_shard`](orderbook::add_vault_shard) | authority | the market; a new vault shard and its vaults |
//! | [`administer`](orderbook::administer) | authority, or the proposed one | the market |
//! | [`open_lane`](orderbook::open_lane), [`grow_lane`](orderbook::grow_lane), [`set_delegate`](orderbook::set_delegate) | owner | one lane |
//! | [`close_lane`](orderbook::close_lane) | owner | one lane, a vault shard, the referrer's lane |
//! | [`deposit`](orderbook::deposit) | anyone | one lane, two vaults |
//! | [`withdraw`](orderbook::withdraw) | owner | one lane, two vaults |
//! | [`place`](orderbook::place), [`place_many`](orderbook::place_many), [`replace_all`](orderbook::replace_all) | owner or delegate | one lane |
//! | [`cancel`](orderbook::cancel), [`cancel_client`](orderbook::cancel_client), [`cancel_up_to`](orderbook::cancel_up_to), [`cancel_all`](orderbook::cancel_all), [`reduce`](orderbook::reduce) | owner or delegate | one lane |
//! | [`take`](orderbook::take) | owner or delegate | the taker's lane, the maker lanes named |
//! | [`swap_take`](orderbook::swap_take) | anyone | the maker lanes named, a vault shard, two vaults |
//! | [`cross`](orderbook::cross) | owner or delegate of the lane that earns | that lane, two crossed lanes |
//! | [`reap`](orderbook::reap) | anyone | one lane |
//! | [`sweep_fees`](orderbook::sweep_fees) | anyone | one lane, a vault shard, the referrer's lane |
//! | [`collect_protocol_fees`](orderbook::collect_protocol_fees) | authority | a vault shard, its quote vault |
//! | [`balance_vaults`](orderbook::balance_vaults) | anyone | the vaults of two vault shards |

// Anchor's derives put undocumented public modules beside what they are derived for.
#![allow(missing_docs)]

use anchor_lang::prelude::*;

pub mod errors;
pub mod events;
pub mod instructions;
pub mod state;

pub use instructions::*;

declare_id!("seat6M3q9chv3gwziB1WbB3CGjTU1utfDVhg1fdxxfT");

/// The instructions. Amounts are base units of their token.
#[program]
pub mod orderbook {
    use super::*;

    /// Creates a market without vault shards. The creator is its first authority.
    #[discrim = 0]
    pub fn create_market(
        ctx: &mut Context<CreateMarket>,
        id: u16,
        params: MarketParams,
    ) -> Result<()> {
        instructions::create_market::handle(ctx, id, &params)
    }

    /// Adds the next vault shard with its two vaults.
    #[discrim = 1]
    pub fn add_vault_shard(ctx: &mut Context<AddVaultShard>) -> Result<()> {
        instructions::add_vault_shard::handle(ctx)
    }

    /// Changes fees, pauses, the authority: see [`MarketAction`].
    #[discrim = 2]
    pub fn administer(ctx: &mut Context<Administer>, action: MarketAction) -> Result<()> {
        instructions::administer::handle(ctx, &action)
    }

    /// Opens a lane with room for `capacity` orders on each side. An owner's lanes in a market are
    /// told apart by `index`.
    #[discrim = 3]
    pub fn open_lane(ctx: &mut Context<OpenLane>, index: u16, capacity: u16) -> Result<()> {
        instructions::open_lane::handle(ctx, index, capacity)
    }

    /// Gives a lane room for `capacity` orders on each side.
    #[discrim = 4]
    pub fn grow_lane(ctx: &mut Context<GrowLane>, capacity: u16) -> Result<()> {
        instructions::grow_lane::handle(ctx, capacity)
    }

    /// Closes a lane without orders and balances. Its rent goes to the owner. Cannot be paused.
    #[discrim = 5]
    pub fn close_lane(ctx: &mut Context<CloseLane>) -> Result<()> {
        instructions::close_lane::handle(ctx)
    }

    /// Lets somebody else trade with a lane, but not withdraw; all zero: nobody.
    #[discrim = 6]
    pub fn set_delegate(ctx: &mut Context<SetDelegate>, delegate: [u8; 32]) -> Result<()> {
        instructions::set_delegate::handle(ctx, delegate)
    }

    /// Sends tokens to the vaults and credits a lane with what arrives.
    #[discrim = 7]
    pub fn deposit(ctx: &mut Context<Funds>, base: u64, quote: u64) -> Result<()> {
        instructions::funds::deposit(ctx, base, quote)
    }

    /// Pays free balances to the lane's owner; `u64::MAX` is all that is free. Cannot be paused.
    #[discrim = 8]
    pub fn withdraw(ctx: &mut Context<Funds>, base: u64, quote: u64) -> Result<()> {
        instructions::funds::withdraw(ctx, base, quote)
    }

    /// Rests an order. Returns an [`OrderRecord`](events::OrderRecord).
    #[discrim = 9]
    pub fn place(ctx: &mut Context<Place>, order: PlaceParams) -> Result<()> {
        instructions::trade::place::handle(ctx, &order)
    }

    /// Rests up to 64 orders, all of them or none. Returns a
    /// [`PlacedManyRecord`](events::PlacedManyRecord).
    #[discrim = 10]
    pub fn place_many(ctx: &mut Context<Place>, orders: Vec<PlaceParams>) -> Result<()> {
        instructions::trade::place::handle_many(ctx, &orders)
    }

    /// Takes an order back. Returns an [`OrderRecord`](events::OrderRecord). Cannot be paused, like
    /// everything that takes orders back.
    #[discrim = 11]
    pub fn cancel(ctx: &mut Context<Cancel>, id: u64) -> Result<()> {
        instructions::trade::cancel::handle(ctx, id)
    }

    /// Takes back all orders with a client id; fails if there is none. Returns a
    /// [`RemovedRecord`](events::RemovedRecord).
    #[discrim = 12]
    pub fn cancel_client(ctx: &mut Context<Cancel>, client_id: u64) -> Result<()> {
        instructions::trade::cancel::handle_client(ctx, client_id)
    }

    /// Takes back at most `most` orders of a side, best first, that are priced at `limit` or
    /// better. Returns a [`RemovedRecord`](events::RemovedRecord).
    #[discrim = 13]
    pub fn cancel_up_to(ctx: &mut Context<Cancel>, side: u8, limit: u32, most: u16) -> Result<()> {
        instructions::trade::cancel::handle_up_to(ctx, side, limit, most)
    }

    /// Takes back all orders of a side: 0 bids, 1 asks, 2 both. Returns a
    /// [`RemovedRecord`](events::RemovedRecord).
    #[discrim = 14]
    pub fn cancel_all(ctx: &mut Context<Cancel>, side: u8) -> Result<()> {
        instructions::trade::cancel::handle_all(ctx, side)
    }

    /// Replaces one side or both by the levels of a compact message, which
    /// `sealane_core::book::requote` describes. Returns a
    /// [`ReplacedRecord`](events::ReplacedRecord).
    #[discrim = 15]
    pub fn replace_all(ctx: &mut Context<Place>, levels: Vec<u8>) -> Result<()> {
        instructions::trade::replace_all::handle(ctx, &levels)
    }

    /// Makes an order smaller; it keeps its place in time. All of its lots or more take it back.
    /// Returns an [`OrderRecord`](events::OrderRecord).
    #[discrim = 16]
    pub fn reduce(ctx: &mut Context<Cancel>, id: u64, lots: u64) -> Result<()> {
        instructions::trade::cancel::handle_reduce(ctx, id, lots)
    }

    /// Trades from a lane with the best orders of the lanes named.
    #[discrim = 17]
    pub fn take(ctx: &mut Context<Take>, order: TakeParams) -> Result<()> {
        instructions::trade::take::handle(ctx, &order)
    }

    /// Trades from a wallet with the best orders of the lanes named; fails if nothing is traded.
    #[discrim = 18]
    pub fn swap_take(ctx: &mut Context<SwapTake>, order: SwapTakeParams) -> Result<()> {
        instructions::trade::swap_take::handle(ctx, &order)
    }

    /// Lets two lanes whose prices have crossed trade with each other, at the prices of the orders
    /// that were first. The caller earns a part of the difference.
    #[discrim = 19]
    pub fn cross(ctx: &mut Context<Cross>, most: u16) -> Result<()> {
        instructions::trade::cross::handle(ctx, most)
    }

    /// Removes a lane's expired orders, for anyone. Returns a
    /// [`RemovedRecord`](events::RemovedRecord).
    #[discrim = 20]
    pub fn reap(ctx: &mut Context<Reap>) -> Result<()> {
        instructions::trade::reap::handle(ctx)
    }

    /// Takes the fees that accrued in a lane to a vault shard's count and to the referrer's lane.
    #[discrim = 21]
    pub fn sweep_fees(ctx: &mut Context<SweepFees>) -> Result<()> {
        instructions::sweep_fees::handle(ctx)
    }

    /// Pays a vault shard's protocol fees to the authority.
    #[discrim = 22]
    pub fn collect_protocol_fees(ctx: &mut Context<CollectProtocolFees>) -> Result<()> {
        instructions::collect_protocol_fees::handle(ctx)
    }

    /// Moves tokens from one vault shard of a market to another; `u64::MAX` is all that the vault
    /// holds.
    #[discrim = 23]
    pub fn balance_vaults(ctx: &mut Context<BalanceVaults>, base: u64, quote: u64) -> Result<()> {
        instructions::balance_vaults::handle(ctx, base, quote)
    }
}
