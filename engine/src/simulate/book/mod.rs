//! The order books' instructions: as `sealane_orderbook`'s handlers, on decoded accounts.

pub(crate) mod cancel;
pub(crate) mod cross;
pub(crate) mod funds;
mod makers;
pub(crate) mod place;
pub(crate) mod swap_take;
pub(crate) mod take;

use sealane_core::{
    book::{BookSide, Key, LaneHeader, SelfTrade},
    units::Side,
};
use sealane_orderbook::{errors::OrderbookError, state::Market};
use solana_pubkey::Pubkey;

use super::{
    error::{Fault, Unsupported, require},
    frame::{Frame, Ledger, Sink},
    state::{Slot, TokenProgram},
};
use crate::book::key;

/// Whether an address is the one that a lane stores.
#[inline(always)]
fn is_key(address: &Pubkey, stored: &Key) -> bool {
    key(address) == *stored
}

/// Fails unless the signer may trade with the lane: its owner, or its delegate.
#[inline(always)]
fn require_trader(lane: &LaneHeader, signer: &Pubkey) -> Result<(), Fault> {
    require(
        is_key(signer, &lane.owner)
            || (is_key(signer, &lane.delegate) && lane.delegate != Key::NONE),
        OrderbookError::WrongAuthority,
    )
}

/// Fails unless the signer owns the lane. A delegate does not.
fn require_owner(lane: &LaneHeader, signer: &Pubkey) -> Result<(), Fault> {
    require(is_key(signer, &lane.owner), OrderbookError::WrongOwner)
}

/// The market that a lane or a vault shard vouches for.
#[inline(always)]
fn market_of<'a, L: Ledger, S: Sink>(
    frame: &'a Frame<'_, L, S>,
    at: usize,
    stored: &Key,
) -> Result<&'a Market, Fault> {
    require(
        is_key(frame.address(at), stored),
        OrderbookError::WrongMarket,
    )?;
    match frame.slot(at) {
        Slot::Market(market) => Ok(market),
        Slot::Unknown => Err(Fault::Unknown(*frame.address(at))),
        _ => Err(OrderbookError::WrongMarket.into()),
    }
}

fn side_of(number: u8) -> Result<BookSide, Fault> {
    BookSide::from_u8(number).ok_or(OrderbookError::InvalidChoice.into())
}

fn self_trade_of(number: u8) -> Result<SelfTrade, Fault> {
    SelfTrade::from_u8(number).ok_or(OrderbookError::InvalidChoice.into())
}

/// One token of a market in an instruction: where its mint is, which program's it is.
#[derive(Clone, Copy, Debug)]
struct TokenOf {
    mint: usize,
    program: TokenProgram,
    decimals: u8,
}

/// One token's accounts, after checking that they are the market's.
fn token_of<L: Ledger, S: Sink>(
    frame: &Frame<'_, L, S>,
    market: &Market,
    side: Side,
    mint: usize,
    program: usize,
) -> Result<TokenOf, Fault> {
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
    require(
        frame.address(mint) == expected_mint,
        OrderbookError::WrongMint,
    )?;
    require(
        frame.address(program) == expected_program,
        OrderbookError::WrongTokenProgram,
    )?;
    // A market is created with token programs only.
    let program = TokenProgram::of(expected_program).ok_or(Unsupported::AccountForm)?;
    Ok(TokenOf {
        mint,
        program,
        decimals,
    })
}

/// What a vault holds.
fn balance<L: Ledger, S: Sink>(frame: &Frame<'_, L, S>, vault: usize) -> Result<u64, Fault> {
    match frame.slot(vault) {
        Slot::Token(token) => Ok(token.amount()),
        Slot::Unknown => Err(Fault::Unknown(*frame.address(vault))),
        _ => Err(OrderbookError::InvalidTokenAccount.into()),
    }
}
