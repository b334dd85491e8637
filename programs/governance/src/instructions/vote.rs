//! `vote`, `change_vote`, `withdraw_vote`: what a position says about a proposal.

use anchor_lang::{address_eq, prelude::*};
use sealane_core::governance::{Ballot, Body, Options, Voice, VoteChange, Voter};
use sealane_onchain::{Loaded, events::log};
use sealane_staking::state::Position;

use super::{body_of, refused};
use crate::{
    errors::GovernanceError,
    events::Voted,
    state::{Proposal, TallyShard, VoteRecord},
};

/// A ballot. A community's position casts any; a council's only abstains or vetoes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub enum BallotParam {
    /// For some options, a bit each.
    Yes(u8),
    /// Against all options.
    No,
    /// Neither; counts for the quorum.
    Abstain,
    /// Against all options, and against the proposal being made.
    Veto,
}

impl From<BallotParam> for Ballot {
    #[inline(always)]
    fn from(ballot: BallotParam) -> Self {
        match ballot {
            BallotParam::Yes(options) => Self::Yes(Options::from_bits(options)),
            BallotParam::No => Self::No,
            BallotParam::Abstain => Self::Abstain,
            BallotParam::Veto => Self::Veto,
        }
    }
}

/// Accounts of `vote`, `change_vote` and `withdraw_vote`. Two are written: the voter's own record,
/// and a tally shard of the voter's choice.
#[derive(Accounts)]
pub struct Vote {
    /// The position's owner or delegate.
    pub voter: Signer,
    /// The proposal; read only.
    pub proposal: Loaded<Proposal>,
    /// The position, an account of the staking program; read only.
    pub position: Loaded<Position>,
    /// The position's record of this proposal.
    #[account(mut)]
    pub record: Loaded<VoteRecord>,
    /// The shard that counts the vote: any for the first one, the same for those that follow.
    #[account(mut)]
    pub tally: Loaded<TallyShard>,
}

impl Vote {
    /// Who votes, and in which body, after checking that the accounts belong together.
    #[inline(always)]
    fn check(&self) -> Result<(Body, Voter)> {
        let proposal = self.proposal.address();
        if !address_eq(&self.record.proposal, proposal)
            || !address_eq(&self.tally.proposal, proposal)
        {
            return Err(GovernanceError::WrongProposal.into());
        }
        if !address_eq(&self.record.position, self.position.address()) {
            return Err(GovernanceError::WrongPosition.into());
        }
        let body = body_of(&self.proposal, &self.position)?;
        let signer = self.voter.address();
        let voter = if address_eq(signer, &self.position.owner) {
            Voter::Owner
        } else if address_eq(signer, &self.position.delegate) {
            // Nobody signs for the address of zeros, which stands for no delegate.
            Voter::Delegate
        } else {
            return Err(GovernanceError::WrongVoter.into());
        };
        Ok((body, voter))
    }

    /// Lets the shard follow the record.
    #[inline(always)]
    fn follow(&mut self, change: &VoteChange, voter: Voter) -> Result<()> {
        require!(
            self.tally.index == change.shard(),
            GovernanceError::WrongRecord
        );
        self.tally.tally_mut().follow(change).map_err(refused)?;
        self.record.voter = *self.voter.address();
        let (kind_before, options_before) = coded(change.before());
        log(Voted {
            proposal: self.record.proposal,
            position: self.record.position,
            voter: self.record.voter,
            weight: self.record.weight,
            kind: self.record.kind,
            options: self.record.options,
            kind_before,
            options_before,
            council: self.record.council,
            by_delegate: u8::from(voter == Voter::Delegate),
            shard: self.record.shard,
            reserved: 0,
        });
        Ok(())
    }
}

/// A ballot as records and events have it.
#[inline(always)]
fn coded(ballot: Option<Ballot>) -> (u8, u8) {
    match ballot {
        None => (0, 0),
        Some(Ballot::Yes(options)) => (1, options.bits()),
        Some(Ballot::No) => (2, 0),
        Some(Ballot::Abstain) => (3, 0),
        Some(Ballot::Veto) => (4, 0),
    }
}

/// Handler of `vote`, the first one or after a withdrawal: the weight is the position's at the
/// snapshot.
#[inline(never)]
pub(crate) fn vote(ctx: &mut Context<Vote>, ballot: BallotParam) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let (body, voter) = accounts.check()?;
    let now = Clock::get()?.unix_timestamp;
    let poll = accounts.proposal.rules().poll(now).map_err(refused)?;
    let voice = Voice {
        body,
        voter,
        stake: accounts.position.stake(),
        terms: &accounts.proposal.terms(body),
    };
    let shard = accounts.tally.index;
    let change = accounts
        .record
        .record_mut()
        .cast(&poll, &voice, ballot.into(), shard)
        .map_err(refused)?;
    accounts.follow(&change, voter)
}

/// Handler of `change_vote`: another ballot with the same weight in the same shard.
#[inline(never)]
pub(crate) fn change(ctx: &mut Context<Vote>, ballot: BallotParam) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let (body, voter) = accounts.check()?;
    let now = Clock::get()?.unix_timestamp;
    let poll = accounts.proposal.rules().poll(now).map_err(refused)?;
    let change = accounts
        .record
        .record_mut()
        .change(&poll, (body, voter), ballot.into())
        .map_err(refused)?;
    accounts.follow(&change, voter)
}

/// Handler of `withdraw_vote`.
#[inline(never)]
pub(crate) fn withdraw(ctx: &mut Context<Vote>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let (body, voter) = accounts.check()?;
    let now = Clock::get()?.unix_timestamp;
    let poll = accounts.proposal.rules().poll(now).map_err(refused)?;
    let change = accounts
        .record
        .record_mut()
        .withdraw(&poll, (body, voter))
        .map_err(refused)?;
    accounts.follow(&change, voter)
}
