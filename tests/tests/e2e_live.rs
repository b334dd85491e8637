//! An engine that follows a local chain: its world is the chain's, and its quotes are executed.

use std::time::Duration;

use sealane_localnet::{ChainConfig, stage, world::TokenName};
use sealane_sdk::{
    address::{TOKEN_PROGRAM, associated_token},
    amm::errors::AmmError,
    client::Client,
    live::{Engine, EngineConfig, Status},
    plan::{Caller, swap_instructions},
    quote::{Quote, QuoteRequest, VenueChoice, quote_exact_in},
};
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

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

/// Simulating the swap's transaction tells what its quote does.
async fn simulated_as_quoted(client: &Client, quote: &Quote, trader: Pubkey) {
    let plan = swap_instructions(client.pools(), quote.clone(), &Caller::new(trader));
    let plan = plan.expect("a plan");
    let report = client.simulate(&plan.instructions).await.expect("a report");
    let change = |mint: &Pubkey| {
        let account = associated_token(&trader, mint, &TOKEN_PROGRAM);
        let mut changes = report.balances.iter();
        let found = changes.find(|change| change.account == account);
        let found = found.unwrap_or_else(|| panic!("no change of {mint}"));
        found.before.abs_diff(found.after)
    };
    assert_eq!(change(&quote.mint_in), quote.sent);
    assert_eq!(change(&quote.mint_out), quote.received);
    assert!(report.writable.contains(&quote.shard));

    let greedy = Quote {
        minimum_received: quote.received + 1,
        ..quote.clone()
    };
    let plan = swap_instructions(client.pools(), greedy, &Caller::new(trader));
    let refused = client.simulate(&plan.expect("a plan").instructions).await;
    let error = refused.expect_err("more than the pool pays");
    assert_eq!(error.amm_error(), Some(AmmError::SlippageExceeded));
}

#[tokio::test]
async fn quotes_of_a_followed_chain_are_executed_to_the_unit() {
    let (chain, world, _keys) = stage::set(ChainConfig::default()).await;
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
        choice: VenueChoice::BEST,
    };
    for _ in 0..3 {
        let quote = quote_exact_in(engine.world().pools(), &request).expect("a quote");
        let alice = &world.wallets.alice.keypair;
        simulated_as_quoted(&client, &quote, alice.pubkey()).await;
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
