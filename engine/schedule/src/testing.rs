//! Batches for tests.

use proptest::prelude::*;

use crate::access::{Access, AccountId, Batch};

/// An account.
pub(crate) fn account(index: usize) -> AccountId {
    AccountId::new(index).expect("a small number")
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
