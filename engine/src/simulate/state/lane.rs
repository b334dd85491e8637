//! A lane in memory of its own, which is used again.

use std::cell::RefCell;

use sealane_core::book::{LaneHeader, LaneMut, LaneRef};

/// A lane's account behind its discriminator, in words, because the layout wants that alignment.
#[derive(Debug)]
pub struct LaneAccount {
    words: Box<[u64]>,
}

thread_local! {
    /// Memory of copies that are no longer needed. A trade copies the lanes that it changes and
    /// drops the copies when it is done, so that a few are enough and nothing is allocated.
    static SPARE: RefCell<Vec<Box<[u64]>>> = const { RefCell::new(Vec::new()) };
}

/// So many spare copies are kept by each thread: as many as a take can change lanes.
const MOST_SPARE: usize = 40;

impl LaneAccount {
    /// `None` if the bytes are no lane.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        if !bytes.len().is_multiple_of(size_of::<u64>()) {
            return None;
        }
        let mut words = vec![0u64; bytes.len() / size_of::<u64>()].into_boxed_slice();
        bytemuck::cast_slice_mut::<u64, u8>(&mut words).copy_from_slice(bytes);
        LaneRef::from_bytes(bytemuck::cast_slice(&words)).ok()?;
        Some(Self { words })
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        bytemuck::cast_slice(&self.words)
    }

    /// The first bytes of the lane.
    pub(super) fn lane_head(&self) -> &[u64] {
        &self.words[..self
            .words
            .len()
            .min(size_of::<LaneHeader>() / size_of::<u64>())]
    }

    /// The lane, to be read.
    #[must_use]
    pub fn lane(&self) -> LaneRef<'_> {
        LaneRef::from_bytes(self.as_bytes()).expect("checked when it was decoded")
    }

    pub(crate) fn lane_mut(&mut self) -> LaneMut<'_> {
        LaneMut::from_bytes(bytemuck::cast_slice_mut(&mut self.words))
            .expect("checked when it was decoded, and the core keeps it a lane")
    }

    /// Becomes a copy of another lane, in the memory that it has if that is as long.
    pub(super) fn set(&mut self, other: &Self) {
        if self.words.len() == other.words.len() {
            self.words.copy_from_slice(&other.words);
        } else {
            *self = other.copy();
        }
    }

    /// A copy, in memory of an earlier copy of the same length if there is one.
    pub(super) fn copy(&self) -> Self {
        let spare = SPARE.with_borrow_mut(|spare| {
            let at = spare
                .iter()
                .rposition(|words| words.len() == self.words.len())?;
            Some(spare.swap_remove(at))
        });
        let words = match spare {
            Some(mut words) => {
                words.copy_from_slice(&self.words);
                words
            }
            None => self.words.clone(),
        };
        Self { words }
    }
}

impl Drop for LaneAccount {
    fn drop(&mut self) {
        let words = std::mem::take(&mut self.words);
        if words.is_empty() {
            return;
        }
        // While a thread ends there is no place to keep it any more.
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < MOST_SPARE {
                spare.push(words);
            }
        });
    }
}
