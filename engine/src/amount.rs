//! Amounts and prices as people write them. Never used where money moves: instructions carry
//! integers of a token's smallest unit, and only parsing and printing goes through here.

use rust_decimal::Decimal;
use sealane_core::units::PriceQ64;
use thiserror::Error;

/// Why a text is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AmountError {
    /// There is nothing to read.
    #[error("the amount is empty; write a number such as 1.5")]
    Empty,
    /// A sign, a letter, a second point.
    #[error("`{0}` is not an amount; write digits with at most one decimal point, such as 1.5")]
    NotANumber(String),
    /// More digits after the point than the token has.
    #[error(
        "`{text}` has {digits} digits after the point, but this token has {decimals} decimals; \
         write at most {decimals}"
    )]
    TooPrecise {
        /// What was given.
        text: String,
        /// Significant digits after its point.
        digits: usize,
        /// What the token has.
        decimals: u8,
    },
    /// More than 64 bits of base units.
    #[error("`{0}` is more than the largest amount of this token that a chain can hold")]
    TooLarge(String),
}

/// Reads an amount of a token: `"1.5"` with 6 decimals is 1,500,000 base units.
///
/// Underscores between digits are allowed. Nothing is rounded: digits that the token cannot hold
/// are refused.
///
/// ```
/// use sealane_engine::amount;
///
/// assert_eq!(amount::parse("1.5", 6), Ok(1_500_000));
/// assert_eq!(amount::parse("1_000", 0), Ok(1_000));
/// assert!(amount::parse("0.0000001", 6).is_err());
/// assert_eq!(amount::format(1_500_000, 6), "1.5");
/// ```
///
/// # Errors
/// [`AmountError`], with what to write instead.
pub fn parse(text: &str, decimals: u8) -> Result<u64, AmountError> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(AmountError::Empty);
    }
    let (whole, fraction) = trimmed.split_once('.').unwrap_or((trimmed, ""));
    let not_a_number = || AmountError::NotANumber(trimmed.to_owned());
    let (whole, fraction) = (digits(whole), digits(fraction));
    let (Some(whole), Some(fraction)) = (whole, fraction) else {
        return Err(not_a_number());
    };
    if whole.is_empty() && fraction.is_empty() {
        return Err(not_a_number());
    }
    let fraction = fraction.trim_end_matches('0');
    let Some(padding) = usize::from(decimals).checked_sub(fraction.len()) else {
        return Err(AmountError::TooPrecise {
            text: trimmed.to_owned(),
            digits: fraction.len(),
            decimals,
        });
    };
    let padding = std::iter::repeat_n(b'0', padding);
    let mut amount = 0u64;
    for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
        amount = amount
            .checked_mul(10)
            .and_then(|amount| amount.checked_add(u64::from(digit - b'0')))
            .ok_or_else(|| AmountError::TooLarge(trimmed.to_owned()))?;
    }
    Ok(amount)
}

/// The digits of a part of a number, without underscores; `None` if there is anything else, or an
/// underscore that does not stand between two digits.
fn digits(part: &str) -> Option<String> {
    if part.starts_with('_') || part.ends_with('_') || part.contains("__") {
        return None;
    }
    let kept: String = part.chars().filter(|symbol| *symbol != '_').collect();
    kept.bytes()
        .all(|symbol| symbol.is_ascii_digit())
        .then_some(kept)
}

/// Writes an amount of a token, exactly and without trailing zeros.
#[must_use]
pub fn format(amount: u64, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let padded = format!("{amount:0>width$}", width = decimals + 1);
    let (whole, fraction) = padded.split_at(padded.len() - decimals);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    }
}

/// An amount of a token as a decimal number, for arithmetic that only people see.
///
/// Exact for tokens of up to 28 decimals, which is all that a decimal number holds; beyond that
/// the smallest digits are dropped.
#[must_use]
pub fn to_decimal(amount: u64, decimals: u8) -> Decimal {
    let excess = u32::from(decimals).saturating_sub(Decimal::MAX_SCALE);
    let kept = 10u64
        .checked_pow(excess)
        .map_or(0, |divisor| amount / divisor);
    let scale = u32::from(decimals) - excess;
    Decimal::from_i128_with_scale(i128::from(kept), scale).normalize()
}

/// Significant digits of prices: more than anyone reads, fewer than binary fractions garble.
const PRICE_DIGITS: u32 = 12;

/// A price per base unit as a price per whole token: quote tokens for one base token, with twelve
/// significant digits.
///
/// A price too large for a decimal number becomes [`Decimal::MAX`], one too small becomes zero.
#[must_use]
pub fn price(price: PriceQ64, base_decimals: u8, quote_decimals: u8) -> Decimal {
    let (whole, fraction) = ((price.get() >> 64) as u64, price.get() as u64);
    let one = Decimal::from(1u128 << 64);
    let shift = i32::from(base_decimals) - i32::from(quote_decimals);
    if whole == 0 {
        // Shifted before it is divided, a small price keeps its digits.
        let shifted = scale(Decimal::from(fraction), shift);
        if shifted < Decimal::MAX {
            return readable(shifted / one);
        }
    }
    readable(scale(
        Decimal::from(whole) + Decimal::from(fraction) / one,
        shift,
    ))
}

