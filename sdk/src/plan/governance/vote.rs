//! Votes.

use sealane_core::governance::{
    Ballot, Body, Poll, Voice, VoteChange, VoteRecord as Record, Voter,
};
use sealane_governance::{
    BallotParam, accounts,
    errors::GovernanceError,
    instruction as arguments,
    state::{Proposal, VoteRecord},
};
use sealane_staking::state::Position;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{instruction, known_time, open_tally_instruction};
use crate::{
    address::{self, SYSTEM_PROGRAM},
    farms::{Entry, Farms, known_position},
    plan::{Caller, Plan},
    quote::spread,
    realms::{RealmError, Realms, known_proposal},
};

/// A vote to be cast, or to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteRequest {
    /// On what.
    pub proposal: Pubkey,
    /// With whose weight: a position of the caller's, or one that names the caller as its delegate.
    pub position: Pubkey,
    /// What.
    pub ballot: Ballot,
    /// Which tally shard counts it, for a first vote; `None`: one that the position's address picks,
    /// so that votes spread over shards.
    pub shard: Option<u8>,
}

/// What voting does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoteQuote {
    /// The record of the position's vote.
    pub record: Pubkey,
    /// The body in which it counts.
    pub body: Body,
    /// On whose behalf.
    pub voter: Voter,
    /// Its weight, in ten-thousandths of a staked unit.
    pub weight: u128,
    /// The tally shard that counts it.
    pub shard: u8,
    /// What the position's vote was before, if it had one.
    pub before: Option<Ballot>,
}

/// Everything that a vote is about.
struct Booth<'a> {
    proposal: Entry<'a, Proposal>,
    position: Entry<'a, Position>,
    record: Record,
    known: Option<Entry<'a, VoteRecord>>,
    body: Body,
    voter: Voter,
    poll: Poll,
}

impl<'a> Booth<'a> {
    fn enter(
        realms: &'a Realms,
        farms: &'a Farms,
        (proposal, position): (&Pubkey, &Pubkey),
        caller: &Caller,
    ) -> Result<Self, RealmError> {
        let proposal = known_proposal(realms, proposal)?;
        let position = known_position(farms, position)?;
        let account = position.account;
        let body = if account.farm == proposal.account.community {
            Body::Community
        } else if account.farm == proposal.account.council {
            Body::Council
        } else {
            return Err(GovernanceError::WrongFarm.into());
        };
        let voter = if account.owner == caller.owner {
            Voter::Owner
        } else if account.delegate == caller.owner {
            Voter::Delegate
        } else {
            return Err(GovernanceError::WrongVoter.into());
        };
        let known = realms.vote(&proposal.address, &position.address);
        Ok(Self {
            poll: proposal.account.rules().poll(known_time(realms)?)?,
            record: known.map_or_else(Record::default, |known| *known.account.record()),
            proposal,
            position,
            known,
            body,
            voter,
        })
    }

    fn accounts(&self, caller: &Caller, shard: u8) -> accounts::Vote {
        let (proposal, position) = (&self.proposal.address, &self.position.address);
        accounts::Vote {
            voter: caller.owner,
            proposal: *proposal,
            position: *position,
            record: address::vote_record(proposal, position).0,
            tally: address::tally_shard(proposal, shard).0,
        }
    }

    fn quote(&self, change: &VoteChange) -> VoteQuote {
        let (proposal, position) = (&self.proposal.address, &self.position.address);
        VoteQuote {
            record: address::vote_record(proposal, position).0,
            body: self.body,
            voter: self.voter,
            weight: change.weight(),
            shard: change.shard(),
            before: change.before(),
        }
    }
}

/// Votes with a position's weight at the snapshot, or changes its vote. The record of the vote and the
/// tally shard that counts it are created where they are missing.
///
/// # Errors
/// [`RealmError`]: a cache lacks an account, or the program would refuse.
pub fn vote_instructions(
    realms: &Realms,
    farms: &Farms,
    request: &VoteRequest,
    caller: &Caller,
) -> Result<Plan<VoteQuote>, RealmError> {
    let at = (&request.proposal, &request.position);
    let mut booth = Booth::enter(realms, farms, at, caller)?;
    let mut instructions = Vec::new();
    if booth.known.is_none() {
        instructions.push(open_vote(
            &request.proposal,
            &request.position,
            &caller.payer,
        ));
    }
    let ballot = param(request.ballot);
    let change = if booth.record.ballot().is_some() {
        let who = (booth.body, booth.voter);
        let change = booth.record.change(&booth.poll, who, request.ballot)?;
        let accounts = booth.accounts(caller, change.shard());
        instructions.push(instruction(&accounts, &arguments::ChangeVote { ballot }));
        change
    } else {
        let account = booth.proposal.account;
        // A vote that was taken back goes where it was.
        let shard = match (booth.record.weight(), request.shard) {
            (0, Some(shard)) => shard,
            (0, None) => spread(&request.position, usize::from(account.shards)) as u8,
            _ => booth.record.shard(),
        };
        let voice = Voice {
            body: booth.body,
            voter: booth.voter,
            stake: booth.position.account.stake(),
            terms: &account.terms(booth.body),
        };
        let change = booth
            .record
            .cast(&booth.poll, &voice, request.ballot, shard)?;
        let tallies = realms.tallies(&request.proposal);
        if !tallies.iter().any(|tally| tally.account.index == shard) {
            let open = open_tally_instruction(&request.proposal, shard, &caller.payer);
            instructions.push(open);
        }
        let accounts = booth.accounts(caller, shard);
        instructions.push(instruction(&accounts, &arguments::Vote { ballot }));
        change
    };
    Ok(Plan {
        instructions,
        quote: booth.quote(&change),
    })
}

/// Takes a position's vote back.
///
/// # Errors
/// [`RealmError`]: a cache lacks an account, or the program would refuse.
pub fn withdraw_vote_instructions(
    realms: &Realms,
    farms: &Farms,
    (proposal, position): (&Pubkey, &Pubkey),
    caller: &Caller,
) -> Result<Plan<VoteQuote>, RealmError> {
    let mut booth = Booth::enter(realms, farms, (proposal, position), caller)?;
    let who = (booth.body, booth.voter);
    let change = booth.record.withdraw(&booth.poll, who)?;
    let accounts = booth.accounts(caller, change.shard());
    Ok(Plan {
        instructions: vec![instruction(&accounts, &arguments::WithdrawVote {})],
        quote: booth.quote(&change),
    })
}

fn open_vote(proposal: &Pubkey, position: &Pubkey, payer: &Pubkey) -> Instruction {
    let accounts = accounts::OpenVote {
        payer: *payer,
        proposal: *proposal,
        position: *position,
        record: address::vote_record(proposal, position).0,
        system_program: SYSTEM_PROGRAM,
    };
    instruction(&accounts, &arguments::OpenVote {})
}

/// Closes the record of a vote: one without a ballot, or of a decided proposal. Its rent goes to
/// whoever paid it.
#[must_use]
pub fn close_vote_instruction(record: &Entry<'_, VoteRecord>) -> Instruction {
    let accounts = accounts::CloseVote {
        proposal: record.account.proposal,
        record: record.address,
        payer: record.account.payer,
    };
    instruction(&accounts, &arguments::CloseVote {})
}

fn param(ballot: Ballot) -> BallotParam {
    match ballot {
        Ballot::Yes(options) => BallotParam::Yes(options.bits()),
        Ballot::No => BallotParam::No,
        Ballot::Abstain => BallotParam::Abstain,
        Ballot::Veto => BallotParam::Veto,
    }
}
