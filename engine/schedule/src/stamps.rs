//! Arrays that are cleared in constant time.

/// A value per index, forgotten all at once by raising the generation.
#[derive(Clone, Debug)]
pub(crate) struct Stamped<T> {
    generation: u32,
    entries: Vec<(u32, T)>,
}

impl<T> Default for Stamped<T> {
    fn default() -> Self {
        // Entries are born with stamp zero, which is never a generation.
        Self {
            generation: 1,
            entries: Vec::new(),
        }
    }
}

impl<T: Copy + Default> Stamped<T> {
    /// Makes room for indices below `len`.
    pub(crate) fn grow(&mut self, len: usize) {
        if self.entries.len() < len {
            self.entries.resize(len, (0, T::default()));
        }
    }

    /// Forgets all values.
    pub(crate) fn clear(&mut self) {
        self.generation = match self.generation.checked_add(1) {
            Some(generation) => generation,
            None => {
                // Old stamps would come true again.
                self.entries.fill((0, T::default()));
                1
            }
        };
    }

    /// The value at `index`, if one was set since the last clearing.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<T> {
        let (stamp, value) = self.entries[index];
        (stamp == self.generation).then_some(value)
    }

    /// Sets the value at `index`.
    #[inline]
    pub(crate) fn set(&mut self, index: usize, value: T) {
        self.entries[index] = (self.generation, value);
    }

    /// The value at `index`, which is the default if none was set since the last clearing.
    #[inline]
    pub(crate) fn entry(&mut self, index: usize) -> &mut T {
        let generation = self.generation;
        let entry = &mut self.entries[index];
        if entry.0 != generation {
            *entry = (generation, T::default());
        }
        &mut entry.1
    }
}
