//! `create_farm`: anyone makes a farm for a mint.

use anchor_lang::prelude::*;
use sealane_core::stake::{Epochs, LockTerms};
use sealane_onchain::{derived::create_loaded, events::log, mint::check_mint};

use crate::{
    errors::StakingError,
    events::FarmCreated,
    state::{
        BUDGET_SEED, Budget, FARM_SEED, Farm, MAX_COOLDOWN_SECONDS, MIN_GRACE_SECONDS, NO_REWARDS,
    },
};

/// What a new farm is to be like. None of it ever changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub struct FarmParams {
    /// Seconds of an epoch.
    pub epoch_seconds: u32,
    /// Seconds from unstaking to withdrawing; 0 for none.
    pub cooldown_seconds: u32,
    /// Seconds from the end of an epoch for which its rewards can be claimed.
    pub grace_seconds: u32,
    /// What each epoch that a lock has left adds to the weight, in ten-thousandths.
    pub lock_boost: u16,
    /// The longest lock in epochs; 0: no locks.
    pub lock_max_epochs: u8,
}

/// Accounts of `create_farm`.
#[derive(Accounts)]
pub struct CreateFarm {
    /// Pays the rent and becomes the authority.
    #[account(mut)]
    pub creator: Signer,
    /// The new farm, at its derived address.
    #[account(mut)]
    pub farm: UncheckedAccount,
    /// Its budget, likewise.
    #[account(mut)]
    pub budget: UncheckedAccount,
    /// Mint of what is staked.
    pub stake_mint: UncheckedAccount,
    /// Its token program.
    pub stake_token_program: UncheckedAccount,
    /// Creates the accounts.
    pub system_program: Program<System>,
}

/// Handler of `create_farm`. Epoch 0 begins now.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<CreateFarm>, id: u16, params: &FarmParams) -> Result<()> {
    let accounts = &ctx.accounts;
    let start = Clock::get()?.unix_timestamp;
    Epochs::try_new(start, params.epoch_seconds).map_err(StakingError::from)?;
    LockTerms::try_new(params.lock_boost, params.lock_max_epochs).map_err(StakingError::from)?;
    require!(
        params.cooldown_seconds <= MAX_COOLDOWN_SECONDS
            && params.grace_seconds >= MIN_GRACE_SECONDS,
        StakingError::InvalidEpochs
    );
    let stake_decimals = check_mint(
        accounts.stake_mint.account(),
        accounts.stake_token_program.account(),
    )
    .map_err(StakingError::from)?;
    let (mut created, bump) = create_loaded::<Farm>(
        accounts.creator.account(),
        accounts.farm.account(),
        &[
            FARM_SEED,
            accounts.creator.address().as_ref(),
            accounts.stake_mint.address().as_ref(),
            &id.to_le_bytes(),
        ],
    )
    .map_err(StakingError::from)?;
    let address = *created.address();
    let farm: &mut Farm = &mut created;
    farm.creator = *accounts.creator.address();
    farm.authority = *accounts.creator.address();
    farm.stake_mint = *accounts.stake_mint.address();
    farm.stake_token_program = *accounts.stake_token_program.address();
    farm.start = start;
    farm.epoch_seconds = params.epoch_seconds;
    farm.cooldown_seconds = params.cooldown_seconds;
    farm.grace_seconds = params.grace_seconds;
    farm.rewards_from = NO_REWARDS;
    farm.lock_boost = params.lock_boost;
    farm.lock_max_epochs = params.lock_max_epochs;
    farm.stake_decimals = stake_decimals;
    farm.id = id;
    farm.bump = bump;

    let (mut budget, bump) = create_loaded::<Budget>(
        accounts.creator.account(),
        accounts.budget.account(),
        &[BUDGET_SEED, address.as_ref()],
    )
    .map_err(StakingError::from)?;
    budget.farm = address;
    budget.bump = bump;

    log(FarmCreated {
        farm: address,
        creator: farm.creator,
        stake_mint: farm.stake_mint,
        start,
        epoch_seconds: farm.epoch_seconds,
        cooldown_seconds: farm.cooldown_seconds,
        grace_seconds: farm.grace_seconds,
        lock_boost: farm.lock_boost,
        id,
        lock_max_epochs: farm.lock_max_epochs,
        stake_decimals,
        reserved: [0; 6],
    });
    Ok(())
}
