//! `sum_tally`, `finalize`, `decide_early`: what the votes have decided.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::{refused, require_of};
use crate::{
    errors::GovernanceError,
    events::{ProposalDecided, TalliesSummed},
    state::{Proposal, TallyShard},
};

/// Accounts of `sum_tally`, `finalize` and `decide_early`; for the first behind it some tally
/// shards in any order, for the last all of them in order. Anyone may call them.
#[derive(Accounts)]
pub struct Decide {
    /// The proposal.
    #[account(mut)]
    pub proposal: Loaded<Proposal>,
}

/// The tally shards behind the declared accounts.
fn tallies(ctx: &mut Context<Decide>) -> Result<Vec<Loaded<TallyShard>>> {
    let views = ctx
        .remaining_accounts()
        .map_err(|_| GovernanceError::WrongProposal)?;
    let proposal = &ctx.accounts.proposal;
    let load = |view| {
        let tally = Loaded::<TallyShard>::load(view)?;
        require_of(&tally.proposal, proposal)?;
        Ok(tally)
    };
    views.into_iter().map(load).collect()
}

fn log_decided(proposal: &Loaded<Proposal>, early: bool) {
    log(ProposalDecided {
        proposal: *proposal.address(),
        sums: proposal.sums,
        decided_at: proposal.decided_at,
        state: proposal.state,
        winners: proposal.winners,
        early: u8::from(early),
        reserved: [0; 5],
    });
}

/// Handler of `sum_tally`. Each shard is added once: the proposal remembers which were.
#[inline(never)]
pub(crate) fn sum_tally(ctx: &mut Context<Decide>) -> Result<()> {
    let tallies = tallies(ctx)?;
    require!(!tallies.is_empty(), GovernanceError::NotSummed);
    let now = Clock::get()?.unix_timestamp;
    let proposal = &mut ctx.accounts.proposal;
    for tally in &tallies {
        proposal
            .rules_mut()
            .sum_shard(now, tally.index, tally.tally())
            .map_err(refused)?;
    }
    log(TalliesSummed {
        proposal: *proposal.address(),
        summed: proposal.summed,
        reserved: [0; 4],
    });
    Ok(())
}

/// Handler of `finalize`.
#[inline(never)]
pub(crate) fn finalize(ctx: &mut Context<Decide>) -> Result<()> {
    let now = Clock::get()?.unix_timestamp;
    let proposal = &mut ctx.accounts.proposal;
    proposal.rules_mut().finalize(now).map_err(refused)?;
    log_decided(proposal, false);
    Ok(())
}

/// Handler of `decide_early`. Shards have to come in order, so that none comes twice.
#[inline(never)]
pub(crate) fn decide_early(ctx: &mut Context<Decide>) -> Result<()> {
    let tallies = tallies(ctx)?;
    for (index, tally) in tallies.iter().enumerate() {
        require!(
            usize::from(tally.index) == index,
            GovernanceError::InvalidShards
        );
    }
    let now = Clock::get()?.unix_timestamp;
    let proposal = &mut ctx.accounts.proposal;
    proposal
        .rules_mut()
        .decide_early(now, tallies.iter().map(|tally| tally.tally()))
        .map_err(refused)?;
    log_decided(proposal, true);
    Ok(())
}
