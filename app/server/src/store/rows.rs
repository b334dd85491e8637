//! Between rows and values.

use std::{fmt::Display, str::FromStr};

use solana_pubkey::Pubkey;
use sqlx::{Row as _, any::AnyRow};

use super::{Activity, Candle, StoreError, Trade};

/// Signed 64 bits are what both databases have; slots, times and ids never come near the end.
pub(super) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn unsigned(row: &AnyRow, column: &'static str) -> Result<u64, StoreError> {
    let value: i64 = row.try_get(column)?;
    u64::try_from(value).map_err(|_| StoreError::Unreadable {
        column,
        value: value.to_string(),
    })
}

/// Absent text is empty.
pub(super) fn text<T: Display>(value: &Option<T>) -> String {
    value.as_ref().map(T::to_string).unwrap_or_default()
}

pub(super) fn parsed<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<T, StoreError> {
    let value: String = row.try_get(column)?;
    value
        .parse()
        .map_err(|_| StoreError::Unreadable { column, value })
}

fn optional<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<Option<T>, StoreError> {
    let value: String = row.try_get(column)?;
    if value.is_empty() {
        return Ok(None);
    }
    let parsed = value.parse();
    parsed
        .map(Some)
        .map_err(|_| StoreError::Unreadable { column, value })
}

pub(super) fn narrow(row: &AnyRow, column: &'static str) -> Result<u32, StoreError> {
    Ok(u32::try_from(unsigned(row, column)?).unwrap_or(u32::MAX))
}

/// Columns of [`trade`].
pub(super) const TRADE: &str = "id, signature, position, fill, venue, slot, block_time, is_buy, \
    price, base, quote, fee, earned, fee_in_base, taker, maker, counterparty";

pub(super) fn trade(row: &AnyRow) -> Result<Trade, StoreError> {
    Ok(Trade {
        id: unsigned(row, "id")?,
        signature: row.try_get("signature")?,
        position: narrow(row, "position")?,
        fill: narrow(row, "fill")?,
        venue: parsed(row, "venue")?,
        slot: unsigned(row, "slot")?,
        time: row.try_get("block_time")?,
        is_buy: unsigned(row, "is_buy")? != 0,
        price: parsed(row, "price")?,
        base: parsed(row, "base")?,
        quote: parsed(row, "quote")?,
        fee: parsed(row, "fee")?,
        earned: parsed(row, "earned")?,
        fee_in_base: unsigned(row, "fee_in_base")? != 0,
        taker: parsed(row, "taker")?,
        maker: optional::<Pubkey>(row, "maker")?,
        counterparty: parsed(row, "counterparty")?,
    })
}

/// Columns of [`candle`].
pub(super) const CANDLE: &str = "start, open, high, low, close, base, quote, earned_base, \
    earned_quote, trades, first_slot, last_slot";

pub(super) fn candle(row: &AnyRow) -> Result<Candle, StoreError> {
    Ok(Candle {
        start: row.try_get("start")?,
        open: parsed(row, "open")?,
        high: parsed(row, "high")?,
        low: parsed(row, "low")?,
        close: parsed(row, "close")?,
        base: parsed(row, "base")?,
        quote: parsed(row, "quote")?,
        earned_base: parsed(row, "earned_base")?,
        earned_quote: parsed(row, "earned_quote")?,
        trades: unsigned(row, "trades")?,
        first_slot: unsigned(row, "first_slot")?,
        last_slot: unsigned(row, "last_slot")?,
    })
}

pub(super) fn activity(row: &AnyRow) -> Result<Activity, StoreError> {
    let side: String = row.try_get("side")?;
    Ok(Activity {
        id: unsigned(row, "id")?,
        owner: parsed(row, "owner")?,
        kind: row.try_get("kind")?,
        signature: row.try_get("signature")?,
        position: narrow(row, "position")?,
        part: narrow(row, "part")?,
        slot: unsigned(row, "slot")?,
        time: row.try_get("block_time")?,
        venue: optional(row, "venue")?,
        is_buy: match side.as_str() {
            "buy" => Some(true),
            "sell" => Some(false),
            _ => None,
        },
        base: optional(row, "base")?,
        quote: optional(row, "quote")?,
        price: optional(row, "price")?,
        fee: optional(row, "fee")?,
        account: optional(row, "account")?,
        order: optional(row, "order_id")?,
        mint: optional(row, "mint")?,
    })
}
