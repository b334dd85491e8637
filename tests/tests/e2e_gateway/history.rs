//! The history has every event of the chain once, whatever happens to the gateway.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use sealane_localnet::world::{TokenName, Wallet};
use sealane_localnet::{Chain, World};
use sealane_sdk::client::Client;
use sealane_sdk::events;
use sealane_sdk::{amm, governance, orderbook, staking};
use sealane_server::gateway::Gateway;
use sealane_server::store::{Interval, Store};
use solana_pubkey::Pubkey;
use solana_transaction_status_client_types::UiTransactionEncoding;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use crate::stage::{Stage, chain, config, database, get, swap, until};

/// How many events each transaction of the chain has, by the chain's own record.
pub(crate) async fn on_chain(client: &Client) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for program in [amm::ID, orderbook::ID, staking::ID, governance::ID] {
        let listed = client.rpc().get_signatures_for_address(&program).await;
        for one in listed.expect("the chain's list") {
            assert!(one.err.is_none(), "everything here succeeds");
            found.insert(one.signature, 0);
        }
    }
    assert!(found.len() < 1_000, "one page has them all");
    for (signature, count) in &mut found {
        let parsed = signature.parse().expect("a signature");
        let record = client
            .rpc()
            .get_transaction(&parsed, UiTransactionEncoding::Json)
            .await;
        let meta = record
            .expect("the record")
            .transaction
            .meta
            .expect("its outcome");
        let logs: Option<Vec<String>> = meta.log_messages.into();
        let logs = logs.expect("its logs");
        *count = events::from_logs(&logs).len()
            + events::orderbook::from_logs(&logs).len()
            + events::staking::from_logs(&logs).len()
            + events::governance::from_logs(&logs).len();
    }
    found
}

async fn in_database(store: &Store) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for (signature, _, _) in store.events().await.expect("events") {
        *found.entry(signature).or_insert(0) += 1;
    }
    found
}

/// Waits until the history is the chain's, and asserts that nothing is there twice.
pub(crate) async fn compared(stage: &Stage) {
    let store = stage.gateway.app().store().expect("a database").clone();
    let client = stage.client();
    compare(&store, &client, &stage.world).await;
}

pub(crate) async fn compare(store: &Store, client: &Client, world: &World) {
    let expected = on_chain(client).await;
    until("the whole history", &mut async || {
        (in_database(store).await == expected).then_some(())
    })
    .await;
    let [transactions, events, trades] = store.counts().await.expect("counts");
    assert_eq!(transactions as usize, expected.len());
    assert_eq!(events as usize, expected.values().sum::<usize>());
    let venues = world.pools.iter().map(|pool| pool.address);
    let venues: Vec<Pubkey> = venues
        .chain(world.markets.iter().map(|market| market.address))
        .collect();
    let mut counted = 0;
    let mut before = Vec::new();
    for venue in &venues {
        for interval in Interval::ALL {
            let all = store
                .candles(venue, interval, (i64::MIN, i64::MAX), 10_000)
                .await;
            let all = all.expect("candles");
            if interval == Interval::Day {
                counted += all.iter().map(|candle| candle.trades).sum::<u64>();
            }
            before.push(all);
        }
    }
    assert_eq!(counted, trades, "candles count every trade once");
    assert_eq!(store.rebuild_candles().await.expect("candles"), trades);
    let mut again = before.iter();
    for venue in &venues {
        for interval in Interval::ALL {
            let all = store
                .candles(venue, interval, (i64::MIN, i64::MAX), 10_000)
                .await;
            assert_eq!(
                &all.expect("candles"),
                again.next().expect("as many"),
                "{interval}"
            );
        }
    }
}

/// The binary, beside the folder of this test's executable.
fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("this test's executable");
    let folder = own.ancestors().nth(2).expect("target/debug");
    let binary = folder.join("sealane-gateway");
    assert!(
        binary.is_file(),
        "{} is missing: build it with `cargo build --bin sealane-gateway`",
        binary.display()
    );
    binary
}

fn start(chain: &Chain, folder: &TempDir, port: u16) -> Child {
    let url = format!("sqlite://{}", database(folder).display());
    Command::new(binary())
        .env("SEALANE_GATEWAY_HTTP__LISTEN", format!("127.0.0.1:{port}"))
        .env("SEALANE_GATEWAY_NODE__RPC_URL", chain.rpc_url())
        .env("SEALANE_GATEWAY_NODE__WS_URL", chain.ws_url())
        .env("SEALANE_GATEWAY_INDEX__DATABASE_URL", url)
        .env("SEALANE_GATEWAY_INDEX__POLL_INTERVAL_MS", "100")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the gateway runs")
}

/// A port that nothing listens on.
async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    listener
        .expect("a port")
        .local_addr()
        .expect("an address")
        .port()
}

