//! The scheduled trades and their places in queues, in memory that is used again.

use crate::access::Access;

/// No node, no block.
pub(super) const NONE: u32 = u32::MAX;

/// All scheduled trades.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks {
    tasks: Vec<Task>,
    /// Numbers of tasks that are free.
    vacant: Vec<u32>,
    nodes: Vec<Node>,
    /// The first free block of each length, linked by the `next` of its first node.
    free: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Task {
    trade: u32,
    /// In how many queues others are before it.
    blocked: u32,
    start: u32,
    len: u32,
}

/// A task's place in an account's queue.
#[derive(Clone, Copy, Debug)]
struct Node {
    access: Access,
    task: u32,
    next: u32,
}

impl Tasks {
    /// Keeps a trade and returns its number.
    pub(super) fn add(&mut self, trade: u32, accesses: &[Access]) -> u32 {
        let number = self.vacant.pop().unwrap_or(self.tasks.len() as u32);
        let start = self.block(accesses);
        for (node, &access) in self.nodes[start as usize..].iter_mut().zip(accesses) {
            *node = Node {
                access,
                task: number,
                next: NONE,
            };
        }
        let task = Task {
            trade,
            blocked: 0,
            start,
            len: accesses.len() as u32,
        };
        match self.tasks.get_mut(number as usize) {
            Some(place) => *place = task,
            None => self.tasks.push(task),
        }
        number
    }

    /// A block of nodes, one for each of the accounts.
    fn block(&mut self, accesses: &[Access]) -> u32 {
        let Some(&any) = accesses.first() else {
            return 0;
        };
        let len = accesses.len();
        if len >= self.free.len() {
            self.free.resize(len + 1, NONE);
        }
        let block = self.free[len];
        if block != NONE {
            self.free[len] = self.nodes[block as usize].next;
            return block;
        }
        let block = self.nodes.len();
        assert!(block + len < NONE as usize, "more than 2^32 accounts wait");
        self.nodes.resize(
            block + len,
            Node {
                access: any,
                task: NONE,
                next: NONE,
            },
        );
        block as u32
    }

    /// Forgets a trade that is in no queue any more.
    pub(super) fn remove(&mut self, number: u32) {
        let task = self.tasks[number as usize];
        self.vacant.push(number);
        if task.len > 0 {
            let free = &mut self.free[task.len as usize];
            self.nodes[task.start as usize].next = std::mem::replace(free, task.start);
        }
    }

    /// How many nodes there is memory for.
    #[cfg(test)]
    pub(super) fn nodes_held(&self) -> usize {
        self.nodes.len()
    }

    /// The name of a task.
    pub(super) fn trade(&self, number: u32) -> u32 {
        self.tasks[number as usize].trade
    }

    /// The nodes of a task.
    pub(super) fn nodes(&self, number: u32) -> std::ops::Range<u32> {
        let task = self.tasks[number as usize];
        task.start..task.start + task.len
    }

    /// The account of a node.
    pub(super) fn access(&self, node: u32) -> Access {
        self.nodes[node as usize].access
    }

    /// The task, the account and the next node in the queue.
    pub(super) fn node(&self, node: u32) -> (u32, Access, u32) {
        let Node { access, task, next } = self.nodes[node as usize];
        (task, access, next)
    }

    /// Puts a node behind another in a queue.
    pub(super) fn set_next(&mut self, node: u32, next: u32) {
        self.nodes[node as usize].next = next;
    }

    /// Sets in how many queues others are before the task.
    pub(super) fn set_blocked(&mut self, number: u32, queues: u32) {
        self.tasks[number as usize].blocked = queues;
    }

    /// The task heads one more queue. Returns whether it heads them all.
    pub(super) fn unblock(&mut self, number: u32) -> bool {
        let blocked = &mut self.tasks[number as usize].blocked;
        *blocked -= 1;
        *blocked == 0
    }
}
