//! The demo world is built by transactions alone, and the demos' trades meet their quotes, on every
//! backend.

mod common;

use std::collections::HashSet;

use common::{backends, with_programs};
use sealane_localnet::book_demo::BookDemo;
use sealane_localnet::demo::Demo;
use sealane_localnet::governance_demo::GovernanceDemo;
use sealane_localnet::world::TokenName;
use sealane_localnet::{Chain, Progress, StateDirectory, World};
use sealane_sdk::address;
use sealane_sdk::client::Client;
use sealane_sdk::engine_core::book::BookSide;
use sealane_sdk::farms::{farm_view, position_view};

#[tokio::test]
async fn every_shard_of_the_world_has_liquidity_and_the_demos_meet_their_quotes() {
    for backend in backends() {
        let chain = Chain::start(with_programs(&backend)).await.unwrap();
        let directory = StateDirectory::temporary().unwrap();
        let world = World::build(&chain, &directory, &Progress::silent())
            .await
            .unwrap_or_else(|error| panic!("{backend:?}: {error}"));

        shards_are_filled(&chain, &world).await;
        makers_quote_both_sides(&chain, &world).await;
        wallets_hold_every_token(&chain, &world).await;
        farms_are_funded_and_staked_in(&chain, &world).await;
        state_names_everything(&chain, &world);

        let demo = Demo::run(&chain, &world, &Progress::silent())
            .await
            .unwrap_or_else(|error| panic!("{backend:?}: {error}"));
        assert_eq!(demo.received.change(), demo.quote.received);
        assert_eq!(demo.sent.change(), demo.quote.sent);
        one_shard_has_moved(&demo);

        let demo = BookDemo::run(&chain, &world, &Progress::silent())
            .await
            .unwrap_or_else(|error| panic!("{backend:?}: {error}"));
        assert_eq!(demo.executed.base, demo.quote.outcome.base);
        assert_eq!(demo.executed.value, demo.quote.outcome.value);
        assert!(demo.lanes() > 1);

        // Last, since it takes the chain into the future.
        let demo = GovernanceDemo::run(&chain, &world, &Progress::silent())
            .await
            .unwrap_or_else(|error| panic!("{backend:?}: {error}"));
        assert_eq!(demo.after.1, world.realm.treasury);
        assert_ne!(demo.after.0, demo.before.0);
        chain.stop().await.unwrap();
    }
}

async fn shards_are_filled(chain: &Chain, world: &World) {
    for pool in &world.pools {
        let mut client = Client::new(chain.rpc_url());
        client.fetch_pool(&pool.address).await.unwrap();
        let shards: Vec<_> = client.pools().shards(&pool.address).collect();
        assert_eq!(shards.len(), pool.shards.len(), "{}", pool.name);
        let sizes: HashSet<u64> = shards
            .iter()
            .map(|entry| entry.shard.base_reserve)
            .collect();
        assert!(!sizes.contains(&0), "{}", pool.name);
        assert_eq!(sizes.len(), shards.len(), "{}: sizes differ", pool.name);
    }
}

async fn makers_quote_both_sides(chain: &Chain, world: &World) {
    assert!(!world.markets.is_empty());
    for market in &world.markets {
        let mut client = Client::new(chain.rpc_url());
        client.fetch_market(&market.address).await.unwrap();
        let lanes: Vec<_> = client.markets().lanes(&market.address).collect();
        assert_eq!(lanes.len(), market.lanes.len(), "{}", market.name);
        let owners: HashSet<_> = lanes.iter().map(|entry| entry.lane.owner()).collect();
        assert!(owners.len() > 2, "makers have wallets of their own");
        for entry in &lanes {
            for side in [BookSide::Bid, BookSide::Ask] {
                assert!(entry.lane.orders(side).len() > 3, "{}", entry.address);
            }
        }
        let book = client.markets().book(&market.address).unwrap();
        assert!(book.spread_ticks().unwrap() > 0, "nobody crosses");
        let shards = client.markets().vault_shards(&market.address).count();
        assert_eq!(shards, market.vault_shards.len());
    }
}

async fn wallets_hold_every_token(chain: &Chain, world: &World) {
    let client = Client::new(chain.rpc_url());
    for wallet in world.wallets.iter() {
        for token in &world.tokens {
            let balance = client
                .token_balance(&wallet.address(), &token.mint)
                .await
                .unwrap();
            assert!(balance > 0, "{} of {}", token.symbol, wallet.name);
        }
    }
}

async fn farms_are_funded_and_staked_in(chain: &Chain, world: &World) {
    let mut client = Client::new(chain.rpc_url());
    let seal = world.tokens.iter().find(|token| token.fixed_supply);
    let seal = seal.expect("a governance token");
    let mint = client.mint(&seal.mint).await.unwrap();
    assert_eq!(
        (mint.supply, mint.mint_authority),
        (seal.units(1_000_000_000), None)
    );
    for farm in &world.farms {
        client.fetch_farm(&farm.address).await.unwrap();
        let now = client.now().await.unwrap();
        let view = farm_view(client.farms(), &farm.address, now).unwrap();
        assert_eq!(view.shards.len(), farm.shards.len(), "{}", farm.name);
        assert_eq!(view.rewards.len(), farm.rewards.len(), "{}", farm.name);
        assert!(view.rewards.iter().all(|reward| reward.funded > 0));
        // Makers stake nothing: they earn by their volume.
        assert_eq!(view.staked > 0, farm.market.is_none(), "{}", farm.name);
    }
    let alice = world.wallets.alice.address();
    client.fetch_positions_of(&alice).await.unwrap();
    let now = client.now().await.unwrap();
    let (position, _) = address::position(&world.realm.community, &alice, 0);
    let view = position_view(client.farms(), &position, now).unwrap();
    assert!(view.lock_ends_at.is_some() && view.multiplier() > 40_000);
}

fn state_names_everything(chain: &Chain, world: &World) {
    let state = world.state(chain);
    assert_eq!(state.rpc_url, chain.rpc_url());
    assert_eq!(state.wallets.len(), world.wallets.iter().count());
    assert_eq!(state.mints.len(), world.tokens.len());
    let fee_pool = world.pool_of(TokenName::Fee);
    let named = state
        .pools
        .iter()
        .find(|pool| pool.name == fee_pool.name)
        .unwrap();
    assert_eq!(named.shards.len(), fee_pool.shards.len());
    assert_eq!(state.farms.len(), world.farms.len());
    let (named, market) = (&state.markets[0], &world.markets[0]);
    assert_eq!(named.address, market.address.to_string());
    assert_eq!(named.vault_shards.len(), market.vault_shards.len());
    let wallets: HashSet<&str> = state.wallets.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(named.lanes.len(), market.lanes.len());
    for lane in &named.lanes {
        assert!(wallets.contains(lane.owner.as_str()), "{}", lane.owner);
    }
}

fn one_shard_has_moved(demo: &Demo) {
    let moved: Vec<u8> = demo
        .before
        .iter()
        .zip(&demo.after)
        .filter(|(before, after)| before != after)
        .map(|(before, _)| before.index)
        .collect();
    assert_eq!(moved, [demo.quote.shard_index]);
}
