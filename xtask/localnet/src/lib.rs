//! A local chain with the programs deployed, funded wallets, tokens, pools and an order book.
//!
//! - [`chain`]: a local chain, embedded in this process or Agave's validator beside it.
//! - [`world`]: what the demo chain holds, built by ordinary transactions through the SDK.
//! - [`demo`]: one swap, quoted and executed, and the comparison of the two.
//! - [`book_demo`]: the same of one take from several makers' orders.
//! - [`stage`]: all of it for tests.
//! - [`state`]: the folder that tells other tools what runs where.
//! - [`programs`], [`workspace`]: which programs there are and where their files lie.
//! - [`terminal`]: what commands have in common.
//! - [`progress`]: telling somebody what is being done.
//!
//! ```no_run
//! use sealane_localnet::{Chain, ChainConfig, Progress, StateDirectory, World, program_files};
//!
//! # async fn example() -> anyhow::Result<()> {
//! let chain = Chain::start(ChainConfig {
//!     programs: program_files("target/deploy".as_ref()),
//!     ..ChainConfig::default()
//! })
//! .await?;
//! let directory = StateDirectory::temporary()?;
//! let world = World::build(&chain, &directory, &Progress::silent()).await?;
//! println!("{} on {}", world.pools[0].address, chain.rpc_url());
//! chain.stop().await?;
//! # Ok(())
//! # }
//! ```

pub mod book_demo;
pub mod chain;
pub mod demo;
pub mod governance_demo;
pub mod programs;
pub mod progress;
pub mod stage;
pub mod state;
pub mod terminal;
pub mod workspace;
pub mod world;

pub use chain::{Backend, Chain, ChainConfig, ChainError, ProgramFile};
pub use programs::program_files;
pub use progress::Progress;
pub use state::{State, StateDirectory, StateError};
pub use workspace::workspace_root;
pub use world::{World, WorldError};
