//! A disk that fails poisons the journal.

use super::*;
use crate::{
    error::{Fault, JournalError, Operation},
    fault::{Failure, Torn},
    storage::Storage,
};

/// The disk that the tests run on does what Linux does: after a sync that failed, the next one
/// succeeds without having written anything. A journal that tried again would lie.
#[test]
fn a_sync_after_a_failed_one_promises_nothing() {
    let disk = MemoryDisk::new();
    let mut storage = disk.mount();
    let mut file = storage.create("file").expect("a sound disk");
    storage.sync_directory().expect("a sound disk");
    storage.append(&mut file, b"record").expect("a sound disk");
    disk.fail_at(disk.operations(), Failure::Failed);
    assert!(storage.sync(&mut file).is_err());
    assert!(storage.sync(&mut file).is_ok());
    assert_eq!(disk.content("file"), Some(b"record".to_vec()));
    disk.crash(&[Torn::Kept], &mut |n| n - 1);
    assert_eq!(disk.content("file"), Some(vec![0; 6]));
}

/// Appends four records with the second batch's write and sync as told; returns what it said.
fn second_batch(operation: u64, failure: Failure) -> (MemoryDisk, JournalError) {
    let disk = MemoryDisk::new();
    let mut recovered = start(&disk, &wide(SyncPolicy::EveryBatch)).expect("an empty disk");
    feed(&mut recovered, 2);
    recovered.journal.commit().expect("a sound disk");
    feed(&mut recovered, 4);
    disk.fail_at(disk.operations() + operation, failure);
    let error = recovered.journal.commit().expect_err("the disk fails");
    let JournalError::Failed(fault) = error.clone() else {
        panic!("{error}");
    };
    // Nothing is done any more, and nothing more is promised.
    let operations = disk.operations();
    let poisoned = JournalError::Poisoned(fault.clone());
    let machine = recovered.machine.clone();
    let journal = &mut recovered.journal;
    assert_eq!(journal.fault(), Some(&fault));
    assert_eq!(journal.append(b"5"), Err(poisoned.clone()));
    assert_eq!(journal.mark(0), Err(poisoned.clone()));
    assert_eq!(journal.commit(), Err(poisoned.clone()));
    assert_eq!(journal.sync(), Err(poisoned.clone()));
    assert_eq!(journal.snapshot(&machine), Err(poisoned.clone()));
    assert_eq!(journal.durable(), Sequence(2));
    assert_eq!(recovered.journal.close().err(), Some(poisoned));
    assert_eq!(disk.operations(), operations);
    (disk, error)
}

#[test]
fn a_short_write_poisons() {
    let (disk, error) = second_batch(0, Failure::ShortWrite(30));
    let expected = 2 * 20 + record(3).len() + record(4).len();
    let fault = Fault::ShortWrite {
        written: 30,
        expected,
    };
    assert_eq!(error, JournalError::Failed(fault));
    let recovered = start(&disk, &wide(SyncPolicy::EveryBatch)).expect("a torn end is cut");
    assert_eq!(recovered.machine, fed(2));
    assert_eq!(recovered.report.tail.map(|tail| tail.bytes), Some(30));
}

#[test]
fn a_full_disk_poisons() {
    let (disk, error) = second_batch(0, Failure::NoSpace);
    let operation = Operation::Append;
    assert_eq!(error, JournalError::Failed(Fault::NoSpace { operation }));
    let recovered = start(&disk, &wide(SyncPolicy::EveryBatch)).expect("a sound log");
    assert_eq!(recovered.machine, fed(2));
}

/// The records that the failed sync gave up are still read by the next start. It writes them anew
/// before it counts them as durable, so a crash after it does not lose them.
#[test]
fn a_failed_sync_poisons_until_the_records_are_written_anew() {
    let (disk, error) = second_batch(1, Failure::Failed);
    assert!(matches!(
        error,
        JournalError::Failed(Fault::SyncFailed {
            operation: Operation::Sync,
            ..
        })
    ));
    let recovered = start(&disk, &wide(SyncPolicy::EveryBatch)).expect("a sound log");
    assert_eq!(recovered.journal.durable(), Sequence(4));
    disk.crash(&[], &mut |_| 0);
    let recovered = start(&disk, &wide(SyncPolicy::EveryBatch)).expect("a sound log");
    assert_eq!(recovered.machine, fed(4));
    // Without such a start in between, the crash takes them, and only them.
    let (disk, _) = second_batch(1, Failure::Failed);
    disk.crash(&[], &mut |_| 0);
    let recovered = start(&disk, &wide(SyncPolicy::EveryBatch)).expect("a torn end is cut");
    assert_eq!(recovered.machine, fed(2));
    assert!(recovered.report.tail.is_some());
}
