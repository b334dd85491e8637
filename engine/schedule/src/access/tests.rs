//! Numbers, and what a batch keeps.

use std::collections::HashMap;

use proptest::prelude::*;

use super::{Access, AccountId, Address, Batch, Interner, TooManyAccounts};
use crate::testing::account;

#[test]
fn numbers_end_where_the_flag_begins() {
    let greatest = AccountId::MAX.index();
    assert_eq!(AccountId::new(greatest), Ok(AccountId::MAX));
    assert_eq!(
        AccountId::new(greatest + 1),
        Err(TooManyAccounts {
            index: greatest + 1
        })
    );
    let access = Access::write(AccountId::MAX);
    assert_eq!(
        (access.account(), access.is_write()),
        (AccountId::MAX, true)
    );
    let access = Access::read(AccountId::MAX);
    assert_eq!(
        (access.account(), access.is_write()),
        (AccountId::MAX, false)
    );
}

#[test]
fn addresses_are_numbered_by_first_sight() {
    let mut interner = Interner::new();
    let address = |byte: u8| -> Address { [byte; 32] };
    assert!(interner.is_empty());
    assert_eq!(interner.intern(&address(9)), Ok(account(0)));
    assert_eq!(interner.intern(&address(3)), Ok(account(1)));
    assert_eq!(interner.intern(&address(9)), Ok(account(0)));
    assert_eq!(interner.get(&address(3)), Some(account(1)));
    assert_eq!(interner.get(&address(4)), None);
    assert_eq!(interner.address(account(1)), Some(&address(3)));
    assert_eq!(interner.address(account(2)), None);
    assert_eq!(interner.len(), 2);
}

/// Each account once, where it came first, written if ever.
fn merged(accesses: &[Access]) -> Vec<Access> {
    let mut order = Vec::new();
    let mut written = HashMap::new();
    for access in accesses {
        let flag = written.entry(access.account()).or_insert_with(|| {
            order.push(access.account());
            false
        });
        *flag |= access.is_write();
    }
    order
        .into_iter()
        .map(|id| {
            if written[&id] {
                Access::write(id)
            } else {
                Access::read(id)
            }
        })
        .collect()
}

proptest! {
    #[test]
    fn a_batch_keeps_each_account_of_a_trade_once(
        trades in proptest::collection::vec(
            (any::<u32>(), proptest::collection::vec((0..40usize, any::<bool>()), 0..65)),
            0..40,
        ),
    ) {
        let mut batch = Batch::new();
        // The second time in memory that was used before.
        for _ in 0..2 {
            batch.clear();
            let mut bound = 0;
            for (place, (cost, accounts)) in trades.iter().enumerate() {
                let access = |&(index, write): &(usize, bool)| {
                    if write { Access::write(account(index)) } else { Access::read(account(index)) }
                };
                let accesses: Vec<_> = accounts.iter().map(access).collect();
                let mut places = Vec::new();
                prop_assert_eq!(batch.push_telling(*cost, &accesses, &mut places), Ok(place));
                let named: Vec<_> = accesses.iter().map(|access| access.account()).collect();
                let found: Vec<_> = places
                    .iter()
                    .map(|&at| batch.accesses(place)[at as usize].account())
                    .collect();
                prop_assert_eq!(found, named);
                prop_assert_eq!(batch.accesses(place).as_slice(), &merged(&accesses)[..]);
                prop_assert_eq!(batch.cost(place), (*cost).max(1));
                bound = accounts.iter().map(|(index, _)| index + 1).fold(bound, usize::max);
            }
            prop_assert_eq!(batch.len(), trades.len());
            prop_assert_eq!(batch.account_bound(), bound);
            let walked: Vec<_> = batch.walk(0..batch.len()).map(|accesses| accesses.to_vec()).collect();
            let asked: Vec<_> = (0..batch.len()).map(|place| batch.accesses(place).to_vec()).collect();
            prop_assert_eq!(walked, asked);
        }
    }
}
