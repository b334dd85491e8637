use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use proptest::prelude::*;

use super::*;
use crate::{
    book::fixtures::ask,
    fixtures::{self, account_bytes, clock_bytes, clock_now, lane_bytes, token_account_bytes},
};

fn update(address: Pubkey, owner: Pubkey, slot: u64, data: &[u8]) -> AccountUpdate<'_> {
    fixtures::update(address, owner, slot, data)
}

#[test]
fn every_cache_gets_what_concerns_it() {
    let mut world = World::new();
    let (pool, config) = fixtures::pool(1);
    let (shard, state) = fixtures::shard(&pool, 0, 1_000, 2_000);
    let market = fixtures::market_world(&[(5, 6)]);
    let clock = clock_bytes(&clock_now());
    let mint = fixtures::mint_bytes(9, 1, None);
    let system = Pubkey::default();
    for (address, owner, data) in [
        (pool, amm::ID, account_bytes(&config)),
        (shard, amm::ID, account_bytes(&state)),
        (market.market, orderbook::ID, account_bytes(&market.config)),
        (config.base_mint, TOKEN_PROGRAM, mint),
        (CLOCK_SYSVAR, system, clock),
    ] {
        let applied = world.apply(update(address, owner, 1, &data));
        assert_eq!(applied, Ok(Applied::Changed), "{address}");
        let again = world.apply(update(address, owner, 1, &data));
        assert_eq!(again, Ok(Applied::Unchanged), "{address}");
    }
    assert!(world.pools().shard(&pool, 0).is_some());
    assert!(world.pools().mint(&config.base_mint).is_some());
    assert!(world.markets().mint(&config.base_mint).is_some());
    assert!(world.markets().market(&market.market).is_some());
    assert_eq!(world.clock(), world.markets().clock());
    let stranger = update(Pubkey::new_unique(), Pubkey::new_unique(), 1, &[1]);
    assert_eq!(world.apply(stranger), Ok(Applied::Ignored));
}

#[test]
fn what_does_not_decode_changes_nothing() {
    let mut world = World::new();
    let bad = update(Pubkey::new_unique(), amm::ID, 1, &[0; 9]);
    assert!(world.apply(bad).is_err());
    let bad = update(Pubkey::new_unique(), orderbook::ID, 1, &[0; 9]);
    assert!(world.apply(bad).is_err());
    let bad = update(CLOCK_SYSVAR, Pubkey::default(), 1, &[0; 9]);
    assert!(world.apply(bad).is_err());
    assert!(world.clock().is_none());
}

#[test]
fn token_accounts_come_and_go() {
    let mut world = World::new();
    let [account, mint, owner] = [(); 3].map(|()| Pubkey::new_unique());
    let holds = |amount| token_account_bytes(&mint, &owner, amount);
    world
        .apply(update(account, TOKEN_PROGRAM, 5, &holds(42)))
        .unwrap();
    assert_eq!(world.token_account(&account).unwrap().amount, 42);
    assert_eq!(world.token_accounts_of(&owner).count(), 1);
    assert_eq!(world.token_accounts_of(&mint).count(), 0);
    // Closed: its lamports gone, it is the system program's.
    let closed = update(account, Pubkey::default(), 7, &[]);
    assert_eq!(world.apply(closed), Ok(Applied::Changed));
    assert!(world.token_account(&account).is_none());
    let late = world.apply(update(account, TOKEN_PROGRAM, 6, &holds(42)));
    assert_eq!(late, Ok(Applied::Stale));
    assert!(world.token_account(&account).is_none());
}

#[test]
fn closed_lanes_are_gone() {
    let market = fixtures::market_world(&[]);
    let owner = Pubkey::new_unique();
    let lane = crate::book::fixtures::lane_of(&market.market, &owner, 0, &[(1, ask(10, 1))]);
    let (mut world, at) = (World::new(), Pubkey::new_unique());
    world
        .apply(update(at, orderbook::ID, 3, &lane_bytes(&lane)))
        .unwrap();
    let before = world.clone();
    let closed = world.apply(update(at, Pubkey::default(), 4, &[]));
    assert_eq!(closed, Ok(Applied::Changed));
    assert!(world.markets().lane(&at).is_none());
    assert!(before.markets().lane(&at).is_some());
}

