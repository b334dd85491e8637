//! Storing.

use std::collections::BTreeSet;

use solana_pubkey::Pubkey;
use sqlx::{Any, AnyConnection, Row as _, Transaction};

use super::{
    Activity, Batch, Candle, Committed, Interval, Recorded, Store, StoreError, Trade,
    candles::{self, Candles},
    orders,
    rows::{self, signed, text},
    stakes,
};

impl Store {
    /// Stores a batch: all of it, or nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        let mut open = self.begin().await?;
        let mut committed = Committed::default();
        let mut gone = Slots::new();
        for signature in &batch.taken_back {
            take_back(&mut open, signature, &mut committed, &mut gone).await?;
        }
        let mut candles = Candles::new();
        let transactions = batch.transactions;
        insert(&mut open, transactions, batch.is_final, &mut committed).await?;
        for trade in &committed.trades {
            candles::count(&mut candles, trade);
        }
        for ((venue, interval, start), candle) in candles {
            if !gone.contains(&(venue, interval, start)) {
                let merged = merge_candle(&mut open, &venue, interval.seconds(), candle).await?;
                committed.candles.push((venue, interval, merged));
            }
        }
        for (venue, interval, start) in gone {
            let candle = renew_candle(&mut open, &venue, interval, start).await?;
            let candle = candle.map(|candle| (venue, interval, candle));
            committed.candles.extend(candle);
        }
        for signature in &batch.settled {
            sqlx::query("UPDATE transactions SET is_final = 1 WHERE signature = $1")
                .bind(signature)
                .execute(&mut *open)
                .await?;
        }
        for cursor in &batch.cursors {
            sqlx::query(
                "INSERT INTO cursors (program, signature, slot) VALUES ($1, $2, $3) \
                 ON CONFLICT (program) DO UPDATE SET signature = $2, slot = $3",
            )
            .bind(cursor.program.to_string())
            .bind(&cursor.signature)
            .bind(signed(cursor.slot))
            .execute(&mut *open)
            .await?;
        }
        if let Some(slot) = batch.worked_off {
            sqlx::query("DELETE FROM backlog WHERE slot <= $1")
                .bind(signed(slot))
                .execute(&mut *open)
                .await?;
        }
        open.commit().await?;
        Ok(committed)
    }

    /// Makes all candles anew, out of the trades. Returns how many trades there are.
    ///
    /// # Errors
    /// [`StoreError`]; the candles are as they were then.
    pub async fn rebuild_candles(&self) -> Result<u64, StoreError> {
        const PAGE: i64 = 10_000;
        let mut open = self.begin().await?;
        sqlx::query("DELETE FROM candles")
            .execute(&mut *open)
            .await?;
        let (mut last, mut counted) = (-1, 0);
        loop {
            let page = sqlx::query(sqlx::AssertSqlSafe(format!(
                "SELECT {} FROM trades WHERE id > $1 ORDER BY id LIMIT $2",
                rows::TRADE
            )))
            .bind(last)
            .bind(PAGE)
            .fetch_all(&mut *open)
            .await?;
            let mut candles = Candles::new();
            for row in &page {
                let trade = rows::trade(row)?;
                last = signed(trade.id);
                candles::count(&mut candles, &trade);
            }
            counted += page.len() as u64;
            for ((venue, interval, _), candle) in candles {
                merge_candle(&mut open, &venue, interval.seconds(), candle).await?;
            }
            if page.is_empty() {
                break;
            }
        }
        open.commit().await?;
        Ok(counted)
    }

    /// Begins what is to be written at once. Should two write nevertheless, they do it one after the
    /// other.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        if self.is_sqlite {
            return Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?);
        }
        let mut open = self.pool.begin().await?;
        sqlx::raw_sql("LOCK TABLE cursors IN EXCLUSIVE MODE")
            .execute(&mut *open)
            .await?;
        Ok(open)
    }
}

/// Candles that are to be made anew.
type Slots = BTreeSet<(Pubkey, Interval, i64)>;

