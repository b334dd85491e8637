//! What an address has on the exchange, and what it did.

use sealane_sdk::{
    book::BookUnits,
    engine::world::World,
    engine_core::book::{BookSide, Moment, Order},
    markets::LaneEntry,
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use utoipa::ToSchema;

use super::{Address, Amount, PositionView, Price, VoteView};
use crate::store::Activity;

/// All that an address has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PortfolioView {
    /// Whose.
    pub owner: Address,
    /// SOL and tokens in the wallet.
    #[serde(flatten)]
    pub wallet: WalletView,
    /// Shares of pools.
    pub lp: Vec<SharesView>,
    /// Lanes with their balances and orders.
    pub lanes: Vec<LaneView>,
    /// What is staked in stake pools and farms.
    pub positions: Vec<PositionView>,
    /// Votes on proposals that are not decided.
    pub votes: Vec<VoteView>,
}

/// What a wallet holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct WalletView {
    /// SOL, in lamports.
    pub lamports: Amount,
    /// Token accounts, liquidity shares aside.
    pub tokens: Vec<HoldingView>,
}

/// A token account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HoldingView {
    /// The token.
    pub mint: Address,
    /// The account.
    pub account: Address,
    /// How much, in base units.
    pub amount: Amount,
    /// The token's decimals.
    pub decimals: u8,
    /// Whether it is the wallet's associated account, which trades use.
    pub associated: bool,
}

/// Shares of a pool's shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SharesView {
    /// The pool.
    pub pool: Address,
    /// The shard.
    pub shard: Address,
    /// Its index.
    pub shard_index: u8,
    /// Its liquidity token.
    pub lp_mint: Address,
    /// The account with the shares.
    pub account: Address,
    /// Liquidity shares.
    pub shares: Amount,
    /// All shares of the shard.
    pub total_shares: Amount,
    /// Base tokens that they are worth now.
    pub base: Amount,
    /// Quote tokens that they are worth now.
    pub quote: Amount,
}

/// A lane with its balances and orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LaneView {
    /// Its address.
    pub lane: Address,
    /// The market that it trades in.
    pub market: Address,
    /// Tells apart one owner's lanes in a market.
    pub index: u16,
    /// Who else may trade with it, but not withdraw.
    pub delegate: Option<Address>,
    /// The lane that gets a part of its taker fees.
    pub referrer: Option<Address>,
    /// Orders that each side has room for.
    pub capacity: u16,
    /// Base units free.
    pub base_free: Amount,
    /// Base units locked by orders.
    pub base_locked: Amount,
    /// Quote units free.
    pub quote_free: Amount,
    /// Quote units locked by orders.
    pub quote_locked: Amount,
    /// Quote value of all fills as maker; wraps.
    pub maker_volume: Amount,
    /// Quote value of all fills as taker; wraps.
    pub taker_volume: Amount,
    /// Orders, bids first and best first.
    pub orders: Vec<OrderView>,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// A resting order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderView {
    /// Its name in its lane.
    pub id: Amount,
    /// What its owner knows it by.
    pub client_id: Amount,
    /// `buy` or `sell` the base token.
    pub side: &'static str,
    /// Its price in ticks.
    pub price_ticks: u32,
    /// Its price.
    pub price: Price,
    /// What is left of it, in lots.
    pub lots: Amount,
    /// What is left of it, in whole base tokens.
    pub size: Price,
    /// The last slot in which it can trade; null: no limit.
    pub expires_slot: Option<u64>,
    /// The last Unix second in which it can trade; null: no limit.
    pub expires_at: Option<u32>,
    /// Whether that has passed: it no longer trades.
    pub expired: bool,
}

