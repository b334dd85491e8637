//! An integrator's day on a real local chain: every pool, through the SDK, over RPC.
//!
//! Runs on the embedded chain, or on Agave's validator where `SEALANE_VALIDATOR` names its binary.
//! Nothing here can tell the two apart.

use std::collections::BTreeSet;

use sealane_localnet::world::{Token, TokenName, Wallet, WorldPool};
use sealane_localnet::{Chain, ChainConfig, StateDirectory, World, stage};
use sealane_sdk::amm::errors::AmmError;
use sealane_sdk::client::Client;
use sealane_sdk::plan::{Caller, swap_instructions};
use sealane_sdk::quote::{
    AddLiquidityRequest, AddSingleSidedRequest, Quote, QuoteRequest, RemoveLiquidityRequest,
    RemoveSingleSidedRequest, SwapKind, VenueChoice, quote_exact_in_on_shard,
};
use solana_pubkey::Pubkey;

/// A running chain with the demo's wallets, tokens and pools.
struct Stage {
    chain: Chain,
    world: World,
    _keys: StateDirectory,
}

impl Stage {
    async fn set() -> Self {
        let (chain, world, keys) = stage::set(ChainConfig::default()).await;
        Self {
            chain,
            world,
            _keys: keys,
        }
    }

    async fn client(&self, pool: &WorldPool) -> Client {
        let mut client = Client::new(self.chain.rpc_url());
        client.fetch_pool(&pool.address).await.expect("the pool");
        client
    }

    async fn balances(&self, wallet: &Wallet, pool: &WorldPool) -> (u64, u64) {
        let client = Client::new(self.chain.rpc_url());
        let of = |mint: Pubkey| {
            let client = &client;
            async move {
                client
                    .token_balance(&wallet.address(), &mint)
                    .await
                    .expect("a balance")
            }
        };
        (of(pool.base.mint).await, of(pool.quote.mint).await)
    }
}

/// A thousandth of a whole token, so that every wallet and shard can stand it.
fn little_of(token: &Token) -> u64 {
    token.units(1) / 1_000
}

/// Swaps, and asserts that the wallet's balances moved by what was quoted, to the unit.
async fn swap_as_quoted(stage: &Stage, pool: &WorldPool, quote: Quote, wallet: &Wallet) {
    let mut client = stage.client(pool).await;
    let before = stage.balances(wallet, pool).await;
    let executed = client
        .swap(quote.clone(), &wallet.keypair)
        .await
        .unwrap_or_else(|error| panic!("{} {quote:?}: {error}", pool.name));
    let after = stage.balances(wallet, pool).await;
    let (paid, got) = if quote.mint_in == pool.base.mint {
        (before.0 - after.0, after.1 - before.1)
    } else {
        (before.1 - after.1, after.0 - before.0)
    };
    assert_eq!((paid, got), (quote.sent, quote.received), "{}", pool.name);
    assert_eq!(executed.sent(), Some(quote.sent));
    assert_eq!(executed.received(), Some(quote.received));
    assert!(executed.confirmed.compute_units.is_some());
}

