//! The chain in this process: Surfpool, offline, one block per slot time.
//!
//! Surfpool's run loop and its two servers are driven directly rather than through its SDK,
//! because the SDK chooses the ports itself and leaves the channel of events to its user. Nothing
//! of it touches the disk or the terminal.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};
use serde_json::{Value, json};
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use solana_rpc_client_api::request::RpcRequest;
use surfpool_core::runloops::start_local_surfnet_runloop;
use surfpool_core::surfnet::locker::SurfnetSvmLocker;
use surfpool_core::surfnet::svm::{SurfnetSvm, SurfnetSvmConfig};
use surfpool_types::{
    BlockProductionMode, ClockCommand, RpcConfig, SimnetCommand, SimnetConfig, SimnetEvent,
    SurfpoolConfig,
};
use tokio::sync::oneshot;

use super::ChainError;
use super::config::LoadedProgram;
use super::health::POLL_INTERVAL;
use super::ports::Ports;

/// How long the servers may take to close once the chain has ended.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// JSON-RPC and WebSocket: each reports when it has closed.
const SERVERS: usize = 2;

/// Program bytes per request. They travel as hexadecimal text and the server takes 15 MiB.
const DEPLOY_CHUNK_BYTES: usize = 4 * 1024 * 1024;

/// The handle of a chain that runs on threads of its own.
pub(super) struct Embedded {
    commands: Sender<SimnetCommand>,
    failure: Arc<OnceLock<String>>,
}

