//! Stake pools, farms and positions as people and programs read them.

use sealane_sdk::{
    engine_core::stake::WHOLE,
    farms::{FarmToken, FarmView, Pending, PositionView, apr},
    prices::Prices,
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{some_text, text};
use crate::{
    book::{Book, Kind, short},
    duration,
    output::{Facts, Grid, Report},
    token::{Token, Units},
};

/// A stake pool or farm. Amounts are base units, weights ten-thousandths of one.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FarmReport {
    #[serde(serialize_with = "text")]
    pub(crate) farm: Pubkey,
    pub(crate) name: String,
    stake: Token,
    #[serde(serialize_with = "text")]
    pub(crate) authority: Pubkey,
    #[serde(serialize_with = "some_text")]
    pub(crate) pending_authority: Option<Pubkey>,
    /// The order book whose makers it pays, if it counts their volume.
    #[serde(serialize_with = "some_text")]
    market: Option<Pubkey>,
    paused: Vec<&'static str>,
    epoch: u32,
    epoch_seconds: u32,
    epoch_ends_at: i64,
    /// Epochs that have ended and were not closed.
    overdue_epochs: u32,
    cooldown_seconds: u32,
    grace_seconds: u32,
    lock_boost_bps: u16,
    lock_max_epochs: u8,
    staked: u64,
    weight: String,
    shards: usize,
    rewards: Vec<RewardReport>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    returns: Option<Returns>,
    #[serde(skip)]
    now: i64,
    #[serde(skip)]
    units: Units,
}

/// What a stake returns in a year at the present rate, in basis points; `None` without prices, while
/// nothing is staked, or in a farm in which nobody stakes.
#[derive(Clone, Copy, Debug, Serialize)]
struct Returns {
    /// Without a lock.
    apr_bps: Option<u64>,
    /// With the longest lock, at its beginning.
    apr_longest_lock_bps: Option<u64>,
    /// The token in which stakes and rewards are compared.
    #[serde(serialize_with = "some_text")]
    price_mint: Option<Pubkey>,
}

/// What a farm pays of one token, in base units.
#[derive(Clone, Debug, Serialize)]
struct RewardReport {
    index: u8,
    token: Token,
    start: i64,
    end: i64,
    funded: u64,
    allotted: u64,
    paid: u64,
    present_epoch: u64,
    per_day: u64,
}

/// A farm's token, as the book calls it.
pub(crate) fn token_of(token: &FarmToken, book: &Book) -> Token {
    Token {
        mint: token.mint,
        symbol: book.symbol(&token.mint),
        decimals: token.decimals,
        program: token.token_program,
    }
}

/// What a farm is called here.
pub(crate) fn farm_name(farm: &Pubkey, stake: &Token, book: &Book) -> String {
    let known = book.name(Kind::Farm, farm).map(str::to_owned);
    known.unwrap_or_else(|| format!("{} {}", stake.symbol, short(farm)))
}

impl FarmReport {
    pub(crate) fn of(
        view: &FarmView,
        market: Option<Pubkey>,
        book: &Book,
        units: Units,
        now: i64,
    ) -> Self {
        const DAY: u32 = 86_400;
        let stake = token_of(&view.stake, book);
        let rewards = view.rewards.iter().map(|reward| RewardReport {
            index: reward.index,
            token: token_of(&reward.token, book),
            start: reward.start,
            end: reward.end,
            funded: reward.funded,
            allotted: reward.allotted,
            paid: reward.paid,
            present_epoch: reward.present_epoch,
            per_day: reward.paid_in(DAY),
        });
        Self {
            farm: view.farm,
            name: farm_name(&view.farm, &stake, book),
            stake,
            authority: view.authority,
            pending_authority: view.pending_authority,
            market,
            paused: paused_names(view.paused),
            epoch: view.epoch,
            epoch_seconds: view.epochs.seconds(),
            epoch_ends_at: view.epochs.end(view.epoch),
            overdue_epochs: view.epoch.saturating_sub(view.next_epoch),
            cooldown_seconds: view.cooldown_seconds,
            grace_seconds: view.grace_seconds,
            lock_boost_bps: view.terms.boost(),
            lock_max_epochs: view.terms.max_epochs(),
            staked: view.staked,
            weight: view.weight.to_string(),
            shards: view.shards.len(),
            rewards: rewards.collect(),
            returns: None,
            now,
            units,
        }
    }

    /// With what it returns in a year.
    pub(crate) fn with_returns(mut self, view: &FarmView, prices: &Prices) -> Self {
        let apr = apr(view, |token| {
            prices.whole_token(&token.mint, token.decimals)
        });
        let staked = self.market.is_none();
        self.returns = Some(Returns {
            apr_bps: apr.unlocked_bps.filter(|_| staked),
            apr_longest_lock_bps: apr
                .with_multiplier(apr.longest_lock_multiplier)
                .filter(|_| staked),
            price_mint: prices.unit(),
        });
        self
    }

