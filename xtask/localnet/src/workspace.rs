//! Where things lie in a checkout.

use std::path::{Path, PathBuf};

/// The checkout that `start` lies in: the nearest folder upwards with a lock file and programs.
#[must_use]
pub fn workspace_root(start: &Path) -> Option<PathBuf> {
    start
        .ancestors()
        .find(|folder| folder.join("Cargo.lock").is_file() && folder.join("programs").is_dir())
        .map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_checkout_is_found_from_any_folder_in_it() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("xtask/localnet");
        fs::create_dir_all(&inner).unwrap();
        assert_eq!(workspace_root(&inner), None);
        fs::write(root.path().join("Cargo.lock"), "").unwrap();
        fs::create_dir(root.path().join("programs")).unwrap();
        assert_eq!(workspace_root(&inner).as_deref(), Some(root.path()));
    }
}
