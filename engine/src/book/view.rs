//! The order book that lanes make together.

use std::collections::BTreeMap;

use sealane_core::{
    book::{BookSide, Lots, Moment, OrderId, Ticks},
    units::Rounding,
};
use solana_pubkey::Pubkey;

use super::lane::LaneSnapshot;

/// A resting order and where it rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookOrder {
    /// The lane that it rests in.
    pub lane: Pubkey,
    /// Whose it is.
    pub owner: Pubkey,
    /// Its name in its lane, and its place in time among orders of one price.
    pub id: OrderId,
    /// Its price.
    pub price: Ticks,
    /// What is left of it.
    pub lots: Lots,
    /// What its owner knows it by.
    pub client_id: u64,
    /// The last slot in which it can trade; 0: no limit.
    pub expires_slot: u64,
    /// The last Unix second in which it can; 0: no limit.
    pub expires_at: u32,
    /// The maker's fee in pips that it was placed under; negative: a rebate.
    pub maker_rate: i32,
}

/// All orders of a price, or of a range of prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookLevel {
    /// The price; of a range the end that is worse for who takes: the lowest of bids, the highest
    /// of asks.
    pub price: Ticks,
    /// Lots in sum; saturates.
    pub lots: Lots,
    /// How many orders.
    pub orders: usize,
}

/// What stands between the best price and another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Lots in sum; saturates.
    pub lots: Lots,
    /// What they are worth in ticks times lots.
    pub ticks_times_lots: u128,
    /// How many orders.
    pub orders: usize,
}

/// A market's orders that can trade at a moment, over all lanes given: best first, and of one
/// price in the order in which a take would meet them.
///
/// ```
/// use sealane_engine::{book::OrderBook, engine_core::book::{BookSide, Moment}};
///
/// let book = OrderBook::of([], Moment::default());
/// assert!(book.best(BookSide::Bid).is_none());
/// assert_eq!(book.mid_half_ticks(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderBook {
    bids: Vec<BookOrder>,
    asks: Vec<BookOrder>,
}

impl OrderBook {
    /// The book of these lanes' live orders.
    #[must_use]
    pub fn of<'a>(
        lanes: impl IntoIterator<Item = (Pubkey, &'a LaneSnapshot)>,
        moment: Moment,
    ) -> Self {
        let mut book = Self::default();
        for (address, snapshot) in lanes {
            let lane = snapshot.lane();
            let owner = snapshot.owner();
            for side in [BookSide::Bid, BookSide::Ask] {
                let live = lane.orders(side).iter().rev();
                let live = live.filter(|order| !order.is_expired(moment));
                book.side_mut(side).extend(live.map(|order| BookOrder {
                    lane: address,
                    owner,
                    id: order.id,
                    price: order.price,
                    lots: order.lots,
                    client_id: order.client_id,
                    expires_slot: order.expires_slot,
                    expires_at: order.expires_at,
                    maker_rate: order.maker_rate,
                }));
            }
        }
        // Ids of different lanes can be the same: then the lane that a take names first is first,
        // and takes planned here name lanes by address.
        book.bids
            .sort_unstable_by_key(|order| (!order.price.0, order.id, order.lane));
        book.asks
            .sort_unstable_by_key(|order| (order.price.0, order.id, order.lane));
        book
    }

    /// Every order of a side, best first.
    #[must_use]
    pub fn orders(&self, side: BookSide) -> &[BookOrder] {
        match side {
            BookSide::Bid => &self.bids,
            BookSide::Ask => &self.asks,
        }
    }

    fn side_mut(&mut self, side: BookSide) -> &mut Vec<BookOrder> {
        match side {
            BookSide::Bid => &mut self.bids,
            BookSide::Ask => &mut self.asks,
        }
    }

    /// A side's best order, of equals the earliest.
    #[must_use]
    pub fn best(&self, side: BookSide) -> Option<&BookOrder> {
        self.orders(side).first()
    }

    /// A side's levels, best first, one for each price.
    #[must_use]
    pub fn levels(&self, side: BookSide) -> Vec<BookLevel> {
        self.grouped_levels(side, 1)
    }

    /// A side's levels, best first, one for each range of `ticks` ticks that has orders. Bids
    /// count towards the lower end of their range, asks towards the higher one, so that nobody
    /// takes at a worse price than shown. Zero is taken for one.
    #[must_use]
    pub fn grouped_levels(&self, side: BookSide, ticks: u32) -> Vec<BookLevel> {
        let rounding = match side {
            BookSide::Bid => Rounding::Down,
            BookSide::Ask => Rounding::Up,
        };
        let mut levels: Vec<BookLevel> = Vec::new();
        for order in self.orders(side) {
            let price = grouped(order.price, ticks.max(1), rounding);
            match levels.last_mut() {
                Some(level) if level.price == price => {
                    level.lots = Lots(level.lots.0.saturating_add(order.lots.0));
                    level.orders += 1;
                }
                _ => levels.push(BookLevel {
                    price,
                    lots: order.lots,
                    orders: 1,
                }),
            }
        }
        levels
    }

