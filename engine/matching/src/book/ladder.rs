//! One side of the book: its levels, best first.

use super::{
    bitmap::Bitmap,
    key::Key,
    order::Level,
    radix::{Keyed, RadixTree},
};

impl Keyed for Level {
    #[inline]
    fn key(&self) -> Key {
        self.key
    }
}

/// The levels of one side.
///
/// Those near the best price lie in a ring with one place for each price, in a window of keys that
/// the best one is always in; all behind the window lie in a tree. When a better price comes than
/// the window holds, or the best price has left most of the window behind, the window moves, and
/// levels move between ring and tree. It moves by a quarter of its size at least, so that a touch
/// that goes to and fro does not make levels follow.
///
/// What every order needs lies in one cache line; the tree's heads lie elsewhere.
#[repr(align(64))]
pub(crate) struct Ladder {
    /// By key, modulo the size. Those not in `near` have no orders.
    ring: Box<[Level]>,
    near: Bitmap,
    /// The window's first key.
    base: Key,
    /// The best key, or [`Key::NONE`]. In the window.
    best: Key,
    far: Box<RadixTree<Level>>,
}

const _: () = assert!(size_of::<Ladder>() == 64);

impl Ladder {
    /// For up to `capacity` levels, with a window of `size` keys, a power of two.
    pub(crate) fn new(size: u32, capacity: u32) -> Self {
        Self {
            ring: vec![Level::empty(Key::NONE); size as usize].into(),
            near: Bitmap::new(size),
            base: Key(0),
            best: Key::NONE,
            far: Box::new(RadixTree::new(capacity)),
        }
    }

    /// The best key, or [`Key::NONE`], which no limit reaches.
    #[inline]
    pub(crate) const fn best(&self) -> Key {
        self.best
    }

    #[inline]
    const fn size(&self) -> u32 {
        self.ring.len() as u32
    }

    /// Where in the ring a key of the window lies.
    #[inline]
    const fn place(&self, key: Key) -> u32 {
        key.0 & (self.size() - 1)
    }

    /// Whether the window holds this key. (The window never wraps around the last key.)
    #[inline]
    const fn is_near(&self, key: Key) -> bool {
        key.0.wrapping_sub(self.base.0) < self.size()
    }

    /// The level of a key at which an order rests.
    #[inline]
    pub(crate) fn level_mut(&mut self, key: Key) -> &mut Level {
        if self.is_near(key) {
            let place = self.place(key);
            &mut self.ring[place as usize]
        } else {
            self.far.get_mut(key).expect("orders rest at this price")
        }
    }

    /// The level of a key, made if no order rests there.
    #[inline]
    pub(crate) fn join(&mut self, key: Key) -> &mut Level {
        if !self.is_near(key) || self.best == Key::NONE {
            if key < self.best {
                self.make_near(key);
            } else {
                return self.far.get_or_insert(Level::empty(key));
            }
        }
        // Whether the level is there, the level itself tells: mostly it is, and the bitmap stays
        // out of the cache.
        let place = self.place(key);
        if self.ring[place as usize].orders == 0 {
            self.near.insert(place);
            self.ring[place as usize] = Level::empty(key);
            self.best = self.best.min(key);
        }
        &mut self.ring[place as usize]
    }

    /// Forgets the level of a key, which has no orders left.
    #[inline]
    pub(crate) fn vacate(&mut self, key: Key) {
        if !self.is_near(key) {
            self.far.remove(key);
            return;
        }
        self.near.remove(self.place(key));
        if key == self.best {
            match self.near.distance_to_next(self.place(key)) {
                Some(distance) => {
                    self.best = Key(key.0 + distance);
                    if self.best.0 - self.base.0 > self.size() / 4 * 3 {
                        self.move_back();
                    }
                }
                None => self.advance_to_far(),
            }
        }
    }

    /// The window's first key when the best is `best`: a quarter of the window lies before it.
    fn base_for(&self, best: Key) -> Key {
        let last = u32::MAX - (self.size() - 1);
        Key(best.0.saturating_sub(self.size() / 4).min(last))
    }

    /// Moves the window forward to a key better than all it holds, and levels into the tree that
    /// are behind it then.
    #[cold]
    fn make_near(&mut self, key: Key) {
        let base = self.base_for(key);
        if self.best != Key::NONE {
            let kept = u64::from(base.0) + u64::from(self.size());
            let end = u64::from(self.base.0) + u64::from(self.size());
            let mut from = kept.max(u64::from(self.base.0));
            while from < end {
                let start = self.place(Key(from as u32));
                let Some(distance) = self.near.distance_to_next(start) else {
                    break;
                };
                from += u64::from(distance);
                if from >= end {
                    break;
                }
                let place = self.place(Key(from as u32));
                self.near.remove(place);
                let level = &mut self.ring[place as usize];
                self.far.get_or_insert(*level);
                level.orders = 0;
                from += 1;
            }
        }
        self.base = base;
    }

    /// Moves the window back so that it starts before the best key again.
    #[cold]
    fn move_back(&mut self) {
        self.base = self.base_for(self.best);
        let end = u64::from(self.base.0) + u64::from(self.size());
        while let Some(level) = self.far.first().copied()
            && u64::from(level.key.0) < end
        {
            self.far.remove(level.key);
            let place = self.place(level.key);
            self.near.insert(place);
            self.ring[place as usize] = level;
        }
    }

    /// The ring is empty: the best level is the tree's first, if there is one.
    #[cold]
    fn advance_to_far(&mut self) {
        match self.far.first() {
            None => self.best = Key::NONE,
            Some(level) => {
                self.best = level.key;
                self.move_back();
            }
        }
    }

    /// All levels, best first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Level> {
        self.iter_near().chain(self.far.iter())
    }

    /// The levels in the window, best first.
    fn iter_near(&self) -> impl Iterator<Item = &Level> {
        let end = u64::from(self.base.0) + u64::from(self.size());
        let mut next = u64::from(self.best.0);
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let distance = self.near.distance_to_next(self.place(Key(next as u32)))?;
            let key = next + u64::from(distance);
            next = key + 1;
            (key < end).then(|| &self.ring[self.place(Key(key as u32)) as usize])
        })
    }

    /// Panics if the parts contradict each other.
    #[cfg(test)]
    pub(crate) fn check(&self) {
        let keys: Vec<Key> = self.iter().map(|level| level.key).collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "levels are sorted");
        assert_eq!(keys.first().copied().unwrap_or(Key::NONE), self.best);
        assert!(keys.is_empty() || self.is_near(self.best));
        assert!(self.base.0 <= u32::MAX - (self.size() - 1));
        assert!(
            self.far
                .iter()
                .all(|level| level.key > self.base && !self.is_near(level.key))
        );
        assert_eq!(self.near.is_empty(), keys.is_empty());
    }
}
