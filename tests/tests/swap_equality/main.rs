//! The quote is the execution: tens of thousands of random swaps in which the SDK's quote, taken
//! from the account bytes, equals to the unit what the bytecode then does, or both refuse with the
//! same error.

mod tally;
mod trial;

use sealane_testkit::{Market, Seeded};
use tally::Tally;

/// Pools that are made.
const POOLS: usize = 240;
/// Swaps tried in each.
const SWAPS: usize = 150;

#[test]
fn quotes_equal_executions() {
    let mut seeded = Seeded::new(20_240_607);
    let mut tally = Tally::default();
    for number in 0..POOLS {
        let mut market = Market::random(&mut seeded.rng, number % 2 == 1);
        for _ in 0..SWAPS {
            market.change(&mut seeded.rng);
            trial::swap(&mut market, &mut seeded.rng, &mut tally);
        }
    }
    println!("{tally}");
    tally.assert_healthy();
}
