//! Memory that will be needed soon.
//!
//! Trades of a list lie far apart in a batch, and their accounts anywhere: no processor guesses
//! where. A line that another processor wrote takes about as long to come as a trade to run, unless
//! it is asked for while earlier trades run.

/// Bytes that come at once.
const LINE: usize = 64;

/// Asks for memory that will be read. Costs about a nanosecond a cache line and changes nothing.
#[inline(always)]
pub fn for_reading<T: ?Sized>(value: &T) {
    let start = std::ptr::from_ref(value).cast::<i8>();
    for line in (0..size_of_val(value)).step_by(LINE) {
        hint::<false>(start.wrapping_add(line));
    }
}

/// Asks for memory that will be written: takes it from processors that have it.
#[inline(always)]
pub fn for_writing<T: ?Sized>(value: &T) {
    let start = std::ptr::from_ref(value).cast::<i8>();
    for line in (0..size_of_val(value)).step_by(LINE) {
        hint::<true>(start.wrapping_add(line));
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
#[inline(always)]
pub(crate) fn hint<const WRITE: bool>(address: *const i8) {
    use std::arch::x86_64::{_MM_HINT_ET0, _MM_HINT_T0, _mm_prefetch};
    // SAFETY: a hint, which reads nothing and faults nowhere, whatever the address is.
    unsafe {
        if WRITE {
            _mm_prefetch::<_MM_HINT_ET0>(address);
        } else {
            _mm_prefetch::<_MM_HINT_T0>(address);
        }
    }
}

/// There is no stable way to ask.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(crate) fn hint<const WRITE: bool>(_address: *const i8) {}
