//! Replacing whole sides from one compact message.
//!
//! A maker's quotes are a ladder around a price. The message carries that price once and each
//! level as its distance from the level before it, best first:
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | `client_id` of all orders |
//! | 8 | 8 | `expires_slot`; 0: never |
//! | 16 | 4 | `expires_at`, Unix seconds; 0: never |
//! | 20 | 4 | `reference`, ticks |
//! | 24 | 4 | `lot_multiple`: lots in one unit of a level's size |
//! | 28 | 1 | bids that follow |
//! | 29 | 1 | asks that follow |
//! | 30 | 1 | [`flag`]s |
//! | 31 | 1 | zero |
//! | 32 | 6 each | bids, then asks: `distance: u16` in ticks, `size: u32` in multiples |
//!
//! A side that the flags do not name stays as it is.

use super::{
    error::BookError,
    lane::LaneMut,
    market::lock,
    order::Expiry,
    units::{BookSide, Lots, OrderId, Ticks, plus},
};

/// Bytes before the levels.
pub const HEAD_LEN: usize = 32;
/// Bytes of a level.
pub const LEVEL_LEN: usize = 6;

/// What a message is to do.
pub mod flag {
    /// Replace the bids.
    pub const BIDS: u8 = 1 << 0;
    /// Replace the asks.
    pub const ASKS: u8 = 1 << 1;
    /// Refuse levels that would trade with an order shown.
    pub const POST_ONLY: u8 = 1 << 2;
    /// Every flag that means something.
    pub const ALL: u8 = BIDS | ASKS | POST_ONLY;
}

/// The fixed part of a message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RequoteHead {
    /// Client id of all the orders.
    pub client_id: u64,
    /// Until when they stand.
    pub expiry: Expiry,
    /// From where the first levels' distances count.
    pub reference: Ticks,
    /// Lots in one unit of a level's size.
    pub lot_multiple: u32,
    /// Bids that follow.
    pub bids: u8,
    /// Asks that follow.
    pub asks: u8,
    /// Of [`flag`].
    pub flags: u8,
}

/// A level: how far from the one before it, and how large.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Level {
    /// Ticks from the level before, or of the first one from the reference, away from it.
    pub distance: u16,
    /// Size in multiples.
    pub size: u32,
}

impl RequoteHead {
    /// As bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; HEAD_LEN] {
        let mut bytes = [0; HEAD_LEN];
        bytes[..8].copy_from_slice(&self.client_id.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.expiry.slot.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.expiry.time.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.reference.0.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.lot_multiple.to_le_bytes());
        bytes[28..31].copy_from_slice(&[self.bids, self.asks, self.flags]);
        bytes
    }

    fn from_bytes(bytes: &[u8; HEAD_LEN]) -> Self {
        let [b0, b1, b2, b3, b4, b5, b6, b7, rest @ ..] = bytes;
        let [s0, s1, s2, s3, s4, s5, s6, s7, rest @ ..] = rest;
        let [
            t0,
            t1,
            t2,
            t3,
            r0,
            r1,
            r2,
            r3,
            m0,
            m1,
            m2,
            m3,
            bids,
            asks,
            flags,
            _,
        ] = rest;
        Self {
            client_id: u64::from_le_bytes([*b0, *b1, *b2, *b3, *b4, *b5, *b6, *b7]),
            expiry: Expiry {
                slot: u64::from_le_bytes([*s0, *s1, *s2, *s3, *s4, *s5, *s6, *s7]),
                time: u32::from_le_bytes([*t0, *t1, *t2, *t3]),
            },
            reference: Ticks(u32::from_le_bytes([*r0, *r1, *r2, *r3])),
            lot_multiple: u32::from_le_bytes([*m0, *m1, *m2, *m3]),
            bids: *bids,
            asks: *asks,
            flags: *flags,
        }
    }
}

impl Level {
    /// As bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; LEVEL_LEN] {
        let [d0, d1] = self.distance.to_le_bytes();
        let [s0, s1, s2, s3] = self.size.to_le_bytes();
        [d0, d1, s0, s1, s2, s3]
    }

    #[inline]
    const fn from_bytes(bytes: &[u8; LEVEL_LEN]) -> Self {
        let [d0, d1, s0, s1, s2, s3] = *bytes;
        Self {
            distance: u16::from_le_bytes([d0, d1]),
            size: u32::from_le_bytes([s0, s1, s2, s3]),
        }
    }
}

/// A message, its length and flags checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Requote<'a> {
    head: RequoteHead,
    bids: &'a [[u8; LEVEL_LEN]],
    asks: &'a [[u8; LEVEL_LEN]],
}

impl<'a> Requote<'a> {
    /// Reads a message.
    ///
    /// # Errors
    /// [`BookError::MalformedLevels`] for a wrong length, unknown flags, or levels of a side that
    /// is not to be replaced.
    pub fn try_from_bytes(bytes: &'a [u8]) -> Result<Self, BookError> {
        let (head, levels) = bytes
            .split_first_chunk::<HEAD_LEN>()
            .ok_or(BookError::MalformedLevels)?;
        let is_zero_padded = head[HEAD_LEN - 1] == 0;
        let head = RequoteHead::from_bytes(head);
        let (levels, rest) = levels.as_chunks::<LEVEL_LEN>();
        let count = usize::from(head.bids) + usize::from(head.asks);
        let has_stray_levels = (head.bids > 0 && head.flags & flag::BIDS == 0)
            || (head.asks > 0 && head.flags & flag::ASKS == 0);
        if levels.len() != count
            || !rest.is_empty()
            || !is_zero_padded
            || head.flags & !flag::ALL != 0
            || has_stray_levels
        {
            return Err(BookError::MalformedLevels);
        }
        let (bids, asks) = levels.split_at(usize::from(head.bids));
        Ok(Self { head, bids, asks })
    }

