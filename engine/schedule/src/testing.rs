//! Batches for tests.

use proptest::prelude::*;
use rand::Rng;

use crate::access::{Access, AccountId, Batch};

/// An account.
pub(crate) fn account(index: usize) -> AccountId {
    AccountId::new(index).expect("a small number")
}

/// How the trades of a batch meet.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Some accounts each, anywhere, written or read.
    Random,
    /// Up to 64 accounts each, and some none.
    Wide,
    /// All write one account.
    One,
    /// A tenth writes one account.
    Hot,
    /// All read one account that few write.
    Oracle,
    /// Each shares an account with the one before.
    Chain,
    /// No two share anything, as far as there are accounts.
    Disjoint,
    /// Some hubs, and others that tie them together.
    Stars,
    /// Stars that become ever fewer.
    Closing,
}

pub(crate) const SHAPES: [Shape; 9] = [
    Shape::Random,
    Shape::Wide,
    Shape::One,
    Shape::Hot,
    Shape::Oracle,
    Shape::Chain,
    Shape::Disjoint,
    Shape::Stars,
    Shape::Closing,
];

/// Fills a batch with so many trades of a shape over so many accounts.
pub(crate) fn fill(
    batch: &mut Batch,
    shape: Shape,
    trades: usize,
    accounts: usize,
    rng: &mut impl Rng,
) {
    let write = |index: usize| Access::write(account(index % accounts));
    let read = |index: usize| Access::read(account(index % accounts));
    for trade in 0..trades {
        let any = rng.random_range(0..accounts);
        let accesses = match shape {
            Shape::Random | Shape::Wide => {
                let most = if matches!(shape, Shape::Wide) { 64 } else { 5 };
                let access = |_| {
                    let index = rng.random_range(0..accounts);
                    if rng.random_bool(0.4) {
                        write(index)
                    } else {
                        read(index)
                    }
                };
                (0..trade * 7 % (most + 1)).map(access).collect()
            }
            Shape::One => vec![write(0)],
            Shape::Hot if rng.random_bool(0.1) => vec![write(any), write(0)],
            Shape::Hot => vec![write(any)],
            Shape::Oracle if rng.random_bool(0.01) => vec![write(0)],
            Shape::Oracle => vec![read(0), write(any)],
            Shape::Chain => vec![write(trade), write(trade + 1)],
            Shape::Disjoint => vec![write(trade)],
            Shape::Stars => vec![write(rng.random_range(0..8)), write(any)],
            Shape::Closing => vec![
                write(any % (1 + 64 * (trades - trade) / trades)),
                write(any),
            ],
        };
        batch
            .push(rng.random_range(0..20), &accesses)
            .expect("room");
    }
}

/// Some batch: many trades or few, over many accounts or few, writing much or little.
pub(crate) fn any_batch() -> impl Strategy<Value = Batch> {
    (1..200usize, 0..120usize, 0..=100u32, 1..65usize).prop_flat_map(
        |(accounts, trades, writes, most)| {
            let access = (0..accounts, 0..100u32).prop_map(move |(index, roll)| {
                if roll < writes {
                    Access::write(account(index))
                } else {
                    Access::read(account(index))
                }
            });
            let most = most.min(1 + 400 / (trades + 1));
            let trade = (0..50u32, proptest::collection::vec(access, 0..=most));
            proptest::collection::vec(trade, trades).prop_map(|trades| {
                let mut batch = Batch::new();
                for (cost, accesses) in trades {
                    batch.push(cost, &accesses).expect("room");
                }
                batch
            })
        },
    )
}

/// Whether the order of two trades matters.
pub(crate) fn conflict(batch: &Batch, a: usize, b: usize) -> bool {
    batch.accesses(a).into_iter().any(|x| {
        batch
            .accesses(b)
            .into_iter()
            .any(|y| x.account() == y.account() && (x.is_write() || y.is_write()))
    })
}
