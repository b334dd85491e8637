//! Lists of transactions that are too long to be held in memory.
//!
//! Nodes list from the latest to the oldest, and history is written from the oldest to the latest.
//! So a long list is kept here, page by page as it is read, and then worked off from its other end.
//! It can be read on, and worked off further, after any interruption.

use std::collections::BTreeMap;

use solana_pubkey::Pubkey;
use sqlx::Row as _;

use super::{
    Store, StoreError,
    rows::{parsed, signed, unsigned},
};

/// A transaction in a program's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub signature: String,
    /// The slot.
    pub slot: u64,
    /// The block's time, Unix seconds, where the node tells it.
    pub time: Option<i64>,
    /// It was executed and failed: nothing happened.
    pub has_failed: bool,
}

/// How far a program's list has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walk {
    /// The oldest transaction so far.
    pub oldest: String,
    /// Whether there are no older ones.
    pub is_complete: bool,
}

impl Store {
    /// The lists that are being read, or worked off, by program.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn walks(&self) -> Result<BTreeMap<Pubkey, Walk>, StoreError> {
        let found = sqlx::query("SELECT program, oldest, is_complete FROM walks")
            .fetch_all(&self.pool)
            .await?;
        let walks = found.iter().map(|row| {
            let walk = Walk {
                oldest: row.try_get("oldest")?,
                is_complete: unsigned(row, "is_complete")? != 0,
            };
            Ok((parsed(row, "program")?, walk))
        });
        walks.collect()
    }

    /// Keeps the next page of each of some lists, latest first: all of them, or none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_pages(&self, pages: &[(Pubkey, Vec<Entry>, Walk)]) -> Result<(), StoreError> {
        let mut open = self.begin().await?;
        for (program, entries, walk) in pages {
            let program = program.to_string();
            let lowest: Option<i64> =
                sqlx::query_scalar("SELECT MIN(rank) FROM backlog WHERE program = $1")
                    .bind(&program)
                    .fetch_one(&mut *open)
                    .await?;
            let mut rank = lowest.unwrap_or(0);
            for entry in entries {
                rank -= 1;
                sqlx::query(
                    "INSERT INTO backlog (program, rank, signature, slot, block_time, has_failed) \
                     VALUES ($1, $2, $3, $4, $5, $6)",
                )
                .bind(&program)
                .bind(rank)
                .bind(&entry.signature)
                .bind(signed(entry.slot))
                .bind(entry.time)
                .bind(i64::from(entry.has_failed))
                .execute(&mut *open)
                .await?;
            }
            sqlx::query(
                "INSERT INTO walks (program, oldest, is_complete) VALUES ($1, $2, $3) \
                 ON CONFLICT (program) DO UPDATE SET oldest = $2, is_complete = $3",
            )
            .bind(&program)
            .bind(&walk.oldest)
            .bind(i64::from(walk.is_complete))
            .execute(&mut *open)
            .await?;
        }
        open.commit().await?;
        Ok(())
    }

    /// The oldest transactions of the backlog, each program's oldest first, and the slot up to which
    /// these are all: so many, and what else is in the slot of the last. `None` if there are none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn oldest(
        &self,
        count: u32,
    ) -> Result<Option<(u64, BTreeMap<Pubkey, Vec<Entry>>)>, StoreError> {
        let through: Option<i64> = sqlx::query_scalar(
            "SELECT MAX(slot) FROM (SELECT slot FROM backlog ORDER BY slot LIMIT $1) AS oldest",
        )
        .bind(i64::from(count))
        .fetch_one(&self.pool)
        .await?;
        let Some(through) = through else {
            return Ok(None);
        };
        let found = sqlx::query(
            "SELECT program, signature, slot, block_time, has_failed FROM backlog \
             WHERE slot <= $1 ORDER BY program, rank",
        )
        .bind(through)
        .fetch_all(&self.pool)
        .await?;
        let mut entries: BTreeMap<Pubkey, Vec<Entry>> = BTreeMap::new();
        for row in &found {
            let of_program = entries.entry(parsed(row, "program")?).or_default();
            of_program.push(Entry {
                signature: row.try_get("signature")?,
                slot: unsigned(row, "slot")?,
                time: row.try_get("block_time")?,
                has_failed: unsigned(row, "has_failed")? != 0,
            });
        }
        Ok(Some((through.unsigned_abs(), entries)))
    }

    /// The lists have been worked off.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_walks(&self) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM walks").execute(&self.pool).await?;
        Ok(())
    }
}
