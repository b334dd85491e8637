//! Which of two flows is better: by what arrives or leaves, less what its legs cost.

use super::{
    RouteCosts,
    flow::{Amounts, Flow},
    graph::Graph,
};
use crate::quote::SwapKind;

/// The costs of legs in the token that flows are compared in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Costs {
    pub(super) micro_lamports_per_unit: u64,
    pub(super) lamports_per_token: u64,
    pub(super) units_per_sol: u64,
}

impl Costs {
    /// With a price of SOL found.
    pub(super) fn new(costs: &RouteCosts, units_per_sol: u64) -> Self {
        Self {
            micro_lamports_per_unit: costs.micro_lamports_per_unit,
            lamports_per_token: costs.lamports_per_token,
            units_per_sol,
        }
    }

    /// Lamports for compute units and tokens passed through, rounded up.
    pub(super) fn lamports(&self, compute_units: u64, tokens: usize) -> u64 {
        const MICRO: u128 = 1_000_000;
        let priority = u128::from(compute_units) * u128::from(self.micro_lamports_per_unit);
        let rent = u128::from(self.lamports_per_token) * tokens as u128;
        u64::try_from(priority.div_ceil(MICRO) + rent).unwrap_or(u64::MAX)
    }

    /// Their worth, rounded up.
    pub(super) fn worth(&self, lamports: u64) -> u64 {
        const LAMPORTS_PER_SOL: u128 = 1_000_000_000;
        let worth = u128::from(lamports) * u128::from(self.units_per_sol);
        u64::try_from(worth.div_ceil(LAMPORTS_PER_SOL)).unwrap_or(u64::MAX)
    }

    pub(super) fn are_none(&self) -> bool {
        self.units_per_sol == 0
            || (self.micro_lamports_per_unit == 0 && self.lamports_per_token == 0)
    }
}

/// Scores are amounts times two to this.
pub(super) const SCORE_BITS: u32 = 20;

/// Judges flows of one amount.
#[derive(Debug)]
pub(super) struct Judge<'g, 'a> {
    pub(super) graph: &'g Graph<'a>,
    pub(super) amount: u64,
    pub(super) costs: Costs,
    pub(super) amounts: Amounts,
}

impl<'g, 'a> Judge<'g, 'a> {
    pub(super) fn new(graph: &'g Graph<'a>, amount: u64, costs: Costs) -> Self {
        Self {
            graph,
            amount,
            costs,
            amounts: Amounts::default(),
        }
    }

    /// More is better, in parts of 2^20 of a unit; `None` for a flow that cannot be. Leaves the flow's amounts behind.
    pub(super) fn score(&mut self, flow: &Flow) -> Option<i128> {
        let (end, spare) = flow.run_with_spare(self.graph, self.amount, &mut self.amounts)?;
        let value = match self.graph.kind() {
            SwapKind::ExactIn => i128::from(end),
            SwapKind::ExactOut => -i128::from(end),
        };
        // Between lots of a book nothing changes: what is nearer to the next one is better.
        let scaled = (value << SCORE_BITS) + i128::from(spare.min((1 << SCORE_BITS) - 1));
        if self.costs.are_none() {
            return Some(scaled);
        }
        let (mut units, mut heads) = (0, Vec::new());
        for (branch, part) in flow.branches.iter().zip(&self.amounts.branches) {
            if *part > 0 {
                let edge = &self.graph.edges[branch.edge];
                units += edge.venue.units(self.graph.kind(), *part);
                if edge.head != self.graph.goal && !heads.contains(&edge.head) {
                    heads.push(edge.head);
                }
            }
        }
        let lamports = self.costs.lamports(units, heads.len());
        Some(scaled - (i128::from(self.costs.worth(lamports)) << SCORE_BITS))
    }

    /// By how much a flow's branches get more than they can do; see [`Flow::excess`]. Leaves the
    /// flow's amounts behind, as far as they can be.
    pub(super) fn excess(&mut self, flow: &Flow) -> u64 {
        flow.excess(self.graph, self.amount, &mut self.amounts)
    }
}
