//! Positions that were opened, and epochs that were closed.

use std::collections::BTreeMap;

use solana_pubkey::Pubkey;
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{
    Store, StoreError,
    model::{ClosedEpoch, PositionRow},
    rows::{narrow, parsed, signed, unsigned},
};

/// A position's farm and owner.
type Place = (Pubkey, Pubkey);

impl Store {
    /// Every position that was ever opened, as far as the history goes, with its farm and owner.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn positions(&self) -> Result<BTreeMap<Pubkey, Place>, StoreError> {
        let found = sqlx::query("SELECT stake, farm, owner FROM positions")
            .fetch_all(&self.pool)
            .await?;
        let positions = found.iter().map(|row| {
            let place = (parsed(row, "farm")?, parsed(row, "owner")?);
            Ok((parsed(row, "stake")?, place))
        });
        positions.collect()
    }

    /// A farm's closed epochs before one of them, latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn epochs(
        &self,
        farm: &Pubkey,
        before: Option<u32>,
        limit: u32,
    ) -> Result<Vec<ClosedEpoch>, StoreError> {
        let found = sqlx::query(
            "SELECT farm, epoch, signature, slot, block_time, points, weight, rewards FROM epochs \
             WHERE farm = $1 AND epoch < $2 ORDER BY epoch DESC LIMIT $3",
        )
        .bind(farm.to_string())
        .bind(before.map_or(i64::MAX, i64::from))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        found.iter().map(closed_epoch).collect()
    }
}

fn closed_epoch(row: &AnyRow) -> Result<ClosedEpoch, StoreError> {
    let listed: String = row.try_get("rewards")?;
    let unreadable = || StoreError::Unreadable {
        column: "rewards",
        value: listed.clone(),
    };
    let rewards: Result<Vec<u64>, _> = listed.split(',').map(str::parse).collect();
    let rewards = rewards.map_err(|_| unreadable())?;
    Ok(ClosedEpoch {
        farm: parsed(row, "farm")?,
        epoch: narrow(row, "epoch")?,
        signature: row.try_get("signature")?,
        slot: unsigned(row, "slot")?,
        time: row.try_get("block_time")?,
        points: parsed(row, "points")?,
        weight: parsed(row, "weight")?,
        rewards: rewards.try_into().map_err(|_| unreadable())?,
    })
}

pub(super) async fn put_position(
    open: &mut AnyConnection,
    row: &PositionRow,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO positions (stake, farm, owner) VALUES ($1, $2, $3) \
         ON CONFLICT (stake) DO NOTHING",
    )
    .bind(row.position.to_string())
    .bind(row.farm.to_string())
    .bind(row.owner.to_string())
    .execute(open)
    .await?;
    Ok(())
}

/// An epoch is closed once; what says so a second time is of another block than the first.
pub(super) async fn put_epoch(
    open: &mut AnyConnection,
    closed: &ClosedEpoch,
) -> Result<(), StoreError> {
    let rewards: Vec<String> = closed.rewards.iter().map(u64::to_string).collect();
    sqlx::query(
        "INSERT INTO epochs (farm, epoch, signature, slot, block_time, points, weight, rewards) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (farm, epoch) DO UPDATE SET \
         signature = $3, slot = $4, block_time = $5, points = $6, weight = $7, rewards = $8",
    )
    .bind(closed.farm.to_string())
    .bind(i64::from(closed.epoch))
    .bind(&closed.signature)
    .bind(signed(closed.slot))
    .bind(closed.time)
    .bind(closed.points.to_string())
    .bind(closed.weight.to_string())
    .bind(rewards.join(","))
    .execute(open)
    .await?;
    Ok(())
}
