//! Order flow with the published shape of real flow.
//!
//! 45% new orders, 43% cancels, 8% replaces, 4% executions. The distance from the mid follows a power
//! law of exponent 1.5 (Bouchaud, Mézard and Potters find 1.6 on stock books: "Statistical
//! properties of stock order books", arXiv cond-mat/0203511). Mostly young orders are cancelled. The
//! markets' popularity follows Pareto's law: of 100, the first 20 have 62% of the messages.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sealane_matching::{Book, Command, Report, Side};

use super::engines::{Engine, Trade, sealane::Sealane};

/// Bytes of a message are read by every engine alike: half a cache line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message {
    pub(crate) market: u32,
    pub(crate) action: Action,
}

/// What is asked of a market. Ids are the numbers of the market's messages, which `matchcore`
/// prescribes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    /// A limit order, which rests.
    Add {
        id: u32,
        side: Side,
        price: u32,
        quantity: u32,
    },
    /// A market order.
    Take {
        id: u32,
        side: Side,
        quantity: u32,
    },
    Cancel {
        id: u32,
    },
    /// To another price, and to this open quantity.
    Replace {
        id: u32,
        side: Side,
        price: u32,
        quantity: u32,
    },
}

const _: () = assert!(size_of::<Message>() <= 32);

/// What was asked for, and what came of it.
pub(crate) struct Flow {
    /// Fills the books.
    pub(crate) warm_up: Vec<Message>,
    /// Is measured.
    pub(crate) measured: Vec<Message>,
    pub(crate) markets: usize,
    /// The most orders that rested in any market at once.
    pub(crate) most_orders: u32,
    /// Orders resting in all markets at the end.
    pub(crate) resting: u32,
    pub(crate) shares: Shares,
}

/// Messages of each kind among those measured.
#[derive(Clone, Copy, Default, Debug, serde::Serialize)]
pub(crate) struct Shares {
    pub(crate) adds: u64,
    pub(crate) cancels: u64,
    pub(crate) replaces: u64,
    /// Market orders.
    pub(crate) takes: u64,
    /// Messages that traded, of any kind.
    pub(crate) traded: u64,
    pub(crate) trades: u64,
}

/// How a flow is made.
#[derive(Clone, Copy)]
pub(crate) struct FlowConfig {
    pub(crate) messages: usize,
    pub(crate) markets: usize,
    pub(crate) seed: u64,
}

/// Orders that rest in a market, about.
const RESTING: usize = 1_000;
/// Where mids start, in ticks.
const MID: f64 = 100_000.0;
/// Orders are placed up to so far from the mid.
const FARTHEST: f64 = 10_000.0;
/// Pareto's index; 1.16 is that of the 80:20 rule, which holds for markets without number.
const POPULARITY: f64 = 1.16;

/// A market as the generator sees it.
struct Market {
    mid: f64,
    /// What its next message is numbered.
    next: u32,
    /// Resting orders by age, with their sides and prices.
    live: Vec<Live>,
}

#[derive(Clone, Copy)]
struct Live {
    id: u32,
    side: Side,
    price: u32,
}

impl Flow {
    /// Makes the messages, and runs them through a book to know what rests.
    pub(crate) fn generate(config: FlowConfig) -> Self {
        let mut generator = Generator::new(config);
        let warm_up = (0..RESTING * config.markets + config.messages / 10)
            .map(|number| {
                let filling = number < RESTING * config.markets;
                generator.message(filling.then_some((number % config.markets) as u32))
            })
            .collect();
        generator.shares = Shares::default();
        let measured = (0..config.messages)
            .map(|_| generator.message(None))
            .collect();
        Self {
            warm_up,
            measured,
            markets: config.markets,
            most_orders: generator.most_orders,
            resting: generator.books.iter().map(Book::orders).sum(),
            shares: generator.shares,
        }
    }
}

struct Generator {
    random: ChaCha8Rng,
    markets: Vec<Market>,
    books: Vec<Book>,
    /// Running sums of the markets' popularity.
    popularity: Vec<f64>,
    reports: Vec<Report>,
    most_orders: u32,
    shares: Shares,
}

impl Generator {
    fn new(config: FlowConfig) -> Self {
        let mut sum = 0.0;
        let popularity = (1..=config.markets)
            .map(|rank| {
                sum += (rank as f64).powf(-1.0 / POPULARITY);
                sum
            })
            .collect();
        Self {
            random: ChaCha8Rng::seed_from_u64(config.seed),
            markets: (0..config.markets)
                .map(|_| Market {
                    mid: MID,
                    next: 0,
                    live: Vec::new(),
                })
                .collect(),
            books: (0..config.markets)
                .map(|_| Sealane::book(Sealane::MOST_ORDERS))
                .collect(),
            popularity,
            reports: Vec::new(),
            most_orders: 0,
            shares: Shares::default(),
        }
    }

    /// The next message; with a market given, an order that fills its book.
    fn message(&mut self, filling: Option<u32>) -> Message {
        let market = filling.unwrap_or_else(|| self.pick_market());
        let action = self.action(market, filling.is_some());
        let message = Message { market, action };
        self.follow(&message);
        message
    }

    fn pick_market(&mut self) -> u32 {
        let total = self.popularity[self.popularity.len() - 1];
        let at = self.random.random_range(0.0..total);
        self.popularity.partition_point(|&sum| sum <= at) as u32
    }

