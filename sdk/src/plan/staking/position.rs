//! Positions: staking, locking, taking out.

use sealane_core::stake::{Moment, PositionStake, Stake, StakeChange, StakeError};
use sealane_staking::{
    EVERYTHING, accounts,
    errors::StakingError,
    instruction as arguments,
    state::{Farm, Position, Shard, pause},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{instruction, stake_token, transfer_fee};
use crate::{
    address::{self, SYSTEM_PROGRAM},
    farms::{
        Entry, FarmError, Farms, known_farm, known_position, known_shards, known_time, moment,
        working_stake,
    },
    plan::{Caller, Plan},
    quote::spread,
};

/// Which shard counts a new position. It never changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShardChoice {
    /// One that the owner's address picks, so that owners spread over shards.
    #[default]
    ByOwner,
    /// The one with the least staked.
    LeastStaked,
    /// The one with this index.
    Index(u8),
}

/// Tokens to be staked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StakeRequest {
    /// The farm.
    pub farm: Pubkey,
    /// Tells apart one owner's positions in a farm. One that does not exist is opened.
    pub index: u16,
    /// Units that leave the wallet.
    pub amount: u64,
    /// The first epoch in which the stake is to be free, if it is to be locked.
    pub lock_until: Option<u32>,
    /// Which shard counts the position, if it is opened.
    pub shard: ShardChoice,
}

/// What staking, or locking, does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StakeQuote {
    /// The position.
    pub position: Pubkey,
    /// The shard that counts it.
    pub shard: Pubkey,
    /// Whether it is opened.
    pub opened: bool,
    /// Units that leave the wallet.
    pub sent: u64,
    /// Units that are staked: what a transfer fee leaves.
    pub added: u64,
    /// The stake afterwards.
    pub stake: Stake,
    /// Its weight in the present epoch, in ten-thousandths of a unit.
    pub weight: u128,
    /// When its lock ends, Unix seconds, if it has one.
    pub lock_ends_at: Option<i64>,
}

/// A position's farm and shard, and what the program would work with.
struct Desk<'a> {
    farm: Entry<'a, Farm>,
    shard: Entry<'a, Shard>,
    position: Pubkey,
    stake: PositionStake,
    at: Moment,
    now: i64,
}

impl<'a> Desk<'a> {
    fn of(farms: &'a Farms, position: &Pubkey, caller: &Caller) -> Result<Self, FarmError> {
        let entry = known_position(farms, position)?;
        let account: &Position = entry.account;
        if account.owner != caller.owner {
            return Err(StakingError::WrongOwner.into());
        }
        let farm = known_farm(farms, &account.farm)?;
        let shards = known_shards(farms, &farm)?.into_iter();
        let mut own = shards.filter(|shard| shard.address == account.shard);
        let shard = own.next().ok_or(StakingError::WrongShard)?;
        let now = known_time(farms)?;
        let at = moment(farm.account, now)?;
        Ok(Self {
            farm,
            shard,
            position: *position,
            stake: working_stake(farm.account, account, &at),
            at,
            now,
        })
    }

    /// What the program computes with a change; refuses what it refuses.
    fn change(
        &mut self,
        change: impl FnOnce(&mut PositionStake) -> Result<StakeChange, StakeError>,
    ) -> Result<Stake, FarmError> {
        let change = change(&mut self.stake)?;
        let farm = self.farm.account;
        let mut shard = *self.shard.account.stake();
        shard.follow(&self.at, &farm.terms(), &change, farm.rewards_from)?;
        Ok(change.after)
    }

    fn quote(&self, opened: bool, [sent, added]: [u64; 2]) -> StakeQuote {
        let (farm, stake) = (self.farm.account, self.stake.stake());
        let locked = stake.lock_left(self.at.epoch) > 0;
        StakeQuote {
            position: self.position,
            shard: self.shard.address,
            opened,
            sent,
            added,
            stake,
            weight: farm.terms().weight(&stake, self.at.epoch),
            lock_ends_at: locked.then(|| farm.epochs().begin(stake.lock_until)),
        }
    }

    fn lock_instruction(&self, caller: &Caller, until: u32) -> Instruction {
        let accounts = accounts::Lock {
            farm: self.farm.address,
            shard: self.shard.address,
            position: self.position,
            owner: caller.owner,
        };
        instruction(&accounts, &arguments::Lock { until })
    }
}

