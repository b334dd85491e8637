//! Filling blocks: in arrival order, as far as both limits allow.
//!
//! A transaction that finds one of its accounts at the limit stays behind and is tried for the next
//! block; those behind it go on. A block is closed when nothing fits any more.

use super::{agave::Limits, stream::Stream};

/// What became of a queue of transactions.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    /// Those in the block, in arrival order.
    pub(crate) taken: Vec<u32>,
    /// Those left for the next, in arrival order.
    pub(crate) left: Vec<u32>,
    /// Cost of those in the block.
    pub(crate) cost: u64,
    /// Cost of those that write the costliest account.
    pub(crate) hottest: u64,
    /// How many stayed behind for an account's limit while there was room in the block.
    pub(crate) held_back: usize,
}

/// Fills a block from a queue.
pub(crate) fn fill(
    stream: &Stream,
    queue: impl IntoIterator<Item = u32>,
    limits: Limits,
) -> Filled {
    let cheapest = stream.transactions().iter().map(|one| one.cost.charged);
    let cheapest = cheapest.min().unwrap_or(0);
    let mut written = vec![0u64; stream.accounts()];
    let mut filled = Filled::default();
    for transaction in queue {
        let cost = stream.transactions()[transaction as usize].cost.charged;
        let room = limits.block - filled.cost;
        if cost > room {
            filled.left.push(transaction);
            continue;
        }
        let accesses = stream.accesses(transaction).iter();
        let mut writes = accesses.filter(|access| access.is_write());
        if writes.any(|access| written[access.account()] + cost > limits.account) {
            filled.held_back += usize::from(room >= cheapest);
            filled.left.push(transaction);
            continue;
        }
        for access in stream.accesses(transaction) {
            if access.is_write() {
                written[access.account()] += cost;
            }
        }
        filled.cost += cost;
        filled.taken.push(transaction);
    }
    filled.hottest = written.into_iter().max().unwrap_or(0);
    filled
}
