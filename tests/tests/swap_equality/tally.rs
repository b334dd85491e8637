//! What happened in all swaps together.

use std::{collections::BTreeMap, fmt};

/// Counts of outcomes.
#[derive(Default)]
pub(crate) struct Tally {
    executed: BTreeMap<&'static str, usize>,
    refused: BTreeMap<String, usize>,
}

/// The least number of swaps that must have been compared.
const LEAST: usize = 20_000;

impl Tally {
    /// A swap that was executed, by everything that it is an example of.
    pub(crate) fn executed(&mut self, kinds: &[&'static str]) {
        for kind in kinds {
            *self.executed.entry(kind).or_default() += 1;
        }
    }

    /// A swap that was refused, by its reason.
    pub(crate) fn refused(&mut self, reason: String) {
        *self.refused.entry(reason).or_default() += 1;
    }

    fn all_refused(&self) -> usize {
        self.refused.values().sum()
    }

    fn count(&self, kind: &str) -> usize {
        self.executed.get(kind).copied().unwrap_or_default()
    }

    /// Fails unless every kind of swap was seen often, and the usual refusals too.
    pub(crate) fn assert_healthy(&self) {
        let executed = self.count("all");
        assert!(executed + self.all_refused() >= LEAST, "too few swaps");
        assert!(
            executed >= LEAST * 3 / 4,
            "too few swaps were executed: {executed}"
        );
        for kind in [
            "constant product",
            "stable swap",
            "exact in",
            "exact out",
            "base in",
            "quote in",
            "one shard",
            "many shards",
            "best shard",
            "transfer fee in",
            "transfer fee out",
            "transfer fees on both",
            "sharded fee",
            "flat fee",
            "no fee",
            "protocol fee",
            "amount below 100",
            "amount above 2^60",
            "reserve below 100",
            "reserve above 2^60",
        ] {
            let count = self.count(kind);
            assert!(
                count >= 200,
                "too few swaps of this kind were executed: {kind}, {count}"
            );
        }
        for reason in [
            "ZeroAmount",
            "ZeroOutput",
            "InsufficientLiquidity",
            "EmptyShard",
            "ReserveLimit",
            "TransferFeeTooHigh",
        ] {
            let count = self.refused.get(reason).copied().unwrap_or_default();
            assert!(
                count >= 20,
                "too few swaps were refused with {reason}: {count}"
            );
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "executed as quoted:")?;
        for (kind, count) in &self.executed {
            writeln!(f, "  {count:>6} {kind}")?;
        }
        writeln!(f, "refused as quoted: {}", self.all_refused())?;
        for (reason, count) in &self.refused {
            writeln!(f, "  {count:>6} {reason}")?;
        }
        Ok(())
    }
}
