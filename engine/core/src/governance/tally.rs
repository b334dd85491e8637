//! The sum of votes: of a shard's, and of all shards.

use bytemuck::{Pod, Zeroable};

use super::{Ballot, Body, GovernanceError, MAX_OPTIONS, VoteChange};
use crate::stake::Points;

/// Votes added up by what they say, in ten-thousandths of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Tally {
    /// For each option. A ballot for several options is in each of them.
    pub yes: [Points; MAX_OPTIONS],
    /// For any option: every ballot once.
    pub approving: Points,
    /// Against.
    pub no: Points,
    /// Neither.
    pub abstain: Points,
    /// The community's vetoes.
    pub veto: Points,
    /// Of the council, neither.
    pub council_abstain: Points,
    /// The council's vetoes.
    pub council_veto: Points,
}

const _: () = assert!(size_of::<Tally>() == size_of::<[Points; SUMS]>());

const SUMS: usize = MAX_OPTIONS + 6;
const APPROVING: u32 = MAX_OPTIONS as u32;
const NO: u32 = APPROVING + 1;
const ABSTAIN: u32 = APPROVING + 2;
const VETO: u32 = APPROVING + 3;
const COUNCIL_ABSTAIN: u32 = APPROVING + 4;
const COUNCIL_VETO: u32 = APPROVING + 5;

/// The sums that a ballot is part of: bit `i` stands for the `i`-th of a tally's.
const fn parts(body: Body, ballot: Ballot) -> Result<u32, GovernanceError> {
    Ok(match (body, ballot) {
        (Body::Community, Ballot::Yes(options)) => options.bits() as u32 | 1 << APPROVING,
        (Body::Community, Ballot::No) => 1 << NO,
        (Body::Community, Ballot::Abstain) => 1 << ABSTAIN,
        (Body::Community, Ballot::Veto) => 1 << VETO,
        (Body::Council, Ballot::Abstain) => 1 << COUNCIL_ABSTAIN,
        (Body::Council, Ballot::Veto) => 1 << COUNCIL_VETO,
        (Body::Council, Ballot::Yes(_) | Ballot::No) => {
            return Err(GovernanceError::InvalidBallot);
        }
    })
}

const fn parts_of(body: Body, ballot: Option<Ballot>) -> Result<u32, GovernanceError> {
    match ballot {
        Some(ballot) => parts(body, ballot),
        None => Ok(0),
    }
}

fn plus(sum: &mut Points, weight: u128) -> Result<(), GovernanceError> {
    let more = sum.get().checked_add(weight);
    *sum = Points::new(more.ok_or(GovernanceError::Inconsistent)?);
    Ok(())
}

impl Tally {
    /// The community's weight that has voted; at most `u128::MAX`, which no electorate has.
    #[inline]
    #[must_use]
    pub fn cast(&self) -> u128 {
        [self.no, self.abstain, self.veto]
            .iter()
            .fold(self.approving.get(), |sum, part| {
                sum.saturating_add(part.get())
            })
    }

    /// The council's weight that has voted.
    #[inline]
    #[must_use]
    pub fn council_cast(&self) -> u128 {
        let (abstain, veto) = (self.council_abstain.get(), self.council_veto.get());
        abstain.saturating_add(veto)
    }

    /// Follows a vote that was cast, changed or withdrawn.
    ///
    /// # Errors
    /// [`GovernanceError::Inconsistent`] if the vote was not in this tally before.
    pub fn follow(&mut self, change: &VoteChange) -> Result<(), GovernanceError> {
        let weight = change.weight();
        let mut old = parts_of(change.body(), change.before())?;
        let mut new = parts_of(change.body(), change.after())?;
        let mut after = *self;
        for sum in after.sums_mut() {
            if old & 1 != 0 {
                // Where it stays it has to be as well.
                let less = sum.get().checked_sub(weight);
                let less = less.ok_or(GovernanceError::Inconsistent)?;
                if new & 1 == 0 {
                    *sum = Points::new(less);
                }
            } else if new & 1 != 0 {
                plus(sum, weight)?;
            }
            (old, new) = (old >> 1, new >> 1);
            if old | new == 0 {
                break;
            }
        }
        *self = after;
        Ok(())
    }

    /// All sums, in the order of the fields.
    fn sums_mut(&mut self) -> &mut [Points; SUMS] {
        bytemuck::cast_mut(self)
    }

    /// With a vote more: how a continuation of the voting is tried.
    pub(super) fn with(
        mut self,
        body: Body,
        ballot: Ballot,
        weight: u128,
    ) -> Result<Self, GovernanceError> {
        let mut parts = parts(body, ballot)?;
        for sum in self.sums_mut() {
            if parts & 1 != 0 {
                plus(sum, weight)?;
            }
            parts >>= 1;
        }
        Ok(self)
    }

    /// Adds another tally. Sums are exact, so their order does not matter.
    ///
    /// # Errors
    /// [`GovernanceError::Inconsistent`] if a sum wraps, which no electorate's does.
    pub fn add(&mut self, other: &Self) -> Result<(), GovernanceError> {
        let mut after = *self;
        for (sum, more) in after.yes.iter_mut().zip(&other.yes) {
            plus(sum, more.get())?;
        }
        plus(&mut after.approving, other.approving.get())?;
        plus(&mut after.no, other.no.get())?;
        plus(&mut after.abstain, other.abstain.get())?;
        plus(&mut after.veto, other.veto.get())?;
        plus(&mut after.council_abstain, other.council_abstain.get())?;
        plus(&mut after.council_veto, other.council_veto.get())?;
        *self = after;
        Ok(())
    }
}
