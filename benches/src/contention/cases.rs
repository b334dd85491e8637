//! Days on which it matters which accounts are shared, and days on which Sealane does not win.

use sealane_sdk::quote::VenueChoice;
use serde::Serialize;

use super::{
    agave::Limits,
    day::Parameters,
    design::{
        Central, Choice, Compute, Cpmm, Design, Lanes, LanesOptions, MANIFEST, Shards,
        ShardsOptions,
    },
    price::SLOPED,
    study::{FullBlocks, full_blocks},
    units::Units,
};

/// Traders take any shard as near the best as the SDK's quotes allow: a basis point.
pub(crate) const NEAR: Choice = Choice::Within(VenueChoice::DEFAULT_TOLERANCE_BPS as u64);
/// Within a twentieth of a percent.
const CLOSE: Choice = Choice::Within(5);
/// Within as much as prices of shards are let apart.
const LOOSE: Choice = Choice::Within(20);

/// Sealane's pools.
pub(crate) fn sharded(shards: u8, choice: Choice) -> ShardsOptions {
    ShardsOptions {
        shards,
        choice,
        fee: SLOPED,
    }
}

/// A day, and how books do on it.
struct BookCase {
    name: &'static str,
    change: fn(&mut Parameters),
    options: LanesOptions,
}

fn book_cases() -> [BookCase; 6] {
    let plain = LanesOptions::default();
    let one_market = |day: &mut Parameters| day.markets = 1;
    [
        BookCase {
            name: "the day as above",
            change: |_| (),
            options: plain,
        },
        BookCase {
            name: "all orders in one market",
            change: one_market,
            options: plain,
        },
        BookCase {
            name: "one market, nothing but takes",
            change: |day| (day.markets, day.mix) = (1, [0.05, 0.0, 0.0]),
            options: plain,
        },
        BookCase {
            name: "one market, one maker ahead of all",
            change: |day| (day.markets, day.dominant_maker) = (1, true),
            options: plain,
        },
        BookCase {
            name: "makers look at 4 others' lanes",
            change: |_| (),
            options: LanesOptions {
                makers_look: true,
                ..plain
            },
        },
        BookCase {
            name: "makers pay all fees from one wallet",
            change: |_| (),
            options: LanesOptions {
                one_payer: true,
                ..plain
            },
        },
    ]
}

/// Books on a day.
#[derive(Serialize)]
pub(crate) struct Books {
    /// What is special about the day.
    pub(crate) case: &'static str,
    /// In lanes.
    pub(crate) sealane: FullBlocks,
    /// In Manifest's accounts, at Sealane's compute units.
    pub(crate) central: FullBlocks,
}

/// One pool on a day.
#[derive(Serialize)]
pub(crate) struct OnePool {
    /// Its shape, and which shards traders choose.
    pub(crate) case: String,
    /// Its blocks.
    pub(crate) blocks: FullBlocks,
}

/// Sealane's books beside Manifest's accounts.
pub(crate) fn books(day: &Parameters, units: Units) -> Vec<Books> {
    let cases = book_cases().into_iter().map(|case| {
        let mut day = *day;
        (case.change)(&mut day);
        let windows = day.windows();
        let lanes = || -> Box<dyn Design> { Box::new(Lanes::new(&day, units, case.options)) };
        let central =
            || -> Box<dyn Design> { Box::new(Central::new(MANIFEST, Compute::AsSealane(units))) };
        let measure =
            |name, make: &super::study::Make<'_>| full_blocks(name, &windows, make, Limits::TODAY);
        Books {
            case: case.name,
            sealane: measure("Sealane", &lanes),
            central: measure("Manifest", &central),
        }
    });
    cases.collect()
}

/// All swaps in one pool: of so many shards, and unsharded.
pub(crate) fn one_pool(day: &Parameters, units: Units) -> Vec<OnePool> {
    let day = Parameters { pools: 1, ..*day };
    let windows = day.windows();
    let mut cases = Vec::new();
    let cpmm = || -> Box<dyn Design> { Box::new(Cpmm(Compute::AsSealane(units))) };
    cases.push(OnePool {
        case: "CPMM's accounts".to_owned(),
        blocks: full_blocks("CPMM", &windows, &cpmm, Limits::TODAY),
    });
    for shards in [1u8, 2, 4, 8, 16, 32] {
        let choices = [
            (Choice::Best, "the best"),
            (NEAR, "any within 1 bp of it"),
            (CLOSE, "any within 5 bp of it"),
            (LOOSE, "any within 20 bp of it"),
        ];
        let choices = if shards == 1 { &choices[..1] } else { &choices };
        for (choice, how) in choices.iter().copied() {
            let options = sharded(shards, choice);
            let make = || -> Box<dyn Design> { Box::new(Shards::new(1, units, options)) };
            let case = match shards {
                1 => "1 shard".to_owned(),
                _ => format!("{shards} shards, {how}"),
            };
            cases.push(OnePool {
                case,
                blocks: full_blocks("Sealane", &windows, &make, Limits::TODAY),
            });
        }
    }
    cases
}
