use super::*;
use crate::fixtures::{self, SLOT, update, world};

#[test]
fn older_states_are_ignored_and_duplicates_harmless() {
    let mut world = world(&[(1_000_000, 2_000_000)], [None; 2]);
    let (address, mut shard) = fixtures::shard(&world.pool, 0, 1_000_000, 2_000_000);
    let known = *world.pools.shard(&world.pool, 0).unwrap().shard;
    shard = Shard {
        base_vault: known.base_vault,
        quote_vault: known.quote_vault,
        ..shard
    };
    let feed = |pools: &mut Pools, shard: &Shard, slot| {
        pools
            .apply(update(
                address,
                amm::ID,
                slot,
                &fixtures::account_bytes(shard),
            ))
            .unwrap()
    };
    assert_eq!(feed(&mut world.pools, &shard, SLOT), Applied::Unchanged);

    shard.base_reserve += 1;
    let changed = Applied::Shard {
        pool: world.pool,
        index: 0,
    };
    assert_eq!(feed(&mut world.pools, &shard, SLOT - 1), Applied::Stale);
    assert_eq!(
        world
            .pools
            .shard(&world.pool, 0)
            .unwrap()
            .shard
            .base_reserve,
        1_000_000
    );
    // Within one slot the later report counts.
    assert_eq!(feed(&mut world.pools, &shard, SLOT), changed);
    assert_eq!(feed(&mut world.pools, &shard, SLOT), Applied::Unchanged);
    assert_eq!(
        world
            .pools
            .shard(&world.pool, 0)
            .unwrap()
            .shard
            .base_reserve,
        1_000_001
    );

    // The same state seen later: an update from between is stale now.
    assert_eq!(
        feed(&mut world.pools, &shard, SLOT + 10),
        Applied::Unchanged
    );
    assert_eq!(world.pools.shard(&world.pool, 0).unwrap().slot, SLOT + 10);
    shard.base_reserve += 1;
    assert_eq!(feed(&mut world.pools, &shard, SLOT + 5), Applied::Stale);
    assert_eq!(feed(&mut world.pools, &shard, SLOT + 11), changed);
}

#[test]
fn any_order_leads_to_one_state() {
    let (pool_address, pool) = fixtures::pool(2);
    let shards = [0, 1].map(|index| fixtures::shard(&pool_address, index, 10_000, 10_000));
    let newer = Shard {
        base_reserve: 11_000,
        ..shards[1].1
    };
    let updates = [
        (pool_address, fixtures::account_bytes(&pool), 5),
        (shards[0].0, fixtures::account_bytes(&shards[0].1), 6),
        (shards[1].0, fixtures::account_bytes(&shards[1].1), 6),
        (shards[1].0, fixtures::account_bytes(&newer), 7),
    ];
    // All orders of four updates.
    for order in 0..256usize {
        let order = [
            order & 3,
            (order >> 2) & 3,
            (order >> 4) & 3,
            (order >> 6) & 3,
        ];
        if order.iter().collect::<BTreeSet<_>>().len() < 4 {
            continue;
        }
        let mut pools = Pools::new();
        for index in order {
            let (address, data, slot) = &updates[index];
            pools.apply(update(*address, amm::ID, *slot, data)).unwrap();
        }
        assert_eq!(*pools.pool(&pool_address).unwrap().pool, pool);
        let cached: Vec<Shard> = pools
            .shards(&pool_address)
            .map(|known| *known.shard)
            .collect();
        assert_eq!(cached, [shards[0].1, newer]);
    }
}

#[test]
fn pairs_are_found_in_either_order() {
    let world = world(&[(1, 1)], [None; 2]);
    let (base, quote) = (world.config.base_mint, world.config.quote_mint);
    for (one, other) in [(base, quote), (quote, base)] {
        let found = world.pools.find(&one, &other);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].address, world.pool);
    }
    assert!(world.pools.find(&base, &Pubkey::new_unique()).is_empty());
}

#[test]
fn tells_what_is_missing() {
    let (address, pool) = fixtures::pool(2);
    let mut pools = Pools::new();
    assert_eq!(pools.missing(&address), [address]);
    pools
        .apply(update(address, amm::ID, 1, &fixtures::account_bytes(&pool)))
        .unwrap();
    let shard = |index| address::shard(&address, index).0;
    assert_eq!(
        pools.missing(&address),
        [
            shard(0),
            shard(1),
            pool.base_mint,
            pool.quote_mint,
            CLOCK_SYSVAR
        ]
    );
    assert_eq!(
        pools.addresses(&address),
        [
            address,
            shard(0),
            shard(1),
            pool.base_mint,
            pool.quote_mint,
            CLOCK_SYSVAR
        ]
    );
    let full = world(&[(1, 1), (1, 1)], [None; 2]);
    assert!(full.pools.missing(&full.pool).is_empty());
}

#[test]
fn token_accounts_and_strangers_are_ignored() {
    let mut pools = Pools::new();
    let account = fixtures::token_account_bytes(&Pubkey::new_unique(), &Pubkey::new_unique(), 1);
    let fed = pools.apply(update(Pubkey::new_unique(), TOKEN_PROGRAM, 1, &account));
    assert_eq!(fed, Ok(Applied::Ignored));
    let fed = pools.apply(update(
        Pubkey::new_unique(),
        Pubkey::new_unique(),
        1,
        &account,
    ));
    assert_eq!(fed, Ok(Applied::Ignored));
    assert!(
        pools
            .apply(update(Pubkey::new_unique(), amm::ID, 1, &account))
            .is_err()
    );
}
