//! An engine that follows a local chain: its world is the chain's, and its quotes are executed.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sealane_localnet::{
    Backend, Chain, ChainConfig, Progress, StateDirectory, World, program_files, workspace_root,
    world::TokenName,
};
use sealane_sdk::{
    client::Client,
    live::{Engine, EngineConfig, Status},
    quote::{QuoteRequest, quote_exact_in},
};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

async fn start() -> (Chain, World, StateDirectory) {
    let backend = std::env::var_os("SEALANE_VALIDATOR").map_or(Backend::Embedded, |path| {
        Backend::Validator {
            binary: PathBuf::from(path),
        }
    });
    let root = workspace_root(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("a checkout");
    let config = ChainConfig {
        backend,
        programs: program_files(&root.join("target/deploy")),
        ..ChainConfig::default()
    };
    let chain = Chain::start(config).await.expect("the chain starts");
    let keys = StateDirectory::temporary().expect("a folder for keys");
    let built = World::build(&chain, &keys, &Progress::silent()).await;
    (chain, built.expect("the world is built"), keys)
}

/// Waits until the engine's world is such.
async fn until(
    engine: &mut Engine,
    what: &str,
    is_so: impl Fn(&sealane_sdk::engine::world::World) -> bool,
) {
    let waiting = async {
        while !is_so(&engine.world()) {
            engine.changed().await;
        }
    };
    let waited = timeout(PATIENCE, waiting).await;
    assert!(waited.is_ok(), "no {what} within {PATIENCE:?}");
}

#[tokio::test]
async fn quotes_of_a_followed_chain_are_executed_to_the_unit() {
    let (chain, world, _keys) = start().await;
    let config = EngineConfig::new(chain.rpc_url(), chain.ws_url());
    let mut engine = Engine::start(config);
    engine.ready(PATIENCE).await.expect("a complete state");
    assert_eq!(engine.status(), Status::Live);

    // Everything is there, and nothing is missing for quotes.
    let known = engine.world();
    for pool in &world.pools {
        assert_eq!(known.pools().missing(&pool.address), [], "{}", pool.name);
    }
    let market = &world.markets[0];
    assert_eq!(known.markets().missing(&market.address), []);
    let book = known.markets().book(&market.address).expect("a book");
    assert!(book.spread_ticks().is_some());

    let pool = world.pool_of(TokenName::Sol);
    let mut client = Client::new(chain.rpc_url());
    client.fetch_pool(&pool.address).await.expect("the pool");
    let request = QuoteRequest {
        pool: pool.address,
        mint_in: pool.base.mint,
        amount: pool.base.units(1) / 100,
        slippage_tolerance_bps: 0,
    };
    for _ in 0..3 {
        let quote = quote_exact_in(engine.world().pools(), &request).expect("a quote");
        let alice = &world.wallets.alice.keypair;
        let executed = client.swap(quote.clone(), alice).await.expect("a swap");
        assert_eq!(executed.received(), Some(quote.received));
        // Without anybody asking for it the engine's shard becomes what the swap has made of it.
        let index = quote.shard_index;
        client.fetch_pool(&pool.address).await.expect("the pool");
        let expected = *client.pools().shard(&pool.address, index).unwrap().shard;
        until(&mut engine, "new reserves", |world| {
            let shard = world.pools().shard(&pool.address, index);
            shard.is_some_and(|entry| *entry.shard == expected)
        })
        .await;
    }
    engine.close().await;
    chain.stop().await.expect("a clean stop");
}
