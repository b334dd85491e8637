//! The registry toolchain: what it consists of, and building it once per machine.
//!
//! It lives in a folder of the cache whose name is a hash of everything it is made from, so a change
//! to any part makes another toolchain. It is put together in a folder beside it and moved into
//! place when it is whole; an interrupted build continues with the step it was at.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{debian, sysroot};
use crate::fingerprint::Fingerprint;
use crate::process::{first_line, run_logged};
use crate::ui::{self, Step};
use crate::workspace::{Workspace, host_cargo};

/// The compiler: its sources must be of the same version, so both come from Debian.
pub(crate) const RUSTC: &str = "/usr/bin/rustc";
/// The Cargo that fits the compiler.
pub(crate) const CARGO: &str = "/usr/bin/cargo";

const LINKER: &str = "sbpf-linker";
const LINKER_VERSION: &str = "0.2.6";
/// LLVM 22 refuses functions with more than five arguments and 128-bit library calls for this
/// target; 23 does not.
const LLVM_PACKAGE: &str = "libllvm23";
const LLVM_LIBRARY: &str = "libLLVM.so.23.1";
/// Where Debian's packages put libraries.
const LIBRARIES: &str = "usr/lib/x86_64-linux-gnu";
/// What went into a finished toolchain, for people and for the fingerprints of programs.
const VERSIONS: &str = "versions.txt";

/// The registry toolchain of this machine, there or not.
pub(crate) struct Toolchain {
    home: PathBuf,
    id: String,
}

impl Toolchain {
    /// Works out which toolchain this machine needs. Fails where none can be built.
    pub(super) fn describe(workspace: &Workspace) -> Result<Self> {
        debian::require()?;
        debian::ensure_packages(workspace)?;
        let rustc = first_line(Command::new(RUSTC).arg("--version"))?;
        let mut print = Fingerprint::default();
        print
            .text("rustc", &rustc)
            .text("linker", LINKER_VERSION)
            .text("llvm", LLVM_PACKAGE);
        for (name, content) in sysroot::DATA_FILES {
            print.text(name, content);
        }
        let id = print.finish()[..12].to_owned();
        Ok(Self {
            home: workspace.cache.join(format!("toolchain-{id}")),
            id,
        })
    }

    /// A short hash of what it is made from.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The folder it is in.
    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    /// Where Cargo keeps what it compiled with this toolchain, for all checkouts.
    pub(super) fn target_dir(&self, workspace: &Workspace) -> PathBuf {
        workspace.cache.join("sbf-target").join(&self.id)
    }

    /// Builds it unless it is there.
    pub(super) fn ensure_installed(&self, workspace: &Workspace) -> Result<()> {
        if self.home.is_dir() {
            return Ok(());
        }
        let _lock = lock(&workspace.cache.join(format!("toolchain-{}.lock", self.id)))?;
        if self.home.is_dir() {
            return Ok(());
        }
        ui::note(format!(
            "building the bytecode toolchain, once for this machine, in {} (some two minutes)",
            self.home.display()
        ));
        let logs = workspace.cache.join("logs");
        let part = self.home.with_extension("part");
        fs::create_dir_all(&part).with_context(|| format!("cannot create {}", part.display()))?;

        let llvm = install_llvm(&part, &logs)?;
        install_linker(&part, &logs)?;
        let step = Step::start("Rust's standard library, with the Solana target");
        sysroot::install_std(&part, &logs, &step)?;
        sysroot::install_runtime(&part, &logs, &step)?;
        step.done();
        let rustc = first_line(Command::new(RUSTC).arg("--version"))?;
        let versions = format!("{rustc}\n{LINKER} {LINKER_VERSION}\n{LLVM_PACKAGE} {llvm}\n");
        fs::write(part.join(VERSIONS), versions)?;
        fs::rename(&part, &self.home)
            .with_context(|| format!("cannot move {} into place", part.display()))
    }
}

/// Unpacks LLVM's library aside, with the C library it needs; returns the package's version.
fn install_llvm(part: &Path, logs: &Path) -> Result<String> {
    let home = part.join("llvm");
    let version = home.join("version");
    if !version.is_file() {
        let step = Step::start(format!(
            "{LLVM_PACKAGE} from Debian unstable, unpacked aside"
        ));
        let found = debian::unpack(LLVM_PACKAGE, &home, &part.join("apt"), logs, &step)?;
        if !home.join(LIBRARIES).join(LLVM_LIBRARY).exists() {
            bail!("the package {LLVM_PACKAGE} {found} does not hold {LLVM_LIBRARY}");
        }
        fs::write(&version, found)?;
        step.done();
    }
    Ok(fs::read_to_string(version)?)
}

/// Compiles the linker, and writes the script that runs it with the LLVM beside it.
fn install_linker(part: &Path, logs: &Path) -> Result<()> {
    let script = part.join("bin/link");
    if script.is_file() {
        return Ok(());
    }
    let step = Step::start(format!("{LINKER} {LINKER_VERSION} from crates.io"));
    let mut command = Command::new(host_cargo());
    command
        .args([
            "install",
            LINKER,
            "--version",
            LINKER_VERSION,
            "--locked",
            "--root",
        ])
        .arg(part)
        .env("CARGO_TARGET_DIR", part.join("linker-build"));
    run_logged(&mut command, &logs.join("linker.log"), &step)?;
    fs::remove_dir_all(part.join("linker-build"))?;
    let text = loader_script("link", "llvm", &format!("bin/{LINKER}"));
    write_executable(&script, &text)?;
    step.done();
    Ok(())
}

/// What was unpacked of Debian unstable needs a newer C library than Debian 12 has, so the program
/// runs with the loader that came along in `packages`. The script, `bin/<name>`, finds its folder by
/// its own path: a toolchain is built elsewhere and moved.
pub(crate) fn loader_script(name: &str, packages: &str, program: &str) -> String {
    format!(
        "#!/bin/sh\n\
         home=${{0%/bin/{name}}}\n\
         lib=$home/{packages}/{LIBRARIES}\n\
         LD_LIBRARY_PATH=$lib exec \"$lib/ld-linux-x86-64.so.2\" --library-path \"$lib\" \
         \"$home/{program}\" \"$@\"\n"
    )
}

pub(crate) fn write_executable(path: &Path, text: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// Takes a lock that ends with the returned file; says so when another process holds it.
pub(crate) fn lock(path: &Path) -> Result<File> {
    let dir = path.parent().unwrap_or(path);
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            ui::note("waiting for another `cargo xtask` that is building the same");
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    Ok(file)
}
