//! What becomes of a transaction under every behaviour of a node that a healthy chain does not
//! show on demand: answers are scripted. Transactions that land are tested on a running chain.

use std::time::Duration;

use sealane_amm::errors::AmmError;
use serde_json::{Value, json};
use solana_instruction::AccountMeta;
use solana_keypair::Keypair;
use solana_rpc_client::mock_sender::MocksMap;
use solana_rpc_client_api::request::RpcRequest;
use solana_signer::Signer;

use super::*;
use crate::amm;

const FAST: TransactorConfig = TransactorConfig {
    commitment: CommitmentConfig::confirmed(),
    priority_fee: PriorityFee::None,
    compute_margin_percent: 10,
    max_wait: Duration::from_secs(5),
    resend_interval: Duration::from_millis(1),
    poll_interval: Duration::from_millis(1),
};

/// A node that gives these answers first and a healthy node's afterwards, or with
/// `sig_not_found` never sees a transaction.
fn node(kind: &str, answers: impl IntoIterator<Item = (RpcRequest, Value)>) -> Arc<RpcClient> {
    let answers: MocksMap = answers.into_iter().collect();
    Arc::new(RpcClient::new_mock_with_mocks_map(kind, answers))
}

fn status(value: Value) -> (RpcRequest, Value) {
    (
        RpcRequest::GetSignatureStatuses,
        json!({ "context": { "slot": 1 }, "value": [value] }),
    )
}

fn valid_until(height: u64) -> (RpcRequest, Value) {
    let blockhash = Hash::default().to_string();
    let value = json!({ "blockhash": blockhash, "lastValidBlockHeight": height });
    (
        RpcRequest::GetLatestBlockhash,
        json!({ "context": { "slot": 1 }, "value": value }),
    )
}

fn simulated(error: Value, logs: &[&str]) -> (RpcRequest, Value) {
    let value = json!({ "err": error, "logs": logs, "accounts": null, "unitsConsumed": 100 });
    (
        RpcRequest::SimulateTransaction,
        json!({ "context": { "slot": 1 }, "value": value }),
    )
}

fn executed(error: Value, level: &str) -> Value {
    let result = if error.is_null() {
        json!({ "Ok": null })
    } else {
        json!({ "Err": error })
    };
    json!({
        "slot": 9,
        "confirmations": 3,
        "status": result,
        "err": error,
        "confirmationStatus": level,
    })
}

fn instruction(signers: &[Pubkey]) -> Instruction {
    Instruction {
        program_id: amm::ID,
        accounts: signers
            .iter()
            .map(|signer| AccountMeta::new(*signer, true))
            .collect(),
        data: vec![1],
    }
}

async fn send(rpc: Arc<RpcClient>, config: TransactorConfig) -> Result<Confirmed, SendError> {
    let wallet = Keypair::new();
    let payer = wallet.pubkey();
    Transactor::new(rpc, config)
        .send(&[instruction(&[payer])], &payer, &[&wallet])
        .await
}

#[tokio::test]
async fn waits_for_the_configured_certainty() {
    let rpc = node(
        "succeeds",
        [
            status(Value::Null),
            status(executed(Value::Null, "processed")),
            status(executed(Value::Null, "confirmed")),
        ],
    );
    let confirmed = send(
        rpc,
        TransactorConfig {
            resend_interval: FAST.max_wait,
            ..FAST
        },
    )
    .await;
    // Slot 9 is that of the scripted statuses: the healthy node's own would be 1.
    assert_eq!(confirmed.unwrap().slot, 9);
}

#[tokio::test]
async fn an_execution_that_failed_says_why() {
    let error = json!({ "InstructionError": [2, { "Custom": 6002 }] });
    let rpc = node("succeeds", [status(executed(error, "confirmed"))]);
    let error = send(rpc, FAST).await.unwrap_err();
    assert!(
        matches!(error, SendError::Execution { slot: 9, .. }),
        "{error}"
    );
    assert_eq!(error.amm_error(), Some(AmmError::SlippageExceeded));
    assert!(error.signature().is_some());
    assert_eq!(error.hint(), Some("quote again, or allow more slippage"));
}

#[tokio::test]
async fn a_refused_simulation_sends_nothing() {
    let failure = format!("Program {} failed: custom program error: 0x1773", amm::ID);
    let error = json!({ "InstructionError": [2, { "Custom": 6003 }] });
    let rpc = node("sig_not_found", [simulated(error, &[&failure])]);
    let error = send(rpc, FAST).await.unwrap_err();
    assert!(matches!(error, SendError::Simulation { .. }), "{error}");
    assert_eq!(error.amm_error(), Some(AmmError::Paused));
    assert_eq!(error.logs(), [failure]);
    assert!(error.signature().is_none());
}

