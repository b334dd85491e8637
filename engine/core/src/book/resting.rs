//! Placing, reducing and cancelling single orders.

use super::{
    error::BookError,
    lane::LaneMut,
    market::lock,
    order::{NewOrder, Order},
    units::{BookSide, Lots, OrderId, Ticks, plus},
};

/// A side as a constant: 0 bids, 1 asks.
#[inline(always)]
const fn side_of<const SIDE: u8>() -> BookSide {
    if SIDE == 0 {
        BookSide::Bid
    } else {
        BookSide::Ask
    }
}

impl LaneMut<'_> {
    /// Whether an order of `side` at `price` would trade with the lane's own other side.
    #[inline(always)]
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
    #[inline(always)]
    pub fn place(
        &mut self,
        order: &NewOrder,
        maker_rate: i32,
        slot: u64,
    ) -> Result<OrderId, BookError> {
        // Once for each side, so that nothing further in has to ask.
        match order.side {
            BookSide::Bid => self.place_on::<0>(order, maker_rate, slot),
            BookSide::Ask => self.place_on::<1>(order, maker_rate, slot),
        }
    }

    #[inline(always)]
    fn place_on<const SIDE: u8>(
        &mut self,
        order: &NewOrder,
        maker_rate: i32,
        slot: u64,
    ) -> Result<OrderId, BookError> {
        let (side, price) = (side_of::<SIDE>(), order.price);
        if order.lots == Lots::ZERO {
            return Err(BookError::ZeroLots);
        }
        if price.0 == 0 {
            return Err(BookError::ZeroPrice);
        }
        if self.crosses_itself(side, price) {
            return Err(BookError::CrossesOwnOrder);
        }
        if self.header.count(side) >= usize::from(self.header.capacity) {
            return Err(BookError::LaneFull);
        }
        let cost = lock(self.header.sizes(), side, price, order.lots, maker_rate)?;
        let id = OrderId::after(self.header.last_id, side, slot)?;
        let (free, locked) = self.header.funds_mut(side);
        if cost > *free {
            return Err(BookError::InsufficientFunds);
        }
        *locked = plus(*locked, cost)?;
        *free -= cost;
        self.header.last_id = id;
        self.insert::<SIDE>(Order {
            id,
            lots: order.lots,
            client_id: order.client_id,
            expires_slot: order.expiry.slot,
            price,
            expires_at: order.expiry.time,
            maker_rate,
            reserved: 0,
        });
        Ok(id)
    }

    /// Puts an order, later than all others, behind the better and the equal ones. There must be
    /// room.
    #[inline(always)]
    fn insert<const SIDE: u8>(&mut self, order: Order) {
        let side = side_of::<SIDE>();
        let count = self.header.count(side);
        self.set_count(side, count + 1);
        let room = self.orders_mut(side);
        let is_worse = |other: &Order| match side {
            BookSide::Bid => other.price < order.price,
            BookSide::Ask => other.price > order.price,
        };
        // From the best down, for quotes mostly go near the top, and by fours first: if one is not
        // worse, neither are those above it.
        let mut at = count;
        while let Some(below) = at.checked_sub(4)
            && room.get(below).is_some_and(|other| !is_worse(other))
        {
            at = below;
        }
        while let Some(below) = at.checked_sub(1)
            && room.get(below).is_some_and(|other| !is_worse(other))
        {
            at = below;
        }
        if at < count {
            room.copy_within(at..count, at + 1);
        }
        room[at] = order;
    }

    /// Where in its side's list an order lies.
    #[inline(always)]
    fn position(&self, side: BookSide, id: OrderId) -> Result<usize, BookError> {
        self.as_ref()
            .orders(side)
            .iter()
            .rposition(|order| order.id == id)
            .ok_or(BookError::OrderNotFound)
    }

    /// Removes the order at a place in a side's list and unlocks its funds.
    #[inline(always)]
    pub(super) fn remove_at(&mut self, side: BookSide, at: usize) -> Result<Order, BookError> {
        let order = *self
            .as_ref()
            .orders(side)
            .get(at)
            .ok_or(BookError::OrderNotFound)?;
        self.unlock(side, order.lock(self.header.sizes(), side)?)?;
        let count = self.header.count(side);
        if at + 1 < count {
            self.orders_mut(side).copy_within(at + 1.., at);
        }
        self.set_count(side, count - 1);
        Ok(order)
    }

    /// Moves locked funds to the free ones.
    #[inline(always)]
    pub(super) fn unlock(&mut self, side: BookSide, amount: u64) -> Result<(), BookError> {
        let (free, locked) = self.header.funds_mut(side);
        let free_after = plus(*free, amount)?;
        *locked = locked.checked_sub(amount).ok_or(BookError::Overflow)?;
        *free = free_after;
        Ok(())
    }

    /// Cancels an order.
    ///
    /// # Errors
    /// [`BookError::OrderNotFound`].
    #[inline(always)]
    pub fn cancel(&mut self, id: OrderId) -> Result<Order, BookError> {
        match id.side() {
            BookSide::Bid => self.cancel_on::<0>(id),
            BookSide::Ask => self.cancel_on::<1>(id),
        }
    }

    #[inline(always)]
    fn cancel_on<const SIDE: u8>(&mut self, id: OrderId) -> Result<Order, BookError> {
        let side = side_of::<SIDE>();
        let at = self.position(side, id)?;
        self.remove_at(side, at)
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
        let at = self.position(side, id)?;
        let order = self.as_ref().orders(side)[at];
        if lots >= order.lots {
            return Ok((self.cancel(id)?, Lots::ZERO));
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
