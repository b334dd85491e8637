//! The node goes away and comes back: the gateway says so, serves what it knows, and heals.

use std::time::Duration;

use sealane_localnet::world::TokenName;
use sealane_server::gateway::Gateway;
use serde_json::json;

use crate::history::compared;
use crate::proxy::Wire;
use crate::stage::{Stage, amount, chain, config, list, text};

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_of_the_node_heals_by_itself() {
    let (chain, world, keys) = chain().await;
    let (rpc, ws) = (
        Wire::to(chain.rpc_url()).await,
        Wire::to(chain.ws_url()).await,
    );
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = config(&chain, &world, &folder);
    config.node.rpc_url = format!("http://{}", rpc.address);
    config.node.ws_url = format!("ws://{}", ws.address);
    let gateway = Gateway::start(config).await.expect("the gateway starts");
    let stage = Stage::from_parts(chain, world, gateway, folder, keys);
    stage.ready().await;
    let alice = &stage.world.wallets.alice;
    let usdc = stage.token(TokenName::Usdc);
    stage
        .swap(alice, TokenName::Usdc, TokenName::Usdx, usdc.units(3))
        .await;

    rpc.cut();
    ws.cut();
    stage
        .until("the news that the node is away", async || {
            let (status, health) = stage.get("/health/ready").await;
            (status == 503 && health["live"] == false).then_some(())
        })
        .await;
    // What is known is still served; what needs the node says that it is away.
    let pool = stage.world.pool_of(TokenName::Usdc).address;
    let quote = format!(
        "/api/v1/quote?input_mint={}&output_mint={}&amount=1000000",
        usdc.mint,
        stage.token(TokenName::Usdx).mint
    );
    let stale = stage.json(&quote).await;
    let (status, error) = stage
        .get(&format!("/api/v1/portfolio/{}", alice.address()))
        .await;
    assert_eq!(
        (status, text(&error["error"]["code"])),
        (503, "node_unavailable")
    );
    let port = rpc.address.port().to_string();
    assert!(
        !error.to_string().contains(&port),
        "the node's address stays inside: {error}"
    );
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "getSlot" });
    assert_eq!(stage.post("/rpc", &call).await.0, 503);

    // Meanwhile the chain goes on.
    for _ in 0..5 {
        stage
            .swap(alice, TokenName::Usdc, TokenName::Usdx, usdc.units(2_000))
            .await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    rpc.join();
    ws.join();
    stage.ready().await;
    let path = format!("/api/v1/pools/{pool}/trades");
    stage
        .until("the trades of the outage", async || {
            let trades = stage.json(&path).await;
            let sold: u64 = list(&trades)
                .iter()
                .map(|trade| amount(&trade["base"]))
                .sum();
            (sold == usdc.units(3 + 5 * 2_000)).then_some(())
        })
        .await;
    stage
        .until("a fresh quote", async || {
            let fresh = stage.json(&quote).await;
            (amount(&fresh["received"]) < amount(&stale["received"])).then_some(())
        })
        .await;
    compared(&stage).await;
    stage.end().await;
}
