//! Damage to files at rest: the end may be cut, anything else is an error.

use super::*;
use crate::{
    format::{RECORD_HEADER, SEGMENT_HEADER, SegmentHeader},
    names,
    recovery::{TailReason, TailReport},
};

fn segment(base: u64) -> String {
    names::segment(Sequence(base))
}

/// A log of one segment: seven records, then a state hash and one more record.
fn log() -> MemoryDisk {
    let disk = MemoryDisk::new();
    let mut recovered = start(&disk, &wide(SyncPolicy::OnSync)).expect("an empty disk");
    feed(&mut recovered, 7);
    let hash = recovered.machine.state_hash();
    recovered.journal.mark(hash).expect("a sound disk");
    feed(&mut recovered, 8);
    recovered.journal.close().expect("a sound disk");
    disk
}

/// Where each entry of the log ends, and the last record then.
fn ends() -> Vec<(usize, u64)> {
    let mut ends = vec![(SEGMENT_HEADER, 0)];
    let mut end = SEGMENT_HEADER;
    for sequence in 1..=8 {
        if sequence == 8 {
            end += RECORD_HEADER + 8;
            ends.push((end, 7));
        }
        end += RECORD_HEADER + record(sequence).len();
        ends.push((end, sequence));
    }
    ends
}

#[test]
fn cut_at_every_byte() {
    let whole = log().content(&segment(1)).expect("a segment");
    assert_eq!(ends().last().map(|(end, _)| *end), Some(whole.len()));
    for length in 0..=whole.len() {
        let disk = MemoryDisk::new();
        disk.overwrite(&segment(1), &whole[..length]);
        let recovered = start(&disk, &wide(SyncPolicy::OnSync)).expect("a torn end is cut");
        let sound = ends().into_iter().rfind(|(end, _)| *end <= length);
        let (offset, last) = sound.unwrap_or((0, 0));
        assert_eq!(recovered.machine, fed(last));
        let tail = recovered.report.tail.clone();
        if length == offset && length > 0 {
            assert_eq!(tail, None);
        } else {
            let tail = tail.expect("the cut is reported");
            assert_eq!(tail.offset, offset as u64);
            assert_eq!(tail.bytes, (length - offset) as u64);
            assert_eq!((tail.segment, tail.last), (Sequence(1), Sequence(last)));
        }
        // And it goes on from there, as if nothing had been.
        let mut recovered = recovered;
        feed(&mut recovered, 20);
        recovered.journal.close().expect("a sound disk");
        let again = start(&disk, &wide(SyncPolicy::OnSync)).expect("a sound log");
        assert_eq!(again.machine, fed(20));
        assert_eq!(again.report.tail, None);
    }
}

#[test]
fn flip_every_bit() {
    let config = wide(SyncPolicy::OnSync);
    let whole = log().content(&segment(1)).expect("a segment");
    let ends = ends();
    let (last_entry, _) = ends[ends.len() - 2];
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let disk = MemoryDisk::new();
        disk.overwrite(&segment(1), &bytes);
        let outcome = start(&disk, &config);
        if bit / 8 >= last_entry {
            // Just what a torn write may look like.
            let recovered = outcome.expect("a damaged last record is cut");
            assert_eq!(recovered.machine, fed(7));
            let tail = recovered.report.tail.expect("the cut is reported");
            assert_eq!(tail.offset, last_entry as u64);
            continue;
        }
        let error = outcome.expect_err("damage before sound records is no torn end");
        let expected = ends.iter().rfind(|(end, _)| *end <= bit / 8);
        match error {
            RecoverError::Hole {
                offset,
                later,
                later_offset,
                ..
            } => {
                assert_eq!(Some(offset), expected.map(|(end, _)| *end as u64));
                assert!(later_offset > offset);
                assert!(later > Sequence(0));
            }
            RecoverError::Damaged { offset: 0, .. } => assert_eq!(expected, None),
            other => panic!("bit {bit}: {other}"),
        }
        assert_eq!(disk.content(&segment(1)), Some(bytes), "something was cut");
    }
}

/// A later record that was written when the damaged one was durable proves that it was.
#[test]
fn durable_records_are_never_cut_as_holes() {
    let config = Config {
        holes: Holes::Cut,
        ..wide(SyncPolicy::EveryBatch)
    };
    let disk = MemoryDisk::new();
    let mut recovered = start(&disk, &config).expect("an empty disk");
    feed(&mut recovered, 3);
    recovered.journal.commit().expect("a sound disk");
    feed(&mut recovered, 6);
    recovered.journal.commit().expect("a sound disk");
    drop(recovered);
    let whole = disk.content(&segment(1)).expect("a segment");
    for sequence in 1..=6 {
        let (end, _) = ends()[sequence];
        let mut bytes = whole.clone();
        bytes[end - 1] ^= 1;
        let disk = MemoryDisk::new();
        disk.overwrite(&segment(1), &bytes);
        match (sequence, start(&disk, &config)) {
            (1..=3, Err(RecoverError::Damaged { reason, .. })) => {
                assert_eq!(reason, TailReason::Checksum);
            }
            (4..=6, Ok(recovered)) => {
                assert_eq!(recovered.machine, fed(sequence as u64 - 1));
                let tail = recovered.report.tail.expect("the cut is reported");
                assert_eq!(tail.sound_entries, 6 - sequence as u64);
            }
            (sequence, outcome) => panic!("{sequence}: {:?}", outcome.map(|r| r.report)),
        }
    }
}

