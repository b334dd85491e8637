//! What the exchange's programs have in common, and no instruction of its own.
//!
//! - [`loaded`]: `Loaded<T>`, a zero-copy account at a small price in bytecode
//! - [`derived`]: making accounts at derived addresses
//! - [`mint`]: which mints are safe to hold, and their transfer fees
//! - [`cpi`]: calls to other programs, and who signs them
//! - [`token`]: calls to SPL Token and Token-2022
//! - [`events`]: events as log data
//!
//! Refusals are [`OnchainError`]s, which every program turns into errors of its own.

pub mod cpi;
pub mod derived;
pub mod error;
pub mod events;
pub mod loaded;
pub mod mint;
pub mod token;

pub use error::OnchainError;
pub use loaded::Loaded;