#[tokio::test]
async fn an_expired_blockhash_ends_the_waiting() {
    let height = |height: u64| (RpcRequest::GetBlockHeight, json!(height));
    let rpc = node(
        "sig_not_found",
        [valid_until(12), height(11), height(12), height(13)],
    );
    let error = send(rpc, FAST).await.unwrap_err();
    assert!(
        matches!(
            error,
            SendError::Expired {
                last_valid_block_height: 12,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn the_last_valid_block_may_have_held_it() {
    // Unseen at first, and a healthy node's height of 1,234 is long past 12; a last look finds it.
    let config = TransactorConfig {
        resend_interval: Duration::ZERO,
        ..FAST
    };
    let rpc = node("succeeds", [valid_until(12), status(Value::Null)]);
    assert!(send(rpc, config).await.is_ok());
    let rpc = node(
        "succeeds",
        [valid_until(12), status(Value::Null), status(Value::Null)],
    );
    assert!(matches!(
        send(rpc, config).await,
        Err(SendError::Expired { .. })
    ));
}

#[tokio::test]
async fn patience_has_an_end() {
    let rpc = node("sig_not_found", [valid_until(u64::MAX)]);
    let config = TransactorConfig {
        max_wait: Duration::from_millis(20),
        ..FAST
    };
    let error = send(rpc, config).await.unwrap_err();
    assert!(matches!(error, SendError::Unconfirmed { .. }), "{error}");
    assert!(error.hint().unwrap().contains("may still be executed"));
}

#[tokio::test]
async fn every_signer_is_needed() {
    let (wallet, other) = (Keypair::new(), Keypair::new());
    let payer = wallet.pubkey();
    let instructions = [instruction(&[payer, other.pubkey()])];
    let transactor = Transactor::new(node("succeeds", []), FAST);
    let sent = transactor.send(&instructions, &payer, &[&wallet]).await;
    assert!(matches!(sent, Err(SendError::Signing(_))));
    assert!(
        transactor
            .send(&instructions, &payer, &[&wallet, &other])
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn what_does_not_fit_is_not_sent() {
    let payer = Pubkey::new_unique();
    let large = Instruction {
        data: vec![0; 1_200],
        ..instruction(&[payer])
    };
    let simulated = Transactor::new(node("succeeds", []), FAST)
        .simulate(&[large], &payer)
        .await;
    assert!(
        matches!(simulated, Err(SendError::TooLarge { size: 1_423 })),
        "{simulated:?}"
    );
}

#[tokio::test]
async fn priority_fees_are_capped() {
    let fees = |fees: &[u64]| {
        let fees: Vec<Value> = fees
            .iter()
            .map(|fee| json!({ "slot": 1, "prioritizationFee": fee }))
            .collect();
        node(
            "succeeds",
            [(RpcRequest::GetRecentPrioritizationFees, json!(fees))],
        )
    };
    let instructions = [instruction(&[Pubkey::new_unique()])];
    let auto = PriorityFee::Auto {
        percentile: 50,
        cap: 25,
    };
    assert_eq!(auto.price(&fees(&[10, 20, 30]), &instructions).await, 20);
    assert_eq!(auto.price(&fees(&[10, 40, 50]), &instructions).await, 25);
    assert_eq!(auto.price(&fees(&[]), &instructions).await, 0);
    // A node that does not know the call.
    assert_eq!(auto.price(&node("fails", []), &instructions).await, 0);
    assert_eq!(
        PriorityFee::Fixed(7)
            .price(&node("fails", []), &instructions)
            .await,
        7
    );
}

#[test]
fn limits_leave_a_margin_and_stay_in_bounds() {
    assert_eq!(compute_limit(100_000, 10, 1), 110_000);
    assert_eq!(compute_limit(1_000, 10, 1), 11_000);
    assert_eq!(compute_limit(18_000, 50, 3), 39_000);
    assert_eq!(compute_limit(1_390_000, 10, 1), MAX_COMPUTE_UNITS);
    assert_eq!(compute_limit(u64::MAX, u32::MAX, 64), MAX_COMPUTE_UNITS);
}

#[test]
fn at_least_confirmed() {
    let config = TransactorConfig {
        commitment: CommitmentConfig::processed(),
        ..FAST
    };
    let transactor = Transactor::new(node("succeeds", []), config);
    assert_eq!(
        transactor.config().commitment,
        CommitmentConfig::confirmed()
    );
}
