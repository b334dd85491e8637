//! What a position has earned, and the way to be paid.

use sealane_core::{
    farm::{EpochRewards, Part},
    stake::{LockTerms, MAX_ENTRIES, MAX_REWARDS, PositionStake},
};
use sealane_staking::state::Farm;
use solana_pubkey::Pubkey;

use super::{
    Entry, FarmError, Farms, ahead::Ahead, known_budget, known_farm, known_position, known_time,
};
use crate::address;

/// What a position has earned of each of the farm's rewards, in units, by the rewards' indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The position.
    pub position: Pubkey,
    /// Credited by claims before and not paid out.
    pub owed: [u64; MAX_REWARDS],
    /// Of closed epochs: what a claim credits, to the unit.
    pub closed: [u64; MAX_REWARDS],
    /// Of epochs that have ended and that nobody has closed: to the unit too, once they are.
    pub ended: [u64; MAX_REWARDS],
    /// Of the present epoch, if nobody changes anything before it ends.
    pub present: [u64; MAX_REWARDS],
    /// The part of the present epoch that has passed, in seconds.
    pub present_seconds: u32,
    /// Seconds of an epoch.
    pub epoch_seconds: u32,
    /// The way to be paid.
    pub settlement: Settlement,
}

impl Pending {
    /// What a claim pays now, of each reward: what was credited and what it credits.
    #[must_use]
    pub fn claimable(&self) -> [u64; MAX_REWARDS] {
        sum(&self.owed, &self.closed)
    }

    /// All that was earned in epochs that have ended, of each reward.
    #[must_use]
    pub fn earned(&self) -> [u64; MAX_REWARDS] {
        sum(&self.claimable(), &self.ended)
    }

    /// All that was earned so far, of each reward: of the present epoch in proportion to the time
    /// that has passed, rounded down.
    #[must_use]
    pub fn accrued(&self) -> [u64; MAX_REWARDS] {
        let seconds = u128::from(self.epoch_seconds.max(1));
        let passed = u128::from(self.present_seconds);
        let present = self.present.map(|whole| {
            // At most the whole.
            (u128::from(whole) * passed / seconds) as u64
        });
        sum(&self.earned(), &present)
    }
}

fn sum(one: &[u64; MAX_REWARDS], other: &[u64; MAX_REWARDS]) -> [u64; MAX_REWARDS] {
    std::array::from_fn(|reward| one[reward].saturating_add(other[reward]))
}

/// A step on the way to be paid for closed epochs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettlementStep {
    /// Passes over epochs in which the position has earned nothing.
    PassOver {
        /// The first epoch that is not passed over.
        before: u32,
    },
    /// Gives up what was earned in epochs whose records were deleted.
    GiveUp {
        /// The first of them.
        from: u32,
        /// The first epoch behind them.
        before: u32,
    },
    /// Credits the position with its part of these epochs, which are in order.
    Credit {
        /// The epochs whose records are read.
        epochs: Vec<u32>,
    },
}

/// The way to be paid for closed epochs, and what that credits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// The steps, in order.
    pub steps: Vec<SettlementStep>,
    /// What each epoch of [`SettlementStep::Credit`] credits of each reward, in the same order.
    pub credits: Vec<(u32, [u64; MAX_REWARDS])>,
}

impl Settlement {
    /// What is credited in all, of each reward.
    #[must_use]
    pub fn credited(&self) -> [u64; MAX_REWARDS] {
        let credits = self.credits.iter();
        credits.fold([0; MAX_REWARDS], |all, (_, credit)| sum(&all, credit))
    }

    /// How many epochs' records are read.
    #[must_use]
    pub fn epochs(&self) -> usize {
        self.credits.len()
    }

    /// The epochs, first and last, whose rewards are lost with their records.
    #[must_use]
    pub fn lost(&self) -> Option<(u32, u32)> {
        let gone = self.steps.iter().filter_map(|step| match step {
            SettlementStep::GiveUp { from, before } => Some((*from, before.saturating_sub(1))),
            _ => None,
        });
        gone.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
    }

