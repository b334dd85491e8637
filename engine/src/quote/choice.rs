//! Which of several venues that are about as good a trader goes to.
//!
//! Who asks for the best shard of a pool at the same time as others gets the same one as they, and
//! their trades then wait for each other. Shards exist so that they need not: what a trader gives up
//! by going to one that is a basis point worse is less than what a trade in front of his costs him.
//! In the contention study (`benches`) traders who spread over all shards within five basis points of
//! the best run three times as parallel as those who all take the best.

use solana_pubkey::Pubkey;
use xxhash_rust::xxh3::xxh3_64;

use super::SwapKind;

/// A choice among venues that are at most so much worse than the best.
///
/// A venue is chosen by a hash of the seed and its address, the highest one: the same seed chooses
/// the same venue in the same state, other seeds choose others, each as often, and what one seed
/// chooses changes only where its own venue comes or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VenueChoice {
    /// By how much an outcome may be worse than the best one, in basis points of it: of what is
    /// received, or of what is sent if the amount received is given. With 0 only venues that are
    /// equally good are chosen from.
    pub tolerance_bps: u16,
    /// What tells traders apart. `None` stands for the trader; where there is none, the best venue
    /// is chosen, and the first of equals.
    pub seed: Option<Pubkey>,
}

impl VenueChoice {
    /// The tolerance by default: a basis point.
    pub const DEFAULT_TOLERANCE_BPS: u16 = 1;

    /// Strictly the best, and the first of equals.
    pub const BEST: Self = Self {
        tolerance_bps: 0,
        seed: None,
    };

    /// With the default tolerance, by this address.
    #[must_use]
    pub const fn of(seed: Pubkey) -> Self {
        Self {
            tolerance_bps: Self::DEFAULT_TOLERANCE_BPS,
            seed: Some(seed),
        }
    }

    /// This choice with a seed, unless it has one.
    #[must_use]
    pub fn or_by(self, seed: Pubkey) -> Self {
        Self {
            seed: self.seed.or(Some(seed)),
            ..self
        }
    }

    /// How much worse than an amount an outcome may be: rounded down, so never more than the
    /// tolerance.
    pub(crate) fn allowance(&self, best: u64) -> u64 {
        let allowed = u128::from(best) * u128::from(self.tolerance_bps) / 10_000;
        u64::try_from(allowed).unwrap_or(u64::MAX)
    }

    /// Whether an outcome is near enough to the best one.
    pub(super) fn admits(&self, kind: SwapKind, best: u64, outcome: u64) -> bool {
        let worse_by = match kind {
            SwapKind::ExactIn => best.saturating_sub(outcome),
            SwapKind::ExactOut => outcome.saturating_sub(best),
        };
        worse_by <= self.allowance(best)
    }
}

impl Default for VenueChoice {
    fn default() -> Self {
        Self {
            tolerance_bps: Self::DEFAULT_TOLERANCE_BPS,
            seed: None,
        }
    }
}

/// How much a seed likes a venue: higher is more.
pub(crate) fn liking(seed: &Pubkey, venue: &Pubkey) -> u64 {
    let mut both = [0; 64];
    let (first, second) = both.split_at_mut(32);
    first.copy_from_slice(seed.as_ref());
    second.copy_from_slice(venue.as_ref());
    xxh3_64(&both)
}
