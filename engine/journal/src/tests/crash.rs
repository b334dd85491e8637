//! Crashes at any point, on a disk that loses all that it may.

use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::{
    error::JournalError,
    fault::{Failure, Torn},
    recovery::TailReport,
};

/// What a caller does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Append,
    Commit,
    Sync,
    Mark,
    Snapshot,
    /// Drops the journal without a crash, and recovers it.
    Reopen,
}

/// Every way of losing that is no hole.
const TORN: [Torn; 4] = [Torn::Cut, Torn::Kept, Torn::Zeros, Torn::Garbage];

/// A caller, what it appended and what it was promised.
struct Caller {
    disk: MemoryDisk,
    config: Config,
    appended: u64,
    promised: u64,
}

impl Caller {
    fn new(config: Config) -> Self {
        Self {
            disk: MemoryDisk::new(),
            config,
            appended: 0,
            promised: 0,
        }
    }

    /// Recovers, and checks that what is back begins with all that was promised and is what was
    /// appended, as far as it goes.
    fn start(&mut self) -> Result<Recovered<MemoryStorage, Tape>, RecoverError> {
        let recovered = start(&self.disk, &self.config)?;
        let last = recovered.journal.last().0;
        assert!(last >= self.promised, "{last} < {}", self.promised);
        assert!(last <= self.appended, "{last} > {}", self.appended);
        assert_eq!(recovered.machine, fed(last));
        assert_eq!(recovered.report.last.0, last);
        assert_eq!(recovered.report.state_hash, fed(last).state_hash());
        assert_eq!(recovered.journal.durable().0, last);
        (self.appended, self.promised) = (last, last);
        Ok(recovered)
    }

    /// Runs until the disk fails.
    fn run(&mut self, steps: &[Step]) -> Result<(), RecoverError> {
        let mut recovered = self.start()?;
        for &step in steps {
            if step == Step::Reopen {
                drop(recovered);
                recovered = self.start()?;
                continue;
            }
            let done = self.step(step, &mut recovered);
            self.promised = recovered.journal.durable().0;
            if done.is_err() {
                assert!(recovered.journal.append(&[]).is_err(), "not poisoned");
                break;
            }
        }
        Ok(())
    }

    fn step(
        &mut self,
        step: Step,
        recovered: &mut Recovered<MemoryStorage, Tape>,
    ) -> Result<(), JournalError> {
        let Recovered {
            machine, journal, ..
        } = recovered;
        match step {
            Step::Append => {
                self.appended += 1;
                let record = record(self.appended);
                let sequence = journal.append(&record)?;
                assert_eq!(sequence.0, self.appended);
                machine.apply(sequence, &record).expect("a tape takes all");
                if self.config.policy == SyncPolicy::EveryRecord {
                    assert_eq!(journal.durable(), sequence);
                }
            }
            Step::Commit => _ = journal.commit()?,
            Step::Sync => _ = journal.sync()?,
            Step::Mark => journal.mark(machine.state_hash())?,
            Step::Snapshot => _ = journal.snapshot(machine)?,
            Step::Reopen => {}
        }
        Ok(())
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        12 => Just(Step::Append),
        4 => Just(Step::Commit),
        1 => Just(Step::Sync),
        2 => Just(Step::Mark),
        1 => Just(Step::Snapshot),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 0..120)
}

fn policies() -> impl Strategy<Value = SyncPolicy> {
    prop_oneof![
        Just(SyncPolicy::EveryRecord),
        (1..6_u32).prop_map(every),
        Just(SyncPolicy::EveryBatch),
        Just(SyncPolicy::OnSync),
        Just(SyncPolicy::Never),
    ]
}

