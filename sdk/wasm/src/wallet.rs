//! Tokens and what wallets hold of them.

use sealane_sdk::address;
use serde::Serialize;
use solana_pubkey::Pubkey;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read, reply, reply_all},
    refusal::{Answer, Problem},
    values::Address,
};

/// What a wallet holds of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct TokenBalance {
    /// The token account.
    pub account: Address,
    /// Of which token.
    pub mint: Address,
    /// The program that moves it.
    pub token_program: Address,
    /// How much, in base units.
    pub amount: u64,
    /// Whether the mint's authority has frozen the account.
    pub frozen: bool,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct TokenInfo {
    /// Its mint.
    pub mint: Address,
    /// The program that moves it.
    pub token_program: Address,
    /// Digits after the point of a whole token.
    pub decimals: u8,
    /// Base units in existence.
    pub supply: u64,
    /// What the token program takes of a transfer now, in basis points.
    pub transfer_fee_bps: u16,
    /// The most that it takes of one, in base units.
    pub transfer_fee_maximum: u64,
    /// Token-2022 extensions, by their names.
    pub extensions: Vec<String>,
}

/// A wallet's token accounts that are known, by address.
pub(crate) fn balances(exchange: &Exchange, owner: &Pubkey) -> Vec<TokenBalance> {
    let accounts = exchange.world().token_accounts_of(owner);
    let mut balances: Vec<_> = accounts.collect();
    balances.sort_unstable_by_key(|(address, _)| *address);
    let balance = balances.into_iter().map(|(address, account)| TokenBalance {
        account: address.into(),
        mint: account.mint.into(),
        token_program: account.token_program.into(),
        amount: account.amount,
        frozen: account.frozen,
    });
    balance.collect()
}

/// A token that has to be known.
pub(crate) fn token(exchange: &Exchange, mint: &Pubkey) -> Answer<TokenInfo> {
    let (pools, markets) = (exchange.world().pools(), exchange.world().markets());
    let info = pools.mint(mint).or_else(|| markets.mint(mint));
    let info = info.ok_or_else(|| {
        let message = format!("the token {mint} is not known");
        Problem::new("unknown_mint", message, "feed the mint's account")
    })?;
    let epoch = exchange.world().clock().map_or(0, |clock| clock.epoch);
    let fee = info.transfer_fee(epoch)?;
    Ok(TokenInfo {
        mint: (*mint).into(),
        token_program: info.token_program.into(),
        decimals: info.decimals,
        supply: info.supply,
        transfer_fee_bps: fee.bps,
        transfer_fee_maximum: fee.maximum,
        extensions: info.extensions.clone(),
    })
}

#[wasm_bindgen]
impl Exchange {
    /// A token.
    ///
    /// # Errors
    /// `unknown_mint`, `invalid_argument`.
    pub fn token(&self, mint: Ts<Address>) -> Result<Ts<TokenInfo>, JsValue> {
        reply(|| token(self, &read(&mint)?.0))
    }

    /// A wallet's token accounts that are known, by address.
    ///
    /// # Errors
    /// `invalid_argument`.
    #[wasm_bindgen(js_name = "tokenAccounts")]
    pub fn token_accounts(&self, owner: Ts<Address>) -> Result<Vec<Ts<TokenBalance>>, JsValue> {
        reply_all(|| Ok(balances(self, &read(&owner)?.0)))
    }

    /// Where a wallet's tokens of a mint are, or will be.
    ///
    /// # Errors
    /// `unknown_mint`, `invalid_argument`.
    #[wasm_bindgen(js_name = "associatedToken")]
    pub fn associated_token(
        &self,
        owner: Ts<Address>,
        mint: Ts<Address>,
    ) -> Result<Ts<Address>, JsValue> {
        reply(|| {
            let mint = read(&mint)?.0;
            let program = token(self, &mint)?.token_program.0;
            Ok(address::associated_token(&read(&owner)?.0, &mint, &program).into())
        })
    }
}
