//! One form for every refusal: a name for programs, a sentence, what to do next.

use std::{borrow::Cow, fmt::Display};

use super::{AmmErrorExt, GovernanceErrorExt, OrderbookErrorExt, ProgramError, StakingErrorExt};
use crate::{
    accounts::DecodeError,
    amm::errors::AmmError,
    amount::AmountError,
    engine::book::{LadderError, UnitsError},
    farms::FarmError,
    markets::MarketError,
    orderbook::errors::OrderbookError,
    plan::PlanError,
    quote::QuoteError,
    realms::RealmError,
    route::RouteError,
    simulate::{Refusal, TradeError},
};

/// A refusal as interfaces to other languages tell it. The sentence is its `Display`.
///
/// ```
/// use sealane_sdk::{amm::errors::AmmError, error::Explain, quote::QuoteError};
///
/// let error = QuoteError::refused(AmmError::SlippageExceeded, 3);
/// assert_eq!(error.key(), "slippage_exceeded");
/// assert_eq!(error.number(), Some(6002));
/// assert_eq!(error.advice(), "quote again, or allow more slippage");
/// ```
pub trait Explain: Display {
    /// A name for programs, which is never changed. Where a program of the exchange refuses, its
    /// own name for the error.
    fn key(&self) -> Cow<'static, str>;

    /// What to do next.
    fn advice(&self) -> &'static str;

    /// The number in transaction results and logs, where a program of the exchange refuses.
    fn number(&self) -> Option<u32> {
        None
    }
}

/// A program's name for its error, in lower case: `SlippageExceeded` is `slippage_exceeded`.
fn snake(name: &str) -> Cow<'static, str> {
    let mut key = String::with_capacity(name.len() + 4);
    for symbol in name.chars() {
        if symbol.is_ascii_uppercase() && !key.is_empty() {
            key.push('_');
        }
        key.push(symbol.to_ascii_lowercase());
    }
    Cow::Owned(key)
}

fn numbers(amm: Option<AmmError>, orderbook: Option<OrderbookError>) -> Option<u32> {
    let amm = amm.map(AmmErrorExt::code);
    amm.or_else(|| orderbook.map(OrderbookErrorExt::code))
}

impl Explain for QuoteError {
    fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::UnknownPool { .. } => "unknown_pool",
            Self::UnknownShard { .. } => "unknown_shard",
            Self::NoShards { .. } => "no_shards",
            Self::MissingAccount { .. } => "not_ready",
            Self::WrongMint { .. } => "wrong_mint",
            Self::SameShard { .. } => "same_shard",
            Self::InvalidSlippage { .. } => "invalid_slippage",
            Self::Refused { error, .. } => return snake(error.name()),
            Self::Decode(error) => return error.key(),
            _ => "no_quote",
        })
    }

    fn advice(&self) -> &'static str {
        self.hint()
    }

    fn number(&self) -> Option<u32> {
        numbers(self.amm_error(), None)
    }
}

impl Explain for MarketError {
    fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::UnknownMarket { .. } => "unknown_market",
            Self::UnknownLane { .. } => "unknown_lane",
            Self::NoVaultShards { .. } => "no_vault_shards",
            Self::VaultShardCount { .. } => "vault_shard_count",
            Self::MissingAccount { .. } => "not_ready",
            Self::NoOrders => "no_orders",
            Self::InvalidSlippage { .. } => "invalid_slippage",
            Self::VaultsTooSmall { .. } => "vaults_too_small",
            Self::Units(error) => return error.key(),
            Self::Ladder(error) => return error.key(),
            Self::Refused(error) => return snake(error.name()),
            Self::Decode(error) => return error.key(),
            _ => "no_quote",
        })
    }

    fn advice(&self) -> &'static str {
        self.hint()
    }

    fn number(&self) -> Option<u32> {
        numbers(None, self.orderbook_error())
    }
}

impl Explain for RealmError {
    fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::UnknownRealm { .. } => "unknown_realm",
            Self::UnknownProposal { .. } => "unknown_proposal",
            Self::MissingAccount { .. } => "not_ready",
            Self::Refused(error) => return snake(error.name()),
            Self::Farm(error) => return error.key(),
        })
    }

    fn advice(&self) -> &'static str {
        self.hint()
    }

    fn number(&self) -> Option<u32> {
        match self {
            Self::Refused(error) => Some(error.code()),
            Self::Farm(error) => error.number(),
            _ => None,
        }
    }
}

impl Explain for FarmError {
    fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::UnknownFarm { .. } => "unknown_farm",
            Self::UnknownPosition { .. } => "unknown_position",
            Self::NoShards { .. } => "no_shards",
            Self::ShardCount { .. } => "shard_count",
            Self::MissingAccount { .. } => "not_ready",
            Self::NoRewardVault { .. } => "no_reward_vault",
            Self::VaultsTooSmall { .. } => "vaults_too_small",
            Self::RecordsGone { .. } => "records_gone",
            Self::TooLarge => "too_large",
            Self::Refused(error) => return snake(error.name()),
            Self::Decode(error) => return error.key(),
        })
    }

    fn advice(&self) -> &'static str {
        self.hint()
    }

    fn number(&self) -> Option<u32> {
        self.staking_error().map(StakingErrorExt::code)
    }
}

