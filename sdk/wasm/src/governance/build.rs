//! Votes, decisions, execution.

use sealane_sdk::{
    engine_core::governance::{Ballot, MAX_OPTIONS, Options},
    plan::{
        Caller,
        governance::{
            self, cancel_instruction, clean_up_instructions, decide_early_instructions,
            execute_instructions, expire_instruction, finalize_instructions, sign_off_instructions,
            take_deposit_instruction, vote_instructions, withdraw_vote_instructions,
        },
    },
};
use serde::{Deserialize, Serialize};
use tsify::Tsify;

use super::Governance;
use crate::{
    refusal::{Answer, Problem},
    staking::{TransactionPlan, one, planned},
    values::Address,
};

/// What somebody votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum BallotKind {
    /// For some options.
    Yes,
    /// Against all of them.
    No,
    /// Neither; counts for the quorum.
    Abstain,
    /// Against all of them, and against the proposal being made.
    Veto,
}

/// A ballot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct BallotChoice {
    /// What.
    pub kind: BallotKind,
    /// The options of a yes, by their index; the only one, if left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<u8>,
}

impl BallotChoice {
    fn ballot(&self) -> Answer<Ballot> {
        Ok(match self.kind {
            BallotKind::No => Ballot::No,
            BallotKind::Abstain => Ballot::Abstain,
            BallotKind::Veto => Ballot::Veto,
            BallotKind::Yes if self.options.is_empty() => Ballot::Yes(Options::NONE.with(0)),
            BallotKind::Yes => {
                let unknown = self
                    .options
                    .iter()
                    .find(|at| usize::from(**at) >= MAX_OPTIONS);
                if let Some(unknown) = unknown {
                    return Err(Problem::argument(format!("there is no option {unknown}")));
                }
                let chosen = self.options.iter().map(|option| usize::from(*option));
                Ballot::Yes(chosen.fold(Options::NONE, Options::with))
            }
        })
    }
}

impl From<Ballot> for BallotChoice {
    fn from(ballot: Ballot) -> Self {
        let (kind, options) = match ballot {
            Ballot::Yes(options) => {
                let chosen = (0..MAX_OPTIONS as u8).filter(|at| options.has(usize::from(*at)));
                (BallotKind::Yes, chosen.collect())
            }
            Ballot::No => (BallotKind::No, Vec::new()),
            Ballot::Abstain => (BallotKind::Abstain, Vec::new()),
            Ballot::Veto => (BallotKind::Veto, Vec::new()),
        };
        Self { kind, options }
    }
}

/// A vote.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct VoteRequest {
    /// On which proposal.
    pub proposal: Address,
    /// With which position.
    pub position: Address,
    /// Who votes: its owner or its delegate; signs, and pays the record's rent.
    pub voter: Address,
    /// What.
    pub ballot: BallotChoice,
}

/// A vote to be taken back.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct WithdrawVoteRequest {
    /// On which proposal.
    pub proposal: Address,
    /// Of which position.
    pub position: Address,
    /// Who voted; signs.
    pub voter: Address,
}

/// A proposal, and its author, who signs.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct AuthorRequest {
    /// Which.
    pub proposal: Address,
    /// Who wrote it.
    pub author: Address,
}

/// A proposal, and who pays for what it takes.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PayerRequest {
    /// Which.
    pub proposal: Address,
    /// Anybody; signs.
    pub payer: Address,
}

/// A proposal.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ProposalRequest {
    /// Which.
    pub proposal: Address,
}

pub(crate) fn vote(governance: &Governance, request: &VoteRequest) -> Answer<TransactionPlan> {
    let vote = governance::VoteRequest {
        proposal: request.proposal.0,
        position: request.position.0,
        ballot: request.ballot.ballot()?,
        shard: None,
    };
    let voter = Caller::new(request.voter.0);
    let plan = vote_instructions(governance.realms(), governance.farms(), &vote, &voter)?;
    Ok(one(&plan.instructions))
}

pub(crate) fn withdraw_vote(
    governance: &Governance,
    request: &WithdrawVoteRequest,
) -> Answer<TransactionPlan> {
    let (realms, farms) = (governance.realms(), governance.farms());
    let at = (&request.proposal.0, &request.position.0);
    let plan = withdraw_vote_instructions(realms, farms, at, &Caller::new(request.voter.0))?;
    Ok(one(&plan.instructions))
}

pub(crate) fn sign_off(
    governance: &Governance,
    request: &AuthorRequest,
) -> Answer<TransactionPlan> {
    let (realms, farms) = (governance.realms(), governance.farms());
    let author = Caller::new(request.author.0);
    let signed = sign_off_instructions(realms, farms, &request.proposal.0, &author)?;
    Ok(planned(&signed.transactions))
}

pub(crate) fn cancel(request: &AuthorRequest) -> TransactionPlan {
    one(&[cancel_instruction(&request.proposal.0, &request.author.0)])
}

pub(crate) fn finalize(governance: &Governance, request: &PayerRequest) -> Answer<TransactionPlan> {
    let payer = Caller::new(request.payer.0);
    let decided = finalize_instructions(governance.realms(), &request.proposal.0, &payer)?;
    Ok(planned(&decided.transactions))
}

pub(crate) fn decide_early(
    governance: &Governance,
    request: &PayerRequest,
) -> Answer<TransactionPlan> {
    let payer = Caller::new(request.payer.0);
    let decided = decide_early_instructions(governance.realms(), &request.proposal.0, &payer)?;
    Ok(planned(&decided.transactions))
}

pub(crate) fn execute(
    governance: &Governance,
    request: &ProposalRequest,
) -> Answer<TransactionPlan> {
    let plan = execute_instructions(governance.realms(), &request.proposal.0)?;
    Ok(one(&plan.instructions))
}

pub(crate) fn expire(request: &ProposalRequest) -> TransactionPlan {
    one(&[expire_instruction(&request.proposal.0)])
}

pub(crate) fn take_deposit(
    governance: &Governance,
    request: &ProposalRequest,
) -> Answer<TransactionPlan> {
    let plan = take_deposit_instruction(governance.realms(), &request.proposal.0)?;
    Ok(one(&plan.instructions))
}

pub(crate) fn clean_up(governance: &Governance, request: &PayerRequest) -> Answer<TransactionPlan> {
    let payer = Caller::new(request.payer.0);
    let cleaned = clean_up_instructions(governance.realms(), &request.proposal.0, &payer)?;
    Ok(planned(&cleaned.transactions))
}
