//! The take: one trader against the lanes it names.

use super::{
    error::BookError,
    lane::{Key, LaneMut},
    market::Fees,
    merge::{Head, Merge},
    order::Moment,
    units::{BookSide, Lots, OrderId, Sizes, Ticks},
};

/// The most lanes that a take may name.
pub const MAX_LANES: usize = 32;

/// What a take does with an order of its own owner.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[repr(u8)]
pub enum SelfTrade {
    /// Makes both smaller by what they would have traded; nothing is traded.
    #[default]
    Decrement = 0,
    /// Cancels the resting order and goes on.
    CancelProvide = 1,
    /// Fails.
    Abort = 2,
}

impl SelfTrade {
    /// From the number an instruction carries.
    #[must_use]
    pub const fn from_u8(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Decrement),
            1 => Some(Self::CancelProvide),
            2 => Some(Self::Abort),
            _ => None,
        }
    }
}

/// What a taker wants.
///
/// What becomes of lots that found no counterparty is up to the caller, who has the lane that they
/// may rest in: immediate-or-cancel drops them, fill-or-kill fails unless [`Taken::is_whole`], and
/// a limit order [rests](LaneMut::place) them if [`Taken::may_rest`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TakeOrder {
    /// The taker's side: a bid buys from asks.
    pub side: BookSide,
    /// The worst price.
    pub limit: Ticks,
    /// At most so much.
    pub lots: Lots,
    /// At most so much quote: paid, with the fee, or sold for, before it. `u64::MAX`: no such limit.
    pub max_quote: u64,
    /// At most so many resting orders met; `u16::MAX`: no such limit.
    pub max_orders: u16,
    /// What to do about own orders.
    pub self_trade: SelfTrade,
}

/// What became of a resting order that a take met.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Met {
    /// It traded.
    Filled = 0,
    /// It had expired, and was cancelled.
    Expired = 1,
    /// It was the taker's own, and was made smaller.
    Decremented = 2,
    /// It was the taker's own, and was cancelled.
    Cancelled = 3,
}

/// One resting order that a take met.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Fill {
    /// Which of the lanes named.
    pub lane: u8,
    /// What happened.
    pub met: Met,
    /// At which price.
    pub price: Ticks,
    /// The resting order.
    pub id: OrderId,
    /// Lots traded, or taken off it.
    pub lots: Lots,
    /// Lots left of it.
    pub left: Lots,
}

/// Why a take ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Ended {
    /// Nothing is left to trade.
    Complete = 0,
    /// No order at the limit or better is left in the lanes named.
    Exhausted = 1,
    /// What is left of the quote does not pay for another lot.
    QuoteSpent = 2,
    /// As many orders have been met as allowed.
    OrdersMet = 3,
}

/// What a take came to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Taken {
    /// Lots traded.
    pub lots: Lots,
    /// Lots neither traded nor decremented.
    pub left: Lots,
    /// Base units that changed hands.
    pub base: u64,
    /// Quote units that changed hands, before fees.
    pub value: u64,
    /// The taker's fee, in quote.
    pub fee: u64,
    /// What makers got of it.
    pub rebates: u64,
    /// Why it ended.
    pub ended: Ended,
}

impl Taken {
    /// Whether all that was wanted was traded: what fill-or-kill asks for. Lots that met the
    /// taker's own orders were not, though none of them is left.
    #[must_use]
    pub fn is_whole(&self, order: &TakeOrder) -> bool {
        self.lots == order.lots
    }

    /// Whether what is left may rest at the limit: only then is there nothing better, in the lanes
    /// named, that it would have to trade with first.
    #[must_use]
    pub fn may_rest(&self) -> bool {
        matches!(self.ended, Ended::Exhausted)
    }
}

/// Fills a taker from the lanes named, best price first and at one price the earliest first, and
/// settles the makers in their lanes. The taker settles with what is returned: see
/// [`settle_taker`], or a wallet's token transfers.
///
/// `owner` is who takes, for orders of its own. Every order met is reported to `sink`.
///
/// # Errors
/// [`BookError::ZeroLots`], [`BookError::ZeroPrice`], [`BookError::SelfTrade`] for
/// [`SelfTrade::Abort`], [`BookError::MalformedLane`] for more than [`MAX_LANES`] lanes,
/// [`BookError::Overflow`]. After an error the lanes are to be discarded.
pub fn take(
    fees: &Fees,
    sizes: Sizes,
    order: &TakeOrder,
    owner: &Key,
    moment: Moment,
    makers: &mut [LaneMut<'_>],
    sink: impl FnMut(Fill),
) -> Result<Taken, BookError> {
    if order.lots == Lots::ZERO {
        return Err(BookError::ZeroLots);
    }
    if order.limit.0 == 0 {
        return Err(BookError::ZeroPrice);
    }
    if makers.len() > MAX_LANES {
        return Err(BookError::MalformedLane);
    }
    let budget = match (order.max_quote, order.side) {
        (u64::MAX, _) => u64::MAX,
        (quote, BookSide::Bid) => fees.value_within(quote)?,
        (quote, BookSide::Ask) => quote,
    };
    let mut taking = Taking {
        fees,
        sizes,
        order,
        owner,
        moment,
        sink,
        merge: Merge::new(),
        left: order.lots,
        filled: Lots::ZERO,
        value: 0,
        budget,
        rebates: 0,
        orders_left: order.max_orders,
    };
    for (at, lane) in makers.iter_mut().enumerate() {
        taking.enter(at, lane)?;
    }
    let ended = taking.run(makers)?;
    Ok(Taken {
        lots: taking.filled,
        left: taking.left,
        base: sizes.base(taking.filled)?.get(),
        value: taking.value,
        fee: fees.on_take(taking.value)?,
        rebates: taking.rebates,
        ended,
    })
}

/// A take under way.
struct Taking<'a, S> {
    fees: &'a Fees,
    sizes: Sizes,
    order: &'a TakeOrder,
    owner: &'a Key,
    moment: Moment,
    sink: S,
    merge: Merge,
    left: Lots,
    filled: Lots,
    value: u64,
    budget: u64,
    rebates: u64,
    orders_left: u16,
}

