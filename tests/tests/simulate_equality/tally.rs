//! What was tried and what came of it.

use std::{collections::BTreeMap, fmt};

use sealane_engine::simulate::{Report, TradeError, Unsupported};

/// Counts by kind of trade and by error.
#[derive(Default)]
pub(crate) struct Tally {
    kinds: BTreeMap<&'static str, Kind>,
    refusals: BTreeMap<String, usize>,
    unsupported: BTreeMap<String, usize>,
}

#[derive(Default)]
struct Kind {
    done: usize,
    refused: usize,
    fills: usize,
    /// Estimated and measured compute units of trades that were done.
    units: Vec<(u64, u64)>,
}

impl Tally {
    pub(crate) fn trades(&self) -> usize {
        self.kinds
            .values()
            .map(|kind| kind.done + kind.refused)
            .sum()
    }

    pub(crate) fn unsupported(&mut self, kind: &'static str, what: Unsupported) {
        let what = format!("{kind}: {what}");
        *self.unsupported.entry(what).or_default() += 1;
    }

    pub(crate) fn count(
        &mut self,
        name: &'static str,
        native: &Result<Report, TradeError>,
        exact: &Result<Report, TradeError>,
    ) {
        let kind = self.kinds.entry(name).or_default();
        match (native, exact) {
            (Ok(native), Ok(exact)) => {
                kind.done += 1;
                kind.fills += native.fills.len();
                kind.units.push((native.compute_units, exact.compute_units));
            }
            (Err(error), _) | (_, Err(error)) => {
                kind.refused += 1;
                let error = match error {
                    TradeError::Refused { refusal, .. } => refusal.to_string(),
                    TradeError::MissingSignature { .. } => "missing signature".to_owned(),
                    other => other.to_string(),
                };
                *self.refusals.entry(error).or_default() += 1;
            }
        }
    }

    /// Fails unless every kind of trade was both done and refused, if there were many.
    pub(crate) fn assert_varied(&self) {
        if self.trades() < 5_000 {
            return;
        }
        for (name, kind) in &self.kinds {
            assert!(kind.done > 0, "{name} was never done");
        }
        assert!(self.refusals.len() > 30, "few errors were met");
        let fills: usize = self.kinds.values().map(|kind| kind.fills).sum();
        assert!(fills > self.trades() / 20, "few orders were met");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut errors: Vec<f64> = Vec::new();
        for (name, kind) in &self.kinds {
            let mut exact: Vec<u64> = kind.units.iter().map(|(_, exact)| *exact).collect();
            exact.sort_unstable();
            let median = exact.get(exact.len() / 2).copied().unwrap_or_default();
            let mut off: Vec<f64> = kind.units.iter().map(|(e, m)| error_of(*e, *m)).collect();
            off.sort_by(f64::total_cmp);
            let middle = off.get(off.len() / 2).copied().unwrap_or_default();
            let worst = off.get(off.len() * 95 / 100).copied().unwrap_or_default();
            writeln!(
                f,
                "{name:<28} done {:>6} refused {:>6} fills {:>6} units {median:>6} estimate off by {middle:>5.1}% (95%: {worst:.1}%)",
                kind.done, kind.refused, kind.fills
            )?;
            errors.extend(off);
        }
        errors.sort_by(f64::total_cmp);
        let at = |part: usize| {
            errors
                .get(errors.len() * part / 100)
                .copied()
                .unwrap_or_default()
        };
        writeln!(
            f,
            "estimates off by {:.1}% (median), {:.1}% (95 of 100)",
            at(50),
            at(95)
        )?;
        for (error, count) in &self.refusals {
            writeln!(f, "refused {count:>6}: {error}")?;
        }
        for (what, count) in &self.unsupported {
            writeln!(f, "left to the exact mode {count:>6}: {what}")?;
        }
        write!(f, "{} trades", self.trades())
    }
}

/// How far an estimate is from what was measured, in percent.
fn error_of(estimate: u64, measured: u64) -> f64 {
    estimate.abs_diff(measured) as f64 * 100.0 / measured.max(1) as f64
}
