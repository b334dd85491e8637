//! Takes and crosses.

use super::*;

/// A take under way.
struct Taking<'a> {
    order: &'a TakeOp,
    owner: u8,
    left: u64,
    lots: u64,
    value: u128,
    rebates: u128,
    met: Vec<Meeting>,
}

/// What a take came to.
struct Taken {
    done: Done,
    base: u128,
    value: u128,
    fee: u128,
    rebates: u128,
    lots: u64,
    left: u64,
    ended: Ended,
}

impl Taken {
    fn done(self, id: Option<u64>) -> Done {
        let mut done = self.done;
        if let Done::Taken { rested, .. } = &mut done {
            *rested = id;
        }
        done
    }
}

impl Model {
    pub(super) fn trade(&mut self, operation: &Operation) -> Outcome<Done> {
        match operation {
            Operation::Take {
                lane,
                order,
                time_in_force,
                client_id,
            } => self.take_from_ledger(*lane, order, *time_in_force, *client_id),
            Operation::SwapTake {
                owner,
                referrer,
                order,
                time_in_force,
            } => self.take_from_wallet(*owner, *referrer, order, *time_in_force),
            &Operation::Cross {
                lane,
                bids,
                asks,
                most,
            } => self.cross(lane, bids, asks, most),
            other => panic!("{other:?} is no trade"),
        }
    }

    fn take_from_ledger(
        &mut self,
        lane: u8,
        order: &TakeOp,
        time_in_force: TimeInForce,
        client_id: u64,
    ) -> Outcome<Done> {
        let spec = self.lane(lane).spec;
        let taken = self.take(spec.owner, order, time_in_force)?;
        match order.side {
            BookSide::Bid => {
                let cost = fits(taken.value + taken.fee)?;
                if cost > self.free(lane, BookSide::Bid) {
                    return Err(BookError::InsufficientFunds);
                }
                self.lane(lane).quote -= cost;
                self.lane(lane).base += taken.base;
            }
            BookSide::Ask => {
                if taken.base > self.free(lane, BookSide::Ask) {
                    return Err(BookError::InsufficientFunds);
                }
                self.lane(lane).base -= taken.base;
                self.lane(lane).quote += taken.value - taken.fee;
            }
        }
        self.can_hold(lane)?;
        self.book_taker(lane, taken.value, taken.fee - taken.rebates);
        let mut rested = None;
        if time_in_force == TimeInForce::Rest && taken.left > 0 && taken.ended == Ended::Exhausted {
            rested = Some(self.place(
                lane,
                &Quote {
                    side: order.side,
                    price: order.limit,
                    lots: taken.left,
                    client_id,
                    expires_slot: 0,
                    expires_at: 0,
                },
            )?);
        }
        Ok(taken.done(rested))
    }

    /// A wallet pays into the vault and is paid from it, the fee stays there.
    fn take_from_wallet(
        &mut self,
        owner: u8,
        referrer: Option<u8>,
        order: &TakeOp,
        time_in_force: TimeInForce,
    ) -> Outcome<Done> {
        let taken = self.take(owner, order, time_in_force)?;
        if taken.lots == 0 {
            return Err(BookError::NotFilled);
        }
        match order.side {
            BookSide::Bid => {
                self.vaults.1 += fits(taken.value + taken.fee)?;
                self.vaults.0 -= taken.base;
            }
            BookSide::Ask => {
                self.vaults.0 += taken.base;
                self.vaults.1 -= taken.value - taken.fee;
            }
        }
        let mut fee = taken.fee - taken.rebates;
        if let Some(referrer) = referrer {
            let part = fee * u128::from(self.fees.referrer_share) / 10_000;
            self.lane(referrer).quote += part;
            self.can_hold(referrer)?;
            fee -= part;
        }
        self.collected += fee;
        Ok(taken.done(None))
    }

    fn take(&mut self, owner: u8, order: &TakeOp, time_in_force: TimeInForce) -> Outcome<Taken> {
        if order.lots == 0 {
            return Err(BookError::ZeroLots);
        }
        if order.limit == 0 {
            return Err(BookError::ZeroPrice);
        }
        let mut taking = Taking {
            order,
            owner,
            left: order.lots,
            lots: 0,
            value: 0,
            rebates: 0,
            met: Vec::new(),
        };
        let ended = self.fill(&mut taking)?;
        let taken = Taken {
            base: fits(self.base_of(taking.lots))?,
            value: taking.value,
            fee: ceil_part(taking.value, self.fees.taker),
            rebates: taking.rebates,
            lots: taking.lots,
            left: taking.left,
            ended,
            done: Done::Nothing,
        };
        if time_in_force == TimeInForce::Fok && taken.lots < order.lots {
            return Err(BookError::NotFilled);
        }
        let done = Done::Taken {
            lots: taken.lots,
            left: taken.left,
            base: taken.base as u64,
            value: taken.value as u64,
            fee: taken.fee as u64,
            rebates: taken.rebates as u64,
            ended,
            rested: None,
            met: taking.met,
        };
        Ok(Taken { done, ..taken })
    }

