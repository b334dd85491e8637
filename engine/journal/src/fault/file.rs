//! A file, and what of it a crash would spare.

use std::ops::Range;

/// A file's bytes as the running system sees them.
#[derive(Clone, Default, Debug)]
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    /// What no sync has to write any more.
    pub(super) clean: usize,
    /// Parts of it that a failed sync gave up, though they can be read: they are not on the disk.
    pub(super) lost: Vec<Range<usize>>,
}

impl File {
    pub(super) fn synced(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.to_vec(),
            clean: bytes.len(),
            lost: Vec::new(),
        }
    }

    pub(super) fn sync(&mut self) {
        self.clean = self.bytes.len();
    }

    /// A sync that fails.
    pub(super) fn lose(&mut self) {
        self.lost.push(self.clean..self.bytes.len());
        self.clean = self.bytes.len();
    }
}