    fn credit(&mut self, epoch: u32, shares: [u64; MAX_REWARDS]) {
        match self.steps.last_mut() {
            Some(SettlementStep::Credit { epochs }) => epochs.push(epoch),
            _ => self.steps.push(SettlementStep::Credit {
                epochs: vec![epoch],
            }),
        }
        self.credits.push((epoch, shares));
    }
}

/// The addresses of the records that a position's claim reads, whether they exist or not: all of
/// closed epochs that it has not claimed. To be fetched before [`pending`] is asked.
///
/// # Errors
/// [`FarmError`] if the position, its farm or the farm's budget is not cached.
pub fn unsettled_records(farms: &Farms, position: &Pubkey) -> Result<Vec<Pubkey>, FarmError> {
    let entry = known_position(farms, position)?;
    let farm = known_farm(farms, &entry.account.farm)?;
    let budget = known_budget(farms, &farm.address)?.account;
    let Some(from) = first_earning(entry.account.stake(), farm.account, budget.next_epoch) else {
        return Ok(Vec::new());
    };
    // The one that is being closed tells which shards were added.
    let epochs = from..=budget.next_epoch;
    Ok(epochs
        .map(|epoch| address::epoch_record(&farm.address, epoch).0)
        .collect())
}

/// The first epoch from the first unclaimed one on, before another one, in which a position has
/// points.
fn first_earning(stake: &PositionStake, farm: &Farm, before: u32) -> Option<u32> {
    let (terms, seconds) = (farm.terms(), farm.epoch_seconds);
    let earns = |epoch: u32| stake.points_in(epoch, &terms, seconds) > 0;
    let entries = &stake.entries[..(stake.entry_count as usize).min(MAX_ENTRIES)];
    // Points begin in an epoch in which the position was changed, or in the one behind it.
    let changed = entries.iter().map(|entry| entry.epoch);
    let candidates = changed.flat_map(|epoch| [epoch, epoch.saturating_add(1)]);
    std::iter::once(stake.claim_from)
        .chain(candidates.filter(|epoch| *epoch > stake.claim_from))
        .filter(|epoch| *epoch < before && earns(*epoch))
        .min()
}

/// Up to which epoch a position is to be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// The last epoch that was closed.
    Closed,
    /// The last epoch that has ended, at a Unix second: those that nobody has closed are closed
    /// first.
    Ended(i64),
}

/// The way to be paid.
///
/// Epochs with rewards have to be claimed in order. Those in which the position has earned nothing
/// are passed over where that saves records. Where records were deleted, what was earned in their
/// epochs is lost; [`SettlementStep::GiveUp`] says so.
///
/// # Errors
/// [`FarmError::MissingAccount`] if the cache lacks a record that cannot have been deleted;
/// [`FarmError`] if it lacks the position, the farm or its budget.
pub fn settlement(
    farms: &Farms,
    position: &Pubkey,
    through: Through,
) -> Result<Settlement, FarmError> {
    let mut stake = *known_position(farms, position)?.account.stake();
    settle(farms, position, &mut stake, through)
}

/// The same; leaves `stake`, the position's own, as it is afterwards.
pub(crate) fn settle(
    farms: &Farms,
    position: &Pubkey,
    stake: &mut PositionStake,
    through: Through,
) -> Result<Settlement, FarmError> {
    let entry = known_position(farms, position)?;
    let farm = known_farm(farms, &entry.account.farm)?;
    let budget = known_budget(farms, &farm.address)?.account;
    let (mut next_epoch, mut rewarded_before) = (budget.next_epoch, budget.rewarded_before);
    let closed = farms
        .records(&farm.address, stake.claim_from)
        .filter(|record| record.account.is_closed());
    let mut records: Vec<EpochRewards> = closed.map(|record| record.account.rewards()).collect();
    records.retain(|record| record.rewards != [0; MAX_REWARDS]);
    if let Through::Ended(now) = through {
        let ahead = Ahead::new(farms, &farm, now)?;
        records.extend(&ahead.ended);
        next_epoch = next_epoch.max(ahead.at.epoch);
        rewarded_before = ahead.rewarded_before;
    }
    let mut settlement = Settlement::default();
    let mut records = records.iter();
    while let Some(first) = first_earning(stake, farm.account, next_epoch) {
        let Some(record) = records.find(|record| record.epoch >= first) else {
            // Whatever had rewards between has no record any more.
            if rewarded_before > first {
                let gone = (first, rewarded_before);
                give_up(farms, &farm, &mut settlement, stake, gone)?;
            }
            break;
        };
        if record.after > first {
            give_up(farms, &farm, &mut settlement, stake, (first, record.after))?;
        } else if record.after > stake.claim_from {
            let before = first;
            settlement.steps.push(SettlementStep::PassOver { before });
            stake.forfeit(before);
        }
        let terms = farm.account.terms();
        let shares = stake.settle(record, &terms, farm.account.epoch_seconds)?;
        settlement.credit(record.epoch, shares);
    }
    make_room(&mut settlement, stake, next_epoch);
    Ok(settlement)
}

