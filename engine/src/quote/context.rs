//! What all quotes of a pool start from.

use sealane_amm::state::Shard;
use sealane_core::{
    CoreError,
    pool::{PoolParams, ShardState, TransferFee, TransferFees},
    units::Side,
};
use solana_pubkey::Pubkey;

use super::QuoteError;
use crate::{
    address::{self, CLOCK_SYSVAR, TOKEN_PROGRAM},
    pools::{PoolEntry, Pools, ShardEntry},
};

/// A pool with its prices' parameters as of the cached clock.
pub(crate) struct Context<'a> {
    pub(crate) pools: &'a Pools,
    pub(crate) entry: PoolEntry<'a>,
    pub(crate) params: PoolParams,
    pub(crate) base_fee: TransferFee,
    pub(crate) quote_fee: TransferFee,
    now: Option<i64>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(pools: &'a Pools, pool: &Pubkey) -> Result<Self, QuoteError> {
        let entry = cached_pool(pools, pool)?;
        let config = entry.pool;
        let now = pools.clock().map(|clock| clock.unix_timestamp);
        let ramp = config.ramp();
        let params = match now {
            Some(now) => config.params_at(now)?,
            // Without a ramp the time does not matter.
            None if ramp.initial == ramp.target => config.params_at(0)?,
            None => return Err(missing_clock()),
        };
        let base_fee = transfer_fee(pools, &config.base_mint, &config.base_token_program)?;
        let quote_fee = transfer_fee(pools, &config.quote_mint, &config.quote_token_program)?;
        Ok(Self {
            pools,
            entry,
            params,
            base_fee,
            quote_fee,
            now,
        })
    }

    /// Which of the pool's tokens a mint is.
    pub(crate) fn side_of(&self, mint: &Pubkey) -> Result<Side, QuoteError> {
        let pool = self.entry.pool;
        if *mint == pool.base_mint {
            Ok(Side::Base)
        } else if *mint == pool.quote_mint {
            Ok(Side::Quote)
        } else {
            Err(QuoteError::WrongMint {
                pool: self.entry.address,
                mint: *mint,
                traded: Box::new([pool.base_mint, pool.quote_mint]),
            })
        }
    }

    /// Refuses, as the program does, if any of the actions is paused.
    pub(crate) fn require_active(&self, bits: u8) -> Result<(), QuoteError> {
        let active = self.entry.pool.require_active(bits);
        active.map_err(|error| QuoteError::refused(error, None))
    }

    /// One of the pool's shards.
    pub(crate) fn shard(&self, index: u8) -> Result<ShardEntry<'a>, QuoteError> {
        cached_shard(self.pools, &self.entry, index)
    }

    /// All of the pool's shards. One that is missing could be the best, so it is an error.
    pub(crate) fn shards(&self) -> Result<Vec<ShardEntry<'a>>, QuoteError> {
        let count = self.entry.pool.shard_count;
        if count == 0 {
            return Err(QuoteError::NoShards {
                pool: self.entry.address,
            });
        }
        (0..count).map(|index| self.shard(index)).collect()
    }

    /// What the arithmetic makes of a shard, or the refusal of that shard.
    ///
    /// Before it changes a shard the program brings its price history up to date, which refuses
    /// reserves without a price. Nothing of the history is needed here.
    pub(crate) fn priced<T>(
        &self,
        shard: &ShardEntry<'_>,
        compute: impl FnOnce(&ShardState, &PoolParams) -> Result<T, CoreError>,
    ) -> Result<T, QuoteError> {
        let state = shard.shard.state();
        self.observe(shard.shard, &state)
            .and_then(|()| compute(&state, &self.params))
            .map_err(|error| QuoteError::refused(error, shard.shard.index))
    }

    fn observe(&self, shard: &Shard, state: &ShardState) -> Result<(), CoreError> {
        let Some(now) = self.now else {
            return Ok(());
        };
        shard
            .accumulators()
            .advance(&self.params.curve, &state.reserves, now)
            .map(drop)
    }

    /// The transfer fee on a token.
    pub(crate) fn fee_on(&self, side: Side) -> TransferFee {
        match side {
            Side::Base => self.base_fee,
            Side::Quote => self.quote_fee,
        }
    }

    /// The transfer fees of a trade.
    pub(crate) fn fees(&self, side_in: Side) -> TransferFees {
        TransferFees {
            on_in: self.fee_on(side_in),
            on_out: self.fee_on(side_in.opposite()),
        }
    }
}

