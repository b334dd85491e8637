//! Queues per account: which trade may run now.

mod tasks;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::access::{Access, Accesses};
use tasks::{NONE, Tasks};

/// Puts trades in executable order, in the manner of Agave's unified scheduler.
///
/// Each account has a queue, first in, first out. A trade waits in the queues of all its accounts
/// and is ready when it heads every one of them; readers next to each other head a queue together.
/// So trades that conflict run in the order in which they were scheduled, and nothing is retried:
/// scheduling and descheduling do a constant amount of work per account.
///
/// ```
/// use sealane_schedule::{Access, AccountId, Batch, Scheduler};
///
/// let pool = AccountId::new(0)?;
/// let mut batch = Batch::new();
/// batch.push(1, &[Access::write(pool)])?;
/// batch.push(1, &[Access::write(pool)])?;
///
/// let mut scheduler = Scheduler::new();
/// let first = scheduler.schedule(0, batch.accesses(0)).expect("nothing is before it");
/// assert!(scheduler.schedule(1, batch.accesses(1)).is_none());
/// scheduler.deschedule(first);
/// let second = scheduler.next_ready().expect("the first is done");
/// assert_eq!(second.trade(), 1);
/// # scheduler.deschedule(second);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Scheduler {
    queues: Vec<Queue>,
    tasks: Tasks,
    /// Tasks that became ready and were not asked for yet, oldest first.
    ready: VecDeque<u32>,
    scheduled: usize,
}

/// A trade that may run. Hand it back with [`Scheduler::deschedule`] when it has run.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "accounts stay taken until the trade is descheduled"]
pub struct Ready {
    task: u32,
    trade: u32,
}

impl Ready {
    /// The number under which the trade was scheduled.
    pub fn trade(&self) -> u32 {
        self.trade
    }
}

/// The queue of an account.
#[derive(Clone, Copy, Debug)]
struct Queue {
    /// How many trades head the queue: [`WRITER`], or so many readers.
    heads: u32,
    /// The accesses behind these.
    first: u32,
    last: u32,
}

/// One trade heads the queue, and it writes.
const WRITER: u32 = u32::MAX;

impl Default for Queue {
    fn default() -> Self {
        Self {
            heads: 0,
            first: NONE,
            last: NONE,
        }
    }
}

impl Queue {
    /// Whether this access can head the queue now, with those that do.
    fn admits(&self, access: Access) -> bool {
        if access.is_write() {
            self.heads == 0
        } else {
            self.heads != WRITER
        }
    }

    fn enter(&mut self, access: Access) {
        if access.is_write() {
            self.heads = WRITER;
        } else {
            self.heads += 1;
        }
    }

    fn leave(&mut self, access: Access) {
        if access.is_write() {
            self.heads = 0;
        } else {
            self.heads -= 1;
        }
    }
}

impl Scheduler {
    /// A scheduler without trades.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a trade behind those scheduled before. Returns it if it may run at once; otherwise
    /// [`next_ready`](Self::next_ready) will.
    ///
    /// `trade` is the caller's name for it, often its place in a [`Batch`](crate::Batch).
    pub fn schedule(&mut self, trade: u32, accesses: Accesses<'_>) -> Option<Ready> {
        let task = self.tasks.add(trade, &accesses);
        self.scheduled += 1;
        let mut blocked = 0;
        for node in self.tasks.nodes(task) {
            let access = self.tasks.access(node);
            let index = access.index();
            if index >= self.queues.len() {
                self.queues.resize(index + 1, Queue::default());
            }
            let queue = &mut self.queues[index];
            if queue.first == NONE && queue.admits(access) {
                queue.enter(access);
                continue;
            }
            match queue.last {
                NONE => queue.first = node,
                last => self.tasks.set_next(last, node),
            }
            queue.last = node;
            blocked += 1;
        }
        self.tasks.set_blocked(task, blocked);
        (blocked == 0).then_some(Ready { task, trade })
    }

    /// Takes a trade that has run out of its queues.
    pub fn deschedule(&mut self, done: Ready) {
        for node in self.tasks.nodes(done.task) {
            let access = self.tasks.access(node);
            self.queues[access.index()].leave(access);
            self.advance(access.index());
        }
        self.tasks.remove(done.task);
        self.scheduled -= 1;
    }

    /// Lets those head the queue that can.
    fn advance(&mut self, account: usize) {
        let queue = &mut self.queues[account];
        while queue.first != NONE {
            let (task, access, next) = self.tasks.node(queue.first);
            if !queue.admits(access) {
                return;
            }
            queue.enter(access);
            queue.first = next;
            if next == NONE {
                queue.last = NONE;
            }
            if self.tasks.unblock(task) {
                self.ready.push_back(task);
            }
        }
    }

    /// A trade that became ready, in the order in which they did.
    pub fn next_ready(&mut self) -> Option<Ready> {
        let task = self.ready.pop_front()?;
        Some(Ready {
            task,
            trade: self.tasks.trade(task),
        })
    }

    /// How many trades are scheduled and not descheduled.
    pub fn len(&self) -> usize {
        self.scheduled
    }

    /// Whether no trade is scheduled.
    pub fn is_empty(&self) -> bool {
        self.scheduled == 0
    }
}
