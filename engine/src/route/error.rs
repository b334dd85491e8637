//! Why there is no route.

use sealane_amm::errors::AmmError;
use sealane_orderbook::errors::OrderbookError;
use solana_pubkey::Pubkey;
use thiserror::Error;

use super::{SwapKind, TransactionSize};
use crate::{markets::MarketError, quote::QuoteError};

/// Why a route cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RouteError {
    /// A token was to be traded for itself.
    #[error("{mint} cannot be traded for itself")]
    SameMint {
        /// Which token.
        mint: Pubkey,
    },
    /// Nothing was to be traded.
    #[error("the amount is zero")]
    ZeroAmount,
    /// More than the whole was to be tolerated.
    #[error("a slippage tolerance of {bps} basis points is above 10,000, the whole amount")]
    InvalidSlippage {
        /// What was asked for.
        bps: u16,
    },
    /// No cached pool or market trades the token.
    #[error("no known pool or market trades {mint}")]
    UnknownMint {
        /// Which token.
        mint: Pubkey,
    },
    /// Both tokens are traded, but no pools and markets lead from one to the other.
    #[error("no known pools and markets lead from {mint_in} to {mint_out} in {max_hops} hops")]
    NoPath {
        /// The token to send.
        mint_in: Pubkey,
        /// The token to receive.
        mint_out: Pubkey,
        /// How many trades one after the other were allowed.
        max_hops: usize,
    },
    /// Everything that leads from one token to the other was excluded.
    #[error("all pools and markets between {mint_in} and {mint_out} are excluded")]
    AllExcluded {
        /// The token to send.
        mint_in: Pubkey,
        /// The token to receive.
        mint_out: Pubkey,
    },
    /// None of the pools on the way trades now.
    #[error("no pool or market on the way trades now: {0}")]
    PoolUnavailable(QuoteError),
    /// None of the markets on the way trades now.
    #[error("no pool or market on the way trades now: {0}")]
    MarketUnavailable(MarketError),
    /// There is not so much to be had.
    #[error("there is not enough liquidity for {amount} base units {}; {most} could be traded", .kind.given())]
    NotEnoughLiquidity {
        /// What was asked for, in base units of the given token.
        amount: u64,
        /// Which amount was given.
        kind: SwapKind,
        /// About the most that is possible, in the same units. Zero if nothing is.
        most: u64,
    },
    /// So little is rounded to nothing, or is less than a lot.
    #[error("{amount} base units {} are too little to trade; {least} are enough", .kind.given())]
    AmountTooSmall {
        /// What was asked for, in base units of the given token.
        amount: u64,
        /// Which amount was given.
        kind: SwapKind,
        /// About the least that is possible, in the same units.
        least: u64,
    },
    /// There are ways, but none within the limits.
    #[error(
        "no route is within the limits: the smallest has {} bytes, {} accounts, {} compute units",
        .smallest.bytes, .smallest.accounts, .smallest.compute_units
    )]
    TooLarge {
        /// The smallest transaction that was found.
        smallest: TransactionSize,
    },
    /// A quote of the chosen route could not be given.
    #[error(transparent)]
    Pool(#[from] QuoteError),
    /// Likewise, of a market.
    #[error(transparent)]
    Market(#[from] MarketError),
}

impl RouteError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::SameMint { .. } => "choose two different tokens",
            Self::ZeroAmount => "give an amount above zero",
            Self::InvalidSlippage { .. } => "use at most 10,000; 50 means half a percent",
            Self::UnknownMint { .. } => {
                "check the token's address and the chain, and fetch the pools and markets first"
            }
            Self::NoPath { .. } => {
                "fetch more pools and markets, allow more hops, or create a pool of the two tokens"
            }
            Self::AllExcluded { .. } => "exclude fewer of them",
            Self::PoolUnavailable(error) | Self::Pool(error) => error.hint(),
            Self::MarketUnavailable(error) | Self::Market(error) => error.hint(),
            Self::NotEnoughLiquidity { .. } => "trade less, or in parts over some time",
            Self::AmountTooSmall { .. } => "trade more",
            Self::TooLarge { .. } => {
                "allow more, create the token accounts beforehand, or use a lookup table"
            }
        }
    }

    /// The pools' program's error, if it is one that stands in the way.
    #[must_use]
    pub fn amm_error(&self) -> Option<AmmError> {
        match self {
            Self::PoolUnavailable(error) | Self::Pool(error) => error.amm_error(),
            _ => None,
        }
    }

    /// The order books' program's error, if it is one that stands in the way.
    #[must_use]
    pub fn orderbook_error(&self) -> Option<OrderbookError> {
        match self {
            Self::MarketUnavailable(error) | Self::Market(error) => error.orderbook_error(),
            _ => None,
        }
    }
}
