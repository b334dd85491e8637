//! Appending allocates nothing.

use std::num::NonZeroU32;

use sealane_journal::{Config, FileStorage, Machine, Sequence, SyncPolicy, recover};

/// A machine without a state.
struct Nothing;

impl Machine for Nothing {
    type Error = std::convert::Infallible;

    fn apply(&mut self, _: Sequence, _: &[u8]) -> Result<(), Self::Error> {
        Ok(())
    }

    fn state_hash(&self) -> u64 {
        0
    }

    fn snapshot(&self, _: &mut Vec<u8>) {}

    fn restore(&mut self, _: &[u8]) -> Result<(), Self::Error> {
        Ok(())
    }
}

#[test]
fn appending_allocates_nothing() {
    let thousand = NonZeroU32::MIN.saturating_add(999);
    for policy in [
        SyncPolicy::EveryRecords(thousand),
        SyncPolicy::EveryBatch,
        SyncPolicy::Never,
    ] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let storage = FileStorage::open(directory.path()).expect("a directory of our own");
        let config = Config {
            policy,
            buffer_bytes: 128 << 10,
            ..Config::default()
        };
        let mut journal = recover(storage, config, || Nothing)
            .expect("an empty directory")
            .journal;
        let counted = allocation_counter::measure(|| {
            for index in 0..50_000_u64 {
                journal.append(&[7; 44]).expect("a sound disk");
                if index % 10_000 == 9_999 {
                    journal.mark(index).expect("a sound disk");
                    journal.commit().expect("a sound disk");
                }
            }
        });
        assert_eq!(counted.count_total, 0, "{policy:?}");
    }
}
