//! Why something about a realm cannot be told or built.

use sealane_core::governance::GovernanceError as RuleError;
use solana_pubkey::Pubkey;
use thiserror::Error;

use crate::farms::FarmError;

/// Why a value of a realm, or instructions for it, cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RealmError {
    /// The cache does not hold the realm.
    #[error("realm {realm} is not known")]
    UnknownRealm {
        /// Which realm.
        realm: Pubkey,
    },
    /// The cache does not hold the proposal.
    #[error("proposal {proposal} is not known")]
    UnknownProposal {
        /// Which proposal.
        proposal: Pubkey,
    },
    /// The cache lacks an account.
    #[error("the account {address} ({what}) has not been fed to the cache")]
    MissingAccount {
        /// Which account.
        address: Pubkey,
        /// What it is.
        what: &'static str,
    },
    /// The rules would not have it.
    #[error("the realm's rules refuse: {0:?}")]
    Rules(RuleError),
    /// Something about a position or its farm.
    #[error(transparent)]
    Farm(#[from] FarmError),
}

impl RealmError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownRealm { .. } => {
                "check the realm's address and the chain, and fetch the realm first"
            }
            Self::UnknownProposal { .. } => {
                "check the proposal's address and the chain, and fetch the proposal first"
            }
            Self::MissingAccount { .. } => "fetch the account first",
            Self::Rules(_) => "look at the proposal's state and at the realm's rules",
            Self::Farm(error) => error.hint(),
        }
    }
}

impl From<RuleError> for RealmError {
    fn from(error: RuleError) -> Self {
        Self::Rules(error)
    }
}
