//! Farms, and their instructions.

use sealane_staking::{
    FarmAction, FarmParams, accounts, instruction,
    state::{
        BUDGET_SEED, EPOCH_SEED, FARM_SEED, POSITION_SEED, REWARD_VAULT_SEED, SHARD_SEED,
        STAKE_VAULT_SEED,
    },
};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use crate::Mint;

/// Epochs of a thousand seconds; ten minutes of cool-down; 30 days of grace; locks of up to 52 epochs
/// that add 5% each.
pub const PARAMS: FarmParams = FarmParams {
    epoch_seconds: 1_000,
    cooldown_seconds: 600,
    grace_seconds: 30 * 86_400,
    lock_boost: 500,
    lock_max_epochs: 52,
};

/// The accounts of one shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FarmShard {
    /// The shard.
    pub address: Pubkey,
    /// Its vault of staked tokens.
    pub stake_vault: Pubkey,
}

impl FarmShard {
    /// Its vault of a reward.
    #[must_use]
    pub fn reward_vault(&self, reward: u8) -> Pubkey {
        derive(&[REWARD_VAULT_SEED, self.address.as_ref(), &[reward]])
    }
}

/// A farm, its shards and its rewards.
///
/// The instruction builders take shards and rewards by index, positions and wallets by address, and
/// use the wallets' associated token accounts. Tests that need other accounts change the instruction.
#[derive(Debug, Clone)]
pub struct TestFarm {
    /// The farm.
    pub address: Pubkey,
    /// Its budget.
    pub budget: Pubkey,
    /// Who created it; its first authority.
    pub creator: Pubkey,
    /// Part of the address.
    pub id: u16,
    /// Mint of what is staked.
    pub stake: Mint,
    /// Mints of the rewards, by index.
    pub rewards: Vec<Mint>,
    /// The shards, by index.
    pub shards: Vec<FarmShard>,
}

impl TestFarm {
    /// The farm of a creator and a mint, without shards and rewards yet.
    #[must_use]
    pub fn new(creator: Pubkey, id: u16, stake: Mint) -> Self {
        let address = derive(&[
            FARM_SEED,
            creator.as_ref(),
            stake.address.as_ref(),
            &id.to_le_bytes(),
        ]);
        Self {
            address,
            budget: derive(&[BUDGET_SEED, address.as_ref()]),
            creator,
            id,
            stake,
            rewards: Vec::new(),
            shards: Vec::new(),
        }
    }

    /// The accounts that the shard of an index has or will have.
    #[must_use]
    pub fn shard_accounts(&self, index: u8) -> FarmShard {
        let address = derive(&[SHARD_SEED, self.address.as_ref(), &[index]]);
        FarmShard {
            address,
            stake_vault: derive(&[STAKE_VAULT_SEED, address.as_ref()]),
        }
    }

    /// The position of an owner and an index.
    #[must_use]
    pub fn position(&self, owner: &Pubkey, index: u16) -> Pubkey {
        derive(&[
            POSITION_SEED,
            self.address.as_ref(),
            owner.as_ref(),
            &index.to_le_bytes(),
        ])
    }

    /// The record of an epoch.
    #[must_use]
    pub fn record(&self, epoch: u32) -> Pubkey {
        derive(&[EPOCH_SEED, self.address.as_ref(), &epoch.to_le_bytes()])
    }

