//! The search for the best flow.
//!
//! A shard's fee falls with the size of a trade, so that one trade in one shard is often better than
//! two in two: the best split cannot be found by following marginal prices from nothing. So whole
//! flows are compared. It begins with the best single venues along the best paths, for the whole
//! amount and for parts of it, and then adds, exchanges and removes branches as long as that pays,
//! with a few flows kept side by side. For the flows in the running the weights are found by
//! [`improve`](super::improve): along marginal prices, but for a set of venues that is settled.

mod change;

use std::collections::HashMap;

use super::{
    flow::{Branch, Flow, ONE},
    graph::Graph,
    improve::{Fineness, improve},
    paths::{Path, all_paths},
    repair::repair,
    score::{Costs, Judge},
    size::Measure,
};

/// Flows kept side by side.
const MAX_KEPT: usize = 4;
/// Changes of each kept flow that are looked at closely.
const MAX_TRIED: usize = 16;
/// With how many shares the same branches are looked at closely: where rates fall with size, there
/// is more than one place from which no small change pays.
const MAX_STARTS: usize = 4;
/// Rounds of changes.
const MAX_ROUNDS: usize = 16;
/// Flows further from the best than it divided by two to this are not searched to the unit.
const FINISH_BITS: u32 = 11;
/// Changes that make a flow so much worse before their weights are looked for, as a power of two,
/// are not looked at closely.
const HOPELESS_BITS: u32 = 5;
/// Flows further from the best than it divided by two to this are not kept: they are a change or
/// two away from others that are not.
const NEAR_BITS: u32 = 6;

/// A flow with its score.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) flow: Flow,
    pub(super) score: i128,
}

/// The best flows for an amount, best first. Empty if the amount cannot be traded.
pub(super) fn search(
    graph: &mut Graph<'_>,
    amount: u64,
    costs: Costs,
    measure: &Measure,
) -> Vec<Candidate> {
    let mut search = Search::new(graph, amount, costs, measure);
    let mut kept = search.begin();
    for _ in 0..MAX_ROUNDS {
        let best = kept.first().map(|candidate| candidate.score);
        let near = best.map(|best| best - (best.abs() >> NEAR_BITS));
        kept.retain(|candidate| Some(candidate.score) >= near);
        // What is not among the best is not kept.
        let floor = kept.get(MAX_KEPT - 1).map(|candidate| candidate.score);
        let floor = floor.max(near);
        let mut next = kept.clone();
        for candidate in &kept {
            if !search.changed_from.contains(&candidate.flow) {
                search.changed_from.push(candidate.flow.clone());
                next.extend(search.changed(&candidate.flow, floor));
            }
        }
        keep_best(&mut next, MAX_KEPT);
        let is_better = next.first().map(|candidate| candidate.score) > best;
        let is_new = next
            .iter()
            .any(|new| kept.iter().all(|old| old.flow != new.flow));
        kept = next;
        if !is_better && !is_new {
            break;
        }
    }
    // The last steps bring less than what these are apart.
    let best = kept.first().map_or(0, |candidate| candidate.score);
    kept.retain(|candidate| best - candidate.score <= best.abs() >> FINISH_BITS);
    for candidate in &mut kept {
        search.finish(candidate);
    }
    keep_best(&mut kept, MAX_KEPT);
    kept
}

/// The flows that a search begins with: enough to tell whether an amount can be traded.
pub(super) fn first_flows(graph: &mut Graph<'_>, amount: u64, measure: &Measure) -> Vec<Candidate> {
    Search::new(graph, amount, Costs::default(), measure).begin()
}

struct Search<'g, 'a, 'm> {
    judge: Judge<'g, 'a>,
    measure: &'m Measure,
    paths: Vec<Path>,
    /// How often flows over the same edges have been looked at closely.
    seen: HashMap<Vec<usize>, usize>,
    /// How many flows have been.
    looked_at: usize,
    /// The flows whose changes have been looked at.
    changed_from: Vec<Flow>,
    /// Whether it matters how many lanes a take names: because a transaction was too large, or because
    /// each costs something.
    counts_lanes: bool,
}

