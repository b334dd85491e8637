//! What the tests of a running chain share.

#![allow(dead_code, reason = "every test file uses its own part")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use sealane_localnet::{Backend, ChainConfig, program_files, workspace_root};

/// The backends to test: the embedded one, and the validator where `SEALANE_VALIDATOR` names one.
pub(crate) fn backends() -> Vec<Backend> {
    let validator = std::env::var_os("SEALANE_VALIDATOR").map(|path| Backend::Validator {
        binary: PathBuf::from(path),
    });
    std::iter::once(Backend::Embedded)
        .chain(validator)
        .collect()
}

/// A chain without programs whose slots pass four times as fast as on the live network.
pub(crate) fn bare(backend: &Backend) -> ChainConfig {
    ChainConfig {
        backend: backend.clone(),
        slot_time: Duration::from_millis(100),
        ..ChainConfig::default()
    }
}

/// The same with the programs of this checkout.
pub(crate) fn with_programs(backend: &Backend) -> ChainConfig {
    ChainConfig {
        programs: program_files(&programs_dir()),
        ..bare(backend)
    }
}

/// Where `cargo xtask build-programs` has put them.
pub(crate) fn programs_dir() -> PathBuf {
    workspace_root(Path::new(env!("CARGO_MANIFEST_DIR")))
        .expect("the tests run in a checkout")
        .join("target/deploy")
}

/// The port in an address such as `http://127.0.0.1:8899`.
pub(crate) fn port_of(url: &str) -> u16 {
    url.rsplit(':').next().unwrap().parse().unwrap()
}
