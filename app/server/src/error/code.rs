//! Names of what the exchange refuses. They are part of what programs rely on: never renamed.

use std::borrow::Cow;

use sealane_sdk::{
    error::{AmmErrorExt as _, OrderbookErrorExt as _, ProgramError},
    markets::MarketError,
    quote::QuoteError,
    route::RouteError,
    simulate::{Refusal, TradeError},
};

/// A name for programs.
pub(super) type Code = Cow<'static, str>;

/// A program's own name for its error, in this interface's spelling.
fn snake(name: &str) -> Code {
    let mut code = String::with_capacity(name.len() + 4);
    for symbol in name.chars() {
        if symbol.is_ascii_uppercase() && !code.is_empty() {
            code.push('_');
        }
        code.push(symbol.to_ascii_lowercase());
    }
    Cow::Owned(code)
}

pub(super) fn of_quote(error: &QuoteError) -> Code {
    Cow::Borrowed(match error {
        QuoteError::UnknownPool { .. } => "unknown_pool",
        QuoteError::UnknownShard { .. } => "unknown_shard",
        QuoteError::NoShards { .. } => "no_shards",
        QuoteError::MissingAccount { .. } => "not_ready",
        QuoteError::WrongMint { .. } => "wrong_mint",
        QuoteError::InvalidSlippage { .. } => "invalid_slippage",
        QuoteError::Refused { error, .. } => return snake(error.name()),
        _ => "no_quote",
    })
}

pub(super) fn of_market(error: &MarketError) -> Code {
    Cow::Borrowed(match error {
        MarketError::UnknownMarket { .. } => "unknown_market",
        MarketError::UnknownLane { .. } => "unknown_lane",
        MarketError::NoVaultShards { .. } => "no_vault_shards",
        MarketError::MissingAccount { .. } => "not_ready",
        MarketError::NoOrders => "no_orders",
        MarketError::InvalidSlippage { .. } => "invalid_slippage",
        MarketError::VaultsTooSmall { .. } => "vaults_too_small",
        MarketError::Refused(error) => return snake(error.name()),
        _ => "no_quote",
    })
}

pub(super) fn of_route(error: &RouteError) -> Code {
    Cow::Borrowed(match error {
        RouteError::SameMint { .. } => "same_mint",
        RouteError::ZeroAmount => "zero_amount",
        RouteError::InvalidSlippage { .. } => "invalid_slippage",
        RouteError::UnknownMint { .. } => "unknown_mint",
        RouteError::AllExcluded { .. } => "all_excluded",
        RouteError::NotEnoughLiquidity { .. } => "not_enough_liquidity",
        RouteError::AmountTooSmall { .. } => "amount_too_small",
        RouteError::TooLarge { .. } => "route_too_large",
        RouteError::PoolUnavailable(error) | RouteError::Pool(error) => return of_quote(error),
        RouteError::MarketUnavailable(error) | RouteError::Market(error) => {
            return of_market(error);
        }
        _ => "no_route",
    })
}

pub(super) fn of_trade(error: &TradeError) -> Code {
    Cow::Borrowed(match error {
        TradeError::Refused { refusal, .. } => match refusal {
            Refusal::Amm(error) => return snake(error.name()),
            Refusal::Orderbook(error) => return snake(error.name()),
            Refusal::Token(_) => "token_program",
            Refusal::Instruction(_) => "instruction_refused",
        },
        TradeError::MissingSignature { .. } => "missing_signature",
        TradeError::UnknownAccount { .. } => "unknown_account",
        TradeError::Unsupported { .. } => "not_simulated",
        TradeError::Transaction(_) => "transaction_refused",
        TradeError::Panicked(_) => "internal",
    })
}

pub(super) fn of_program(error: &ProgramError) -> Code {
    Cow::Borrowed(match error {
        ProgramError::Amm(error) => return snake(error.name()),
        ProgramError::Orderbook(error) => return snake(error.name()),
        ProgramError::Token(_) => "token_program",
        ProgramError::TokenAccount => "token_account",
        ProgramError::System(_) => "system_program",
        ProgramError::Account { .. } => "wrong_account",
        ProgramError::OutOfComputeUnits => "out_of_compute_units",
        ProgramError::InsufficientFundsForFee => "insufficient_funds_for_fee",
        ProgramError::InsufficientFundsForRent => "insufficient_funds_for_rent",
        ProgramError::BlockhashNotFound => "blockhash_not_found",
        ProgramError::AlreadyProcessed => "already_processed",
        ProgramError::ProgramNotFound => "program_not_found",
        ProgramError::Other { .. } => "other_program",
        _ => "chain_refused",
    })
}

#[cfg(test)]
mod tests {
    use sealane_sdk::amm::errors::AmmError;

    use super::*;

    #[test]
    fn programs_names_are_spelt_like_the_others() {
        let error = QuoteError::Refused {
            error: AmmError::SlippageExceeded,
            shard_index: None,
        };
        assert_eq!(of_quote(&error), "slippage_exceeded");
        assert_eq!(of_route(&RouteError::ZeroAmount), "zero_amount");
        let through = RouteError::PoolUnavailable(error);
        assert_eq!(of_route(&through), "slippage_exceeded");
    }
}
