//! Why something about a market cannot be told or built.

use sealane_core::book::BookError;
use sealane_orderbook::errors::OrderbookError;
use solana_pubkey::Pubkey;
use thiserror::Error;

use crate::{
    accounts::DecodeError,
    book::{LadderError, UnitsError},
    error::OrderbookErrorExt,
};

/// Why a quote, or the instructions for it, cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MarketError {
    /// The cache does not hold the market.
    #[error("market {market} is not known")]
    UnknownMarket {
        /// Which market.
        market: Pubkey,
    },
    /// The cache does not hold the lane.
    #[error("lane {lane} is not known")]
    UnknownLane {
        /// Which lane.
        lane: Pubkey,
    },
    /// The market has no vault shards yet.
    #[error("market {market} has no vault shards yet")]
    NoVaultShards {
        /// Which market.
        market: Pubkey,
    },
    /// Too few or too many vault shards.
    #[error("a market has 1 to 32 vault shards, not {vault_shards}")]
    VaultShardCount {
        /// How many were asked for.
        vault_shards: u8,
    },
    /// The cache lacks an account.
    #[error("the account {address} ({what}) has not been fed to the cache")]
    MissingAccount {
        /// Which account.
        address: Pubkey,
        /// What it is.
        what: &'static str,
    },
    /// No other lane has an order within the limit.
    #[error("no order of another owner is within the limit")]
    NoOrders,
    /// More than the whole was to be tolerated.
    #[error("a slippage tolerance of {bps} basis points is above 10,000, the whole amount")]
    InvalidSlippage {
        /// What was asked for.
        bps: u16,
    },
    /// All vaults together hold less than is to be withdrawn.
    #[error("the market's vaults hold {held} of the {wanted} units to be paid")]
    VaultsTooSmall {
        /// What they hold.
        held: u64,
        /// What is wanted.
        wanted: u64,
    },
    /// A price or size is none of the market's.
    #[error(transparent)]
    Units(#[from] UnitsError),
    /// Quotes make no message.
    #[error(transparent)]
    Ladder(#[from] LadderError),
    /// The program would refuse this.
    #[error("{} ({})", .0.message(), .0.name())]
    Refused(OrderbookError),
    /// A cached account is malformed.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

impl MarketError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::UnknownMarket { .. } => {
                "check the market's address and the chain, and fetch the market first"
            }
            Self::UnknownLane { .. } => {
                "check the lane's address, open the lane, or fetch it first"
            }
            Self::NoVaultShards { .. } => "its authority has to add a vault shard first",
            Self::VaultShardCount { .. } => "choose between 1 and 32; more can be added later",
            Self::MissingAccount { .. } => "feed the accounts that `Markets::missing` names",
            Self::NoOrders => "allow a worse price, or place an order that rests",
            Self::InvalidSlippage { .. } => "use at most 10,000; 50 means half a percent",
            Self::VaultsTooSmall { .. } => "fetch the market's vaults again",
            Self::Units(error) => error.hint(),
            Self::Ladder(error) => error.hint(),
            Self::Refused(error) => error.hint(),
            Self::Decode(_) => "fetch the account again",
        }
    }

    /// The program's error, if the program would refuse.
    #[must_use]
    pub fn orderbook_error(&self) -> Option<OrderbookError> {
        match self {
            Self::Refused(error) => Some(*error),
            _ => None,
        }
    }
}

impl From<OrderbookError> for MarketError {
    fn from(error: OrderbookError) -> Self {
        Self::Refused(error)
    }
}

impl From<BookError> for MarketError {
    fn from(error: BookError) -> Self {
        Self::Refused(error.into())
    }
}
