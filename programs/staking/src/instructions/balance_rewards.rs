//! `balance_rewards`: moves rewards from one shard's vault to another's.
//!
//! Rewards lie where they were funded, and claims take them from where they like. Whoever claims can
//! put this instruction in front, once for each other shard and with everything as amount.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log, mint::transfer_fee, token};

use super::{EVERYTHING, pay, require_same, require_shard_of, reward_token};
use crate::{
    errors::StakingError,
    events::RewardsBalanced,
    state::{Farm, Shard},
};

/// Accounts of `balance_rewards`. Anyone may call it.
#[derive(Accounts)]
pub struct BalanceRewards {
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The shard whose vault gives; read only.
    pub from: Loaded<Shard>,
    /// The shard whose vault gets; read only.
    pub to: Loaded<Shard>,
    /// The vault that gives.
    #[account(mut)]
    pub from_vault: UncheckedAccount,
    /// The vault that gets.
    #[account(mut)]
    pub to_vault: UncheckedAccount,
    /// Mint of the reward.
    pub reward_mint: UncheckedAccount,
    /// Its token program.
    pub reward_token_program: UncheckedAccount,
}

/// Handler of `balance_rewards`. [`EVERYTHING`] is all that the vault holds.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<BalanceRewards>, reward: u8, amount: u64) -> Result<()> {
    let accounts = &ctx.accounts;
    let farm = &accounts.farm;
    let index = farm.reward(reward).map_err(ProgramError::from)?;
    for (shard, vault) in [
        (&accounts.from, &accounts.from_vault),
        (&accounts.to, &accounts.to_vault),
    ] {
        require_shard_of(farm, shard)?;
        require_same(
            vault.address(),
            &shard.reward_vaults[index],
            StakingError::WrongVault,
        )?;
    }
    let token = reward_token(
        farm,
        index,
        &accounts.reward_mint,
        &accounts.reward_token_program,
    )?;
    // What the token program would keep is the stakers'.
    let fee = transfer_fee(token.mint, token.program.address(), Clock::get()?.epoch)
        .map_err(StakingError::from)?;
    require!(fee.bps == 0, StakingError::BalanceWithTransferFee);
    let amount = if amount == EVERYTHING {
        token::balance(accounts.from_vault.account()).map_err(StakingError::from)?
    } else {
        amount
    };
    pay(
        token,
        &accounts.from,
        &accounts.from_vault,
        &accounts.to_vault,
        amount,
    )?;
    log(RewardsBalanced {
        farm: *farm.address(),
        from: *accounts.from.address(),
        to: *accounts.to.address(),
        amount,
        reward,
        reserved: [0; 7],
    });
    Ok(())
}