/// Deletes all that a transaction has brought, but for the lanes and positions that it has opened:
/// whose they are follows from their addresses. Which orders are in the lanes is not known any more.
async fn take_back(
    open: &mut AnyConnection,
    signature: &str,
    committed: &mut Committed,
    gone: &mut Slots,
) -> Result<(), StoreError> {
    let trades = sqlx::query("SELECT venue, block_time FROM trades WHERE signature = $1")
        .bind(signature)
        .fetch_all(&mut *open)
        .await?;
    for trade in &trades {
        let venue: Pubkey = rows::parsed(trade, "venue")?;
        let time = trade.try_get("block_time")?;
        committed.unmade.insert(venue);
        gone.extend(Interval::ALL.map(|interval| (venue, interval, interval.start(time))));
    }
    let owners = sqlx::query("SELECT DISTINCT owner FROM activities WHERE signature = $1")
        .bind(signature)
        .fetch_all(&mut *open)
        .await?;
    for owner in &owners {
        committed.owners.insert(rows::parsed(owner, "owner")?);
    }
    let everything = [
        "UPDATE lanes SET is_followed = 0 WHERE lane IN \
         (SELECT account FROM activities WHERE signature = $1)",
        "DELETE FROM orders WHERE lane IN \
         (SELECT account FROM activities WHERE signature = $1)",
        "DELETE FROM epochs WHERE signature = $1",
        "DELETE FROM trades WHERE signature = $1",
        "DELETE FROM activities WHERE signature = $1",
        "DELETE FROM events WHERE signature = $1",
        "DELETE FROM transactions WHERE signature = $1",
    ];
    for one in everything {
        sqlx::query(one).bind(signature).execute(&mut *open).await?;
    }
    Ok(())
}

/// Makes a candle anew out of its trades; none, if there are none.
async fn renew_candle(
    open: &mut AnyConnection,
    venue: &Pubkey,
    interval: Interval,
    start: i64,
) -> Result<Option<Candle>, StoreError> {
    sqlx::query("DELETE FROM candles WHERE venue = $1 AND seconds = $2 AND start = $3")
        .bind(venue.to_string())
        .bind(interval.seconds())
        .bind(start)
        .execute(&mut *open)
        .await?;
    let trades = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {} FROM trades WHERE venue = $1 AND block_time >= $2 AND block_time < $3 \
         ORDER BY id",
        rows::TRADE
    )))
    .bind(venue.to_string())
    .bind(start)
    .bind(start.saturating_add(interval.seconds()))
    .fetch_all(&mut *open)
    .await?;
    let mut candles = Candles::new();
    for row in &trades {
        candles::count(&mut candles, &rows::trade(row)?);
    }
    match candles.remove(&(*venue, interval, start)) {
        Some(candle) => {
            let candle = merge_candle(open, venue, interval.seconds(), candle).await?;
            Ok(Some(candle))
        }
        None => Ok(None),
    }
}

/// Inserts what is not there yet.
async fn insert(
    open: &mut AnyConnection,
    transactions: Vec<Recorded>,
    is_final: bool,
    committed: &mut Committed,
) -> Result<(), StoreError> {
    let mut next_trade = next_id(open, "SELECT MAX(id) FROM trades").await?;
    let mut next_activity = next_id(open, "SELECT MAX(id) FROM activities").await?;
    for recorded in transactions {
        if !insert_transaction(open, &recorded, is_final).await? {
            continue;
        }
        committed.transactions += 1;
        committed.events += recorded.events.len();
        for mut trade in recorded.trades {
            trade.id = next_trade;
            next_trade += 1;
            insert_trade(open, &trade).await?;
            committed.trades.push(trade);
        }
        for mut activity in recorded.activities {
            activity.id = next_activity;
            next_activity += 1;
            insert_activity(open, &activity).await?;
            committed.owners.insert(activity.owner);
        }
    }
    Ok(())
}

async fn next_id(open: &mut AnyConnection, query: &'static str) -> Result<u64, StoreError> {
    let row = sqlx::query(query).fetch_one(open).await?;
    let highest: Option<i64> = row.try_get(0)?;
    Ok(highest.map_or(1, |highest| highest.unsigned_abs() + 1))
}

