//! What can be done on an exchange of lanes, and what comes of it.
//!
//! An [`Operation`] is an instruction of the program, less its accounts. Sequences of operations
//! run on anything that is an [`Exchange`]: the plain [`Model`](super::model::Model), the core on
//! bytes, the program in an SVM. Printed with `{:?}` an operation is Rust, up to `vec!`.

pub use sealane_core::book::{BookError, BookSide, Ended, Met, PostOnly, SelfTrade};

/// Which order is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Which {
    /// The one that stands at this place of its side, the best first, modulo how many there are.
    /// So that a sequence still means something when operations before are left out.
    At(BookSide, u8),
    /// The one with this id, if there is one.
    Id(u64),
}

/// A market's fees.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct FeeRates {
    /// In pips of a take's value.
    pub taker: u32,
    /// In pips of a fill's value; negative: a rebate.
    pub maker: i32,
    /// In basis points of the taker's fee after rebates.
    pub referrer_share: u16,
    /// In pips of the value crossed.
    pub cross_reward: u32,
}

/// A limit order that is to rest.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub struct Quote {
    pub side: BookSide,
    pub price: u32,
    pub lots: u64,
    pub client_id: u64,
    pub expires_slot: u64,
    pub expires_at: u32,
}

/// What both sides of a lane are to be.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Ladders {
    /// Client id of all orders.
    pub client_id: u64,
    /// The last slot in which they can trade; 0: no limit.
    pub expires_slot: u64,
    /// The last second in which they can; 0: no limit.
    pub expires_at: u32,
    /// The price that the first distances count from.
    pub reference: u32,
    /// Lots in one unit of a level's size.
    pub lot_multiple: u32,
    /// Distance in ticks from the level before, and size; `None`: the bids stay as they are.
    pub bids: Option<Vec<(u16, u32)>>,
    /// The same of the asks.
    pub asks: Option<Vec<(u16, u32)>>,
    /// Refuse levels that would trade with an order shown.
    pub post_only: bool,
}

/// What becomes of the lots of a take that found no counterparty.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TimeInForce {
    /// They are dropped.
    Ioc,
    /// There must be none.
    Fok,
    /// They rest in the taker's lane at the limit, unless the take ended for another reason.
    Rest,
}

/// A take.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TakeOp {
    /// The taker's side.
    pub side: BookSide,
    /// The worst price.
    pub limit: u32,
    /// The most lots.
    pub lots: u64,
    /// The most quote; `u64::MAX`: no limit.
    pub max_quote: u64,
    /// The most orders met; `u16::MAX`: no limit.
    pub max_orders: u16,
    /// What to do about own orders.
    pub self_trade: SelfTrade,
    /// The lanes named.
    pub makers: Vec<u8>,
}

/// One instruction, or the passing of time.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Operation {
    /// Slots and seconds pass.
    Advance { slots: u64, seconds: u32 },
    /// The market's authority changes its fees.
    SetFees(FeeRates),
    /// `deposit`
    Deposit { lane: u8, base: u64, quote: u64 },
    /// `withdraw`; `u64::MAX` is all that is free.
    Withdraw { lane: u8, base: u64, quote: u64 },
    /// `set_delegate`; 0 is nobody.
    SetDelegate { lane: u8, delegate: u8 },
    /// `grow_lane`
    Grow { lane: u8, capacity: u16 },
    /// `place`
    Place {
        lane: u8,
        quote: Quote,
        post_only: PostOnly,
        shown: Vec<u8>,
    },
    /// `place_many`: all or none.
    PlaceMany {
        lane: u8,
        quotes: Vec<Quote>,
        post_only: PostOnly,
        shown: Vec<u8>,
    },
    /// `cancel`
    Cancel { lane: u8, which: Which },
    /// `cancel_client`
    CancelClient { lane: u8, client_id: u64 },
    /// `cancel_up_to`
    CancelUpTo {
        lane: u8,
        side: BookSide,
        limit: u32,
        most: u16,
    },
    /// `cancel_all`, of one side or of both.
    CancelAll { lane: u8, side: Option<BookSide> },
    /// `replace_all`
    ReplaceAll {
        lane: u8,
        ladders: Ladders,
        shown: Vec<u8>,
    },
    /// `reduce`
    Reduce { lane: u8, which: Which, lots: u64 },
    /// `take`
    Take {
        lane: u8,
        order: TakeOp,
        time_in_force: TimeInForce,
        client_id: u64,
    },
    /// `swap_take`, of a wallet that may own lanes as well: fees go to a vault shard and to a
    /// referrer's lane, and trading nothing is refused.
    SwapTake {
        owner: u8,
        referrer: Option<u8>,
        order: TakeOp,
        time_in_force: TimeInForce,
    },
    /// `cross`
    Cross {
        lane: u8,
        bids: u8,
        asks: u8,
        most: u16,
    },
    /// `reap`
    Reap { lane: u8 },
    /// `sweep_fees`
    Sweep { lane: u8 },
}

