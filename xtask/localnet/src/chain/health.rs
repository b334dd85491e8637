//! Waiting until a chain works, by looking at it.

use std::fmt::Display;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use solana_commitment_config::CommitmentConfig;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::ChainError;
use super::config::LoadedProgram;

/// How long to rest between two looks.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// How long one look may take: a node that is coming up can accept a connection and say nothing.
const LOOK_TIMEOUT: Duration = Duration::from_secs(2);

/// Any 16 bytes in base 64: they tell a WebSocket server from a cache, which is of no concern here.
const HANDSHAKE_KEY: &str = "c2VhbGFuZSBpcyBoZXJlIQ==";

/// A WebSocket close frame without a reason, masked with zeros as a client's frames must be.
const CLOSE_FRAME: [u8; 6] = [0x88, 0x80, 0, 0, 0, 0];

/// A deadline, and how far away it was at first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    timeout: Duration,
    deadline: Instant,
}

impl Patience {
    pub(super) fn until(timeout: Duration) -> Self {
        Self {
            timeout,
            deadline: Instant::now() + timeout,
        }
    }

    fn is_over(self) -> bool {
        Instant::now() >= self.deadline
    }
}

/// The conditions of a healthy chain. Each method returns when its condition is met.
pub(super) struct Health<'a, F> {
    rpc: &'a RpcClient,
    patience: Patience,
    failure: F,
}

impl<'a, F: Fn() -> Option<ChainError>> Health<'a, F> {
    /// `failure` tells when the node is dead, so that nobody waits for it.
    pub(super) fn new(rpc: &'a RpcClient, patience: Patience, failure: F) -> Self {
        Self {
            rpc,
            patience,
            failure,
        }
    }

    /// The node answers and calls itself healthy.
    pub(super) async fn node_is_healthy(&self) -> Result<(), ChainError> {
        self.poll("the node to call itself healthy", async || {
            self.rpc.get_health().await.map_err(text)
        })
        .await
    }

    /// Every program's account exists and is executable.
    pub(super) async fn programs_are_executable(
        &self,
        programs: &[LoadedProgram],
    ) -> Result<(), ChainError> {
        for program in programs {
            let id = program.id;
            self.poll(format!("program {id} to be executable"), async || {
                let account = self.rpc.get_account(&id).await.map_err(text)?;
                if account.executable {
                    Ok(())
                } else {
                    Err("its account is not executable".to_owned())
                }
            })
            .await?;
        }
        Ok(())
    }

    /// Two different slots have been seen, and transactions get confirmed slots to land in.
    pub(super) async fn slots_advance(&self) -> Result<(), ChainError> {
        for commitment in [CommitmentConfig::processed(), CommitmentConfig::confirmed()] {
            let level = commitment.commitment;
            let mut first = None;
            self.poll(format!("{level} slots to advance"), async || {
                let slot = self
                    .rpc
                    .get_slot_with_commitment(commitment)
                    .await
                    .map_err(text)?;
                if slot > *first.get_or_insert(slot) {
                    Ok(())
                } else {
                    Err(format!("slot {slot}"))
                }
            })
            .await?;
        }
        Ok(())
    }

    /// The WebSocket server at `address` completes a handshake.
    pub(super) async fn websocket_answers(&self, address: SocketAddr) -> Result<(), ChainError> {
        self.poll(
            format!("the WebSocket at {address} to answer"),
            async || shake_hands(address).await,
        )
        .await
    }

    async fn poll(
        &self,
        waited_for: impl Display,
        mut look: impl AsyncFnMut() -> Result<(), String>,
    ) -> Result<(), ChainError> {
        loop {
            let seen = match tokio::time::timeout(LOOK_TIMEOUT, look()).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(seen)) => seen,
                Err(_) => format!("no answer within {} s", LOOK_TIMEOUT.as_secs()),
            };
            if let Some(error) = (self.failure)() {
                return Err(error);
            }
            if self.patience.is_over() {
                return Err(ChainError::Unhealthy {
                    timeout: self.patience.timeout,
                    waited_for: waited_for.to_string(),
                    last_seen: seen,
                });
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }
}

/// Opens a WebSocket and closes it again in order. A connection that is merely opened and dropped
/// is not enough: the embedded chain's server panics when it is stopped before it noticed.
async fn shake_hands(address: SocketAddr) -> Result<(), String> {
    let mut stream = TcpStream::connect(address).await.map_err(text)?;
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: {HANDSHAKE_KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.map_err(text)?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.map_err(text)?);
    }
    if !answer.starts_with(b"HTTP/1.1 101") {
        let line = String::from_utf8_lossy(&answer);
        return Err(line.lines().next().unwrap_or_default().to_owned());
    }
    stream.write_all(&CLOSE_FRAME).await.map_err(text)?;
    // Whatever still comes, up to the end of the connection, belongs to the goodbye.
    let _ = stream.read_to_end(&mut answer).await;
    Ok(())
}

fn text(error: impl Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nobody_home() -> RpcClient {
        // Port 1 on loopback: connections are refused at once.
        RpcClient::new("http://127.0.0.1:1".to_owned())
    }

    #[tokio::test]
    async fn a_silent_node_is_reported_with_what_was_waited_for() {
        let rpc = nobody_home();
        let health = Health::new(&rpc, Patience::until(Duration::from_millis(120)), || None);
        let error = health.node_is_healthy().await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("call itself healthy"), "{text}");
    }

    #[tokio::test]
    async fn a_dead_node_ends_the_wait() {
        let rpc = nobody_home();
        let health = Health::new(&rpc, Patience::until(Duration::from_secs(60)), || {
            Some(ChainError::Embedded {
                reason: "gone".to_owned(),
            })
        });
        let error = health.node_is_healthy().await.unwrap_err();
        assert!(matches!(error, ChainError::Embedded { .. }), "{error}");
    }
}
