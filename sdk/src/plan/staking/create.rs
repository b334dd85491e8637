//! New farms, and what is added to them: shards, rewards, vaults.

use sealane_core::stake::{Epochs, LockTerms, MAX_REWARDS};
use sealane_staking::{
    FarmParams, accounts,
    errors::StakingError,
    instruction as arguments,
    state::{MAX_COOLDOWN_SECONDS, MAX_SHARDS, MIN_GRACE_SECONDS},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{bind_market_instruction, instruction, stake_token};
use crate::{
    address::{self, SYSTEM_PROGRAM},
    farms::{FarmError, Farms, known_budget, known_farm, known_time, moment},
    plan::{PoolToken, Token},
    tx,
};

/// A farm to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateFarmRequest {
    /// Pays, signs, and becomes the authority.
    pub creator: Pubkey,
    /// Tells apart farms of one creator and staked mint.
    pub id: u16,
    /// What is staked.
    pub stake: PoolToken,
    /// Epochs, cool-down, grace period and locks, none of which ever changes.
    pub params: FarmParams,
    /// Makes it a trading farm: the order book whose makers it pays. Its quote token has to be the
    /// staked one, and nobody stakes.
    pub market: Option<Pubkey>,
    /// How many shards: how many stake changes can run side by side.
    pub shards: u8,
    /// What it pays. Funded afterwards, with [`fund_instructions`](super::fund_instructions).
    pub rewards: Vec<RewardRequest>,
}

/// A reward to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RewardRequest {
    /// The token.
    pub token: PoolToken,
    /// When it begins to be paid, Unix seconds; not in the past when the transaction is executed.
    pub start: i64,
    /// When that ends.
    pub end: i64,
}

/// How a farm is created.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateFarmPlan {
    /// Where the farm will be.
    pub farm: Pubkey,
    /// Where its shards will be.
    pub shards: Vec<Pubkey>,
    /// The instructions of each transaction. To be sent in order, each after the one before is
    /// confirmed, since indices of shards and rewards follow from how many there are.
    pub transactions: Vec<Vec<Instruction>>,
}

/// Creates a farm with its shards, its rewards and all of their vaults, in as few transactions as fit.
///
/// ```
/// use sealane_sdk::{address::TOKEN_PROGRAM, plan::{PoolToken, staking}, staking::FarmParams};
/// use solana_pubkey::Pubkey;
///
/// let token = || PoolToken { mint: Pubkey::new_unique(), token_program: TOKEN_PROGRAM };
/// let created = staking::create_farm_instructions(&staking::CreateFarmRequest {
///     creator: Pubkey::new_unique(),
///     id: 0,
///     stake: token(),
///     params: FarmParams {
///         epoch_seconds: 86_400,
///         cooldown_seconds: 3 * 86_400,
///         grace_seconds: 90 * 86_400,
///         lock_boost: 100,
///         lock_max_epochs: 200,
///     },
///     market: None,
///     shards: 4,
///     rewards: vec![staking::RewardRequest { token: token(), start: 1_000, end: 9_000 }],
/// })?;
/// // The farm, four shards, a reward and its vault in each shard.
/// assert_eq!(created.transactions.concat().len(), 10);
/// # Ok::<(), sealane_sdk::farms::FarmError>(())
/// ```
///
/// # Errors
/// [`FarmError`] for what the program would refuse about the request itself. Mints are looked at
/// only on chain.
pub fn create_farm_instructions(request: &CreateFarmRequest) -> Result<CreateFarmPlan, FarmError> {
    check(request)?;
    let (creator, stake) = (&request.creator, &request.stake);
    let (farm, _) = address::farm(creator, &stake.mint, request.id);
    let create = instruction(
        &accounts::CreateFarm {
            creator: *creator,
            farm,
            budget: address::budget(&farm).0,
            stake_mint: stake.mint,
            stake_token_program: stake.token_program,
            system_program: SYSTEM_PROGRAM,
        },
        &arguments::CreateFarm {
            id: request.id,
            params: request.params,
        },
    );
    let staked = Token {
        mint: stake.mint,
        program: stake.token_program,
    };
    let mut instructions = vec![create];
    let bind = request.market.as_ref();
    instructions.extend(bind.map(|market| bind_market_instruction(&farm, creator, market)));
    for index in 0..request.shards {
        instructions.push(add_shard(&farm, &staked, index, creator, creator));
    }
    for (index, reward) in request.rewards.iter().enumerate() {
        let index = index as u8;
        instructions.push(add_reward(&farm, reward, creator));
        let vaults = 0..request.shards;
        instructions.extend(vaults.map(|shard| add_vault(&farm, shard, index, reward, creator)));
    }
    Ok(CreateFarmPlan {
        farm,
        shards: (0..request.shards)
            .map(|index| address::farm_shard(&farm, index).0)
            .collect(),
        transactions: tx::pack(creator, instructions),
    })
}

