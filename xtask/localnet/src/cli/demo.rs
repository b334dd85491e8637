//! `demo`: from nothing to a finished trade, or to an executed proposal.

use std::process::ExitCode;

use sealane_localnet::book_demo::BookDemo;
use sealane_localnet::demo::Demo;
use sealane_localnet::governance_demo::GovernanceDemo;
use sealane_localnet::terminal::{Reporter, StopRequests, stop, unless_interrupted};
use sealane_localnet::{Chain, StateDirectory, World};
use serde::Serialize;

use super::args::DemoArguments;
use super::print;

/// What was played.
enum Trade {
    Pool(Box<Demo>),
    Book(Box<BookDemo>),
    Governance(Box<GovernanceDemo>),
}

pub(crate) async fn run(arguments: DemoArguments) -> anyhow::Result<ExitCode> {
    let mut requests = StopRequests::listen()?;
    let reporter = Reporter::new(arguments.quiet);
    let directory = StateDirectory::temporary()?;
    let done = unless_interrupted(
        &mut requests,
        &reporter,
        trade(&arguments, &directory, &reporter),
    )
    .await?;
    let (chain, trade) = match done {
        Ok(done) => done,
        Err(interrupted) => return Ok(interrupted),
    };
    match (&trade, arguments.json) {
        (Trade::Pool(demo), true) => print_json(&demo.report(&chain))?,
        (Trade::Book(demo), true) => print_json(&demo.report(&chain))?,
        (Trade::Governance(demo), true) => print_json(&demo.report(&chain))?,
        (Trade::Governance(demo), false) => print::governance_demo(demo),
        (Trade::Pool(demo), false) => print::demo(demo),
        (Trade::Book(demo), false) => print::book_demo(demo),
    }
    stop(chain, &mut requests).await
}

fn print_json(report: &impl Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(report)?);
    Ok(())
}

async fn trade(
    arguments: &DemoArguments,
    directory: &StateDirectory,
    reporter: &Reporter,
) -> anyhow::Result<(Chain, Trade)> {
    let progress = reporter.progress();
    let chain = Chain::start(arguments.chain.config(None, progress.clone())?).await?;
    let work = async {
        let world = World::build(&chain, directory, &progress).await?;
        let trade = if arguments.governance {
            let demo = GovernanceDemo::run(&chain, &world, &progress).await?;
            Trade::Governance(Box::new(demo))
        } else if arguments.book {
            Trade::Book(Box::new(BookDemo::run(&chain, &world, &progress).await?))
        } else {
            Trade::Pool(Box::new(Demo::run(&chain, &world, &progress).await?))
        };
        Ok::<_, anyhow::Error>(trade)
    };
    let trade = chain.while_alive(work).await??;
    Ok((chain, trade))
}
