//! Order sequences of public matching engines' tests give the same trades and the same books here:
//! in the core, in the model, and in the program's bytecode. The cases and the format that they are
//! written in are in `tests/data/book`.

mod script;

use std::collections::BTreeMap;

use script::{Case, Command, Expected, Kind, parse};
use sealane_testkit::book::{
    lockstep::Lockstep, on_core::OnCore, on_program::OnProgram, operation::*, world::BookWorld,
};

const FILES: [(&str, &str); 4] = [
    (
        "exchange-core",
        include_str!("../../data/book/exchange-core.txt"),
    ),
    ("liquibook", include_str!("../../data/book/liquibook.txt")),
    (
        "openbook-v2",
        include_str!("../../data/book/openbook-v2.txt"),
    ),
    (
        "orderbook-go",
        include_str!("../../data/book/orderbook-go.txt"),
    ),
];
/// What every lane has of both tokens.
const FUNDS: u64 = 1 << 56;

/// A case under way.
struct Replay<E> {
    both: Lockstep<E>,
    /// Traders' lanes.
    lanes: BTreeMap<String, u8>,
    /// Orders that came to rest: lane and id.
    orders: BTreeMap<String, (u8, u64)>,
}

/// One lane for each trader. No fees, so that values are prices times sizes.
fn setting(case: &Case) -> (Setting, BTreeMap<String, u8>) {
    let mut lanes = BTreeMap::new();
    let mut owners = BTreeMap::new();
    let mut specs = Vec::new();
    for trader in case.traders() {
        let owner = trader.split('/').next().expect("at least an empty name");
        let number = owners.len() as u8;
        let owner = *owners.entry(owner.to_owned()).or_insert(number);
        lanes.insert(trader, specs.len() as u8);
        specs.push(LaneSpec {
            owner,
            referrer: None,
            capacity: 16,
        });
    }
    let setting = Setting {
        base_lot: 1,
        tick: 1,
        fees: FeeRates::default(),
        lanes: specs,
        slot: 1_000,
        time: 1_700_000_000,
    };
    (setting, lanes)
}

impl<E: Exchange> Replay<E> {
    fn do_it(&mut self, operation: &Operation) -> Result<Done, BookError> {
        // Orders of different slots are in time priority across lanes.
        let next = Operation::Advance {
            slots: 1,
            seconds: 0,
        };
        let stepped = self
            .both
            .step(&next)
            .and_then(|_| self.both.step(operation));
        stepped.unwrap_or_else(|difference| panic!("{difference}"))
    }

    fn operation(&self, kind: Kind, command: &script::Order) -> Operation {
        let lane = self.lanes[&command.trader];
        let others: Vec<u8> = (0..self.lanes.len() as u8)
            .filter(|&other| other != lane)
            .collect();
        let time_in_force = match kind {
            Kind::Limit => TimeInForce::Rest,
            Kind::Ioc => TimeInForce::Ioc,
            Kind::Fok => TimeInForce::Fok,
            Kind::Post | Kind::Slide => {
                return Operation::Place {
                    lane,
                    quote: Quote {
                        side: command.side,
                        price: command.price,
                        lots: command.lots,
                        client_id: 0,
                        expires_slot: 0,
                        expires_at: 0,
                    },
                    post_only: match kind {
                        Kind::Post => PostOnly::Reject,
                        _ => PostOnly::Slide,
                    },
                    shown: others,
                };
            }
        };
        Operation::Take {
            lane,
            order: TakeOp {
                side: command.side,
                limit: command.price,
                lots: command.lots,
                max_quote: u64::MAX,
                max_orders: u16::MAX,
                self_trade: command.self_trade,
                makers: others,
            },
            time_in_force,
            client_id: 0,
        }
    }

    /// Runs an order and tells what it traded with: (order, lots, price).
    fn trade(&mut self, kind: Kind, order: &script::Order) -> Option<Vec<(String, u64, u32)>> {
        let operation = self.operation(kind, order);
        let lane = self.lanes[&order.trader];
        let makers = match &operation {
            Operation::Take { order, .. } => order.makers.clone(),
            _ => Vec::new(),
        };
        match self.do_it(&operation).ok()? {
            Done::Placed(ids) => {
                self.orders.insert(order.name.clone(), (lane, ids[0]));
                Some(Vec::new())
            }
            Done::Taken { rested, met, .. } => {
                if let Some(id) = rested {
                    self.orders.insert(order.name.clone(), (lane, id));
                }
                let filled = met.iter().filter(|one| one.met == Met::Filled);
                let name = |one: &Meeting| {
                    let maker = (makers[usize::from(one.lane)], one.id);
                    let named = self.orders.iter().find(|(_, order)| **order == maker);
                    named.expect("an order with a name").0.clone()
                };
                Some(filled.map(|one| (name(one), one.lots, one.price)).collect())
            }
            other => panic!("{other:?} is no trade"),
        }
    }