/// Behind all that it has earned in closed epochs, a position that remembers as many changes as it
/// can passes over the rest of them, so that it can be changed again.
fn make_room(settlement: &mut Settlement, stake: &mut PositionStake, next_epoch: u32) {
    let is_full = stake.entry_count as usize >= MAX_ENTRIES;
    if is_full && stake.claim_from < next_epoch {
        settlement
            .steps
            .push(SettlementStep::PassOver { before: next_epoch });
        stake.forfeit(next_epoch);
    }
}

/// Passes over epochs whose records are gone. They have had rewards.
fn give_up(
    farms: &Farms,
    farm: &Entry<'_, Farm>,
    settlement: &mut Settlement,
    stake: &mut PositionStake,
    (from, before): (u32, u32),
) -> Result<(), FarmError> {
    let now = known_time(farms)?;
    let last = before.saturating_sub(1);
    // As long as the grace period lasts, nobody can delete a record.
    if farm.account.claimable_until(last) >= now {
        return Err(FarmError::MissingAccount {
            address: address::epoch_record(&farm.address, last).0,
            what: "the record of an epoch",
        });
    }
    settlement
        .steps
        .push(SettlementStep::GiveUp { from, before });
    stake.forfeit(before);
    Ok(())
}

/// What a position has earned, and the way to be paid.
///
/// # Errors
/// [`FarmError`]: the cache lacks an account.
pub fn pending(farms: &Farms, position: &Pubkey, now: i64) -> Result<Pending, FarmError> {
    let entry = known_position(farms, position)?;
    let farm = known_farm(farms, &entry.account.farm)?;
    let mut stake = *entry.account.stake();
    let owed = stake.owed;
    let settlement = settle(farms, position, &mut stake, Through::Closed)?;
    let ahead = Ahead::new(farms, &farm, now)?;
    let (terms, seconds) = (farm.account.terms(), farm.account.epoch_seconds);
    let mut ended = [0; MAX_REWARDS];
    for closed in ahead
        .ended
        .iter()
        .filter(|closed| closed.epoch >= stake.claim_from)
    {
        ended = sum(&ended, &shares(&stake, closed, &terms, seconds)?);
    }
    Ok(Pending {
        position: *position,
        owed,
        closed: settlement.credited(),
        ended,
        present: shares(&stake, &ahead.present, &terms, seconds)?,
        present_seconds: seconds - ahead.at.left.min(seconds),
        epoch_seconds: seconds,
        settlement,
    })
}

/// A position's part of an epoch, rounded down as a claim rounds it.
fn shares(
    stake: &PositionStake,
    epoch: &EpochRewards,
    terms: &LockTerms,
    seconds: u32,
) -> Result<[u64; MAX_REWARDS], FarmError> {
    let points = stake.points_in(epoch.epoch, terms, seconds);
    if points == 0 || epoch.points == 0 || stake.claim_from > epoch.epoch {
        return Ok([0; MAX_REWARDS]);
    }
    let part = Part::try_new(points, epoch.points)?;
    Ok(epoch.rewards.map(|reward| part.of(reward)))
}
