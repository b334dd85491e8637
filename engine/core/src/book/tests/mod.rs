//! Lanes, strategies and measures that the tests of all operations share.

mod bulk;
mod cross;
mod layout;
mod malformed;
mod post_only;
mod requote;
mod resting;
mod take;
mod take_properties;

use std::{vec, vec::Vec};

use proptest::prelude::*;

use super::*;
use crate::units::{Bps, FeeRate};

/// A lot is 10 base units, a tick 5 quote units.
const SIZES: Sizes = Sizes {
    base_lot: 10,
    tick: 5,
};
const NOW: Moment = Moment {
    slot: 2,
    time: 1_000,
};
const NO_FEES: Fees = Fees {
    taker: FeeRate(0),
    maker: 0,
    referrer_share: Bps(0),
    cross_reward: FeeRate(0),
};

/// A lane with its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Slab(Vec<u64>);

impl Slab {
    /// Of an owner with enough of both tokens for anything, and room for eight orders a side.
    fn rich(owner: u64) -> Self {
        Self::new(owner, SIZES, 1 << 60, 1 << 60)
    }

    fn new(owner: u64, sizes: Sizes, base: u64, quote: u64) -> Self {
        let mut slab = Self(vec![0; lane_len(MIN_CAPACITY) / 8]);
        let header = slab.header();
        header.owner = Key([owner, 0, 0, 0]);
        header.base_lot = sizes.base_lot;
        header.tick = sizes.tick;
        header.capacity = MIN_CAPACITY;
        header.base_free = base;
        header.quote_free = quote;
        slab
    }

    fn header(&mut self) -> &mut LaneHeader {
        bytemuck::from_bytes_mut(bytemuck::cast_slice_mut(
            &mut self.0[..size_of::<LaneHeader>() / 8],
        ))
    }

    fn lane(&mut self) -> LaneMut<'_> {
        LaneMut::from_bytes(bytemuck::cast_slice_mut(&mut self.0)).unwrap()
    }

    fn read(&self) -> LaneRef<'_> {
        LaneRef::from_bytes(bytemuck::cast_slice(&self.0)).unwrap()
    }

    fn bid(&mut self, price: u32, lots: u64) -> OrderId {
        self.place(BookSide::Bid, price, lots).unwrap()
    }

    fn ask(&mut self, price: u32, lots: u64) -> OrderId {
        self.place(BookSide::Ask, price, lots).unwrap()
    }

    fn place(&mut self, side: BookSide, price: u32, lots: u64) -> Result<OrderId, BookError> {
        self.lane().place(&order(side, price, lots), 0, NOW.slot)
    }

    /// Prices and lots of a side, best first.
    fn levels(&self, side: BookSide) -> Vec<(u32, u64)> {
        let orders = self.read().orders(side).iter().rev();
        orders.map(|order| (order.price.0, order.lots.0)).collect()
    }

    /// Base free and locked, quote free and locked.
    fn funds(&self) -> [u64; 4] {
        let header = self.read();
        let header = header.header();
        [
            header.base_free,
            header.base_locked,
            header.quote_free,
            header.quote_locked,
        ]
    }
}

fn order(side: BookSide, price: u32, lots: u64) -> NewOrder {
    NewOrder {
        side,
        price: Ticks(price),
        lots: Lots(lots),
        client_id: 0,
        expiry: Expiry::NEVER,
    }
}

/// All base and all quote in lanes, fees included.
fn total<'a>(slabs: impl IntoIterator<Item = &'a Slab>) -> (u128, u128) {
    let (mut base, mut quote) = (0, 0);
    for slab in slabs {
        let lane = slab.read();
        let header = lane.header();
        base += u128::from(header.base_free) + u128::from(header.base_locked);
        quote += u128::from(header.quote_free)
            + u128::from(header.quote_locked)
            + u128::from(header.protocol_fees)
            + u128::from(header.referrer_fees);
    }
    (base, quote)
}

/// Whether a lane is as it must be: each side sorted by price and then by id, with nothing in it
/// twice, and locked exactly what its orders lock.
fn assert_sound(slab: &Slab) {
    let lane = slab.read();
    let header = lane.header();
    for side in [BookSide::Bid, BookSide::Ask] {
        let orders = lane.orders(side);
        let rank = |order: &Order| match side {
            BookSide::Bid => (order.price.0, u64::MAX - order.id.0),
            BookSide::Ask => (u32::MAX - order.price.0, u64::MAX - order.id.0),
        };
        assert!(orders.is_sorted_by(|worse, better| rank(worse) < rank(better)));
        assert!(orders.iter().all(|order| order.lots > Lots::ZERO
            && order.id.side() == side
            && order.id <= header.last_id));
        let locks = orders.iter().map(|order| {
            let value =
                u128::from(order.lots.0) * u128::from(order.price.0) * u128::from(header.tick);
            let rate = u128::try_from(order.maker_rate).unwrap_or(0);
            match side {
                BookSide::Bid => value + value * rate / 1_000_000,
                BookSide::Ask => u128::from(order.lots.0) * u128::from(header.base_lot),
            }
        });
        let locked = match side {
            BookSide::Bid => header.quote_locked,
            BookSide::Ask => header.base_locked,
        };
        assert_eq!(locks.sum::<u128>(), u128::from(locked));
    }
    if let (Some(bid), Some(ask)) = (lane.best(BookSide::Bid), lane.best(BookSide::Ask)) {
        assert!(bid.price < ask.price);
    }
}

fn any_side() -> impl Strategy<Value = BookSide> {
    prop_oneof![Just(BookSide::Bid), Just(BookSide::Ask)]
}

fn any_fees() -> impl Strategy<Value = Fees> {
    let taker = prop_oneof![Just(0), Just(10_000), 0u32..=10_000];
    (taker, 0u32..3, any::<u16>(), 0u32..=10_000).prop_map(|(taker, kind, part, reward)| {
        let least = -(taker as i32);
        let maker = match kind {
            0 => least,
            1 => 5_000,
            _ => least + i32::from(part) % (5_000 - least + 1),
        };
        Fees::try_new(FeeRate(taker), maker, Bps(part % 5_001), FeeRate(reward)).unwrap()
    })
}

/// Lots from 1 to 2^24, of every size alike.
fn some_lots() -> impl Strategy<Value = u64> {
    (1u64..1 << 24, 0u32..24).prop_map(|(lots, shift)| (lots >> shift).max(1))
}

/// An order near a price of 100, which may have expired by [`NOW`].
fn near_order() -> impl Strategy<Value = NewOrder> {
    (any_side(), 85u32..116, some_lots(), 0u64..4, 0u32..12).prop_map(
        |(side, price, lots, client_id, expiry)| NewOrder {
            client_id,
            expiry: match expiry {
                0 => Expiry { slot: 1, time: 0 },
                1 => Expiry { slot: 2, time: 0 },
                2 => Expiry { slot: 0, time: 999 },
                3 => Expiry {
                    slot: 9,
                    time: 1_000,
                },
                _ => Expiry::NEVER,
            },
            ..order(side, price, lots)
        },
    )
}

/// A lane whose orders were placed under changing fees, in slots up to [`NOW`].
fn any_slab(owner: u64) -> impl Strategy<Value = Slab> {
    let orders = prop::collection::vec((near_order(), -10_000i32..=5_000, 0u64..3), 0..14);
    orders.prop_map(move |orders| {
        let mut slab = Slab::rich(owner);
        for (order, maker, slot) in orders {
            // Some are refused: the lane is full, or they cross its own.
            let _ = slab.lane().place(&order, maker, slot);
        }
        slab
    })
}