    /// The fixed part.
    #[must_use]
    pub const fn head(&self) -> &RequoteHead {
        &self.head
    }

    /// Whether a side is replaced.
    #[inline]
    #[must_use]
    pub const fn replaces(&self, side: BookSide) -> bool {
        let bit = match side {
            BookSide::Bid => flag::BIDS,
            BookSide::Ask => flag::ASKS,
        };
        self.head.flags & bit != 0
    }

    #[inline]
    const fn levels(&self, side: BookSide) -> &'a [[u8; LEVEL_LEN]] {
        match side {
            BookSide::Bid => self.bids,
            BookSide::Ask => self.asks,
        }
    }

    /// The best price that a side is to have, if it is to have any.
    ///
    /// # Errors
    /// [`BookError::ZeroPrice`], [`BookError::Overflow`].
    pub fn best_price(&self, side: BookSide) -> Result<Option<Ticks>, BookError> {
        match self.levels(side).first() {
            None => Ok(None),
            Some(level) => {
                let distance = Level::from_bytes(level).distance;
                away(side, self.head.reference, distance).map(Some)
            }
        }
    }
}

/// The price that lies `distance` from another, away from the other side.
#[inline(always)]
fn away(side: BookSide, from: Ticks, distance: u16) -> Result<Ticks, BookError> {
    match side {
        BookSide::Bid => match from.0.checked_sub(u32::from(distance)) {
            Some(price) if price > 0 => Ok(Ticks(price)),
            _ => Err(BookError::ZeroPrice),
        },
        BookSide::Ask => match from.0.checked_add(u32::from(distance)) {
            Some(0) => Err(BookError::ZeroPrice),
            Some(price) => Ok(Ticks(price)),
            None => Err(BookError::Overflow),
        },
    }
}

impl LaneMut<'_> {
    /// Cancels all orders of the sides that the message names and rests its levels instead.
    ///
    /// # Errors
    /// [`BookError::LaneFull`], [`BookError::UnsortedLevels`], [`BookError::ZeroLots`],
    /// [`BookError::ZeroPrice`], [`BookError::CrossesOwnOrder`],
    /// [`BookError::InsufficientFunds`], [`BookError::Overflow`]. After an error the lane is to be
    /// discarded.
    pub fn requote(
        &mut self,
        message: &Requote<'_>,
        maker_rate: i32,
        slot: u64,
    ) -> Result<(), BookError> {
        // Once for each side, so that no level has to ask.
        if message.replaces(BookSide::Bid) {
            self.requote_bids(message, maker_rate, slot)?;
        }
        if message.replaces(BookSide::Ask) {
            self.requote_asks(message, maker_rate, slot)?;
        }
        match (self.best(BookSide::Bid), self.best(BookSide::Ask)) {
            (Some(bid), Some(ask)) if bid.price >= ask.price => Err(BookError::CrossesOwnOrder),
            _ => Ok(()),
        }
    }

    #[inline(never)]
    fn requote_bids(
        &mut self,
        message: &Requote<'_>,
        maker_rate: i32,
        slot: u64,
    ) -> Result<(), BookError> {
        self.requote_side(message, BookSide::Bid, maker_rate, slot)
    }

    #[inline(never)]
    fn requote_asks(
        &mut self,
        message: &Requote<'_>,
        maker_rate: i32,
        slot: u64,
    ) -> Result<(), BookError> {
        self.requote_side(message, BookSide::Ask, maker_rate, slot)
    }

    #[inline(always)]
    fn requote_side(
        &mut self,
        message: &Requote<'_>,
        side: BookSide,
        maker_rate: i32,
        slot: u64,
    ) -> Result<(), BookError> {
        let head = message.head();
        let levels = message.levels(side);
        let count = levels.len();
        if count > usize::from(self.header.capacity) {
            return Err(BookError::LaneFull);
        }
        let sizes = self.header.sizes();
        let mut id = self.header.last_id;
        if count > 0 {
            // One below the first, which is left for the loop to add.
            let first = OrderId::after(id, side, slot)?;
            plus(first.0, 2 * count as u64 + 2)?;
            id = OrderId(first.0 - 2);
        }
        let multiple = u64::from(head.lot_multiple);
        let mut price = head.reference;
        let mut locked = 0u64;
        let room = &mut self.room_mut(side)[..count];
        let mut is_first = true;
        // The best comes first in the message and last in the lane.
        for (level, order) in levels.iter().zip(room.iter_mut().rev()) {
            let level = Level::from_bytes(level);
            if level.distance == 0 && !is_first {
                return Err(BookError::UnsortedLevels);
            }
            is_first = false;
            price = away(side, price, level.distance)?;
            // Both factors have 32 bits.
            let lots = Lots(u64::from(level.size).wrapping_mul(multiple));
            if lots == Lots::ZERO {
                return Err(BookError::ZeroLots);
            }
            id = OrderId(id.0.wrapping_add(2));
            locked = plus(locked, lock(sizes, side, price, lots, maker_rate)?)?;
            order.id = id;
            order.lots = lots;
            order.client_id = head.client_id;
            order.expires_slot = head.expiry.slot;
            order.price = price;
            order.expires_at = head.expiry.time;
            order.maker_rate = maker_rate;
            order.reserved = 0;
        }
        self.set_count(side, count);
        self.header.last_id = id;
        let (free, before) = self.header.funds_mut(side);
        let funds = plus(*free, *before)?;
        *free = funds
            .checked_sub(locked)
            .ok_or(BookError::InsufficientFunds)?;
        *before = locked;
        Ok(())
    }
}
