//! Why there is no quote.

use sealane_amm::errors::AmmError;
use sealane_core::CoreError;
use solana_pubkey::Pubkey;
use thiserror::Error;

use crate::{accounts::DecodeError, error::AmmErrorExt};

/// Why a quote, or the instructions for it, cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QuoteError {
    /// The cache does not hold the pool.
    #[error("pool {pool} is not known")]
    UnknownPool {
        /// Which pool.
        pool: Pubkey,
    },
    /// The pool has no shard of this index.
    #[error("pool {pool} has {shard_count} shards, so none with index {index}")]
    UnknownShard {
        /// Which pool.
        pool: Pubkey,
        /// Which index.
        index: u8,
        /// How many shards there are.
        shard_count: u8,
    },
    /// The pool has no shards yet.
    #[error("pool {pool} has no shards yet")]
    NoShards {
        /// Which pool.
        pool: Pubkey,
    },
    /// The cache lacks an account that the quote depends on.
    #[error("the account {address} ({what}) has not been fed to the cache")]
    MissingAccount {
        /// Which account.
        address: Pubkey,
        /// What it is.
        what: &'static str,
    },
    /// The mint is not one of the pool's two.
    #[error("mint {mint} is not traded in pool {pool}, which trades {} and {}", .traded[0], .traded[1])]
    WrongMint {
        /// Which pool.
        pool: Pubkey,
        /// The mint asked for.
        mint: Pubkey,
        /// The pool's base and quote mint.
        traded: Box<[Pubkey; 2]>,
    },
    /// One shard was to trade with itself.
    #[error("shard {index} cannot be rebalanced with itself")]
    SameShard {
        /// Which shard.
        index: u8,
    },
    /// More than the whole was to be tolerated.
    #[error("a slippage tolerance of {bps} basis points is above 10,000, the whole amount")]
    InvalidSlippage {
        /// What was asked for.
        bps: u16,
    },
    /// The program would refuse this.
    #[error("{} ({}{})", .error.message(), .error.name(), at_shard(.shard_index))]
    Refused {
        /// With which error.
        error: AmmError,
        /// On which shard; none if on every shard.
        shard_index: Option<u8>,
    },
    /// A cached mint is malformed.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

fn at_shard(index: &Option<u8>) -> String {
    index.map_or_else(String::new, |index| format!(", shard {index}"))
}

impl QuoteError {
    /// A refusal on one shard, or on all.
    pub fn refused(error: impl Into<AmmError>, shard_index: impl Into<Option<u8>>) -> Self {
        Self::Refused {
            error: error.into(),
            shard_index: shard_index.into(),
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownPool { .. } => {
                "check the pool's address and the chain, and fetch the pool first"
            }
            Self::UnknownShard { .. } => "choose a lower index, or let the best shard be chosen",
            Self::NoShards { .. } => "its authority has to add a shard first",
            Self::MissingAccount { .. } => {
                "feed the accounts that `Pools::missing` names, or fetch the pool with a `Client`"
            }
            Self::WrongMint { .. } => "choose one of the pool's two mints, or another pool",
            Self::SameShard { .. } => "choose two different shards of the pool",
            Self::InvalidSlippage { .. } => "use at most 10,000; 50 means half a percent",
            Self::Refused { error, .. } => error.hint(),
            Self::Decode(_) => "fetch the account again",
        }
    }

    /// The program's error, if the program would refuse.
    #[must_use]
    pub fn amm_error(&self) -> Option<AmmError> {
        match self {
            Self::Refused { error, .. } => Some(*error),
            _ => None,
        }
    }
}

/// A refusal by the arithmetic that has no shard to blame.
impl From<CoreError> for QuoteError {
    fn from(error: CoreError) -> Self {
        Self::refused(error, None)
    }
}
