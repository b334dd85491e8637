use super::*;

/// What every trade must satisfy.
fn check(shard: &ShardState, params: &PoolParams, swap: &SwapUpdate) -> Result<(), TestCaseError> {
    let (side_in, side_out) = (swap.side_in, swap.side_in.opposite());
    let after = &swap.after;
    // Conservation: what entered and what left is what the shard owes more and less.
    prop_assert_eq!(
        owed(after, side_in),
        owed(shard, side_in) + u128::from(swap.amount_in.get())
    );
    prop_assert_eq!(
        owed(after, side_out) + u128::from(swap.amount_out.get()),
        owed(shard, side_out)
    );
    // The protocol gets its part of the fee and nothing of the token that goes in.
    let part = u128::from(swap.fee.get()) * u128::from(params.protocol_share.get()) / 10_000;
    prop_assert_eq!(u128::from(swap.protocol_fee.get()), part);
    let earned = after.protocol_fees.of(side_out) - shard.protocol_fees.of(side_out);
    prop_assert_eq!(earned, swap.protocol_fee.get());
    prop_assert_eq!(
        after.protocol_fees.of(side_in),
        shard.protocol_fees.of(side_in)
    );
    // Shares stay, and each is worth no less.
    prop_assert_eq!(after.shares, shard.shares);
    prop_assert!(!after.reserves.base.is_zero() && !after.reserves.quote.is_zero());
    prop_assert!(invariant_per_share_holds(params, shard, after));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30_000))]

    #[test]
    fn exact_in_conserves(
        shard in any_shard(), params in any_params(), side in side(), paid in amount(),
    ) {
        if let Ok(swap) = swap_exact_in(&shard, &params, side, InAmount::new(paid)) {
            prop_assert_eq!(swap.amount_in.get(), paid);
            check(&shard, &params, &swap)?;
        }
    }

    #[test]
    fn exact_out_conserves(
        shard in any_shard(), params in any_params(), side in side(), wanted in amount(),
    ) {
        let wanted = OutAmount::new(wanted % shard.reserves.of(side.opposite()));
        if let Ok(swap) = swap_exact_out(&shard, &params, side, wanted) {
            prop_assert_eq!(swap.amount_out, wanted);
            check(&shard, &params, &swap)?;
        }
    }

    /// On the constant product, exact out asks for the least that buys the output.
    #[test]
    fn exact_out_asks_for_the_least(
        shard in any_shard(), params in constant_product(), side in side(), wanted in amount(),
    ) {
        let wanted = OutAmount::new(wanted % shard.reserves.of(side.opposite()));
        if let Ok(swap) = swap_exact_out(&shard, &params, side, wanted) {
            let due = swap.amount_in.get();
            let out = |paid| swap_exact_in(&shard, &params, side, InAmount::new(paid));
            prop_assert!(out(due).unwrap().amount_out >= wanted);
            if due > 1 {
                let less = out(due - 1).map_or(OutAmount::ZERO, |swap| swap.amount_out);
                prop_assert!(less < wanted);
            }
        }
    }

    /// And the other way round: asking for what a trade paid never costs more than it did.
    #[test]
    fn exact_out_undoes_exact_in(
        shard in any_shard(), params in constant_product(), side in side(), paid in amount(),
    ) {
        if let Ok(swap) = swap_exact_in(&shard, &params, side, InAmount::new(paid)) {
            let inverse = swap_exact_out(&shard, &params, side, swap.amount_out).unwrap();
            prop_assert!(inverse.amount_in.get() <= paid);
        }
    }

    #[test]
    fn more_in_is_not_less_out(
        shard in any_shard(), params in any_params(), side in side(),
        paid in amount(), more in amount(),
    ) {
        let out = |paid| swap_exact_in(&shard, &params, side, InAmount::new(paid));
        if let (Ok(less), Some(Ok(larger))) = (out(paid), paid.checked_add(more).map(out)) {
            prop_assert!(larger.amount_out >= less.amount_out);
        }
    }

    #[test]
    fn more_out_is_not_less_in(
        shard in any_shard(), params in constant_product(), side in side(),
        wanted in amount(), more in amount(),
    ) {
        let due = |wanted| swap_exact_out(&shard, &params, side, OutAmount::new(wanted));
        if let (Ok(less), Some(Ok(larger))) = (due(wanted), wanted.checked_add(more).map(due)) {
            prop_assert!(larger.amount_in >= less.amount_in);
        }
    }

    #[test]
    fn round_trips_never_pay(
        shard in any_shard(), params in any_params(), side in side(), paid in amount(),
    ) {
        if let Ok(there) = swap_exact_in(&shard, &params, side, InAmount::new(paid)) {
            let carried = InAmount::new(there.amount_out.get());
            if let Ok(back) = swap_exact_in(&there.after, &params, side.opposite(), carried) {
                prop_assert!(back.amount_out.get() <= paid);
            }
        }
    }

    /// With a flat fee, splitting a trade against one shard gains exactly what providers keep of
    /// the first part's fee: it stays in the reserve that the second part buys from, and the
    /// second part gets its share of it. That is less than the part `second / reserve` of a fee,
    /// and nothing but rounding where the protocol takes the whole fee.
    #[test]
    fn splitting_gains_no_more_than_a_part_of_the_first_fee(
        shard in any_shard(), rate in 0u32..=100_000, share in prop_oneof![share(), Just(Bps(BPS))],
        side in side(), first in amount(), second in amount(),
    ) {
        let fee = BoundedRatioFee::flat(FeeRate(rate)).unwrap();
        let params = PoolParams::try_new(Curve::ConstantProduct, fee, share).unwrap();
        let buy = |shard: &ShardState, paid| swap_exact_in(shard, &params, side, InAmount::new(paid));
        let Some(Ok(whole)) = first.checked_add(second).map(|paid| buy(&shard, paid)) else {
            return Ok(());
        };
        let Ok(one) = buy(&shard, first) else { return Ok(()) };
        let Ok(two) = buy(&one.after, second) else { return Ok(()) };
        let kept = u128::from(one.fee.get() - one.protocol_fee.get());
        let regained = kept * u128::from(second) / u128::from(whole.after.reserves.of(side));
        // The first output and the second are rounded down, and so is the sum they are compared
        // with: two units at most.
        prop_assert!(
            u128::from(one.amount_out.get()) + u128::from(two.amount_out.get())
                <= u128::from(whole.amount_out.get()) + regained + 2
        );
    }
}

