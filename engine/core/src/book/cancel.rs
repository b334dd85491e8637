//! Removing many orders at once.

use super::{
    error::BookError,
    lane::{LaneHeader, LaneMut, MAX_CAPACITY},
    order::{Moment, Order},
    units::{BookSide, Ticks, plus},
};

/// What a bulk removal did on one side.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Removed {
    /// How many orders are gone.
    pub orders: u16,
    /// Their lots in sum; wraps.
    pub lots: u64,
}

impl Removed {
    fn count(&mut self, order: &Order) {
        self.orders = self.orders.wrapping_add(1);
        self.lots = self.lots.wrapping_add(order.lots.0);
    }
}

impl LaneMut<'_> {
    /// Removes the orders of a side that are `unwanted` and unlocks their funds; the others keep
    /// their order.
    // Not generic, so that the code stands once.
    #[inline(never)]
    fn remove_where(
        &mut self,
        side: BookSide,
        unwanted: &dyn Fn(&Order) -> bool,
    ) -> Result<Removed, BookError> {
        let sizes = self.header.sizes();
        let mut removed = Removed::default();
        let (mut kept, mut unlocked) = (0, 0u64);
        let orders = self.orders_mut(side);
        for at in 0..orders.len() {
            let order = orders[at];
            if unwanted(&order) {
                let lock = order.lock(sizes, side)?;
                unlocked = plus(unlocked, lock)?;
                removed.count(&order);
            } else {
                if kept != at {
                    orders[kept] = order;
                }
                kept += 1;
            }
        }
        self.set_count(side, kept);
        self.unlock(side, unlocked)?;
        Ok(removed)
    }

    /// Cancels every order with this client id, on both sides.
    ///
    /// # Errors
    /// [`BookError::OrderNotFound`] if there is none.
    pub fn cancel_client(&mut self, client_id: u64) -> Result<Removed, BookError> {
        let has_client_id = |order: &Order| order.client_id == client_id;
        let bids = self.remove_where(BookSide::Bid, &has_client_id)?;
        let asks = self.remove_where(BookSide::Ask, &has_client_id)?;
        let removed = Removed {
            orders: bids.orders.wrapping_add(asks.orders),
            lots: bids.lots.wrapping_add(asks.lots),
        };
        if removed.orders == 0 {
            return Err(BookError::OrderNotFound);
        }
        Ok(removed)
    }

    /// Cancels at most `most` orders of a side, best first, that are priced at `limit` or better:
    /// bids at `limit` or above, asks at `limit` or below.
    pub fn cancel_up_to(
        &mut self,
        side: BookSide,
        limit: Ticks,
        most: u16,
    ) -> Result<Removed, BookError> {
        let mut removed = Removed::default();
        while removed.orders < most {
            let Some(&best) = self.best(side) else { break };
            if !side.opposite().accepts(limit, best.price) {
                break;
            }
            self.drop_best(side)?;
            removed.count(&best);
        }
        Ok(removed)
    }

    /// Cancels all orders of a side.
    pub fn cancel_side(&mut self, side: BookSide) -> Result<Removed, BookError> {
        let removed = Removed {
            orders: self.header.count(side) as u16,
            lots: self
                .as_ref()
                .orders(side)
                .iter()
                .fold(0, |sum, order| order.lots.0.wrapping_add(sum)),
        };
        let (free, locked) = self.header.funds_mut(side);
        // Whatever is locked is locked by the orders of this side.
        *free = plus(*free, *locked)?;
        *locked = 0;
        self.set_count(side, 0);
        Ok(removed)
    }

    /// Removes what has expired on a side, wherever it stands.
    pub fn reap(&mut self, side: BookSide, moment: Moment) -> Result<Removed, BookError> {
        self.remove_where(side, &|order| order.is_expired(moment))
    }

    /// Cancels a side's best order.
    pub(super) fn drop_best(&mut self, side: BookSide) -> Result<(), BookError> {
        let sizes = self.header.sizes();
        if let Some(best) = self.best(side) {
            let lock = best.lock(sizes, side)?;
            self.unlock(side, lock)?;
            self.pop(side);
        }
        Ok(())
    }

    /// Cancels the expired orders above a side's best live one, and reports them.
    pub(super) fn drop_expired(
        &mut self,
        side: BookSide,
        moment: Moment,
        mut expired: impl FnMut(&Order),
    ) -> Result<(), BookError> {
        while let Some(&best) = self.best(side)
            && best.is_expired(moment)
        {
            self.drop_best(side)?;
            expired(&best);
        }
        Ok(())
    }

    /// A side's best order that can still trade. Expired ones above it are cancelled, and
    /// reported.
    pub(super) fn live_best(
        &mut self,
        side: BookSide,
        moment: Moment,
        expired: impl FnMut(&Order),
    ) -> Result<Option<Order>, BookError> {
        self.drop_expired(side, moment, expired)?;
        Ok(self.best(side).copied())
    }

    /// Gives the lane room for more orders. `bytes` are the account's behind the discriminator,
    /// already as long as the new capacity demands, with zeros behind the lane as it was.
    ///
    /// # Errors
    /// [`BookError::InvalidCapacity`] unless the capacity grows, within
    /// [`MAX_CAPACITY`]; [`BookError::MalformedLane`] if the bytes do not fit.
    pub fn grow(bytes: &mut [u8], capacity: u16) -> Result<(), BookError> {
        let (head, rest) = bytes
            .split_at_mut_checked(size_of::<LaneHeader>())
            .ok_or(BookError::MalformedLane)?;
        let header: &mut LaneHeader =
            bytemuck::try_from_bytes_mut(head).map_err(|_| BookError::MalformedLane)?;
        let orders: &mut [Order] =
            bytemuck::try_cast_slice_mut(rest).map_err(|_| BookError::MalformedLane)?;
        let (old, new) = (usize::from(header.capacity), usize::from(capacity));
        if new <= old || capacity > MAX_CAPACITY {
            return Err(BookError::InvalidCapacity);
        }
        if orders.len() != 2 * new
            || header.bid_count > header.capacity
            || header.ask_count > header.capacity
        {
            return Err(BookError::MalformedLane);
        }
        orders.copy_within(old..2 * old, new);
        // What the asks left behind is free room of the bids, or of the asks, now.
        orders[old..new].fill(Order::default());
        header.capacity = capacity;
        Ok(())
    }
}
