//! The two properties of fees that make sharding work, for every fee that `try_new` accepts.
//!
//! Both compare exact statements about real numbers with integer trades. A part of a split is
//! rounded down and cannot get more than it would without rounding. The trade it is compared with
//! loses to rounding at most: a unit of gross output, which is at most 1.1 units net; `slope`
//! units for the square that is rounded down; one unit of fee.

use super::*;
use crate::fee::tests::sloped_fee;

fn lost_to_rounding(fee: &BoundedRatioFee) -> u64 {
    3 + u64::from(fee.slope().div_ceil(1_000_000))
}

/// The largest input whose gross output is at most the part c of the reserve.
fn largest_input(curve: &Curve, fee: &BoundedRatioFee, shard: &ShardState, side: Side) -> u64 {
    let (reserve_in, reserve_out) = (shard.reserves.of(side), shard.reserves.of(side.opposite()));
    let range = u128::from(fee.max().get() - fee.min().get());
    let most = u128::from(reserve_out) * range / u128::from(fee.slope());
    curve
        .in_given_out(side, reserve_in, reserve_out, OutAmount::new(most as u64))
        .map_or(0, |due| due.get().saturating_sub(1))
}

fn net(shard: &ShardState, params: &PoolParams, side: Side, paid: u64) -> u64 {
    swap_exact_in(shard, params, side, InAmount::new(paid)).map_or(0, |swap| swap.amount_out.get())
}

fn sharded_params() -> impl Strategy<Value = PoolParams> {
    sloped_fee().prop_map(|fee| PoolParams {
        curve: Curve::ConstantProduct,
        fee,
        protocol_share: Bps(1_000),
    })
}

fn stable_params() -> impl Strategy<Value = PoolParams> {
    (sloped_fee(), 100u64..=1_000_000).prop_map(|(fee, amplification)| PoolParams {
        curve: Curve::StableSwap(StableSwap::try_new(amplification, 1, 1).unwrap()),
        fee,
        protocol_share: Bps(1_000),
    })
}

fn shard(base: u64, quote: u64) -> ShardState {
    ShardState {
        reserves: Reserves::new(base, quote),
        shares: Shares::new(1 << 20),
        protocol_fees: Reserves::ZERO,
    }
}

/// c-non-splitting: up to the part c of the reserve, one shard pays at least what the same input
/// gets when it is spread over several shards of that size.
fn non_splitting(
    params: &PoolParams,
    shard: &ShardState,
    side: Side,
    part_of_largest: u32,
    cuts: &[u32],
) -> Result<(), TestCaseError> {
    let largest = largest_input(&params.curve, &params.fee, shard, side);
    let paid = (u128::from(largest) * u128::from(part_of_largest) / 1_000_000) as u64;
    let whole = net(shard, params, side, paid);
    let total: u128 = cuts.iter().map(|&cut| u128::from(cut)).sum();
    let mut split = 0;
    let mut left = paid;
    for &cut in &cuts[1..] {
        let part = (u128::from(paid) * u128::from(cut) / total) as u64;
        split += net(shard, params, side, part);
        left -= part;
    }
    split += net(shard, params, side, left);
    prop_assert!(
        split <= whole + lost_to_rounding(&params.fee),
        "{split} > {whole}"
    );
    Ok(())
}

/// c-smaller-better: up to the part c of the smaller reserve, the smaller of two shards of one
/// price pays at least as much.
fn smaller_is_better(
    params: &PoolParams,
    smaller: &ShardState,
    factor: u64,
    side: Side,
    part_of_largest: u32,
) -> Result<(), TestCaseError> {
    let larger = shard(
        smaller.reserves.base.get() * factor,
        smaller.reserves.quote.get() * factor,
    );
    let largest = largest_input(&params.curve, &params.fee, smaller, side);
    let paid = (u128::from(largest) * u128::from(part_of_largest) / 1_000_000) as u64;
    let (small, large) = (
        net(smaller, params, side, paid),
        net(&larger, params, side, paid),
    );
    prop_assert!(
        large <= small + lost_to_rounding(&params.fee),
        "{large} > {small}"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30_000))]

    #[test]
    fn one_shard_is_cheaper_than_several(
        params in sharded_params(), base in amount(), quote in amount(), side in side(),
        part in 0u32..=1_000_000, cuts in proptest::collection::vec(1u32..1_000_000, 2..6),
    ) {
        non_splitting(&params, &shard(base, quote), side, part, &cuts)?;
    }

    #[test]
    fn a_smaller_shard_is_cheaper(
        params in sharded_params(), base in amount(), quote in amount(), side in side(),
        part in 0u32..=1_000_000, factor in 2u64..200,
    ) {
        let smaller = shard(base / 200 + 1, quote / 200 + 1);
        smaller_is_better(&params, &smaller, factor, side, part)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// A stable swap bends less than a constant product while its reserves are within a factor of
    /// two, so both hold there too.
    #[test]
    fn both_hold_for_balanced_stable_swaps(
        params in stable_params(), base in 1u64 << 20..1 << 50, ratio in 500u64..=2_000,
        side in side(), part in 0u32..=1_000_000, factor in 2u64..200,
        cuts in proptest::collection::vec(1u32..1_000_000, 2..6),
    ) {
        let shard = shard(base, base / 1_000 * ratio);
        non_splitting(&params, &shard, side, part, &cuts)?;
        smaller_is_better(&params, &shard, factor, side, part)?;
    }
}

/// The conditions are not idle: with a slope well below what they ask for, splitting pays.
#[test]
fn without_the_condition_splitting_pays() {
    let params = PoolParams {
        curve: Curve::ConstantProduct,
        fee: BoundedRatioFee::from_checked(FeeRate(1_000), FeeRate(12_000), 500_000),
        protocol_share: Bps::ZERO,
    };
    let shard = shard(1_000_000_000_000, 1_000_000_000_000);
    let paid = 10_000_000_000;
    let whole = net(&shard, &params, Side::Base, paid);
    let split = 2 * net(&shard, &params, Side::Base, paid / 2);
    assert!(split > whole);
}
