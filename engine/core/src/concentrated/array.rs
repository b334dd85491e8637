//! Boundaries as accounts keep them: arrays of neighbouring ticks, and a map of which there are.
//!
//! A swap is given the arrays that it may need, in any order; whether others exist is told by the map,
//! which the shard keeps. So a swap passes over what does not exist, and ends where an array is needed
//! that it was not given.

use bytemuck::{Pod, Zeroable};

use super::{Boundaries, Boundary, Next, Tick};
use crate::error::CoreError;

/// Ticks of an array, of those that the pool's spacing leaves.
pub const ARRAY_TICKS: usize = 32;

/// Neighbouring ticks of a shard.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Pod, Zeroable)]
#[repr(C)]
pub struct TickArray {
    used: u32,
    index: i32,
    boundaries: [Boundary; ARRAY_TICKS],
}

const _: () = assert!(size_of::<TickArray>() == 8 + 128 * ARRAY_TICKS);

/// The grid of a pool's ticks, cut into arrays.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Grid {
    spacing: i32,
}

/// A place on the grid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place {
    array: i32,
    at: u32,
}

impl Grid {
    /// The grid of a spacing, in ticks.
    ///
    /// # Errors
    /// [`CoreError::InvalidTick`] for a spacing of none.
    pub const fn try_new(spacing: u16) -> Result<Self, CoreError> {
        if spacing == 0 {
            return Err(CoreError::InvalidTick);
        }
        Ok(Self {
            spacing: spacing as i32,
        })
    }

    /// The array of the lowest tick.
    const fn first_array(self) -> i32 {
        self.place(Tick::MIN).array
    }

    /// How many arrays there can be.
    #[must_use]
    pub const fn arrays(self) -> usize {
        (self.place(Tick::MAX).array - self.first_array() + 1) as usize
    }

    /// Words of a map of them.
    #[must_use]
    pub const fn map_words(self) -> usize {
        self.arrays().div_ceil(64)
    }

    /// The place at a tick or next below it.
    const fn place(self, tick: Tick) -> Place {
        let step = tick.get().div_euclid(self.spacing);
        Place {
            array: step.div_euclid(ARRAY_TICKS as i32),
            at: step.rem_euclid(ARRAY_TICKS as i32) as u32,
        }
    }

    /// The index of the array that a tick lies in.
    ///
    /// # Errors
    /// [`CoreError::InvalidTick`] if the tick is not on the grid.
    pub const fn array_of(self, tick: Tick) -> Result<i32, CoreError> {
        if tick.get() % self.spacing != 0 {
            return Err(CoreError::InvalidTick);
        }
        Ok(self.place(tick).array)
    }

    const fn tick(self, place: Place) -> Tick {
        let step = place.array * ARRAY_TICKS as i32 + place.at as i32;
        Tick::from_checked(step * self.spacing)
    }

    /// The bit of an array in the map; `None` if there is no such array.
    const fn bit(self, array: i32) -> Option<usize> {
        let bit = array - self.first_array();
        if bit < 0 || bit as usize >= self.arrays() {
            return None;
        }
        Some(bit as usize)
    }
}

impl TickArray {
    /// An array without boundaries.
    #[must_use]
    pub fn empty(index: i32) -> Self {
        Self {
            index,
            ..Self::zeroed()
        }
    }

    /// Which of the grid's arrays it is.
    #[inline]
    #[must_use]
    pub const fn index(&self) -> i32 {
        self.index
    }

    /// Whether no range begins or ends in it.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// A tick's boundary, which may be used or not.
    ///
    /// # Errors
    /// [`CoreError::InvalidTick`] if the tick is not one of the array's.
    pub fn boundary(&self, grid: Grid, tick: Tick) -> Result<&Boundary, CoreError> {
        let at = self.at(grid, tick)?;
        Ok(&self.boundaries[at])
    }

    /// The same, to be changed. [`TickArray::note`] has to be called afterwards.
    ///
    /// # Errors
    /// As [`TickArray::boundary`].
    pub fn boundary_mut(&mut self, grid: Grid, tick: Tick) -> Result<&mut Boundary, CoreError> {
        let at = self.at(grid, tick)?;
        Ok(&mut self.boundaries[at])
    }

    /// Notes whether a tick is used.
    ///
    /// # Errors
    /// As [`TickArray::boundary`].
    pub fn note(&mut self, grid: Grid, tick: Tick) -> Result<(), CoreError> {
        let at = self.at(grid, tick)?;
        let bit = 1u32 << at;
        if self.boundaries[at].is_used() {
            self.used |= bit;
        } else {
            self.used &= !bit;
        }
        Ok(())
    }

    fn at(&self, grid: Grid, tick: Tick) -> Result<usize, CoreError> {
        if grid.array_of(tick)? != self.index {
            return Err(CoreError::InvalidTick);
        }
        Ok(grid.place(tick).at as usize)
    }

