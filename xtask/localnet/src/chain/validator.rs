//! The chain as a child process: Agave's `solana-test-validator`.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tempfile::TempDir;

use super::ChainError;
use super::config::LoadedProgram;
use super::ports::{PortBlock, Ports, free_port};

/// A slot is made of ticks, which follow the hardware clock.
const TICK_MICROSECONDS: u128 = 6_250;

/// The validator refuses fewer.
const MINIMUM_TICKS_PER_SLOT: u128 = 2;

/// Shreds kept on disk: some hours of an idle chain, a few hundred megabytes.
const LEDGER_SHREDS: &str = "10000";

/// What the validator's last words contain when it could not bind a port.
const PORT_TAKEN: &str = "Address already in use";

/// Lines of the validator's output shown when it ends on its own.
const LAST_WORDS: usize = 20;

/// A validator process and its temporary folder. Dropping it kills the one, removes the other.
pub(super) struct Validator {
    child: Mutex<Child>,
    files: Files,
    ports: Ports,
    traffic: PortBlock,
}

struct Files {
    directory: TempDir,
}

impl Files {
    fn create() -> Result<Self, ChainError> {
        tempfile::Builder::new()
            .prefix("sealane-validator-")
            .tempdir()
            .map(|directory| Self { directory })
            .map_err(|source| ChainError::ValidatorFiles { source })
    }

    fn ledger(&self) -> PathBuf {
        self.directory.path().join("ledger")
    }

    fn output(&self) -> PathBuf {
        self.directory.path().join("output.log")
    }

    /// The ends of what the validator printed and of the log that it keeps in its ledger.
    fn last_words(&self) -> String {
        [self.output(), self.ledger().join("validator.log")]
            .iter()
            .filter_map(|path| fs::read(path).ok())
            .map(|bytes| tail(&String::from_utf8_lossy(&bytes), LAST_WORDS))
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl Validator {
    /// Starts the process; it is not healthy yet.
    pub(super) fn spawn(
        binary: &Path,
        ports: Ports,
        slot_time: Duration,
        programs: &[LoadedProgram],
    ) -> Result<Self, ChainError> {
        let files = Files::create()?;
        let output =
            File::create(files.output()).map_err(|source| ChainError::ValidatorFiles { source })?;
        let errors = output
            .try_clone()
            .map_err(|source| ChainError::ValidatorFiles { source })?;
        let traffic = PortBlock::choose()?;
        let options = Options {
            ledger: &files.ledger(),
            ports,
            traffic,
            faucet_port: free_port()?,
            slot_time,
            programs,
        };
        let child = Command::new(binary)
            .args(options.arguments())
            // At its usual level it writes some megabytes a minute into its ledger.
            .env("RUST_LOG", "warn")
            // Its own group: Ctrl-C in a terminal reaches us alone, and we stop it in order.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(|source| ChainError::ValidatorMissing {
                binary: binary.to_owned(),
                source,
            })?;
        Ok(Self {
            child: Mutex::new(child),
            files,
            ports,
            traffic,
        })
    }

    /// Why the process ended on its own, if it did.
    pub(super) fn failure(&self) -> Option<ChainError> {
        let status = self.exit_status().transpose()?;
        let log = self.files.last_words();
        if log.contains(PORT_TAKEN) {
            return Some(self.taken_port());
        }
        Some(ChainError::ValidatorExited {
            status: match status {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            },
            log,
        })
    }

    /// The port that somebody else took between our look at it and the validator's.
    fn taken_port(&self) -> ChainError {
        self.ports
            .ensure_free()
            .err()
            .unwrap_or(ChainError::PortTaken {
                port: self.traffic.gossip(),
                role: "the validator's traffic with itself",
            })
    }

    fn exit_status(&self) -> io::Result<Option<ExitStatus>> {
        self.child
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .try_wait()
    }

    /// Kills the process, waits for it and removes its files. The ledger is temporary, so there
    /// is nothing to save and no reason to ask politely.
    pub(super) fn stop(self) -> Result<(), ChainError> {
        self.kill().map_err(|error| ChainError::Stop {
            reason: format!("the validator could not be killed: {error}"),
        })
    }

    fn kill(&self) -> io::Result<()> {
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        child.kill()?;
        child.wait().map(drop)
    }
}

impl Drop for Validator {
    fn drop(&mut self) {
        if let Err(error) = self.kill() {
            tracing::warn!(%error, "could not kill the validator");
        }
    }
}

/// What the validator is told on its command line.
struct Options<'a> {
    ledger: &'a Path,
    ports: Ports,
    traffic: PortBlock,
    faucet_port: u16,
    slot_time: Duration,
    programs: &'a [LoadedProgram],
}

impl Options<'_> {
    fn arguments(&self) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = ["--reset", "--quiet"].map(OsString::from).into();
        let values: [(&str, OsString); 8] = [
            ("--bind-address", "127.0.0.1".into()),
            ("--rpc-port", self.ports.rpc().to_string().into()),
            ("--faucet-port", self.faucet_port.to_string().into()),
            ("--gossip-port", self.traffic.gossip().to_string().into()),
            ("--dynamic-port-range", self.traffic.dynamic_range().into()),
            ("--ledger", self.ledger.into()),
            ("--limit-ledger-size", LEDGER_SHREDS.into()),
            (
                "--ticks-per-slot",
                ticks_per_slot(self.slot_time).to_string().into(),
            ),
        ];
        for (name, value) in values {
            arguments.extend([name.into(), value]);
        }
        for program in self.programs {
            arguments.extend([
                "--bpf-program".into(),
                program.id.to_string().into(),
                program.so_path.clone().into(),
            ]);
        }
        arguments
    }
}

fn ticks_per_slot(slot_time: Duration) -> u128 {
    let ticks = (slot_time.as_micros() + TICK_MICROSECONDS / 2) / TICK_MICROSECONDS;
    ticks.max(MINIMUM_TICKS_PER_SLOT)
}

fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slot_times_become_ticks() {
        assert_eq!(ticks_per_slot(Duration::from_millis(400)), 64);
        assert_eq!(ticks_per_slot(Duration::from_millis(100)), 16);
        assert_eq!(ticks_per_slot(Duration::ZERO), 2);
    }

    #[test]
    fn the_tail_is_the_last_lines() {
        assert_eq!(tail("a\nb\nc\n", 2), "b\nc");
        assert_eq!(tail("a", 2), "a");
        assert_eq!(tail("", 2), "");
    }

    #[test]
    fn programs_are_loaded_at_genesis() {
        let program = LoadedProgram {
            id: solana_pubkey::Pubkey::new_unique(),
            so_path: "/programs/amm.so".into(),
            bytes: Vec::new(),
        };
        let ports = Ports::choose(None).unwrap();
        let id = program.id.to_string();
        let all = Options {
            ledger: Path::new("/ledger"),
            ports,
            traffic: PortBlock::choose().unwrap(),
            faucet_port: 9900,
            slot_time: Duration::from_millis(400),
            programs: &[program],
        }
        .arguments();
        let at = all.iter().position(|a| a == "--bpf-program").unwrap();
        assert_eq!(all[at + 1], *id);
        assert_eq!(all[at + 2], "/programs/amm.so");
    }

    #[test]
    fn a_missing_validator_is_named_with_the_next_step() {
        let error = Validator::spawn(
            Path::new("/nowhere/solana-test-validator"),
            Ports::choose(None).unwrap(),
            Duration::from_millis(400),
            &[],
        )
        .err()
        .unwrap();
        assert!(
            error.to_string().contains("cargo xtask validator"),
            "{error}"
        );
    }
}
