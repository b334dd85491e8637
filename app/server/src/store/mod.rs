//! The history, kept: SQLite by default, PostgreSQL by URL.
//!
//! What a commit brings (transactions, events, trades, candles, activities and how far the chain has
//! been read) is in one database transaction: after a crash all of it is there or none. A
//! transaction that is there already is left out, whatever else it is said to contain. What is taken
//! back leaves no trace: its candles are made anew out of the trades that are left.
//!
//! One gateway writes to a database: it holds a [`Claim`]. Anybody may read.

mod backlog;
mod candles;
mod claim;
mod model;
mod orders;
mod read;
mod rows;
mod stakes;
mod write;

pub use backlog::{Entry, Walk};
pub use candles::Interval;
pub use claim::Claim;
pub use model::{
    Activity, Batch, BookChange, Candle, ClosedEpoch, Committed, Cursor, EventRow, LaneRow,
    OrderRow, PositionRow, Recorded, Resting, Trade,
};

use std::{io, path::PathBuf};

use sqlx::{
    AnyPool,
    any::AnyPoolOptions,
    migrate::{Migration, MigrationType, Migrator},
};
use thiserror::Error;

/// Why the history cannot be kept or read.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought to this version's form.
    #[error("the database cannot be brought to this version's form: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The database is about another chain.
    #[error(
        "the database holds the history of the chain {kept}, and the node is on {node}; \
         use another database, which `{{genesis}}` in its name does by itself"
    )]
    OtherChain {
        /// The chain's genesis hash in the database.
        kept: String,
        /// The node's.
        node: String,
    },
    /// Something in the database is not what this version writes.
    #[error("the database's {column} holds {value:?}, which this version cannot read")]
    Unreadable {
        /// Where.
        column: &'static str,
        /// What.
        value: String,
    },
    /// Another gateway writes to the database.
    #[error(
        "another gateway writes to the database {database}; stop it, or give this one a database \
         of its own (index.database_url)"
    )]
    InUse {
        /// Which: a file, or a name.
        database: String,
    },
    /// The file that says that a gateway writes to the database cannot be made.
    #[error("the database cannot be claimed: {}: {source}", file.display())]
    Unclaimable {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The URL is of no database that is supported.
    #[error("{0} is neither a sqlite:// nor a postgres:// URL")]
    UnknownDatabase(String),
}

/// The database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    is_sqlite: bool,
}

/// The tables, step by step. A step that was released is never changed: a new one is added.
const MIGRATIONS: [(i64, &str, &str); 4] = [
    (
        1,
        "history",
        include_str!("../../migrations/0001_history.sql"),
    ),
    (
        2,
        "finality",
        include_str!("../../migrations/0002_finality.sql"),
    ),
    (
        3,
        "orders",
        include_str!("../../migrations/0003_orders.sql"),
    ),
    (
        4,
        "stakes",
        include_str!("../../migrations/0004_stakes.sql"),
    ),
];

/// Connections at a time: readers do not wait for each other, and there is one writer.
const CONNECTIONS: u32 = 8;
/// How much of the genesis hash tells chains' files apart.
const GENESIS_CHARACTERS: usize = 8;

impl Store {
    /// Opens the database, which is created and brought up to date if needed.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::OtherChain`] if it holds another chain's history.
    pub async fn open(url: &str, genesis_hash: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let start: String = genesis_hash.chars().take(GENESIS_CHARACTERS).collect();
        let mut url = url.replace("{genesis}", &start);
        let is_sqlite = url.starts_with("sqlite:");
        if !is_sqlite && !url.starts_with("postgres:") && !url.starts_with("postgresql:") {
            // Whatever else it is may contain a password.
            let scheme = url.split(':').next().unwrap_or_default();
            return Err(StoreError::UnknownDatabase(format!("{scheme}:…")));
        }
        if is_sqlite && !url.contains('?') {
            url.push_str("?mode=rwc");
        }
        let options = AnyPoolOptions::new().max_connections(CONNECTIONS);
        let options = options.after_connect(move |connection, _| {
            Box::pin(async move {
                if is_sqlite {
                    // Readers go on while something is written; a crash of the process loses
                    // nothing, one of the machine at most what the chain is asked for again.
                    let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                                    PRAGMA busy_timeout = 5000";
                    sqlx::raw_sql(settings).execute(connection).await?;
                }
                Ok(())
            })
        });
        let pool = options.connect(&url).await?;
        let steps = MIGRATIONS.map(|(version, name, sql)| {
            let sql = sqlx::SqlStr::from_static(sql);
            Migration::new(version, name.into(), MigrationType::Simple, sql, false)
        });
        Migrator::with_migrations(steps.into()).run(&pool).await?;
        let store = Self { pool, is_sqlite };
        store.require_chain(genesis_hash).await?;
        Ok(store)
    }

    async fn require_chain(&self, genesis_hash: &str) -> Result<(), StoreError> {
        let inserted =
            "INSERT INTO chain (id, genesis_hash) VALUES (1, $1) ON CONFLICT (id) DO NOTHING";
        sqlx::query(inserted)
            .bind(genesis_hash)
            .execute(&self.pool)
            .await?;
        let kept: String = sqlx::query_scalar("SELECT genesis_hash FROM chain WHERE id = 1")
            .fetch_one(&self.pool)
            .await?;
        match kept == genesis_hash {
            true => Ok(()),
            false => Err(StoreError::OtherChain {
                kept,
                node: genesis_hash.to_owned(),
            }),
        }
    }

    /// Waits for what is under way and closes the database.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

#[cfg(test)]
mod tests;
