//! Sealane's stake pools and farms, in which no stake change and no claim writes an account that all
//! users share.
//!
//! # Accounts
//!
//! | account | seeds | bytes | who writes it |
//! |---|---|---|---|
//! | [`Farm`](state::Farm) | `"farm"`, creator, stake mint, id | 592 | administration only |
//! | [`Budget`](state::Budget) | `"budget"`, farm | 360 | funding, closing and expiring epochs, sweeping |
//! | [`Shard`](state::Shard) | `"shard"`, farm, index | 3,520 | stakes of its positions; claims that it pays |
//! | its stake vault | `"vault"`, shard | | stakes and withdrawals of its positions |
//! | its reward vaults | `"reward"`, shard, reward | | funding, claims that it pays |
//! | [`Position`](state::Position) | `"position"`, farm, owner, index | 784 | its owner |
//! | [`EpochRecord`](state::EpochRecord) | `"epoch"`, farm, epoch | 224 | closing and expiring that epoch |
//!
//! A stake pool is a farm whose staked token is the governance token and whose terms reward locks.
//! A farm for liquidity has an LP token, and mostly no locks and no cool-down.
//!
//! # How rewards are counted without a counter
//!
//! Time is cut into epochs. Weight times seconds of an epoch are points: a position keeps its own, and
//! one of up to 16 shards keeps the sum of its positions'. When an epoch is over, anyone adds the
//! shards up, in as many transactions as it takes, into the epoch's record, which then says what all
//! positions earned and what they share. A claim reads that record, computes the position's part, and
//! pays from the vault of whatever shard it names. Two users conflict only if they picked one shard.
//!
//! A position remembers the last 16 epochs in which it was changed, so that it can be paid for all
//! epochs later: one that was changed in 16 epochs that it did not claim claims some first, or
//! forfeits them. The record of a later epoch without rewards brings it up to date as well.
//!
//! The staked and the cooling tokens of a position lie in its own shard's stake vault. Rewards lie in
//! any shard's vault, and [`balance_rewards`](staking::balance_rewards) moves them, for anyone.
//!
//! # Locks and weight
//!
//! A lock lasts to the beginning of an epoch. Weight is the amount times `1 + boost · epochs left`, at
//! most five. It changes when the position does and at the beginning of epochs, so points of an
//! epoch are whole numbers, and the shard follows locks by the epoch in which they end. A lock is only
//! ever made longer; a locked stake cannot be unstaked.
//!
//! The governance program reads positions as they are: [`PositionStake::weight_at`] tells a
//! position's weight at the beginning of a past epoch, out of the entries that it keeps for the
//! epochs in which it changed, and the record of the epoch before tells all positions' weight at that
//! moment. What was staked after the beginning does not count, and tokens count once, wherever they
//! went since.
//!
//! [`PositionStake::weight_at`]: sealane_core::stake::PositionStake::weight_at
//!
//! # Trading farms
//!
//! A farm that is bound to an order book pays makers. A position counts the lane that has its owner
//! and its index, which makes them one to one; points are the quote units that the lane made since it
//! was counted last, out of the counter that every fill adds to in the lane itself. So no trade
//! writes anything for it. Anyone may count: whoever would keep volume back for an epoch with
//! less of it is counted by the others. A lane that was closed and opened again counts from zero; a
//! counter that has wrapped looks the same, so never too much is counted.
//!
//! Who trades with himself pays the market's fees for his volume. A farm should pay less per unit
//! than they come to.
//!
//! # Invariants
//!
//! 1. A shard's stake vault holds its `staked` and `cooling`, which are the sums of its positions'.
//! 2. All vaults of a reward hold what was funded, less what was paid and what was swept.
//! 3. What epochs were allotted is at most what was funded; what positions are credited with of an
//!    epoch is at most what it was allotted. So the vaults hold what positions are owed, what those
//!    can still claim, and what was not allotted yet.
//! 4. Points of an epoch in its record are the sum of all positions', to the unit.
//! 5. Epochs are closed in order, each once; a position claims each once.
//!
//! # Rounding
//!
//! Weights and points are exact. An epoch's part of a schedule is rounded down, and what that leaves
//! is paid in later epochs; the last one gets all that is left. A position's part of an epoch is
//! rounded down, once for each reward, and leaves less than a unit in the vaults, to be swept when
//! the grace period is over. Epochs in which nobody staked leave their part to later ones.
//!
//! # Time
//!
//! What an epoch pays goes to whoever staked in it, by points, however short the time. Funding is for
//! the time from the present epoch on, evenly; an extension may not lower what was
//! promised per second. Claims of an epoch are paid for the farm's grace period, at least 30 days, and
//! as long as there is its record; then, epoch by epoch, anyone may delete records, which returns the
//! rent, and what was not claimed can be swept. What a position was credited with stays its own. If nobody closes a farm's epochs while there are rewards, its
//! shards remember the last 32; to go on then, anyone closes epochs, or skips those without rewards.
//!
//! # Instructions
//!
//! | instruction | who | what it writes |
//! |---|---|---|
//! | [`create_farm`](staking::create_farm) | anyone | a new farm and its budget |
//! | [`add_shard`](staking::add_shard) | authority | the farm; a new shard and its stake vault |
//! | [`add_reward`](staking::add_reward) | authority | the farm, the budget |
//! | [`add_reward_vault`](staking::add_reward_vault) | anyone | a shard; its new vault |
//! | [`fund`](staking::fund) | anyone; authority to extend | the budget, a vault |
//! | [`administer`](staking::administer) | authority, or the proposed one | the farm |
//! | [`open_position`](staking::open_position), [`close_position`](staking::close_position) | owner | a position |
//! | [`stake`](staking::stake), [`withdraw`](staking::withdraw) | owner | the position, its shard and that shard's stake vault |
//! | [`lock`](staking::lock), [`unstake`](staking::unstake) | owner | the position, its shard |
//! | [`set_delegate`](staking::set_delegate), [`forfeit`](staking::forfeit) | owner | the position |
//! | [`close_epoch`](staking::close_epoch) | anyone | the budget, the record, shards |
//! | [`skip_epochs`](staking::skip_epochs) | anyone | the farm, the budget |
//! | [`claim`](staking::claim) | owner | the position, the shard that pays and its vault |
//! | [`restake`](staking::restake) | owner | the position, its shard and two of that shard's vaults |
//! | [`balance_rewards`](staking::balance_rewards) | anyone | vaults of two shards |
//! | [`expire_epoch`](staking::expire_epoch) | anyone, after the grace period | the budget, the record |
//! | [`sweep`](staking::sweep) | authority, after the grace period | the budget, a vault |
//! | [`bind_market`](staking::bind_market) | authority of a farm without shards | the farm |
//! | [`count_volume`](staking::count_volume) | anyone | the position, its shard |

