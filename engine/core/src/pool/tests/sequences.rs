//! Random sequences of every operation on a pool of two shards, with the vaults kept in parallel.

use super::*;

#[derive(Clone, Copy, Debug)]
enum Action {
    SwapIn(Side, u64),
    SwapOut(Side, u64),
    Add(u64, u64),
    Remove(u64),
    AddOne(Side, u64),
    RemoveOne(Side, u64),
    Rebalance,
}

fn action() -> impl Strategy<Value = (usize, Action)> {
    let action = prop_oneof![
        3 => (side(), amount()).prop_map(|(side, value)| Action::SwapIn(side, value)),
        3 => (side(), amount()).prop_map(|(side, value)| Action::SwapOut(side, value)),
        2 => (amount(), amount()).prop_map(|(base, quote)| Action::Add(base, quote)),
        2 => amount().prop_map(Action::Remove),
        1 => (side(), amount()).prop_map(|(side, value)| Action::AddOne(side, value)),
        1 => (side(), amount()).prop_map(|(side, value)| Action::RemoveOne(side, value)),
        1 => Just(Action::Rebalance),
    ];
    (0usize..2, action)
}

/// What one shard's vaults hold and one trader's claim on it.
#[derive(Clone, Copy, Default, Debug)]
struct Books {
    vault: [u128; 2],
    shares: u64,
}

fn index(side: Side) -> usize {
    match side {
        Side::Base => 0,
        Side::Quote => 1,
    }
}

/// Performs an action on a shard, books what moves, and returns the shard afterwards.
fn perform(
    shard: &ShardState,
    params: &PoolParams,
    action: Action,
    books: &mut Books,
) -> Option<ShardState> {
    let within = |value: u64, most: u64| value % most.max(1) + 1;
    let mut settle = |swap: SwapUpdate| {
        books.vault[index(swap.side_in)] += u128::from(swap.amount_in.get());
        books.vault[index(swap.side_in.opposite())] -= u128::from(swap.amount_out.get());
        swap.after
    };
    match action {
        Action::SwapIn(side, value) => {
            let paid = InAmount::new(within(value, shard.reserves.of(side)));
            swap_exact_in(shard, params, side, paid)
                .ok()
                .map(&mut settle)
        }
        Action::SwapOut(side, value) => {
            let wanted = OutAmount::new(within(value, shard.reserves.of(side.opposite())));
            swap_exact_out(shard, params, side, wanted)
                .ok()
                .map(&mut settle)
        }
        Action::Add(base, quote) => {
            let base = BaseAmount::new(within(base, shard.reserves.base.get()));
            let quote = QuoteAmount::new(within(quote, shard.reserves.quote.get()));
            let update = add_liquidity(shard, params, base, quote).ok()?;
            books.vault[0] += u128::from(update.base.get());
            books.vault[1] += u128::from(update.quote.get());
            books.shares += update.shares.get();
            Some(update.after)
        }
        Action::Remove(value) => {
            let shares = Shares::new(within(value, books.shares).min(books.shares));
            let update = remove_liquidity(shard, shares).ok()?;
            books.vault[0] -= u128::from(update.base.get());
            books.vault[1] -= u128::from(update.quote.get());
            books.shares -= shares.get();
            Some(update.after)
        }
        Action::AddOne(side, value) => {
            let paid = InAmount::new(within(value, shard.reserves.of(side)));
            let update = add_liquidity_single_sided(shard, params, side, paid).ok()?;
            books.vault[index(side)] += u128::from(update.amount);
            books.shares += update.shares.get();
            Some(update.after)
        }
        Action::RemoveOne(side, value) => {
            let shares = Shares::new(within(value, books.shares).min(books.shares));
            let update = remove_liquidity_single_sided(shard, params, shares, side).ok()?;
            books.vault[index(side)] -= u128::from(update.amount);
            books.shares -= shares.get();
            Some(update.after)
        }
        Action::Rebalance => None,
    }
}

/// The vaults hold exactly what the shard owes, and all shares but the locked ones are held.
fn check(shard: &ShardState, books: &Books) -> Result<(), TestCaseError> {
    prop_assert_eq!(books.vault[0], owed(shard, Side::Base));
    prop_assert_eq!(books.vault[1], owed(shard, Side::Quote));
    prop_assert_eq!(books.shares + LOCKED_SHARES, shard.shares.get());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// Whatever is done in whatever order: the books balance, no share loses value, and whoever
    /// holds all shares cannot take out more than the vaults hold.
    #[test]
    fn books_balance_and_no_share_loses(
        start in proptest::array::uniform2(sound_shard()),
        params in any_params(),
        actions in proptest::collection::vec(action(), 1..60),
    ) {
        let mut shards = start;
        let mut books = start.map(|shard| Books {
            vault: [owed(&shard, Side::Base), owed(&shard, Side::Quote)],
            shares: shard.shares.get() - LOCKED_SHARES,
        });
        for (chosen, action) in actions {
            let before = shards;
            if let Action::Rebalance = action {
                if let Ok(update) = rebalance(&shards[0], &shards[1], &params.curve) {
                    shards = [update.first, update.second];
                    for (books, shard) in books.iter_mut().zip(&shards) {
                        books.vault = [owed(shard, Side::Base), owed(shard, Side::Quote)];
                    }
                    let total = |shards: &[ShardState; 2], side| {
                        owed(&shards[0], side) + owed(&shards[1], side)
                    };
                    for side in [Side::Base, Side::Quote] {
                        prop_assert_eq!(total(&shards, side), total(&before, side));
                    }
                }
            } else if let Some(after) =
                perform(&shards[chosen], &params, action, &mut books[chosen])
            {
                shards[chosen] = after;
            }
            for i in 0..2 {
                check(&shards[i], &books[i])?;
                prop_assert!(
                    invariant_per_share_holds(&params, &before[i], &shards[i]),
                    "{action:?} on {:?} gave {:?}", before[i], shards[i]
                );
            }
        }
        for (shard, books) in shards.iter().zip(books) {
            if books.shares > 0
                && let Ok(out) = remove_liquidity(shard, Shares::new(books.shares))
            {
                prop_assert!(u128::from(out.base.get()) <= books.vault[0]);
                prop_assert!(u128::from(out.quote.get()) <= books.vault[1]);
            }
        }
    }

    /// Trading to and fro, however often and in whatever portions, never ends with more: whoever
    /// comes back to the amount of one token that they began with holds no more of the other.
    #[test]
    fn trading_around_never_pays(
        shard in sound_shard(),
        params in any_params(),
        trades in proptest::collection::vec((side(), amount()), 1..40),
    ) {
        let start = shard;
        let mut shard = shard;
        for (side, value) in trades {
            let paid = InAmount::new(value % shard.reserves.of(side) + 1);
            if let Ok(swap) = swap_exact_in(&shard, &params, side, paid) {
                shard = swap.after;
            }
        }
        // The trader has lost of one token what the shard has gained. Trade back to the start.
        let (before, after) = (owed(&start, Side::Base), owed(&shard, Side::Base));
        let closing = if after > before {
            // Buy the base back.
            let wanted = OutAmount::new((after - before) as u64);
            swap_exact_out(&shard, &params, Side::Quote, wanted)
        } else if after < before {
            let surplus = InAmount::new((before - after) as u64);
            swap_exact_in(&shard, &params, Side::Base, surplus)
        } else {
            return Ok(());
        };
        if let Ok(closing) = closing {
            prop_assert_eq!(owed(&closing.after, Side::Base), before);
            prop_assert!(owed(&closing.after, Side::Quote) >= owed(&start, Side::Quote));
        }
    }
}