impl<'g, 'a, 'm> Search<'g, 'a, 'm> {
    fn new(graph: &'g mut Graph<'a>, amount: u64, costs: Costs, measure: &'m Measure) -> Self {
        let paths = all_paths(graph, amount);
        Self {
            judge: Judge::new(graph, amount, costs),
            measure,
            paths,
            seen: HashMap::new(),
            looked_at: 0,
            changed_from: Vec::new(),
            counts_lanes: !costs.are_none(),
        }
    }

    /// The flows to begin with.
    fn begin(&mut self) -> Vec<Candidate> {
        let graph = self.judge.graph;
        let chains = self
            .paths
            .iter()
            .filter_map(|path| Flow::chain(graph, path));
        let mut flows: Vec<Flow> = chains.collect();
        if !flows.iter().any(|flow| self.judge.score(flow).is_some()) {
            flows.extend(self.wide());
        }
        let mut kept: Vec<Candidate> = flows
            .into_iter()
            .filter_map(|flow| self.closer(flow, None))
            .collect();
        keep_best(&mut kept, MAX_KEPT);
        kept
    }

    /// Flows over several venues a hop and over several paths, by what they can do: for amounts that
    /// are too much for one.
    fn wide(&mut self) -> Vec<Flow> {
        let mut flows = Vec::new();
        let paths = self.paths.clone();
        let most: Vec<u64> = paths.iter().map(|path| self.most_along(path)).collect();
        for width in 1..=self.measure.max_legs() {
            // One path after the other beside those before, where that makes no circle.
            let mut union: Vec<Branch> = Vec::new();
            for (path, most) in paths.iter().zip(&most) {
                let branches = self.widened(path, *most, width);
                flows.extend(Flow::new(self.judge.graph, branches.clone()));
                let mut with = union.clone();
                for branch in branches {
                    match with.iter_mut().find(|other| other.edge == branch.edge) {
                        Some(same) => same.weight = same.weight.saturating_add(branch.weight),
                        None => with.push(branch),
                    }
                }
                if let Some(flow) = Flow::new(self.judge.graph, with.clone()) {
                    union = with;
                    flows.push(flow);
                }
            }
        }
        flows
    }

