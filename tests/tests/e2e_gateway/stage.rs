//! A running chain with a gateway in front of it.

use std::path::PathBuf;
use std::time::Duration;

use sealane_localnet::world::{Token, TokenName, Wallet};
use sealane_localnet::{Chain, ChainConfig, StateDirectory, World, stage};
use sealane_sdk::client::Client;
use sealane_sdk::quote::SwapKind;
use sealane_sdk::route::{Route, RouteRequest};
use sealane_server::config::Config;
use sealane_server::gateway::Gateway;
use serde_json::Value;
use solana_pubkey::Pubkey;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// How long anything may take to be seen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// A running chain with a gateway in front of it.
pub(crate) struct Stage {
    pub(crate) chain: Chain,
    pub(crate) world: World,
    pub(crate) gateway: Gateway,
    /// Where the database is.
    pub(crate) folder: TempDir,
    _keys: StateDirectory,
}

/// A running chain without a gateway.
pub(crate) async fn chain() -> (Chain, World, StateDirectory) {
    stage::set(ChainConfig {
        slot_time: Duration::from_millis(100),
        ..ChainConfig::default()
    })
    .await
}

/// A gateway's configuration: any port, a database in the folder, names of the world's tokens and
/// farms.
pub(crate) fn config(chain: &Chain, world: &World, folder: &TempDir) -> Config {
    let tokens: Vec<Value> = world
        .tokens
        .iter()
        .map(|token| serde_json::json!({ "mint": token.mint.to_string(), "symbol": token.symbol }))
        .collect();
    let list = folder.path().join("tokens.json");
    let farms: Vec<Value> = world
        .farms
        .iter()
        .map(|farm| serde_json::json!({ "address": farm.address.to_string(), "name": farm.name }))
        .collect();
    let named = serde_json::json!({ "tokens": tokens, "farms": farms });
    let text = serde_json::to_vec(&named).expect("JSON");
    std::fs::write(&list, text).expect("a token list");
    let mut config = Config::default();
    config.http.listen.set_port(0);
    config.http.rate_per_second = 0;
    config.node.rpc_url = chain.rpc_url().to_owned();
    config.node.ws_url = chain.ws_url().to_owned();
    config.tokens.list = Some(list);
    config.index.database_url = format!("sqlite://{}", database(folder).display());
    config.index.poll_interval_ms = 200;
    config.socket.heartbeat_ms = 1_000;
    config
}

pub(crate) fn database(folder: &TempDir) -> PathBuf {
    folder.path().join("history.db")
}

impl Stage {
    pub(crate) async fn set() -> Self {
        Self::set_with(|_| {}).await
    }

    /// With another configuration.
    pub(crate) async fn set_with(change: impl FnOnce(&mut Config)) -> Self {
        let (chain, world, keys) = chain().await;
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = config(&chain, &world, &folder);
        change(&mut config);
        let gateway = Gateway::start(config).await.expect("the gateway starts");
        let stage = Self::from_parts(chain, world, gateway, folder, keys);
        stage.ready().await;
        stage
    }

    pub(crate) fn from_parts(
        chain: Chain,
        world: World,
        gateway: Gateway,
        folder: TempDir,
        keys: StateDirectory,
    ) -> Self {
        Self {
            chain,
            world,
            gateway,
            folder,
            _keys: keys,
        }
    }

    /// With a gateway that was stopped and started again.
    pub(crate) async fn restarted(self, config: Config) -> Self {
        let Self {
            chain,
            world,
            gateway,
            folder,
            _keys: keys,
        } = self;
        gateway.stop().await;
        let gateway = Gateway::start(config).await.expect("it starts again");
        let stage = Self::from_parts(chain, world, gateway, folder, keys);
        stage.ready().await;
        stage
    }

    pub(crate) async fn end(self) {
        self.gateway.stop().await;
        self.chain.stop().await.expect("a clean stop");
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.gateway.address())
    }

    /// Waits until the gateway says that it has everything.
    pub(crate) async fn ready(&self) {
        self.until("readiness", async || {
            let (status, _) = self.get("/health/ready").await;
            (status == 200).then_some(())
        })
        .await;
    }

    /// Waits until there is something.
    pub(crate) async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        until(what, &mut look).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        get(&self.url(path)).await
    }

    /// What has to be there.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        post(&self.url(path), body).await
    }

    pub(crate) fn token(&self, name: TokenName) -> &Token {
        let token = self.world.tokens.iter().find(|token| token.name == name);
        token.expect("a token of the world")
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.chain.rpc_url())
    }

    /// Trades on the chain, without the gateway.
    pub(crate) async fn swap(
        &self,
        wallet: &Wallet,
        from: TokenName,
        to: TokenName,
        amount: u64,
    ) -> Route {
        let (from, to) = (self.token(from).mint, self.token(to).mint);
        swap(&mut self.client(), wallet, from, to, amount).await
    }
}

pub(crate) async fn swap(
    client: &mut Client,
    wallet: &Wallet,
    from: Pubkey,
    to: Pubkey,
    amount: u64,
) -> Route {
    let request = RouteRequest::new(SwapKind::ExactIn, amount, from, to, wallet.address());
    let executed = client.swap_best(&request, &wallet.keypair).await;
    executed.expect("a swap").quote
}

pub(crate) async fn until<T>(what: &str, look: &mut impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "no {what} within {PATIENCE:?}");
        sleep(GLANCE).await;
    }
}

pub(crate) async fn get(url: &str) -> (u16, Value) {
    read(reqwest::get(url).await.expect("an answer")).await
}

pub(crate) async fn post(url: &str, body: &Value) -> (u16, Value) {
    let sent = reqwest::Client::new()
        .post(url)
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await
        .expect("an answer");
    read(sent).await
}

async fn read(answer: reqwest::Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    let text = answer.text().await.expect("a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    (status, body)
}

pub(crate) fn text(value: &Value) -> &str {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no text"))
}

/// A number that comes as a string.
pub(crate) fn amount(value: &Value) -> u64 {
    text(value)
        .parse()
        .unwrap_or_else(|_| panic!("{value} is no amount"))
}

pub(crate) fn list(value: &Value) -> &Vec<Value> {
    value
        .as_array()
        .unwrap_or_else(|| panic!("{value} is no list"))
}