/// Trades until it is told to stop.
async fn trade(
    client: Client,
    world: &World,
    wallet: &Wallet,
    stop: &AtomicBool,
    done: &AtomicU64,
) {
    let mut client = client;
    let mint = |name: TokenName| {
        let token = world.tokens.iter().find(|token| token.name == name);
        token.expect("a token").mint
    };
    let pairs = [
        (TokenName::Sol, TokenName::Usdc, 50_000_000),
        (TokenName::Usdc, TokenName::Usdx, 3_000_000),
        (TokenName::Sol, TokenName::Usdx, 40_000_000),
        (TokenName::Usdc, TokenName::Sol, 9_000_000),
    ];
    for (from, to, amount) in pairs.into_iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        swap(&mut client, wallet, mint(from), mint(to), amount).await;
        done.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_trading_it_loses_and_doubles_nothing() {
    let (chain, world, _keys) = chain().await;
    let folder = tempfile::tempdir().expect("a folder");
    let client = Client::new(chain.rpc_url());
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let rounds = std::env::var("SEALANE_KILLS").ok();
    let rounds: u64 = rounds.and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    let killing = async {
        for round in 0..rounds {
            let mut gateway = start(&chain, &folder, free_port().await);
            // At a different point each time: while it starts, while it catches up, while it follows.
            sleep(Duration::from_millis(150 + round * 317 % 1_300)).await;
            let ended = gateway.try_wait().expect("its state");
            assert_eq!(ended, None, "it ran until it was killed");
            gateway.kill().await.expect("killed");
            sleep(Duration::from_millis(100)).await;
        }
        stop.store(true, Ordering::Relaxed);
    };
    let trading = trade(client.clone(), &world, &world.wallets.alice, &stop, &done);
    tokio::join!(killing, trading);
    assert!(
        done.load(Ordering::Relaxed) > rounds,
        "trades were made meanwhile"
    );

    let port = free_port().await;
    let mut gateway = start(&chain, &folder, port);
    until("readiness", &mut async || {
        let url = format!("http://127.0.0.1:{port}/health/ready");
        let answer = reqwest::get(&url).await.ok()?;
        answer.status().is_success().then_some(())
    })
    .await;
    let genesis = client
        .rpc()
        .get_genesis_hash()
        .await
        .expect("a hash")
        .to_string();
    let url = format!("sqlite://{}", database(&folder).display());
    let store = Store::open(&url, &genesis).await.expect("the database");
    compare(&store, &client, &world).await;
    println!("{} trades, {rounds} kills", done.load(Ordering::Relaxed));

    // Told to stop, it does so by itself, and quickly.
    let id = gateway.id().expect("it runs");
    let told = Command::new("kill").arg(id.to_string()).status().await;
    assert!(told.expect("kill runs").success());
    let ended = tokio::time::timeout(Duration::from_secs(15), gateway.wait()).await;
    assert!(ended.expect("it ends in time").expect("an end").success());
    store.close().await;
    chain.stop().await.expect("a clean stop");
}

/// What is not of this chain is not mixed in, and a gateway whose database has gone says so.
#[tokio::test(flavor = "multi_thread")]
async fn another_chains_database_is_refused() {
    let (chain, world, _keys) = chain().await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(&chain, &world, &folder);
    let other = Store::open(&config.index.database_url, "another").await;
    other.expect("a database").close().await;
    let gateway = Gateway::start(config).await;
    let mut gateway = gateway.expect("it listens");
    let (status, _) = get(&format!("http://{}/health/live", gateway.address())).await;
    assert_eq!(status, 200);
    let error = gateway.failed().await.expect_err("another chain");
    assert!(error.to_string().contains("another"), "{error}");
    gateway.stop().await;
    chain.stop().await.expect("a clean stop");
}

/// Two that write the same history would tell everything twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_gateway_on_the_same_database_is_refused() {
    let (chain, world, keys) = chain().await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(&chain, &world, &folder);
    let start = || Gateway::start(config.clone());
    let first = start().await.expect("the gateway starts");
    let stage = Stage::from_parts(chain, world, first, folder, keys);
    stage.ready().await;
    let mut second = start().await.expect("it listens");
    let error = second.failed().await.expect_err("there is another one");
    let told = error.to_string();
    assert!(told.contains("another gateway"), "{told}");
    assert!(told.contains("history.db"), "it names the database: {told}");
    second.stop().await;
    // The first goes on, and once it has ended the database is free.
    compared(&stage).await;
    let Stage {
        chain,
        gateway,
        folder: _folder,
        ..
    } = stage;
    gateway.stop().await;
    let third = start().await.expect("the gateway starts");
    let url = format!("http://{}/health/ready", third.address());
    until("readiness", &mut async || {
        (get(&url).await.0 == 200).then_some(())
    })
    .await;
    third.stop().await;
    chain.stop().await.expect("a clean stop");
}
