//! What compiles to WebAssembly: the host's compiler where it has the target, otherwise Debian's,
//! which compiles Rust's library along.
//!
//! Either way a folder of the cache holds what else is needed: the Anchor crate patched for 32 bits,
//! and the optimiser of WebAssembly.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::fingerprint::Fingerprint;
use crate::process::{first_line, run_logged};
use crate::sbf::toolchain::{CARGO, RUSTC, loader_script, lock, write_executable};
use crate::sbf::{self, debian};
use crate::ui::{self, Step};
use crate::workspace::{Workspace, find_on_path, host_cargo};

/// What is compiled for.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";
/// The crate that assumes pointers of 64 bits, and where it is made not to.
pub(super) const PATCHED: &str = "anchor-lang";
const PATCH_FILE: &str = "anchor-lang.patch";
const PATCH: &str = include_str!("../../wasm/anchor-lang.patch");
/// Debian's compiler with its Cargo and the library's sources.
const PACKAGES: [&str; 4] = ["cargo-web", "patch", "rust-web-src", "rustc-web"];
/// The optimiser and its package.
const OPTIMISER: &str = "wasm-opt";
const OPTIMISER_PACKAGE: &str = "binaryen";

/// Who compiles.
enum Compiler {
    /// The host's, which has the target's library.
    Host,
    /// Debian's, with the host's linker.
    Debian {
        /// The linker.
        linker: PathBuf,
    },
}

/// The toolchain of this machine, there or not.
pub(super) struct Toolchain {
    compiler: Compiler,
    home: PathBuf,
    id: String,
}

impl Toolchain {
    /// Works out which toolchain this machine needs. Fails where none can be had.
    pub(super) fn describe(workspace: &Workspace) -> Result<Self> {
        let sysroot = PathBuf::from(first_line(
            Command::new("rustc").args(["--print", "sysroot"]),
        )?);
        let (compiler, rustc) = match sysroot.join("lib/rustlib").join(TARGET).is_dir() {
            true => (Compiler::Host, "rustc"),
            false => (debian_compiler(workspace, &sysroot)?, RUSTC),
        };
        let rustc = first_line(Command::new(rustc).arg("--version"))?;
        let lock = fs::read_to_string(workspace.root.join("Cargo.lock"))
            .context("cannot read Cargo.lock")?;
        let version = locked_version(&lock, PATCHED)
            .with_context(|| format!("Cargo.lock names no {PATCHED}"))?;
        let mut print = Fingerprint::default();
        print
            .text("rustc", &rustc)
            .text(PATCHED, version)
            .text("patch", PATCH)
            .text("optimiser", OPTIMISER_PACKAGE);
        let id = print.finish()[..12].to_owned();
        Ok(Self {
            compiler,
            home: workspace.cache.join(format!("wasm-{id}")),
            id,
        })
    }

    /// A short hash of what it is made from.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Where Cargo keeps what it compiled with this toolchain, for all checkouts.
    pub(super) fn target_dir(&self, workspace: &Workspace) -> PathBuf {
        workspace.cache.join("wasm-target").join(&self.id)
    }

    /// The patched crate.
    pub(super) fn patched(&self) -> PathBuf {
        self.home.join(PATCHED)
    }

    /// The optimiser, if there is one.
    pub(super) fn optimiser(&self) -> Option<PathBuf> {
        let own = self.home.join("bin").join(OPTIMISER);
        own.is_file()
            .then_some(own)
            .or_else(|| find_on_path(OPTIMISER))
    }

    /// Cargo, as this compiler needs it, and what has to follow its subcommand.
    pub(super) fn cargo(&self) -> (Command, &'static [&'static str]) {
        match &self.compiler {
            Compiler::Host => (Command::new(host_cargo()), &[]),
            Compiler::Debian { linker } => {
                let mut cargo = Command::new(CARGO);
                cargo
                    .env("RUSTC", RUSTC)
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
                (cargo, &["-Zbuild-std=std,panic_abort"])
            }
        }
    }

    /// Builds it unless it is there.
    pub(super) fn ensure_installed(&self, workspace: &Workspace) -> Result<()> {
        if self.home.is_dir() {
            return Ok(());
        }
        let _lock = lock(&self.home.with_extension("lock"))?;
        if self.home.is_dir() {
            return Ok(());
        }
        ui::note(format!(
            "putting the WebAssembly toolchain together, once for this machine, in {}",
            self.home.display()
        ));
        let part = self.home.with_extension("part");
        if part.exists() {
            fs::remove_dir_all(&part)?;
        }
        fs::create_dir_all(&part).with_context(|| format!("cannot create {}", part.display()))?;
        patch_crate(workspace, &part)?;
        install_optimiser(workspace, &part)?;
        fs::rename(&part, &self.home)
            .with_context(|| format!("cannot move {} into place", part.display()))
    }
}

