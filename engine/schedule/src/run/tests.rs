//! The parallel run against a plain loop.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{AccessError, Accounts, Executor, InOrder, Panicked, RunError, Slot};
use crate::access::{Access, Batch};
use crate::testing::{SHAPES, Shape, account, fill};

fn executor(workers: usize) -> Executor {
    Executor::new(NonZeroUsize::new(workers).unwrap())
}

/// The trades of the long test; set to run more of them.
const TRADES: &str = "SEALANE_SCHEDULE_TRADES";

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Refused {
    #[error("refused at {0}")]
    Here(u64),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Panicked(#[from] Panicked),
}

/// Mixes so that any two steps in another order give another result.
fn mix(a: u64, b: u64) -> u64 {
    (a ^ b.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (a >> 31)
}

/// How a trade ends, from what it has seen. Both runs share this and nothing else.
fn ending(seen: u64) -> u64 {
    seen % 50
}

/// Reads and writes every account in turn, and then succeeds, fails or panics.
fn trade(index: usize, accounts: &mut Accounts<'_, u64>) -> Result<u64, Refused> {
    let mut seen = index as u64;
    if index.is_multiple_of(3) {
        for (account, slot) in accounts.all() {
            match slot {
                Slot::Read(state) => seen = mix(seen, *state),
                Slot::Write(state) => {
                    seen = mix(seen, *state);
                    *state = mix(seen, account.index() as u64);
                }
            }
        }
    } else {
        for place in 0..accounts.declared().len() {
            let access = accounts.declared()[place];
            seen = mix(seen, *accounts.read(access.account())?);
            if access.is_write() {
                *accounts.write(access.account())? = mix(seen, access.account().index() as u64);
            }
        }
    }
    match ending(seen) {
        0 => Err(Refused::Here(seen)),
        // Not `panic`, which would write to the test's output.
        1 => resume_unwind(Box::new(format!("at {seen}"))),
        _ => Ok(seen),
    }
}

/// The same by a plain loop over plain state.
fn plainly(batch: &Batch, state: &mut [u64]) -> Vec<Result<u64, Refused>> {
    let run = |index| {
        let before = state.to_vec();
        let mut seen = index as u64;
        for access in batch.accesses(index) {
            let account = access.account().index();
            seen = mix(seen, state[account]);
            if access.is_write() {
                state[account] = mix(seen, account as u64);
            }
        }
        let outcome = match ending(seen) {
            0 => Err(Refused::Here(seen)),
            1 => Err(Panicked(format!("at {seen}")).into()),
            _ => return Ok(seen),
        };
        state.copy_from_slice(&before);
        outcome
    };
    (0..batch.len()).map(run).collect()
}

/// Runs batches of a shape both ways on the same executor and compares after each.
fn compare(shape: Shape, workers: usize, accounts: usize, sizes: &[usize], rng: &mut ChaCha8Rng) {
    let mut executor = executor(workers);
    let mut batch = Batch::new();
    let mut plain: Vec<u64> = (0..accounts as u64).collect();
    let mut shared = plain.clone();
    let mut alone = plain.clone();
    let mut in_order = InOrder::default();
    let mut outcomes = Vec::new();
    for &size in sizes {
        batch.clear();
        fill(&mut batch, shape, size, accounts, rng);
        executor
            .run_into(&batch, &mut shared, &mut outcomes, trade)
            .expect("slots for all");
        let expected = plainly(&batch, &mut plain);
        assert!(
            outcomes == expected,
            "{shape:?} of {size} on {workers}: results differ"
        );
        assert!(
            shared == plain,
            "{shape:?} of {size} on {workers}: states differ"
        );
        in_order
            .run_into(&batch, &mut alone, &mut outcomes, trade)
            .expect("slots for all");
        assert!(outcomes == expected, "{shape:?} in order: results differ");
        assert!(alone == plain, "{shape:?} in order: states differ");
    }
}

#[test]
fn the_result_is_that_of_a_loop() {
    let trades = std::env::var(TRADES).map_or(400_000, |text| text.parse::<usize>().expect(TRADES));
    let rng = &mut ChaCha8Rng::seed_from_u64(1);
    let mut run = 0;
    while run < trades {
        for shape in SHAPES {
            // Few accounts, so that the plain loop's copy of the state stays cheap.
            let accounts = 1 << rng.random_range(0..9);
            let sizes = [
                rng.random_range(0..200),
                rng.random_range(0..6000),
                rng.random_range(0..1000),
            ];
            compare(shape, rng.random_range(1..9), accounts, &sizes, rng);
            run += sizes.iter().sum::<usize>();
        }
    }
}

#[test]
fn all_counts_of_workers_agree() {
    for shape in SHAPES {
        for workers in 1..9 {
            compare(
                shape,
                workers,
                300,
                &[3000],
                &mut ChaCha8Rng::seed_from_u64(2),
            );
        }
    }
}

#[test]
fn a_panic_fails_one_trade_and_changes_nothing() {
    let mut batch = Batch::new();
    let (pool, other) = (account(0), account(1));
    for _ in 0..3 {
        batch
            .push(1, &[Access::write(pool), Access::write(other)])
            .unwrap();
    }
    let mut state = vec![10u64, 20];
    let run = |index: usize, accounts: &mut Accounts<'_, u64>| {
        let [pool, other] = accounts.write_many([pool, other])?;
        *pool += 1;
        if index == 1 {
            *other = 0;
            resume_unwind(Box::new("no such curve"));
        }
        *other += 1;
        Ok::<_, Refused>(*pool)
    };
    let outcomes = executor(1).run(&batch, &mut state, run).unwrap();
    let panicked = Panicked("no such curve".into());
    assert_eq!(outcomes, [Ok(11), Err(panicked.into()), Ok(12)]);
    assert_eq!(state, [12, 22]);
}

#[test]
fn a_panic_without_words_is_told_too() {
    let mut batch = Batch::new();
    batch.push(1, &[]).unwrap();
    let run =
        |_: usize, _: &mut Accounts<'_, u64>| -> Result<(), Refused> { resume_unwind(Box::new(7)) };
    let outcomes = executor(2).run(&batch, &mut [], run).unwrap();
    assert_eq!(outcomes, [Err(Panicked("no message".into()).into())]);
}

#[test]
fn what_a_failed_trade_wrote_beyond_64_accounts_is_put_back() {
    let accesses: Vec<_> = (0..200)
        .map(|index| Access::write(account(index)))
        .collect();
    let mut batch = Batch::new();
    batch.push(1, &accesses).unwrap();
    let before: Vec<u64> = (0..200).collect();
    let mut state = before.clone();
    let run = |_: usize, accounts: &mut Accounts<'_, u64>| {
        for round in 0..3 {
            for index in 0..200 {
                *accounts.write(account(index))? += round + 1;
            }
        }
        accounts.write(account(200))?;
        Ok::<_, Refused>(())
    };
    let outcomes = executor(2).run(&batch, &mut state, run).unwrap();
    assert_eq!(
        outcomes,
        [Err(AccessError::Undeclared(account(200)).into())]
    );
    assert_eq!(state, before);
}

