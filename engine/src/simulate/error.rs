//! Why a trade is refused.

use anchor_lang::prelude::ProgramError;
use sealane_amm::errors::AmmError;
use sealane_core::{CoreError, book::BookError};
use sealane_orderbook::errors::OrderbookError;
use sealane_schedule::Panicked;
use solana_instruction::error::InstructionError;
use solana_pubkey::Pubkey;
use spl_token_2022_interface::error::TokenError;
use thiserror::Error;

use crate::error::{
    AmmErrorExt, OrderbookErrorExt, amm_error_from_code, orderbook_error_from_code,
};

/// Why a trade came to nothing. It changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TradeError {
    /// The chain would refuse it.
    #[error("instruction {instruction} is refused: {refusal}")]
    Refused {
        /// Which instruction, counted from zero.
        instruction: usize,
        /// By whom, and why.
        refusal: Refusal,
    },
    /// An instruction wants a signature that the trade does not have.
    #[error("{signer} has to sign and does not: add it to the trade's signers")]
    MissingSignature {
        /// Who has to sign.
        signer: Pubkey,
    },
    /// An account that the outcome depends on was not loaded.
    #[error("the account {address} is unknown: load it, or say that it is absent")]
    UnknownAccount {
        /// Which.
        address: Pubkey,
    },
    /// Only the programs' bytecode knows what becomes of this.
    #[error("instruction {instruction} cannot be simulated here: {what}. Use the exact mode")]
    Unsupported {
        /// Which instruction, counted from zero.
        instruction: usize,
        /// What about it.
        what: Unsupported,
    },
    /// The virtual machine refused the transaction as a whole.
    #[error("the transaction is refused: {0}")]
    Transaction(String),
    /// A defect of this code.
    #[error("the simulation panicked: {0}; please report it")]
    Panicked(String),
}

impl From<Panicked> for TradeError {
    fn from(Panicked(message): Panicked) -> Self {
        Self::Panicked(message)
    }
}

impl TradeError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Refused { refusal, .. } => refusal.hint(),
            Self::MissingSignature { .. } => "add the signer, and sign with its key",
            Self::UnknownAccount { .. } => "load the account first",
            Self::Unsupported { .. } => "use the exact mode, which runs the programs' bytecode",
            Self::Transaction(_) => "check the transaction's accounts, signers and size",
            Self::Panicked(_) => "please report it, with the trade",
        }
    }

    /// The pools' program's error, if that would refuse.
    #[must_use]
    pub fn amm_error(&self) -> Option<AmmError> {
        match self {
            Self::Refused {
                refusal: Refusal::Amm(error),
                ..
            } => Some(*error),
            _ => None,
        }
    }

    /// The order books' program's error, if that would refuse.
    #[must_use]
    pub fn orderbook_error(&self) -> Option<OrderbookError> {
        match self {
            Self::Refused {
                refusal: Refusal::Orderbook(error),
                ..
            } => Some(*error),
            _ => None,
        }
    }
}

/// What is left to the exact mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unsupported {
    /// An instruction of another program than the exchange's and the token programs'.
    #[error("another program's instruction")]
    Program,
    /// An instruction that does not trade: creating, administering, collecting.
    #[error("an instruction that does not trade")]
    Instruction,
    /// A token or account with an extension that transfers depend on.
    #[error("a token with extensions beyond the transfer fee")]
    TokenExtension,
    /// Tokens of a multisig, or wrapped lamports.
    #[error("tokens of a multisig, or wrapped lamports")]
    TokenOwner,
    /// Data that promise a longer list than a program has memory for: how it ends depends on that.
    #[error("data that promise a list longer than a program has memory for")]
    Memory,
    /// An account in a form that the programs did not write.
    #[error("an account of an unexpected form")]
    AccountForm,
}

/// Who refuses an instruction, and why. What the chain reports follows from it:
/// [`Refusal::instruction_error`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The pools' program.
    #[error("{} ({})", .0.message(), .0.name())]
    Amm(AmmError),
    /// The order books' program.
    #[error("{} ({})", .0.message(), .0.name())]
    Orderbook(OrderbookError),
    /// A token program.
    #[error("the token program: {0}")]
    Token(TokenError),
    /// A program's framework, or the runtime.
    #[error(transparent)]
    Instruction(InstructionError),
}