/// Something that an address did, or that happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActivityView {
    /// Its number in the index: later ones are higher. What `before` takes.
    pub id: u64,
    /// What: `swap`, `take`, `fill`, `add_liquidity`, `remove_liquidity`, `deposit`, `withdraw`,
    /// `place`, `cancel`, `reduce`, `replace`, `open_lane`, `close_lane`, `cross`, `reap`; with farms
    /// `open_position`, `stake`, `lock`, `unstake`, `withdraw_stake`, `claim`, `restake`, `delegate`,
    /// `forfeit`, `close_position`, `fund`; in realms `vote_yes`, `vote_no`, `vote_abstain`,
    /// `vote_veto`, `withdraw_vote`, and of its author `draft_proposal`, `sign_off`,
    /// `cancel_proposal`, `proposal_succeeded`, `proposal_defeated`, `proposal_vetoed`,
    /// `proposal_executed`. Where many
    /// orders changed at once each has an entry; `replace`, and `cancel` and `reap` without an
    /// order, are left for those of which it is not known which they were.
    pub kind: String,
    /// The transaction.
    pub signature: String,
    /// The slot.
    pub slot: u64,
    /// The block's time, Unix seconds.
    pub time: i64,
    /// The pool, the market, the farm or the realm.
    pub venue: Option<Address>,
    /// `buy` or `sell` the base token, where one of them.
    pub side: Option<&'static str>,
    /// Base tokens, in base units; where the venue is a farm, units of `mint`.
    pub base: Option<Amount>,
    /// Quote tokens, in base units.
    pub quote: Option<Amount>,
    /// Whole quote tokens for one base token.
    pub price: Option<Price>,
    /// Fee in base units: of swaps in the token received, otherwise in quote.
    pub fee: Option<Amount>,
    /// The shard, the lane, the position or the proposal.
    pub account: Option<Address>,
    /// The order, where one.
    pub order: Option<Amount>,
    /// The token, where the venue is a farm.
    pub mint: Option<Address>,
}

impl LaneView {
    /// From the world.
    pub(crate) fn of(world: &World, entry: &LaneEntry<'_>) -> Self {
        let header = entry.lane.header();
        let market = entry.lane.market();
        let units = world.markets().units(&market).ok();
        let moment = world.markets().moment().unwrap_or_default();
        let orders = [BookSide::Bid, BookSide::Ask].into_iter().flat_map(|side| {
            let best_first = entry.lane.orders(side).iter().rev();
            best_first.map(move |order| OrderView::of(order, side, units.as_ref(), moment))
        });
        Self {
            lane: entry.address.into(),
            market: market.into(),
            index: header.index,
            delegate: entry.lane.delegate().map(Address),
            referrer: entry.lane.referrer().map(Address),
            capacity: header.capacity,
            base_free: header.base_free.into(),
            base_locked: header.base_locked.into(),
            quote_free: header.quote_free.into(),
            quote_locked: header.quote_locked.into(),
            maker_volume: header.maker_volume.into(),
            taker_volume: header.taker_volume.into(),
            orders: orders.collect(),
            slot: entry.slot,
        }
    }

    /// Every lane of an owner, by market and index.
    pub(crate) fn all(world: &World, owner: &Pubkey) -> Vec<Self> {
        let markets = world.markets().markets();
        let lanes = markets.flat_map(|entry| world.markets().lanes_of(&entry.address, owner));
        let mut lanes: Vec<Self> = lanes.map(|lane| Self::of(world, &lane)).collect();
        lanes.sort_by_key(|lane| (lane.market, lane.index));
        lanes
    }
}

impl OrderView {
    fn of(order: &Order, side: BookSide, units: Option<&BookUnits>, moment: Moment) -> Self {
        let price = units.map(|units| units.price(order.price));
        let size = units.and_then(|units| units.size(order.lots));
        Self {
            id: order.id.0.into(),
            client_id: order.client_id.into(),
            side: match side {
                BookSide::Bid => "buy",
                BookSide::Ask => "sell",
            },
            price_ticks: order.price.0,
            price: price.unwrap_or_default().into(),
            lots: order.lots.0.into(),
            size: size.unwrap_or_default().into(),
            expires_slot: (order.expires_slot != 0).then_some(order.expires_slot),
            expires_at: (order.expires_at != 0).then_some(order.expires_at),
            expired: order.is_expired(moment),
        }
    }
}

impl From<&Activity> for ActivityView {
    fn from(activity: &Activity) -> Self {
        Self {
            id: activity.id,
            kind: activity.kind.clone(),
            signature: activity.signature.clone(),
            slot: activity.slot,
            time: activity.time,
            venue: activity.venue.map(Address),
            side: activity.is_buy.map(|buy| if buy { "buy" } else { "sell" }),
            base: activity.base.map(Amount),
            quote: activity.quote.map(Amount),
            price: activity.price.map(Price),
            fee: activity.fee.map(Amount),
            account: activity.account.map(Address),
            order: activity.order.map(Amount),
            mint: activity.mint.map(Address),
        }
    }
}
