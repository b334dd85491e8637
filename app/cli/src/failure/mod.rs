//! Failures: what was wrong in one sentence, what to do next in another, a code for programs.

mod code;
mod hint;
mod usage;

pub(crate) use usage::usage;

use std::{borrow::Cow, fmt, process::ExitCode};

use sealane_sdk::error::{Explain, OrderbookErrorExt};
use sealane_sdk::farms::FarmError;
use sealane_sdk::realms::RealmError;
use sealane_sdk::{
    accounts::DecodeError, client::ClientError, markets::MarketError, plan::PlanError,
    quote::QuoteError, route::RouteError, tx::SendError,
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_rpc_client_api::client_error::{Error as RpcError, ErrorKind};

/// What most functions here return.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// The exit code of wrong usage.
const USAGE: u8 = 2;

/// A failure as a JSON document.
#[derive(Debug, Serialize)]
pub(crate) struct Document<'a> {
    error: Error<'a>,
}

#[derive(Debug, Serialize)]
struct Error<'a> {
    code: &'a str,
    /// The on-chain error's number, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u32>,
    message: &'a str,
    hint: Option<&'a str>,
    /// The transaction, if one was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'a str>,
}

/// Why a command did not do its work. Boxed: it is passed through every call.
#[derive(Clone, Debug)]
pub(crate) struct Failure(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    code: Cow<'static, str>,
    message: String,
    hint: Option<String>,
    usage: bool,
    number: Option<u32>,
    signature: Option<String>,
    logs: Vec<String>,
}

impl Failure {
    /// The command was right, but could not be done.
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code: code.into(),
            message: message.into(),
            hint: None,
            usage: false,
            number: None,
            signature: None,
            logs: Vec::new(),
        }))
    }

    /// The command was wrong.
    pub(crate) fn usage(code: &'static str, message: impl Into<String>) -> Self {
        let mut failure = Self::new(code, message);
        failure.0.usage = true;
        failure
    }

    /// With what to do next.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// With what had been done already, since it stays done.
    pub(crate) fn after(mut self, done: impl fmt::Display) -> Self {
        self.0.message = format!("{}; before that, {done}", self.0.message);
        self
    }

    /// The same, if anything had been done in these shards.
    pub(crate) fn after_shards(self, done: &[u8]) -> Self {
        if done.is_empty() {
            return self;
        }
        let indices: Vec<String> = done.iter().map(u8::to_string).collect();
        self.after(format_args!("it was done in shard {}", indices.join(", ")))
    }

    /// A name for programs: the on-chain program's own where it has refused.
    #[cfg(test)]
    pub(crate) fn code(&self) -> &str {
        &self.0.code
    }

    /// What to do next.
    pub(crate) fn next_step(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// What the programs logged, if the chain ran them.
    pub(crate) fn logs(&self) -> &[String] {
        &self.0.logs
    }

    /// Whether the command was wrong, and not the world.
    #[cfg(test)]
    pub(crate) fn is_usage(&self) -> bool {
        self.0.usage
    }

    /// What the process ends with.
    pub(crate) fn exit_code(&self) -> ExitCode {
        if self.0.usage {
            ExitCode::from(USAGE)
        } else {
            ExitCode::FAILURE
        }
    }

    /// The failure as programs read it.
    pub(crate) fn document(&self) -> Document<'_> {
        let inner = &self.0;
        Document {
            error: Error {
                code: &inner.code,
                number: inner.number,
                message: &inner.message,
                hint: self.next_step(),
                signature: inner.signature.as_deref(),
            },
        }
    }

    /// The signer is not whom the pool or the market obeys.
    pub(crate) fn wrong_authority(of: &str, authority: &Pubkey, wallet: &Pubkey) -> Self {
        Self::new(
            "WrongAuthority",
            format!("the {of}'s authority is {authority}, and the wallet is {wallet}"),
        )
        .hint("sign with the authority's keypair through --keypair")
    }

    /// A node that does not answer, or not as it should.
    fn rpc(call: &str, source: &RpcError) -> Self {
        let failure = match source.kind() {
            ErrorKind::Reqwest(error) if error.is_connect() => {
                // Without the path and the query, where keys are kept.
                let host = error.url().map(|url| url.origin().ascii_serialization());
                let host = host.unwrap_or_else(|| "the given address".to_owned());
                Self::new("NoNode", format!("nothing answers at {host}"))
            }
            _ => Self::new("Rpc", format!("the node's {call} failed: {source}")),
        };
        failure.hint(hint::NO_NODE)
    }

    /// What the SDK explains: its name for the error, written as the others are.
    fn explained(error: &impl Explain, hint: &str) -> Self {
        let words = error.key();
        let words = words.split('_').map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        });
        Self::new(words.collect::<String>(), error.to_string()).hint(hint)
    }

    /// A refused quote, plan or transaction, with the program's error number if it has one.
    fn refused(
        error: &(impl fmt::Display + ?Sized),
        code: &'static str,
        hint: Option<&str>,
    ) -> Self {
        let failure = Self::new(code, error.to_string());
        match hint {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Quote(error) => error.into(),
            ClientError::Plan(error) => error.into(),
            ClientError::Market(error) => error.into(),
            ClientError::Route(error) => error.into(),
            ClientError::Farm(error) => error.into(),
            ClientError::Realm(error) => error.into(),
            ClientError::Send(error) => error.into(),
            ClientError::Interrupted {
                done,
                total,
                source,
            } => Self::from(*source)
                .after(format_args!("{done} of {total} transactions were executed")),
            ClientError::Rpc { call, source } => Self::rpc(call, &source),
            error => {
                let mut failure =
                    Self::refused(&error, code::of_client(&error), hint::of_client(&error));
                if let ClientError::Unfinished { source, .. }
                | ClientError::UnfinishedMarket { source, .. } = &error
                {
                    failure.add_transaction(source);
                }
                failure
            }
        }
    }
}

