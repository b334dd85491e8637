//! `sign_off`: opens the voting.

use anchor_lang::prelude::*;
use sealane_core::governance::{Electorate, Snapshot};
use sealane_onchain::{Loaded, events::log};
use sealane_staking::{
    errors::StakingError,
    state::{EpochRecord, Farm},
};

use super::{refused, require_author, require_of, require_same};
use crate::{
    errors::GovernanceError,
    events::SignedOff,
    state::{Proposal, Realm, Text, is_whole},
};

/// Accounts of `sign_off`.
#[derive(Accounts)]
pub struct SignOff {
    /// The proposal's author.
    pub author: Signer,
    /// The realm, for its configuration; read only.
    pub realm: Loaded<Realm>,
    /// The proposal, a draft.
    #[account(mut)]
    pub proposal: Loaded<Proposal>,
    /// Its text; read only.
    pub text: Loaded<Text>,
    /// The community's stake pool; read only.
    pub community: Loaded<Farm>,
    /// The pool's record of the epoch before the present one.
    pub community_record: Loaded<EpochRecord>,
    /// The council's stake pool, where there is one.
    pub council: Option<Loaded<Farm>>,
    /// That pool's record of the epoch before its present one.
    pub council_record: Option<Loaded<EpochRecord>>,
}

impl SignOff {
    /// The weights at the beginning of the present epoch of each pool.
    fn snapshot(&self, now: i64) -> Result<Snapshot> {
        let proposal = &self.proposal;
        require_same(
            self.community.address(),
            &proposal.community,
            GovernanceError::WrongFarm,
        )?;
        let community = electorate(&self.community, &self.community_record, now)?;
        let mut council = Electorate::default();
        if self.realm.has_council() {
            let (Some(farm), Some(record)) = (&self.council, &self.council_record) else {
                return Err(GovernanceError::CouncilMissing.into());
            };
            require_same(
                farm.address(),
                &proposal.council,
                GovernanceError::WrongFarm,
            )?;
            council = electorate(farm, record, now)?;
        }
        Snapshot::try_new(community, council).map_err(refused)
    }
}

/// All weight at the beginning of the present epoch: what the record of the epoch before tells, if
/// all shards were added to it.
fn electorate(farm: &Loaded<Farm>, record: &Loaded<EpochRecord>, now: i64) -> Result<Electorate> {
    let epoch = farm.moment(now).map_err(StakingError::from)?.epoch;
    require!(
        record.farm == *farm.address() && epoch.checked_sub(1) == Some(record.epoch),
        GovernanceError::WrongEpochRecord
    );
    require!(record.is_closed(), GovernanceError::EpochNotClosed);
    Ok(Electorate {
        epoch,
        weight: record.end_weight(),
    })
}

/// Handler of `sign_off`. Nothing of the proposal can be written from now on.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<SignOff>) -> Result<()> {
    let accounts = &mut ctx.accounts;
    require_author(&accounts.proposal, &accounts.author)?;
    require_same(
        accounts.realm.address(),
        &accounts.proposal.realm,
        GovernanceError::WrongRealm,
    )?;
    require_of(&accounts.text.proposal, &accounts.proposal)?;
    let options = usize::from(accounts.proposal.options);
    require!(
        is_whole(accounts.text.tail(), options),
        GovernanceError::TextNotWhole
    );
    let now = Clock::get()?.unix_timestamp;
    let snapshot = accounts.snapshot(now)?;
    let config = *accounts.realm.config.get();
    let rules = accounts.proposal.rules_mut();
    rules.sign_off(now, &config, &snapshot).map_err(refused)?;
    let proposal = &accounts.proposal;
    log(SignedOff {
        proposal: *proposal.address(),
        realm: proposal.realm,
        config: proposal.config,
        total: proposal.total,
        council_total: proposal.council_total,
        voting_at: now,
        epoch: proposal.epoch,
        council_epoch: proposal.council_epoch,
    });
    Ok(())
}
