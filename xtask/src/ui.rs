//! Progress: a spinner with elapsed time on a terminal, plain lines elsewhere. Always on stderr, so
//! that stdout carries results alone.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use console::style;
use indicatif::{ProgressBar, ProgressStyle};

/// Off a terminal a step that took less than this gets no second line.
const WORTH_A_LINE: Duration = Duration::from_secs(5);

/// One piece of work in progress.
pub(crate) struct Step {
    name: String,
    started: Instant,
    spinner: Option<ProgressBar>,
}

impl Step {
    /// Announces the work.
    pub(crate) fn start(name: impl Into<String>) -> Self {
        let name = name.into();
        let spinner = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner().with_style(
                ProgressStyle::with_template(
                    "{spinner:.cyan} {prefix} {elapsed:.dim} {wide_msg:.dim}",
                )
                .unwrap_or_else(|_| ProgressStyle::default_spinner()),
            );
            bar.set_prefix(name.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if spinner.is_none() {
            eprintln!("==> {name}");
        }
        Self {
            name,
            started: Instant::now(),
            spinner,
        }
    }

    /// Shows what the work is at: on a terminal only, where the line is overwritten.
    pub(crate) fn at(&self, what: &str) {
        if let Some(spinner) = &self.spinner {
            spinner.set_message(console::strip_ansi_codes(what).trim().to_owned());
        }
    }

    /// Announces the end of the work.
    pub(crate) fn done(self) {
        let elapsed = self.started.elapsed();
        match &self.spinner {
            Some(spinner) => {
                spinner.finish_and_clear();
                eprintln!(
                    "{} {} {}",
                    style("✓").green(),
                    self.name,
                    style(human(elapsed)).dim()
                );
            }
            None if elapsed >= WORTH_A_LINE => eprintln!("    done in {}", human(elapsed)),
            None => {}
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Some(spinner) = &self.spinner
            && !spinner.is_finished()
        {
            spinner.finish_and_clear();
            eprintln!("{} {}", style("✗").red(), self.name);
        }
    }
}

/// A line about something that needed no work.
pub(crate) fn note(text: impl AsRef<str>) {
    eprintln!("{}", text.as_ref());
}

/// A duration as a person reads it.
pub(crate) fn human(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(human(Duration::from_millis(340)), "0.3 s");
        assert_eq!(human(Duration::from_secs(42)), "42 s");
        assert_eq!(human(Duration::from_secs(125)), "2 min 05 s");
        assert_eq!(human(Duration::from_secs(3_720)), "1 h 02 min");
    }
}
