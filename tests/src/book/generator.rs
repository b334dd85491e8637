//! Random markets and random sequences of operations on them.
//!
//! A sequence depends on its seed alone and not on what its operations come to, so it can be
//! replayed on any exchange, and with operations left out.

use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

use super::operation::*;
use crate::log_uniform;

/// All that is ever deposited of a token, over all lanes.
const SUPPLY: u64 = u64::MAX / 8;
const MAX_TAKER_FEE: u32 = 10_000;
const MAX_MAKER_FEE: i32 = 5_000;
const MAX_REFERRER_SHARE: u16 = 5_000;
const MAX_CROSS_REWARD: u32 = 10_000;

/// Makes up a market, then what happens on it.
pub struct Generator {
    rng: ChaCha8Rng,
    setting: Setting,
    slot: u64,
    time: u32,
    /// About where the price is.
    middle: u32,
    /// How far quotes lie from it.
    width: u32,
    /// Most orders are not larger.
    most_lots: u64,
    /// What a lane gets at the beginning.
    funds: (u64, u64),
    supply: (u64, u64),
    /// How many of the first operations, the deposits, are made.
    begun: u8,
    /// What is to happen before anything else.
    soon: Vec<Operation>,
}

/// A whole sequence.
#[must_use]
pub fn sequence(seed: u64, lanes: u8, length: usize) -> (Setting, Vec<Operation>) {
    let mut generator = Generator::new(seed, lanes);
    let setting = generator.setting.clone();
    let operations = (0..length).map(|_| generator.operation()).collect();
    (setting, operations)
}

