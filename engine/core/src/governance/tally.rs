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

/// The sums that a ballot is part of.
#[derive(Clone, Copy)]
struct Parts {
    /// The place of the one that has every ballot of its kind, in the order of the fields; behind
    /// them for none.
    kind: usize,
    /// Those of options, a bit each.
    options: u8,
}

impl Parts {
    const APPROVING: usize = MAX_OPTIONS;
    const NONE: Self = Self {
        kind: SUMS,
        options: 0,
    };

    #[inline(always)]
    const fn of_any(body: Body, ballot: Option<Ballot>) -> Result<Self, GovernanceError> {
        match ballot {
            Some(ballot) => Self::of(body, ballot),
            None => Ok(Self::NONE),
        }
    }

    /// Leaves out what both are part of: there nothing changes.
    #[inline(always)]
    const fn drop_common(old: &mut Self, new: &mut Self) {
        if old.kind == new.kind {
            (old.kind, new.kind) = (SUMS, SUMS);
            let common = old.options & new.options;
            old.options &= !common;
            new.options &= !common;
        }
    }

    #[inline(always)]
    const fn of(body: Body, ballot: Ballot) -> Result<Self, GovernanceError> {
        let (place, options) = match (body, ballot) {
            (Body::Community, Ballot::Yes(options)) => (0, options.bits()),
            (Body::Community, Ballot::No) => (1, 0),
            (Body::Community, Ballot::Abstain) => (2, 0),
            (Body::Community, Ballot::Veto) => (3, 0),
            (Body::Council, Ballot::Abstain) => (4, 0),
            (Body::Council, Ballot::Veto) => (5, 0),
            (Body::Council, Ballot::Yes(_) | Ballot::No) => {
                return Err(GovernanceError::InvalidBallot);
            }
        };
        Ok(Self {
            kind: MAX_OPTIONS + place,
            options,
        })
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
        let (weight, body) = (change.weight(), change.body());
        let mut old = Parts::of_any(body, change.before())?;
        let mut new = Parts::of_any(body, change.after())?;
        // All is looked at before anything is written.
        self.all_of(old, |sum| sum >= weight)?;
        Parts::drop_common(&mut old, &mut new);
        self.check_room(new, weight)?;
        self.each_of(old, |sum| sum.wrapping_sub(weight));
        self.each_of(new, |sum| sum.wrapping_add(weight));
        Ok(())
    }

    #[inline(always)]
    fn all_of(&self, parts: Parts, holds: impl Fn(u128) -> bool) -> Result<(), GovernanceError> {
        let sums: &[Points; SUMS] = bytemuck::cast_ref(self);
        let mut all = sums.get(parts.kind).is_none_or(|sum| holds(sum.get()));
        let mut options = parts.options;
        for sum in sums {
            if options == 0 {
                break;
            }
            all &= options & 1 == 0 || holds(sum.get());
            options >>= 1;
        }
        if all {
            Ok(())
        } else {
            Err(GovernanceError::Inconsistent)
        }
    }

    /// Fails if a sum would wrap. Every ballot for an option is in `approving` too, so none of the
    /// options' sums is larger.
    #[inline(always)]
    fn check_room(&self, parts: Parts, weight: u128) -> Result<(), GovernanceError> {
        let mut kind = parts;
        kind.options = 0;
        if parts.options != 0 {
            kind.kind = Parts::APPROVING;
        }
        self.all_of(kind, |sum| sum.checked_add(weight).is_some())
    }

    #[inline(always)]
    fn each_of(&mut self, parts: Parts, change: impl Fn(u128) -> u128) {
        let sums: &mut [Points; SUMS] = bytemuck::cast_mut(self);
        if let Some(sum) = sums.get_mut(parts.kind) {
            *sum = Points::new(change(sum.get()));
        }
        let mut options = parts.options;
        for sum in sums {
            if options == 0 {
                break;
            }
            if options & 1 != 0 {
                *sum = Points::new(change(sum.get()));
            }
            options >>= 1;
        }
    }

    /// With a vote more: how a continuation of the voting is tried.
    pub(super) fn with(
        mut self,
        body: Body,
        ballot: Ballot,
        weight: u128,
    ) -> Result<Self, GovernanceError> {
        let parts = Parts::of(body, ballot)?;
        self.check_room(parts, weight)?;
        self.each_of(parts, |sum| sum.wrapping_add(weight));
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
