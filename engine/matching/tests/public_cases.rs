//! Order sequences of public matching engines' tests give the same trades and the same books here.
//! The cases, their sources and the format that they are written in are in `tests/data/book`.
//! Sliding orders are not of this book's kinds: a case ends before its first.

use std::collections::BTreeMap;

use sealane_matching::{
    Book, BookConfig, CancelReason, Command, NewOrder, OrderId, OrderKind, OwnerId, Price,
    Quantity, Report, SelfTrade, Side, TimeInForce,
};

const FILES: [&str; 4] = [
    include_str!("../../../tests/data/book/exchange-core.txt"),
    include_str!("../../../tests/data/book/liquibook.txt"),
    include_str!("../../../tests/data/book/openbook-v2.txt"),
    include_str!("../../../tests/data/book/orderbook-go.txt"),
];

/// A case under way.
struct Replay {
    book: Book,
    owners: BTreeMap<String, OwnerId>,
    /// By their names in the case.
    orders: BTreeMap<String, (OrderId, OwnerId)>,
    next_id: u64,
}

/// What came of a line: refused, or trades as (order, lots, price).
type Outcome = Option<Vec<(String, u64, u32)>>;

impl Replay {
    fn new() -> Self {
        Self {
            book: Book::new(BookConfig::default()).unwrap(),
            owners: BTreeMap::new(),
            orders: BTreeMap::new(),
            next_id: 1,
        }
    }

    /// Carries out a line and checks what it says; `false` if it is not of this book's kinds.
    fn line(&mut self, line: &str) -> bool {
        if let Some(levels) = line.strip_prefix("book ") {
            let (bids, asks) = levels.split_once('/').expect("two sides");
            self.assert_levels(Side::Bid, bids);
            self.assert_levels(Side::Ask, asks);
            return true;
        }
        let (command, expected) = expectation(line);
        let Some(command) = self.command(command) else {
            return false;
        };
        assert_eq!(self.outcome(&command), expected);
        true
    }

    fn command(&mut self, line: &str) -> Option<Command> {
        let words: Vec<_> = line.split_whitespace().collect();
        Some(match words[..] {
            ["cancel", name] => {
                let (id, owner) = self.named(name);
                Command::Cancel { id, owner }
            }
            ["move", name, price] => {
                let (id, owner) = self.named(name);
                let rests = self.book.resting_order(id);
                Command::Replace {
                    id,
                    owner,
                    price: Price(price.parse().unwrap()),
                    quantity: rests.map_or(Quantity(1), |order| order.quantity),
                }
            }
            ["slide", ..] => return None,
            [kind, trader, name, side, lots, "@", price, ref mode @ ..] => {
                Command::Place(self.order(kind, (trader, name), side, (lots, price), mode))
            }
            _ => panic!("not a command"),
        })
    }

    /// An order that the case names; one it never placed has an id of its own.
    fn named(&self, name: &str) -> (OrderId, OwnerId) {
        let unknown = (OrderId(u64::MAX), OwnerId(u32::MAX));
        self.orders.get(name).copied().unwrap_or(unknown)
    }

    fn order(
        &mut self,
        kind: &str,
        (trader, name): (&str, &str),
        side: &str,
        (lots, price): (&str, &str),
        mode: &[&str],
    ) -> NewOrder {
        // A trader's lanes are one owner here.
        let owner = trader.split('/').next().unwrap().to_owned();
        let next = OwnerId(self.owners.len() as u32);
        let owner = *self.owners.entry(owner).or_insert(next);
        let id = OrderId(self.next_id);
        self.next_id += 1;
        self.orders.insert(name.to_owned(), (id, owner));
        NewOrder {
            id,
            owner,
            side: match side {
                "buy" => Side::Bid,
                "sell" => Side::Ask,
                _ => panic!("no side"),
            },
            quantity: Quantity(lots.parse().unwrap()),
            kind: order_kind(kind, price.parse().unwrap()),
            self_trade: match *mode {
                [] | ["abort"] => SelfTrade::CancelTaking,
                ["decrement"] => SelfTrade::Decrement,
                ["provide"] => SelfTrade::CancelResting,
                _ => panic!("no self-trade mode"),
            },
        }
    }

    fn outcome(&mut self, command: &Command) -> Outcome {
        let mut reports = Vec::new();
        self.book.apply(command, &mut reports);
        let mut trades = Vec::new();
        for report in reports {
            match report {
                Report::Rejected { .. } => return None,
                // The source aborts the whole order; none of the cases trades before.
                Report::Cancelled {
                    id,
                    reason: CancelReason::SelfTrade,
                    ..
                } if is_placed(command, id) => {
                    assert!(trades.is_empty());
                    return None;
                }
                Report::Filled(fill) => {
                    let maker = self.orders.iter().find(|(_, order)| order.0 == fill.maker);
                    let name = maker.expect("a named order").0.clone();
                    trades.push((name, fill.quantity.0, fill.price.0));
                }
                _ => {}
            }
        }
        Some(trades)
    }

    fn assert_levels(&self, side: Side, expected: &str) {
        let level = |word: &str| {
            let (price, lots) = word.split_once(':').expect("price:lots");
            (price.parse().unwrap(), lots.parse().unwrap())
        };
        let expected: Vec<(u32, u64)> = expected.split_whitespace().map(level).collect();
        let levels = self.book.levels(side);
        let levels: Vec<_> = levels
            .map(|level| (level.price.0, level.quantity.0))
            .collect();
        assert_eq!(levels, expected, "{side:?}");
    }
}

fn order_kind(kind: &str, price: u32) -> OrderKind {
    let time_in_force = match kind {
        "limit" => TimeInForce::GoodTilCancelled,
        // The source's market orders are written with the worst price, which is none here.
        "ioc" if price == u32::MAX => return OrderKind::Market,
        "ioc" => TimeInForce::ImmediateOrCancel,
        "fok" => TimeInForce::FillOrKill,
        "post" => TimeInForce::PostOnly,
        _ => panic!("no kind of order"),
    };
    OrderKind::Limit {
        price: Price(price),
        time_in_force,
    }
}

fn is_placed(command: &Command, id: OrderId) -> bool {
    matches!(command, Command::Place(order) if order.id == id)
}

fn expectation(line: &str) -> (&str, Outcome) {
    if let Some(line) = line.strip_suffix("! refused") {
        return (line, None);
    }
    let Some((line, trades)) = line.split_once(" : ") else {
        return (line, Some(Vec::new()));
    };
    let trade = |words: &str| {
        let words: Vec<_> = words.split_whitespace().collect();
        let [name, lots, "@", price] = words[..] else {
            panic!("not a trade: {words:?}");
        };
        (
            name.to_owned(),
            lots.parse().unwrap(),
            price.parse().unwrap(),
        )
    };
    (line, Some(trades.split(',').map(trade).collect()))
}

#[test]
fn public_cases_give_the_same_trades_and_books() {
    let mut cases = 0;
    for file in FILES {
        let mut setup: Vec<&str> = Vec::new();
        let mut in_setup = false;
        let mut replay = None;
        for (number, line) in file.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line == "setup" {
                (in_setup, replay) = (true, None);
                setup.clear();
            } else if line.starts_with("case ") {
                in_setup = false;
                cases += 1;
                let mut begun = Replay::new();
                assert!(setup.iter().all(|line| begun.line(line)));
                replay = Some(begun);
            } else if in_setup {
                setup.push(line);
            } else if let Some(going) = &mut replay {
                println!("line {}: {line}", number + 1);
                if !going.line(line) {
                    replay = None;
                }
            }
        }
    }
    assert!(cases > 50, "{cases} cases");
}
