//! A market's resting orders as a place to trade.

use arrayvec::ArrayVec;
use sealane_core::{
    book::{BookSide, Lots, Moment, Sizes, TakeOrder, Ticks},
    math::mul_div_u64,
    pool::TransferFees,
    units::{FeeRate, PIPS, Rounding},
};
use solana_pubkey::Pubkey;

use crate::{
    book::{ChosenLanes, ComputeEstimate},
    markets::Markets,
    quote::SwapKind,
};

const WHOLE: u64 = PIPS as u64;
/// Amounts of whole lots around another one.
const MAX_NOTCHES: usize = 9;

/// Amounts at which nothing is wasted.
pub(in crate::route) type Notches = ArrayVec<u64, MAX_NOTCHES>;

/// The orders that a wallet's take would meet, best first, in sums from the best one on.
#[derive(Debug)]
pub(in crate::route) struct Ladder {
    /// The taker's side.
    side: BookSide,
    sizes: Sizes,
    taker: FeeRate,
    fees: TransferFees,
    rungs: Vec<Rung>,
    /// The lanes of the rungs, in the order in which they are met.
    lanes: Vec<Pubkey>,
    /// The most that one of the market's vaults can pay.
    most_paid: u64,
    compute: ComputeEstimate,
}

/// An order, and all before it.
#[derive(Clone, Copy, Debug)]
struct Rung {
    /// Quote units for a lot.
    lot_price: u64,
    lots_through: u64,
    value_through: u64,
    lanes_through: u16,
}

/// What a market asks of every wallet's take.
pub(in crate::route) struct LadderTerms {
    pub(in crate::route) side: BookSide,
    pub(in crate::route) sizes: Sizes,
    pub(in crate::route) taker: FeeRate,
    pub(in crate::route) fees: TransferFees,
    pub(in crate::route) most_paid: u64,
    pub(in crate::route) moment: Moment,
    pub(in crate::route) compute: ComputeEstimate,
}

impl Ladder {
    /// The orders of these lanes. `None` if there are none.
    pub(in crate::route) fn new(
        markets: &Markets,
        terms: &LadderTerms,
        chosen: &ChosenLanes,
    ) -> Option<Self> {
        let mut orders = Vec::new();
        for address in &chosen.lanes {
            let lane = markets.lane(address)?.lane;
            let live = lane.orders(terms.side.opposite()).iter();
            let live = live.filter(|order| !order.is_expired(terms.moment));
            orders.extend(live.map(|order| (*order, *address)));
        }
        orders.sort_by_key(|(order, _)| {
            let price = match terms.side {
                BookSide::Bid => order.price.0,
                BookSide::Ask => !order.price.0,
            };
            (price, order.id)
        });
        orders.truncate(usize::from(chosen.max_orders));
        let mut lanes: Vec<Pubkey> = Vec::new();
        let (mut lots, mut value) = (0u64, 0u64);
        let mut rungs = Vec::with_capacity(orders.len());
        for (order, lane) in orders {
            let worth = terms.sizes.value(order.price, order.lots).ok()?.get();
            // What no token account can hold is left out.
            let sums = (lots.checked_add(order.lots.0), value.checked_add(worth));
            let (Some(lots_through), Some(value_through)) = sums else {
                break;
            };
            (lots, value) = (lots_through, value_through);
            if !lanes.contains(&lane) {
                lanes.push(lane);
            }
            rungs.push(Rung {
                lot_price: terms.sizes.lot_price(order.price).max(1),
                lots_through,
                value_through,
                lanes_through: u16::try_from(lanes.len()).unwrap_or(u16::MAX),
            });
        }
        (!rungs.is_empty()).then_some(Self {
            side: terms.side,
            sizes: terms.sizes,
            taker: terms.taker,
            fees: terms.fees,
            rungs,
            lanes,
            most_paid: terms.most_paid,
            compute: terms.compute,
        })
    }

    /// The take whose lanes are chosen for a given amount: as much as it pays for.
    pub(in crate::route) fn order(terms: &LadderTerms, kind: SwapKind, given: u64) -> TakeOrder {
        let (lots, max_quote) = match (kind, terms.side) {
            (SwapKind::ExactIn, BookSide::Bid) => (u64::MAX, given),
            (SwapKind::ExactIn, BookSide::Ask) => (given / terms.sizes.base_lot.max(1), u64::MAX),
            (SwapKind::ExactOut, BookSide::Bid) => {
                (given.div_ceil(terms.sizes.base_lot.max(1)), u64::MAX)
            }
            (SwapKind::ExactOut, BookSide::Ask) => (u64::MAX, given),
        };
        TakeOrder {
            side: terms.side,
            limit: any_price(terms.side),
            lots: Lots(lots.max(1)),
            max_quote,
            max_orders: u16::MAX,
            self_trade: sealane_core::book::SelfTrade::Abort,
        }
    }

