//! What is refused, and how; and that nothing panics.

use proptest::prelude::*;
use sealane_amm::state::pause;
use sealane_core::book::BookSide;

use super::{
    rules::{flat, places, request, row},
    sandbox::Sandbox,
};
use crate::{
    book::fixtures::order,
    quote::{QuoteError, SwapKind},
    route::{RouteCosts, RouteError, RouteLimits, RouteRequest, SolPrice},
};

#[test]
fn refusals_say_what_is_wrong() {
    let (mut sandbox, tokens, pools) = row();
    let alone = sandbox.token(None);
    let (island, shore) = (sandbox.token(None), sandbox.token(None));
    sandbox.pool((island, shore), flat(100), &[(1_000, 1_000)]);
    let base = request(&sandbox, SwapKind::ExactIn, tokens[0], tokens[3]);
    let refused = |request: RouteRequest<'_>| sandbox.route(&request).unwrap_err();
    let (mint_in, mint_out) = (base.mint_in, base.mint_out);
    assert_eq!(
        refused(RouteRequest {
            mint_out: mint_in,
            ..base
        }),
        RouteError::SameMint { mint: mint_in }
    );
    assert_eq!(
        refused(RouteRequest { amount: 0, ..base }),
        RouteError::ZeroAmount
    );
    for request in [
        RouteRequest {
            slippage_tolerance_bps: 10_001,
            ..base
        },
        RouteRequest {
            hop_tolerance_bps: 10_001,
            ..base
        },
    ] {
        assert_eq!(
            refused(request),
            RouteError::InvalidSlippage { bps: 10_001 }
        );
    }
    let mint = sandbox.mint(alone);
    assert_eq!(
        refused(RouteRequest {
            mint_out: mint,
            ..base
        }),
        RouteError::UnknownMint { mint }
    );
    let mint_out_there = sandbox.mint(island);
    assert_eq!(
        refused(RouteRequest {
            mint_out: mint_out_there,
            ..base
        }),
        RouteError::NoPath {
            mint_in,
            mint_out: mint_out_there,
            max_hops: 4
        }
    );
    let one_hop = RouteLimits {
        max_hops: 1,
        ..RouteLimits::default()
    };
    assert_eq!(
        refused(RouteRequest {
            limits: one_hop,
            ..base
        }),
        RouteError::NoPath {
            mint_in,
            mint_out,
            max_hops: 1
        }
    );
    let excluded = [pools[2]];
    assert_eq!(
        refused(RouteRequest {
            excluded: &excluded,
            ..base
        }),
        RouteError::AllExcluded { mint_in, mint_out }
    );
    // Two shards give a little less than their two reserves.
    let much = RouteRequest {
        kind: SwapKind::ExactOut,
        amount: 3_000_000_000,
        ..base
    };
    let RouteError::NotEnoughLiquidity { most, .. } = refused(much) else {
        panic!("enough")
    };
    assert!((1_000_000_000..2_000_000_000).contains(&most), "{most}");
    for error in [refused(much), refused(RouteRequest { amount: 0, ..base })] {
        assert!(!error.to_string().is_empty() && !error.hint().is_empty());
    }
}

#[test]
fn what_is_paused_is_passed_by() {
    let mut sandbox = Sandbox::new(9);
    let (base, quote) = (sandbox.token(None), sandbox.token(None));
    let reserves = [(1_000_000, 1_000_000)];
    let better = sandbox.pool_of((base, quote), flat(100), &reserves, |pool| {
        pool.paused = pause::SWAP;
    });
    let request = request(&sandbox, SwapKind::ExactIn, base, quote);
    let request = RouteRequest {
        amount: 1_000,
        ..request
    };
    let refused = sandbox.route(&request).unwrap_err();
    let RouteError::PoolUnavailable(QuoteError::Refused { .. }) = refused else {
        panic!("{refused}")
    };
    let worse = sandbox.pool((base, quote), flat(9_000), &reserves);
    assert_ne!(better, worse);
    assert_eq!(places(&sandbox.route(&request).unwrap().legs), [worse]);
}

