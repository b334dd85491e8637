//! Where things are: the checkout, its output folder, the cache shared by every checkout.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The checkout this command works on, and the folders around it.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// What is built once per machine: toolchain, validator, compiled dependencies of programs.
    pub(crate) cache: PathBuf,
}

impl Workspace {
    /// Finds the checkout from the place Cargo runs this binary for.
    pub(crate) fn locate() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .filter(|root| root.join("Cargo.toml").is_file())
            .with_context(|| {
                format!(
                    "no workspace above {}: run this as `cargo xtask` inside the checkout",
                    manifest.display()
                )
            })?;
        Ok(Self {
            root: root.to_path_buf(),
            cache: cache_dir(env::var_os("SEALANE_CACHE"), env::var_os("HOME"))?,
        })
    }

    /// Bytecode that ships. Always the checkout's own folder: clients and `Anchor.toml` look there.
    pub(crate) fn deploy_dir(&self) -> PathBuf {
        self.root.join("target/deploy")
    }

    /// Bytecode that only tests load.
    pub(crate) fn test_programs_dir(&self) -> PathBuf {
        self.root.join("target/test-programs")
    }

    /// The programs' interface descriptions.
    pub(crate) fn idl_dir(&self) -> PathBuf {
        self.root.join("target/idl")
    }

    /// Logs of the tools that this command runs for the checkout.
    pub(crate) fn log_dir(&self) -> PathBuf {
        self.root.join("target/xtask")
    }

    /// The folder in which Cargo builds for the host.
    pub(crate) fn target_dir(&self) -> PathBuf {
        match env::var_os("CARGO_TARGET_DIR") {
            // A relative folder is relative to where Cargo runs, which is the root here.
            Some(dir) => self.root.join(dir),
            None => self.root.join("target"),
        }
    }

    /// A binary of the workspace as the host build leaves it.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.target_dir().join("debug").join(name)
    }

    /// A binary built to be timed. Cargo puts what its bench profile makes beside releases.
    pub(crate) fn timed_binary(&self, name: &str) -> PathBuf {
        self.target_dir().join("release").join(name)
    }

    /// The host's Cargo, run in the checkout.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(host_cargo());
        command.current_dir(&self.root);
        // `cargo run` describes this crate in the environment; a build script or test of another
        // crate must not read it.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_PKG_") {
                command.env_remove(name);
            }
        }
        command.env_remove("CARGO_MANIFEST_DIR");
        command.env_remove("CARGO_MANIFEST_PATH");
        command
    }

    /// The workspace's packages as `cargo metadata` describes them, without their dependencies.
    pub(crate) fn packages(&self) -> Result<Vec<Value>> {
        let output = self
            .cargo()
            .args([
                "metadata",
                "--no-deps",
                "--offline",
                "--format-version",
                "1",
            ])
            .output()
            .context("`cargo metadata` does not start")?;
        if !output.status.success() {
            bail!(
                "`cargo metadata` failed; a Cargo.toml does not parse:\n{}",
                String::from_utf8_lossy(&output.stderr).trim_end()
            );
        }
        let mut metadata: Value = serde_json::from_slice(&output.stdout)
            .context("`cargo metadata` printed something that is not JSON")?;
        match metadata["packages"].take() {
            Value::Array(packages) => Ok(packages),
            _ => bail!("`cargo metadata` printed no packages"),
        }
    }

    /// A path as a person in the checkout would type it.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// The Cargo that runs this command, or the one on the path.
pub(crate) fn host_cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// `SEALANE_CACHE`, else `~/.cache/sealane`.
fn cache_dir(chosen: Option<OsString>, home: Option<OsString>) -> Result<PathBuf> {
    if let Some(dir) = chosen.filter(|dir| !dir.is_empty()) {
        let dir = PathBuf::from(dir);
        if !dir.is_absolute() {
            bail!(
                "SEALANE_CACHE must be an absolute path, it is {}",
                dir.display()
            );
        }
        return Ok(dir);
    }
    let home = home.context("neither HOME nor SEALANE_CACHE is set: set SEALANE_CACHE")?;
    Ok(PathBuf::from(home).join(".cache/sealane"))
}

/// The first file of this name on the path.
pub(crate) fn find_on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_the_chosen_folder_or_under_home() {
        let chosen = cache_dir(Some("/data/cache".into()), Some("/home/a".into()));
        assert_eq!(chosen.unwrap(), PathBuf::from("/data/cache"));
        let default = cache_dir(None, Some("/home/a".into()));
        assert_eq!(default.unwrap(), PathBuf::from("/home/a/.cache/sealane"));
        let empty = cache_dir(Some("".into()), Some("/home/a".into()));
        assert_eq!(empty.unwrap(), PathBuf::from("/home/a/.cache/sealane"));
    }

    #[test]
    fn a_cache_that_cannot_be_is_refused() {
        let relative = cache_dir(Some("cache".into()), None).unwrap_err();
        assert!(relative.to_string().contains("absolute"));
        let nothing = cache_dir(None, None).unwrap_err();
        assert!(nothing.to_string().contains("set SEALANE_CACHE"));
    }
}
