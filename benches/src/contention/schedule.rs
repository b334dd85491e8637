//! How long a block takes on so many threads.
//!
//! As Agave's unified scheduler does it: every account has a queue in arrival order, a transaction
//! runs when it heads all of its queues, readers share, and of those that can run the earliest goes
//! to the next free thread. Time is counted in cost units.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, BinaryHeap},
};

use super::stream::Stream;

/// Nothing comes after.
const END: u32 = u32::MAX;

/// Which transactions of a block wait for which.
pub(crate) struct Block {
    /// How long each runs.
    times: Vec<u64>,
    /// How many others each waits for.
    awaited: Vec<u32>,
    /// Who waits for each: first link of a list.
    first: Vec<u32>,
    /// Who waits, and the next link.
    links: Vec<(u32, u32)>,
}

/// Who used an account last.
#[derive(Clone, Default)]
struct Last {
    writer: Option<u32>,
    readers: Vec<u32>,
}

impl Block {
    /// The block of these transactions, which stand in arrival order.
    pub(crate) fn new(stream: &Stream, members: &[u32]) -> Self {
        let mut block = Self {
            times: Vec::with_capacity(members.len()),
            awaited: vec![0; members.len()],
            first: vec![END; members.len()],
            links: Vec::new(),
        };
        let mut last = vec![Last::default(); stream.accounts()];
        for (at, member) in (0u32..).zip(members) {
            let transaction = &stream.transactions()[*member as usize];
            block.times.push(transaction.cost.locked);
            for access in stream.accesses(*member) {
                let last = &mut last[access.account()];
                if !access.is_write() {
                    last.writer.inspect(|writer| block.wait(*writer, at));
                    last.readers.push(at);
                    continue;
                }
                // Readers waited for the writer themselves.
                if last.readers.is_empty() {
                    last.writer.inspect(|writer| block.wait(*writer, at));
                }
                for reader in last.readers.drain(..) {
                    block.wait(reader, at);
                }
                last.writer = Some(at);
            }
        }
        block
    }

    fn wait(&mut self, earlier: u32, later: u32) {
        self.awaited[later as usize] += 1;
        let link = self.links.len() as u32;
        self.links.push((later, self.first[earlier as usize]));
        self.first[earlier as usize] = link;
    }

    /// Those that wait for a transaction.
    fn waiting(&self, earlier: u32) -> impl Iterator<Item = u32> {
        let mut link = self.first[earlier as usize];
        std::iter::from_fn(move || {
            let (later, next) = *self.links.get(link as usize)?;
            link = next;
            Some(later)
        })
    }

    /// What all transactions take one after the other.
    pub(crate) fn total(&self) -> u64 {
        self.times.iter().sum()
    }

    /// The longest chain of transactions of which each waits for the one before.
    pub(crate) fn critical_path(&self) -> u64 {
        let mut starts = vec![0; self.times.len()];
        let mut longest = 0;
        for at in 0..self.times.len() {
            let end = starts[at] + self.times[at];
            longest = longest.max(end);
            for later in self.waiting(at as u32) {
                let start = &mut starts[later as usize];
                *start = end.max(*start);
            }
        }
        longest
    }

    /// When the last transaction ends on so many threads.
    pub(crate) fn time(&self, threads: usize) -> u64 {
        let mut awaited = self.awaited.clone();
        let count = self.times.len() as u32;
        let mut ready: BTreeSet<u32> = (0..count).filter(|at| awaited[*at as usize] == 0).collect();
        let mut running = BinaryHeap::new();
        let mut now = 0;
        loop {
            while running.len() < threads {
                let Some(at) = ready.pop_first() else { break };
                running.push(Reverse((now + self.times[at as usize], at)));
            }
            let Some(Reverse((end, done))) = running.pop() else {
                return now;
            };
            now = end;
            for later in self.waiting(done) {
                awaited[later as usize] -= 1;
                if awaited[later as usize] == 0 {
                    ready.insert(later);
                }
            }
        }
    }
}
