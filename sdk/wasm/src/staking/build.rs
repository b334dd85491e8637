//! Everything that can be done in a farm.

use sealane_sdk::{
    farms::{Entry, FarmError},
    plan::{
        Caller,
        staking::{
            self, ClaimRequest as Claiming, ShardChoice, close_epochs_instructions,
            close_position_instruction, lock_instructions, open_position_instruction,
            set_vote_delegate_instruction, stake_instructions, unstake_and_withdraw_instructions,
            unstake_instructions, withdraw_stake_instructions,
        },
    },
    staking::state::{Farm, Position},
};
use serde::{Deserialize, Serialize};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use tsify::Tsify;

use super::Staking;
use crate::{create::PlannedTransaction, plan::instructions, refusal::Answer, values::Address};

/// A stake.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct StakeRequest {
    /// Where.
    pub farm: Address,
    /// Whose; signs and pays.
    pub owner: Address,
    /// Units that leave the wallet.
    pub amount: u64,
    /// Tells apart one owner's positions in a farm; 0 if left out.
    #[serde(default)]
    pub index: u16,
    /// The shard that is to count the position, if it is opened; if left out, one that the owner's
    /// address picks, so that owners spread over shards.
    #[serde(default)]
    pub shard: Option<u8>,
    /// The first epoch in which the stake is to be free, if it is to be locked.
    #[serde(default)]
    pub lock_until: Option<u32>,
}

/// A position to be locked.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LockRequest {
    /// Which.
    pub position: Address,
    /// The first epoch in which it is to be free.
    pub until: u32,
}

/// What is to be unstaked.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct UnstakeRequest {
    /// Of which position.
    pub position: Address,
    /// How much; all if left out.
    #[serde(default)]
    pub amount: Option<u64>,
}

/// A position.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PositionRequest {
    /// Which.
    pub position: Address,
}

/// A reward to be staked.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct RestakeRequest {
    /// Of which position.
    pub position: Address,
    /// Which of the farm's rewards: one that is the staked token.
    pub reward: u8,
}

/// Who is to vote with a position.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DelegateRequest {
    /// Which position.
    pub position: Address,
    /// Who; nobody but the owner if left out.
    #[serde(default)]
    pub delegate: Option<Address>,
}

/// A position to be opened without a stake.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct OpenPositionRequest {
    /// Where.
    pub farm: Address,
    /// Whose; signs and pays.
    pub owner: Address,
    /// Tells apart one owner's positions in a farm; 0 if left out. In a trading farm the index of
    /// the lane whose volume counts.
    #[serde(default)]
    pub index: u16,
}

/// Epochs to be closed.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct CloseEpochsRequest {
    /// Of which farm.
    pub farm: Address,
    /// Who pays the records' rent; signs.
    pub payer: Address,
}

/// Transactions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TransactionPlan {
    /// To be sent in order, each after the one before is confirmed.
    pub transactions: Vec<PlannedTransaction>,
}

/// How something is staked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct StakePlan {
    /// To be sent in order, each after the one before is confirmed.
    pub transactions: Vec<PlannedTransaction>,
    /// The position.
    pub position: Address,
    /// The shard that counts it.
    pub shard: Address,
    /// Whether it is opened.
    pub opened: bool,
    /// Units that are staked: what a transfer fee leaves.
    pub added: u64,
}

/// What is claimed of a reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct ClaimedAmount {
    /// The reward's index.
    pub reward: u8,
    /// The token.
    pub mint: Address,
    /// Units that arrive, or are staked: what a transfer fee leaves.
    pub amount: u64,
}