impl From<QuoteError> for Failure {
    fn from(error: QuoteError) -> Self {
        let mut failure =
            Self::refused(&error, code::of_quote(&error), Some(hint::of_quote(&error)));
        failure.0.number = code::number(error.amm_error());
        failure
    }
}

impl From<MarketError> for Failure {
    fn from(error: MarketError) -> Self {
        let (code, hint) = (code::of_market(&error), hint::of_market(&error));
        let mut failure = Self::refused(&error, code, Some(hint));
        failure.0.number = error.orderbook_error().map(OrderbookErrorExt::code);
        failure
    }
}

impl From<RouteError> for Failure {
    fn from(error: RouteError) -> Self {
        match error {
            RouteError::PoolUnavailable(error) | RouteError::Pool(error) => error.into(),
            RouteError::MarketUnavailable(error) | RouteError::Market(error) => error.into(),
            error => {
                let (code, hint) = (code::of_route(&error), hint::of_route(&error));
                Self::refused(&error, code, Some(hint))
            }
        }
    }
}

impl From<FarmError> for Failure {
    fn from(error: FarmError) -> Self {
        let mut failure = Self::explained(&error, hint::of_farm(&error));
        failure.0.number = error.number();
        failure
    }
}

impl From<RealmError> for Failure {
    fn from(error: RealmError) -> Self {
        let mut failure = Self::explained(&error, hint::of_realm(&error));
        failure.0.number = error.number();
        failure
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        let mut failure = Self::refused(&error, code::of_plan(&error), Some(hint::of_plan(&error)));
        if let PlanError::Refused(error) = error {
            failure.0.number = code::number(Some(error));
        }
        failure
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        if let SendError::Rpc { call, source } = &error {
            return Self::rpc(call, source);
        }
        let mut failure = Self::refused(&error, code::of_send(&error), hint::of_send(&error));
        failure.add_transaction(&error);
        failure
    }
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self::refused(&error, "Malformed", Some("check the address"))
    }
}

impl Failure {
    fn add_transaction(&mut self, error: &SendError) {
        let inner = &mut self.0;
        inner.number = error.program_error().and_then(|error| error.code());
        inner.signature = error.signature().map(ToString::to_string);
        inner.logs = error.logs().to_vec();
    }
}

#[cfg(test)]
mod tests {
    use sealane_sdk::amm::errors::AmmError;

    use super::*;

    #[test]
    fn the_programs_own_errors_keep_their_names_and_numbers() {
        let error = QuoteError::Refused {
            error: AmmError::Paused,
            shard_index: None,
        };
        let failure = Failure::from(ClientError::from(error));
        let json = serde_json::to_value(failure.document()).unwrap();
        assert_eq!(json["error"]["code"], "Paused");
        assert_eq!(json["error"]["number"], 6003);
        assert!(
            json["error"]["message"]
                .as_str()
                .unwrap()
                .contains("paused")
        );
        assert!(!json["error"]["hint"].as_str().unwrap().is_empty());
        assert!(!failure.is_usage());
    }

    #[test]
    fn hints_speak_of_flags_and_not_of_functions() {
        for error in [
            AmmError::InvalidFee,
            AmmError::SlippageExceeded,
            AmmError::InvalidAmplification,
        ] {
            let failure = Failure::from(PlanError::Refused(error));
            let hint = failure.next_step().unwrap();
            assert!(hint.contains("--"), "{hint}");
            assert!(!hint.contains("::"), "{hint}");
        }
    }
}
