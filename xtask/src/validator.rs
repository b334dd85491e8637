//! Agave's test validator: the installed one, or one built once from crates.io.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::run_logged;
use crate::sbf::{ensure_packages, toolchain::lock};
use crate::ui::{self, Step};
use crate::workspace::{Workspace, find_on_path};

/// Tells the other binaries which validator to run, and tests to run on it.
pub(crate) const VARIABLE: &str = "SEALANE_VALIDATOR";

const CRATE: &str = "agave-validator";
const VERSION: &str = "4.2.2";
const BINARY: &str = "solana-test-validator";
/// What its native dependencies are compiled with.
const PACKAGES: [&str; 7] = [
    "clang",
    "cmake",
    "libclang-dev",
    "libssl-dev",
    "libudev-dev",
    "pkg-config",
    "protobuf-compiler",
];

/// The validator to run, built first if there is none.
pub(crate) fn ensure(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(asked) = env::var_os(VARIABLE).map(PathBuf::from) {
        if !asked.is_file() {
            bail!("{VARIABLE} is {}, which is not a file", asked.display());
        }
        return Ok(asked);
    }
    let home = workspace.cache.join(format!("validator-{VERSION}"));
    let cached = home.join("bin").join(BINARY);
    if let Some(found) = find_on_path(BINARY) {
        return Ok(found);
    }
    if cached.is_file() {
        return Ok(cached);
    }
    let _lock = lock(&workspace.cache.join(format!("validator-{VERSION}.lock")))?;
    if !cached.is_file() {
        build(workspace, &home)?;
    }
    Ok(cached)
}

fn build(workspace: &Workspace, home: &Path) -> Result<()> {
    ui::note(format!(
        "{BINARY} is not installed. Building {CRATE} {VERSION} from crates.io, once for this \
         machine, in {}.\nThis takes about an hour of processor time, and on Debian these packages: \
         {}.",
        home.display(),
        PACKAGES.join(" ")
    ));
    ensure_packages(workspace, &PACKAGES)?;
    let target = workspace.cache.join("validator-build");
    let step = Step::start(format!("{CRATE} {VERSION}"));
    let mut command = workspace.cargo();
    command
        .args(["install", CRATE, "--version", VERSION, "--bin", BINARY])
        .args(["--locked", "--root"])
        .arg(home)
        .env("CARGO_TARGET_DIR", &target)
        // Half the time of the defaults, for a chain that serves tests.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    run_logged(
        &mut command,
        &workspace.cache.join("logs/validator.log"),
        &step,
    )?;
    step.done();
    fs::remove_dir_all(&target).with_context(|| format!("cannot remove {}", target.display()))
}
