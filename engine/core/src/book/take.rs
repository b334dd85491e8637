//! The take: one trader against the lanes it names.

use super::{
    error::BookError,
    lane::{Key, LaneMut},
    market::Fees,
    merge::{Head, Merge},
    order::Moment,
    units::{BookSide, Lots, OrderId, Sizes, Ticks, plus},
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
/// [`settle_taker`](LaneMut::settle_taker), or a wallet's token transfers.
///
/// `owner` is who takes, for orders of its own. Every order met is reported to `sink`.
///
/// # Errors
/// [`BookError::ZeroLots`], [`BookError::ZeroPrice`], [`BookError::SelfTrade`] for
/// [`SelfTrade::Abort`], [`BookError::MalformedLane`] for more than [`MAX_LANES`] lanes,
/// [`BookError::Overflow`]. After an error the lanes are to be discarded.
#[inline(always)]
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
        left: order.lots,
        value: 0,
        budget,
        rebates: 0,
        orders_left: order.max_orders,
        decremented: Lots::ZERO,
    };
    // To make room for heads costs, so that few get little.
    let ended = if makers.len() == 1 {
        taking.run(makers, &mut [Head::NONE])?
    } else {
        taking.run_many(makers)?
    };
    // Neither is above what was wanted.
    let filled = Lots(order.lots.0 - taking.left.0 - taking.decremented.0);
    Ok(Taken {
        lots: filled,
        left: taking.left,
        base: sizes.base(filled)?.get(),
        value: taking.value,
        fee: fees.on_take(taking.value)?,
        rebates: taking.rebates,
        ended,
    })
}

/// As many lanes as a take names at most times.
const FEW_LANES: usize = 8;

/// A take under way. What depends on the side stands twice, once for each, without a branch on it.
struct Taking<'a, S> {
    fees: &'a Fees,
    sizes: Sizes,
    order: &'a TakeOrder,
    owner: &'a Key,
    moment: Moment,
    sink: S,
    /// Still wanted.
    left: Lots,
    /// Not wanted any more because of the taker's own orders.
    decremented: Lots,
    value: u64,
    budget: u64,
    rebates: u64,
    orders_left: u16,
}

/// The side of the orders that a taker meets who buys, or who sells.
const fn met_side<const BUYS: bool>() -> BookSide {
    if BUYS { BookSide::Ask } else { BookSide::Bid }
}

