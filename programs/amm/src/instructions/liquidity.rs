//! What adding and removing liquidity in proportion have in common: the accounts.

use anchor_lang::prelude::*;
use sealane_core::{pool::wallet::TransferFee, units::Side};
use sealane_onchain::{Loaded, mint::transfer_fee, token::TokenOf};

use super::{require_same, require_shard_of, token_of};
use crate::{
    errors::AmmError,
    state::{Pool, Shard},
};

/// Accounts of `add_liquidity` and `remove_liquidity`.
#[derive(Accounts)]
pub struct Liquidity {
    /// Configuration; read only.
    pub pool: Loaded<Pool>,
    /// The shard.
    #[account(mut)]
    pub shard: Loaded<Shard>,
    /// Owner of the three accounts that follow, as far as they pay.
    pub provider: Signer,
    /// The provider's base tokens.
    #[account(mut)]
    pub provider_base: UncheckedAccount,
    /// The provider's quote tokens.
    #[account(mut)]
    pub provider_quote: UncheckedAccount,
    /// The provider's liquidity tokens of this shard.
    #[account(mut)]
    pub provider_lp: UncheckedAccount,
    /// The shard's base vault.
    #[account(mut)]
    pub base_vault: UncheckedAccount,
    /// The shard's quote vault.
    #[account(mut)]
    pub quote_vault: UncheckedAccount,
    /// The shard's liquidity mint.
    #[account(mut)]
    pub lp_mint: UncheckedAccount,
    /// Base mint.
    pub base_mint: UncheckedAccount,
    /// Quote mint.
    pub quote_mint: UncheckedAccount,
    /// Token program of the base mint.
    pub base_token_program: UncheckedAccount,
    /// Token program of the quote mint.
    pub quote_token_program: UncheckedAccount,
    /// SPL Token, for the liquidity mint.
    pub lp_token_program: Program<Token>,
}

/// Both tokens' verified accounts and the transfer fees in force.
pub(super) struct Pair<'a> {
    pub(super) base: TokenOf<'a>,
    pub(super) quote: TokenOf<'a>,
    pub(super) base_fee: TransferFee,
    pub(super) quote_fee: TransferFee,
}

impl Liquidity {
    pub(super) fn pair(&self, epoch: u64) -> Result<Pair<'_>> {
        let shard = &self.shard;
        require_shard_of(shard, &self.pool)?;
        require_same(
            self.base_vault.address(),
            &shard.base_vault,
            AmmError::WrongVault,
        )?;
        require_same(
            self.quote_vault.address(),
            &shard.quote_vault,
            AmmError::WrongVault,
        )?;
        require_same(
            self.lp_mint.address(),
            &shard.lp_mint,
            AmmError::WrongLpMint,
        )?;
        let base = token_of(
            &self.pool,
            Side::Base,
            &self.base_mint,
            &self.base_token_program,
        )?;
        let quote = token_of(
            &self.pool,
            Side::Quote,
            &self.quote_mint,
            &self.quote_token_program,
        )?;
        let base_fee =
            transfer_fee(base.mint, base.program.address(), epoch).map_err(AmmError::from)?;
        let quote_fee =
            transfer_fee(quote.mint, quote.program.address(), epoch).map_err(AmmError::from)?;
        Ok(Pair {
            base,
            quote,
            base_fee,
            quote_fee,
        })
    }
}