    /// What arrives for so much sent.
    pub(super) fn received_for(&self, sent: u64) -> Option<u64> {
        self.received(self.lots_paid_by(sent)?)
    }

    /// What has to be sent for so much to arrive.
    pub(super) fn sent_for(&self, received: u64) -> Option<u64> {
        self.sent(self.lots_giving(received)?)
    }

    /// The lots of a trade.
    pub(in crate::route) fn lots(&self, kind: SwapKind, given: u64) -> Option<u64> {
        match kind {
            SwapKind::ExactIn => self.lots_paid_by(given),
            SwapKind::ExactOut => self.lots_giving(given),
        }
    }

    /// All lanes, in the order in which they are met.
    pub(in crate::route) fn met(&self) -> &[Pubkey] {
        &self.lanes
    }

    /// How many lanes a trade meets.
    pub(in crate::route) fn lanes(&self, kind: SwapKind, given: u64) -> usize {
        let lots = self.lots(kind, given).unwrap_or(0);
        let at = self.rungs.partition_point(|rung| rung.lots_through < lots);
        let rung = self.rungs.get(at).or(self.rungs.last());
        rung.map_or(1, |rung| usize::from(rung.lanes_through))
    }

    pub(super) fn units(&self, kind: SwapKind, given: u64) -> u64 {
        let lots = self.lots(kind, given).unwrap_or(0);
        let met = self.rungs.partition_point(|rung| rung.lots_through < lots) + 1;
        self.compute.of(self.lanes(kind, given), met, 0)
    }

    pub(super) fn capacity(&self, kind: SwapKind) -> u64 {
        let all = self.rungs.last().map_or(0, |rung| rung.lots_through);
        let capacity = match kind {
            SwapKind::ExactIn => self.sent(all),
            SwapKind::ExactOut => self.received(all),
        };
        capacity.unwrap_or(0)
    }

    /// Given amounts of whole lots, around this one's.
    pub(super) fn notches(&self, kind: SwapKind, given: u64) -> Notches {
        const AROUND: [i64; MAX_NOTCHES] = [0, 1, -1, 4, -4, 16, -16, 64, -64];
        let Some(lots) = self.lots(kind, given) else {
            return Notches::from_iter([self.capacity(kind)]);
        };
        let at = |by: i64| match kind {
            _ if lots.checked_add_signed(by)? == 0 => None,
            SwapKind::ExactIn => self.sent(lots.checked_add_signed(by)?),
            SwapKind::ExactOut => self.received(lots.checked_add_signed(by)?),
        };
        AROUND.into_iter().filter_map(at).collect()
    }

    /// How near an amount is to the next lot, in parts of 2^16: how much of it is paid for beyond
    /// the last one, or received beyond what was asked for.
    pub(super) fn spare(&self, kind: SwapKind, given: u64) -> u64 {
        let near = |lots: u64| -> Option<u64> {
            let (from, to) = match kind {
                SwapKind::ExactIn => (self.sent(lots)?, self.sent(lots + 1)?),
                SwapKind::ExactOut => (self.received(lots - 1).unwrap_or(0), self.received(lots)?),
            };
            let done = match kind {
                SwapKind::ExactIn => given.checked_sub(from)?,
                SwapKind::ExactOut => to.checked_sub(given)?,
            };
            let lot = u128::from(to.checked_sub(from)?);
            u64::try_from((u128::from(done) << 16).checked_div(lot)?).ok()
        };
        let lots = self.lots(kind, given);
        lots.and_then(near).unwrap_or(0).min(0xffff)
    }

    /// As many lots as an amount pays for; `None` for none, and where orders run out before it.
    fn lots_paid_by(&self, sent: u64) -> Option<u64> {
        let arrives = self.fees.on_in.after_fee(sent);
        let all = self.rungs.last()?;
        let lots = match self.side {
            BookSide::Bid => {
                let budget = self.value_within(arrives);
                let past = |rung: &Rung| rung.value_through <= budget;
                let at = self.rungs.partition_point(past);
                match self.rungs.get(at) {
                    None if budget - all.value_through >= all.lot_price => return None,
                    None => all.lots_through,
                    Some(rung) => {
                        let (lots, value) = self.before(at);
                        lots + (budget - value) / rung.lot_price
                    }
                }
            }
            BookSide::Ask => arrives / self.sizes.base_lot.max(1),
        };
        (1..=all.lots_through).contains(&lots).then_some(lots)
    }

