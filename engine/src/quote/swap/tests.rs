use proptest::prelude::*;

use super::*;
use crate::{
    address::CLOCK_SYSVAR,
    amm,
    fixtures::{self, SLOT, update, world},
};

fn request(world: &fixtures::World, side: Side, amount: u64) -> QuoteRequest {
    let mint_in = match side {
        Side::Base => world.config.base_mint,
        Side::Quote => world.config.quote_mint,
    };
    QuoteRequest {
        pool: world.pool,
        mint_in,
        amount,
        slippage_tolerance_bps: 50,
        choice: VenueChoice::BEST,
    }
}

#[test]
fn numbers_add_up() {
    // 100 base (9 decimals) and 15,000 quote (6 decimals): 150 quote for one base.
    let world = world(&[(100_000_000_000, 15_000_000_000)], [None; 2]);
    let quote = quote_exact_in(&world.pools, &request(&world, Side::Base, 1_000_000_000)).unwrap();
    assert_eq!((quote.kind, quote.side_in), (SwapKind::ExactIn, Side::Base));
    assert_eq!(quote.spot_price.to_string(), "150");
    // One of 101 base: the curve gives 15,000 / 101 = 148.51485.
    let gross = 148_514_851;
    assert_eq!(quote.received + quote.lp_fee + quote.protocol_fee, gross);
    assert_eq!(quote.price_impact_bps, 100); // 1/101 = 0.99 %, rounded up
    assert_eq!(
        quote.minimum_received,
        (quote.received * 9_950).div_ceil(10_000)
    );
    assert_eq!(
        (quote.sent, quote.maximum_sent),
        (1_000_000_000, 1_000_000_000)
    );
    assert_eq!((quote.transfer_fee_in, quote.transfer_fee_out), (0, 0));
    assert_eq!(quote.protocol_fee, (quote.lp_fee + quote.protocol_fee) / 10);
    assert_eq!(quote.execution_price, amount::to_decimal(quote.received, 6));
    assert_eq!(quote.slot, SLOT);

    let back = quote_exact_out(
        &world.pools,
        &QuoteRequest {
            amount: quote.received,
            ..request(&world, Side::Base, 0)
        },
    )
    .unwrap();
    assert!(
        back.sent <= quote.sent && quote.sent - back.sent <= 10,
        "{}",
        back.sent
    );
    assert_eq!(back.minimum_received, quote.received);
    assert_eq!(back.maximum_sent, back.sent * 10_050 / 10_000);
}

#[test]
fn prices_are_quote_per_base_in_both_directions() {
    let world = world(&[(100_000_000_000, 15_000_000_000)], [None; 2]);
    let buy = quote_exact_in(&world.pools, &request(&world, Side::Quote, 150_000_000)).unwrap();
    assert_eq!(buy.spot_price.to_string(), "150");
    assert!(
        buy.execution_price > buy.spot_price,
        "buying base is dearer than spot"
    );
    assert_eq!((buy.decimals_in, buy.decimals_out), (6, 9));
    assert_eq!(buy.mint_out, world.config.base_mint);
}

#[test]
fn transfer_fees_are_counted_on_both_sides() {
    let fees = [Some((100, u64::MAX)), Some((250, 1_000_000))];
    let world = world(&[(100_000_000_000, 15_000_000_000)], fees);
    let quote = quote_exact_in(&world.pools, &request(&world, Side::Base, 1_000_000_000)).unwrap();
    assert_eq!(quote.transfer_fee_in, 10_000_000);
    // 2.5 % of some 147 would be 3.7; the maximum is 1.
    assert_eq!(quote.transfer_fee_out, 1_000_000);
    let wanted = QuoteRequest {
        amount: 50_000_000,
        ..request(&world, Side::Base, 0)
    };
    let quote = quote_exact_out(&world.pools, &wanted).unwrap();
    assert!(quote.received >= 50_000_000);
    assert!(quote.transfer_fee_in > 0);
}

