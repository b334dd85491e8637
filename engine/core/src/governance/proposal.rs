//! A proposal from its draft to its decision.

use bytemuck::{Pod, Zeroable};

use super::{
    Body, Choices, Config, Electorate, GovernanceError, MAX_OPTIONS, Measure, Options, Outcome,
    Poll, Snapshot, Tally,
};
use crate::stake::Points;

/// Votes of a proposal go to at most this many tally shards.
pub const MAX_TALLY_SHARDS: u8 = 32;

/// Where a proposal is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum State {
    /// Being written.
    Draft,
    /// Votes are taken.
    Voting,
    /// Voting is over, and tally shards are being summed.
    Counting,
    /// Decided for; its time-lock has not ended.
    Succeeded,
    /// Instructions can be executed, and none was.
    Executable,
    /// Some instructions were executed.
    Executing,
    /// All instructions of the winning options were executed.
    Completed,
    /// No option won.
    Defeated,
    /// The community or the council has stopped it; its deposit is lost.
    Vetoed,
    /// Its author has taken it back.
    Cancelled,
    /// The time to execute in has passed; what was not executed never will be.
    Expired,
}

pub(super) const DRAFT: u8 = 0;
pub(super) const VOTING: u8 = 1;
pub(super) const SUCCEEDED: u8 = 2;
pub(super) const EXECUTING: u8 = 3;
pub(super) const COMPLETED: u8 = 4;
pub(super) const DEFEATED: u8 = 5;
pub(super) const VETOED: u8 = 6;
pub(super) const CANCELLED: u8 = 7;
pub(super) const EXPIRED: u8 = 8;

/// What becomes of a deposit, in lamports.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[must_use]
pub enum Deposit {
    /// Its payer gets it back.
    Returned(u64),
    /// The realm's treasury gets it.
    Forfeited(u64),
}

/// A proposal. What votes change is in records and tally shards; from sign-off until the first
/// shard is summed nothing writes this.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Proposal {
    sum: Tally,
    total: Points,
    council_total: Points,
    config: Config,
    deposit: u64,
    voting_at: i64,
    decided_at: i64,
    epoch: u32,
    council_epoch: u32,
    summed: u32,
    shards: u8,
    options: u8,
    most_choices: u8,
    pub(super) state: u8,
    pub(super) winners: u8,
    pub(super) running: u8,
    pub(super) next_option: u8,
    pub(super) next_index: u8,
    reserved: [u8; 4],
    pub(super) instructions: [u8; MAX_OPTIONS],
}

const _: () = assert!(size_of::<Proposal>() == 224 + 32 + 40 + 24 + 24 + MAX_OPTIONS);

impl Proposal {
    /// A draft under a realm's configuration, which says its deposit.
    ///
    /// # Errors
    /// [`GovernanceError::InvalidShards`] if there are no tally shards or too many.
    pub fn draft(config: &Config, choices: Choices, shards: u8) -> Result<Self, GovernanceError> {
        if shards == 0 || shards > MAX_TALLY_SHARDS {
            return Err(GovernanceError::InvalidShards);
        }
        Ok(Self {
            config: *config,
            deposit: config.terms().deposit,
            shards,
            options: choices.options() as u8,
            most_choices: choices.most() as u8,
            state: DRAFT,
            ..Self::zeroed()
        })
    }

    /// Where it is at a time.
    #[must_use]
    pub fn state(&self, now: i64) -> State {
        match self.state {
            VOTING if now < self.closes_at() => State::Voting,
            VOTING => State::Counting,
            SUCCEEDED if now < self.executable_at() => State::Succeeded,
            SUCCEEDED if now < self.expires_at() => State::Executable,
            EXECUTING if self.running != 0 || now < self.expires_at() => State::Executing,
            SUCCEEDED | EXECUTING | EXPIRED => State::Expired,
            COMPLETED => State::Completed,
            DEFEATED => State::Defeated,
            VETOED => State::Vetoed,
            CANCELLED => State::Cancelled,
            _ => State::Draft,
        }
    }

    /// The configuration it is under: its realm's as of sign-off, or of now if it is a draft.
    #[inline]
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// Its options.
    ///
    /// # Errors
    /// [`GovernanceError::InvalidOptions`] if no draft was ever made of it.
    pub const fn choices(&self) -> Result<Choices, GovernanceError> {
        Choices::try_new(self.options, self.most_choices)
    }

