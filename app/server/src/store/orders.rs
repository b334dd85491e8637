//! Orders that rest.

use sqlx::AnyConnection;

use super::{
    BookChange, LaneRow, OrderRow, Resting, Store, StoreError,
    rows::{narrow, parsed},
};

impl Store {
    /// The orders of the lanes that are followed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn resting(&self) -> Result<Resting, StoreError> {
        let lanes = sqlx::query("SELECT lane, market FROM lanes WHERE is_followed = 1")
            .fetch_all(&self.pool)
            .await?;
        let mut resting = Resting::new();
        for row in &lanes {
            let market = (parsed(row, "market")?, Vec::new());
            resting.insert(parsed(row, "lane")?, market);
        }
        let orders = sqlx::query(
            "SELECT lane, order_id, price, lots, client_id, expires_slot, expires_at FROM orders",
        )
        .fetch_all(&self.pool)
        .await?;
        for row in &orders {
            let order = OrderRow {
                lane: parsed(row, "lane")?,
                id: parsed(row, "order_id")?,
                price: narrow(row, "price")?,
                lots: parsed(row, "lots")?,
                client_id: parsed(row, "client_id")?,
                expires_slot: parsed(row, "expires_slot")?,
                expires_at: narrow(row, "expires_at")?,
            };
            if let Some((_, orders)) = resting.get_mut(&order.lane) {
                orders.push(order);
            }
        }
        Ok(resting)
    }
}

/// Keeps what became of a lane, or of an order.
pub(super) async fn put(open: &mut AnyConnection, change: &BookChange) -> Result<(), StoreError> {
    match change {
        BookChange::Lane(lane) => put_lane(open, lane).await,
        BookChange::Order(order) => put_order(open, order).await,
    }
}

async fn put_lane(open: &mut AnyConnection, lane: &LaneRow) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM orders WHERE lane = $1")
        .bind(lane.lane.to_string())
        .execute(&mut *open)
        .await?;
    sqlx::query(
        "INSERT INTO lanes (lane, market, owner, is_followed) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (lane) DO UPDATE SET is_followed = $4",
    )
    .bind(lane.lane.to_string())
    .bind(lane.market.to_string())
    .bind(lane.owner.to_string())
    .bind(i64::from(lane.is_followed))
    .execute(open)
    .await?;
    Ok(())
}

async fn put_order(open: &mut AnyConnection, order: &OrderRow) -> Result<(), StoreError> {
    if order.lots == 0 {
        sqlx::query("DELETE FROM orders WHERE lane = $1 AND order_id = $2")
            .bind(order.lane.to_string())
            .bind(order.id.to_string())
            .execute(open)
            .await?;
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO orders (lane, order_id, price, lots, client_id, expires_slot, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (lane, order_id) DO UPDATE SET lots = $4",
    )
    .bind(order.lane.to_string())
    .bind(order.id.to_string())
    .bind(i64::from(order.price))
    .bind(order.lots.to_string())
    .bind(order.client_id.to_string())
    .bind(order.expires_slot.to_string())
    .bind(i64::from(order.expires_at))
    .execute(open)
    .await?;
    Ok(())
}