    /// The first used place from one on: above it, or at it or below.
    fn next(&self, from: Option<u32>, is_rising: bool) -> Option<u32> {
        if is_rising {
            // From the first on if there is none to begin above.
            let above = match from {
                None => u32::MAX,
                Some(from) => u32::MAX.checked_shl(from + 1).unwrap_or(0),
            };
            let used = self.used & above;
            (used != 0).then(|| used.trailing_zeros())
        } else {
            let up_to = match from {
                None => u32::MAX,
                Some(from) => u32::MAX >> (ARRAY_TICKS as u32 - 1 - from),
            };
            let used = self.used & up_to;
            (used != 0).then(|| ARRAY_TICKS as u32 - 1 - used.leading_zeros())
        }
    }
}

/// Which of a shard's arrays have boundaries: a bit each, the lowest array's first.
#[derive(Clone, Copy, Debug)]
pub struct ArrayMap<'a>(&'a [u64]);

impl<'a> ArrayMap<'a> {
    /// A map in words.
    #[inline]
    #[must_use]
    pub const fn new(words: &'a [u64]) -> Self {
        Self(words)
    }

    fn has(self, bit: usize) -> bool {
        self.0
            .get(bit / 64)
            .is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }

    /// The first bit above one.
    fn above(self, bit: usize) -> Option<usize> {
        let (mut at, first) = ((bit + 1) / 64, (bit + 1) % 64);
        let mut word = self.0.get(at)? & (u64::MAX << first);
        while word == 0 {
            at += 1;
            word = *self.0.get(at)?;
        }
        Some(at * 64 + word.trailing_zeros() as usize)
    }

    /// The last bit below one.
    fn below(self, bit: usize) -> Option<usize> {
        let mut at = bit / 64;
        let mut word = self.0.get(at)? & !(u64::MAX << (bit % 64));
        while word == 0 {
            at = at.checked_sub(1)?;
            word = *self.0.get(at)?;
        }
        Some(at * 64 + 63 - word.leading_zeros() as usize)
    }
}

/// Notes in a map whether an array has boundaries.
///
/// # Errors
/// [`CoreError::InvalidTick`] if the grid has no such array or the map is too short.
pub fn note_array(map: &mut [u64], grid: Grid, array: &TickArray) -> Result<(), CoreError> {
    let bit = grid.bit(array.index).ok_or(CoreError::InvalidTick)?;
    let word = map.get_mut(bit / 64).ok_or(CoreError::InvalidTick)?;
    if array.is_empty() {
        *word &= !(1 << (bit % 64));
    } else {
        *word |= 1 << (bit % 64);
    }
    Ok(())
}

/// The arrays that a swap was given, and the map of all there are.
pub struct KnownArrays<'a, 'b> {
    grid: Grid,
    map: ArrayMap<'a>,
    arrays: &'a mut [&'b mut TickArray],
}

impl<'a, 'b> KnownArrays<'a, 'b> {
    /// From a shard's map and some of its arrays, in any order.
    pub const fn new(grid: Grid, map: ArrayMap<'a>, arrays: &'a mut [&'b mut TickArray]) -> Self {
        Self { grid, map, arrays }
    }

    fn find(&self, array: i32) -> Option<usize> {
        self.arrays.iter().position(|one| one.index == array)
    }

    fn boundary(&mut self, known: usize, at: u32) -> Next<'_> {
        let array = &mut self.arrays[known];
        let tick = self.grid.tick(Place {
            array: array.index,
            at,
        });
        Next::Boundary(tick, &mut array.boundaries[at as usize])
    }
}

impl Boundaries for KnownArrays<'_, '_> {
    fn next(&mut self, from: Tick, is_rising: bool) -> Result<Next<'_>, CoreError> {
        let place = self.grid.place(from);
        // Of a price below the lowest array nothing is known that a falling one could meet.
        let Some(present) = self.grid.bit(place.array) else {
            return Ok(Next::Nothing);
        };
        if self.map.has(present) {
            let Some(known) = self.find(place.array) else {
                return Ok(Next::Unknown(from));
            };
            if let Some(at) = self.arrays[known].next(Some(place.at), is_rising) {
                return Ok(self.boundary(known, at));
            }
        }
        let next = if is_rising {
            self.map.above(present)
        } else {
            self.map.below(present)
        };
        let Some(bit) = next else {
            return Ok(Next::Nothing);
        };
        let array = bit as i32 + self.grid.first_array();
        let known = self.find(array);
        let found =
            known.and_then(|known| Some((known, self.arrays[known].next(None, is_rising)?)));
        if let Some((known, at)) = found {
            return Ok(self.boundary(known, at));
        }
        // Its nearest tick is the first that may have to be crossed.
        let at = if is_rising { 0 } else { ARRAY_TICKS as u32 - 1 };
        Ok(Next::Unknown(self.grid.tick(Place { array, at })))
    }
}
