//! Paths of single venues: what a search begins with, and what it adds to flows.

use super::{MAX_HOPS, graph::Graph};
use crate::quote::SwapKind;

/// Parts of the amount for which paths are looked for: what is best for all of it need not be best
/// for what a split leaves.
const PROBE_SHIFTS: [u32; 4] = [0, 2, 4, 6];
/// Paths kept for each part.
const MAX_PATHS: usize = 8;
/// Ways to a token that are kept at each hop.
const MAX_WAYS: usize = 6;

/// Edges one after the other from the root to the goal.
pub(super) type Path = Vec<usize>;

/// What a small amount would bring along the best single venues; `None` if there is no way.
pub(super) fn simple(graph: &mut Graph<'_>, amount: u64) -> Option<u64> {
    let found = paths(graph, amount);
    found.first().map(|(other, _)| *other)
}

/// The best paths for the amount and for parts of it.
pub(super) fn all_paths(graph: &mut Graph<'_>, amount: u64) -> Vec<Path> {
    let mut all: Vec<Path> = Vec::new();
    for shift in PROBE_SHIFTS {
        let part = amount >> shift;
        if part == 0 {
            break;
        }
        for (_, path) in paths(graph, part) {
            if !all.contains(&path) {
                all.push(path);
            }
        }
    }
    all
}

/// A way from the root to a token.
#[derive(Clone)]
struct Way {
    node: usize,
    amount: u64,
    edges: Path,
}

/// The best paths of single venues, best first, with what they come to.
fn paths(graph: &mut Graph<'_>, amount: u64) -> Vec<(u64, Path)> {
    let kind = graph.kind();
    let (root, goal) = (graph.root, graph.goal);
    let hops = graph.request.limits.max_hops.min(MAX_HOPS);
    let mut found = Vec::new();
    let mut ways = vec![Way {
        node: root,
        amount,
        edges: Vec::new(),
    }];
    for hop in 1..=hops {
        let mut next: Vec<Way> = Vec::new();
        for way in &ways {
            let leaving = graph.leaving(way.node, way.amount);
            for (edge, other) in best_edges(graph, way, &leaving) {
                let head = graph.links[edge].head;
                let passed = |edge: &usize| graph.links[*edge].tail == head;
                if way.edges.iter().any(passed) || graph.nodes[head].distance + hop > hops {
                    continue;
                }
                let mut edges = way.edges.clone();
                edges.push(edge);
                if head == goal {
                    found.push((other, edges));
                } else {
                    next.push(Way {
                        node: head,
                        amount: other,
                        edges,
                    });
                }
            }
        }
        next.sort_by_key(|way| (way.node, worse(kind, way.amount)));
        let mut kept: Vec<Way> = Vec::new();
        for way in next {
            let same = kept.iter().rev().take_while(|other| other.node == way.node);
            if same.count() < MAX_WAYS {
                kept.push(way);
            }
        }
        ways = kept;
    }
    found.sort_by_key(|(other, edges)| (worse(kind, *other), edges.len()));
    found.truncate(MAX_PATHS);
    found
}

/// The best edge to each token that a way can go on to.
fn best_edges(graph: &Graph<'_>, way: &Way, leaving: &[usize]) -> Vec<(usize, u64)> {
    let kind = graph.kind();
    let mut best: Vec<(usize, u64)> = Vec::new();
    for edge in leaving {
        let Some(other) = graph.edges[*edge].venue.other(kind, way.amount) else {
            continue;
        };
        let head = graph.links[*edge].head;
        match best
            .iter_mut()
            .find(|(known, _)| graph.links[*known].head == head)
        {
            Some(known) if worse(kind, other) < worse(kind, known.1) => *known = (*edge, other),
            Some(_) => {}
            None => best.push((*edge, other)),
        }
    }
    best
}

/// A number that is lower for better amounts.
pub(super) fn worse(kind: SwapKind, amount: u64) -> u64 {
    match kind {
        SwapKind::ExactIn => u64::MAX - amount,
        SwapKind::ExactOut => amount,
    }
}
