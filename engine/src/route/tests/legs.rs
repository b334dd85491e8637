//! Legs executed one after the other give the route's numbers to the unit.

use std::collections::HashMap;

use rand::Rng;
use sealane_core::pool::wallet::{wallet_swap_exact_in, wallet_swap_exact_out};
use sealane_orderbook::errors::OrderbookError;
use solana_pubkey::Pubkey;

use super::sandbox::{Sandbox, seeds};
use crate::{
    amm,
    fixtures::account_bytes,
    markets::MarketError,
    quote::{Context, SwapKind, quote_swap_take_from},
    route::{MAX_LEGS, Route, RouteError, RouteLeg, RouteRequest},
};

/// A wallet that starts with what is sent, and the world that it trades with.
struct Execution {
    sandbox: Sandbox,
    held: HashMap<Pubkey, u64>,
    touched: Vec<Pubkey>,
}

impl Execution {
    fn run(&mut self, leg: &RouteLeg) {
        let (sent, received) = match leg {
            RouteLeg::Pool(quote) => {
                self.touched.push(quote.shard);
                let pools = self.sandbox.world.pools();
                let context = Context::new(pools, &quote.pool).unwrap();
                let entry = context.shard(quote.shard_index).unwrap();
                let fees = context.fees(quote.side_in);
                let (state, params) = (entry.shard.state(), &context.params);
                let swap = match quote.kind {
                    SwapKind::ExactIn => {
                        wallet_swap_exact_in(&state, params, fees, quote.side_in, quote.sent)
                    }
                    SwapKind::ExactOut => wallet_swap_exact_out(
                        &state,
                        params,
                        fees,
                        quote.side_in,
                        quote.minimum_received,
                    ),
                }
                .unwrap();
                let mut shard = *entry.shard;
                let after = swap.swap.after.reserves;
                shard.base_reserve = after.base.into();
                shard.quote_reserve = after.quote.into();
                let address = entry.address;
                self.sandbox.feed(address, amm::ID, &account_bytes(&shard));
                (swap.sent, swap.received)
            }
            RouteLeg::Market(take) => {
                self.touched.push(take.market);
                let markets = self.sandbox.world.markets();
                let taken =
                    quote_swap_take_from(markets, &take.quote.request, &take.lanes).unwrap();
                (taken.sent, taken.received)
            }
        };
        assert_eq!((sent, received), (leg.sent(), leg.received()));
        assert!(sent <= leg.maximum_sent() && received >= leg.minimum_received());
        let from = self.held.entry(leg.mint_in()).or_default();
        *from = from.checked_sub(sent).expect("the wallet has it");
        *self.held.entry(leg.mint_out()).or_default() += received;
    }
}

fn execute(sandbox: Sandbox, route: &Route) {
    let mut execution = Execution {
        sandbox,
        held: HashMap::from([(route.mint_in, route.sent)]),
        touched: Vec::new(),
    };
    for leg in &route.legs {
        execution.run(leg);
    }
    let Execution { held, touched, .. } = execution;
    let mut expected: HashMap<Pubkey, u64> = route
        .leftovers
        .iter()
        .map(|left| (left.mint, left.amount))
        .collect();
    expected.insert(route.mint_out, route.received);
    for (mint, amount) in held {
        assert_eq!(amount, expected.get(&mint).copied().unwrap_or(0), "{mint}");
    }
    let mut once = touched.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), touched.len(), "an account is used twice");
}

fn random_world(seed: u64) -> (Sandbox, Vec<usize>) {
    let mut sandbox = Sandbox::new(seed);
    let tokens: Vec<usize> = (0..4)
        .map(|_| {
            let fee = sandbox.rng.random_bool(0.3).then(|| {
                let rng = &mut sandbox.rng;
                (rng.random_range(0..2_000), rng.random_range(0..100_000))
            });
            sandbox.token(fee)
        })
        .collect();
    for (at, base) in tokens.iter().enumerate() {
        for quote in &tokens[at + 1..] {
            if sandbox.rng.random_bool(0.7) {
                let fee = sandbox.random_fee();
                let most = 1u64 << sandbox.rng.random_range(4..50);
                let shards = sandbox.random_shards(1..=4, 1..=most, 1_000);
                sandbox.pool((*base, *quote), fee, &shards);
            }
            if sandbox.rng.random_bool(0.5) {
                let count = sandbox.rng.random_range(0..20);
                let lanes = sandbox.random_orders(count, 100, 10_000);
                sandbox.market((*base, *quote), &lanes);
            }
        }
    }
    (sandbox, tokens)
}

