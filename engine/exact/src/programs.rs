//! The programs' bytecode.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

/// The exchange's programs, compiled.
#[derive(Clone, Debug)]
pub struct Programs {
    /// The pools' program.
    pub amm: Vec<u8>,
    /// The order books' program.
    pub orderbook: Vec<u8>,
}

/// Programs that cannot be had.
#[derive(Debug, Error)]
pub enum ProgramsError {
    /// There is no such file.
    #[error("no program at {}: {source}. Build the programs with `cargo xtask build-programs`", path.display())]
    Unreadable {
        /// Where it was looked for.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The bytes are no program.
    #[error("the {program} program is not valid: {reason}. Build the programs anew")]
    Invalid {
        /// Which.
        program: &'static str,
        /// What the machine says.
        reason: String,
    },
}

impl Programs {
    /// From the folder that `cargo xtask build-programs` writes.
    ///
    /// # Errors
    /// [`ProgramsError::Unreadable`] if a program is not there.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, ProgramsError> {
        let read = |name| {
            let path = folder.as_ref().join(name);
            fs::read(&path).map_err(|source| ProgramsError::Unreadable { path, source })
        };
        Ok(Self {
            amm: read("sealane_amm.so")?,
            orderbook: read("sealane_orderbook.so")?,
        })
    }
}
