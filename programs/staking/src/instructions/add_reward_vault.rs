//! `add_reward_vault`: a shard's vault for a reward.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::{create_vault, require_shard_of, reward_token};
use crate::{
    events::RewardVaultAdded,
    state::{Farm, REWARD_VAULT_SEED, Shard},
};

/// Accounts of `add_reward_vault`. Anyone may call it.
#[derive(Accounts)]
pub struct AddRewardVault {
    /// Pays the rent.
    #[account(mut)]
    pub payer: Signer,
    /// Configuration; read only.
    pub farm: Loaded<Farm>,
    /// The shard.
    #[account(mut)]
    pub shard: Loaded<Shard>,
    /// The new vault, at its derived address.
    #[account(mut)]
    pub reward_vault: UncheckedAccount,
    /// Mint of the reward.
    pub reward_mint: UncheckedAccount,
    /// Its token program.
    pub reward_token_program: UncheckedAccount,
    /// Creates the account.
    pub system_program: Program<System>,
}

/// Handler of `add_reward_vault`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<AddRewardVault>, reward: u8) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require_shard_of(&accounts.farm, &accounts.shard)?;
    let index = accounts.farm.reward(reward).map_err(ProgramError::from)?;
    let token = reward_token(
        &accounts.farm,
        index,
        &accounts.reward_mint,
        &accounts.reward_token_program,
    )?;
    let address = *accounts.shard.address();
    create_vault(
        token,
        &accounts.payer,
        &accounts.reward_vault,
        &address,
        &[REWARD_VAULT_SEED, address.as_ref(), &[reward]],
    )?;
    accounts.shard.reward_vaults[index] = *accounts.reward_vault.address();
    log(RewardVaultAdded {
        farm: *accounts.farm.address(),
        shard: address,
        vault: *accounts.reward_vault.address(),
        reward,
        reserved: [0; 7],
    });
    Ok(())
}
