//! `swap_exact_in`, `swap_exact_out`: straight from a wallet.

use anchor_lang::prelude::*;
use sealane_core::{
    pool::{
        PoolParams, ShardState,
        wallet::{TransferFees, WalletSwap, wallet_swap_exact_in, wallet_swap_exact_out},
    },
    units::Side,
};
use sealane_onchain::{
    Loaded,
    mint::transfer_fee,
    token::{self, Authority, Leg, TOKEN_PROGRAM, TokenOf},
};

use super::{collect, pay, require_before};
use crate::{
    errors::AmmError,
    events::{self, Swapped},
    state::{Pool, Shard, pause},
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
        require!(self.shard.pool == *self.pool.address(), AmmError::WrongPool);
        let side_in = self
            .shard
            .side_of(self.vault_in.address(), self.vault_out.address())
            .ok_or(AmmError::WrongVault)?;
        let (base, quote) = match side_in {
            Side::Base => (
                (&self.mint_in, &self.token_program_in),
                (&self.mint_out, &self.token_program_out),
            ),
            Side::Quote => (
                (&self.mint_out, &self.token_program_out),
                (&self.mint_in, &self.token_program_in),
            ),
        };
        let pool: &Pool = &self.pool;
        require!(
            *base.0.address() == pool.base_mint && *quote.0.address() == pool.quote_mint,
            AmmError::WrongMint
        );
        require!(
            *base.1.address() == pool.base_token_program
                && *quote.1.address() == pool.quote_token_program,
            AmmError::WrongTokenProgram
        );
        Ok(side_in)
    }

    /// Whether both tokens are SPL Token's, which knows no transfer fees.
    #[inline(always)]
    fn is_plain(&self) -> bool {
        self.pool.base_token_program == TOKEN_PROGRAM
            && self.pool.quote_token_program == TOKEN_PROGRAM
    }

    #[inline(never)]
    fn transfer_fees(&self, epoch: u64) -> Result<TransferFees> {
        Ok(TransferFees {
            on_in: transfer_fee(
                self.mint_in.account(),
                self.token_program_in.address(),
                epoch,
            )
            .map_err(AmmError::from)?,
            on_out: transfer_fee(
                self.mint_out.account(),
                self.token_program_out.address(),
                epoch,
            )
            .map_err(AmmError::from)?,
        })
    }

    fn transfer(&self, swap: &WalletSwap, plain: bool) -> Result<()> {
        let paid = swap.vault_paid.get();
        if plain {
            let seeds = self.shard.seeds();
            token::exchange(
                self.token_program_in.account(),
                Leg {
                    from: self.trader_in.account(),
                    to: self.vault_in.account(),
                    amount: swap.sent,
                },
                Leg {
                    from: self.vault_out.account(),
                    to: self.trader_out.account(),
                    amount: paid,
                },
                self.trader.account(),
                Authority::Derived(self.shard.account(), &seeds),
            );
            return Ok(());
        }
        self.transfer_each(
            swap.swap.side_in,
            swap.sent,
            swap.vault_received.get(),
            paid,
        )
    }

    /// Takes the amounts one by one: the swap as a whole would have to be in memory for it, which
    /// would cost the other swaps as well.
    #[inline(never)]
    fn transfer_each(&self, side_in: Side, sent: u64, received: u64, paid: u64) -> Result<()> {
        let (decimals_in, decimals_out) = match side_in {
            Side::Base => (self.pool.base_decimals, self.pool.quote_decimals),
            Side::Quote => (self.pool.quote_decimals, self.pool.base_decimals),
        };
        collect(
            TokenOf {
                mint: self.mint_in.account(),
                program: self.token_program_in.account(),
                decimals: decimals_in,
            },
            self.trader_in.account(),
            self.vault_in.account(),
            self.trader.account(),
            sent,
            received,
        )?;
        pay(
            TokenOf {
                mint: self.mint_out.account(),
                program: self.token_program_out.account(),
                decimals: decimals_out,
            },
            self.vault_out.account(),
            self.trader_out.account(),
            &self.shard,
            paid,
        );
        Ok(())
    }

    /// Stores the new reserves, moves the tokens, tells the indexers.
    fn settle(&mut self, swap: &WalletSwap, plain: bool) -> Result<()> {
        self.shard.store(&swap.swap.after);
        self.transfer(swap, plain)?;
        events::log(Swapped {
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

/// What the trader fixed, and the bound on the other amount.
pub(crate) enum Exact {
    /// Send `amount`, receive at least `minimum`.
    In { amount: u64, minimum: u64 },
    /// Receive `amount`, send at most `maximum`.
    Out { amount: u64, maximum: u64 },
}

impl Exact {
    #[inline(always)]
    fn price(
        &self,
        shard: &ShardState,
        params: &PoolParams,
        fees: TransferFees,
        side_in: Side,
    ) -> Result<WalletSwap> {
        let (swap, acceptable) = match *self {
            Self::In { amount, minimum } => {
                let swap = wallet_swap_exact_in(shard, params, fees, side_in, amount)
                    .map_err(AmmError::from)?;
                (swap, swap.received >= minimum)
            }
            Self::Out { amount, maximum } => {
                let swap = wallet_swap_exact_out(shard, params, fees, side_in, amount)
                    .map_err(AmmError::from)?;
                (swap, swap.sent <= maximum)
            }
        };
        require!(acceptable, AmmError::SlippageExceeded);
        Ok(swap)
    }
}

/// Handler of both swaps: checks, prices, settles.
#[inline(never)]
pub(crate) fn handle(ctx: &mut Context<Swap>, exact: Exact, deadline: i64) -> Result<()> {
    let accounts = &mut ctx.accounts;
    let clock = Clock::get()?;
    require_before(deadline, clock.unix_timestamp)?;
    let side_in = accounts.verify()?;
    let now = clock.unix_timestamp;
    // What `priced` does, in place.
    let params = accounts.pool.params_at(now).map_err(AmmError::from)?;
    accounts
        .shard
        .advance(&params.curve, now)
        .map_err(AmmError::from)?;
    let plain = accounts.is_plain();
    let fees = if plain {
        TransferFees::NONE
    } else {
        accounts.transfer_fees(clock.epoch)?
    };
    let swap = exact.price(&accounts.shard.state(), &params, fees, side_in)?;
    accounts.settle(&swap, plain)
}
