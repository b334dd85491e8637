//! The table for people and the file for programs.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use comfy_table::{Cell, CellAlignment, Table, presets::UTF8_FULL_CONDENSED};
use serde::Serialize;

/// All measurements of one instruction.
pub(crate) struct Measured {
    /// Program and instruction, then what distinguishes the variant.
    pub(crate) instruction: String,
    /// Compute units of each run.
    pub(crate) units: Vec<u64>,
}

/// What is written for one instruction.
#[derive(Serialize)]
struct Row {
    instruction: String,
    min: u64,
    median: u64,
    max: u64,
    #[serde(skip)]
    runs: usize,
}

/// What was measured.
pub(crate) struct Report {
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(measured: Vec<Measured>) -> Self {
        let rows = measured
            .into_iter()
            .map(
                |Measured {
                     instruction,
                     mut units,
                 }| {
                    units.sort_unstable();
                    Row {
                        instruction,
                        min: units[0],
                        median: units[units.len() / 2],
                        max: units[units.len() - 1],
                        runs: units.len(),
                    }
                },
            )
            .collect();
        Self { rows }
    }

    /// The rows as a JSON array.
    pub(crate) fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(&self.rows)?)
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
            "instruction",
            "variant",
            "runs",
            "min",
            "median",
            "max",
        ]);
        for row in &self.rows {
            let (name, variant) = split(&row.instruction);
            let number =
                |number: u64| Cell::new(grouped(number)).set_alignment(CellAlignment::Right);
            table.add_row([
                Cell::new(name),
                Cell::new(variant),
                number(row.runs as u64),
                number(row.min),
                number(row.median),
                number(row.max),
            ]);
        }
        writeln!(f, "{table}")?;
        write!(
            f,
            "Compute units of the instruction alone, calls to the token programs included.\n\
             For comparison, published per swap: Raydium CPMM 20,000 and up, Meteora DAMM v2 30,000."
        )
    }
}

/// `amm.swap_exact_in.stable` as (`amm.swap_exact_in`, `stable`).
fn split(instruction: &str) -> (&str, &str) {
    let after_program = instruction.find('.').map_or(0, |dot| dot + 1);
    match instruction[after_program..].find('.') {
        Some(dot) => {
            let at = after_program + dot;
            (&instruction[..at], &instruction[at + 1..])
        }
        None => (instruction, ""),
    }
}

/// A number with commas between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(12_345_678), "12,345,678");
    }

    #[test]
    fn names_are_split_after_the_instruction() {
        assert_eq!(split("amm.rebalance"), ("amm.rebalance", ""));
        assert_eq!(
            split("amm.swap_exact_in.stable.token_2022"),
            ("amm.swap_exact_in", "stable.token_2022")
        );
    }

    #[test]
    fn the_median_is_of_the_sorted_runs() {
        let measured = Measured {
            instruction: "amm.observe".into(),
            units: vec![9, 1, 5],
        };
        let report = Report::new(vec![measured]);
        let expected = serde_json::json!([
            { "instruction": "amm.observe", "min": 1, "median": 5, "max": 9 }
        ]);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&report.json().unwrap()).unwrap(),
            expected
        );
    }
}