impl Refusal {
    /// An account is named twice where the instruction writes it.
    pub(crate) const DUPLICATE_ACCOUNT: Self = Self::Instruction(InstructionError::Custom(2040));
    /// An account has to be writable.
    pub(crate) const NOT_WRITABLE: Self = Self::Instruction(InstructionError::Custom(2000));
    /// An account has to be a program.
    pub(crate) const NOT_EXECUTABLE: Self = Self::Instruction(InstructionError::Custom(2007));
    /// An account has to be another program.
    pub(crate) const WRONG_PROGRAM: Self = Self::Instruction(InstructionError::IncorrectProgramId);

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Amm(error) => error.hint(),
            Self::Orderbook(error) => error.hint(),
            Self::Token(_) => "check the token accounts: mint, owner, balance, and whether frozen",
            Self::Instruction(_) => "check the instruction's accounts and arguments",
        }
    }

    /// The error in the transaction's result, as the chain reports it.
    #[must_use]
    pub fn instruction_error(&self) -> InstructionError {
        match self {
            Self::Amm(error) => InstructionError::Custom(AmmErrorExt::code(*error)),
            Self::Orderbook(error) => InstructionError::Custom(OrderbookErrorExt::code(*error)),
            Self::Token(error) => InstructionError::Custom(error.clone() as u32),
            Self::Instruction(error) => error.clone(),
        }
    }

    /// From what the chain reports: the program that failed first, and the error.
    #[must_use]
    pub fn of(program: Option<&Pubkey>, error: InstructionError) -> Self {
        let InstructionError::Custom(code) = error else {
            return Self::Instruction(error);
        };
        let typed = match program {
            Some(id) if *id == crate::amm::ID => amm_error_from_code(code).map(Self::Amm),
            Some(id) if *id == crate::orderbook::ID => {
                orderbook_error_from_code(code).map(Self::Orderbook)
            }
            Some(id) if super::TokenProgram::of(id).is_some() => {
                TokenError::try_from(code).ok().map(Self::Token)
            }
            _ => None,
        };
        typed.unwrap_or(Self::Instruction(InstructionError::Custom(code)))
    }
}

impl From<AmmError> for Refusal {
    fn from(error: AmmError) -> Self {
        Self::Amm(error)
    }
}

impl From<OrderbookError> for Refusal {
    fn from(error: OrderbookError) -> Self {
        Self::Orderbook(error)
    }
}

impl From<BookError> for Refusal {
    fn from(error: BookError) -> Self {
        Self::Orderbook(error.into())
    }
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl From<ProgramError> for Refusal {
    fn from(error: ProgramError) -> Self {
        Self::Instruction(u64::from(error).into())
    }
}

impl From<InstructionError> for Refusal {
    fn from(error: InstructionError) -> Self {
        Self::Instruction(error)
    }
}

/// Why an instruction ends, before its place in the trade is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Refused(Refusal),
    Unknown(Pubkey),
    Unsupported(Unsupported),
}

impl Fault {
    #[cold]
    pub(crate) fn at(self, instruction: usize) -> TradeError {
        match self {
            Self::Refused(refusal) => TradeError::Refused {
                instruction,
                refusal,
            },
            Self::Unknown(address) => TradeError::UnknownAccount { address },
            Self::Unsupported(what) => TradeError::Unsupported { instruction, what },
        }
    }
}

macro_rules! refusals {
    ($($error:ty),*) => {$(
        impl From<$error> for Fault {
            #[cold]
            fn from(error: $error) -> Self {
                Self::Refused(error.into())
            }
        }
    )*};
}

refusals!(
    Refusal,
    AmmError,
    OrderbookError,
    BookError,
    TokenError,
    ProgramError,
    InstructionError
);

impl From<Unsupported> for Fault {
    fn from(what: Unsupported) -> Self {
        Self::Unsupported(what)
    }
}

/// A refusal of the core, as the pools' program tells it.
#[cold]
pub(crate) fn amm(error: CoreError) -> Fault {
    Fault::Refused(Refusal::Amm(error.into()))
}

/// Fails with `error` unless `condition` holds.
#[inline(always)]
pub(crate) fn require<E: Into<Refusal>>(condition: bool, error: E) -> Result<(), Fault> {
    if condition {
        Ok(())
    } else {
        Err(Fault::Refused(error.into()))
    }
}
