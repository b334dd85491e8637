//! What is durable when, and how much is kept.

use super::*;
use crate::{
    error::{ConfigError, JournalError},
    fault::Torn,
};

/// Appends five records and commits; returns what was durable after the third and at the end, and
/// what a crash leaves that spares nothing unsynced.
fn five(policy: SyncPolicy) -> (u64, u64, u64) {
    let disk = MemoryDisk::new();
    let config = wide(policy);
    let mut recovered = start(&disk, &config).expect("an empty disk");
    feed(&mut recovered, 3);
    let third = recovered.journal.durable().0;
    feed(&mut recovered, 5);
    let last = recovered.journal.commit().expect("a sound disk").0;
    disk.crash(&[], &mut |_| 0);
    let left = start(&disk, &config).expect("a torn end is cut");
    (third, last, left.journal.last().0)
}

#[test]
fn policies_promise_what_they_say() {
    assert_eq!(five(SyncPolicy::EveryRecord), (3, 5, 5));
    assert_eq!(five(every(2)), (2, 4, 4));
    assert_eq!(five(every(5)), (0, 5, 5));
    assert_eq!(five(SyncPolicy::EveryBatch), (0, 5, 5));
    assert_eq!(five(SyncPolicy::OnSync), (0, 0, 0));
    assert_eq!(five(SyncPolicy::Never), (0, 0, 0));
}

#[test]
fn sync_makes_durable_unless_never() {
    for (policy, durable) in [(SyncPolicy::OnSync, 5), (SyncPolicy::Never, 0)] {
        let disk = MemoryDisk::new();
        let mut recovered = start(&disk, &wide(policy)).expect("an empty disk");
        feed(&mut recovered, 5);
        let synced = recovered.journal.sync().expect("a sound disk");
        assert_eq!(synced, Sequence(durable));
        // The process ends, and the machine goes on: nothing that was handed over is lost.
        drop(recovered);
        let again = start(&disk, &wide(policy)).expect("a sound log");
        assert_eq!(again.journal.last(), Sequence(5));
    }
}

/// A process that ends leaves unsynced records in the operating system's memory. Recovery finds
/// them, so they must be durable from then on.
#[test]
fn what_recovery_finds_is_durable() {
    let disk = MemoryDisk::new();
    let config = wide(SyncPolicy::Never);
    let mut recovered = start(&disk, &config).expect("an empty disk");
    feed(&mut recovered, 5);
    recovered.journal.close().expect("a sound disk");
    let again = start(&disk, &config).expect("a sound log");
    assert_eq!(again.journal.durable(), Sequence(5));
    disk.crash(&[Torn::Cut], &mut |_| 0);
    let last = start(&disk, &config).expect("a sound log");
    assert_eq!(last.machine, fed(5));
}

#[test]
fn a_record_too_long_changes_nothing() {
    let disk = MemoryDisk::new();
    let mut recovered = start(&disk, &small(SyncPolicy::EveryBatch)).expect("an empty disk");
    let error = recovered.journal.append(&[0; 61]);
    assert_eq!(
        error,
        Err(JournalError::TooLong {
            bytes: 61,
            limit: 60
        })
    );
    feed(&mut recovered, 3);
    assert_eq!(recovered.journal.commit(), Ok(Sequence(3)));
}

#[test]
fn segments_are_bounded_and_pruned() {
    let disk = MemoryDisk::new();
    let config = small(SyncPolicy::EveryBatch);
    let mut recovered = start(&disk, &config).expect("an empty disk");
    for last in 1..=400 {
        feed(&mut recovered, last);
        if last % 40 == 0 {
            let machine = recovered.machine.clone();
            recovered.journal.snapshot(&machine).expect("a sound disk");
        }
        for name in disk.names() {
            let bytes = disk.content(&name).expect("listed");
            assert!(bytes.len() as u64 <= config.segment_bytes, "{name}");
        }
    }
    let snapshots: Vec<_> = recovered.journal.snapshots().collect();
    assert_eq!(snapshots, [Sequence(360), Sequence(400)]);
    let segments: Vec<_> = recovered.journal.segments().collect();
    assert!(segments[0] <= Sequence(361) && segments[1] > Sequence(361));
    assert_eq!(disk.names().len(), segments.len() + 2);
    drop(recovered);
    let one = Config {
        snapshots_kept: NonZeroUsize::MIN,
        ..config
    };
    let recovered = start(&disk, &one).expect("a sound log");
    let snapshots: Vec<_> = recovered.journal.snapshots().collect();
    assert_eq!(snapshots, [Sequence(400)]);
}

