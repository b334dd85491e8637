//! A spinner while something is being done; nothing off a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// Turns until dropped, and leaves nothing behind.
pub(crate) struct Spinner(Option<ProgressBar>);

impl Spinner {
    pub(super) fn start(animated: bool, what: String) -> Self {
        if !animated {
            return Self(None);
        }
        let bar = ProgressBar::new_spinner().with_message(what);
        // The template is a constant: it parses, or the first run shows that it does not.
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg} {elapsed:.dim}") {
            bar.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "));
        }
        bar.enable_steady_tick(TICK);
        Self(Some(bar))
    }

    /// Says something else.
    pub(crate) fn say(&self, what: impl Into<String>) {
        if let Some(bar) = &self.0 {
            bar.set_message(what.into());
        }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
