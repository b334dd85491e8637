//! Finding a flow's best weights.
//!
//! At every token weight is moved between two branches as long as that pays: first in large steps,
//! then in smaller ones, down to single units. Where three outcomes of a move lie on a parabola that
//! has a highest point, that point is tried too, which ends the search near a smooth optimum in a few
//! moves. A book is filled in whole lots, so its amounts are also tried at such borders.

use std::ops::Range;

use super::{
    flow::{Flow, ONE, weight_of},
    graph::Graph,
    score::Judge,
    venue::Notches,
};

/// Each step is so many powers of two below the last.
const STEP_BITS: u32 = 2;
/// How often one step is repeated while it still pays.
const MAX_REPEATS: usize = 4;
/// Gains that do not matter where flows are only compared, as a power of two: a millionth.
const LEAST_GAIN_BITS: u32 = 20;
/// Of amounts up to so many units every unit within a window is tried: what is rounded to units is
/// more than a basis point of them, and goes up and down with each.
const SMALL_AMOUNT: u64 = 20_000;
const TINY_AMOUNT: u64 = 300;
const WINDOW: u64 = 1_000;

/// Parts of an amount that are too small to matter, as a power of two: a millionth.
const FINEST_BITS: u32 = 20;
/// A book that trades so many lots is not moved to whole ones to compare flows: a lot is a fraction
/// of a basis point.
const MANY_LOTS: u64 = 20_000;

/// How fine a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fineness {
    /// To compare flows: parts of a few hundredths. Ends early where a flow comes nowhere near a
    /// score that it has to reach.
    Coarse {
        /// That score, if there is one.
        floor: Option<i128>,
    },
    /// To a unit, or a millionth of more than a million.
    Exact,
}

impl Fineness {
    /// The first and the last step.
    fn steps(self) -> (u64, u64) {
        match self {
            Self::Coarse { .. } => (ONE / 4, ONE >> 8),
            // What flows are compared with has gone down to less.
            Self::Exact => (ONE >> 6, ONE >> FINEST_BITS),
        }
    }

    /// Whether it has become so much better that the same step may pay again.
    fn is_gain(self, before: Option<i128>, now: Option<i128>) -> bool {
        match (self, before, now) {
            (Self::Coarse { .. }, Some(before), Some(now)) => {
                now - before > now.abs() >> LEAST_GAIN_BITS
            }
            _ => now != before,
        }
    }

    /// Whether a flow is too far from where it has to come, after so many steps: each brings less
    /// than the one before.
    fn is_hopeless(self, score: Option<i128>, steps: u32) -> bool {
        let Self::Coarse { floor: Some(floor) } = self else {
            return false;
        };
        let within_reach = floor.abs() >> (5 + STEP_BITS * steps);
        score.is_some_and(|score| score < floor - within_reach)
    }
}

/// Improves the weights of a flow of a known score; tells the score it reaches.
pub(super) fn improve(
    judge: &mut Judge<'_, '_>,
    flow: &mut Flow,
    score: Option<i128>,
    fineness: Fineness,
) -> Option<i128> {
    let mut forks: Vec<Range<usize>> = flow.forks(judge.graph);
    forks.retain(|fork| fork.len() > 1);
    if forks.is_empty() {
        return score;
    }
    let mut best = score;
    let (mut step, finest) = fineness.steps();
    for steps in 1.. {
        let mut is_fine = true;
        for fork in &forks {
            for _ in 0..MAX_REPEATS {
                let before = best;
                for from in fork.clone() {
                    for to in from + 1..fork.end {
                        best = exchange(judge, flow, (from, to), step, best);
                    }
                }
                if !fineness.is_gain(before, best) {
                    break;
                }
            }
            best = to_notches(judge, flow, fork, fineness, best);
            let moved = u128::from(total_at(judge, flow, fork)) * u128::from(step);
            is_fine &= moved < u128::from(ONE);
        }
        if fineness.is_hopeless(best, steps) {
            return None;
        }
        if step <= finest || (is_fine && best.is_some()) {
            break;
        }
        step = (step >> STEP_BITS).max(1);
    }
    let small = match fineness {
        Fineness::Coarse { .. } => TINY_AMOUNT,
        Fineness::Exact => SMALL_AMOUNT,
    };
    for fork in &forks {
        if total_at(judge, flow, fork) <= small {
            best = unit_by_unit(judge, flow, fork, best);
        }
    }
    best
}

/// What arrives at a fork, as of the flow that was judged last: near enough.
fn total_at(judge: &Judge<'_, '_>, flow: &Flow, fork: &Range<usize>) -> u64 {
    let tail = judge.graph.edges[flow.branches[fork.start].edge].tail;
    let total = judge.amounts.nodes.get(tail);
    total.copied().unwrap_or(u64::MAX)
}

/// Tries to move every number of units within a window from one branch to another.
fn unit_by_unit(
    judge: &mut Judge<'_, '_>,
    flow: &mut Flow,
    fork: &Range<usize>,
    score: Option<i128>,
) -> Option<i128> {
    let mut best = score;
    let total = total_at(judge, flow, fork).max(1);
    // A little more than a unit, so that it does not round to less.
    let unit = i128::from(weight_of(1, total));
    let window = i128::from(total.min(WINDOW));
    for from in fork.clone() {
        for to in fork.clone().filter(|to| *to > from) {
            let mut most = (best, 0);
            for units in (-window..=window).filter(|units| *units != 0) {
                let outcome = tried(judge, flow, (from, to), units * unit);
                if outcome > most.0 {
                    most = (outcome, units * unit);
                }
            }
            if most.1 != 0 {
                shift(flow, (from, to), most.1);
                best = most.0;
            }
        }
    }
    best
}

