//! One file per instruction, or per pair of instructions that share their accounts: the accounts,
//! their checks, the handler.

pub mod add_reward;
pub mod add_reward_vault;
pub mod add_shard;
pub mod administer;
pub mod balance_rewards;
pub mod bind_market;
pub mod claim;
pub mod close_epoch;
pub mod close_position;
pub mod count_volume;
pub mod create_farm;
pub mod expire_epoch;
pub mod fund;
pub mod lock;
pub mod open_position;
pub mod position_settings;
pub mod restake;
pub mod skip_epochs;
pub mod stake;
pub mod sweep;
pub mod unstake;
pub mod withdraw;

// The glob also carries the client modules that the derive puts beside each accounts struct.
pub use add_reward::*;
pub use add_reward_vault::*;
pub use add_shard::*;
pub use administer::*;
pub use balance_rewards::*;
pub use bind_market::*;
pub use claim::*;
pub use close_epoch::*;
pub use close_position::*;
pub use count_volume::*;
pub use create_farm::*;
pub use expire_epoch::*;
pub use fund::*;
pub use lock::*;
pub use open_position::*;
pub use position_settings::*;
pub use restake::*;
pub use skip_epochs::*;
pub use stake::*;
pub use sweep::*;
pub use unstake::*;
pub use withdraw::*;

use anchor_lang::{address_eq, prelude::*};
use sealane_onchain::{
    Loaded,
    derived::create,
    mint::vault_len,
    token::{self, Authority, TokenOf},
};

use crate::{
    errors::StakingError,
    state::{Farm, Position, Shard},
};

/// Fails with `error` unless an account is the expected one.
#[inline(never)]
fn require_same(address: &Address, expected: &Address, error: StakingError) -> Result<()> {
    if address_eq(address, expected) {
        Ok(())
    } else {
        Err(error.into())
    }
}

/// Fails unless the signer is the farm's authority.
fn require_authority(farm: &Farm, signer: &Signer) -> Result<()> {
    require_same(
        signer.address(),
        &farm.authority,
        StakingError::WrongAuthority,
    )
}

/// Fails unless a shard is the farm's.
fn require_shard_of(farm: &Loaded<Farm>, shard: &Loaded<Shard>) -> Result<()> {
    require_same(&shard.farm, farm.address(), StakingError::WrongFarm)
}

/// Fails unless the signer owns the position, and the position is in the farm. A delegate does not
/// own it.
#[inline(never)]
fn require_owner(farm: &Loaded<Farm>, position: &Loaded<Position>, signer: &Signer) -> Result<()> {
    if !address_eq(&position.farm, farm.address()) {
        return Err(StakingError::WrongFarm.into());
    }
    require_same(signer.address(), &position.owner, StakingError::WrongOwner)
}

/// Fails unless a shard counts the position.
fn require_own_shard(position: &Position, shard: &Loaded<Shard>) -> Result<()> {
    require_same(shard.address(), &position.shard, StakingError::WrongShard)
}

/// The staked token's accounts, after checking that they are the farm's.
#[inline(never)]
fn stake_token<'a>(
    farm: &Farm,
    mint: &'a UncheckedAccount,
    program: &'a UncheckedAccount,
) -> Result<TokenOf<'a>> {
    token_of(
        (mint, program),
        (&farm.stake_mint, &farm.stake_token_program),
        farm.stake_decimals,
    )
}

/// A reward's accounts, after checking that they are the farm's.
#[inline(never)]
fn reward_token<'a>(
    farm: &Farm,
    reward: usize,
    mint: &'a UncheckedAccount,
    program: &'a UncheckedAccount,
) -> Result<TokenOf<'a>> {
    token_of(
        (mint, program),
        (
            &farm.reward_mints[reward],
            &farm.reward_token_programs[reward],
        ),
        farm.reward_decimals[reward],
    )
}

#[inline(always)]
fn token_of<'a>(
    (mint, program): (&'a UncheckedAccount, &'a UncheckedAccount),
    (expected_mint, expected_program): (&Address, &Address),
    decimals: u8,
) -> Result<TokenOf<'a>> {
    require_same(mint.address(), expected_mint, StakingError::WrongMint)?;
    require_same(
        program.address(),
        expected_program,
        StakingError::WrongTokenProgram,
    )?;
    Ok(TokenOf {
        mint: mint.account(),
        program: program.account(),
        decimals,
    })
}

/// Moves tokens into a vault and tells what arrived: Token-2022 may have taken a fee.
#[inline(never)]
fn collect(
    token: TokenOf<'_>,
    from: &UncheckedAccount,
    vault: &UncheckedAccount,
    wallet: &Signer,
    amount: u64,
) -> Result<u64> {
    let arrived = token::transfer_in(
        token,
        from.account(),
        vault.account(),
        wallet.account(),
        amount,
    )
    .map_err(StakingError::from)?;
    require!(arrived > 0 || amount == 0, StakingError::TransferFeeTooHigh);
    Ok(arrived)
}

/// Pays tokens out of a shard's vault.
#[inline(never)]
fn pay(
    token: TokenOf<'_>,
    shard: &Loaded<Shard>,
    vault: &UncheckedAccount,
    to: &UncheckedAccount,
    amount: u64,
) -> Result<()> {
    require!(
        token::balance(vault.account()).map_err(StakingError::from)? >= amount,
        StakingError::InsufficientVault
    );
    let seeds = shard.seeds();
    token::transfer(
        token,
        vault.account(),
        to.account(),
        Authority::Derived(shard.account(), &seeds),
        amount,
    );
    Ok(())
}

/// Creates a vault that a shard's address owns.
#[inline(never)]
fn create_vault(
    token: TokenOf<'_>,
    payer: &Signer,
    vault: &UncheckedAccount,
    owner: &Address,
    seeds: &[&[u8]],
) -> Result<()> {
    let program = token.program.address();
    let len = vault_len(token.mint, program).map_err(StakingError::from)?;
    create(
        &crate::ID,
        payer.account(),
        vault.account(),
        seeds,
        len,
        program,
    )
    .map_err(StakingError::from)?;
    token::initialize_account(token.program, vault.account(), token.mint, owner);
    Ok(())
}

/// Pays an account's lamports to somebody and ends it.
///
/// # Safety
/// No reference to the account's bytes may be alive, nor be made in the rest of the instruction.
unsafe fn close_into(mut account: AccountView, mut to: AccountView) -> Result<()> {
    let lamports = to
        .lamports()
        .checked_add(account.lamports())
        .ok_or(StakingError::Overflow)?;
    to.set_lamports(lamports);
    // SAFETY: the caller's promise is passed on.
    unsafe { account.close_unchecked() };
    Ok(())
}
