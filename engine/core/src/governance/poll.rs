//! A proposal that is open for votes.

use super::{Ballot, Body, Choices, GovernanceError, MAX_WEIGHT, Voice};

/// The moment whose weights count, and all weight there was at it, in ten-thousandths.
///
/// The moment is the beginning of an epoch that has begun when voting begins, in each body's stake
/// pool; all weight at it stands in the record of the epoch before (its weight at the end).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Snapshot {
    epoch: u32,
    council_epoch: u32,
    total: u128,
    council_total: u128,
}

/// The beginning of an epoch in a stake pool.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Electorate {
    /// The epoch.
    pub epoch: u32,
    /// The weight of all positions at its beginning.
    pub weight: u128,
}

impl Snapshot {
    /// Both bodies at their moments; a realm without a council has none of its weight.
    ///
    /// # Errors
    /// [`GovernanceError::InvalidSnapshot`] if the community has no weight, or one of them more
    /// than [`MAX_WEIGHT`].
    pub const fn try_new(
        community: Electorate,
        council: Electorate,
    ) -> Result<Self, GovernanceError> {
        if community.weight == 0 || community.weight > MAX_WEIGHT || council.weight > MAX_WEIGHT {
            return Err(GovernanceError::InvalidSnapshot);
        }
        Ok(Self {
            epoch: community.epoch,
            council_epoch: council.epoch,
            total: community.weight,
            council_total: council.weight,
        })
    }

    /// A body's moment and weight.
    #[inline]
    #[must_use]
    pub const fn of(&self, body: Body) -> Electorate {
        match body {
            Body::Community => Electorate {
                epoch: self.epoch,
                weight: self.total,
            },
            Body::Council => Electorate {
                epoch: self.council_epoch,
                weight: self.council_total,
            },
        }
    }
}

/// What a vote has to know of a proposal that takes votes. Only open proposals give it out
/// ([`Proposal::poll`](super::Proposal::poll)), so no record changes when voting is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Poll {
    pub(super) choices: Choices,
    pub(super) snapshot: Snapshot,
    pub(super) shards: u8,
    pub(super) cool_off: bool,
    pub(super) veto: bool,
    pub(super) council_veto: bool,
}

impl Poll {
    /// Tally shards, of which a vote chooses one.
    #[inline]
    #[must_use]
    pub const fn shards(&self) -> u8 {
        self.shards
    }

    /// Whether only votes against are taken any more.
    #[inline]
    #[must_use]
    pub const fn is_cool_off(&self) -> bool {
        self.cool_off
    }

    /// Whether a body may cast a ballot now.
    ///
    /// # Errors
    /// [`GovernanceError::InvalidBallot`], [`GovernanceError::CoolOff`].
    pub const fn check(&self, body: Body, ballot: Ballot) -> Result<(), GovernanceError> {
        let valid = match (body, ballot) {
            (Body::Community, Ballot::Yes(options)) => self.choices.allow(options),
            (Body::Community, Ballot::No | Ballot::Abstain) => true,
            (Body::Community, Ballot::Veto) => self.veto,
            (Body::Council, Ballot::Yes(_) | Ballot::No) => false,
            // Abstaining tells that this weight will not veto, so it counts where a veto does.
            (Body::Council, Ballot::Abstain | Ballot::Veto) => self.council_veto,
        };
        if !valid {
            return Err(GovernanceError::InvalidBallot);
        }
        if self.cool_off && matches!(ballot, Ballot::Yes(_) | Ballot::Abstain) {
            return Err(GovernanceError::CoolOff);
        }
        Ok(())
    }

    /// The weight that a position had at the snapshot, in ten-thousandths: what it got later does
    /// not count, and what it gave away since still does, here and nowhere else.
    ///
    /// # Errors
    /// [`GovernanceError::NoWeight`], [`GovernanceError::HistoryTooShort`].
    pub fn weight(&self, voice: &Voice<'_>) -> Result<u128, GovernanceError> {
        let epoch = self.snapshot.of(voice.body).epoch;
        let weight = voice.stake.weight_at(epoch, voice.terms)?;
        if weight == 0 {
            return Err(GovernanceError::NoWeight);
        }
        Ok(weight)
    }
}
