//! The exchange as its rules say it, without any cleverness.
//!
//! A lane owns tokens and has two sorted lists of orders. What is locked is not stored but summed
//! up whenever it is asked for, so nothing can be forgotten in it; what is free is the rest. All
//! arithmetic is on 128 bits, and a result that a 64-bit ledger could not hold is an overflow. A
//! refused operation is undone by putting back the copy that was made before.
//!
//! Nothing here calls the core. Errors and sides are named in its words.

mod quoting;
mod trading;

use super::operation::*;

const MILLION: u128 = 1_000_000;

type Outcome<T> = Result<T, BookError>;

/// A whole market.
#[derive(Clone, Debug)]
pub struct Model {
    base_lot: u128,
    tick: u128,
    fees: FeeRates,
    slot: u64,
    time: u32,
    lanes: Vec<Lane>,
    vaults: (u128, u128),
    collected: u128,
}

/// A lane: what its owner has, and its orders.
#[derive(Clone, Debug)]
struct Lane {
    spec: LaneSpec,
    capacity: usize,
    delegate: u8,
    /// All of the owner's tokens, free or locked.
    base: u128,
    quote: u128,
    protocol_fees: u128,
    referrer_fees: u128,
    last_id: u64,
    maker_volume: u64,
    taker_volume: u64,
    /// Best first, and of one price the earliest first.
    bids: Vec<RestingOrder>,
    asks: Vec<RestingOrder>,
}

/// A number that a 64-bit ledger can hold.
fn fits(number: u128) -> Outcome<u128> {
    if number > u128::from(u64::MAX) {
        return Err(BookError::Overflow);
    }
    Ok(number)
}

fn floor_part(value: u128, pips: u32) -> u128 {
    value * u128::from(pips) / MILLION
}

fn ceil_part(value: u128, pips: u32) -> u128 {
    (value * u128::from(pips)).div_ceil(MILLION)
}

/// Whether a trade at `price` is within a limit order of this side.
fn within(side: BookSide, limit: u32, price: u32) -> bool {
    match side {
        BookSide::Bid => price <= limit,
        BookSide::Ask => price >= limit,
    }
}

/// Whether one resting price is worse than another of its side.
fn is_worse(side: BookSide, price: u32, than: u32) -> bool {
    match side {
        BookSide::Bid => price < than,
        BookSide::Ask => price > than,
    }
}

impl Lane {
    fn new(spec: LaneSpec) -> Self {
        Self {
            spec,
            capacity: usize::from(spec.capacity),
            delegate: 0,
            base: 0,
            quote: 0,
            protocol_fees: 0,
            referrer_fees: 0,
            last_id: 0,
            maker_volume: 0,
            taker_volume: 0,
            bids: Vec::new(),
            asks: Vec::new(),
        }
    }

    fn orders(&self, side: BookSide) -> &[RestingOrder] {
        match side {
            BookSide::Bid => &self.bids,
            BookSide::Ask => &self.asks,
        }
    }

    fn orders_mut(&mut self, side: BookSide) -> &mut Vec<RestingOrder> {
        match side {
            BookSide::Bid => &mut self.bids,
            BookSide::Ask => &mut self.asks,
        }
    }

    /// Takes out the orders of a side that match, best first.
    fn remove(&mut self, side: BookSide, which: impl Fn(&RestingOrder) -> bool) -> Removed {
        let orders = self.orders_mut(side);
        let (gone, kept): (Vec<_>, Vec<_>) = orders.iter().partition(|order| which(order));
        *orders = kept;
        Removed::of(&gone)
    }

    fn find(&self, which: Which) -> Outcome<(BookSide, usize)> {
        let Which::Id(id) = which else {
            panic!("resolve {which:?} before it is applied");
        };
        for side in [BookSide::Bid, BookSide::Ask] {
            if let Some(at) = self.orders(side).iter().position(|order| order.id == id) {
                return Ok((side, at));
            }
        }
        Err(BookError::OrderNotFound)
    }
}

/// How many orders are gone.
#[derive(Clone, Copy, Default)]
struct Removed {
    orders: u16,
    lots: u64,
}

impl Removed {
    fn of(orders: &[RestingOrder]) -> Self {
        Self {
            orders: orders.len() as u16,
            lots: orders
                .iter()
                .fold(0, |sum, order| sum.wrapping_add(order.lots)),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            orders: self.orders + other.orders,
            lots: self.lots.wrapping_add(other.lots),
        }
    }

    fn done(self) -> Done {
        Done::Removed {
            orders: self.orders,
            lots: self.lots,
        }
    }
}

impl Model {
    /// A market before anything has happened.
    #[must_use]
    pub fn new(setting: &Setting) -> Self {
        Self {
            base_lot: u128::from(setting.base_lot),
            tick: u128::from(setting.tick),
            fees: setting.fees,
            slot: setting.slot,
            time: setting.time,
            lanes: setting.lanes.iter().copied().map(Lane::new).collect(),
            vaults: (0, 0),
            collected: 0,
        }
    }

