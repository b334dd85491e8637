//! The folder where a running chain says what it is: `state.json` and the demo wallets' keys.
//!
//! One chain at a time owns such a folder, held by a lock that the system releases with the
//! process, however that ends. What is in it describes a chain that lives in memory, so it is
//! removed when the chain stops.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use solana_keypair::Keypair;
use tempfile::TempDir;

/// The format of `state.json`: raised when a field changes its meaning or goes.
pub const STATE_VERSION: u32 = 1;

const STATE_FILE: &str = "state.json";
const LOCK_FILE: &str = "lock";
const KEYS: &str = "keys";

/// Everything another tool needs to use the running chain. Addresses are in base 58.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct State {
    /// [`STATE_VERSION`].
    pub version: u32,
    /// `embedded` or `solana-test-validator`.
    pub backend: String,
    /// The process that runs the chain.
    pub pid: u32,
    /// JSON-RPC.
    pub rpc_url: String,
    /// WebSocket.
    pub ws_url: String,
    /// Deployed programs.
    pub programs: Vec<ProgramState>,
    /// Demo wallets.
    pub wallets: Vec<WalletState>,
    /// Tokens.
    pub mints: Vec<MintState>,
    /// Pools with liquidity.
    pub pools: Vec<PoolState>,
    /// Order books with quotes in them.
    pub markets: Vec<MarketState>,
    /// Stake pools and farms.
    pub farms: Vec<FarmState>,
    /// Realms.
    pub realms: Vec<RealmState>,
}

/// A deployed program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramState {
    /// Such as `amm`.
    pub name: String,
    /// Its address.
    pub address: String,
}

/// A demo wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletState {
    /// Such as `alice`.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Its key, in the format of `solana-keygen`.
    pub keypair: PathBuf,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MintState {
    /// What the demo calls it: mints themselves carry no name.
    pub symbol: String,
    /// The mint.
    pub address: String,
    /// Decimals of its amounts.
    pub decimals: u8,
    /// SPL Token's program or token-2022's.
    pub token_program: String,
    /// Who may mint more of it, if anyone.
    pub mint_authority: Option<String>,
    /// The transfer fee in hundredths of a percent; 0 for none.
    pub transfer_fee_bps: u16,
}

/// A pool with liquidity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolState {
    /// Its pair, such as `SOL/USDC`.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Such as `constant product`.
    pub curve: String,
    /// Base mint.
    pub base_mint: String,
    /// Quote mint.
    pub quote_mint: String,
    /// Its shards, in order.
    pub shards: Vec<String>,
}

/// An order book with makers' quotes in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarketState {
    /// Its pair, such as `SOL/USDC`.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Base mint.
    pub base_mint: String,
    /// Quote mint.
    pub quote_mint: String,
    /// Base units in a lot.
    pub base_lot: u64,
    /// Quote units that a lot's value grows by with each tick.
    pub tick: u32,
    /// Its vault shards, in order.
    pub vault_shards: Vec<String>,
    /// Its makers' lanes.
    pub lanes: Vec<LaneState>,
}

/// A maker's lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaneState {
    /// The maker's wallet, by name.
    pub owner: String,
    /// Its address.
    pub address: String,
}

/// A stake pool or farm, funded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FarmState {
    /// What the demo calls it: farms themselves carry no name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// Mint of what is staked.
    pub stake_mint: String,
    /// The order book whose makers it pays, if it counts their volume.
    pub market: Option<String>,
    /// Mints of what it pays, by index.
    pub rewards: Vec<String>,
    /// Its shards, in order.
    pub shards: Vec<String>,
}

/// A realm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RealmState {
    /// What it is called.
    pub name: String,
    /// Its address.
    pub address: String,
    /// What signs for it.
    pub treasury: String,
    /// The stake pool whose stakers vote.
    pub community: String,
    /// The stake pool whose stakers may veto.
    pub council: Option<String>,
}