#[tokio::test]
async fn every_pool_keeps_its_quotes_both_ways_and_exactly() {
    let stage = Stage::set().await;
    let alice = &stage.world.wallets.alice;
    for pool in &stage.world.pools {
        for token in [&pool.base, &pool.quote] {
            for kind in [SwapKind::ExactIn, SwapKind::ExactOut] {
                let fixed = match kind {
                    SwapKind::ExactIn => token,
                    SwapKind::ExactOut if token == &pool.base => &pool.quote,
                    SwapKind::ExactOut => &pool.base,
                };
                let request = QuoteRequest {
                    pool: pool.address,
                    mint_in: token.mint,
                    amount: little_of(fixed),
                    slippage_tolerance_bps: 50,
                    choice: VenueChoice::BEST,
                };
                let mut client = stage.client(pool).await;
                let quote = match kind {
                    SwapKind::ExactIn => client.quote_exact_in(&request).await,
                    SwapKind::ExactOut => client.quote_exact_out(&request).await,
                }
                .expect("a quote");
                swap_as_quoted(&stage, pool, quote, alice).await;
            }
        }
    }
    stage.chain.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn two_traders_on_two_shards_share_no_writable_account_and_both_get_their_quote() {
    let stage = Stage::set().await;
    let pool = stage.world.pool_of(TokenName::Sol);
    let client = stage.client(pool).await;
    let request = QuoteRequest {
        pool: pool.address,
        mint_in: pool.base.mint,
        amount: little_of(&pool.base),
        slippage_tolerance_bps: 50,
        choice: VenueChoice::BEST,
    };
    let quote = |shard| quote_exact_in_on_shard(client.pools(), &request, shard).expect("a quote");
    let (first, second) = (quote(0), quote(1));
    let (alice, bob) = (&stage.world.wallets.alice, &stage.world.wallets.bob);

    let written = |quote: &Quote, wallet: &Wallet| -> BTreeSet<Pubkey> {
        let caller = Caller::new(wallet.address()).without_account_creation();
        let plan = swap_instructions(client.pools(), quote.clone(), &caller).expect("a plan");
        let accounts = plan.instructions.iter().flat_map(|one| &one.accounts);
        accounts
            .filter(|account| account.is_writable)
            .map(|account| account.pubkey)
            .collect()
    };
    let shared: Vec<_> = written(&first, alice)
        .intersection(&written(&second, bob))
        .copied()
        .collect();
    assert_eq!(shared, [], "writable accounts of both");

    tokio::join!(
        swap_as_quoted(&stage, pool, first, alice),
        swap_as_quoted(&stage, pool, second, bob)
    );
    stage.chain.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn refusals_are_named_and_move_nothing() {
    let stage = Stage::set().await;
    let pool = stage.world.pool_of(TokenName::Sol);
    let bob = &stage.world.wallets.bob;
    let mut client = stage.client(pool).await;
    let request = QuoteRequest {
        pool: pool.address,
        mint_in: pool.quote.mint,
        amount: little_of(&pool.quote),
        slippage_tolerance_bps: 0,
        choice: VenueChoice::BEST,
    };
    let before = stage.balances(bob, pool).await;

    let mut greedy = client.quote_exact_in(&request).await.expect("a quote");
    greedy.minimum_received += 1;
    let refused = client
        .swap(greedy, &bob.keypair)
        .await
        .expect_err("refused");
    assert_eq!(refused.amm_error(), Some(AmmError::SlippageExceeded));
    assert!(refused.hint().is_some(), "{refused}");

    let quote = client.quote_exact_in(&request).await.expect("a quote");
    let late = Caller::new(bob.address()).with_deadline(1);
    let plan = swap_instructions(client.pools(), quote, &late).expect("a plan");
    let refused = client.send(&plan.instructions, &bob.keypair).await;
    assert_eq!(
        refused.expect_err("refused").amm_error(),
        Some(AmmError::DeadlinePassed)
    );

    assert_eq!(stage.balances(bob, pool).await, before);
    stage.chain.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn liquidity_goes_in_and_comes_out_as_quoted_and_never_grows() {
    let stage = Stage::set().await;
    let bob = &stage.world.wallets.bob;
    for pool in &stage.world.pools {
        let mut client = stage.client(pool).await;
        let before = stage.balances(bob, pool).await;
        let added = client
            .add_liquidity(
                &AddLiquidityRequest {
                    pool: pool.address,
                    shard: Some(0),
                    maximum_base: little_of(&pool.base),
                    maximum_quote: little_of(&pool.quote),
                    slippage_tolerance_bps: 50,
                },
                &bob.keypair,
            )
            .await
            .expect("a deposit")
            .quote;
        let between = stage.balances(bob, pool).await;
        assert_eq!(before.0 - between.0, added.base, "{}", pool.name);
        assert_eq!(before.1 - between.1, added.quote, "{}", pool.name);

        let removed = client
            .remove_liquidity(
                &RemoveLiquidityRequest {
                    pool: pool.address,
                    shard: 0,
                    shares: added.shares,
                    slippage_tolerance_bps: 50,
                },
                &bob.keypair,
            )
            .await
            .expect("a withdrawal")
            .quote;
        let after = stage.balances(bob, pool).await;
        assert_eq!(after.0 - between.0, removed.base, "{}", pool.name);
        assert_eq!(after.1 - between.1, removed.quote, "{}", pool.name);
        assert!(after.0 <= before.0 && after.1 <= before.1, "{}", pool.name);

        with_one_token(&stage, pool, bob).await;
    }
    stage.chain.stop().await.expect("a clean stop");
}

async fn with_one_token(stage: &Stage, pool: &WorldPool, wallet: &Wallet) {
    let mut client = stage.client(pool).await;
    let before = stage.balances(wallet, pool).await;
    let added = client
        .add_single_sided(
            &AddSingleSidedRequest {
                pool: pool.address,
                shard: Some(1),
                mint_in: pool.base.mint,
                amount: little_of(&pool.base),
                slippage_tolerance_bps: 50,
            },
            &wallet.keypair,
        )
        .await
        .expect("a deposit")
        .quote;
    let removed = client
        .remove_single_sided(
            &RemoveSingleSidedRequest {
                pool: pool.address,
                shard: 1,
                mint_out: pool.base.mint,
                shares: added.shares,
                slippage_tolerance_bps: 50,
            },
            &wallet.keypair,
        )
        .await
        .expect("a withdrawal")
        .quote;
    let after = stage.balances(wallet, pool).await;
    assert_eq!(before.0 - after.0, added.amount - removed.received);
    assert!(after.0 < before.0, "{}: fees were paid", pool.name);
    assert_eq!(after.1, before.1, "{}", pool.name);
}
