use std::collections::BTreeSet;

use sealane_core::{
    pool::ShardState,
    units::{Reserves, Shares, Side},
};
use sealane_sdk::{
    address,
    engine::{
        fixtures::world,
        quote::{QuoteRequest, VenueChoice, quote_exact_in, quote_exact_in_on_shard},
    },
    plan::{Caller, swap_instructions},
};
use solana_pubkey::Pubkey;

use super::{
    super::{Design, token, transactions, wallet},
    shards::{ShardedPool, Template},
    *,
};
use crate::contention::{
    day::{Action, Kind, Parameters, Who, Window},
    price::SLOPED,
    stream::Stream,
    units::Units,
};

const UNITS: Units = Units::DOCUMENTED;

fn pool(shards: u8) -> ShardsOptions {
    ShardsOptions {
        shards,
        choice: Choice::Best,
        fee: SLOPED,
    }
}

#[test]
fn a_swap_is_the_sdks_but_for_who_trades() {
    let world = world(&[(1 << 40, 1 << 40), (1 << 40, 1 << 40)], [None; 2]);
    let who = Who(7);
    let owner = wallet(who);
    for (side, shard) in [(Side::Base, 0), (Side::Quote, 1)] {
        let mint_in = match side {
            Side::Base => world.config.base_mint,
            Side::Quote => world.config.quote_mint,
        };
        let request = QuoteRequest {
            pool: world.pool,
            mint_in,
            amount: 1 << 20,
            slippage_tolerance_bps: 50,
            choice: VenueChoice::BEST,
        };
        let quote = quote_exact_in_on_shard(&world.pools, &request, shard).unwrap();
        let caller = Caller::new(owner).without_account_creation();
        let plan = swap_instructions(&world.pools, quote, &caller).unwrap();
        let mut template = Template::new(&world, side, shard);
        let made = template.of(3, who);
        let account = |mint| address::associated_token(&owner, mint, &address::TOKEN_PROGRAM);
        let own = [
            (account(&world.config.base_mint), token(who, 3, true)),
            (account(&world.config.quote_mint), token(who, 3, false)),
        ];
        let mut expected = plan.instructions[0].clone();
        for meta in &mut expected.accounts {
            if let Some((_, own)) = own.iter().find(|(account, _)| *account == meta.pubkey) {
                meta.pubkey = *own;
            }
        }
        assert_eq!(made, &expected);
    }
}

#[test]
fn the_best_shard_is_the_one_that_the_sdk_quotes() {
    let depths = [(900, 1_000), (1_000, 1_010), (400, 401), (401, 400)];
    let reserves = depths.map(|(base, quote)| (base << 30u64, quote << 30u64));
    let world = world(&reserves, [None; 2]);
    let mut pool = ShardedPool::new(&pool(4));
    pool.opening = reserves
        .iter()
        .map(|(base, quote)| ShardState {
            reserves: Reserves::new(*base, *quote),
            shares: Shares::new(*base),
            ..ShardState::default()
        })
        .collect();
    let mut chosen = BTreeSet::new();
    for amount in [1_000, 1 << 20, 1 << 28, 1 << 32, 1 << 34, 1 << 36] {
        for (side, mint_in) in [
            (Side::Base, world.config.base_mint),
            (Side::Quote, world.config.quote_mint),
        ] {
            let request = QuoteRequest {
                pool: world.pool,
                mint_in,
                amount,
                slippage_tolerance_bps: 0,
                choice: VenueChoice::BEST,
            };
            let quote = quote_exact_in(&world.pools, &request).unwrap();
            let best = pool.choose(Choice::Best, Who(1), side, amount);
            assert_eq!(best, Some((usize::from(quote.shard_index), quote.received)));
            chosen.insert(quote.shard_index);
            // Others take one that is nearly as good.
            let (_, near) = pool
                .choose(Choice::Within(5), Who(1), side, amount)
                .unwrap();
            assert!(near >= quote.received - quote.received * 5 / 10_000);
        }
    }
    assert!(chosen.len() > 1, "{chosen:?}");
}

fn window(actions: Vec<Action>, makers: Vec<Who>) -> Window {
    Window { actions, makers }
}

