use super::*;

/// The token-2022 program's fee, from its definition.
fn token_2022_fee(fee: &TransferFee, amount: u64) -> u64 {
    if fee.bps == 0 || amount == 0 {
        return 0;
    }
    let part = (u128::from(amount) * u128::from(fee.bps)).div_ceil(10_000);
    (part as u64).min(fee.maximum)
}

/// The token-2022 program's inverse, from its definition.
fn token_2022_pre_fee_amount(fee: &TransferFee, post: u64) -> Option<u64> {
    match (fee.bps, post) {
        (0, _) => Some(post),
        (_, 0) => Some(0),
        (10_000, _) => post.checked_add(fee.maximum),
        (bps, _) => {
            let raw = (u128::from(post) * 10_000).div_ceil(u128::from(10_000 - bps));
            if raw - u128::from(post) >= u128::from(fee.maximum) {
                post.checked_add(fee.maximum)
            } else {
                u64::try_from(raw).ok()
            }
        }
    }
}

fn transfer_fee() -> impl Strategy<Value = TransferFee> {
    let bps = prop_oneof![Just(0u16), Just(10_000), 0u16..=10_000, 0u16..=500];
    let maximum = prop_oneof![Just(u64::MAX), Just(0), amount()];
    (bps, maximum).prop_map(|(bps, maximum)| TransferFee { bps, maximum })
}

fn transfer_fees() -> impl Strategy<Value = TransferFees> {
    (transfer_fee(), transfer_fee()).prop_map(|(on_in, on_out)| TransferFees { on_in, on_out })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50_000))]

    #[test]
    fn fee_is_that_of_token_2022(fee in transfer_fee(), amount in amount()) {
        prop_assert_eq!(fee.fee_on(amount), token_2022_fee(&fee, amount));
    }

    #[test]
    fn inverse_is_that_of_token_2022(fee in transfer_fee(), post in amount()) {
        let expected = token_2022_pre_fee_amount(&fee, post);
        prop_assert_eq!(fee.pre_fee_amount(post).ok(), expected);
    }

    /// Exactly the wanted amount arrives, and less would not be enough.
    #[test]
    fn inverse_is_exact_and_least(fee in transfer_fee(), post in amount()) {
        if let Ok(pre) = fee.pre_fee_amount(post) {
            prop_assert_eq!(fee.net_of(pre), Ok(post));
            prop_assert!(pre == 1 || fee.net_of(pre - 1).unwrap_or(0) < post);
        }
    }

    #[test]
    fn exact_in_conserves(
        shard in any_shard(), params in any_params(), fees in transfer_fees(),
        side in side(), sent in amount(),
    ) {
        if let Ok(swap) = wallet_swap_exact_in(&shard, &params, fees, side, sent) {
            prop_assert_eq!(swap.sent, sent);
            check(&shard, &fees, &swap)?;
        }
    }

    #[test]
    fn exact_out_conserves_and_delivers(
        shard in any_shard(), params in any_params(), fees in transfer_fees(),
        side in side(), receive in amount(),
    ) {
        if let Ok(swap) = wallet_swap_exact_out(&shard, &params, fees, side, receive) {
            prop_assert_eq!(swap.received, receive);
            check(&shard, &fees, &swap)?;
        }
    }

    /// Exact out asks the wallet for the least that delivers.
    #[test]
    fn exact_out_asks_for_the_least(
        shard in any_shard(), params in constant_product(), fees in transfer_fees(),
        side in side(), receive in amount(),
    ) {
        if let Ok(swap) = wallet_swap_exact_out(&shard, &params, fees, side, receive) {
            let received = |sent| {
                wallet_swap_exact_in(&shard, &params, fees, side, sent)
                    .map_or(0, |swap| swap.received)
            };
            prop_assert!(received(swap.sent) >= receive);
            if swap.sent > 1 {
                prop_assert!(received(swap.sent - 1) < receive);
            }
        }
    }

    #[test]
    fn without_fees_the_wallet_sees_the_shard(
        shard in any_shard(), params in any_params(), side in side(), sent in amount(),
    ) {
        let wallet = wallet_swap_exact_in(&shard, &params, TransferFees::NONE, side, sent);
        let plain = swap_exact_in(&shard, &params, side, InAmount::new(sent));
        prop_assert_eq!(wallet.map(|swap| swap.swap), plain);
    }
}

/// The vaults' changes are the shard's, and the wallet's are those less the transfer fees.
fn check(shard: &ShardState, fees: &TransferFees, swap: &WalletSwap) -> Result<(), TestCaseError> {
    let side = swap.swap.side_in;
    prop_assert_eq!(
        swap.sent - token_2022_fee(&fees.on_in, swap.sent),
        swap.vault_received.get()
    );
    prop_assert_eq!(
        swap.vault_paid.get() - token_2022_fee(&fees.on_out, swap.vault_paid.get()),
        swap.received
    );
    prop_assert_eq!(
        owed(&swap.swap.after, side),
        owed(shard, side) + u128::from(swap.vault_received.get())
    );
    prop_assert_eq!(
        owed(&swap.swap.after, side.opposite()) + u128::from(swap.vault_paid.get()),
        owed(shard, side.opposite())
    );
    Ok(())
}

#[test]
fn fees_that_take_everything_are_refused() {
    let all = TransferFee {
        bps: 10_000,
        maximum: u64::MAX,
    };
    assert_eq!(all.net_of(5), Err(CoreError::TransferFeeTooHigh));
    assert_eq!(all.net_of(0), Ok(0));
    assert_eq!(all.pre_fee_amount(1), Err(CoreError::TransferFeeTooHigh));
}