impl Generator {
    /// A market with so many lanes, at least four.
    #[must_use]
    pub fn new(seed: u64, lanes: u8) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let base_lot = *pick(&mut rng, &[1, 1, 1_000, 1_000_000, 1 << 32, 1 << 44]);
        let tick = match rng.random_range(0..4) {
            0 => 1,
            1 => u32::MAX,
            _ => log_uniform(&mut rng, u64::from(u32::MAX)) as u32,
        };
        // Room for orders of some lots below what a ledger can hold.
        let highest = ((u64::MAX / u64::from(tick)) >> 16).min(u64::from(u32::MAX));
        let middle = match rng.random_range(0..8) {
            0 => highest as u32,
            1 => rng.random_range(1..20),
            _ => log_uniform(&mut rng, highest) as u32,
        };
        let parts = 64 * u64::from(lanes);
        let price = u64::from(middle) * u64::from(tick);
        let highest_lots = (SUPPLY / parts / base_lot)
            .min(SUPPLY / parts / price)
            .max(1);
        let most_lots = if rng.random_bool(0.3) {
            highest_lots.min(10)
        } else {
            log_uniform(&mut rng, highest_lots)
        };
        let width = log_uniform(&mut rng, 200) as u32;
        let (slot, time) = (log_uniform(&mut rng, 1 << 38), rng.random_range(1..1 << 31));
        let mut owners: Vec<u8> = (0..lanes).collect();
        if rng.random_bool(0.7) {
            let twins = rng.random_range(1..=lanes / 2);
            for twin in 0..twins {
                owners[usize::from(twin)] = rng.random_range(0..lanes);
            }
            owners.shuffle(&mut rng);
        }
        let lanes = (0..lanes)
            .map(|lane| {
                let owner = owners[usize::from(lane)];
                let referrer =
                    (lane > 0 && rng.random_bool(0.5)).then(|| rng.random_range(0..lane));
                LaneSpec {
                    owner,
                    referrer: referrer.filter(|&by| owners[usize::from(by)] != owner),
                    capacity: rng.random_range(8..=14),
                }
            })
            .collect();
        Self {
            setting: Setting {
                base_lot,
                tick,
                fees: fees(&mut rng),
                lanes,
                slot,
                time,
            },
            slot,
            time,
            middle,
            width,
            most_lots,
            funds: (
                (most_lots * base_lot)
                    .saturating_mul(16)
                    .min(SUPPLY / parts * 16),
                (most_lots * price)
                    .saturating_mul(16)
                    .min(SUPPLY / parts * 16),
            ),
            supply: (SUPPLY, SUPPLY),
            begun: 0,
            soon: Vec::new(),
            rng,
        }
    }

    /// The market.
    #[must_use]
    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    /// What happens next.
    pub fn operation(&mut self) -> Operation {
        if usize::from(self.begun) < self.setting.lanes.len() {
            self.begun += 1;
            return self.deposit(self.begun - 1, 1);
        }
        if let Some(operation) = self.soon.pop() {
            return operation;
        }
        let lane = self.lane();
        let side = self.side();
        match self.rng.random_range(0..1000) {
            0..40 => self.advance(),
            40..45 => Operation::SetFees(fees(&mut self.rng)),
            45..70 => self.deposit(lane, 16),
            70..100 => self.withdraw(lane),
            100..105 => Operation::SetDelegate {
                lane,
                delegate: self.rng.random_range(0..4),
            },
            105..110 => Operation::Grow {
                lane,
                capacity: self.capacity(),
            },
            110..400 => Operation::Place {
                lane,
                quote: self.quote(),
                post_only: self.post_only(),
                shown: self.lanes(0, 4, &[lane]),
            },
            400..430 => Operation::PlaceMany {
                lane,
                quotes: (0..self.rng.random_range(1..5))
                    .map(|_| self.quote())
                    .collect(),
                post_only: self.post_only(),
                shown: self.lanes(0, 4, &[lane]),
            },
            430..500 => Operation::Cancel {
                lane,
                which: Which::At(side, self.rng.random_range(0..40)),
            },
            500..520 => Operation::CancelClient {
                lane,
                client_id: self.client_id(),
            },
            520..540 => Operation::CancelUpTo {
                lane,
                side,
                limit: self.price(side),
                most: self.rng.random_range(0..6),
            },
            540..550 => Operation::CancelAll {
                lane,
                side: *pick(
                    &mut self.rng,
                    &[None, Some(BookSide::Bid), Some(BookSide::Ask)],
                ),
            },
            550..610 => self.replace_all(lane),
            610..660 => Operation::Reduce {
                lane,
                which: Which::At(side, self.rng.random_range(0..40)),
                lots: self.lots(),
            },
            660..880 => Operation::Take {
                lane,
                order: self.take(&[lane]),
                time_in_force: *pick(
                    &mut self.rng,
                    &[
                        TimeInForce::Ioc,
                        TimeInForce::Ioc,
                        TimeInForce::Fok,
                        TimeInForce::Rest,
                    ],
                ),
                client_id: self.client_id(),
            },
            880..910 => self.swap_take(),
            910..970 => self.cross(),
            970..990 => Operation::Reap { lane },
            _ => Operation::Sweep { lane },
        }
    }

    fn lane(&mut self) -> u8 {
        self.rng.random_range(0..self.setting.lanes.len() as u8)
    }

    fn side(&mut self) -> BookSide {
        *pick(&mut self.rng, &[BookSide::Bid, BookSide::Ask])
    }

    /// Some lanes, in any order, each once.
    fn lanes(&mut self, least: usize, most: usize, without: &[u8]) -> Vec<u8> {
        let mut lanes: Vec<u8> = (0..self.setting.lanes.len() as u8)
            .filter(|lane| !without.contains(lane))
            .collect();
        lanes.shuffle(&mut self.rng);
        let count = self.rng.random_range(least..=most.min(lanes.len()));
        lanes.truncate(count);
        lanes
    }

    fn client_id(&mut self) -> u64 {
        self.rng.random_range(0..6)
    }

    fn capacity(&mut self) -> u16 {
        match self.rng.random_range(0..10) {
            0 => self.rng.random_range(0..=8),
            1 => self.rng.random_range(513..=u16::MAX),
            _ => self.rng.random_range(8..=40),
        }
    }

    fn advance(&mut self) -> Operation {
        let slots = self.rng.random_range(0..4);
        let seconds = self.rng.random_range(0..3);
        self.slot += slots;
        self.time += seconds;
        let step = i64::from(self.width / 4 + 1);
        let middle = i64::from(self.middle) + self.rng.random_range(-step..=step);
        self.middle = middle.clamp(1, i64::from(u32::MAX)) as u32;
        Operation::Advance { slots, seconds }
    }

    fn deposit(&mut self, lane: u8, part: u64) -> Operation {
        let amount = |rng: &mut ChaCha8Rng, funds: u64, supply: &mut u64| {
            let amount = rng.random_range(1..=(funds / part).max(1)).min(*supply);
            *supply -= amount;
            amount
        };
        Operation::Deposit {
            lane,
            base: amount(&mut self.rng, self.funds.0, &mut self.supply.0),
            quote: amount(&mut self.rng, self.funds.1, &mut self.supply.1),
        }
    }

    fn withdraw(&mut self, lane: u8) -> Operation {
        let mut amount = |funds: u64| match self.rng.random_range(0..8) {
            0 => u64::MAX,
            1 => funds,
            _ => log_uniform(&mut self.rng, (funds / 8).max(1)),
        };
        Operation::Withdraw {
            lane,
            base: amount(self.funds.0),
            quote: amount(self.funds.1),
        }
    }

    /// Near the middle; one in some crosses it.
    fn price(&mut self, side: BookSide) -> u32 {
        if self.rng.random_ratio(1, 100) {
            return *pick(&mut self.rng, &[0, 1, u32::MAX]);
        }
        let width = i64::from(self.width);
        let crossing = *pick(&mut self.rng, &[4, 4, 4, 1]);
        let away = self.rng.random_range(-width / crossing..=width);
        let price = match side {
            BookSide::Bid => i64::from(self.middle) - away,
            BookSide::Ask => i64::from(self.middle) + away,
        };
        price.clamp(1, i64::from(u32::MAX)) as u32
    }

    fn lots(&mut self) -> u64 {
        match self.rng.random_range(0..100) {
            0 => 0,
            1 => log_uniform(&mut self.rng, u64::MAX),
            2..30 => self.rng.random_range(1..=self.most_lots.min(4)),
            _ => log_uniform(&mut self.rng, self.most_lots),
        }
    }

    fn expiry(&mut self) -> (u64, u32) {
        match self.rng.random_range(0..10) {
            0 => (self.slot + self.rng.random_range(0..20), 0),
            1 => (0, self.time + self.rng.random_range(0..15)),
            2 => (
                self.slot.saturating_sub(1),
                self.time + self.rng.random_range(0..15),
            ),
            _ => (0, 0),
        }
    }

    fn quote(&mut self) -> Quote {
        let side = self.side();
        let (expires_slot, expires_at) = self.expiry();
        Quote {
            side,
            price: self.price(side),
            lots: self.lots(),
            client_id: self.client_id(),
            expires_slot,
            expires_at,
        }
    }

    fn post_only(&mut self) -> PostOnly {
        *pick(
            &mut self.rng,
            &[
                PostOnly::Off,
                PostOnly::Off,
                PostOnly::Reject,
                PostOnly::Slide,
            ],
        )
    }

    fn levels(&mut self) -> Option<Vec<(u16, u32)>> {
        if self.rng.random_ratio(1, 5) {
            return None;
        }
        let count = self.rng.random_range(0..12);
        let near = (self.width / 6 + 2) as u16;
        let level = |at| {
            // Levels of one price are refused, all but the first.
            let least = u16::from(at > 0 && !self.rng.random_ratio(1, 200));
            let size = match self.rng.random_range(0..200) {
                0 => 0,
                _ => self.rng.random_range(1..20),
            };
            (self.rng.random_range(least..=near), size)
        };
        Some((0..count).map(level).collect())
    }

    fn replace_all(&mut self, lane: u8) -> Operation {
        let (expires_slot, expires_at) = self.expiry();
        Operation::ReplaceAll {
            lane,
            ladders: Ladders {
                client_id: self.client_id(),
                expires_slot,
                expires_at,
                reference: self.price(BookSide::Bid),
                lot_multiple: (self.lots() / 20 + 1).min(u64::from(u32::MAX)) as u32,
                bids: self.levels(),
                asks: self.levels(),
                post_only: self.rng.random_bool(0.3),
            },
            shown: self.lanes(0, 4, &[lane]),
        }
    }

    fn take(&mut self, without: &[u8]) -> TakeOp {
        let side = self.side();
        let limit = match (self.rng.random_range(0..4), side) {
            (0, BookSide::Bid) => u32::MAX,
            (0, BookSide::Ask) => 1,
            // As aggressive as the other side's quotes are far away.
            _ => self.price(side.opposite()),
        };
        let max_quote = match self.rng.random_range(0..10) {
            0 => log_uniform(&mut self.rng, u64::MAX - 1),
            1..4 => self.rng.random_range(0..=self.funds.1 / 8),
            _ => u64::MAX,
        };
        let lots = if max_quote < u64::MAX && self.rng.random() {
            u64::MAX
        } else {
            self.lots().saturating_mul(self.rng.random_range(1..6))
        };
        let most = if self.rng.random() { 32 } else { 3 };
        TakeOp {
            side,
            limit,
            lots,
            max_quote,
            max_orders: match self.rng.random_range(0..6) {
                0 => self.rng.random_range(0..5),
                _ => u16::MAX,
            },
            self_trade: *pick(
                &mut self.rng,
                &[
                    SelfTrade::Decrement,
                    SelfTrade::CancelProvide,
                    SelfTrade::Abort,
                ],
            ),
            makers: self.lanes(1, most, without),
        }
    }

    /// A wallet's take; of a seller only lots can be limited.
    fn swap_take(&mut self) -> Operation {
        let lane = self.lane();
        let LaneSpec { owner, .. } = self.setting.lanes[usize::from(lane)];
        let other = self.rng.random_range(0..self.setting.lanes.len() as u8);
        let taker = *pick(&mut self.rng, &[other, owner]);
        let referrer = (owner != taker && self.rng.random()).then_some(lane);
        let mut order = self.take(referrer.as_slice());
        if order.side == BookSide::Ask {
            order.max_quote = u64::MAX;
        }
        Operation::SwapTake {
            owner: taker,
            referrer,
            order,
            time_in_force: *pick(&mut self.rng, &[TimeInForce::Ioc, TimeInForce::Fok]),
        }
    }

    fn cross(&mut self) -> Operation {
        let count = self.setting.lanes.len();
        let [lane, bids, asks] = {
            let picked = rand::seq::index::sample(&mut self.rng, count, 3);
            [0, 1, 2].map(|at| picked.index(at) as u8)
        };
        let cross = Operation::Cross {
            lane,
            bids,
            asks,
            most: self.rng.random_range(0..8),
        };
        if self.rng.random() {
            return cross;
        }
        // Let them cross first, by little or much, either being first.
        self.soon.push(cross);
        let middle = self.price(BookSide::Ask);
        let apart = self.rng.random_range(0..=self.width.min(middle));
        let mut sides = [
            (bids, BookSide::Bid, middle),
            (asks, BookSide::Ask, middle - apart),
        ];
        sides.shuffle(&mut self.rng);
        for (lane, side, price) in sides {
            let quote = Quote {
                side,
                price,
                ..self.quote()
            };
            self.soon.push(Operation::Place {
                lane,
                quote,
                post_only: PostOnly::Off,
                shown: Vec::new(),
            });
        }
        self.operation()
    }
}

fn pick<'a, T>(rng: &mut ChaCha8Rng, from: &'a [T]) -> &'a T {
    &from[rng.random_range(0..from.len())]
}

/// Fees within the bounds, often at them.
fn fees(rng: &mut ChaCha8Rng) -> FeeRates {
    let taker = match rng.random_range(0..5) {
        0 => 0,
        1 => MAX_TAKER_FEE,
        _ => log_uniform(rng, u64::from(MAX_TAKER_FEE)) as u32,
    };
    let maker = match rng.random_range(0..6) {
        0 | 1 => 0,
        2 => -(taker as i32),
        3 => MAX_MAKER_FEE,
        _ => rng.random_range(-(taker as i32)..=MAX_MAKER_FEE),
    };
    FeeRates {
        taker,
        maker,
        referrer_share: *pick(rng, &[0, 1, 3_333, MAX_REFERRER_SHARE]),
        cross_reward: *pick(rng, &[0, 1, 500, MAX_CROSS_REWARD]),
    }
}
