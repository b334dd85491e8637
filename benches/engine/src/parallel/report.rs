//! The tables for people and the file for programs.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use comfy_table::{Cell, CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use serde::Serialize;

use super::{pipeline, schedulers, signatures::Signatures, simulation};
use crate::matching::report::{Spread, millions};

/// All that was measured.
#[derive(Serialize)]
pub(crate) struct Report {
    /// Threads of the machine.
    pub(crate) machine_threads: usize,
    /// What else it had to do: load averages before the start, where the system tells.
    pub(crate) load_before: Option<String>,
    pub(crate) trades: u32,
    pub(crate) scheduled: u32,
    pub(crate) rounds: u32,
    pub(crate) simulation: Vec<simulation::Row>,
    pub(crate) pipeline_setup: pipeline::Setup,
    pub(crate) pipeline: Vec<pipeline::Row>,
    pub(crate) signatures: Signatures,
    pub(crate) schedulers: Vec<schedulers::Row>,
}

impl Report {
    /// As JSON.
    pub(crate) fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// Writes the JSON and tells where.
    pub(crate) fn write(&self, path: &Path) -> Result<PathBuf> {
        fs::write(path, self.json()? + "\n")
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path.canonicalize()?)
    }
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(header);
    table
}

fn right(text: String) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

fn range(rate: &Spread) -> Cell {
    right(format!("{}–{}", millions(rate.min), millions(rate.max)))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.simulation_table())?;
        writeln!(
            f,
            "Simulated trades a second, medians of {} interleaved rounds, in batches of {}; speed-ups \
             are to the run one after the other in the same round, dividing the trades included. There \
             and back: a cache line to the other processor, which on a virtual machine changes by itself.\n",
            self.rounds, self.trades,
        )?;
        writeln!(f, "{}", self.pipeline_table())?;
        let setup = &self.pipeline_setup;
        writeln!(
            f,
            "Transactions of {} bytes from bytes to outcomes, {} in a batch, {}; two threads: decode \
             and journal on one, the rest on the other. Nanoseconds a trade in each stage; that of the \
             journal waits for the disk.",
            setup.message_bytes,
            setup.batch,
            setup.flow.name(),
        )?;
        let (single, batch) = (&self.signatures.single, &self.signatures.batch);
        writeln!(
            f,
            "Signatures are not checked there. A core checks {} a second one by one ({}–{}) and {} in \
             batches of 64 ({}–{}): 100,000 a second take {:.1} or {:.1} cores more.\n",
            single.median,
            single.min,
            single.max,
            batch.median,
            batch.min,
            batch.max,
            1e5 / single.median as f64,
            1e5 / batch.median as f64,
        )?;
        writeln!(f, "{}", schedulers::table(&self.schedulers))?;
        write!(
            f,
            "Scheduling and descheduling a trade, {} at once. The machine has {} threads{}.",
            self.scheduled,
            self.machine_threads,
            self.load_before.as_ref().map_or(String::new(), |load| {
                format!("; its load before the start was {load}")
            }),
        )
    }
}

impl Report {
    fn simulation_table(&self) -> Table {
        let mut table = table(&[
            "trades",
            "succeed",
            "threads",
            "trades/s",
            "min–max",
            "speed-up",
            "min–max",
            "there and back",
        ]);
        for row in &self.simulation {
            table.add_row([
                Cell::new(row.flow.name()),
                right(format!("{:.0}%", 100.0 * row.succeeded)),
                right("sequential".to_owned()),
                right(millions(row.sequential.median)),
                range(&row.sequential),
            ]);
            for threads in &row.parallel {
                let rate = &threads.trades_per_second;
                table.add_row([
                    Cell::new(""),
                    Cell::new(""),
                    right(threads.threads.to_string()),
                    right(millions(rate.median)),
                    range(rate),
                    right(format!("{:.2}", threads.speedup)),
                    right(format!(
                        "{:.2}–{:.2}",
                        threads.speedup_min, threads.speedup_max
                    )),
                    right(match row.round_trip_ns {
                        Some(nanos) if threads.threads == 2 => format!("{nanos:.0} ns"),
                        _ => String::new(),
                    }),
                ]);
            }
        }
        table
    }

    fn pipeline_table(&self) -> Table {
        let mut table = table(&[
            "journal",
            "trades/s",
            "min–max",
            "decode",
            "journal",
            "schedule",
            "simulate",
            "publish",
        ]);
        for row in &self.pipeline {
            let stages = &row.stages;
            let nanos = |nanos: f64| right(format!("{nanos:.0}"));
            table.add_row([
                Cell::new(row.policy),
                right(millions(row.trades_per_second.median)),
                range(&row.trades_per_second),
                nanos(stages.decode_ns),
                nanos(stages.journal_ns),
                nanos(stages.schedule_ns),
                nanos(stages.simulate_ns),
                nanos(stages.publish_ns),
            ]);
        }
        table
    }
}
