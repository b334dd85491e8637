//! From an order's id to where it lies.

use std::hash::{BuildHasher, RandomState};

/// What an id names: a place among the resting orders or among the stops.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// A resting order's.
    Order(u32),
    /// A stop's.
    Stop(u32),
}

impl Place {
    /// Never zero.
    #[inline]
    const fn pack(self) -> u32 {
        match self {
            Self::Order(place) => (place << 1) + 1,
            Self::Stop(place) => (place << 1) + 2,
        }
    }

    #[inline]
    const fn unpack(packed: u32) -> Self {
        if packed & 1 == 1 {
            Self::Order(packed >> 1)
        } else {
            Self::Stop((packed >> 1) - 1)
        }
    }
}

/// A hash table of fixed size: open addressing, linear probing, at most three quarters full.
///
/// An entry is eight bytes: the upper half of the id's hash, which tells nearly all other ids apart
/// and gives the entry's home, and the place, where the id itself lies. Removing shifts the entries
/// behind back instead of leaving a mark, so that a probe is as short after a year as on the first
/// day. Ids that differ in the lowest three bits only have their homes side by side, in one cache
/// line: those who count their orders up find the young ones together. The hash of the other bits
/// is keyed: ids chosen to collide do not, but for eight at a time.
pub(crate) struct Index {
    entries: Box<[u64]>,
    /// 32 less the table's bits.
    shift: u32,
    seed: u64,
}

impl Index {
    /// For up to `capacity` ids.
    pub(crate) fn new(capacity: u32) -> Self {
        let least = u64::from(capacity) * 4 / 3 + 1;
        let bits = least.next_power_of_two().ilog2().max(3);
        Self {
            entries: vec![0; 1 << bits].into(),
            shift: 32 - bits,
            seed: RandomState::new().hash_one(0u64),
        }
    }

    /// A keyed hash of an id, by one wide multiplication. The bits above the table's are the
    /// lowest ones of the home.
    #[inline]
    fn hash(&self, id: u64) -> u32 {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let product = u128::from((id >> 3) ^ self.seed) * u128::from(ODD);
        let line = ((product >> 64) as u64 ^ product as u64) as u32;
        let within = (id as u32 & 7) << self.shift;
        line & !(7 << self.shift) | within
    }

    #[inline]
    fn mask(&self) -> usize {
        self.entries.len() - 1
    }

    /// The entry of `id`, and what it names; `is` tells whether a place has this id.
    #[inline]
    pub(crate) fn find(&self, id: u64, is: impl Fn(Place) -> bool) -> Option<(usize, Place)> {
        let hash = self.hash(id);
        let mut at = (hash >> self.shift) as usize;
        loop {
            let entry = self.entries[at & self.mask()];
            if entry == 0 {
                return None;
            }
            if (entry >> 32) as u32 == hash {
                let place = Place::unpack(entry as u32);
                if is(place) {
                    return Some((at & self.mask(), place));
                }
            }
            at += 1;
        }
    }

    /// Adds an id that is not there. The table must have room.
    #[inline]
    pub(crate) fn insert(&mut self, id: u64, place: Place) {
        let hash = self.hash(id);
        let mask = self.mask();
        let mut at = (hash >> self.shift) as usize;
        while self.entries[at & mask] != 0 {
            at += 1;
        }
        self.entries[at & mask] = u64::from(hash) << 32 | u64::from(place.pack());
    }

    /// Removes the id that names `place`, which must be there.
    #[inline]
    pub(crate) fn remove(&mut self, id: u64, place: Place) {
        let mask = self.mask();
        let packed = place.pack();
        let mut at = (self.hash(id) >> self.shift) as usize;
        while self.entries[at & mask] as u32 != packed {
            debug_assert!(self.entries[at & mask] != 0, "the id is not in the index");
            at += 1;
        }
        self.remove_at(at & mask);
    }

    /// Empties an entry, and moves into the gap what lies behind it further from home.
    #[inline]
    pub(crate) fn remove_at(&mut self, at: usize) {
        let mask = self.mask();
        let mut gap = at;
        let mut next = (gap + 1) & mask;
        loop {
            let entry = self.entries[next];
            if entry == 0 {
                break;
            }
            let home = (entry >> 32) as usize >> self.shift;
            // It may move if its home is not behind the gap.
            if next.wrapping_sub(home) & mask >= next.wrapping_sub(gap) & mask {
                self.entries[gap] = entry;
                gap = next;
            }
            next = (next + 1) & mask;
        }
        self.entries[gap] = 0;
    }
}
