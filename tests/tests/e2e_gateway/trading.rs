//! Quotes are the SDK's, and the transactions that honour them do it on the chain.

use anchor_lang::wincode;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sealane_localnet::world::TokenName;
use sealane_sdk::engine::world::World;
use sealane_sdk::quote::SwapKind;
use sealane_sdk::route::{RouteRequest, Venues, route};
use sealane_server::gateway::Gateway;
use serde_json::{Value, json};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;

use crate::stage::{Stage, amount, config, get, list, post, text};

/// Signs what the gateway has built.
fn signed(transaction: &Value, wallet: &Keypair) -> VersionedTransaction {
    let bytes = BASE64_STANDARD.decode(text(transaction)).expect("base64");
    let unsigned: VersionedTransaction = wincode::deserialize(&bytes).expect("a transaction");
    assert!(
        unsigned
            .signatures
            .iter()
            .all(|one| *one == Default::default()),
        "unsigned"
    );
    VersionedTransaction::try_new(unsigned.message, &[wallet]).expect("signed")
}

async fn held(stage: &Stage, owner: &Pubkey, token: TokenName) -> i128 {
    let mint = stage.token(token).mint;
    let held = stage.client().token_balance(owner, &mint).await;
    held.expect("a balance").into()
}

#[tokio::test(flavor = "multi_thread")]
async fn quotes_are_honoured_to_the_unit() {
    let stage = Stage::set().await;
    let alice = &stage.world.wallets.alice;
    let names = [
        TokenName::Sol,
        TokenName::Usdc,
        TokenName::Usdx,
        TokenName::Fee,
    ];
    let mut legs = 0;
    for (from, to) in names.iter().flat_map(|from| names.map(|to| (*from, to))) {
        if from == to {
            continue;
        }
        for mode in ["exact_in", "exact_out"] {
            let given = if mode == "exact_in" { from } else { to };
            let asked = json!({
                "input_mint": stage.token(from).mint.to_string(),
                "output_mint": stage.token(to).mint.to_string(),
                "amount": (stage.token(given).units(1) / 2).to_string(),
                "mode": mode,
                "owner": alice.address().to_string(),
                "priority_fee": { "max_lamports": 10_000 },
            });
            let before = [
                held(&stage, &alice.address(), from).await,
                held(&stage, &alice.address(), to).await,
            ];
            let (status, built) = stage.post("/api/v1/transaction", &asked).await;
            assert_eq!(status, 200, "{asked}: {built}");
            let quote = &built["quote"];
            legs += list(&quote["legs"]).len();
            simulated(&built, &stage, from, to);
            let transaction = signed(&built["transaction"], &alice.keypair);
            let client = stage.client();
            let sent = client
                .rpc()
                .send_and_confirm_transaction(&transaction)
                .await;
            sent.unwrap_or_else(|error| panic!("{asked}: {error}"));
            let after = [
                held(&stage, &alice.address(), from).await,
                held(&stage, &alice.address(), to).await,
            ];
            let [sent, received] = [before[0] - after[0], after[1] - before[1]];
            assert_eq!(sent, i128::from(amount(&quote["sent"])), "{built}");
            assert_eq!(received, i128::from(amount(&quote["received"])), "{built}");
            fresh(&stage).await;
        }
    }
    assert!(legs > 24, "{legs} legs: nothing went over several hops");
    stage.end().await;
}

/// Waits until the gateway's world is the chain's.
async fn fresh(stage: &Stage) {
    let mut client = stage.client();
    client.fetch_pools().await.expect("pools");
    client.fetch_markets().await.expect("markets");
    let is_same = |world: &World| {
        let pools = stage.world.pools.iter().all(|pool| {
            let shards = client.pools().shards(&pool.address);
            shards
                .zip(world.pools().shards(&pool.address))
                .all(|(one, other)| one.shard == other.shard)
        });
        let lanes = &stage.world.markets[0].lanes;
        pools
            && lanes.iter().all(|lane| {
                let on_chain = client
                    .markets()
                    .lane(&lane.address)
                    .map(|entry| entry.lane.clone());
                let known = world
                    .markets()
                    .lane(&lane.address)
                    .map(|entry| entry.lane.clone());
                on_chain == known
            })
    };
    let app = stage.gateway.app();
    stage
        .until("a fresh world", async || {
            is_same(&app.engine.world()).then_some(())
        })
        .await;
}

