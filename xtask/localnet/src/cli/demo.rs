//! `demo`: from nothing to a finished swap.

use std::process::ExitCode;

use sealane_localnet::demo::Demo;
use sealane_localnet::{Chain, StateDirectory, World};

use super::args::DemoArguments;
use super::print;
use super::progress::Reporter;
use super::session::{stop, unless_interrupted};
use super::signals::StopRequests;

pub(crate) async fn run(arguments: DemoArguments) -> anyhow::Result<ExitCode> {
    let mut requests = StopRequests::listen()?;
    let reporter = Reporter::new(arguments.quiet);
    let directory = StateDirectory::temporary()?;
    let done = unless_interrupted(
        &mut requests,
        &reporter,
        swap(&arguments, &directory, &reporter),
    )
    .await?;
    let (chain, demo) = match done {
        Ok(done) => done,
        Err(interrupted) => return Ok(interrupted),
    };
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&demo.report(&chain))?);
    } else {
        print::demo(&demo);
    }
    stop(chain, &mut requests).await
}

async fn swap(
    arguments: &DemoArguments,
    directory: &StateDirectory,
    reporter: &Reporter,
) -> anyhow::Result<(Chain, Demo)> {
    let progress = reporter.progress();
    let chain = Chain::start(arguments.chain.config(None, progress.clone())?).await?;
    let work = async {
        let world = World::build(&chain, directory, &progress).await?;
        Ok::<_, anyhow::Error>(Demo::run(&chain, &world, &progress).await?)
    };
    let demo = chain.while_alive(work).await??;
    Ok((chain, demo))
}