/// Several segments and two snapshots.
fn long_log() -> MemoryDisk {
    let disk = MemoryDisk::new();
    let mut recovered = start(&disk, &small(SyncPolicy::EveryBatch)).expect("an empty disk");
    for last in [14, 29] {
        feed(&mut recovered, last);
        let machine = recovered.machine.clone();
        recovered.journal.snapshot(&machine).expect("a sound disk");
    }
    feed(&mut recovered, 45);
    recovered.journal.close().expect("a sound disk");
    disk
}

fn files(disk: &MemoryDisk, suffix: &str) -> Vec<String> {
    let mut names = disk.names();
    names.retain(|name| name.ends_with(suffix));
    names
}

#[test]
fn earlier_segments_are_never_cut() {
    let original = long_log();
    let segments = files(&original, ".segment");
    assert!(segments.len() >= 6, "{segments:?}");
    for name in &segments[..segments.len() - 1] {
        let whole = original.content(name).expect("a segment");
        let cuts = (0..whole.len()).map(|length| whole[..length].to_vec());
        let flips = (0..whole.len() * 8).map(|bit| {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        });
        for bytes in cuts.chain(flips) {
            let disk = original.copy();
            disk.overwrite(name, &bytes);
            match start(&disk, &small(SyncPolicy::EveryBatch)) {
                Err(
                    RecoverError::Damaged { .. }
                    | RecoverError::Missing { .. }
                    | RecoverError::Unchained { .. },
                ) => {}
                outcome => panic!("{:?}", outcome.map(|recovered| recovered.report)),
            }
            assert_eq!(disk.content(name), Some(bytes));
        }
    }
}

#[test]
fn segments_cannot_be_swapped_removed_or_taken_from_elsewhere() {
    let original = long_log();
    let config = small(SyncPolicy::EveryBatch);
    let segments = files(&original, ".segment");
    let content = |name: &str| original.content(name).expect("a file");
    for (index, name) in segments.iter().enumerate() {
        for other in &segments {
            let disk = original.copy();
            disk.overwrite(name, &content(other));
            assert_eq!(start(&disk, &config).is_ok(), name == other);
        }
        let disk = original.copy();
        disk.delete(name);
        let outcome = start(&disk, &config).map(|recovered| recovered.report);
        let is_last = index + 1 == segments.len();
        // A whole last segment that is gone leaves no trace but a snapshot in or after it.
        assert_eq!(outcome.is_ok(), is_last, "{name}: {outcome:?}");
    }
    let foreign = Config {
        identity: 8,
        ..config.clone()
    };
    let outcome = start(&original, &foreign).map(|recovered| recovered.report);
    assert!(matches!(
        outcome,
        Err(RecoverError::Foreign { found: 7, .. })
    ));
}

/// The long log, of other records of the same lengths: its files have the same names.
fn another_history() -> MemoryDisk {
    let disk = MemoryDisk::new();
    let mut recovered = start(&disk, &small(SyncPolicy::EveryBatch)).expect("an empty disk");
    let Recovered {
        machine, journal, ..
    } = &mut recovered;
    for sequence in 1..=45 {
        let mut record = record(sequence);
        record.iter_mut().for_each(|byte| *byte ^= 0x55);
        let sequence = journal.append(&record).expect("a sound disk");
        machine.apply(sequence, &record).expect("a tape takes all");
        if [14, 29].contains(&sequence.0) {
            journal.snapshot(machine).expect("a sound disk");
        }
    }
    journal.sync().expect("a sound disk");
    disk
}

/// Whole files, each of them sound, of the same journal in another life.
#[test]
fn files_of_another_history_are_refused() {
    let original = long_log();
    let elsewhere = another_history();
    assert_eq!(original.names(), elsewhere.names());
    for name in original.names() {
        let disk = original.copy();
        disk.overwrite(&name, &elsewhere.content(&name).expect("the same names"));
        let outcome = start(&disk, &small(SyncPolicy::EveryBatch));
        match outcome.map(|recovered| recovered.report) {
            Err(RecoverError::Unchained { .. }) => assert!(name.ends_with(".segment")),
            // One that is not started from is there for its bytes only.
            Err(RecoverError::ForeignSnapshot { snapshot }) => {
                assert_eq!(name, names::snapshot(snapshot));
            }
            Ok(report) => {
                assert_eq!(name, names::snapshot(Sequence(14)));
                assert_eq!(report.state_hash, fed(45).state_hash());
            }
            Err(other) => panic!("{name}: {other}"),
        }
    }
}

