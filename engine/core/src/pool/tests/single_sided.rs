use super::*;

fn in_range(shard: &ShardState, value: u64, side: Side) -> InAmount {
    // Up to four times the reserve.
    let most = shard.reserves.of(side).saturating_mul(4);
    InAmount::new((value % most).max(1))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn deposits_conserve(
        shard in sound_shard(), params in any_params(), side in side(), value in amount(),
    ) {
        let paid = in_range(&shard, value, side);
        match add_liquidity_single_sided(&shard, &params, side, paid) {
            Ok(update) => {
                prop_assert_eq!(update.amount, paid.get());
                let after = &update.after;
                // The whole amount enters; nothing leaves.
                prop_assert_eq!(owed(after, side), owed(&shard, side) + u128::from(paid.get()));
                prop_assert_eq!(owed(after, side.opposite()), owed(&shard, side.opposite()));
                prop_assert_eq!(after.shares.get(), shard.shares.get() + update.shares.get());
                prop_assert!(!update.shares.is_zero());
                prop_assert!(invariant_per_share_holds(&params, &shard, after));
            }
            Err(error) => prop_assert!(
                matches!(error, CoreError::DepositTooSmall | CoreError::ReserveLimit),
                "{error:?}"
            ),
        }
    }

    #[test]
    fn withdrawals_conserve(
        shard in sound_shard(), params in any_params(), side in side(), value in amount(),
    ) {
        let shares = Shares::new(value % (shard.shares.get() - LOCKED_SHARES) + 1);
        match remove_liquidity_single_sided(&shard, &params, shares, side) {
            Ok(update) => {
                let after = &update.after;
                prop_assert_eq!(update.shares, shares);
                prop_assert_eq!(owed(after, side) + u128::from(update.amount), owed(&shard, side));
                prop_assert_eq!(owed(after, side.opposite()), owed(&shard, side.opposite()));
                prop_assert_eq!(after.shares.get(), shard.shares.get() - shares.get());
                prop_assert!(invariant_per_share_holds(&params, &shard, after));
            }
            Err(error) => prop_assert!(
                matches!(error, CoreError::ZeroOutput | CoreError::InsufficientShares),
                "{error:?}"
            ),
        }
    }

    /// The search finds the best split: no other part that is tried mints noticeably more.
    #[test]
    fn the_split_is_the_best(
        shard in sound_shard(), params in any_params(), side in side(), value in amount(),
        parts in proptest::collection::vec(any::<u64>(), 20),
    ) {
        let paid = in_range(&shard, value, side);
        let Ok(update) = add_liquidity_single_sided(&shard, &params, side, paid) else {
            return Ok(());
        };
        let best = update.swapped.amount_in.get();
        let near = (0..10).flat_map(|off| [best.saturating_sub(off), best.saturating_add(off)]);
        let far = parts.iter().map(|part| part % paid.get());
        for part in near.chain(far) {
            if part == 0 || part >= paid.get() {
                continue;
            }
            let Ok(swap) = swap_exact_in(&shard, &params, side, InAmount::new(part)) else { continue };
            let rest = Reserves::from_sides(side, paid.get() - part, swap.amount_out.get());
            let Ok(added) = add_liquidity(&swap.after, &params, rest.base, rest.quote) else { continue };
            // A unit of a token may be many shares, and outputs move in whole units.
            let scarcer = |shard: &ShardState| shard.reserves.base.get().min(shard.reserves.quote.get());
            let scarcer = scarcer(&shard).min(scarcer(&swap.after));
            let unit = shard.shares.get() / scarcer + 1;
            prop_assert!(
                added.shares.get() <= update.shares.get() + 3 * unit,
                "{} shares at {part}, {} at {best}", added.shares, update.shares
            );
        }
    }

    /// In and out of one token never pays, and neither is it a way to trade around the fee.
    #[test]
    fn round_trips_never_pay(
        shard in sound_shard(), params in any_params(), side in side(), value in amount(),
    ) {
        let paid = in_range(&shard, value, side);
        let Ok(added) = add_liquidity_single_sided(&shard, &params, side, paid) else {
            return Ok(());
        };
        if let Ok(out) = remove_liquidity_single_sided(&added.after, &params, added.shares, side) {
            prop_assert!(out.amount <= paid.get());
        }
    }

    /// A deposit of one token and a withdrawal of both is no better than the trade inside it.
    #[test]
    fn is_no_cheaper_than_the_trade(
        shard in sound_shard(), params in any_params(), side in side(), value in amount(),
    ) {
        let paid = in_range(&shard, value, side);
        let Ok(added) = add_liquidity_single_sided(&shard, &params, side, paid) else {
            return Ok(());
        };
        if let Ok(out) = remove_liquidity(&added.after, added.shares) {
            let back = Reserves { base: out.base, quote: out.quote };
            let traded = added.swapped.amount_in.get();
            prop_assert!(back.of(side) <= paid.get() - traded);
            prop_assert!(back.of(side.opposite()) <= added.swapped.amount_out.get());
        }
    }
}

#[test]
fn refusals() {
    let params = PoolParams {
        curve: Curve::ConstantProduct,
        fee: BoundedRatioFee::DEFAULT,
        protocol_share: Bps::ZERO,
    };
    let shard = ShardState {
        reserves: Reserves::new(1_000_000, 1_000_000),
        shares: Shares::new(1_000_000),
        protocol_fees: Reserves::ZERO,
    };
    let add = |shard: &ShardState, paid| {
        add_liquidity_single_sided(shard, &params, Side::Base, InAmount::new(paid))
    };
    assert_eq!(add(&shard, 0), Err(CoreError::ZeroAmount));
    assert_eq!(add(&shard, 1), Err(CoreError::DepositTooSmall));
    assert_eq!(add(&shard, u64::MAX), Err(CoreError::ReserveLimit));
    assert_eq!(add(&ShardState::default(), 10), Err(CoreError::EmptyShard));
    let remove =
        |shares| remove_liquidity_single_sided(&shard, &params, Shares::new(shares), Side::Base);
    assert_eq!(remove(0), Err(CoreError::ZeroAmount));
    assert_eq!(remove(1), Err(CoreError::ZeroOutput));
    assert_eq!(remove(999_001), Err(CoreError::InsufficientShares));
}
