//! What a farm pays in a year, as a part of what is staked.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use sealane_core::stake::WHOLE;

use super::{FarmToken, FarmView, RewardView};

/// Seconds of a year of 365 days.
const YEAR_SECONDS: u64 = 365 * 86_400;
/// Basis points of the whole.
const WHOLE_BPS: u32 = 10_000;

/// What one reward pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardApr {
    /// The reward's index.
    pub reward: u8,
    /// Units paid in a year at the present rate.
    pub units_per_year: u128,
    /// What they are worth; `None` without a price.
    pub value_per_year: Option<Decimal>,
    /// That over what is staked, for a stake without a lock, in basis points, rounded down; `None`
    /// without prices, or while nothing is staked.
    pub bps: Option<u64>,
}

/// The yearly return of a farm at its present rate, as long as others stake as they do now. Rewards
/// are not compounded.
///
/// A position's share is by weight. So a stake without a lock returns `reward value / (total weight ×
/// price)`, and one whose lock multiplies its weight returns as many times that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apr {
    /// Each reward's.
    pub rewards: Vec<RewardApr>,
    /// What is staked is worth this; `None` without a price.
    pub staked_value: Option<Decimal>,
    /// For a stake without a lock, in basis points; `None` if any reward that is being paid has none.
    pub unlocked_bps: Option<u64>,
    /// What the longest lock multiplies by at its beginning, in ten-thousandths.
    pub longest_lock_multiplier: u64,
}

impl Apr {
    /// The return in basis points with a lock that multiplies by so many ten-thousandths.
    #[must_use]
    pub fn with_multiplier(&self, multiplier: u64) -> Option<u64> {
        let bps = u128::from(self.unlocked_bps?) * u128::from(multiplier) / u128::from(WHOLE);
        u64::try_from(bps).ok()
    }
}

/// The yearly return of a farm, at prices of whole tokens that are all in one currency.
#[must_use]
pub fn apr(farm: &FarmView, price: impl Fn(&FarmToken) -> Option<Decimal>) -> Apr {
    let stake_price = price(&farm.stake);
    let worth = |units: u128, token: &FarmToken, price: Option<Decimal>| {
        whole(units, token.decimals)?.checked_mul(price?)
    };
    // What the weight would be staked for without locks.
    let weight = whole(farm.weight / u128::from(WHOLE), farm.stake.decimals);
    let weight_value = weight
        .zip(stake_price)
        .and_then(|(weight, price)| weight.checked_mul(price))
        .filter(|value| !value.is_zero());
    let rewards: Vec<RewardApr> = farm
        .rewards
        .iter()
        .map(|reward| {
            let units = per_year(reward);
            let value = worth(units, &reward.token, price(&reward.token));
            let bps = value.zip(weight_value).and_then(|(value, staked)| {
                let ratio = value.checked_div(staked)?;
                ratio
                    .checked_mul(Decimal::from(WHOLE_BPS))?
                    .floor()
                    .to_u64()
            });
            RewardApr {
                reward: reward.index,
                units_per_year: units,
                value_per_year: value,
                bps,
            }
        })
        .collect();
    let paying = rewards.iter().filter(|reward| reward.units_per_year > 0);
    let all: Option<u64> = paying.map(|reward| reward.bps).sum();
    let longest = u64::from(farm.terms.boost()) * u64::from(farm.terms.max_epochs());
    Apr {
        staked_value: worth(u128::from(farm.staked), &farm.stake, stake_price),
        unlocked_bps: all.filter(|_| weight_value.is_some()),
        longest_lock_multiplier: u64::from(WHOLE) + longest,
        rewards,
    }
}

/// Units in a year at the present rate, however long the reward still lasts.
fn per_year(reward: &RewardView) -> u128 {
    if !reward.running || reward.left_seconds == 0 {
        return 0;
    }
    u128::from(reward.left) * u128::from(YEAR_SECONDS) / u128::from(reward.left_seconds)
}

/// Units as whole tokens; `None` if they are too many to be written.
pub(crate) fn whole(units: u128, decimals: u8) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(i128::try_from(units).ok()?, u32::from(decimals)).ok()
}