    /// What rests on a side at `limit` or better.
    #[must_use]
    pub fn depth(&self, side: BookSide, limit: Ticks) -> Depth {
        let taker = side.opposite();
        self.orders(side)
            .iter()
            .take_while(|order| taker.accepts(limit, order.price))
            .fold(Depth::default(), |depth, order| Depth {
                lots: Lots(depth.lots.0.saturating_add(order.lots.0)),
                ticks_times_lots: depth
                    .ticks_times_lots
                    .saturating_add(u128::from(order.lots.0) * u128::from(order.price.0)),
                orders: depth.orders + 1,
            })
    }

    /// The middle between the best prices, in half ticks; `None` while a side is empty.
    #[must_use]
    pub fn mid_half_ticks(&self) -> Option<u64> {
        let (bid, ask) = (self.best(BookSide::Bid)?, self.best(BookSide::Ask)?);
        Some(u64::from(bid.price.0) + u64::from(ask.price.0))
    }

    /// By how many ticks the best ask is above the best bid; zero or less where two lanes' orders
    /// cross, which anyone may settle. `None` while a side is empty.
    #[must_use]
    pub fn spread_ticks(&self) -> Option<i64> {
        let (bid, ask) = (self.best(BookSide::Bid)?, self.best(BookSide::Ask)?);
        Some(i64::from(ask.price.0) - i64::from(bid.price.0))
    }

    /// The two owners' lanes whose best orders cross by most, as (bid, ask); `None` if none do.
    #[must_use]
    pub fn crossed(&self) -> Option<(&BookOrder, &BookOrder)> {
        let bids = self.best_by_lane(BookSide::Bid);
        let asks = self.best_by_lane(BookSide::Ask);
        let pairs = bids
            .iter()
            .flat_map(|bid| asks.iter().map(move |ask| (*bid, *ask)));
        pairs
            .filter(|(bid, ask)| bid.owner != ask.owner && bid.price >= ask.price)
            .max_by_key(|(bid, ask)| bid.price.0 - ask.price.0)
    }

    /// Each lane's best order, best first.
    fn best_by_lane(&self, side: BookSide) -> Vec<&BookOrder> {
        let mut best: BTreeMap<Pubkey, &BookOrder> = BTreeMap::new();
        for order in self.orders(side) {
            best.entry(order.lane).or_insert(order);
        }
        best.into_values().collect()
    }
}

