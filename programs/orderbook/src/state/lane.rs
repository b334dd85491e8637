//! `Lane`: one trader's balances and orders in one market.

use core::ops::Deref;

use anchor_lang::{Discriminator, Owner, prelude::*};
use sealane_core::book::{LaneHeader, LaneMut, LaneRef, Order, lane_len};

use crate::errors::OrderbookError;

/// Seed prefix of lane addresses: `["lane", market, owner, index as u16 LE]`.
pub const LANE_SEED: &[u8] = b"lane";

/// Bytes of a lane's account with room for `capacity` orders on each side.
pub const fn lane_account_len(capacity: u16) -> usize {
    DISCRIMINATOR_LEN + lane_len(capacity)
}

const DISCRIMINATOR_LEN: usize = 8;
/// Where the orders begin.
const ORDERS_OFFSET: usize = lane_account_len(0);

/// A lane's account: the discriminator, then what [`LaneHeader`] describes, read and written in
/// place.
///
/// Loading it checks its owner, its discriminator and that its counts fit its length. Not Anchor's
/// `Slab`, whose tail is one list with a length of its own.
///
/// Once it is loaded the account is marked as borrowed, as Anchor's own types do it, but for the rest
/// of the instruction: nothing here needs it back. That is also what tells that a lane has been
/// named twice, where Anchor does not look: among the accounts behind the declared ones.
pub struct Lane {
    view: AccountView,
}

impl Lane {
    /// The account's address.
    #[inline(always)]
    pub fn address(&self) -> &Address {
        self.view.address()
    }

    /// The head.
    #[inline(always)]
    pub fn header(&self) -> &LaneHeader {
        // SAFETY: loading has checked that the account is at least as long as a head, which any
        // bytes are. It lies at a multiple of 8, behind 8 bytes of account data, which the runtime
        // aligns to 8. It is borrowed as long as `self` is, and the account is marked as borrowed,
        // so that nobody else writes it.
        unsafe { &*self.header_ptr() }
    }