#[test]
fn nothing_for_nothing() {
    let shard = ShardState {
        reserves: Reserves::new(1_000_000, 1_000),
        shares: Shares::new(31_622),
        protocol_fees: Reserves::ZERO,
    };
    let params = PoolParams {
        curve: Curve::ConstantProduct,
        fee: BoundedRatioFee::DEFAULT,
        protocol_share: Bps::ZERO,
    };
    let exact_in = |paid| swap_exact_in(&shard, &params, Side::Base, InAmount::new(paid));
    assert_eq!(exact_in(0), Err(CoreError::ZeroAmount));
    assert_eq!(exact_in(1), Err(CoreError::ZeroOutput));
    assert_eq!(exact_in(u64::MAX), Err(CoreError::ReserveLimit));
    let exact_out = |wanted| swap_exact_out(&shard, &params, Side::Base, OutAmount::new(wanted));
    assert_eq!(exact_out(0), Err(CoreError::ZeroAmount));
    assert_eq!(exact_out(1_000), Err(CoreError::InsufficientLiquidity));
    assert_eq!(exact_out(u64::MAX), Err(CoreError::InsufficientLiquidity));
    let empty = ShardState::default();
    let refused = Err(CoreError::EmptyShard);
    assert_eq!(
        swap_exact_in(&empty, &params, Side::Base, InAmount::new(5)),
        refused
    );
    assert_eq!(
        swap_exact_out(&empty, &params, Side::Base, OutAmount::new(5)),
        refused
    );
}

/// A case worked by hand: 1,000 into 1,000,000 : 2,000,000 pays 1,998 gross. Its square over the
/// reserve is 1.996, rounded down 1, so the fee is 0.012 · 1998 − 1.05 · 1 = 22.926, rounded up 23.
#[test]
fn worked_example() {
    let shard = ShardState {
        reserves: Reserves::new(1_000_000, 2_000_000),
        shares: Shares::new(1_414_213),
        protocol_fees: Reserves::ZERO,
    };
    let params = PoolParams {
        curve: Curve::ConstantProduct,
        fee: BoundedRatioFee::DEFAULT,
        protocol_share: Bps(2_500),
    };
    let swap = swap_exact_in(&shard, &params, Side::Base, InAmount::new(1_000)).unwrap();
    assert_eq!(swap.amount_out.get(), 1_975);
    assert_eq!(swap.fee.get(), 23);
    assert_eq!(swap.protocol_fee.get(), 5);
    assert_eq!(swap.after.reserves, Reserves::new(1_001_000, 1_998_020));
    assert_eq!(swap.after.protocol_fees, Reserves::new(0, 5));
}
