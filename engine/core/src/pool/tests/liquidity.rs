use super::*;

fn add(
    shard: &ShardState,
    params: &PoolParams,
    base: u64,
    quote: u64,
) -> Result<LiquidityUpdate, CoreError> {
    add_liquidity(
        shard,
        params,
        BaseAmount::new(base),
        QuoteAmount::new(quote),
    )
}

const PLAIN: PoolParams = PoolParams {
    curve: Curve::ConstantProduct,
    fee: BoundedRatioFee::DEFAULT,
    protocol_share: Bps::ZERO,
};

/// `ceil(shares · reserve / supply)` and its floor.
fn part(shares: Shares, reserve: u64, supply: Shares) -> (u128, u128) {
    let product = u128::from(shares.get()) * u128::from(reserve);
    let supply = u128::from(supply.get());
    (product.div_ceil(supply), product / supply)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30_000))]

    #[test]
    fn first_deposit_is_the_geometric_mean(
        params in any_params(), base in amount(), quote in amount(),
    ) {
        let update = add(&ShardState::default(), &params, base, quote);
        let product = u128::from(base) * u128::from(quote);
        if product < 1_001 * 1_001 {
            prop_assert_eq!(update, Err(CoreError::InitialDepositTooSmall));
            return Ok(());
        }
        let Ok(update) = update else {
            // Only a stable swap limits reserves.
            prop_assert_eq!(update, Err(CoreError::ReserveLimit));
            prop_assert!(params.curve != Curve::ConstantProduct);
            return Ok(());
        };
        prop_assert_eq!((update.base.get(), update.quote.get()), (base, quote));
        prop_assert_eq!(update.after.reserves, Reserves::new(base, quote));
        let total = u128::from(update.after.shares.get());
        prop_assert!(total * total <= product && (total + 1) * (total + 1) > product);
        prop_assert_eq!(update.shares.get(), update.after.shares.get() - LOCKED_SHARES);
    }

    #[test]
    fn later_deposits_are_proportional(
        shard in any_shard(), params in constant_product(), base in amount(), quote in amount(),
    ) {
        if let Ok(update) = add(&shard, &params, base, quote) {
            let reserves = shard.reserves;
            // As many shares as both amounts pay for, and amounts for exactly those.
            let by = |amount: u64, reserve: u64| {
                u128::from(amount) * u128::from(shard.shares.get()) / u128::from(reserve)
            };
            let shares = by(base, reserves.base.get()).min(by(quote, reserves.quote.get()));
            prop_assert_eq!(u128::from(update.shares.get()), shares);
            let (base_due, _) = part(update.shares, reserves.base.get(), shard.shares);
            let (quote_due, _) = part(update.shares, reserves.quote.get(), shard.shares);
            prop_assert_eq!(u128::from(update.base.get()), base_due);
            prop_assert_eq!(u128::from(update.quote.get()), quote_due);
            prop_assert!(update.base.get() <= base && update.quote.get() <= quote);
            // Conservation.
            prop_assert_eq!(
                update.after.reserves,
                Reserves::new(
                    reserves.base.get() + update.base.get(),
                    reserves.quote.get() + update.quote.get(),
                )
            );
            prop_assert_eq!(update.after.shares.get(), shard.shares.get() + update.shares.get());
            prop_assert_eq!(update.after.protocol_fees, shard.protocol_fees);
            prop_assert!(invariant_per_share_holds(&params, &shard, &update.after));
        }
    }

    #[test]
    fn withdrawals_are_proportional(shard in any_shard(), shares in amount()) {
        let shares = Shares::new(shares % shard.shares.get());
        match remove_liquidity(&shard, shares) {
            Ok(update) => {
                let reserves = shard.reserves;
                let (_, base) = part(shares, reserves.base.get(), shard.shares);
                let (_, quote) = part(shares, reserves.quote.get(), shard.shares);
                prop_assert_eq!(u128::from(update.base.get()), base);
                prop_assert_eq!(u128::from(update.quote.get()), quote);
                prop_assert_eq!(
                    update.after.reserves,
                    Reserves::new(
                        reserves.base.get() - update.base.get(),
                        reserves.quote.get() - update.quote.get(),
                    )
                );
                prop_assert_eq!(update.after.shares.get(), shard.shares.get() - shares.get());
                prop_assert_eq!(update.after.protocol_fees, shard.protocol_fees);
                prop_assert!(invariant_per_share_holds(&PLAIN, &shard, &update.after));
                // A shard that has been funded is never emptied.
                prop_assert!(!update.after.reserves.base.is_zero());
                prop_assert!(!update.after.reserves.quote.is_zero());
            }
            Err(CoreError::ZeroAmount) => prop_assert!(shares.is_zero()),
            Err(CoreError::InsufficientShares) => {
                prop_assert!(shares.get() > shard.shares.get() - LOCKED_SHARES);
            }
            Err(error) => prop_assert_eq!(error, CoreError::ZeroOutput),
        }
    }

    #[test]
    fn deposit_and_withdrawal_never_pay(
        shard in any_shard(), params in any_params(), base in amount(), quote in amount(),
    ) {
        if let Ok(added) = add(&shard, &params, base, quote)
            && let Ok(removed) = remove_liquidity(&added.after, added.shares)
        {
            prop_assert!(removed.base <= added.base);
            prop_assert!(removed.quote <= added.quote);
        }
    }

    /// The attack on the first deposit. The attacker makes the shard, lifts the value of a share
    /// by trading to and fro at the highest fee, and lets a victim's deposit be rounded down.
    /// Nothing else lifts it: tokens sent to a vault are not in the reserves. The attacker takes
    /// all shares out again and ends with no more than was put in, at the price of the deposit.
    #[test]
    fn inflating_the_first_deposit_does_not_pay(
        base in 1u64 << 10..1 << 20,
        quote in 1u64 << 10..1 << 20,
        trades in 0usize..40,
        trade_size in 1u64..1 << 30,
        victim in 1u64..1 << 40,
    ) {
        let fee = BoundedRatioFee::flat(crate::fee::MAX_FEE).unwrap();
        let params = PoolParams { fee, ..PLAIN };
        let Ok(first) = add(&ShardState::default(), &params, base, quote) else { return Ok(()) };
        let mut shard = first.after;
        let (mut spent, mut earned) = (Reserves::new(base, quote), Reserves::ZERO);
        for _ in 0..trades {
            let Ok(there) = swap_exact_in(&shard, &params, Side::Base, InAmount::new(trade_size)) else { break };
            let carried = InAmount::new(there.amount_out.get());
            let Ok(back) = swap_exact_in(&there.after, &params, Side::Quote, carried) else { break };
            spent = Reserves::new(spent.base.get() + trade_size, spent.quote.get());
            earned = Reserves::new(earned.base.get() + back.amount_out.get(), earned.quote.get());
            shard = back.after;
        }
        let price = shard.reserves;
        if let Ok(update) = add(&shard, &params, victim, u64::MAX) {
            shard = update.after;
        }
        let out = remove_liquidity(&shard, first.shares).unwrap();
        // Value at the price that the victim saw: base · quote reserve + quote · base reserve.
        let value = |base: u64, quote: u64| {
            BigUint::from(base) * price.quote.get() + BigUint::from(quote) * price.base.get()
        };
        let before = value(spent.base.get(), spent.quote.get());
        let after = value(
            earned.base.get() + out.base.get(),
            earned.quote.get() + out.quote.get(),
        );
        prop_assert!(after <= before);
    }
}

