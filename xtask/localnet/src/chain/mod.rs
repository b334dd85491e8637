//! One local chain, two ways to run it.
//!
//! [`Chain::start`] brings up a chain that speaks JSON-RPC and WebSocket on loopback, with the
//! programs deployed, and returns only when it has been *seen* to work: the node calls itself
//! healthy, the programs' accounts are executable, slots advance, and the WebSocket answers. After that nothing in the interface says which backend runs it.

mod airdrop;
mod config;
mod embedded;
mod error;
mod health;
mod locate;
mod ports;
mod time;
mod validator;

use std::sync::Arc;

use solana_commitment_config::CommitmentConfig;
use solana_pubkey::Pubkey;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_signature::Signature;

pub use config::{Backend, ChainConfig, DEFAULT_SLOT_TIME, ProgramFile};
pub use error::ChainError;
pub use locate::find_validator;

use config::LoadedProgram;
use embedded::Embedded;
use health::{Health, Patience};
use ports::Ports;
use validator::Validator;

/// How often a start on ports of our own choosing is tried again when another process takes one
/// of them between our choosing it and the node binding it.
const PORT_RACE_ATTEMPTS: usize = 4;

/// A running local chain. Dropping it stops it; [`Chain::stop`] also waits until its ports are
/// free and reports what went wrong.
pub struct Chain {
    ports: Ports,
    rpc_url: String,
    ws_url: String,
    rpc: Arc<RpcClient>,
    node: Node,
}

enum Node {
    Embedded(Embedded),
    Validator(Validator),
}

impl Chain {
    /// Starts a chain, deploys the programs and waits until all of it works.
    ///
    /// # Errors
    ///
    /// A program file that is missing or is no program, a port that is taken, a validator binary
    /// that cannot be run, or a node that does not become healthy within
    /// [`ChainConfig::start_timeout`]; whatever was started is stopped again.
    pub async fn start(config: ChainConfig) -> Result<Self, ChainError> {
        let programs = config.load_programs()?;
        let mut attempt = 1;
        loop {
            let ports = Ports::choose(config.rpc_port)?;
            match Self::start_on(&config, &programs, ports).await {
                Err(ChainError::PortTaken { port, .. })
                    if !config.asks_for(port) && attempt < PORT_RACE_ATTEMPTS =>
                {
                    tracing::debug!(port, attempt, "lost a free port to another process");
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    async fn start_on(
        config: &ChainConfig,
        programs: &[LoadedProgram],
        ports: Ports,
    ) -> Result<Self, ChainError> {
        let progress = &config.progress;
        let node = match &config.backend {
            Backend::Embedded => {
                progress.step("Starting the embedded chain");
                Node::Embedded(Embedded::start(ports, config.slot_time).await?)
            }
            Backend::Validator { binary } => {
                progress.step("Starting solana-test-validator");
                let validator = Validator::spawn(binary, ports, config.slot_time, programs)?;
                Node::Validator(validator)
            }
        };
        let rpc_url = ports.rpc_url();
        let rpc = Arc::new(RpcClient::new_with_commitment(
            rpc_url.clone(),
            CommitmentConfig::confirmed(),
        ));
        let chain = Self {
            ports,
            rpc_url,
            ws_url: ports.ws_url(),
            rpc,
            node,
        };
        chain.become_ready(config, programs).await?;
        Ok(chain)
    }

    async fn become_ready(
        &self,
        config: &ChainConfig,
        programs: &[LoadedProgram],
    ) -> Result<(), ChainError> {
        let patience = Patience::until(config.start_timeout);
        let health = Health::new(&self.rpc, patience, || self.failure());
        health.node_is_healthy().await?;
        if let Node::Embedded(_) = self.node {
            for program in programs {
                config
                    .progress
                    .step(format!("Deploying program {}", program.id));
                embedded::deploy(&self.rpc, program).await?;
            }
        }
        config.progress.step("Waiting until the chain is healthy");
        health.programs_are_executable(programs).await?;
        health.slots_advance().await?;
        health
            .websocket_answers(self.ports.websocket_address())
            .await?;
        tracing::info!(rpc = %self.rpc_url, ws = %self.ws_url, "chain is up");
        Ok(())
    }

    /// The JSON-RPC address, such as `http://127.0.0.1:8899`.
    #[must_use]
    pub fn rpc_url(&self) -> &str {
        &self.rpc_url
    }

    /// The WebSocket address. As on every Solana node, its port is the one after JSON-RPC's.
    #[must_use]
    pub fn ws_url(&self) -> &str {
        &self.ws_url
    }

    /// A client of this chain at `confirmed` commitment, to share between tasks.
    #[must_use]
    pub fn rpc(&self) -> Arc<RpcClient> {
        Arc::clone(&self.rpc)
    }

    /// What runs the chain, for people: `embedded` or `solana-test-validator`.
    #[must_use]
    pub fn backend_name(&self) -> &'static str {
        match self.node {
            Node::Embedded(_) => "embedded",
            Node::Validator(_) => "solana-test-validator",
        }
    }

    /// Gives `lamports` to `wallet` by airdrop and returns once that is confirmed.
    ///
    /// # Errors
    ///
    /// [`ChainError::Airdrop`] with the reason when the chain refuses or never confirms it.
    pub async fn fund(&self, wallet: &Pubkey, lamports: u64) -> Result<Signature, ChainError> {
        airdrop::fund(&self.rpc, wallet, lamports).await
    }

    /// Returns the reason when the chain dies on its own; pending for as long as it lives.
    pub async fn until_failed(&self) -> ChainError {
        loop {
            if let Some(error) = self.failure() {
                return error;
            }
            tokio::time::sleep(health::POLL_INTERVAL).await;
        }
    }

    /// Does `work` unless the chain dies first: better its last words than the many ways in which
    /// work on a dead chain fails.
    ///
    /// # Errors
    ///
    /// As [`Chain::until_failed`].
    pub async fn while_alive<T>(&self, work: impl Future<Output = T>) -> Result<T, ChainError> {
        tokio::select! {
            biased;
            done = work => Ok(done),
            error = self.until_failed() => Err(error),
        }
    }

    fn failure(&self) -> Option<ChainError> {
        match &self.node {
            Node::Embedded(embedded) => embedded.failure(),
            Node::Validator(validator) => validator.failure(),
        }
    }

    /// Stops the chain and waits until its ports are free and its files are gone.
    ///
    /// # Errors
    ///
    /// [`ChainError::Stop`] when the node does not let go of its ports in time.
    pub async fn stop(self) -> Result<(), ChainError> {
        let Self { ports, node, .. } = self;
        match node {
            Node::Embedded(embedded) => drop(embedded),
            Node::Validator(validator) => validator.stop()?,
        }
        ports.until_free().await
    }
}
