//! A disk in memory that fails and crashes as told, for tests of whatever keeps a journal.
//!
//! It takes every liberty that [`Storage`] leaves a real disk: see [`MemoryDisk::crash`]. Clones of
//! a [`MemoryDisk`] are the same disk; [`mount`](MemoryDisk::mount) gives the journal access to it,
//! until the next crash.

mod crash;
mod file;

use std::{
    collections::BTreeMap,
    io::{self, ErrorKind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::storage::Storage;
pub use crash::Torn;
use file::File;

/// How an operation fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// The machine stops at this operation, which may have had its effect or not: it and all that
    /// follow fail until [`MemoryDisk::crash`].
    PowerOff,
    /// An append writes this many bytes at most; anything else fails.
    ShortWrite(usize),
    /// There is no space left.
    NoSpace,
    /// Anything, once. A sync that fails so leaves the data readable, and nothing for the next sync
    /// to write: as Linux does.
    Failed,
}

/// A disk.
#[derive(Clone, Default, Debug)]
pub struct MemoryDisk(Arc<Mutex<State>>);

/// Access to a disk until it crashes.
#[derive(Debug)]
pub struct MemoryStorage {
    disk: MemoryDisk,
    mounted: u64,
}

/// A file of a [`MemoryStorage`].
#[derive(Debug)]
pub struct MemoryFile(usize);

#[derive(Default, Debug)]
struct State {
    files: Vec<File>,
    /// Names as the running system sees them.
    names: BTreeMap<String, usize>,
    /// Names as of the last sync of the directory.
    synced_names: BTreeMap<String, usize>,
    /// Changes since.
    changes: Vec<Change>,
    /// How many crashes there were.
    crashes: u64,
    operations: u64,
    failures: Vec<(u64, Failure)>,
    is_off: bool,
}

/// A change of names, atomic by itself.
#[derive(Clone, Debug)]
struct Change {
    removed: Option<String>,
    added: Option<(String, usize)>,
}

impl Change {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        if let Some(name) = &self.removed {
            names.remove(name);
        }
        if let Some((name, file)) = &self.added {
            names.insert(name.clone(), *file);
        }
    }
}

impl MemoryDisk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Access to the disk.
    pub fn mount(&self) -> MemoryStorage {
        MemoryStorage {
            disk: self.clone(),
            mounted: self.state().crashes,
        }
    }

    /// How many operations that write were tried, on this disk, ever: creating, appending, syncing,
    /// renaming, removing.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Lets the operation of this number fail, where the first one ever is 0.
    pub fn fail_at(&self, operation: u64, failure: Failure) {
        self.state().failures.push((operation, failure));
    }

    /// Forgets the failures that are still to come.
    pub fn heal(&self) {
        self.state().failures.clear();
    }

    /// The content of a file, for a test to look at.
    pub fn content(&self, name: &str) -> Option<Vec<u8>> {
        let state = self.state();
        let file = *state.names.get(name)?;
        Some(state.files[file].bytes.clone())
    }

    /// Replaces the content of a file, durably, as a fault of the disk or a person might.
    pub fn overwrite(&self, name: &str, bytes: &[u8]) {
        let mut state = self.state();
        let file = state.files.len();
        state.files.push(File::synced(bytes));
        state.names.insert(name.to_owned(), file);
        state.synced_names.insert(name.to_owned(), file);
    }

    /// Removes a file, durably.
    pub fn delete(&self, name: &str) {
        let mut state = self.state();
        state.names.remove(name);
        state.synced_names.remove(name);
    }

    /// The names of all files, in order.
    pub fn names(&self) -> Vec<String> {
        self.state().names.keys().cloned().collect()
    }

    /// Another disk with the same, durable content.
    #[must_use]
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        for name in self.names() {
            let bytes = self.content(&name).unwrap_or_default();
            copy.overwrite(&name, &bytes);
        }
        copy
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MemoryStorage {
    /// Counts an operation that writes, and says how it is to fail.
    fn begin(&self) -> io::Result<(MutexGuard<'_, State>, Option<Failure>)> {
        let mut state = self.look()?;
        let number = state.operations;
        state.operations += 1;
        let found = state.failures.iter().position(|(at, _)| *at == number);
        let failure = found.map(|index| state.failures.swap_remove(index).1);
        if failure == Some(Failure::PowerOff) {
            state.is_off = true;
        }
        Ok((state, failure))
    }

    fn look(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.disk.state();
        if state.is_off || state.crashes != self.mounted {
            return Err(io::Error::other("the machine is off"));
        }
        Ok(state)
    }

    /// Changes names, and then fails if that is due: a crash decides whether the change stays.
    fn change(
        &self,
        change: impl FnOnce(&mut State) -> io::Result<Change>,
    ) -> io::Result<Option<usize>> {
        let (mut state, failure) = self.begin()?;
        if let Some(failure) = failure
            && failure != Failure::PowerOff
        {
            return Err(error(failure));
        }
        let change = change(&mut state)?;
        change.apply(&mut state.names);
        state.changes.push(change.clone());
        match failure {
            Some(failure) => Err(error(failure)),
            None => Ok(change.added.map(|(_, file)| file)),
        }
    }
}

