//! One position's vote on one proposal.

use bytemuck::{Pod, Zeroable};

use super::{Ballot, Body, GovernanceError, Options, Poll, Voter};
use crate::stake::{LockTerms, Points, PositionStake};

/// A position that votes, as the staking program keeps it.
#[derive(Clone, Copy, Debug)]
pub struct Voice<'a> {
    /// Which body's stake pool it is in.
    pub body: Body,
    /// Who votes with it.
    pub voter: Voter,
    /// The stake and its past.
    pub stake: &'a PositionStake,
    /// What locks are worth in its pool.
    pub terms: &'a LockTerms,
}

/// What a position has voted on a proposal, and with what weight. There is one for each of them, so
/// a weight is counted once, whoever votes with it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct VoteRecord {
    weight: Points,
    /// 0 without a vote.
    kind: u8,
    options: u8,
    council: u8,
    by_delegate: u8,
    shard: u8,
    reserved: [u8; 3],
}

const _: () = assert!(size_of::<VoteRecord>() == 24);

/// What one vote changes in its tally shard. Only records make them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[must_use]
pub struct VoteChange {
    body: Body,
    weight: u128,
    shard: u8,
    before: Option<Ballot>,
    after: Option<Ballot>,
}

impl VoteChange {
    /// Whose vote.
    #[inline]
    #[must_use]
    pub const fn body(&self) -> Body {
        self.body
    }

    /// Its weight, in ten-thousandths.
    #[inline]
    #[must_use]
    pub const fn weight(&self) -> u128 {
        self.weight
    }

    /// The tally shard that has to follow.
    #[inline]
    #[must_use]
    pub const fn shard(&self) -> u8 {
        self.shard
    }

    /// The ballot that does not count any more.
    #[inline]
    #[must_use]
    pub const fn before(&self) -> Option<Ballot> {
        self.before
    }

    /// The ballot that counts from now on.
    #[inline]
    #[must_use]
    pub const fn after(&self) -> Option<Ballot> {
        self.after
    }
}

const YES: u8 = 1;
const NO: u8 = 2;
const ABSTAIN: u8 = 3;
const VETO: u8 = 4;

impl VoteRecord {
    /// The ballot that counts.
    #[inline]
    #[must_use]
    pub const fn ballot(&self) -> Option<Ballot> {
        match self.kind {
            YES => Some(Ballot::Yes(Options::from_bits(self.options))),
            NO => Some(Ballot::No),
            ABSTAIN => Some(Ballot::Abstain),
            VETO => Some(Ballot::Veto),
            _ => None,
        }
    }

    /// The weight it counts with, in ten-thousandths; 0 before the first vote.
    #[inline]
    #[must_use]
    pub const fn weight(&self) -> u128 {
        self.weight.get()
    }

    /// The tally shard that the first vote chose, for all that follow.
    #[inline]
    #[must_use]
    pub const fn shard(&self) -> u8 {
        self.shard
    }

    /// Whose vote this is.
    #[inline]
    #[must_use]
    pub const fn body(&self) -> Body {
        if self.council == 0 {
            Body::Community
        } else {
            Body::Council
        }
    }

    /// Who cast the ballot that counts.
    #[inline]
    #[must_use]
    pub const fn voter(&self) -> Voter {
        if self.by_delegate == 0 {
            Voter::Owner
        } else {
            Voter::Delegate
        }
    }

    fn write(&mut self, ballot: Option<Ballot>, voter: Voter) {
        (self.kind, self.options) = match ballot {
            None => (0, 0),
            Some(Ballot::Yes(options)) => (YES, options.bits()),
            Some(Ballot::No) => (NO, 0),
            Some(Ballot::Abstain) => (ABSTAIN, 0),
            Some(Ballot::Veto) => (VETO, 0),
        };
        self.by_delegate = u8::from(voter == Voter::Delegate);
    }

    /// What replacing the ballot changes; writes it.
    fn replace(&mut self, ballot: Option<Ballot>, voter: Voter) -> VoteChange {
        let change = VoteChange {
            body: self.body(),
            weight: self.weight(),
            shard: self.shard,
            before: self.ballot(),
            after: ballot,
        };
        self.write(ballot, voter);
        change
    }

    /// A vote that may be changed by this voter.
    const fn check_present(&self, body: Body, voter: Voter) -> Result<(), GovernanceError> {
        if self.kind == 0 {
            return Err(GovernanceError::NotVoted);
        }
        if !matches!(
            (self.body(), body),
            (Body::Community, Body::Community) | (Body::Council, Body::Council)
        ) {
            return Err(GovernanceError::WrongRecord);
        }
        if matches!((self.voter(), voter), (Voter::Owner, Voter::Delegate)) {
            return Err(GovernanceError::OwnerHasVoted);
        }
        Ok(())
    }

    /// Votes, with the weight at the proposal's snapshot, in a tally shard of the voter's choice.
    /// A vote that was withdrawn can be cast again, in the same shard and with the same weight.
    ///
    /// # Errors
    /// [`GovernanceError::AlreadyVoted`]; [`GovernanceError::WrongRecord`] if a withdrawn vote was
    /// another body's or another shard's; [`GovernanceError::InvalidBallot`],
    /// [`GovernanceError::CoolOff`]; [`GovernanceError::InvalidShards`] if there is no such shard;
    /// [`GovernanceError::NoWeight`], [`GovernanceError::HistoryTooShort`].
    pub fn cast(
        &mut self,
        poll: &Poll,
        voice: &Voice<'_>,
        ballot: Ballot,
        shard: u8,
    ) -> Result<VoteChange, GovernanceError> {
        if self.kind != 0 {
            return Err(GovernanceError::AlreadyVoted);
        }
        poll.check(voice.body, ballot)?;
        if self.weight() != 0 {
            if shard != self.shard || voice.body != self.body() {
                return Err(GovernanceError::WrongRecord);
            }
        } else {
            if shard >= poll.shards() {
                return Err(GovernanceError::InvalidShards);
            }
            let weight = poll.weight(voice)?;
            self.weight = Points::new(weight);
            self.shard = shard;
            self.council = u8::from(voice.body == Body::Council);
        }
        Ok(self.replace(Some(ballot), voice.voter))
    }

    /// Votes anew: the weight and the shard stay. An owner may do so with a delegate's vote, and it
    /// is the owner's from then on.
    ///
    /// # Errors
    /// [`GovernanceError::NotVoted`], [`GovernanceError::OwnerHasVoted`],
    /// [`GovernanceError::WrongRecord`], [`GovernanceError::InvalidBallot`],
    /// [`GovernanceError::CoolOff`].
    pub fn change(
        &mut self,
        poll: &Poll,
        (body, voter): (Body, Voter),
        ballot: Ballot,
    ) -> Result<VoteChange, GovernanceError> {
        self.check_present(body, voter)?;
        poll.check(body, ballot)?;
        Ok(self.replace(Some(ballot), voter))
    }

    /// Takes the vote back.
    ///
    /// # Errors
    /// [`GovernanceError::NotVoted`], [`GovernanceError::OwnerHasVoted`],
    /// [`GovernanceError::WrongRecord`]; [`GovernanceError::CoolOff`], since a vote against that
    /// were taken back then could decide for.
    pub fn withdraw(
        &mut self,
        poll: &Poll,
        (body, voter): (Body, Voter),
    ) -> Result<VoteChange, GovernanceError> {
        self.check_present(body, voter)?;
        if poll.is_cool_off() {
            return Err(GovernanceError::CoolOff);
        }
        Ok(self.replace(None, voter))
    }
}
