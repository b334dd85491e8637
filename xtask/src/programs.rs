//! The workspace's on-chain programs, and `build-programs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::fingerprint::{Fingerprint, Stamp};
use crate::sbf::{Compiler, idl};
use crate::ui::{self, Step};
use crate::workspace::Workspace;

/// A crate that is compiled to bytecode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    /// Its Cargo package, such as `sealane-amm`.
    pub(crate) package: String,
    /// Its version.
    pub(crate) version: String,
    /// Its library, such as `sealane_amm`: the name of the bytecode and of the IDL.
    pub(crate) library: String,
    /// Its folder.
    pub(crate) dir: PathBuf,
    /// Whether it ships; the others are loaded by tests only.
    pub(crate) ships: bool,
    /// Whether it can describe its interface.
    pub(crate) has_idl: bool,
    /// The folders of this workspace that its bytecode is made from, its own among them.
    sources: BTreeSet<PathBuf>,
}

impl Program {
    /// Every program of the workspace: its members with a `cdylib`, in the order of their names.
    pub(crate) fn discover(workspace: &Workspace) -> Result<Vec<Self>> {
        let mut programs = from_packages(&workspace.root, &workspace.packages()?);
        programs.sort_by(|a, b| (!a.ships, &a.library).cmp(&(!b.ships, &b.library)));
        Ok(programs)
    }

    /// Where its bytecode goes.
    pub(crate) fn bytecode(&self, workspace: &Workspace) -> PathBuf {
        let dir = if self.ships {
            workspace.deploy_dir()
        } else {
            workspace.test_programs_dir()
        };
        dir.join(format!("{}.so", self.library))
    }

    /// Where its interface description goes.
    pub(crate) fn idl(&self, workspace: &Workspace) -> PathBuf {
        workspace.idl_dir().join(format!("{}.json", self.library))
    }

    /// A hash of everything in the checkout that its bytecode depends on.
    fn inputs(&self, workspace: &Workspace, toolchain: &str) -> Result<String> {
        let root = &workspace.root;
        let mut print = Fingerprint::default();
        print.text("toolchain", toolchain);
        print.text("package", &self.package);
        print.file(root, &root.join("Cargo.toml"))?;
        let lock = root.join("Cargo.lock");
        if lock.is_file() {
            print.file(root, &lock)?;
        }
        for dir in &self.sources {
            print.tree(root, dir)?;
        }
        Ok(print.finish())
    }
}

fn from_packages(root: &Path, packages: &[Value]) -> Vec<Program> {
    let folders: BTreeMap<PathBuf, &Value> = packages
        .iter()
        .filter_map(|package| Some((folder(package)?, package)))
        .collect();
    let mut programs = Vec::new();
    for (dir, package) in &folders {
        let Some(library) = cdylib(package) else {
            continue;
        };
        programs.push(Program {
            package: text(&package["name"]),
            version: text(&package["version"]),
            library,
            ships: dir.starts_with(root.join("programs")),
            has_idl: !package["features"]["idl-build"].is_null(),
            sources: sources(dir, &folders),
            dir: dir.clone(),
        });
    }
    programs
}

/// The name of a package's `cdylib`, as its file has it.
fn cdylib(package: &Value) -> Option<String> {
    let targets = package["targets"].as_array()?;
    let target = targets.iter().find(|target| {
        let types = target["crate_types"].as_array();
        types.is_some_and(|types| types.iter().any(|kind| kind == "cdylib"))
    })?;
    Some(text(&target["name"]).replace('-', "_"))
}

/// The folders of this workspace that a package is made from, its own among them.
pub(crate) fn sources_of(packages: &[Value], name: &str) -> BTreeSet<PathBuf> {
    let folders: BTreeMap<PathBuf, &Value> = packages
        .iter()
        .filter_map(|package| Some((folder(package)?, package)))
        .collect();
    let own = folders
        .iter()
        .find(|(_, package)| package["name"] == name)
        .map(|(dir, _)| dir.clone());
    own.map_or_else(BTreeSet::new, |dir| sources(&dir, &folders))
}

/// A folder and those of the path dependencies it is built from, directly or not.
fn sources(dir: &Path, folders: &BTreeMap<PathBuf, &Value>) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut pending = vec![dir.to_path_buf()];
    while let Some(dir) = pending.pop() {
        let Some(package) = folders.get(&dir) else {
            continue;
        };
        if !found.insert(dir) {
            continue;
        }
        let dependencies = package["dependencies"].as_array();
        for dependency in dependencies.into_iter().flatten() {
            if dependency["kind"] != "dev"
                && let Some(path) = dependency["path"].as_str()
            {
                pending.push(PathBuf::from(path));
            }
        }
    }
    found
}