/// Stakes tokens of the caller, and opens the position if it does not exist.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account, or the program would refuse.
pub fn stake_instructions(
    farms: &Farms,
    request: &StakeRequest,
    caller: &Caller,
) -> Result<Plan<StakeQuote>, FarmError> {
    let farm = known_farm(farms, &request.farm)?;
    let config = farm.account;
    config.require_active(pause::STAKE)?;
    if config.is_trading() {
        return Err(StakingError::TradingFarm.into());
    }
    if request.amount == 0 {
        return Err(StakingError::ZeroAmount.into());
    }
    let (position, _) = address::position(&farm.address, &caller.owner, request.index);
    let mut instructions = Vec::new();
    let opened = farms.position(&position).is_none();
    let mut desk = if opened {
        let shard = choose(farms, &farm, request.shard, &caller.owner)?;
        let now = known_time(farms)?;
        let at = moment(config, now)?;
        instructions.push(open(
            &farm.address,
            &shard.address,
            &position,
            request.index,
            caller,
        ));
        let mut stake = PositionStake::new(at.epoch);
        if !config.has_rewards() {
            stake.forfeit(at.epoch);
        }
        Desk {
            farm,
            shard,
            position,
            stake,
            at,
            now,
        }
    } else {
        Desk::of(farms, &position, caller)?
    };
    let token = stake_token(config);
    let fee = transfer_fee(farms, &token)?;
    let added = fee
        .net_of(request.amount)
        .map_err(|_| StakingError::TransferFeeTooHigh)?;
    let (at, terms) = (desk.at, config.terms());
    desk.change(|stake| stake.add(&at, &terms, added))?;
    if let Some(until) = request.lock_until {
        // The shard that it follows has changed by then; what it refuses, the stake refuses too.
        desk.stake.lock(&at, &terms, until)?;
    }
    let accounts = accounts::Stake {
        farm: farm.address,
        shard: desk.shard.address,
        position,
        owner: caller.owner,
        owner_tokens: caller.account(&token),
        stake_vault: desk.shard.account.stake_vault,
        stake_mint: token.mint,
        stake_token_program: token.program,
    };
    let amount = request.amount;
    instructions.push(instruction(&accounts, &arguments::Stake { amount }));
    if let Some(until) = request.lock_until {
        instructions.push(desk.lock_instruction(caller, until));
    }
    Ok(Plan {
        instructions,
        quote: desk.quote(opened, [amount, added]),
    })
}

/// Opens a position without a stake: for a trading farm, whose positions earn by the volume of the
/// lane of the same owner and index.
///
/// # Errors
/// [`FarmError`] if the cache lacks the farm or its shards.
pub fn open_position_instruction(
    farms: &Farms,
    farm: &Pubkey,
    index: u16,
    shard: ShardChoice,
    caller: &Caller,
) -> Result<Instruction, FarmError> {
    let farm = known_farm(farms, farm)?;
    let shard = choose(farms, &farm, shard, &caller.owner)?;
    let (position, _) = address::position(&farm.address, &caller.owner, index);
    Ok(open(
        &farm.address,
        &shard.address,
        &position,
        index,
        caller,
    ))
}

fn choose<'a>(
    farms: &'a Farms,
    farm: &Entry<'_, Farm>,
    choice: ShardChoice,
    owner: &Pubkey,
) -> Result<Entry<'a, Shard>, FarmError> {
    let shards = known_shards(farms, farm)?;
    let chosen = match choice {
        ShardChoice::ByOwner => shards.get(spread(owner, shards.len())),
        ShardChoice::LeastStaked => shards.iter().min_by_key(|shard| shard.account.staked),
        ShardChoice::Index(index) => shards.get(usize::from(index)),
    };
    chosen.copied().ok_or(StakingError::WrongShard.into())
}

fn open(
    farm: &Pubkey,
    shard: &Pubkey,
    position: &Pubkey,
    index: u16,
    caller: &Caller,
) -> Instruction {
    let accounts = accounts::OpenPosition {
        owner: caller.owner,
        farm: *farm,
        shard: *shard,
        position: *position,
        system_program: SYSTEM_PROGRAM,
    };
    instruction(&accounts, &arguments::OpenPosition { index })
}

/// Locks what is staked until the beginning of an epoch. A lock is never made shorter.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account, or the program would refuse.
pub fn lock_instructions(
    farms: &Farms,
    position: &Pubkey,
    until: u32,
    caller: &Caller,
) -> Result<Plan<StakeQuote>, FarmError> {
    let mut desk = Desk::of(farms, position, caller)?;
    desk.farm.account.require_active(pause::STAKE)?;
    let (at, terms) = (desk.at, desk.farm.account.terms());
    desk.change(|stake| stake.lock(&at, &terms, until))?;
    Ok(Plan {
        instructions: vec![desk.lock_instruction(caller, until)],
        quote: desk.quote(false, [0, 0]),
    })
}

/// What unstaking does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnstakeQuote {
    /// Units that weigh no more.
    pub amount: u64,
    /// Units still staked.
    pub left: u64,
    /// Units that cool down afterwards, those from before included.
    pub cooling: u64,
    /// When all of them can be withdrawn, Unix seconds.
    pub cooled_at: i64,
}

