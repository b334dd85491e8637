//! `sealane-localnet`: a local chain with Sealane on it, and the demo.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
