//! Traders who ask at the same time land on different shards, and none pays more than the tolerance.

use std::collections::BTreeMap;

use rand::Rng;
use solana_pubkey::Pubkey;

use super::{
    rules::{BOTH, flat},
    sandbox::{Sandbox, seeds},
};
use crate::{
    quote::{SwapKind, VenueChoice},
    route::{Route, RouteLeg, RouteLimits, RouteRequest},
};

const TRADERS: u8 = 64;
const SHARDS: usize = 8;

fn shards(route: &Route) -> Vec<Pubkey> {
    let legs = route.legs.iter();
    let shard = |leg: &RouteLeg| match leg {
        RouteLeg::Pool(quote) => Some(quote.shard),
        RouteLeg::Market(_) => None,
    };
    legs.filter_map(shard).collect()
}

/// By how much a route is worse than another, of which it may be worse by so many basis points.
fn is_within(route: &Route, best: &Route, bps: u64) -> bool {
    match route.kind {
        SwapKind::ExactIn => {
            let lost = best.received.saturating_sub(route.received);
            lost <= best.received * bps / 10_000
        }
        SwapKind::ExactOut => {
            let more = route.sent.saturating_sub(best.sent);
            more <= best.sent * bps / 10_000
        }
    }
}

/// The routes of many traders, and how many of them use each shard.
fn crowd(sandbox: &Sandbox, request: &RouteRequest<'_>) -> (Vec<Route>, BTreeMap<Pubkey, usize>) {
    let mut counts = BTreeMap::new();
    let routes = (0..TRADERS).map(|trader| {
        let trader = Pubkey::new_from_array([trader; 32]);
        let request = RouteRequest { trader, ..*request };
        let route = sandbox.route(&request).unwrap();
        assert_eq!(
            route,
            sandbox.route(&request).unwrap(),
            "not the same twice"
        );
        route
    });
    let routes: Vec<Route> = routes.collect();
    for shard in routes.iter().flat_map(shards) {
        *counts.entry(shard).or_default() += 1;
    }
    (routes, counts)
}

#[test]
fn a_crowd_spreads_over_equal_shards() {
    let mut sandbox = Sandbox::new(21);
    let tokens = [(); 3].map(|()| sandbox.token(None));
    for pair in [(tokens[0], tokens[1]), (tokens[1], tokens[2])] {
        sandbox.pool(pair, flat(1_000), &[(1_000_000_000, 1_000_000_000); SHARDS]);
    }
    for kind in BOTH {
        for (to, legs) in [(tokens[1], 1), (tokens[2], 2)] {
            // So little that a second shard brings nothing.
            let (mint_in, mint_out) = (sandbox.mint(tokens[0]), sandbox.mint(to));
            let request = RouteRequest::new(kind, 3_000, mint_in, mint_out, Pubkey::default());
            let (routes, counts) = crowd(&sandbox, &request);
            assert!(routes.iter().all(|route| route.legs.len() == legs));
            assert_eq!(counts.len(), SHARDS * legs);
            // Eight to a shard on average; of 64 at random, 2 to 18 but once in thousands.
            let (least, most) = (counts.values().min(), counts.values().max());
            assert!(
                least >= Some(&2) && most <= Some(&18),
                "{kind:?} {counts:?}"
            );
            let pays = |route: &Route| (route.sent, route.received);
            assert!(routes.iter().all(|route| pays(route) == pays(&routes[0])));
        }
    }
}

/// A seed of the caller's own counts instead of the trader.
#[test]
fn a_seed_decides() {
    let mut sandbox = Sandbox::new(22);
    let tokens = [(); 2].map(|()| sandbox.token(None));
    let pair = (tokens[0], tokens[1]);
    sandbox.pool(pair, flat(1_000), &[(1_000_000_000, 1_000_000_000); SHARDS]);
    let (mint_in, mint_out) = (sandbox.mint(tokens[0]), sandbox.mint(tokens[1]));
    let request = RouteRequest {
        choice: VenueChoice::of(Pubkey::new_from_array([77; 32])),
        ..RouteRequest::new(
            SwapKind::ExactIn,
            3_000,
            mint_in,
            mint_out,
            Pubkey::default(),
        )
    };
    assert_eq!(crowd(&sandbox, &request).1.len(), 1);
}

/// Of shards that are apart only those near enough to the best are used, and with no tolerance only
/// the best.
#[test]
fn only_shards_that_are_near_enough() {
    let mut sandbox = Sandbox::new(23);
    let tokens = [(); 2].map(|()| sandbox.token(None));
    // Prices of 0, 0.45, 0.9, 1.35, … basis points below the best.
    let reserves = [(); SHARDS].map(|()| 1_000_000_000_000u64);
    let reserves: Vec<(u64, u64)> = (0..)
        .zip(reserves)
        .map(|(at, reserve)| (reserve, reserve - at * 45 * (reserve / 1_000_000)))
        .collect();
    sandbox.pool((tokens[0], tokens[1]), flat(1_000), &reserves);
    let (mint_in, mint_out) = (sandbox.mint(tokens[0]), sandbox.mint(tokens[1]));
    for kind in BOTH {
        for (tolerance_bps, used) in [(0, 1), (1, 3), (2, 5), (50, SHARDS)] {
            let choice = VenueChoice {
                tolerance_bps,
                seed: None,
            };
            let limits = RouteLimits {
                max_legs: 1,
                ..RouteLimits::default()
            };
            let request = RouteRequest {
                choice,
                limits,
                ..RouteRequest::new(kind, 100_000_000, mint_in, mint_out, Pubkey::default())
            };
            let strict = RouteRequest {
                choice: VenueChoice::BEST,
                ..request
            };
            let best = sandbox.route(&strict).unwrap();
            let (routes, counts) = crowd(&sandbox, &request);
            assert_eq!(counts.len(), used, "{kind:?} {tolerance_bps} {counts:?}");
            let within = |route: &Route| is_within(route, &best, tolerance_bps.into());
            assert!(routes.iter().all(within));
        }
    }
}

/// In any world, with splits and hops and books.
#[test]
fn nobody_pays_more_than_the_tolerance() {
    let (mut moved, mut all) = (0, 0);
    for seed in seeds(20) {
        let mut sandbox = Sandbox::new(3_000 + seed);
        let tokens = super::brute::random_tokens(&mut sandbox, 3);
        super::brute::random_places(&mut sandbox, &tokens);
        let amount = sandbox.rng.random_range(1_000..3_000_000);
        let (mint_in, mint_out) = (sandbox.mint(tokens[0]), sandbox.mint(tokens[2]));
        for kind in BOTH {
            for tolerance_bps in [1, 20] {
                let trader = sandbox.address();
                let strict = RouteRequest {
                    choice: VenueChoice {
                        tolerance_bps: 0,
                        seed: None,
                    },
                    ..RouteRequest::new(kind, amount, mint_in, mint_out, trader)
                };
                let Ok(best) = sandbox.route(&strict) else {
                    continue;
                };
                let request = RouteRequest {
                    choice: VenueChoice {
                        tolerance_bps,
                        seed: None,
                    },
                    ..strict
                };
                let route = sandbox.route(&request).unwrap();
                let bps = tolerance_bps.into();
                assert!(
                    is_within(&route, &best, bps),
                    "seed {seed}: {route:?} {best:?}"
                );
                all += 1;
                moved += usize::from(shards(&route) != shards(&best));
            }
        }
    }
    println!("{moved} of {all} routes go elsewhere");
    assert!(moved > 0);
}
