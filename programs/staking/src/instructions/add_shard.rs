//! `add_shard`: the next shard of a farm, with its vault of staked tokens.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, derived::create_loaded, events::log};

use super::{create_vault, require_authority, stake_token};
use crate::{
    errors::StakingError,
    events::ShardAdded,
    state::{Farm, MAX_SHARDS, SHARD_SEED, STAKE_VAULT_SEED, Shard},
};

/// Accounts of `add_shard`.
#[derive(Accounts)]
pub struct AddShard {
    /// Pays the rent; may be the authority itself.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// The farm's authority.
    pub authority: Signer,
    /// The farm; counts its shards.
    #[account(mut)]
    pub farm: Loaded<Farm>,
    /// The new shard, at its derived address.
    #[account(mut)]
    pub shard: UncheckedAccount,
    /// Its vault of staked tokens.
    #[account(mut)]
    pub stake_vault: UncheckedAccount,
    /// Mint of what is staked.
    pub stake_mint: UncheckedAccount,
    /// Its token program.
    pub stake_token_program: UncheckedAccount,
    /// Creates the accounts.
    pub system_program: Program<System>,
}

/// Handler of `add_shard`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<AddShard>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require_authority(&accounts.farm, &accounts.authority)?;
    let index = accounts.farm.shard_count;
    require!(index < MAX_SHARDS, StakingError::TooManyShards);
    let now = Clock::get()?.unix_timestamp;
    let at = accounts.farm.moment(now).map_err(StakingError::from)?;
    let token = stake_token(
        &accounts.farm,
        &accounts.stake_mint,
        &accounts.stake_token_program,
    )?;
    let (mut shard, bump) = create_loaded::<Shard>(
        accounts.payer.account(),
        accounts.shard.account(),
        &[SHARD_SEED, accounts.farm.address().as_ref(), &[index]],
    )
    .map_err(StakingError::from)?;
    let address = *shard.address();
    create_vault(
        token,
        &accounts.payer,
        &accounts.stake_vault,
        &address,
        &[STAKE_VAULT_SEED, address.as_ref()],
    )?;
    shard.farm = *accounts.farm.address();
    shard.stake_vault = *accounts.stake_vault.address();
    shard.index = index;
    shard.bump = bump;
    shard.stake_mut().begin(at.epoch);
    accounts.farm.shard_count += 1;

    log(ShardAdded {
        farm: shard.farm,
        shard: address,
        index,
        reserved: [0; 7],
    });
    Ok(())
}
