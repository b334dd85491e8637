//! `wasm`: the SDK compiled to WebAssembly, for the web app.
//!
//! [`toolchain`] is what compiles it, [`build`] compiles, writes the JavaScript around it, and makes
//! it small.

mod build;
mod toolchain;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::fingerprint::{Fingerprint, Stamp};
use crate::host::{SELECTION, linting_cargo};
use crate::process::run_visible;
use crate::programs::sources_of;
use crate::sbf::{self, toolchain::lock};
use crate::ui::{self, Step};
use crate::workspace::{Workspace, find_on_path};
use toolchain::Toolchain;

/// The package that is compiled.
const PACKAGE: &str = "sealane-wasm";
/// Its library, and how the files are named that are written.
const LIBRARY: &str = "sealane_wasm";

/// The example that writes what the compiled library is compared with.
const FIXTURE: &str = "wasm_fixture";
/// What compares it.
const TEST: &str = "sdk/wasm/tests/equality.test.mjs";

/// Where the files go that the web app imports.
fn output_dir(workspace: &Workspace) -> PathBuf {
    workspace.root.join("app/web/src/wasm")
}

/// The compiled library among them.
pub(crate) fn module(workspace: &Workspace) -> PathBuf {
    output_dir(workspace).join(format!("{LIBRARY}_bg.wasm"))
}

/// All of them.
fn outputs(dir: &Path) -> [PathBuf; 4] {
    ["_bg.wasm", "_bg.wasm.d.ts", ".js", ".d.ts"].map(|end| dir.join(format!("{LIBRARY}{end}")))
}

/// Compiles the SDK if its sources, its dependencies or the toolchain changed.
pub(crate) fn build(workspace: &Workspace, force: bool) -> Result<()> {
    let toolchain = Toolchain::describe(workspace)?;
    let dir = output_dir(workspace);
    let stamps = outputs(&dir).map(|output| Stamp::of(&output));
    let inputs = inputs(workspace, toolchain.id())?;
    let shown = module(workspace);
    if !force && stamps.iter().all(|stamp| stamp.is_current(&inputs)) {
        ui::note(format!("{} is up to date", workspace.relative(&shown)));
        return Ok(());
    }
    toolchain.ensure_installed(workspace)?;
    create_dir(&dir)?;
    let target_dir = toolchain.target_dir(workspace);
    let hint = match target_dir.is_dir() {
        true => "",
        false => " (with its dependencies and Rust's library: some minutes)",
    };
    // Another checkout compiles to the same place.
    let _lock = lock(&target_dir.with_extension("lock"))?;
    let step = Step::start(format!("compiling {PACKAGE} to WebAssembly{hint}"));
    build::compile(workspace, &toolchain, &step)?;
    build::bind(workspace, &toolchain, &dir, &step)?;
    step.done();
    for stamp in &stamps {
        stamp.record(&inputs)?;
    }
    report(workspace, &shown)
}

/// Compares the compiled library with the SDK on this machine.
pub(crate) fn test(workspace: &Workspace) -> Result<()> {
    let node = find_on_path("node")
        .context("Node.js is not installed; the compiled library runs in nothing else here")?;
    build(workspace, false)?;
    let mut cargo = linting_cargo(workspace)?;
    run_visible(cargo.args(["build", "--example", FIXTURE]).args(SELECTION))?;
    let path = workspace.log_dir().join("wasm-fixture.json");
    create_dir(&workspace.log_dir())?;
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let binary = workspace.target_dir().join("debug/examples").join(FIXTURE);
    run_visible(Command::new(binary).stdout(file))?;
    run_visible(
        Command::new(node)
            .current_dir(&workspace.root)
            .args(["--test", TEST])
            .env("SEALANE_WASM", output_dir(workspace))
            .env("SEALANE_WASM_FIXTURE", &path),
    )
}

/// What the cache holds of WebAssembly toolchains other than the present one.
pub(crate) fn stale(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    // Where no toolchain can be had, none of those in the cache is of any use.
    let current = Toolchain::describe(workspace).ok();
    let is_current = |id: &str| current.as_ref().is_some_and(|current| current.id() == id);
    let mut stale = Vec::new();
    for entry in sbf::list(&workspace.cache)? {
        let name = sbf::file_name(&entry);
        let id = name.strip_prefix("wasm-").filter(|id| *id != "target");
        if entry.is_dir() && id.is_some_and(|id| !is_current(id)) {
            stale.push(entry);
        }
    }
    for entry in sbf::list(&workspace.cache.join("wasm-target"))? {
        if entry.is_dir() && !is_current(&sbf::file_name(&entry)) {
            stale.push(entry);
        }
    }
    Ok(stale)
}

/// A hash of everything in the checkout that the files depend on.
fn inputs(workspace: &Workspace, toolchain: &str) -> Result<String> {
    let root = &workspace.root;
    let mut print = Fingerprint::default();
    print.text("toolchain", toolchain);
    print.file(root, &root.join("Cargo.toml"))?;
    print.file(root, &root.join("Cargo.lock"))?;
    let sources = sources_of(&workspace.packages()?, PACKAGE);
    if sources.is_empty() {
        bail!("the workspace has no package {PACKAGE}");
    }
    for dir in sources {
        print.file(root, &dir.join("Cargo.toml"))?;
        print.tree(root, &dir.join("src"))?;
    }
    Ok(print.finish())
}

fn create_dir(dir: &Path) -> Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))
}

/// Says how large it is, and how large when it travels.
fn report(workspace: &Workspace, module: &Path) -> Result<()> {
    let size = fs::metadata(module)?.len();
    let packed = match find_on_path("gzip") {
        Some(gzip) => {
            let output = Command::new(gzip)
                .args(["-9", "--stdout"])
                .arg(module)
                .output();
            let output = output.context("`gzip` does not start")?;
            format!(", {} gzipped", output.stdout.len())
        }
        None => String::new(),
    };
    ui::note(format!(
        "{} ({size} bytes{packed})",
        workspace.relative(module)
    ));
    Ok(())
}