    /// What it returns in a year, for people: without a lock, and to where locks lead. `None` where
    /// there is nothing to be returned on.
    fn yearly(&self) -> Option<String> {
        let returns = self.returns?;
        if self.market.is_some() || self.rewards.is_empty() {
            return None;
        }
        Some(match (returns.apr_bps, returns.apr_longest_lock_bps) {
            (Some(unlocked), Some(longest)) if longest > unlocked => {
                format!("{} to {}", percent(unlocked), percent(longest))
            }
            (Some(unlocked), _) => percent(unlocked),
            (None, _) => "unknown".to_owned(),
        })
    }

    fn locks(&self) -> String {
        if self.lock_max_epochs == 0 {
            return "none".to_owned();
        }
        let longest = u64::from(self.lock_max_epochs);
        let most = u64::from(WHOLE) + u64::from(self.lock_boost_bps) * longest;
        format!(
            "up to {longest} epochs ({}), for up to {} the weight",
            duration::format(longest * u64::from(self.epoch_seconds)),
            times(most),
        )
    }

    /// What is paused, for people.
    pub(crate) fn paused_text(&self) -> String {
        match self.paused.as_slice() {
            [] => "nothing".to_owned(),
            paused => paused.join(", "),
        }
    }

    fn staked(&self) -> String {
        if self.market.is_some() {
            return "makers' volume".to_owned();
        }
        self.stake.amount(self.units, self.staked)
    }
}

impl Report for FarmReport {
    fn text(&self) -> String {
        let left = self.epoch_ends_at.saturating_sub(self.now).max(0);
        let mut facts = Facts::under(self.name.clone());
        facts
            .add("Farm", self.farm.to_string())
            .add("Counts", self.staked())
            .add(
                "Epoch",
                format!(
                    "{} of {}, ends in {}",
                    self.epoch,
                    duration::format(self.epoch_seconds.into()),
                    duration::format(left.unsigned_abs()),
                ),
            );
        if self.overdue_epochs > 0 {
            let due = self.overdue_epochs;
            facts.add("To be closed", super::counted(due as usize, "epoch"));
        }
        facts
            .add_some("Yearly return", self.yearly())
            .add("Locks", self.locks())
            .add("Cool-down", span(self.cooldown_seconds))
            .add(
                "Claims",
                format!("for {} at least", span(self.grace_seconds)),
            )
            .add("Shards", self.shards.to_string())
            .add_some(
                "Paused",
                Some(self.paused.join(", ")).filter(|names| !names.is_empty()),
            )
            .add("Authority", self.authority.to_string())
            .add_some(
                "Proposed",
                self.pending_authority.map(|one| one.to_string()),
            )
            .add_some("Order book", self.market.map(|market| market.to_string()));
        if self.rewards.is_empty() {
            return format!("{facts}\n\nIt pays nothing: its stakers vote.");
        }
        let mut grid = Grid::new(&[
            "#reward",
            "#a day",
            "#this epoch",
            "#left",
            "#paid",
            "#ends in",
        ]);
        for reward in &self.rewards {
            let amount = |units| reward.token.amount(self.units, units);
            grid.row([
                reward.index.to_string(),
                amount(reward.per_day),
                amount(reward.present_epoch),
                amount(reward.funded.saturating_sub(reward.allotted)),
                amount(reward.paid),
                if reward.start > self.now {
                    format!("starts in {}", from_now(reward.start, self.now))
                } else if reward.end > self.now {
                    from_now(reward.end, self.now)
                } else {
                    "over".to_owned()
                },
            ]);
        }
        format!("{facts}\n\n{grid}")
    }
}

/// Farms as a table.
pub(crate) fn farms_grid(farms: &[FarmReport]) -> Grid {
    let mut grid = Grid::new(&[
        "farm",
        "address",
        "#counts",
        "pays a day",
        "#a year",
        "#epoch",
        "",
    ]);
    for farm in farms {
        let rewards = farm.rewards.iter();
        let rewards: Vec<String> = rewards
            .map(|reward| reward.token.amount(farm.units, reward.per_day))
            .collect();
        grid.row([
            farm.name.clone(),
            farm.farm.to_string(),
            farm.staked(),
            rewards.join(", "),
            farm.yearly().unwrap_or_default(),
            duration::format(farm.epoch_seconds.into()),
            match (farm.overdue_epochs, farm.paused.as_slice()) {
                (0, []) => String::new(),
                (0, paused) => format!("paused: {}", paused.join(", ")),
                (due, _) => format!("{due} to be closed"),
            },
        ]);
    }
    grid
}

/// A position. Amounts are base units, weights ten-thousandths of one.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PositionReport {
    #[serde(serialize_with = "text")]
    pub(crate) position: Pubkey,
    #[serde(serialize_with = "text")]
    farm: Pubkey,
    farm_name: String,
    #[serde(serialize_with = "text")]
    owner: Pubkey,
    index: u16,
    #[serde(serialize_with = "some_text")]
    delegate: Option<Pubkey>,
    stake: Token,
    amount: u64,
    weight: String,
    multiplier_bps: u64,
    lock_until_epoch: Option<u32>,
    lock_ends_at: Option<i64>,
    cooling: u64,
    cooled_at: Option<i64>,
    voting_power: String,
    claimable_epochs: usize,
    pending: Vec<PendingReport>,
    #[serde(skip)]
    now: i64,
    #[serde(skip)]
    units: Units,
}

