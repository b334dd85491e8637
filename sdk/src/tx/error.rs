//! Why a transaction did not do its work.

use sealane_amm::errors::AmmError;
use sealane_governance::errors::GovernanceError;
use sealane_orderbook::errors::OrderbookError;
use sealane_staking::errors::StakingError;
use solana_message::CompileError;
use solana_rpc_client_api::client_error::Error as RpcError;
use solana_signature::Signature;
use solana_signer::SignerError;
use thiserror::Error;

use super::MAX_TRANSACTION_SIZE;
use crate::error::ProgramError;

/// Why a transaction did not do its work, and whether it may still.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SendError {
    /// The simulation failed. Nothing was sent, nothing was paid.
    #[error("refused before sending: {error}")]
    Simulation {
        /// Why.
        error: ProgramError,
        /// What the programs logged.
        logs: Vec<String>,
    },
    /// The transaction was executed and failed. Its fee was paid; nothing else changed.
    #[error("transaction {signature} failed: {error}")]
    Execution {
        /// Which transaction.
        signature: Signature,
        /// In which slot.
        slot: u64,
        /// Why.
        error: ProgramError,
        /// What the programs logged.
        logs: Vec<String>,
    },
    /// The blockhash expired before the transaction was executed. It never will be.
    #[error(
        "transaction {signature} was not executed before its blockhash expired (block {last_valid_block_height})"
    )]
    Expired {
        /// Which transaction.
        signature: Signature,
        /// The last block that could have held it.
        last_valid_block_height: u64,
    },
    /// The waiting time is over and the outcome is unknown: the transaction may still be executed.
    #[error("transaction {signature} was not confirmed within {waited_seconds} seconds")]
    Unconfirmed {
        /// Which transaction.
        signature: Signature,
        /// For how long its confirmation was awaited.
        waited_seconds: u64,
    },
    /// The instructions do not fit into one transaction.
    #[error("the transaction has {size} bytes, more than the {MAX_TRANSACTION_SIZE} that fit")]
    TooLarge {
        /// How many bytes it has.
        size: usize,
    },
    /// The instructions name more accounts than one transaction can.
    #[error("the instructions do not make a transaction: {0}")]
    Compile(#[from] CompileError),
    /// A signature is missing or a signer refused.
    #[error("the transaction could not be signed: {0}")]
    Signing(#[from] SignerError),
    /// The node did not answer, or refused to.
    #[error("the node's {call} failed: {source}")]
    Rpc {
        /// Which call.
        call: &'static str,
        /// Why.
        source: Box<RpcError>,
    },
}

impl SendError {
    pub(crate) fn rpc(call: &'static str) -> impl FnOnce(RpcError) -> Self {
        move |source| Self::Rpc {
            call,
            source: Box::new(source),
        }
    }

    /// Why the chain refused, if it did.
    #[must_use]
    pub fn program_error(&self) -> Option<&ProgramError> {
        match self {
            Self::Simulation { error, .. } | Self::Execution { error, .. } => Some(error),
            _ => None,
        }
    }

    /// The pools' program's error, if it refused.
    #[must_use]
    pub fn amm_error(&self) -> Option<AmmError> {
        self.program_error()?.amm_error()
    }

    /// The order books' program's error, if it refused.
    #[must_use]
    pub fn orderbook_error(&self) -> Option<OrderbookError> {
        self.program_error()?.orderbook_error()
    }

    /// The staking program's error, if it refused.
    #[must_use]
    pub fn staking_error(&self) -> Option<StakingError> {
        self.program_error()?.staking_error()
    }

    /// The governance program's error, if it refused.
    #[must_use]
    pub fn governance_error(&self) -> Option<GovernanceError> {
        self.program_error()?.governance_error()
    }

    /// The transaction, if one was sent.
    #[must_use]
    pub fn signature(&self) -> Option<&Signature> {
        match self {
            Self::Execution { signature, .. }
            | Self::Expired { signature, .. }
            | Self::Unconfirmed { signature, .. } => Some(signature),
            _ => None,
        }
    }

    /// What the programs logged, if the chain ran them.
    #[must_use]
    pub fn logs(&self) -> &[String] {
        match self {
            Self::Simulation { logs, .. } | Self::Execution { logs, .. } => logs,
            _ => &[],
        }
    }

    /// What to do next, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Simulation { error, .. } | Self::Execution { error, .. } => return error.hint(),
            Self::Expired { .. } => "send again, with a higher priority fee if the chain is busy",
            Self::Unconfirmed { .. } => {
                "look the transaction up before sending another one: it may still be executed"
            }
            Self::TooLarge { .. } => {
                "split the instructions, for which `tx::pack` helps, or use a lookup table"
            }
            Self::Compile(_) => "split the instructions, for which `tx::pack` helps",
            Self::Signing(_) => "sign with the payer and with every signer of the instructions",
            Self::Rpc { .. } => "check that the chain is running and that its address is right",
        })
    }
}
