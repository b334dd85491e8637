//! Compiling programs to Solana bytecode.
//!
//! Where Solana's own `cargo build-sbf` is installed, that does it. Elsewhere the registry toolchain
//! does: a compiler from Debian's packages and a linker from crates.io, put together by
//! [`toolchain`] and driven by [`build`].

mod build;
pub(crate) mod debian;
pub(crate) mod idl;
mod sysroot;
pub(crate) mod toolchain;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{first_line, run_logged};
use crate::programs::Program;
use crate::ui::Step;
use crate::workspace::{Workspace, find_on_path, host_cargo};
pub(crate) use build::{HOST_VARIABLES, cargo_home};
use toolchain::Toolchain;

/// Chooses the compiler: `official`, `registry`, or unset for the official one where it is.
const CHOICE: &str = "SEALANE_SBF";

/// What compiles programs on this machine.
pub(crate) enum Compiler {
    /// `cargo build-sbf`, and what it says its version is.
    Official(String),
    /// The registry toolchain.
    Registry(Toolchain),
}

impl Compiler {
    /// Takes the official tools where they are installed, unless `SEALANE_SBF` says otherwise.
    pub(crate) fn choose(workspace: &Workspace) -> Result<Self> {
        let installed = find_on_path("cargo-build-sbf").is_some();
        let choice = env::var(CHOICE).unwrap_or_default();
        match (choice.as_str(), installed) {
            ("official", false) => bail!(
                "{CHOICE}=official, but `cargo build-sbf` is not on the path: install the Solana \
                 CLI tools or unset {CHOICE}"
            ),
            ("official", true) | ("", true) => {
                let version = first_line(Command::new("cargo-build-sbf").arg("--version"))
                    .with_context(|| {
                        format!(
                            "`cargo build-sbf` is installed but does not run; set {CHOICE}=registry \
                             to build without it"
                        )
                    })?;
                Ok(Self::Official(version))
            }
            ("registry", _) | ("", false) => Ok(Self::Registry(Toolchain::describe(workspace)?)),
            (other, _) => bail!("{CHOICE} is `{other}`; it can be `official` or `registry`"),
        }
    }

    /// Identifies the compiler: another id may give other bytecode.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Official(version) => version,
            Self::Registry(toolchain) => toolchain.id(),
        }
    }

    /// Builds the registry toolchain where it is needed and not there yet.
    pub(crate) fn ensure_installed(&self, workspace: &Workspace) -> Result<()> {
        match self {
            Self::Official(_) => Ok(()),
            Self::Registry(toolchain) => toolchain.ensure_installed(workspace),
        }
    }

    /// Compiles one program to `output`.
    pub(crate) fn build(
        &self,
        workspace: &Workspace,
        program: &Program,
        output: &Path,
        step: &Step,
    ) -> Result<()> {
        let log = workspace
            .log_dir()
            .join(format!("{}-bytecode.log", program.library));
        match self {
            Self::Official(_) => run_logged(&mut official(workspace, program, output), &log, step),
            Self::Registry(toolchain) => {
                build::compile(workspace, toolchain, program, output, &log, step)
            }
        }
    }
}

/// Installs the Debian packages that are missing; without the right to, says what to type.
pub(crate) fn ensure_packages(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    debian::ensure(workspace, packages)
}

/// What the cache holds of registry toolchains other than the present one.
pub(crate) fn stale(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let current = match Compiler::choose(workspace)? {
        Compiler::Official(_) => None,
        Compiler::Registry(toolchain) => Some(toolchain.id().to_owned()),
    };
    let is_current = |id: &str| current.as_deref() == Some(id);
    let mut stale = Vec::new();
    for entry in list(&workspace.cache)? {
        let name = file_name(&entry);
        let id = name.strip_prefix("toolchain-");
        if entry.is_dir() && id.is_some_and(|id| !is_current(id)) {
            stale.push(entry);
        }
    }
    for entry in list(&workspace.cache.join("sbf-target"))? {
        if entry.is_dir() && !is_current(&file_name(&entry)) {
            stale.push(entry);
        }
    }
    Ok(stale)
}

/// The last part of a path.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The entries of a folder; none if there is no such folder.
pub(crate) fn list(dir: &Path) -> Result<Vec<PathBuf>> {
    match fs::read_dir(dir) {
        Ok(entries) => Ok(entries
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<_>>()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("cannot list {}", dir.display())),
    }
}

/// The official command. Its compiler is older than the workspace's: whether it can compile a
/// program is for it to find out, not for the manifest to forbid.
fn official(workspace: &Workspace, program: &Program, output: &Path) -> Command {
    let mut command = Command::new(host_cargo());
    command
        .current_dir(&workspace.root)
        .arg("build-sbf")
        .arg("--manifest-path")
        .arg(program.dir.join("Cargo.toml"))
        .arg("--sbf-out-dir")
        .arg(output.parent().unwrap_or(output))
        .args(["--", "--ignore-rust-version"]);
    command
}
