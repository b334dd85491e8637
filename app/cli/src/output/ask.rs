//! Asking before money moves.

use std::io::{BufRead as _, Write as _, stderr, stdin};

use console::style;

use super::Output;
use crate::failure::{Failure, Result};

impl Output {
    /// Fails where nobody can be asked and `yes` was not given: silence is no consent. For the
    /// beginning of a command that will ask.
    pub(crate) fn require_consent(self, yes: bool) -> Result<()> {
        if yes || (self.interactive && self.for_people() && !self.quiet) {
            return Ok(());
        }
        let failure = Failure::usage("NeedsConsent", "nobody can be asked whether to go on");
        Err(failure.hint("add --yes to go on without being asked"))
    }

    /// Goes on only if `yes` was given or somebody says so.
    pub(crate) fn consent(self, yes: bool, question: &str) -> Result<()> {
        self.require_consent(yes)?;
        if yes {
            return Ok(());
        }
        let question = style(question).for_stderr().bold();
        eprint!("{question} {} ", style("[y/N]").for_stderr().dim());
        // Without the question the answer below is "no".
        let _ = stderr().flush();
        let mut answer = String::new();
        let read = stdin().lock().read_line(&mut answer);
        if read.is_ok() && is_yes(&answer) {
            eprintln!();
            return Ok(());
        }
        Err(Failure::new("Declined", "nothing was sent").hint("answer y to go on, or add --yes"))
    }
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Format;

    #[test]
    fn only_yes_is_yes() {
        for answer in ["y", "Y", "yes\n", " YES "] {
            assert!(is_yes(answer), "{answer}");
        }
        for answer in ["", "\n", "n", "yep", "no", "ja"] {
            assert!(!is_yes(answer), "{answer}");
        }
    }

    #[test]
    fn where_nobody_can_be_asked_the_flag_is_needed() {
        let output = Output {
            format: Format::Table,
            quiet: false,
            animated: false,
            interactive: false,
        };
        assert!(output.consent(true, "Swap?").is_ok());
        let failure = output.consent(false, "Swap?").unwrap_err();
        assert_eq!(failure.code(), "NeedsConsent");
        assert!(failure.is_usage());
    }
}
