//! A book as bytes, and back.
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `SEALBOOK` |
//! | 4 | version: 1 |
//! | 4 | window |
//! | 8, 4, 4 | largest order, orders, stops that the book is made for |
//! | 4 | last price, 0 if none |
//! | 4 × 4 | how many bids, asks, stops that buy, stops that sell follow |
//! | 28 each | orders, first to trade first: id, quantity, owner, price, traits |
//! | 32 each | stops, first to enter first: id, quantity, owner, trigger, price or 0, traits |
//! | 8 | XXH3 of all before |
//!
//! All little-endian.

use thiserror::Error;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    Book, BookConfig, ConfigError,
    index::Place,
    key::Key,
    order::{Order, Traits},
    state::{HEAD_LEN, ORDER_LEN, STOP_LEN, stop_traits},
    stops::{Stop, Stops},
};
use crate::units::{OrderId, OwnerId, Price, Quantity, Side};

const MAGIC: [u8; 8] = *b"SEALBOOK";
const VERSION: u32 = 1;
const CHECKSUM_LEN: usize = 8;
/// Magic, version and window.
const PREFIX_LEN: usize = 16;

/// Why bytes are not a book.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum SnapshotError {
    /// Too few or too many bytes.
    #[error("the snapshot has {found} bytes and should have {expected}: it was cut or mixed up")]
    Length {
        /// As its counts say, or the least that a snapshot has.
        expected: u64,
        /// As passed.
        found: u64,
    },
    /// It does not begin as a snapshot.
    #[error("this is not a snapshot of a book")]
    Magic,
    /// Of another version.
    #[error("the snapshot has version {0}, and this program reads version {VERSION}")]
    Version(u32),
    /// Its bytes were changed.
    #[error("the snapshot's checksum does not match: it is corrupt, use an earlier one")]
    Checksum,
    /// No book can be made so.
    #[error("the snapshot's limits are not valid: {0}")]
    Config(#[from] ConfigError),
    /// It holds what no book holds.
    #[error("the snapshot is no state of a book: order {id}: {problem}")]
    State {
        /// The order or stop at which this shows.
        id: u64,
        /// What is wrong.
        problem: &'static str,
    },
}

