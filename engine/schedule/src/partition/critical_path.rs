//! The dearest chain of conflicting trades.

use std::ops::Range;

use crate::access::Batch;
use crate::stamps::Stamped;

/// When the chains through an account end.
#[derive(Clone, Copy, Debug, Default)]
struct Ends {
    /// The last write's.
    write: u64,
    /// The latest of the reads since.
    read: u64,
}

/// Computes critical paths. Keeps its memory.
#[derive(Clone, Debug, Default)]
pub(super) struct CriticalPath {
    ends: Stamped<Ends>,
}

impl CriticalPath {
    /// Cost of the dearest chain of trades of which each conflicts with the next.
    pub(super) fn longest(&mut self, batch: &Batch, range: Range<usize>) -> u64 {
        self.ends.clear();
        self.ends.grow(batch.account_bound());
        let mut longest = 0;
        for trade in range {
            let accesses = batch.accesses(trade);
            let mut end = 0;
            for &access in accesses {
                let ends = self.ends.entry(access.index());
                // Behind a write come reads that end later, or none.
                end = end.max(if access.is_write() {
                    ends.write.max(ends.read)
                } else {
                    ends.write
                });
            }
            end += u64::from(batch.cost(trade));
            for &access in accesses {
                let ends = self.ends.entry(access.index());
                if access.is_write() {
                    *ends = Ends {
                        write: end,
                        read: 0,
                    };
                } else {
                    ends.read = ends.read.max(end);
                }
            }
            longest = longest.max(end);
        }
        longest
    }
}