/// The log of a lone snapshot stays whole, to stand in for it.
#[test]
fn nothing_is_pruned_before_enough_snapshots_are_kept() {
    let disk = MemoryDisk::new();
    let mut recovered = start(&disk, &small(SyncPolicy::EveryBatch)).expect("an empty disk");
    feed(&mut recovered, 40);
    let machine = recovered.machine.clone();
    recovered.journal.snapshot(&machine).expect("a sound disk");
    assert_eq!(recovered.journal.segments().next(), Some(Sequence(1)));
}

/// A state hash that falls at the end of a full segment, or stands alone in a new one.
#[test]
fn state_hashes_anywhere() {
    for first in 1..30 {
        let disk = MemoryDisk::new();
        let config = small(SyncPolicy::OnSync);
        let mut recovered = start(&disk, &config).expect("an empty disk");
        feed(&mut recovered, first);
        for extra in 0..3 {
            let hash = recovered.machine.state_hash();
            recovered.journal.mark(hash).expect("a sound disk");
            recovered.journal.mark(hash).expect("a sound disk");
            feed(&mut recovered, first + extra);
        }
        let machine = recovered.machine.clone();
        recovered.journal.snapshot(&machine).expect("a sound disk");
        feed(&mut recovered, first + 20);
        recovered.journal.close().expect("a sound disk");
        let again = start(&disk, &config).expect("a sound log");
        assert_eq!(again.machine, fed(first + 20));
    }
}

/// State hashes of one state, over many starts, are logged once: segments stay within their bound.
#[test]
fn a_state_is_hashed_once() {
    let disk = MemoryDisk::new();
    let config = Config {
        segment_bytes: 156,
        ..small(SyncPolicy::OnSync)
    };
    for record in 0..5_u64 {
        for _ in 0..3 {
            let mut recovered = start(&disk, &config).expect("a sound log");
            let hash = recovered.machine.state_hash();
            recovered.journal.mark(hash).expect("a sound disk");
            recovered.journal.close().expect("a sound disk");
        }
        let mut recovered = start(&disk, &config).expect("a sound log");
        assert_eq!(recovered.journal.last(), Sequence(record));
        recovered.journal.append(&[0; 60]).expect("a sound disk");
        recovered.journal.close().expect("a sound disk");
    }
    for name in disk.names() {
        let bytes = disk.content(&name).expect("listed").len();
        assert!(bytes as u64 <= config.segment_bytes, "{name}: {bytes}");
    }
}

#[test]
fn sizes_must_fit() {
    let config = small(SyncPolicy::Never);
    assert_eq!(config.validate(), Ok(()));
    let with = |segment_bytes, buffer_bytes| {
        let config = Config {
            segment_bytes,
            buffer_bytes,
            ..config.clone()
        };
        config.validate()
    };
    assert_eq!(with(156, 80), Ok(()));
    assert_eq!(
        with(155, 80),
        Err(ConfigError::SegmentTooSmall {
            bytes: 155,
            needed: 156
        })
    );
    assert_eq!(
        with(156, 79),
        Err(ConfigError::BufferTooSmall {
            bytes: 79,
            needed: 80
        })
    );
    assert_eq!(
        with(1 << 31, 80),
        Err(ConfigError::SegmentTooLarge { bytes: 1 << 31 })
    );
}