// Anchor's derives put undocumented public modules beside what they are derived for.
#![allow(missing_docs)]

use anchor_lang::prelude::*;

pub mod errors;
pub mod events;
#[cfg(feature = "program")]
pub mod instructions;
pub mod state;

#[cfg(feature = "program")]
pub use instructions::*;

declare_id!("sea4T2aveND5SykWmcwFEBdmspeLAeJcWFH6AzXBQfs");

/// The instructions. Amounts are units of their token, rewards are told by their index.
#[cfg(feature = "program")]
#[program]
pub mod staking {
    use super::*;

    /// Creates a farm without shards and rewards. The creator is its first authority.
    #[discrim = 0]
    pub fn create_farm(ctx: &mut Context<CreateFarm>, id: u16, params: FarmParams) -> Result<()> {
        instructions::create_farm::handle(ctx, id, &params)
    }

    /// Adds the next shard with its vault of staked tokens.
    #[discrim = 1]
    pub fn add_shard(ctx: &mut Context<AddShard>) -> Result<()> {
        instructions::add_shard::handle(ctx)
    }

    /// Adds a reward that is paid from `start` to `end`, once it is funded.
    #[discrim = 2]
    pub fn add_reward(ctx: &mut Context<AddReward>, start: i64, end: i64) -> Result<()> {
        instructions::add_reward::handle(ctx, start, end)
    }

    /// Creates a shard's vault for a reward.
    #[discrim = 3]
    pub fn add_reward_vault(ctx: &mut Context<AddRewardVault>, reward: u8) -> Result<()> {
        instructions::add_reward_vault::handle(ctx, reward)
    }

    /// Tops a reward up; with an `end` other than 0 also makes its time longer.
    #[discrim = 4]
    pub fn fund(ctx: &mut Context<Fund>, reward: u8, amount: u64, end: i64) -> Result<()> {
        instructions::fund::handle(ctx, reward, amount, end)
    }

    /// Changes pauses, the authority: see [`FarmAction`].
    #[discrim = 5]
    pub fn administer(ctx: &mut Context<Administer>, action: FarmAction) -> Result<()> {
        instructions::administer::handle(ctx, &action)
    }

