//! The table for people and the file for programs.

use std::{fmt, fs, path::Path, thread};

use anyhow::{Context as _, Result};
use comfy_table::{CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use serde::Serialize;

use crate::{Arguments, quotes::Quotes, sockets::Followed};

/// All that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine_threads: usize,
    /// What else the machine had to do: load averages at the end, where the system tells.
    load: Option<String>,
    rate: u32,
    connections: u32,
    seconds: f64,
    quotes: usize,
    quotes_per_second: f64,
    refused: usize,
    /// From when a quote was due until its answer was there.
    latency_micros: Latency,
    clients: usize,
    diffs: u64,
    gaps: u64,
    dropped: u64,
    trades: u64,
    gateway_cpu_seconds: f64,
}

#[derive(Debug, Serialize)]
struct Latency {
    p50: u64,
    p90: u64,
    p99: u64,
    p999: u64,
    max: u64,
}

impl Latency {
    /// Of sorted values.
    fn of(sorted: &[u64]) -> Self {
        let at = |thousandths: usize| {
            let rank = (sorted.len() * thousandths).div_ceil(1_000).max(1);
            sorted.get(rank - 1).copied().unwrap_or_default()
        };
        Self {
            p50: at(500),
            p90: at(900),
            p99: at(990),
            p999: at(999),
            max: at(1_000),
        }
    }
}

impl Report {
    pub(crate) fn new(
        arguments: &Arguments,
        quotes: Quotes,
        followed: Followed,
        trades: u64,
        gateway_cpu_seconds: f64,
    ) -> Self {
        let seconds = quotes.took.as_secs_f64();
        let load = fs::read_to_string("/proc/loadavg").ok();
        Self {
            machine_threads: thread::available_parallelism().map_or(0, usize::from),
            load: load.map(|load| load.split(' ').take(3).collect::<Vec<_>>().join(" ")),
            rate: arguments.rate,
            connections: arguments.connections,
            seconds,
            quotes: quotes.micros.len(),
            quotes_per_second: quotes.micros.len() as f64 / seconds,
            refused: quotes.refused,
            latency_micros: Latency::of(&quotes.micros),
            clients: followed.clients,
            diffs: followed.diffs,
            gaps: followed.gaps,
            dropped: followed.dropped,
            trades,
            gateway_cpu_seconds,
        }
    }

    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |micros: u64| format!("{:.2} ms", micros as f64 / 1_000.0);
        let latency = &self.latency_micros;
        let rows = [
            ("quotes", self.quotes.to_string()),
            ("quotes a second", format!("{:.0}", self.quotes_per_second)),
            ("refused", self.refused.to_string()),
            ("p50", millis(latency.p50)),
            ("p90", millis(latency.p90)),
            ("p99", millis(latency.p99)),
            ("p99.9", millis(latency.p999)),
            ("max", millis(latency.max)),
            ("WebSocket clients", self.clients.to_string()),
            ("diffs told", self.diffs.to_string()),
            ("numbers left out", self.gaps.to_string()),
            ("connections lost", self.dropped.to_string()),
            ("trades meanwhile", self.trades.to_string()),
            (
                "gateway's processor time",
                format!("{:.1} s of {:.1} s", self.gateway_cpu_seconds, self.seconds),
            ),
            ("load of the machine", self.load.clone().unwrap_or_default()),
        ];
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED);
        for (name, value) in rows {
            table.add_row([name.to_owned(), value]);
        }
        if let Some(values) = table.column_mut(1) {
            values.set_cell_alignment(CellAlignment::Right);
        }
        write!(f, "{table}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        let values: Vec<u64> = (1..=1_000).collect();
        let latency = Latency::of(&values);
        assert_eq!(
            (latency.p50, latency.p99, latency.p999, latency.max),
            (500, 990, 999, 1_000)
        );
        assert_eq!(Latency::of(&[]).p99, 0);
        assert_eq!(Latency::of(&[7]).p50, 7);
    }
}
