//! Why something about a farm cannot be told or built.

use sealane_core::stake::StakeError;
use sealane_staking::errors::StakingError;
use solana_pubkey::Pubkey;
use thiserror::Error;

use crate::{accounts::DecodeError, error::StakingErrorExt};

/// Why a value of a farm, or instructions for it, cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FarmError {
    /// The cache does not hold the farm.
    #[error("farm {farm} is not known")]
    UnknownFarm {
        /// Which farm.
        farm: Pubkey,
    },
    /// The cache does not hold the position.
    #[error("position {position} is not known")]
    UnknownPosition {
        /// Which position.
        position: Pubkey,
    },
    /// The farm has no shards yet.
    #[error("farm {farm} has no shards yet")]
    NoShards {
        /// Which farm.
        farm: Pubkey,
    },
    /// Too few or too many shards.
    #[error("a farm has 1 to 16 shards, not {shards}")]
    ShardCount {
        /// How many were asked for.
        shards: u8,
    },
    /// The cache lacks an account.
    #[error("the account {address} ({what}) has not been fed to the cache")]
    MissingAccount {
        /// Which account.
        address: Pubkey,
        /// What it is.
        what: &'static str,
    },
    /// No vault of a reward was made yet.
    #[error("no shard of farm {farm} has a vault for reward {reward} yet")]
    NoRewardVault {
        /// Which farm.
        farm: Pubkey,
        /// Which of its rewards.
        reward: u8,
    },
    /// All vaults of a reward hold less than is to be paid.
    #[error("the farm's vaults hold {held} of the {wanted} units to be paid")]
    VaultsTooSmall {
        /// What they hold.
        held: u64,
        /// What is wanted.
        wanted: u64,
    },
    /// Epochs in which the position earned can be claimed no more.
    #[error(
        "the records of epochs {from} to {to} were deleted after their grace period, so what the \
         position earned in them cannot be claimed any more"
    )]
    RecordsGone {
        /// The first of them.
        from: u32,
        /// The last of them.
        to: u32,
    },
    /// A number does not fit.
    #[error("a value of the farm does not fit its type")]
    TooLarge,
    /// The program would refuse this.
    #[error("{} ({})", .0.message(), .0.name())]
    Refused(StakingError),
    /// A cached account is malformed.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

impl FarmError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownFarm { .. } => {
                "check the farm's address and the chain, and fetch the farm first"
            }
            Self::UnknownPosition { .. } => {
                "check the position's address, stake first, or fetch it first"
            }
            Self::NoShards { .. } => "its authority has to add a shard first",
            Self::ShardCount { .. } => "choose between 1 and 16; more can be added later",
            Self::MissingAccount { .. } => {
                "fetch the farm again, or feed the accounts that `Farms::missing` names"
            }
            Self::NoRewardVault { .. } => "anyone may create one with `add_reward_vault`",
            Self::VaultsTooSmall { .. } => "fetch the farm's vaults again",
            Self::RecordsGone { .. } => {
                "forfeit those epochs to go on with later ones, and claim more often"
            }
            Self::TooLarge => "use smaller amounts",
            Self::Refused(error) => error.hint(),
            Self::Decode(_) => "fetch the account again",
        }
    }

    /// The program's error, if the program would refuse.
    #[must_use]
    pub fn staking_error(&self) -> Option<StakingError> {
        match self {
            Self::Refused(error) => Some(*error),
            _ => None,
        }
    }
}

impl From<StakingError> for FarmError {
    fn from(error: StakingError) -> Self {
        Self::Refused(error)
    }
}

impl From<StakeError> for FarmError {
    fn from(error: StakeError) -> Self {
        Self::Refused(error.into())
    }
}
