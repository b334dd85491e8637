//! How values leave as JSON: addresses, signatures and decimals as the strings people know.

use std::fmt::Display;

use sealane_core::units::Side;
use serde::Serializer;

/// Anything by its `Display`.
pub fn display<T: Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

/// `"base"` or `"quote"`.
pub fn side<S: Serializer>(value: &Side, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(match value {
        Side::Base => "base",
        Side::Quote => "quote",
    })
}
