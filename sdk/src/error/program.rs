//! A failed transaction, read from its result and its logs.

use sealane_amm::errors::AmmError;
use sealane_governance::errors::GovernanceError;
use sealane_orderbook::errors::OrderbookError;
use sealane_staking::errors::StakingError;
use solana_pubkey::Pubkey;
use solana_system_interface::error::SystemError;
use solana_transaction_error::TransactionError;
use spl_token_interface::error::TokenError;
use thiserror::Error;

use super::{
    AmmErrorExt, GovernanceErrorExt, OrderbookErrorExt, StakingErrorExt, amm_error_from_code,
    governance_error_from_code, orderbook_error_from_code, staking_error_from_code,
};
use crate::{
    address::{SYSTEM_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amm, governance, orderbook, staking,
};
use solana_instruction::error::InstructionError;

/// Why the chain refused a transaction.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum ProgramError {
    /// The pools' program refused, by name.
    #[error("{} ({}, code {})", .0.message(), .0.name(), .0.code())]
    Amm(AmmError),
    /// The order books' program refused, by name.
    #[error("{} ({}, code {})", .0.message(), .0.name(), .0.code())]
    Orderbook(OrderbookError),
    /// The staking program refused, by name.
    #[error("{} ({}, code {})", .0.message(), .0.name(), .0.code())]
    Staking(StakingError),
    /// The governance program refused, by name.
    #[error("{} ({}, code {})", .0.message(), .0.name(), .0.code())]
    Governance(GovernanceError),
    /// A token program refused.
    #[error("the token program refused: {0}")]
    Token(TokenError),
    /// A token program was given an account that does not exist or is none of the token's.
    #[error("a token account does not exist, or is not one of this token")]
    TokenAccount,
    /// The system program refused.
    #[error("the system program refused: {}", system_message(.0))]
    System(SystemError),
    /// The program's framework refused an account or an argument before the program looked.
    #[error("an account failed the check `{check}` (code {code})")]
    Account {
        /// Which check.
        check: &'static str,
        /// The number in the logs.
        code: u32,
    },
    /// The transaction's compute units were used up.
    #[error("the transaction ran out of compute units")]
    OutOfComputeUnits,
    /// The payer cannot pay the fee, or does not exist.
    #[error("the fee payer has not enough SOL for the transaction fee")]
    InsufficientFundsForFee,
    /// A new account, or the payer, would hold less than the rent minimum.
    #[error("an account would hold less SOL than its rent minimum")]
    InsufficientFundsForRent,
    /// The blockhash is unknown to the node.
    #[error("the node does not know the transaction's blockhash")]
    BlockhashNotFound,
    /// The same transaction was executed before.
    #[error("this transaction has already been executed")]
    AlreadyProcessed,
    /// A program is not on this chain.
    #[error("a program that the transaction calls is not on this chain")]
    ProgramNotFound,
    /// Another program's own error code.
    #[error("program {program} failed with its error {code}")]
    Other {
        /// Which program.
        program: Box<Pubkey>,
        /// Its code.
        code: u32,
    },
    /// Anything else, in the chain's own words.
    #[error("{0}")]
    Chain(TransactionError),
}

impl ProgramError {
    /// Reads the reason from a transaction's result and its logs. The logs tell which program
    /// failed, also when it was called by another one; without them codes are taken for the pools'
    /// program's.
    #[must_use]
    pub fn from_transaction(error: &TransactionError, logs: &[String]) -> Self {
        match error {
            TransactionError::InsufficientFundsForFee | TransactionError::AccountNotFound => {
                Self::InsufficientFundsForFee
            }
            TransactionError::InsufficientFundsForRent { .. }
            | TransactionError::InvalidRentPayingAccount => Self::InsufficientFundsForRent,
            TransactionError::BlockhashNotFound => Self::BlockhashNotFound,
            TransactionError::AlreadyProcessed => Self::AlreadyProcessed,
            TransactionError::ProgramAccountNotFound => Self::ProgramNotFound,
            TransactionError::InstructionError(_, reason) => {
                Self::from_instruction(reason, logs).unwrap_or_else(|| Self::Chain(error.clone()))
            }
            _ => Self::Chain(error.clone()),
        }
    }

