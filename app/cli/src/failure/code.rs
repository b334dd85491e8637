//! Names of failures. They are part of what scripts rely on: never renamed.

use sealane_sdk::{
    amm::errors::AmmError,
    client::ClientError,
    error::{
        AmmErrorExt as _, GovernanceErrorExt as _, OrderbookErrorExt as _, ProgramError,
        StakingErrorExt as _,
    },
    markets::MarketError,
    plan::PlanError,
    quote::QuoteError,
    route::RouteError,
    tx::SendError,
};

/// The number of the program's error in logs.
pub(super) fn number(error: Option<AmmError>) -> Option<u32> {
    error.map(|error| error.code())
}

pub(super) fn of_client(error: &ClientError) -> &'static str {
    match error {
        ClientError::Quote(error) => of_quote(error),
        ClientError::Plan(error) => of_plan(error),
        ClientError::Market(error) => of_market(error),
        ClientError::Route(error) => of_route(error),
        ClientError::Send(error) => of_send(error),
        ClientError::NotFound { .. } => "NotFound",
        ClientError::Decode { .. } => "WrongAccount",
        ClientError::Unfinished { .. } | ClientError::UnfinishedMarket { .. } => "Unfinished",
        ClientError::NoAirdrop { .. } => "NoAirdrop",
        ClientError::Rpc { .. } => "Rpc",
        _ => "Failed",
    }
}

pub(super) fn of_quote(error: &QuoteError) -> &'static str {
    match error {
        QuoteError::UnknownPool { .. } => "UnknownPool",
        QuoteError::UnknownShard { .. } => "UnknownShard",
        QuoteError::NoShards { .. } => "NoShards",
        QuoteError::MissingAccount { .. } => "MissingAccount",
        QuoteError::WrongMint { .. } => "WrongMint",
        QuoteError::SameShard { .. } => "SameShard",
        QuoteError::InvalidSlippage { .. } => "InvalidSlippage",
        QuoteError::Refused { error, .. } => error.name(),
        QuoteError::Decode(_) => "Malformed",
        _ => "NoQuote",
    }
}

pub(super) fn of_route(error: &RouteError) -> &'static str {
    match error {
        RouteError::SameMint { .. } => "SameMint",
        RouteError::ZeroAmount => "ZeroAmount",
        RouteError::InvalidSlippage { .. } => "InvalidSlippage",
        RouteError::UnknownMint { .. } | RouteError::NoPath { .. } => "NoPool",
        RouteError::AllExcluded { .. } => "AllExcluded",
        RouteError::NotEnoughLiquidity { .. } => "NotEnoughLiquidity",
        RouteError::AmountTooSmall { .. } => "AmountTooSmall",
        RouteError::TooLarge { .. } => "RouteTooLarge",
        RouteError::PoolUnavailable(error) | RouteError::Pool(error) => of_quote(error),
        RouteError::MarketUnavailable(error) | RouteError::Market(error) => of_market(error),
        _ => "NoRoute",
    }
}

pub(super) fn of_market(error: &MarketError) -> &'static str {
    match error {
        MarketError::UnknownMarket { .. } => "UnknownMarket",
        MarketError::UnknownLane { .. } => "NoLane",
        MarketError::NoVaultShards { .. } => "NoVaultShards",
        MarketError::VaultShardCount { .. } => "VaultShardCount",
        MarketError::MissingAccount { .. } => "MissingAccount",
        MarketError::NoOrders => "NoOrders",
        MarketError::InvalidSlippage { .. } => "InvalidSlippage",
        MarketError::VaultsTooSmall { .. } => "VaultsTooSmall",
        MarketError::Refused(error) => error.name(),
        MarketError::Decode(_) => "Malformed",
        _ => "NoQuote",
    }
}

pub(super) fn of_plan(error: &PlanError) -> &'static str {
    match error {
        PlanError::ShardCount { .. } => "ShardCount",
        PlanError::Refused(error) => error.name(),
    }
}

pub(super) fn of_send(error: &SendError) -> &'static str {
    match error {
        SendError::Simulation { error, .. } | SendError::Execution { error, .. } => {
            of_program(error)
        }
        SendError::Expired { .. } => "Expired",
        SendError::Unconfirmed { .. } => "Unconfirmed",
        SendError::TooLarge { .. } => "TooLarge",
        SendError::Signing(_) => "Signing",
        SendError::Rpc { .. } => "Rpc",
        _ => "NotSent",
    }
}

fn of_program(error: &ProgramError) -> &'static str {
    match error {
        ProgramError::Amm(error) => error.name(),
        ProgramError::Orderbook(error) => error.name(),
        ProgramError::Staking(error) => error.name(),
        ProgramError::Governance(error) => error.name(),
        ProgramError::Token(_) => "TokenProgram",
        ProgramError::TokenAccount => "TokenAccount",
        ProgramError::System(_) => "SystemProgram",
        ProgramError::Account { .. } => "WrongAccount",
        ProgramError::OutOfComputeUnits => "OutOfComputeUnits",
        ProgramError::InsufficientFundsForFee => "InsufficientFundsForFee",
        ProgramError::InsufficientFundsForRent => "InsufficientFundsForRent",
        ProgramError::BlockhashNotFound => "BlockhashNotFound",
        ProgramError::AlreadyProcessed => "AlreadyProcessed",
        ProgramError::ProgramNotFound => "ProgramNotFound",
        ProgramError::Other { .. } => "OtherProgram",
        _ => "Chain",
    }
}
