//! One day on an exchange, out of a seed.
//!
//! What is published of the shape, and what is assumed:
//!
//! - **Arrivals** excite more of the same: a Hawkes process with an exponential kernel, drawn as the
//!   tree of causes that it is (Hawkes and Oakes 1974). Branching ratio 0.6: estimates for liquid
//!   markets lie between 0.3 and close to 1, by the period and the kernel (Filimonov and Sornette
//!   2012, arXiv 1201.3572; Hardiman, Bercot and Bouchaud 2013, arXiv 1302.1405). An effect follows
//!   its cause by a second on average, in the same market: that is what a burst of arbitrage is.
//! - **Hours**: a cosine between half and one and a half times the mean, highest at 15:00 UTC.
//!   Assumed; crypto trades round the clock, most while Europe and America are both awake.
//! - **Popularity** of markets and pools is Pareto's: the n-th gets n^−1.2 of the first. Of 40 the
//!   first has 29%.
//! - **Order flow**: makers replace their quotes far more often than anything trades. Where each
//!   order is a message, 45% are adds, 43% cancels, 8% replaces and 4% executions; a maker on chain
//!   sends a side's cancels and adds as one. Assumed: 60% requotes, 13% orders, 12% cancels, 15%
//!   takes: more takes than published, which is to Sealane's disadvantage.
//! - **Sizes** are log-normal: of takes around half a level of a ladder, of swaps with a spread of e²
//!   (one in a hundred is a hundred times the median) around what lets the first pool turn over its
//!   depth 20 times a day. Assumed; the more swaps a day has, the smaller they are.
//! - **Traders**: 20,000, whose activity falls with n^−0.7, so that the busiest sends 1.5%.

mod arrivals;
mod book;
#[cfg(test)]
mod tests;

use std::ops::Range;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal, Zipf};
use sealane_core::{book::BookSide, units::Side};
use serde::Serialize;

use arrivals::{Arrival, Arrivals};
use book::{Book, LEVELS};

/// Who acts. Makers of a market come after all traders.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Who(pub(crate) u32);

/// What a day consists of.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Parameters {
    /// Where all randomness comes from.
    pub(crate) seed: u64,
    /// Hours that are looked at, evenly over the day.
    pub(crate) hours: u32,
    /// Slots of each that are looked at.
    pub(crate) slots: u32,
    /// Transactions that arrive in a slot on average over the day, books and pools together.
    pub(crate) rate: f64,
    /// Order books.
    pub(crate) markets: u32,
    /// Pools.
    pub(crate) pools: u32,
    /// Exponent of popularity.
    pub(crate) popularity: f64,
    /// Traders.
    pub(crate) traders: u32,
    /// Effects of one arrival on average.
    pub(crate) branching: f64,
    /// Shares of requotes, orders and cancels; the rest takes.
    pub(crate) mix: [f64; 3],
    /// How often a day's swaps turn over the first pool's depth.
    pub(crate) turnover: f64,
    /// Whether in each market one maker is always ahead of the others.
    pub(crate) dominant_maker: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            seed: 1,
            hours: 6,
            slots: 40,
            rate: 2_000.0,
            markets: 40,
            pools: 40,
            popularity: 1.2,
            traders: 20_000,
            branching: 0.6,
            mix: [0.60, 0.13, 0.12],
            turnover: 20.0,
            dominant_maker: false,
        }
    }
}

/// One thing that somebody wants.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    /// When, counted from the window's begin.
    pub(crate) slot: u32,
    /// Which market, or which pool.
    pub(crate) place: u16,
    /// Who.
    pub(crate) who: Who,
    /// What.
    pub(crate) kind: Kind,
}

/// What somebody wants. Ranges are of [`Window::makers`].
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// A maker replaces all quotes; the others' best lanes at that moment.
    Requote { shown: Range<u32> },
    /// A trader rests an order; the other side's best lanes at that moment.
    Order { shown: Range<u32> },
    /// A trader takes an order back.
    Cancel,
    /// A trader takes.
    Take {
        /// Whether paid by the wallet, and not by a deposit.
        from_wallet: bool,
        /// Whose orders are filled, in this order: one entry a fill.
        fills: Range<u32>,
        /// Whose lanes are named: those, each once, and the next best in case that an order is
        /// gone when the take arrives.
        named: Range<u32>,
    },
    /// A trader swaps with a pool.
    Swap {
        /// What is sent.
        side: Side,
        /// How much, as a part of the pool's depth.
        part: f64,
    },
}

