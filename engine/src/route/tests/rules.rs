//! Limits, exclusions, tolerances, costs, refusals.

use bytemuck::Zeroable as _;
use sealane_core::{book::BookSide, fee::BoundedRatioFee, units::FeeRate};
use solana_pubkey::Pubkey;

use super::sandbox::Sandbox;
use crate::{
    book::fixtures::order,
    lookup::AddressLookupTableAccount,
    quote::SwapKind,
    route::{
        RouteCosts, RouteError, RouteLeg, RouteLimits, RouteRequest, SolPrice, TransactionSize,
    },
};

pub(super) const BOTH: [SwapKind; 2] = [SwapKind::ExactIn, SwapKind::ExactOut];

pub(super) fn flat(pips: u32) -> BoundedRatioFee {
    BoundedRatioFee::flat(FeeRate::new(pips)).unwrap()
}

/// Four tokens in a row, a pool between each and the next, and between the first and the third.
pub(super) fn row() -> (Sandbox, Vec<usize>, Vec<Pubkey>) {
    let mut sandbox = Sandbox::new(7);
    let tokens: Vec<usize> = (0..4).map(|_| sandbox.token(None)).collect();
    let reserves = [(1_000_000_000, 1_000_000_000); 2];
    let pairs = [(0, 1), (1, 2), (2, 3), (0, 2)];
    let pools = pairs.map(|(base, quote)| {
        sandbox.pool(
            (tokens[base], tokens[quote]),
            BoundedRatioFee::DEFAULT,
            &reserves,
        )
    });
    (sandbox, tokens, pools.to_vec())
}

pub(super) fn request<'a>(
    sandbox: &Sandbox,
    kind: SwapKind,
    from: usize,
    to: usize,
) -> RouteRequest<'a> {
    let trader = Pubkey::new_from_array([9; 32]);
    RouteRequest::new(
        kind,
        1_000_000,
        sandbox.mint(from),
        sandbox.mint(to),
        trader,
    )
}

pub(super) fn places(legs: &[RouteLeg]) -> Vec<Pubkey> {
    legs.iter().map(RouteLeg::place).collect()
}

#[test]
fn the_shorter_way_unless_it_is_excluded() {
    let (sandbox, tokens, pools) = row();
    for kind in BOTH {
        let request = request(&sandbox, kind, tokens[0], tokens[3]);
        let route = sandbox.route(&request).unwrap();
        assert_eq!(places(&route.legs), [pools[3], pools[2]]);
        assert_eq!(route.passed_through(), [sandbox.mint(tokens[2])]);
        // A pool, a shard, a token.
        let excluded = [pools[3]];
        let around = RouteRequest {
            excluded: &excluded,
            ..request
        };
        let around = sandbox.route(&around).unwrap();
        assert_eq!(places(&around.legs), [pools[0], pools[1], pools[2]]);
        let RouteLeg::Pool(quote) = &route.legs[0] else {
            panic!("a pool")
        };
        let excluded = [quote.shard];
        let other = RouteRequest {
            excluded: &excluded,
            ..request
        };
        let other = sandbox.route(&other).unwrap();
        let RouteLeg::Pool(instead) = &other.legs[0] else {
            panic!("a pool")
        };
        assert_eq!(
            (instead.pool, instead.shard_index),
            (quote.pool, 1 - quote.shard_index)
        );
        let excluded = [sandbox.mint(tokens[2])];
        let none = RouteRequest {
            excluded: &excluded,
            ..request
        };
        let refused = sandbox.route(&none).unwrap_err();
        assert!(
            matches!(refused, RouteError::AllExcluded { .. }),
            "{refused}"
        );
        assert_eq!(refused.hint(), "exclude fewer of them");
    }
}

#[test]
fn lanes_are_excluded_and_the_traders_own_left_alone() {
    let mut sandbox = Sandbox::new(8);
    let (base, quote) = (sandbox.token(None), sandbox.token(None));
    let market = sandbox.market((base, quote), &[]);
    let (first, owner) = sandbox.lane(&market, &[order(BookSide::Ask, 100, 10)]);
    let (second, _) = sandbox.lane(&market, &[order(BookSide::Ask, 110, 10)]);
    for kind in BOTH {
        let request = RouteRequest {
            amount: 5_000,
            ..request(&sandbox, kind, quote, base)
        };
        let lanes = |request: &RouteRequest<'_>| {
            let route = sandbox.route(request).unwrap();
            let RouteLeg::Market(take) = &route.legs[0] else {
                panic!("a market")
            };
            take.lanes.clone()
        };
        assert_eq!(lanes(&request), [first]);
        let excluded = [first];
        assert_eq!(
            lanes(&RouteRequest {
                excluded: &excluded,
                ..request
            }),
            [second]
        );
        assert_eq!(
            lanes(&RouteRequest {
                trader: owner,
                ..request
            }),
            [second]
        );
        let excluded = [first, second];
        let refused = sandbox.route(&RouteRequest {
            excluded: &excluded,
            ..request
        });
        let refused = refused.unwrap_err();
        assert!(
            matches!(refused, RouteError::MarketUnavailable(_)),
            "{refused}"
        );
    }
}