#[test]
fn of_random_routes() {
    let (mut routes, mut legs, mut split, mut refused) = (0, 0, 0, 0);
    for seed in seeds(400) {
        let (mut sandbox, tokens) = random_world(seed);
        let amount = 1 << sandbox.rng.random_range(0..40);
        let amount = sandbox.rng.random_range(1..=amount);
        let kind = match sandbox.rng.random_bool(0.5) {
            true => SwapKind::ExactIn,
            false => SwapKind::ExactOut,
        };
        let trader = sandbox.address();
        let ends = (sandbox.mint(tokens[0]), sandbox.mint(tokens[3]));
        let request = RouteRequest {
            slippage_tolerance_bps: sandbox.rng.random_range(0..100),
            hop_tolerance_bps: [0, 20][sandbox.rng.random_range(0..2)],
            ..RouteRequest::new(kind, amount, ends.0, ends.1, trader)
        };
        match sandbox.route(&request) {
            Ok(route) => {
                match kind {
                    SwapKind::ExactIn => assert_eq!(route.sent + route.unspent, amount),
                    SwapKind::ExactOut => assert!(route.received >= amount),
                }
                assert!(route.minimum_received <= route.received);
                assert!(route.maximum_sent >= route.sent);
                let size = route.transaction;
                assert!(size.bytes <= 1_232 && size.accounts <= 64);
                assert!(size.compute_units <= 1_400_000 && route.legs.len() <= MAX_LEGS);
                routes += 1;
                legs += route.legs.len();
                split += usize::from(route.legs.len() > route.passed_through().len() + 1);
                serde_json::to_string(&route).unwrap();
                execute(sandbox, &route);
            }
            Err(
                RouteError::NotEnoughLiquidity { .. }
                | RouteError::AmountTooSmall { .. }
                | RouteError::TooLarge { .. }
                | RouteError::NoPath { .. }
                | RouteError::UnknownMint { .. }
                | RouteError::PoolUnavailable(_)
                | RouteError::MarketUnavailable(
                    MarketError::NoOrders | MarketError::Refused(OrderbookError::InsufficientVault),
                ),
            ) => refused += 1,
            Err(error) => panic!("seed {seed}: {error:?}"),
        }
    }
    println!("{routes} routes of {legs} legs, {split} of them split; {refused} requests refused");
    assert!(routes > 200 && split > 20 && legs > routes);
}

/// What the refusal says is the most can be traded, and what it says is the least too.
#[test]
fn most_and_least_hold() {
    let (mut most_seen, mut least_seen) = (0, 0);
    for seed in seeds(60) {
        let (mut sandbox, tokens) = random_world(10_000 + seed);
        let amount = match seed % 2 {
            0 => 1 << sandbox.rng.random_range(44..60),
            _ => 1,
        };
        let trader = sandbox.address();
        let ends = (sandbox.mint(tokens[0]), sandbox.mint(tokens[3]));
        for kind in [SwapKind::ExactIn, SwapKind::ExactOut] {
            let request = RouteRequest::new(kind, amount, ends.0, ends.1, trader);
            let possible = match sandbox.route(&request) {
                Err(RouteError::NotEnoughLiquidity { most, .. }) if most > 0 => {
                    assert!(most < amount);
                    most_seen += 1;
                    most
                }
                Err(RouteError::AmountTooSmall { least, .. }) => {
                    assert!(least > amount);
                    least_seen += 1;
                    least
                }
                _ => continue,
            };
            let request = RouteRequest {
                amount: possible,
                ..request
            };
            match sandbox.route(&request) {
                Ok(_) | Err(RouteError::TooLarge { .. }) => {}
                Err(error) => panic!("seed {seed}, {kind:?}, {possible}: {error}"),
            }
        }
    }
    assert!(most_seen > 5 && least_seen > 5, "{most_seen} {least_seen}");
}
