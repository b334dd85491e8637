//! Why an instruction list was refused.

use std::fmt;

use sealane_amm::errors::AmmError;
use sealane_governance::errors::GovernanceError;
use sealane_orderbook::errors::OrderbookError;
use sealane_sdk::error::{
    AmmErrorExt, OrderbookErrorExt, amm_error_from_code, orderbook_error_from_code,
};
use sealane_staking::errors::StakingError;
use solana_instruction::error::InstructionError;
use solana_pubkey::Pubkey;
use solana_system_interface::error::SystemError;
use solana_transaction::TransactionError;
use spl_token_interface::error::TokenError;

/// First of a program's own codes, as Anchor numbers errors.
const FIRST_ERROR: u32 = 6000;

/// Why an instruction list was refused: the program that failed first, and its code.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The pools' program, by its own error.
    Amm(u32),
    /// The order books' program, by its own error.
    Orderbook(u32),
    /// The staking program, by its own error.
    Staking(u32),
    /// The governance program, by its own error.
    Governance(u32),
    /// One of the exchange's programs, by a check of the framework.
    Framework(u32),
    /// SPL Token or Token-2022; their codes agree as far as both have them.
    Token(u32),
    /// The system program.
    System(u32),
    /// A code of another program.
    Other(Pubkey, u32),
    /// More compute units than the transaction had.
    OutOfCompute,
    /// One of the errors that all programs share.
    Builtin(String),
    /// The transaction as a whole.
    Transaction(String),
}

impl Reason {
    /// An account is writable and given twice (`ConstraintDuplicateMutableAccount`).
    pub const DUPLICATE_ACCOUNT: Self = Self::Framework(2040);
    /// An account must be writable and is not (`ConstraintMut`).
    pub const NOT_WRITABLE: Self = Self::Framework(2000);

    /// An error of the pools' program.
    #[must_use]
    pub fn amm(error: AmmError) -> Self {
        Self::Amm(FIRST_ERROR + error as u32)
    }

    /// An error of the order books' program.
    #[must_use]
    pub fn orderbook(error: OrderbookError) -> Self {
        Self::Orderbook(FIRST_ERROR + error as u32)
    }

    /// An error of the staking program.
    #[must_use]
    pub fn staking(error: StakingError) -> Self {
        Self::Staking(FIRST_ERROR + error as u32)
    }

    /// An error of the governance program.
    #[must_use]
    pub fn governance(error: GovernanceError) -> Self {
        Self::Governance(FIRST_ERROR + error as u32)
    }

    /// An error of a token program.
    #[must_use]
    pub fn token(error: TokenError) -> Self {
        Self::Token(error as u32)
    }

    /// An error of the system program.
    #[must_use]
    pub fn system(error: SystemError) -> Self {
        Self::System(error as u32)
    }

    /// One of the errors that all programs share.
    #[must_use]
    pub fn builtin(error: &InstructionError) -> Self {
        Self::Builtin(format!("{error:?}"))
    }

    /// Reads the index of the failing instruction and the reason from a failed transaction.
    pub(crate) fn read(error: &TransactionError, logs: &[String]) -> (usize, Self) {
        match error {
            TransactionError::InstructionError(
                index,
                InstructionError::ProgramFailedToComplete,
            ) if logs.iter().any(|line| line.contains("exceeded CUs meter")) => {
                (usize::from(*index), Self::OutOfCompute)
            }
            TransactionError::InstructionError(index, InstructionError::Custom(code)) => {
                (usize::from(*index), Self::custom(first_failed(logs), *code))
            }
            TransactionError::InstructionError(index, error) => {
                (usize::from(*index), Self::builtin(error))
            }
            error => (0, Self::Transaction(format!("{error:?}"))),
        }
    }

    fn custom(program: Option<Pubkey>, code: u32) -> Self {
        let Some(program) = program else {
            return Self::Builtin(format!("Custom({code})"));
        };
        let (amm, orderbook) = (sealane_amm::ID, sealane_orderbook::ID);
        let (staking, governance) = (sealane_staking::ID, sealane_governance::ID);
        if [amm, orderbook, staking, governance].contains(&program) && code < FIRST_ERROR {
            Self::Framework(code)
        } else if program == amm {
            Self::Amm(code)
        } else if program == orderbook {
            Self::Orderbook(code)
        } else if program == staking {
            Self::Staking(code)
        } else if program == governance {
            Self::Governance(code)
        } else if program == spl_token_interface::ID || program == spl_token_2022_interface::ID {
            Self::Token(code)
        } else if program == solana_system_interface::program::ID {
            Self::System(code)
        } else {
            Self::Other(program, code)
        }
    }
}

/// The innermost program that failed: the log tells of it first.
fn first_failed(logs: &[String]) -> Option<Pubkey> {
    logs.iter().find_map(|line| {
        let rest = line.strip_prefix("Program ")?;
        let (program, what) = rest.split_once(' ')?;
        if what.starts_with("failed") {
            program.parse().ok()
        } else {
            None
        }
    })
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Amm(code) => match amm_error_from_code(*code) {
                Some(error) => f.write_str(error.name()),
                None => write!(f, "unknown error {code} of the program"),
            },
            Self::Orderbook(code) => match orderbook_error_from_code(*code) {
                Some(error) => f.write_str(error.name()),
                None => write!(f, "unknown error {code} of the order books' program"),
            },
            Self::Staking(code) => write!(f, "error {code} of the staking program"),
            Self::Governance(code) => write!(f, "error {code} of the governance program"),
            Self::Framework(code) => write!(f, "framework check {code}"),
            Self::Token(code) => write!(f, "token program {code}"),
            Self::System(code) => write!(f, "system program {code}"),
            Self::OutOfCompute => f.write_str("out of compute units"),
            Self::Other(program, code) => write!(f, "{program} {code}"),
            Self::Builtin(name) | Self::Transaction(name) => f.write_str(name),
        }
    }
}
