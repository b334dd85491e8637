//! A directory of a real file system.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::storage::Storage;

/// The file whose lock says that a journal is in use.
const LOCK: &str = "lock";

/// A directory of the file system, locked for one writer as long as this value lives. The system
/// releases the lock when the process ends, however it ends.
#[derive(Debug)]
pub struct FileStorage {
    path: PathBuf,
    /// For syncing names.
    directory: File,
    _lock: File,
}

/// Why a directory cannot be used.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another process, or another part of this one, writes there.
    #[error("{path:?} is in use by another writer; stop it, or use another directory")]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{path:?} cannot be opened as a journal's directory")]
    Io {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FileStorage {
    /// Opens a directory, and creates it if it is not there.
    ///
    /// # Errors
    ///
    /// If the directory is in use, or cannot be created or opened.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, OpenError> {
        let path = path.into();
        match Self::try_open(&path) {
            Ok(Some(storage)) => Ok(storage),
            Ok(None) => Err(OpenError::InUse { path }),
            Err(source) => Err(OpenError::Io { path, source }),
        }
    }

    /// Nothing if the directory is in use.
    fn try_open(path: &Path) -> io::Result<Option<Self>> {
        create_directory(path)?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        Ok(Some(Self {
            path: path.to_owned(),
            directory: File::open(path)?,
            _lock: lock,
        }))
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Creates a directory and those above it, each name durable: a journal would be lost with it.
fn create_directory(path: &Path) -> io::Result<()> {
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if path.is_dir() {
        // Whoever created it may have ended before its name was durable. Where we may not even open
        // what it lies in, it was not we who created it.
        return File::open(parent).map_or(Ok(()), |parent| parent.sync_all());
    }
    create_directory(parent)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => File::open(parent)?.sync_all(),
    }
}

impl Storage for FileStorage {
    type File = File;

    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            // Names of ours are ASCII; others do not concern us.
            if let Ok(name) = entry?.file_name().into_string() {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn read(&self, name: &str, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        File::open(self.path.join(name))?.read_to_end(into)?;
        Ok(())
    }

    fn create(&mut self, name: &str) -> io::Result<File> {
        OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(self.path.join(name))
    }

    fn append(&mut self, file: &mut File, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match file.write(bytes) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                written => return written,
            }
        }
    }

    fn sync(&mut self, file: &mut File) -> io::Result<()> {
        // fdatasync: it writes the length too, without which the data could not be read, and spares
        // the time of the last change.
        file.sync_data()
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    fn sync_directory(&mut self) -> io::Result<()> {
        self.directory.sync_all()
    }
}
