//! What the registry toolchain takes from Debian: packages, and one library of a newer release.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{command_line, first_line, run_logged};
use crate::ui::Step;
use crate::workspace::{Workspace, find_on_path};

/// What the toolchain needs. The compiler's sources must be of its own version, so both come from
/// Debian.
const PACKAGES: [&str; 5] = ["cargo-web", "clang", "patch", "rust-web-src", "rustc-web"];
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
const ELSEWHERE: &str = "On other systems install the Solana CLI tools, which bring \
    `cargo build-sbf`: this command then uses them.";

/// Refuses machines that the registry toolchain is not made for.
pub(super) fn require() -> Result<()> {
    supported(env::consts::OS, env::consts::ARCH, &release())
}

/// Whether packages of Debian can be unpacked and run on this machine.
pub(crate) fn is_supported() -> bool {
    supported(env::consts::OS, env::consts::ARCH, &release()).is_ok()
}

fn release() -> String {
    fs::read_to_string("/etc/os-release").unwrap_or_default()
}

fn supported(os: &str, arch: &str, release: &str) -> Result<()> {
    let field = |name: &str| {
        let line = release.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.trim_matches('"').to_owned())
    };
    let id = field("ID=").unwrap_or_else(|| os.to_owned());
    let version = field("VERSION_ID=").unwrap_or_default();
    if id == "debian" && version == "12" && arch == "x86_64" {
        return Ok(());
    }
    bail!(
        "`cargo build-sbf` is not installed, and without it programs can be compiled on Debian 12 \
         (x86_64) only; this is {id} {version} ({arch}). {ELSEWHERE}"
    )
}

/// Installs the compiler's packages where they are missing.
pub(super) fn ensure_packages(workspace: &Workspace) -> Result<()> {
    ensure(workspace, &PACKAGES)
}

/// Installs the packages that are missing; without the right to, says what to type. Does nothing
/// where there is no dpkg: what is missing there is for the tools' own messages to say.
pub(super) fn ensure(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    if find_on_path("dpkg-query").is_none() {
        return Ok(());
    }
    let query = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Abbrev}\n"])
        .args(packages)
        .output()
        .context("`dpkg-query` does not start")?;
    // It fails where one package is unknown, and still lists the others.
    let listed = String::from_utf8_lossy(&query.stdout);
    match missing(packages, &listed)[..] {
        [] => Ok(()),
        ref missing => install(workspace, missing),
    }
}

/// The packages that a list of names and states does not have as installed.
fn missing<'a>(packages: &[&'a str], listed: &str) -> Vec<&'a str> {
    let installed = |package: &str| {
        let states = listed.lines().filter_map(|line| line.split_once(' '));
        states
            .filter(|(name, _)| *name == package)
            .any(|(_, state)| state.starts_with("ii"))
    };
    let missing = packages.iter().filter(|package| !installed(package));
    missing.copied().collect()
}

fn install(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    let wanted = packages.join(" ");
    if !is_root()? {
        bail!(
            "this needs packages that are not installed. Install them, then run it again:\n\n    \
             sudo apt-get install --no-install-recommends {wanted}\n"
        );
    }
    let logs = workspace.cache.join("logs");
    let step = Step::start(format!("Debian packages: {wanted}"));
    run_logged(
        apt_get(None).arg("update"),
        &logs.join("apt-update.log"),
        &step,
    )?;
    let mut install = apt_get(None);
    install
        .args(["install", "--yes", "--no-install-recommends"])
        .args(packages);
    run_logged(&mut install, &logs.join("apt-install.log"), &step)?;
    step.done();
    Ok(())
}

fn is_root() -> Result<bool> {
    Ok(first_line(Command::new("id").arg("-u"))? == "0")
}

fn apt_get(configuration: Option<&Path>) -> Command {
    let mut command = Command::new("apt-get");
    command.arg("-q").env("DEBIAN_FRONTEND", "noninteractive");
    if let Some(file) = configuration {
        command.env("APT_CONFIG", file);
    }
    command
}