/// How often each property is tried: `SEALANE_JOURNAL_CASES` for a long run.
fn cases() -> ProptestConfig {
    let cases = std::env::var("SEALANE_JOURNAL_CASES").ok();
    ProptestConfig {
        cases: cases.and_then(|cases| cases.parse().ok()).unwrap_or(1500),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    /// Several lives, each ended by a crash at a random operation, also in the midst of recovery.
    #[test]
    fn nothing_promised_is_lost(
        policy in policies(),
        segment_bytes in 156..600_u64,
        lives in prop::collection::vec((steps(), 0..150_u64), 1..4),
        seed: u64,
    ) {
        let config = Config { segment_bytes, ..small(policy) };
        let mut caller = Caller::new(config);
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        for (steps, crash_after) in lives {
            let at = caller.disk.operations() + crash_after;
            caller.disk.fail_at(at, Failure::PowerOff);
            match caller.run(&steps) {
                Ok(()) | Err(RecoverError::Fault(_) | RecoverError::Storage { .. }) => {}
                Err(error) => prop_assert!(false, "{error}"),
            }
            caller.disk.crash(&TORN, &mut |n| random.random_range(0..n));
        }
        if let Err(error) = caller.start() {
            prop_assert!(false, "{error}");
        }
    }

    /// With pages written in any order, holes are either refused or cut, and never cost what was
    /// promised.
    #[test]
    fn holes_are_refused_or_cut(
        policy in policies(),
        steps in steps(),
        crash_after in 0..150_u64,
        seed: u64,
    ) {
        let config = Config { buffer_bytes: 80, ..wide(policy) };
        let mut caller = Caller::new(config.clone());
        caller.disk.fail_at(crash_after, Failure::PowerOff);
        let _ = caller.run(&steps);
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        caller.disk.crash(&[Torn::Hole], &mut |n| random.random_range(0..n));
        match caller.start() {
            Ok(_) => {}
            Err(RecoverError::Hole { .. }) => {
                caller.config.holes = Holes::Cut;
                let report = caller.start().map(|recovered| recovered.report.tail);
                prop_assert!(
                    matches!(report, Ok(Some(TailReport { sound_entries: 1.., .. }))),
                    "{report:?}"
                );
            }
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    /// Any failure poisons: nothing is promised after it that the next start does not find.
    #[test]
    fn failures_lose_nothing(
        policy in policies(),
        steps in steps(),
        fail_after in 0..150_u64,
        failure in prop_oneof![
            (0..100_usize).prop_map(Failure::ShortWrite),
            Just(Failure::NoSpace),
            Just(Failure::Failed),
        ],
        seed: u64,
    ) {
        let mut caller = Caller::new(small(policy));
        caller.disk.fail_at(fail_after, failure);
        match caller.run(&steps) {
            Ok(()) | Err(RecoverError::Fault(_)) => {}
            Err(error) => prop_assert!(false, "{error}"),
        }
        // The machine goes on, and only then crashes: what was found in between must be durable.
        caller.disk.heal();
        if let Err(error) = caller.start() {
            prop_assert!(false, "{error}");
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        caller.disk.crash(&TORN, &mut |n| random.random_range(0..n));
        if let Err(error) = caller.start() {
            prop_assert!(false, "{error}");
        }
    }
}

/// Every operation of a script, every way of losing, cut at every byte.
#[test]
fn every_crash_of_a_short_life() {
    use Step::{Append, Commit, Mark, Snapshot};
    let steps = [
        Append, Append, Commit, Append, Mark, Commit, Append, Append, Snapshot, Append, Append,
        Commit, Append, Append, Snapshot, Append, Append, Append, Commit, Snapshot, Append,
    ];
    for policy in [SyncPolicy::EveryRecord, SyncPolicy::EveryBatch, every(2)] {
        let mut caller = Caller::new(small(policy));
        caller.run(&steps).expect("a sound disk");
        let operations = caller.disk.operations();
        assert!(operations > 40, "{operations}");
        for crash_at in 0..operations {
            for (torn, keep, names) in TORN
                .iter()
                .flat_map(|torn| (0..200).map(move |cut| (*torn, cut, cut % 2)))
            {
                let mut caller = Caller::new(small(policy));
                caller.disk.fail_at(crash_at, Failure::PowerOff);
                let _ = caller.run(&steps);
                let mut choices = 0_usize;
                caller.disk.crash(&[torn], &mut |n| {
                    choices += 1;
                    if n == 2 {
                        names
                    } else {
                        (keep + choices / 3) % n
                    }
                });
                if let Err(error) = caller.start() {
                    panic!("{policy:?}, crash at {crash_at}, {torn:?} at {keep}: {error}");
                }
            }
        }
    }
}
