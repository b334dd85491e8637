//! Replay leads to the same state from wherever it starts, or says that it does not.

use super::{machines::Pool, *};
use crate::recovery::SnapshotDamage;

/// Every prefix of a log, with snapshots and without, gives the machine that was fed the prefix.
#[test]
fn every_prefix_has_one_state() {
    for snapshot_every in [u64::MAX, 10, 3, 1] {
        for last in 0..60 {
            let disk = MemoryDisk::new();
            let config = small(SyncPolicy::EveryBatch);
            let mut recovered = start(&disk, &config).expect("an empty disk");
            for sequence in 1..=last {
                feed(&mut recovered, sequence);
                if sequence % snapshot_every == 0 {
                    let machine = recovered.machine.clone();
                    recovered.journal.snapshot(&machine).expect("a sound disk");
                }
                if sequence % 4 == 0 {
                    let hash = recovered.machine.state_hash();
                    recovered.journal.mark(hash).expect("a sound disk");
                }
            }
            recovered.journal.close().expect("a sound disk");
            let again = start(&disk, &config).expect("a sound log");
            assert_eq!(again.machine, fed(last));
            let newest = (last / snapshot_every) * snapshot_every;
            let replayed = last - newest;
            assert_eq!(again.report.replayed, replayed, "{last}, {snapshot_every}");
            assert_eq!(again.report.last, Sequence(last));
        }
    }
}

/// A machine of quite another kind.
#[test]
fn a_trade_simulator_is_rebuilt() {
    let disk = MemoryDisk::new();
    let config = small(SyncPolicy::EveryBatch);
    let open = || recover(disk.mount(), config.clone(), Pool::new);
    let mut expected = Pool::new();
    for life in 0..5_u64 {
        let Recovered {
            mut machine,
            mut journal,
            report,
        } = open().expect("a sound log");
        assert_eq!(machine, expected);
        assert_eq!(report.last.0, life * 100);
        for trade in 0..100 {
            let amount = (trade * 7_919 + life * 104_729) % 20_000;
            let record = Pool::swap(trade % 3 == 0, amount);
            let sequence = journal.append(&record).expect("a sound disk");
            machine.apply(sequence, &record).expect("a swap");
            expected.apply(sequence, &record).expect("a swap");
            if trade % 30 == 0 {
                journal.snapshot(&machine).expect("a sound disk");
            }
        }
        let product = u128::from(machine.base) * u128::from(machine.quote);
        assert!(product >= 50_000_000_000_000);
        journal.commit().expect("a sound disk");
    }
    let recovered = open().expect("a sound log");
    assert_eq!(recovered.machine, expected);
    assert_eq!(recovered.report.snapshot, Some(Sequence(491)));
}

/// A record that the machine does not know stops recovery; so does a snapshot of another machine
/// whose log is gone.
#[test]
fn another_machines_records_are_refused() {
    let disk = MemoryDisk::new();
    let config = wide(SyncPolicy::EveryBatch);
    let mut recovered = start(&disk, &config).expect("an empty disk");
    feed(&mut recovered, 2);
    recovered.journal.close().expect("a sound disk");
    let outcome = recover(disk.mount(), config, Pool::new).map(|recovered| recovered.report);
    assert!(matches!(
        outcome,
        Err(RecoverError::Apply {
            sequence: Sequence(1),
            ..
        })
    ));
}

/// A machine that forgets a record on the way, or reads snapshots wrongly.
#[derive(Clone, Default, Debug)]
struct Changed {
    tape: Tape,
    skipped: Option<u64>,
    misreads: bool,
}

impl Machine for Changed {
    type Error = <Tape as Machine>::Error;

    fn apply(&mut self, sequence: Sequence, record: &[u8]) -> Result<(), Self::Error> {
        let record = if self.skipped == Some(sequence.0) {
            &[]
        } else {
            record
        };
        self.tape.apply(sequence, record)
    }

    fn state_hash(&self) -> u64 {
        self.tape.state_hash()
    }

    fn snapshot(&self, into: &mut Vec<u8>) {
        self.tape.snapshot(into);
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
        self.tape.restore(bytes)?;
        if self.misreads {
            self.tape.records ^= 1 << 40;
        }
        Ok(())
    }
}

#[test]
fn a_state_that_differs_from_a_logged_hash_is_an_error() {
    let disk = MemoryDisk::new();
    let config = wide(SyncPolicy::EveryBatch);
    let mut recovered = start(&disk, &config).expect("an empty disk");
    for last in [4, 8, 12] {
        feed(&mut recovered, last);
        let hash = recovered.machine.state_hash();
        recovered.journal.mark(hash).expect("a sound disk");
    }
    recovered.journal.close().expect("a sound disk");
    let again = start(&disk, &config).expect("a sound log");
    assert_eq!(again.report.compared, 3);
    let outcome = recover(disk.mount(), config, || Changed {
        skipped: Some(6),
        ..Changed::default()
    });
    assert!(matches!(
        outcome.map(|recovered| recovered.report),
        Err(RecoverError::Diverged {
            sequence: Sequence(8),
            ..
        })
    ));
}

#[test]
fn a_snapshot_that_restores_to_another_state_is_passed_over_and_compared() {
    let disk = MemoryDisk::new();
    let config = wide(SyncPolicy::EveryBatch);
    let mut recovered = start(&disk, &config).expect("an empty disk");
    feed(&mut recovered, 9);
    let machine = recovered.machine.clone();
    recovered.journal.snapshot(&machine).expect("a sound disk");
    feed(&mut recovered, 12);
    recovered.journal.close().expect("a sound disk");

    let changed = |skipped| {
        let disk = disk.copy();
        recover(disk.mount(), config.clone(), move || Changed {
            skipped,
            misreads: true,
            ..Changed::default()
        })
    };
    let recovered = changed(None).expect("the log reaches back");
    assert_eq!(recovered.machine.tape, fed(12));
    assert_eq!(recovered.report.replayed, 12);
    assert_eq!(recovered.report.compared, 1);
    assert!(matches!(
        recovered.report.damaged_snapshots[0].damage,
        SnapshotDamage::StateHash { .. }
    ));
    let outcome = changed(Some(5)).map(|recovered| recovered.report);
    assert!(matches!(
        outcome,
        Err(RecoverError::Diverged {
            sequence: Sequence(9),
            ..
        })
    ));
}
