//! Instructions of the staking program: farms, positions, rewards, epochs.
//!
//! What is built from a cache is refused as the program would refuse it, before anything is sent.

mod administer;
mod claim;
mod create;
mod epochs;
mod fund;
mod position;
mod vaults;

pub use administer::{
    accept_farm_authority_instruction, administer_farm_instruction, bind_market_instruction,
    count_volume_instruction, propose_farm_authority_instruction, set_farm_paused_instruction,
};
pub use claim::{ClaimQuote, ClaimRequest, RestakeQuote, claim_instructions, restake_instructions};
pub use create::{
    CreateFarmPlan, CreateFarmRequest, RewardRequest, add_farm_shard_instructions,
    add_reward_instructions, add_reward_vault_instruction, create_farm_instructions,
};
pub use epochs::{
    ClosedEpochs, ExpiredEpochs, SweepQuote, close_epochs_instructions, expire_epochs_instructions,
    sweep_instructions,
};
pub use fund::{FundQuote, FundRequest, fund_instructions};
pub use position::{
    ShardChoice, StakeQuote, StakeRequest, UnstakeQuote, WithdrawStakeQuote,
    close_position_instruction, forfeit_instruction, lock_instructions, open_position_instruction,
    set_vote_delegate_instruction, stake_instructions, unstake_and_withdraw_instructions,
    unstake_instructions, withdraw_stake_instructions,
};
pub use vaults::balance_rewards_instruction;

use anchor_lang::{InstructionData, ToAccountMetas};
use sealane_core::pool::TransferFee;
use sealane_staking::state::Farm;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use super::Token;
use crate::{
    address::{CLOCK_SYSVAR, TOKEN_PROGRAM},
    farms::{FarmError, Farms},
    staking,
};

/// An instruction of the program.
fn instruction(accounts: &impl ToAccountMetas, arguments: &impl InstructionData) -> Instruction {
    Instruction {
        program_id: staking::ID,
        accounts: accounts.to_account_metas(None),
        data: arguments.data(),
    }
}

/// An instruction with accounts behind those that it declares.
fn with_accounts(
    mut instruction: Instruction,
    addresses: impl IntoIterator<Item = Pubkey>,
    writable: bool,
) -> Instruction {
    let meta = |pubkey| AccountMeta {
        pubkey,
        is_signer: false,
        is_writable: writable,
    };
    instruction.accounts.extend(addresses.into_iter().map(meta));
    instruction
}

/// What is staked in a farm.
fn stake_token(farm: &Farm) -> Token {
    Token {
        mint: farm.stake_mint,
        program: farm.stake_token_program,
    }
}

/// One of a farm's rewards, which it has to have.
fn reward_token(farm: &Farm, reward: u8) -> Result<(usize, Token), FarmError> {
    let index = farm.reward(reward)?;
    let token = Token {
        mint: farm.reward_mints[index],
        program: farm.reward_token_programs[index],
    };
    Ok((index, token))
}

/// The transfer fee on a token in the chain's present epoch.
fn transfer_fee(farms: &Farms, token: &Token) -> Result<TransferFee, FarmError> {
    if token.program == TOKEN_PROGRAM {
        return Ok(TransferFee::NONE);
    }
    let mint = farms.mint(&token.mint).ok_or(FarmError::MissingAccount {
        address: token.mint,
        what: "a mint",
    })?;
    if !mint.has_transfer_fee() {
        return Ok(TransferFee::NONE);
    }
    let clock = farms.clock().ok_or(FarmError::MissingAccount {
        address: CLOCK_SYSVAR,
        what: "the clock",
    })?;
    Ok(mint.transfer_fee(clock.epoch)?)
}
