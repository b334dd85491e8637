//! Choosing the snapshot to start from.

use std::collections::VecDeque;

use super::{
    read,
    report::{DamagedSnapshot, SnapshotDamage},
};
use crate::{
    config::Config, error::RecoverError, format::Sequence, machine::Machine, names,
    snapshot::SnapshotHeader, storage::Storage,
};

/// The snapshots found.
pub(super) struct Snapshots<M> {
    /// The one to start from.
    pub(super) start: Option<SnapshotHeader>,
    /// The machine restored from it.
    pub(super) machine: Option<M>,
    /// Those that can be started from, in ascending order.
    pub(super) sound: Vec<Sequence>,
    pub(super) damaged: Vec<DamagedSnapshot>,
    /// States after the start whose hashes are known, in ascending order: of snapshots that are
    /// unharmed and yet of no use to the machine.
    pub(super) checkpoints: VecDeque<SnapshotHeader>,
}

impl<M: Machine> Snapshots<M> {
    /// Reads all snapshots, newest first, up to the first that is sound, and checks the rest.
    pub(super) fn load<S: Storage>(
        storage: &S,
        config: &Config,
        sequences: &[Sequence],
        fresh: &mut impl FnMut() -> M,
    ) -> Result<Self, RecoverError> {
        let mut snapshots = Self {
            start: None,
            machine: None,
            sound: Vec::new(),
            damaged: Vec::new(),
            checkpoints: VecDeque::new(),
        };
        let mut bytes = Vec::new();
        for &sequence in sequences.iter().rev() {
            let name = names::snapshot(sequence);
            read(storage, &name, &mut bytes)?;
            match snapshots.take(sequence, &bytes, fresh) {
                Ok(header) if header.identity != config.identity => {
                    return Err(RecoverError::Foreign {
                        name,
                        found: header.identity,
                        expected: config.identity,
                    });
                }
                Ok(_) => snapshots.sound.push(sequence),
                Err(damage) => snapshots.damaged.push(DamagedSnapshot { sequence, damage }),
            }
        }
        snapshots.sound.reverse();
        Ok(snapshots)
    }

    /// Checks one snapshot and restores the machine, if none newer did.
    fn take(
        &mut self,
        sequence: Sequence,
        bytes: &[u8],
        fresh: &mut impl FnMut() -> M,
    ) -> Result<SnapshotHeader, SnapshotDamage> {
        let (header, state) = SnapshotHeader::open(bytes)?;
        if header.sequence != sequence {
            let found = header.sequence;
            return Err(SnapshotDamage::Misnamed { found });
        }
        if self.start.is_some() {
            return Ok(header);
        }
        let mut machine = fresh();
        let restored = machine.restore(state).map_err(|error| {
            let message = error.to_string();
            SnapshotDamage::Restore { message }
        });
        let checked = restored.and_then(|()| match machine.state_hash() {
            found if found == header.state_hash => Ok(()),
            found => Err(SnapshotDamage::StateHash {
                expected: header.state_hash,
                found,
            }),
        });
        if let Err(damage) = checked {
            self.checkpoints.push_front(header);
            return Err(damage);
        }
        self.start = Some(header);
        self.machine = Some(machine);
        Ok(header)
    }
}
