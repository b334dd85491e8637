//! Bytes that are nothing, or nearly something, give errors and never a panic.

use proptest::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::{stream::Stream, tiny};
use crate::{
    book::{Book, BookConfig, ConfigError, SnapshotError},
    units::Quantity,
};

fn snapshot(seed: u64, count: usize) -> Vec<u8> {
    let mut book = Book::new(tiny(40, 10, 16)).unwrap();
    let mut stream = Stream::new(seed);
    for _ in 0..count {
        book.apply(&stream.next(), &mut Vec::new());
    }
    let mut bytes = Vec::new();
    book.snapshot(&mut bytes);
    bytes
}

/// Makes the checksum match again, so that what is behind it is tried.
fn seal(bytes: &mut [u8]) {
    let (content, checksum) = bytes.split_at_mut(bytes.len() - 8);
    checksum.copy_from_slice(&xxh3_64(content).to_le_bytes());
}

proptest! {
    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Book::restore(&bytes).is_err());
    }

    #[test]
    fn a_changed_byte_is_noticed(
        seed in 0u64..1_000,
        at in any::<prop::sample::Index>(),
        change in 1u8..,
    ) {
        let mut bytes = snapshot(seed, 300);
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        prop_assert!(Book::restore(&bytes).is_err());
    }

    #[test]
    fn a_cut_or_longer_snapshot_is_refused(
        seed in 0u64..1_000,
        cut in any::<prop::sample::Index>(),
        longer in prop::collection::vec(any::<u8>(), 1..40),
    ) {
        let mut bytes = snapshot(seed, 300);
        prop_assert!(Book::restore(&bytes[..cut.index(bytes.len())]).is_err());
        bytes.extend(longer);
        prop_assert!(Book::restore(&bytes).is_err());
        if bytes.len() > 60 {
            seal(&mut bytes);
            let refused = matches!(Book::restore(&bytes), Err(SnapshotError::Length { .. }));
            prop_assert!(refused);
        }
    }

    /// What a changed snapshot with a matching checksum restores to, if anything, is a sound book
    /// that writes the same bytes again.
    #[test]
    fn a_forged_snapshot_gives_an_error_or_a_sound_book(
        seed in 0u64..1_000,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = snapshot(seed, 300);
        for (at, byte) in changes {
            // Not the numbers of orders and stops it is made for, which only ask for memory.
            let at = at.index(bytes.len());
            if !(24..32).contains(&at) {
                bytes[at] = byte;
            }
        }
        seal(&mut bytes);
        if let Ok(mut book) = Book::restore(&bytes) {
            book.check();
            let mut again = Vec::new();
            book.snapshot(&mut again);
            prop_assert_eq!(&again, &bytes);
            let mut stream = Stream::new(seed);
            for _ in 0..200 {
                book.apply(&stream.next(), &mut Vec::new());
            }
            book.check();
        }
    }
}

#[test]
fn snapshot_errors_say_what_is_wrong() {
    // One with two bids: their count stands at byte 36.
    let mut snapshots = (0..).map(|seed| snapshot(seed, 300));
    let good = snapshots.find(|bytes| bytes[36] >= 2).unwrap();
    assert!(Book::restore(&good).is_ok());
    let with = |at: usize, byte: u8, sealed: bool| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        if sealed {
            seal(&mut bytes);
        }
        Book::restore(&bytes).err().unwrap()
    };
    assert_eq!(with(0, b'X', false), SnapshotError::Magic);
    assert_eq!(with(8, 9, false), SnapshotError::Version(9));
    assert_eq!(with(70, good[70] ^ 1, false), SnapshotError::Checksum);
    let window = ConfigError::Window(17);
    assert_eq!(with(12, 17, true), SnapshotError::Config(window));
    // The first bid takes the second one's id.
    let mut twice = good.clone();
    twice.copy_within(52..60, 52 + 28);
    seal(&mut twice);
    let error = Book::restore(&twice).err().unwrap();
    assert!(
        error.to_string().contains("another has the same id"),
        "{error}"
    );
    assert!(matches!(
        Book::restore(&good[..20]),
        Err(SnapshotError::Length {
            expected: 60,
            found: 20
        })
    ));
}

#[test]
fn books_that_can_not_be_made_are_refused() {
    let config = BookConfig::default();
    let error = |config| Book::new(config).err();
    assert_eq!(error(config), None);
    let orders = |orders| BookConfig { orders, ..config };
    assert_eq!(error(orders(0)), Some(ConfigError::Orders(0)));
    let many = BookConfig::MAX_ORDERS + 1;
    assert_eq!(error(orders(many)), Some(ConfigError::Orders(many)));
    let stops = BookConfig {
        stops: many,
        ..config
    };
    assert_eq!(error(stops), Some(ConfigError::Stops(many)));
    for window in [0, 4, 100, 8_192] {
        let config = BookConfig { window, ..config };
        assert_eq!(error(config), Some(ConfigError::Window(window)));
    }
    for max_quantity in [0, u64::MAX] {
        let config = BookConfig {
            max_quantity: Quantity(max_quantity),
            ..config
        };
        let refused = matches!(error(config), Some(ConfigError::MaxQuantity { .. }));
        assert!(refused);
    }
}
