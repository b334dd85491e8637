//! A stake pool or farm, and what somebody has in one.

use sealane_sdk::{
    address::TOKEN_2022_PROGRAM,
    engine::world::World,
    farms::{self, Apr, FarmError, FarmShardView, FarmToken},
    prices::Prices,
    staking::state::pause,
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use utoipa::ToSchema;

use super::{Address, Amount, Big, Price, pool::paused};
use crate::store::ClosedEpoch;

/// The pause bits and their names.
const PAUSES: [(u8, &str); 2] = [(pause::STAKE, "stake"), (pause::FUND, "fund")];
/// A day, in seconds.
const DAY: u32 = 86_400;

/// A stake pool or farm. Weights are in ten-thousandths of a unit, times Unix seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FarmView {
    /// Its address.
    pub farm: Address,
    /// What it is called, if the gateway's list says.
    pub name: Option<String>,
    /// Who created it. Has no rights.
    pub creator: Address,
    /// Tells apart farms of one creator and token.
    pub id: u16,
    /// Who adds shards and rewards, extends and sweeps rewards, pauses actions.
    pub authority: Address,
    /// Who is to be that, once they accept.
    pub pending_authority: Option<Address>,
    /// What is staked.
    pub stake_mint: Address,
    /// Its decimals.
    pub stake_decimals: u8,
    /// `spl_token` or `token_2022`.
    pub stake_token_program: &'static str,
    /// Actions that are paused: `stake`, `fund`.
    pub paused: Vec<&'static str>,
    /// When epochs begin and end.
    pub epochs: EpochsView,
    /// What locks are worth.
    pub lock: LockView,
    /// Seconds from unstaking to withdrawing.
    pub cooldown_seconds: u32,
    /// Seconds from an epoch's end for which it can be claimed at least.
    pub grace_seconds: u32,
    /// Staked in all positions.
    pub staked: Amount,
    /// Unstaked and not withdrawn.
    pub cooling: Amount,
    /// Weight of all positions: what rewards are shared by.
    pub weight: Big,
    /// The order book whose makers earn here by their volume, where nobody stakes.
    pub market: Option<Address>,
    /// Of which pool's shard the staked token is the liquidity token.
    pub lp: Option<LiquidityView>,
    /// The token that prices are in: the one that most pools are quoted in.
    pub price_mint: Option<Address>,
    /// What one whole staked token is worth in it.
    pub price: Option<Price>,
    /// What all that is staked is worth in it.
    pub tvl_quote: Option<Price>,
    /// The shards.
    pub shards: Vec<StakeShardView>,
    /// What it pays.
    pub rewards: Vec<RewardView>,
    /// What all rewards together return in a year to a stake without a lock, as long as others stake
    /// as they do now; null without a price or a stake. A lock multiplies it.
    pub apr_bps: Option<u64>,
    /// The slot in which its newest account looked like this.
    pub slot: u64,
}

/// A farm's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EpochsView {
    /// When epoch 0 began.
    pub start: i64,
    /// Seconds of an epoch.
    pub seconds: u32,
    /// The present epoch.
    pub now: u32,
    /// When it ends.
    pub ends_at: i64,
    /// The first epoch that nobody has closed.
    pub next_to_close: u32,
}

/// What locks are worth: an epoch that a lock has left adds so much to the weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LockView {
    /// In ten-thousandths.
    pub boost_bps: u16,
    /// The longest lock, in epochs; 0: no locks.
    pub max_epochs: u8,
}

/// A pool's shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LiquidityView {
    /// The pool.
    pub pool: Address,
    /// Its shard.
    pub shard: Address,
    /// The shard's index.
    pub shard_index: u8,
}

/// A farm's shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StakeShardView {
    /// Its address.
    pub shard: Address,
    /// Which of the farm's shards it is.
    pub index: u8,
    /// Staked in its positions.
    pub staked: Amount,
    /// How much of that is locked.
    pub locked: Amount,
    /// Unstaked and not withdrawn.
    pub cooling: Amount,
    /// The vault of both.
    pub stake_vault: Address,
}

/// What a farm pays of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RewardView {
    /// Which of the farm's rewards it is.
    pub index: u8,
    /// The token.
    pub mint: Address,
    /// Its decimals.
    pub decimals: u8,
    /// From when it is paid.
    pub start: i64,
    /// Until when.
    pub end: i64,
    /// What it was funded with.
    pub funded: Amount,
    /// What epochs got that have ended.
    pub allotted: Amount,
    /// What was paid out.
    pub paid: Amount,
    /// What the next 24 hours pay at the present rate.
    pub per_day: Amount,
    /// What that is worth in the farm's `price_mint`.
    pub per_day_quote: Option<Price>,
    /// What it returns in a year to a stake without a lock; null without a price or a stake.
    pub apr_bps: Option<u64>,
}

