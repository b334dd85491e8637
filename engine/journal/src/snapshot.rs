//! The bytes of a snapshot.
//!
//! | at | bytes | |
//! |---:|------:|---|
//! |  0 | 8 | magic, `SLSNAPSH` |
//! |  8 | 4 | version |
//! | 12 | 4 | zero |
//! | 16 | 8 | identity of the journal |
//! | 24 | 8 | sequence of the last record applied |
//! | 32 | 8 | chain: hash of all that was logged up to then |
//! | 40 | 8 | hash of the machine's state |
//! | 48 | 8 | length of the state |
//! | 56 | 8 | XXH3 of the state, seeded with the XXH3 of the bytes above |
//! | 64 | length | state |

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::{
    format::{Chain, Sequence, VERSION, u32_at, u64_at},
    recovery::SnapshotDamage,
};

pub(crate) const SNAPSHOT_HEADER: usize = 64;
const MAGIC: [u8; 8] = *b"SLSNAPSH";

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SnapshotHeader {
    pub(crate) identity: u64,
    pub(crate) sequence: Sequence,
    pub(crate) chain: Chain,
    pub(crate) state_hash: u64,
}

impl SnapshotHeader {
    /// Fills in the header of `file`, which holds room for it and then the state.
    pub(crate) fn seal(&self, file: &mut [u8]) {
        let (header, state) = file.split_at_mut(SNAPSHOT_HEADER);
        header[..8].copy_from_slice(&MAGIC);
        header[8..12].copy_from_slice(&VERSION.to_le_bytes());
        header[12..16].fill(0);
        let fields = [
            self.identity,
            self.sequence.0,
            self.chain.0,
            self.state_hash,
            state.len() as u64,
        ];
        for (field, place) in fields.iter().zip(header[16..56].chunks_exact_mut(8)) {
            place.copy_from_slice(&field.to_le_bytes());
        }
        let checksum = checksum(&header[..56], state);
        header[56..].copy_from_slice(&checksum.to_le_bytes());
    }

    /// The header and the state of a snapshot file.
    pub(crate) fn open(file: &[u8]) -> Result<(Self, &[u8]), SnapshotDamage> {
        if file.len() < SNAPSHOT_HEADER {
            return Err(SnapshotDamage::Cut {
                bytes: file.len() as u64,
            });
        }
        let (header, state) = file.split_at(SNAPSHOT_HEADER);
        if header[..8] != MAGIC || u64_at(header, 56) != checksum(&header[..56], state) {
            return Err(SnapshotDamage::Checksum);
        }
        let version = u32_at(header, 8);
        if version != VERSION {
            return Err(SnapshotDamage::Version(version));
        }
        let opened = Self {
            identity: u64_at(header, 16),
            sequence: Sequence(u64_at(header, 24)),
            chain: Chain(u64_at(header, 32)),
            state_hash: u64_at(header, 40),
        };
        Ok((opened, state))
    }
}

fn checksum(header: &[u8], state: &[u8]) -> u64 {
    xxh3_64_with_seed(state, xxh3_64(header))
}