    fn from_instruction(reason: &InstructionError, logs: &[String]) -> Option<Self> {
        let failed = failed_program(logs);
        let of_token = || failed.is_some_and(|program| is_token_program(&program));
        match reason {
            InstructionError::Custom(code) => match failed {
                Some(program) => Some(Self::from_code(&program, *code)),
                None => amm_error_from_code(*code).map(Self::Amm),
            },
            InstructionError::ComputationalBudgetExceeded => Some(Self::OutOfComputeUnits),
            InstructionError::ProgramFailedToComplete
                if logs.iter().any(|line| line.contains("exceeded CUs meter")) =>
            {
                Some(Self::OutOfComputeUnits)
            }
            InstructionError::UnsupportedProgramId => Some(Self::ProgramNotFound),
            // Token programs return some errors without a code of their own.
            InstructionError::InsufficientFunds if of_token() => {
                Some(Self::Token(TokenError::InsufficientFunds))
            }
            InstructionError::InvalidAccountData
            | InstructionError::UninitializedAccount
            | InstructionError::IncorrectProgramId
            | InstructionError::InvalidAccountOwner
                if of_token() =>
            {
                Some(Self::TokenAccount)
            }
            _ => None,
        }
    }

    /// Which error of which program a code means.
    fn from_code(program: &Pubkey, code: u32) -> Self {
        let own = match *program {
            amm::ID => amm_error_from_code(code).map(Self::Amm),
            orderbook::ID => orderbook_error_from_code(code).map(Self::Orderbook),
            staking::ID => staking_error_from_code(code).map(Self::Staking),
            governance::ID => governance_error_from_code(code).map(Self::Governance),
            _ => None,
        };
        let known = if is_own(program) {
            own.or_else(|| framework_check(code).map(|check| Self::Account { check, code }))
        } else if is_token_program(program) {
            TokenError::try_from(code).ok().map(Self::Token)
        } else if *program == SYSTEM_PROGRAM {
            system_error(code).map(Self::System)
        } else {
            None
        };
        known.unwrap_or_else(|| Self::Other {
            program: Box::new(*program),
            code,
        })
    }

    /// The program's own error, if it was that.
    #[must_use]
    pub fn amm_error(&self) -> Option<AmmError> {
        match self {
            Self::Amm(error) => Some(*error),
            _ => None,
        }
    }

    /// The order books' program's own error, if it was that.
    #[must_use]
    pub fn orderbook_error(&self) -> Option<OrderbookError> {
        match self {
            Self::Orderbook(error) => Some(*error),
            _ => None,
        }
    }

    /// The staking program's own error, if it was that.
    #[must_use]
    pub fn staking_error(&self) -> Option<StakingError> {
        match self {
            Self::Staking(error) => Some(*error),
            _ => None,
        }
    }

    /// The governance program's own error, if it was that.
    #[must_use]
    pub fn governance_error(&self) -> Option<GovernanceError> {
        match self {
            Self::Governance(error) => Some(*error),
            _ => None,
        }
    }

    /// The number in the logs, if the error is a program's.
    #[must_use]
    pub fn code(&self) -> Option<u32> {
        match self {
            Self::Amm(error) => Some(error.code()),
            Self::Orderbook(error) => Some(error.code()),
            Self::Staking(error) => Some(error.code()),
            Self::Governance(error) => Some(error.code()),
            Self::Token(error) => Some(error.clone() as u32),
            Self::System(error) => Some(error.clone() as u32),
            Self::Account { code, .. } | Self::Other { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// What to do next, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Amm(error) => error.hint(),
            Self::Orderbook(error) => error.hint(),
            Self::Staking(error) => error.hint(),
            Self::Governance(error) => error.hint(),
            Self::Token(TokenError::InsufficientFunds) => {
                "the paying token account holds less than the amount: get more of the token or \
                 use a smaller amount"
            }
            Self::Token(TokenError::AccountFrozen) => {
                "the mint's authority has frozen the account; ask them"
            }
            Self::Token(TokenError::OwnerMismatch) => {
                "sign with the token account's owner, or the mint's authority to mint"
            }
            Self::TokenAccount => {
                "check that the wallet holds the token; receiving accounts are created on demand, \
                 paying ones are not"
            }
            Self::System(SystemError::AccountAlreadyInUse) => {
                "the account exists already: choose another id, or use what is there"
            }
            Self::System(SystemError::ResultWithNegativeLamports)
            | Self::InsufficientFundsForFee
            | Self::InsufficientFundsForRent => {
                "send SOL to the payer; on a local chain use the faucet"
            }
            Self::Account { .. } => "build the instruction with `plan`, which names every account",
            Self::OutOfComputeUnits => "raise the compute margin",
            Self::BlockhashNotFound => "send again; if it stays, the node lags behind",
            Self::AlreadyProcessed => "nothing to do: look at the first execution's result",
            Self::ProgramNotFound => "check the chain's address: is the program deployed there?",
            _ => return None,
        })
    }
}

