//! The same log, however it was written.

use super::*;

/// Batches, buffers and policies leave no trace in what is recovered.
#[test]
fn batches_do_not_matter() {
    let mut hashes = Vec::new();
    for policy in [
        SyncPolicy::EveryRecord,
        every(3),
        SyncPolicy::EveryBatch,
        SyncPolicy::Never,
    ] {
        for commit_every in [1, 7, 100] {
            let disk = MemoryDisk::new();
            let config = small(policy);
            let mut recovered = start(&disk, &config).expect("an empty disk");
            for last in 1..=100 {
                feed(&mut recovered, last);
                if last % commit_every == 0 {
                    recovered.journal.commit().expect("a sound disk");
                }
            }
            recovered.journal.close().expect("a sound disk");
            let again = start(&disk, &config).expect("a sound log");
            assert_eq!(again.machine, fed(100));
            hashes.push(again.report.state_hash);
        }
    }
    hashes.dedup();
    assert_eq!(hashes.len(), 1);
}

/// A log goes on under another policy, with other sizes.
#[test]
fn the_configuration_may_change() {
    let disk = MemoryDisk::new();
    let configs = [
        small(SyncPolicy::EveryRecord),
        wide(SyncPolicy::EveryBatch),
        Config {
            segment_bytes: 156,
            ..small(every(4))
        },
    ];
    for (index, config) in configs.iter().cycle().take(9).enumerate() {
        let mut recovered = start(&disk, config).expect("a sound log");
        assert_eq!(recovered.machine, fed(index as u64 * 15));
        feed(&mut recovered, index as u64 * 15 + 15);
        recovered.journal.close().expect("a sound disk");
    }
}
