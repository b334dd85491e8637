//! Square roots.

/// The square root, rounded down.
///
/// The core library's algorithm (a table, then Karatsuba steps) divides 64-bit numbers only, so
/// it is cheap on the virtual machine too.
#[inline]
#[must_use]
pub const fn isqrt_u128(n: u128) -> u64 {
    // The root of a 128-bit number has at most 64 bits.
    n.isqrt() as u64
}
