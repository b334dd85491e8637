//! Placing, cancelling, taking, crossing: what traders do with their lanes.
//!
//! These are the instructions that speed is about, so their accounts are few, and checked by as
//! little as proves them right: see [`KnownMarket`]. What they report is described in
//! [`events::orders`](crate::events::orders).

pub mod cancel;
pub mod cross;
mod fills;
mod makers;
pub mod place;
pub mod reap;
pub mod replace_all;
pub mod swap_take;
pub mod take;

pub use cancel::*;
pub use cross::*;
pub use place::*;
pub use reap::*;
pub use swap_take::*;
pub use take::*;

use anchor_lang::{address_eq, prelude::*};
use bytemuck::Pod;
use pinocchio::account::{MAX_PERMITTED_DATA_INCREASE, NOT_BORROWED, RuntimeAccount};
use sealane_core::book::{BookError, BookSide, Key, LaneHeader, Moment, SelfTrade};

use super::key;
use crate::{
    errors::OrderbookError,
    state::{Lane, Market},
};

/// The market that a lane or a vault shard vouches for.
///
/// Loading it checks nothing. [`KnownMarket::of`] does: lanes and vault shards store their market's
/// address, which was checked to be a market of this program when they were made, and no
/// instruction ever ends a market. Whatever has that address is that market.
pub struct KnownMarket {
    view: AccountView,
}

impl KnownMarket {
    /// The account's address.
    #[inline(always)]
    pub fn address(&self) -> &Address {
        self.view.address()
    }

    /// The market, after checking that its address is the one stored.
    ///
    /// # Errors
    /// [`OrderbookError::WrongMarket`] if it is not.
    #[inline(always)]
    pub fn of(&self, stored: &Key) -> core::result::Result<&Market, OrderbookError> {
        const OFFSET: usize = Market::DISCRIMINATOR.len();
        if !is_key(self.address(), stored)
            || self.view.data_len() != OFFSET + size_of::<Market>()
            || self.view.is_borrowed_mut()
        {
            return Err(OrderbookError::WrongMarket);
        }
        // SAFETY: the account has a market's length, and any bytes are a `Market`, whose alignment
        // of 8 account data have, behind 8 bytes as well. No instruction that uses this type loads
        // the market for writing.
        Ok(unsafe { &*self.view.data_ptr().add(OFFSET).cast() })
    }
}

impl AnchorAccount for KnownMarket {
    type Data = AccountView;

    #[inline(always)]
    fn load(view: AccountView) -> Result<Self> {
        Ok(Self { view })
    }

    #[inline(always)]
    fn account(&self) -> &AccountView {
        &self.view
    }
}

impl core::ops::Deref for KnownMarket {
    type Target = AccountView;

    #[inline(always)]
    fn deref(&self) -> &AccountView {
        &self.view
    }
}

#[cfg(feature = "idl-build")]
#[doc(hidden)]
impl anchor_lang::IdlAccountType for KnownMarket {
    fn __register_idl_deps(accounts: &mut Vec<&'static str>, types: &mut Vec<&'static str>) {
        Market::__register_idl_deps(accounts, types);
    }
}

/// Fails unless the signer may trade with the lane: its owner, or its delegate.
#[inline(always)]
fn require_trader(lane: &LaneHeader, authority: &Signer) -> Result<()> {
    let signer = authority.address();
    if is_key(signer, &lane.owner) || (is_key(signer, &lane.delegate) && lane.delegate != Key::NONE)
    {
        Ok(())
    } else {
        Err(OrderbookError::WrongAuthority.into())
    }
}

/// Whether an address is the one that a lane stores, without a copy of either.
#[inline(always)]
fn is_key(address: &Address, stored: &Key) -> bool {
    address_eq(address, bytemuck::cast_ref(stored))
}

/// What the core refused, as the program tells it.
#[cold]
#[inline(never)]
fn refused(error: BookError) -> ProgramError {
    OrderbookError::from(error).into()
}