/// Unstakes; `u64::MAX` is all that is staked. What is unstaked can be withdrawn after the farm's
/// cool-down, together with what cools down already.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account, or the program would refuse.
pub fn unstake_instructions(
    farms: &Farms,
    position: &Pubkey,
    amount: u64,
    caller: &Caller,
) -> Result<Plan<UnstakeQuote>, FarmError> {
    let mut desk = Desk::of(farms, position, caller)?;
    let config = desk.farm.account;
    let cooled_at = desk.now.saturating_add(i64::from(config.cooldown_seconds));
    let unstaked = if amount == EVERYTHING {
        desk.stake.stake().amount
    } else {
        amount
    };
    let (at, terms) = (desk.at, config.terms());
    let after = desk.change(|stake| stake.unstake(&at, &terms, unstaked, cooled_at))?;
    let accounts = accounts::Unstake {
        farm: desk.farm.address,
        shard: desk.shard.address,
        position: *position,
        owner: caller.owner,
    };
    Ok(Plan {
        instructions: vec![instruction(&accounts, &arguments::Unstake { amount })],
        quote: UnstakeQuote {
            amount: unstaked,
            left: after.amount,
            cooling: desk.stake.cooling,
            cooled_at,
        },
    })
}

/// What a withdrawal does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithdrawStakeQuote {
    /// Units that leave the farm.
    pub amount: u64,
    /// Units that arrive: what a transfer fee leaves.
    pub received: u64,
}

/// Pays out what has cooled down.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account, or nothing has cooled down.
pub fn withdraw_stake_instructions(
    farms: &Farms,
    position: &Pubkey,
    caller: &Caller,
) -> Result<Plan<WithdrawStakeQuote>, FarmError> {
    let mut desk = Desk::of(farms, position, caller)?;
    let amount = desk.stake.withdraw(desk.now)?;
    withdraw(farms, &desk, amount, caller)
}

fn withdraw(
    farms: &Farms,
    desk: &Desk<'_>,
    amount: u64,
    caller: &Caller,
) -> Result<Plan<WithdrawStakeQuote>, FarmError> {
    let token = stake_token(desk.farm.account);
    let accounts = accounts::Withdraw {
        farm: desk.farm.address,
        shard: desk.shard.address,
        position: desk.position,
        owner: caller.owner,
        recipient: caller.account(&token),
        stake_vault: desk.shard.account.stake_vault,
        stake_mint: token.mint,
        stake_token_program: token.program,
    };
    let quote = WithdrawStakeQuote {
        amount,
        received: transfer_fee(farms, &token)?.after_fee(amount),
    };
    let withdrawal = instruction(&accounts, &arguments::Withdraw {});
    Ok(caller.plan(&[token], withdrawal, quote))
}

/// Unstakes and pays out at once, where the farm has no cool-down.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account, or the program would refuse.
pub fn unstake_and_withdraw_instructions(
    farms: &Farms,
    position: &Pubkey,
    amount: u64,
    caller: &Caller,
) -> Result<Plan<(UnstakeQuote, WithdrawStakeQuote)>, FarmError> {
    let unstake = unstake_instructions(farms, position, amount, caller)?;
    let desk = Desk::of(farms, position, caller)?;
    if desk.farm.account.cooldown_seconds > 0 {
        return Err(StakingError::CoolingDown.into());
    }
    let withdrawal = withdraw(farms, &desk, unstake.quote.cooling, caller)?;
    Ok(Plan {
        instructions: [unstake.instructions, withdrawal.instructions].concat(),
        quote: (unstake.quote, withdrawal.quote),
    })
}

/// Lets somebody else vote with a position's weight; `None`: nobody.
#[must_use]
pub fn set_vote_delegate_instruction(
    farm: &Pubkey,
    position: &Pubkey,
    owner: &Pubkey,
    delegate: Option<&Pubkey>,
) -> Instruction {
    let delegate = delegate.copied().unwrap_or_default().to_bytes();
    instruction(
        &settings(farm, position, owner),
        &arguments::SetDelegate { delegate },
    )
}

/// Gives up what a position earned in all epochs before one.
#[must_use]
pub fn forfeit_instruction(
    farm: &Pubkey,
    position: &Pubkey,
    owner: &Pubkey,
    before: u32,
) -> Instruction {
    instruction(
        &settings(farm, position, owner),
        &arguments::Forfeit { before },
    )
}

fn settings(farm: &Pubkey, position: &Pubkey, owner: &Pubkey) -> accounts::PositionSettings {
    accounts::PositionSettings {
        farm: *farm,
        position: *position,
        owner: *owner,
    }
}

/// Closes a position that has nothing. Its rent goes to the owner.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account, or the position is not empty.
pub fn close_position_instruction(
    farms: &Farms,
    position: &Pubkey,
    caller: &Caller,
) -> Result<Instruction, FarmError> {
    let mut desk = Desk::of(farms, position, caller)?;
    if !desk.farm.account.has_rewards() {
        desk.stake.forfeit(u32::MAX);
    }
    if !desk.stake.is_empty() {
        return Err(StakingError::PositionNotEmpty.into());
    }
    let accounts = accounts::ClosePosition {
        owner: caller.owner,
        farm: desk.farm.address,
        position: *position,
    };
    Ok(instruction(&accounts, &arguments::ClosePosition {}))
}
