//! The demo's realm: stakers of the governance token decide, a council can veto, and a treasury does
//! what was decided.

use sealane_sdk::address::associated_token;
use sealane_sdk::client::Client;
use sealane_sdk::plan::governance::{CreateRealmRequest, create_realm_instruction};
use sealane_sdk::plan::propose_authority_instruction;
use sealane_sdk::token::{create_associated_token_instruction, transfer_instruction};

use super::pools::token;
use super::spec::{GOVERNED_POOL, REALM_CONFIG, REALM_NAME, TREASURY_SEAL, TREASURY_SOL};
use super::{Doing as _, Token, TokenName, Wallets, WorldError, WorldFarm, WorldPool, WorldRealm};
use crate::chain::Chain;

/// Creates the realm, fills its treasury, and proposes the treasury as the authority of a pool: it has
/// to accept that, which takes a vote.
pub(super) async fn create(
    chain: &Chain,
    wallets: &Wallets,
    tokens: &[Token],
    pools: &[WorldPool],
    farms: &[WorldFarm],
) -> Result<WorldRealm, WorldError> {
    let maker = &wallets.maker;
    let doing = || "creating the realm".to_owned();
    let farm_of = |name: TokenName| {
        let mint = token(tokens, name).mint;
        let mut pools = farms.iter().filter(|farm| farm.market.is_none());
        let found = pools.find(|farm| farm.stake_mint == mint);
        found.expect("both bodies have a stake pool").address
    };
    let (community, council) = (farm_of(TokenName::Seal), farm_of(TokenName::Council));
    let (realm, treasury, create) = create_realm_instruction(&CreateRealmRequest {
        creator: maker.address(),
        id: 0,
        name: REALM_NAME.to_owned(),
        community,
        council: Some(council),
        config: REALM_CONFIG,
    })
    .doing(doing)?;
    let seal = token(tokens, TokenName::Seal);
    let (mint, program) = (&seal.mint, &seal.token_program);
    let mut governed = pools.iter();
    let governed = governed.find(|pool| pool.base.name == GOVERNED_POOL);
    let governed = governed.expect("the governed pool is one of the demo's");
    let instructions = [
        create,
        create_associated_token_instruction(&maker.address(), &treasury, mint, program),
        transfer_instruction(
            program,
            &associated_token(&maker.address(), mint, program),
            mint,
            &associated_token(&treasury, mint, program),
            &maker.address(),
            seal.units(TREASURY_SEAL),
            seal.decimals,
        ),
        propose_authority_instruction(&governed.address, &maker.address(), &treasury),
    ];
    let client = Client::new(chain.rpc_url());
    client
        .send(&instructions, &maker.keypair)
        .await
        .doing(doing)?;
    chain.fund(&treasury, TREASURY_SOL).await?;
    Ok(WorldRealm {
        name: REALM_NAME,
        address: realm,
        treasury,
        community,
        council,
        governed: governed.address,
    })
}
