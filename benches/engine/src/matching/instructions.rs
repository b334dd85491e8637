//! Instructions a message takes: by the processor's counter, or where the kernel does not let it be
//! read (in most virtual machines), by Valgrind.

use std::process::Command;

use super::{
    flow::{Flow, FlowConfig},
    measure::Contender,
};

/// Which part of a stream a run consists of.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Only {
    WarmUp,
    Measured,
}

/// Valgrind runs programs some fifty times slower: so many messages suffice for an average.
const MESSAGES: usize = 100_000;

/// Instructions for each message and how they were counted, if they can be.
pub(super) fn per_message(
    contender: &Contender,
    flow: &Flow,
    config: FlowConfig,
) -> Option<(f64, &'static str)> {
    if let Some(counted) = (contender.counted)(flow) {
        return Some((counted as f64 / flow.measured.len() as f64, "perf_event"));
    }
    let messages = config.messages.min(MESSAGES);
    let with = by_callgrind(contender.name, config, messages, "measured")?;
    let without = by_callgrind(contender.name, config, messages, "warm-up")?;
    Some((
        with.saturating_sub(without) as f64 / messages as f64,
        "callgrind",
    ))
}

/// User-mode instructions of `work` by the processor's counter.
#[cfg(target_os = "linux")]
pub(super) fn count(work: impl FnOnce() -> u64) -> Option<u64> {
    use perf_event::{Builder, events::Hardware};

    let mut counter = Builder::new(Hardware::INSTRUCTIONS).build().ok()?;
    counter.enable().ok()?;
    work();
    counter.disable().ok()?;
    counter.read().ok().filter(|&instructions| instructions > 0)
}

/// There is no such counter here.
#[cfg(not(target_os = "linux"))]
pub(super) fn count(_work: impl FnOnce() -> u64) -> Option<u64> {
    None
}

/// All instructions of this program while it makes a stream and runs a part of it.
fn by_callgrind(engine: &str, config: FlowConfig, messages: usize, only: &str) -> Option<u64> {
    let program = std::env::current_exe().ok()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["match", "--engines", engine, "--only", only])
        .args(["--messages", &messages.to_string()])
        .args(["--markets", &config.markets.to_string()])
        .args(["--seed", &config.seed.to_string()])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| line.contains("Collected :"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}
