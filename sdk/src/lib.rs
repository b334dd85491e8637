//! Sealane for integrators: typed accounts, quotes, instructions, transactions.
//!
//! The layers can be used one without the other:
//!
//! - [`accounts`], [`address`], [`events`], [`error`]: what is on the chain, as types. The layouts,
//!   instructions and events are the program's own ([`amm`]), never a second definition.
//! - [`pools`]: a cache that is fed accounts, and [`quote`], which prices swaps and deposits from
//!   it with the program's own arithmetic ([`engine_core`]). No I/O: a quote takes microseconds and
//!   equals the execution to the last unit.
//! - [`route`]: the best way from one token to another, over shards, pools and lanes.
//! - [`simulate`]: what transactions would do, computed here.
//! - [`live`]: all of the exchange in memory, kept up to date over a WebSocket.
//! - [`farms`]: stake pools and farms: what they pay, what positions have earned and weigh;
//!   [`prices`]: what tokens are worth in one of them.
//! - [`plan`]: instructions together with the quote that they execute.
//! - [`tx`]: transactions that land, or say why they did not.
//! - [`client`]: all of it over a connection to a chain.
//! - [`oracle`], [`token`], [`amount`]: average prices; mints and token accounts; numbers as people
//!   write them.
//!
//! There is no global state and nothing is logged but by [`tracing`].
//!
//! Without the default feature `rpc` nothing is left that does I/O: [`client`], [`live`],
//! [`subscribe`] and sending are gone, and the rest compiles for WebAssembly too.
//!
//! # A quote without a connection
//!
//! ```
//! use sealane_sdk::{plan, pools::{AccountUpdate, Pools}, quote::{self, QuoteRequest, VenueChoice}};
//! use solana_pubkey::Pubkey;
//!
//! /// Feeds the cache with accounts from anywhere, and quotes.
//! fn best_quote(
//!     accounts: &[(Pubkey, Pubkey, Vec<u8>)],
//!     slot: u64,
//!     request: &QuoteRequest,
//! ) -> Result<quote::Quote, Box<dyn std::error::Error>> {
//!     let mut pools = Pools::new();
//!     for (address, owner, data) in accounts {
//!         pools.apply(AccountUpdate { address: *address, owner: *owner, slot, data })?;
//!     }
//!     let quote = quote::quote_exact_in(&pools, request)?;
//!     assert!(quote.minimum_received <= quote.received);
//!     Ok(quote)
//! }
//!
//! // An unknown pool is refused with what to do about it.
//! let request = QuoteRequest {
//!     pool: Pubkey::new_unique(),
//!     mint_in: Pubkey::new_unique(),
//!     amount: 1_000_000,
//!     slippage_tolerance_bps: 50,
//!     choice: VenueChoice::BEST,
//! };
//! let error = quote::quote_exact_in(&Pools::new(), &request).unwrap_err();
//! assert_eq!(
//!     error.hint(),
//!     "check the pool's address and the chain, and fetch the pool first"
//! );
//! # assert!(best_quote(&[], 0, &request).is_err());
//! ```

pub mod book;
#[cfg(feature = "rpc")]
pub mod client;
pub mod decode;
pub mod error;
pub mod events;
pub mod farms;
#[cfg(feature = "rpc")]
pub mod live;
pub mod oracle;
pub mod plan;
pub mod prices;
pub mod realms;
#[cfg(feature = "rpc")]
pub mod subscribe;
pub mod token;
pub mod tx;

pub use sealane_amm as amm;
pub use sealane_core as engine_core;
pub use sealane_core::units::Side;
pub use sealane_engine as engine;
#[cfg(test)]
use sealane_engine::fixtures;
#[cfg(feature = "rpc")]
use sealane_engine::serialize;
pub use sealane_engine::{
    accounts, address, amount, governance, lookup, markets, pools, quote, route, simulate, staking,
};
pub use sealane_orderbook as orderbook;