#[test]
fn refusals_are_the_programs() {
    let amm_error = |result: Result<Quote, QuoteError>| result.unwrap_err().amm_error().unwrap();
    let mut world = world(&[(0, 0), (1_000_000, 1_000_000)], [None; 2]);
    let ask = |world: &fixtures::World, amount| {
        quote_exact_out(&world.pools, &request(world, Side::Base, amount))
    };
    assert_eq!(
        amm_error(ask(&world, 1_000_000)),
        AmmError::InsufficientLiquidity
    );
    assert_eq!(amm_error(ask(&world, 0)), AmmError::ZeroAmount);
    let on_empty = quote_exact_in_on_shard(&world.pools, &request(&world, Side::Base, 10), 0);
    assert_eq!(
        on_empty,
        Err(QuoteError::Refused {
            error: AmmError::EmptyShard,
            shard_index: Some(0)
        })
    );

    world.config.paused = pause::SWAP;
    let bytes = fixtures::account_bytes(&world.config);
    world
        .pools
        .apply(update(world.pool, amm::ID, SLOT, &bytes))
        .unwrap();
    assert_eq!(amm_error(ask(&world, 10)), AmmError::Paused);
}

#[test]
fn says_what_the_cache_lacks() {
    let full = world(&[(1_000_000, 1_000_000)], [None; 2]);
    let ask = QuoteRequest {
        pool: Pubkey::new_unique(),
        ..request(&full, Side::Base, 10)
    };
    assert_eq!(
        quote_exact_in(&full.pools, &ask),
        Err(QuoteError::UnknownPool { pool: ask.pool })
    );
    let ask = QuoteRequest {
        mint_in: Pubkey::new_unique(),
        ..request(&full, Side::Base, 10)
    };
    assert!(matches!(
        quote_exact_in(&full.pools, &ask),
        Err(QuoteError::WrongMint { .. })
    ));
    let ask = request(&full, Side::Base, 10);
    assert!(matches!(
        quote_exact_in_on_shard(&full.pools, &ask, 1),
        Err(QuoteError::UnknownShard {
            index: 1,
            shard_count: 1,
            ..
        })
    ));
    let ask = QuoteRequest {
        slippage_tolerance_bps: 10_001,
        choice: VenueChoice::BEST,
        ..ask
    };
    assert_eq!(
        quote_exact_in(&full.pools, &ask),
        Err(QuoteError::InvalidSlippage { bps: 10_001 })
    );

    // A pool whose second shard has not arrived: the best shard is unknown.
    let mut pools = Pools::new();
    let (address, config) = fixtures::pool(2);
    pools
        .apply(update(
            address,
            amm::ID,
            1,
            &fixtures::account_bytes(&config),
        ))
        .unwrap();
    let (first, shard) = fixtures::shard(&address, 0, 1_000_000, 1_000_000);
    pools
        .apply(update(first, amm::ID, 1, &fixtures::account_bytes(&shard)))
        .unwrap();
    let ask = QuoteRequest {
        pool: address,
        mint_in: config.base_mint,
        amount: 1_000,
        slippage_tolerance_bps: 0,
        choice: VenueChoice::BEST,
    };
    assert_eq!(
        quote_exact_in(&pools, &ask),
        Err(QuoteError::MissingAccount {
            address: crate::address::shard(&address, 1).0,
            what: "a shard"
        })
    );
    // The one that is there can be quoted: SPL tokens without a ramp need neither mint nor clock.
    assert!(quote_exact_in_on_shard(&pools, &ask, 0).is_ok());
}

#[test]
fn a_transfer_fee_needs_the_epoch() {
    let (address, mut config) = fixtures::pool(1);
    config.base_token_program = crate::address::TOKEN_2022_PROGRAM;
    let mut pools = Pools::new();
    pools
        .apply(update(
            address,
            amm::ID,
            1,
            &fixtures::account_bytes(&config),
        ))
        .unwrap();
    let (first, shard) = fixtures::shard(&address, 0, 1_000_000, 1_000_000);
    pools
        .apply(update(first, amm::ID, 1, &fixtures::account_bytes(&shard)))
        .unwrap();
    let ask = QuoteRequest {
        pool: address,
        mint_in: config.base_mint,
        amount: 1_000,
        slippage_tolerance_bps: 0,
        choice: VenueChoice::BEST,
    };
    let missing = |address, what| Err(QuoteError::MissingAccount { address, what });
    assert_eq!(
        quote_exact_in(&pools, &ask),
        missing(config.base_mint, "a mint")
    );
    let bytes = fixtures::fee_mint_bytes(9, [(0, 100, 10), (9, 100, 10)]);
    let program = crate::address::TOKEN_2022_PROGRAM;
    pools
        .apply(update(config.base_mint, program, 1, &bytes))
        .unwrap();
    assert_eq!(
        quote_exact_in(&pools, &ask),
        missing(CLOCK_SYSVAR, "the clock")
    );
}

