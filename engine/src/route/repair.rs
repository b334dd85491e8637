//! Weights with which a flow can be, where those at hand give a venue more than it can do.
//!
//! A book or a shard may be behind several hops, so that what is too much for it was decided at
//! another token. Weight is moved at every token as long as less is left over, in large steps and
//! then in smaller ones.

use super::{
    flow::{Flow, ONE},
    improve::shift,
    score::Judge,
};

/// Each step is half of the last.
const STEP_BITS: u32 = 1;
/// Finer steps are parts of a unit of most amounts.
const FINEST: u64 = ONE >> 20;
/// How often one step is repeated while it still helps.
const MAX_REPEATS: usize = 4;

/// Makes a flow possible, if that can be done by its weights alone; tells the score it has then.
pub(super) fn repair(judge: &mut Judge<'_, '_>, flow: &mut Flow) -> Option<i128> {
    let forks = flow.forks(judge.graph);
    let forks: Vec<_> = forks.into_iter().filter(|fork| fork.len() > 1).collect();
    if forks.is_empty() {
        return None;
    }
    let mut over = judge.excess(flow);
    let mut step = ONE / 2;
    while over > 0 && step >= FINEST {
        for _ in 0..MAX_REPEATS {
            let before = over;
            for fork in &forks {
                let pairs = fork
                    .clone()
                    .flat_map(|from| fork.clone().map(move |to| (from, to)));
                for pair in pairs.filter(|(from, to)| from != to) {
                    over = moved(judge, flow, pair, step, over);
                }
            }
            if over == before || over == 0 {
                break;
            }
        }
        step >>= STEP_BITS;
    }
    judge.score(flow)
}

/// What is left over once weight is moved from one branch to another, if that is less.
fn moved(
    judge: &mut Judge<'_, '_>,
    flow: &mut Flow,
    pair: (usize, usize),
    step: u64,
    over: u64,
) -> u64 {
    // Where there is less than a step, all of it.
    let step = i128::from(step.min(flow.branches[pair.0].weight));
    if over == 0 || step == 0 || !shift(flow, pair, step) {
        return over;
    }
    let now = judge.excess(flow);
    if now < over {
        return now;
    }
    shift(flow, pair, -step);
    over
}
