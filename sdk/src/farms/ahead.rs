//! A farm's epochs closed in memory: what those pay that have ended, and what the present one will.

use sealane_core::{
    farm::{EpochRewards, Schedule},
    stake::{Epochs, LockTerms, MAX_REWARDS, Moment, ShardStake, WHOLE},
};
use sealane_staking::state::Farm;

use super::{Entry, FarmError, Farms, known_budget, known_shards, moment};

/// Epochs that are looked through at most. A farm's shards remember 32 epochs, and further ones are
/// reached only where nobody has touched the farm for all that time.
const MAX_EPOCHS: usize = 4_096;

/// A farm at a moment, with the epochs that have ended closed as the program would.
pub(crate) struct Ahead {
    /// The moment.
    pub(crate) at: Moment,
    /// What the epochs pay that have ended and were not closed, in order, without those that pay
    /// nothing.
    pub(crate) ended: Vec<EpochRewards>,
    /// What the present epoch pays if nothing changes.
    pub(crate) present: EpochRewards,
    /// The schedules behind the epochs that have ended.
    pub(crate) schedules: [Schedule; MAX_REWARDS],
    /// All positions' weight now, in ten-thousandths of a unit.
    pub(crate) weight: u128,
    terms: LockTerms,
    epochs: Epochs,
    shards: Vec<ShardStake>,
    /// The epoch behind the last one of those that has rewards.
    pub(crate) rewarded_before: u32,
    rewards: usize,
}

impl Ahead {
    /// Closes what has ended.
    pub(crate) fn new(farms: &Farms, farm: &Entry<'_, Farm>, now: i64) -> Result<Self, FarmError> {
        let config = farm.account;
        let budget = known_budget(farms, &farm.address)?.account;
        // A farm that has no shards yet has no positions.
        let shards = match known_shards(farms, farm) {
            Err(FarmError::NoShards { .. }) => Vec::new(),
            shards => shards?,
        };
        let nothing = EpochRewards {
            epoch: 0,
            after: 0,
            points: 0,
            rewards: [0; MAX_REWARDS],
        };
        let mut ahead = Self {
            at: moment(config, now)?,
            ended: Vec::new(),
            present: nothing,
            schedules: std::array::from_fn(|reward| budget.schedule(reward)),
            weight: 0,
            terms: config.terms(),
            epochs: config.epochs(),
            shards: shards.iter().map(|shard| *shard.account.stake()).collect(),
            rewarded_before: budget.rewarded_before,
            rewards: usize::from(config.reward_count).min(MAX_REWARDS),
        };
        // Shards that were added to the first record already are not asked again.
        let begun = farms.record(&farm.address, budget.next_epoch);
        let (points, from) = begun.map_or((0, 0), |record| {
            let from = usize::from(record.account.next_shard);
            (record.account.total_points(), from)
        });
        ahead.close_ended(budget.next_epoch, points, from)?;
        ahead.look_at_present()?;
        Ok(ahead)
    }

    /// `points` and `from`: what was added to the record of the first epoch, and the shard to be
    /// added next.
    fn close_ended(&mut self, first: u32, points: u128, from: usize) -> Result<(), FarmError> {
        let mut epoch = first;
        let mut added = (points, from);
        for _ in 0..MAX_EPOCHS {
            if epoch >= self.at.epoch {
                break;
            }
            match first_covered(&self.schedules[..self.rewards], &self.epochs, epoch) {
                Some(covered) if covered == epoch => {}
                // Nothing is for the epochs between, whoever staked.
                Some(covered) => {
                    (epoch, added) = (covered, (0, 0));
                    continue;
                }
                None => break,
            }
            let Some(points) = self.sum(epoch, added)? else {
                // Forgotten by the shards: nobody will close it either.
                epoch += 1;
                continue;
            };
            added = (0, 0);
            let closed = self.allot(epoch, points)?;
            if closed.rewards != [0; MAX_REWARDS] {
                self.rewarded_before = epoch + 1;
                self.ended.push(closed);
            }
            epoch += 1;
        }
        Ok(())
    }

    fn sum(&mut self, epoch: u32, added: (u128, usize)) -> Result<Option<u128>, FarmError> {
        let (mut points, from) = added;
        for shard in self.shards.iter_mut().skip(from) {
            match shard.sum(epoch, &self.terms, self.epochs.seconds()) {
                Ok(sum) => {
                    points = points
                        .checked_add(sum.points.get())
                        .ok_or(FarmError::TooLarge)?
                }
                Err(_) => return Ok(None),
            }
        }
        Ok(Some(points))
    }

    fn allot(&mut self, epoch: u32, points: u128) -> Result<EpochRewards, FarmError> {
        let (begin, end) = (self.epochs.begin(epoch), self.epochs.end(epoch));
        let mut rewards = [0; MAX_REWARDS];
        if points > 0 {
            for (reward, schedule) in self.schedules[..self.rewards].iter_mut().enumerate() {
                rewards[reward] = schedule.allot(begin, end)?;
            }
        }
        Ok(EpochRewards {
            epoch,
            after: self.rewarded_before,
            points,
            rewards,
        })
    }

    fn look_at_present(&mut self) -> Result<(), FarmError> {
        let Moment { epoch, seconds, .. } = self.at;
        let mut points = 0u128;
        for shard in &mut self.shards {
            // What that forgets is of no interest here.
            shard.roll(epoch, &self.terms, seconds, u32::MAX)?;
            let boosted = shard.lock_epochs.get() * u128::from(self.terms.boost());
            self.weight += u128::from(shard.staked) * u128::from(WHOLE) + boosted;
            points = points
                .checked_add(shard.points.get())
                .ok_or(FarmError::TooLarge)?;
        }
        let schedules = self.schedules;
        self.present = self.allot(epoch, points)?;
        self.schedules = schedules;
        Ok(())
    }
}

/// The first epoch from one on that a schedule has rewards for.
pub(crate) fn first_covered(schedules: &[Schedule], epochs: &Epochs, from: u32) -> Option<u32> {
    let begin = epochs.begin(from);
    let running = schedules.iter();
    let running = running.filter(|schedule| schedule.end > begin && schedule.end > schedule.start);
    let earliest = running.map(|schedule| schedule.start.max(begin)).min()?;
    Some(epochs.moment(earliest).ok()?.epoch)
}
