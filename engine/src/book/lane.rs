//! A lane's state, kept.

use std::sync::Arc;

use sealane_core::book::{
    BookError, BookSide, Key, LaneHeader, LaneMut, LaneRef, Order, Sizes, lane_len,
};
use solana_pubkey::Pubkey;

/// A copy of a lane: balances and resting orders as of one moment.
///
/// Account bytes as they come from a node lie anywhere in memory; the copy lies where the core
/// can read it in place.
#[derive(Clone, PartialEq, Eq)]
pub struct LaneSnapshot {
    /// The account behind its discriminator, in words, because the layout wants that alignment.
    /// Shared between copies until one of them changes.
    words: Arc<[u64]>,
}

impl LaneSnapshot {
    /// A lane as it is opened: without balances and orders.
    #[must_use]
    pub fn opened(
        market: &Pubkey,
        owner: &Pubkey,
        sizes: Sizes,
        capacity: u16,
        referrer: Option<&Pubkey>,
    ) -> Self {
        let header = LaneHeader {
            market: key(market),
            owner: key(owner),
            referrer: referrer.map_or(Key::NONE, key),
            base_lot: sizes.base_lot,
            tick: sizes.tick,
            capacity,
            ..LaneHeader::default()
        };
        let mut words = vec![0u64; lane_len(capacity) / size_of::<u64>()];
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut words);
        bytes[..size_of::<LaneHeader>()].copy_from_slice(bytemuck::bytes_of(&header));
        Self {
            words: Arc::from(words),
        }
    }

    /// From an account's bytes behind the discriminator, aligned or not.
    ///
    /// # Errors
    /// [`BookError::MalformedLane`] if the bytes are no lane.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BookError> {
        if !bytes.len().is_multiple_of(size_of::<u64>()) {
            return Err(BookError::MalformedLane);
        }
        let mut words = vec![0u64; bytes.len() / size_of::<u64>()];
        bytemuck::cast_slice_mut::<u64, u8>(&mut words).copy_from_slice(bytes);
        let words = Arc::from(words);
        LaneRef::from_bytes(bytemuck::cast_slice(&words))?;
        Ok(Self { words })
    }

    /// The bytes behind the account's discriminator.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        bytemuck::cast_slice(&self.words)
    }

    /// The lane, to be read.
    #[must_use]
    pub fn lane(&self) -> LaneRef<'_> {
        LaneRef::from_bytes(self.as_bytes()).expect("checked when it was copied")
    }

    /// The lane, to be traded with. Only for copies that quotes and replicas compute on.
    pub fn lane_mut(&mut self) -> LaneMut<'_> {
        LaneMut::from_bytes(bytemuck::cast_slice_mut(Arc::make_mut(&mut self.words)))
            .expect("checked when it was copied, and the core keeps it a lane")
    }

    /// Balances, counts and whose it is.
    #[must_use]
    pub fn header(&self) -> &LaneHeader {
        self.lane().header()
    }

    /// A side's orders, worst first, the expired ones included.
    #[must_use]
    pub fn orders(&self, side: BookSide) -> &[Order] {
        self.lane().orders(side)
    }

    /// How many orders rest on both sides, the expired ones included.
    #[must_use]
    pub fn resting(&self) -> usize {
        self.orders(BookSide::Bid).len() + self.orders(BookSide::Ask).len()
    }

    /// The market that the lane trades in.
    #[must_use]
    pub fn market(&self) -> Pubkey {
        pubkey(self.header().market)
    }

    /// Whose balances and orders these are.
    #[must_use]
    pub fn owner(&self) -> Pubkey {
        pubkey(self.header().owner)
    }

    /// Who else may trade, but not withdraw.
    #[must_use]
    pub fn delegate(&self) -> Option<Pubkey> {
        optional(self.header().delegate)
    }

    /// The lane that gets a part of the fees of this lane's takes.
    #[must_use]
    pub fn referrer(&self) -> Option<Pubkey> {
        optional(self.header().referrer)
    }
}

impl std::fmt::Debug for LaneSnapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LaneSnapshot")
            .field("header", self.header())
            .field("bids", &self.orders(BookSide::Bid))
            .field("asks", &self.orders(BookSide::Ask))
            .finish()
    }
}

/// An address as the core writes it.
pub fn key(address: &Pubkey) -> Key {
    Key::new(address.to_bytes())
}

/// An address that the core wrote.
pub fn pubkey(key: Key) -> Pubkey {
    Pubkey::new_from_array(key.to_bytes())
}

fn optional(key: Key) -> Option<Pubkey> {
    (key != Key::NONE).then(|| pubkey(key))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::book::fixtures::{ask, bid, lane};

    #[test]
    fn any_alignment_gives_the_same_lane() {
        let owner = Pubkey::new_unique();
        let snapshot = lane(&owner, &[bid(99, 5), ask(101, 7)]);
        for offset in 0..9 {
            let padded = [&vec![0xAA; offset], snapshot.as_bytes()].concat();
            let copied = LaneSnapshot::from_bytes(&padded[offset..]).unwrap();
            assert_eq!(copied, snapshot);
            assert_eq!(copied.owner(), owner);
            assert_eq!(copied.delegate(), None);
            assert_eq!(copied.orders(BookSide::Ask)[0].price.0, 101);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..1_200)) {
            if let Ok(snapshot) = LaneSnapshot::from_bytes(&bytes) {
                let _ = format!("{snapshot:?}");
            }
        }

        #[test]
        fn nor_do_broken_heads(at in 0usize..224, value: u8) {
            let snapshot = lane(&Pubkey::new_unique(), &[bid(99, 5), ask(101, 7)]);
            let mut bytes = snapshot.as_bytes().to_vec();
            bytes[at] = value;
            if let Ok(snapshot) = LaneSnapshot::from_bytes(&bytes) {
                let _ = format!("{snapshot:?}");
            }
        }
    }
}