impl<S: FnMut(Fill)> Taking<'_, S> {
    /// Puts the best orders of the lanes from `from` on into the merge, as far as the taker accepts
    /// their prices. Stops at a lane whose best order has expired and tells which, or how many
    /// lanes there are.
    // A function of its own, and without calls, so that the loop has all registers.
    #[inline(never)]
    fn enter_live<const BUYS: bool>(
        &self,
        merge: &mut Merge<'_>,
        makers: &[LaneMut<'_>],
        from: usize,
    ) -> usize {
        let side = met_side::<BUYS>();
        let (moment, limit) = (self.moment, self.order.limit);
        let mut own = merge.reborrow();
        let mut at = from;
        while let Some(lane) = makers.get(at) {
            if let Some(best) = lane.best(side) {
                if best.is_expired(moment) {
                    break;
                }
                if side.opposite().accepts(limit, best.price) {
                    own.insert(Head::new(side, at as u8, best));
                }
            }
            at += 1;
        }
        merge.len = own.len;
        at
    }

    /// Puts a lane's best live order into the merge, if the taker accepts its price.
    #[inline(always)]
    fn enter<const BUYS: bool>(
        &mut self,
        merge: &mut Merge<'_>,
        at: usize,
        lane: &mut LaneMut<'_>,
    ) -> Result<(), BookError> {
        let side = met_side::<BUYS>();
        let moment = self.moment;
        if lane.best(side).is_some_and(|best| best.is_expired(moment)) {
            self.drop_expired::<BUYS>(at, lane)?;
        }
        if let Some(best) = lane.best(side)
            && side.opposite().accepts(self.order.limit, best.price)
        {
            merge.insert(Head::new(side, at as u8, best));
        }
        Ok(())
    }

    /// Cancels what has expired on top of a lane's orders.
    // Apart from the merge, which can then be kept in registers.
    #[cold]
    #[inline(never)]
    fn drop_expired<const BUYS: bool>(
        &mut self,
        at: usize,
        lane: &mut LaneMut<'_>,
    ) -> Result<(), BookError> {
        let sink = &mut self.sink;
        lane.drop_expired(met_side::<BUYS>(), self.moment, |order| {
            sink(Fill {
                lane: at as u8,
                met: Met::Expired,
                price: order.price,
                id: order.id,
                lots: order.lots,
                left: Lots::ZERO,
            });
        })
    }

    #[inline(always)]
    fn run(&mut self, makers: &mut [LaneMut<'_>], heads: &mut [Head]) -> Result<Ended, BookError> {
        match self.order.side {
            BookSide::Bid => self.run_on::<true>(makers, heads),
            BookSide::Ask => self.run_on::<false>(makers, heads),
        }
    }

    #[inline(never)]
    fn run_many(&mut self, makers: &mut [LaneMut<'_>]) -> Result<Ended, BookError> {
        if makers.len() <= FEW_LANES {
            self.run(makers, &mut [Head::NONE; FEW_LANES])
        } else {
            self.run(makers, &mut [Head::NONE; MAX_LANES])
        }
    }

    #[inline(never)]
    fn run_on<const BUYS: bool>(
        &mut self,
        makers: &mut [LaneMut<'_>],
        heads: &mut [Head],
    ) -> Result<Ended, BookError> {
        let mut merge = Merge::new(heads);
        let mut at = self.enter_live::<BUYS>(&mut merge, makers, 0);
        while let Some(lane) = makers.get_mut(at) {
            self.drop_expired::<BUYS>(at, lane)?;
            at = self.enter_live::<BUYS>(&mut merge, makers, at);
        }
        loop {
            let Some(at) = merge.best() else {
                return Ok(Ended::Exhausted);
            };
            if self.orders_left == 0 {
                return Ok(Ended::OrdersMet);
            }
            if self.orders_left != u16::MAX {
                self.orders_left -= 1;
            }
            let Some(lane) = makers.get_mut(at) else {
                return Err(BookError::MalformedLane);
            };
            let (maker, taker) = (&lane.header.owner, self.owner);
            // Two owners mostly differ in the first word already.
            let is_gone = if maker.0[0] == taker.0[0] && maker == taker {
                self.meet_own::<BUYS>(at, lane)?
            } else {
                match self.fill::<BUYS>(at, lane)? {
                    Some(is_gone) => is_gone,
                    None => return Ok(Ended::QuoteSpent),
                }
            };
            if is_gone {
                lane.pop(met_side::<BUYS>());
            }
            // Then nobody looks at what lies behind, and what has expired there costs nothing.
            if self.left == Lots::ZERO {
                return Ok(Ended::Complete);
            }
            if is_gone {
                merge.pop();
                self.enter::<BUYS>(&mut merge, at, lane)?;
            }
        }
    }

    /// Trades with a lane's best order and settles its maker. Tells whether the order is used up,
    /// and is to be forgotten;
    /// `None` if the quote left does not pay for a lot.
    #[inline(always)]
    fn fill<const BUYS: bool>(
        &mut self,
        at: usize,
        lane: &mut LaneMut<'_>,
    ) -> Result<Option<bool>, BookError> {
        let side = met_side::<BUYS>();
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
        // At most both of them.
        let left = Lots(before.lots.0.wrapping_sub(lots.0));
        order.lots = left;
        let value = self.sizes.value(before.price, lots)?.get();
        let rebate = lane.settle_maker(side, &before, lots, value, self.fees)?;
        self.left = Lots(self.left.0.wrapping_sub(lots.0));
        self.value = plus(self.value, value)?;
        // At most the value each.
        self.rebates = self.rebates.wrapping_add(rebate);
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

    /// Meets an order of the taker's owner. Tells whether it is used up, and is to be forgotten.
    #[cold]
    #[inline(never)]
    fn meet_own<const BUYS: bool>(
        &mut self,
        at: usize,
        lane: &mut LaneMut<'_>,
    ) -> Result<bool, BookError> {
        let side = met_side::<BUYS>();
        let Some(&order) = lane.best(side) else {
            return Err(BookError::MalformedLane);
        };
        let (met, lots) = match self.order.self_trade {
            SelfTrade::Abort => return Err(BookError::SelfTrade),
            SelfTrade::CancelProvide => (Met::Cancelled, order.lots),
            SelfTrade::Decrement => {
                let lots = order.lots.min(self.left);
                self.left.0 -= lots.0;
                self.decremented.0 += lots.0;
                (Met::Decremented, lots)
            }
        };
        let left = Lots(order.lots.0 - lots.0);
        let best = lane.header.count(side) - 1;
        lane.set_lots_at(side, best, left)?;
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
