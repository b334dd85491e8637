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

const _: () = assert!(size_of::<Tally>() == 16 * (MAX_OPTIONS + 6));

fn plus(sum: &mut Points, weight: u128) -> Result<(), GovernanceError> {
    let more = sum.get().checked_add(weight);
    *sum = Points::new(more.ok_or(GovernanceError::Inconsistent)?);
    Ok(())
}

fn minus(sum: &mut Points, weight: u128) -> Result<(), GovernanceError> {
    let less = sum.get().checked_sub(weight);
    *sum = Points::new(less.ok_or(GovernanceError::Inconsistent)?);
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
        let mut after = *self;
        let weight = change.weight();
        if let Some(ballot) = change.before() {
            after.each(change.body(), ballot, |sum| minus(sum, weight))?;
        }
        if let Some(ballot) = change.after() {
            after.each(change.body(), ballot, |sum| plus(sum, weight))?;
        }
        *self = after;
        Ok(())
    }

    /// Every sum that a ballot is part of.
    #[inline]
    pub(super) fn each(
        &mut self,
        body: Body,
        ballot: Ballot,
        change: impl Fn(&mut Points) -> Result<(), GovernanceError>,
    ) -> Result<(), GovernanceError> {
        match (body, ballot) {
            (Body::Community, Ballot::Yes(options)) => {
                for (option, sum) in self.yes.iter_mut().enumerate() {
                    if options.has(option) {
                        change(sum)?;
                    }
                }
                change(&mut self.approving)
            }
            (Body::Community, Ballot::No) => change(&mut self.no),
            (Body::Community, Ballot::Abstain) => change(&mut self.abstain),
            (Body::Community, Ballot::Veto) => change(&mut self.veto),
            (Body::Council, Ballot::Abstain) => change(&mut self.council_abstain),
            (Body::Council, Ballot::Veto) => change(&mut self.council_veto),
            (Body::Council, Ballot::Yes(_) | Ballot::No) => Err(GovernanceError::InvalidBallot),
        }
    }

    /// With a vote more: how a continuation of the voting is tried.
    pub(super) fn with(
        mut self,
        body: Body,
        ballot: Ballot,
        weight: u128,
    ) -> Result<Self, GovernanceError> {
        self.each(body, ballot, |sum| plus(sum, weight))?;
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
