//! `sealane-gateway-bench`: the gateway under load, on loopback.
//!
//! Starts a local chain with the demo's world and a gateway in front of it, each a process of its own.
//! Some hundred WebSocket clients follow books, trades and candles while a wallet trades, and quotes
//! are asked for at a fixed rate over a few connections. A request counts from when it was due, not
//! from when a connection was free for it: who falls behind cannot hide it.

mod http;
mod quotes;
mod report;
mod setting;
mod sockets;
mod traffic;

use std::{path::PathBuf, time::Duration};

use anyhow::Result;
use clap::Parser;

use report::Report;
use setting::Setting;

/// Measures the gateway under load.
#[derive(Debug, Parser)]
#[command(name = "sealane-gateway-bench", version)]
struct Arguments {
    /// What starts a local chain: the binary `sealane-localnet`
    #[arg(long)]
    localnet: PathBuf,
    /// The binary `sealane-gateway`
    #[arg(long)]
    gateway: PathBuf,
    /// Quotes per second
    #[arg(long, default_value_t = 2_000)]
    rate: u32,
    /// Connections over which they are asked for
    #[arg(long, default_value_t = 32)]
    connections: u32,
    /// WebSocket clients
    #[arg(long, default_value_t = 500)]
    clients: usize,
    /// Seconds measured, after a fifth of it to warm up
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Where to write what was measured
    #[arg(long, default_value = "target/bench/gateway.json")]
    out: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    eprintln!("starting a chain and a gateway");
    let setting = Setting::start(&arguments.localnet, &arguments.gateway).await?;
    eprintln!(
        "{} clients, {} quotes a second",
        arguments.clients, arguments.rate
    );
    let sockets = sockets::open(&setting, arguments.clients).await?;
    let traffic = traffic::start(&setting)?;
    let warm_up = Duration::from_secs(arguments.seconds.div_ceil(5));
    quotes::ask(&setting, arguments.rate, arguments.connections, warm_up).await?;
    sockets.forget();
    traffic.forget();
    let before = setting.gateway_cpu();
    let measured = Duration::from_secs(arguments.seconds);
    let quotes = quotes::ask(&setting, arguments.rate, arguments.connections, measured).await?;
    let cpu = setting.gateway_cpu() - before;
    let trades = traffic.stop().await;
    let followed = sockets.close().await;
    let report = Report::new(&arguments, quotes, followed, trades, cpu);
    println!("{report}");
    report.write(&arguments.out)?;
    setting.stop().await
}
