//! Which places of a ring are taken, in two levels of words.

/// A set of places on a ring of up to 4,096: a bit for each, and above them a bit for each word
/// that is not zero. Finding the next taken place reads three words.
pub(crate) struct Bitmap {
    words: Box<[u64]>,
    /// Bit `i`: `words[i]` is not zero.
    summary: u64,
    mask: u32,
}

impl Bitmap {
    /// For a ring of `places`: a power of two up to 4,096.
    pub(crate) fn new(places: u32) -> Self {
        Self {
            words: vec![0; places.div_ceil(u64::BITS) as usize].into(),
            summary: 0,
            mask: places - 1,
        }
    }

    #[cfg(test)]
    pub(crate) const fn is_empty(&self) -> bool {
        self.summary == 0
    }

    #[cfg(test)]
    pub(crate) fn contains(&self, place: u32) -> bool {
        self.words[(place >> 6) as usize] >> (place & 63) & 1 != 0
    }

    #[inline]
    pub(crate) fn insert(&mut self, place: u32) {
        let word = place >> 6;
        self.words[word as usize] |= 1 << (place & 63);
        self.summary |= 1 << word;
    }

    #[inline]
    pub(crate) fn remove(&mut self, place: u32) {
        let word = place >> 6;
        let left = &mut self.words[word as usize];
        *left &= !(1 << (place & 63));
        if *left == 0 {
            self.summary &= !(1 << word);
        }
    }

    /// How many places on from `from` the next taken one is, `from` included.
    #[inline]
    pub(crate) fn distance_to_next(&self, from: u32) -> Option<u32> {
        let word = from >> 6;
        let here = self.words[word as usize] >> (from & 63);
        if here != 0 {
            return Some(here.trailing_zeros());
        }
        // Words after this one; then, around the ring, from the first up to this one again: what
        // this one has left lies before `from`.
        let after = self.summary & (!1 << word);
        let found = if after != 0 { after } else { self.summary };
        if found == 0 {
            return None;
        }
        let word = found.trailing_zeros();
        let place = word << 6 | self.words[word as usize].trailing_zeros();
        Some(place.wrapping_sub(from) & self.mask)
    }
}
