//! Names and values, one pair a line, the values aligned.

use std::fmt;

use console::{measure_text_width, style};

/// Space between the longest name and the values.
const GAP: usize = 2;

/// A list of facts under a heading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    heading: Option<String>,
    facts: Vec<(String, String)>,
}

impl Facts {
    /// Nothing under a heading yet.
    pub(crate) fn under(heading: impl Into<String>) -> Self {
        Self {
            heading: Some(heading.into()),
            facts: Vec::new(),
        }
    }

    /// One more fact.
    pub(crate) fn add(&mut self, name: impl Into<String>, value: impl Into<String>) -> &mut Self {
        self.facts.push((name.into(), value.into()));
        self
    }

    /// One more fact, if there is a value.
    pub(crate) fn add_some(&mut self, name: &str, value: Option<impl Into<String>>) -> &mut Self {
        match value {
            Some(value) => self.add(name, value),
            None => self,
        }
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.facts.iter().map(|(name, _)| measure_text_width(name));
        let width = widths.max().unwrap_or(0) + GAP;
        let heading = self
            .heading
            .as_ref()
            .map(|text| style(text).bold().to_string());
        let lines = self.facts.iter().map(|(name, value)| {
            let padding = " ".repeat(width - measure_text_width(name));
            format!("{}{padding}{value}", style(name).dim())
        });
        let lines: Vec<String> = heading.into_iter().chain(lines).collect();
        f.write_str(&lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use console::strip_ansi_codes;

    use super::*;

    #[test]
    fn values_are_aligned() {
        let mut facts = Facts::under("Swap");
        facts.add("Send", "1 tSOL").add("Price impact", "0.1%");
        facts.add_some("Nothing", None::<String>);
        assert_eq!(
            strip_ansi_codes(&facts.to_string()),
            "Swap\nSend          1 tSOL\nPrice impact  0.1%"
        );
        assert_eq!(Facts::default().to_string(), "");
    }
}