fn folder(package: &Value) -> Option<PathBuf> {
    let manifest = Path::new(package["manifest_path"].as_str()?);
    manifest.parent().map(Path::to_path_buf)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Compiles the programs whose sources, dependencies or toolchain changed, and writes their IDLs:
/// those named, or all.
pub(crate) fn build(workspace: &Workspace, names: &[String], force: bool) -> Result<()> {
    let programs = select(Program::discover(workspace)?, names)?;
    let compiler = Compiler::choose(workspace)?;
    for program in &programs {
        build_bytecode(workspace, &compiler, program, force)
            .with_context(|| format!("{} was not compiled to bytecode", program.package))?;
        if program.has_idl {
            build_idl(workspace, program, force)
                .with_context(|| format!("the IDL of {} was not written", program.package))?;
        }
    }
    Ok(())
}

fn select(mut programs: Vec<Program>, names: &[String]) -> Result<Vec<Program>> {
    let known = |program: &Program, name: &str| program.package == name || program.library == name;
    if let Some(name) = names
        .iter()
        .find(|name| !programs.iter().any(|program| known(program, name)))
    {
        let all: Vec<&str> = programs.iter().map(|program| &*program.package).collect();
        bail!(
            "there is no program `{name}`; the programs are: {}",
            all.join(", ")
        );
    }
    if !names.is_empty() {
        programs.retain(|program| names.iter().any(|name| known(program, name)));
    }
    Ok(programs)
}

fn build_bytecode(
    workspace: &Workspace,
    compiler: &Compiler,
    program: &Program,
    force: bool,
) -> Result<()> {
    let output = program.bytecode(workspace);
    let stamp = Stamp::of(&output);
    let inputs = program.inputs(workspace, compiler.id())?;
    if !force && stamp.is_current(&inputs) {
        ui::note(format!("{} is up to date", workspace.relative(&output)));
        return Ok(());
    }
    create_parent(&output)?;
    compiler.ensure_installed(workspace)?;
    let step = Step::start(format!("compiling {} to bytecode", program.package));
    compiler.build(workspace, program, &output, &step)?;
    stamp.record(&inputs)?;
    step.done();
    let size = fs::metadata(&output)?.len();
    ui::note(format!("{} ({size} bytes)", workspace.relative(&output)));
    Ok(())
}

fn build_idl(workspace: &Workspace, program: &Program, force: bool) -> Result<()> {
    let output = program.idl(workspace);
    let stamp = Stamp::of(&output);
    let inputs = program.inputs(workspace, "host")?;
    if !force && stamp.is_current(&inputs) {
        ui::note(format!("{} is up to date", workspace.relative(&output)));
        return Ok(());
    }
    create_parent(&output)?;
    let step = Step::start(format!("describing the interface of {}", program.package));
    idl::write(workspace, program, &output, &step)?;
    stamp.record(&inputs)?;
    step.done();
    ui::note(format!("{}", workspace.relative(&output)));
    Ok(())
}

fn create_parent(path: &Path) -> Result<()> {
    let dir = path.parent().unwrap_or(path);
    fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, dir: &str, crate_type: &str, dependencies: Value) -> Value {
        json!({
            "name": name,
            "version": "1.2.3",
            "manifest_path": format!("/repo/{dir}/Cargo.toml"),
            "targets": [{"name": name, "crate_types": [crate_type, "lib"]}],
            "features": {},
            "dependencies": dependencies,
        })
    }

    #[test]
    fn programs_are_the_packages_with_a_cdylib() {
        let mut amm = package(
            "sealane-amm",
            "programs/amm",
            "cdylib",
            json!([{"path": "/repo/engine/core", "kind": null}, {"kind": null}]),
        );
        amm["features"] = json!({"idl-build": []});
        let packages = [
            amm,
            package("sealane-probe", "tests/probe", "cdylib", json!([])),
            package(
                "sealane-core",
                "engine/core",
                "lib",
                json!([{"path": "/repo/tests", "kind": "dev"}]),
            ),
            package("sealane-testkit", "tests", "lib", json!([])),
        ];
        let programs = from_packages(Path::new("/repo"), &packages);
        assert_eq!(programs.len(), 2);
        assert_eq!(programs[0].library, "sealane_amm");
        assert!(programs[0].ships && programs[0].has_idl);
        let sources: Vec<_> = programs[0].sources.iter().collect();
        assert_eq!(
            sources,
            [
                Path::new("/repo/engine/core"),
                Path::new("/repo/programs/amm")
            ]
        );
        assert_eq!(programs[1].library, "sealane_probe");
        assert!(!programs[1].ships && !programs[1].has_idl);

        let one = select(programs.clone(), &["sealane_probe".to_owned()]).unwrap();
        assert_eq!(one[0].package, "sealane-probe");
        assert_eq!(select(programs.clone(), &[]).unwrap().len(), 2);
        let error = select(programs, &["nothing".to_owned()]).unwrap_err();
        assert!(error.to_string().contains("sealane-amm, sealane-probe"));
    }
}
