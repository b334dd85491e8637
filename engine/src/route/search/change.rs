//! The flows that a search tries next: those that differ from one by a branch, or by a path around a
//! part of it.

use std::{collections::BTreeSet, ops::Range};

use super::{
    super::{
        flow::{Branch, Flow, ONE, part_of, weight_of},
        graph::Edge,
        paths::{Path, worse},
    },
    Search,
};

/// Venues of a pair that are tried for a part.
const MAX_LIKELY: usize = 4;
/// The parts by which a branch to add is chosen: what is best for a lot, and for a little.
const PROBED_SHARES: [u64; 2] = [ONE / 4, ONE / 32];
/// The parts with which a branch is tried.
const SHARES: [u64; 4] = [ONE / 2, ONE / 4, ONE / 8, ONE / 32];

impl Search<'_, '_, '_> {
    /// Flows that differ by a branch.
    pub(super) fn neighbours(&self, flow: &Flow) -> Vec<Flow> {
        let graph = self.judge.graph;
        let mut changed: Vec<Vec<Branch>> = Vec::new();
        for (at, branch) in flow.branches.iter().enumerate() {
            let edge = &graph.edges[branch.edge];
            // Without it, if something else leaves the token.
            let mut without = flow.branches.clone();
            without.remove(at);
            changed.push(without);
            // Another in its place.
            let part = self.judge.amounts.branches.get(at).copied().unwrap_or(0);
            for other in self.likely(flow, (edge.tail, edge.head), part) {
                let mut instead = flow.branches.clone();
                instead[at].edge = other;
                changed.push(instead);
            }
        }
        if flow.branches.len() < self.measure.max_legs() {
            for fork in flow.forks(graph) {
                changed.extend(self.beside(flow, &fork));
                changed.extend(self.divided(flow, &fork));
            }
            for path in &self.paths {
                changed.extend(self.around(flow, path));
            }
        }
        changed
            .into_iter()
            .filter_map(|branches| Flow::new(graph, branches))
            .collect()
    }

    /// The flow with one more branch at a fork, to a token that it comes to anyway.
    fn beside(&self, flow: &Flow, fork: &Range<usize>) -> Vec<Vec<Branch>> {
        let graph = self.judge.graph;
        let tail = graph.edges[flow.branches[fork.start].edge].tail;
        let total = self.judge.amounts.nodes.get(tail).copied().unwrap_or(0);
        let heads: BTreeSet<usize> = flow
            .branches
            .iter()
            .map(|branch| graph.links[branch.edge].head)
            .collect();
        let likely: BTreeSet<usize> = heads
            .iter()
            .flat_map(|head| PROBED_SHARES.map(|share| (*head, part_of(total, share))))
            .flat_map(|(head, part)| self.likely(flow, (tail, head), part))
            .collect();
        likely
            .into_iter()
            .flat_map(|edge| self.with_branches(flow, fork, &[edge]))
            .collect()
    }

    /// The flow with one of a fork's branches divided in two: what arrives behind it stays about the
    /// same, which matters where it can hardly be more.
    fn divided(&self, flow: &Flow, fork: &Range<usize>) -> Vec<Vec<Branch>> {
        let graph = self.judge.graph;
        let mut changed = Vec::new();
        for at in fork.clone() {
            let edge = &graph.edges[flow.branches[at].edge];
            if edge.head == graph.goal {
                // There can be more of what is wanted.
                continue;
            }
            let part = self.judge.amounts.branches.get(at).copied().unwrap_or(0);
            for other in self.likely(flow, (edge.tail, edge.head), part / 2) {
                let mut branches = flow.branches.clone();
                let half = branches[at].weight / 2;
                branches[at].weight -= half;
                branches.push(Branch {
                    edge: other,
                    weight: half,
                });
                changed.push(branches);
            }
        }
        changed
    }

    /// The edges between two tokens that do most with an amount, of those that the flow has not;
    /// and those that can do less than it.
    fn likely(&self, flow: &Flow, (tail, head): (usize, usize), part: u64) -> Vec<usize> {
        let graph = self.judge.graph;
        let kind = graph.kind();
        let is_free = |edge: &usize| flow.branches.iter().all(|branch| branch.edge != *edge);
        let mut likely: Vec<(u64, usize)> = graph
            .prepared(tail)
            .iter()
            .copied()
            .filter(|edge| graph.links[*edge].head == head && is_free(edge))
            .filter(|edge| self.counts_lanes || !graph.edges[*edge].is_smaller)
            .map(|edge| {
                let Edge {
                    venue, capacity, ..
                } = &graph.edges[edge];
                let rank = match venue.other(kind, part) {
                    Some(other) => worse(kind, other),
                    None if *capacity < part => 0,
                    None => u64::MAX,
                };
                (rank, edge)
            })
            .collect();
        likely.sort_unstable();
        likely.truncate(MAX_LIKELY);
        likely.into_iter().map(|(_, edge)| edge).collect()
    }

    /// The flow with a path beside it, from where the path leaves the flow to where it comes back.
    fn around(&self, flow: &Flow, path: &Path) -> Vec<Vec<Branch>> {
        let graph = self.judge.graph;
        let has = |node: usize| {
            node == graph.goal
                || flow
                    .branches
                    .iter()
                    .any(|branch| graph.links[branch.edge].tail == node)
        };
        let mut changed = Vec::new();
        let mut at = 0;
        while at < path.len() {
            let mut end = at + 1;
            while end < path.len() && !has(graph.links[path[end]].tail) {
                end += 1;
            }
            let tail = graph.links[path[at]].tail;
            let fork = flow
                .forks(graph)
                .into_iter()
                .find(|fork| graph.edges[flow.branches[fork.start].edge].tail == tail);
            if let Some(fork) = fork.filter(|_| end > at + 1) {
                changed.extend(self.with_branches(flow, &fork, &path[at..end]));
            }
            at = end;
        }
        changed
    }

    /// A flow with edges added, of which the first leaves a fork of it, with several shares.
    fn with_branches(&self, flow: &Flow, fork: &Range<usize>, edges: &[usize]) -> Vec<Vec<Branch>> {
        let graph = self.judge.graph;
        let Some(first) = edges.first().map(|edge| &graph.edges[*edge]) else {
            return Vec::new();
        };
        // All that it can do, if that is less.
        let total = self.judge.amounts.nodes.get(first.tail).copied();
        let total = total.unwrap_or(0).max(1);
        let capacity = first.capacity.min(total);
        let most = weight_of(capacity, total);
        let shares = SHARES.into_iter().filter(|share| *share < most);
        let all = (most < ONE).then_some(most);
        shares
            .chain(all)
            .map(|share| {
                let mut branches = flow.branches.clone();
                for branch in &mut branches[fork.clone()] {
                    branch.weight -= part_of(branch.weight, share);
                }
                branches.extend(edges.iter().enumerate().map(|(at, edge)| Branch {
                    edge: *edge,
                    weight: if at == 0 { share } else { ONE },
                }));
                branches
            })
            .collect()
    }
}
