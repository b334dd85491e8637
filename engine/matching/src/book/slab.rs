//! Items at places that stay the same.

/// Holds up to a fixed number of items, each at a place that stays its own until it is taken out.
///
/// Memory is reserved at once and touched as places are first used; a place that has just become
/// free is used next, while it is still in the cache.
pub(crate) struct Slab<T> {
    items: Vec<T>,
    free: Vec<u32>,
    capacity: u32,
}

impl<T> Slab<T> {
    pub(crate) fn new(capacity: u32) -> Self {
        Self {
            items: Vec::with_capacity(capacity as usize),
            free: Vec::with_capacity(capacity as usize),
            capacity,
        }
    }

    /// Items held.
    #[inline]
    pub(crate) fn len(&self) -> u32 {
        // Both are at most `capacity`.
        (self.items.len() - self.free.len()) as u32
    }

    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.len() == self.capacity
    }

    /// Puts `item` somewhere. The slab must not be full.
    #[inline]
    pub(crate) fn insert(&mut self, item: T) -> u32 {
        debug_assert!(!self.is_full());
        if let Some(place) = self.free.pop() {
            self.items[place as usize] = item;
            place
        } else {
            self.items.push(item);
            self.items.len() as u32 - 1
        }
    }

    /// Makes the place of an item free.
    #[inline]
    pub(crate) fn remove(&mut self, place: u32) {
        self.free.push(place);
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