/// A resting order that was met.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub struct Meeting {
    /// Which of the lanes named; in a cross 0 has the bids and 1 the asks.
    pub lane: u8,
    pub met: Met,
    pub price: u32,
    pub id: u64,
    pub lots: u64,
    pub left: u64,
}

/// What an operation came to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Done {
    Nothing,
    /// The ids of the orders placed.
    Placed(Vec<u64>),
    /// How many orders are gone, and their lots in sum.
    Removed {
        orders: u16,
        lots: u64,
    },
    /// What is left of the order.
    Reduced {
        left: u64,
    },
    Taken {
        lots: u64,
        left: u64,
        base: u64,
        value: u64,
        fee: u64,
        rebates: u64,
        ended: Ended,
        /// The id of what rests.
        rested: Option<u64>,
        met: Vec<Meeting>,
    },
    Crossed {
        lots: u64,
        value: u64,
        fee: u64,
        rebates: u64,
        reward: u64,
        met: Vec<Meeting>,
    },
}

/// A resting order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub struct RestingOrder {
    pub id: u64,
    pub lots: u64,
    pub client_id: u64,
    pub expires_slot: u64,
    pub price: u32,
    pub expires_at: u32,
    pub maker_rate: i32,
}

/// All of a lane that operations change.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
#[allow(missing_docs)]
pub struct LaneState {
    pub base_free: u64,
    pub base_locked: u64,
    pub quote_free: u64,
    pub quote_locked: u64,
    pub protocol_fees: u64,
    pub referrer_fees: u64,
    pub last_id: u64,
    pub maker_volume: u64,
    pub taker_volume: u64,
    pub capacity: u16,
    pub delegate: u8,
    /// Best first.
    pub bids: Vec<RestingOrder>,
    /// Best first.
    pub asks: Vec<RestingOrder>,
}

/// A lane as it is opened.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LaneSpec {
    /// Whose it is. One owner may have several.
    pub owner: u8,
    /// The lane that referred it.
    pub referrer: Option<u8>,
    /// Orders of each side that it has room for.
    pub capacity: u16,
}

/// A market with its lanes, before anything happens.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub struct Setting {
    pub base_lot: u64,
    pub tick: u32,
    pub fees: FeeRates,
    pub lanes: Vec<LaneSpec>,
    pub slot: u64,
    pub time: u32,
}

/// Something that operations can run on.
///
/// After a refused operation everything is as it was, as after a failed transaction.
pub trait Exchange {
    /// Runs an operation, whose orders are all meant by [`Which::Id`].
    ///
    /// # Errors
    /// The reason for which the operation is refused.
    fn apply(&mut self, operation: &Operation) -> Result<Done, BookError>;

    /// Whether an operation can be tried at all. Not if nothing in this exchange keeps the tokens so
    /// that it could be paid out in one piece: of that the rules say nothing.
    fn can_run(&mut self, _operation: &Operation) -> bool {
        true
    }

    /// Reads a lane.
    fn read_lane(&self, lane: u8, into: &mut LaneState);

    /// Base and quote in all vaults.
    fn vaults(&self) -> (u128, u128);

    /// Quote in the vaults that belongs to the market's authority, outside of the lanes.
    fn collected(&self) -> u128;
}
