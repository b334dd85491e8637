//! Loopback ports: JSON-RPC on one, the WebSocket on the next, as Solana clients expect.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::time::{Duration, Instant};

use super::ChainError;

/// How often a pair of neighbouring free ports is looked for. Each miss means that the port after
/// a free one was in use, which is rare.
const PAIR_ATTEMPTS: usize = 64;

/// How long a stopped chain may hold its ports.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(5);

/// Ports below this one need privileges.
const FIRST_UNPRIVILEGED: u16 = 1024;

/// The port of JSON-RPC, and by that the port after it for the WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ports {
    rpc: u16,
}

impl Ports {
    /// The pair asked for, if it is free, or any free pair.
    pub(super) fn choose(asked: Option<u16>) -> Result<Self, ChainError> {
        match asked {
            Some(rpc) if rpc < FIRST_UNPRIVILEGED || rpc == u16::MAX => {
                Err(ChainError::PortOutOfRange { port: rpc })
            }
            Some(rpc) => {
                let ports = Self { rpc };
                ports.ensure_free()?;
                Ok(ports)
            }
            None => Self::any_free(),
        }
    }

    fn any_free() -> Result<Self, ChainError> {
        for _ in 0..PAIR_ATTEMPTS {
            let rpc = free_port()?;
            if rpc == u16::MAX {
                continue;
            }
            let ports = Self { rpc };
            if ports.ensure_free().is_ok() {
                return Ok(ports);
            }
        }
        Err(ChainError::NoFreePorts {
            source: io::Error::new(
                io::ErrorKind::AddrInUse,
                "no two neighbouring ports are free",
            ),
        })
    }

    /// Checks that both ports can be bound at this moment.
    pub(super) fn ensure_free(self) -> Result<(), ChainError> {
        for (port, role) in [
            (self.rpc(), "JSON-RPC"),
            (self.websocket(), "the WebSocket"),
        ] {
            if let Err(source) = TcpListener::bind(loopback(port)) {
                return Err(match source.kind() {
                    io::ErrorKind::AddrInUse => ChainError::PortTaken { port, role },
                    _ => ChainError::NoFreePorts { source },
                });
            }
        }
        Ok(())
    }

    /// Waits until both ports can be bound again.
    pub(super) async fn until_free(self) -> Result<(), ChainError> {
        let deadline = Instant::now() + RELEASE_TIMEOUT;
        while let Err(error) = self.ensure_free() {
            if Instant::now() >= deadline {
                return Err(ChainError::Stop {
                    reason: error.to_string(),
                });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    pub(super) fn rpc(self) -> u16 {
        self.rpc
    }

    pub(super) fn websocket(self) -> u16 {
        self.rpc + 1
    }

    pub(super) fn websocket_address(self) -> SocketAddr {
        loopback(self.websocket())
    }

    pub(super) fn rpc_url(self) -> String {
        format!("http://{}", loopback(self.rpc()))
    }

    pub(super) fn ws_url(self) -> String {
        format!("ws://{}", loopback(self.websocket()))
    }
}

/// A block of ports for a validator's traffic with itself: gossip on the first, the rest as it
/// likes. Left alone, every validator on a machine would ask for the same ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PortBlock {
    first: u16,
}

impl PortBlock {
    /// More than the validator insists on (25) or uses (about 20).
    const WIDTH: u16 = 64;

    /// Blocks lie above the well-known ports and below those that the system gives out itself.
    const LOWEST: u16 = 10_240;
    const BLOCKS: u16 = (32_768 - Self::LOWEST) / Self::WIDTH;

    /// A block that is free now.
    pub(super) fn choose() -> Result<Self, ChainError> {
        for _ in 0..PAIR_ATTEMPTS {
            // The system gives ports in no order, which makes them a fair draw of a block.
            let first = Self::LOWEST + free_port()? % Self::BLOCKS * Self::WIDTH;
            let block = Self { first };
            if block.is_free() {
                return Ok(block);
            }
        }
        Err(ChainError::NoFreePorts {
            source: io::Error::new(
                io::ErrorKind::AddrInUse,
                format!("no {} neighbouring ports are free", Self::WIDTH),
            ),
        })
    }

    fn is_free(self) -> bool {
        (self.first..self.end()).all(|port| {
            TcpListener::bind(loopback(port)).is_ok() && UdpSocket::bind(loopback(port)).is_ok()
        })
    }

    pub(super) fn gossip(self) -> u16 {
        self.first
    }

    /// The ports after gossip's, as the validator's command line wants them: the end is excluded.
    pub(super) fn dynamic_range(self) -> String {
        format!("{}-{}", self.first + 1, self.end())
    }

    fn end(self) -> u16 {
        self.first + Self::WIDTH
    }
}

/// A loopback port that is free now.
pub(super) fn free_port() -> Result<u16, ChainError> {
    Ok(TcpListener::bind(loopback(0))?.local_addr()?.port())
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_pair_is_found_and_can_be_bound() {
        let ports = Ports::choose(None).unwrap();
        assert_eq!(ports.websocket(), ports.rpc() + 1);
        ports.ensure_free().unwrap();
    }

    #[test]
    fn a_taken_port_is_named_with_its_role() {
        let ports = Ports::choose(None).unwrap();
        let _squatter = TcpListener::bind(loopback(ports.websocket())).unwrap();
        let error = Ports::choose(Some(ports.rpc())).unwrap_err();
        match error {
            ChainError::PortTaken { port, role } => {
                assert_eq!(port, ports.websocket());
                assert_eq!(role, "the WebSocket");
            }
            other => panic!("unexpected: {other}"),
        }
    }

    #[test]
    fn a_port_block_is_free_and_holds_gossip_and_the_range() {
        let block = PortBlock::choose().unwrap();
        assert!(block.is_free());
        assert_eq!(
            block.dynamic_range(),
            format!(
                "{}-{}",
                block.gossip() + 1,
                block.gossip() + PortBlock::WIDTH
            )
        );
    }

    #[test]
    fn ports_without_a_neighbour_or_with_privileges_are_refused() {
        for port in [0, 80, 1023, u16::MAX] {
            assert!(matches!(
                Ports::choose(Some(port)),
                Err(ChainError::PortOutOfRange { .. })
            ));
        }
    }
}
