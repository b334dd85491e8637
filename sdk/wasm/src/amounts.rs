//! Numbers as people write them.

use sealane_sdk::amount;
use wasm_bindgen::prelude::*;

use crate::convert::reply_plain;

/// Reads an amount of a token: `"1.5"` with 6 decimals is `1_500_000n`. Nothing is rounded.
///
/// # Errors
/// `empty_amount`, `not_a_number`, `too_precise`, `amount_too_large`.
#[wasm_bindgen(js_name = "parseAmount")]
pub fn parse_amount(text: &str, decimals: u8) -> Result<u64, JsValue> {
    reply_plain(|| Ok(amount::parse(text, decimals)?))
}

/// Writes an amount of a token, exactly and without trailing zeros.
#[wasm_bindgen(js_name = "formatAmount")]
#[must_use]
pub fn format_amount(amount: u64, decimals: u8) -> String {
    amount::format(amount, decimals)
}

/// Writes basis points as a percentage: 25 is `"0.25%"`.
#[wasm_bindgen(js_name = "formatPercent")]
#[must_use]
pub fn format_percent(bps: u32) -> String {
    amount::percent(bps)
}
