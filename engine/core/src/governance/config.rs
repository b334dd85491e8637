//! What a realm's votes need, within bounds.

use bytemuck::{Pod, Zeroable};

use super::GovernanceError;

const DAY: u32 = 24 * 60 * 60;

/// The shortest voting time and time-lock, in seconds: short enough for a local network.
pub const MIN_SECONDS: u32 = 60;
/// The longest voting time and time-lock, in seconds.
pub const MAX_SECONDS: u32 = 30 * DAY;
/// The shortest time to execute in, in seconds.
pub const MIN_EXECUTION_SECONDS: u32 = 60 * 60;
/// The longest time to execute in, in seconds.
pub const MAX_EXECUTION_SECONDS: u32 = 90 * DAY;
/// The lowest threshold, in basis points: below it a few tokens could take a realm over.
pub const MIN_THRESHOLD_BPS: u16 = 100;
/// The lowest veto threshold, in basis points: below it a few tokens could stop everything.
pub const MIN_VETO_BPS: u16 = 1_000;
/// The highest deposit, in lamports.
pub const MAX_DEPOSIT: u64 = 1_000_000_000_000;

const WHOLE_BPS: u16 = 10_000;

/// What a configuration says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ConfigTerms {
    /// Lamports that a draft leaves as its deposit.
    pub deposit: u64,
    /// Seconds in which all ballots are taken.
    pub voting_seconds: u32,
    /// Seconds after that in which only no and veto are taken; 0 for none.
    pub cool_off_seconds: u32,
    /// Seconds from the decision until the first instruction can be executed.
    pub time_lock_seconds: u32,
    /// Seconds after that in which instructions can be executed.
    pub execution_seconds: u32,
    /// Weight that has to vote, whatever its ballot, in basis points of the community's.
    pub quorum_bps: u16,
    /// Weight that an option needs, in basis points of the community's.
    pub threshold_bps: u16,
    /// Weight with which the community vetoes, in basis points of its own; 0 for no veto.
    pub community_veto_bps: u16,
    /// Weight with which the council vetoes, in basis points of its own; 0 for no veto.
    pub council_veto_bps: u16,
    /// Whether a vote is decided as soon as weight that has not voted cannot change the outcome.
    pub early: bool,
}

/// Terms within their bounds, as an account keeps them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct Config {
    deposit: u64,
    voting_seconds: u32,
    cool_off_seconds: u32,
    time_lock_seconds: u32,
    execution_seconds: u32,
    quorum_bps: u16,
    threshold_bps: u16,
    community_veto_bps: u16,
    council_veto_bps: u16,
    early: u64,
}

const _: () = assert!(size_of::<Config>() == 40);

const fn is_veto(bps: u16) -> bool {
    bps == 0 || (MIN_VETO_BPS <= bps && bps <= WHOLE_BPS)
}

const fn is_between(seconds: u32, least: u32, most: u32) -> bool {
    least <= seconds && seconds <= most
}

impl Config {
    /// Checks terms.
    ///
    /// # Errors
    /// [`GovernanceError::InvalidVotingTime`], [`GovernanceError::InvalidTimeLock`],
    /// [`GovernanceError::InvalidExecutionWindow`], [`GovernanceError::InvalidQuorum`],
    /// [`GovernanceError::InvalidThreshold`], [`GovernanceError::InvalidVetoThreshold`] or
    /// [`GovernanceError::InvalidDeposit`] if one is out of its bounds.
    pub const fn try_new(terms: ConfigTerms) -> Result<Self, GovernanceError> {
        if !is_between(terms.voting_seconds, MIN_SECONDS, MAX_SECONDS)
            || terms.cool_off_seconds > terms.voting_seconds
        {
            return Err(GovernanceError::InvalidVotingTime);
        }
        if !is_between(terms.time_lock_seconds, MIN_SECONDS, MAX_SECONDS) {
            return Err(GovernanceError::InvalidTimeLock);
        }
        let window = terms.execution_seconds;
        if !is_between(window, MIN_EXECUTION_SECONDS, MAX_EXECUTION_SECONDS) {
            return Err(GovernanceError::InvalidExecutionWindow);
        }
        if terms.quorum_bps > WHOLE_BPS {
            return Err(GovernanceError::InvalidQuorum);
        }
        if terms.threshold_bps < MIN_THRESHOLD_BPS || terms.threshold_bps > WHOLE_BPS {
            return Err(GovernanceError::InvalidThreshold);
        }
        if !is_veto(terms.community_veto_bps) || !is_veto(terms.council_veto_bps) {
            return Err(GovernanceError::InvalidVetoThreshold);
        }
        if terms.deposit > MAX_DEPOSIT {
            return Err(GovernanceError::InvalidDeposit);
        }
        Ok(Self {
            deposit: terms.deposit,
            voting_seconds: terms.voting_seconds,
            cool_off_seconds: terms.cool_off_seconds,
            time_lock_seconds: terms.time_lock_seconds,
            execution_seconds: terms.execution_seconds,
            quorum_bps: terms.quorum_bps,
            threshold_bps: terms.threshold_bps,
            community_veto_bps: terms.community_veto_bps,
            council_veto_bps: terms.council_veto_bps,
            early: terms.early as u64,
        })
    }

    /// What it says.
    #[inline]
    #[must_use]
    pub const fn terms(&self) -> ConfigTerms {
        ConfigTerms {
            deposit: self.deposit,
            voting_seconds: self.voting_seconds,
            cool_off_seconds: self.cool_off_seconds,
            time_lock_seconds: self.time_lock_seconds,
            execution_seconds: self.execution_seconds,
            quorum_bps: self.quorum_bps,
            threshold_bps: self.threshold_bps,
            community_veto_bps: self.community_veto_bps,
            council_veto_bps: self.council_veto_bps,
            early: self.early != 0,
        }
    }
}
