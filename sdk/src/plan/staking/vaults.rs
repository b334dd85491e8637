//! From which vaults rewards are paid.

use sealane_staking::{EVERYTHING, accounts, instruction as arguments, state::Farm};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{instruction, reward_token, transfer_fee};
use crate::{
    address,
    farms::{Entry, FarmError, Farms, known_farm, known_shards},
    quote::spread,
};

/// A shard, and what its vault of a reward holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vault {
    pub(super) index: u8,
    pub(super) shard: Pubkey,
    pub(super) address: Pubkey,
    pub(super) held: u64,
}

/// The vaults of a reward, by the shards' indices; shards without one are left out.
pub(super) fn vaults(
    farms: &Farms,
    farm: &Entry<'_, Farm>,
    reward: usize,
) -> Result<Vec<Vault>, FarmError> {
    let nowhere = Pubkey::default();
    let mut vaults = Vec::new();
    for shard in known_shards(farms, farm)? {
        let (index, address) = (shard.account.index, shard.account.reward_vaults[reward]);
        if address == nowhere {
            continue;
        }
        let held = farms.reward_vault(&farm.address, index, reward);
        vaults.push(Vault {
            index,
            shard: shard.address,
            address,
            held: held.ok_or(FarmError::MissingAccount {
                address,
                what: "a vault of rewards",
            })?,
        });
    }
    if vaults.is_empty() {
        return Err(FarmError::NoRewardVault {
            farm: farm.address,
            reward: reward as u8,
        });
    }
    Ok(vaults)
}

/// Which vault pays an amount, and what has to be moved into it before.
pub(super) struct Payer {
    pub(super) vault: Vault,
    pub(super) moves: Vec<Instruction>,
}

/// Picks the vault that pays: of those that hold enough, one that `who` picks, so that payments
/// spread over shards. If none does, the fullest gets from the others what it lacks. `only`: the
/// shard that has to pay.
pub(super) fn payer(
    farms: &Farms,
    farm: &Entry<'_, Farm>,
    reward: u8,
    amount: u64,
    who: &Pubkey,
    only: Option<&Pubkey>,
) -> Result<Payer, FarmError> {
    let (index, token) = reward_token(farm.account, reward)?;
    let vaults = vaults(farms, farm, index)?;
    let may_pay = |vault: &&Vault| only.is_none_or(|only| vault.shard == *only);
    let able: Vec<&Vault> = vaults
        .iter()
        .filter(may_pay)
        .filter(|vault| vault.held >= amount)
        .collect();
    if !able.is_empty() {
        return Ok(Payer {
            vault: *able[spread(who, able.len())],
            moves: Vec::new(),
        });
    }
    let fullest = vaults.iter().filter(may_pay).max_by_key(|vault| vault.held);
    let vault = *fullest.ok_or(FarmError::NoRewardVault {
        farm: farm.address,
        reward,
    })?;
    let charged = transfer_fee(farms, &token)?.bps > 0;
    let mut others: Vec<&Vault> = vaults
        .iter()
        .filter(|other| other.index != vault.index)
        .collect();
    others.sort_by_key(|other| std::cmp::Reverse(other.held));
    let mut lacking = amount - vault.held;
    let mut moves = Vec::new();
    for other in others {
        if lacking == 0 || charged || other.held == 0 {
            break;
        }
        let part = lacking.min(other.held);
        // A whole vault by name: claims of others may come first.
        let moved = if part == other.held { EVERYTHING } else { part };
        moves.push(balance(farm, reward, other, &vault, moved)?);
        lacking -= part;
    }
    if lacking > 0 {
        return Err(FarmError::VaultsTooSmall {
            held: amount - lacking,
            wanted: amount,
        });
    }
    Ok(Payer { vault, moves })
}

pub(super) fn balance(
    farm: &Entry<'_, Farm>,
    reward: u8,
    from: &Vault,
    to: &Vault,
    amount: u64,
) -> Result<Instruction, FarmError> {
    let (_, token) = reward_token(farm.account, reward)?;
    let accounts = accounts::BalanceRewards {
        farm: farm.address,
        from: from.shard,
        to: to.shard,
        from_vault: from.address,
        to_vault: to.address,
        reward_mint: token.mint,
        reward_token_program: token.program,
    };
    Ok(instruction(
        &accounts,
        &arguments::BalanceRewards { reward, amount },
    ))
}

/// Moves a reward from one shard's vault to another's, by the shards' indices; `u64::MAX` is all
/// that the vault holds. Anyone may. Refused for tokens with a transfer fee.
///
/// # Errors
/// [`FarmError`] if the farm is unknown or has no such reward.
pub fn balance_rewards_instruction(
    farms: &Farms,
    farm: &Pubkey,
    reward: u8,
    (from, to): (u8, u8),
    amount: u64,
) -> Result<Instruction, FarmError> {
    let farm = known_farm(farms, farm)?;
    let vault = |index| {
        let (shard, _) = address::farm_shard(&farm.address, index);
        Vault {
            index,
            shard,
            address: address::reward_vault(&shard, reward).0,
            held: 0,
        }
    };
    balance(&farm, reward, &vault(from), &vault(to), amount)
}
