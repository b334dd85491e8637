//! Machines, disks and a model that the tests share.

mod crash;
mod damage;
mod faults;
mod machines;
mod malformed;
mod order;
mod replay;
mod writing;

use std::num::{NonZeroU32, NonZeroUsize};

use crate::{
    config::{Config, Holes, SyncPolicy},
    error::RecoverError,
    fault::{MemoryDisk, MemoryStorage},
    format::Sequence,
    machine::Machine,
    recovery::{Recovered, recover},
};
use machines::Tape;

/// A configuration that rotates and flushes often.
fn small(policy: SyncPolicy) -> Config {
    Config {
        identity: 7,
        policy,
        segment_bytes: 300,
        max_record_bytes: 60,
        buffer_bytes: 160,
        snapshots_kept: NonZeroUsize::MIN.saturating_add(1),
        holes: Holes::Refuse,
    }
}

/// One segment for all.
fn wide(policy: SyncPolicy) -> Config {
    Config {
        segment_bytes: 1 << 20,
        buffer_bytes: 1 << 16,
        ..small(policy)
    }
}

fn every(count: u32) -> SyncPolicy {
    SyncPolicy::EveryRecords(NonZeroU32::new(count).expect("not zero"))
}

fn start(
    disk: &MemoryDisk,
    config: &Config,
) -> Result<Recovered<MemoryStorage, Tape>, RecoverError> {
    recover(disk.mount(), config.clone(), Tape::default)
}

/// The record of a sequence: its length, from 0 to 60 bytes, and its bytes differ from others'.
fn record(sequence: u64) -> Vec<u8> {
    let length = (sequence * 7 + 3) % 61;
    (0..length)
        .map(|index| (sequence * 31 + index * 17) as u8)
        .collect()
}

/// Appends the records up to `last` and applies them.
fn feed(recovered: &mut Recovered<MemoryStorage, Tape>, last: u64) {
    let Recovered {
        machine, journal, ..
    } = recovered;
    while journal.last().0 < last {
        let record = record(journal.last().0 + 1);
        let sequence = journal.append(&record).expect("a sound disk");
        machine.apply(sequence, &record).expect("a tape takes all");
    }
}

/// The machine fed the records up to `last`.
fn fed(last: u64) -> Tape {
    let mut tape = Tape::default();
    for sequence in 1..=last {
        let record = record(sequence);
        tape.apply(Sequence(sequence), &record)
            .expect("a tape takes all");
    }
    tape
}
