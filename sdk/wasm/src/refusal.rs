//! Why something was refused.

use sealane_sdk::{
    accounts::DecodeError,
    amount::AmountError,
    engine::book::{LadderError, UnitsError},
    error::{Explain, ProgramError},
    farms::FarmError,
    markets::MarketError,
    plan::PlanError,
    quote::QuoteError,
    realms::RealmError,
    route::RouteError,
    simulate::TradeError,
};
use serde::{Deserialize, Serialize};
use solana_instruction::error::InstructionError;
use solana_transaction_error::TransactionError;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    convert::{read, reply},
    values::Address,
};

/// What came of something.
pub(crate) type Answer<T> = Result<T, Problem>;

#[wasm_bindgen(typescript_custom_section)]
const THROWN: &str = r#"
/** What every function and method here throws. */
export interface SealaneError extends Error {
    name: "SealaneError";
    /** A name for programs, such as `slippage_exceeded`. Never changed. */
    code: string;
    /** What to do next. */
    hint: string;
    /** The number in transaction results and logs, where a program of the exchange refuses. */
    number?: number;
}
"#;

/// Why something was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A name for programs, such as `slippage_exceeded`. Never changed.
    pub code: String,
    /// What was wrong.
    pub message: String,
    /// What to do next.
    pub hint: String,
    /// The number in transaction results and logs, where a program refuses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
}

impl Problem {
    pub(crate) fn new(code: &str, message: impl Into<String>, hint: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            hint: hint.to_owned(),
            number: None,
        }
    }

    /// An argument of another form than declared.
    pub(crate) fn argument(message: impl Into<String>) -> Self {
        let hint = "pass what the TypeScript declarations ask for; amounts are bigints";
        Self::new("invalid_argument", message, hint)
    }

    /// A defect of this code.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::new("internal", message, "please report it")
    }

    fn explained(error: &impl Explain) -> Self {
        Self {
            number: error.number(),
            ..Self::new(&error.key(), error.to_string(), error.advice())
        }
    }
}

macro_rules! explained {
    ($($error:ty),*) => {$(
        impl From<$error> for Problem {
            fn from(error: $error) -> Self {
                Self::explained(&error)
            }
        }
    )*};
}

explained!(
    AmountError,
    DecodeError,
    FarmError,
    LadderError,
    MarketError,
    PlanError,
    ProgramError,
    QuoteError,
    RealmError,
    RouteError,
    TradeError,
    UnitsError
);

/// A transaction that failed, as a node tells of it. Give what there is of it.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(rename_all = "camelCase", default)]
pub struct FailedTransaction {
    /// What the programs logged, in order.
    pub logs: Vec<String>,
    /// The number of a custom program error.
    #[tsify(optional)]
    pub number: Option<u32>,
    /// The program that failed, where there are no logs to tell.
    #[tsify(optional)]
    pub program: Option<Address>,
    /// The name of any other error, as nodes write it: `BlockhashNotFound`, `AccountNotFound`,
    /// `InsufficientFundsForFee`, or of an instruction, such as `InvalidAccountData`.
    #[tsify(optional)]
    pub name: Option<String>,
}

/// What a failed transaction's error means.
pub(crate) fn decode(failed: &FailedTransaction) -> Problem {
    let mut logs = failed.logs.clone();
    if let (true, Some(program)) = (logs.is_empty(), failed.program) {
        // The SDK finds the program in the logs; without logs the caller has to know it.
        logs.push(format!("Program {} failed: ", program.0));
    }
    let error = match (failed.number, failed.name.as_deref()) {
        (Some(number), _) => at_instruction(InstructionError::Custom(number)),
        (None, Some(name)) => named(name),
        (None, None) => match number_in(&failed.logs) {
            Some(number) => at_instruction(InstructionError::Custom(number)),
            None => at_instruction(InstructionError::GenericError),
        },
    };
    ProgramError::from_transaction(&error, &logs).into()
}

fn at_instruction(error: InstructionError) -> TransactionError {
    TransactionError::InstructionError(0, error)
}

/// The number of the first failure in the logs.
fn number_in(logs: &[String]) -> Option<u32> {
    logs.iter().find_map(|line| {
        let (_, number) = line
            .strip_prefix("Program ")?
            .split_once(" failed: custom program error: 0x")?;
        u32::from_str_radix(number.trim(), 16).ok()
    })
}

/// The errors that a wallet meets, by the names that nodes give them.
fn named(name: &str) -> TransactionError {
    use InstructionError as At;
    match name {
        "AccountNotFound" => TransactionError::AccountNotFound,
        "AlreadyProcessed" => TransactionError::AlreadyProcessed,
        "BlockhashNotFound" => TransactionError::BlockhashNotFound,
        "InsufficientFundsForFee" => TransactionError::InsufficientFundsForFee,
        "InsufficientFundsForRent" => {
            TransactionError::InsufficientFundsForRent { account_index: 0 }
        }
        "ProgramAccountNotFound" => TransactionError::ProgramAccountNotFound,
        "ComputationalBudgetExceeded" => at_instruction(At::ComputationalBudgetExceeded),
        "InsufficientFunds" => at_instruction(At::InsufficientFunds),
        "InvalidAccountData" => at_instruction(At::InvalidAccountData),
        "InvalidAccountOwner" => at_instruction(At::InvalidAccountOwner),
        "IncorrectProgramId" => at_instruction(At::IncorrectProgramId),
        "ProgramFailedToComplete" => at_instruction(At::ProgramFailedToComplete),
        "UninitializedAccount" => at_instruction(At::UninitializedAccount),
        "UnsupportedProgramId" => at_instruction(At::UnsupportedProgramId),
        _ => at_instruction(At::GenericError),
    }
}

/// What a failed transaction's error means: from its logs, its error number, or the error's name.
///
/// # Errors
/// `invalid_argument`.
#[wasm_bindgen(js_name = "decodeError")]
pub fn decode_error(failed: Ts<FailedTransaction>) -> Result<Ts<Problem>, JsValue> {
    reply(|| Ok(decode(&read(&failed)?)))
}
