//! `create_realm`: anyone makes a realm of stake pools.

use anchor_lang::prelude::*;
use sealane_onchain::{Loaded, derived::create_loaded, events::log};
use sealane_staking::state::Farm;

use super::refused;
use crate::{
    errors::GovernanceError,
    events::RealmCreated,
    state::{ConfigParams, REALM_SEED, Realm, StoredConfig, TREASURY_SEED, is_name},
};

/// Accounts of `create_realm`.
#[derive(Accounts)]
pub struct CreateRealm {
    /// Pays the rent; has no rights afterwards.
    #[account(mut)]
    pub creator: Signer,
    /// The new realm, at its derived address.
    #[account(mut)]
    pub realm: UncheckedAccount,
    /// The stake pool of the community.
    pub community: Loaded<Farm>,
    /// The stake pool of the council, where there is one.
    pub council: Option<Loaded<Farm>>,
    /// Creates the account.
    pub system_program: Program<System>,
}

/// Handler of `create_realm`.
#[inline(never)]
pub(crate) fn handle(
    ctx: &mut Context<CreateRealm>,
    id: u16,
    name: [u8; 32],
    config: &ConfigParams,
) -> Result<()> {
    let accounts = &ctx.accounts;
    let config = StoredConfig::from(config.check().map_err(refused)?);
    require!(is_name(&name), GovernanceError::InvalidName);
    let (mut created, bump) = create_loaded::<Realm>(
        accounts.creator.account(),
        accounts.realm.account(),
        &[
            REALM_SEED,
            accounts.creator.address().as_ref(),
            &id.to_le_bytes(),
        ],
    )
    .map_err(GovernanceError::from)?;
    let address = *created.address();
    let (treasury, treasury_bump) =
        find_program_address(&[TREASURY_SEED, address.as_ref()], &crate::ID);
    let realm: &mut Realm = &mut created;
    realm.creator = *accounts.creator.address();
    realm.treasury = treasury;
    realm.treasury_bump = treasury_bump;
    realm.config = config;
    realm.name = name;
    realm.id = id;
    realm.bump = bump;
    realm.community = *accounts.community.address();
    realm.community_lock_boost = accounts.community.lock_boost;
    realm.community_lock_max_epochs = accounts.community.lock_max_epochs;
    if let Some(council) = &accounts.council {
        require!(
            *council.address() != realm.community,
            GovernanceError::SameFarm
        );
        realm.council = *council.address();
        realm.council_lock_boost = council.lock_boost;
        realm.council_lock_max_epochs = council.lock_max_epochs;
    }
    log(RealmCreated {
        realm: address,
        creator: realm.creator,
        community: realm.community,
        council: realm.council,
        treasury,
        config,
        name,
        id,
        reserved: [0; 6],
    });
    Ok(())
}