    fn fill(&mut self, taking: &mut Taking) -> Outcome<Ended> {
        let order = taking.order;
        let makers = order.side.opposite();
        let mut orders_met = 0;
        for at in 0..order.makers.len() {
            self.drop_expired(order.makers[at], at, makers, &mut taking.met);
        }
        loop {
            if taking.left == 0 {
                return Ok(Ended::Complete);
            }
            let Some((at, maker)) = self.best_of(order) else {
                return Ok(Ended::Exhausted);
            };
            if orders_met == order.max_orders && order.max_orders != u16::MAX {
                return Ok(Ended::OrdersMet);
            }
            orders_met = orders_met.saturating_add(1);
            let lane = order.makers[at];
            let left = if self.lane(lane).spec.owner == taking.owner {
                self.meet_own(taking, at, &maker)?
            } else {
                let lots = self.affordable(taking, &maker);
                if lots == 0 {
                    return Ok(Ended::QuoteSpent);
                }
                self.fill_one(taking, at, &maker, lots)?
            };
            self.shorten_first(lane, makers, left);
            if left == 0 && taking.left > 0 {
                self.drop_expired(lane, at, makers, &mut taking.met);
            }
            self.can_hold(lane)?;
        }
    }

    /// The best order of all lanes named: by price, then by id, then by the lanes' order.
    fn best_of(&self, order: &TakeOp) -> Option<(usize, RestingOrder)> {
        let side = order.side.opposite();
        let firsts = order.makers.iter().enumerate().filter_map(|(at, &lane)| {
            let first = self.lanes[usize::from(lane)].orders(side).first()?;
            within(order.side, order.limit, first.price).then_some((at, *first))
        });
        match side {
            BookSide::Ask => firsts.min_by_key(|(at, order)| (order.price, order.id, *at)),
            BookSide::Bid => {
                firsts.min_by_key(|(at, order)| (u32::MAX - order.price, order.id, *at))
            }
        }
    }

    /// How many lots of an order the taker still wants and can pay for: the most of which the
    /// whole cost stays within its quote.
    fn affordable(&self, taking: &Taking, maker: &RestingOrder) -> u64 {
        let wanted = maker.lots.min(taking.left);
        let most = taking.order.max_quote;
        if most == u64::MAX {
            return wanted;
        }
        let is_within = |lots: u64| {
            let Some(value) = taking.value.checked_add(self.value_of(maker.price, lots)) else {
                return false;
            };
            let fee = match taking.order.side {
                // More than the quote without a fee is too much with one.
                BookSide::Bid if value <= u128::from(most) => ceil_part(value, self.fees.taker),
                _ => 0,
            };
            value + fee <= u128::from(most)
        };
        if is_within(wanted) {
            return wanted;
        }
        // None is within, since all so far were; find where it ends.
        let (mut enough, mut too_many) = (0, wanted);
        while too_many - enough > 1 {
            let lots = enough + (too_many - enough) / 2;
            if is_within(lots) {
                enough = lots;
            } else {
                too_many = lots;
            }
        }
        enough
    }

    /// The lots that are left of the maker's order.
    fn fill_one(
        &mut self,
        taking: &mut Taking,
        at: usize,
        maker: &RestingOrder,
        lots: u64,
    ) -> Outcome<u64> {
        let value = fits(self.value_of(maker.price, lots))?;
        let (lane, side) = (taking.order.makers[at], taking.order.side.opposite());
        let rebate = self.settle_maker(lane, side, maker, lots);
        taking.left -= lots;
        taking.lots += lots;
        taking.value = fits(taking.value + value)?;
        taking.rebates += rebate;
        let left = maker.lots - lots;
        taking.met.push(meeting(at, Met::Filled, maker, lots));
        Ok(left)
    }

    fn meet_own(&self, taking: &mut Taking, at: usize, own: &RestingOrder) -> Outcome<u64> {
        let (met, lots) = match taking.order.self_trade {
            SelfTrade::Abort => return Err(BookError::SelfTrade),
            SelfTrade::CancelProvide => (Met::Cancelled, own.lots),
            SelfTrade::Decrement => (Met::Decremented, own.lots.min(taking.left)),
        };
        if met == Met::Decremented {
            taking.left -= lots;
        }
        taking.met.push(meeting(at, met, own, lots));
        Ok(own.lots - lots)
    }

    /// Takes expired orders off the top of a side.
    fn drop_expired(&mut self, lane: u8, at: usize, side: BookSide, met: &mut Vec<Meeting>) {
        while let Some(first) = self.lanes[usize::from(lane)].orders(side).first().copied()
            && self.is_expired(&first)
        {
            self.lane(lane).orders_mut(side).remove(0);
            met.push(meeting(at, Met::Expired, &first, first.lots));
        }
    }

