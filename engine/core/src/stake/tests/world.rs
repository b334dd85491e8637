//! A farm of several positions and shards, and beside it a model: every change of every position
//! with its time, from which points, weights and shares are worked out anew as exact fractions.

use std::{vec, vec::Vec};

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use crate::{
    farm::{EpochRewards, Schedule},
    stake::*,
};

pub(crate) const START: i64 = 1_700_000_000;
/// Rewards of every world.
pub(crate) const REWARDS: usize = 2;

/// What happens in a history. Numbers are reduced to what is there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Wait(u32),
    Stake(usize, u64),
    Lock(usize, u8),
    Unstake(usize, u64),
    Withdraw(usize),
    Close,
    Claim(usize),
    TopUp(usize, u64),
    Extend(usize, u64, u32),
    Forfeit(usize),
    Earn(usize, u64),
}

pub(crate) fn event() -> impl Strategy<Value = Event> {
    let who = 0usize..64;
    let amount = prop_oneof![1u64..100, 1u64..1 << 30, 1u64..1 << 58];
    prop_oneof![
        6 => (1u32..200).prop_map(Event::Wait),
        1 => (100u32..3_000).prop_map(Event::Wait),
        5 => (who.clone(), amount.clone()).prop_map(|(who, amount)| Event::Stake(who, amount)),
        2 => (who.clone(), any::<u8>()).prop_map(|(who, epochs)| Event::Lock(who, epochs)),
        4 => (who.clone(), any::<u64>()).prop_map(|(who, part)| Event::Unstake(who, part)),
        1 => who.clone().prop_map(Event::Withdraw),
        4 => Just(Event::Close),
        5 => who.clone().prop_map(Event::Claim),
        1 => (who.clone(), amount.clone()).prop_map(|(which, more)| Event::TopUp(which, more)),
        1 => (who.clone(), amount, 1u32..5_000)
            .prop_map(|(which, more, later)| Event::Extend(which, more, later)),
        1 => who.clone().prop_map(Event::Forfeit),
        2 => (who, any::<u64>()).prop_map(|(who, points)| Event::Earn(who, points)),
    ]
}

/// A stake from a moment on.
#[derive(Clone, Copy, Debug)]
struct Change {
    time: i64,
    stake: Stake,
}

/// A closed epoch, and what positions got of it.
pub(crate) struct Closed {
    pub(crate) rewards: EpochRewards,
    pub(crate) paid: [u64; MAX_REWARDS],
    pub(crate) claims: usize,
}

pub(crate) struct World {
    pub(crate) epochs: Epochs,
    pub(crate) terms: LockTerms,
    pub(crate) now: i64,
    pub(crate) positions: Vec<PositionStake>,
    pub(crate) shards: Vec<ShardStake>,
    pub(crate) schedules: [Schedule; REWARDS],
    pub(crate) closed: Vec<Closed>,
    next: u32,
    after: u32,
    changes: Vec<Vec<Change>>,
    /// Of each position: the epoch, and points that no stake has brought.
    earned: Vec<Vec<(u32, u64)>>,
    pub(crate) events: usize,
}

fn fraction(value: impl Into<BigInt>) -> BigRational {
    BigRational::from_integer(value.into())
}

impl World {
    pub(crate) fn new(seconds: u32, terms: LockTerms, positions: usize, shards: usize) -> Self {
        let schedule = |funded| Schedule {
            funded,
            allotted: 0,
            start: START,
            end: START + 5_000,
        };
        Self {
            epochs: Epochs::try_new(START, seconds).unwrap(),
            terms,
            now: START,
            positions: vec![PositionStake::new(0); positions],
            shards: vec![ShardStake::new(0); shards],
            schedules: [schedule(1_000), schedule(1 << 50)],
            closed: Vec::new(),
            next: 0,
            after: 0,
            changes: vec![Vec::new(); positions],
            earned: vec![Vec::new(); positions],
            events: 0,
        }
    }

    fn moment(&self) -> Moment {
        self.epochs.moment(self.now).unwrap()
    }

    /// Weight in units, as a fraction.
    fn exact_weight(&self, stake: &Stake, epoch: u32) -> BigRational {
        let left = i64::from(stake.lock_until) - i64::from(epoch);
        let boost = BigRational::new(
            (i64::from(self.terms.boost()) * left.max(0)).into(),
            BigInt::from(10_000),
        );
        fraction(stake.amount) * (fraction(1) + boost)
    }

    /// Weight times seconds of a position in an epoch, from its changes, and what it earned besides.
    fn exact_points(&self, who: usize, epoch: u32) -> BigRational {
        let (begin, end) = (self.epochs.begin(epoch), self.epochs.end(epoch));
        let changes = &self.changes[who];
        let mut sum = fraction(0);
        for (_, points) in self.earned[who].iter().filter(|(at, _)| *at == epoch) {
            sum += BigRational::new((*points).into(), WHOLE.into());
        }
        for (at, change) in changes.iter().enumerate() {
            let until = changes.get(at + 1).map_or(i64::MAX, |next| next.time);
            let seconds = until.min(end) - change.time.max(begin);
            if seconds > 0 {
                sum += self.exact_weight(&change.stake, epoch) * fraction(seconds);
            }
        }
        sum
    }