    /// The lane, to be read.
    #[inline(always)]
    pub fn as_ref(&self) -> LaneRef<'_> {
        // SAFETY: as in `header`; the orders lie behind the head, and there are as many as fit the
        // account, which any bytes are.
        let room = unsafe { core::slice::from_raw_parts(self.orders_ptr(), self.room()) };
        LaneRef::from_checked_parts(self.header(), room)
    }

    /// The lane, to be traded with.
    ///
    /// # Panics
    /// If the account was loaded for reading only.
    #[inline(always)]
    pub fn as_mut(&mut self) -> LaneMut<'_> {
        assert!(self.view.is_borrowed_mut());
        // SAFETY: as in `header`; the assertion says that the account was loaded for writing, which
        // happens once at a time.
        let header = unsafe { &mut *self.header_ptr() };
        // SAFETY: as in `as_ref`.
        let room = unsafe { core::slice::from_raw_parts_mut(self.orders_ptr(), self.room()) };
        LaneMut::from_checked_parts(header, room)
    }

    /// The lane, to be traded with for the rest of the instruction, whose input memory the account
    /// is part of.
    ///
    /// # Panics
    /// As [`Lane::as_mut`].
    #[inline(always)]
    pub(crate) fn keep<'a>(mut self) -> LaneMut<'a> {
        // SAFETY: what the lane refers to is not in `self` but in the account, which nobody else
        // borrows from now on: the mark is never taken back.
        unsafe { &mut *core::ptr::from_mut(&mut self) }.as_mut()
    }

    /// [`AnchorAccount::load_mut`] where a call would cost too much.
    ///
    /// # Safety
    /// As there: nothing else borrows the account without marking it.
    #[inline(always)]
    pub(crate) unsafe fn load_in_place(view: AccountView) -> Result<Self> {
        require!(view.is_writable(), ConstraintMut);
        require!(!view.is_borrowed(), OrderbookError::DuplicateLane);
        let mut lane = Self { view };
        lane.check()?;
        lane.set_borrow_state(0);
        Ok(lane)
    }

    /// How many orders the account has room for, on both sides together: loading has checked that
    /// its length is that of its capacity.
    #[inline(always)]
    fn room(&self) -> usize {
        2 * usize::from(self.header().capacity)
    }

    #[inline(always)]
    fn header_ptr(&self) -> *mut LaneHeader {
        let mut view = self.view;
        // SAFETY: the discriminator is in bounds, as loading has checked.
        unsafe { view.data_mut_ptr().add(DISCRIMINATOR_LEN).cast() }
    }

    #[inline(always)]
    fn orders_ptr(&self) -> *mut Order {
        let mut view = self.view;
        // SAFETY: the head is in bounds, as loading has checked.
        unsafe { view.data_mut_ptr().add(ORDERS_OFFSET).cast() }
    }

    /// Checks everything but who borrows the account.
    #[inline(always)]
    fn check(&self) -> core::result::Result<(), OrderbookError> {
        let view = &self.view;
        if !view.owned_by(&crate::ID) || view.data_len() < ORDERS_OFFSET {
            return Err(OrderbookError::MalformedLane);
        }
        // SAFETY: the account is longer than a discriminator, and nobody has borrowed it for
        // writing: loading looks at that first.
        let discriminator = unsafe { *view.data_ptr().cast::<[u8; DISCRIMINATOR_LEN]>() };
        let header = self.header();
        let is_lane = discriminator == LANE_DISCRIMINATOR
            && lane_account_len(header.capacity) == view.data_len()
            && header.bid_count <= header.capacity
            && header.ask_count <= header.capacity;
        if is_lane {
            Ok(())
        } else {
            Err(OrderbookError::MalformedLane)
        }
    }

    #[inline(always)]
    fn set_borrow_state(&mut self, state: u8) {
        // SAFETY: the account's head is memory of the program's input, and nobody holds a reference
        // to this byte of it.
        unsafe { (*self.view.account_mut_ptr()).borrow_state = state };
    }

    #[inline(always)]
    fn borrow_state(&self) -> u8 {
        // SAFETY: as above.
        unsafe { (*self.view.account_ptr()).borrow_state }
    }
}

impl AnchorAccount for Lane {
    type Data = LaneHeader;
    const MIN_DATA_LEN: usize = ORDERS_OFFSET;

    #[inline(never)]
    fn load(view: AccountView) -> Result<Self> {
        view.check_borrow()?;
        let mut lane = Self { view };
        lane.check()?;
        let state = lane.borrow_state() - 1;
        lane.set_borrow_state(state);
        Ok(lane)
    }

    #[inline(never)]
    unsafe fn load_mut(view: AccountView) -> Result<Self> {
        // SAFETY: the caller's promise is passed on.
        unsafe { Self::load_in_place(view) }
    }

    #[inline(always)]
    fn account(&self) -> &AccountView {
        &self.view
    }
}

impl Deref for Lane {
    type Target = LaneHeader;

    #[inline(always)]
    fn deref(&self) -> &LaneHeader {
        self.header()
    }
}

impl Discriminator for Lane {
    const DISCRIMINATOR: &'static [u8] = layout::Lane::DISCRIMINATOR;
}

impl Owner for Lane {
    const OWNER: Address = crate::ID;
}

const LANE_DISCRIMINATOR: [u8; DISCRIMINATOR_LEN] = match layout::Lane::DISCRIMINATOR.first_chunk()
{
    Some(discriminator) => *discriminator,
    None => panic!("a discriminator of 8 bytes"),
};

#[cfg(feature = "idl-build")]
#[doc(hidden)]
impl anchor_lang::IdlAccountType for Lane {
    fn __idl_account_entry() -> Option<&'static str> {
        layout::Lane::__idl_account_entry()
    }

    fn __idl_type_def() -> Option<&'static str> {
        layout::Lane::__idl_type_def()
    }

    fn __register_idl_deps(accounts: &mut Vec<&'static str>, types: &mut Vec<&'static str>) {
        layout::Lane::__register_idl_deps(accounts, types);
        // Nothing refers to it: what lies behind the fields cannot be said in a description.
        layout::Order::__register_idl_deps(accounts, types);
    }
}

