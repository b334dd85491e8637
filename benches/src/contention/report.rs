//! The tables for people and the file for programs.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use comfy_table::{Cell, CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use super::{
    agave::Limits,
    cases::{Books, OnePool},
    day::Parameters,
    plot,
    price::{Costs, PERCENTILES, SHAPES, alone},
    study::{FullBlocks, Offered, THREADS},
    units::{Source, Units},
};

/// Everything that was measured.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) day: Parameters,
    /// Actions on the day, books and pools together.
    pub(crate) actions: usize,
    /// Sealane's compute units.
    pub(crate) units: Units,
    pub(crate) units_source: Source,
    pub(crate) limits: Limits,
    pub(crate) books: Vec<FullBlocks>,
    pub(crate) pools: Vec<FullBlocks>,
    pub(crate) whole: Vec<FullBlocks>,
    /// The same with SIMD-0286's limit.
    pub(crate) raised: Vec<FullBlocks>,
    pub(crate) offered: Vec<Offered>,
    pub(crate) book_cases: Vec<Books>,
    pub(crate) pool_cases: Vec<OnePool>,
    /// The day on which prices are compared, and its swaps.
    pub(crate) price_day: Parameters,
    pub(crate) price_swaps: usize,
    /// Sizes of its swaps at the percentiles, as parts of a pool's depth.
    pub(crate) sizes: Vec<f64>,
    /// Traders take any shard near the best.
    pub(crate) costs: Vec<Costs>,
    /// Traders take the best.
    pub(crate) herding: Vec<Costs>,
}

impl Serialize for Limits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut limits = serializer.serialize_struct("Limits", 2)?;
        limits.serialize_field("block", &self.block)?;
        limits.serialize_field("account", &self.account)?;
        limits.end()
    }
}

impl Report {
    /// As JSON.
    pub(crate) fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    /// Writes the JSON and the plots, and tells where.
    pub(crate) fn write(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let folder = folder.canonicalize()?;
        let speed_up = plot::speed_up(&[
            ("order books", &self.books[..4]),
            ("pools", &self.pools[..4]),
        ])?;
        let curve = |shape: &super::price::Shape| {
            let cost = |part| alone(shape, part).map(super::price::Alone::cost_bps);
            (
                shape.name,
                plot::sizes()
                    .filter_map(|part| Some((part, cost(part)?)))
                    .collect(),
            )
        };
        let price = plot::price(&SHAPES.iter().map(curve).collect::<Vec<_>>())?;
        let files = [
            ("contention.json", self.json()? + "\n"),
            ("contention-threads.svg", speed_up),
            ("contention-price.svg", price),
        ];
        let written = files.into_iter().map(|(name, text)| {
            let path = folder.join(name);
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            Ok(path)
        });
        written.collect()
    }
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_header(header.to_vec());
    table
}

fn text(text: impl fmt::Display) -> Cell {
    Cell::new(text)
}

fn number(number: impl fmt::Display) -> Cell {
    Cell::new(number).set_alignment(CellAlignment::Right)
}

fn whole(number_: f64) -> Cell {
    number(crate::report::grouped(number_.round() as u64))
}

fn percent(part: f64) -> Cell {
    number(format!("{:.1}%", part * 100.0))
}

fn times(times: f64) -> Cell {
    number(format!("{times:.1}"))
}

fn blocks(rows: &[FullBlocks]) -> Table {
    let mut header = vec![
        "full blocks",
        "in a block",
        "trades",
        "filled",
        "hottest",
        "held back",
        "critical path",
    ];
    let threads: Vec<String> = THREADS[1..]
        .iter()
        .map(|threads| format!("×{threads}"))
        .collect();
    header.extend(threads.iter().map(String::as_str));
    let mut table = table(&header);
    for row in rows {
        let mut cells = vec![
            text(&row.design),
            whole(row.transactions),
            whole(row.trades),
            percent(row.filled),
            percent(row.hottest),
            percent(row.held_back),
            percent(row.critical_path),
        ];
        cells.extend(row.speed_up[1..].iter().map(|faster| times(*faster)));
        table.add_row(cells);
    }
    table
}

impl Report {
    fn offered_table(&self) -> Table {
        let mut table = table(&[
            "the day as it comes",
            "arriving",
            "filled",
            "a slot late",
            "block, median",
            "block, p99",
            "blocks over 400 ms",
        ]);
        for row in &self.offered {
            table.add_row([
                text(&row.design),
                whole(row.arriving),
                percent(row.filled),
                percent(row.delayed),
                number(format!("{:.1} ms", row.median_ms)),
                number(format!("{:.1} ms", row.p99_ms)),
                percent(row.late),
            ]);
        }
        table
    }

