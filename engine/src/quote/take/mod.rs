//! Takes: which lanes, which fills, at what price; exactly what the chain would do now.
//!
//! The chosen lanes are copied, the core's own take runs on the copies, and what comes out is the
//! quote: equal to the execution to the last unit as long as the lanes are in the quoted state when
//! the transaction is executed.

mod ledger;
mod wallet;

pub use ledger::{TakeQuote, TakeRequest, quote_take, quote_take_by, quote_take_from};
pub use wallet::spread;
pub use wallet::{SwapTakeQuote, SwapTakeRequest, quote_swap_take, quote_swap_take_from};

use rust_decimal::Decimal;
use sealane_core::{
    book::{
        BookSide, Ended, Fees, Fill, LaneMut, Lots, MAX_LANES, Met, Moment, OrderId, Sizes,
        TakeOrder, Taken, Ticks, take,
    },
    math::mul_div_u128,
    units::Rounding,
};
use sealane_orderbook::errors::OrderbookError;
use solana_pubkey::Pubkey;

use crate::{
    book::{BookUnits, ChosenLanes, LaneSnapshot, TakeLimits, choose_lanes, key},
    markets::{MarketError, Markets},
};

/// The lanes that a take names.
#[derive(Clone, Copy)]
struct Named<'a> {
    /// In this order.
    lanes: &'a [Pubkey],
    /// Those that are reaped in front of the take.
    reaped: &'a [Pubkey],
}

impl<'a> Named<'a> {
    /// Lanes that are taken as they are.
    fn as_they_are(lanes: &'a [Pubkey]) -> Self {
        Self { lanes, reaped: &[] }
    }
}

impl<'a> From<&'a ChosenLanes> for Named<'a> {
    fn from(chosen: &'a ChosenLanes) -> Self {
        Self {
            lanes: &chosen.lanes,
            reaped: &chosen.reaped,
        }
    }
}

/// A resting order that a take meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotedFill {
    /// The lane in which it rests.
    pub lane: Pubkey,
    /// Whose it is.
    pub owner: Pubkey,
    /// Its name.
    pub id: OrderId,
    /// Its price.
    pub price: Ticks,
    /// Lots traded, or taken off it.
    pub lots: Lots,
    /// Lots left of it.
    pub left: Lots,
    /// Whether it trades, or what else becomes of it.
    pub met: Met,
}

/// What a take comes to, whoever pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeOutcome {
    /// The lanes to name, in this order.
    pub lanes: Vec<Pubkey>,
    /// Those of them to reap in front of the take, in the same transaction: of them the take meets
    /// no expired orders.
    pub reaped: Vec<Pubkey>,
    /// What the core is asked for, the limit on orders included.
    pub order: TakeOrder,
    /// Every resting order met, in order.
    pub fills: Vec<QuotedFill>,
    /// Lots traded.
    pub lots: Lots,
    /// Lots neither traded nor decremented.
    pub left: Lots,
    /// Base units that change hands.
    pub base: u64,
    /// Quote units that change hands, before fees.
    pub value: u64,
    /// The taker's fee, in quote.
    pub fee: u64,
    /// What makers get of it.
    pub rebates: u64,
    /// Why it ends.
    pub ended: Ended,
    /// The price of the first fill.
    pub best_price: Option<Ticks>,
    /// The price of the last fill.
    pub worst_price: Option<Ticks>,
    /// Quote tokens for one base token on average, before fees; `None` if nothing trades.
    pub average_price: Option<Decimal>,
    /// The same with the taker's fee: what the taker really pays or gets.
    pub execution_price: Option<Decimal>,
    /// By how much the average is worse than the best price, in basis points, rounded up.
    pub price_impact_bps: u32,
    /// Compute units that the take may use, and the reaps in front of it.
    pub compute_units: u64,
    /// Whether no other lanes within the limits give more; `None` for lanes that were given.
    pub is_proven_best: Option<bool>,
    /// The slot of the oldest of the quoted lanes' states.
    pub slot: u64,
}

impl TakeOutcome {
    fn taken(&self) -> Taken {
        Taken {
            lots: self.lots,
            left: self.left,
            base: self.base,
            value: self.value,
            fee: self.fee,
            rebates: self.rebates,
            ended: self.ended,
        }
    }
}

/// A market and its terms, for a take by somebody.
struct Terms<'a> {
    markets: &'a Markets,
    market: Pubkey,
    fees: Fees,
    sizes: Sizes,
    units: BookUnits,
    moment: Moment,
    taker: Pubkey,
}

impl<'a> Terms<'a> {
    /// Refuses, as the program does, if any of the actions is paused.
    fn new(
        markets: &'a Markets,
        market: &Pubkey,
        taker: &Pubkey,
        actions: u8,
    ) -> Result<Self, MarketError> {
        let config = markets.known(market)?.market;
        config.require_active(actions)?;
        Ok(Self {
            markets,
            market: *market,
            fees: config.fees(),
            sizes: config.sizes(),
            units: markets.units(market)?,
            moment: markets.known_moment()?,
            taker: *taker,
        })
    }

