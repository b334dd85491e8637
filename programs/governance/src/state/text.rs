//! `Text`: what a proposal says.

use anchor_lang::prelude::*;

/// Seed prefix of text addresses: `["text", proposal]`.
pub const TEXT_SEED: &[u8] = b"text";
/// The most bytes of a text.
pub const MAX_TEXT: usize = 10_000;

/// A proposal's text, behind the fields and up to the end of the account, in UTF-8: a line with the
/// title, a line with the name of each option, and behind them a description of any length, meant
/// to be read as Markdown.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `proposal` |
/// | 40 | 1 | `bump` |
/// | 41 | 7 | reserved, zero |
/// | 48 | | the text |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    /// The proposal.
    pub proposal: Address,
    /// Bump of the account's address.
    pub bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 7],
}

const _: () = assert!(core::mem::size_of::<Text>() == TEXT_OFFSET - 8);

/// Where the text begins in the account.
pub const TEXT_OFFSET: usize = 48;

/// Title, names of options, description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextParts<'a> {
    /// The first line.
    pub title: &'a str,
    /// A line for each option.
    pub options: Vec<&'a str>,
    /// All that follows.
    pub description: &'a str,
}

impl<'a> TextParts<'a> {
    /// Cuts a text into its parts; `None` if it is not UTF-8, has a zero in it, or lacks a line or
    /// has an empty one where title and options are.
    #[must_use]
    pub fn parse(text: &'a [u8], options: usize) -> Option<Self> {
        let mut rest = lines(text)?;
        let title = next_line(&mut rest)?;
        let options = (0..options).map(|_| next_line(&mut rest));
        Some(Self {
            title,
            options: options.collect::<Option<_>>()?,
            description: rest,
        })
    }
}

fn lines(text: &[u8]) -> Option<&str> {
    // A zero is what has not been written yet.
    if text.contains(&0) {
        return None;
    }
    core::str::from_utf8(text).ok()
}

fn next_line<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let (line, after) = match rest.split_once('\n') {
        Some(parts) => parts,
        None => (*rest, ""),
    };
    *rest = after;
    (!line.trim().is_empty()).then_some(line)
}

/// Whether a text has all its parts.
pub(crate) fn is_whole(text: &[u8], options: usize) -> bool {
    lines(text).is_some_and(|mut rest| (0..=options).all(|_| next_line(&mut rest).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_title_options_and_a_description() {
        let text = "Lower fees\nYes, by half\nYes, by a third\nBecause of\n\nmany things.\n";
        let parts = TextParts::parse(text.as_bytes(), 2).expect("whole");
        assert_eq!(parts.title, "Lower fees");
        assert_eq!(parts.options, ["Yes, by half", "Yes, by a third"]);
        assert_eq!(parts.description, "Because of\n\nmany things.\n");
        let short = TextParts::parse(b"Title\nYes", 1).expect("whole");
        assert_eq!((short.title, short.description), ("Title", ""));
    }

    #[test]
    fn what_is_not_written_to_its_end_is_not_whole() {
        for (text, options) in [
            (&b""[..], 1),
            (b"Title", 1),
            (b"Title\n", 1),
            (b"Title\n \nYes", 1),
            (b"\nYes", 1),
            (b"Title\nYes\n", 2),
            (b"Title\nYes\0", 1),
            (b"Title\nYes\xff", 1),
        ] {
            assert!(!is_whole(text, options), "{text:?}");
            assert_eq!(TextParts::parse(text, options), None, "{text:?}");
        }
        assert!(is_whole(b"Title\nYes", 1));
    }
}