/// Readers go on while a writer does; each sees pairs of shards that were written together.
#[test]
fn readers_see_whole_changes() {
    let shared = SharedWorld::new();
    let pool = Pubkey::new_unique();
    let shards = |reserve: u64| {
        [0, 1].map(|index| {
            let (at, shard) = fixtures::shard(&pool, index, reserve, reserve);
            (at, account_bytes(&shard))
        })
    };
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut latest = 0;
                while !done.load(Ordering::Relaxed) {
                    let world = shared.snapshot();
                    let reserve = |index| {
                        let shard = world.pools().shard(&pool, index);
                        shard.map_or(0, |entry| entry.shard.base_reserve)
                    };
                    assert_eq!(reserve(0), reserve(1));
                    assert!(reserve(0) >= latest, "time runs forward");
                    latest = reserve(0);
                }
            });
        }
        for slot in 1..=2_000 {
            shared.change(|world| {
                for (at, data) in shards(slot) {
                    world.apply(update(at, amm::ID, slot, &data)).unwrap();
                }
            });
        }
        done.store(true, Ordering::Relaxed);
    });
    let world = shared.snapshot();
    assert_eq!(
        world.pools().shard(&pool, 1).unwrap().shard.base_reserve,
        2_000
    );
}

#[test]
fn a_panic_while_changing_changes_nothing() {
    let shared = SharedWorld::new();
    let clock = clock_bytes(&clock_now());
    let panicked = thread::scope(|scope| {
        let writer = scope.spawn(|| {
            shared.change(|world| {
                world
                    .apply(update(CLOCK_SYSVAR, Pubkey::default(), 1, &clock))
                    .unwrap();
                panic!("on purpose");
            })
        });
        writer.join().is_err()
    });
    assert!(panicked && shared.snapshot().clock().is_none());
    shared
        .apply(update(CLOCK_SYSVAR, Pubkey::default(), 1, &clock))
        .unwrap();
    assert!(shared.snapshot().clock().is_some());
}

proptest! {
    /// Whatever the order, and however often each comes: the state of the latest slot stands.
    #[test]
    fn order_and_repetition_do_not_matter(
        mut deliveries in prop::collection::vec((0u8..4, 1u64..20), 1..60)
    ) {
        let [mint, owner] = [Pubkey::new_from_array([1; 32]), Pubkey::new_from_array([2; 32])];
        let (pool, _) = fixtures::pool(4);
        let deliver = |world: &mut World, (index, slot): (u8, u64)| {
            let (at, shard) = fixtures::shard(&pool, index, slot * 10, slot);
            world.apply(update(at, amm::ID, slot, &account_bytes(&shard))).unwrap();
            let account = Pubkey::new_from_array([index + 10; 32]);
            let bytes = token_account_bytes(&mint, &owner, slot);
            world.apply(update(account, TOKEN_PROGRAM, slot, &bytes)).unwrap();
        };
        let mut one = World::new();
        for delivery in &deliveries {
            deliver(&mut one, *delivery);
        }
        let latest: std::collections::BTreeMap<u8, u64> = {
            let mut sorted = deliveries.clone();
            sorted.sort_by_key(|(_, slot)| *slot);
            sorted.into_iter().collect()
        };
        deliveries.reverse();
        let mut other = World::new();
        for delivery in deliveries.iter().chain(&deliveries) {
            deliver(&mut other, *delivery);
        }
        for world in [&one, &other] {
            for (index, slot) in &latest {
                let entry = world.pools().shard(&pool, *index).unwrap();
                prop_assert_eq!((entry.slot, entry.shard.quote_reserve), (*slot, *slot));
                let account = Pubkey::new_from_array([index + 10; 32]);
                prop_assert_eq!(world.token_account(&account).unwrap().amount, *slot);
            }
        }
    }
}
