//! Progress on standard error: a spinner on a terminal, one line per step elsewhere.

use std::io::{IsTerminal as _, stderr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use console::style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sealane_localnet::Progress;

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// Shows steps as they begin and end.
pub(crate) struct Reporter {
    shown: Arc<Mutex<Shown>>,
}

struct Shown {
    bar: Option<ProgressBar>,
    quiet: bool,
    current: Option<(String, Instant)>,
}

impl Reporter {
    /// A reporter that says nothing if `quiet`.
    pub(crate) fn new(quiet: bool) -> Self {
        let bar = (!quiet && stderr().is_terminal()).then(spinner);
        Self {
            shown: Arc::new(Mutex::new(Shown {
                bar,
                quiet,
                current: None,
            })),
        }
    }

    /// A listener to hand to the work.
    pub(crate) fn progress(&self) -> Progress {
        let shown = Arc::clone(&self.shown);
        Progress::new(move |step| {
            shown
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .begin(step);
        })
    }

    /// Ends the last step, done.
    pub(crate) fn finish(&self) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.end_current(true);
        shown.rest();
    }

    /// Ends the last step, not done.
    pub(crate) fn abandon(&self) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.end_current(false);
        shown.rest();
    }
}

impl Shown {
    fn begin(&mut self, step: &str) {
        self.end_current(true);
        self.current = Some((step.to_owned(), Instant::now()));
        match &self.bar {
            Some(bar) => {
                bar.set_message(step.to_owned());
                bar.enable_steady_tick(TICK);
            }
            None if self.quiet => {}
            None => eprintln!("{step}"),
        }
    }

    fn end_current(&mut self, done: bool) {
        let (Some((step, begun)), Some(bar)) = (self.current.take(), &self.bar) else {
            return;
        };
        let mark = if done {
            style("✓").green()
        } else {
            style("✗").red()
        }
        .for_stderr();
        let time = style(format!("{:.1} s", begun.elapsed().as_secs_f32()))
            .dim()
            .for_stderr();
        bar.suspend(|| eprintln!("{mark} {step} {time}"));
    }

    /// Takes the spinner off the screen until the next step.
    fn rest(&self) {
        if let Some(bar) = &self.bar {
            bar.disable_steady_tick();
            bar.set_message("");
            bar.finish_and_clear();
            bar.reset();
        }
    }
}

fn spinner() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    // The template is a constant: it parses or the first run of anybody shows that it does not.
    if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg} {elapsed:.dim}") {
        bar.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "));
    }
    bar
}