fn action(place: u16, who: Who, kind: Kind) -> Action {
    Action {
        slot: 0,
        place,
        who,
        kind,
    }
}

/// How many accounts each transaction writes, and with which of the others it shares one.
fn shared(stream: &Stream) -> Vec<(usize, Vec<usize>)> {
    let written = |at: u32| -> BTreeSet<usize> {
        let accesses = stream.accesses(at).iter();
        accesses
            .filter(|one| one.is_write())
            .map(|one| one.account())
            .collect()
    };
    let all = 0..stream.transactions().len() as u32;
    let of = |at: u32| {
        let own = written(at);
        let others = all.clone().filter(|other| *other != at);
        let conflicting = others.filter(|other| !own.is_disjoint(&written(*other)));
        (own.len(), conflicting.map(|other| other as usize).collect())
    };
    all.clone().map(of).collect()
}

#[test]
fn orders_write_a_wallet_and_a_lane_and_takes_their_makers() {
    let day = Parameters::default();
    let makers = [0, 1, 2].map(|index| day.maker(0, index));
    let take = |from_wallet| Kind::Take {
        from_wallet,
        fills: 0..2,
        named: 0..2,
    };
    let actions = vec![
        action(0, makers[0], Kind::Requote { shown: 0..0 }),
        action(0, makers[2], Kind::Requote { shown: 0..0 }),
        action(0, Who(5), Kind::Order { shown: 2..3 }),
        action(0, Who(6), take(false)),
        action(0, Who(7), take(true)),
        action(0, Who(8), Kind::Cancel),
    ];
    let window = window(actions, makers.to_vec());
    let mut lanes = Lanes::new(&day, UNITS, LanesOptions::default());
    let stream = transactions(&mut lanes, &window);
    let expected = [
        (2, vec![3, 4]),
        (2, vec![]),
        (2, vec![]),
        // Wallet, lane and two makers.
        (4, vec![0, 4]),
        // Wallet, its two token accounts, the vault shard, its two vaults, and two makers.
        (8, vec![0, 3]),
        (2, vec![]),
    ];
    assert_eq!(shared(&stream), expected);
}

#[test]
fn a_makers_one_wallet_joins_its_markets() {
    let day = Parameters::default();
    let quotes =
        [0, 1].map(|market| action(market, day.maker(market, 0), Kind::Requote { shown: 0..0 }));
    let window = window(quotes.to_vec(), Vec::new());
    for (one_payer, conflicts) in [(false, 0), (true, 1)] {
        let options = LanesOptions {
            one_payer,
            ..LanesOptions::default()
        };
        let stream = transactions(&mut Lanes::new(&day, UNITS, options), &window);
        assert_eq!(shared(&stream)[0].1.len(), conflicts);
    }
}

#[test]
fn swaps_share_a_shard_or_nothing_and_large_ones_are_followed_by_rebalances() {
    let swap = |who, part| {
        action(
            0,
            Who(who),
            Kind::Swap {
                side: Side::Base,
                part,
            },
        )
    };
    let window = window(vec![swap(1, 0.01), swap(2, 0.01)], Vec::new());
    let mut shards = Shards::new(1, UNITS, pool(4));
    let stream = transactions(&mut shards, &window);
    // Both saw the same shards and took the first. A twenty-fifth of a shard moves its price by
    // some 8%: then bots come.
    assert_eq!(shared(&stream)[0], (6, vec![1, 2]));
    assert!(stream.transactions().len() > 2);
    assert!(shards.executed[0].cost_bps.is_some());
    // The second finds the price moved by more than it accepts.
    assert!(shards.executed[1].cost_bps.is_none());
}

#[test]
fn made_up_traders_are_not_accounts_of_the_program() {
    assert_ne!(wallet(Who(1)), Pubkey::default());
    let mut stream = Stream::default();
    let mut shards = Shards::new(1, UNITS, pool(1));
    shards.act(
        &action(0, Who(1), Kind::Cancel),
        &window(Vec::new(), Vec::new()),
        &mut stream,
    );
    assert!(stream.transactions().is_empty());
}
