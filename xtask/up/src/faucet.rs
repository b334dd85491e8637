//! `POST /faucet`: SOL and test tokens for a wallet of the page's.
//!
//! It stands beside the gateway and not in it: a gateway holds no keys.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use sealane_localnet::world::TokenName;
use sealane_sdk::client::ClientError;
use sealane_server::error::ApiError;
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use tokio::sync::Semaphore;

use crate::bank::{Bank, Given};

/// Where it answers.
pub(crate) const PATH: &str = "/faucet";
/// SOL for fees and rents.
const LAMPORTS: u64 = 10_000_000_000;
/// How long a wallet waits until it is given more.
const AGAIN_AFTER: Duration = Duration::from_secs(20);
/// Wallets that are given something at a time.
const AT_ONCE: usize = 4;
/// Wallets that are remembered.
const REMEMBERED: usize = 10_000;

struct Faucet {
    bank: Arc<Bank>,
    paid: Mutex<HashMap<Pubkey, Instant>>,
    turns: Semaphore,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Base 58.
    owner: String,
}

#[derive(Serialize)]
struct Paid {
    owner: String,
    lamports: String,
    tokens: Vec<Given>,
}

/// Whole tokens of each kind: enough to try everything, too little to move the market.
fn whole(token: TokenName) -> u64 {
    match token {
        TokenName::Sol => 50,
        TokenName::Usdc | TokenName::Usdx | TokenName::Fee => 5_000,
        TokenName::Seal => 50_000,
        // Nobody gets into the council by asking.
        TokenName::Council => 0,
    }
}

/// The route, to be served beside the gateway.
pub(crate) fn router(bank: Arc<Bank>) -> Router {
    let faucet = Faucet {
        bank,
        paid: Mutex::default(),
        turns: Semaphore::new(AT_ONCE),
    };
    Router::new()
        .route(PATH, post(pay))
        .with_state(Arc::new(faucet))
}

async fn pay(
    State(faucet): State<Arc<Faucet>>,
    asked: Result<Json<Asked>, axum::extract::rejection::JsonRejection>,
) -> Result<Json<Paid>, ApiError> {
    const HINT: &str = "send {\"owner\": \"<the wallet's address>\"} as application/json";
    let Json(asked) = asked.map_err(|error| ApiError::bad_request(error.body_text(), HINT))?;
    let owner: Pubkey = asked
        .owner
        .parse()
        .map_err(|_| ApiError::bad_request(format!("{:?} is no address", asked.owner), HINT))?;
    faucet.take_turn(owner)?;
    let outcome = faucet.give(&owner).await;
    if outcome.is_err() {
        // It was given nothing, and need not wait.
        faucet.lock().remove(&owner);
    }
    let tokens = outcome.map_err(|error| {
        ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "faucet_failed",
            format!("the chain did not pay: {error}"),
            "try again in some seconds",
        )
    })?;
    Ok(Json(Paid {
        owner: owner.to_string(),
        lamports: LAMPORTS.to_string(),
        tokens,
    }))
}

impl Faucet {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Pubkey, Instant>> {
        self.paid.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses whoever was given something just now.
    fn take_turn(&self, owner: Pubkey) -> Result<(), ApiError> {
        let mut paid = self.lock();
        paid.retain(|_, at| at.elapsed() < AGAIN_AFTER);
        if paid.contains_key(&owner) || paid.len() >= REMEMBERED {
            return Err(ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limited",
                format!("the faucet pays a wallet every {} s", AGAIN_AFTER.as_secs()),
                "wait a little",
            ));
        }
        paid.insert(owner, Instant::now());
        Ok(())
    }

    async fn give(&self, owner: &Pubkey) -> Result<Vec<Given>, ClientError> {
        // Never closed.
        let _turn = self.turns.acquire().await;
        self.bank.give_sol(owner, LAMPORTS).await?;
        self.bank
            .give_tokens(owner, |token| whole(token.name))
            .await
    }
}
