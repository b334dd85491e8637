//! What sharding costs traders: the same swaps against one pool and against shards of it.

use sealane_core::{
    curve::Curve,
    fee::BoundedRatioFee,
    pool::{PoolParams, ShardState, swap_exact_in},
    units::{Bps, FeeRate, InAmount, Reserves, Shares, Side},
};
use serde::Serialize;

use super::{
    day::{Kind, Parameters, Window},
    design::{Choice, DEPTH, Executed, Shards, ShardsOptions, transactions},
    study::{over, quantile},
    units::Units,
};

/// A pool's shape as it is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// In words.
    pub(crate) name: &'static str,
    /// How many shards.
    pub(crate) shards: u8,
    /// Which fee.
    pub(crate) fee: BoundedRatioFee,
}

/// The ordinary fee: 0.3% of every swap.
pub(crate) const FLAT: BoundedRatioFee = match BoundedRatioFee::flat(FeeRate::new(3_000)) {
    Ok(fee) => fee,
    Err(_) => panic!("0.3% is below the highest fee"),
};

/// The sharded pool's own fee, SAMM's.
pub(crate) const SLOPED: BoundedRatioFee = BoundedRatioFee::DEFAULT;

/// What is compared: the first is what an ordinary pool is.
pub(crate) const SHAPES: [Shape; 6] = [
    Shape {
        name: "1 pool, flat 0.3%",
        shards: 1,
        fee: FLAT,
    },
    Shape {
        name: "8 shards, flat 0.3%",
        shards: 8,
        fee: FLAT,
    },
    Shape {
        name: "1 pool, sloped fee",
        shards: 1,
        fee: SLOPED,
    },
    Shape {
        name: "4 shards, sloped fee",
        shards: 4,
        fee: SLOPED,
    },
    Shape {
        name: "8 shards, sloped fee",
        shards: 8,
        fee: SLOPED,
    },
    Shape {
        name: "32 shards, sloped fee",
        shards: 32,
        fee: SLOPED,
    },
];

/// Transactions in a slot where prices are compared, half of them swaps.
const RATE: f64 = 20.0;

/// Parts of all swaps that are smaller.
pub(crate) const PERCENTILES: [f64; 5] = [0.5, 0.75, 0.9, 0.99, 0.999];

/// What one swap costs on a shard that nobody else trades with.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Alone {
    /// By how much it pays less than the price before it, in basis points, for its size alone.
    pub(crate) impact_bps: f64,
    /// The same for the fee.
    pub(crate) fee_bps: f64,
}

impl Alone {
    /// Both.
    pub(crate) fn cost_bps(self) -> f64 {
        self.impact_bps + self.fee_bps
    }
}

/// A swap of a part of the pool's depth, on one of so many equal shards. `None` where a shard cannot
/// pay for it.
pub(crate) fn alone(shape: &Shape, part: f64) -> Option<Alone> {
    let depth = DEPTH / u64::from(shape.shards);
    let state = ShardState {
        reserves: Reserves::new(depth, depth),
        shares: Shares::new(depth),
        ..ShardState::default()
    };
    let params = PoolParams::try_new(Curve::ConstantProduct, shape.fee, Bps::default()).ok()?;
    let amount = (part * DEPTH as f64) as u64;
    let swap = swap_exact_in(&state, &params, Side::Base, InAmount::new(amount)).ok()?;
    let bps = |units: u64| units as f64 / amount as f64 * 1e4;
    let gross = swap.amount_out.get() + swap.fee.get();
    Some(Alone {
        impact_bps: bps(amount - gross),
        fee_bps: bps(swap.fee.get()),
    })
}

/// What the swaps of one shape cost.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Costs {
    /// The shape.
    pub(crate) shape: &'static str,
    /// For each of [`PERCENTILES`], a swap of that size alone; `None` where a shard is too small.
    pub(crate) alone: Vec<Option<Alone>>,
    /// For each, the mean of the day's swaps of about that size, in basis points.
    pub(crate) day_bps: Vec<f64>,
    /// The mean of all the day's swaps, each counted once.
    pub(crate) day_mean_bps: f64,
    /// The mean of all the day's swaps by volume.
    pub(crate) day_volume_bps: f64,
    /// Swaps that failed because others came first, of all.
    pub(crate) failed: f64,
}

/// The day on which prices are compared: full blocks of one exchange hold more swaps, and smaller
/// ones, than the largest pools see today. With a hundredth of the default rate, swaps have the
/// sizes that they have there.
pub(crate) fn day(day: &Parameters) -> Parameters {
    Parameters {
        rate: RATE,
        slots: day.slots * 20,
        ..*day
    }
}

/// What all swaps send, the least first, as parts of the depth.
pub(crate) fn sizes(windows: &[Window]) -> Vec<f64> {
    let actions = windows.iter().flat_map(|window| &window.actions);
    let mut parts: Vec<f64> = actions
        .filter_map(|action| match action.kind {
            Kind::Swap { part, .. } => Some(part),
            _ => None,
        })
        .collect();
    parts.sort_by(f64::total_cmp);
    parts
}

/// The sizes of [`PERCENTILES`].
pub(crate) fn percentiles(windows: &[Window]) -> Vec<f64> {
    let parts = sizes(windows);
    PERCENTILES.map(|part| quantile(&parts, part)).to_vec()
}

/// The day's swaps, executed.
pub(crate) fn executed(
    windows: &[Window],
    pools: u32,
    units: Units,
    options: ShardsOptions,
) -> Vec<Executed> {
    let executed = over(windows, |window| {
        let mut shards = Shards::new(pools, units, options);
        transactions(&mut shards, window);
        shards.executed
    });
    executed.concat()
}

/// Compares all shapes.
pub(crate) fn compare(windows: &[Window], pools: u32, units: Units, choice: Choice) -> Vec<Costs> {
    let sizes = percentiles(windows);
    let costs = SHAPES.iter().map(|shape| {
        let options = ShardsOptions {
            shards: shape.shards,
            choice,
            fee: shape.fee,
        };
        costs(shape, &sizes, &executed(windows, pools, units, options))
    });
    costs.collect()
}

fn costs(shape: &Shape, sizes: &[f64], executed: &[Executed]) -> Costs {
    let done: Vec<(f64, f64)> = executed
        .iter()
        .filter_map(|swap| Some((swap.part, swap.cost_bps?)))
        .collect();
    let mean = |of: &mut dyn Iterator<Item = (f64, f64)>| {
        let (sum, weight) = of.fold((0.0, 0.0), |(sum, all), (value, weight)| {
            (sum + value * weight, all + weight)
        });
        if weight > 0.0 { sum / weight } else { 0.0 }
    };
    // Within a fifth of the size.
    let about = |size: f64| {
        let mut near = done
            .iter()
            .filter(|(part, _)| (0.8..1.25).contains(&(part / size)))
            .map(|(_, cost)| (*cost, 1.0));
        mean(&mut near)
    };
    Costs {
        shape: shape.name,
        alone: sizes.iter().map(|size| alone(shape, *size)).collect(),
        day_bps: sizes.iter().map(|size| about(*size)).collect(),
        day_mean_bps: mean(&mut done.iter().map(|(_, cost)| (*cost, 1.0))),
        day_volume_bps: mean(&mut done.iter().map(|(part, cost)| (*cost, *part))),
        failed: 1.0 - done.len() as f64 / executed.len().max(1) as f64,
    }
}
