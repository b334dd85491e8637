//! Spans of time as people write them: `30s`, `10m`, `2h`, `1d12h`.

use std::time::Duration;

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads a span; a number alone is seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is not a span of time; write 30s, 10m, 2h or 1d12h");
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let mut seconds = 0u64;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|symbol: char| !symbol.is_ascii_digit());
        let (number, unit) = rest.split_at(end.ok_or_else(wrong)?);
        let mut symbols = unit.chars();
        let symbol = symbols.next();
        let (_, each) = UNITS
            .iter()
            .find(|(name, _)| Some(*name) == symbol)
            .ok_or_else(wrong)?;
        let number: u64 = number.parse().map_err(|_| wrong())?;
        seconds = number
            .checked_mul(*each)
            .and_then(|more| seconds.checked_add(more))
            .ok_or_else(wrong)?;
        rest = symbols.as_str();
    }
    if text.is_empty() {
        return Err(wrong());
    }
    Ok(Duration::from_secs(seconds))
}

/// Writes a span with its two largest units.
pub(crate) fn format(seconds: u64) -> String {
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (name, each) in UNITS {
        let count = rest / each;
        rest %= each;
        if count > 0 {
            parts.push(format!("{count}{name}"));
        }
    }
    parts.truncate(2);
    if parts.is_empty() {
        return "0s".to_owned();
    }
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_and_written() {
        for (text, seconds) in [
            ("30s", 30),
            ("45", 45),
            ("10m", 600),
            ("2h", 7_200),
            ("1d12h", 129_600),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(format(129_600), "1d12h");
        assert_eq!(format(86_461), "1d1m");
        assert_eq!(format(59), "59s");
        assert_eq!(format(0), "0s");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "s", "1x", "1d2", "-1s", "1.5h", "99999999999999999d"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
