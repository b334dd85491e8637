//! What commands that run a chain have in common: progress, Ctrl-C, an orderly end.

mod reporter;
mod session;
mod signals;

pub use reporter::Reporter;
pub use session::{stop, unless_interrupted};
pub use signals::StopRequests;

/// As a shell reports a program ended by Ctrl-C.
pub const INTERRUPTED: u8 = 130;