/// Whether it was not there yet.
async fn insert_transaction(
    open: &mut AnyConnection,
    recorded: &Recorded,
    is_final: bool,
) -> Result<bool, StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO transactions (signature, slot, block_time, events, is_final) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (signature) DO NOTHING",
    )
    .bind(&recorded.signature)
    .bind(signed(recorded.slot))
    .bind(recorded.time)
    .bind(signed(recorded.events.len() as u64))
    .bind(i64::from(is_final))
    .execute(&mut *open)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(false);
    }
    for event in &recorded.events {
        sqlx::query(
            "INSERT INTO events (signature, position, program, kind, account) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&recorded.signature)
        .bind(i64::from(event.position))
        .bind(event.program.to_string())
        .bind(event.kind)
        .bind(event.account.to_string())
        .execute(&mut *open)
        .await?;
    }
    for change in &recorded.books {
        orders::put(open, change).await?;
    }
    for position in &recorded.positions {
        stakes::put_position(open, position).await?;
    }
    for closed in &recorded.epochs {
        stakes::put_epoch(open, closed).await?;
    }
    Ok(true)
}

async fn insert_trade(open: &mut AnyConnection, trade: &Trade) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO trades (id, signature, position, fill, venue, slot, block_time, is_buy, \
         price, base, quote, fee, earned, fee_in_base, taker, maker, counterparty) VALUES \
         ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(signed(trade.id))
    .bind(&trade.signature)
    .bind(i64::from(trade.position))
    .bind(i64::from(trade.fill))
    .bind(trade.venue.to_string())
    .bind(signed(trade.slot))
    .bind(trade.time)
    .bind(i64::from(trade.is_buy))
    .bind(trade.price.to_string())
    .bind(trade.base.to_string())
    .bind(trade.quote.to_string())
    .bind(trade.fee.to_string())
    .bind(trade.earned.to_string())
    .bind(i64::from(trade.fee_in_base))
    .bind(trade.taker.to_string())
    .bind(text(&trade.maker))
    .bind(trade.counterparty.to_string())
    .execute(open)
    .await?;
    Ok(())
}

async fn insert_activity(open: &mut AnyConnection, activity: &Activity) -> Result<(), StoreError> {
    let side = activity
        .is_buy
        .map_or("", |buy| if buy { "buy" } else { "sell" });
    sqlx::query(
        "INSERT INTO activities (id, owner, kind, signature, position, part, slot, block_time, \
         venue, side, base, quote, price, fee, account, order_id, mint) VALUES \
         ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    )
    .bind(signed(activity.id))
    .bind(activity.owner.to_string())
    .bind(&activity.kind)
    .bind(&activity.signature)
    .bind(i64::from(activity.position))
    .bind(i64::from(activity.part))
    .bind(signed(activity.slot))
    .bind(activity.time)
    .bind(text(&activity.venue))
    .bind(side)
    .bind(text(&activity.base))
    .bind(text(&activity.quote))
    .bind(text(&activity.price))
    .bind(text(&activity.fee))
    .bind(text(&activity.account))
    .bind(text(&activity.order))
    .bind(text(&activity.mint))
    .execute(open)
    .await?;
    Ok(())
}

/// Puts a candle on top of the one that is there.
async fn merge_candle(
    open: &mut AnyConnection,
    venue: &Pubkey,
    seconds: i64,
    candle: Candle,
) -> Result<Candle, StoreError> {
    let venue = venue.to_string();
    let there = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {} FROM candles WHERE venue = $1 AND seconds = $2 AND start = $3",
        rows::CANDLE
    )))
    .bind(&venue)
    .bind(seconds)
    .bind(candle.start)
    .fetch_optional(&mut *open)
    .await?;
    let merged = match there {
        Some(row) => {
            let mut there = rows::candle(&row)?;
            there.merge(&candle);
            there
        }
        None => candle,
    };
    sqlx::query(
        "INSERT INTO candles (venue, seconds, start, open, high, low, close, base, quote, \
         earned_base, earned_quote, trades, first_slot, last_slot) VALUES \
         ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
         ON CONFLICT (venue, seconds, start) DO UPDATE SET open = $4, high = $5, low = $6, \
         close = $7, base = $8, quote = $9, earned_base = $10, earned_quote = $11, trades = $12, \
         first_slot = $13, last_slot = $14",
    )
    .bind(&venue)
    .bind(seconds)
    .bind(merged.start)
    .bind(merged.open.to_string())
    .bind(merged.high.to_string())
    .bind(merged.low.to_string())
    .bind(merged.close.to_string())
    .bind(merged.base.to_string())
    .bind(merged.quote.to_string())
    .bind(merged.earned_base.to_string())
    .bind(merged.earned_quote.to_string())
    .bind(signed(merged.trades))
    .bind(signed(merged.first_slot))
    .bind(signed(merged.last_slot))
    .execute(open)
    .await?;
    Ok(merged)
}
