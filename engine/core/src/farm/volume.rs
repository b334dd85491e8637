//! Volume that a counter tells.

/// What a lane has made between two looks at its counter, in quote units.
///
/// A counter that went down belongs to a lane that was closed and opened again, and begins at zero.
/// One that has wrapped at 2^64 looks the same, and is counted too low.
#[inline]
#[must_use]
pub const fn volume_since(before: u64, now: u64) -> u64 {
    match now.checked_sub(before) {
        Some(grown) => grown,
        None => now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_counts_more_than_was_made() {
        assert_eq!(volume_since(0, 0), 0);
        assert_eq!(volume_since(5, 12), 7);
        assert_eq!(volume_since(12, 5), 5, "closed, opened, 5 made");
        assert_eq!(volume_since(u64::MAX, 3), 3, "wrapped, 4 made");
        assert_eq!(volume_since(0, u64::MAX), u64::MAX);
    }
}
