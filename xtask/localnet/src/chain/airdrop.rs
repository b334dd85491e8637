//! SOL for wallets, asked for in the one way that every local chain understands.

use std::time::{Duration, Instant};

use solana_hash::Hash;
use solana_pubkey::Pubkey;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signature::Signature;

use super::ChainError;
use super::health::POLL_INTERVAL;

/// How long an airdrop may take to be confirmed; a local chain needs a second or two.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(30);

/// How many requests are made before giving up.
const REQUESTS: usize = 4;

/// Airdrops and waits until the balance shows it.
pub(super) async fn fund(
    rpc: &RpcClient,
    wallet: &Pubkey,
    lamports: u64,
) -> Result<Signature, ChainError> {
    let failed = |reason: String| ChainError::Airdrop {
        wallet: *wallet,
        lamports,
        reason,
    };
    let before = balance(rpc, wallet).await.map_err(failed)?;
    let enough = before
        .checked_add(lamports)
        .ok_or_else(|| failed("the balance would exceed 64 bits".to_owned()))?;
    let mut reason = String::new();
    for _ in 0..REQUESTS {
        let blockhash = rpc
            .get_latest_blockhash()
            .await
            .map_err(|error| failed(error.to_string()))?;
        match request(rpc, wallet, lamports).await {
            Ok(signature) if balance(rpc, wallet).await.map_err(failed)? >= enough => {
                return Ok(signature);
            }
            // Two airdrops alike with one recent blockhash are one transaction: the chain has
            // confirmed the earlier of them again, and a newer blockhash makes a new one.
            Ok(signature) => reason = format!("{signature} is confirmed but paid nothing new"),
            Err(error) => reason = error,
        }
        next_blockhash(rpc, blockhash).await.map_err(failed)?;
    }
    Err(failed(reason))
}

async fn request(rpc: &RpcClient, wallet: &Pubkey, lamports: u64) -> Result<Signature, String> {
    let signature = rpc
        .request_airdrop(wallet, lamports)
        .await
        .map_err(|error| error.to_string())?;
    let deadline = Instant::now() + CONFIRM_TIMEOUT;
    while Instant::now() < deadline {
        if rpc
            .confirm_transaction(&signature)
            .await
            .map_err(|error| error.to_string())?
        {
            return Ok(signature);
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Err(format!(
        "{signature} was not confirmed within {} s",
        CONFIRM_TIMEOUT.as_secs()
    ))
}

async fn balance(rpc: &RpcClient, wallet: &Pubkey) -> Result<u64, String> {
    rpc.get_balance(wallet)
        .await
        .map_err(|error| error.to_string())
}

async fn next_blockhash(rpc: &RpcClient, old: Hash) -> Result<(), String> {
    let deadline = Instant::now() + CONFIRM_TIMEOUT;
    while Instant::now() < deadline {
        let latest = rpc
            .get_latest_blockhash()
            .await
            .map_err(|error| error.to_string())?;
        if latest != old {
            return Ok(());
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    Err("the chain makes no new blocks".to_owned())
}
