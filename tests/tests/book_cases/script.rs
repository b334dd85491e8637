//! The format of the cases: see `tests/data/book/README.md`.

use std::collections::BTreeSet;

use sealane_testkit::book::operation::{BookSide, SelfTrade};

/// A case, with what the setup before it does.
pub(crate) struct Case {
    pub(crate) name: String,
    /// With the numbers of their lines.
    pub(crate) commands: Vec<(usize, Command)>,
}

#[derive(Clone)]
pub(crate) enum Command {
    Order(Kind, Order, Expected),
    Cancel(String, Expected),
    Move(String, u32, Expected),
    /// Bids and asks, best first.
    Book([Vec<(u32, u64)>; 2]),
}

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Limit,
    Ioc,
    Fok,
    Post,
    Slide,
}

#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) trader: String,
    pub(crate) name: String,
    pub(crate) side: BookSide,
    pub(crate) lots: u64,
    pub(crate) price: u32,
    pub(crate) self_trade: SelfTrade,
}

#[derive(Clone)]
pub(crate) enum Expected {
    Refused,
    /// Resting order, lots, price.
    Trades(Vec<(String, u64, u32)>),
}

impl Case {
    /// Everyone who trades, each once.
    pub(crate) fn traders(&self) -> BTreeSet<String> {
        let trader = |(_, command): &(usize, Command)| match command {
            Command::Order(_, order, _) => Some(order.trader.clone()),
            _ => None,
        };
        self.commands.iter().filter_map(trader).collect()
    }
}

/// Reads a file of cases.
pub(crate) fn parse(text: &str) -> Vec<Case> {
    let mut setup = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut is_setup = false;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line == "setup" {
            is_setup = true;
            setup.clear();
        } else if let Some(name) = line.strip_prefix("case ") {
            is_setup = false;
            cases.push(Case {
                name: name.to_owned(),
                commands: setup.clone(),
            });
        } else {
            let command = command(line).unwrap_or_else(|| panic!("line {}: {line}", number + 1));
            let into = match (is_setup, cases.last_mut()) {
                (false, Some(case)) => &mut case.commands,
                _ => &mut setup,
            };
            into.push((number + 1, command));
        }
    }
    cases
}

fn command(line: &str) -> Option<Command> {
    if let Some(levels) = line.strip_prefix("book ") {
        let (bids, asks) = levels.split_once('/')?;
        return Some(Command::Book([side_levels(bids)?, side_levels(asks)?]));
    }
    let (line, expected) = expectation(line)?;
    let words: Vec<_> = line.split_whitespace().collect();
    match words[..] {
        ["cancel", name] => Some(Command::Cancel(name.to_owned(), expected)),
        ["move", name, price] => Some(Command::Move(
            name.to_owned(),
            price.parse().ok()?,
            expected,
        )),
        [kind, trader, name, side, lots, "@", price, ref policy @ ..] => {
            let order = Order {
                trader: trader.to_owned(),
                name: name.to_owned(),
                side: match side {
                    "buy" => BookSide::Bid,
                    "sell" => BookSide::Ask,
                    _ => return None,
                },
                lots: lots.parse().ok()?,
                price: price.parse().ok()?,
                self_trade: match *policy {
                    [] | ["abort"] => SelfTrade::Abort,
                    ["decrement"] => SelfTrade::Decrement,
                    ["provide"] => SelfTrade::CancelProvide,
                    _ => return None,
                },
            };
            Some(Command::Order(kind_of(kind)?, order, expected))
        }
        _ => None,
    }
}

fn kind_of(word: &str) -> Option<Kind> {
    match word {
        "limit" => Some(Kind::Limit),
        "ioc" => Some(Kind::Ioc),
        "fok" => Some(Kind::Fok),
        "post" => Some(Kind::Post),
        "slide" => Some(Kind::Slide),
        _ => None,
    }
}

fn expectation(line: &str) -> Option<(&str, Expected)> {
    if let Some(line) = line.strip_suffix("! refused") {
        return Some((line, Expected::Refused));
    }
    let Some((line, trades)) = line.split_once(" : ") else {
        return Some((line, Expected::Trades(Vec::new())));
    };
    let trade = |words: &str| {
        let words: Vec<_> = words.split_whitespace().collect();
        let [name, lots, "@", price] = words[..] else {
            return None;
        };
        Some((name.to_owned(), lots.parse().ok()?, price.parse().ok()?))
    };
    let trades = trades.split(',').map(trade).collect::<Option<_>>()?;
    Some((line, Expected::Trades(trades)))
}

fn side_levels(words: &str) -> Option<Vec<(u32, u64)>> {
    let level = |word: &str| {
        let (price, lots) = word.split_once(':')?;
        Some((price.parse().ok()?, lots.parse().ok()?))
    };
    words.split_whitespace().map(level).collect()
}