/// What a position has earned of one token, in base units.
#[derive(Clone, Debug, Serialize)]
struct PendingReport {
    reward: u8,
    token: Token,
    /// What a claim pays now.
    claimable: u64,
    /// Earned in epochs that have ended, closed or not.
    earned: u64,
    /// That and what the present epoch has brought so far.
    accrued: u64,
}

impl PositionReport {
    pub(crate) fn of(
        view: &PositionView,
        farm: &FarmView,
        pending: &Pending,
        book: &Book,
        (units, now): (Units, i64),
    ) -> Self {
        let stake = token_of(&farm.stake, book);
        let (claimable, earned, accrued) =
            (pending.claimable(), pending.earned(), pending.accrued());
        let rewards = farm.rewards.iter().map(|reward| {
            let index = usize::from(reward.index);
            PendingReport {
                reward: reward.index,
                token: token_of(&reward.token, book),
                claimable: claimable[index],
                earned: earned[index],
                accrued: accrued[index],
            }
        });
        Self {
            position: view.position,
            farm: view.farm,
            farm_name: farm_name(&view.farm, &stake, book),
            owner: view.owner,
            index: view.index,
            delegate: view.delegate,
            stake,
            amount: view.amount,
            weight: view.weight.to_string(),
            multiplier_bps: view.multiplier(),
            lock_until_epoch: view.lock_until,
            lock_ends_at: view.lock_ends_at,
            cooling: view.cooling,
            cooled_at: (view.cooling > 0).then_some(view.cooled_at),
            voting_power: view.voting_power.to_string(),
            claimable_epochs: pending.settlement.epochs(),
            pending: rewards.collect(),
            now,
            units,
        }
    }

    /// The lock: how long it lasts, and what it multiplies by.
    fn lock(&self) -> String {
        match self.lock_ends_at {
            None => String::new(),
            Some(end) => format!(
                "{}, {}",
                from_now(end, self.now),
                times(self.multiplier_bps)
            ),
        }
    }

    fn cooling(&self) -> String {
        match self.cooled_at {
            None => String::new(),
            Some(at) if at <= self.now => {
                format!(
                    "{} to withdraw",
                    self.stake.amount(self.units, self.cooling)
                )
            }
            Some(at) => format!(
                "{} in {}",
                self.stake.amount(self.units, self.cooling),
                from_now(at, self.now)
            ),
        }
    }

    fn earned(&self) -> String {
        let rewards = self.pending.iter().filter(|reward| reward.earned > 0);
        let rewards: Vec<String> = rewards
            .map(|reward| reward.token.amount(self.units, reward.earned))
            .collect();
        rewards.join(", ")
    }
}

/// Positions as a table.
pub(crate) fn positions_grid(positions: &[PositionReport]) -> Grid {
    let mut grid = Grid::new(&[
        "farm",
        "#no.",
        "#staked",
        "#locked for",
        "cools down",
        "earned",
    ]);
    for position in positions {
        grid.row([
            position.farm_name.clone(),
            position.index.to_string(),
            position.stake.amount(position.units, position.amount),
            position.lock(),
            position.cooling(),
            position.earned(),
        ]);
    }
    grid
}

/// Ten-thousandths as a factor: 15,000 is `1.5×`.
pub(crate) fn times(parts: u64) -> String {
    let factor = sealane_sdk::amount::to_decimal(parts, 4).round_dp(2);
    format!("{}×", factor.normalize())
}

/// Basis points as a percentage: 1,250 is `12.5%`.
fn percent(bps: u64) -> String {
    format!("{}%", sealane_sdk::amount::to_decimal(bps, 2).normalize())
}

/// How long until a Unix second.
pub(crate) fn from_now(at: i64, now: i64) -> String {
    duration::format(at.saturating_sub(now).max(0).unsigned_abs())
}

fn span(seconds: u32) -> String {
    match seconds {
        0 => "none".to_owned(),
        seconds => duration::format(seconds.into()),
    }
}

/// Actions by their bits.
pub(crate) fn paused_names(bits: u8) -> Vec<&'static str> {
    use sealane_sdk::staking::state::pause;
    let names = [(pause::STAKE, "stake"), (pause::FUND, "fund")];
    let paused = names.into_iter().filter(|(bit, _)| bits & bit != 0);
    paused.map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_and_spans_read_well() {
        assert_eq!(times(10_000), "1×");
        assert_eq!(times(12_345), "1.23×");
        assert_eq!(times(50_000), "5×");
        assert_eq!(percent(1_250), "12.5%");
        assert_eq!(percent(0), "0%");
        assert_eq!(from_now(90, 30), "1m");
        assert_eq!(from_now(30, 90), "0s");
        assert_eq!(span(0), "none");
        assert_eq!(paused_names(3), ["stake", "fund"]);
    }
}