/// A large amount over many shards, under one limit after the other.
#[test]
fn every_limit_is_kept() {
    let mut sandbox = Sandbox::new(10);
    let (base, quote) = (sandbox.token(None), sandbox.token(None));
    for _ in 0..6 {
        sandbox.pool(
            (base, quote),
            flat(1_000),
            &[(1_000_000_000, 1_000_000_000); 2],
        );
    }
    for kind in BOTH {
        let request = RouteRequest {
            amount: 500_000_000,
            ..request(&sandbox, kind, base, quote)
        };
        let unlimited = RouteLimits {
            max_legs: 12,
            max_bytes: usize::MAX,
            max_accounts: usize::MAX,
            ..RouteLimits::default()
        };
        let all = sandbox
            .route(&RouteRequest {
                limits: unlimited,
                ..request
            })
            .unwrap();
        assert_eq!(all.legs.len(), 12);
        let mut before = i128::MIN;
        for max_legs in 1..=12 {
            let limits = RouteLimits {
                max_legs,
                ..unlimited
            };
            let route = sandbox.route(&RouteRequest { limits, ..request }).unwrap();
            assert_eq!(route.legs.len(), max_legs);
            let value = match kind {
                SwapKind::ExactIn => i128::from(route.received),
                SwapKind::ExactOut => -i128::from(route.sent),
            };
            assert!(value > before);
            before = value;
        }
        let TransactionSize {
            bytes,
            accounts,
            compute_units,
        } = all.transaction;
        for limits in [
            RouteLimits {
                max_bytes: bytes - 1,
                ..unlimited
            },
            RouteLimits {
                max_accounts: accounts - 1,
                ..unlimited
            },
            RouteLimits {
                max_compute_units: compute_units - 1,
                ..unlimited
            },
        ] {
            let route = sandbox.route(&RouteRequest { limits, ..request }).unwrap();
            assert_eq!(route.legs.len(), 11, "{limits:?}");
        }
        // A lookup table of everything: far fewer bytes, as many accounts.
        let table: Vec<Pubkey> = sandbox
            .world
            .pools()
            .pools()
            .flat_map(|pool| {
                let shards = sandbox.world.pools().shards(&pool.address);
                let parts =
                    shards.flat_map(|at| [at.address, at.shard.base_vault, at.shard.quote_vault]);
                parts.chain([pool.address]).collect::<Vec<_>>()
            })
            .collect();
        let tables = [AddressLookupTableAccount {
            key: Pubkey::new_unique(),
            addresses: table,
        }];
        let request = RouteRequest {
            limits: unlimited,
            lookup_tables: &tables,
            ..request
        };
        let looked_up = sandbox.route(&request).unwrap().transaction;
        assert_eq!(looked_up.accounts, accounts);
        // 42 addresses of 32 bytes become indices of a byte, in a table of 36 bytes.
        assert_eq!(looked_up.bytes, bytes - 42 * 31 + 36);
        let tiny = RouteLimits {
            max_bytes: 300,
            ..RouteLimits::default()
        };
        let refused = sandbox
            .route(&RouteRequest {
                limits: tiny,
                ..request
            })
            .unwrap_err();
        assert!(matches!(refused, RouteError::TooLarge { .. }), "{refused}");
    }
}