/// The program that failed first, which is the innermost of a chain of calls.
fn failed_program(logs: &[String]) -> Option<Pubkey> {
    logs.iter().find_map(|line| {
        let (program, reason) = line.strip_prefix("Program ")?.split_once(' ')?;
        reason
            .starts_with("failed: ")
            .then(|| program.parse().ok())?
    })
}

/// Whether a program is one of the exchange's.
fn is_own(program: &Pubkey) -> bool {
    [amm::ID, orderbook::ID, staking::ID, governance::ID].contains(program)
}

fn is_token_program(program: &Pubkey) -> bool {
    *program == TOKEN_PROGRAM || *program == TOKEN_2022_PROGRAM
}

fn system_error(code: u32) -> Option<SystemError> {
    use SystemError::{
        AccountAlreadyInUse, AddressWithSeedMismatch, InvalidAccountDataLength, InvalidProgramId,
        MaxSeedLengthExceeded, ResultWithNegativeLamports,
    };
    [
        AccountAlreadyInUse,
        ResultWithNegativeLamports,
        InvalidProgramId,
        InvalidAccountDataLength,
        MaxSeedLengthExceeded,
        AddressWithSeedMismatch,
    ]
    .into_iter()
    .find(|error| error.clone() as u32 == code)
}

fn system_message(error: &SystemError) -> &'static str {
    match error {
        SystemError::AccountAlreadyInUse => "an account with this address exists already",
        SystemError::ResultWithNegativeLamports => "the payer has not enough SOL",
        SystemError::InvalidProgramId => "an account cannot be given to this program",
        SystemError::InvalidAccountDataLength => "an account cannot have this length",
        SystemError::MaxSeedLengthExceeded => "a seed is too long",
        SystemError::AddressWithSeedMismatch => "an address does not match its seed",
        _ => "a nonce account is not ready",
    }
}

