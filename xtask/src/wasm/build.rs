//! Compiling, and what the web app imports.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::toolchain::{PATCHED, TARGET, Toolchain};
use super::{LIBRARY, PACKAGE, outputs};
use crate::process::run_logged;
use crate::sbf::{HOST_VARIABLES, cargo_home};
use crate::ui::Step;
use crate::workspace::Workspace;

/// The profile of the root manifest.
const PROFILE: &str = "wasm";
/// What the library uses beyond WebAssembly's first version, which every browser has had for years:
/// the optimiser is to use no more.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What says which toolchain of the host is in use: Debian's is called by its path.
const OF_RUSTUP: [&str; 2] = ["CARGO", "RUSTUP_TOOLCHAIN"];

/// Compiles the library.
pub(super) fn compile(workspace: &Workspace, toolchain: &Toolchain, step: &Step) -> Result<()> {
    let target_dir = toolchain.target_dir(workspace);
    // The patched crate has another place than the lock file says: the workspace's stays as it is.
    let lock = target_dir.join("Cargo.lock");
    fs::create_dir_all(&target_dir)
        .with_context(|| format!("cannot create {}", target_dir.display()))?;
    fs::copy(workspace.root.join("Cargo.lock"), &lock).context("cannot copy Cargo.lock")?;
    let log = workspace.log_dir().join("wasm.log");
    run_logged(&mut command(workspace, toolchain, &lock), &log, step)
}

fn command(workspace: &Workspace, toolchain: &Toolchain, lock: &Path) -> Command {
    let (mut cargo, build_std) = toolchain.cargo();
    for name in HOST_VARIABLES {
        if !OF_RUSTUP.contains(&name) {
            cargo.env_remove(name);
        }
    }
    let patch = format!("patch.crates-io.{PATCHED}.path={:?}", toolchain.patched());
    // Panic messages name source files: without this they would tell where this machine keeps them.
    let flags = [
        format!("--remap-path-prefix={}=/cargo", cargo_home().display()),
        format!("--remap-path-prefix={}=/sealane", workspace.root.display()),
    ];
    cargo
        .current_dir(&workspace.root)
        // A lock file elsewhere and the library's sources are unstable options.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env("CARGO_TARGET_DIR", toolchain.target_dir(workspace))
        .args(["rustc", "--lib", "--crate-type", "cdylib"])
        .args(["--package", PACKAGE, "--profile", PROFILE])
        .args(["--target", TARGET])
        .args(build_std)
        .args(["--config", &patch, "-Zlockfile-path", "--config"])
        .arg(format!("resolver.lockfile-path={lock:?}"));
    cargo
}

/// Writes the JavaScript and its declarations, and the library in as few bytes as possible.
pub(super) fn bind(
    workspace: &Workspace,
    toolchain: &Toolchain,
    dir: &Path,
    step: &Step,
) -> Result<()> {
    step.at("writing the JavaScript around it");
    let target_dir = toolchain.target_dir(workspace);
    let compiled = target_dir
        .join(TARGET)
        .join(PROFILE)
        .join(format!("{LIBRARY}.wasm"));
    let made = target_dir.join("bindings");
    if made.exists() {
        fs::remove_dir_all(&made)?;
    }
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(&compiled)
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    bindgen.generate(&made).with_context(|| {
        format!(
            "no JavaScript could be written around {}",
            compiled.display()
        )
    })?;
    optimise(workspace, toolchain, &made, step)?;
    for (from, to) in outputs(&made).iter().zip(outputs(dir)) {
        replace(from, &to)?;
    }
    Ok(())
}

fn optimise(workspace: &Workspace, toolchain: &Toolchain, dir: &Path, step: &Step) -> Result<()> {
    let Some(optimiser) = toolchain.optimiser() else {
        return Ok(());
    };
    step.at("making it smaller");
    let module = dir.join(format!("{LIBRARY}_bg.wasm"));
    let small = module.with_extension("small");
    let mut command = Command::new(optimiser);
    command.arg("-Os").args(FEATURES).arg(&module);
    command.arg("--output").arg(&small);
    run_logged(
        &mut command,
        &workspace.log_dir().join("wasm-opt.log"),
        step,
    )?;
    fs::rename(&small, &module).context("cannot replace the module")
}

/// Copies beside the destination and renames, so that no reader sees half a file.
fn replace(from: &Path, to: &Path) -> Result<()> {
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    fs::copy(from, &part).with_context(|| format!("there is no {}", from.display()))?;
    fs::rename(&part, to).with_context(|| format!("cannot write {}", to.display()))
}
