//! What the journal needs of a disk.

use std::io;

use crate::{
    error::{Fault, Operation},
    names,
};

/// A flat directory of files.
///
/// The journal relies on these rules, which POSIX gives and which [`fault`](crate::fault) takes
/// every liberty with:
///
/// - Appended bytes survive a crash only once [`sync`](Self::sync) of their file has returned;
///   until then all, some or none of them may.
/// - A created, renamed or removed name is so after a crash only once
///   [`sync_directory`](Self::sync_directory) has returned, and such changes may survive in any
///   combination. Each by itself is atomic.
pub trait Storage {
    /// A file open for appending.
    type File: std::fmt::Debug;

    /// The names of all files, in any order.
    ///
    /// # Errors
    ///
    /// As the disk fails.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Replaces `into` by the whole content of a file.
    ///
    /// # Errors
    ///
    /// As the disk fails, or if there is no such file.
    fn read(&self, name: &str, into: &mut Vec<u8>) -> io::Result<()>;

    /// Creates an empty file.
    ///
    /// # Errors
    ///
    /// As the disk fails, or if the name is taken.
    fn create(&mut self, name: &str) -> io::Result<Self::File>;

    /// Writes at the end of a file and returns how many bytes were written: fewer than given is a
    /// short write, which the journal treats as a fault.
    ///
    /// # Errors
    ///
    /// As the disk fails.
    fn append(&mut self, file: &mut Self::File, bytes: &[u8]) -> io::Result<usize>;

    /// Makes all that was appended to a file durable, its length included.
    ///
    /// # Errors
    ///
    /// As the disk fails.
    fn sync(&mut self, file: &mut Self::File) -> io::Result<()>;

    /// Gives a file another name, replacing the file that had it. Open files stay usable.
    ///
    /// # Errors
    ///
    /// As the disk fails, or if there is no such file.
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// As the disk fails, or if there is no such file.
    fn remove(&mut self, name: &str) -> io::Result<()>;

    /// Makes all names durable.
    ///
    /// # Errors
    ///
    /// As the disk fails.
    fn sync_directory(&mut self) -> io::Result<()>;
}

/// Appends all of `bytes`, or nothing more is to be asked of the file.
pub(crate) fn append_all<S: Storage>(
    storage: &mut S,
    file: &mut S::File,
    bytes: &[u8],
) -> Result<(), Fault> {
    let written = attempt(Operation::Append, storage.append(file, bytes))?;
    if written < bytes.len() {
        return Err(Fault::ShortWrite {
            written,
            expected: bytes.len(),
        });
    }
    Ok(())
}

/// Puts a file in place whole and durable: whatever crash comes, the name stands for the old
/// content or for all of the new one. Returns the file, open at its end.
pub(crate) fn replace<S: Storage>(
    storage: &mut S,
    name: &str,
    bytes: &[u8],
) -> Result<S::File, Fault> {
    let temporary = names::temporary(name);
    let mut file = attempt(Operation::Create, storage.create(&temporary))?;
    append_all(storage, &mut file, bytes)?;
    attempt(Operation::Sync, storage.sync(&mut file))?;
    attempt(Operation::Rename, storage.rename(&temporary, name))?;
    attempt(Operation::SyncDirectory, storage.sync_directory())?;
    Ok(file)
}

pub(crate) fn attempt<T>(operation: Operation, result: io::Result<T>) -> Result<T, Fault> {
    result.map_err(|error| Fault::new(operation, &error))
}
