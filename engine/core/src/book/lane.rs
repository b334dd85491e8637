//! A lane: one trader's balances and resting orders in one market, on the account's own bytes.

use bytemuck::{Pod, Zeroable};

use super::{
    error::BookError,
    order::Order,
    units::{BookSide, OrderId, Sizes, plus},
};

/// The fewest orders that a side has room for.
pub const MIN_CAPACITY: u16 = 8;
/// The most.
pub const MAX_CAPACITY: u16 = 512;

/// An address. Words instead of bytes, because the virtual machine compares them in four steps.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Pod, Zeroable)]
#[repr(transparent)]
pub struct Key(pub [u64; 4]);

impl Key {
    /// No address.
    pub const NONE: Self = Self([0; 4]);

    /// From an address's bytes.
    #[inline]
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytemuck::cast(bytes))
    }

    /// The address's bytes.
    #[inline]
    #[must_use]
    pub fn to_bytes(self) -> [u8; 32] {
        bytemuck::cast(self.0)
    }
}

/// The head of a lane. Behind it lie `capacity` bids and `capacity` asks, each side's worst order
/// first and its best last, so that a fill shortens a list and an order near the top moves few.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 32 | `market` |
/// | 32 | 32 | `owner` |
/// | 64 | 32 | `delegate` |
/// | 96 | 32 | `referrer` |
/// | 128 | 16 | `base_free`, `base_locked` |
/// | 144 | 16 | `quote_free`, `quote_locked` |
/// | 160 | 16 | `protocol_fees`, `referrer_fees` |
/// | 176 | 8 | `last_id` |
/// | 184 | 16 | `maker_volume`, `taker_volume` |
/// | 200 | 8 | `base_lot` |
/// | 208 | 4 | `tick` |
/// | 212 | 4 | `bid_count`, `ask_count` |
/// | 216 | 4 | `capacity`, `index` |
/// | 220 | 4 | `bump`; reserved, zero |
/// | 224 | 48 × `capacity` | bids |
/// | | 48 × `capacity` | asks |
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct LaneHeader {
    /// The market that the lane trades in.
    pub market: Key,
    /// Whose balances and orders these are.
    pub owner: Key,
    /// Who else may trade, but not withdraw.
    pub delegate: Key,
    /// The lane, in the same market, that gets a part of the fees of this lane's takes.
    pub referrer: Key,
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
    /// The id given out last.
    pub last_id: OrderId,
    /// Quote value of all fills as maker; wraps.
    pub maker_volume: u64,
    /// Quote value of all fills as taker; wraps.
    pub taker_volume: u64,
    /// The market's base units in a lot. Copied, because they never change and an order can then be
    /// cancelled without the market at hand.
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

const _: () = assert!(size_of::<LaneHeader>() == 224);

/// Bytes of a lane, without the account's discriminator.
#[inline]
#[must_use]
pub const fn lane_len(capacity: u16) -> usize {
    size_of::<LaneHeader>() + 2 * capacity as usize * size_of::<Order>()
}

impl LaneHeader {
    /// The market's units.
    #[inline]
    #[must_use]
    pub const fn sizes(&self) -> Sizes {
        Sizes {
            base_lot: self.base_lot,
            tick: self.tick,
        }
    }

    /// How many orders rest on a side.
    #[inline(always)]
    #[must_use]
    pub const fn count(&self, side: BookSide) -> usize {
        match side {
            BookSide::Bid => self.bid_count as usize,
            BookSide::Ask => self.ask_count as usize,
        }
    }

    /// Whether the counts and the capacity fit the room there is, in orders.
    #[inline]
    const fn fits(&self, room: usize) -> bool {
        room == 2 * self.capacity as usize
            && self.bid_count <= self.capacity
            && self.ask_count <= self.capacity
    }

    /// Whether nothing rests, nothing is owned and nothing is owed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bid_count == 0
            && self.ask_count == 0
            && self.base_free == 0
            && self.base_locked == 0
            && self.quote_free == 0
            && self.quote_locked == 0
            && self.protocol_fees == 0
            && self.referrer_fees == 0
    }

    /// What an order of a side pays with: free and locked.
    #[inline(always)]
    pub(super) fn funds_mut(&mut self, side: BookSide) -> (&mut u64, &mut u64) {
        match side {
            BookSide::Bid => (&mut self.quote_free, &mut self.quote_locked),
            BookSide::Ask => (&mut self.base_free, &mut self.base_locked),
        }
    }

    /// Adds to the free base.
    #[inline]
    pub fn credit_base(&mut self, amount: u64) -> Result<(), BookError> {
        add(&mut self.base_free, amount)
    }

    /// Adds to the free quote.
    #[inline]
    pub fn credit_quote(&mut self, amount: u64) -> Result<(), BookError> {
        add(&mut self.quote_free, amount)
    }

    /// Takes from the free base.
    #[inline]
    pub fn debit_base(&mut self, amount: u64) -> Result<(), BookError> {
        take_from(&mut self.base_free, amount)
    }

    /// Takes from the free quote.
    #[inline]
    pub fn debit_quote(&mut self, amount: u64) -> Result<(), BookError> {
        take_from(&mut self.quote_free, amount)
    }
}

#[inline]
pub(super) fn add(to: &mut u64, amount: u64) -> Result<(), BookError> {
    *to = plus(*to, amount)?;
    Ok(())
}

#[inline]
fn take_from(from: &mut u64, amount: u64) -> Result<(), BookError> {
    *from = from
        .checked_sub(amount)
        .ok_or(BookError::InsufficientFunds)?;
    Ok(())
}

/// A lane to be read.
#[derive(Clone, Copy, Debug)]
pub struct LaneRef<'a> {
    header: &'a LaneHeader,
    orders: &'a [Order],
}

