//! Traders who ask at the same time, kept apart.
//!
//! Every shard of a flow is exchanged for the one that the request's seed likes best among those of
//! the same two tokens with which the whole flow stays within the tolerance of what it was. What the
//! search finds is at most a basis point worse than the best there is; the tolerance is a decision on
//! top of that, for the sake of not waiting, and is counted from what the search found.
//!
//! Only shards are exchanged. Which orders of a book are met is a matter of price and time.

use super::{
    flow::Flow,
    graph::{Edge, Graph},
    score::{Costs, Judge, SCORE_BITS},
    size::Measure,
    venue::Venue,
};
use crate::quote::liking;

/// The flow over the shards that the request's seed likes best; `None` if it is that already.
pub(super) fn spread(
    graph: &Graph<'_>,
    flow: &Flow,
    costs: Costs,
    measure: &Measure,
) -> Option<Flow> {
    let request = &graph.request;
    let seed = request.choice.seed.unwrap_or(request.trader);
    let mut judge = Judge::new(graph, request.amount, costs);
    let best = judge.score(flow)?;
    let end = judge.amounts.nodes[graph.goal];
    let allowed = i128::from(request.choice.allowance(end)) << SCORE_BITS;
    let mut spread = flow.clone();
    let count = flow.branches.len() as i128;
    for at in 0..flow.branches.len() {
        // Each branch may use its part of the tolerance and what those before it left.
        let least = best - allowed * (at as i128 + 1) / count;
        let own = spread.branches[at].edge;
        let mut others: Vec<(u64, usize)> = others(graph, &spread, own)
            .map(|edge| (liking(&seed, &graph.edges[edge].account), edge))
            .collect();
        others.retain(|(liked, _)| *liked > liking(&seed, &graph.edges[own].account));
        others.sort_unstable_by(|one, other| other.cmp(one));
        for (_, edge) in others {
            spread.branches[at].edge = edge;
            let is_near = judge.score(&spread).is_some_and(|score| score >= least);
            if is_near && measure.is_within(graph, &spread, &judge.amounts) {
                break;
            }
            spread.branches[at].edge = own;
        }
    }
    (spread != *flow).then_some(spread)
}

/// Shards that can take the place of one in a flow.
fn others<'g>(
    graph: &'g Graph<'_>,
    flow: &'g Flow,
    own: usize,
) -> impl Iterator<Item = usize> + 'g {
    let is_shard = |edge: &Edge| matches!(edge.venue, Venue::Shard(_));
    let (tail, head) = (graph.links[own].tail, graph.links[own].head);
    let used = move |group: usize| {
        let mut branches = flow.branches.iter();
        branches.any(|branch| graph.links[branch.edge].group == group)
    };
    let all = match is_shard(&graph.edges[own]) {
        true => graph.prepared(tail),
        false => &[],
    };
    all.iter().copied().filter(move |edge| {
        let edge = &graph.edges[*edge];
        edge.head == head && is_shard(edge) && !used(edge.group)
    })
}