#[test]
fn refusals() {
    let shard = add(&ShardState::default(), &PLAIN, 1_000_000, 4_000_000)
        .unwrap()
        .after;
    assert_eq!(shard.shares.get(), 2_000_000);
    assert_eq!(add(&shard, &PLAIN, 0, 5), Err(CoreError::ZeroAmount));
    assert_eq!(add(&shard, &PLAIN, 5, 0), Err(CoreError::ZeroAmount));
    // One unit of quote is worth half a share.
    assert_eq!(add(&shard, &PLAIN, 5, 1), Err(CoreError::DepositTooSmall));
    let refused = Err(CoreError::InsufficientShares);
    assert_eq!(remove_liquidity(&shard, Shares::new(1_999_001)), refused);
    assert!(remove_liquidity(&shard, Shares::new(1_999_000)).is_ok());
    let refused = Err(CoreError::EmptyShard);
    assert_eq!(
        remove_liquidity(&ShardState::default(), Shares::new(1)),
        refused
    );
    // A worthless remainder is refused, not burned for nothing.
    let dusty = ShardState {
        reserves: Reserves::new(1, 1),
        ..shard
    };
    assert_eq!(
        remove_liquidity(&dusty, Shares::new(1)),
        Err(CoreError::ZeroOutput)
    );
}