    /// The lanes with which the take trades best, of all but one.
    fn choose(
        &self,
        order: &TakeOrder,
        except: Option<Pubkey>,
        limits: &TakeLimits,
    ) -> Result<ChosenLanes, MarketError> {
        if order.lots == Lots::ZERO {
            return Err(OrderbookError::ZeroLots.into());
        }
        if order.limit == Ticks(0) {
            return Err(OrderbookError::ZeroPrice.into());
        }
        let lanes = self.markets.lanes(&self.market);
        let lanes = lanes.filter(|entry| Some(entry.address) != except);
        let chosen = choose_lanes(
            &self.fees,
            self.sizes,
            order,
            &self.taker,
            self.moment,
            lanes.map(|entry| (entry.address, entry.lane)),
            limits,
        );
        if chosen.lanes.is_empty() {
            return Err(MarketError::NoOrders);
        }
        Ok(chosen)
    }

    /// Lets the core take on copies of the lanes.
    fn outcome(
        &self,
        order: &TakeOrder,
        named: Named<'_>,
        limits: &TakeLimits,
    ) -> Result<TakeOutcome, MarketError> {
        let Named { lanes, reaped } = named;
        if lanes.is_empty() || lanes.len() > MAX_LANES {
            return Err(OrderbookError::WrongLaneCount.into());
        }
        let mut copies: Vec<LaneSnapshot> = Vec::with_capacity(lanes.len());
        let (mut slot, mut reap_units) = (u64::MAX, 0);
        for (at, address) in lanes.iter().enumerate() {
            let entry = self.markets.known_lane(address)?;
            if entry.lane.market() != self.market {
                return Err(OrderbookError::WrongMarket.into());
            }
            if lanes[..at].contains(address) {
                return Err(OrderbookError::DuplicateLane.into());
            }
            slot = slot.min(entry.slot);
            let mut copy = entry.lane.clone();
            if reaped.contains(address) {
                reap_units += limits.compute.reaping(copy.resting());
                for side in [BookSide::Bid, BookSide::Ask] {
                    copy.lane_mut().reap(side, self.moment)?;
                }
            }
            copies.push(copy);
        }
        let owners: Vec<Pubkey> = copies.iter().map(LaneSnapshot::owner).collect();
        let mut makers: Vec<LaneMut<'_>> = copies.iter_mut().map(LaneSnapshot::lane_mut).collect();
        let mut fills = Vec::new();
        let taker = key(&self.taker);
        let moment = self.moment;
        let note = |fill: Fill| {
            let at = usize::from(fill.lane);
            fills.push(QuotedFill {
                lane: lanes[at],
                owner: owners[at],
                id: fill.id,
                price: fill.price,
                lots: fill.lots,
                left: fill.left,
                met: fill.met,
            });
        };
        let taken = take(
            &self.fees,
            self.sizes,
            order,
            &taker,
            moment,
            &mut makers,
            note,
        )?;
        let expired = fills.iter().filter(|fill| fill.met == Met::Expired).count();
        let compute = &limits.compute;
        let units = compute.of(lanes.len(), fills.len() - expired, expired) + reap_units;
        Ok(self.report(order, named, fills, &taken, units, slot))
    }

    fn report(
        &self,
        order: &TakeOrder,
        named: Named<'_>,
        fills: Vec<QuotedFill>,
        taken: &Taken,
        compute_units: u64,
        slot: u64,
    ) -> TakeOutcome {
        let mut traded = fills.iter().filter(|fill| fill.met == Met::Filled);
        let best_price = traded.next().map(|fill| fill.price);
        let worst_price = traded.next_back().map(|fill| fill.price).or(best_price);
        // A seller's fee is at most its proceeds.
        let with_fee = match order.side {
            BookSide::Bid => taken.value.saturating_add(taken.fee),
            BookSide::Ask => taken.value.saturating_sub(taken.fee),
        };
        TakeOutcome {
            lanes: named.lanes.to_vec(),
            reaped: named.reaped.to_vec(),
            order: *order,
            lots: taken.lots,
            left: taken.left,
            base: taken.base,
            value: taken.value,
            fee: taken.fee,
            rebates: taken.rebates,
            ended: taken.ended,
            best_price,
            worst_price,
            average_price: self.units.average_price(taken.base, taken.value),
            execution_price: self.units.average_price(taken.base, with_fee),
            price_impact_bps: best_price.map_or(0, |best| self.price_impact(best, taken)),
            compute_units,
            is_proven_best: None,
            slot,
            fills,
        }
    }

    /// How far the value is from that of all lots at the best price, in basis points, rounded up.
    fn price_impact(&self, best: Ticks, taken: &Taken) -> u32 {
        const WHOLE: u128 = 10_000;
        // Two factors of 64 bits.
        let ideal = u128::from(self.sizes.lot_price(best)) * u128::from(taken.lots.0);
        let lost = ideal.abs_diff(u128::from(taken.value));
        let impact = mul_div_u128(lost, WHOLE, ideal, Rounding::Up).unwrap_or(0);
        u32::try_from(impact).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests;
