//! `claim`: credits a position with its part of closed epochs, and pays one of the rewards.

use anchor_lang::prelude::*;
use sealane_core::stake::MAX_REWARDS;
use sealane_onchain::{Loaded, events::log};

use super::{pay, require_owner, require_same, require_shard_of, reward_token};
use crate::{
    errors::StakingError,
    events::Claimed,
    state::{EpochRecord, Farm, Position, Shard},
};

/// Accounts of `claim`; behind them the records of the epochs to be claimed, in order and read
/// only. Written are the position, the shard that pays and its vault, the account that is paid, and
/// nothing else.
#[derive(Accounts)]
pub struct Claim {
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The shard whose vault pays: any of the farm's.
    #[account(mut)]
    pub shard: Loaded<Shard>,
    /// The position.
    #[account(mut)]
    pub position: Loaded<Position>,
    /// Its owner.
    pub owner: Signer,
    /// Token account that is paid; may belong to anyone.
    #[account(mut)]
    pub recipient: UncheckedAccount,
    /// The shard's vault of the reward.
    #[account(mut)]
    pub reward_vault: UncheckedAccount,
    /// Mint of the reward.
    pub reward_mint: UncheckedAccount,
    /// Its token program.
    pub reward_token_program: UncheckedAccount,
}

/// Handler of `claim`: never paused. All rewards of the epochs are credited, one is paid; the
/// others are paid by further claims, which need no records.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Claim>, reward: u8) -> Result<()> {
    let records = ctx
        .remaining_accounts()
        .map_err(|_| StakingError::WrongEpochRecord)?;
    let accounts = &mut ctx.accounts;
    let farm = &accounts.farm;
    require_owner(farm, &accounts.position, &accounts.owner)?;
    require_shard_of(farm, &accounts.shard)?;
    let index = farm.reward(reward).map_err(ProgramError::from)?;
    require_same(
        accounts.reward_vault.address(),
        &accounts.shard.reward_vaults[index],
        StakingError::WrongVault,
    )?;
    let token = reward_token(
        farm,
        index,
        &accounts.reward_mint,
        &accounts.reward_token_program,
    )?;
    let credited = settle(farm, &mut accounts.shard, &mut accounts.position, &records)?;
    let amount = take_owed(&mut accounts.shard, &mut accounts.position, index)?;
    require!(
        amount > 0 || !records.is_empty(),
        StakingError::NothingToClaim
    );
    pay(
        token,
        &accounts.shard,
        &accounts.reward_vault,
        &accounts.recipient,
        amount,
    )?;
    log(Claimed {
        position: *accounts.position.address(),
        credited,
        amount,
        claim_from: accounts.position.claim_from,
        reward,
        restaked: 0,
        reserved: [0; 2],
    });
    Ok(())
}

/// Credits a position with its part of epochs, and a shard with having done so; tells the parts.
pub(super) fn settle(
    farm: &Loaded<Farm>,
    shard: &mut Shard,
    position: &mut Loaded<Position>,
    records: &[AccountView],
) -> Result<[u64; MAX_REWARDS]> {
    let terms = farm.terms();
    let stake = position.stake_mut();
    let mut credited = [0u64; MAX_REWARDS];
    for view in records {
        let record = Loaded::<EpochRecord>::load(*view)?;
        require_same(&record.farm, farm.address(), StakingError::WrongFarm)?;
        require!(record.is_closed(), StakingError::EpochNotClosed);
        let shares = stake
            .settle(&record.rewards(), &terms, farm.epoch_seconds)
            .map_err(StakingError::from)?;
        for (credited, share) in credited.iter_mut().zip(&shares) {
            // At most what the position is owed, which fits.
            *credited = credited.wrapping_add(*share);
        }
    }
    if !records.is_empty() {
        for (settled, credited) in shard.settled.iter_mut().zip(&credited) {
            *settled = settled
                .checked_add(*credited)
                .ok_or(StakingError::Overflow)?;
        }
    }
    Ok(credited)
}

/// Takes what a position is owed of a reward off its account; a shard pays it.
pub(super) fn take_owed(
    shard: &mut Shard,
    position: &mut Loaded<Position>,
    reward: usize,
) -> Result<u64> {
    let amount = core::mem::take(&mut position.stake_mut().owed[reward]);
    shard.paid[reward] = shard.paid[reward]
        .checked_add(amount)
        .ok_or(StakingError::Overflow)?;
    Ok(amount)
}
