//! How an amount flows over the edges of the graph.
//!
//! A flow is a set of branches without cycles. At every token what arrives is distributed over the
//! branches that leave it, by weights: so a change of the amount in one place carries on to all
//! places behind it.

use super::graph::{Graph, Link};

/// The sum of the weights of the branches that leave a token.
pub(super) const ONE: u64 = 1 << 62;

/// An edge and its part of what arrives at its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Branch {
    pub(super) edge: usize,
    pub(super) weight: u64,
}

/// Branches in an order in which every token's amount is known before it is distributed; those that
/// leave one token stand together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Flow {
    pub(super) branches: Vec<Branch>,
}

/// What flows where.
#[derive(Clone, Debug, Default)]
pub(super) struct Amounts {
    /// Of each token of the graph, what arrives.
    pub(super) nodes: Vec<u64>,
    /// Of each branch, its given amount.
    pub(super) branches: Vec<u64>,
    memo: Memo,
}

/// What edges lately did with amounts. A search changes two branches of a flow at a time, and the
/// others get what they got before.
#[derive(Clone, Debug, Default)]
struct Memo {
    edges: Vec<[Done; MEMO_SLOTS]>,
}

/// What an edge did with an amount; empty where that is zero.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    given: u64,
    other: Option<u64>,
    spare: u64,
}

/// Amounts remembered for each edge, a power of two.
const MEMO_SLOTS: usize = 8;

impl Memo {
    fn done(&mut self, graph: &Graph<'_>, at: usize, given: u64) -> Done {
        if self.edges.len() < graph.edges.len() {
            self.edges.resize(graph.edges.len(), Default::default());
        }
        // The golden ratio in 64 bits: multiplied with it, near numbers end far apart.
        let place = given.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let slot = &mut self.edges[at][place as usize % MEMO_SLOTS];
        if slot.given != given {
            let venue = &graph.edges[at].venue;
            let other = venue.other(graph.kind(), given);
            *slot = Done {
                given,
                other,
                spare: other.map_or(0, |_| venue.spare(graph.kind(), given)),
            };
        }
        *slot
    }
}

impl Flow {
    /// A flow over these branches. `None` if they contain a cycle, use something twice, start
    /// where nothing arrives, or end elsewhere than at the goal.
    pub(super) fn new(graph: &Graph<'_>, mut branches: Vec<Branch>) -> Option<Self> {
        let links = &graph.links;
        for (at, branch) in branches.iter().enumerate() {
            let link = &links[branch.edge];
            // The one token that is reached before anything leads to it, and the one where all ends.
            if link.head == graph.root || link.tail == graph.goal {
                return None;
            }
            let before = &branches[..at];
            if before.iter().any(|at| links[at.edge].group == link.group) {
                return None;
            }
        }
        let mut reached = Vec::with_capacity(branches.len() + 1);
        reached.push(graph.root);
        // Those in front have their place.
        let (mut at, mut placed) = (0, 0);
        while let Some(&node) = reached.get(at) {
            at += 1;
            let first = placed;
            for next in first..branches.len() {
                if links[branches[next].edge].tail == node {
                    branches[placed..=next].rotate_right(1);
                    placed += 1;
                }
            }
            if node != graph.goal && placed == first {
                return None;
            }
            // The last takes what the others leave: it had better be able to.
            branches[first..placed].sort_by_key(|branch| links[branch.edge].capacity);
            // A token is reached once all branches that lead to it have been seen.
            let (seen, left) = branches.split_at(placed);
            for branch in seen {
                let head = links[branch.edge].head;
                let awaits = left.iter().any(|other| links[other.edge].head == head);
                if !awaits && !reached.contains(&head) {
                    reached.push(head);
                }
            }
        }
        let is_whole = placed == branches.len() && reached.contains(&graph.goal);
        is_whole.then(|| {
            let mut flow = Self { branches };
            flow.normalise(graph);
            flow
        })
    }

    /// A flow along a path.
    pub(super) fn chain(graph: &Graph<'_>, edges: &[usize]) -> Option<Self> {
        let branch = |edge: &usize| Branch {
            edge: *edge,
            weight: ONE,
        };
        Self::new(graph, edges.iter().map(branch).collect())
    }

    /// The branches that leave one token, as ranges.
    pub(super) fn forks(&self, graph: &Graph<'_>) -> Vec<std::ops::Range<usize>> {
        let mut forks = Vec::new();
        let mut start = 0;
        while start < self.branches.len() {
            let end = self.fork_end(graph, start);
            forks.push(start..end);
            start = end;
        }
        forks
    }

    fn fork_end(&self, graph: &Graph<'_>, start: usize) -> usize {
        let tail = |at: usize| graph.links[self.branches[at].edge].tail;
        let same = (start..self.branches.len()).take_while(|at| tail(*at) == tail(start));
        start + same.count()
    }

