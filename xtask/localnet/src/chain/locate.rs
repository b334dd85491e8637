//! Finding `solana-test-validator`.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::ChainError;

/// The version of Agave that `cargo xtask validator` builds, in the name of its folder.
const CACHED_VALIDATOR: &str = "validator-4.2.2/bin/solana-test-validator";

/// The executable's name where the official tools are installed.
const INSTALLED_VALIDATOR: &str = "solana-test-validator";

/// Finds the validator: the one in `SEALANE_VALIDATOR`, else the installed one, else the one that
/// `cargo xtask validator` has built into the cache.
///
/// # Errors
///
/// [`ChainError::NoValidator`] with the places looked at.
pub fn find_validator() -> Result<PathBuf, ChainError> {
    find_among(
        env::var_os("SEALANE_VALIDATOR").as_deref(),
        env::var_os("PATH").as_deref(),
        cache_directory().as_deref(),
    )
}

fn find_among(
    asked: Option<&OsStr>,
    search_path: Option<&OsStr>,
    cache: Option<&Path>,
) -> Result<PathBuf, ChainError> {
    if let Some(asked) = asked {
        // Asked for by name: if it cannot be run, that is the error to show.
        return Ok(asked.into());
    }
    let installed = search_path
        .map(env::split_paths)
        .into_iter()
        .flatten()
        .map(|directory| directory.join(INSTALLED_VALIDATOR));
    let cached = cache.map(|directory| directory.join(CACHED_VALIDATOR));
    installed
        .chain(cached.clone())
        .find(|path| path.is_file())
        .ok_or(ChainError::NoValidator { cached })
}

/// Where the project keeps what is built once for a machine.
fn cache_directory() -> Option<PathBuf> {
    if let Some(directory) = env::var_os("SEALANE_CACHE") {
        return Some(directory.into());
    }
    env::home_dir().map(|home| home.join(".cache/sealane"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_installed_validator_comes_before_the_cached_one() {
        let root = tempfile::tempdir().unwrap();
        let installed = root.path().join("bin").join(INSTALLED_VALIDATOR);
        let cached = root.path().join("cache").join(CACHED_VALIDATOR);
        let search_path = env::join_paths([root.path().join("bin")]).unwrap();
        let find = |asked: Option<&OsStr>| {
            find_among(asked, Some(&search_path), Some(&root.path().join("cache")))
        };

        assert!(matches!(find(None), Err(ChainError::NoValidator { .. })));
        for path in [&cached, &installed] {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
            assert_eq!(&find(None).unwrap(), path);
        }
        assert_eq!(
            find(Some(OsStr::new("/asked/for"))).unwrap(),
            Path::new("/asked/for")
        );
    }
}
