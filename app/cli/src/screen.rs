//! A part of the terminal that is drawn again and again in place.

use std::io::{IsTerminal as _, Write as _, stdout};

use console::Term;

/// The other screen of the terminal, which programs such as pagers use: what was there before
/// comes back.
const ENTER: &str = "\x1b[?1049h\x1b[?25l";
/// Back to the first one, with the cursor.
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";
/// To the upper left corner.
const HOME: &str = "\x1b[H";
/// Erases what is left of a line that was longer before.
const ERASE_LINE: &str = "\x1b[K";
/// Erases what is below.
const ERASE_BELOW: &str = "\x1b[J";

/// A terminal taken over, until it is dropped.
pub(crate) struct Screen {
    term: Term,
}

impl Screen {
    /// Takes the terminal over, if there is one.
    pub(crate) fn take() -> Option<Self> {
        if !stdout().is_terminal() {
            return None;
        }
        write(ENTER);
        Some(Self {
            term: Term::stdout(),
        })
    }

    /// Rows and columns.
    pub(crate) fn size(&self) -> (usize, usize) {
        let (rows, columns) = self.term.size();
        (rows.into(), columns.into())
    }

    /// Draws these lines over what was drawn before.
    pub(crate) fn draw(&self, text: &str) {
        let (rows, columns) = self.size();
        write(&frame(text, rows, columns));
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        write(LEAVE);
    }
}

/// What draws a text over an earlier one, cut to the terminal: a line that wraps would shift all
/// that follow.
fn frame(text: &str, rows: usize, columns: usize) -> String {
    let lines = text.lines().take(rows).map(|line| {
        let cut = console::truncate_str(line, columns, "…");
        format!("{cut}{ERASE_LINE}")
    });
    let lines: Vec<String> = lines.collect();
    // No line break after the last one, which would scroll a full screen.
    format!("{HOME}{}{ERASE_BELOW}", lines.join("\r\n"))
}

/// At once and whole, so that nothing flickers. A terminal that is gone is nothing to tell of.
fn write(text: &str) {
    let mut out = stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Waits until somebody wants this process to end: Ctrl-C, or a signal to terminate.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return std::future::pending().await;
        };
        let Ok(mut hang_up) = signal(SignalKind::hangup()) else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_fits_the_terminal_and_erases_what_was_there() {
        let drawn = frame("one\ntwo and more\nthree", 2, 5);
        assert_eq!(drawn, "\x1b[Hone\x1b[K\r\ntwo …\x1b[K\x1b[J",);
    }
}
