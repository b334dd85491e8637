//! Counts what a thread allocates.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, with a count for each thread. Counting costs about a nanosecond.
pub(crate) struct Counting;

#[inline]
fn count_one() {
    // Without a destructor the counter can be reached for as long as its thread lives.
    COUNT.with(|count| count.set(count.get() + 1));
}

// SAFETY: every call goes to `System` with the arguments it came with, so that `System` keeps what
// this trait promises, and the caller's promises to this allocator are promises to `System`.
// Counting neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count_one();
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count_one();
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count_one();
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, new_size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

/// How often this thread has allocated, or made an allocation larger.
pub(crate) fn count() -> u64 {
    COUNT.with(Cell::get)
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn allocations_are_counted() {
        let before = count();
        let boxed = std::hint::black_box(Box::new(1));
        assert_eq!(count(), before + 1);
        drop(boxed);
        assert_eq!(count(), before + 1);
    }
}