    /// The same operation with every order named by its id, as it is in this state.
    #[must_use]
    pub fn resolve(&self, operation: &Operation) -> Operation {
        let mut resolved = operation.clone();
        if let Operation::Cancel { lane, which } | Operation::Reduce { lane, which, .. } =
            &mut resolved
            && let Which::At(side, place) = *which
        {
            let orders = self.lanes[usize::from(*lane)].orders(side);
            let id = match orders.len() {
                0 => u64::MAX - 1 + side as u64,
                count => orders[usize::from(place) % count].id,
            };
            *which = Which::Id(id);
        }
        resolved
    }

    fn lane(&mut self, lane: u8) -> &mut Lane {
        &mut self.lanes[usize::from(lane)]
    }

    fn is_expired(&self, order: &RestingOrder) -> bool {
        (order.expires_slot > 0 && self.slot > order.expires_slot)
            || (order.expires_at > 0 && self.time > order.expires_at)
    }

    fn base_of(&self, lots: u64) -> u128 {
        u128::from(lots) * self.base_lot
    }

    fn value_of(&self, price: u32, lots: u64) -> u128 {
        u128::from(lots) * u128::from(price) * self.tick
    }

    /// What an order keeps from its owner: the base that it sells, or the quote that it may have
    /// to pay, the maker's fee included.
    fn lock_of(&self, side: BookSide, order: &RestingOrder) -> Outcome<u128> {
        match side {
            BookSide::Ask => fits(self.base_of(order.lots)),
            BookSide::Bid => {
                let value = fits(self.value_of(order.price, order.lots))?;
                let rate = u32::try_from(order.maker_rate).unwrap_or(0);
                fits(value + floor_part(value, rate))
            }
        }
    }

    fn locked(&self, lane: &Lane, side: BookSide) -> u128 {
        let lock = |order| self.lock_of(side, order).expect("it could be locked");
        lane.orders(side).iter().map(lock).sum()
    }

    fn free(&self, lane: u8, side: BookSide) -> u128 {
        let lane = &self.lanes[usize::from(lane)];
        let owned = match side {
            BookSide::Bid => lane.quote,
            BookSide::Ask => lane.base,
        };
        owned - self.locked(lane, side)
    }

    /// Fails if a lane has more than its ledger can hold. No token has that many units, but a
    /// trade is refused by its maker's ledger before its taker is found not to have them.
    fn can_hold(&self, lane: u8) -> Outcome<()> {
        fits(self.free(lane, BookSide::Bid))?;
        fits(self.free(lane, BookSide::Ask))?;
        Ok(())
    }

    fn reduce(&mut self, lane: u8, which: Which, lots: u64) -> Outcome<Done> {
        if lots == 0 {
            return Err(BookError::ZeroLots);
        }
        let own = self.lane(lane);
        let (side, at) = own.find(which)?;
        let order = &mut own.orders_mut(side)[at];
        if lots >= order.lots {
            own.orders_mut(side).remove(at);
            return Ok(Done::Reduced { left: 0 });
        }
        order.lots -= lots;
        Ok(Done::Reduced { left: order.lots })
    }

    fn cancel_up_to(&mut self, lane: u8, side: BookSide, limit: u32, most: u16) -> Done {
        let orders = self.lane(lane).orders_mut(side);
        // An order at the limit or better is not worse than it.
        let at_or_better = orders
            .iter()
            .take_while(|order| !is_worse(side, order.price, limit))
            .count();
        let gone: Vec<_> = orders
            .drain(..at_or_better.min(usize::from(most)))
            .collect();
        Removed::of(&gone).done()
    }

    fn deposit(&mut self, lane: u8, base: u64, quote: u64) -> Outcome<Done> {
        self.vaults.0 += u128::from(base);
        self.vaults.1 += u128::from(quote);
        let own = self.lane(lane);
        own.base += u128::from(base);
        own.quote += u128::from(quote);
        self.can_hold(lane)?;
        Ok(Done::Nothing)
    }

    fn withdraw(&mut self, lane: u8, base: u64, quote: u64) -> Outcome<Done> {
        let amount = |asked: u64, free: u128| match asked {
            u64::MAX => Ok(free),
            asked if u128::from(asked) > free => Err(BookError::InsufficientFunds),
            asked => Ok(u128::from(asked)),
        };
        let base = amount(base, self.free(lane, BookSide::Ask))?;
        let quote = amount(quote, self.free(lane, BookSide::Bid))?;
        self.vaults.0 -= base;
        self.vaults.1 -= quote;
        let own = self.lane(lane);
        own.base -= base;
        own.quote -= quote;
        Ok(Done::Nothing)
    }

