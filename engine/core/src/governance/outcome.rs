//! What a tally decides.

use super::{Ballot, Body, Choices, ConfigTerms, GovernanceError, Options, Tally};

/// The largest total weight, so that a weight times basis points fits 128 bits. What is staked fits
/// 64 bits, and weighs at most 2^16 ten-thousandths a unit: below 2^80 in all.
pub const MAX_WEIGHT: u128 = (1 << 112) - 1;

const WHOLE_BPS: u128 = 10_000;

/// How a vote ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// By the community or the council.
    Vetoed,
    /// No option won.
    Defeated,
    /// These options won.
    Succeeded(Options),
}

/// Everything that a tally is measured by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Measure {
    choices: Choices,
    total: u128,
    council_total: u128,
    quorum: u128,
    threshold: u128,
    veto: u128,
    council_veto: u128,
}

/// The least whole weight that is at least so many basis points of the total: the share, rounded
/// up. `weight >= least` says the same as `weight * 10_000 >= total * bps`.
#[inline]
const fn least(total: u128, bps: u16) -> u128 {
    (total * bps as u128).div_ceil(WHOLE_BPS)
}

/// Nobody can veto where no veto is configured, nor where there is nobody.
const fn least_veto(total: u128, bps: u16) -> u128 {
    if bps == 0 || total == 0 {
        u128::MAX
    } else {
        least(total, bps)
    }
}

impl Measure {
    /// The terms applied to the weights at the snapshot.
    ///
    /// # Errors
    /// [`GovernanceError::InvalidSnapshot`] if the community has no weight, or one of them more than
    /// [`MAX_WEIGHT`].
    pub const fn try_new(
        terms: &ConfigTerms,
        choices: Choices,
        total: u128,
        council_total: u128,
    ) -> Result<Self, GovernanceError> {
        if total == 0 || total > MAX_WEIGHT || council_total > MAX_WEIGHT {
            return Err(GovernanceError::InvalidSnapshot);
        }
        Ok(Self {
            choices,
            total,
            council_total,
            quorum: least(total, terms.quorum_bps),
            threshold: least(total, terms.threshold_bps),
            veto: least_veto(total, terms.community_veto_bps),
            council_veto: least_veto(council_total, terms.council_veto_bps),
        })
    }

    /// The weight with which an option passes, if more of it than against: for views.
    #[inline]
    #[must_use]
    pub const fn threshold(&self) -> u128 {
        self.threshold
    }

    /// The weight that has to vote: for views.
    #[inline]
    #[must_use]
    pub const fn quorum(&self) -> u128 {
        self.quorum
    }

    /// What a tally decides if no more votes are cast.
    ///
    /// # Errors
    /// [`GovernanceError::Inconsistent`] if it has more weight than there was.
    pub fn outcome(&self, tally: &Tally) -> Result<Outcome, GovernanceError> {
        let cast = tally.cast();
        if cast > self.total || tally.council_cast() > self.council_total {
            return Err(GovernanceError::Inconsistent);
        }
        if tally.veto.get() >= self.veto || tally.council_veto.get() >= self.council_veto {
            return Ok(Outcome::Vetoed);
        }
        if cast < self.quorum {
            return Ok(Outcome::Defeated);
        }
        let winners = self.winners(tally);
        Ok(if winners == Options::NONE {
            Outcome::Defeated
        } else {
            Outcome::Succeeded(winners)
        })
    }

    /// Options that reach the threshold and have more for than against them; with one choice the
    /// one of them that has most, and none on a tie.
    fn winners(&self, tally: &Tally) -> Options {
        // Both are part of what was cast.
        let against = tally.no.get() + tally.veto.get();
        let (mut winners, mut most) = (Options::NONE, 0);
        for (option, yes) in tally.yes[..self.choices.options()].iter().enumerate() {
            let yes = yes.get();
            if yes < self.threshold || yes <= against {
                continue;
            }
            if self.choices.most() > 1 {
                winners = winners.with(option);
            } else if yes > most {
                (winners, most) = (Options::NONE.with(option), yes);
            } else if yes == most {
                winners = Options::NONE;
            }
        }
        winners
    }

    /// The outcome, if weight that has not voted cannot change it.
    ///
    /// Whatever a continuation can do to an outcome, one of these does: nobody votes any more; all
    /// that is left votes no, or vetoes, or votes for one option; the rest of the council vetoes.
    /// Only weight for an option makes it win, and the most of it is all that is left. Only weight
    /// against it, or for one other option, makes it lose, and again the most is all that is left;
    /// a quorum that is missing is reached by any of it.
    ///
    /// # Errors
    /// [`GovernanceError::Inconsistent`] as [`Measure::outcome`].
    pub fn settled(&self, tally: &Tally) -> Result<Option<Outcome>, GovernanceError> {
        let outcome = self.outcome(tally)?;
        let left = self.total - tally.cast();
        let council_left = self.council_total - tally.council_cast();
        let changes = |body, ballot, weight| {
            let after = tally.with(body, ballot, weight)?;
            Ok::<_, GovernanceError>(self.outcome(&after)? != outcome)
        };
        if changes(Body::Council, Ballot::Veto, council_left)?
            || changes(Body::Community, Ballot::Veto, left)?
            || changes(Body::Community, Ballot::No, left)?
        {
            return Ok(None);
        }
        for option in 0..self.choices.options() {
            let ballot = Ballot::Yes(Options::NONE.with(option));
            if changes(Body::Community, ballot, left)? {
                return Ok(None);
            }
        }
        Ok(Some(outcome))
    }
}
