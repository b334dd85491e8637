//! What a realm's votes need, as an argument and as it lies in accounts.

use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use sealane_core::governance::{Config, ConfigTerms, GovernanceError as RuleError};

/// What a realm's votes are to need. Shares are of the weight at the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub struct ConfigParams {
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

impl ConfigParams {
    /// Checks the bounds.
    ///
    /// # Errors
    /// As [`Config::try_new`].
    pub fn check(&self) -> core::result::Result<Config, RuleError> {
        Config::try_new(ConfigTerms {
            deposit: self.deposit,
            voting_seconds: self.voting_seconds,
            cool_off_seconds: self.cool_off_seconds,
            time_lock_seconds: self.time_lock_seconds,
            execution_seconds: self.execution_seconds,
            quorum_bps: self.quorum_bps,
            threshold_bps: self.threshold_bps,
            community_veto_bps: self.community_veto_bps,
            council_veto_bps: self.council_veto_bps,
            early: self.early,
        })
    }
}

/// A configuration within its bounds: [`Config`] as it lies in accounts and events. The fields are
/// those of [`ConfigParams`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct StoredConfig {
    /// Lamports that a draft leaves as its deposit.
    pub deposit: u64,
    /// Seconds in which all ballots are taken.
    pub voting_seconds: u32,
    /// Seconds after that in which only no and veto are taken.
    pub cool_off_seconds: u32,
    /// Seconds from the decision until the first instruction can be executed.
    pub time_lock_seconds: u32,
    /// Seconds after that in which instructions can be executed.
    pub execution_seconds: u32,
    /// Weight that has to vote, in basis points.
    pub quorum_bps: u16,
    /// Weight that an option needs, in basis points.
    pub threshold_bps: u16,
    /// Weight with which the community vetoes, in basis points.
    pub community_veto_bps: u16,
    /// Weight with which the council vetoes, in basis points.
    pub council_veto_bps: u16,
    /// 1 if votes can be decided early.
    pub early: u64,
}

const _: () = assert!(size_of::<StoredConfig>() == size_of::<Config>());

impl StoredConfig {
    /// As the arithmetic reads it.
    #[inline]
    pub fn get(&self) -> &Config {
        bytemuck::cast_ref(self)
    }
}

impl From<Config> for StoredConfig {
    fn from(config: Config) -> Self {
        bytemuck::cast(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_what_was_given() {
        let params = ConfigParams {
            deposit: 1,
            voting_seconds: 100_000,
            cool_off_seconds: 3,
            time_lock_seconds: 400,
            execution_seconds: 5_000,
            quorum_bps: 6,
            threshold_bps: 700,
            community_veto_bps: 8_000,
            council_veto_bps: 9_000,
            early: true,
        };
        let stored = StoredConfig::from(params.check().expect("within bounds"));
        let expected = StoredConfig {
            deposit: 1,
            voting_seconds: 100_000,
            cool_off_seconds: 3,
            time_lock_seconds: 400,
            execution_seconds: 5_000,
            quorum_bps: 6,
            threshold_bps: 700,
            community_veto_bps: 8_000,
            council_veto_bps: 9_000,
            early: 1,
        };
        assert_eq!(stored, expected);
        let high = ConfigParams {
            quorum_bps: 10_001,
            ..params
        };
        assert_eq!(high.check(), Err(RuleError::InvalidQuorum));
    }
}
