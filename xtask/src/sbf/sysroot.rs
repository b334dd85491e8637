//! The parts of the toolchain that are made from this project's own files: the target, the standard
//! library patched for it, and the runtime that the linker adds to every program.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::run_logged;
use crate::ui::Step;

/// The target's description. Crates choose their on-chain code by `target_os = "solana"`.
pub(super) const TARGET: &str = "sbf-solana.json";
/// The runtime as the linker takes it.
pub(super) const RUNTIME: &str = "builtins.bc";
const RUNTIME_SOURCE: &str = "builtins.c";
const STD_PATCH: &str = "std-solana.patch";
const STD_SOURCES: &str = "/usr/lib/rustlib/src/rust/library";

/// The project's own files, by name.
pub(super) const DATA_FILES: [(&str, &str); 3] = [
    (TARGET, include_str!("../../sbf/sbf-solana.json")),
    (STD_PATCH, include_str!("../../sbf/std-solana.patch")),
    (RUNTIME_SOURCE, include_str!("../../sbf/builtins.c")),
];

/// Copies the standard library's sources and patches them for the Solana target.
pub(super) fn install_std(home: &Path, logs: &Path, step: &Step) -> Result<()> {
    for (name, content) in DATA_FILES {
        fs::write(home.join(name), content)?;
    }
    let sources = home.join("src");
    if sources.exists() {
        // A copy or a patch that was interrupted cannot be told from a whole one.
        fs::remove_dir_all(&sources)?;
    }
    fs::create_dir_all(&sources)?;
    let log = logs.join("std.log");
    let mut copy = Command::new("cp");
    copy.arg("-r").arg(STD_SOURCES).arg(sources.join("library"));
    run_logged(&mut copy, &log, step)?;
    let mut patch = Command::new("patch");
    patch
        .args(["--strip=1", "--batch", "--forward"])
        .arg("--directory")
        .arg(&sources)
        .arg("--input")
        .arg(home.join(STD_PATCH));
    run_logged(&mut patch, &log, step).context(
        "xtask/sbf/std-solana.patch does not fit the standard library of the installed rust-web-src",
    )
}

/// Compiles the runtime to LLVM bitcode, so that it is optimised along with the program.
pub(super) fn install_runtime(home: &Path, logs: &Path, step: &Step) -> Result<()> {
    let mut clang = Command::new("clang");
    clang
        .args([
            "-target",
            "bpf",
            "-O2",
            "-ffreestanding",
            "-fno-builtin",
            "-Wall",
            "-Werror",
        ])
        .args(["-emit-llvm", "-c"])
        .arg(home.join(RUNTIME_SOURCE))
        .arg("-o")
        .arg(home.join(RUNTIME));
    run_logged(&mut clang, &logs.join("runtime.log"), step)
}