    fn book_case_table(&self) -> Table {
        let mut table = table(&[
            "books, at one compute cost",
            "Sealane: in a block",
            "critical path",
            "×8",
            "×64",
            "a market's account: in a block",
            "critical path",
            "×8",
            "×64",
        ]);
        for case in &self.book_cases {
            let mut cells = vec![text(case.case)];
            for row in [&case.sealane, &case.central] {
                cells.push(whole(row.transactions));
                cells.push(percent(row.critical_path));
                cells.push(times(row.speed_up[3]));
                cells.push(times(row.speed_up[6]));
            }
            table.add_row(cells);
        }
        table
    }

    fn pool_case_table(&self) -> Table {
        let mut table = table(&[
            "all swaps in one pool, at one compute cost",
            "in a block",
            "filled",
            "critical path",
            "×8",
            "×64",
        ]);
        for OnePool { case, blocks: row } in &self.pool_cases {
            table.add_row([
                text(case),
                whole(row.transactions),
                percent(row.filled),
                percent(row.critical_path),
                times(row.speed_up[3]),
                times(row.speed_up[6]),
            ]);
        }
        table
    }

    fn alone_table(&self) -> Table {
        let mut header = vec!["cost of a swap alone: size + fee, bp".to_owned()];
        for (part, size) in PERCENTILES.iter().zip(&self.sizes) {
            header.push(format!("p{} ({:.4}%)", part * 100.0, size * 100.0));
        }
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let mut table = table(&header);
        for costs in &self.costs {
            let mut cells = vec![text(costs.shape)];
            cells.extend(costs.alone.iter().map(|alone| match alone {
                Some(alone) => number(format!("{:.1} + {:.1}", alone.impact_bps, alone.fee_bps)),
                None => number("too large"),
            }));
            table.add_row(cells);
        }
        table
    }

    fn day_table(&self) -> Table {
        let mut header = vec!["the day's swaps, cost in bp".to_owned(), "shard".to_owned()];
        header.extend(PERCENTILES.map(|part| format!("p{}", part * 100.0)));
        header.extend(["mean", "by volume", "failed"].map(str::to_owned));
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let mut table = table(&header);
        for (choice, costs) in [("near the best", &self.costs), ("the best", &self.herding)] {
            for costs in costs {
                if costs.shape.starts_with("1 pool") && choice == "the best" {
                    continue;
                }
                let mut cells = vec![text(costs.shape), text(choice)];
                cells.extend(costs.day_bps.iter().map(|cost| times(*cost)));
                cells.push(times(costs.day_mean_bps));
                cells.push(times(costs.day_volume_bps));
                cells.push(number(format!("{:.2}%", costs.failed * 100.0)));
                table.add_row(cells);
            }
        }
        table
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = &self.day;
        let source = match self.units_source {
            Source::Measured => "measured by `cu`",
            Source::Documented => "the README's, for want of a cu.json: run `cu` first",
        };
        writeln!(
            f,
            "{} actions: {} hours of the day, {} slots of each, {} a slot on average, {} markets and \
             {} pools, seed {}.\nSealane's compute units: {source}. Block limit {} units, {} for an \
             account.\n",
            crate::report::grouped(self.actions as u64),
            day.hours,
            day.slots,
            day.rate,
            day.markets,
            day.pools,
            day.seed,
            crate::report::grouped(self.limits.block),
            crate::report::grouped(self.limits.account),
        )?;
        for rows in [&self.books, &self.pools, &self.whole] {
            writeln!(f, "{}", blocks(rows))?;
        }
        let measured = [&self.books, &self.pools, &self.whole, &self.raised];
        let starved: usize = measured
            .iter()
            .flat_map(|rows| *rows)
            .map(|row| row.starved)
            .sum();
        if starved > 0 {
            writeln!(
                f,
                "{starved} blocks took all there was: more --slots would fill them."
            )?;
        }
        writeln!(
            f,
            "With SIMD-0286's limit of 100 million:\n{}",
            blocks(&self.raised)
        )?;
        writeln!(
            f,
            "filled: of the block's limit. hottest: what writes the costliest account, of the block. \
             held back: kept out by\nan account's limit, for each one in the block. critical path: \
             the longest chain of conflicts, of all work. ×n: faster\non n threads than on one.\n"
        )?;
        writeln!(f, "{}", self.offered_table())?;
        writeln!(
            f,
            "Time of a block: its longest chain at the cost model's 30 units a microsecond, so \
             whatever the number of threads.\n"
        )?;
        writeln!(f, "{}\n", self.book_case_table())?;
        writeln!(f, "{}\n", self.pool_case_table())?;
        writeln!(f, "{}", self.alone_table())?;
        writeln!(f, "{}", self.day_table())?;
        write!(
            f,
            "{} swaps at {} transactions a slot. Cost: what a swap pays less than the pool's price \
             when its slot opened, fee included.\nfailed: paid less than quoted by more than 0.5%, \
             because of others in the slot. Fees go to the liquidity providers.",
            crate::report::grouped(self.price_swaps as u64),
            self.price_day.rate,
        )
    }
}
