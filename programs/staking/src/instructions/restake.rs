//! `restake`: claims a reward and stakes it at once, where it is the token that is staked.

use anchor_lang::prelude::*;
use sealane_onchain::{
    Loaded,
    events::log,
    token::{self, TOKEN_PROGRAM},
};

use super::{
    claim::{settle, take_owed},
    pay, require_own_shard, require_owner, require_same, reward_token,
    stake::add,
};
use crate::{
    errors::StakingError,
    events::Claimed,
    state::{Farm, Position, Shard, pause},
};

/// Accounts of `restake`; behind them the records of the epochs to be claimed, as for `claim`.
#[derive(Accounts)]
pub struct Restake {
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The shard that counts the position; its vault pays.
    #[account(mut)]
    pub shard: Loaded<Shard>,
    /// The position.
    #[account(mut)]
    pub position: Loaded<Position>,
    /// Its owner.
    pub owner: Signer,
    /// The shard's vault of the reward.
    #[account(mut)]
    pub reward_vault: UncheckedAccount,
    /// The shard's vault of staked tokens.
    #[account(mut)]
    pub stake_vault: UncheckedAccount,
    /// Mint of both.
    pub mint: UncheckedAccount,
    /// Its token program.
    pub token_program: UncheckedAccount,
}

impl Restake {
    /// Checks everything but the records; tells the reward's index.
    fn verify(&self, reward: u8) -> Result<usize> {
        let farm = &self.farm;
        farm.require_active(pause::STAKE)
            .map_err(ProgramError::from)?;
        require_owner(farm, &self.position, &self.owner)?;
        require_own_shard(&self.position, &self.shard)?;
        let index = farm.reward(reward).map_err(ProgramError::from)?;
        require!(
            farm.reward_mints[index] == farm.stake_mint,
            StakingError::NotTheStakedToken
        );
        for (vault, expected) in [
            (&self.reward_vault, &self.shard.reward_vaults[index]),
            (&self.stake_vault, &self.shard.stake_vault),
        ] {
            require_same(vault.address(), expected, StakingError::WrongVault)?;
        }
        Ok(index)
    }

    /// Moves the reward into the stake vault; tells what arrived.
    fn transfer(&self, index: usize, amount: u64) -> Result<u64> {
        let token = reward_token(&self.farm, index, &self.mint, &self.token_program)?;
        let balance = || token::balance(self.stake_vault.account()).map_err(StakingError::from);
        let before = balance()?;
        pay(
            token,
            &self.shard,
            &self.reward_vault,
            &self.stake_vault,
            amount,
        )?;
        if *token.program.address() == TOKEN_PROGRAM {
            // SPL Token moves what it is told to.
            return Ok(amount);
        }
        balance()?
            .checked_sub(before)
            .ok_or(StakingError::TransferMismatch.into())
    }
}

/// Handler of `restake`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Restake>, reward: u8) -> Result<()> {
    let records = ctx
        .remaining_accounts()
        .map_err(|_| StakingError::WrongEpochRecord)?;
    let accounts = &mut ctx.accounts;
    let index = accounts.verify(reward)?;
    let now = Clock::get()?.unix_timestamp;
    let at = accounts.farm.moment(now).map_err(StakingError::from)?;
    let credited = settle(
        &accounts.farm,
        &mut accounts.shard,
        &mut accounts.position,
        &records,
    )?;
    let amount = take_owed(&mut accounts.shard, &mut accounts.position, index)?;
    require!(amount > 0, StakingError::NothingToClaim);
    let arrived = accounts.transfer(index, amount)?;
    log(Claimed {
        position: *accounts.position.address(),
        credited,
        amount,
        claim_from: accounts.position.claim_from,
        reward,
        restaked: 1,
        reserved: [0; 2],
    });
    add(
        &accounts.farm,
        &mut accounts.shard,
        &mut accounts.position,
        &at,
        arrived,
    )
}