/// Debian's compiler, where the host's has no library for the target.
fn debian_compiler(workspace: &Workspace, sysroot: &Path) -> Result<Compiler> {
    if !debian::is_supported() {
        bail!(
            "the compiler has no library for WebAssembly: run `rustup target add {TARGET}`, or \
             install it with your system's packages"
        );
    }
    sbf::ensure_packages(workspace, &PACKAGES)?;
    let host = first_line(Command::new("rustc").args(["--print", "host-tuple"]))?;
    let linker = sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
    if !linker.is_file() {
        bail!(
            "there is no linker at {}: install Rust with rustup",
            linker.display()
        );
    }
    Ok(Compiler::Debian { linker })
}

/// The version of a package in a lock file; the first if there are several.
fn locked_version<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let head = format!("name = \"{name}\"\nversion = \"");
    let (_, rest) = lock.split_once(&head)?;
    rest.split('"').next()
}

/// Copies the crate's sources from Cargo's registry, and patches them.
fn patch_crate(workspace: &Workspace, part: &Path) -> Result<()> {
    let step = Step::start(format!("{PATCHED}, with pointers of 32 bits"));
    let log = workspace.cache.join("logs/wasm-patch.log");
    let sources = crate_sources(workspace)?;
    let copy = part.join(PATCHED);
    run_logged(
        Command::new("cp").arg("-r").arg(&sources).arg(&copy),
        &log,
        &step,
    )?;
    let file = part.join(PATCH_FILE);
    fs::write(&file, PATCH)?;
    let mut patch = Command::new("patch");
    patch
        .args(["--strip=1", "--batch", "--forward", "--directory"])
        .arg(&copy)
        .arg("--input")
        .arg(&file);
    run_logged(&mut patch, &log, &step)
        .with_context(|| format!("xtask/wasm/{PATCH_FILE} does not fit {}", sources.display()))?;
    step.done();
    Ok(())
}

/// Where Cargo unpacked the crate.
fn crate_sources(workspace: &Workspace) -> Result<PathBuf> {
    let output = workspace
        .cargo()
        .args(["metadata", "--locked", "--format-version", "1"])
        .output()
        .context("`cargo metadata` does not start")?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        bail!("`cargo metadata` failed:\n{}", told.trim_end());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .context("`cargo metadata` printed something that is not JSON")?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .filter(|package| package["name"] == PATCHED)
        .find_map(|package| package["manifest_path"].as_str());
    let dir = manifest.and_then(|manifest| Path::new(manifest).parent());
    dir.map(Path::to_path_buf)
        .with_context(|| format!("`cargo metadata` knows no {PATCHED}"))
}

/// Unpacks the optimiser aside, where that is possible and there is none. Without one the library is
/// some quarter larger.
fn install_optimiser(workspace: &Workspace, part: &Path) -> Result<()> {
    if find_on_path(OPTIMISER).is_some() || !debian::is_supported() {
        return Ok(());
    }
    let step = Step::start(format!(
        "{OPTIMISER_PACKAGE} from Debian unstable, unpacked aside"
    ));
    let logs = workspace.cache.join("logs");
    let packages = part.join(OPTIMISER_PACKAGE);
    debian::unpack(
        OPTIMISER_PACKAGE,
        &packages,
        &part.join("apt"),
        &logs,
        &step,
    )?;
    let bin = part.join("bin");
    fs::create_dir_all(&bin)?;
    let program = format!("{OPTIMISER_PACKAGE}/usr/bin/{OPTIMISER}");
    let script = loader_script(OPTIMISER, OPTIMISER_PACKAGE, &program);
    write_executable(&bin.join(OPTIMISER), &script)?;
    step.done();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_lock() {
        let lock = "[[package]]\nname = \"anchor-lang-idl\"\nversion = \"0.2.0\"\n\n\
                    [[package]]\nname = \"anchor-lang\"\nversion = \"2.0.0-rc.1\"\n";
        assert_eq!(locked_version(lock, "anchor-lang"), Some("2.0.0-rc.1"));
        assert_eq!(locked_version(lock, "anchor"), None);
    }
}
