//! An order book's whole life on a real local chain, through the SDK, over RPC and WebSocket.
//!
//! Runs on the embedded chain, or on Agave's validator where `SEALANE_VALIDATOR` names its binary.
//! Nothing here can tell the two apart.

mod crowd;
mod life;
mod refusals;
mod stage;