#[test]
fn less_than_a_lot_is_not_spent() {
    let mut sandbox = Sandbox::new(12);
    let (base, quote) = (sandbox.token(None), sandbox.token(None));
    let lanes = [vec![order(BookSide::Bid, 100, 10)]];
    sandbox.market((base, quote), &lanes);
    let sell = RouteRequest {
        amount: 2_700,
        ..request(&sandbox, SwapKind::ExactIn, base, quote)
    };
    let route = sandbox.route(&sell).unwrap();
    assert_eq!((route.sent, route.unspent), (2_000, 700));
    let refused = sandbox
        .route(&RouteRequest {
            amount: 999,
            ..sell
        })
        .unwrap_err();
    let (amount, kind, least) = (999, SwapKind::ExactIn, 1_000);
    assert_eq!(
        refused,
        RouteError::AmountTooSmall {
            amount,
            kind,
            least
        }
    );
    let buy = RouteRequest {
        kind: SwapKind::ExactOut,
        amount: 1_500,
        ..sell
    };
    let route = sandbox.route(&buy).unwrap();
    assert_eq!((route.sent, route.minimum_received), (2_000, 1_500));
    assert!(route.received > 1_900);
    let refused = sandbox
        .route(&RouteRequest {
            amount: 11_000,
            ..buy
        })
        .unwrap_err();
    let RouteError::NotEnoughLiquidity { most, .. } = refused else {
        panic!("{refused}")
    };
    assert!((9_900..=10_000).contains(&most), "{most}");
}

proptest! {
    /// Whatever is asked of whatever world, nothing panics.
    #[test]
    fn no_panics(
        seed: u64,
        amount: u64,
        exact_out: bool,
        tolerances in (0u16..11_000, 0u16..11_000),
        reserves in prop::collection::vec(prop::collection::vec((any::<u64>(), any::<u64>()), 1..4), 1..5),
        shifts in prop::collection::vec(0u32..64, 10),
        limits in (0usize..6, 0usize..14, 0usize..70, 0usize..1_300),
    ) {
        let mut sandbox = Sandbox::new(seed);
        let tokens: Vec<usize> = (0..3).map(|at| sandbox.token((at == 1).then_some((500, 1 << 40)))).collect();
        for (at, reserves) in reserves.iter().enumerate() {
            let shift = shifts[at];
            // What shares a fixture can compute.
            let reserves: Vec<_> = reserves.iter().map(|(a, b)| (a >> shift, b >> shift)).collect();
            let pair = [(0, 1), (1, 2), (0, 2), (1, 0)][at];
            sandbox.pool((tokens[pair.0], tokens[pair.1]), flat(1_000), &reserves);
        }
        let lanes = sandbox.random_orders(3, 1 << (shifts[8] % 20).max(3), 1 << (shifts[9] % 15));
        sandbox.market((tokens[0], tokens[2]), &lanes);
        let kind = if exact_out { SwapKind::ExactOut } else { SwapKind::ExactIn };
        let request = RouteRequest {
            amount: amount >> shifts[7],
            slippage_tolerance_bps: tolerances.0,
            hop_tolerance_bps: tolerances.1,
            limits: RouteLimits {
                max_hops: limits.0,
                max_legs: limits.1,
                max_accounts: limits.2,
                max_bytes: limits.3,
                ..RouteLimits::default()
            },
            costs: RouteCosts {
                micro_lamports_per_unit: amount,
                lamports_per_token: amount,
                sol_price: SolPrice::UnitsPerSol(amount),
            },
            ..request(&sandbox, kind, tokens[0], tokens[2])
        };
        if let Ok(route) = sandbox.route(&request) {
            prop_assert!(route.legs.len() <= limits.1 && route.transaction.bytes <= limits.3);
        }
    }
}
