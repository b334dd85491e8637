//! Votes, and what somebody can vote with.

use sealane_sdk::{
    engine::world::World,
    engine_core::governance::{Ballot, Body, MAX_OPTIONS, State, Voter},
    governance::state::VoteRecord,
    realms::{VotingPosition, voting_power},
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use utoipa::ToSchema;

use super::{Address, Big};

/// What somebody votes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BallotView {
    /// `yes`, `no`, `abstain` or `veto`.
    pub kind: &'static str,
    /// The options of a yes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<usize>,
}

/// A position's vote on a proposal. Weights are in ten-thousandths of a staked unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VoteView {
    /// The proposal.
    pub proposal: Address,
    /// The position.
    pub position: Address,
    /// Whose position it is; null once it was closed and its delegate had voted.
    pub owner: Option<Address>,
    /// Who voted.
    pub voter: Address,
    /// What the vote counts.
    pub weight: Big,
    /// `community` or `council`.
    pub body: &'static str,
    /// The ballot; null: withdrawn.
    pub ballot: Option<BallotView>,
    /// Who cast it: the `owner` or the `delegate`.
    pub by: &'static str,
    /// The tally shard that counts it.
    pub shard: u8,
}

/// A position that somebody can vote with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PowerView {
    /// The position.
    pub position: Address,
    /// Whose it is.
    pub owner: Address,
    /// `community` or `council`.
    pub body: &'static str,
    /// What it weighed at the snapshot: what its vote counts.
    pub weight: Big,
    /// Whether it is somebody else's, who has named the voter as the delegate.
    pub delegated: bool,
    /// What it has voted.
    pub vote: Option<VoteView>,
}

fn body(body: Body) -> &'static str {
    match body {
        Body::Community => "community",
        Body::Council => "council",
    }
}

impl From<Ballot> for BallotView {
    fn from(ballot: Ballot) -> Self {
        let (kind, options) = match ballot {
            Ballot::Yes(options) => {
                let chosen = (0..MAX_OPTIONS).filter(|option| options.has(*option));
                ("yes", chosen.collect())
            }
            Ballot::No => ("no", Vec::new()),
            Ballot::Abstain => ("abstain", Vec::new()),
            Ballot::Veto => ("veto", Vec::new()),
        };
        Self { kind, options }
    }
}

impl VoteView {
    /// A record in which somebody has voted at least once.
    fn of(world: &World, vote: &VoteRecord) -> Option<Self> {
        if vote.voter == Pubkey::default() {
            return None;
        }
        let record = vote.record();
        let position = world.farms().position(&vote.position);
        let by_owner = record.voter() == Voter::Owner;
        let owner = position.map(|entry| entry.account.owner);
        Some(Self {
            proposal: vote.proposal.into(),
            position: vote.position.into(),
            owner: owner.or(by_owner.then_some(vote.voter)).map(Address),
            voter: vote.voter.into(),
            weight: Big(record.weight()),
            body: body(record.body()),
            ballot: record.ballot().map(BallotView::from),
            by: if by_owner { "owner" } else { "delegate" },
            shard: record.shard(),
        })
    }

    /// All votes on a proposal that count, heaviest first.
    pub(crate) fn all(world: &World, proposal: &Pubkey) -> Vec<Self> {
        let votes = world.realms().votes(proposal);
        let votes = votes.filter_map(|entry| Self::of(world, entry.account));
        let mut votes: Vec<Self> = votes.filter(|vote| vote.ballot.is_some()).collect();
        votes.sort_by_key(|vote| (std::cmp::Reverse(vote.weight.0), vote.position));
        votes
    }

    /// What an address has voted on proposals that are not decided, with its own positions and with
    /// those that it is the delegate of.
    pub(crate) fn open(world: &World, wallet: &Pubkey, now: i64) -> Vec<Self> {
        let (farms, realms) = (world.farms(), world.realms());
        let positions = farms.positions_of(wallet).chain(farms.delegated_to(wallet));
        let positions: Vec<Pubkey> = positions.map(|position| position.address).collect();
        let votes = positions
            .iter()
            .flat_map(|position| realms.votes_of(position));
        let open = votes.filter(|vote| {
            let proposal = realms.proposal(&vote.account.proposal);
            let state = proposal.map(|proposal| proposal.account.state(now));
            matches!(state, Some(State::Voting | State::Counting))
        });
        let mut open: Vec<Self> = open
            .filter_map(|vote| Self::of(world, vote.account))
            .collect();
        open.sort_by_key(|vote| (vote.proposal, vote.position));
        open.dedup();
        open
    }
}

impl PowerView {
    /// What an address can vote with on a proposal; nothing for a draft.
    pub(crate) fn all(world: &World, proposal: &Pubkey, wallet: &Pubkey) -> Vec<Self> {
        let power = voting_power(world.realms(), world.farms(), proposal, wallet);
        let power = power.unwrap_or_default();
        power.iter().map(|one| Self::of(world, one)).collect()
    }

    fn of(world: &World, voting: &VotingPosition) -> Self {
        Self {
            position: voting.position.into(),
            owner: voting.owner.into(),
            body: body(voting.body),
            weight: Big(voting.weight),
            delegated: voting.voter == Voter::Delegate,
            vote: voting
                .record
                .as_ref()
                .and_then(|record| VoteView::of(world, record)),
        }
    }
}