/// Some consecutive slots of the day.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    /// In order of time.
    pub(crate) actions: Vec<Action>,
    /// What the actions' ranges are of.
    pub(crate) makers: Vec<Who>,
}

impl Window {
    /// The owners in a range.
    pub(crate) fn owners(&self, range: &Range<u32>) -> &[Who] {
        &self.makers[range.start as usize..range.end as usize]
    }
}

/// How many slots of the window before are played and dropped, so that bursts are under way and
/// books filled.
const WARM_UP_SLOTS: u32 = 20;
/// At 400 ms.
const SLOTS_A_DAY: f64 = 216_000.0;
/// Standard deviation of the logarithm of what swaps send.
const SPREAD: f64 = 2.0;
/// Lanes that an order is shown, and that a take names beyond those that it fills from.
const SHOWN: usize = 4;
const SPARE: usize = 1;

impl Parameters {
    /// The windows of the day.
    pub(crate) fn windows(&self) -> Vec<Window> {
        let apart = 24.0 / f64::from(self.hours);
        (0..self.hours)
            .map(|window| Generator::new(self, window).window(f64::from(window) * apart))
            .collect()
    }

    /// Makers of a market: 40 of the first, with fewer of those behind, at least 6.
    pub(crate) fn makers(&self, market: u16) -> u32 {
        ((40.0 / f64::from(market + 1).sqrt()) as u32).max(6)
    }

    /// A market's maker, the busiest first.
    pub(crate) fn maker(&self, market: u16, index: u32) -> Who {
        let before: u32 = (0..market).map(|market| self.makers(market)).sum();
        Who(self.traders + before + index)
    }

    /// What the median swap sends, as a part of the pool's depth.
    fn median_part(&self) -> f64 {
        let weights = (1..=self.pools).map(|pool| f64::from(pool).powf(-self.popularity));
        let swaps_a_day = SLOTS_A_DAY * self.rate / 2.0 / weights.sum::<f64>();
        self.turnover / swaps_a_day / (SPREAD * SPREAD / 2.0).exp()
    }

    /// Times the mean that arrives at this hour.
    fn busyness(hour: f64) -> f64 {
        1.0 + 0.5 * ((hour - 15.0) * std::f64::consts::TAU / 24.0).cos()
    }
}

/// What distributions are drawn from.
struct Generator<'a> {
    parameters: &'a Parameters,
    rng: ChaCha8Rng,
    trader: Zipf<f64>,
    take_lots: LogNormal<f64>,
    swap_part: LogNormal<f64>,
    books: Vec<Book>,
}

impl<'a> Generator<'a> {
    fn new(parameters: &'a Parameters, window: u32) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(parameters.seed);
        rng.set_stream(u64::from(window));
        let books = (0..parameters.markets as u16).map(|market| {
            let makers = parameters.makers(market);
            let first = parameters.maker(market, 0);
            Book::new(first, makers, parameters.dominant_maker, &mut rng)
        });
        Self {
            books: books.collect(),
            parameters,
            trader: Zipf::new(f64::from(parameters.traders), 0.7).expect("at least one trader"),
            take_lots: LogNormal::new(50f64.ln(), 1.2).expect("a finite spread"),
            swap_part: LogNormal::new(parameters.median_part().ln(), SPREAD).expect("a spread"),
            rng,
        }
    }