impl Embedded {
    /// Starts the chain and returns when its servers are bound.
    pub(super) async fn start(ports: Ports, slot_time: Duration) -> Result<Self, ChainError> {
        let (commands, commands_rx) = unbounded();
        let (ready_tx, ready) = oneshot::channel();
        let failure = Arc::new(OnceLock::new());
        let ended = Arc::new(AtomicBool::new(false));
        let watcher = Watcher {
            ready: Some(ready_tx),
            failure: Arc::clone(&failure),
            ended: Arc::clone(&ended),
        };
        let own_commands = commands.clone();
        let own_failure = Arc::clone(&failure);
        // Surfpool blocks the thread that it is started from, so it gets one that is no part of
        // the caller's runtime.
        spawn("local-chain", move || {
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                run(ports, slot_time, own_commands, commands_rx, watcher)
            }));
            let _ = own_failure.set(match outcome {
                Ok(Ok(())) => "it has been stopped".to_owned(),
                Ok(Err(reason)) => reason,
                Err(_) => "it panicked; the message is on standard error".to_owned(),
            });
            ended.store(true, Ordering::Release);
        })?;
        let embedded = Self { commands, failure };
        tokio::select! {
            Ok(()) = ready => Ok(embedded),
            error = embedded.until_failed() => {
                // Between our look at the ports and Surfpool's, another process may have come.
                ports.ensure_free()?;
                Err(error)
            }
        }
    }

    async fn until_failed(&self) -> ChainError {
        loop {
            if let Some(error) = self.failure() {
                return error;
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Why the chain ended on its own, if it did.
    pub(super) fn failure(&self) -> Option<ChainError> {
        self.failure.get().map(|reason| ChainError::Embedded {
            reason: reason.clone(),
        })
    }

    fn terminate(&self) {
        // Surfpool's clock thread outlives its chain. This makes it sleep instead of tick.
        let rest = ClockCommand::UpdateSlotInterval(u64::from(u32::MAX));
        let _ = self.commands.send(SimnetCommand::CommandClock(None, rest));
        let _ = self.commands.send(SimnetCommand::Terminate(None));
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.terminate();
    }
}

/// Reads the chain's events: they must be read for as long as it runs, or it blocks.
struct Watcher {
    ready: Option<oneshot::Sender<()>>,
    failure: Arc<OnceLock<String>>,
    ended: Arc<AtomicBool>,
}

impl Watcher {
    fn watch(mut self, events: &Receiver<SimnetEvent>) {
        let mut open_servers = SERVERS;
        while open_servers > 0 {
            match events.recv_timeout(CLOSE_TIMEOUT) {
                Ok(SimnetEvent::CoreStarted(_)) => {
                    if let Some(ready) = self.ready.take() {
                        let _ = ready.send(());
                    }
                }
                Ok(SimnetEvent::Aborted(reason)) => {
                    let _ = self.failure.set(reason);
                }
                Ok(SimnetEvent::Shutdown) => open_servers -= 1,
                Ok(event) => trace(event),
                // A server that panics says no goodbye.
                Err(RecvTimeoutError::Timeout) if !self.ended.load(Ordering::Acquire) => {}
                Err(_) => break,
            }
        }
    }
}

fn trace(event: SimnetEvent) {
    match event {
        SimnetEvent::ErrorLog(_, message) => tracing::warn!(target: "local_chain", "{message}"),
        SimnetEvent::WarnLog(_, message)
        | SimnetEvent::InfoLog(_, message)
        | SimnetEvent::DebugLog(_, message) => tracing::debug!(target: "local_chain", "{message}"),
        _ => {}
    }
}

/// Runs the chain to its end on the calling thread.
fn run(
    ports: Ports,
    slot_time: Duration,
    commands: Sender<SimnetCommand>,
    commands_rx: Receiver<SimnetCommand>,
    watcher: Watcher,
) -> Result<(), String> {
    let config = surfpool_config(ports, slot_time);
    let (svm, events, geyser_events) =
        SurfnetSvm::new(svm_config(&config.simnets[0])).map_err(text)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("local-chain-worker")
        .enable_all()
        .build()
        .map_err(text)?;
    spawn("local-chain-events", move || watcher.watch(&events)).map_err(text)?;
    runtime
        .block_on(start_local_surfnet_runloop(
            SurfnetSvmLocker::new(svm),
            config,
            commands,
            commands_rx,
            geyser_events,
        ))
        .map_err(text)
}

fn surfpool_config(ports: Ports, slot_time: Duration) -> SurfpoolConfig {
    SurfpoolConfig {
        simnets: vec![SimnetConfig {
            offline_mode: true,
            remote_rpc_url: None,
            slot_time: u64::try_from(slot_time.as_millis()).unwrap_or(u64::MAX),
            block_production_mode: BlockProductionMode::Clock,
            // Executes every transaction a second time to explain it; nobody here reads that.
            instruction_profiling_enabled: false,
            ..SimnetConfig::default()
        }],
        rpc: RpcConfig {
            bind_host: "127.0.0.1".to_owned(),
            bind_port: ports.rpc(),
            ws_port: ports.websocket(),
            ..RpcConfig::default()
        },
        ..SurfpoolConfig::default()
    }
}

fn svm_config(simnet: &SimnetConfig) -> SurfnetSvmConfig {
    SurfnetSvmConfig {
        surfnet_id: simnet.surfnet_id.clone(),
        slot_time: simnet.slot_time,
        instruction_profiling_enabled: simnet.instruction_profiling_enabled,
        max_profiles: simnet.max_profiles,
        log_bytes_limit: simnet.log_bytes_limit,
        skip_blockhash_check: simnet.skip_blockhash_check,
        ..SurfnetSvmConfig::default()
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), ChainError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map(drop)
        .map_err(|error| ChainError::Embedded {
            reason: error.to_string(),
        })
}

/// Writes a program into the running chain.
pub(super) async fn deploy(rpc: &RpcClient, program: &LoadedProgram) -> Result<(), ChainError> {
    for (index, chunk) in program.bytes.chunks(DEPLOY_CHUNK_BYTES).enumerate() {
        let offset = index * DEPLOY_CHUNK_BYTES;
        let request = RpcRequest::Custom {
            method: "surfnet_writeProgram",
        };
        rpc.send::<Value>(
            request,
            json!([program.id.to_string(), hexadecimal(chunk), offset]),
        )
        .await
        .map_err(|source| ChainError::Deploy {
            id: program.id,
            source: Box::new(source),
        })?;
    }
    Ok(())
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::hexadecimal;

    #[test]
    fn bytes_become_two_digits_each() {
        assert_eq!(hexadecimal(&[0x00, 0x0f, 0xa5, 0xff]), "000fa5ff");
    }
}
