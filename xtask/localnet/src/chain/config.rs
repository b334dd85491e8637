//! What a caller asks of a chain, checked before anything is started.

use std::path::PathBuf;
use std::time::Duration;

use solana_pubkey::Pubkey;

use super::ChainError;
use crate::progress::Progress;

/// The slot time of the live network.
pub const DEFAULT_SLOT_TIME: Duration = Duration::from_millis(400);

/// The first bytes of every ELF file, which is what a compiled program is.
const ELF_MAGIC: &[u8; 4] = b"\x7fELF";

/// What runs the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Surfpool in this process: up in about a second, executes transactions one after the other.
    Embedded,
    /// Agave's `solana-test-validator` as a child process: the real thing.
    Validator {
        /// The validator's executable.
        binary: PathBuf,
    },
}

/// A compiled program and the address to deploy it at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramFile {
    /// The program's address.
    pub id: Pubkey,
    /// The compiled program, a `.so` file.
    pub so_path: PathBuf,
}

/// Everything [`super::Chain::start`] needs to know.
#[derive(Clone, Debug)]
pub struct ChainConfig {
    /// What runs the chain.
    pub backend: Backend,
    /// Programs to deploy.
    pub programs: Vec<ProgramFile>,
    /// The JSON-RPC port; the WebSocket is on the next one. `None` takes two free ports.
    pub rpc_port: Option<u16>,
    /// Time between slots. The validator rounds it to whole ticks of 6.25 ms.
    pub slot_time: Duration,
    /// How long the chain may take to become healthy before the start counts as failed.
    pub start_timeout: Duration,
    /// Where to tell what is being done.
    pub progress: Progress,
}

impl Default for ChainConfig {
    fn default() -> Self {
        Self {
            backend: Backend::Embedded,
            programs: Vec::new(),
            rpc_port: None,
            slot_time: DEFAULT_SLOT_TIME,
            start_timeout: Duration::from_mins(2),
            progress: Progress::silent(),
        }
    }
}

/// A program whose file has been read and looks like one.
#[derive(Debug)]
pub(super) struct LoadedProgram {
    pub(super) id: Pubkey,
    pub(super) so_path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

impl ChainConfig {
    /// Reads the program files, so that a missing one is reported before a node is started.
    pub(super) fn load_programs(&self) -> Result<Vec<LoadedProgram>, ChainError> {
        self.programs.iter().map(LoadedProgram::read).collect()
    }

    /// Whether the caller insists on this port: its own, or the WebSocket's after it.
    pub(super) fn asks_for(&self, port: u16) -> bool {
        self.rpc_port
            .is_some_and(|asked| port == asked || port.checked_sub(1) == Some(asked))
    }
}

impl LoadedProgram {
    fn read(file: &ProgramFile) -> Result<Self, ChainError> {
        let bytes = std::fs::read(&file.so_path).map_err(|source| ChainError::ProgramFile {
            id: file.id,
            path: file.so_path.clone(),
            source,
        })?;
        if !bytes.starts_with(ELF_MAGIC) {
            return Err(ChainError::NotAProgram {
                path: file.so_path.clone(),
            });
        }
        Ok(Self {
            id: file.id,
            so_path: file.so_path.clone(),
            bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config_with(so_path: PathBuf) -> ChainConfig {
        ChainConfig {
            programs: vec![ProgramFile {
                id: Pubkey::new_unique(),
                so_path,
            }],
            ..ChainConfig::default()
        }
    }

    #[test]
    fn a_missing_program_is_named_with_the_next_step() {
        let error = config_with("/nowhere/amm.so".into())
            .load_programs()
            .unwrap_err();
        let text = error.to_string();
        assert!(text.contains("/nowhere/amm.so"), "{text}");
        assert!(text.contains("cargo xtask build-programs"), "{text}");
    }

    #[test]
    fn a_file_that_is_no_program_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("amm.so");
        std::fs::write(&path, "not bytecode").unwrap();
        let error = config_with(path).load_programs().unwrap_err();
        assert!(matches!(error, ChainError::NotAProgram { .. }), "{error}");
    }

    #[test]
    fn a_program_is_read_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("amm.so");
        std::fs::write(&path, b"\x7fELF and the rest").unwrap();
        let programs = config_with(path).load_programs().unwrap();
        assert_eq!(programs[0].bytes, b"\x7fELF and the rest");
    }
}
