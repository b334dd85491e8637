//! Routes on a real local chain: every token for every other one, over pools, the order book and
//! several hops, through the SDK, over RPC. The wallet's balances move by what was quoted.
//!
//! Runs on the embedded chain, or on Agave's validator where `SEALANE_VALIDATOR` names its binary.

use std::collections::BTreeMap;

use sealane_localnet::world::Token;
use sealane_localnet::{Chain, ChainConfig, StateDirectory, World, stage};
use sealane_sdk::client::{Client, ClientError};
use sealane_sdk::quote::{SwapKind, VenueChoice};
use sealane_sdk::route::{Route, RouteError, RouteLeg, RouteRequest};
use solana_pubkey::Pubkey;

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

    /// The tokens that are there to be traded; others are there to vote with.
    fn traded(&self) -> Vec<Token> {
        let tokens = self.world.tokens.iter();
        tokens
            .filter(|token| !token.fixed_supply)
            .cloned()
            .collect()
    }

    /// What a wallet holds of every token.
    async fn held(&self, client: &Client, wallet: &Pubkey) -> BTreeMap<Pubkey, i128> {
        let mut held = BTreeMap::new();
        for token in &self.world.tokens {
            let amount = client.token_balance(wallet, &token.mint).await;
            held.insert(token.mint, amount.expect("a balance").into());
        }
        held
    }
}

fn changed(mut held: BTreeMap<Pubkey, i128>, route: &Route) -> BTreeMap<Pubkey, i128> {
    *held.get_mut(&route.mint_in).expect("a token") -= i128::from(route.sent);
    *held.get_mut(&route.mint_out).expect("a token") += i128::from(route.received);
    for left in &route.leftovers {
        *held.get_mut(&left.mint).expect("a token") += i128::from(left.amount);
    }
    held
}

/// Of each token a little and a lot: so much that a split is better than any one shard.
fn amounts(token: &Token) -> [u64; 2] {
    [token.units(1) / 100, token.units(3)]
}

#[tokio::test]
async fn every_token_for_every_other_one_as_quoted() {
    let stage = Stage::set().await;
    let alice = &stage.world.wallets.alice;
    let mut client = Client::new(stage.chain.rpc_url());
    let (mut hops, mut splits, mut takes) = (0, 0, 0);
    let tokens = stage.traded();
    for token_in in &tokens {
        for token_out in tokens.iter().filter(|other| other.mint != token_in.mint) {
            for kind in [SwapKind::ExactIn, SwapKind::ExactOut] {
                let given = match kind {
                    SwapKind::ExactIn => token_in,
                    SwapKind::ExactOut => token_out,
                };
                for amount in amounts(given) {
                    let (from, to) = (token_in.mint, token_out.mint);
                    let request = RouteRequest::new(kind, amount, from, to, alice.address());
                    let before = stage.held(&client, &alice.address()).await;
                    let executed = client
                        .swap_best(&request, &alice.keypair)
                        .await
                        .unwrap_or_else(|error| panic!("{request:?}: {error}"));
                    let route = &executed.quote;
                    let after = stage.held(&client, &alice.address()).await;
                    assert_eq!(after, changed(before, route), "{route:?}");
                    assert_eq!(executed.sent(), Some(route.sent));
                    assert_eq!(executed.received(), Some(route.received));
                    let passed = route.passed_through().len();
                    hops += usize::from(passed > 0);
                    splits += usize::from(route.legs.len() > passed + 1);
                    let legs = route.legs.iter();
                    takes += legs
                        .filter(|leg| matches!(leg, RouteLeg::Market(_)))
                        .count();
                }
            }
        }
    }
    println!("{hops} routes over several hops, {splits} split, {takes} takes");
    assert!(
        hops >= 4 && splits >= 1 && takes >= 1,
        "{hops} {splits} {takes}"
    );
    stage.chain.stop().await.expect("a clean stop");
}

#[tokio::test]
async fn what_moved_in_between_is_refused_and_moves_nothing() {
    let stage = Stage::set().await;
    let (alice, bob) = (&stage.world.wallets.alice, &stage.world.wallets.bob);
    let mut client = Client::new(stage.chain.rpc_url());
    let tokens = stage.traded();
    let (from, to) = (&tokens[0], &tokens[tokens.len() - 1]);
    let amount = from.units(1) / 10;
    let request = RouteRequest {
        slippage_tolerance_bps: 0,
        // Bob would be sent elsewhere.
        choice: VenueChoice::of(alice.address()),
        ..RouteRequest::new(
            SwapKind::ExactIn,
            amount,
            from.mint,
            to.mint,
            alice.address(),
        )
    };
    let stale = client.quote(&request).await.expect("a route");
    // Bob is faster, on the very same way.
    client
        .swap_best(&request, &bob.keypair)
        .await
        .expect("bob's swap");
    let before = stage.held(&client, &alice.address()).await;
    let refused = client.swap_route(stale, &alice.keypair).await;
    let refused = refused.expect_err("a worse price than quoted");
    assert!(matches!(refused, ClientError::Send(_)), "{refused}");
    assert_eq!(stage.held(&client, &alice.address()).await, before);
    // Anew, it goes.
    let executed = client.swap_best(&request, &alice.keypair).await;
    let executed = executed.expect("alice's swap");
    let after = stage.held(&client, &alice.address()).await;
    assert_eq!(after, changed(before, &executed.quote));

    let unknown = RouteRequest {
        mint_out: Pubkey::new_unique(),
        ..request
    };
    let error = client.quote(&unknown).await.expect_err("nobody trades it");
    assert!(
        matches!(error, ClientError::Route(RouteError::UnknownMint { .. })),
        "{error}"
    );
    assert!(error.hint().is_some());
    stage.chain.stop().await.expect("a clean stop");
}
