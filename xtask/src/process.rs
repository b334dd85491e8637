//! Running other tools: their output goes to a log, and a failure shows the part that matters.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

use crate::ui::Step;

/// Lines of a log that an error message carries when the log names no error.
const TAIL_LINES: usize = 25;
/// Lines of a log that an error message carries from the first error on.
const ERROR_LINES: usize = 120;

/// Runs a command with its output (both streams, in order) in `log`; the step shows each line.
pub(crate) fn run_logged(command: &mut Command, log: &Path, step: &Step) -> Result<()> {
    let shown = command_line(command);
    if let Some(dir) = log.parent() {
        fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    }
    let mut file =
        File::create(log).with_context(|| format!("cannot write the log {}", log.display()))?;
    writeln!(file, "$ {shown}")?;

    let (reader, writer) = std::io::pipe().context("cannot create a pipe")?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer.try_clone().context("cannot share a pipe")?)
        .stderr(writer)
        .spawn()
        .with_context(|| format!("`{shown}` does not start"))?;
    // The command holds the pipe's writing ends; while it does, the reader never sees the end.
    command.stdout(Stdio::null()).stderr(Stdio::null());

    let mut lines = BufReader::new(reader);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        file.write_all(&line)?;
        step.at(&String::from_utf8_lossy(&line));
        line.clear();
    }
    let status = child.wait()?;
    if !status.success() {
        let text = fs::read(log).unwrap_or_default();
        bail!(
            "`{shown}` failed ({}). The end of its output:\n\n{}\n\nWhole log: {}",
            describe(status),
            excerpt(&String::from_utf8_lossy(&text)),
            log.display()
        );
    }
    Ok(())
}

/// Runs a command with this process's own streams.
pub(crate) fn run_visible(command: &mut Command) -> Result<()> {
    let shown = command_line(command);
    let status = command
        .status()
        .with_context(|| format!("`{shown}` does not start"))?;
    if !status.success() {
        bail!("`{shown}` failed ({})", describe(status));
    }
    Ok(())
}

/// The first line a command prints, or an error that names the command.
pub(crate) fn first_line(command: &mut Command) -> Result<String> {
    let shown = command_line(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{shown}` does not start"))?;
    if !output.status.success() {
        bail!("`{shown}` failed ({})", describe(output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

/// The command as it would be typed, without its environment.
pub(crate) fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| quote(&word.to_string_lossy()))
        .collect::<Vec<_>>()
        .join(" ")
}

fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn describe(status: ExitStatus) -> String {
    status.to_string()
}

/// What of a log to show: from the first compiler error, else the last lines.
fn excerpt(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    let first_error = lines.iter().position(|line| {
        let line = console::strip_ansi_codes(line);
        line.starts_with("error") || line.starts_with("E: ")
    });
    let (from, to) = match first_error {
        Some(at) => (at, lines.len().min(at + ERROR_LINES)),
        None => (lines.len().saturating_sub(TAIL_LINES), lines.len()),
    };
    let mut shown = lines[from..to].join("\n");
    if to < lines.len() {
        shown.push_str(&format!("\n… and {} more lines", lines.len() - to));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_can_be_pasted() {
        let mut command = Command::new("cargo");
        command.args(["test", "--package", "a b", "it's", ""]);
        assert_eq!(
            command_line(&command),
            r"cargo test --package 'a b' 'it'\''s' ''"
        );
    }

    #[test]
    fn an_excerpt_starts_at_the_first_error() {
        let log = "Compiling a\nwarning: unused\nerror[E0425]: no such name\n  --> a.rs:1\n";
        assert_eq!(excerpt(log), "error[E0425]: no such name\n  --> a.rs:1");
        assert_eq!(
            excerpt("\u{1b}[1merror\u{1b}[0m: x"),
            "\u{1b}[1merror\u{1b}[0m: x"
        );
    }

    #[test]
    fn an_excerpt_without_errors_is_the_tail() {
        let log: Vec<String> = (0..100).map(|n| format!("line {n}")).collect();
        let shown = excerpt(&log.join("\n"));
        assert!(shown.starts_with("line 75\n"));
        assert!(shown.ends_with("line 99"));
    }

    #[test]
    fn a_long_error_says_how_much_is_left_out() {
        let log = format!("error: x\n{}", "more\n".repeat(200));
        assert!(excerpt(&log).ends_with("… and 81 more lines"));
    }

    #[test]
    fn a_failure_carries_the_log_and_its_place() {
        let log = std::env::temp_dir().join(format!("xtask-process-{}.log", std::process::id()));
        let step = Step::start("failing on purpose");
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two >&2; exit 3"]);
        let error = run_logged(&mut command, &log, &step)
            .unwrap_err()
            .to_string();
        fs::remove_file(&log).unwrap();
        assert!(error.contains("exit status: 3"), "{error}");
        assert!(error.contains("one\ntwo"), "{error}");
        assert!(error.contains(&log.display().to_string()), "{error}");
    }
}