/// Why the folder of a running chain could not be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another process holds the folder.
    #[error(
        "another local chain is running from {}{}; stop it first, or give this one its own folder with --state-dir",
        directory.display(),
        rpc_url.as_ref().map(|url| format!(" at {url}")).unwrap_or_default()
    )]
    InUse {
        /// The folder.
        directory: PathBuf,
        /// Where the other chain answers.
        rpc_url: Option<String>,
    },
    /// A file could not be written, read or removed.
    #[error("cannot use {}: {source}", path.display())]
    Files {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `state.json` is not what this version writes.
    #[error("{} is not the state of a local chain: {source}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The folder of one running chain. Dropping it removes its files.
#[derive(Debug)]
pub struct StateDirectory {
    path: PathBuf,
    /// Holds the lock for as long as it is open.
    _lock: File,
    /// Set if the folder itself goes with its files.
    _temporary: Option<TempDir>,
}

impl StateDirectory {
    /// Takes the folder at `path`, making it if needed, and clears what a chain that was killed
    /// has left in it.
    ///
    /// # Errors
    ///
    /// [`StateError::InUse`] if another process holds it.
    pub fn take(path: impl Into<PathBuf>) -> Result<Self, StateError> {
        let path = path.into();
        // Tools that read the state need not run in the folder that this process runs in.
        let absolute = std::path::absolute(&path).map_err(at(&path))?;
        Self::take_inner(absolute, None)
    }

    /// A folder of its own for a chain that nobody else needs to find.
    ///
    /// # Errors
    ///
    /// When the system has no room for temporary files.
    pub fn temporary() -> Result<Self, StateError> {
        let temporary = tempfile::Builder::new()
            .prefix("sealane-localnet-")
            .tempdir()
            .map_err(at(&std::env::temp_dir()))?;
        Self::take_inner(temporary.path().to_owned(), Some(temporary))
    }

    fn take_inner(path: PathBuf, temporary: Option<TempDir>) -> Result<Self, StateError> {
        private_directory(&path)?;
        let lock_path = path.join(LOCK_FILE);
        let lock = File::create(&lock_path).map_err(at(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let rpc_url = State::read(&path).ok().map(|state| state.rpc_url);
                let directory = path;
                return Err(StateError::InUse { directory, rpc_url });
            }
            Err(TryLockError::Error(source)) => return Err(at(&lock_path)(source)),
        }
        let directory = Self {
            path,
            _lock: lock,
            _temporary: temporary,
        };
        directory.clear()?;
        private_directory(&directory.path.join(KEYS))?;
        Ok(directory)
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Publishes the state, whole or not at all.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn publish(&self, state: &State) -> Result<PathBuf, StateError> {
        let path = self.path.join(STATE_FILE);
        let unfinished = self.path.join(format!("{STATE_FILE}.new"));
        let mut text = serde_json::to_vec_pretty(state).map_err(|source| StateError::Format {
            path: path.clone(),
            source,
        })?;
        text.push(b'\n');
        fs::write(&unfinished, text).map_err(at(&unfinished))?;
        fs::rename(&unfinished, &path).map_err(at(&path))?;
        Ok(path)
    }

    /// Makes a new key and keeps it as `keys/NAME.json`, readable by nobody else.
    pub(crate) fn new_keypair(&self, name: &str) -> Result<(Keypair, PathBuf), StateError> {
        let path = self.path.join(KEYS).join(format!("{name}.json"));
        let keypair = Keypair::new();
        let text = serde_json::to_vec(keypair.to_bytes().as_slice()).map_err(|source| {
            StateError::Format {
                path: path.clone(),
                source,
            }
        })?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(&text))
            .map_err(at(&path))?;
        Ok((keypair, path))
    }

    fn clear(&self) -> Result<(), StateError> {
        let state = self.path.join(STATE_FILE);
        let keys = self.path.join(KEYS);
        gone(fs::remove_file(&state)).map_err(at(&state))?;
        gone(fs::remove_dir_all(&keys)).map_err(at(&keys))
    }
}

impl Drop for StateDirectory {
    fn drop(&mut self) {
        if let Err(error) = self.clear() {
            tracing::warn!(%error, "could not remove the chain's state");
        }
    }
}

impl State {
    /// Reads the state of the chain that runs from `directory`.
    ///
    /// # Errors
    ///
    /// When there is none, or one of another version.
    pub fn read(directory: &Path) -> Result<Self, StateError> {
        let path = directory.join(STATE_FILE);
        let text = fs::read(&path).map_err(at(&path))?;
        serde_json::from_slice(&text).map_err(|source| StateError::Format { path, source })
    }
}

fn private_directory(path: &Path) -> Result<(), StateError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(at(path))
}

fn gone(outcome: io::Result<()>) -> io::Result<()> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> StateError + use<> {
    let path = path.to_owned();
    move |source| StateError::Files { path, source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use solana_keypair::read_keypair_file;
    use solana_signer::Signer as _;

    use super::*;

    fn state() -> State {
        State {
            version: STATE_VERSION,
            backend: "embedded".to_owned(),
            pid: 1,
            rpc_url: "http://127.0.0.1:8899".to_owned(),
            ws_url: "ws://127.0.0.1:8900".to_owned(),
            programs: Vec::new(),
            wallets: Vec::new(),
            mints: Vec::new(),
            pools: Vec::new(),
            markets: Vec::new(),
            farms: Vec::new(),
            realms: Vec::new(),
        }
    }

    #[test]
    fn a_published_state_is_read_back_and_gone_with_its_chain() {
        let root = tempfile::tempdir().unwrap();
        let directory = StateDirectory::take(root.path().join("localnet")).unwrap();
        let file = directory.publish(&state()).unwrap();
        assert_eq!(State::read(directory.path()).unwrap(), state());
        let (_, key) = directory.new_keypair("alice").unwrap();
        drop(directory);
        assert!(!file.exists());
        assert!(!key.exists());
    }

    #[test]
    fn keys_are_private_and_in_the_usual_format() {
        let directory = StateDirectory::temporary().unwrap();
        let (keypair, path) = directory.new_keypair("alice").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(read_keypair_file(&path).unwrap().pubkey(), keypair.pubkey());
    }

    #[test]
    fn two_chains_do_not_share_a_folder() {
        let root = tempfile::tempdir().unwrap();
        let first = StateDirectory::take(root.path()).unwrap();
        first.publish(&state()).unwrap();
        let text = StateDirectory::take(root.path()).unwrap_err().to_string();
        assert!(text.contains("http://127.0.0.1:8899"), "{text}");
        drop(first);
        StateDirectory::take(root.path()).unwrap();
    }

    #[test]
    fn what_a_killed_chain_left_is_cleared() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(STATE_FILE), "half a fi").unwrap();
        fs::create_dir(root.path().join(KEYS)).unwrap();
        fs::write(root.path().join(KEYS).join("alice.json"), "[]").unwrap();
        let directory = StateDirectory::take(root.path()).unwrap();
        assert!(State::read(directory.path()).is_err());
        directory.new_keypair("alice").unwrap();
    }
}