    /// The weight just before an epoch's beginning, with the lock that is left from then on.
    fn exact_weight_at(&self, who: usize, epoch: u32) -> BigRational {
        let begin = self.epochs.begin(epoch);
        let before = self.changes[who].iter().rev().find(|one| one.time < begin);
        before.map_or(fraction(0), |one| self.exact_weight(&one.stake, epoch))
    }

    /// Changes a position and its shard, or neither.
    fn change(
        &mut self,
        who: usize,
        change: impl Fn(&mut PositionStake, &Moment, &LockTerms) -> Result<StakeChange, StakeError>,
    ) -> Result<(), StakeError> {
        let (at, shard) = (self.moment(), who % self.shards.len());
        let mut position = self.positions[who];
        let changed = change(&mut position, &at, &self.terms)?;
        let mut after = self.shards[shard];
        after.follow(&at, &self.terms, &changed, 0)?;
        self.positions[who] = position;
        self.shards[shard] = after;
        let log = &mut self.changes[who];
        log.push(Change {
            time: self.now,
            stake: position.stake(),
        });
        Ok(())
    }

    pub(crate) fn close(&mut self) -> Result<(), StakeError> {
        let (epoch, seconds) = (self.next, self.epochs.seconds());
        if self.epochs.end(epoch) > self.now {
            return Err(StakeError::EpochNotOver);
        }
        let (mut points, mut weight) = (0u128, 0u128);
        // Shards in any order give the same sum.
        let first = self.events % self.shards.len();
        for at in 0..self.shards.len() {
            let at = (first + at) % self.shards.len();
            let sum = self.shards[at].sum(epoch, &self.terms, seconds)?;
            points += sum.points.get();
            weight += sum.weight.get();
            let again = self.shards[at].sum(epoch, &self.terms, seconds);
            assert_eq!(again, Err(StakeError::AlreadySummed));
        }
        let exact = |of: &dyn Fn(usize) -> BigRational| {
            let sum = (0..self.positions.len()).fold(fraction(0), |sum, who| sum + of(who));
            sum * fraction(WHOLE)
        };
        assert_eq!(
            fraction(points),
            exact(&|who| self.exact_points(who, epoch))
        );
        assert_eq!(
            fraction(weight),
            exact(&|who| self.exact_weight_at(who, epoch + 1))
        );
        let mut rewards = [0; MAX_REWARDS];
        if points > 0 {
            for (reward, schedule) in rewards.iter_mut().zip(&mut self.schedules) {
                let (begin, end) = (self.epochs.begin(epoch), self.epochs.end(epoch));
                *reward = schedule.allot(begin, end).unwrap();
                assert!(schedule.allotted <= schedule.funded);
            }
        }
        let after = self.after;
        self.closed.push(Closed {
            rewards: EpochRewards {
                epoch,
                after,
                points,
                rewards,
            },
            paid: [0; MAX_REWARDS],
            claims: 0,
        });
        if rewards.iter().any(|reward| *reward > 0) {
            self.after = epoch + 1;
        }
        self.next += 1;
        Ok(())
    }

    /// Claims every closed epoch that has rewards, in order.
    pub(crate) fn claim(&mut self, who: usize) {
        let seconds = self.epochs.seconds();
        for at in 0..self.closed.len() {
            let closed = self.closed[at].rewards;
            if closed.rewards == [0; MAX_REWARDS] {
                continue;
            }
            let position = &mut self.positions[who];
            let from = position.claim_from;
            let shares = match position.settle(&closed, &self.terms, seconds) {
                Ok(shares) => shares,
                Err(error) => {
                    assert_eq!(error, StakeError::AlreadyClaimed);
                    assert!(from > closed.epoch);
                    continue;
                }
            };
            let points = self.exact_points(who, closed.epoch) * fraction(WHOLE);
            let mine = points.clone() / fraction(closed.points);
            for (share, reward) in shares.iter().zip(closed.rewards) {
                let left = mine.clone() * fraction(reward) - fraction(*share);
                assert!(left >= fraction(0) && left < fraction(1), "{left}");
            }
            let closed = &mut self.closed[at];
            for (paid, share) in closed.paid.iter_mut().zip(shares) {
                *paid += share;
            }
            closed.claims += usize::from(points > fraction(0));
        }
    }

