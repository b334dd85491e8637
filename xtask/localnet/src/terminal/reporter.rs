//! Progress on standard error: a spinner on a terminal, one line per step elsewhere.

use std::io::{IsTerminal as _, stderr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::Progress;
use console::style;
use indicatif::{ProgressBar, ProgressStyle};

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(100);

/// How steps are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Spinner,
    Lines,
    Silent,
}

/// Shows steps as they begin and end.
pub struct Reporter {
    mode: Mode,
    current: Arc<Mutex<Option<Step>>>,
}

impl Reporter {
    /// A reporter that says nothing if `quiet`.
    pub fn new(quiet: bool) -> Self {
        let mode = match (quiet, stderr().is_terminal()) {
            (true, _) => Mode::Silent,
            (false, true) => Mode::Spinner,
            (false, false) => Mode::Lines,
        };
        Self {
            mode,
            current: Arc::default(),
        }
    }

    /// A listener to hand to the work.
    pub fn progress(&self) -> Progress {
        let mode = self.mode;
        let current = Arc::clone(&self.current);
        Progress::new(move |description| match mode {
            Mode::Silent => {}
            Mode::Lines => eprintln!("{description}"),
            Mode::Spinner => {
                let mut current = lock(&current);
                if let Some(step) = current.take() {
                    step.end(true);
                }
                *current = Some(Step::begin(description));
            }
        })
    }

    /// Ends the last step, done.
    pub fn finish(&self) {
        self.end(true);
    }

    /// Ends the last step, not done.
    pub fn abandon(&self) {
        self.end(false);
    }

    fn end(&self, done: bool) {
        if let Some(step) = lock(&self.current).take() {
            step.end(done);
        }
    }
}

/// A step with its spinner.
struct Step {
    description: String,
    begun: Instant,
    bar: ProgressBar,
}

impl Step {
    fn begin(description: &str) -> Self {
        let bar = ProgressBar::new_spinner().with_message(description.to_owned());
        // The template is a constant: either it parses or the first run shows that it does not.
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg} {elapsed:.dim}") {
            bar.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "));
        }
        bar.enable_steady_tick(TICK);
        Self {
            description: description.to_owned(),
            begun: Instant::now(),
            bar,
        }
    }

    fn end(self, done: bool) {
        self.bar.finish_and_clear();
        let mark = if done {
            style("✓").green()
        } else {
            style("✗").red()
        }
        .for_stderr();
        let seconds = self.begun.elapsed().as_secs_f32();
        let time = style(format!("{seconds:.1} s")).dim().for_stderr();
        eprintln!("{mark} {} {time}", self.description);
    }
}

fn lock(current: &Mutex<Option<Step>>) -> MutexGuard<'_, Option<Step>> {
    current.lock().unwrap_or_else(PoisonError::into_inner)
}
