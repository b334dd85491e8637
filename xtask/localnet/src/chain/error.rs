//! What can go wrong with a local chain, and what to do about it.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use solana_pubkey::Pubkey;
use solana_rpc_client_api::client_error::Error as RpcError;

/// Why a chain could not be started, used or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The chain's time could not be told or passed.
    #[error("the chain's time could not be passed: {reason}")]
    Time {
        /// Why.
        reason: String,
    },
    /// A compiled program could not be read.
    #[error(
        "cannot read program {id} from {}: {source}; build it with `cargo xtask build-programs`",
        path.display()
    )]
    ProgramFile {
        /// Address it was to be deployed at.
        id: Pubkey,
        /// The file looked for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file given as a program is not a compiled program.
    #[error(
        "{} is not a compiled program (no ELF header); build it again with `cargo xtask build-programs --force`",
        path.display()
    )]
    NotAProgram {
        /// The file.
        path: PathBuf,
    },
    /// A port the chain needs is in use.
    #[error(
        "port {port}, needed for {role}, is already in use; stop what uses it (another local chain?) or choose another port with --port"
    )]
    PortTaken {
        /// The port.
        port: u16,
        /// What the chain needs it for.
        role: &'static str,
    },
    /// A port asked for leaves no room for the WebSocket port that follows it.
    #[error(
        "port {port} cannot be used: choose one from 1024 to 65534, the WebSocket takes the next one"
    )]
    PortOutOfRange {
        /// The port asked for.
        port: u16,
    },
    /// The system gave no ports.
    #[error("no free loopback ports: {source}")]
    NoFreePorts {
        /// What the system said.
        #[from]
        source: io::Error,
    },
    /// The embedded chain ended or could not begin.
    #[error("the embedded chain failed: {reason}")]
    Embedded {
        /// Its own words.
        reason: String,
    },
    /// There is no validator on this machine.
    #[error(
        "no solana-test-validator is on the PATH{}; build one with `cargo xtask validator` (about an hour, once) or leave out --validator",
        cached.as_ref().map(|path| format!(" or at {}", path.display())).unwrap_or_default()
    )]
    NoValidator {
        /// Where the one built by this project would be.
        cached: Option<PathBuf>,
    },
    /// The validator's executable could not be run.
    #[error(
        "cannot run the validator {}: {source}; build it once with `cargo xtask validator`",
        binary.display()
    )]
    ValidatorMissing {
        /// The executable.
        binary: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The validator's temporary folder could not be made or used.
    #[error("cannot prepare the validator's temporary folder: {source}")]
    ValidatorFiles {
        /// What the system said.
        source: io::Error,
    },
    /// The validator process ended on its own.
    #[error("solana-test-validator ended ({status}); its last words:\n{log}")]
    ValidatorExited {
        /// Its exit status.
        status: String,
        /// The end of its output and log.
        log: String,
    },
    /// The chain was started but did not become healthy.
    #[error("the chain was not healthy after {} s: waited for {waited_for}; last seen: {last_seen}", timeout.as_secs())]
    Unhealthy {
        /// How long was waited in all.
        timeout: Duration,
        /// The condition that was not met.
        waited_for: String,
        /// The last observation of it.
        last_seen: String,
    },
    /// A program could not be deployed.
    #[error("cannot deploy program {id}: {source}")]
    Deploy {
        /// The program.
        id: Pubkey,
        /// What the chain said.
        source: Box<RpcError>,
    },
    /// SOL could not be given to a wallet.
    #[error("airdrop of {lamports} lamports to {wallet} failed: {reason}")]
    Airdrop {
        /// Who was to receive it.
        wallet: Pubkey,
        /// How much.
        lamports: u64,
        /// What the chain said.
        reason: String,
    },
    /// The chain did not stop as it should.
    #[error("the chain did not stop cleanly: {reason}")]
    Stop {
        /// What is left.
        reason: String,
    },
}
