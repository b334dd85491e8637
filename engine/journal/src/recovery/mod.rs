//! Starting: the newest sound snapshot, what was logged after it, and the end cut to what is sound.
//!
//! Everything kept is read and checked, also what lies before the newest snapshot: it is there for
//! the day when that one is damaged, and a fault found then is found too late.

mod replay;
mod report;
mod snapshots;

use crate::{
    config::Config,
    error::{Fault, Operation, RecoverError},
    format::{SegmentHeader, Sequence},
    machine::Machine,
    names::{self, Listing},
    storage::{Storage, attempt, replace},
    writer::{Journal, Opened, begin_segment},
};
use replay::Replay;
pub use report::{DamagedSnapshot, Recovery, SnapshotDamage, TailReason, TailReport};
use snapshots::Snapshots;

/// A machine as it was before the crash, and its journal, open for appending.
#[derive(Debug)]
pub struct Recovered<S: Storage, M> {
    /// The machine, with every record of the log applied.
    pub machine: M,
    /// The journal. All that it holds is durable.
    pub journal: Journal<S>,
    /// How recovery went.
    pub report: Recovery,
}

/// Recovers a machine and its journal, or begins a journal if storage is empty. `fresh` makes the
/// machine that has seen no record.
///
/// # Errors
///
/// If storage fails, if anything is damaged that a crash cannot have damaged, or if replay does not
/// lead to the states that were hashed. Nothing is removed or cut then.
pub fn recover<S: Storage, M: Machine>(
    storage: S,
    config: Config,
    mut fresh: impl FnMut() -> M,
) -> Result<Recovered<S, M>, RecoverError> {
    config.validate()?;
    let names = storage.list().map_err(|source| RecoverError::Storage {
        operation: Operation::List,
        name: String::new(),
        source,
    })?;
    let listing = Listing::of(names);
    let mut snapshots = Snapshots::load(&storage, &config, &listing.snapshots, &mut fresh)?;
    let machine = match snapshots.machine.take() {
        Some(machine) => machine,
        None => fresh(),
    };
    let mut replay = Replay::new(machine, &config, &mut snapshots);
    replay.run(&storage, &listing.segments, &snapshots)?;
    let journal =
        settle(storage, config, &listing, &snapshots, &mut replay).map_err(RecoverError::Fault)?;
    let state_hash = replay.machine.state_hash();
    Ok(Recovered {
        report: Recovery {
            snapshot: snapshots.start.map(|start| start.sequence),
            damaged_snapshots: snapshots.damaged,
            replayed: replay.replayed,
            compared: replay.compared,
            last: replay.last,
            state_hash,
            tail: replay.tail,
        },
        machine: replay.machine,
        journal,
    })
}

/// Brings storage into the state that was found, only now that it is known to be sound.
fn settle<S: Storage, M>(
    mut storage: S,
    config: Config,
    listing: &Listing,
    snapshots: &Snapshots<M>,
    replay: &mut Replay<M>,
) -> Result<Journal<S>, Fault> {
    for name in &listing.temporary {
        attempt(Operation::Remove, storage.remove(name))?;
    }
    for damaged in &snapshots.damaged {
        let name = names::snapshot(damaged.sequence);
        let aside = names::damaged(&name);
        attempt(Operation::Rename, storage.rename(&name, &aside))?;
    }
    if let Some(base) = replay.torn_creation {
        attempt(Operation::Remove, storage.remove(&names::segment(base)))?;
    }
    let mut segments: Vec<Sequence> = listing.segments.clone();
    segments.retain(|base| Some(*base) != replay.torn_creation);

    let opened = match (replay.open.take(), segments.last()) {
        (Some((segment, bytes)), Some(&base)) => Opened {
            // Written anew rather than cut and synced. What the last process wrote may be in memory
            // only: not yet written back or, after a failed fsync, never to be. Reading it has made
            // it count, so it must be durable before anything else is. This is also the cut, whole
            // or not at all. Only the last segment can hold such bytes.
            file: replace(&mut storage, &names::segment(base), &bytes)?,
            segment,
            segment_bytes: bytes.len() as u64,
            last: replay.last,
            marked: replay.marked,
            segments: segments.into(),
            snapshots: snapshots.sound.clone().into(),
        },
        _ => begin(&mut storage, &config)?,
    };
    let mut journal = Journal::new(storage, config, opened);
    journal.prune()?;
    Ok(journal)
}

/// The first segment of a journal.
fn begin<S: Storage>(storage: &mut S, config: &Config) -> Result<Opened<S::File>, Fault> {
    let header = SegmentHeader {
        identity: config.identity,
        base: Sequence::NONE.next(),
        previous: Default::default(),
    };
    let (bytes, _) = header.encode();
    let (file, segment) = begin_segment(storage, header)?;
    Ok(Opened {
        file,
        segment,
        segment_bytes: bytes.len() as u64,
        last: Sequence::NONE,
        marked: None,
        segments: [header.base].into(),
        snapshots: Default::default(),
    })
}

fn read<S: Storage>(storage: &S, name: &str, into: &mut Vec<u8>) -> Result<(), RecoverError> {
    storage
        .read(name, into)
        .map_err(|source| RecoverError::Storage {
            operation: Operation::Read,
            name: name.to_owned(),
            source,
        })
}