    fn cancel(&mut self, name: &str) -> Option<RestingOrder> {
        let (lane, id) = *self.orders.get(name)?;
        let mut state = LaneState::default();
        self.both.exchange.read_lane(lane, &mut state);
        let resting = state.bids.iter().chain(&state.asks);
        let order = resting.copied().find(|order| order.id == id);
        let which = Which::Id(id);
        self.do_it(&Operation::Cancel { lane, which }).ok()?;
        order
    }

    fn levels(&self) -> [Vec<(u32, u64)>; 2] {
        let mut levels = [BTreeMap::new(), BTreeMap::new()];
        for lane in 0..self.lanes.len() as u8 {
            let mut state = LaneState::default();
            self.both.exchange.read_lane(lane, &mut state);
            for (orders, levels) in [&state.bids, &state.asks].into_iter().zip(&mut levels) {
                for order in orders {
                    *levels.entry(order.price).or_insert(0) += order.lots;
                }
            }
        }
        let [bids, asks] = levels;
        [bids.into_iter().rev().collect(), asks.into_iter().collect()]
    }

    fn run(&mut self, command: &Command) {
        let (expected, traded) = match command {
            Command::Order(kind, order, expected) => (expected, self.trade(*kind, order)),
            Command::Cancel(name, expected) => (expected, self.cancel(name).map(|_| Vec::new())),
            Command::Move(name, price, expected) => {
                let trader = self.orders.get(name).map(|(lane, _)| *lane);
                let moved = self.cancel(name).and_then(|left| {
                    let lane = trader.expect("the order had a lane");
                    let known = self.lanes.iter().find(|(_, number)| **number == lane);
                    let order = script::Order {
                        trader: known.expect("a trader").0.clone(),
                        name: name.clone(),
                        side: match left.id & 1 {
                            0 => BookSide::Bid,
                            _ => BookSide::Ask,
                        },
                        lots: left.lots,
                        price: *price,
                        self_trade: SelfTrade::Abort,
                    };
                    self.trade(Kind::Limit, &order)
                });
                (expected, moved)
            }
            Command::Book(levels) => {
                assert_eq!(self.levels(), *levels, "bids and asks");
                return;
            }
        };
        match expected {
            Expected::Refused => assert_eq!(traded, None),
            Expected::Trades(trades) => assert_eq!(traded.as_ref(), Some(trades)),
        }
    }
}

fn replay<E: Exchange>(source: &str, case: &Case, exchange: impl FnOnce(&Setting) -> E) {
    let (setting, lanes) = setting(case);
    let mut replay = Replay {
        both: Lockstep::new(&setting, exchange(&setting)),
        lanes,
        orders: BTreeMap::new(),
    };
    for &lane in replay.lanes.clone().values() {
        let deposit = Operation::Deposit {
            lane,
            base: FUNDS,
            quote: FUNDS,
        };
        replay.do_it(&deposit).expect("a deposit");
    }
    for (line, command) in &case.commands {
        println!("{source}: {}: line {line}", case.name);
        replay.run(command);
    }
    let drained = replay.both.drain();
    drained.unwrap_or_else(|difference| panic!("{difference}"));
}

fn replay_all(mut one: impl FnMut(&str, &Case)) {
    let mut cases = 0;
    for (source, text) in FILES {
        for case in parse(text) {
            one(source, &case);
            cases += 1;
        }
    }
    assert_eq!(cases, 61, "cases in all files");
}

#[test]
fn the_core_trades_as_other_engines_do() {
    replay_all(|source, case| replay(source, case, OnCore::new));
}

#[test]
fn the_program_trades_as_other_engines_do() {
    let world = BookWorld::new();
    replay_all(|source, case| {
        replay(source, case, |setting| OnProgram::new(&world, setting));
    });
}