fn error(failure: Failure) -> io::Error {
    match failure {
        Failure::PowerOff => io::Error::other("the machine is off"),
        Failure::NoSpace => ErrorKind::StorageFull.into(),
        Failure::ShortWrite(_) | Failure::Failed => io::Error::other("the disk failed as told"),
    }
}

impl State {
    fn find(&self, name: &str) -> io::Result<usize> {
        let file = self.names.get(name);
        file.copied().ok_or_else(|| ErrorKind::NotFound.into())
    }
}

impl Storage for MemoryStorage {
    type File = MemoryFile;

    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.look()?.names.keys().cloned().collect())
    }

    fn read(&self, name: &str, into: &mut Vec<u8>) -> io::Result<()> {
        let state = self.look()?;
        let file = state.find(name)?;
        into.clear();
        into.extend_from_slice(&state.files[file].bytes);
        Ok(())
    }

    fn create(&mut self, name: &str) -> io::Result<MemoryFile> {
        let created = self.change(|state| {
            if state.names.contains_key(name) {
                return Err(ErrorKind::AlreadyExists.into());
            }
            state.files.push(File::default());
            Ok(Change {
                removed: None,
                added: Some((name.to_owned(), state.files.len() - 1)),
            })
        })?;
        created
            .map(MemoryFile)
            .ok_or_else(|| ErrorKind::Other.into())
    }

    fn append(&mut self, file: &mut MemoryFile, bytes: &[u8]) -> io::Result<usize> {
        let (mut state, failure) = self.begin()?;
        let written = match failure {
            None | Some(Failure::PowerOff) => bytes.len(),
            Some(Failure::ShortWrite(limit)) => limit.min(bytes.len()),
            Some(failure) => return Err(error(failure)),
        };
        let content = &mut state.files[file.0].bytes;
        content.extend_from_slice(&bytes[..written]);
        match failure {
            Some(Failure::PowerOff) => Err(error(Failure::PowerOff)),
            _ => Ok(written),
        }
    }

    fn sync(&mut self, file: &mut MemoryFile) -> io::Result<()> {
        let (mut state, failure) = self.begin()?;
        match failure {
            // What was not synced may survive the crash whole: that is the case of a sync that
            // the crash interrupted just after it was done.
            Some(Failure::PowerOff) => {}
            Some(_) => state.files[file.0].lose(),
            None => state.files[file.0].sync(),
        }
        failure.map_or(Ok(()), |failure| Err(error(failure)))
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.change(|state| {
            Ok(Change {
                removed: Some(from.to_owned()),
                added: Some((to.to_owned(), state.find(from)?)),
            })
        })?;
        Ok(())
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        self.change(|state| {
            state.find(name)?;
            Ok(Change {
                removed: Some(name.to_owned()),
                added: None,
            })
        })?;
        Ok(())
    }

    fn sync_directory(&mut self) -> io::Result<()> {
        let (mut state, failure) = self.begin()?;
        if let Some(failure) = failure {
            return Err(error(failure));
        }
        state.synced_names = state.names.clone();
        state.changes.clear();
        Ok(())
    }
}
