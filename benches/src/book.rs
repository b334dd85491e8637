//! Every instruction of the order book program, in every variant whose cost differs.

mod money;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sealane_core::book::{BookSide, Expiry, RequoteHead, Ticks, requote::flag};
use sealane_orderbook::{PlaceParams, state::FeeParams};
use sealane_testkit::{
    MintSpec,
    book::{
        market::{PARAMS, TestMarket},
        trading::{ladder, order, swapping, taking},
        world::BookWorld,
    },
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::report::Measured;

/// What every wallet and every lane gets of both tokens.
const FUNDS: u64 = 1_000_000_000_000_000;
/// Room for orders on each side of a lane.
const CAPACITY: u16 = 24;
/// At most so many orders rest on a side.
const RESTING: usize = 16;
/// The price around which all orders are.
const MIDDLE: u32 = 10_000;
/// The most lots of an order.
const LOTS: u64 = 50_000_000;

/// A market in use, a few lanes, and the costs of what is done with them.
struct Bench {
    book: BookWorld,
    market: TestMarket,
    /// Owner and lane of those who take.
    taker: (Pubkey, Pubkey),
    /// Owners and lanes of those who make.
    makers: Vec<(Pubkey, Pubkey)>,
    rng: ChaCha8Rng,
    variant: &'static str,
    runs: usize,
    measured: Vec<Measured>,
}

/// Runs everything.
pub(crate) fn measure(runs: usize) -> Vec<Measured> {
    let mut measured = Vec::new();
    let token_2022 = || (MintSpec::token_2022(6), MintSpec::token_2022(6));
    let transfer_fee = || {
        let mint = MintSpec::with_transfer_fee(6, 30, 1_000_000);
        (mint.clone(), mint)
    };
    let spl = || (MintSpec::spl(6), MintSpec::spl(6));
    for (variant, mints, maker_pips) in [
        ("", spl(), -500),
        ("maker_fee", spl(), 300),
        ("token_2022", token_2022(), -500),
        ("transfer_fee", transfer_fee(), -500),
    ] {
        let mut bench = Bench::new(variant, &mints, maker_pips, runs);
        if matches!(variant, "" | "maker_fee") {
            bench.orders();
            bench.bulk();
            bench.takes();
            bench.crosses();
        }
        bench.swaps();
        if variant != "maker_fee" {
            bench.money();
        }
        if variant.is_empty() {
            bench.lanes_of_their_own();
            bench.markets();
        }
        measured.extend(bench.measured);
    }
    measured.sort_by_cached_key(|measured| crate::cases::order(&measured.instruction));
    measured
}

impl Bench {
    fn new(
        variant: &'static str,
        (base, quote): &(MintSpec, MintSpec),
        maker_pips: i32,
        runs: usize,
    ) -> Self {
        let mut book = BookWorld::new();
        let mut params = PARAMS;
        params.fees = FeeParams {
            maker_pips,
            ..params.fees
        };
        let market = book.create_market((base, quote), params, 1);
        let (_, referrer) = book.funded_lane(&market, 8, 0, 0);
        let mut lane = |referrer| {
            let owner = book.trader(&market, FUNDS, FUNDS);
            let lane = book.open_lane(&market, owner, 0, CAPACITY, referrer);
            book.execute(&[market.deposit(0, lane, owner, FUNDS / 2, FUNDS / 2)]);
            (owner, lane)
        };
        let taker = lane(Some(referrer));
        let makers = (0..8).map(|_| lane(None)).collect();
        Self {
            book,
            market,
            taker,
            makers,
            rng: ChaCha8Rng::seed_from_u64(2),
            variant,
            runs,
            measured: Vec::new(),
        }
    }

    /// Runs what `next` makes of the world as often as asked, and notes the units. Each run is from
    /// a slot of its own; what it changed stays.
    fn run(&mut self, name: &str, mut next: impl FnMut(&mut Self) -> Instruction) {
        let mut units = Vec::with_capacity(self.runs);
        for _ in 0..self.runs {
            let instruction = next(self);
            units.push(self.execute(instruction).program_units());
        }
        self.note(name, units);
    }

    fn note(&mut self, name: &str, units: Vec<u64>) {
        let mut instruction = format!("orderbook.{name}");
        if !self.variant.is_empty() {
            instruction = format!("{instruction}.{}", self.variant);
        }
        self.measured.push(Measured { instruction, units });
    }

    /// Not by way of the book's world, which looks at every lane after every instruction: the tests
    /// do that.
    fn execute(&mut self, instruction: Instruction) -> sealane_testkit::Executed {
        self.book.world.execute_heavy(&[instruction])
    }

    fn side(&mut self) -> BookSide {
        if self.rng.random() {
            BookSide::Bid
        } else {
            BookSide::Ask
        }
    }

    fn lots(&mut self) -> u64 {
        sealane_testkit::log_uniform(&mut self.rng, LOTS).max(1)
    }

    /// An order of a side anywhere among sixteen levels.
    fn order(&mut self, side: BookSide) -> PlaceParams {
        let distance = self.rng.random_range(1..=RESTING as u32);
        let price = match side {
            BookSide::Bid => MIDDLE - distance,
            BookSide::Ask => MIDDLE + distance,
        };
        let mut order = order(side, price, self.lots());
        order.client_id = self.rng.random_range(1..=4);
        if self.rng.random() {
            order.expires_slot = u64::MAX;
            order.expires_at = u32::MAX;
        }
        order
    }

    /// Gives a lane up to sixteen orders on each side, and leaves it at least `least`.
    fn fill(&mut self, (owner, lane): (Pubkey, Pubkey), least: usize) {
        let cancel = self.market.cancel_all(lane, owner, 2);
        self.execute(cancel);
        for side in [BookSide::Bid, BookSide::Ask] {
            let count = self.rng.random_range(least..=RESTING);
            for _ in 0..count {
                let order = self.order(side);
                let place = self.market.place(lane, owner, order);
                self.execute(place);
            }
        }
    }

    /// The id of some order of a lane.
    fn some_id(&mut self, lane: &Pubkey) -> u64 {
        let state = self.book.lane(lane).expect("a lane");
        let orders: Vec<u64> = state
            .bids
            .iter()
            .chain(&state.asks)
            .map(|order| order.id.0)
            .collect();
        orders[self.rng.random_range(0..orders.len())]
    }

    fn orders(&mut self) {
        let maker @ (owner, lane) = self.makers[0];
        self.run("place", |bench| {
            // Up to fifteen rest already.
            let state = bench.book.lane(&lane).expect("a lane");
            if state.bids.len() >= RESTING || state.asks.len() >= RESTING {
                bench.fill(maker, 0);
                let cancel = bench.market.cancel_up_to(lane, owner, BookSide::Bid, 1, 1);
                bench.execute(cancel);
                let cancel = bench
                    .market
                    .cancel_up_to(lane, owner, BookSide::Ask, u32::MAX, 1);
                bench.execute(cancel);
            }
            let side = bench.side();
            let order = bench.order(side);
            bench.market.place(lane, owner, order)
        });
        self.run("cancel", |bench| {
            bench.fill(maker, 1);
            let id = bench.some_id(&lane);
            bench.market.cancel(lane, owner, id)
        });
        self.run("reduce", |bench| {
            bench.fill(maker, 1);
            let (id, lots) = (bench.some_id(&lane), bench.lots());
            bench.market.reduce(lane, owner, id, lots)
        });
        let shown: Vec<Pubkey> = self.makers[1..5].iter().map(|maker| maker.1).collect();
        self.run("place.post_only_4", |bench| {
            bench.fill(maker, 0);
            let cancel = bench.market.cancel_up_to(lane, owner, BookSide::Bid, 1, 1);
            bench.execute(cancel);
            let mut order = bench.order(BookSide::Bid);
            order.post_only = 2;
            bench.market.place_shown(lane, owner, order, &shown)
        });
    }

    fn bulk(&mut self) {
        let maker @ (owner, lane) = self.makers[0];
        self.run("place_many.8", |bench| {
            let cancel = bench.market.cancel_all(lane, owner, 2);
            bench.execute(cancel);
            let orders = (0..8)
                .map(|_| {
                    let side = bench.side();
                    bench.order(side)
                })
                .collect();
            bench.market.place_many(lane, owner, orders)
        });
        for (name, bids, asks) in [
            ("replace_all_16", 8, 8),
            ("replace_all_16.bids", 16, 0),
            ("replace_all_16.asks", 0, 16),
        ] {
            self.run(name, |bench| {
                bench.fill(maker, 0);
                let levels = bench.ladder(bids, asks);
                bench.market.replace_all(lane, owner, levels)
            });
        }
        self.run("cancel_client", |bench| {
            bench.fill(maker, 16);
            let id = bench.rng.random_range(1..=4);
            bench.market.cancel_client(lane, owner, id)
        });
        self.run("cancel_up_to", |bench| {
            bench.fill(maker, 16);
            let side = bench.side();
            let limit = if side == BookSide::Bid { 1 } else { u32::MAX };
            let most = bench.rng.random_range(1..=16);
            bench.market.cancel_up_to(lane, owner, side, limit, most)
        });
        self.run("cancel_all", |bench| {
            bench.fill(maker, 0);
            bench.market.cancel_all(lane, owner, 2)
        });
        self.run("reap", |bench| {
            bench.fill(maker, 16);
            bench.market.reap(lane)
        });
    }

    /// Levels of which no two have one price.
    fn ladder(&mut self, bids: usize, asks: usize) -> Vec<u8> {
        let mut levels = |count: usize| -> Vec<(u16, u32)> {
            (0..count)
                .map(|_| {
                    (
                        self.rng.random_range(1..=20),
                        self.rng.random_range(1..=500_000),
                    )
                })
                .collect()
        };
        let (bids, asks) = (levels(bids), levels(asks));
        let head = RequoteHead {
            client_id: self.rng.random(),
            expiry: Expiry {
                slot: u64::MAX,
                time: u32::MAX,
            },
            reference: Ticks(MIDDLE),
            lot_multiple: 100,
            bids: 0,
            asks: 0,
            flags: flag::BIDS | flag::ASKS,
        };
        ladder(head, &bids, &asks)
    }

    /// Rests `orders` orders of a side in each of some lanes, and tells their lots in sum.
    fn quote(&mut self, side: BookSide, lanes: usize, orders: usize) -> u64 {
        let mut lots = 0;
        for at in 0..lanes {
            let (owner, lane) = self.makers[at];
            let cancel = self.market.cancel_all(lane, owner, 2);
            self.execute(cancel);
            for _ in 0..orders {
                let order = self.order(side);
                lots += order.lots;
                let place = self.market.place(lane, owner, order);
                self.execute(place);
            }
        }
        lots
    }

    /// So many orders in each of so many lanes, all of which a take can meet.
    fn takes(&mut self) {
        for (name, lanes, orders) in [
            ("take_1", 1, 1),
            ("take_8", 1, 8),
            ("take_8.8_lanes", 8, 1),
            ("take_16", 1, 16),
        ] {
            self.run(name, |bench| {
                let side = bench.side();
                let lots = bench.quote(side.opposite(), lanes, orders);
                let order = bench.taking(side, lots);
                let (owner, lane) = bench.taker;
                let makers = bench.lanes(lanes);
                bench.market.take(lane, owner, order, &makers)
            });
        }
        self.run("take_1.quote_limit", |bench| {
            let side = bench.side();
            let lots = bench.quote(side.opposite(), 1, 1);
            let mut order = bench.taking(side, lots);
            // Twice what the largest order is worth.
            order.max_quote = 2 * LOTS * u64::from(MIDDLE);
            let (owner, lane) = bench.taker;
            let makers = bench.lanes(1);
            bench.market.take(lane, owner, order, &makers)
        });
    }

    fn lanes(&self, count: usize) -> Vec<Pubkey> {
        self.makers[..count].iter().map(|maker| maker.1).collect()
    }

    /// A take of all the lots, or of so much that the last order is not used up.
    fn taking(&mut self, side: BookSide, lots: u64) -> sealane_orderbook::TakeParams {
        let limit = if side == BookSide::Bid { u32::MAX } else { 1 };
        let part = u64::from(self.rng.random::<bool>() && lots > 1);
        taking(side, limit, lots - part)
    }

    fn swaps(&mut self) {
        for (name, lanes, orders) in [
            ("swap_take_1", 1, 1),
            ("swap_take_8", 1, 8),
            ("swap_take_8.8_lanes", 8, 1),
        ] {
            self.run(name, |bench| {
                let side = bench.side();
                let lots = bench.quote(side.opposite(), lanes, orders);
                let limit = if side == BookSide::Bid { u32::MAX } else { 1 };
                let order = swapping(side, limit, lots);
                let makers = bench.lanes(lanes);
                let trader = bench.taker.0;
                bench.market.swap_take(0, trader, order, &makers)
            });
        }
    }

    /// One pair of orders that cross by the taker's fee, ten ticks, and up to sixteen more.
    fn crosses(&mut self) {
        self.run("cross", |bench| {
            let bids = bench.makers[0];
            let asks = bench.makers[1];
            let lots = bench.lots();
            let mut orders = [
                (bids, BookSide::Bid, MIDDLE + 11),
                (asks, BookSide::Ask, MIDDLE),
            ];
            orders[0].2 += bench.rng.random_range(0..16);
            if bench.rng.random() {
                orders.reverse();
            }
            for ((owner, lane), side, price) in orders {
                let cancel = bench.market.cancel_all(lane, owner, 2);
                bench.execute(cancel);
                let place = bench.market.place(lane, owner, order(side, price, lots));
                bench.execute(place);
            }
            let (owner, lane) = bench.taker;
            bench.market.cross(lane, owner, (bids.1, asks.1), u16::MAX)
        });
    }
}
