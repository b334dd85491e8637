//! A chain and a gateway, each in a process of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use solana_keypair::{Keypair, read_keypair_file};
use solana_pubkey::Pubkey;
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::http::Connection;

/// How long starting may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Units of time in `/proc`: hundredths of a second on every Linux that there is.
const TICKS_PER_SECOND: f64 = 100.0;

/// What the chain's `state.json` says.
#[derive(Deserialize)]
struct State {
    rpc_url: String,
    ws_url: String,
    wallets: Vec<Wallet>,
    mints: Vec<Mint>,
    pools: Vec<Venue>,
    markets: Vec<Venue>,
}

#[derive(Deserialize)]
struct Wallet {
    name: String,
    keypair: PathBuf,
}

#[derive(Deserialize)]
struct Mint {
    address: String,
    decimals: u8,
}

#[derive(Deserialize)]
struct Venue {
    address: String,
}

/// A token of the chain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) mint: Pubkey,
    pub(crate) decimals: u8,
}

/// A running chain and a running gateway.
pub(crate) struct Setting {
    pub(crate) address: String,
    pub(crate) rpc_url: String,
    pub(crate) tokens: Vec<Token>,
    pub(crate) pools: Vec<Pubkey>,
    pub(crate) markets: Vec<Pubkey>,
    pub(crate) trader: Keypair,
    chain: Child,
    gateway: Child,
    _folder: TempDir,
}

impl Setting {
    pub(crate) async fn start(localnet: &Path, gateway: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = free_port().await?;
        let state = folder.path().join("chain");
        let chain = Command::new(localnet)
            .args(["up", "--quiet", "--port", &port.to_string(), "--state-dir"])
            .arg(&state)
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot run {}", localnet.display()))?;
        let file = state.join("state.json");
        let state = read_state(&file).await?;
        let address = format!("127.0.0.1:{}", free_port().await?);
        let database = folder.path().join("history.db");
        let gateway = Command::new(gateway)
            .env("SEALANE_GATEWAY_HTTP__LISTEN", &address)
            .env("SEALANE_GATEWAY_HTTP__RATE_PER_SECOND", "0")
            .env("SEALANE_GATEWAY_NODE__RPC_URL", &state.rpc_url)
            .env("SEALANE_GATEWAY_NODE__WS_URL", &state.ws_url)
            .env("SEALANE_GATEWAY_TOKENS__LIST", &file)
            .env(
                "SEALANE_GATEWAY_INDEX__DATABASE_URL",
                format!("sqlite://{}", database.display()),
            )
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot run {}", gateway.display()))?;
        let trader = state.wallets.iter().find(|wallet| wallet.name == "alice");
        let trader = trader.context("the chain has no wallet of alice's")?;
        let trader = read_keypair_file(&trader.keypair)
            .map_err(|error| anyhow::anyhow!("alice's key cannot be read: {error}"))?;
        let tokens = state.mints.iter().map(|mint| {
            Ok(Token {
                mint: mint.address.parse()?,
                decimals: mint.decimals,
            })
        });
        let setting = Self {
            address,
            rpc_url: state.rpc_url,
            tokens: tokens.collect::<Result<_>>()?,
            pools: addresses(&state.pools)?,
            markets: addresses(&state.markets)?,
            trader,
            chain,
            gateway,
            _folder: folder,
        };
        setting.ready().await?;
        Ok(setting)
    }

    async fn ready(&self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Ok(mut connection) = Connection::open(&self.address).await
                && connection
                    .get("/health/ready")
                    .await
                    .is_ok_and(|(status, _)| status == 200)
            {
                return Ok(());
            }
            sleep(Duration::from_millis(100)).await;
        }
        bail!("the gateway is not ready within {PATIENCE:?}")
    }

    /// Seconds of processor time that the gateway has used; 0 where the system does not tell.
    pub(crate) fn gateway_cpu(&self) -> f64 {
        let id = self.gateway.id().unwrap_or_default();
        let text = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // Behind the name, which is in brackets and may contain anything.
        let fields = text.rsplit(')').next().unwrap_or_default();
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok());
        (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / TICKS_PER_SECOND
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        for child in [&mut self.gateway, &mut self.chain] {
            child.kill().await?;
        }
        Ok(())
    }
}

fn addresses(venues: &[Venue]) -> Result<Vec<Pubkey>> {
    let parsed = venues.iter().map(|venue| venue.address.parse());
    Ok(parsed.collect::<Result<_, _>>()?)
}

async fn read_state(file: &Path) -> Result<State> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Ok(text) = fs::read_to_string(file) {
            return Ok(serde_json::from_str(&text)?);
        }
        sleep(Duration::from_millis(100)).await;
    }
    bail!("the chain does not run within {PATIENCE:?}")
}

async fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    Ok(listener.local_addr()?.port())
}
