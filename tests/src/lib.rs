//! What tests of the whole system stand on: the programs' bytecode in an SVM.
//!
//! A [`World`] holds an [`Svm`] with the programs deployed, makes mints ([`Mint`]), wallets and
//! pools ([`TestPool`]), sends instructions and looks at what came of them. After every
//! instruction that succeeds it checks that each pool it made is still solvent, so a test that
//! only drives the world is a solvency test already.
//!
//! ```no_run
//! use sealane_testkit::{PoolSpec, Side, World};
//!
//! let mut world = World::new();
//! let pool = world.create_pool(&PoolSpec::default().shards(2));
//! let provider = world.wallet();
//! world.fund(provider, &pool, 1_000_000, 1_000_000);
//! world.execute(&[pool.add_liquidity(0, provider, 500_000, 500_000)]);
//! let trader = world.wallet();
//! world.fund(trader, &pool, 1_000, 0);
//! let swapped = world.execute(&[pool.swap_exact_in(0, trader, Side::Base, 1_000, 1)]);
//! println!("{} compute units", swapped.program_units());
//! ```

pub mod book;
pub mod extension;
mod feed;
pub mod governance;
mod invariant;
mod market;
mod pool;
mod random;
mod reason;
mod snapshot;
mod solvency;
mod spec;
pub mod staking;
mod svm;
mod token;
mod world;

pub use feed::Feed;
pub use invariant::assert_share_value_kept;
pub use market::Market;
pub use pool::{NO_DEADLINE, ShardAccounts, TestPool};
pub use random::{Seeded, log_uniform};
pub use reason::Reason;
pub use sealane_amm as amm;
pub use sealane_core::units::Side;
pub use snapshot::Snapshot;
pub use solvency::{Backing, assert_solvent};
pub use spec::PoolSpec;
pub use svm::{Executed, Refused, Svm, deploy_dir};
pub use token::{Mint, MintSpec, TransferFeeSpec, token_amount};
pub use world::World;
