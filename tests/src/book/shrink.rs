//! Failing sequences made small.

use std::fmt::Write;

use super::operation::*;

/// The smallest sequence that this finds that still fails: first without whole stretches of
/// operations, then without single ones, then with simpler ones.
///
/// `failure` tells how many operations it takes until a sequence fails, if it does.
pub fn shrink(
    mut operations: Vec<Operation>,
    mut failure: impl FnMut(&[Operation]) -> Option<usize>,
) -> Vec<Operation> {
    let mut failing = |mut operations: Vec<Operation>| {
        let needed = failure(&operations)?;
        operations.truncate(needed);
        Some(operations)
    };
    operations = failing(operations).expect("a sequence that fails");
    loop {
        let before = operations.clone();
        let mut length = operations.len().div_ceil(2);
        while length > 0 {
            let mut start = 0;
            while start < operations.len() {
                let end = (start + length).min(operations.len());
                let fewer = [&operations[..start], &operations[end..]].concat();
                match failing(fewer) {
                    Some(fewer) => operations = fewer,
                    None => start = end,
                }
            }
            length /= 2;
        }
        let mut at = 0;
        while at < operations.len() {
            let changed = simpler(&operations[at]).into_iter().find_map(|simpler| {
                let mut changed = operations.clone();
                changed[at] = simpler;
                failing(changed)
            });
            match changed {
                Some(changed) => operations = changed,
                None => at += 1,
            }
        }
        if operations == before {
            return operations;
        }
    }
}

/// A sequence as Rust.
#[must_use]
pub fn as_code(setting: &Setting, operations: &[Operation]) -> String {
    let mut code = format!("let setting = {setting:?};\nlet operations = vec![\n");
    for operation in operations {
        writeln!(code, "    Operation::{operation:?},").expect("a string takes everything");
    }
    code.push_str("];");
    code.replace(": [", ": vec![")
        .replace("Some([", "Some(vec![")
}

/// Numbers on the way to zero.
fn lower(number: u64) -> Vec<u64> {
    let mut numbers = vec![0, 1, 10, 1_000, number / 2, number - number / 16];
    if number <= 16 {
        numbers.push(number.saturating_sub(1));
    }
    numbers.retain(|&other| other < number);
    numbers.dedup();
    numbers
}

fn without_each<T: Clone>(list: &[T]) -> Vec<Vec<T>> {
    let without = |at: usize| [&list[..at], &list[at + 1..]].concat();
    (0..list.len()).map(without).collect()
}

/// The same of a list that the program wants something to be in.
fn without_each_but_one<T: Clone>(list: &[T]) -> Vec<Vec<T>> {
    match list.len() {
        1 => Vec::new(),
        _ => without_each(list),
    }
}

/// Operations like this one with one thing less to understand.
fn simpler(operation: &Operation) -> Vec<Operation> {
    let mut all = Vec::new();
    let mut push = |change: &dyn Fn(&mut Operation)| {
        let mut changed = operation.clone();
        change(&mut changed);
        if changed != *operation {
            all.push(changed);
        }
    };
    match operation {
        Operation::Deposit { base, quote, .. } | Operation::Withdraw { base, quote, .. } => {
            for number in lower(*base) {
                push(&|changed| {
                    if let Operation::Deposit { base, .. } | Operation::Withdraw { base, .. } =
                        changed
                    {
                        *base = number;
                    }
                });
            }
            for number in lower(*quote) {
                push(&|changed| {
                    if let Operation::Deposit { quote, .. } | Operation::Withdraw { quote, .. } =
                        changed
                    {
                        *quote = number;
                    }
                });
            }
        }
        Operation::Place { quote, shown, .. } => {
            for quote in simpler_quotes(quote) {
                push(&|changed| {
                    if let Operation::Place { quote: to, .. } = changed {
                        *to = quote;
                    }
                });
            }
            for shown in without_each(shown) {
                push(&|changed| {
                    if let Operation::Place { shown: to, .. } = changed {
                        to.clone_from(&shown);
                    }
                });
            }
        }
        Operation::PlaceMany { quotes, .. } => {
            for quotes in without_each_but_one(quotes) {
                push(&|changed| {
                    if let Operation::PlaceMany { quotes: to, .. } = changed {
                        to.clone_from(&quotes);
                    }
                });
            }
        }
        Operation::Take { order, .. } | Operation::SwapTake { order, .. } => {
            for order in simpler_takes(order) {
                push(&|changed| {
                    if let Operation::Take { order: to, .. }
                    | Operation::SwapTake { order: to, .. } = changed
                    {
                        to.clone_from(&order);
                    }
                });
            }
        }
        Operation::ReplaceAll { ladders, .. } => {
            for ladders in simpler_ladders(ladders) {
                push(&|changed| {
                    if let Operation::ReplaceAll { ladders: to, .. } = changed {
                        to.clone_from(&ladders);
                    }
                });
            }
        }
        Operation::Reduce { lots, .. } => {
            for number in lower(*lots) {
                push(&|changed| {
                    if let Operation::Reduce { lots, .. } = changed {
                        *lots = number;
                    }
                });
            }
        }
        _ => {}
    }
    all
}

fn simpler_quotes(quote: &Quote) -> Vec<Quote> {
    let lots = lower(quote.lots).into_iter();
    let mut all: Vec<_> = lots.map(|lots| Quote { lots, ..*quote }).collect();
    let prices = lower(u64::from(quote.price)).into_iter();
    all.extend(prices.map(|price| Quote {
        price: price as u32,
        ..*quote
    }));
    all.push(Quote {
        client_id: 0,
        ..*quote
    });
    all.push(Quote {
        expires_slot: 0,
        expires_at: 0,
        ..*quote
    });
    all.retain(|other| other != quote);
    all
}

fn simpler_takes(order: &TakeOp) -> Vec<TakeOp> {
    let with = |change: &dyn Fn(&mut TakeOp)| {
        let mut changed = order.clone();
        change(&mut changed);
        changed
    };
    let mut all: Vec<_> = without_each_but_one(&order.makers)
        .into_iter()
        .map(|makers| with(&|to| to.makers.clone_from(&makers)))
        .collect();
    all.push(with(&|to| to.max_quote = u64::MAX));
    all.push(with(&|to| to.max_orders = u16::MAX));
    for lots in lower(order.lots) {
        all.push(with(&|to| to.lots = lots));
    }
    all.retain(|other| other != order);
    all
}

fn simpler_ladders(ladders: &Ladders) -> Vec<Ladders> {
    let mut all = Vec::new();
    for bids in ladders
        .bids
        .as_deref()
        .map(without_each)
        .unwrap_or_default()
    {
        all.push(Ladders {
            bids: Some(bids),
            ..ladders.clone()
        });
    }
    for asks in ladders
        .asks
        .as_deref()
        .map(without_each)
        .unwrap_or_default()
    {
        all.push(Ladders {
            asks: Some(asks),
            ..ladders.clone()
        });
    }
    for multiple in lower(u64::from(ladders.lot_multiple)) {
        all.push(Ladders {
            lot_multiple: multiple as u32,
            ..ladders.clone()
        });
    }
    all
}
