//! Compiling one program with the registry toolchain.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::sysroot::{RUNTIME, TARGET};
use super::toolchain::{CARGO, RUSTC, Toolchain, lock};
use crate::process::run_logged;
use crate::programs::Program;
use crate::ui::Step;
use crate::workspace::Workspace;

/// Variables of the host's Cargo and rustup that would change what the other Cargo does.
pub(crate) const HOST_VARIABLES: [&str; 8] = [
    "CARGO",
    "CARGO_BUILD_TARGET",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTFLAGS",
    "RUSTUP_TOOLCHAIN",
];

/// Compiles a program and copies its bytecode to `output`.
pub(super) fn compile(
    workspace: &Workspace,
    toolchain: &Toolchain,
    program: &Program,
    output: &Path,
    log: &Path,
    step: &Step,
) -> Result<()> {
    let target_dir = toolchain.target_dir(workspace);
    // Cargo's own lock ends before the copy; another checkout could then put its program there.
    let _lock = lock(&target_dir.with_extension("lock"))?;
    let release = target_dir
        .join(Path::new(TARGET).file_stem().unwrap_or_default())
        .join("release");
    let file = format!("lib{}.so", program.library);
    let built = release.join(&file);
    // A program that another one depends on is linked for it as well, without its entry point and
    // under the same name. Cargo would take that file for this build's.
    for left_over in [release.join("deps").join(&file), built.clone()] {
        match fs::remove_file(&left_over) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error)
                    .with_context(|| format!("cannot remove {}", left_over.display()));
            }
            _ => {}
        }
    }
    run_logged(
        &mut command(workspace, toolchain, program, &target_dir),
        log,
        step,
    )?;
    copy_into_place(&built, output)
}

fn command(
    workspace: &Workspace,
    toolchain: &Toolchain,
    program: &Program,
    target_dir: &Path,
) -> Command {
    let home = toolchain.home();
    let mut command = Command::new(CARGO);
    for name in HOST_VARIABLES {
        command.env_remove(name);
    }
    command
        .current_dir(&workspace.root)
        .env("RUSTC", RUSTC)
        // The target, the library sources and their place are unstable options of a stable compiler.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC_BOOTSTRAP_SYNTHETIC_TARGET", "1")
        .env("__CARGO_TESTS_ONLY_SRC_ROOT", home.join("src/library"))
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            flags(home, &cargo_home()).join("\u{1f}"),
        )
        .env("CARGO_TARGET_DIR", target_dir)
        .args(["rustc", "--release", "--lib", "--crate-type", "cdylib"])
        .args(["--package", &program.package, "--target"])
        .arg(home.join(TARGET))
        .args(["-Zjson-target-spec", "-Zbuild-std-features="])
        .arg("-Zbuild-std=core,alloc,std,panic_abort");
    command
}

/// The compiler's flags. They are the same for every checkout, so dependencies are shared.
fn flags(home: &Path, cargo_home: &Path) -> Vec<String> {
    let mut flags = Vec::new();
    let mut codegen = |flag: String| flags.extend(["-C".to_owned(), flag]);
    codegen(format!("linker={}", home.join("bin/link").display()));
    codegen("panic=abort".into());
    codegen("relocation-model=static".into());
    // Programs are single-threaded, and BPF has no atomics before version 3.
    codegen("passes=lower-atomic".into());
    // A third of LLVM's default: programs pay for their size, and calls are cheap on the VM.
    codegen("llvm-args=--inline-threshold=75".into());
    codegen("llvm-args=--inlinehint-threshold=50".into());
    codegen("link-arg=--llvm-args=--inline-threshold=20".into());
    codegen("target-cpu=v4".into());
    codegen("target-feature=+allows-misaligned-mem-access".into());
    // In version 0, stack arguments would land in the gaps between stack frames.
    codegen("link-arg=--arch=v3".into());
    // The linker would put a copy of all that it links there, a program's dependencies among it.
    codegen("link-arg=--deploy=false".into());
    codegen(format!("link-arg={}", home.join(RUNTIME).display()));
    for option in [
        "bpf-stack-size=4096",
        // The VM knows neither sign-extending moves and loads nor jump tables.
        "disable-movsx",
        "disable-ldsx",
        "bpf-min-jump-table-entries=100000000",
    ] {
        codegen(format!("link-arg=--llvm-args=--{option}"));
    }
    // Panic messages name source files: without this, bytecode would differ between machines.
    flags.push(format!(
        "--remap-path-prefix={}=/rust",
        home.join("src").display()
    ));
    flags.push(format!(
        "--remap-path-prefix={}=/cargo",
        cargo_home.display()
    ));
    flags
}

pub(crate) fn cargo_home() -> PathBuf {
    env::var_os("CARGO_HOME").map_or_else(
        || PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cargo"),
        PathBuf::from,
    )
}

/// Copies beside the destination and renames, so that no reader sees half a program.
fn copy_into_place(from: &Path, to: &Path) -> Result<()> {
    let part = to.with_extension("so.part");
    fs::copy(from, &part)
        .with_context(|| format!("Cargo left no bytecode at {}", from.display()))?;
    fs::rename(&part, to).with_context(|| format!("cannot write {}", to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_come_in_pairs_and_depend_on_nothing_but_the_machine() {
        let flags = flags(Path::new("/cache/toolchain"), Path::new("/home/a/.cargo"));
        let codegen = flags.iter().filter(|flag| *flag == "-C").count();
        assert_eq!(flags.len(), codegen * 2 + 2);
        assert!(flags.contains(&"linker=/cache/toolchain/bin/link".to_owned()));
        assert!(flags.contains(&"--remap-path-prefix=/home/a/.cargo=/cargo".to_owned()));
    }
}