impl FarmView {
    /// From the world.
    pub(crate) fn of(
        world: &World,
        farm: &Pubkey,
        name: Option<String>,
        prices: &Prices,
        now: i64,
    ) -> Result<Self, FarmError> {
        let known = farms::farm_view(world.farms(), farm, now)?;
        let price = |token: &FarmToken| prices.whole_token(&token.mint, token.decimals);
        let apr = farms::apr(&known, price);
        let rewards = known.rewards.iter().zip(&apr.rewards);
        let rewards = rewards.map(|(reward, apr)| {
            let day = reward.paid_in(DAY);
            let worth = price(&reward.token).and_then(|price| {
                let whole = super::whole(day.into(), reward.token.decimals);
                whole.checked_mul(price)
            });
            RewardView {
                index: reward.index,
                mint: reward.token.mint.into(),
                decimals: reward.token.decimals,
                start: reward.start,
                end: reward.end,
                funded: reward.funded.into(),
                allotted: reward.allotted.into(),
                paid: reward.paid.into(),
                per_day: day.into(),
                per_day_quote: worth.map(rounded),
                apr_bps: apr.bps,
            }
        });
        let entry = world.farms().farm(farm);
        let market = entry.and_then(|entry| Address::some(&entry.account.market));
        Ok(Self {
            farm: farm.into(),
            name,
            creator: known.creator.into(),
            id: known.id,
            authority: known.authority.into(),
            pending_authority: known.pending_authority.map(Address),
            stake_mint: known.stake.mint.into(),
            stake_decimals: known.stake.decimals,
            stake_token_program: match known.stake.token_program == TOKEN_2022_PROGRAM {
                true => "token_2022",
                false => "spl_token",
            },
            paused: paused(known.paused, &PAUSES),
            epochs: epochs(&known),
            lock: LockView {
                boost_bps: known.terms.boost(),
                max_epochs: known.terms.max_epochs(),
            },
            cooldown_seconds: known.cooldown_seconds,
            grace_seconds: known.grace_seconds,
            staked: known.staked.into(),
            cooling: Amount(known.shards.iter().map(|shard| shard.cooling).sum()),
            weight: Big(known.weight),
            market,
            lp: prices
                .shares(&known.stake.mint)
                .map(|shares| LiquidityView {
                    pool: shares.pool.into(),
                    shard: shares.shard.into(),
                    shard_index: shares.index,
                }),
            price_mint: prices.unit().map(Address),
            price: price(&known.stake).map(significant),
            // In a trading farm nobody stakes.
            tvl_quote: staked_value(&apr).filter(|_| market.is_none()),
            shards: known.shards.iter().map(StakeShardView::from).collect(),
            rewards: rewards.collect(),
            apr_bps: apr.unlocked_bps,
            slot: slot(world, farm),
        })
    }

    /// All farms of which all accounts are known, those with the most at stake first.
    pub(crate) fn all(
        world: &World,
        name: impl Fn(&Pubkey) -> Option<String>,
        now: i64,
    ) -> Vec<Self> {
        let prices = Prices::of(world.pools());
        let known = world.farms().farms().map(|entry| entry.address);
        // One that was created a moment ago may lack an account.
        let views = known.filter_map(|farm| Self::of(world, &farm, name(&farm), &prices, now).ok());
        let mut views: Vec<Self> = views.collect();
        views.sort_by_key(|farm| (std::cmp::Reverse(farm.tvl_quote), farm.farm));
        views
    }
}

fn epochs(farm: &farms::FarmView) -> EpochsView {
    EpochsView {
        start: farm.epochs.begin(0),
        seconds: farm.epochs.seconds(),
        now: farm.epoch,
        ends_at: farm.epochs.end(farm.epoch),
        next_to_close: farm.next_epoch,
    }
}

fn staked_value(apr: &Apr) -> Option<Price> {
    apr.staked_value.map(rounded)
}

fn rounded(value: rust_decimal::Decimal) -> Price {
    Price(value.round_dp(2).normalize())
}

fn significant(price: rust_decimal::Decimal) -> Price {
    Price(price.round_sf(12).unwrap_or(price).normalize())
}

/// The newest of a farm's accounts.
fn slot(world: &World, farm: &Pubkey) -> u64 {
    let farms = world.farms();
    let slots = [
        farms.farm(farm).map(|entry| entry.slot),
        farms.budget(farm).map(|entry| entry.slot),
        farms.shards(farm).map(|entry| entry.slot).max(),
    ];
    slots.into_iter().flatten().max().unwrap_or_default()
}

impl From<&FarmShardView> for StakeShardView {
    fn from(shard: &FarmShardView) -> Self {
        Self {
            shard: shard.shard.into(),
            index: shard.index,
            staked: shard.staked.into(),
            locked: shard.locked.into(),
            cooling: shard.cooling.into(),
            stake_vault: shard.stake_vault.into(),
        }
    }
}

