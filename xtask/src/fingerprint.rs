//! Fingerprints of inputs, and stamps that remember which inputs an output was made from.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Collects inputs into one hash. The order of the calls matters.
#[derive(Default)]
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    /// Adds a named text.
    pub(crate) fn text(&mut self, name: &str, text: &str) -> &mut Self {
        self.part(name.as_bytes());
        self.part(text.as_bytes());
        self
    }

    /// Adds a file: its name relative to `root`, and its content.
    pub(crate) fn file(&mut self, root: &Path, path: &Path) -> Result<&mut Self> {
        let name = path.strip_prefix(root).unwrap_or(path);
        self.part(name.as_os_str().as_encoded_bytes());
        let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        self.part(&content);
        Ok(self)
    }

    /// Adds every file under a folder, in the order of their names, without hidden ones and build
    /// outputs.
    pub(crate) fn tree(&mut self, root: &Path, dir: &Path) -> Result<&mut Self> {
        let mut files = Vec::new();
        collect(dir, &mut files).with_context(|| format!("cannot list {}", dir.display()))?;
        files.sort();
        for file in files {
            self.file(root, &file)?;
        }
        Ok(self)
    }

    /// The hash of everything added, in hexadecimal.
    pub(crate) fn finish(self) -> String {
        hex(&self.0.finalize())
    }

    /// Length first, so that two parts never read as another two.
    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") || name == "target" {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of one file's content, in hexadecimal.
pub(crate) fn hash_file(path: &Path) -> io::Result<String> {
    let mut file = fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            count => hash.update(&buffer[..count]),
        }
    }
}

/// Remembers, beside an output, the inputs and the content it had when it was made.
pub(crate) struct Stamp {
    output: PathBuf,
    stamp: PathBuf,
}

impl Stamp {
    pub(crate) fn of(output: &Path) -> Self {
        let mut name = std::ffi::OsString::from(".");
        name.push(output.file_name().unwrap_or_default());
        name.push(".stamp");
        Self {
            output: output.to_path_buf(),
            stamp: output.with_file_name(name),
        }
    }

    /// Whether the output is there, was made from these inputs, and has not been changed since.
    pub(crate) fn is_current(&self, inputs: &str) -> bool {
        let Ok(stamp) = fs::read_to_string(&self.stamp) else {
            return false;
        };
        hash_file(&self.output).is_ok_and(|output| stamp == stamp_text(inputs, &output))
    }

    /// Records that the output now there was made from these inputs.
    pub(crate) fn record(&self, inputs: &str) -> Result<()> {
        let output = hash_file(&self.output)
            .with_context(|| format!("cannot read {}", self.output.display()))?;
        fs::write(&self.stamp, stamp_text(inputs, &output))
            .with_context(|| format!("cannot write {}", self.stamp.display()))
    }
}

fn stamp_text(inputs: &str, output: &str) -> String {
    format!("inputs {inputs}\noutput {output}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(dir.join("src")).unwrap();
        dir
    }

    fn hash(dir: &Path) -> String {
        let mut print = Fingerprint::default();
        print.tree(dir, dir).unwrap();
        print.finish()
    }

    #[test]
    fn a_tree_changes_with_names_and_contents_only() {
        let dir = folder("tree");
        fs::write(dir.join("src/lib.rs"), "a").unwrap();
        let first = hash(&dir);
        fs::create_dir_all(dir.join("target")).unwrap();
        fs::write(dir.join("target/out"), "x").unwrap();
        fs::write(dir.join(".hidden"), "x").unwrap();
        assert_eq!(hash(&dir), first);
        fs::write(dir.join("src/lib.rs"), "b").unwrap();
        let second = hash(&dir);
        assert_ne!(second, first);
        fs::rename(dir.join("src/lib.rs"), dir.join("src/main.rs")).unwrap();
        assert_ne!(hash(&dir), second);
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let mut one = Fingerprint::default();
        one.text("ab", "c");
        let mut two = Fingerprint::default();
        two.text("a", "bc");
        assert_ne!(one.finish(), two.finish());
    }

    #[test]
    fn a_stamp_notices_new_inputs_and_touched_outputs() {
        let dir = folder("stamp");
        let output = dir.join("program.so");
        let stamp = Stamp::of(&output);
        assert!(!stamp.is_current("1"));
        fs::write(&output, "code").unwrap();
        stamp.record("1").unwrap();
        assert!(stamp.is_current("1"));
        assert!(!stamp.is_current("2"));
        fs::write(&output, "other").unwrap();
        assert!(!stamp.is_current("1"));
        fs::remove_file(&output).unwrap();
        assert!(!stamp.is_current("1"));
        fs::remove_dir_all(dir).unwrap();
    }
}
