//! Placing and replacing orders.

use super::*;

impl Model {
    /// Ids grow; above all they grow with the slot. The lowest bit is the side.
    fn next_id(&mut self, lane: u8, side: BookSide) -> u64 {
        let slot = self.slot;
        let last = &mut self.lane(lane).last_id;
        *last = ((*last & !1) + 2).max(slot << 24) | side as u64;
        *last
    }

    fn insert(&mut self, lane: u8, side: BookSide, order: RestingOrder) {
        let orders = self.lane(lane).orders_mut(side);
        let at = orders
            .iter()
            .position(|other| is_worse(side, other.price, order.price))
            .unwrap_or(orders.len());
        orders.insert(at, order);
    }

    pub(super) fn place(&mut self, lane: u8, quote: &Quote) -> Outcome<u64> {
        let Quote { side, price, .. } = *quote;
        if quote.lots == 0 {
            return Err(BookError::ZeroLots);
        }
        if price == 0 {
            return Err(BookError::ZeroPrice);
        }
        let own = &self.lanes[usize::from(lane)];
        if let Some(best) = own.orders(side.opposite()).first()
            && within(side, price, best.price)
        {
            return Err(BookError::CrossesOwnOrder);
        }
        if own.orders(side).len() == own.capacity {
            return Err(BookError::LaneFull);
        }
        let mut order = RestingOrder {
            id: 0,
            lots: quote.lots,
            client_id: quote.client_id,
            expires_slot: quote.expires_slot,
            price,
            expires_at: quote.expires_at,
            maker_rate: self.fees.maker,
        };
        if self.lock_of(side, &order)? > self.free(lane, side) {
            return Err(BookError::InsufficientFunds);
        }
        order.id = self.next_id(lane, side);
        self.insert(lane, side, order);
        Ok(order.id)
    }

    /// The best price of a side, of orders that can still trade, in the lanes shown.
    fn best_shown(&self, side: BookSide, shown: &[u8]) -> Option<u32> {
        let prices = shown.iter().flat_map(|&lane| {
            let orders = self.lanes[usize::from(lane)].orders(side).iter();
            orders
                .filter(|order| !self.is_expired(order))
                .map(|order| order.price)
        });
        match side {
            BookSide::Bid => prices.max(),
            BookSide::Ask => prices.min(),
        }
    }

    fn post_only(&self, quote: &Quote, post_only: PostOnly, best: Option<u32>) -> Outcome<Quote> {
        let mut quote = *quote;
        let Some(best) = best.filter(|&best| within(quote.side, quote.price, best)) else {
            return Ok(quote);
        };
        match (post_only, quote.side) {
            (PostOnly::Off, _) => {}
            (PostOnly::Reject, _) => return Err(BookError::WouldTake),
            (PostOnly::Slide, BookSide::Bid) if best > 1 => quote.price = best - 1,
            (PostOnly::Slide, BookSide::Ask) if best < u32::MAX => quote.price = best + 1,
            (PostOnly::Slide, _) => return Err(BookError::WouldTake),
        }
        Ok(quote)
    }

    pub(super) fn place_all(
        &mut self,
        lane: u8,
        quotes: &[Quote],
        post_only: PostOnly,
        shown: &[u8],
    ) -> Outcome<Done> {
        let mut ids = Vec::new();
        for quote in quotes {
            let best = self.best_shown(quote.side.opposite(), shown);
            let quote = self.post_only(quote, post_only, best)?;
            ids.push(self.place(lane, &quote)?);
        }
        Ok(Done::Placed(ids))
    }

    /// Prices of a ladder, each so far from the one before, the first from the reference.
    fn ladder_price(side: BookSide, from: u32, distance: u16) -> Outcome<u32> {
        let price = match side {
            BookSide::Bid => i64::from(from) - i64::from(distance),
            BookSide::Ask => i64::from(from) + i64::from(distance),
        };
        if price <= 0 {
            return Err(BookError::ZeroPrice);
        }
        u32::try_from(price).map_err(|_| BookError::Overflow)
    }

    pub(super) fn replace_all(
        &mut self,
        lane: u8,
        ladders: &Ladders,
        shown: &[u8],
    ) -> Outcome<Done> {
        let sides = [
            (BookSide::Bid, &ladders.bids),
            (BookSide::Ask, &ladders.asks),
        ];
        if ladders.post_only {
            for (side, levels) in sides {
                let Some(&(distance, _)) = levels.as_ref().and_then(|levels| levels.first()) else {
                    continue;
                };
                let price = Self::ladder_price(side, ladders.reference, distance)?;
                if let Some(best) = self.best_shown(side.opposite(), shown)
                    && within(side, price, best)
                {
                    return Err(BookError::WouldTake);
                }
            }
        }
        for (side, levels) in sides {
            if let Some(levels) = levels {
                self.lane(lane).orders_mut(side).clear();
                self.place_ladder(lane, side, levels, ladders)?;
            }
        }
        let own = self.lane(lane);
        if let (Some(bid), Some(ask)) = (own.bids.first(), own.asks.first())
            && bid.price >= ask.price
        {
            return Err(BookError::CrossesOwnOrder);
        }
        Ok(Done::Nothing)
    }

    fn place_ladder(
        &mut self,
        lane: u8,
        side: BookSide,
        levels: &[(u16, u32)],
        ladders: &Ladders,
    ) -> Outcome<()> {
        if levels.len() > self.lane(lane).capacity {
            return Err(BookError::LaneFull);
        }
        let funds = self.free(lane, side);
        let mut price = ladders.reference;
        let mut locked = 0;
        for (at, &(distance, size)) in levels.iter().enumerate() {
            if at > 0 && distance == 0 {
                return Err(BookError::UnsortedLevels);
            }
            price = Self::ladder_price(side, price, distance)?;
            let lots = u64::from(size) * u64::from(ladders.lot_multiple);
            if lots == 0 {
                return Err(BookError::ZeroLots);
            }
            let order = RestingOrder {
                id: self.next_id(lane, side),
                lots,
                client_id: ladders.client_id,
                expires_slot: ladders.expires_slot,
                price,
                expires_at: ladders.expires_at,
                maker_rate: self.fees.maker,
            };
            locked = fits(locked + self.lock_of(side, &order)?)?;
            self.insert(lane, side, order);
        }
        if locked > funds {
            return Err(BookError::InsufficientFunds);
        }
        Ok(())
    }
}
