//! Crossing two lanes whose best prices cross.
//!
//! Placing looks at no other lane, so two makers can come to stand at crossed prices. Anyone may
//! let them trade. Of two such orders the earlier is the maker: it trades at its own price, with
//! its maker's fee or rebate. The later one is the taker, and pays the taker's fee out of the
//! difference between the prices: crossing orders instead of taking saves no fee. Orders that
//! cross by less than that stay as they are. Of what is left of the difference the caller earns a
//! part, up to the market's cap, and the rest improves the taker's price.

use super::{
    error::BookError,
    lane::{LaneMut, add},
    market::Fees,
    order::{Moment, Order},
    take::{Fill, Met},
    units::{BookSide, Lots, Ticks, part_of, plus},
};
use crate::units::Rounding;

/// What a crossing came to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Crossed {
    /// Lots traded.
    pub lots: Lots,
    /// Quote units that changed hands at the earlier orders' prices.
    pub value: u64,
    /// The later orders' taker fees, in quote: of each pair's value, rounded up.
    pub fee: u64,
    /// What the earlier orders got of them.
    pub rebates: u64,
    /// What the caller earns, in quote.
    pub reward: u64,
}

/// Lets the bids of one lane and the asks of another trade while they cross by the taker's fee,
/// `most` times at most. Every order met is reported to `sink`: lane 0 has the bids, lane 1 the
/// asks.
///
/// # Errors
/// [`BookError::SelfTrade`] if both lanes have one owner, [`BookError::NotCrossed`],
/// [`BookError::Overflow`]; the lanes are to be discarded.
pub fn cross(
    fees: &Fees,
    bids: &mut LaneMut<'_>,
    asks: &mut LaneMut<'_>,
    moment: Moment,
    most: u16,
    mut sink: impl FnMut(Fill),
) -> Result<Crossed, BookError> {
    if bids.header.owner == asks.header.owner {
        return Err(BookError::SelfTrade);
    }
    let mut crossed = Crossed::default();
    for _ in 0..most {
        let bid = bids.live_best(BookSide::Bid, moment, |order| sink(expired(0, order)))?;
        let ask = asks.live_best(BookSide::Ask, moment, |order| sink(expired(1, order)))?;
        let (Some(bid), Some(ask)) = (bid, ask) else {
            break;
        };
        let Some(pair) = Pair::between(fees, bids, &bid, &ask)? else {
            break;
        };
        let (bid_left, ask_left) = pair.settle(fees, (bids, &bid), (asks, &ask), &mut crossed)?;
        sink(pair.fill(0, &bid, bid_left));
        sink(pair.fill(1, &ask, ask_left));
    }
    if crossed.lots == Lots::ZERO {
        return Err(BookError::NotCrossed);
    }
    Ok(crossed)
}

/// What two crossed orders trade.
struct Pair {
    /// The side of the earlier order.
    maker: BookSide,
    price: Ticks,
    lots: Lots,
    value: u64,
    fee: u64,
    reward: u64,
}

impl Pair {
    /// `None` if the prices do not cross by the taker's fee.
    fn between(
        fees: &Fees,
        bids: &LaneMut<'_>,
        bid: &Order,
        ask: &Order,
    ) -> Result<Option<Self>, BookError> {
        if bid.price < ask.price {
            return Ok(None);
        }
        let sizes = bids.header.sizes();
        let lots = bid.lots.min(ask.lots);
        let (maker, price) = if bid.id < ask.id {
            (BookSide::Bid, bid.price)
        } else {
            (BookSide::Ask, ask.price)
        };
        let offered = sizes.value(bid.price, lots)?.get();
        let asked = sizes.value(ask.price, lots)?.get();
        let value = match maker {
            BookSide::Bid => offered,
            BookSide::Ask => asked,
        };
        let fee = fees.on_take(value)?;
        // What is offered is not less than what is asked.
        let Some(left) = (offered - asked).checked_sub(fee) else {
            return Ok(None);
        };
        let most = part_of(value, fees.cross_reward.get(), Rounding::Down)?;
        Ok(Some(Self {
            maker,
            price,
            lots,
            value,
            fee,
            reward: left.min(most),
        }))
    }

    /// Moves what the pair trades, and tells what is left of the bid and of the ask.
    fn settle(
        &self,
        fees: &Fees,
        (bids, bid): (&mut LaneMut<'_>, &Order),
        (asks, ask): (&mut LaneMut<'_>, &Order),
        crossed: &mut Crossed,
    ) -> Result<(Lots, Lots), BookError> {
        let Self { lots, value, .. } = *self;
        // The fee and the reward are at most the difference of the prices.
        let charged = self.fee + self.reward;
        let rebate = match self.maker {
            BookSide::Bid => {
                let got = value.checked_sub(charged).ok_or(BookError::Overflow)?;
                asks.trade_at(BookSide::Ask, ask, lots, got)?;
                let rebate = bids.settle_maker_apart(BookSide::Bid, bid, lots, value, fees)?;
                asks.book_taker_fee(fees, value, self.fee, rebate)?;
                rebate
            }
            BookSide::Ask => {
                let paid = plus(value, charged)?;
                bids.trade_at(BookSide::Bid, bid, lots, paid)?;
                let rebate = asks.settle_maker_apart(BookSide::Ask, ask, lots, value, fees)?;
                bids.book_taker_fee(fees, value, self.fee, rebate)?;
                rebate
            }
        };
        add(&mut crossed.lots.0, lots.0)?;
        add(&mut crossed.value, value)?;
        add(&mut crossed.fee, self.fee)?;
        add(&mut crossed.rebates, rebate)?;
        add(&mut crossed.reward, self.reward)?;
        Ok((
            bids.shorten_best(BookSide::Bid, lots),
            asks.shorten_best(BookSide::Ask, lots),
        ))
    }

    fn fill(&self, lane: u8, order: &Order, left: Lots) -> Fill {
        Fill {
            lane,
            met: Met::Filled,
            price: self.price,
            id: order.id,
            lots: self.lots,
            left,
        }
    }
}

impl LaneMut<'_> {
    /// Takes lots off the best order, which is gone if none are left; its funds are moved already.
    fn shorten_best(&mut self, side: BookSide, lots: Lots) -> Lots {
        let left = self.best_mut(side).map_or(Lots::ZERO, |best| {
            best.lots.0 = best.lots.0.saturating_sub(lots.0);
            best.lots
        });
        if left == Lots::ZERO {
            self.pop(side);
        }
        left
    }
}

fn expired(lane: u8, order: &Order) -> Fill {
    Fill {
        lane,
        met: Met::Expired,
        price: order.price,
        id: order.id,
        lots: order.lots,
        left: Lots::ZERO,
    }
}
