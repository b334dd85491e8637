//! Proposals and voting power, to be looked at.

use sealane_sdk::{
    engine_core::governance::{Body, State, Voter},
    realms::{proposal_view, realm_view, voting_power},
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use tsify::Tsify;

use super::{Governance, build::BallotChoice};
use crate::{refusal::Answer, values::Address};

/// Where a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// Being written.
    Draft,
    /// Votes are taken.
    Voting,
    /// Voting is over, and tally shards are being summed.
    Counting,
    /// Decided for; its time-lock has not ended.
    Succeeded,
    /// Instructions can be executed, and none was.
    Executable,
    /// Some instructions were executed.
    Executing,
    /// All instructions of the winning options were executed.
    Completed,
    /// No option won.
    Defeated,
    /// The community or the council has stopped it.
    Vetoed,
    /// Its author has taken it back.
    Cancelled,
    /// The time to execute in has passed.
    Expired,
}

impl From<State> for ProposalState {
    fn from(state: State) -> Self {
        match state {
            State::Draft => Self::Draft,
            State::Voting => Self::Voting,
            State::Counting => Self::Counting,
            State::Succeeded => Self::Succeeded,
            State::Executable => Self::Executable,
            State::Executing => Self::Executing,
            State::Completed => Self::Completed,
            State::Defeated => Self::Defeated,
            State::Vetoed => Self::Vetoed,
            State::Cancelled => Self::Cancelled,
            State::Expired => Self::Expired,
        }
    }
}

/// A proposal. Weights are in ten-thousandths of a staked unit, times Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct ProposalInfo {
    /// Its address.
    pub proposal: Address,
    /// Its realm.
    pub realm: Address,
    /// Who wrote it.
    pub author: Address,
    /// Its title, while its text is there and whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where it is.
    pub state: ProposalState,
    /// Seconds until time alone changes that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_left: Option<i64>,
    /// The options.
    pub options: Vec<ProposalOption>,
    /// Weight that has voted.
    #[tsify(type = "bigint")]
    pub cast: u128,
    /// Weight against.
    #[tsify(type = "bigint")]
    pub no: u128,
    /// Weight that has to vote; 0 before sign-off.
    #[tsify(type = "bigint")]
    pub quorum: u128,
    /// Weight that an option needs; 0 before sign-off.
    #[tsify(type = "bigint")]
    pub threshold: u128,
    /// Whether weight that has not voted cannot change the outcome.
    pub settled: bool,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// An option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct ProposalOption {
    /// What it is called, while the text is there and whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Weight for it.
    #[tsify(type = "bigint")]
    pub yes: u128,
    /// Instructions that are executed if it wins.
    pub instructions: u8,
    /// Whether it has won.
    pub won: bool,
}

/// A position that somebody can vote with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct VotingPower {
    /// The position.
    pub position: Address,
    /// Whose it is.
    pub owner: Address,
    /// Whether it is the council's.
    pub council: bool,
    /// Whether it is somebody else's.
    pub delegated: bool,
    /// What it weighed at the snapshot.
    #[tsify(type = "bigint")]
    pub weight: u128,
    /// What it has voted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ballot: Option<BallotChoice>,
}

pub(crate) fn proposals(
    governance: &Governance,
    realm: &Pubkey,
    at: Option<i64>,
) -> Answer<Vec<ProposalInfo>> {
    realm_view(governance.realms(), realm)?;
    let known = governance.realms().proposals_of(realm);
    let mut known: Vec<_> = known
        .map(|entry| (entry.account.voting_at, entry.account.id, entry.address))
        .collect();
    // A draft has no time yet, and is the newest.
    known.sort_unstable_by_key(|(began, id, address)| {
        let began = if *began == 0 { i64::MAX } else { *began };
        (std::cmp::Reverse((began, *id)), *address)
    });
    let infos = known
        .iter()
        .map(|(.., address)| proposal(governance, address, at));
    infos.collect()
}

pub(crate) fn proposal(
    governance: &Governance,
    proposal: &Pubkey,
    at: Option<i64>,
) -> Answer<ProposalInfo> {
    let now = governance.time(at)?;
    let known = proposal_view(governance.realms(), proposal, now)?;
    let options = known.options.iter().map(|option| ProposalOption {
        name: option.name.clone(),
        yes: option.yes,
        instructions: option.instructions,
        won: option.won,
    });
    let standing = known.standing.as_ref();
    Ok(ProposalInfo {
        proposal: known.proposal.into(),
        realm: known.realm.into(),
        author: known.author.into(),
        title: known.title.clone(),
        state: known.state.into(),
        time_left: known.times.left(known.state, now),
        options: options.collect(),
        cast: known.tally.cast(),
        no: known.tally.no.get(),
        quorum: standing.map_or(0, |standing| standing.quorum),
        threshold: standing.map_or(0, |standing| standing.threshold),
        settled: standing.is_some_and(|standing| standing.is_settled),
        slot: known.slot,
    })
}

pub(crate) fn power(
    governance: &Governance,
    proposal: &Pubkey,
    wallet: &Pubkey,
) -> Answer<Vec<VotingPower>> {
    let power = voting_power(governance.realms(), governance.farms(), proposal, wallet)?;
    let power = power.iter().map(|one| VotingPower {
        position: one.position.into(),
        owner: one.owner.into(),
        council: one.body == Body::Council,
        delegated: one.voter == Voter::Delegate,
        weight: one.weight,
        ballot: one
            .record
            .and_then(|record| record.record().ballot())
            .map(BallotChoice::from),
    });
    Ok(power.collect())
}
