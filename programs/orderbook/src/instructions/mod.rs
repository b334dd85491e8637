//! One file per instruction, or per pair of instructions that share their accounts: the accounts,
//! their checks, the handler. What traders do with orders is in [`trade`].

pub mod add_vault_shard;
pub mod administer;
pub mod balance_vaults;
pub mod close_lane;
pub mod collect_protocol_fees;
pub mod create_market;
pub mod funds;
pub mod grow_lane;
pub mod open_lane;
pub mod set_delegate;
pub mod sweep_fees;
pub mod trade;

// The glob also carries the client modules that the derive puts beside each accounts struct.
pub use add_vault_shard::*;
pub use administer::*;
pub use balance_vaults::*;
pub use close_lane::*;
pub use collect_protocol_fees::*;
pub use create_market::*;
pub use funds::*;
pub use grow_lane::*;
pub use open_lane::*;
pub use set_delegate::*;
pub use sweep_fees::*;
pub use trade::*;

use anchor_lang::prelude::*;
use sealane_core::{book::Key, units::Side};
use sealane_onchain::{Loaded, token::TokenOf};

use crate::{
    errors::OrderbookError,
    state::{Lane, Market, VaultShard},
};

/// Fails with `error` unless an account is the expected one.
#[inline(never)]
fn require_same(address: &Address, expected: &Address, error: OrderbookError) -> Result<()> {
    if address == expected {
        Ok(())
    } else {
        Err(error.into())
    }
}

/// An address as lanes store it.
#[inline]
fn key(address: &Address) -> Key {
    Key::new(address.to_bytes())
}

/// Fails unless the signer owns the lane. A delegate does not.
#[inline(never)]
fn require_owner(lane: &Lane, signer: &Signer) -> Result<()> {
    require!(
        lane.header().owner == key(signer.address()),
        OrderbookError::WrongOwner
    );
    Ok(())
}

/// Fails unless the lane and the vault shard belong to one market.
#[inline(never)]
fn require_same_market(lane: &Lane, vault_shard: &Loaded<VaultShard>) -> Result<()> {
    require!(
        lane.header().market == key(&vault_shard.market),
        OrderbookError::WrongMarket
    );
    Ok(())
}

/// One token's accounts, after checking that they are the market's.
#[inline(never)]
fn token_of<'a>(
    market: &Market,
    side: Side,
    mint: &'a UncheckedAccount,
    program: &'a UncheckedAccount,
) -> Result<TokenOf<'a>> {
    let (expected_mint, expected_program, decimals) = match side {
        Side::Base => (
            &market.base_mint,
            &market.base_token_program,
            market.base_decimals,
        ),
        Side::Quote => (
            &market.quote_mint,
            &market.quote_token_program,
            market.quote_decimals,
        ),
    };
    require_same(mint.address(), expected_mint, OrderbookError::WrongMint)?;
    require_same(
        program.address(),
        expected_program,
        OrderbookError::WrongTokenProgram,
    )?;
    Ok(TokenOf {
        mint: mint.account(),
        program: program.account(),
        decimals,
    })
}

/// A vault shard's account and both its vaults, as an instruction names them.
#[derive(Clone, Copy)]
struct Vaults<'a> {
    shard: &'a Loaded<VaultShard>,
    base: &'a UncheckedAccount,
    quote: &'a UncheckedAccount,
}

impl Vaults<'_> {
    /// Fails unless the vaults are the shard's and the shard the market's.
    #[inline(never)]
    fn verify(&self, market: &Loaded<Market>) -> Result<()> {
        require_same(
            &self.shard.market,
            market.address(),
            OrderbookError::WrongMarket,
        )?;
        require_same(
            self.base.address(),
            &self.shard.base_vault,
            OrderbookError::WrongVault,
        )?;
        require_same(
            self.quote.address(),
            &self.shard.quote_vault,
            OrderbookError::WrongVault,
        )
    }
}