/// Two equal shards share a trade for a gain that a priority fee can outweigh.
#[test]
fn legs_have_to_earn_what_they_cost() {
    let mut sandbox = Sandbox::new(11);
    let (base, quote) = (sandbox.token(None), sandbox.token(None));
    sandbox.pool(
        (base, quote),
        flat(1_000),
        &[(1_000_000_000, 1_000_000_000); 2],
    );
    for kind in BOTH {
        let free = RouteRequest {
            amount: 10_000_000,
            ..request(&sandbox, kind, base, quote)
        };
        let both = sandbox.route(&free).unwrap();
        assert_eq!(both.legs.len(), 2);
        let priced = |micro_lamports_per_unit, sol_price| RouteRequest {
            costs: RouteCosts {
                micro_lamports_per_unit,
                lamports_per_token: 0,
                sol_price,
            },
            ..free
        };
        // 4,000 units for a micro-lamport each are nothing; for a lamport each, and a unit a
        // lamport, they are 4,000 units; the split gains some ten thousand.
        let a_unit = SolPrice::UnitsPerSol(1_000_000_000);
        for (price, legs) in [(1, 2), (1_000_000, 2), (20_000_000, 1)] {
            let route = sandbox.route(&priced(price, a_unit)).unwrap();
            assert_eq!(route.legs.len(), legs, "{kind:?} {price}");
        }
        let gains = match kind {
            SwapKind::ExactIn => {
                both.received - sandbox.route(&priced(20_000_000, a_unit)).unwrap().received
            }
            SwapKind::ExactOut => {
                sandbox.route(&priced(20_000_000, a_unit)).unwrap().sent - both.sent
            }
        };
        assert!((4_000..80_000).contains(&gains), "{gains}");
        // Found by a route: the counted token is itself wrapped SOL.
        let counted = match kind {
            SwapKind::ExactIn => free.mint_out,
            SwapKind::ExactOut => free.mint_in,
        };
        let other = if counted == free.mint_out {
            free.mint_in
        } else {
            free.mint_out
        };
        for mint in [counted, other] {
            let routed = SolPrice::Routed { mint };
            assert_eq!(
                sandbox
                    .route(&priced(20_000_000, routed))
                    .unwrap()
                    .legs
                    .len(),
                1
            );
        }
        let unknown = SolPrice::Routed {
            mint: Pubkey::zeroed(),
        };
        assert_eq!(
            sandbox
                .route(&priced(20_000_000, unknown))
                .unwrap()
                .legs
                .len(),
            2
        );
    }
}

/// Without a tolerance for hops all is passed on; with one, what may be missing stays behind.
#[test]
fn what_is_left_behind() {
    let (sandbox, tokens, _) = row();
    for kind in BOTH {
        let request = request(&sandbox, kind, tokens[0], tokens[3]);
        let route = sandbox.route(&request).unwrap();
        assert!(route.leftovers.is_empty());
        let (first, last) = (&route.legs[0], &route.legs[1]);
        match kind {
            SwapKind::ExactIn => {
                assert_eq!(first.minimum_received(), first.received());
                assert_eq!(last.sent(), first.received());
                assert!(last.minimum_received() < last.received());
            }
            SwapKind::ExactOut => {
                assert_eq!(last.maximum_sent(), last.sent());
                assert_eq!(first.minimum_received(), last.sent());
                assert!(first.maximum_sent() > first.sent());
            }
        }
        let lenient = RouteRequest {
            hop_tolerance_bps: 100,
            ..request
        };
        let route = sandbox.route(&lenient).unwrap();
        let (first, last) = (&route.legs[0], &route.legs[1]);
        let [left] = route.leftovers[..] else {
            panic!("{:?}", route.leftovers)
        };
        assert_eq!(left.mint, sandbox.mint(tokens[2]));
        assert_eq!(left.amount, first.received() - last.sent());
        // A percent of about a million.
        assert!((9_000..11_000).contains(&left.amount), "{left:?}");
    }
}

#[test]
fn impact_and_fees_add_up() {
    let (sandbox, tokens, _) = row();
    let request = RouteRequest {
        amount: 100_000_000,
        limits: RouteLimits {
            max_legs: 2,
            ..RouteLimits::default()
        },
        ..request(&sandbox, SwapKind::ExactIn, tokens[0], tokens[3])
    };
    let route = sandbox.route(&request).unwrap();
    let [first, second] = &route.legs[..] else {
        panic!("two legs")
    };
    let kept = u64::from(10_000 - first.price_impact_bps())
        * u64::from(10_000 - second.price_impact_bps());
    let expected = 10_000 - kept / 10_000;
    assert!(
        route.price_impact_bps.abs_diff(expected as u32) <= 1,
        "{}",
        route.price_impact_bps
    );
    let (RouteLeg::Pool(first), RouteLeg::Pool(second)) = (first, second) else {
        panic!("pools")
    };
    let fees: Vec<_> = route
        .fees
        .iter()
        .map(|fee| (fee.mint, fee.lp, fee.protocol))
        .collect();
    assert_eq!(
        fees,
        [
            (first.mint_out, first.lp_fee, first.protocol_fee),
            (second.mint_out, second.lp_fee, second.protocol_fee),
        ]
    );
}
