//! Files of any content: an error or a cut, never a panic, and never a record that was not written.

use proptest::prelude::*;

use super::*;
use crate::names;

/// A file of the journal that something has happened to.
fn mangled(original: Vec<u8>, edits: &[(usize, u8, u8)]) -> Vec<u8> {
    let mut bytes = original;
    for &(at, kind, value) in edits {
        if bytes.is_empty() {
            bytes.push(value);
            continue;
        }
        let at = at % bytes.len();
        match kind % 5 {
            0 => bytes[at] = value,
            1 => bytes.truncate(at),
            2 => bytes.insert(at, value),
            3 => bytes.extend_from_within(at..),
            _ => _ = bytes.drain(at..(at + usize::from(value)).min(bytes.len())),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(
        segment in prop::collection::vec(any::<u8>(), 0..300),
        snapshot in prop::option::of(prop::collection::vec(any::<u8>(), 0..200)),
        cut: bool,
    ) {
        let disk = MemoryDisk::new();
        disk.overwrite(&names::segment(Sequence(1)), &segment);
        if let Some(snapshot) = snapshot {
            disk.overwrite(&names::snapshot(Sequence(3)), &snapshot);
        }
        let holes = if cut { Holes::Cut } else { Holes::Refuse };
        let config = Config { holes, ..small(SyncPolicy::EveryBatch) };
        if let Ok(recovered) = start(&disk, &config) {
            prop_assert_eq!(recovered.machine, Tape::default());
        }
    }

    #[test]
    fn sound_files_mangled(
        which: usize,
        edits in prop::collection::vec(any::<(usize, u8, u8)>(), 1..4),
        cut: bool,
    ) {
        let disk = MemoryDisk::new();
        let holes = if cut { Holes::Cut } else { Holes::Refuse };
        let config = Config { holes, ..small(SyncPolicy::EveryBatch) };
        let mut recovered = start(&disk, &config).expect("an empty disk");
        for last in [12, 24] {
            feed(&mut recovered, last);
            let machine = recovered.machine.clone();
            recovered.journal.snapshot(&machine).expect("a sound disk");
        }
        feed(&mut recovered, 40);
        recovered.journal.close().expect("a sound disk");
        let names = disk.names();
        let name = &names[which % names.len()];
        let bytes = mangled(disk.content(name).expect("listed"), &edits);
        disk.overwrite(name, &bytes);
        if let Ok(recovered) = start(&disk, &config) {
            let last = recovered.journal.last().0;
            prop_assert!(last <= 40);
            prop_assert_eq!(recovered.machine, fed(last));
        }
    }
}
