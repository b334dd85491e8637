//! Items at places that stay the same.

/// An item that can name a place while it is not in use.
pub(crate) trait Linked {
    /// The place it was told.
    fn link(&self) -> u32;
    /// Remembers a place.
    fn set_link(&mut self, place: u32);
}

/// Holds up to a fixed number of items, each at a place that stays its own until it is taken out.
///
/// Memory is reserved at once and touched as places are first used. A place that has just become
/// free is used next, while it is still in the cache; free places name each other, so that no
/// other memory is touched for them.
pub(crate) struct Slab<T> {
    items: Vec<T>,
    /// The place that became free last, or [`NONE`].
    free: u32,
    len: u32,
    capacity: u32,
}

/// No place.
const NONE: u32 = u32::MAX;

impl<T: Linked> Slab<T> {
    pub(crate) fn new(capacity: u32) -> Self {
        Self {
            items: Vec::with_capacity(capacity as usize),
            free: NONE,
            len: 0,
            capacity,
        }
    }

    /// Items held.
    #[inline]
    pub(crate) const fn len(&self) -> u32 {
        self.len
    }

    #[inline]
    pub(crate) const fn is_full(&self) -> bool {
        self.len == self.capacity
    }

    /// Puts `item` somewhere. The slab must not be full.
    #[inline]
    pub(crate) fn insert(&mut self, item: T) -> u32 {
        debug_assert!(!self.is_full());
        self.len += 1;
        let place = self.free;
        if place == NONE {
            return self.push(item);
        }
        let free = &mut self.items[place as usize];
        self.free = free.link();
        *free = item;
        place
    }

    /// Uses a place for the first time.
    #[cold]
    fn push(&mut self, item: T) -> u32 {
        self.items.push(item);
        self.items.len() as u32 - 1
    }

    /// Makes the place of an item free.
    #[inline]
    pub(crate) fn remove(&mut self, place: u32) {
        self.items[place as usize].set_link(self.free);
        self.free = place;
        self.len -= 1;
    }

    /// Every place ever used, free ones too: what a free place holds is left from before.
    pub(crate) fn places(&self) -> &[T] {
        &self.items
    }
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, place: u32) -> &T {
        &self.items[place as usize]
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, place: u32) -> &mut T {
        &mut self.items[place as usize]
    }
}
