//! Reading.

use std::collections::BTreeMap;

use solana_pubkey::Pubkey;
use sqlx::{AssertSqlSafe, Row as _};

use super::{
    Activity, Candle, Cursor, Interval, Store, StoreError, Trade,
    rows::{self, parsed, signed, unsigned},
};

impl Store {
    /// How far the programs' transactions have been read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn cursors(&self) -> Result<Vec<Cursor>, StoreError> {
        let found = sqlx::query("SELECT program, signature, slot FROM cursors")
            .fetch_all(&self.pool)
            .await?;
        let cursors = found.iter().map(|row| {
            Ok(Cursor {
                program: parsed(row, "program")?,
                signature: row.try_get("signature")?,
                slot: unsigned(row, "slot")?,
            })
        });
        cursors.collect()
    }

    /// The slot of a transaction, if it is in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn slot_of(&self, signature: &str) -> Result<Option<u64>, StoreError> {
        let found = sqlx::query("SELECT slot FROM transactions WHERE signature = $1")
            .bind(signature)
            .fetch_optional(&self.pool)
            .await?;
        found.as_ref().map(|row| unsigned(row, "slot")).transpose()
    }

    /// The transactions whose blocks are not known to be final, with their slots.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn pending(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let found = sqlx::query("SELECT signature, slot FROM transactions WHERE is_final = 0")
            .fetch_all(&self.pool)
            .await?;
        let pending = found.iter().map(|row| {
            let signature: String = row.try_get("signature")?;
            Ok((signature, unsigned(row, "slot")?))
        });
        pending.collect()
    }

    /// Every lane that was ever opened, as far as the history goes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lanes(&self) -> Result<BTreeMap<Pubkey, (Pubkey, Pubkey)>, StoreError> {
        let found = sqlx::query("SELECT lane, market, owner FROM lanes")
            .fetch_all(&self.pool)
            .await?;
        let lanes = found.iter().map(|row| {
            let place = (parsed(row, "market")?, parsed(row, "owner")?);
            Ok((parsed(row, "lane")?, place))
        });
        lanes.collect()
    }

    /// How many (transactions, events, trades) there are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counts(&self) -> Result<[u64; 3], StoreError> {
        let mut counts = [0; 3];
        let queries = [
            "SELECT COUNT(*) FROM transactions",
            "SELECT COUNT(*) FROM events",
            "SELECT COUNT(*) FROM trades",
        ];
        for (count, query) in counts.iter_mut().zip(queries) {
            let counted: i64 = sqlx::query_scalar(query).fetch_one(&self.pool).await?;
            *count = counted.unsigned_abs();
        }
        Ok(counts)
    }

    /// A venue's trades before one of them, latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn trades(
        &self,
        venue: &Pubkey,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Trade>, StoreError> {
        let found = sqlx::query(AssertSqlSafe(format!(
            "SELECT {} FROM trades WHERE venue = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            rows::TRADE
        )))
        .bind(venue.to_string())
        .bind(signed(before.unwrap_or(u64::MAX)))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        found.iter().map(rows::trade).collect()
    }

    /// A venue's latest candles that begin within a time, earliest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn candles(
        &self,
        venue: &Pubkey,
        interval: Interval,
        (from, to): (i64, i64),
        limit: u32,
    ) -> Result<Vec<Candle>, StoreError> {
        let found = sqlx::query(AssertSqlSafe(format!(
            "SELECT {} FROM candles WHERE venue = $1 AND seconds = $2 AND start >= $3 \
             AND start <= $4 ORDER BY start DESC LIMIT $5",
            rows::CANDLE
        )))
        .bind(venue.to_string())
        .bind(interval.seconds())
        .bind(from)
        .bind(to)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        found.iter().rev().map(rows::candle).collect()
    }

    /// The venues that have traded.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn venues(&self) -> Result<Vec<Pubkey>, StoreError> {
        let found = sqlx::query("SELECT DISTINCT venue FROM candles WHERE seconds = $1")
            .bind(Interval::Day.seconds())
            .fetch_all(&self.pool)
            .await?;
        found.iter().map(|row| parsed(row, "venue")).collect()
    }

    /// What an address did before one of its activities, latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn activities(
        &self,
        owner: &Pubkey,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Activity>, StoreError> {
        let found = sqlx::query(
            "SELECT id, owner, kind, signature, position, part, slot, block_time, venue, side, \
             base, quote, price, fee, account, order_id, mint FROM activities \
             WHERE owner = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        )
        .bind(owner.to_string())
        .bind(signed(before.unwrap_or(u64::MAX)))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        found.iter().map(rows::activity).collect()
    }

    /// Every event that is in, as (signature, position, kind), in no particular order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn events(&self) -> Result<Vec<(String, i64, String)>, StoreError> {
        let found = sqlx::query("SELECT signature, position, kind FROM events")
            .fetch_all(&self.pool)
            .await?;
        let events = found.iter().map(|row| {
            Ok((
                row.try_get("signature")?,
                row.try_get("position")?,
                row.try_get("kind")?,
            ))
        });
        events.collect()
    }
}
