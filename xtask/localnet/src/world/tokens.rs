//! The demo tokens, and everybody's share of them.

use sealane_sdk::address::associated_token;
use sealane_sdk::client::Client;
use sealane_sdk::token::{
    TokenKind, create_associated_token_instruction, fix_supply_instruction, mint_to_instruction,
};
use solana_keypair::Keypair;
use solana_signer::Signer as _;

use super::spec::{TOKENS, TokenSpec};
use super::{Doing as _, Token, Wallets, WorldError};
use crate::chain::Chain;

/// Creates all tokens and hands them out, side by side.
pub(super) async fn create_all(chain: &Chain, wallets: &Wallets) -> Result<Vec<Token>, WorldError> {
    let client = Client::new(chain.rpc_url());
    let [first, second, third, fourth, fifth, sixth] = &TOKENS;
    let create = |spec| create_and_hand_out(&client, wallets, spec);
    let (first, second, third, fourth, fifth, sixth) = tokio::try_join!(
        create(first),
        create(second),
        create(third),
        create(fourth),
        create(fifth),
        create(sixth),
    )?;
    Ok(vec![first, second, third, fourth, fifth, sixth])
}

async fn create_and_hand_out(
    client: &Client,
    wallets: &Wallets,
    spec: &TokenSpec,
) -> Result<Token, WorldError> {
    let maker = &wallets.maker.keypair;
    let mint = client
        .create_mint(maker, spec.decimals, spec.kind)
        .await
        .doing(|| format!("creating the token {}", spec.symbol))?;
    let token = Token {
        name: spec.name,
        symbol: spec.symbol,
        mint,
        decimals: spec.decimals,
        token_program: spec.kind.program(),
        transfer_fee_bps: match spec.kind {
            TokenKind::Token2022TransferFee { bps, .. } => bps,
            TokenKind::Spl | TokenKind::Token2022 => 0,
        },
        fixed_supply: spec.fixed_supply,
    };
    hand_out(client, maker, wallets, &token, spec.parts()).await?;
    Ok(token)
}

/// Opens everybody's account and mints to it, and gives up minting where the supply is fixed, in one
/// transaction.
async fn hand_out(
    client: &Client,
    authority: &Keypair,
    wallets: &Wallets,
    token: &Token,
    (maker_gets, others_get): (u64, u64),
) -> Result<(), WorldError> {
    let Token {
        mint,
        token_program,
        ..
    } = token;
    let authority_address = authority.pubkey();
    let mut instructions = Vec::new();
    for wallet in wallets.iter() {
        let owner = wallet.address();
        let whole = if owner == authority_address {
            maker_gets
        } else {
            others_get
        };
        instructions.push(create_associated_token_instruction(
            &authority_address,
            &owner,
            mint,
            token_program,
        ));
        instructions.push(mint_to_instruction(
            token_program,
            mint,
            &associated_token(&owner, mint, token_program),
            &authority_address,
            token.units(whole),
        ));
    }
    if token.fixed_supply {
        let given_up = fix_supply_instruction(token_program, mint, &authority_address);
        instructions.push(given_up);
    }
    client
        .send(&instructions, authority)
        .await
        .doing(|| format!("handing out {}", token.symbol))?;
    Ok(())
}