impl<S: FnMut(Fill)> Taking<'_, S> {
    /// Puts a lane's best live order into the merge, if the taker accepts its price.
    #[inline]
    fn enter(&mut self, at: usize, lane: &mut LaneMut<'_>) -> Result<(), BookError> {
        let side = self.order.side.opposite();
        let sink = &mut self.sink;
        let best = lane.live_best(side, self.moment, |order| {
            sink(Fill {
                lane: at as u8,
                met: Met::Expired,
                price: order.price,
                id: order.id,
                lots: order.lots,
                left: Lots::ZERO,
            });
        })?;
        if let Some(best) = best
            && self.order.side.accepts(self.order.limit, best.price)
        {
            self.merge.insert(Head::new(side, at as u8, &best));
        }
        Ok(())
    }

    fn run(&mut self, makers: &mut [LaneMut<'_>]) -> Result<Ended, BookError> {
        while self.left.0 > 0 {
            let Some(at) = self.merge.best() else {
                return Ok(Ended::Exhausted);
            };
            if self.orders_left == 0 {
                return Ok(Ended::OrdersMet);
            }
            self.orders_left -= u16::from(self.orders_left != u16::MAX);
            let lane = &mut makers[at];
            let is_gone = if lane.header.owner == *self.owner {
                self.meet_own(at, lane)?
            } else {
                match self.fill(at, lane)? {
                    Some(is_gone) => is_gone,
                    None => return Ok(Ended::QuoteSpent),
                }
            };
            if is_gone {
                self.merge.pop();
                self.enter(at, lane)?;
            }
        }
        Ok(Ended::Complete)
    }

    /// Trades with a lane's best order and settles its maker. Tells whether the order is used up;
    /// `None` if the quote left does not pay for a lot.
    fn fill(&mut self, at: usize, lane: &mut LaneMut<'_>) -> Result<Option<bool>, BookError> {
        let side = self.order.side.opposite();
        let Some(order) = lane.best_mut(side) else {
            return Err(BookError::MalformedLane);
        };
        let mut lots = order.lots.min(self.left);
        if self.budget != u64::MAX {
            lots = lots.min(Lots(self.budget / self.sizes.lot_price(order.price).max(1)));
            if lots == Lots::ZERO {
                return Ok(None);
            }
        }
        let before = *order;
        let left = Lots(before.lots.0 - lots.0);
        order.lots = left;
        let value = self.sizes.value(before.price, lots)?.get();
        let rebate = lane.settle_maker(side, &before, lots, value, self.fees)?;
        if left == Lots::ZERO {
            lane.pop(side);
        }
        self.left.0 -= lots.0;
        self.filled.0 += lots.0;
        self.value = self.value.checked_add(value).ok_or(BookError::Overflow)?;
        self.rebates += rebate;
        if self.budget != u64::MAX {
            self.budget -= value;
        }
        (self.sink)(Fill {
            lane: at as u8,
            met: Met::Filled,
            price: before.price,
            id: before.id,
            lots,
            left,
        });
        Ok(Some(left == Lots::ZERO))
    }

    /// Meets an order of the taker's owner. Tells whether it is gone.
    #[inline(never)]
    fn meet_own(&mut self, at: usize, lane: &mut LaneMut<'_>) -> Result<bool, BookError> {
        let side = self.order.side.opposite();
        let Some(&order) = lane.best(side) else {
            return Err(BookError::MalformedLane);
        };
        let (met, lots) = match self.order.self_trade {
            SelfTrade::Abort => return Err(BookError::SelfTrade),
            SelfTrade::CancelProvide => (Met::Cancelled, order.lots),
            SelfTrade::Decrement => {
                let lots = order.lots.min(self.left);
                self.left.0 -= lots.0;
                (Met::Decremented, lots)
            }
        };
        let left = Lots(order.lots.0 - lots.0);
        if left == Lots::ZERO {
            lane.drop_best(side)?;
        } else {
            let best = lane.header.count(side) - 1;
            lane.set_lots_at(side, best, left)?;
        }
        (self.sink)(Fill {
            lane: at as u8,
            met,
            price: order.price,
            id: order.id,
            lots,
            left,
        });
        Ok(left == Lots::ZERO)
    }
}
