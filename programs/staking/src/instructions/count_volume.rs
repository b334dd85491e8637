//! `count_volume`: what a lane has made earns points.

use anchor_lang::prelude::*;
use sealane_core::{book::LaneHeader, farm::volume_since};
use sealane_onchain::{Loaded, events::log};
use sealane_orderbook::state::Lane;

use super::{require_own_shard, require_same, stake::follow};
use crate::{
    errors::StakingError,
    events::VolumeCounted,
    state::{Farm, Position, Shard, pause},
};

/// Accounts of `count_volume`. Anyone may call it.
#[derive(Accounts)]
pub struct CountVolume {
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The shard that counts the position.
    #[account(mut)]
    pub shard: Loaded<Shard>,
    /// The position.
    #[account(mut)]
    pub position: Loaded<Position>,
    /// The lane of its owner and index, in the farm's market; read only.
    pub lane: UncheckedAccount,
}

/// Handler of `count_volume`. The first count only notes where to begin: what was made before is not
/// paid for.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<CountVolume>) -> Result<()> {
    let CountVolume {
        farm,
        shard,
        position,
        lane,
    } = &mut ctx.accounts;
    require!(farm.is_trading(), StakingError::NotATradingFarm);
    farm.require_active(pause::STAKE)
        .map_err(ProgramError::from)?;
    require_same(&position.farm, farm.address(), StakingError::WrongFarm)?;
    require_own_shard(position, shard)?;
    // Checks that the order books' program owns it, and its type. That program's error would read
    // as one of this program's.
    let lane = Lane::load(*lane.account()).map_err(|_| StakingError::WrongLane)?;
    require_lane_of(farm, position, lane.header())?;
    let volume = lane.header().maker_volume;
    let begins = position.counting == 0;
    let counted = if begins {
        0
    } else {
        volume_since(position.volume, volume)
    };
    position.counting = 1;
    position.volume = volume;
    let at = farm
        .moment(Clock::get()?.unix_timestamp)
        .map_err(StakingError::from)?;
    if !begins {
        require!(counted > 0, StakingError::NothingToCount);
        let stake = position.stake_mut();
        if !farm.has_rewards() {
            stake.forfeit(at.epoch);
        }
        let change = stake
            .earn(&at, &farm.terms(), counted)
            .map_err(StakingError::from)?;
        follow(farm, shard, &at, &change)?;
    }
    log(VolumeCounted {
        position: *position.address(),
        lane: *lane.address(),
        counted,
        volume,
        epoch: at.epoch,
        reserved: [0; 4],
    });
    Ok(())
}

/// Owner and index are parts of both addresses, so a lane is counted by one position of a farm.
fn require_lane_of(farm: &Farm, position: &Position, lane: &LaneHeader) -> Result<()> {
    let is_its = lane.market.to_bytes() == farm.market.to_bytes()
        && lane.owner.to_bytes() == position.owner.to_bytes()
        && lane.index == position.index;
    require!(is_its, StakingError::WrongLane);
    Ok(())
}