/// A pool from the cache.
pub fn cached_pool<'a>(pools: &'a Pools, pool: &Pubkey) -> Result<PoolEntry<'a>, QuoteError> {
    pools
        .pool(pool)
        .ok_or(QuoteError::UnknownPool { pool: *pool })
}

/// One of its shards.
pub fn cached_shard<'a>(
    pools: &'a Pools,
    entry: &PoolEntry<'_>,
    index: u8,
) -> Result<ShardEntry<'a>, QuoteError> {
    let (pool, shard_count) = (entry.address, entry.pool.shard_count);
    if index >= shard_count {
        return Err(QuoteError::UnknownShard {
            pool,
            index,
            shard_count,
        });
    }
    pools
        .shard(&pool, index)
        .ok_or_else(|| QuoteError::MissingAccount {
            address: address::shard(&pool, index).0,
            what: "a shard",
        })
}

fn missing_clock() -> QuoteError {
    QuoteError::MissingAccount {
        address: CLOCK_SYSVAR,
        what: "the clock",
    }
}

fn transfer_fee(
    pools: &Pools,
    mint: &Pubkey,
    token_program: &Pubkey,
) -> Result<TransferFee, QuoteError> {
    if *token_program == TOKEN_PROGRAM {
        return Ok(TransferFee::NONE);
    }
    let info = pools.mint(mint).ok_or(QuoteError::MissingAccount {
        address: *mint,
        what: "a mint",
    })?;
    if !info.has_transfer_fee() {
        return Ok(TransferFee::NONE);
    }
    let epoch = pools.clock().ok_or_else(missing_clock)?.epoch;
    Ok(info.transfer_fee(epoch)?)
}

/// The slippage bound below an amount: what remains after the tolerance, rounded up, so that no
/// more than the tolerance is given away.
pub(crate) fn at_least(amount: u64, tolerance_bps: u16) -> Result<u64, QuoteError> {
    let kept = u64::from(checked(tolerance_bps)?.abs_diff(WHOLE));
    let bound = (u128::from(amount) * u128::from(kept)).div_ceil(u128::from(WHOLE));
    // At most the amount.
    Ok(u64::try_from(bound).unwrap_or(amount))
}

/// The slippage bound above an amount, rounded down and at most 64 bits.
pub(crate) fn at_most(amount: u64, tolerance_bps: u16) -> Result<u64, QuoteError> {
    let factor = u128::from(WHOLE) + u128::from(checked(tolerance_bps)?);
    let bound = u128::from(amount) * factor / u128::from(WHOLE);
    Ok(u64::try_from(bound).unwrap_or(u64::MAX))
}

const WHOLE: u16 = sealane_core::units::BPS;

fn checked(bps: u16) -> Result<u16, QuoteError> {
    if bps > WHOLE {
        Err(QuoteError::InvalidSlippage { bps })
    } else {
        Ok(bps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_never_tolerate_more_than_asked() {
        assert_eq!(at_least(1_000_000, 50), Ok(995_000));
        assert_eq!(at_most(1_000_000, 50), Ok(1_005_000));
        assert_eq!((at_least(7, 0), at_most(7, 0)), (Ok(7), Ok(7)));
        // 0.5 % of 199 is less than a unit: nothing is given away.
        assert_eq!((at_least(199, 50), at_most(199, 50)), (Ok(199), Ok(199)));
        assert_eq!(at_least(u64::MAX, 10_000), Ok(0));
        assert_eq!(at_most(u64::MAX, 1), Ok(u64::MAX));
        assert_eq!(
            at_least(1, 10_001),
            Err(QuoteError::InvalidSlippage { bps: 10_001 })
        );
        assert_eq!(
            at_most(1, 10_001),
            Err(QuoteError::InvalidSlippage { bps: 10_001 })
        );
    }
}