    fn try_event(&mut self, event: Event) -> Result<(), StakeError> {
        let count = self.positions.len();
        match event {
            Event::Wait(seconds) => self.now += i64::from(seconds),
            Event::Stake(who, amount) => {
                // All stakes together are at most a mint's supply.
                let most = (1 << 62) / count as u64;
                let who = who % count;
                let room = most - self.positions[who].stake().amount.min(most);
                let amount = amount.min(room);
                return self.change(who, |position, at, terms| position.add(at, terms, amount));
            }
            Event::Lock(who, epochs) => {
                let until = self.moment().epoch + u32::from(epochs % 20);
                return self.change(who % count, |position, at, terms| {
                    position.lock(at, terms, until)
                });
            }
            Event::Unstake(who, part) => {
                let who = who % count;
                let staked = self.positions[who].stake().amount;
                let amount = if part % 3 == 0 {
                    staked
                } else {
                    part % staked.max(1)
                };
                let cooled = self.now + 100;
                return self.change(who, |position, at, terms| {
                    position.unstake(at, terms, amount, cooled)
                });
            }
            Event::Withdraw(who) => {
                let now = self.now;
                return self.positions[who % count].withdraw(now).map(|_| ());
            }
            Event::Close => return self.close(),
            Event::Claim(who) => self.claim(who % count),
            Event::TopUp(which, amount) => {
                self.close_all();
                let now = self.now;
                return self.schedules[which % REWARDS].top_up(amount % (1 << 50), now);
            }
            Event::Extend(which, amount, later) => {
                self.close_all();
                let (now, from) = (self.now, self.epochs.begin(self.next));
                let schedule = &mut self.schedules[which % REWARDS];
                let end = schedule.end + i64::from(later);
                return schedule.extend(amount % (1 << 50), end, from, now);
            }
            Event::Earn(who, points) => {
                let (who, epoch) = (who % count, self.moment().epoch);
                self.change(who, |position, at, terms| position.earn(at, terms, points))?;
                self.earned[who].push((epoch, points));
            }
            // Seldom, or nobody would be left to claim.
            Event::Forfeit(who) if who % 16 == 3 => {
                let epoch = self.moment().epoch;
                self.positions[who % count].forfeit(epoch);
            }
            Event::Forfeit(_) => {}
        }
        Ok(())
    }

    pub(crate) fn close_all(&mut self) {
        while self.close().is_ok() {}
    }

    /// Lets something happen. What is refused can be helped by closing epochs and claiming.
    pub(crate) fn happen(&mut self, event: Event) {
        self.events += 1;
        match self.try_event(event) {
            Err(StakeError::EpochsOverdue) => {
                self.close_all();
                assert_ne!(self.try_event(event), Err(StakeError::EpochsOverdue));
            }
            Err(StakeError::ClaimFirst) => {
                let (Event::Stake(who, _)
                | Event::Lock(who, _)
                | Event::Unstake(who, _)
                | Event::Earn(who, _)) = event
                else {
                    panic!("{event:?} asks for no claim");
                };
                self.close_all();
                let who = who % self.positions.len();
                self.claim(who);
                // Epochs without rewards are not claimed.
                let epoch = self.moment().epoch;
                self.positions[who].forfeit(epoch);
                assert_ne!(self.try_event(event), Err(StakeError::ClaimFirst));
            }
            _ => {}
        }
    }

    /// What positions say of their past is what the model remembers.
    pub(crate) fn check_history(&self) {
        let present = self.moment().epoch;
        for (who, position) in self.positions.iter().enumerate() {
            for epoch in 0..=present + 1 {
                let told = position.weight_at(epoch, &self.terms);
                if epoch < position.history_from {
                    assert_eq!(told, Err(StakeError::HistoryTooShort));
                } else {
                    let exact = self.exact_weight_at(who, epoch) * fraction(WHOLE);
                    assert_eq!(fraction(told.unwrap()), exact, "{who} at {epoch}");
                }
            }
        }
    }

    /// Waits until all is over, claims everything, and checks what is left.
    pub(crate) fn end(&mut self) {
        let last = self.schedules.iter().map(|one| one.end).max().unwrap();
        self.now = self.now.max(last) + 2 * i64::from(self.epochs.seconds());
        self.close_all();
        let forfeited: Vec<bool> = self
            .closed
            .iter()
            .map(|closed| {
                let epoch = closed.rewards.epoch;
                (0..self.positions.len()).any(|who| self.positions[who].claim_from > epoch)
            })
            .collect();
        for who in 0..self.positions.len() {
            self.claim(who);
        }
        for (closed, forfeited) in self.closed.iter().zip(forfeited) {
            let earned = (0..self.positions.len())
                .filter(|who| self.exact_points(*who, closed.rewards.epoch) > fraction(0))
                .count();
            for (paid, reward) in closed.paid.iter().zip(closed.rewards.rewards) {
                let left = reward.checked_sub(*paid).expect("no more than the reward");
                // What was forfeited stays; everything else is less than a unit of each claim.
                if !forfeited || closed.claims == earned {
                    assert!(left == 0 || left < closed.claims as u64, "{left} left");
                }
            }
        }
    }
}