    /// The authority's fees go to a vault shard, the referrer's to its lane.
    fn sweep(&mut self, lane: u8) -> Outcome<Done> {
        let own = self.lane(lane);
        let (protocol, referrer) = (own.protocol_fees, own.referrer_fees);
        (own.protocol_fees, own.referrer_fees) = (0, 0);
        self.collected += protocol;
        if let Some(by) = self.lane(lane).spec.referrer {
            self.lane(by).quote += referrer;
            self.can_hold(by)?;
        }
        Ok(Done::Nothing)
    }

    fn run(&mut self, operation: &Operation) -> Outcome<Done> {
        use Operation as Op;
        match operation {
            Op::Advance { slots, seconds } => {
                self.slot += slots;
                self.time += seconds;
                Ok(Done::Nothing)
            }
            Op::SetFees(fees) => {
                self.fees = *fees;
                Ok(Done::Nothing)
            }
            &Op::Deposit { lane, base, quote } => self.deposit(lane, base, quote),
            &Op::Withdraw { lane, base, quote } => self.withdraw(lane, base, quote),
            &Op::SetDelegate { lane, delegate } => {
                self.lane(lane).delegate = delegate;
                Ok(Done::Nothing)
            }
            &Op::Grow { lane, capacity } => {
                if usize::from(capacity) <= self.lane(lane).capacity || capacity > 512 {
                    return Err(BookError::InvalidCapacity);
                }
                self.lane(lane).capacity = usize::from(capacity);
                Ok(Done::Nothing)
            }
            Op::Place {
                lane,
                quote,
                post_only,
                shown,
            } => self.place_all(*lane, std::slice::from_ref(quote), *post_only, shown),
            Op::PlaceMany {
                lane,
                quotes,
                post_only,
                shown,
            } => self.place_all(*lane, quotes, *post_only, shown),
            &Op::Cancel { lane, which } => {
                let (side, at) = self.lane(lane).find(which)?;
                let order = self.lane(lane).orders_mut(side).remove(at);
                Ok(Removed::of(&[order]).done())
            }
            &Op::CancelClient { lane, client_id } => {
                let removed = self.remove(lane, |order| order.client_id == client_id);
                match removed.orders {
                    0 => Err(BookError::OrderNotFound),
                    _ => Ok(removed.done()),
                }
            }
            &Op::CancelUpTo {
                lane,
                side,
                limit,
                most,
            } => Ok(self.cancel_up_to(lane, side, limit, most)),
            &Op::CancelAll { lane, side } => Ok(match side {
                Some(side) => self.lane(lane).remove(side, |_| true).done(),
                None => self.remove(lane, |_| true).done(),
            }),
            Op::ReplaceAll {
                lane,
                ladders,
                shown,
            } => self.replace_all(*lane, ladders, shown),
            &Op::Reduce { lane, which, lots } => self.reduce(lane, which, lots),
            &Op::Reap { lane } => {
                let now = self.clone();
                Ok(self.remove(lane, |order| now.is_expired(order)).done())
            }
            &Op::Sweep { lane } => self.sweep(lane),
            Op::Take { .. } | Op::SwapTake { .. } | Op::Cross { .. } => self.trade(operation),
        }
    }

    fn remove(&mut self, lane: u8, which: impl Fn(&RestingOrder) -> bool) -> Removed {
        let own = self.lane(lane);
        let bids = own.remove(BookSide::Bid, &which);
        bids.and(own.remove(BookSide::Ask, &which))
    }
}

impl Exchange for Model {
    fn apply(&mut self, operation: &Operation) -> Outcome<Done> {
        let before = self.clone();
        let outcome = self.run(operation);
        if outcome.is_err() {
            *self = before;
        }
        outcome
    }

    fn read_lane(&self, lane: u8, into: &mut LaneState) {
        let own = &self.lanes[usize::from(lane)];
        let narrow = |number: u128| u64::try_from(number).expect("it fits a ledger");
        into.base_locked = narrow(self.locked(own, BookSide::Ask));
        into.quote_locked = narrow(self.locked(own, BookSide::Bid));
        into.base_free = narrow(own.base) - into.base_locked;
        into.quote_free = narrow(own.quote) - into.quote_locked;
        into.protocol_fees = narrow(own.protocol_fees);
        into.referrer_fees = narrow(own.referrer_fees);
        into.last_id = own.last_id;
        into.maker_volume = own.maker_volume;
        into.taker_volume = own.taker_volume;
        into.capacity = own.capacity as u16;
        into.delegate = own.delegate;
        into.bids.clone_from(&own.bids);
        into.asks.clone_from(&own.asks);
    }

    fn vaults(&self) -> (u128, u128) {
        self.vaults
    }

    fn collected(&self) -> u128 {
        self.collected
    }
}
