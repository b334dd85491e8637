//! `up`: a chain with everything on it, until Ctrl-C.

use std::process::ExitCode;

use sealane_localnet::terminal::{Reporter, StopRequests, stop, unless_interrupted};
use sealane_localnet::world::chain_state;
use sealane_localnet::{Chain, State, StateDirectory, World};

use super::args::UpArguments;
use super::print;

pub(crate) async fn run(arguments: UpArguments) -> anyhow::Result<ExitCode> {
    let mut requests = StopRequests::listen()?;
    let reporter = Reporter::new(arguments.quiet);
    let directory = StateDirectory::take(arguments.state_directory()?)?;
    let started = unless_interrupted(
        &mut requests,
        &reporter,
        start(&arguments, &directory, &reporter),
    )
    .await?;
    let (chain, state) = match started {
        Ok(started) => started,
        Err(interrupted) => return Ok(interrupted),
    };
    let state_file = directory.publish(&state)?;
    if !arguments.quiet {
        print::state(&state, &state_file);
    }
    tokio::select! {
        () = requests.next() => {}
        error = chain.until_failed() => return Err(error.into()),
    }
    if !arguments.quiet {
        eprintln!("\nStopping. Ctrl-C again forces it.");
    }
    stop(chain, &mut requests).await
}

async fn start(
    arguments: &UpArguments,
    directory: &StateDirectory,
    reporter: &Reporter,
) -> anyhow::Result<(Chain, State)> {
    let progress = reporter.progress();
    let config = arguments
        .chain
        .config(Some(arguments.port), progress.clone())?;
    let chain = Chain::start(config).await?;
    let state = if arguments.bare {
        chain_state(&chain)
    } else {
        let build = World::build(&chain, directory, &progress);
        chain.while_alive(build).await??.state(&chain)
    };
    Ok((chain, state))
}