/// How many of one token were given for one of another, whole tokens, with twelve significant
/// digits; `None` if none were.
#[must_use]
pub fn ratio(numerator: Decimal, denominator: Decimal) -> Option<Decimal> {
    numerator.checked_div(denominator).map(readable)
}

fn readable(price: Decimal) -> Decimal {
    // Nothing can be rounded up beyond the largest number.
    price.round_sf(PRICE_DIGITS).unwrap_or(price).normalize()
}

/// `value · 10^shift`, saturating.
pub fn scale(value: Decimal, shift: i32) -> Decimal {
    let mut scaled = value;
    let step = Decimal::TEN;
    for _ in 0..shift.unsigned_abs() {
        let next = if shift > 0 {
            scaled.checked_mul(step)
        } else {
            scaled.checked_div(step)
        };
        match next {
            Some(next) => scaled = next,
            None => {
                return if shift > 0 {
                    Decimal::MAX
                } else {
                    Decimal::ZERO
                };
            }
        }
    }
    scaled
}

/// Basis points as a percentage: 25 is `"0.25%"`.
#[must_use]
pub fn percent(bps: u32) -> String {
    format!("{}%", format(u64::from(bps), 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parses_what_people_write() {
        for (text, decimals, amount) in [
            ("1", 6, 1_000_000),
            ("1.", 6, 1_000_000),
            (".5", 6, 500_000),
            ("0.000001", 6, 1),
            (" 12.340 ", 2, 1_234),
            ("1.50000000000000000000", 1, 15),
            ("1_000_000.000_001", 6, 1_000_000_000_001),
            ("18446744073709551615", 0, u64::MAX),
            ("18446744073709.551615", 6, u64::MAX),
            ("0", 255, 0),
        ] {
            assert_eq!(parse(text, decimals), Ok(amount), "{text}");
        }
    }

    #[test]
    fn refuses_with_a_reason() {
        assert_eq!(parse(" ", 6), Err(AmountError::Empty));
        for text in [
            "-1", "+1", "1e3", "1,5", "1.2.3", ".", "one", "_1", "1_", "1__0", "0x10", "∞",
        ] {
            assert_eq!(
                parse(text, 6),
                Err(AmountError::NotANumber(text.to_owned())),
                "{text}"
            );
        }
        assert!(matches!(
            parse("0.0000015", 6),
            Err(AmountError::TooPrecise {
                digits: 7,
                decimals: 6,
                ..
            })
        ));
        assert!(matches!(
            parse("18446744073709551616", 0),
            Err(AmountError::TooLarge(_))
        ));
        assert!(matches!(parse("1", 20), Err(AmountError::TooLarge(_))));
    }

    #[test]
    fn prices_are_per_whole_token() {
        // 150 quote units of 6 decimals for one unit of 9 decimals: 150 · 10^3.
        let q64 = |whole: u128| PriceQ64::new(whole << 64);
        assert_eq!(price(q64(150), 9, 6).to_string(), "150000");
        assert_eq!(price(q64(150), 6, 9).to_string(), "0.15");
        // 0.15 units for one: 150 per whole token of three more decimals.
        let raw = PriceQ64::new((15 << 64) / 100);
        assert_eq!(price(raw, 9, 6).to_string(), "150");
        assert_eq!(price(PriceQ64::MAX, 255, 0), Decimal::MAX);
        assert_eq!(price(PriceQ64::new(1), 0, 255), Decimal::ZERO);
    }

    #[test]
    fn tiny_prices_keep_their_digits() {
        // One quote unit of 2 decimals for 10^15 base units of 18 decimals: 10^-15 · 10^16 = 10.
        let raw = PriceQ64::new((1u128 << 64) / 1_000_000_000_000_000);
        let shown = price(raw, 18, 2);
        let error = (shown - Decimal::TEN).abs();
        assert!(error < Decimal::new(1, 2), "{shown}");
    }

    #[test]
    fn percentages() {
        assert_eq!(percent(25), "0.25%");
        assert_eq!(percent(10_000), "100%");
        assert_eq!(percent(0), "0%");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(amount: u64, decimals in 0u8..=40) {
            prop_assert_eq!(parse(&format(amount, decimals), decimals), Ok(amount));
        }

        #[test]
        fn decimals_agree_with_text(amount: u64, decimals in 0u8..=28) {
            prop_assert_eq!(to_decimal(amount, decimals).to_string(), format(amount, decimals));
        }

        #[test]
        fn prices_never_panic(raw: u128, base: u8, quote: u8) {
            let _ = price(PriceQ64::new(raw), base, quote);
        }

        #[test]
        fn parsing_never_panics(text in ".{0,40}", decimals: u8) {
            let _ = parse(&text, decimals);
        }
    }
}