    fn cross(&mut self, caller: u8, bids: u8, asks: u8, most: u16) -> Outcome<Done> {
        if self.lane(bids).spec.owner == self.lane(asks).spec.owner {
            return Err(BookError::SelfTrade);
        }
        let mut sum = CrossSum::default();
        let mut met = Vec::new();
        for _ in 0..most {
            self.drop_expired(bids, 0, BookSide::Bid, &mut met);
            self.drop_expired(asks, 1, BookSide::Ask, &mut met);
            let bid = self.lane(bids).bids.first().copied();
            let ask = self.lane(asks).asks.first().copied();
            let (Some(bid), Some(ask)) = (bid, ask) else {
                break;
            };
            let Some(lots) = self.cross_pair((bids, &bid), (asks, &ask), &mut sum) else {
                break;
            };
            self.can_hold(bids)?;
            self.can_hold(asks)?;
            let price = if bid.id < ask.id {
                bid.price
            } else {
                ask.price
            };
            for (at, order) in [(0, &bid), (1, &ask)] {
                met.push(Meeting {
                    price,
                    ..meeting(at, Met::Filled, order, lots)
                });
            }
        }
        if sum.lots == 0 {
            return Err(BookError::NotCrossed);
        }
        self.lane(caller).quote += sum.reward;
        self.can_hold(caller)?;
        Ok(Done::Crossed {
            lots: sum.lots,
            value: sum.value as u64,
            fee: sum.fee as u64,
            rebates: sum.rebates as u64,
            reward: sum.reward as u64,
            met,
        })
    }

    /// Lets two orders trade at the price of the one that was first. The other pays the taker's
    /// fee out of the difference; the caller's reward comes out of what is left of it. `None` if
    /// the prices do not cross, or not by the fee.
    fn cross_pair(
        &mut self,
        (bids, bid): (u8, &RestingOrder),
        (asks, ask): (u8, &RestingOrder),
        sum: &mut CrossSum,
    ) -> Option<u64> {
        let lots = bid.lots.min(ask.lots);
        let difference = self
            .value_of(bid.price, lots)
            .checked_sub(self.value_of(ask.price, lots))?;
        let ((maker, side, first), (taker, later)) = if bid.id < ask.id {
            ((bids, BookSide::Bid, bid), (asks, ask))
        } else {
            ((asks, BookSide::Ask, ask), (bids, bid))
        };
        let value = self.value_of(first.price, lots);
        let fee = ceil_part(value, self.fees.taker);
        let reward = difference
            .checked_sub(fee)?
            .min(floor_part(value, self.fees.cross_reward));

        let rebate = self.settle_maker(maker, side, first, lots);
        let base = self.base_of(lots);
        let own = self.lane(taker);
        match side {
            BookSide::Bid => {
                own.base -= base;
                own.quote += value - fee - reward;
            }
            BookSide::Ask => {
                own.quote -= value + fee + reward;
                own.base += base;
            }
        }
        self.book_taker(taker, value, fee - rebate);
        self.shorten_first(maker, side, first.lots - lots);
        self.shorten_first(taker, side.opposite(), later.lots - lots);
        sum.lots += lots;
        sum.value += value;
        sum.fee += fee;
        sum.rebates += rebate;
        sum.reward += reward;
        Some(lots)
    }

    fn shorten_first(&mut self, lane: u8, side: BookSide, left: u64) {
        let orders = self.lane(lane).orders_mut(side);
        if left == 0 {
            orders.remove(0);
        } else {
            orders[0].lots = left;
        }
    }

    /// Moves a fill's tokens in the maker's lane, with its fee or its rebate, which is returned.
    fn settle_maker(&mut self, lane: u8, side: BookSide, order: &RestingOrder, lots: u64) -> u128 {
        let value = self.value_of(order.price, lots);
        let base = self.base_of(lots);
        let (fee, rebate) = match u32::try_from(order.maker_rate) {
            Ok(fee) => (floor_part(value, fee), 0),
            Err(_) => {
                let rate = order.maker_rate.unsigned_abs().min(self.fees.taker);
                (0, floor_part(value, rate))
            }
        };
        let own = self.lane(lane);
        match side {
            BookSide::Ask => {
                own.base -= base;
                own.quote += value - fee + rebate;
            }
            BookSide::Bid => {
                own.quote -= value + fee;
                own.quote += rebate;
                own.base += base;
            }
        }
        own.protocol_fees += fee;
        own.maker_volume = own.maker_volume.wrapping_add(value as u64);
        rebate
    }

    /// Shares what rebates leave of a taker's fee between the taker's referrer and the market.
    fn book_taker(&mut self, lane: u8, value: u128, left: u128) {
        let share = u128::from(self.fees.referrer_share);
        let own = self.lane(lane);
        let referrer = match own.spec.referrer {
            Some(_) => left * share / 10_000,
            None => 0,
        };
        own.referrer_fees += referrer;
        own.protocol_fees += left - referrer;
        own.taker_volume = own.taker_volume.wrapping_add(value as u64);
    }
}

/// What a crossing came to.
#[derive(Default)]
struct CrossSum {
    lots: u64,
    value: u128,
    fee: u128,
    rebates: u128,
    reward: u128,
}

fn meeting(at: usize, met: Met, order: &RestingOrder, lots: u64) -> Meeting {
    Meeting {
        lane: at as u8,
        met,
        price: order.price,
        id: order.id,
        lots,
        left: order.lots - lots,
    }
}