/// The end of the range of `ticks` ticks that a price belongs to; the highest price at most.
fn grouped(price: Ticks, ticks: u32, rounding: Rounding) -> Ticks {
    let below = price.0 - price.0 % ticks;
    match rounding {
        Rounding::Up if below != price.0 => Ticks(below.saturating_add(ticks)),
        _ => Ticks(below),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sealane_core::book::{Expiry, NewOrder};

    use super::*;
    use crate::book::fixtures::{NOW, ask, bid, lane, lane_of, order};

    fn prices(levels: &[BookLevel]) -> Vec<(u32, u64, usize)> {
        let plain = |level: &BookLevel| (level.price.0, level.lots.0, level.orders);
        levels.iter().map(plain).collect()
    }

    #[test]
    fn several_lanes_make_one_book() {
        let [first, second, owner] = [(); 3].map(|()| Pubkey::new_unique());
        let lanes = [
            (first, lane(&owner, &[bid(99, 5), bid(98, 1), ask(102, 4)])),
            (
                second,
                lane(&owner, &[bid(99, 7), ask(101, 2), ask(103, 9)]),
            ),
        ];
        let book = OrderBook::of(lanes.iter().map(|(at, lane)| (*at, lane)), NOW);
        assert_eq!(
            prices(&book.levels(BookSide::Bid)),
            [(99, 12, 2), (98, 1, 1)]
        );
        assert_eq!(
            prices(&book.levels(BookSide::Ask)),
            [(101, 2, 1), (102, 4, 1), (103, 9, 1)]
        );
        assert_eq!(
            prices(&book.grouped_levels(BookSide::Bid, 10)),
            [(90, 13, 3)]
        );
        assert_eq!(
            prices(&book.grouped_levels(BookSide::Ask, 2)),
            [(102, 6, 2), (104, 9, 1)]
        );
        assert_eq!(book.mid_half_ticks(), Some(200));
        assert_eq!(book.spread_ticks(), Some(2));
        let depth = book.depth(BookSide::Ask, Ticks(102));
        assert_eq!((depth.lots, depth.orders), (Lots(6), 2));
        assert_eq!(depth.ticks_times_lots, 101 * 2 + 102 * 4);
        assert_eq!(book.best(BookSide::Ask).unwrap().lane, second);
        assert_eq!(book.crossed(), None);
    }

    #[test]
    fn what_has_expired_is_not_shown() {
        let expiring = |slot, time| NewOrder {
            expiry: Expiry { slot, time },
            ..bid(99, 5)
        };
        let now = NOW.time as u32;
        let snapshot = lane(
            &Pubkey::new_unique(),
            &[
                expiring(NOW.slot - 1, 0),
                expiring(NOW.slot, 0),
                expiring(0, now - 1),
                expiring(0, now),
            ],
        );
        let book = OrderBook::of([(Pubkey::new_unique(), &snapshot)], NOW);
        let expiries: Vec<_> = book
            .orders(BookSide::Bid)
            .iter()
            .map(|order| (order.expires_slot, order.expires_at))
            .collect();
        assert_eq!(expiries, [(NOW.slot, 0), (0, now)]);
    }

    #[test]
    fn crossed_lanes_of_two_owners_are_found() {
        let [one, other] = [(); 2].map(|()| Pubkey::new_unique());
        let lanes = [
            (
                Pubkey::new_unique(),
                lane(&one, &[bid(105, 1), bid(104, 1)]),
            ),
            (Pubkey::new_unique(), lane(&one, &[ask(100, 1)])),
            (Pubkey::new_unique(), lane(&other, &[ask(103, 1)])),
        ];
        let book = OrderBook::of(lanes.iter().map(|(at, lane)| (*at, lane)), NOW);
        assert_eq!(book.spread_ticks(), Some(-5));
        let (bid, ask) = book.crossed().unwrap();
        assert_eq!((bid.price, ask.price), (Ticks(105), Ticks(103)));
    }

    prop_compose! {
        /// Orders on either side of 100 ticks, so that no lane crosses itself.
        fn any_order()(
            is_bid: bool, distance in 1u32..20, lots in 1u64..50, slot in 1u64..6, last in 0u64..3,
        ) -> (u64, NewOrder) {
            let (side, price) =
                if is_bid { (BookSide::Bid, 100 - distance) } else { (BookSide::Ask, 100 + distance) };
            let expiry = Expiry { slot: last * (NOW.slot - 1), time: 0 };
            (slot, NewOrder { expiry, ..order(side, price, lots) })
        }
    }

    proptest! {
        /// A book by repeatedly looking for the best order that is left.
        #[test]
        fn the_same_as_a_naive_book(
            lanes in prop::collection::vec(prop::collection::vec(any_order(), 0..12), 0..6),
            group in 1u32..7,
        ) {
            let lanes: Vec<_> = lanes
                .into_iter()
                .map(|orders| {
                    let owner = Pubkey::new_unique();
                    let address = Pubkey::new_unique();
                    (address, lane_of(&Pubkey::default(), &owner, 0, &orders))
                })
                .collect();
            let book = OrderBook::of(lanes.iter().map(|(at, lane)| (*at, lane)), NOW);
            for side in [BookSide::Bid, BookSide::Ask] {
                let mut left: Vec<(Pubkey, sealane_core::book::Order)> = Vec::new();
                for (address, lane) in &lanes {
                    for order in lane.orders(side) {
                        if order.expires_slot == 0 || NOW.slot <= order.expires_slot {
                            left.push((*address, *order));
                        }
                    }
                }
                let mut naive = Vec::new();
                while !left.is_empty() {
                    let mut best = 0;
                    for at in 1..left.len() {
                        let (a, b) = (&left[at], &left[best]);
                        let is_better = match side {
                            BookSide::Bid => a.1.price > b.1.price,
                            BookSide::Ask => a.1.price < b.1.price,
                        };
                        let is_earlier = (a.1.id, a.0) < (b.1.id, b.0);
                        if is_better || (a.1.price == b.1.price && is_earlier) {
                            best = at;
                        }
                    }
                    naive.push(left.remove(best));
                }
                let shown: Vec<_> = book.orders(side).iter().map(|o| (o.lane, o.id, o.lots)).collect();
                let expected: Vec<_> = naive.iter().map(|(at, o)| (*at, o.id, o.lots)).collect();
                prop_assert_eq!(shown, expected);

                let levels = book.grouped_levels(side, group);
                let sum: u64 = levels.iter().map(|level| level.lots.0).sum();
                prop_assert_eq!(sum, naive.iter().map(|(_, o)| o.lots.0).sum::<u64>());
                for level in &levels {
                    prop_assert_eq!(level.price.0 % group, 0);
                    let within = naive.iter().filter(|(_, o)| match side {
                        BookSide::Bid => o.price.0 >= level.price.0 && o.price.0 - level.price.0 < group,
                        BookSide::Ask => level.price.0 >= o.price.0 && level.price.0 - o.price.0 < group,
                    });
                    prop_assert_eq!(within.count(), level.orders);
                }
                for limit in [85, 95, 100, 105, 115] {
                    let within = naive.iter().filter(|(_, o)| match side {
                        BookSide::Bid => o.price.0 >= limit,
                        BookSide::Ask => o.price.0 <= limit,
                    });
                    prop_assert_eq!(within.count(), book.depth(side, Ticks(limit)).orders);
                }
            }
        }
    }
}