    fn action(&mut self, market: u32, filling: bool) -> Action {
        // Two ticks in a hundred messages, up or down.
        let step = match self.random.random_range(0..100) {
            0 => 1.0,
            1 => -1.0,
            _ => 0.0,
        };
        let at = &mut self.markets[market as usize];
        at.mid += step;
        let id = at.next;
        at.next += 1;
        let live = at.live.len();
        // 45 : 43 : 8 : 4, and kept near the usual number of orders.
        let kind = match self.random.random_range(0..100) {
            _ if filling => 0,
            0..45 if live < 2 * RESTING => 0,
            45..88 if live < RESTING / 2 => 0,
            0..88 => 1,
            88..96 => 2,
            _ => 3,
        };
        match kind {
            0 => {
                let side = self.side();
                Action::Add {
                    id,
                    side,
                    price: self.resting_price(market, side),
                    quantity: self.quantity(),
                }
            }
            1 => Action::Cancel {
                id: self.mostly_young(market).id,
            },
            2 => {
                let order = self.mostly_young(market);
                Action::Replace {
                    id: order.id,
                    side: order.side,
                    price: self.other_price(market, order),
                    quantity: self.quantity(),
                }
            }
            _ => Action::Take {
                id,
                side: self.taking_side(market),
                quantity: self.quantity(),
            },
        }
    }

    fn side(&mut self) -> Side {
        Side::BOTH[self.random.random_range(0..2)]
    }

    /// Behind the mid by a distance with the density `d^-1.5`.
    fn price(&mut self, market: u32, side: Side) -> u32 {
        let distance = loop {
            let unit: f64 = self.random.random_range(f64::EPSILON..1.0);
            let distance = unit.powi(-2);
            if distance < FARTHEST {
                break distance;
            }
        };
        let mid = self.markets[market as usize].mid;
        let price = match side {
            Side::Bid => mid - distance.floor(),
            Side::Ask => mid + distance.floor(),
        };
        price as u32
    }

    /// A price to rest at: not at the other side's touch. What trades are market orders, as
    /// `matchcore` 0.4 lets a limit order that crosses trade at any price.
    fn resting_price(&mut self, market: u32, side: Side) -> u32 {
        let price = self.price(market, side);
        let touch = self.books[market as usize].best(side.opposite());
        match (side, touch) {
            (_, None) => price,
            (Side::Bid, Some(touch)) => price.min(touch.0 - 1),
            (Side::Ask, Some(touch)) => price.max(touch.0 + 1),
        }
    }

    /// Another one than it has.
    fn other_price(&mut self, market: u32, order: Live) -> u32 {
        let price = self.resting_price(market, order.side);
        match order.side {
            _ if price != order.price => price,
            Side::Bid => price - 1,
            Side::Ask => price + 1,
        }
    }

    /// Three in four market orders move the touch towards the mid.
    fn taking_side(&mut self, market: u32) -> Side {
        let book = &self.books[market as usize];
        let mid = self.markets[market as usize].mid;
        let touch = |side| book.best(side).map_or(mid, |price| price.0.into());
        let towards = if (touch(Side::Bid) + touch(Side::Ask)) / 2.0 < mid {
            Side::Bid
        } else {
            Side::Ask
        };
        if self.random.random_ratio(3, 4) {
            towards
        } else {
            towards.opposite()
        }
    }

    fn quantity(&mut self) -> u32 {
        self.random.random_range(1..=100)
    }

    /// A resting order: half of the time one of the youngest three in a hundred.
    fn mostly_young(&mut self, market: u32) -> Live {
        let live = &self.markets[market as usize].live;
        let age = self.random.random::<f64>().powi(5) * live.len() as f64;
        live[live.len() - 1 - (age as usize).min(live.len() - 1)]
    }

    /// Runs the message through the book, and keeps what rests.
    fn follow(&mut self, message: &Message) {
        let book = &mut self.books[message.market as usize];
        self.reports.clear();
        let command: Command = Sealane::command(&message.action);
        book.apply(&command, &mut self.reports);
        self.most_orders = self.most_orders.max(book.orders());

        let live = &mut self.markets[message.market as usize].live;
        match message.action {
            Action::Add { .. } => self.shares.adds += 1,
            Action::Take { .. } => self.shares.takes += 1,
            Action::Cancel { .. } => self.shares.cancels += 1,
            Action::Replace { .. } => self.shares.replaces += 1,
        }
        let mut traded = false;
        for report in &self.reports {
            match report {
                Report::Filled(fill) => {
                    traded = true;
                    self.shares.trades += 1;
                    if fill.maker_left.is_zero() {
                        forget(live, fill.maker.0 as u32);
                    }
                }
                Report::Cancelled { id, .. } => forget(live, id.0 as u32),
                Report::Rejected { reason, .. } => panic!("{message:?}: {reason}"),
                _ => {}
            }
        }
        self.shares.traded += u64::from(traded);
        if let Action::Add {
            id, side, price, ..
        }
        | Action::Replace {
            id, side, price, ..
        } = message.action
        {
            let rests = book.resting_order(sealane_matching::OrderId(id.into()));
            match live.binary_search_by_key(&id, |order| order.id) {
                Ok(at) if rests.is_none() => drop(live.remove(at)),
                Ok(at) => live[at].price = price,
                Err(_) if rests.is_none() => {}
                Err(at) => live.insert(at, Live { id, side, price }),
            }
        }
    }
}

fn forget(live: &mut Vec<Live>, id: u32) {
    if let Ok(at) = live.binary_search_by_key(&id, |order| order.id) {
        live.remove(at);
    }
}

/// Runs messages and returns all trades.
pub(crate) fn trades<E: Engine>(engine: &mut E, messages: &[Message]) -> Vec<(u32, Trade)> {
    let mut trades = Vec::new();
    for message in messages {
        engine.apply(message, &mut |trade| trades.push((message.market, trade)));
    }
    trades
}
