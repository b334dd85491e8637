//! What the SDK plans and estimates for farms is what the bytecode does, to the unit: stakes, locks,
//! claims over many epochs, rewards staked at once, closing, funding, expiring, sweeping; or both
//! refuse with the same error.

mod stage;
mod trial;

use std::collections::BTreeMap;

use rand::Rng;
use sealane_testkit::Seeded;
use stage::Stage;

/// Worlds, each with its own farm.
const WORLDS: usize = 8;
/// Actions in each.
const TRIALS: usize = 120;

/// `SEALANE_STAKING_WORLDS` runs more of them.
fn worlds() -> usize {
    let wanted = std::env::var("SEALANE_STAKING_WORLDS").ok();
    wanted
        .and_then(|wanted| wanted.parse().ok())
        .unwrap_or(WORLDS)
}

#[test]
fn plans_and_estimates_equal_executions() {
    let mut seeded = Seeded::new(606);
    let mut outcomes: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for number in 0..worlds() {
        let mut stage = Stage::new(&mut seeded.rng, number);
        for _ in 0..TRIALS {
            if seeded.rng.random_range(0..3) == 0 {
                stage.pass_time(&mut seeded.rng);
            }
            let (name, outcome) = stage.try_anything(&mut seeded.rng);
            *outcomes.entry((name, outcome)).or_default() += 1;
        }
        stage.wind_up();
    }
    println!("{outcomes:#?}");
    for name in [
        "stake", "lock", "unstake", "withdraw", "claim", "restake", "close", "fund", "balance",
    ] {
        let executed = outcomes.get(&(name, "executed".into())).copied();
        let executed = executed.unwrap_or_default();
        assert!(executed >= 5, "{name} was executed {executed} times only");
    }
}