/// Downloads a package of Debian unstable and everything it depends on, and unpacks them into a
/// folder: nothing is installed. Returns the package's version.
///
/// apt gets folders and an empty status file of its own, so it neither needs root nor sees what
/// the machine has installed.
pub(crate) fn unpack(
    package: &str,
    into: &Path,
    scratch: &Path,
    logs: &Path,
    step: &Step,
) -> Result<String> {
    let configuration = write_configuration(scratch)?;
    run_logged(
        apt_get(Some(&configuration)).arg("update"),
        &logs.join(format!("{package}-update.log")),
        step,
    )?;
    let mut download = apt_get(Some(&configuration));
    download
        .args([
            "install",
            "--yes",
            "--download-only",
            "--no-install-recommends",
        ])
        .arg(package);
    run_logged(
        &mut download,
        &logs.join(format!("{package}-download.log")),
        step,
    )?;

    if into.exists() {
        fs::remove_dir_all(into)?;
    }
    fs::create_dir_all(into)?;
    let mut version = None;
    for archive in archives(&scratch.join("cache/archives"))? {
        let name = archive.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(&format!("{package}_")) {
            version = Some(first_line(
                Command::new("dpkg-deb")
                    .arg("--field")
                    .arg(&archive)
                    .arg("Version"),
            )?);
        }
        let mut extract = Command::new("dpkg-deb");
        extract.arg("--extract").arg(&archive).arg(into);
        run_logged(
            &mut extract,
            &logs.join(format!("{package}-unpack.log")),
            step,
        )?;
    }
    fs::remove_dir_all(scratch)?;
    version.with_context(|| format!("`{}` brought no {package}", command_line(&download)))
}

fn archives(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            found.push(path);
        }
    }
    Ok(found)
}

fn write_configuration(scratch: &Path) -> Result<PathBuf> {
    for dir in ["state/lists/partial", "cache/archives/partial"] {
        fs::create_dir_all(scratch.join(dir))?;
    }
    fs::write(scratch.join("status"), "")?;
    let mirror = mirror()?;
    let sources = scratch.join("sources.list");
    fs::write(
        &sources,
        format!("deb [signed-by={KEYRING}] {mirror} sid main\n"),
    )?;
    let shown = scratch.display();
    let configuration = scratch.join("apt.conf");
    fs::write(
        &configuration,
        format!(
            "Dir::Etc::sourcelist \"{shown}/sources.list\";\n\
             Dir::Etc::sourceparts \"-\";\n\
             Dir::State \"{shown}/state\";\n\
             Dir::State::status \"{shown}/status\";\n\
             Dir::Cache \"{shown}/cache\";\n"
        ),
    )?;
    Ok(configuration)
}

/// The Debian mirror that this machine is set up with.
fn mirror() -> Result<String> {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(entries) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(entries.flatten().map(|entry| entry.path()));
    }
    let texts = files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok());
    texts
        .filter_map(|text| mirror_in(&text))
        .next()
        .context("apt has no Debian mirror: add one to /etc/apt/sources.list")
}

/// The first archive address in a source list of either format.
fn mirror_in(sources: &str) -> Option<String> {
    let lines = sources
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let words = lines.flat_map(str::split_whitespace);
    words
        .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
        .find(|word| word.trim_end_matches('/').ends_with("/debian"))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOKWORM: &str = "PRETTY_NAME=\"Debian\"\nVERSION_ID=\"12\"\nID=debian\n";

    #[test]
    fn other_machines_are_refused_by_name() {
        supported("linux", "x86_64", BOOKWORM).unwrap();
        let arm = supported("linux", "aarch64", BOOKWORM).unwrap_err();
        assert!(arm.to_string().contains("debian 12 (aarch64)"));
        let mac = supported("macos", "aarch64", "").unwrap_err().to_string();
        assert!(mac.contains("macos"), "{mac}");
        assert!(mac.contains("Solana CLI tools"), "{mac}");
        let ubuntu = "ID=ubuntu\nVERSION_ID=\"24.04\"\n";
        assert!(supported("linux", "x86_64", ubuntu).is_err());
    }

    #[test]
    fn only_installed_packages_count() {
        let listed = "clang ii \npatch rc \nclangd ii \n";
        assert_eq!(
            missing(&["clang", "patch", "cmake"], listed),
            ["patch", "cmake"]
        );
    }

    #[test]
    fn mirrors_are_found_in_both_formats() {
        let old = "# deb http://old/debian x\ndeb http://mirror.example/debian bookworm main\n";
        assert_eq!(mirror_in(old).unwrap(), "http://mirror.example/debian");
        let new = "Types: deb\nURIs: https://mirror.example/debian/\nSuites: bookworm\n";
        assert_eq!(mirror_in(new).unwrap(), "https://mirror.example/debian/");
        assert_eq!(
            mirror_in("deb http://mirror.example/debian-security x main"),
            None
        );
    }
}
