//! `sealane-gateway`: serves the exchange over HTTP and WebSocket.

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use sealane_server::{
    config::Config,
    gateway::{Gateway, GatewayError},
    http,
    store::Store,
};
use solana_rpc_client::nonblocking::rpc_client::RpcClient;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// A search for a route makes thousands of short lists, on every thread at once: with the system's
/// allocator they are a fifth of a quote's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Serves the exchange over HTTP and WebSocket, keeps its history, and serves the web app
///
/// Without a command it serves until Ctrl-C. Single values of the configuration can be set in the
/// environment: SEALANE_GATEWAY_HTTP__LISTEN sets `listen` in the table `http`.
#[derive(Debug, Parser)]
#[command(name = "sealane-gateway", version)]
struct Arguments {
    /// Configuration as TOML
    #[arg(long, short, value_name = "FILE", global = true)]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve; what happens without a command
    Serve,
    /// Print the OpenAPI document
    Openapi,
    /// Print the configuration that is in force, as TOML would have it in JSON
    Config,
    /// Make all candles anew, out of the trades in the database
    Reindex,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match arguments.command {
        Some(Command::Openapi) => openapi(),
        Some(Command::Config) => show(arguments.config),
        Some(Command::Reindex) => block_on(reindex(arguments.config)),
        Some(Command::Serve) | None => block_on(serve(arguments.config)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn block_on(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

fn openapi() -> Outcome {
    print(&http::document().to_pretty_json()?)
}

/// Whoever has read enough may close the pipe.
fn print(text: &str) -> Outcome {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn show(file: Option<PathBuf>) -> Outcome {
    let mut config = Config::load(file)?;
    // They may contain keys and passwords.
    config.node.rpc_url = "…".into();
    config.node.ws_url = "…".into();
    config.index.database_url = "…".into();
    print(&serde_json::to_string_pretty(&config)?)
}

async fn serve(file: Option<PathBuf>) -> Outcome {
    let filter = EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| EnvFilter::new("info,sealane_server::request=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let config = Config::load(file)?;
    let mut gateway = Gateway::start(config).await?;
    eprintln!("http://{}", gateway.address());
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let ended: Result<(), GatewayError> = tokio::select! {
        ended = gateway.failed() => ended,
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    };
    gateway.stop().await;
    Ok(ended?)
}

async fn reindex(file: Option<PathBuf>) -> Outcome {
    let config = Config::load(file)?;
    let rpc = RpcClient::new(config.node.rpc_url.clone());
    let genesis_hash = rpc.get_genesis_hash().await.map_err(
        |_| "the node does not tell which chain it is on; check that it runs, and node.rpc_url",
    )?;
    let store = Store::open(&config.index.database_url, &genesis_hash.to_string()).await?;
    let trades = store.rebuild_candles().await?;
    store.close().await;
    print(&format!("candles made anew out of {trades} trades"))
}