/// How rewards are claimed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ClaimPlan {
    /// To be sent in order, each after the one before is confirmed.
    pub transactions: Vec<PlannedTransaction>,
    /// What arrives in the wallet, or is staked.
    pub amounts: Vec<ClaimedAmount>,
    /// What the position is credited with and is not paid: the other rewards, where one is staked.
    pub credited: Vec<ClaimedAmount>,
    /// Epochs whose records are read.
    pub epochs: u32,
    /// Epochs that are closed before.
    pub closed_epochs: u32,
    /// The first epoch whose rewards are lost, since its record was deleted after the grace period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_from: Option<u32>,
    /// The last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_to: Option<u32>,
}

/// A plan of several transactions.
pub(crate) fn planned(transactions: &[Vec<Instruction>]) -> TransactionPlan {
    let built = transactions.iter().map(|built| PlannedTransaction {
        instructions: instructions(built),
    });
    TransactionPlan {
        transactions: built.collect(),
    }
}

fn counted(epochs: usize) -> u32 {
    u32::try_from(epochs).unwrap_or(u32::MAX)
}

/// A plan of one transaction.
pub(crate) fn one(built: &[Instruction]) -> TransactionPlan {
    TransactionPlan {
        transactions: vec![PlannedTransaction {
            instructions: instructions(built),
        }],
    }
}

impl Staking {
    fn position(&self, position: &Address) -> Result<Entry<'_, Position>, FarmError> {
        let unknown = FarmError::UnknownPosition {
            position: position.0,
        };
        self.known().position(&position.0).ok_or(unknown)
    }

    fn farm_of(&self, position: &Position) -> Result<&Farm, FarmError> {
        let unknown = FarmError::UnknownFarm {
            farm: position.farm,
        };
        let farm = self.known().farm(&position.farm).ok_or(unknown)?;
        Ok(farm.account)
    }

    /// Whoever owns the position.
    fn owner(&self, position: &Address) -> Result<Caller, FarmError> {
        Ok(Caller::new(self.position(position)?.account.owner))
    }
}

pub(crate) fn stake(staking: &Staking, request: &StakeRequest) -> Answer<StakePlan> {
    let plan = stake_instructions(
        staking.known(),
        &staking::StakeRequest {
            farm: request.farm.0,
            index: request.index,
            amount: request.amount,
            lock_until: request.lock_until,
            shard: request
                .shard
                .map_or(ShardChoice::ByOwner, ShardChoice::Index),
        },
        &Caller::new(request.owner.0),
    )?;
    Ok(StakePlan {
        transactions: one(&plan.instructions).transactions,
        position: plan.quote.position.into(),
        shard: plan.quote.shard.into(),
        opened: plan.quote.opened,
        added: plan.quote.added,
    })
}

pub(crate) fn open_position(
    staking: &Staking,
    request: &OpenPositionRequest,
) -> Answer<TransactionPlan> {
    let (farms, owner) = (staking.known(), Caller::new(request.owner.0));
    let (farm, index) = (&request.farm.0, request.index);
    let built = open_position_instruction(farms, farm, index, ShardChoice::ByOwner, &owner)?;
    Ok(one(&[built]))
}

pub(crate) fn lock(staking: &Staking, request: &LockRequest) -> Answer<TransactionPlan> {
    let (position, owner) = (&request.position, staking.owner(&request.position)?);
    let plan = lock_instructions(staking.known(), &position.0, request.until, &owner)?;
    Ok(one(&plan.instructions))
}

pub(crate) fn unstake(staking: &Staking, request: &UnstakeRequest) -> Answer<TransactionPlan> {
    let entry = staking.position(&request.position)?;
    let owner = Caller::new(entry.account.owner);
    let amount = request.amount.unwrap_or(u64::MAX);
    let (farms, position) = (staking.known(), &request.position.0);
    let waits = staking.farm_of(entry.account)?.cooldown_seconds > 0;
    let built = match waits {
        true => unstake_instructions(farms, position, amount, &owner)?.instructions,
        false => unstake_and_withdraw_instructions(farms, position, amount, &owner)?.instructions,
    };
    Ok(one(&built))
}