#[test]
fn accounts_are_had_as_declared() {
    let mut batch = Batch::new();
    batch
        .push(1, &[Access::read(account(0)), Access::write(account(1))])
        .unwrap();
    let run = |_: usize, accounts: &mut Accounts<'_, u64>| {
        assert_eq!(accounts.read(account(0)), Ok(&5));
        assert_eq!(
            accounts.write(account(0)),
            Err(AccessError::ReadOnly(account(0)))
        );
        assert_eq!(
            accounts.read(account(2)),
            Err(AccessError::Undeclared(account(2)))
        );
        assert_eq!(
            accounts.write_many([account(1), account(1)]),
            Err(AccessError::Repeated(account(1)))
        );
        assert_eq!(accounts.read_at(1), &6);
        assert_eq!(accounts.write_at(0), Err(AccessError::ReadOnly(account(0))));
        assert_eq!(accounts.all().count(), 2);
        Ok::<_, Refused>(())
    };
    assert_eq!(
        executor(1).run(&batch, &mut [5, 6, 7], run),
        Ok(vec![Ok(())])
    );
}

#[test]
fn an_account_without_state_is_refused_before_anything_runs() {
    let mut batch = Batch::new();
    batch.push(1, &[Access::write(account(0))]).unwrap();
    batch.push(1, &[Access::write(account(3))]).unwrap();
    let mut outcomes: Vec<Result<(), Refused>> = vec![Ok(())];
    let run = |_: usize, _: &mut Accounts<'_, u64>| unreachable!("nothing may run");
    let error = executor(2)
        .run_into(&batch, &mut [0, 0, 0], &mut outcomes, run)
        .unwrap_err();
    assert_eq!(
        error,
        RunError::NoSlot {
            account: 3,
            slots: 3
        }
    );
    assert_eq!(outcomes.len(), 1);
}

#[test]
fn state_that_cannot_be_cloned_saves_what_it_likes() {
    struct Counter(u64);
    impl super::Restore for Counter {
        type Saved = u64;
        fn save_into(&self, saved: &mut u64) {
            *saved = self.0;
        }
        fn restore(&mut self, saved: &mut u64) {
            self.0 = *saved;
        }
    }
    let mut batch = Batch::new();
    for _ in 0..1000 {
        batch.push(1, &[Access::write(account(0))]).unwrap();
    }
    let mut state = [Counter(0)];
    let run = |index: usize, accounts: &mut Accounts<'_, Counter>| {
        accounts.write(account(0))?.0 += 1;
        if index.is_multiple_of(2) {
            Ok(())
        } else {
            Err(Refused::Here(0))
        }
    };
    let outcomes = executor(2).run(&batch, &mut state, run).unwrap();
    assert_eq!((outcomes.len(), state[0].0), (1000, 500));
}
