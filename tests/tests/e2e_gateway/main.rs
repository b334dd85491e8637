//! The gateway against a real local chain: every resource of the HTTP interface, streams over
//! WebSocket, the history over crashes and outages, each compared with what the chain says.
//!
//! Runs on the embedded chain, or on Agave's validator where `SEALANE_VALIDATOR` names its binary.

mod backfill;
mod endpoints;
mod farms;
mod fork;
mod history;
mod orders;
mod outage;
mod proxy;
mod realms;
mod refusals;
mod skipping;
mod socket;
mod stage;
mod streams;
mod trading;
