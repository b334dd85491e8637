//! Writing: outcomes to standard output, everything else to standard error.

mod ask;
mod facts;
mod progress;
mod table;

pub(crate) use facts::Facts;
pub(crate) use progress::Spinner;
pub(crate) use table::Grid;

use std::io::{IsTerminal as _, Write as _, stderr, stdin, stdout};

use console::style;
use serde::Serialize;

use crate::{
    arguments::{Format, Global},
    failure::Failure,
};

/// An outcome: JSON by its fields, and a text for people.
pub(crate) trait Report: Serialize {
    /// As people read it, without a line break at the end.
    fn text(&self) -> String;
}

/// Where and how to write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    format: Format,
    quiet: bool,
    /// Whether progress can be drawn.
    animated: bool,
    /// Whether there is somebody to ask, who has seen the preview.
    interactive: bool,
}

impl Output {
    pub(crate) fn new(global: &Global) -> Self {
        let quiet = global.quiet;
        Self {
            format: global.format(),
            quiet,
            // Lines of a log would be torn by a spinner.
            animated: !quiet && global.verbose == 0 && stderr().is_terminal(),
            interactive: stdin().is_terminal() && stdout().is_terminal() && stderr().is_terminal(),
        }
    }

    fn for_people(self) -> bool {
        self.format == Format::Table
    }

    /// Writes the outcome.
    pub(crate) fn report(self, report: &impl Report) {
        match self.format {
            Format::Json => write_json(report),
            Format::Table => write_line(&report.text()),
        }
    }

    /// Writes one of many outcomes of a command that goes on: JSON on a line of its own, and texts
    /// with a blank line between them.
    pub(crate) fn report_line(self, report: &impl Report) {
        match self.format {
            Format::Json => match serde_json::to_string(report) {
                Ok(text) => write_line(&text),
                Err(error) => not_json(&error),
            },
            Format::Table => write_line(&format!("{}\n", report.text())),
        }
    }

    /// Whether what is written may be drawn over, for somebody who looks on.
    pub(crate) fn draws(self) -> bool {
        self.for_people() && stdout().is_terminal()
    }

    /// Shows what is about to happen.
    pub(crate) fn preview(self, text: &str) {
        if self.for_people() && !self.quiet {
            write_line(text);
            write_line("");
        }
    }

    /// Shows what to do next, to a person at a terminal.
    pub(crate) fn next(self, text: &str) {
        if self.for_people() && !self.quiet && stderr().is_terminal() {
            eprintln!("\n{}", style(text).for_stderr().dim());
        }
    }

    /// Tells what somebody may not have thought of.
    pub(crate) fn warn(self, text: &str) {
        if self.for_people() && !self.quiet {
            eprintln!("{} {text}", style("warning:").for_stderr().yellow().bold());
        }
    }

    /// Shows that something is being done, until the spinner is dropped.
    pub(crate) fn working(self, what: impl Into<String>) -> Spinner {
        Spinner::start(self.animated, what.into())
    }

    /// Writes why there is no outcome.
    pub(crate) fn failure(self, failure: &Failure) {
        if !self.for_people() {
            return write_json(&failure.document());
        }
        eprintln!("{} {failure}", style("error:").for_stderr().red().bold());
        if let Some(hint) = failure.next_step() {
            eprintln!("{} {hint}", style(" next:").for_stderr().cyan().bold());
        }
        for line in failure.logs() {
            tracing::debug!(log = line);
        }
    }
}

/// One JSON document.
pub(crate) fn write_json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => write_line(&text),
        Err(error) => not_json(&error),
    }
}

fn not_json(error: &serde_json::Error) {
    eprintln!("error: the outcome cannot be written as JSON: {error}");
}

/// A reader who has seen enough, such as `head`, is no failure.
fn write_line(text: &str) {
    let _ = writeln!(stdout(), "{text}");
}