impl Book {
    /// Appends the book to `out` as bytes that [`Book::restore`] reads.
    pub fn snapshot(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&VERSION.to_le_bytes());
        out.extend_from_slice(&self.config.window.to_le_bytes());
        self.write_state(&mut |bytes| out.extend_from_slice(bytes));
        let checksum = xxh3_64(&out[start..]);
        out.extend_from_slice(&checksum.to_le_bytes());
    }

    /// The book that a snapshot was made of: it has the same [`Book::state_hash`] and does the same
    /// from then on.
    ///
    /// Bytes that are no snapshot, and snapshots of what is no state of a book, are refused.
    pub fn restore(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let mut reader = Reader::new(bytes)?;
        let window = reader.u32();
        let config = BookConfig {
            max_quantity: Quantity(reader.u64()),
            orders: reader.u32(),
            stops: reader.u32(),
            window,
        };
        let last = Price(reader.u32());
        let [bids, asks, buying, selling] = [(); 4].map(|()| reader.u32());
        reader.expect_records(
            u64::from(bids) + u64::from(asks),
            u64::from(buying) + u64::from(selling),
        )?;
        let mut book = Self::new(config)?;
        if last.0 != 0 && !last.is_valid() {
            return Err(problem(OrderId(0), "the last price is out of range"));
        }
        book.last = last;
        for (side, count) in [(Side::Bid, bids), (Side::Ask, asks)] {
            book.restore_orders(side, count, &mut reader)?;
        }
        book.check_uncrossed()?;
        for (side, count) in [(Side::Bid, buying), (Side::Ask, selling)] {
            book.restore_stops(side, count, &mut reader)?;
        }
        Ok(book)
    }

    fn restore_orders(
        &mut self,
        side: Side,
        count: u32,
        reader: &mut Reader<'_>,
    ) -> Result<(), SnapshotError> {
        let mut behind = Key(0);
        for _ in 0..count {
            let id = OrderId(reader.u64());
            let quantity = Quantity(reader.u64());
            let owner = OwnerId(reader.u32());
            let price = Price(reader.u32());
            let [bits, zeros @ ..] = reader.bytes::<4>();
            let traits = Traits::from_bits(bits)
                .filter(|traits| traits.side == side && zeros == [0; 3])
                .ok_or(problem(id, "unknown traits, or those of the other side"))?;
            self.check_restored(id, quantity, &[price])?;
            let key = Key::of(side, price);
            if key < behind {
                return Err(problem(id, "it stands behind a worse price"));
            }
            behind = key;
            if self.orders.is_full() {
                return Err(problem(id, "more orders than the book is made for"));
            }
            let order = Order::new(id, owner, key, quantity, traits);
            let place = self.orders.insert(order);
            self.index.insert(id.0, Place::Order(place));
            let level = self.sides[side as usize].join(key);
            level.push(&mut self.orders, place);
        }
        Ok(())
    }

    fn restore_stops(
        &mut self,
        side: Side,
        count: u32,
        reader: &mut Reader<'_>,
    ) -> Result<(), SnapshotError> {
        let mut behind = Key(0);
        for _ in 0..count {
            let id = OrderId(reader.u64());
            let quantity = Quantity(reader.u64());
            let owner = OwnerId(reader.u32());
            let trigger = Price(reader.u32());
            let price = Price(reader.u32());
            let (stop_side, time_in_force, self_trade) =
                stop_traits(reader.bytes()).ok_or(problem(id, "unknown traits"))?;
            if stop_side != side {
                return Err(problem(id, "a stop of the other side"));
            }
            let limit = (price.0 != 0).then_some((price, time_in_force));
            if limit.is_none() && time_in_force as u8 != 0 {
                return Err(problem(id, "a market order with a time in force"));
            }
            self.check_restored(
                id,
                quantity,
                &[trigger, limit.map_or(trigger, |(price, _)| price)],
            )?;
            if self.last.0 != 0 && Stops::is_reached(side, trigger, self.last) {
                return Err(problem(id, "the last price has reached this stop"));
            }
            let stop = Stop {
                id,
                owner,
                quantity,
                side,
                trigger,
                limit,
                self_trade,
            };
            if stop.key() < behind {
                return Err(problem(id, "it stands behind a stop that is reached later"));
            }
            behind = stop.key();
            if self.stops.is_full() {
                return Err(problem(id, "more stops than the book is made for"));
            }
            let place = self.stops.insert(stop);
            self.index.insert(id.0, Place::Stop(place));
        }
        Ok(())
    }

    fn check_restored(
        &self,
        id: OrderId,
        quantity: Quantity,
        prices: &[Price],
    ) -> Result<(), SnapshotError> {
        if self.check_quantity(quantity).is_err() {
            return Err(problem(id, "its quantity is zero or above the largest"));
        }
        if !prices.iter().all(|price| price.is_valid()) {
            return Err(problem(id, "its price or trigger is out of range"));
        }
        if self.find(id).is_some() {
            return Err(problem(id, "another has the same id"));
        }
        Ok(())
    }

    fn check_uncrossed(&self) -> Result<(), SnapshotError> {
        match (self.best(Side::Bid), self.resting(Side::Ask).next()) {
            (Some(bid), Some(ask)) if bid >= ask.price => {
                Err(problem(ask.id, "it would trade with the best bid"))
            }
            _ => Ok(()),
        }
    }
}

const fn problem(id: OrderId, problem: &'static str) -> SnapshotError {
    SnapshotError::State { id: id.0, problem }
}

/// What is left to read. Its length is checked before records are read.
struct Reader<'a> {
    left: &'a [u8],
    len: usize,
}

impl<'a> Reader<'a> {
    /// Behind magic and version, with the checksum checked and cut off.
    fn new(bytes: &'a [u8]) -> Result<Self, SnapshotError> {
        if bytes.len() >= MAGIC.len() && bytes[..MAGIC.len()] != MAGIC {
            return Err(SnapshotError::Magic);
        }
        let least = PREFIX_LEN + HEAD_LEN + CHECKSUM_LEN;
        if bytes.len() < least {
            return Err(SnapshotError::Length {
                expected: least as u64,
                found: bytes.len() as u64,
            });
        }
        let mut reader = Self {
            left: &bytes[MAGIC.len()..bytes.len() - CHECKSUM_LEN],
            len: bytes.len(),
        };
        let version = reader.u32();
        if version != VERSION {
            return Err(SnapshotError::Version(version));
        }
        let (content, checksum) = bytes.split_at(bytes.len() - CHECKSUM_LEN);
        if checksum != xxh3_64(content).to_le_bytes() {
            return Err(SnapshotError::Checksum);
        }
        Ok(reader)
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let (taken, left) = self
            .left
            .split_first_chunk()
            .expect("the length was checked");
        self.left = left;
        *taken
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.bytes())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    /// Checks that exactly so many records are left.
    fn expect_records(&self, orders: u64, stops: u64) -> Result<(), SnapshotError> {
        let expected = orders * ORDER_LEN as u64 + stops * STOP_LEN as u64;
        if self.left.len() as u64 == expected {
            return Ok(());
        }
        Err(SnapshotError::Length {
            expected: (PREFIX_LEN + HEAD_LEN + CHECKSUM_LEN) as u64 + expected,
            found: self.len as u64,
        })
    }
}
