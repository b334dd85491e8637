//! Compute units of Sealane's instructions: as `sealane-bench cu` measured them.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::day::Kind;

/// Medians.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Units {
    /// `place_order`, shown no lanes.
    pub(crate) place: u64,
    /// The same, post-only and shown four lanes.
    pub(crate) place_shown: u64,
    /// `cancel_order`.
    pub(crate) cancel: u64,
    /// `replace_all` of eight levels on each side.
    pub(crate) requote: u64,
    /// `take` with one fill.
    pub(crate) take: u64,
    /// `swap_take` with one fill.
    pub(crate) wallet_take: u64,
    /// Each further fill.
    pub(crate) fill: u64,
    /// Each further lane named.
    pub(crate) lane: u64,
    /// `swap_exact_in`.
    pub(crate) swap: u64,
    /// `rebalance`.
    pub(crate) rebalance: u64,
}

/// Where units come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    /// A measurement in this workspace.
    Measured,
    /// The medians that the README states.
    Documented,
}

#[derive(Deserialize)]
struct Row {
    instruction: String,
    median: u64,
}

impl Units {
    /// What the README states.
    pub(crate) const DOCUMENTED: Self = Self {
        place: 645,
        place_shown: 1_142,
        cancel: 383,
        requote: 1_817,
        take: 1_424,
        wallet_take: 3_848,
        fill: 331,
        lane: 156,
        swap: 3_126,
        rebalance: 5_837,
    };

    /// From what `cu` wrote, or as documented if it has not run.
    pub(crate) fn load(path: &Path) -> Result<(Self, Source)> {
        if !path.is_file() {
            return Ok((Self::DOCUMENTED, Source::Documented));
        }
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let rows: Vec<Row> = serde_json::from_slice(&bytes)
            .with_context(|| format!("{} is not what `cu` writes: run it again", path.display()))?;
        Ok((Self::from_rows(&rows)?, Source::Measured))
    }

    fn from_rows(rows: &[Row]) -> Result<Self> {
        let rows: HashMap<&str, u64> = rows
            .iter()
            .map(|row| (row.instruction.as_str(), row.median))
            .collect();
        let median = |name: &str| match rows.get(name) {
            Some(median) => Ok(*median),
            None => bail!("the compute units lack {name}: run `cu` again"),
        };
        let take = median("orderbook.take_1")?;
        let one_lane = median("orderbook.take_8")?;
        let eight_lanes = median("orderbook.take_8.8_lanes")?;
        Ok(Self {
            place: median("orderbook.place")?,
            place_shown: median("orderbook.place.post_only_4")?,
            cancel: median("orderbook.cancel")?,
            requote: median("orderbook.replace_all_16")?,
            take,
            wallet_take: median("orderbook.swap_take_1")?,
            fill: one_lane.saturating_sub(take).div_ceil(7),
            lane: eight_lanes.saturating_sub(one_lane).div_ceil(7),
            swap: median("amm.swap_exact_in")?,
            rebalance: median("amm.rebalance")?,
        })
    }

    /// What an action costs, as far as it is about orders of one lane, or one swap.
    pub(crate) fn of(&self, action: &Kind) -> u64 {
        match action {
            Kind::Requote { .. } => self.requote,
            Kind::Order { .. } => self.place_shown,
            Kind::Cancel => self.cancel,
            Kind::Take {
                from_wallet, fills, ..
            } => self.take(*from_wallet, fills.len(), 1),
            Kind::Swap { .. } => self.swap,
        }
    }

    /// A take of so many fills that names so many lanes.
    pub(crate) fn take(&self, from_wallet: bool, fills: usize, lanes: usize) -> u64 {
        let first = if from_wallet {
            self.wallet_take
        } else {
            self.take
        };
        let further = |count: usize| count.saturating_sub(1) as u64;
        first + further(fills) * self.fill + further(lanes) * self.lane
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_and_lanes_are_what_longer_takes_cost_more() {
        let names = [
            ("orderbook.take_1", 1_000),
            ("orderbook.take_8", 3_100),
            ("orderbook.take_8.8_lanes", 3_800),
            ("orderbook.place", 1),
            ("orderbook.place.post_only_4", 2),
            ("orderbook.cancel", 3),
            ("orderbook.replace_all_16", 4),
            ("orderbook.swap_take_1", 2_000),
            ("amm.swap_exact_in", 5),
            ("amm.rebalance", 6),
        ];
        let rows = names.map(|(instruction, median)| Row {
            instruction: instruction.to_owned(),
            median,
        });
        let units = Units::from_rows(&rows).unwrap();
        assert_eq!((units.fill, units.lane), (300, 100));
        assert_eq!(units.take(false, 1, 1), 1_000);
        assert_eq!(units.take(true, 3, 2), 2_000 + 600 + 100);
        assert!(Units::from_rows(&rows[1..]).is_err());
    }
}
