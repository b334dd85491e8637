//! What a crash leaves.

use super::{MemoryDisk, State, file::File};

/// How bytes that were not synced are found after a crash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Torn {
    /// Some of them, cut at any byte.
    Cut,
    /// All of them.
    Kept,
    /// Some of them, then zeros: the length was written before the data.
    Zeros,
    /// Some of them, then anything.
    Garbage,
    /// All of them but for a stretch of zeros: pages were written in another order.
    Hole,
}

impl MemoryDisk {
    /// Crashes the machine: nothing that was not synced need be left. `choose(n)` decides, with a
    /// number below `n`, each question that a real disk would leave to chance:
    ///
    /// - for each file, how its unsynced bytes are found, one of `torn`, and where they are cut;
    /// - for each change of a name since the directory was synced, whether it is kept.
    ///
    /// Files and names are decided independently, so that a later write may survive where an
    /// earlier one, to another file, does not.
    pub fn crash(&self, torn: &[Torn], choose: &mut dyn FnMut(usize) -> usize) {
        let mut state = self.state();
        let State {
            files,
            names,
            synced_names,
            changes,
            ..
        } = &mut *state;
        for file in files.iter_mut() {
            crash_file(file, torn, choose);
        }
        for change in changes.drain(..) {
            if choose(2) == 1 {
                change.apply(synced_names);
            }
        }
        names.clone_from(synced_names);
        state.crashes += 1;
        state.failures.clear();
        state.is_off = false;
    }
}

fn crash_file(file: &mut File, torn: &[Torn], choose: &mut dyn FnMut(usize) -> usize) {
    for lost in file.lost.drain(..) {
        file.bytes[lost].fill(0);
    }
    let clean = file.clean;
    let unsynced = file.bytes.len() - clean;
    if unsynced > 0 && !torn.is_empty() {
        let start = clean + choose(unsynced + 1);
        let rest = file.bytes.len() - start;
        match torn[choose(torn.len())] {
            Torn::Kept => {}
            Torn::Cut => file.bytes.truncate(start),
            Torn::Zeros => {
                file.bytes.truncate(start + choose(rest + 1));
                file.bytes[start..].fill(0);
            }
            Torn::Garbage => {
                file.bytes.truncate(start + choose(rest + 1));
                for byte in &mut file.bytes[start..] {
                    *byte = choose(256) as u8;
                }
            }
            Torn::Hole => {
                let end = start + choose(rest + 1);
                file.bytes[start..end].fill(0);
            }
        }
    } else if torn.is_empty() {
        file.bytes.truncate(clean);
    }
    file.clean = file.bytes.len();
}
