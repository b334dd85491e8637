//! The SDK in a browser: quotes, routes and instructions, computed where the user can check them.
//!
//! An [`Exchange`] is fed accounts, as the gateway's WebSocket reports them, and answers without a
//! connection: the arithmetic is the programs' own, so that a quote here equals the execution to the
//! last unit. What goes in and out are plain objects, described to TypeScript by the declarations
//! that are generated from the types here. Amounts are `bigint`s of base units, addresses base58.
//!
//! - [`exchange`]: what is known, and keeping it fresh
//! - [`pools`], [`markets`], [`lanes`], [`wallet`]: looking at it
//! - [`route`]: the best way from one token to another, and its instructions
//! - [`liquidity`], [`create`], [`funds`], [`orders`], [`take`]: everything else that can be done
//! - [`staking`]: stake pools and farms; [`governance`]: realms, proposals, votes
//! - [`simulate`]: what instructions would do, before anybody signs
//! - [`amounts`]: numbers as people write them; [`refusal`]: why something was refused
//!
//! The crate compiles for the host too, where its tests run. What needs a JavaScript engine, which is
//! converting values and throwing, lies in `convert` and in the exported methods.

#![forbid(unsafe_code)]

pub mod amounts;
mod convert;
pub mod create;
pub mod exchange;
pub mod funds;
pub mod governance;
pub mod lanes;
pub mod liquidity;
pub mod markets;
pub mod orders;
pub mod plan;
pub mod pools;
pub mod refusal;
pub mod route;
pub mod simulate;
pub mod staking;
pub mod take;
#[cfg(test)]
mod tests;
pub mod values;
pub mod wallet;

pub use exchange::Exchange;
pub use governance::Governance;
pub use staking::Staking;
