//! The table for people and the file for programs.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use comfy_table::{Cell, CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use serde::Serialize;

use super::{
    flow::{Flow, FlowConfig, Shares},
    measure::{Agreement, Latencies, Measured},
};

/// Shares of messages whose latency the plot shows.
const QUANTILES: [f64; 13] = [
    0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.9975, 0.999, 0.9997, 0.9999,
];

/// What was measured.
#[derive(Serialize)]
pub(crate) struct Report {
    messages: usize,
    markets: usize,
    seed: u64,
    /// Orders in all books at the end.
    resting_orders: u32,
    most_orders_in_a_market: u32,
    shares: Shares,
    /// Included in every latency.
    timer_ns: u64,
    pub(crate) engines: Vec<Row>,
}

/// What was measured of one engine.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) engine: &'static str,
    version: &'static str,
    note: &'static str,
    trades: usize,
    trades_equal: bool,
    pub(crate) messages_per_second: Spread,
    latency_ns: Percentiles,
    /// (share of messages, nanoseconds)
    pub(crate) latency_curve: Vec<(f64, u32)>,
    allocations_per_message: f64,
    instructions_per_message: Option<f64>,
    instructions_by: Option<&'static str>,
}

#[derive(Serialize)]
pub(crate) struct Spread {
    pub(crate) median: u64,
    pub(crate) min: u64,
    pub(crate) max: u64,
}

#[derive(Serialize)]
struct Percentiles {
    p50: u32,
    p99: u32,
    p99_9: u32,
}

impl Spread {
    /// Of the rates of all rounds.
    pub(crate) fn of(mut rates: Vec<f64>) -> Self {
        rates.sort_by(f64::total_cmp);
        Self {
            median: rates[rates.len() / 2] as u64,
            min: rates[0] as u64,
            max: rates[rates.len() - 1] as u64,
        }
    }
}

fn curve(latencies: &Latencies) -> Vec<(f64, u32)> {
    QUANTILES
        .iter()
        .map(|&share| (share, latencies.quantile(share)))
        .collect()
}

impl Row {
    fn of(measured: Measured) -> Self {
        let (trades, trades_equal) = match measured.agreement {
            Agreement::Equal(trades) => (trades, true),
            Agreement::Differs(at) => (at, false),
        };
        Self {
            engine: measured.name,
            version: measured.version,
            note: measured.note,
            trades,
            trades_equal,
            messages_per_second: Spread::of(measured.rates),
            latency_ns: Percentiles {
                p50: measured.latencies.quantile(0.5),
                p99: measured.latencies.quantile(0.99),
                p99_9: measured.latencies.quantile(0.999),
            },
            latency_curve: curve(&measured.latencies),
            allocations_per_message: measured.allocations,
            instructions_per_message: measured.instructions.map(|(number, _)| number),
            instructions_by: measured.instructions.map(|(_, by)| by),
        }
    }
}

impl Report {
    pub(crate) fn new(
        config: FlowConfig,
        flow: &Flow,
        measured: Vec<Measured>,
        timer_ns: u64,
    ) -> Self {
        Self {
            messages: config.messages,
            markets: config.markets,
            seed: config.seed,
            resting_orders: flow.resting,
            most_orders_in_a_market: flow.most_orders,
            shares: flow.shares,
            timer_ns,
            engines: measured.into_iter().map(Row::of).collect(),
        }
    }

    /// As JSON.
    pub(crate) fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// Writes the JSON and tells where.
    pub(crate) fn write(&self, path: &Path) -> Result<PathBuf> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        fs::write(path, self.json()? + "\n")
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path.canonicalize()?)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_style(UTF8_FULL_CONDENSED).set_header([
            "engine",
            "messages/s",
            "min–max",
            "p50 ns",
            "p99 ns",
            "p99.9 ns",
            "allocations",
            "instructions",
            "trades",
        ]);
        for row in &self.engines {
            let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
            let rate = &row.messages_per_second;
            table.add_row([
                Cell::new(format!("{} {}", row.engine, row.version)),
                right(millions(rate.median)),
                right(format!("{}–{}", millions(rate.min), millions(rate.max))),
                right(row.latency_ns.p50.to_string()),
                right(row.latency_ns.p99.to_string()),
                right(row.latency_ns.p99_9.to_string()),
                right(format!("{:.3}", row.allocations_per_message)),
                right(match row.instructions_per_message {
                    Some(number) => format!("{number:.0}"),
                    None => "n/a".to_owned(),
                }),
                Cell::new(if row.trades_equal {
                    format!("{} equal", row.trades)
                } else {
                    format!("differ from number {}", row.trades + 1)
                }),
            ]);
        }
        writeln!(f, "{table}")?;
        for row in &self.engines {
            writeln!(f, "{}: {}.", row.engine, row.note)?;
        }
        self.write_flow(f)
    }
}

impl Report {
    fn write_flow(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |number: u64| 100.0 * number as f64 / self.messages as f64;
        let shares = &self.shares;
        writeln!(
            f,
            "{} messages in {} markets, {} resting orders: {:.1}% adds, {:.1}% cancels, {:.1}% \
             replaces, {:.1}% market orders; {:.1}% trade.",
            self.messages,
            self.markets,
            self.resting_orders,
            percent(shares.adds),
            percent(shares.cancels),
            percent(shares.replaces),
            percent(shares.takes),
            percent(shares.traded),
        )?;
        let by = self.engines.iter().find_map(|row| row.instructions_by);
        write!(
            f,
            "Millions of messages a second of one core's time, median of interleaved rounds. Latencies \
             include {} ns of the timer. Allocations and instructions{} are for each message.",
            self.timer_ns,
            by.map_or(String::new(), |by| format!(" (by {by})")),
        )
    }
}

/// Millions, with two digits.
pub(crate) fn millions(number: u64) -> String {
    format!("{:.2} M", number as f64 / 1e6)
}