/// The slot and the time.
#[inline(always)]
fn now() -> Result<Moment> {
    let clock = Clock::get()?;
    Ok(Moment {
        slot: clock.slot,
        time: clock.unix_timestamp,
    })
}

#[inline(always)]
fn side_of(number: u8) -> Result<BookSide> {
    BookSide::from_u8(number).ok_or(OrderbookError::InvalidChoice.into())
}

#[inline(always)]
fn self_trade_of(number: u8) -> Result<SelfTrade> {
    SelfTrade::from_u8(number).ok_or(OrderbookError::InvalidChoice.into())
}

/// Returns a record to whoever called, and to indexers.
#[inline(always)]
fn report(record: &impl Pod) {
    pinocchio::cpi::set_return_data(bytemuck::bytes_of(record));
}

/// A lane's address as records have it.
#[inline(always)]
fn address_of(lane: &Lane) -> [u8; 32] {
    lane.address().to_bytes()
}

/// The accounts behind the three declared ones of `place` and `take`, one by one.
///
/// Anchor collects such accounts into vectors, twice, which costs as much as a fill. They lie one
/// behind the other in the instruction's input, where Anchor's own walk of the declared ones
/// (`AccountCursor`) has stopped.
pub(super) struct Trailing {
    next: *mut RuntimeAccount,
    left: usize,
}

impl Trailing {
    /// Behind the declared accounts.
    #[inline(always)]
    pub(super) fn behind([market, lane, authority]: [AccountView; 3]) -> Result<Self> {
        let first = market.account_ptr();
        // A declared account that repeats an earlier one is not where it would have to be.
        require!(
            first < lane.account_ptr() && lane.account_ptr() < authority.account_ptr(),
            OrderbookError::WrongAuthority
        );
        // SAFETY: the first account of an instruction is never a repetition, and lies right behind
        // the number of all accounts.
        let all = unsafe { *first.cast::<u64>().sub(1) } as usize;
        Ok(Self {
            next: behind(&authority),
            // Anchor has found at least the declared ones.
            left: all.wrapping_sub(3),
        })
    }

    /// How many are left.
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        self.left
    }

    /// Hands over one after the other; an account that the instruction has named before is refused.
    #[inline(always)]
    pub(super) fn each(mut self, mut take: impl FnMut(AccountView) -> Result<()>) -> Result<()> {
        // Counted down to zero, which costs less than to compare two numbers.
        while self.left != 0 {
            self.left = self.left.wrapping_sub(1);
            // SAFETY: accounts are left, so that the memory is the next one's head, or the mark that
            // it is a repetition.
            let mark = unsafe { (*self.next).borrow_state };
            require!(mark == NOT_BORROWED, OrderbookError::DuplicateLane);
            // SAFETY: not a repetition, so that it is a head with the account's data behind it.
            let view = unsafe { AccountView::new_unchecked(self.next) };
            self.next = behind(&view);
            take(view)?;
        }
        Ok(())
    }
}

/// Where in the instruction's input the account behind this one lies: behind its head, its data,
/// room to grow, padding up to a multiple of 8, and 8 bytes that say nothing any more.
#[inline(always)]
fn behind(view: &AccountView) -> *mut RuntimeAccount {
    const HEAD_AND_ROOM: usize = size_of::<RuntimeAccount>() + MAX_PERMITTED_DATA_INCREASE;
    // Account data are at most ten million bytes.
    let end = view
        .account_ptr()
        .cast_mut()
        .cast::<u8>()
        .wrapping_add(view.data_len().wrapping_add(HEAD_AND_ROOM + 7));
    end.map_addr(|address| address & !7)
        .wrapping_add(size_of::<u64>())
        .cast()
}

/// The accounts behind the declared ones. One of the declared ones among them is a lane that is
/// named twice: Anchor has no other reason to refuse here.
#[inline(always)]
fn trailing<T: anchor_lang::Bumps>(ctx: &mut Context<'_, T>) -> Result<Vec<AccountView>> {
    ctx.remaining_accounts()
        .map_err(|_| OrderbookError::DuplicateLane.into())
}
