//! The demo's chain for tests of the whole system.

use std::{env, path::PathBuf};

use crate::{
    Backend, Chain, ChainConfig, Progress, StateDirectory, World, program_files, workspace_root,
};

/// Starts a chain with the programs built from this checkout and builds the demo's world on it.
/// The chain is the embedded one, or Agave's validator where `SEALANE_VALIDATOR` names its binary.
/// The wallets' keys go with the folder that is returned.
///
/// # Panics
/// If anything of it fails: a test has nothing to do then.
pub async fn set(config: ChainConfig) -> (Chain, World, StateDirectory) {
    let backend =
        env::var_os("SEALANE_VALIDATOR").map_or(Backend::Embedded, |path| Backend::Validator {
            binary: PathBuf::from(path),
        });
    let root = workspace_root(env!("CARGO_MANIFEST_DIR").as_ref()).expect("a checkout");
    let config = ChainConfig {
        backend,
        programs: program_files(&root.join("target/deploy")),
        ..config
    };
    let chain = Chain::start(config).await.expect("the chain starts");
    let keys = StateDirectory::temporary().expect("a folder for keys");
    let built = World::build(&chain, &keys, &Progress::silent()).await;
    (chain, built.expect("the world is built"), keys)
}
