//! What was told of a block that is then skipped is taken back.

use std::collections::BTreeSet;

use sealane_localnet::world::TokenName;
use sealane_server::gateway::Gateway;
use serde_json::{Value, json};

use crate::history::compared;
use crate::skipping::Skipping;
use crate::socket::Socket;
use crate::stage::{Stage, chain, config, list, text};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_skipped_block_did_is_taken_back() {
    let (chain, world, keys) = chain().await;
    let node = Skipping::in_front_of(chain.rpc_url()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = config(&chain, &world, &folder);
    config.node.rpc_url = format!("http://{}", node.address);
    let gateway = Gateway::start(config).await.expect("the gateway starts");
    let stage = Stage::from_parts(chain, world, gateway, folder, keys);
    stage.ready().await;
    let (alice, bob) = (&stage.world.wallets.alice, &stage.world.wallets.bob);
    let usdc = stage.token(TokenName::Usdc);
    let pool = stage.world.pool_of(TokenName::Usdc).address;
    let swap = async |wallet, amount| {
        stage
            .swap(wallet, TokenName::Usdc, TokenName::Usdx, usdc.units(amount))
            .await;
    };
    swap(alice, 3).await;
    let paths = [
        format!("/api/v1/pools/{pool}/trades"),
        format!("/api/v1/pools/{pool}"),
        format!("/api/v1/candles?venue={pool}&interval=1d"),
        format!("/api/v1/candles?venue={pool}&interval=1s"),
        format!("/api/v1/portfolio/{}/history", bob.address()),
    ];
    let told = async || told(&stage, &paths).await;
    let store = stage.gateway.app().store().expect("a database").clone();
    // Those of so many transactions: one may trade with several shards.
    let trades = async |transactions: usize| {
        stage
            .until("the trades", async || {
                let trades = stage.json(&paths[0]).await;
                let names: BTreeSet<&str> = list(&trades)
                    .iter()
                    .map(|trade| text(&trade["signature"]))
                    .collect();
                (names.len() == transactions).then_some(trades)
            })
            .await
    };
    trades(1).await;
    let settled = async || {
        stage
            .until("finality", async || {
                let pending = store.pending().await.expect("what is pending");
                pending.is_empty().then_some(())
            })
            .await;
    };
    settled().await;
    let before = told().await;

    let mut socket = Socket::open(&stage).await;
    let (_, snapshot) = socket
        .subscribe(json!({ "channel": "trades", "venue": pool.to_string() }))
        .await;
    let snapshot = snapshot.expect("a snapshot");
    swap(bob, 5).await;
    let both = trades(2).await;
    let skipped = text(&both[0]["signature"]).to_owned();
    node.skip(&skipped);
    assert_eq!(socket.expect("diff").await["data"]["trades"][0], both[0]);
    assert_ne!(told().await, before);
    let counts_of_both = store.counts().await.expect("counts");
    trades(1).await;
    assert_eq!(told().await, before);
    // Whoever follows is told so.
    let again = socket.expect("snapshot").await;
    assert_eq!(again["data"], snapshot["data"]);
    let counts = store.counts().await.expect("counts");
    assert_eq!(counts[0] + 1, counts_of_both[0]);
    assert_eq!(store.slot_of(&skipped).await.expect("an answer"), None);

    // A later block has it after all.
    node.include(&skipped);
    trades(2).await;
    settled().await;
    assert_eq!(store.counts().await.expect("counts"), counts_of_both);
    assert_eq!(
        socket.expect("diff").await["data"]["trades"][0]["signature"],
        skipped
    );
    compared(&stage).await;
    stage.end().await;
}

/// What the gateway tells at some paths, but for what moves with the pool itself.
async fn told(stage: &Stage, paths: &[String]) -> Vec<Value> {
    let mut told = Vec::new();
    for path in paths {
        let mut one = stage.json(path).await;
        if let Some(fields) = one.as_object_mut() {
            fields.retain(|name, _| ["volume_24h", "fees_24h", "trades_24h"].contains(&&**name));
            assert_eq!(fields.len(), 3, "{path}");
        }
        told.push(one);
    }
    told
}
