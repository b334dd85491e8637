//! Strategies and measures that the tests of all transitions share.

mod liquidity;
mod rebalance;
mod sequences;
mod sharding;
mod single_sided;
mod swap;
mod wallet;

use num_bigint::{BigInt, BigUint};
use proptest::prelude::*;

use super::*;
use crate::{
    curve::{
        StableSwap,
        tests::real_d::{real_d, units},
    },
    error::CoreError,
    fee::tests::any_fee,
    units::{BPS, BaseAmount, FeeRate, InAmount, OutAmount, QuoteAmount, Side},
};

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Base), Just(Side::Quote)]
}

/// An amount of any size above zero.
fn amount() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0u32..64).prop_map(|(value, shift)| (value >> shift).max(1))
}

fn share() -> impl Strategy<Value = Bps> {
    (0..=BPS).prop_map(Bps)
}

fn constant_product() -> impl Strategy<Value = PoolParams> {
    (any_fee(), share()).prop_map(|(fee, protocol_share)| {
        PoolParams::try_new(Curve::ConstantProduct, fee, protocol_share).unwrap()
    })
}

/// Stable swaps with any fee that they may have.
fn stable_swap() -> impl Strategy<Value = PoolParams> {
    (
        any_fee(),
        share(),
        100u64..=1_000_000,
        0u8..=3,
        any::<bool>(),
    )
        .prop_map(
            |(fee, protocol_share, amplification, decimals, base_coarser)| {
                let (base, quote) = if base_coarser {
                    (0, decimals)
                } else {
                    (decimals, 0)
                };
                let (base_scale, quote_scale) = StableSwap::scales(base, quote).unwrap();
                let curve = StableSwap::try_new(amplification, base_scale, quote_scale).unwrap();
                let fee = if fee.min().get() == 0 {
                    BoundedRatioFee::flat(FeeRate(1)).unwrap()
                } else {
                    fee
                };
                PoolParams::try_new(Curve::StableSwap(curve), fee, protocol_share).unwrap()
            },
        )
}

fn any_params() -> impl Strategy<Value = PoolParams> {
    prop_oneof![2 => constant_product(), 1 => stable_swap()]
}

/// A shard with reserves of any size, and shares and fees as they may have come about.
fn any_shard() -> impl Strategy<Value = ShardState> {
    (amount(), amount(), amount(), 0u32..20, amount(), amount()).prop_map(
        |(base, quote, shares, unevenness, base_fees, quote_fees)| {
            // Shares have a size like the reserves' unless fees have grown those.
            let mean = crate::math::isqrt_u128(u128::from(base) * u128::from(quote));
            let shares = (mean >> (shares % u64::from(unevenness + 1))).max(LOCKED_SHARES + 1);
            ShardState {
                reserves: Reserves::new(base, quote),
                shares: Shares::new(shares),
                protocol_fees: Reserves::new(base_fees >> 8, quote_fees >> 8),
            }
        },
    )
}

/// A shard that a deposit has made, with reserves that all curves can take.
fn sound_shard() -> impl Strategy<Value = ShardState> {
    (13u32..50, any::<u64>(), any::<u64>(), 0u32..6).prop_map(|(bits, base, quote, apart)| {
        let sized = |value: u64, bits: u32| (1 << bits) | (value & ((1 << bits) - 1));
        let reserves = Reserves::new(sized(base, bits), sized(quote, bits.saturating_sub(apart)));
        let product = u128::from(reserves.base.get()) * u128::from(reserves.quote.get());
        ShardState {
            reserves,
            shares: Shares::new(crate::math::isqrt_u128(product)),
            protocol_fees: Reserves::ZERO,
        }
    })
}

/// What the vault of one token must hold.
fn owed(shard: &ShardState, side: Side) -> u128 {
    u128::from(shard.reserves.of(side)) + u128::from(shard.protocol_fees.of(side))
}

/// Whether the invariant per share is at least what it was. For the stable swap, whose published
/// arithmetic moves in whole units: its real D, to two units.
fn invariant_per_share_holds(params: &PoolParams, before: &ShardState, after: &ShardState) -> bool {
    let shares = |shard: &ShardState| BigInt::from(shard.shares.get());
    match &params.curve {
        Curve::ConstantProduct => {
            let product = |shard: &ShardState| {
                BigInt::from(shard.reserves.base.get()) * shard.reserves.quote.get()
            };
            product(after) * shares(before).pow(2) >= product(before) * shares(after).pow(2)
        }
        Curve::StableSwap(curve) => {
            let d = |shard: &ShardState| {
                let base = shard.reserves.base.get() * curve.base_scale;
                real_d(curve, base, shard.reserves.quote.get() * curve.quote_scale)
            };
            (d(after) + units(2)) * shares(before) >= d(before) * shares(after)
        }
    }
}

#[test]
fn a_stable_swap_must_charge_a_fee() {
    let curve = Curve::StableSwap(StableSwap::try_new(10_000, 1, 1).unwrap());
    let free = BoundedRatioFee::flat(FeeRate::ZERO).unwrap();
    let refused = Err(CoreError::InvalidFee);
    assert_eq!(PoolParams::try_new(curve, free, Bps::ZERO), refused);
    assert!(PoolParams::try_new(Curve::ConstantProduct, free, Bps::ZERO).is_ok());
    let fee = BoundedRatioFee::DEFAULT;
    assert!(PoolParams::try_new(curve, fee, Bps(BPS)).is_ok());
    let refused = Err(CoreError::InvalidBps);
    assert_eq!(PoolParams::try_new(curve, fee, Bps(BPS + 1)), refused);
}
