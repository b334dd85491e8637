//! What the command line accepts.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use sealane_localnet::chain::find_validator;
use sealane_localnet::{Backend, ChainConfig, Progress, workspace_root};

/// A local chain with Sealane deployed: funded wallets, tokens, pools in shards, an order book.
#[derive(Debug, Parser)]
#[command(name = "sealane-localnet", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a chain with everything on it and run until Ctrl-C
    Up(UpArguments),
    /// Go from nothing to a finished trade, and compare it with its quote
    Demo(DemoArguments),
}

#[derive(Debug, Args)]
pub(crate) struct UpArguments {
    #[command(flatten)]
    pub(crate) chain: ChainArguments,

    /// Port for JSON-RPC; the WebSocket takes the next one
    #[arg(long, value_name = "PORT", default_value_t = 8899)]
    pub(crate) port: u16,

    /// Folder for state.json and the demo wallets' keys [default: target/localnet]
    #[arg(long, value_name = "DIR")]
    pub(crate) state_dir: Option<PathBuf>,

    /// Only deploy the programs: no wallets, tokens, pools or order book
    #[arg(long)]
    pub(crate) bare: bool,

    /// Print nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    #[command(flatten)]
    pub(crate) chain: ChainArguments,

    /// Trade in an order book, with several makers at once, instead of in a pool
    #[arg(long)]
    pub(crate) book: bool,

    /// Vote on the fees of a pool: a proposal from its first line to its execution
    #[arg(long, conflicts_with = "book")]
    pub(crate) governance: bool,

    /// Print one JSON object instead; amounts are in base units
    #[arg(long)]
    pub(crate) json: bool,

    /// No progress on standard error
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// How the chain runs, whatever it is for.
#[derive(Debug, Args)]
pub(crate) struct ChainArguments {
    /// Run on Agave's solana-test-validator instead of the embedded chain
    #[arg(long)]
    pub(crate) validator: bool,

    /// The validator's executable; implies --validator [default: the installed or cached one]
    #[arg(long, value_name = "FILE")]
    pub(crate) validator_binary: Option<PathBuf>,

    /// Folder with the compiled programs [default: target/deploy]
    #[arg(long, value_name = "DIR")]
    pub(crate) programs_dir: Option<PathBuf>,

    /// Milliseconds between slots
    #[arg(long, value_name = "MS", default_value_t = 400,
          value_parser = clap::value_parser!(u64).range(10..=10_000))]
    pub(crate) slot_time: u64,
}

impl ChainArguments {
    pub(crate) fn config(
        &self,
        rpc_port: Option<u16>,
        progress: Progress,
    ) -> anyhow::Result<ChainConfig> {
        let programs_dir = match &self.programs_dir {
            Some(directory) => directory.clone(),
            None => in_workspace("target/deploy", "--programs-dir")?,
        };
        Ok(ChainConfig {
            backend: self.backend()?,
            programs: sealane_localnet::program_files(&programs_dir),
            rpc_port,
            slot_time: Duration::from_millis(self.slot_time),
            progress,
            ..ChainConfig::default()
        })
    }

    fn backend(&self) -> anyhow::Result<Backend> {
        if let Some(binary) = self.validator_binary.clone() {
            return Ok(Backend::Validator { binary });
        }
        if self.validator {
            let binary = find_validator()?;
            return Ok(Backend::Validator { binary });
        }
        Ok(Backend::Embedded)
    }
}

impl UpArguments {
    pub(crate) fn state_directory(&self) -> anyhow::Result<PathBuf> {
        match &self.state_dir {
            Some(directory) => Ok(directory.clone()),
            None => in_workspace("target/localnet", "--state-dir"),
        }
    }
}

/// A path in the checkout that the command is run in.
fn in_workspace(path: &str, option: &str) -> anyhow::Result<PathBuf> {
    let here = std::env::current_dir().context("the working directory is gone")?;
    let root = workspace_root(&here).with_context(|| {
        format!(
            "{} is not in a checkout of Sealane: run this in one or give {option}",
            here.display()
        )
    })?;
    Ok(root.join(path))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_named_validator_is_taken_as_it_is() {
        let arguments =
            Arguments::parse_from(["sealane-localnet", "up", "--validator-binary", "/v"]);
        let Command::Up(arguments) = arguments.command else {
            panic!("up was parsed as something else");
        };
        assert_eq!(
            arguments.chain.backend().unwrap(),
            Backend::Validator {
                binary: "/v".into()
            }
        );
    }
}
