//! Stake pools and farms: what they pay, what positions have earned, how much a vote of theirs
//! weighs.
//!
//! Everything is computed from a cache that is fed accounts ([`Farms`]) by the program's own
//! arithmetic. What epochs that have ended pay is exact to the unit, closed or not; what the present
//! one pays is what it will if nobody changes anything.
//!
//! Amounts are units of their token, weights ten-thousandths of a unit, times Unix seconds.

mod ahead;
mod error;
mod pending;
mod rate;
mod view;

pub(crate) use ahead::{Ahead, first_covered};
pub use error::FarmError;
pub(crate) use pending::settle;
pub use pending::{
    Pending, Settlement, SettlementStep, Through, pending, settlement, unsettled_records,
};
pub(crate) use rate::whole;
pub use rate::{Apr, RewardApr, apr};
pub use sealane_engine::farms::*;
pub use view::{
    FarmShardView, FarmToken, FarmView, PositionView, RewardView, farm_view, position_view,
    voting_power_at,
};

use sealane_core::stake::{Moment, PositionStake};
use sealane_staking::state::{Budget, Farm, Position, Shard};
use solana_pubkey::Pubkey;

use crate::address::CLOCK_SYSVAR;

/// A farm that has to be cached.
pub(crate) fn known_farm<'a>(
    farms: &'a Farms,
    farm: &Pubkey,
) -> Result<Entry<'a, Farm>, FarmError> {
    farms
        .farm(farm)
        .ok_or(FarmError::UnknownFarm { farm: *farm })
}

/// A position that has to be cached.
pub(crate) fn known_position<'a>(
    farms: &'a Farms,
    position: &Pubkey,
) -> Result<Entry<'a, Position>, FarmError> {
    let unknown = FarmError::UnknownPosition {
        position: *position,
    };
    farms.position(position).ok_or(unknown)
}

/// A farm's budget, which has to be cached.
pub(crate) fn known_budget<'a>(
    farms: &'a Farms,
    farm: &Pubkey,
) -> Result<Entry<'a, Budget>, FarmError> {
    farms.budget(farm).ok_or_else(|| FarmError::MissingAccount {
        address: crate::address::budget(farm).0,
        what: "the farm's budget",
    })
}

/// All shards of a farm, which have to be cached, by index.
pub(crate) fn known_shards<'a>(
    farms: &'a Farms,
    farm: &Entry<'_, Farm>,
) -> Result<Vec<Entry<'a, Shard>>, FarmError> {
    let count = farm.account.shard_count;
    if count == 0 {
        return Err(FarmError::NoShards { farm: farm.address });
    }
    let shard = |index| {
        farms
            .shard(&farm.address, index)
            .ok_or_else(|| FarmError::MissingAccount {
                address: crate::address::farm_shard(&farm.address, index).0,
                what: "a shard of the farm",
            })
    };
    (0..count).map(shard).collect()
}

/// The chain's time, which has to be cached.
pub(crate) fn known_time(farms: &Farms) -> Result<i64, FarmError> {
    let clock = farms.clock().ok_or(FarmError::MissingAccount {
        address: CLOCK_SYSVAR,
        what: "the clock",
    })?;
    Ok(clock.unix_timestamp)
}

/// The moment of a farm.
pub(crate) fn moment(farm: &Farm, now: i64) -> Result<Moment, FarmError> {
    // A node's clock may lie a little before the beginning of a farm that was just created.
    Ok(farm.moment(now.max(farm.start))?)
}

/// The stake that the program works with when a position changes: where a farm never had rewards,
/// there is nothing to be claimed and no entry is kept for that.
pub(crate) fn working_stake(farm: &Farm, position: &Position, at: &Moment) -> PositionStake {
    let mut stake = *position.stake();
    if !farm.has_rewards() {
        stake.forfeit(at.epoch);
    }
    stake
}