impl<'a> LaneRef<'a> {
    /// From an account's bytes behind the discriminator, which must lie at a multiple of 8.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, BookError> {
        let (head, rest) = bytes
            .split_at_checked(size_of::<LaneHeader>())
            .ok_or(BookError::MalformedLane)?;
        let header: &LaneHeader =
            bytemuck::try_from_bytes(head).map_err(|_| BookError::MalformedLane)?;
        let orders: &[Order] =
            bytemuck::try_cast_slice(rest).map_err(|_| BookError::MalformedLane)?;
        Self::from_parts(header, orders)
    }

    /// From a head and the whole room behind it.
    #[inline]
    pub const fn from_parts(header: &'a LaneHeader, room: &'a [Order]) -> Result<Self, BookError> {
        if !header.fits(room.len()) {
            return Err(BookError::MalformedLane);
        }
        Ok(Self {
            header,
            orders: room,
        })
    }

    /// From parts that [`LaneRef::from_parts`] would accept. Of others it makes a lane whose
    /// operations may panic.
    #[inline(always)]
    #[must_use]
    pub const fn from_checked_parts(header: &'a LaneHeader, room: &'a [Order]) -> Self {
        Self {
            header,
            orders: room,
        }
    }

    /// The head.
    #[inline]
    #[must_use]
    pub const fn header(&self) -> &'a LaneHeader {
        self.header
    }

    /// A side's orders, worst first.
    #[inline(always)]
    #[must_use]
    pub fn orders(&self, side: BookSide) -> &'a [Order] {
        let start = side as usize * usize::from(self.header.capacity);
        &self.orders[start..start + self.header.count(side)]
    }

    /// A side's best order.
    #[inline]
    #[must_use]
    pub fn best(&self, side: BookSide) -> Option<&'a Order> {
        self.orders(side).last()
    }
}

/// A lane to be traded with.
#[derive(Debug)]
pub struct LaneMut<'a> {
    pub(super) header: &'a mut LaneHeader,
    pub(super) orders: &'a mut [Order],
}

impl<'a> LaneMut<'a> {
    /// From an account's bytes behind the discriminator, which must lie at a multiple of 8.
    #[inline]
    pub fn from_bytes(bytes: &'a mut [u8]) -> Result<Self, BookError> {
        let (head, rest) = bytes
            .split_at_mut_checked(size_of::<LaneHeader>())
            .ok_or(BookError::MalformedLane)?;
        let header: &mut LaneHeader =
            bytemuck::try_from_bytes_mut(head).map_err(|_| BookError::MalformedLane)?;
        let orders: &mut [Order] =
            bytemuck::try_cast_slice_mut(rest).map_err(|_| BookError::MalformedLane)?;
        Self::from_parts(header, orders)
    }

    /// From a head and the whole room behind it.
    #[inline]
    pub const fn from_parts(
        header: &'a mut LaneHeader,
        room: &'a mut [Order],
    ) -> Result<Self, BookError> {
        if !header.fits(room.len()) {
            return Err(BookError::MalformedLane);
        }
        Ok(Self {
            header,
            orders: room,
        })
    }

    /// From parts that [`LaneMut::from_parts`] would accept. Of others it makes a lane whose
    /// operations may panic.
    #[inline(always)]
    #[must_use]
    pub const fn from_checked_parts(header: &'a mut LaneHeader, room: &'a mut [Order]) -> Self {
        Self {
            header,
            orders: room,
        }
    }

    /// The same lane, to be read.
    #[inline(always)]
    #[must_use]
    pub fn as_ref(&self) -> LaneRef<'_> {
        LaneRef {
            header: self.header,
            orders: self.orders,
        }
    }

    /// The head.
    #[inline]
    #[must_use]
    pub fn header(&self) -> &LaneHeader {
        self.header
    }

    /// The head, to be changed.
    #[inline]
    #[must_use]
    pub fn header_mut(&mut self) -> &mut LaneHeader {
        self.header
    }

    /// Where a side's list begins.
    #[inline(always)]
    fn start(&self, side: BookSide) -> usize {
        side as usize * usize::from(self.header.capacity)
    }

    /// A side's best order.
    #[inline(always)]
    #[must_use]
    pub fn best(&self, side: BookSide) -> Option<&Order> {
        let count = self.header.count(side);
        if count == 0 {
            return None;
        }
        self.orders.get(self.start(side) + count - 1)
    }

    /// A side's best order, to be filled.
    #[inline(always)]
    pub(super) fn best_mut(&mut self, side: BookSide) -> Option<&mut Order> {
        let count = self.header.count(side);
        if count == 0 {
            return None;
        }
        let at = self.start(side) + count - 1;
        self.orders.get_mut(at)
    }

    /// Forgets a side's best order, if there is one.
    #[inline(always)]
    pub(super) fn pop(&mut self, side: BookSide) {
        let count = self.header.count(side);
        if count != 0 {
            self.set_count(side, count - 1);
        }
    }

    #[inline(always)]
    pub(super) fn set_count(&mut self, side: BookSide, count: usize) {
        match side {
            BookSide::Bid => self.header.bid_count = count as u16,
            BookSide::Ask => self.header.ask_count = count as u16,
        }
    }

    /// A side's orders, worst first, to be changed.
    #[inline(always)]
    pub(super) fn orders_mut(&mut self, side: BookSide) -> &mut [Order] {
        let (start, count) = (self.start(side), self.header.count(side));
        &mut self.orders[start..start + count]
    }

    /// The whole room of a side.
    #[inline(always)]
    pub(super) fn room_mut(&mut self, side: BookSide) -> &mut [Order] {
        let (start, capacity) = (self.start(side), usize::from(self.header.capacity));
        &mut self.orders[start..start + capacity]
    }
}
