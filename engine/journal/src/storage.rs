//! What the journal needs of a disk.

use std::io;

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
    type File;

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
