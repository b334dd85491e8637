use super::*;
use crate::fixtures::{self, world};

fn deposit(world: &fixtures::World, shard: Option<u8>) -> AddLiquidityRequest {
    AddLiquidityRequest {
        pool: world.pool,
        shard,
        maximum_base: 1_000,
        maximum_quote: 10_000,
        slippage_tolerance_bps: 100,
    }
}

#[test]
fn deposits_go_to_the_smallest_shard_with_liquidity() {
    let world = world(
        &[(50_000, 50_000), (0, 0), (20_000, 40_000), (30_000, 30_000)],
        [None; 2],
    );
    let quote = quote_add_liquidity(&world.pools, &deposit(&world, None)).unwrap();
    assert_eq!(quote.shard_index, 2);
    assert_eq!((quote.base, quote.quote), (1_000, 2_000));
    assert!(!quote.first_deposit);
    assert_eq!(quote.minimum_shares, (quote.shares * 99).div_ceil(100));
    // An empty shard takes everything, as its price, but only when asked to.
    let quote = quote_add_liquidity(&world.pools, &deposit(&world, Some(1))).unwrap();
    assert!(quote.first_deposit);
    assert_eq!((quote.base, quote.quote), (1_000, 10_000));
}

#[test]
fn an_empty_pool_starts_at_its_first_shard() {
    let world = world(&[(0, 0), (0, 0)], [None; 2]);
    let quote = quote_add_liquidity(&world.pools, &deposit(&world, None)).unwrap();
    assert_eq!((quote.shard_index, quote.first_deposit), (0, true));
}

#[test]
fn transfer_fees_come_on_top_of_deposits_and_off_withdrawals() {
    let world = world(&[(1_000_000, 1_000_000)], [Some((100, u64::MAX)), None]);
    let quote = quote_add_liquidity(
        &world.pools,
        &AddLiquidityRequest {
            maximum_base: 100_000,
            maximum_quote: 100_000,
            ..deposit(&world, Some(0))
        },
    )
    .unwrap();
    // 99,000 of the base arrive, so as much quote is taken.
    assert_eq!(
        (quote.base, quote.quote, quote.shares),
        (100_000, 99_000, 99_000)
    );
    let quote = quote_remove_liquidity(
        &world.pools,
        &RemoveLiquidityRequest {
            pool: world.pool,
            shard: 0,
            shares: 100_000,
            slippage_tolerance_bps: 0,
        },
    )
    .unwrap();
    assert_eq!((quote.base, quote.quote), (99_000, 100_000));
    assert_eq!((quote.minimum_base, quote.minimum_quote), (99_000, 100_000));
}

#[test]
fn one_token_in_and_out() {
    let world = world(&[(1_000_000_000, 1_000_000_000)], [None; 2]);
    let added = quote_add_single_sided(
        &world.pools,
        &AddSingleSidedRequest {
            pool: world.pool,
            shard: None,
            mint_in: world.config.quote_mint,
            amount: 1_000_000,
            slippage_tolerance_bps: 0,
        },
    )
    .unwrap();
    assert_eq!(added.side, Side::Quote);
    // Half of it is swapped at a fee of about a percent.
    assert!(
        added.shares > 490_000 && added.shares < 500_000,
        "{}",
        added.shares
    );
    let removed = quote_remove_single_sided(
        &world.pools,
        &RemoveSingleSidedRequest {
            pool: world.pool,
            shard: 0,
            mint_out: world.config.quote_mint,
            shares: added.shares,
            slippage_tolerance_bps: 0,
        },
    )
    .unwrap();
    assert!(
        removed.received < 1_000_000 && removed.received > 980_000,
        "{}",
        removed.received
    );
}

#[test]
fn rebalancing() {
    let world = world(&[(1_000_000, 4_000_000), (1_000_000, 1_000_000)], [None; 2]);
    let quote = quote_rebalance(&world.pools, &world.pool, 0, 1).unwrap();
    // The first has base too dear: it gives quote.
    assert!(!quote.first_gives_base);
    assert!(quote.base_moved > 0 && quote.quote_moved > 0);
    assert_eq!(
        quote_rebalance(&world.pools, &world.pool, 0, 0),
        Err(QuoteError::SameShard { index: 0 })
    );
    let fees = fixtures::world(
        &[(1_000_000, 4_000_000), (1_000_000, 1_000_000)],
        [Some((1, 1)), None],
    );
    assert_eq!(
        quote_rebalance(&fees.pools, &fees.pool, 0, 1)
            .unwrap_err()
            .amm_error(),
        Some(AmmError::RebalanceWithTransferFee)
    );
}

#[test]
fn nothing_to_collect() {
    let world = world(&[(1_000_000, 4_000_000)], [None; 2]);
    assert_eq!(
        quote_collect_protocol_fees(&world.pools, &world.pool, 0)
            .unwrap_err()
            .amm_error(),
        Some(AmmError::NothingToCollect)
    );
}