/// Moves weight between two branches, one way or the other, if that pays.
fn exchange(
    judge: &mut Judge<'_, '_>,
    flow: &mut Flow,
    pair: (usize, usize),
    step: u64,
    score: Option<i128>,
) -> Option<i128> {
    let forth = tried(judge, flow, pair, i128::from(step));
    let back = tried(judge, flow, pair, -i128::from(step));
    let mut best = (score, 0);
    for (outcome, by) in [(forth, i128::from(step)), (back, -i128::from(step))] {
        if outcome > best.0 {
            best = (outcome, by);
        }
    }
    if let (Some(here), Some(forth), Some(back)) = (score, forth, back) {
        let bend = 2 * here - forth - back;
        if bend > 0 {
            let top = i128::from(step).saturating_mul(forth - back) / (2 * bend);
            if top != 0 {
                let outcome = tried(judge, flow, pair, top);
                if outcome > best.0 {
                    best = (outcome, top);
                }
            }
        }
    }
    if best.1 != 0 {
        shift(flow, pair, best.1);
    }
    best.0
}

/// The score with so much weight moved from the first branch to the second. `None` also where
/// there is not so much.
fn tried(
    judge: &mut Judge<'_, '_>,
    flow: &mut Flow,
    pair: (usize, usize),
    by: i128,
) -> Option<i128> {
    if !shift(flow, pair, by) {
        return None;
    }
    let score = judge.score(flow);
    shift(flow, pair, -by);
    score
}

/// Moves weight from the first branch to the second, if there is so much.
pub(super) fn shift(flow: &mut Flow, (from, to): (usize, usize), by: i128) -> bool {
    let moved = |weight: u64, by: i128| u64::try_from(i128::from(weight).checked_add(by)?).ok();
    let left = moved(flow.branches[from].weight, -by);
    let right = moved(flow.branches[to].weight, by);
    let (Some(left), Some(right)) = (left, right) else {
        return false;
    };
    flow.branches[from].weight = left;
    flow.branches[to].weight = right;
    true
}

/// Moves books to whole lots, for or against another branch: books of the fork, and those behind
/// it that take all of what a branch of the fork delivers.
fn to_notches(
    judge: &mut Judge<'_, '_>,
    flow: &mut Flow,
    fork: &Range<usize>,
    fineness: Fineness,
    score: Option<i128>,
) -> Option<i128> {
    let (graph, kind) = (judge.graph, judge.graph.kind());
    let mut best = score;
    for at in fork.clone() {
        let edge = &graph.edges[flow.branches[at].edge];
        if !edge.venue.has_notches() && !is_before_book(graph, flow, edge.head) {
            continue;
        }
        let _ = judge.score(flow);
        let Some(part) = judge.amounts.branches.get(at).copied() else {
            // A branch in front of it failed.
            continue;
        };
        let many = |lots| fineness != Fineness::Exact && lots > MANY_LOTS;
        if edge.venue.lots(kind, part).is_some_and(many) {
            continue;
        }
        let total = judge.amounts.nodes[edge.tail];
        let own = edge.venue.notches(kind, part);
        let behind = notches_behind(judge, flow, at, part);
        let wanted = own.into_iter().chain(behind);
        for wanted in wanted.filter(|wanted| *wanted <= total) {
            let weight = i128::from(weight_of(wanted, total));
            for other in fork.clone().filter(|other| *other != at) {
                let by = weight - i128::from(flow.branches[at].weight);
                let outcome = tried(judge, flow, (other, at), by);
                if outcome > best {
                    best = outcome;
                    shift(flow, (other, at), by);
                    break;
                }
            }
        }
    }
    best
}

/// Whether a book takes what arrives at a token.
fn is_before_book(graph: &Graph<'_>, flow: &Flow, node: usize) -> bool {
    let edges = flow.branches.iter().map(|branch| &graph.edges[branch.edge]);
    let mut behind = edges.filter(|edge| edge.tail == node);
    behind.any(|edge| edge.venue.has_notches())
}

/// Amounts of a branch with which the book behind it trades whole lots, if there is one that takes
/// all that arrives at the branch's end.
fn notches_behind(judge: &Judge<'_, '_>, flow: &Flow, at: usize, part: u64) -> Notches {
    let (graph, kind) = (judge.graph, judge.graph.kind());
    let edge = &graph.edges[flow.branches[at].edge];
    let mut behind = flow
        .branches
        .iter()
        .map(|branch| &graph.edges[branch.edge])
        .filter(|other| other.tail == edge.head);
    let (Some(book), None) = (behind.next(), behind.next()) else {
        return Notches::new();
    };
    let arrived = judge.amounts.nodes[edge.head];
    let Some(own) = edge.venue.other(kind, part).filter(|own| *own <= arrived) else {
        return Notches::new();
    };
    let wanted = book.venue.notches(kind, arrived).into_iter();
    wanted
        .filter_map(|notch| {
            let wanted = notch.checked_sub(arrived - own)?;
            let most = part.saturating_mul(2);
            edge.venue.given(kind, wanted, (part, own), most)
        })
        .collect()
}