/// Refuses what the program would refuse, before anything is paid.
fn check(request: &CreateFarmRequest) -> Result<(), FarmError> {
    let (shards, params) = (request.shards, &request.params);
    if shards == 0 || shards > MAX_SHARDS {
        return Err(FarmError::ShardCount { shards });
    }
    Epochs::try_new(0, params.epoch_seconds)?;
    LockTerms::try_new(params.lock_boost, params.lock_max_epochs)?;
    if params.cooldown_seconds > MAX_COOLDOWN_SECONDS || params.grace_seconds < MIN_GRACE_SECONDS {
        return Err(StakingError::InvalidEpochs.into());
    }
    let has_terms = params.cooldown_seconds > 0 || params.lock_max_epochs > 0;
    if request.market.is_some() && has_terms {
        return Err(StakingError::FarmInUse.into());
    }
    if request.rewards.len() > MAX_REWARDS {
        return Err(StakingError::TooManyRewards.into());
    }
    if request
        .rewards
        .iter()
        .any(|reward| reward.end <= reward.start)
    {
        return Err(StakingError::InvalidSchedule.into());
    }
    Ok(())
}

/// Adds the next shard to a farm that the cache holds, with a vault for each of its rewards.
///
/// # Errors
/// [`FarmError`] if the farm is unknown or has all the shards that it can have.
pub fn add_farm_shard_instructions(
    farms: &Farms,
    farm: &Pubkey,
    authority: &Pubkey,
    payer: &Pubkey,
) -> Result<(Pubkey, Vec<Instruction>), FarmError> {
    let config = known_farm(farms, farm)?.account;
    let index = config.shard_count;
    if index >= MAX_SHARDS {
        return Err(StakingError::TooManyShards.into());
    }
    let mut instructions = vec![add_shard(
        farm,
        &stake_token(config),
        index,
        authority,
        payer,
    )];
    for reward in 0..config.reward_count {
        instructions.push(add_reward_vault_instruction(
            farms, farm, index, reward, payer,
        )?);
    }
    Ok((address::farm_shard(farm, index).0, instructions))
}

/// Adds a reward to a farm that the cache holds, with a vault in each of its shards. Returns its
/// index.
///
/// # Errors
/// [`FarmError`] if the farm is unknown, pays five tokens already, or has epochs that nobody has
/// closed.
pub fn add_reward_instructions(
    farms: &Farms,
    farm: &Pubkey,
    reward: &RewardRequest,
    authority: &Pubkey,
    payer: &Pubkey,
) -> Result<(u8, Vec<Vec<Instruction>>), FarmError> {
    let config = known_farm(farms, farm)?.account;
    let index = config.reward_count;
    if usize::from(index) >= MAX_REWARDS {
        return Err(StakingError::TooManyRewards.into());
    }
    if config.authority != *authority {
        return Err(StakingError::WrongAuthority.into());
    }
    let now = known_time(farms)?;
    if known_budget(farms, farm)?.account.next_epoch != moment(config, now)?.epoch {
        return Err(StakingError::EpochsOverdue.into());
    }
    if reward.end <= reward.start || reward.start < now {
        return Err(StakingError::InvalidSchedule.into());
    }
    let mut instructions = vec![add_reward(farm, reward, authority)];
    let vaults = 0..config.shard_count;
    instructions.extend(vaults.map(|shard| add_vault(farm, shard, index, reward, payer)));
    Ok((index, tx::pack(payer, instructions)))
}

/// Creates a shard's vault for one of the farm's rewards. Anyone may.
///
/// # Errors
/// [`FarmError`] if the farm is unknown or has no such reward.
pub fn add_reward_vault_instruction(
    farms: &Farms,
    farm: &Pubkey,
    shard: u8,
    reward: u8,
    payer: &Pubkey,
) -> Result<Instruction, FarmError> {
    let config = known_farm(farms, farm)?.account;
    let (_, token) = super::reward_token(config, reward)?;
    let request = RewardRequest {
        token: PoolToken {
            mint: token.mint,
            token_program: token.program,
        },
        start: 0,
        end: 0,
    };
    Ok(add_vault(farm, shard, reward, &request, payer))
}

fn add_shard(
    farm: &Pubkey,
    staked: &Token,
    index: u8,
    authority: &Pubkey,
    payer: &Pubkey,
) -> Instruction {
    let (shard, _) = address::farm_shard(farm, index);
    let accounts = accounts::AddShard {
        payer: *payer,
        authority: *authority,
        farm: *farm,
        shard,
        stake_vault: address::stake_vault(&shard).0,
        stake_mint: staked.mint,
        stake_token_program: staked.program,
        system_program: SYSTEM_PROGRAM,
    };
    instruction(&accounts, &arguments::AddShard {})
}

fn add_reward(farm: &Pubkey, reward: &RewardRequest, authority: &Pubkey) -> Instruction {
    let accounts = accounts::AddReward {
        authority: *authority,
        farm: *farm,
        budget: address::budget(farm).0,
        reward_mint: reward.token.mint,
        reward_token_program: reward.token.token_program,
    };
    let (start, end) = (reward.start, reward.end);
    instruction(&accounts, &arguments::AddReward { start, end })
}

fn add_vault(
    farm: &Pubkey,
    shard: u8,
    index: u8,
    reward: &RewardRequest,
    payer: &Pubkey,
) -> Instruction {
    let (shard, _) = address::farm_shard(farm, shard);
    let accounts = accounts::AddRewardVault {
        payer: *payer,
        farm: *farm,
        shard,
        reward_vault: address::reward_vault(&shard, index).0,
        reward_mint: reward.token.mint,
        reward_token_program: reward.token.token_program,
        system_program: SYSTEM_PROGRAM,
    };
    instruction(&accounts, &arguments::AddRewardVault { reward: index })
}
