//! What the command line accepts, whatever the command.

use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

use crate::command::Command;

/// Trade, make markets, provide liquidity and run pools on the Sealane exchange.
#[derive(Debug, Parser)]
#[command(
    name = "sealane",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    after_help = AFTER_HELP
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER_HELP: &str = "\
Amounts are in whole tokens, such as 1.5, unless --raw is given. Tokens, pools, markets and wallets
are named by their address, and on this checkout's local chain also by name: tSOL, tSOL/tUSDC, alice.
A market also goes by its two tokens, BASE/QUOTE, if there is one market of them.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage.";

/// Flags of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// JSON-RPC address of the chain [default: the local chain's, or http://127.0.0.1:8899]
    #[arg(long, short, global = true, env = "SEALANE_URL", hide_env_values = true, value_name = "URL", value_parser = url)]
    pub(crate) url: Option<String>,

    /// The wallet's keypair file [default: the local chain's first, or ~/.config/solana/id.json]
    #[arg(
        long,
        short,
        global = true,
        env = "SEALANE_KEYPAIR",
        hide_env_values = true,
        value_name = "FILE"
    )]
    pub(crate) keypair: Option<PathBuf>,

    /// How the outcome is written
    #[arg(
        long,
        short,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    pub(crate) output: Format,

    /// The same as --output json
    #[arg(long, global = true, conflicts_with = "output")]
    pub(crate) json: bool,

    /// Amounts, given and written, are base units
    #[arg(long, global = true)]
    pub(crate) raw: bool,

    /// The most to pay for priority, in micro-lamports per compute unit [default: nothing]
    #[arg(long, global = true, value_name = "PRICE")]
    pub(crate) priority_fee_cap: Option<u64>,

    /// Only outcomes and errors: no progress, no previews, no warnings
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,

    /// Tell what is being done; twice for more
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

impl Global {
    /// How the outcome is written, by whichever flag says so.
    pub(crate) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.output }
    }
}

/// How an outcome is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Table,
    /// One JSON document, errors included; amounts are base units
    Json,
}

/// A node's address: catches a forgotten scheme before it becomes a connection error.
fn url(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    match rest {
        Some(host) if !host.is_empty() => Ok(text.to_owned()),
        _ => Err("an address begins with http:// or https://".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::parse;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn global_flags_stand_anywhere() {
        for line in [
            &["--output", "json", "--raw", "pool", "list"][..],
            &["pool", "--output", "json", "list", "--raw"],
            &["pool", "list", "-o", "json", "--raw"],
            &["pool", "list", "--json", "--raw"],
        ] {
            let (global, _) = parse(line).unwrap();
            assert_eq!(global.format(), Format::Json, "{line:?}");
            assert!(global.raw, "{line:?}");
        }
    }

    #[test]
    fn an_address_needs_its_scheme() {
        assert!(url("http://127.0.0.1:8899").is_ok());
        assert!(url("https://node.example/key").is_ok());
        for wrong in ["localhost:8899", "ws://127.0.0.1:8900", "http://", ""] {
            assert!(url(wrong).is_err(), "{wrong}");
        }
    }
}
