//! Start and stop.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use console::style;
use sealane_localnet::{
    Chain, ChainConfig, Progress, StateDirectory, World, program_files,
    terminal::{Reporter, StopRequests, stop, unless_interrupted},
    workspace_root,
};
use sealane_sdk::client::Client;
use sealane_server::{
    config::{Config, HttpConfig, IndexConfig, NodeConfig, TokensConfig},
    gateway::Gateway,
};

use tempfile::TempDir;
use tokio::time::sleep;

use crate::{Arguments, bank::Bank, bots::Bots, faucet};

/// How long the gateway may take to know the exchange.
const READY: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Everything that runs.
struct Running {
    chain: Chain,
    gateway: Gateway,
    bots: Option<Bots>,
    /// The history's folder: gone with the chain.
    history: TempDir,
}

pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut requests = StopRequests::listen()?;
    let reporter = Reporter::new(arguments.quiet);
    let state_dir = directory(
        arguments.state_dir.as_ref(),
        "target/localnet",
        "--state-dir",
    )?;
    let directory = StateDirectory::take(state_dir)?;
    let start = start(&arguments, &directory, reporter.progress());
    let started = unless_interrupted(&mut requests, &reporter, start).await?;
    let mut running = match started {
        Ok(running) => running,
        Err(interrupted) => return Ok(interrupted),
    };
    greet(&running, arguments.quiet);
    tokio::select! {
        () = requests.next() => {}
        () = after(arguments.seconds) => {}
        error = running.chain.until_failed() => return Err(error.into()),
        ended = running.gateway.failed() => {
            ended?;
            anyhow::bail!("the gateway has ended");
        }
    }
    if !arguments.quiet {
        eprintln!("\nStopping. Ctrl-C again forces it.");
    }
    let Running {
        chain,
        gateway,
        bots,
        history,
    } = running;
    if let Some(bots) = bots {
        bots.stop().await;
    }
    gateway.stop().await;
    drop(history);
    stop(chain, &mut requests).await
}

/// The end that was asked for, if one was.
async fn after(seconds: Option<u64>) {
    match seconds {
        Some(seconds) => sleep(Duration::from_secs(seconds)).await,
        None => std::future::pending().await,
    }
}

async fn start(
    arguments: &Arguments,
    directory: &StateDirectory,
    progress: Progress,
) -> anyhow::Result<Running> {
    let chain = Chain::start(chain_config(arguments, &progress)?).await?;
    let build = World::build(&chain, directory, &progress);
    let world = chain.while_alive(build).await??;
    let state_file = directory.publish(&world.state(&chain))?;
    let bank = Arc::new(Bank::new(Client::new(chain.rpc_url()), &world));

    progress.step("Starting the gateway");
    let history = TempDir::new().context("no folder for the history")?;
    let config = gateway_config(arguments, &chain, state_file, history.path())?;
    let gateway = Gateway::start_beside(config, faucet::router(Arc::clone(&bank))).await?;
    ready(&gateway).await?;
    let bots = if arguments.no_bots {
        None
    } else {
        progress.step("Sending makers and traders to work");
        Some(Bots::start(&chain, &world, &bank).await?)
    };
    Ok(Running {
        chain,
        gateway,
        bots,
        history,
    })
}

/// Waits until the gateway knows the exchange and its history.
async fn ready(gateway: &Gateway) -> anyhow::Result<()> {
    let app = gateway.app();
    let started = Instant::now();
    while !(app.is_live() && app.is_indexed()) {
        anyhow::ensure!(
            started.elapsed() < READY,
            "the gateway does not learn the exchange's state within {} s",
            READY.as_secs()
        );
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}

fn chain_config(arguments: &Arguments, progress: &Progress) -> anyhow::Result<ChainConfig> {
    let programs = arguments.programs_dir.as_ref();
    let programs = directory(programs, "target/deploy", "--programs-dir")?;
    Ok(ChainConfig {
        programs: program_files(&programs),
        rpc_port: Some(arguments.rpc_port).filter(|port| *port > 0),
        slot_time: Duration::from_millis(arguments.slot_time),
        progress: progress.clone(),
        ..ChainConfig::default()
    })
}

fn gateway_config(
    arguments: &Arguments,
    chain: &Chain,
    tokens: PathBuf,
    history: &Path,
) -> anyhow::Result<Config> {
    let web_root = directory(arguments.web_dir.as_ref(), "app/web/dist", "--web-dir")?;
    let index = web_root.join("index.html");
    anyhow::ensure!(
        index.is_file(),
        "the web app is not built: {} is missing. `cargo xtask up` builds it",
        index.display()
    );
    Ok(Config {
        http: HttpConfig {
            listen: SocketAddr::from(([127, 0, 0, 1], arguments.port)),
            // Everybody here is the same address.
            rate_per_second: 0,
            web_root: Some(web_root),
            ..HttpConfig::default()
        },
        node: NodeConfig {
            rpc_url: chain.rpc_url().to_owned(),
            ws_url: chain.ws_url().to_owned(),
            faucet_path: Some(faucet::PATH.to_owned()),
            ..NodeConfig::default()
        },
        tokens: TokensConfig { list: Some(tokens) },
        index: IndexConfig {
            database_url: format!("sqlite://{}", history.join("history.db").display()),
            ..IndexConfig::default()
        },
        ..Config::default()
    })
}

/// A folder that was named, or else where it is in the checkout that the command is run in.
fn directory(named: Option<&PathBuf>, usual: &str, option: &str) -> anyhow::Result<PathBuf> {
    if let Some(named) = named {
        return Ok(named.clone());
    }
    let here = std::env::current_dir().context("the working directory is gone")?;
    let root = workspace_root(&here).with_context(|| {
        format!(
            "{} is not in a checkout of Sealane: run this in one or give {option}",
            here.display()
        )
    })?;
    Ok(root.join(usual))
}

fn greet(running: &Running, quiet: bool) {
    let page = format!("http://{}", running.gateway.address());
    if quiet {
        println!("{page}");
        return;
    }
    println!("\n  Sealane is at {}\n", style(&page).bold().cyan());
    println!("  {page}/docs  the HTTP and WebSocket interface");
    println!("  {}  the chain's JSON-RPC", running.chain.rpc_url());
    match running.bots {
        Some(_) => println!("  Makers quote, traders trade. Ctrl-C stops all of it.\n"),
        None => println!("  Nobody trades but you. Ctrl-C stops all of it.\n"),
    }
}
