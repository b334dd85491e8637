//! Why something about a realm cannot be told or built.

use sealane_core::governance::GovernanceError as RuleError;
use sealane_governance::errors::GovernanceError;
use solana_pubkey::Pubkey;
use thiserror::Error;

use crate::{error::GovernanceErrorExt, farms::FarmError};

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
    /// The program would refuse this.
    #[error("{} ({})", .0.message(), .0.name())]
    Refused(GovernanceError),
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
            Self::Refused(error) => error.hint(),
            Self::Farm(error) => error.hint(),
        }
    }

    /// The program's error, if the program would refuse.
    #[must_use]
    pub fn governance_error(&self) -> Option<GovernanceError> {
        match self {
            Self::Refused(error) => Some(*error),
            _ => None,
        }
    }
}

impl From<RuleError> for RealmError {
    fn from(error: RuleError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<GovernanceError> for RealmError {
    fn from(error: GovernanceError) -> Self {
        Self::Refused(error)
    }
}
