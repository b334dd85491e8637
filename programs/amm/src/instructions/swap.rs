//! `swap_exact_in`, `swap_exact_out`: straight from a wallet.

use anchor_lang::prelude::*;
use sealane_core::{
    error::CoreError,
    pool::{
        PoolParams, ShardState,
        wallet::{TransferFees, WalletSwap, wallet_swap_exact_in, wallet_swap_exact_out},
    },
    units::Side,
};

use super::{priced, require_before, require_shard_of, token_of};
use crate::{
    errors::AmmError,
    events::{self, Swapped},
    loaded::Loaded,
    mint::transfer_fee,
    state::{Pool, Shard, pause},
    token::{self, Authority, TOKEN_PROGRAM, TokenOf},
};

/// Accounts of both swaps. The vaults tell the direction. Writable are the shard, its vaults and
/// the trader's two accounts, and nothing else.
#[derive(Accounts)]
pub struct Swap {
    /// Configuration; read only.
    pub pool: Loaded<Pool>,
    /// The shard to trade with.
    #[account(mut)]
    pub shard: Loaded<Shard>,
    /// Owner of `trader_in`.
    pub trader: Signer,
    /// Token account that pays. The token program checks its mint and owner.
    #[account(mut)]
    pub trader_in: UncheckedAccount,
    /// Token account that is paid; may belong to anyone.
    #[account(mut)]
    pub trader_out: UncheckedAccount,
    /// The shard's vault of the token going in.
    #[account(mut)]
    pub vault_in: UncheckedAccount,
    /// The shard's vault of the token going out.
    #[account(mut)]
    pub vault_out: UncheckedAccount,
    /// Mint of the token going in.
    pub mint_in: UncheckedAccount,
    /// Mint of the token going out.
    pub mint_out: UncheckedAccount,
    /// Token program of `mint_in`.
    pub token_program_in: UncheckedAccount,
    /// Token program of `mint_out`.
    pub token_program_out: UncheckedAccount,
}

impl Swap {
    /// Checks every account that the token programs will not check; tells the direction.
    fn verify(&self) -> Result<Side> {
        self.pool.require_active(pause::SWAP)?;
        require_shard_of(&self.shard, &self.pool)?;
        let side_in = self
            .shard
            .side_of(self.vault_in.address(), self.vault_out.address())
            .ok_or(AmmError::WrongVault)?;
        token_of(&self.pool, side_in, &self.mint_in, &self.token_program_in)?;
        let side_out = side_in.opposite();
        token_of(
            &self.pool,
            side_out,
            &self.mint_out,
            &self.token_program_out,
        )?;
        Ok(side_in)
    }

    fn transfer_fees(&self, epoch: u64) -> Result<TransferFees> {
        Ok(TransferFees {
            on_in: transfer_fee(
                self.mint_in.account(),
                self.token_program_in.address(),
                epoch,
            )?,
            on_out: transfer_fee(
                self.mint_out.account(),
                self.token_program_out.address(),
                epoch,
            )?,
        })
    }

    fn transfer(&self, swap: &WalletSwap) -> Result<()> {
        let program = self.token_program_in.account();
        if *program.address() == TOKEN_PROGRAM && *self.token_program_out.address() == TOKEN_PROGRAM
        {
            token::exchange(
                program,
                (self.trader_in.account(), self.vault_in.account(), swap.sent),
                (
                    self.vault_out.account(),
                    self.trader_out.account(),
                    swap.vault_paid.get(),
                ),
                self.trader.account(),
                &self.shard,
            );
            return Ok(());
        }
        self.transfer_each(swap)
    }

    #[inline(never)]
    fn transfer_each(&self, swap: &WalletSwap) -> Result<()> {
        let (decimals_in, decimals_out) = match swap.swap.side_in {
            Side::Base => (self.pool.base_decimals, self.pool.quote_decimals),
            Side::Quote => (self.pool.quote_decimals, self.pool.base_decimals),
        };
        token::transfer_in(
            TokenOf {
                mint: self.mint_in.account(),
                program: self.token_program_in.account(),
                decimals: decimals_in,
            },
            self.trader_in.account(),
            self.vault_in.account(),
            self.trader.account(),
            swap.sent,
            swap.vault_received.get(),
        )?;
        token::transfer(
            TokenOf {
                mint: self.mint_out.account(),
                program: self.token_program_out.account(),
                decimals: decimals_out,
            },
            self.vault_out.account(),
            self.trader_out.account(),
            Authority::Shard(&self.shard),
            swap.vault_paid.get(),
        )
    }

    /// Stores the new reserves, moves the tokens, tells the indexers.
    fn settle(&mut self, swap: &WalletSwap) -> Result<()> {
        self.shard.store(&swap.swap.after);
        self.transfer(swap)?;
        events::log(&Swapped {
            shard: *self.shard.address(),
            trader: *self.trader.address(),
            sent: swap.sent,
            received: swap.received,
            fee: swap.swap.fee.get(),
            protocol_fee: swap.swap.protocol_fee.get(),
            base_reserve: self.shard.base_reserve,
            quote_reserve: self.shard.quote_reserve,
            side_in: swap.swap.side_in as u8,
            reserved: [0; 7],
        });
        Ok(())
    }
}

/// Handler of `swap_exact_in`.
#[inline(never)]
pub(crate) fn exact_in(
    ctx: &mut Context<Swap>,
    amount_in: u64,
    minimum_out: u64,
    deadline: i64,
) -> Result<()> {
    execute(&mut ctx.accounts, deadline, |shard, params, fees, side| {
        let swap = wallet_swap_exact_in(shard, params, fees, side, amount_in)?;
        Ok((swap.received >= minimum_out).then_some(swap))
    })
}

/// Handler of `swap_exact_out`.
#[inline(never)]
pub(crate) fn exact_out(
    ctx: &mut Context<Swap>,
    amount_out: u64,
    maximum_in: u64,
    deadline: i64,
) -> Result<()> {
    execute(&mut ctx.accounts, deadline, |shard, params, fees, side| {
        let swap = wallet_swap_exact_out(shard, params, fees, side, amount_out)?;
        Ok((swap.sent <= maximum_in).then_some(swap))
    })
}

/// Checks, prices, settles. `price` returns `None` if the slippage bound is not met.
#[inline(always)]
fn execute(
    accounts: &mut Swap,
    deadline: i64,
    price: impl FnOnce(
        &ShardState,
        &PoolParams,
        TransferFees,
        Side,
    ) -> core::result::Result<Option<WalletSwap>, CoreError>,
) -> Result<()> {
    let clock = Clock::get()?;
    require_before(deadline, clock.unix_timestamp)?;
    let side_in = accounts.verify()?;
    let params = priced(&accounts.pool, &mut accounts.shard, clock.unix_timestamp)?;
    let fees = accounts.transfer_fees(clock.epoch)?;
    let swap = price(&accounts.shard.state(), &params, fees, side_in)
        .map_err(AmmError::from)?
        .ok_or(AmmError::SlippageExceeded)?;
    accounts.settle(&swap)
}
