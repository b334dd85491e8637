//! New realms, and what treasuries are asked to do.

use sealane_governance::{
    accounts, errors::GovernanceError, instruction as arguments, state::ConfigParams,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::instruction;
use crate::{
    address::{self, SYSTEM_PROGRAM},
    realms::RealmError,
    token::{create_associated_token_instruction, transfer_instruction},
};

/// The longest name of a realm, in bytes.
const NAME_LEN: usize = 32;

/// A realm to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateRealmRequest {
    /// Pays and signs. Has no rights afterwards.
    pub creator: Pubkey,
    /// Tells apart one creator's realms.
    pub id: u16,
    /// What it is called: up to 32 bytes.
    pub name: String,
    /// The stake pool whose stakers vote.
    pub community: Pubkey,
    /// The stake pool whose stakers may veto, if there is a council.
    pub council: Option<Pubkey>,
    /// What votes need.
    pub config: ConfigParams,
}

/// Creates a realm; tells where it will be, and its treasury.
///
/// # Errors
/// [`RealmError::Refused`] for a name or a configuration that the program would refuse.
pub fn create_realm_instruction(
    request: &CreateRealmRequest,
) -> Result<(Pubkey, Pubkey, Instruction), RealmError> {
    let config = request.config;
    config.check()?;
    let bytes = request.name.as_bytes();
    let shown = !request.name.chars().any(char::is_control);
    if bytes.is_empty() || bytes.len() > NAME_LEN || !shown {
        return Err(GovernanceError::InvalidName.into());
    }
    if request.council == Some(request.community) {
        return Err(GovernanceError::SameFarm.into());
    }
    let mut name = [0; NAME_LEN];
    name[..bytes.len()].copy_from_slice(bytes);
    let (realm, _) = address::realm(&request.creator, request.id);
    let accounts = accounts::CreateRealm {
        creator: request.creator,
        realm,
        community: request.community,
        council: request.council,
        system_program: SYSTEM_PROGRAM,
    };
    let id = request.id;
    let create = instruction(&accounts, &arguments::CreateRealm { id, name, config });
    Ok((realm, address::treasury(&realm).0, create))
}

/// Changes what votes need; to be proposed, since only the treasury may.
///
/// # Errors
/// [`RealmError::Refused`] for a configuration that the program would refuse.
pub fn set_config_instruction(
    realm: &Pubkey,
    config: ConfigParams,
) -> Result<Instruction, RealmError> {
    config.check()?;
    let accounts = accounts::SetConfig {
        realm: *realm,
        treasury: address::treasury(realm).0,
    };
    Ok(instruction(&accounts, &arguments::SetConfig { config }))
}

/// Pays SOL of the treasury; to be proposed. Amounts are lamports.
#[must_use]
pub fn proposed_sol_transfer_instruction(
    realm: &Pubkey,
    to: &Pubkey,
    lamports: u64,
) -> Instruction {
    let (treasury, _) = address::treasury(realm);
    solana_system_interface::instruction::transfer(&treasury, to, lamports)
}

/// Pays tokens of the treasury to a wallet's associated account, which the treasury creates if it does
/// not exist; to be proposed. Amounts are units.
///
/// # Panics
/// If `token_program` is not one of the two token programs.
#[must_use]
pub fn proposed_token_transfer_instructions(
    realm: &Pubkey,
    (mint, token_program, decimals): (&Pubkey, &Pubkey, u8),
    to: &Pubkey,
    amount: u64,
) -> Vec<Instruction> {
    let (treasury, _) = address::treasury(realm);
    let from = address::associated_token(&treasury, mint, token_program);
    let account = address::associated_token(to, mint, token_program);
    vec![
        create_associated_token_instruction(&treasury, to, mint, token_program),
        transfer_instruction(
            token_program,
            &from,
            mint,
            &account,
            &treasury,
            amount,
            decimals,
        ),
    ]
}
