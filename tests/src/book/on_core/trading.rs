//! Takes and crosses.

use super::*;

impl OnCore {
    fn take(
        &mut self,
        owner: Key,
        order: &TakeOp,
        time_in_force: TimeInForce,
    ) -> Result<(Taken, Vec<Meeting>), BookError> {
        let wanted = TakeOrder {
            side: order.side,
            limit: Ticks(order.limit),
            lots: Lots(order.lots),
            max_quote: order.max_quote,
            max_orders: order.max_orders,
            self_trade: order.self_trade,
        };
        let mut all: Vec<_> = self.lanes.iter_mut().map(Some).collect();
        let mut makers: Vec<_> = order
            .makers
            .iter()
            .map(|&lane| open(all[usize::from(lane)].take().expect("named once")))
            .collect();
        let mut met = Vec::new();
        let taken = book::take(
            &self.fees,
            self.sizes,
            &wanted,
            &owner,
            self.moment,
            &mut makers,
            |fill| met.push(meeting(fill)),
        )?;
        if time_in_force == TimeInForce::Fok && !taken.is_whole(&wanted) {
            return Err(BookError::NotFilled);
        }
        Ok((taken, met))
    }

    pub(super) fn take_from_ledger(
        &mut self,
        lane: u8,
        order: &TakeOp,
        time_in_force: TimeInForce,
        client_id: u64,
    ) -> Result<Done, BookError> {
        let owner = self.read(lane).header().owner;
        let (taken, met) = self.take(owner, order, time_in_force)?;
        let (fees, slot) = (self.fees, self.moment.slot);
        let mut own = self.lane(lane);
        own.settle_taker(&fees, order.side, &taken)?;
        let mut rested = None;
        if time_in_force == TimeInForce::Rest && taken.may_rest() {
            let rest = NewOrder {
                side: order.side,
                price: Ticks(order.limit),
                lots: taken.left,
                client_id,
                expiry: Expiry::NEVER,
            };
            rested = Some(own.place(&rest, fees.maker, slot)?.0);
        }
        Ok(done(&taken, rested, met))
    }

    pub(super) fn take_from_wallet(
        &mut self,
        owner: u8,
        referrer: Option<u8>,
        order: &TakeOp,
        time_in_force: TimeInForce,
    ) -> Result<Done, BookError> {
        let (taken, met) = self.take(key(owner + 1), order, time_in_force)?;
        if taken.lots == Lots::ZERO {
            return Err(BookError::NotFilled);
        }
        let (base, value) = (u128::from(taken.base), u128::from(taken.value));
        let fee = u128::from(taken.fee);
        match order.side {
            BookSide::Bid => {
                let paid = taken.value.checked_add(taken.fee);
                self.vaults.1 += u128::from(paid.ok_or(BookError::Overflow)?);
                self.vaults.0 -= base;
            }
            BookSide::Ask => {
                self.vaults.0 += base;
                self.vaults.1 -= value - fee;
            }
        }
        self.collected += fee - u128::from(taken.rebates);
        if let Some(referrer) = referrer {
            let part = self.fees.referrer_part(taken.fee, taken.rebates)?;
            self.lane(referrer).header_mut().credit_quote(part)?;
            self.collected -= u128::from(part);
        }
        Ok(done(&taken, None, met))
    }

    pub(super) fn cross(
        &mut self,
        lane: u8,
        bids: u8,
        asks: u8,
        most: u16,
    ) -> Result<Done, BookError> {
        let names = [usize::from(bids), usize::from(asks)];
        let [bids, asks] = self.lanes.get_disjoint_mut(names).expect("two lanes");
        let mut met = Vec::new();
        let crossed = book::cross(
            &self.fees,
            &mut open(bids),
            &mut open(asks),
            self.moment,
            most,
            |fill| met.push(meeting(fill)),
        )?;
        self.lane(lane).header_mut().credit_quote(crossed.reward)?;
        Ok(Done::Crossed {
            lots: crossed.lots.0,
            value: crossed.value,
            fee: crossed.fee,
            rebates: crossed.rebates,
            reward: crossed.reward,
            met,
        })
    }
}

fn done(taken: &Taken, rested: Option<u64>, met: Vec<Meeting>) -> Done {
    Done::Taken {
        lots: taken.lots.0,
        left: taken.left.0,
        base: taken.base,
        value: taken.value,
        fee: taken.fee,
        rebates: taken.rebates,
        ended: taken.ended,
        rested,
        met,
    }
}