    /// `create_farm`, paid by the creator.
    #[must_use]
    pub fn create(&self, params: FarmParams) -> Instruction {
        instruction::CreateFarm {
            id: self.id,
            params,
        }
        .to_instruction(accounts::CreateFarm {
            creator: self.creator,
            farm: self.address,
            budget: self.budget,
            stake_mint: self.stake.address,
            stake_token_program: self.stake.program,
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `add_shard` of an index, paid by `payer`.
    #[must_use]
    pub fn add_shard(&self, index: u8, authority: Pubkey, payer: Pubkey) -> Instruction {
        let shard = self.shard_accounts(index);
        instruction::AddShard {}.to_instruction(accounts::AddShard {
            payer,
            authority,
            farm: self.address,
            shard: shard.address,
            stake_vault: shard.stake_vault,
            stake_mint: self.stake.address,
            stake_token_program: self.stake.program,
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `add_reward`.
    #[must_use]
    pub fn add_reward(&self, authority: Pubkey, mint: &Mint, start: i64, end: i64) -> Instruction {
        instruction::AddReward { start, end }.to_instruction(accounts::AddReward {
            authority,
            farm: self.address,
            budget: self.budget,
            reward_mint: mint.address,
            reward_token_program: mint.program,
        })
    }

    /// `add_reward_vault`.
    #[must_use]
    pub fn add_reward_vault(&self, shard: usize, reward: u8, payer: Pubkey) -> Instruction {
        let (shard, mint) = (self.shards[shard], self.rewards[usize::from(reward)]);
        instruction::AddRewardVault { reward }.to_instruction(accounts::AddRewardVault {
            payer,
            farm: self.address,
            shard: shard.address,
            reward_vault: shard.reward_vault(reward),
            reward_mint: mint.address,
            reward_token_program: mint.program,
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `fund`; an `end` of 0 keeps the end.
    #[must_use]
    pub fn fund(
        &self,
        shard: usize,
        funder: Pubkey,
        reward: u8,
        amount: u64,
        end: i64,
    ) -> Instruction {
        let (shard, mint) = (self.shards[shard], self.rewards[usize::from(reward)]);
        instruction::Fund {
            reward,
            amount,
            end,
        }
        .to_instruction(accounts::Fund {
            funder,
            farm: self.address,
            budget: self.budget,
            shard: shard.address,
            reward_vault: shard.reward_vault(reward),
            funder_tokens: mint.account_of(&funder),
            reward_mint: mint.address,
            reward_token_program: mint.program,
        })
    }

    /// `administer`.
    #[must_use]
    pub fn administer(&self, authority: Pubkey, action: FarmAction) -> Instruction {
        instruction::Administer { action }.to_instruction(accounts::Administer {
            farm: self.address,
            authority,
        })
    }

    /// `open_position`.
    #[must_use]
    pub fn open_position(&self, shard: usize, owner: Pubkey, index: u16) -> Instruction {
        instruction::OpenPosition { index }.to_instruction(accounts::OpenPosition {
            owner,
            farm: self.address,
            shard: self.shards[shard].address,
            position: self.position(&owner, index),
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `close_position`.
    #[must_use]
    pub fn close_position(&self, owner: Pubkey, position: Pubkey) -> Instruction {
        instruction::ClosePosition {}.to_instruction(accounts::ClosePosition {
            owner,
            farm: self.address,
            position,
        })
    }

    /// `stake`.
    #[must_use]
    pub fn stake(&self, shard: usize, owner: Pubkey, position: Pubkey, amount: u64) -> Instruction {
        let shard = self.shards[shard];
        instruction::Stake { amount }.to_instruction(accounts::Stake {
            farm: self.address,
            shard: shard.address,
            position,
            owner,
            owner_tokens: self.stake.account_of(&owner),
            stake_vault: shard.stake_vault,
            stake_mint: self.stake.address,
            stake_token_program: self.stake.program,
        })
    }

    /// `lock`.
    #[must_use]
    pub fn lock(&self, shard: usize, owner: Pubkey, position: Pubkey, until: u32) -> Instruction {
        instruction::Lock { until }.to_instruction(accounts::Lock {
            farm: self.address,
            shard: self.shards[shard].address,
            position,
            owner,
        })
    }

    /// `unstake`.
    #[must_use]
    pub fn unstake(
        &self,
        shard: usize,
        owner: Pubkey,
        position: Pubkey,
        amount: u64,
    ) -> Instruction {
        instruction::Unstake { amount }.to_instruction(accounts::Unstake {
            farm: self.address,
            shard: self.shards[shard].address,
            position,
            owner,
        })
    }

    /// `withdraw`.
    #[must_use]
    pub fn withdraw(&self, shard: usize, owner: Pubkey, position: Pubkey) -> Instruction {
        let shard = self.shards[shard];
        instruction::Withdraw {}.to_instruction(accounts::Withdraw {
            farm: self.address,
            shard: shard.address,
            position,
            owner,
            recipient: self.stake.account_of(&owner),
            stake_vault: shard.stake_vault,
            stake_mint: self.stake.address,
            stake_token_program: self.stake.program,
        })
    }

    fn settings(&self, owner: Pubkey, position: Pubkey) -> accounts::PositionSettings {
        accounts::PositionSettings {
            farm: self.address,
            position,
            owner,
        }
    }

    /// `set_delegate`.
    #[must_use]
    pub fn set_delegate(&self, owner: Pubkey, position: Pubkey, delegate: Pubkey) -> Instruction {
        let delegate = delegate.to_bytes();
        instruction::SetDelegate { delegate }.to_instruction(self.settings(owner, position))
    }

    /// `forfeit`.
    #[must_use]
    pub fn forfeit(&self, owner: Pubkey, position: Pubkey, before: u32) -> Instruction {
        instruction::Forfeit { before }.to_instruction(self.settings(owner, position))
    }

    /// `close_epoch` with some of the shards.
    #[must_use]
    pub fn close_epoch(&self, payer: Pubkey, epoch: u32, shards: &[usize]) -> Instruction {
        let closed = instruction::CloseEpoch { epoch }.to_instruction(accounts::CloseEpoch {
            payer,
            farm: self.address,
            budget: self.budget,
            record: self.record(epoch),
            system_program: solana_system_interface::program::ID,
        });
        let shards = shards.iter().map(|shard| self.shards[*shard].address);
        trailing(closed, shards.map(|shard| AccountMeta::new(shard, false)))
    }

    /// `skip_epochs`.
    #[must_use]
    pub fn skip_epochs(&self, to: u32) -> Instruction {
        instruction::SkipEpochs { to }.to_instruction(accounts::SkipEpochs {
            farm: self.address,
            budget: self.budget,
        })
    }

    /// `claim` of epochs, out of a shard's vault.
    #[must_use]
    pub fn claim(
        &self,
        shard: usize,
        owner: Pubkey,
        position: Pubkey,
        reward: u8,
        epochs: &[u32],
    ) -> Instruction {
        let (shard, mint) = (self.shards[shard], self.rewards[usize::from(reward)]);
        let claimed = instruction::Claim { reward }.to_instruction(accounts::Claim {
            farm: self.address,
            shard: shard.address,
            position,
            owner,
            recipient: mint.account_of(&owner),
            reward_vault: shard.reward_vault(reward),
            reward_mint: mint.address,
            reward_token_program: mint.program,
        });
        trailing(claimed, self.records(epochs))
    }

    /// `restake`.
    #[must_use]
    pub fn restake(
        &self,
        shard: usize,
        owner: Pubkey,
        position: Pubkey,
        reward: u8,
        epochs: &[u32],
    ) -> Instruction {
        let (shard, mint) = (self.shards[shard], self.rewards[usize::from(reward)]);
        let restaked = instruction::Restake { reward }.to_instruction(accounts::Restake {
            farm: self.address,
            shard: shard.address,
            position,
            owner,
            reward_vault: shard.reward_vault(reward),
            stake_vault: shard.stake_vault,
            mint: mint.address,
            token_program: mint.program,
        });
        trailing(restaked, self.records(epochs))
    }

    /// `balance_rewards`.
    #[must_use]
    pub fn balance_rewards(&self, from: usize, to: usize, reward: u8, amount: u64) -> Instruction {
        let mint = self.rewards[usize::from(reward)];
        let (from, to) = (self.shards[from], self.shards[to]);
        instruction::BalanceRewards { reward, amount }.to_instruction(accounts::BalanceRewards {
            farm: self.address,
            from: from.address,
            to: to.address,
            from_vault: from.reward_vault(reward),
            to_vault: to.reward_vault(reward),
            reward_mint: mint.address,
            reward_token_program: mint.program,
        })
    }

    /// `expire_epoch`.
    #[must_use]
    pub fn expire_epoch(&self, epoch: u32, opener: Pubkey) -> Instruction {
        instruction::ExpireEpoch {}.to_instruction(accounts::ExpireEpoch {
            farm: self.address,
            budget: self.budget,
            record: self.record(epoch),
            opener,
        })
    }

    /// `sweep`, out of a shard's vault.
    #[must_use]
    pub fn sweep(&self, shard: usize, authority: Pubkey, reward: u8) -> Instruction {
        let (shard, mint) = (self.shards[shard], self.rewards[usize::from(reward)]);
        let swept = instruction::Sweep { reward }.to_instruction(accounts::Sweep {
            authority,
            farm: self.address,
            budget: self.budget,
            shard: shard.address,
            reward_vault: shard.reward_vault(reward),
            recipient: mint.account_of(&authority),
            reward_mint: mint.address,
            reward_token_program: mint.program,
        });
        let shards = self.shards.iter().map(|shard| shard.address);
        trailing(
            swept,
            shards.map(|shard| AccountMeta::new_readonly(shard, false)),
        )
    }

    /// `bind_market`.
    #[must_use]
    pub fn bind_market(&self, authority: Pubkey, market: Pubkey) -> Instruction {
        instruction::BindMarket {}.to_instruction(accounts::BindMarket {
            authority,
            farm: self.address,
            market,
        })
    }

    /// `count_volume`.
    #[must_use]
    pub fn count_volume(&self, shard: usize, position: Pubkey, lane: Pubkey) -> Instruction {
        instruction::CountVolume {}.to_instruction(accounts::CountVolume {
            farm: self.address,
            shard: self.shards[shard].address,
            position,
            lane,
        })
    }

    fn records(&self, epochs: &[u32]) -> impl Iterator<Item = AccountMeta> {
        let records = epochs.iter().map(|epoch| self.record(*epoch));
        records.map(|record| AccountMeta::new_readonly(record, false))
    }
}

/// With accounts behind the declared ones.
fn trailing(mut instruction: Instruction, metas: impl Iterator<Item = AccountMeta>) -> Instruction {
    instruction.accounts.extend(metas);
    instruction
}

fn derive(seeds: &[&[u8]]) -> Pubkey {
    Pubkey::find_program_address(seeds, &sealane_staking::ID).0
}