    /// About the most that single venues can do one after the other.
    fn most_along(&mut self, path: &Path) -> u64 {
        let graph = self.judge.graph;
        let Some(flow) = Flow::chain(graph, path) else {
            return 0;
        };
        let (mut low, mut high) = (0, self.judge.amount);
        while high - low > 1 + low / 256 {
            let middle = low + (high - low) / 2;
            if flow.run(graph, middle, &mut self.judge.amounts).is_some() {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    }

    /// A path over the venues of each hop that can do most, its first one with a weight of what the
    /// path can do.
    fn widened(&self, path: &Path, most: u64, width: usize) -> Vec<Branch> {
        let graph = self.judge.graph;
        let mut branches = Vec::new();
        for (at, edge) in path.iter().enumerate() {
            let (tail, head) = (graph.links[*edge].tail, graph.links[*edge].head);
            let mut parallel: Vec<Branch> = graph
                .prepared(tail)
                .iter()
                .filter(|other| graph.links[**other].head == head)
                .map(|other| {
                    let capacity = graph.links[*other].capacity.min(ONE);
                    let weight = match at {
                        0 => capacity.min(most.max(1)),
                        _ => capacity,
                    };
                    Branch {
                        edge: *other,
                        weight,
                    }
                })
                .collect();
            parallel.sort_by_key(|branch| std::cmp::Reverse(branch.weight));
            let mut groups = Vec::new();
            parallel.retain(|branch| {
                let group = graph.links[branch.edge].group;
                let is_new = !groups.contains(&group);
                groups.push(group);
                is_new
            });
            parallel.truncate(width);
            branches.extend(parallel);
        }
        branches
    }

    /// A flow with better weights, if it is within the limits and has not been seen too often.
    fn closer(&mut self, mut flow: Flow, floor: Option<i128>) -> Option<Candidate> {
        let starts = self.seen.entry(sorted_edges(&flow)).or_default();
        if *starts >= MAX_STARTS {
            return None;
        }
        *starts += 1;
        self.looked_at += 1;
        let score = match self.judge.score(&flow) {
            None => Some(repair(&mut self.judge, &mut flow)?),
            score => score,
        };
        let is_within = || {
            let amounts = &self.judge.amounts;
            self.measure.is_within(self.judge.graph, &flow, amounts)
        };
        if !is_within() {
            self.counts_lanes = true;
            return None;
        }
        let can_grow = self.can_grow(&flow);
        let coarse = Fineness::Coarse { floor };
        let score = improve(&mut self.judge, &mut flow, score, coarse)?;
        (!can_grow || self.within_limits(&flow)).then_some(Candidate { flow, score })
    }

    /// Whether the transaction of the flow that was judged last can become larger with other amounts:
    /// by lanes that are met, or by a leg that does nothing yet.
    fn can_grow(&self, flow: &Flow) -> bool {
        let parts = flow.branches.iter().zip(&self.judge.amounts.branches);
        let mut parts = parts.map(|(branch, part)| (&self.judge.graph.edges[branch.edge], part));
        parts.any(|(edge, part)| *part == 0 || edge.venue.has_notches())
    }

    fn within_limits(&mut self, flow: &Flow) -> bool {
        self.judge.score(flow).is_some()
            && self
                .measure
                .is_within(self.judge.graph, flow, &self.judge.amounts)
    }

    /// To the last unit, and without branches that do nothing.
    fn finish(&mut self, candidate: &mut Candidate) {
        let Candidate { flow, score } = candidate;
        let mut refined = flow.clone();
        if let Some(better) = improve(&mut self.judge, &mut refined, Some(*score), Fineness::Exact)
            && self.within_limits(&refined)
        {
            (*flow, *score) = (refined, better);
        }
        let idle = |branch: &Branch| branch.weight == 0;
        if flow.branches.iter().any(idle) {
            let busy: Vec<Branch> = flow
                .branches
                .iter()
                .copied()
                .filter(|at| !idle(at))
                .collect();
            if let Some(pruned) = Flow::new(self.judge.graph, busy)
                && let Some(same) = self.judge.score(&pruned)
                && same >= *score
            {
                (*flow, *score) = (pruned, same);
            }
        }
    }

    /// Flows that differ from this one by a branch, or by a path around a part of it.
    fn changed(&mut self, flow: &Flow, floor: Option<i128>) -> Vec<Candidate> {
        let mut changes: Vec<(Option<i128>, Flow)> = Vec::new();
        // What arrives at each token now.
        self.judge.score(flow);
        let least = floor.map(|floor| floor - (floor.abs() >> HOPELESS_BITS));
        for changed in self.neighbours(flow) {
            let score = self.judge.score(&changed);
            if score.is_none() || score >= least {
                changes.push((score, changed));
            }
        }
        // The best share of each set of branches.
        changes.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let mut tried: Vec<Candidate> = Vec::new();
        let mut attempts = 0;
        for (_, changed) in changes {
            if attempts == MAX_TRIED {
                break;
            }
            let before = self.looked_at;
            tried.extend(self.closer(changed, floor));
            attempts += self.looked_at - before;
        }
        tried
    }
}

fn keep_best(candidates: &mut Vec<Candidate>, most: usize) {
    candidates.sort_by(|a, b| {
        let legs = a.flow.branches.len().cmp(&b.flow.branches.len());
        b.score.cmp(&a.score).then(legs)
    });
    // Of the same branches only the best: the others would only crowd out different ones.
    let mut known: Vec<Vec<usize>> = Vec::new();
    candidates.retain(|candidate| {
        let edges = sorted_edges(&candidate.flow);
        let is_new = !known.contains(&edges);
        known.push(edges);
        is_new
    });
    candidates.truncate(most);
}

/// A flow's edges, as the name of the set that they are.
fn sorted_edges(flow: &Flow) -> Vec<usize> {
    let mut edges: Vec<usize> = flow.branches.iter().map(|branch| branch.edge).collect();
    edges.sort_unstable();
    edges
}