/// A file as the creation of a segment may leave it, where none can have been due.
#[test]
fn a_torn_segment_must_be_the_next() {
    for (base, is_torn) in [(46, true), (47, false), (40, false)] {
        let disk = long_log();
        disk.overwrite(&segment(base), &[]);
        let outcome = start(&disk, &small(SyncPolicy::EveryBatch)).map(|found| found.report);
        match outcome {
            Ok(report) => {
                assert!(is_torn);
                let reason = report.tail.map(|tail| tail.reason);
                assert_eq!(reason, Some(TailReason::SegmentHeader { bytes: 0 }));
                assert_eq!(report.last, Sequence(45));
            }
            Err(error) => assert!(!is_torn, "{error}"),
        }
    }
}

/// A record that is sound and yet not the next: nothing that a crash does.
#[test]
fn a_repeated_record_is_an_error() {
    let disk = log();
    let mut bytes = disk.content(&segment(1)).expect("a segment");
    let (last, _) = ends()[ends().len() - 2];
    bytes.extend_from_within(last..);
    disk.overwrite(&segment(1), &bytes);
    let outcome = start(&disk, &wide(SyncPolicy::OnSync)).map(|recovered| recovered.report);
    assert!(
        matches!(
            outcome,
            Err(RecoverError::Damaged {
                reason: TailReason::OutOfOrder {
                    expected: Sequence(9),
                    found: Sequence(8),
                },
                ..
            })
        ),
        "{outcome:?}"
    );
}

/// What looks like a record inside of a payload, written by someone who does not know the hash of
/// the log, does not keep a torn end from being cut.
#[test]
fn payloads_cannot_pose_as_records() {
    let (_, mut other) = SegmentHeader {
        identity: 8,
        base: Sequence(1),
        previous: Default::default(),
    }
    .encode();
    let mut payload = Vec::new();
    other.encode(Sequence(3), 2, false, &[1; 10], &mut payload);
    let disk = MemoryDisk::new();
    let config = wide(SyncPolicy::OnSync);
    let mut recovered = start(&disk, &config).expect("an empty disk");
    recovered.journal.append(&payload).expect("a sound disk");
    recovered.journal.append(&payload).expect("a sound disk");
    recovered.journal.close().expect("a sound disk");
    let mut bytes = disk.content(&segment(1)).expect("a segment");
    let second = SEGMENT_HEADER + RECORD_HEADER + payload.len();
    bytes[second + 1] ^= 1;
    disk.overwrite(&segment(1), &bytes);
    let recovered = start(&disk, &config).expect("a torn end is cut");
    assert_eq!(recovered.report.last, Sequence(1));
}

#[test]
fn a_log_that_ends_before_its_snapshot_is_an_error() {
    let original = long_log();
    let segments = files(&original, ".segment");
    let disk = original.copy();
    for name in &segments[2..] {
        disk.delete(name);
    }
    let outcome = start(&disk, &small(SyncPolicy::EveryBatch));
    assert!(matches!(
        outcome.map(|recovered| recovered.report),
        Err(RecoverError::EndsEarly {
            snapshot: Sequence(29),
            ..
        })
    ));
}

#[test]
fn a_damaged_snapshot_is_passed_over() {
    let original = long_log();
    let config = small(SyncPolicy::EveryBatch);
    let snapshots = files(&original, ".snapshot");
    assert_eq!(snapshots.len(), 2);
    let whole = original.content(&snapshots[1]).expect("a snapshot");
    for bit in 0..whole.len() * 8 {
        let disk = original.copy();
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        disk.overwrite(&snapshots[1], &bytes);
        let recovered = start(&disk, &config).expect("there is an older one");
        assert_eq!(recovered.machine, fed(45));
        assert_eq!(recovered.report.snapshot, Some(Sequence(14)));
        assert_eq!(recovered.report.damaged_snapshots.len(), 1);
        assert_eq!(recovered.report.replayed, 31);
        let again = start(&disk, &config).expect("the damaged one was put aside");
        assert_eq!(again.report.damaged_snapshots, []);
    }
    let disk = original.copy();
    for name in &snapshots {
        disk.overwrite(name, &whole[..whole.len() - 1]);
    }
    let outcome = start(&disk, &config).map(|recovered| recovered.report);
    assert!(
        matches!(&outcome, Err(RecoverError::NoStart { damaged, .. }) if damaged.len() == 2),
        "{outcome:?}"
    );
}

#[test]
fn the_report_tells_where_and_why() {
    let disk = log();
    let mut bytes = disk.content(&segment(1)).expect("a segment");
    bytes.extend([0; 5]);
    disk.overwrite(&segment(1), &bytes);
    let recovered = start(&disk, &wide(SyncPolicy::OnSync)).expect("a torn end is cut");
    let tail = recovered.report.tail.expect("the cut is reported");
    assert_eq!(
        tail,
        TailReport {
            segment: Sequence(1),
            offset: bytes.len() as u64 - 5,
            bytes: 5,
            last: Sequence(8),
            sound_entries: 0,
            reason: TailReason::HeaderCut { bytes: 5 },
        }
    );
    assert_eq!(
        tail.to_string(),
        format!(
            "cut 5 bytes of segment 1 from byte {} on, after record 8: a record's header ends after 5 bytes",
            bytes.len() - 5
        )
    );
}