/// The account checks of the program's framework, by its numbers.
fn framework_check(code: u32) -> Option<&'static str> {
    Some(match code {
        2000 => "writable",
        2001 => "has_one",
        2003 => "constraint",
        2005 => "rent exempt",
        2007 => "executable",
        2011 => "close",
        2012 => "address",
        2013 => "zeroed",
        2019 => "space",
        2020 => "optional account",
        2040 => "one account twice, both writable",
        2500..=2506 => "require",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(|line| line.trim().to_owned()).collect()
    }

    fn custom(code: u32) -> TransactionError {
        TransactionError::InstructionError(2, InstructionError::Custom(code))
    }

    #[test]
    fn the_programs_own_refusal() {
        let logs = lines(
            "Program ComputeBudget111111111111111111111111111111 invoke [1]
             Program ComputeBudget111111111111111111111111111111 success
             Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs invoke [1]
             Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs consumed 1337 of 199850 compute units
             Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs failed: custom program error: 0x1772",
        );
        let error = ProgramError::from_transaction(&custom(6002), &logs);
        assert_eq!(error, ProgramError::Amm(AmmError::SlippageExceeded));
        assert_eq!(
            error.to_string(),
            "the price moved further than the slippage bound allows (SlippageExceeded, code 6002)"
        );
        assert_eq!(error.hint(), Some("quote again, or allow more slippage"));
    }

    #[test]
    fn the_same_code_of_the_order_books_means_another_thing() {
        let logs = lines(
            "Program seat6M3q9chv3gwziB1WbB3CGjTU1utfDVhg1fdxxfT invoke [1]
             Program seat6M3q9chv3gwziB1WbB3CGjTU1utfDVhg1fdxxfT failed: custom program error: 0x179b",
        );
        let error = ProgramError::from_transaction(&custom(6043), &logs);
        assert_eq!(
            error,
            ProgramError::Orderbook(OrderbookError::InsufficientFunds)
        );
        assert_eq!((error.code(), error.amm_error()), (Some(6043), None));
        assert!(error.hint().unwrap().contains("deposit"));
    }

    #[test]
    fn a_token_program_called_by_the_program() {
        // The outer program fails with the inner one's code: the inner one gives it a meaning.
        let logs = lines(
            "Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs invoke [1]
             Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA invoke [2]
             Program log: Error: insufficient funds
             Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA consumed 105 of 197013 compute units
             Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA failed: custom program error: 0x1
             Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs consumed 3092 of 200000 compute units
             Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs failed: custom program error: 0x1",
        );
        let error = ProgramError::from_transaction(&custom(1), &logs);
        assert_eq!(error, ProgramError::Token(TokenError::InsufficientFunds));
        assert_eq!(error.code(), Some(1));
    }

    #[test]
    fn the_same_code_of_the_system_program_means_another_thing() {
        let logs = lines(
            "Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs invoke [1]
             Program 11111111111111111111111111111111 invoke [2]
             Allocate: account Address { address: 6sbz, base: None } already in use
             Program 11111111111111111111111111111111 failed: custom program error: 0x0
             Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs failed: custom program error: 0x0",
        );
        let error = ProgramError::from_transaction(&custom(0), &logs);
        assert_eq!(
            error,
            ProgramError::System(SystemError::AccountAlreadyInUse)
        );
        assert!(error.hint().unwrap().contains("exists already"));
    }

    #[test]
    fn a_wallet_without_the_token() {
        let logs = lines(
            "Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs invoke [1]
             Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA invoke [2]
             Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA failed: invalid account data for instruction
             Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs failed: invalid account data for instruction",
        );
        let error = TransactionError::InstructionError(2, InstructionError::InvalidAccountData);
        let error = ProgramError::from_transaction(&error, &logs);
        assert_eq!(error, ProgramError::TokenAccount);
        assert!(error.hint().unwrap().contains("holds the token"));
    }

    #[test]
    fn account_checks_and_strangers() {
        let logs = lines(
            "Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs failed: custom program error: 0x7d0",
        );
        assert_eq!(
            ProgramError::from_transaction(&custom(2000), &logs),
            ProgramError::Account {
                check: "writable",
                code: 2000
            }
        );
        let stranger = Pubkey::new_unique();
        let logs = vec![format!(
            "Program {stranger} failed: custom program error: 0x1770"
        )];
        assert_eq!(
            ProgramError::from_transaction(&custom(6000), &logs),
            ProgramError::Other {
                program: Box::new(stranger),
                code: 6000
            }
        );
    }

    #[test]
    fn without_logs_the_codes_still_speak() {
        assert_eq!(
            ProgramError::from_transaction(&custom(6003), &[]),
            ProgramError::Amm(AmmError::Paused)
        );
        assert_eq!(
            ProgramError::from_transaction(&custom(1), &[]),
            ProgramError::Chain(custom(1))
        );
    }

    #[test]
    fn a_program_cannot_forge_a_failure_by_logging() {
        // What a program writes itself begins with "Program log: ".
        let logs = lines(
            "Program log: Program TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA failed: x
             Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs failed: custom program error: 0x1770",
        );
        assert_eq!(
            ProgramError::from_transaction(&custom(6000), &logs),
            ProgramError::Amm(AmmError::ZeroAmount)
        );
    }

    #[test]
    fn money_and_compute() {
        use TransactionError::{AccountNotFound, InstructionError as At, InsufficientFundsForFee};
        for error in [AccountNotFound, InsufficientFundsForFee] {
            assert_eq!(
                ProgramError::from_transaction(&error, &[]),
                ProgramError::InsufficientFundsForFee
            );
        }
        let out = At(0, InstructionError::ComputationalBudgetExceeded);
        assert_eq!(
            ProgramError::from_transaction(&out, &[]),
            ProgramError::OutOfComputeUnits
        );
        let out = At(0, InstructionError::ProgramFailedToComplete);
        let logs = lines(
            "Program seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs failed: exceeded CUs meter at BPF instruction",
        );
        assert_eq!(
            ProgramError::from_transaction(&out, &logs),
            ProgramError::OutOfComputeUnits
        );
    }
}