/// How the interface description shows the account: as Anchor derives it from a struct.
mod layout {
    use anchor_lang::prelude::*;
    use sealane_core::book::LaneHeader;

    /// One trader's balances and orders in one market. Behind these fields lie `capacity` bids,
    /// then `capacity` asks, each an `Order` of 48 bytes. The first `bid_count` and `ask_count` of
    /// them are there, each side's worst order first and its best last; the others are room.
    #[account]
    pub(super) struct Lane {
        /// The market that the lane trades in.
        pub market: Address,
        /// Whose balances and orders these are.
        pub owner: Address,
        /// Who else may trade, but not withdraw; all zero: nobody.
        pub delegate: Address,
        /// The lane that gets a part of the fees of this lane's takes; all zero: none.
        pub referrer: Address,
        /// Base units free to lock or withdraw.
        pub base_free: u64,
        /// Base units locked by asks.
        pub base_locked: u64,
        /// Quote units free to lock or withdraw.
        pub quote_free: u64,
        /// Quote units locked by bids.
        pub quote_locked: u64,
        /// Fees in quote that belong to the market's authority.
        pub protocol_fees: u64,
        /// Fees in quote that belong to the referrer.
        pub referrer_fees: u64,
        /// The order id given out last.
        pub last_id: u64,
        /// Quote value of all fills as maker; wraps.
        pub maker_volume: u64,
        /// Quote value of all fills as taker; wraps.
        pub taker_volume: u64,
        /// The market's base units in a lot.
        pub base_lot: u64,
        /// The market's tick.
        pub tick: u32,
        /// Resting bids.
        pub bid_count: u16,
        /// Resting asks.
        pub ask_count: u16,
        /// Orders that each side has room for.
        pub capacity: u16,
        /// Tells apart one owner's lanes in a market.
        pub index: u16,
        /// Bump of the account's address.
        pub bump: u8,
        /// Zero.
        pub reserved: [u8; 3],
    }

    const _: () = {
        assert!(size_of::<Lane>() == size_of::<LaneHeader>());
        let (ours, theirs) = (
            [
                core::mem::offset_of!(Lane, delegate),
                core::mem::offset_of!(Lane, base_free),
                core::mem::offset_of!(Lane, last_id),
                core::mem::offset_of!(Lane, base_lot),
                core::mem::offset_of!(Lane, bid_count),
                core::mem::offset_of!(Lane, bump),
            ],
            [
                core::mem::offset_of!(LaneHeader, delegate),
                core::mem::offset_of!(LaneHeader, base_free),
                core::mem::offset_of!(LaneHeader, last_id),
                core::mem::offset_of!(LaneHeader, base_lot),
                core::mem::offset_of!(LaneHeader, bid_count),
                core::mem::offset_of!(LaneHeader, bump),
            ],
        );
        let mut at = 0;
        while at < ours.len() {
            assert!(ours[at] == theirs[at]);
            at += 1;
        }
    };

    /// A resting order, as it lies in a lane.
    #[cfg(feature = "idl-build")]
    #[derive(IdlType)]
    #[allow(dead_code)]
    pub(super) struct Order {
        /// Name and time priority: `slot << 24 | count << 1 | side`, the side 0 for bids.
        pub id: u64,
        /// What is left of it.
        pub lots: u64,
        /// Whatever the trader wants to know it by.
        pub client_id: u64,
        /// The last slot in which it can trade; 0: no limit.
        pub expires_slot: u64,
        /// Its price in ticks.
        pub price: u32,
        /// The last Unix second in which it can trade; 0: no limit.
        pub expires_at: u32,
        /// The maker's fee in pips when it was placed; negative: a rebate.
        pub maker_rate: i32,
        /// Zero.
        pub reserved: u32,
    }

    #[cfg(feature = "idl-build")]
    const _: () = assert!(size_of::<Order>() == size_of::<sealane_core::book::Order>());
}