    /// The fewest lots that give an amount.
    fn lots_giving(&self, received: u64) -> Option<u64> {
        let paid = self.fees.on_out.pre_fee_amount(received).ok()?;
        let all = self.rungs.last()?.lots_through;
        let lots = match self.side {
            BookSide::Bid => paid.div_ceil(self.sizes.base_lot.max(1)),
            BookSide::Ask => {
                let value = self.value_netting(paid)?;
                let at = self
                    .rungs
                    .partition_point(|rung| rung.value_through < value);
                let (lots, before) = self.before(at);
                lots + (value - before).div_ceil(self.rungs.get(at)?.lot_price)
            }
        };
        (1..=all).contains(&lots).then_some(lots)
    }

    /// Lots and value in front of a rung.
    fn before(&self, at: usize) -> (u64, u64) {
        let rung = at.checked_sub(1).and_then(|at| self.rungs.get(at));
        rung.map_or((0, 0), |rung| (rung.lots_through, rung.value_through))
    }

    /// What so many lots are worth.
    fn value(&self, lots: u64) -> Option<u64> {
        let at = self.rungs.partition_point(|rung| rung.lots_through < lots);
        let (before, value) = self.before(at);
        let more = (lots - before).checked_mul(self.rungs.get(at)?.lot_price)?;
        value.checked_add(more)
    }

    fn net_value(&self, lots: u64) -> Option<u64> {
        let value = self.value(lots)?;
        Some(value - self.fee(value))
    }

    fn sent(&self, lots: u64) -> Option<u64> {
        let arrives = match self.side {
            BookSide::Bid => {
                let value = self.value(lots)?;
                value.checked_add(self.fee(value))?
            }
            BookSide::Ask => self.sizes.base(Lots(lots)).ok()?.get(),
        };
        self.paid(lots).filter(|paid| *paid <= self.most_paid)?;
        self.fees.on_in.pre_fee_amount(arrives).ok()
    }

    fn received(&self, lots: u64) -> Option<u64> {
        let paid = self.paid(lots).filter(|paid| *paid <= self.most_paid)?;
        Some(self.fees.on_out.after_fee(paid)).filter(|received| *received > 0)
    }

    /// What the market's vault pays.
    fn paid(&self, lots: u64) -> Option<u64> {
        match self.side {
            BookSide::Bid => Some(self.sizes.base(Lots(lots)).ok()?.get()),
            BookSide::Ask => self.net_value(lots),
        }
    }

    /// The taker's fee, rounded up once, as the core takes it. At most a hundredth of the value.
    fn fee(&self, value: u64) -> u64 {
        let rate = u64::from(self.taker.get());
        match value.checked_mul(rate) {
            // The same, without 128 bits.
            Some(product) => product.div_ceil(WHOLE),
            None => mul_div_u64(value, rate, WHOLE, Rounding::Up).unwrap_or(value),
        }
    }

    /// The value that an amount pays for with the fee on it, as the core computes it.
    fn value_within(&self, arrives: u64) -> u64 {
        let whole = WHOLE + u64::from(self.taker.get());
        match arrives.checked_mul(WHOLE) {
            Some(product) => product / whole,
            None => mul_div_u64(arrives, WHOLE, whole, Rounding::Down).unwrap_or(0),
        }
    }

    /// The least value that leaves an amount when the fee is taken off it. A unit more of value never
    /// leaves less, so what is a unit off because the fee is rounded is set right by looking.
    fn value_netting(&self, paid: u64) -> Option<u64> {
        let kept = WHOLE.checked_sub(u64::from(self.taker.get()))?;
        let mut value = mul_div_u64(paid, WHOLE, kept, Rounding::Up).ok()?;
        while value > 0 && value - 1 - self.fee(value - 1) >= paid {
            value -= 1;
        }
        while value - self.fee(value) < paid {
            value = value.checked_add(1)?;
        }
        Some(value)
    }
}

/// A limit that every order is within.
pub(in crate::route) fn any_price(side: BookSide) -> Ticks {
    match side {
        BookSide::Bid => Ticks(u32::MAX),
        BookSide::Ask => Ticks(1),
    }
}
