//! What a farm's authority may change, and trading farms.

use sealane_staking::{FarmAction, accounts, errors::StakingError, instruction as arguments};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::instruction;
use crate::{
    address,
    farms::{FarmError, Farms, known_farm, known_position},
};

/// Does what only the farm's authority may do, or the proposed one to become it.
#[must_use]
pub fn administer_farm_instruction(
    farm: &Pubkey,
    authority: &Pubkey,
    action: FarmAction,
) -> Instruction {
    let accounts = accounts::Administer {
        farm: *farm,
        authority: *authority,
    };
    instruction(&accounts, &arguments::Administer { action })
}

/// Sets which actions are paused: the bits of [`pause`](crate::staking::state::pause). Taking out
/// and claiming cannot be paused.
#[must_use]
pub fn set_farm_paused_instruction(farm: &Pubkey, authority: &Pubkey, paused: u8) -> Instruction {
    administer_farm_instruction(farm, authority, FarmAction::SetPaused(paused))
}

/// Proposes another authority, who then has to accept. The default address withdraws a proposal.
#[must_use]
pub fn propose_farm_authority_instruction(
    farm: &Pubkey,
    authority: &Pubkey,
    proposed: &Pubkey,
) -> Instruction {
    let action = FarmAction::ProposeAuthority(proposed.to_bytes());
    administer_farm_instruction(farm, authority, action)
}

/// Takes over as authority; signed by the proposed one.
#[must_use]
pub fn accept_farm_authority_instruction(farm: &Pubkey, proposed: &Pubkey) -> Instruction {
    administer_farm_instruction(farm, proposed, FarmAction::AcceptAuthority)
}

/// Makes a new farm count the volume of an order book's makers instead of stakes. To be done before it
/// has shards; its staked mint has to be the market's quote mint.
#[must_use]
pub fn bind_market_instruction(farm: &Pubkey, authority: &Pubkey, market: &Pubkey) -> Instruction {
    let accounts = accounts::BindMarket {
        authority: *authority,
        farm: *farm,
        market: *market,
    };
    instruction(&accounts, &arguments::BindMarket {})
}

/// Counts what a position's lane has made since it was counted last, as points of the present epoch.
/// The first time only notes where to begin. Anyone may.
///
/// # Errors
/// [`FarmError`] if the position or its farm is not cached, or the farm counts stakes.
pub fn count_volume_instruction(
    farms: &Farms,
    position: &Pubkey,
) -> Result<Instruction, FarmError> {
    let entry = known_position(farms, position)?.account;
    let farm = known_farm(farms, &entry.farm)?;
    if !farm.account.is_trading() {
        return Err(StakingError::NotATradingFarm.into());
    }
    let accounts = accounts::CountVolume {
        farm: entry.farm,
        shard: entry.shard,
        position: *position,
        lane: address::lane(&farm.account.market, &entry.owner, entry.index).0,
    };
    Ok(instruction(&accounts, &arguments::CountVolume {}))
}