    /// Makes the weights at every token sum up to one.
    fn normalise(&mut self, graph: &Graph<'_>) {
        let mut start = 0;
        while start < self.branches.len() {
            let end = self.fork_end(graph, start);
            let branches = &mut self.branches[start..end];
            start = end;
            let sum: u128 = branches
                .iter()
                .map(|branch| u128::from(branch.weight))
                .sum();
            if sum == u128::from(ONE) {
                continue;
            }
            let mut left = ONE;
            let count = branches.len() as u64;
            for branch in branches.iter_mut() {
                let part = (u128::from(branch.weight) * u128::from(ONE)).checked_div(sum);
                let part = part.map_or(ONE / count, |part| part as u64);
                branch.weight = part.min(left);
                left -= branch.weight;
            }
            if let Some(last) = branches.last_mut() {
                last.weight += left;
            }
        }
    }

    /// What a branch gets of a total of which so much is left: its share, if it can do so much. The
    /// last of a fork gets all that is left.
    pub(super) fn part(
        &self,
        graph: &Graph<'_>,
        at: usize,
        end: usize,
        total: u64,
        left: u64,
    ) -> u64 {
        let branch = &self.branches[at];
        let link = &graph.links[branch.edge];
        part_taken(branch, link, at + 1 == end, total, left)
    }

    /// What arrives at the goal, or has to be given there. `None` if a branch cannot do its part.
    pub(super) fn run(&self, graph: &Graph<'_>, amount: u64, to: &mut Amounts) -> Option<u64> {
        self.run_with_spare(graph, amount, to).map(|(end, _)| end)
    }

    /// The same, and how near the books are to their next lots, in parts of 2^16 each.
    pub(super) fn run_with_spare(
        &self,
        graph: &Graph<'_>,
        amount: u64,
        to: &mut Amounts,
    ) -> Option<(u64, u64)> {
        let mut memo = std::mem::take(&mut to.memo);
        let mut spare = 0;
        let end = self.pour(graph, amount, to, |edge, part| {
            let done = memo.done(graph, edge, part);
            spare += done.spare;
            done.other
        });
        to.memo = memo;
        Some((end?, spare))
    }

    /// By how much branches are given more than they can do: the sum of the parts that are too much
    /// of what each is given, in parts of 2^20. Zero for a flow that can be.
    pub(super) fn excess(&self, graph: &Graph<'_>, amount: u64, to: &mut Amounts) -> u64 {
        let mut excess = 0u64;
        let poured = self.pour(graph, amount, to, |edge, part| {
            let edge = &graph.edges[edge];
            let other = edge.venue.other(graph.kind(), part);
            other.or_else(|| {
                // Behind it as much arrives as can.
                let fits = part.min(edge.capacity);
                let over = u128::from(part - fits) << 20;
                let over = u64::try_from(over.div_ceil(u128::from(part))).unwrap_or(u64::MAX);
                // What is too little for a venue does not fit either.
                excess = excess.saturating_add(over.max(1));
                edge.venue.other(graph.kind(), fits).or(Some(0))
            })
        });
        match poured {
            Some(_) => excess,
            None => u64::MAX,
        }
    }

    /// Lets an amount flow. `None` where `through` tells that an edge cannot do what it gets.
    fn pour(
        &self,
        graph: &Graph<'_>,
        amount: u64,
        to: &mut Amounts,
        mut through: impl FnMut(usize, u64) -> Option<u64>,
    ) -> Option<u64> {
        to.nodes.clear();
        to.nodes.resize(graph.nodes.len(), 0);
        to.branches.clear();
        to.nodes[graph.root] = amount;
        let mut fork = usize::MAX;
        let (mut total, mut left) = (0, 0);
        for (at, branch) in self.branches.iter().enumerate() {
            let link = graph.links[branch.edge];
            if link.tail != fork {
                fork = link.tail;
                total = to.nodes[fork];
                left = total;
            }
            let next = self.branches.get(at + 1);
            let is_last = next.is_none_or(|next| graph.links[next.edge].tail != fork);
            let part = part_taken(branch, &link, is_last, total, left);
            left -= part;
            to.branches.push(part);
            if part > 0 {
                let other = through(branch.edge, part)?;
                to.nodes[link.head] = to.nodes[link.head].checked_add(other)?;
            }
        }
        Some(to.nodes[graph.goal])
    }
}

fn part_taken(branch: &Branch, link: &Link, is_last: bool, total: u64, left: u64) -> u64 {
    match is_last {
        true => left,
        false => part_of(total, branch.weight).min(link.capacity).min(left),
    }
}

/// A part of an amount, rounded down.
pub(super) fn part_of(total: u64, weight: u64) -> u64 {
    ((u128::from(total) * u128::from(weight)) >> ONE.trailing_zeros()) as u64
}

/// The least weight that gives a part of an amount.
pub(super) fn weight_of(part: u64, total: u64) -> u64 {
    let whole = u128::from(part) << ONE.trailing_zeros();
    let weight = whole.div_ceil(u128::from(total.max(1)));
    u64::try_from(weight).map_or(ONE, |weight| weight.min(ONE))
}