    /// When only votes against are taken any more, Unix seconds; meaningful from sign-off on.
    #[must_use]
    pub fn cools_off_at(&self) -> i64 {
        let voting = self.config.terms().voting_seconds;
        self.voting_at.saturating_add(i64::from(voting))
    }

    /// When no votes are taken any more, Unix seconds; meaningful from sign-off on.
    #[must_use]
    pub fn closes_at(&self) -> i64 {
        let cool_off = self.config.terms().cool_off_seconds;
        self.cools_off_at().saturating_add(i64::from(cool_off))
    }

    /// When the time-lock ends, Unix seconds; meaningful once it has succeeded.
    #[must_use]
    pub fn executable_at(&self) -> i64 {
        let lock = self.config.terms().time_lock_seconds;
        self.decided_at.saturating_add(i64::from(lock))
    }

    /// When it can be executed no more, Unix seconds; meaningful once it has succeeded.
    #[must_use]
    pub fn expires_at(&self) -> i64 {
        let window = self.config.terms().execution_seconds;
        self.executable_at().saturating_add(i64::from(window))
    }

    /// The options that won.
    #[inline]
    #[must_use]
    pub const fn winners(&self) -> Options {
        Options::from_bits(self.winners)
    }

    /// The votes as far as they are summed.
    #[inline]
    #[must_use]
    pub const fn sum(&self) -> &Tally {
        &self.sum
    }

    /// The weights at the snapshot.
    ///
    /// # Errors
    /// [`GovernanceError::InvalidSnapshot`] before sign-off.
    pub const fn snapshot(&self) -> Result<Snapshot, GovernanceError> {
        let community = Electorate {
            epoch: self.epoch,
            weight: self.total.get(),
        };
        let council = Electorate {
            epoch: self.council_epoch,
            weight: self.council_total.get(),
        };
        Snapshot::try_new(community, council)
    }

    /// What its votes are measured by.
    ///
    /// # Errors
    /// [`GovernanceError::InvalidSnapshot`] before sign-off.
    pub fn measure(&self) -> Result<Measure, GovernanceError> {
        let (total, council) = (self.total.get(), self.council_total.get());
        Measure::try_new(&self.config.terms(), self.choices()?, total, council)
    }

    pub(super) const fn check_draft(&self) -> Result<(), GovernanceError> {
        if self.state != DRAFT {
            return Err(GovernanceError::WrongState);
        }
        Ok(())
    }

    /// Opens the voting, under the realm's configuration as it is now: a draft does not keep a
    /// laxer one.
    ///
    /// # Errors
    /// [`GovernanceError::WrongState`] if it is no draft.
    pub fn sign_off(
        &mut self,
        now: i64,
        config: &Config,
        snapshot: &Snapshot,
    ) -> Result<(), GovernanceError> {
        self.check_draft()?;
        let (community, council) = (snapshot.of(Body::Community), snapshot.of(Body::Council));
        self.config = *config;
        self.voting_at = now;
        self.epoch = community.epoch;
        self.council_epoch = council.epoch;
        self.total = Points::new(community.weight);
        self.council_total = Points::new(council.weight);
        self.state = VOTING;
        Ok(())
    }

    /// What votes have to know, while they are taken.
    ///
    /// # Errors
    /// [`GovernanceError::VotingClosed`].
    pub fn poll(&self, now: i64) -> Result<Poll, GovernanceError> {
        if self.state(now) != State::Voting {
            return Err(GovernanceError::VotingClosed);
        }
        let terms = self.config.terms();
        Ok(Poll {
            choices: self.choices()?,
            snapshot: self.snapshot()?,
            shards: self.shards,
            cool_off: now >= self.cools_off_at(),
            veto: terms.community_veto_bps != 0,
            council_veto: terms.council_veto_bps != 0,
        })
    }

    /// Takes it back, as its author may until voting is over.
    ///
    /// # Errors
    /// [`GovernanceError::WrongState`] later.
    pub fn cancel(&mut self, now: i64) -> Result<(), GovernanceError> {
        if !matches!(self.state(now), State::Draft | State::Voting) {
            return Err(GovernanceError::WrongState);
        }
        self.state = CANCELLED;
        Ok(())
    }

