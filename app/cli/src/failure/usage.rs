//! Wrong usage, found before anything is run.

use std::process::ExitCode;

use clap::error::ErrorKind;

use super::Failure;
use crate::output;

/// Tells what is wrong with the command line, or shows the help that was asked for.
pub(crate) fn usage(error: clap::Error) -> ExitCode {
    let asked = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if !asked && wants_json(std::env::args()) {
        let failure = failure(&error);
        output::write_json(&failure.document());
        return failure.exit_code();
    }
    // Nobody is left to tell if the terminal is gone.
    let _ = error.print();
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Whether JSON was asked for, in a command line that could not be read whole.
fn wants_json(arguments: impl Iterator<Item = String>) -> bool {
    let arguments: Vec<String> = arguments.collect();
    arguments
        .iter()
        .any(|one| matches!(one.as_str(), "--json" | "--output=json" | "-ojson"))
        || arguments
            .windows(2)
            .any(|two| matches!(two[0].as_str(), "--output" | "-o") && two[1] == "json")
}

fn failure(error: &clap::Error) -> Failure {
    // The first paragraph says what is wrong; the rest repeats the usage.
    let text = error.to_string();
    let what = text.split("\n\n").next().unwrap_or(&text);
    let what = what.strip_prefix("error: ").unwrap_or(what);
    let words: Vec<&str> = what.split_whitespace().collect();
    Failure::usage("Usage", words.join(" ")).hint("--help after a command shows how it is used")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn arguments(line: &str) -> impl Iterator<Item = String> {
        line.split(' ').map(str::to_owned)
    }

    #[test]
    fn json_is_recognised_in_a_wrong_command_line() {
        for line in [
            "x --output json",
            "x -o json y",
            "x --output=json",
            "x -ojson",
            "x --json",
        ] {
            assert!(wants_json(arguments(line)), "{line}");
        }
        for line in ["x", "x --output table", "x json", "x --output"] {
            assert!(!wants_json(arguments(line)), "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_one_sentence() {
        let error = parse(&["swap", "1"]).unwrap_err();
        let failure = failure(&error);
        assert!(failure.is_usage());
        let text = failure.to_string();
        assert!(text.contains("not provided"), "{text}");
        assert!(!text.contains('\n'), "{text}");
        assert!(!text.contains("Usage:"), "{text}");
    }
}