impl Explain for RouteError {
    fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::SameMint { .. } => "same_mint",
            Self::ZeroAmount => "zero_amount",
            Self::InvalidSlippage { .. } => "invalid_slippage",
            Self::UnknownMint { .. } => "unknown_mint",
            Self::AllExcluded { .. } => "all_excluded",
            Self::NotEnoughLiquidity { .. } => "not_enough_liquidity",
            Self::AmountTooSmall { .. } => "amount_too_small",
            Self::TooLarge { .. } => "route_too_large",
            Self::PoolUnavailable(error) | Self::Pool(error) => return error.key(),
            Self::MarketUnavailable(error) | Self::Market(error) => return error.key(),
            _ => "no_route",
        })
    }

    fn advice(&self) -> &'static str {
        self.hint()
    }

    fn number(&self) -> Option<u32> {
        numbers(self.amm_error(), self.orderbook_error())
    }
}

impl Explain for PlanError {
    fn key(&self) -> Cow<'static, str> {
        match self {
            Self::ShardCount { .. } => Cow::Borrowed("shard_count"),
            Self::Refused(error) => snake(error.name()),
        }
    }

    fn advice(&self) -> &'static str {
        self.hint()
    }

    fn number(&self) -> Option<u32> {
        match self {
            Self::ShardCount { .. } => None,
            Self::Refused(error) => Some(error.code()),
        }
    }
}

impl Explain for TradeError {
    fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Refused { refusal, .. } => match refusal {
                Refusal::Amm(error) => return snake(error.name()),
                Refusal::Orderbook(error) => return snake(error.name()),
                Refusal::Token(_) => "token_program",
                Refusal::Instruction(_) => "instruction_refused",
            },
            Self::MissingSignature { .. } => "missing_signature",
            Self::UnknownAccount { .. } => "unknown_account",
            Self::Unsupported { .. } => "not_simulated",
            Self::Transaction(_) => "transaction_refused",
            Self::Panicked(_) => "internal",
        })
    }

    fn advice(&self) -> &'static str {
        self.hint()
    }

    fn number(&self) -> Option<u32> {
        numbers(self.amm_error(), self.orderbook_error())
    }
}

impl Explain for ProgramError {
    fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Amm(error) => return snake(error.name()),
            Self::Orderbook(error) => return snake(error.name()),
            Self::Staking(error) => return snake(error.name()),
            Self::Governance(error) => return snake(error.name()),
            Self::Token(_) => "token_program",
            Self::TokenAccount => "token_account",
            Self::System(_) => "system_program",
            Self::Account { .. } => "wrong_account",
            Self::OutOfComputeUnits => "out_of_compute_units",
            Self::InsufficientFundsForFee => "insufficient_funds_for_fee",
            Self::InsufficientFundsForRent => "insufficient_funds_for_rent",
            Self::BlockhashNotFound => "blockhash_not_found",
            Self::AlreadyProcessed => "already_processed",
            Self::ProgramNotFound => "program_not_found",
            Self::Other { .. } => "other_program",
            Self::Chain(_) => "chain_refused",
        })
    }

    fn advice(&self) -> &'static str {
        self.hint().unwrap_or("look at the transaction's logs")
    }

    fn number(&self) -> Option<u32> {
        self.code()
    }
}

impl Explain for DecodeError {
    fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::NotATokenProgram { .. } => "not_a_token_program",
            Self::TooShort { .. } | Self::WrongType { .. } | Self::Malformed { .. } => {
                "malformed_account"
            }
        })
    }

    fn advice(&self) -> &'static str {
        "check the address, and fetch the account again"
    }
}

impl Explain for UnitsError {
    fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::OffTick { .. } => "off_tick",
            Self::OffLot { .. } => "off_lot",
            Self::PriceTooLow { .. } => "price_too_low",
            Self::PriceTooHigh { .. } => "price_too_high",
            Self::SizeTooSmall { .. } => "size_too_small",
            Self::SizeTooLarge { .. } => "size_too_large",
        })
    }

    fn advice(&self) -> &'static str {
        self.hint()
    }
}

impl Explain for LadderError {
    fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed("invalid_quotes")
    }

    fn advice(&self) -> &'static str {
        self.hint()
    }
}

impl Explain for AmountError {
    fn key(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Empty => "empty_amount",
            Self::NotANumber(_) => "not_a_number",
            Self::TooPrecise { .. } => "too_precise",
            Self::TooLarge(_) => "amount_too_large",
        })
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Empty | Self::NotANumber(_) => "write a number such as 1.5",
            Self::TooPrecise { .. } => "write fewer digits after the point",
            Self::TooLarge(_) => "write a smaller amount",
        }
    }
}
