//! Why a client's call failed.

use sealane_amm::errors::AmmError;
use sealane_governance::errors::GovernanceError;
use sealane_orderbook::errors::OrderbookError;
use sealane_staking::errors::StakingError;
use solana_pubkey::Pubkey;
use solana_rpc_client_api::client_error::Error as RpcError;
use thiserror::Error;

use crate::{
    accounts::DecodeError, farms::FarmError, markets::MarketError, plan::PlanError,
    quote::QuoteError, realms::RealmError, route::RouteError, simulate::TradeError, tx::SendError,
};

/// Why a client's call failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClientError {
    /// There is no quote.
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// The pool cannot be created like this.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Something about a market cannot be told or built.
    #[error(transparent)]
    Market(#[from] MarketError),
    /// Something about a stake pool or farm cannot be told or built.
    #[error(transparent)]
    Farm(#[from] FarmError),
    /// Something about a realm cannot be told or built.
    #[error(transparent)]
    Realm(#[from] RealmError),
    /// There is no route.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// A simulated transaction would not do its work.
    #[error(transparent)]
    Simulated(TradeError),
    /// A transaction did not do its work.
    #[error(transparent)]
    Send(#[from] SendError),
    /// There is no account at an address.
    #[error("there is no account at {address}, where {what} should be")]
    NotFound {
        /// Where.
        address: Pubkey,
        /// What was expected there.
        what: &'static str,
    },
    /// An account is something else than expected.
    #[error("{address}: {source}")]
    Decode {
        /// Which account.
        address: Pubkey,
        /// What is wrong with it.
        source: DecodeError,
    },
    /// A transaction for a new pool failed after others had been executed.
    #[error("pool {pool} was begun but not finished, {done} of {total} transactions: {source}")]
    Unfinished {
        /// The pool.
        pool: Pubkey,
        /// Transactions that were executed.
        done: usize,
        /// Transactions that were needed.
        total: usize,
        /// What happened to the next one.
        source: Box<SendError>,
    },
    /// A transaction for a new market failed after others had been executed.
    #[error("market {market} was begun but not finished, {done} of {total} transactions: {source}")]
    UnfinishedMarket {
        /// The market.
        market: Pubkey,
        /// Transactions that were executed.
        done: usize,
        /// Transactions that were needed.
        total: usize,
        /// What happened to the next one.
        source: Box<SendError>,
    },
    /// A transaction of several failed after others had been executed.
    #[error("{done} of {total} transactions were executed, then one failed: {source}")]
    Interrupted {
        /// Transactions that were executed.
        done: usize,
        /// Transactions that were needed.
        total: usize,
        /// What happened to the next one.
        source: Box<SendError>,
    },
    /// SOL asked of the faucet has not arrived.
    #[error("the faucet's {lamports} lamports have not arrived at {address}")]
    NoAirdrop {
        /// For whom.
        address: Pubkey,
        /// How much.
        lamports: u64,
    },
    /// The node did not answer, or refused to.
    #[error("the node's {call} failed: {source}")]
    Rpc {
        /// Which call.
        call: &'static str,
        /// Why.
        source: Box<RpcError>,
    },
}

impl ClientError {
    pub(super) fn rpc(call: &'static str) -> impl FnOnce(RpcError) -> Self {
        move |source| Self::Rpc {
            call,
            source: Box::new(source),
        }
    }

    /// What to do next, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Quote(error) => Some(error.hint()),
            Self::Plan(error) => Some(error.hint()),
            Self::Market(error) => Some(error.hint()),
            Self::Farm(error) => Some(error.hint()),
            Self::Realm(error) => Some(error.hint()),
            Self::Interrupted { .. } => {
                Some("what was executed stays: call again, which goes on from there")
            }
            Self::Route(error) => Some(error.hint()),
            Self::Send(error) => error.hint(),
            Self::Simulated(error) => Some(error.hint()),
            Self::NotFound { .. } => Some("check the address, and that this is the right chain"),
            Self::Decode { .. } => Some("check the address"),
            Self::Unfinished { .. } => {
                Some("the pool exists: add the missing shards instead of creating it again")
            }
            Self::UnfinishedMarket { .. } => {
                Some("the market exists: add the missing vault shards instead of creating it again")
            }
            Self::NoAirdrop { .. } => {
                Some("only local and test chains have a faucet; try again there")
            }
            Self::Rpc { .. } => {
                Some("check that the chain is running and that its address is right")
            }
        }
    }

    /// The order books' program's error, if it refused or would have.
    #[must_use]
    pub fn orderbook_error(&self) -> Option<OrderbookError> {
        match self {
            Self::Market(error) => error.orderbook_error(),
            Self::Route(error) => error.orderbook_error(),
            Self::Simulated(error) => error.orderbook_error(),
            Self::Send(error) => error.orderbook_error(),
            Self::UnfinishedMarket { source, .. } => source.orderbook_error(),
            _ => None,
        }
    }

    /// The staking program's error, if it refused or would have.
    #[must_use]
    pub fn staking_error(&self) -> Option<StakingError> {
        match self {
            Self::Farm(error) => error.staking_error(),
            Self::Send(error) => error.staking_error(),
            Self::Interrupted { source, .. } => source.staking_error(),
            _ => None,
        }
    }

    /// The governance program's error, if it refused or would have.
    #[must_use]
    pub fn governance_error(&self) -> Option<GovernanceError> {
        match self {
            Self::Realm(error) => error.governance_error(),
            Self::Send(error) => error.governance_error(),
            Self::Interrupted { source, .. } => source.governance_error(),
            _ => None,
        }
    }

    /// The pools' program's error, if it refused or would have.
    #[must_use]
    pub fn amm_error(&self) -> Option<AmmError> {
        match self {
            Self::Quote(error) => error.amm_error(),
            Self::Route(error) => error.amm_error(),
            Self::Plan(PlanError::Refused(error)) => Some(*error),
            Self::Simulated(error) => error.amm_error(),
            Self::Send(error) => error.amm_error(),
            Self::Unfinished { source, .. } => source.amm_error(),
            _ => None,
        }
    }
}