    /// Opens a position, counted by a shard for good. An owner's positions in a farm are told apart
    /// by `index`.
    #[discrim = 6]
    pub fn open_position(ctx: &mut Context<OpenPosition>, index: u16) -> Result<()> {
        instructions::open_position::handle(ctx, index)
    }

    /// Closes a position that has nothing. Its rent goes to the owner. Cannot be paused.
    #[discrim = 7]
    pub fn close_position(ctx: &mut Context<ClosePosition>) -> Result<()> {
        instructions::close_position::handle(ctx)
    }

    /// Stakes tokens, under the lock there is.
    #[discrim = 8]
    pub fn stake(ctx: &mut Context<Stake>, amount: u64) -> Result<()> {
        instructions::stake::handle(ctx, amount)
    }

    /// Locks what is staked until the beginning of an epoch.
    #[discrim = 9]
    pub fn lock(ctx: &mut Context<Lock>, until: u32) -> Result<()> {
        instructions::lock::handle(ctx, until)
    }

    /// Unstakes: the tokens weigh no more, and can be withdrawn after the cool-down, together with
    /// what cools down already. `u64::MAX` is all that is staked. Cannot be paused.
    #[discrim = 10]
    pub fn unstake(ctx: &mut Context<Unstake>, amount: u64) -> Result<()> {
        instructions::unstake::handle(ctx, amount)
    }

    /// Pays what has cooled down. Cannot be paused.
    #[discrim = 11]
    pub fn withdraw(ctx: &mut Context<Withdraw>) -> Result<()> {
        instructions::withdraw::handle(ctx)
    }

    /// Lets somebody else vote with a position's weight; all zero: nobody.
    #[discrim = 12]
    pub fn set_delegate(ctx: &mut Context<PositionSettings>, delegate: [u8; 32]) -> Result<()> {
        instructions::position_settings::set_delegate(ctx, delegate)
    }

    /// Gives up the rewards of all epochs before one.
    #[discrim = 13]
    pub fn forfeit(ctx: &mut Context<PositionSettings>, before: u32) -> Result<()> {
        instructions::position_settings::forfeit(ctx, before)
    }

    /// Adds shards to the record of an epoch that has ended; with the last of them, fixes what the
    /// epoch pays.
    #[discrim = 14]
    pub fn close_epoch(ctx: &mut Context<CloseEpoch>, epoch: u32) -> Result<()> {
        instructions::close_epoch::handle(ctx, epoch)
    }

    /// Passes over ended epochs without rewards: the next to be closed is `to`.
    #[discrim = 15]
    pub fn skip_epochs(ctx: &mut Context<SkipEpochs>, to: u32) -> Result<()> {
        instructions::skip_epochs::handle(ctx, to)
    }

    /// Credits a position with its part of closed epochs and pays one reward. Cannot be paused.
    #[discrim = 16]
    pub fn claim(ctx: &mut Context<Claim>, reward: u8) -> Result<()> {
        instructions::claim::handle(ctx, reward)
    }

    /// The same, and stakes the reward, which has to be the staked token.
    #[discrim = 17]
    pub fn restake(ctx: &mut Context<Restake>, reward: u8) -> Result<()> {
        instructions::restake::handle(ctx, reward)
    }

    /// Moves rewards from one shard's vault to another's; `u64::MAX` is all that the vault holds.
    #[discrim = 18]
    pub fn balance_rewards(
        ctx: &mut Context<BalanceRewards>,
        reward: u8,
        amount: u64,
    ) -> Result<()> {
        instructions::balance_rewards::handle(ctx, reward, amount)
    }

    /// Deletes the record of an epoch whose grace period is over, in order. Its rent goes to whoever
    /// paid it.
    #[discrim = 19]
    pub fn expire_epoch(ctx: &mut Context<ExpireEpoch>) -> Result<()> {
        instructions::expire_epoch::handle(ctx)
    }

    /// Pays the authority what was allotted to expired epochs and not claimed, and what a schedule
    /// that is over never allotted.
    #[discrim = 20]
    pub fn sweep(ctx: &mut Context<Sweep>, reward: u8) -> Result<()> {
        instructions::sweep::handle(ctx, reward)
    }

    /// Makes a trading farm of a new farm: its positions earn by the volume that their lanes make in
    /// an order book.
    #[discrim = 21]
    pub fn bind_market(ctx: &mut Context<BindMarket>) -> Result<()> {
        instructions::bind_market::handle(ctx)
    }

    /// Counts what a lane has made since it was counted last, in a trading farm.
    #[discrim = 22]
    pub fn count_volume(ctx: &mut Context<CountVolume>) -> Result<()> {
        instructions::count_volume::handle(ctx)
    }
}