/// The simulation tells the wallet's changes as the quote has them.
fn simulated(built: &Value, stage: &Stage, from: TokenName, to: TokenName) {
    assert_eq!(built["simulation_error"], Value::Null, "{built}");
    let alice = stage.world.wallets.alice.address().to_string();
    let change = |token: TokenName| -> i128 {
        let mint = stage.token(token).mint.to_string();
        let balances = list(&built["simulation"]["balances"]).iter();
        let own = balances.filter(|one| one["owner"] == alice && one["mint"] == mint);
        let own = own.filter(|one| one["balance"] == "tokens");
        own.map(|one| i128::from(amount(&one["after"])) - i128::from(amount(&one["before"])))
            .sum()
    };
    assert_eq!(
        -change(from),
        i128::from(amount(&built["quote"]["sent"])),
        "{built}"
    );
    assert_eq!(
        change(to),
        i128::from(amount(&built["quote"]["received"])),
        "{built}"
    );
}

/// For many amounts, the gateway's quote is the SDK's over the same state.
#[tokio::test(flavor = "multi_thread")]
async fn quotes_are_the_sdks() {
    let stage = Stage::set().await;
    let world = stage.gateway.app().engine.world();
    let tokens = &stage.world.tokens;
    let mut compared = 0;
    for at in 0..200_u64 {
        let (from, to) = (
            &tokens[at as usize % 4],
            &tokens[(at as usize / 4 + at as usize + 1) % 4],
        );
        if from.mint == to.mint {
            continue;
        }
        let (kind, mode, given) = match at % 3 {
            0 => (SwapKind::ExactOut, "exact_out", to),
            _ => (SwapKind::ExactIn, "exact_in", from),
        };
        let units = given.units(1) / 1_000 * (1 + at * at * 7);
        let request = RouteRequest::new(kind, units, from.mint, to.mint, Pubkey::default());
        let expected = route(&Venues::from(&*world), &request);
        let path = format!(
            "/api/v1/quote?input_mint={}&output_mint={}&amount={units}&mode={mode}",
            from.mint, to.mint
        );
        let (status, told) = stage.get(&path).await;
        match expected {
            Ok(expected) => {
                assert_eq!(status, 200, "{told}");
                assert_eq!(amount(&told["sent"]), expected.sent);
                assert_eq!(amount(&told["received"]), expected.received);
                assert_eq!(amount(&told["minimum_received"]), expected.minimum_received);
                assert_eq!(list(&told["legs"]).len(), expected.legs.len());
                let shares: u64 = list(&told["route"])
                    .iter()
                    .map(|s| s["share_bps"].as_u64().unwrap_or(0))
                    .sum();
                assert!((9_998..=10_002).contains(&shares), "{told}");
                compared += 1;
            }
            Err(error) => assert_eq!(status, 422, "{error}: {told}"),
        }
    }
    assert!(compared > 100, "{compared}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_fail_is_told_beforehand() {
    let stage = Stage::set().await;
    let poor = Keypair::new();
    let asked = |owner: Pubkey| {
        json!({
            "input_mint": stage.token(TokenName::Sol).mint.to_string(),
            "output_mint": stage.token(TokenName::Usdc).mint.to_string(),
            "amount": "1000000000",
            "slippage_bps": 0,
            "owner": owner.to_string(),
        })
    };
    let (status, built) = stage
        .post("/api/v1/transaction", &asked(poor.pubkey()))
        .await;
    assert_eq!(status, 200, "{built}");
    assert_eq!(built["simulation"], Value::Null);
    assert!(
        !text(&built["simulation_error"]["hint"]).is_empty(),
        "{built}"
    );

    // A good one, simulated from its bytes; and the same after the price has moved.
    let (_, built) = stage
        .post(
            "/api/v1/transaction",
            &asked(stage.world.wallets.alice.address()),
        )
        .await;
    let again = json!({ "transaction": built["transaction"] });
    let (status, report) = stage.post("/api/v1/simulate", &again).await;
    assert_eq!(status, 200, "{report}");
    assert_eq!(report["by"], "engine");
    assert_eq!(report["balances"], built["simulation"]["balances"]);
    let bob = &stage.world.wallets.bob;
    let sol = stage.token(TokenName::Sol).units(20);
    stage.swap(bob, TokenName::Sol, TokenName::Usdc, sol).await;
    let (status, error) = stage.post("/api/v1/simulate", &again).await;
    assert_eq!(status, 422, "{error}");
    assert!(
        error["error"]["number"]
            .as_u64()
            .is_some_and(|number| number >= 6_000),
        "{error}"
    );

    // What is not the exchange's is left to the node.
    let transfer = solana_system_interface::instruction::transfer(
        &stage.world.wallets.alice.address(),
        &bob.address(),
        1,
    );
    let message =
        solana_message::Message::new(&[transfer], Some(&stage.world.wallets.alice.address()));
    let transaction = VersionedTransaction {
        signatures: vec![Default::default()],
        message: solana_message::VersionedMessage::Legacy(message),
    };
    let bytes = BASE64_STANDARD.encode(wincode::serialize(&transaction).expect("bytes"));
    let (status, report) = stage
        .post("/api/v1/simulate", &json!({ "transaction": bytes }))
        .await;
    assert_eq!((status, &report["by"]), (200, &"node".into()), "{report}");
    stage.end().await;
}

/// With a table that the caller names, or that the gateway was told of, a transaction is versioned,
/// and does what it says.
#[tokio::test(flavor = "multi_thread")]
async fn transactions_use_lookup_tables() {
    let stage = Stage::set().await;
    let alice = &stage.world.wallets.alice;
    let mut client = stage.client();
    client.fetch_pools().await.expect("pools");
    client.fetch_markets().await.expect("markets");
    let pools = stage.world.pools.iter().map(|pool| pool.address);
    let markets = stage.world.markets.iter().map(|market| market.address);
    let places: Vec<Pubkey> = pools.chain(markets).collect();
    let addresses = client.addresses_to_look_up(&places);
    let tables = client.create_lookup_tables(&addresses, &alice.keypair);
    let table = tables.await.expect("a table")[0].to_string();
    let (sol, usdx) = (stage.token(TokenName::Sol), stage.token(TokenName::Usdx));
    let asked = json!({
        "input_mint": sol.mint.to_string(),
        "output_mint": usdx.mint.to_string(),
        "amount": (sol.units(1) / 4).to_string(),
        "owner": alice.address().to_string(),
    });
    let (status, legacy) = stage.post("/api/v1/transaction", &asked).await;
    assert_eq!(status, 200, "{legacy}");
    assert_eq!(
        (&legacy["version"], &legacy["lookup_tables"]),
        (&json!("legacy"), &json!([]))
    );

    let mut named = asked.clone();
    named["lookup_tables"] = json!([table]);
    let (status, built) = stage.post("/api/v1/transaction", &named).await;
    assert_eq!(status, 200, "{built}");
    assert_eq!(built["version"], "v0");
    assert_eq!(built["lookup_tables"], json!([table]));
    assert_eq!(built["quote"]["received"], legacy["quote"]["received"]);
    let transaction = signed(&built["transaction"], &alice.keypair);
    let lookups = transaction.message.address_table_lookups();
    assert_eq!(lookups.expect("lookups")[0].account_key.to_string(), table);
    let bytes = |built: &Value| text(&built["transaction"]).len();
    println!("base64: {} instead of {}", bytes(&built), bytes(&legacy));
    assert!(bytes(&built) < bytes(&legacy));
    // The gateway can say what it would do, and the chain does it.
    let (status, told) = stage
        .post(
            "/api/v1/simulate",
            &json!({ "transaction": built["transaction"] }),
        )
        .await;
    assert_eq!(status, 200, "{told}");
    let before = held(&stage, &alice.address(), TokenName::Usdx).await;
    let sent = client
        .rpc()
        .send_and_confirm_transaction(&transaction)
        .await;
    sent.expect("it is executed");
    let received = held(&stage, &alice.address(), TokenName::Usdx).await - before;
    assert_eq!(received, i128::from(amount(&built["quote"]["received"])));

    for (table, status, code) in [
        (
            stage.world.pools[0].address.to_string(),
            404,
            "unknown_account",
        ),
        ("nowhere".to_owned(), 400, "bad_request"),
    ] {
        named["lookup_tables"] = json!([table]);
        let (answered, error) = stage.post("/api/v1/transaction", &named).await;
        assert_eq!(
            (answered, text(&error["error"]["code"])),
            (status, code),
            "{error}"
        );
    }
    named["lookup_tables"] = json!(vec![table.clone(); 9]);
    assert_eq!(stage.post("/api/v1/transaction", &named).await.0, 400);

    // One that the gateway was told of needs no naming.
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = config(&stage.chain, &stage.world, &folder);
    config.node.lookup_tables = vec![table.parse().expect("an address")];
    let other = Gateway::start(config).await.expect("the gateway starts");
    let url = |path: &str| format!("http://{}{path}", other.address());
    stage
        .until("readiness", async || {
            let (status, _) = get(&url("/health/ready")).await;
            (status == 200).then_some(())
        })
        .await;
    let (status, built) = post(&url("/api/v1/transaction"), &asked).await;
    assert_eq!(status, 200, "{built}");
    assert_eq!(built["version"], "v0");
    assert_eq!(built["lookup_tables"], json!([table]));
    other.stop().await;
    stage.end().await;
}