pub(crate) fn withdraw(staking: &Staking, request: &PositionRequest) -> Answer<TransactionPlan> {
    let owner = staking.owner(&request.position)?;
    let plan = withdraw_stake_instructions(staking.known(), &request.position.0, &owner)?;
    Ok(one(&plan.instructions))
}

/// Everything that can be had, and what is lost anyway is no reason not to have the rest.
const CLAIMING: Claiming = Claiming {
    close_due: true,
    give_up_lost: true,
};

pub(crate) fn claim(staking: &Staking, request: &PositionRequest) -> Answer<ClaimPlan> {
    let position = &request.position;
    let (farms, owner) = (staking.known(), staking.owner(position)?);
    let claimed = staking::claim_instructions(farms, &position.0, &CLAIMING, &owner)?;
    let farm = staking.farm_of(staking.position(position)?.account)?;
    let quote = claimed.quote;
    Ok(ClaimPlan {
        transactions: planned(&claimed.transactions).transactions,
        amounts: amounts(farm, &quote.received),
        credited: Vec::new(),
        epochs: counted(quote.epochs),
        closed_epochs: counted(quote.closed_epochs),
        lost_from: quote.lost.map(|(from, _)| from),
        lost_to: quote.lost.map(|(_, to)| to),
    })
}

/// What there is of each reward.
fn amounts(farm: &Farm, received: &[u64]) -> Vec<ClaimedAmount> {
    let amounts = (0u8..).zip(received).filter(|(_, amount)| **amount > 0);
    let amounts = amounts.map(|(reward, amount)| ClaimedAmount {
        reward,
        mint: mint(farm, reward).into(),
        amount: *amount,
    });
    amounts.collect()
}

fn mint(farm: &Farm, reward: u8) -> Pubkey {
    let mint = farm.reward_mints.get(usize::from(reward));
    mint.copied().unwrap_or_default()
}

pub(crate) fn restake(staking: &Staking, request: &RestakeRequest) -> Answer<ClaimPlan> {
    let position = &request.position;
    let (farms, owner) = (staking.known(), staking.owner(position)?);
    let reward = request.reward;
    let staked = staking::restake_instructions(farms, &position.0, reward, &CLAIMING, &owner)?;
    let farm = staking.farm_of(staking.position(position)?.account)?;
    let quote = staked.quote;
    Ok(ClaimPlan {
        transactions: planned(&staked.transactions).transactions,
        amounts: vec![ClaimedAmount {
            reward,
            mint: mint(farm, reward).into(),
            amount: quote.added,
        }],
        credited: amounts(farm, &quote.owed),
        epochs: counted(quote.epochs),
        closed_epochs: counted(quote.closed_epochs),
        lost_from: quote.lost.map(|(from, _)| from),
        lost_to: quote.lost.map(|(_, to)| to),
    })
}

pub(crate) fn set_delegate(
    staking: &Staking,
    request: &DelegateRequest,
) -> Answer<TransactionPlan> {
    let entry = staking.position(&request.position)?;
    let delegate = request.delegate.map(|delegate| delegate.0);
    let position = entry.account;
    let (farm, owner) = (&position.farm, &position.owner);
    let built = set_vote_delegate_instruction(farm, &entry.address, owner, delegate.as_ref());
    Ok(one(&[built]))
}

pub(crate) fn close_position(
    staking: &Staking,
    request: &PositionRequest,
) -> Answer<TransactionPlan> {
    let owner = staking.owner(&request.position)?;
    let built = close_position_instruction(staking.known(), &request.position.0, &owner)?;
    Ok(one(&[built]))
}

pub(crate) fn close_epochs(
    staking: &Staking,
    request: &CloseEpochsRequest,
) -> Answer<TransactionPlan> {
    let (farm, payer) = (&request.farm.0, &request.payer.0);
    let closed = close_epochs_instructions(staking.known(), farm, payer)?;
    Ok(planned(&closed.transactions))
}
