//! One gateway per database.

use std::{
    fs::{File, TryLockError},
    path::PathBuf,
    time::Duration,
};

use sqlx::{AnyConnection, AnyPool, Connection as _};
use tokio::time::sleep;

use super::{Store, StoreError};

/// What gateways lock in PostgreSQL: a number that nobody else is likely to use.
const LOCK: i64 = 0x5ea1_a9e0_0000_0001;
/// How often the connection with the lock is looked at.
const GLANCE: Duration = Duration::from_secs(5);

/// The right to write to a database, for as long as this lives. It ends with the process, however
/// that ends.
///
/// Of SQLite it is a lock on a file beside the database. On the database's own file it would not do:
/// closing that file anywhere in the process would end SQLite's own locks. Of PostgreSQL it is an
/// advisory lock, which is held by a connection.
#[derive(Debug)]
pub struct Claim(Held);

#[derive(Debug)]
enum Held {
    /// Nobody else can have a database in memory.
    Nothing,
    File(#[allow(dead_code, reason = "the lock is held while it is open")] File),
    Connection {
        pool: AnyPool,
        held: AnyConnection,
    },
}

impl Store {
    /// Claims the right to write.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another gateway has it.
    pub async fn claim(&self) -> Result<Claim, StoreError> {
        if !self.is_sqlite {
            let held = locked(&self.pool).await?;
            let pool = self.pool.clone();
            return Ok(Claim(Held::Connection { pool, held }));
        }
        let file: Option<String> =
            sqlx::query_scalar("SELECT file FROM pragma_database_list WHERE name = 'main'")
                .fetch_one(&self.pool)
                .await?;
        let Some(database) = file.filter(|file| !file.is_empty()) else {
            return Ok(Claim(Held::Nothing));
        };
        let file = PathBuf::from(format!("{database}.lock"));
        let unclaimable = |source| StoreError::Unclaimable {
            file: file.clone(),
            source,
        };
        let options = File::options().create(true).append(true).open(&file);
        let lock = options.map_err(unclaimable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Claim(Held::File(lock))),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { database }),
            Err(TryLockError::Error(source)) => Err(unclaimable(source)),
        }
    }
}

impl Claim {
    /// Waits until another gateway has the claim instead: PostgreSQL gives it away when the
    /// connection breaks. What was written meanwhile is good, because writers take turns and nothing
    /// is written twice.
    pub async fn lost(&mut self) -> StoreError {
        let Held::Connection { pool, held } = &mut self.0 else {
            return std::future::pending().await;
        };
        loop {
            sleep(GLANCE).await;
            if held.ping().await.is_ok() {
                continue;
            }
            match locked(pool).await {
                Ok(again) => *held = again,
                Err(error @ StoreError::InUse { .. }) => return error,
                Err(error) => tracing::warn!(%error, "the database does not answer"),
            }
        }
    }
}

/// A connection that holds the lock.
async fn locked(pool: &AnyPool) -> Result<AnyConnection, StoreError> {
    let mut connection = pool.acquire().await?.detach();
    let is_locked: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(LOCK)
        .fetch_one(&mut connection)
        .await?;
    if is_locked {
        return Ok(connection);
    }
    let database = sqlx::query_scalar("SELECT current_database()::text")
        .fetch_one(&mut connection)
        .await?;
    Err(StoreError::InUse { database })
}