/// What somebody has staked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PositionView {
    /// Its address.
    pub position: Address,
    /// The farm.
    pub farm: Address,
    /// Tells apart one owner's positions in the farm.
    pub index: u16,
    /// The shard that counts it.
    pub shard: Address,
    /// The shard's index.
    pub shard_index: u8,
    /// Whose it is.
    pub owner: Address,
    /// Staked.
    pub amount: Amount,
    /// Weight now: what rewards are shared by.
    pub weight: Big,
    /// What the lock multiplies by now, in ten-thousandths.
    pub multiplier_bps: u64,
    /// The first epoch in which it is free; null: it is.
    pub lock_until: Option<u32>,
    /// When that epoch begins.
    pub lock_ends_at: Option<i64>,
    /// Unstaked and not withdrawn.
    pub cooling: Amount,
    /// When that can be withdrawn; null where nothing cools down.
    pub cooled_at: Option<i64>,
    /// Who may vote with it besides.
    pub delegate: Option<Address>,
    /// What it has earned, of each reward; empty while the gateway does not know all of it.
    pub pending: Vec<PendingView>,
    /// The first epoch that was not claimed.
    pub claim_from: u32,
    /// Closed epochs in which it earned something that was not claimed.
    pub claimable_epochs: usize,
    /// Its weight at the beginning of the present epoch: what it counts in a vote that opens now.
    pub voting_power: Big,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// What a position has earned of a reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PendingView {
    /// The reward's index.
    pub reward: u8,
    /// The token.
    pub mint: Address,
    /// Its decimals.
    pub decimals: u8,
    /// In epochs that have ended, to the unit, whether somebody has closed them or not.
    pub amount: Amount,
    /// What the present epoch will bring if nothing changes.
    pub accruing: Amount,
}

impl PositionView {
    /// From the world.
    fn of(world: &World, address: &Pubkey, now: i64) -> Result<Self, FarmError> {
        let farms = world.farms();
        let unknown = || FarmError::UnknownPosition { position: *address };
        let entry = farms.position(address).ok_or_else(unknown)?;
        let known = farms::position_view(farms, address, now)?;
        // A record may be missing for a moment: what is staked is told all the same.
        let pending = farms::pending(farms, address, now);
        let pending = pending.inspect_err(|error| {
            tracing::warn!(position = %address, %error, "what a position has earned is not known");
        });
        let pending = pending.ok();
        let farm = farms.farm(&known.farm).ok_or_else(unknown)?.account;
        let shard = farms.shards(&known.farm);
        let mut shard = shard.filter(|shard| shard.address == known.shard);
        let earned = pending.as_ref().map(|pending| {
            let (earned, present) = (pending.earned(), pending.present);
            let rewards = 0..farm.reward_count;
            rewards.map(move |reward| {
                let at = usize::from(reward);
                PendingView {
                    reward,
                    mint: farm.reward_mints[at].into(),
                    decimals: farm.reward_decimals[at],
                    amount: earned[at].into(),
                    accruing: present[at].into(),
                }
            })
        });
        Ok(Self {
            position: address.into(),
            farm: known.farm.into(),
            index: known.index,
            shard: known.shard.into(),
            shard_index: shard.next().map_or(0, |shard| shard.account.index),
            owner: known.owner.into(),
            amount: known.amount.into(),
            weight: Big(known.weight),
            multiplier_bps: known.multiplier(),
            lock_until: known.lock_until,
            lock_ends_at: known.lock_ends_at,
            cooling: known.cooling.into(),
            cooled_at: (known.cooling > 0).then_some(known.cooled_at),
            delegate: known.delegate.map(Address),
            pending: earned.into_iter().flatten().collect(),
            claim_from: known.claim_from,
            claimable_epochs: pending.map_or(0, |pending| pending.settlement.epochs()),
            voting_power: Big(known.voting_power),
            slot: entry.slot,
        })
    }

    /// Every position of an owner, by farm and index.
    pub(crate) fn all(world: &World, owner: &Pubkey, now: i64) -> Vec<Self> {
        let owned = world.farms().positions_of(owner);
        let views = owned.filter_map(|entry| Self::of(world, &entry.address, now).ok());
        let mut views: Vec<Self> = views.collect();
        views.sort_by_key(|position| (position.farm, position.index));
        views
    }
}

/// What an epoch of a farm paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EpochView {
    /// The epoch.
    pub epoch: u32,
    /// When it began.
    pub begins_at: i64,
    /// When it ended.
    pub ends_at: i64,
    /// Weight times seconds of all positions.
    pub points: Big,
    /// Weight of all positions at its end.
    pub weight: Big,
    /// What they share, of each of the farm's rewards.
    pub rewards: Vec<Amount>,
    /// When somebody closed it.
    pub closed_at: i64,
    /// The transaction that did.
    pub signature: String,
}

impl EpochView {
    /// With the farm's time and the number of its rewards.
    pub(crate) fn of(farm: &sealane_sdk::staking::state::Farm, closed: &ClosedEpoch) -> Self {
        let rewards = closed.rewards.iter().take(usize::from(farm.reward_count));
        Self {
            epoch: closed.epoch,
            begins_at: farm.epochs().begin(closed.epoch),
            ends_at: farm.epochs().end(closed.epoch),
            points: Big(closed.points),
            weight: Big(closed.weight),
            rewards: rewards.copied().map(Amount).collect(),
            closed_at: closed.time,
            signature: closed.signature.clone(),
        }
    }
}
