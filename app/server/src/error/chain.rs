//! What the SDK refuses, as errors of this interface.

use axum::http::StatusCode;
use sealane_sdk::{
    client::ClientError,
    error::{Explain, ProgramError},
    farms::FarmError,
    markets::MarketError,
    quote::QuoteError,
    realms::RealmError,
    route::RouteError,
    simulate::TradeError,
    tx::SendError,
};

use super::ApiError;

/// What the chain or the arithmetic refuses is not the request's form.
const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

impl ApiError {
    /// In the SDK's own words: its name for the error, its sentence, and what to do next.
    fn explained(status: StatusCode, error: &impl Explain) -> Self {
        Self {
            number: error.number(),
            ..Self::new(status, error.key(), error.to_string(), error.advice())
        }
    }
}

impl From<RouteError> for ApiError {
    fn from(error: RouteError) -> Self {
        let status = match &error {
            RouteError::SameMint { .. }
            | RouteError::ZeroAmount
            | RouteError::InvalidSlippage { .. } => StatusCode::BAD_REQUEST,
            RouteError::UnknownMint { .. } => StatusCode::NOT_FOUND,
            _ => REFUSED,
        };
        let explained = Self::explained(status, &error);
        // The SDK's advice is for those who fill its caches themselves.
        let hint = match &error {
            RouteError::UnknownMint { .. } => "check the token's address; /api/v1/tokens lists all",
            RouteError::NoPath { .. } => "allow more hops, or create a pool of the two tokens",
            _ => return explained,
        };
        Self {
            hint: hint.into(),
            ..explained
        }
    }
}

impl From<QuoteError> for ApiError {
    fn from(error: QuoteError) -> Self {
        match error {
            QuoteError::MissingAccount { .. } => Self::not_ready(),
            QuoteError::UnknownPool { .. } => Self::not_found(
                "unknown_pool",
                error.to_string(),
                "/api/v1/pools lists all pools",
            ),
            error => RouteError::from(error).into(),
        }
    }
}

impl From<MarketError> for ApiError {
    fn from(error: MarketError) -> Self {
        match error {
            MarketError::MissingAccount { .. } => Self::not_ready(),
            MarketError::UnknownMarket { .. } => Self::not_found(
                "unknown_market",
                error.to_string(),
                "/api/v1/markets lists all markets",
            ),
            error => RouteError::from(error).into(),
        }
    }
}

impl From<FarmError> for ApiError {
    fn from(error: FarmError) -> Self {
        match error {
            FarmError::MissingAccount { .. } => Self::not_ready(),
            FarmError::UnknownFarm { .. } => Self::not_found(
                "unknown_farm",
                error.to_string(),
                "/api/v1/farms lists all farms",
            ),
            error => Self::explained(REFUSED, &error),
        }
    }
}

impl From<RealmError> for ApiError {
    fn from(error: RealmError) -> Self {
        match error {
            RealmError::MissingAccount { .. } => Self::not_ready(),
            RealmError::UnknownRealm { .. } => Self::not_found(
                "unknown_realm",
                error.to_string(),
                "/api/v1/realms lists all realms",
            ),
            RealmError::UnknownProposal { .. } => Self::not_found(
                "unknown_proposal",
                error.to_string(),
                "/api/v1/proposals lists all proposals",
            ),
            RealmError::Farm(error) => error.into(),
            error => Self::explained(REFUSED, &error),
        }
    }
}

impl From<TradeError> for ApiError {
    fn from(error: TradeError) -> Self {
        Self::explained(REFUSED, &error)
    }
}

impl From<ProgramError> for ApiError {
    fn from(error: ProgramError) -> Self {
        Self::explained(REFUSED, &error)
    }
}

impl From<SendError> for ApiError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Simulation { error, .. } | SendError::Execution { error, .. } => {
                error.into()
            }
            SendError::TooLarge { .. } => Self::new(
                REFUSED,
                "transaction_too_large",
                error.to_string(),
                "trade in fewer parts",
            ),
            SendError::Rpc { call, source } => Self::node(call, &source),
            error => Self::internal(&error),
        }
    }
}

impl From<ClientError> for ApiError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Quote(error) => error.into(),
            ClientError::Market(error) => error.into(),
            ClientError::Route(error) => error.into(),
            ClientError::Send(error) => error.into(),
            ClientError::Simulated(error) => error.into(),
            ClientError::Rpc { call, source } => Self::node(call, &source),
            ClientError::NotFound { .. } | ClientError::Decode { .. } => Self::not_found(
                "unknown_account",
                error.to_string(),
                "check the address, and that this is the right chain",
            ),
            error => Self::internal(&error),
        }
    }
}

impl ApiError {
    /// The node does not answer, or refuses. What it says is for the log: it may name its address,
    /// and that may contain a key.
    pub fn node(call: &str, source: &dyn std::fmt::Display) -> Self {
        tracing::warn!(call, error = %source, "the node did not serve a call");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "node_unavailable",
            format!("the chain's node did not answer {call}"),
            "try again in some seconds",
        )
    }
}

#[cfg(test)]
mod tests {
    use sealane_sdk::amm::errors::AmmError;

    use super::*;

    #[test]
    fn a_programs_refusal_keeps_its_name_and_number_through_what_wraps_it() {
        let refused = || QuoteError::refused(AmmError::SlippageExceeded, 3);
        for error in [
            ApiError::from(refused()),
            RouteError::PoolUnavailable(refused()).into(),
            ClientError::Quote(refused()).into(),
        ] {
            assert_eq!(error.code, "slippage_exceeded");
            assert_eq!((error.status, error.number), (REFUSED, Some(6_002)));
        }
        let error = ApiError::from(RouteError::ZeroAmount);
        assert_eq!((&*error.code, error.number), ("zero_amount", None));
        assert_eq!(error.status, StatusCode::BAD_REQUEST);
    }
}
