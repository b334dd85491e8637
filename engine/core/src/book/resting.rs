//! Placing, reducing and cancelling single orders.

use super::{
    error::BookError,
    lane::LaneMut,
    market::lock,
    order::{NewOrder, Order},
    units::{BookSide, Lots, OrderId, Ticks},
};

impl LaneMut<'_> {
    /// Whether an order of `side` at `price` would trade with the lane's own other side.
    #[inline]
    pub(super) fn crosses_itself(&self, side: BookSide, price: Ticks) -> bool {
        self.best(side.opposite())
            .is_some_and(|best| side.accepts(price, best.price))
    }

    /// Rests an order and locks what it may have to pay. Orders of one price stand in the order of
    /// their ids.
    ///
    /// # Errors
    /// [`BookError::ZeroLots`], [`BookError::ZeroPrice`], [`BookError::CrossesOwnOrder`],
    /// [`BookError::LaneFull`], [`BookError::InsufficientFunds`], [`BookError::Overflow`]; the lane
    /// is then unchanged.
    pub fn place(
        &mut self,
        order: &NewOrder,
        maker_rate: i32,
        slot: u64,
    ) -> Result<OrderId, BookError> {
        let NewOrder { side, price, .. } = *order;
        if order.lots == Lots::ZERO {
            return Err(BookError::ZeroLots);
        }
        if price.0 == 0 {
            return Err(BookError::ZeroPrice);
        }
        if self.crosses_itself(side, price) {
            return Err(BookError::CrossesOwnOrder);
        }
        let count = self.header.count(side);
        if count >= usize::from(self.header.capacity) {
            return Err(BookError::LaneFull);
        }
        let cost = lock(self.header.sizes(), side, price, order.lots, maker_rate)?;
        let id = OrderId::after(self.header.last_id, side, slot)?;
        let (free, locked) = self.header.funds_mut(side);
        if cost > *free {
            return Err(BookError::InsufficientFunds);
        }
        *locked = locked.checked_add(cost).ok_or(BookError::Overflow)?;
        *free -= cost;
        self.header.last_id = id;
        self.insert(
            side,
            Order {
                id,
                lots: order.lots,
                client_id: order.client_id,
                expires_slot: order.expiry.slot,
                price,
                expires_at: order.expiry.time,
                maker_rate,
                reserved: 0,
            },
        );
        Ok(id)
    }

    /// Puts an order, later than all others, behind the better and the equal ones. There must be
    /// room.
    fn insert(&mut self, side: BookSide, order: Order) {
        let count = self.header.count(side);
        let room = self.room_mut(side);
        let price = order.price;
        // From the best down: quotes mostly go near the top.
        let mut at = count;
        while at > 0 {
            let other = room[at - 1].price;
            let is_worse = match side {
                BookSide::Bid => other < price,
                BookSide::Ask => other > price,
            };
            if is_worse {
                break;
            }
            at -= 1;
        }
        room.copy_within(at..count, at + 1);
        room[at] = order;
        self.set_count(side, count + 1);
    }

    /// Where in its side's list an order lies.
    #[inline]
    fn position(&self, id: OrderId) -> Result<usize, BookError> {
        let orders = self.as_ref().orders(id.side());
        let mut at = orders.len();
        while at > 0 {
            at -= 1;
            if orders[at].id == id {
                return Ok(at);
            }
        }
        Err(BookError::OrderNotFound)
    }

    /// Removes the order at a place in a side's list and unlocks its funds.
    pub(super) fn remove_at(&mut self, side: BookSide, at: usize) -> Result<Order, BookError> {
        let order = *self
            .as_ref()
            .orders(side)
            .get(at)
            .ok_or(BookError::OrderNotFound)?;
        self.unlock(side, order.lock(self.header.sizes(), side)?)?;
        let count = self.header.count(side);
        self.orders_mut(side).copy_within(at + 1.., at);
        self.set_count(side, count - 1);
        Ok(order)
    }

    /// Moves locked funds to the free ones.
    #[inline]
    pub(super) fn unlock(&mut self, side: BookSide, amount: u64) -> Result<(), BookError> {
        let (free, locked) = self.header.funds_mut(side);
        let free_after = free.checked_add(amount).ok_or(BookError::Overflow)?;
        *locked = locked.checked_sub(amount).ok_or(BookError::Overflow)?;
        *free = free_after;
        Ok(())
    }

    /// Cancels an order.
    ///
    /// # Errors
    /// [`BookError::OrderNotFound`].
    pub fn cancel(&mut self, id: OrderId) -> Result<Order, BookError> {
        let at = self.position(id)?;
        self.remove_at(id.side(), at)
    }

    /// Makes an order smaller without losing its place; all of it or more cancels it. Returns the
    /// order as it was, and what is left of it.
    ///
    /// # Errors
    /// [`BookError::ZeroLots`], [`BookError::OrderNotFound`].
    pub fn reduce(&mut self, id: OrderId, lots: Lots) -> Result<(Order, Lots), BookError> {
        if lots == Lots::ZERO {
            return Err(BookError::ZeroLots);
        }
        let side = id.side();
        let at = self.position(id)?;
        let order = self.as_ref().orders(side)[at];
        if lots >= order.lots {
            return Ok((self.remove_at(side, at)?, Lots::ZERO));
        }
        let left = Lots(order.lots.0 - lots.0);
        self.set_lots_at(side, at, left)?;
        Ok((order, left))
    }

    /// Gives an order fewer lots and unlocks the difference.
    pub(super) fn set_lots_at(
        &mut self,
        side: BookSide,
        at: usize,
        lots: Lots,
    ) -> Result<(), BookError> {
        let sizes = self.header.sizes();
        let mut order = *self
            .as_ref()
            .orders(side)
            .get(at)
            .ok_or(BookError::OrderNotFound)?;
        let before = order.lock(sizes, side)?;
        order.lots = lots;
        let after = order.lock(sizes, side)?;
        self.unlock(side, before.checked_sub(after).ok_or(BookError::Overflow)?)?;
        self.orders_mut(side)[at].lots = lots;
        Ok(())
    }
}
