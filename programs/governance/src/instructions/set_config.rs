//! `set_config`: a realm's proposals change what its votes need.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, events::log};

use super::{refused, require_same};
use crate::{
    errors::GovernanceError,
    events::ConfigChanged,
    state::{ConfigParams, Realm, StoredConfig},
};

/// Accounts of `set_config`.
#[derive(Accounts)]
pub struct SetConfig {
    /// The realm.
    #[account(mut)]
    pub realm: Loaded<Realm>,
    /// Its treasury, which signs nothing but instructions of proposals.
    pub treasury: Signer,
}

/// Handler of `set_config`. Proposals that take votes keep the configuration that they have.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<SetConfig>, config: &ConfigParams) -> Result<()> {
    let SetConfig { realm, treasury } = &mut ctx.accounts;
    require_same(
        treasury.address(),
        &realm.treasury,
        GovernanceError::WrongTreasury,
    )?;
    let config = StoredConfig::from(config.check().map_err(refused)?);
    realm.config = config;
    log(ConfigChanged {
        realm: *realm.address(),
        config,
    });
    Ok(())
}
