//! Numbers and addresses as strings: what JSON's own numbers would garble.

use std::{borrow::Cow, fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use solana_pubkey::Pubkey;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// The schema of a string of some form.
fn text(about: &str, pattern: &str, example: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(about))
        .pattern(Some(pattern))
        .examples([serde_json::Value::from(example)])
        .into()
}

macro_rules! as_text {
    ($name:ident, $inner:ty, $about:literal, $pattern:literal, $example:literal) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(from)?;
                text.parse().map_err(D::Error::custom)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$inner> for $name {
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                text($about, $pattern, $example)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    };
}

/// An amount of a token in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub u64);

/// A sum of amounts, which may be more than one account can hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Big(pub u128);

/// A price or a size that people read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Price(pub Decimal);

/// An address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub Pubkey);

as_text!(
    Amount,
    u64,
    "An amount in base units of the token.",
    "^[0-9]{1,20}$",
    "1500000"
);
as_text!(
    Big,
    u128,
    "A sum of amounts in base units of the token.",
    "^[0-9]{1,39}$",
    "1500000"
);
as_text!(
    Price,
    Decimal,
    "A decimal number of whole tokens.",
    r"^-?[0-9]+(\.[0-9]+)?$",
    "150.25"
);
as_text!(
    Address,
    Pubkey,
    "An address in base58.",
    "^[1-9A-HJ-NP-Za-km-z]{32,44}$",
    "seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs"
);

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // `parse` would take a plus sign.
        let digits = text.bytes().all(|symbol| symbol.is_ascii_digit());
        let parsed = text.parse().ok().filter(|_| digits);
        parsed
            .map(Self)
            .ok_or_else(|| format!("`{}` is not a number of base units", shortened(text)))
    }
}

impl FromStr for Big {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.parse().map(Self);
        parsed.map_err(|_| format!("`{}` is not a number of base units", shortened(text)))
    }
}

impl FromStr for Price {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = Decimal::from_str_exact(text).map(Self);
        parsed.map_err(|_| format!("`{}` is not a decimal number", shortened(text)))
    }
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.parse().map(Self);
        parsed.map_err(|_| format!("`{}` is not an address in base58", shortened(text)))
    }
}

/// So much of somebody's text as is worth repeating to them.
fn shortened(text: &str) -> String {
    const KEPT: usize = 60;
    match text.chars().count() {
        0..=KEPT => text.to_owned(),
        _ => text.chars().take(KEPT).chain(['…']).collect(),
    }
}

impl From<&Pubkey> for Address {
    fn from(address: &Pubkey) -> Self {
        Self(*address)
    }
}

impl Address {
    /// The address, unless it is all zero, which stands for none.
    #[must_use]
    pub fn some(address: &Pubkey) -> Option<Self> {
        (*address != Pubkey::default()).then_some(Self(*address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_strings_both_ways() {
        let written = serde_json::to_string(&Amount(u64::MAX)).unwrap();
        assert_eq!(written, "\"18446744073709551615\"");
        assert_eq!(
            serde_json::from_str::<Amount>(&written).unwrap(),
            Amount(u64::MAX)
        );
        for wrong in ["+1", "-1", "1.5", "", "18446744073709551616", "١"] {
            assert!(wrong.parse::<Amount>().is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<Amount>("5").is_err());
    }

    #[test]
    fn what_is_repeated_to_people_is_short() {
        let error = "x".repeat(10_000).parse::<Address>().unwrap_err();
        assert!(error.len() < 120, "{error}");
    }
}
