//! A realm, and what its votes need.

use sealane_sdk::{engine_core::governance::ConfigTerms, realms};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, Amount, WalletView};

/// A realm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RealmView {
    /// Its address.
    pub realm: Address,
    /// What it is called.
    pub name: String,
    /// Who created it. Has no rights.
    pub creator: Address,
    /// The stake pool whose stakers vote.
    pub community_farm: Address,
    /// The one whose stakers may veto.
    pub council_farm: Option<Address>,
    /// What signs for it.
    pub treasury: Address,
    /// What the treasury has: SOL and tokens.
    #[serde(flatten)]
    pub wallet: WalletView,
    /// What proposals need that are signed off now.
    pub config: RulesView,
    /// The slot in which it looked like this.
    pub slot: u64,
}

/// What votes need. Shares are of the weight at the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RulesView {
    /// Lamports that a draft leaves as its deposit.
    pub deposit: Amount,
    /// Seconds in which all ballots are taken.
    pub voting_seconds: u32,
    /// Seconds after that in which only no and veto are taken.
    pub cool_off_seconds: u32,
    /// Seconds from the decision until the first instruction can be executed.
    pub time_lock_seconds: u32,
    /// Seconds after that in which instructions can be executed.
    pub execution_seconds: u32,
    /// Weight that has to vote, whatever its ballot.
    pub quorum_bps: u16,
    /// Weight that an option needs.
    pub threshold_bps: u16,
    /// Weight with which the community vetoes; 0 for no veto.
    pub community_veto_bps: u16,
    /// Weight with which the council vetoes; 0 for no veto.
    pub council_veto_bps: u16,
    /// Whether a vote is decided as soon as weight that has not voted cannot change the outcome.
    pub early: bool,
}

impl From<ConfigTerms> for RulesView {
    fn from(terms: ConfigTerms) -> Self {
        Self {
            deposit: terms.deposit.into(),
            voting_seconds: terms.voting_seconds,
            cool_off_seconds: terms.cool_off_seconds,
            time_lock_seconds: terms.time_lock_seconds,
            execution_seconds: terms.execution_seconds,
            quorum_bps: terms.quorum_bps,
            threshold_bps: terms.threshold_bps,
            community_veto_bps: terms.community_veto_bps,
            council_veto_bps: terms.council_veto_bps,
            early: terms.early,
        }
    }
}

impl RealmView {
    /// With what the treasury has.
    pub(crate) fn of(realm: &realms::RealmView, wallet: WalletView) -> Self {
        Self {
            realm: realm.realm.into(),
            name: realm.name.clone(),
            creator: realm.creator.into(),
            community_farm: realm.community.into(),
            council_farm: realm.council.map(Address),
            treasury: realm.treasury.into(),
            wallet,
            config: realm.config.into(),
            slot: realm.slot,
        }
    }
}