    fn window(mut self, hour: f64) -> Window {
        let slots = f64::from(self.parameters.slots + WARM_UP_SLOTS);
        let arrivals = Arrivals {
            slots,
            rate: self.parameters.rate * Parameters::busyness(hour),
            branching: self.parameters.branching,
            delay_slots: 2.5,
        };
        let mut window = Window {
            actions: Vec::new(),
            makers: Vec::new(),
        };
        let (markets, pools) = (self.parameters.markets, self.parameters.pools);
        let popularity = self.parameters.popularity;
        let drawn = arrivals.draw(markets, pools, popularity, &mut self.rng);
        let mut causes = vec![None; drawn.len()];
        for arrival in &drawn {
            let cause = arrival.cause.and_then(|cause| causes[cause as usize]);
            let act = self.act(arrival, cause);
            causes[arrival.number as usize] = Some(act);
            let Some((who, kind)) = self.perform(arrival, act, &mut window.makers) else {
                continue;
            };
            if let Some(slot) = (arrival.slot as u32).checked_sub(WARM_UP_SLOTS) {
                window.actions.push(Action {
                    slot,
                    place: arrival.place,
                    who,
                    kind,
                });
            }
        }
        window
    }

    /// What somebody does, and on which side. An effect is half of the time what its cause was, and
    /// mostly on its side.
    fn act(&mut self, arrival: &Arrival, cause: Option<Act>) -> Act {
        let rng = &mut self.rng;
        let side = match cause {
            Some(cause) if rng.random_bool(0.8) => cause.side,
            _ => rng.random(),
        };
        let kind = match cause {
            _ if arrival.is_pool => ActKind::Swap,
            Some(cause) if rng.random_bool(0.5) => cause.kind,
            _ => {
                let [requotes, orders, cancels] = self.parameters.mix;
                let drawn: f64 = rng.random();
                match drawn {
                    _ if drawn < requotes => ActKind::Requote,
                    _ if drawn < requotes + orders => ActKind::Order,
                    _ if drawn < requotes + orders + cancels => ActKind::Cancel,
                    _ => ActKind::Take,
                }
            }
        };
        Act { kind, side }
    }

    /// Does it to the book; `None` if there is nothing to do.
    fn perform(
        &mut self,
        arrival: &Arrival,
        act: Act,
        makers: &mut Vec<Who>,
    ) -> Option<(Who, Kind)> {
        let trader = Who(self.trader.sample(&mut self.rng) as u32 - 1);
        let rng = &mut self.rng;
        if arrival.is_pool {
            let side = if act.side { Side::Base } else { Side::Quote };
            let part = self.swap_part.sample(rng).clamp(1e-9, 0.02);
            return Some((trader, Kind::Swap { side, part }));
        }
        let book = &mut self.books[usize::from(arrival.place)];
        let side = if act.side {
            BookSide::Bid
        } else {
            BookSide::Ask
        };
        match act.kind {
            ActKind::Requote => {
                let maker = book.requote(rng);
                let shown = noted(makers, &book.best(side.opposite(), SHOWN, maker));
                Some((maker, Kind::Requote { shown }))
            }
            ActKind::Order => {
                book.rest(trader, side, rng);
                let shown = noted(makers, &book.best(side.opposite(), SHOWN, trader));
                Some((trader, Kind::Order { shown }))
            }
            ActKind::Cancel => Some((book.cancel(rng)?, Kind::Cancel)),
            ActKind::Take | ActKind::Swap => {
                let lots = self.take_lots.sample(rng).ceil() as u64;
                let from_wallet = rng.random();
                let met = book.take(side, lots, SPARE, trader);
                if met.fills.is_empty() {
                    return None;
                }
                let fills = noted(makers, &met.fills);
                let named = noted(makers, &met.named);
                let kind = Kind::Take {
                    from_wallet,
                    fills,
                    named,
                };
                Some((trader, kind))
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Act {
    kind: ActKind,
    /// Whether it buys, or bids.
    side: bool,
}

#[derive(Clone, Copy)]
enum ActKind {
    Requote,
    Order,
    Cancel,
    Take,
    Swap,
}

/// Puts owners behind the others.
fn noted(makers: &mut Vec<Who>, owners: &[Who]) -> Range<u32> {
    let start = makers.len() as u32;
    makers.extend_from_slice(owners);
    start..makers.len() as u32
}

/// Levels that a maker quotes on each side.
pub(crate) const QUOTED: usize = LEVELS;
