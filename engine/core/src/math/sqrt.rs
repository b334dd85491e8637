//! Square roots.

use super::wide::{div_u128_by_u64, leading_zeros};

/// The square root, rounded down.
///
/// Newton's method from above: the sequence falls until it reaches the root. It runs on the upper
/// 64 bits first, where a step costs next to nothing, so that one or two wide steps are left. The
/// core library's own algorithm is faster on the host, but its tables and stages would be a
/// thirtieth of a program's bytecode.
#[inline(never)]
#[must_use]
pub const fn isqrt_u128(n: u128) -> u64 {
    let high = (n >> 64) as u64;
    if high == 0 {
        return isqrt_u64(n as u64);
    }
    // An even number of bits to drop, so that the root drops half of them.
    let shift = (65 - leading_zeros(high)) & !1;
    let upper = isqrt_u64((n >> shift) as u64) as u128;
    // Above the root by less than a part in 2^30, and at most 2^64, which no root reaches.
    let start = (upper + 1) << (shift / 2);
    let mut root = if start >> 64 == 0 {
        start as u64
    } else {
        u64::MAX
    };
    loop {
        let next = (root as u128 + div_u128_by_u64(n, root).0) >> 1;
        if next >= root as u128 {
            return root;
        }
        root = next as u64;
    }
}

const fn isqrt_u64(n: u64) -> u64 {
    if n == 0 {
        return 0;
    }
    // The least power of two that is not below the root.
    let mut root = 1u64 << ((65 - leading_zeros(n)) / 2);
    loop {
        let next = (root + n / root) >> 1;
        if next >= root {
            return root;
        }
        root = next;
    }
}