#[test]
fn goes_out_as_json_that_people_can_read() {
    let world = world(&[(100_000_000_000, 15_000_000_000)], [None; 2]);
    let quote = quote_exact_in(&world.pools, &request(&world, Side::Base, 1_000_000_000)).unwrap();
    let json = serde_json::to_value(&quote).unwrap();
    assert_eq!(json["kind"], "exact_in");
    assert_eq!(json["side_in"], "base");
    assert_eq!(json["pool"], world.pool.to_string());
    assert_eq!(json["spot_price"], "150");
    assert_eq!(json["received"], quote.received);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// The best shard is the one that trying every shard finds.
    #[test]
    fn best_is_best(
        reserves in prop::collection::vec((0u64..1 << 40, 0u64..1 << 40), 1..=32),
        amount in 1u64..1 << 40,
        base_in: bool,
        exact_in: bool,
        fee in prop::option::of((0u16..=10_000, 0u64..1 << 30)),
    ) {
        let world = world(&reserves, [fee, None]);
        let side = if base_in { Side::Base } else { Side::Quote };
        let ask = request(&world, side, amount);
        let (chosen, all): (_, Vec<_>) = if exact_in {
            let each = |index| quote_exact_in_on_shard(&world.pools, &ask, index);
            (quote_exact_in(&world.pools, &ask), (0..reserves.len() as u8).map(each).collect())
        } else {
            let each = |index| quote_exact_out_on_shard(&world.pools, &ask, index);
            (quote_exact_out(&world.pools, &ask), (0..reserves.len() as u8).map(each).collect())
        };
        let possible: Vec<&Quote> = all.iter().filter_map(|quote| quote.as_ref().ok()).collect();
        match chosen {
            Ok(chosen) => {
                for other in &possible {
                    let worse = if exact_in {
                        other.received <= chosen.received
                    } else {
                        other.sent >= chosen.sent
                    };
                    prop_assert!(worse);
                }
                // Of equals the first.
                let first = possible.iter().find(|quote| {
                    if exact_in {
                        quote.received == chosen.received
                    } else {
                        quote.sent == chosen.sent
                    }
                });
                prop_assert_eq!(first.unwrap().shard_index, chosen.shard_index);
                prop_assert!(chosen.minimum_received <= chosen.received);
                prop_assert!(chosen.maximum_sent >= chosen.sent);
            }
            Err(error) => {
                prop_assert!(possible.is_empty());
                let amm = error.amm_error().unwrap();
                let known = all.iter().any(|each| each.as_ref().unwrap_err().amm_error() == Some(amm));
                prop_assert!(known);
            }
        }
    }
}

/// Eight shards, the later ones dearer by a hundredth of a basis point each: a crowd spreads over all
/// of them, nobody is served worse than by the tolerance, and without a seed it is the best one.
#[test]
fn a_crowd_spreads_over_shards_that_are_about_as_good() {
    let reserve = 1_000_000_000_000u64;
    let reserves: Vec<(u64, u64)> = (0..8)
        .map(|at| (reserve, reserve - at * reserve / 1_000_000))
        .collect();
    let world = world(&reserves, [None; 2]);
    let best = request(&world, Side::Base, 1_000_000);
    for kind in [SwapKind::ExactIn, SwapKind::ExactOut] {
        let quoted = |choice| {
            let request = QuoteRequest { choice, ..best };
            super::best(&world.pools, &request, kind).unwrap()
        };
        let first = quoted(VenueChoice::BEST);
        assert_eq!(first.shard_index, 0);
        assert_eq!(quoted(VenueChoice::default()), first);
        let mut counts = [0; 8];
        for trader in 0..64 {
            let choice = VenueChoice::default().or_by(Pubkey::new_from_array([trader; 32]));
            let quote = quoted(choice);
            assert_eq!(quote, quoted(choice));
            counts[usize::from(quote.shard_index)] += 1;
            let worse_by = match kind {
                SwapKind::ExactIn => first.received - quote.received,
                SwapKind::ExactOut => quote.sent - first.sent,
            };
            assert!(worse_by <= first.received.min(first.sent) / 10_000);
            let strict = VenueChoice {
                tolerance_bps: 0,
                ..choice
            };
            assert_eq!(quoted(strict).shard_index, 0);
        }
        assert!(
            counts.iter().all(|count| (2..=18).contains(count)),
            "{counts:?}"
        );
    }
}