    /// Adds a tally shard to the sum, each once and in any order, when no vote can change any more.
    ///
    /// # Errors
    /// [`GovernanceError::VotingOpen`]; [`GovernanceError::WrongState`] before and after;
    /// [`GovernanceError::InvalidShards`] if there is no such shard;
    /// [`GovernanceError::AlreadySummed`]; [`GovernanceError::Inconsistent`].
    pub fn sum_shard(&mut self, now: i64, shard: u8, tally: &Tally) -> Result<(), GovernanceError> {
        self.check_counting(now)?;
        if shard >= self.shards {
            return Err(GovernanceError::InvalidShards);
        }
        let bit = 1u32 << shard;
        if self.summed & bit != 0 {
            return Err(GovernanceError::AlreadySummed);
        }
        self.sum.add(tally)?;
        self.summed |= bit;
        Ok(())
    }

    fn check_counting(&self, now: i64) -> Result<(), GovernanceError> {
        match self.state(now) {
            State::Counting => Ok(()),
            State::Voting => Err(GovernanceError::VotingOpen),
            _ => Err(GovernanceError::WrongState),
        }
    }

    const fn all_shards(&self) -> u32 {
        u32::MAX >> (MAX_TALLY_SHARDS - self.shards)
    }

    /// Decides by the sum of all shards.
    ///
    /// # Errors
    /// As [`Proposal::sum_shard`]; [`GovernanceError::NotSummed`] if shards are missing.
    pub fn finalize(&mut self, now: i64) -> Result<Outcome, GovernanceError> {
        self.check_counting(now)?;
        if self.summed != self.all_shards() {
            return Err(GovernanceError::NotSummed);
        }
        let outcome = self.measure()?.outcome(&self.sum)?;
        self.decide(now, outcome);
        Ok(outcome)
    }

    /// Decides while votes are taken, if weight that has not voted cannot change the outcome. It
    /// needs all shards as they are at one moment, in their order: votes can change as long as it
    /// is not decided, so a sum that was kept could mix moments.
    ///
    /// # Errors
    /// [`GovernanceError::VotingClosed`]; [`GovernanceError::NotSummed`] if these are not all
    /// shards; [`GovernanceError::NotSettled`]; [`GovernanceError::Inconsistent`].
    pub fn decide_early<'a>(
        &mut self,
        now: i64,
        shards: impl IntoIterator<Item = &'a Tally>,
    ) -> Result<Outcome, GovernanceError> {
        if self.state(now) != State::Voting {
            return Err(GovernanceError::VotingClosed);
        }
        if !self.config.terms().early {
            return Err(GovernanceError::NotSettled);
        }
        let (mut sum, mut count) = (Tally::default(), 0usize);
        for tally in shards {
            sum.add(tally)?;
            count += 1;
        }
        if count != usize::from(self.shards) {
            return Err(GovernanceError::NotSummed);
        }
        let settled = self.measure()?.settled(&sum)?;
        let outcome = settled.ok_or(GovernanceError::NotSettled)?;
        self.sum = sum;
        self.summed = self.all_shards();
        self.decide(now, outcome);
        Ok(outcome)
    }

    fn decide(&mut self, now: i64, outcome: Outcome) {
        self.decided_at = now;
        self.state = match outcome {
            Outcome::Vetoed => VETOED,
            Outcome::Defeated => DEFEATED,
            Outcome::Succeeded(winners) => {
                self.winners = winners.bits();
                self.next_option = 0;
                self.next_index = 0;
                if self.skip_to_next() {
                    SUCCEEDED
                } else {
                    COMPLETED
                }
            }
        };
    }

    /// Pays the deposit out, once: back to its payer, or to the treasury if it was vetoed.
    ///
    /// # Errors
    /// [`GovernanceError::WrongState`] before it is decided; [`GovernanceError::NoDeposit`].
    pub fn take_deposit(&mut self, now: i64) -> Result<Deposit, GovernanceError> {
        let state = self.state(now);
        if matches!(state, State::Draft | State::Voting | State::Counting) {
            return Err(GovernanceError::WrongState);
        }
        if self.deposit == 0 {
            return Err(GovernanceError::NoDeposit);
        }
        let deposit = core::mem::take(&mut self.deposit);
        Ok(match state {
            State::Vetoed => Deposit::Forfeited(deposit),
            _ => Deposit::Returned(deposit),
        })
    }

    /// Whether votes count no more, so that records and tally shards can be closed.
    #[inline]
    #[must_use]
    pub const fn is_decided(&self) -> bool {
        !matches!(self.state, DRAFT | VOTING)
    }
}
