//! How long routes take: `cargo bench -p sealane-engine --bench route`.

#![allow(missing_docs)]

use std::{hint::black_box, time::Duration};

use bytemuck::Zeroable as _;
use criterion::{Criterion, criterion_group, criterion_main};
use rustix::time::{ClockId, clock_gettime};
use sealane_core::{
    book::{BookSide, NewOrder},
    fee::BoundedRatioFee,
    units::FeeRate,
};
use sealane_engine::{
    address::{self, CLOCK_SYSVAR, TOKEN_PROGRAM, VaultShardAddresses},
    amm,
    book::fixtures as lanes,
    fixtures::{
        SLOT, account_bytes, clock_bytes, clock_now, lane_bytes, mint_bytes, pool, shard,
        token_account_bytes, update,
    },
    orderbook,
    quote::SwapKind,
    route::{RouteRequest, Venues, route},
    world::World,
};
use sealane_orderbook::state::{Market, VaultShard};
use solana_pubkey::Pubkey;

fn feed(world: &mut World, address: Pubkey, owner: Pubkey, data: &[u8]) {
    world.apply(update(address, owner, SLOT, data)).unwrap();
}

/// A pool of four shards of different sizes.
fn add_pool(world: &mut World, base: Pubkey, quote: Pubkey, fee: BoundedRatioFee, scale: u64) {
    let (_, mut config) = pool(4);
    (config.base_mint, config.quote_mint) = (base, quote);
    config.fee_min_pips = fee.min().get();
    config.fee_max_pips = fee.max().get();
    config.fee_slope_pips = fee.slope();
    let (address, bump) = address::pool(&config.creator, &base, &quote, 0);
    config.bump = bump;
    feed(world, address, amm::ID, &account_bytes(&config));
    for index in 0..4 {
        let size = scale * (u64::from(index) + 1);
        let (at, shard) = shard(&address, index, size, size + size / 1_000);
        feed(world, at, amm::ID, &account_bytes(&shard));
    }
}

/// A market with eight lanes of eight orders a side.
fn add_market(world: &mut World, base: Pubkey, quote: Pubkey) {
    let mut config = Market::zeroed();
    config.creator = Pubkey::new_unique();
    config.authority = config.creator;
    (config.base_mint, config.quote_mint) = (base, quote);
    (config.base_token_program, config.quote_token_program) = (TOKEN_PROGRAM, TOKEN_PROGRAM);
    (config.base_lot, config.tick) = (lanes::SIZES.base_lot, lanes::SIZES.tick);
    config.taker_fee_pips = 500;
    config.vault_shard_count = 1;
    let (market, bump) = address::market(&config.creator, &base, &quote, 0);
    config.bump = bump;
    feed(world, market, orderbook::ID, &account_bytes(&config));
    let at = VaultShardAddresses::derive(&market, &base, &quote, 0);
    let mut vaults = VaultShard::zeroed();
    (vaults.market, vaults.base_vault, vaults.quote_vault) =
        (market, at.base_vault, at.quote_vault);
    feed(
        world,
        at.vault_shard,
        orderbook::ID,
        &account_bytes(&vaults),
    );
    for (mint, vault) in [(base, at.base_vault), (quote, at.quote_vault)] {
        let held = token_account_bytes(&mint, &at.vault_shard, 1 << 50);
        feed(world, vault, TOKEN_PROGRAM, &held);
    }
    for lane in 0..8u32 {
        let owner = Pubkey::new_unique();
        let orders: Vec<(u64, NewOrder)> = (0..8u32)
            .flat_map(|at| {
                let away = lane % 3 + at;
                [
                    lanes::order(BookSide::Bid, 99 - away, 40_000),
                    lanes::order(BookSide::Ask, 101 + away, 40_000),
                ]
            })
            .map(|order| (1, order))
            .collect();
        let (address, _) = address::lane(&market, &owner, 0);
        let snapshot = lanes::lane_of(&market, &owner, 0, &orders);
        feed(world, address, orderbook::ID, &lane_bytes(&snapshot));
    }
}

fn tokens(world: &mut World) -> [Pubkey; 3] {
    feed(
        world,
        CLOCK_SYSVAR,
        Pubkey::default(),
        &clock_bytes(&clock_now()),
    );
    let mints = [(); 3].map(|()| Pubkey::new_unique());
    for mint in mints {
        feed(world, mint, TOKEN_PROGRAM, &mint_bytes(6, 1, None));
    }
    mints
}

fn flat() -> BoundedRatioFee {
    BoundedRatioFee::flat(FeeRate::new(2_500)).unwrap()
}

/// Ten pools of four shards and three markets, over three tokens.
fn large_world() -> (World, [Pubkey; 3]) {
    let mut world = World::new();
    let mints = tokens(&mut world);
    for at in 0..5 {
        let fee = if at % 2 == 0 {
            BoundedRatioFee::DEFAULT
        } else {
            flat()
        };
        for (base, quote) in [(mints[0], mints[1]), (mints[1], mints[2])] {
            add_pool(
                &mut world,
                base,
                quote,
                fee,
                400_000_000_000 + at * 90_000_000_000,
            );
        }
    }
    add_market(&mut world, mints[0], mints[1]);
    add_market(&mut world, mints[1], mints[2]);
    add_market(&mut world, mints[1], mints[2]);
    (world, mints)
}

/// As large as the demo: three pools of four shards and a market, over three tokens.
fn small_world() -> (World, [Pubkey; 3]) {
    let mut world = World::new();
    let mints = tokens(&mut world);
    let size = 400_000_000_000;
    add_pool(
        &mut world,
        mints[0],
        mints[1],
        BoundedRatioFee::DEFAULT,
        size,
    );
    add_pool(&mut world, mints[1], mints[2], flat(), size);
    add_pool(
        &mut world,
        mints[1],
        mints[2],
        BoundedRatioFee::DEFAULT,
        size,
    );
    add_market(&mut world, mints[0], mints[1]);
    (world, mints)
}

/// The processor time of this thread, which others on the machine take nothing of.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.try_into().unwrap(),
        time.tv_nsec.try_into().unwrap(),
    )
}

fn measure(criterion: &mut Criterion, name: &str, world: &World, from: Pubkey, to: Pubkey) {
    let venues: Venues<'_> = world.into();
    let mut group = criterion.benchmark_group(name);
    for kind in [SwapKind::ExactIn, SwapKind::ExactOut] {
        // From a thousandth of a shard to all of one.
        for amount in [400_000_000, 20_000_000_000, 400_000_000_000] {
            let request = RouteRequest::new(kind, amount, from, to, Pubkey::new_unique());
            let found = route(&venues, &request).unwrap();
            let name = format!("{} {amount}, {} legs", kind.given(), found.legs.len());
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|times| {
                    let started = thread_time();
                    for _ in 0..times {
                        black_box(route(&venues, &request).unwrap());
                    }
                    thread_time() - started
                });
            });
        }
    }
    group.finish();
}

fn routes(criterion: &mut Criterion) {
    let (world, mints) = small_world();
    let name = "one hop, 3 pools of 4 shards, 1 market";
    measure(criterion, name, &world, mints[0], mints[1]);
    let name = "two hops, 3 pools of 4 shards, 1 market";
    measure(criterion, name, &world, mints[0], mints[2]);
    let (world, mints) = large_world();
    let name = "two hops, 10 pools of 4 shards, 3 markets";
    measure(criterion, name, &world, mints[0], mints[2]);
}

criterion_group!(benches, routes);
criterion_main!(benches);
