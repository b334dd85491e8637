//! Time-weighted average prices.
//!
//! A shard adds up price × seconds. The difference of two observations over the time between them
//! is the average price: it takes holding a price against everyone else to move it.

use sealane_amm::Observation;
use sealane_core::{
    oracle::{Accumulators, Cumulative},
    units::Prices,
};
use solana_pubkey::Pubkey;
use thiserror::Error;

use crate::{accounts::DecodeError, address::CLOCK_SYSVAR, pools::Pools, quote::QuoteError};

/// Two observations that have no average.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no time passed between the two observations; observe again later")]
pub struct EmptyPeriod;

/// A shard's price history as of the cached clock: what the program's `observe` returns.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the shard's reserves have no price.
pub fn observation(pools: &Pools, pool: &Pubkey, index: u8) -> Result<Observation, QuoteError> {
    let entry = pools
        .pool(pool)
        .ok_or(QuoteError::UnknownPool { pool: *pool })?;
    let shard = pools.shard(pool, index).ok_or(QuoteError::UnknownShard {
        pool: *pool,
        index,
        shard_count: entry.pool.shard_count,
    })?;
    let clock = pools.clock().ok_or(QuoteError::MissingAccount {
        address: CLOCK_SYSVAR,
        what: "the clock",
    })?;
    let now = clock.unix_timestamp;
    let curve = entry.pool.curve_at(now)?;
    let advanced =
        shard
            .shard
            .accumulators()
            .advance(&curve, &shard.shard.state().reserves, now)?;
    Ok(Observation {
        timestamp: advanced.last_update,
        base_price_cumulative: advanced.base.0,
        quote_price_cumulative: advanced.quote.0,
    })
}

/// Decodes the return data of the program's `observe`.
///
/// # Errors
/// [`DecodeError::Malformed`] if the bytes are not an observation.
pub fn decode_observation(data: &[u8]) -> Result<Observation, DecodeError> {
    let mut bytes = [0; size_of::<Observation>()];
    // Nodes may cut off zeros at the end, and sums begin with zeros in their last words.
    match bytes.get_mut(..data.len()) {
        Some(start) if !data.is_empty() => start.copy_from_slice(data),
        _ => {
            return Err(DecodeError::Malformed {
                account: "an observation",
            });
        }
    }
    Ok(bytemuck::pod_read_unaligned(&bytes))
}

/// The average prices between two observations of one shard, per base unit: quote per base, and
/// base per quote. [`amount::price`](crate::amount::price) makes the first readable.
///
/// # Errors
/// [`EmptyPeriod`] unless the second is later than the first.
pub fn average_prices(earlier: &Observation, later: &Observation) -> Result<Prices, EmptyPeriod> {
    sealane_core::oracle::average_prices(&accumulators(earlier), &accumulators(later))
        .map_err(|_| EmptyPeriod)
}

fn accumulators(observation: &Observation) -> Accumulators {
    Accumulators {
        base: Cumulative(observation.base_price_cumulative),
        quote: Cumulative(observation.quote_price_cumulative),
        last_update: observation.timestamp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        amm,
        fixtures::{self, NOW, update, world},
    };

    #[test]
    fn a_standing_price_is_its_own_average() {
        let mut world = world(&[(1_000_000, 3_000_000)], [None; 2]);
        let (address, mut shard) = fixtures::shard(&world.pool, 0, 1_000_000, 3_000_000);
        shard.last_update = NOW - 60;
        let bytes = fixtures::account_bytes(&shard);
        world
            .pools
            .apply(update(address, amm::ID, fixtures::SLOT, &bytes))
            .unwrap();
        let earlier = Observation {
            timestamp: NOW - 60,
            base_price_cumulative: [0; 3],
            quote_price_cumulative: [0; 3],
        };
        let later = observation(&world.pools, &world.pool, 0).unwrap();
        assert_eq!(later.timestamp, NOW);
        let average = average_prices(&earlier, &later).unwrap();
        assert_eq!(average.base.get(), 3 << 64);
        assert_eq!(average_prices(&later, &later), Err(EmptyPeriod));
    }

    #[test]
    fn return_data() {
        let observed = Observation {
            timestamp: -5,
            base_price_cumulative: [1, 2, 3],
            quote_price_cumulative: [4, 5, u64::MAX],
        };
        let bytes = bytemuck::bytes_of(&observed);
        assert_eq!(decode_observation(bytes), Ok(observed));
        let early = Observation {
            quote_price_cumulative: [4, 0, 0],
            ..observed
        };
        assert_eq!(
            decode_observation(&bytemuck::bytes_of(&early)[..33]),
            Ok(early)
        );
        assert!(decode_observation(&[]).is_err());
        assert!(decode_observation(&[1; 57]).is_err());
    }
}
