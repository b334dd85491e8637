use sealane_core::book::{BookSide, Ticks};

use super::*;
use crate::{
    book::fixtures::{ask, bid, lane_of},
    fixtures::{self, SLOT, lane_bytes, market_world, update},
};

/// States of one lane, the later ones with more lots.
fn states(market: &Pubkey, owner: &Pubkey) -> Vec<(u64, Vec<u8>)> {
    (1..=3)
        .map(|slot| {
            let lane = lane_of(market, owner, 0, &[(1, ask(101, slot))]);
            (slot, lane_bytes(&lane))
        })
        .collect()
}

#[test]
fn updates_in_any_order_and_twice_give_the_latest_lane() {
    let (market, owner, address) = (
        Pubkey::new_unique(),
        Pubkey::new_unique(),
        Pubkey::new_unique(),
    );
    let states = states(&market, &owner);
    // All sequences of four of the three states that contain the last one.
    for sequence in 0..81usize {
        let sequence = [
            sequence % 3,
            sequence / 3 % 3,
            sequence / 9 % 3,
            sequence / 27,
        ];
        if !sequence.contains(&2) {
            continue;
        }
        let mut markets = Markets::new();
        let mut newest = 0;
        for index in sequence {
            let (slot, data) = &states[index];
            let applied = markets.apply(update(address, orderbook::ID, *slot, data));
            let expected = match (*slot).cmp(&newest) {
                std::cmp::Ordering::Less => Applied::Stale,
                std::cmp::Ordering::Equal => Applied::Unchanged,
                std::cmp::Ordering::Greater => Applied::Lane { market },
            };
            assert_eq!(applied, Ok(expected));
            newest = newest.max(*slot);
        }
        let entry = markets.lane(&address).unwrap();
        assert_eq!(
            (entry.slot, entry.lane.orders(BookSide::Ask)[0].lots.0),
            (3, 3)
        );
        assert_eq!(markets.lanes(&market).count(), 1);
    }
}

#[test]
fn a_closed_lane_stays_closed_for_older_states() {
    let (market, owner, address) = (
        Pubkey::new_unique(),
        Pubkey::new_unique(),
        Pubkey::new_unique(),
    );
    let states = states(&market, &owner);
    let mut markets = Markets::new();
    let mut feed = |slot: u64, owner, data: &[u8]| {
        let applied = markets.apply(update(address, owner, slot, data)).unwrap();
        (applied, markets.lane(&address).is_some())
    };
    assert_eq!(
        feed(1, orderbook::ID, &states[0].1),
        (Applied::Lane { market }, true)
    );
    // The account belongs to the system program again, and is empty.
    let system = crate::address::SYSTEM_PROGRAM;
    assert_eq!(feed(2, system, &[]), (Applied::LaneClosed, false));
    assert_eq!(
        feed(1, orderbook::ID, &states[0].1),
        (Applied::Stale, false)
    );
    // Opened again.
    assert_eq!(
        feed(3, orderbook::ID, &states[2].1),
        (Applied::Lane { market }, true)
    );
    assert_eq!(markets.remove_lane(&address, 2), Applied::Stale);
    markets.retain_lanes(&market, 2, &BTreeSet::new());
    assert!(markets.lane(&address).is_some());
    markets.retain_lanes(&market, 4, &BTreeSet::from([address]));
    assert!(markets.lane(&address).is_some());
    markets.retain_lanes(&market, 4, &BTreeSet::new());
    assert!(markets.lane(&address).is_none());
}

#[test]
fn a_market_with_everything() {
    let mut world = market_world(&[(10, 20), (30, 40)]);
    let (one, owner) = world.lane(&[bid(99, 5), ask(103, 2)]);
    world.lane(&[ask(101, 7)]);
    let (markets, market) = (&world.markets, &world.market);
    assert!(markets.missing(market).is_empty());
    assert_eq!(*markets.market(market).unwrap().market, world.config);
    let held: Vec<_> = markets
        .vault_shards(market)
        .map(|shard| (shard.base, shard.quote))
        .collect();
    assert_eq!(held, [(Some(10), Some(20)), (Some(30), Some(40))]);
    let book = markets.book(market).unwrap();
    assert_eq!(book.best(BookSide::Bid).unwrap().price, Ticks(99));
    assert_eq!(book.best(BookSide::Ask).unwrap().price, Ticks(101));
    // A tick is 10 quote units on 1,000 base units of as many decimals.
    let units = markets.units(market).unwrap();
    assert_eq!(units.price(Ticks(101)).to_string(), "1.01");
    let owned = markets.lanes_of(market, &owner);
    assert_eq!(
        owned.iter().map(|entry| entry.address).collect::<Vec<_>>(),
        [one]
    );
    let (base, quote) = (world.config.base_mint, world.config.quote_mint);
    assert_eq!(markets.find(&quote, &base).len(), 1);
    assert_eq!(markets.addresses(market).len(), 1 + 2 * 3 + 3);
    assert_eq!(markets.moment().unwrap().slot, SLOT);
}

#[test]
fn tells_what_is_missing() {
    let world = market_world(&[(1, 1)]);
    let mut markets = Markets::new();
    let market = world.market;
    assert_eq!(markets.missing(&market), [market]);
    let unknown = MarketError::UnknownMarket { market };
    assert_eq!(markets.book(&market).unwrap_err(), unknown);
    let bytes = fixtures::account_bytes(&world.config);
    markets
        .apply(update(market, orderbook::ID, 1, &bytes))
        .unwrap();
    let shard = address::VaultShardAddresses::derive(
        &market,
        &world.config.base_mint,
        &world.config.quote_mint,
        0,
    );
    let mints = [
        world.config.base_mint,
        world.config.quote_mint,
        CLOCK_SYSVAR,
    ];
    assert_eq!(
        markets.missing(&market),
        [&[shard.vault_shard], &mints[..]].concat()
    );
    // Balances are asked for once the vault shard says where they are.
    let known = world.markets.vault_shards(&market).next().unwrap();
    let bytes = fixtures::account_bytes(known.vault_shard);
    markets
        .apply(update(shard.vault_shard, orderbook::ID, 1, &bytes))
        .unwrap();
    let vaults = [shard.base_vault, shard.quote_vault];
    assert_eq!(markets.missing(&market), [&vaults[..], &mints[..]].concat());
    assert!(
        markets
            .book(&market)
            .unwrap_err()
            .hint()
            .contains("missing")
    );
}

#[test]
fn strangers_and_other_accounts_are_ignored() {
    let mut markets = Markets::new();
    let account = fixtures::token_account_bytes(&Pubkey::new_unique(), &Pubkey::new_unique(), 1);
    let [address, stranger] = [(); 2].map(|()| Pubkey::new_unique());
    for owner in [TOKEN_PROGRAM, stranger] {
        let fed = markets.apply(update(address, owner, 1, &account));
        assert_eq!(fed, Ok(Applied::Ignored));
    }
    // What claims to be the program's own and is not, is an error and changes nothing.
    for data in [
        &account[..],
        Lane::DISCRIMINATOR,
        VaultShard::DISCRIMINATOR,
        &[],
    ] {
        assert!(
            markets
                .apply(update(address, orderbook::ID, 1, data))
                .is_err()
        );
    }
    assert!(markets.lane(&address).is_none() && markets.market(&address).is_none());
}
