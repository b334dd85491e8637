//! `rebalance`: two shards of a pool trade with each other until their prices meet.

use anchor_lang::prelude::*;
use sealane_core::{pool::rebalance, units::Side};
use sealane_onchain::{Loaded, mint::transfer_fee, token::TokenOf};

use super::{pay, priced, require_same, require_shard_of, token_of};
use crate::{
    errors::AmmError,
    events::{self, ShardsRebalanced},
    state::{Pool, Shard, pause},
};

/// Accounts of `rebalance`. Anyone may call it: neither side can lose by it.
#[derive(Accounts)]
pub struct Rebalance {
    /// Configuration; read only.
    pub pool: Loaded<Pool>,
    /// One shard.
    #[account(mut)]
    pub first: Loaded<Shard>,
    /// Another shard of the same pool.
    #[account(mut)]
    pub second: Loaded<Shard>,
    /// Base vault of the first.
    #[account(mut)]
    pub first_base_vault: UncheckedAccount,
    /// Quote vault of the first.
    #[account(mut)]
    pub first_quote_vault: UncheckedAccount,
    /// Base vault of the second.
    #[account(mut)]
    pub second_base_vault: UncheckedAccount,
    /// Quote vault of the second.
    #[account(mut)]
    pub second_quote_vault: UncheckedAccount,
    /// Base mint.
    pub base_mint: UncheckedAccount,
    /// Quote mint.
    pub quote_mint: UncheckedAccount,
    /// Token program of the base mint.
    pub base_token_program: UncheckedAccount,
    /// Token program of the quote mint.
    pub quote_token_program: UncheckedAccount,
}

/// One shard's account and vaults.
struct Party<'a> {
    shard: &'a Loaded<Shard>,
    base_vault: &'a AccountView,
    quote_vault: &'a AccountView,
}

impl Rebalance {
    fn verify(&self, epoch: u64) -> Result<()> {
        self.pool.require_active(pause::REBALANCE)?;
        for party in [self.first_party(), self.second_party()] {
            let shard = party.shard;
            require_shard_of(shard, &self.pool)?;
            require_same(
                party.base_vault.address(),
                &shard.base_vault,
                AmmError::WrongVault,
            )?;
            require_same(
                party.quote_vault.address(),
                &shard.quote_vault,
                AmmError::WrongVault,
            )?;
        }
        let (base, quote) = self.tokens()?;
        for token in [base, quote] {
            let fee =
                transfer_fee(token.mint, token.program.address(), epoch).map_err(AmmError::from)?;
            require!(fee.bps == 0, AmmError::RebalanceWithTransferFee);
        }
        Ok(())
    }

    fn tokens(&self) -> Result<(TokenOf<'_>, TokenOf<'_>)> {
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
        Ok((base, quote))
    }

    fn first_party(&self) -> Party<'_> {
        Party {
            shard: &self.first,
            base_vault: self.first_base_vault.account(),
            quote_vault: self.first_quote_vault.account(),
        }
    }

    fn second_party(&self) -> Party<'_> {
        Party {
            shard: &self.second,
            base_vault: self.second_base_vault.account(),
            quote_vault: self.second_quote_vault.account(),
        }
    }

    /// The two shards in the order (gives base, gives quote).
    fn parties(&self, first_gives_base: bool) -> (Party<'_>, Party<'_>) {
        let (first, second) = (self.first_party(), self.second_party());
        if first_gives_base {
            (first, second)
        } else {
            (second, first)
        }
    }
}

/// Handler of `rebalance`.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Rebalance>) -> Result<()> {
    let clock = Clock::get()?;
    let accounts = &mut ctx.accounts;
    accounts.verify(clock.epoch)?;
    priced(&accounts.pool, &mut accounts.first, clock.unix_timestamp)?;
    let params = priced(&accounts.pool, &mut accounts.second, clock.unix_timestamp)?;
    let update = rebalance(
        &accounts.first.state(),
        &accounts.second.state(),
        &params.curve,
    )
    .map_err(AmmError::from)?;
    accounts.first.store(&update.first);
    accounts.second.store(&update.second);

    let (base, quote) = accounts.tokens()?;
    let (base_giver, quote_giver) = accounts.parties(update.first_gives_base);
    pay(
        base,
        base_giver.base_vault,
        quote_giver.base_vault,
        base_giver.shard,
        update.base_moved.get(),
    );
    pay(
        quote,
        quote_giver.quote_vault,
        base_giver.quote_vault,
        quote_giver.shard,
        update.quote_moved.get(),
    );
    events::log(ShardsRebalanced {
        base_giver: *base_giver.shard.address(),
        quote_giver: *quote_giver.shard.address(),
        base_moved: update.base_moved.get(),
        quote_moved: update.quote_moved.get(),
    });
    Ok(())
}
