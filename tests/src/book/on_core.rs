//! The exchange as `sealane-core` runs it: lanes on bytes, and around them what the program does
//! with accounts and tokens.

mod trading;

use sealane_core::{
    book::{
        self, Expiry, Fees, Fill, Key, Level, Lots, Moment, NewOrder, Removed, Requote,
        RequoteHead, Sizes, TakeOrder, Taken, Ticks, best_live_price,
        lane::{LaneHeader, LaneMut, LaneRef, lane_len},
        requote::flag,
    },
    units::{Bps, FeeRate},
};

use super::operation::*;

/// Lanes on bytes.
#[derive(Clone, Debug)]
pub struct OnCore {
    sizes: Sizes,
    fees: Fees,
    moment: Moment,
    /// In words, so that the bytes are aligned.
    lanes: Vec<Vec<u64>>,
    vaults: (u128, u128),
    collected: u128,
}

/// The core's form of a market's fees.
///
/// # Errors
/// If they are out of bounds.
pub fn fees(rates: &FeeRates) -> Result<Fees, BookError> {
    Fees::try_new(
        FeeRate(rates.taker),
        rates.maker,
        Bps(rates.referrer_share),
        FeeRate(rates.cross_reward),
    )
}

/// A message as `replace_all` carries it.
#[must_use]
pub fn requote_message(ladders: &Ladders) -> Vec<u8> {
    let levels = |side: &Option<Vec<(u16, u32)>>| side.clone().unwrap_or_default();
    let (bids, asks) = (levels(&ladders.bids), levels(&ladders.asks));
    let flag_if = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
    let head = RequoteHead {
        client_id: ladders.client_id,
        expiry: Expiry {
            slot: ladders.expires_slot,
            time: ladders.expires_at,
        },
        reference: Ticks(ladders.reference),
        lot_multiple: ladders.lot_multiple,
        bids: bids.len() as u8,
        asks: asks.len() as u8,
        flags: flag_if(ladders.bids.is_some(), flag::BIDS)
            | flag_if(ladders.asks.is_some(), flag::ASKS)
            | flag_if(ladders.post_only, flag::POST_ONLY),
    };
    let mut bytes = head.to_bytes().to_vec();
    for (distance, size) in bids.into_iter().chain(asks) {
        bytes.extend(Level { distance, size }.to_bytes());
    }
    bytes
}

fn key(number: u8) -> Key {
    Key([u64::from(number), 0, 0, 0])
}

fn open(bytes: &mut [u64]) -> LaneMut<'_> {
    LaneMut::from_bytes(bytemuck::cast_slice_mut(bytes)).expect("a lane")
}

fn removed(removed: Removed) -> Done {
    Done::Removed {
        orders: removed.orders,
        lots: removed.lots,
    }
}

fn meeting(fill: Fill) -> Meeting {
    Meeting {
        lane: fill.lane,
        met: fill.met,
        price: fill.price.0,
        id: fill.id.0,
        lots: fill.lots.0,
        left: fill.left.0,
    }
}

impl OnCore {
    /// A market before anything has happened.
    ///
    /// # Panics
    /// If the setting is out of bounds.
    #[must_use]
    pub fn new(setting: &Setting) -> Self {
        let sizes = Sizes::try_new(setting.base_lot, setting.tick).expect("sizes within bounds");
        let lane = |spec: &LaneSpec| {
            let mut words = vec![0u64; lane_len(spec.capacity) / 8];
            let head = &mut words[..size_of::<LaneHeader>() / 8];
            let header: &mut LaneHeader = bytemuck::from_bytes_mut(bytemuck::cast_slice_mut(head));
            header.owner = key(spec.owner + 1);
            header.referrer = spec.referrer.map_or(Key::NONE, |lane| key(lane + 1));
            header.base_lot = sizes.base_lot;
            header.tick = sizes.tick;
            header.capacity = spec.capacity;
            words
        };
        Self {
            sizes,
            fees: fees(&setting.fees).expect("fees within bounds"),
            moment: Moment {
                slot: setting.slot,
                time: i64::from(setting.time),
            },
            lanes: setting.lanes.iter().map(lane).collect(),
            vaults: (0, 0),
            collected: 0,
        }
    }

    fn lane(&mut self, lane: u8) -> LaneMut<'_> {
        open(&mut self.lanes[usize::from(lane)])
    }

    fn shown(&self, shown: &[u8], side: BookSide) -> Option<Ticks> {
        let lanes = shown.iter().map(|&lane| self.read(lane));
        best_live_price(lanes, side, self.moment)
    }

    fn read(&self, lane: u8) -> LaneRef<'_> {
        LaneRef::from_bytes(bytemuck::cast_slice(&self.lanes[usize::from(lane)])).expect("a lane")
    }

    fn place(
        &mut self,
        lane: u8,
        quotes: &[Quote],
        post_only: PostOnly,
        shown: &[u8],
    ) -> Result<Done, BookError> {
        let mut ids = Vec::with_capacity(quotes.len());
        for quote in quotes {
            let best = self.shown(shown, quote.side.opposite());
            let price = post_only.price(quote.side, Ticks(quote.price), best)?;
            let order = NewOrder {
                side: quote.side,
                price,
                lots: Lots(quote.lots),
                client_id: quote.client_id,
                expiry: Expiry {
                    slot: quote.expires_slot,
                    time: quote.expires_at,
                },
            };
            let (maker, slot) = (self.fees.maker, self.moment.slot);
            ids.push(self.lane(lane).place(&order, maker, slot)?.0);
        }
        Ok(Done::Placed(ids))
    }

    fn replace_all(
        &mut self,
        lane: u8,
        ladders: &Ladders,
        shown: &[u8],
    ) -> Result<Done, BookError> {
        let message = requote_message(ladders);
        let message = Requote::try_from_bytes(&message)?;
        if message.head().flags & flag::POST_ONLY != 0 {
            for side in [BookSide::Bid, BookSide::Ask] {
                if let Some(price) = message.best_price(side)? {
                    let best = self.shown(shown, side.opposite());
                    PostOnly::Reject.price(side, price, best)?;
                }
            }
        }
        let (maker, slot) = (self.fees.maker, self.moment.slot);
        self.lane(lane).requote(&message, maker, slot)?;
        Ok(Done::Nothing)
    }

    fn deposit(&mut self, lane: u8, base: u64, quote: u64) -> Result<Done, BookError> {
        self.vaults.0 += u128::from(base);
        self.vaults.1 += u128::from(quote);
        let mut own = self.lane(lane);
        own.header_mut().credit_base(base)?;
        own.header_mut().credit_quote(quote)?;
        Ok(Done::Nothing)
    }

    fn withdraw(&mut self, lane: u8, base: u64, quote: u64) -> Result<Done, BookError> {
        let mut own = self.lane(lane);
        let amount = |asked: u64, free| if asked == u64::MAX { free } else { asked };
        let header = own.header_mut();
        let base = amount(base, header.base_free);
        let quote = amount(quote, header.quote_free);
        header.debit_base(base)?;
        header.debit_quote(quote)?;
        self.vaults.0 -= u128::from(base);
        self.vaults.1 -= u128::from(quote);
        Ok(Done::Nothing)
    }

    fn sweep(&mut self, lane: u8) -> Result<Done, BookError> {
        let mut own = self.lane(lane);
        let header = own.header_mut();
        let protocol = std::mem::take(&mut header.protocol_fees);
        let referrer = std::mem::take(&mut header.referrer_fees);
        let by = header.referrer;
        self.collected += u128::from(protocol);
        if by != Key::NONE {
            let by = by.0[0] as u8 - 1;
            self.lane(by).header_mut().credit_quote(referrer)?;
        }
        Ok(Done::Nothing)
    }

    fn grow(&mut self, lane: u8, capacity: u16) -> Result<Done, BookError> {
        let words = &mut self.lanes[usize::from(lane)];
        // As the program does, which pays for the room before it asks.
        if usize::from(capacity) * 12 > words.len() - 28 {
            words.resize(lane_len(capacity) / 8, 0);
        }
        LaneMut::grow(bytemuck::cast_slice_mut(words), capacity)?;
        Ok(Done::Nothing)
    }

    fn cancel(&mut self, operation: &Operation) -> Result<Done, BookError> {
        let (mut lane, side) = match *operation {
            Operation::CancelAll { lane, side } => (self.lane(lane), side),
            Operation::Cancel { lane, which } => {
                let order = self.lane(lane).cancel(id_of(which))?;
                return Ok(Done::Removed {
                    orders: 1,
                    lots: order.lots.0,
                });
            }
            Operation::CancelClient { lane, client_id } => {
                return self.lane(lane).cancel_client(client_id).map(removed);
            }
            Operation::CancelUpTo {
                lane,
                side,
                limit,
                most,
            } => {
                let gone = self.lane(lane).cancel_up_to(side, Ticks(limit), most);
                return gone.map(removed);
            }
            ref other => panic!("{other:?} cancels nothing"),
        };
        let sides = match side {
            Some(side) => vec![side],
            None => vec![BookSide::Bid, BookSide::Ask],
        };
        let mut sum = Removed::default();
        for side in sides {
            let gone = lane.cancel_side(side)?;
            sum.orders += gone.orders;
            sum.lots = sum.lots.wrapping_add(gone.lots);
        }
        Ok(removed(sum))
    }

    fn reap(&mut self, lane: u8) -> Result<Done, BookError> {
        let moment = self.moment;
        let mut own = self.lane(lane);
        let bids = own.reap(BookSide::Bid, moment)?;
        let asks = own.reap(BookSide::Ask, moment)?;
        Ok(Done::Removed {
            orders: bids.orders + asks.orders,
            lots: bids.lots.wrapping_add(asks.lots),
        })
    }

    fn run(&mut self, operation: &Operation) -> Result<Done, BookError> {
        use Operation as Op;
        match operation {
            Op::Advance { slots, seconds } => {
                self.moment.slot += slots;
                self.moment.time += i64::from(*seconds);
                Ok(Done::Nothing)
            }
            Op::SetFees(rates) => {
                self.fees = fees(rates)?;
                Ok(Done::Nothing)
            }
            &Op::Deposit { lane, base, quote } => self.deposit(lane, base, quote),
            &Op::Withdraw { lane, base, quote } => self.withdraw(lane, base, quote),
            &Op::SetDelegate { lane, delegate } => {
                self.lane(lane).header_mut().delegate = key(delegate);
                Ok(Done::Nothing)
            }
            &Op::Grow { lane, capacity } => self.grow(lane, capacity),
            Op::Place {
                lane,
                quote,
                post_only,
                shown,
            } => self.place(*lane, std::slice::from_ref(quote), *post_only, shown),
            Op::PlaceMany {
                lane,
                quotes,
                post_only,
                shown,
            } => self.place(*lane, quotes, *post_only, shown),
            Op::ReplaceAll {
                lane,
                ladders,
                shown,
            } => self.replace_all(*lane, ladders, shown),
            &Op::Reduce { lane, which, lots } => {
                let (_, left) = self.lane(lane).reduce(id_of(which), Lots(lots))?;
                Ok(Done::Reduced { left: left.0 })
            }
            Op::Take {
                lane,
                order,
                time_in_force,
                client_id,
            } => self.take_from_ledger(*lane, order, *time_in_force, *client_id),
            Op::SwapTake {
                owner,
                referrer,
                order,
                time_in_force,
            } => self.take_from_wallet(*owner, *referrer, order, *time_in_force),
            &Op::Cross {
                lane,
                bids,
                asks,
                most,
            } => self.cross(lane, bids, asks, most),
            &Op::Reap { lane } => self.reap(lane),
            &Op::Sweep { lane } => self.sweep(lane),
            Op::Cancel { .. }
            | Op::CancelClient { .. }
            | Op::CancelUpTo { .. }
            | Op::CancelAll { .. } => self.cancel(operation),
        }
    }

    /// What must be put back if an operation is refused: the chain does that for all, but here
    /// only for those that the core does not promise to leave alone.
    fn backup(&self, operation: &Operation) -> Vec<(u8, Vec<u64>)> {
        let copy = |lane: &u8| (*lane, self.lanes[usize::from(*lane)].clone());
        match operation {
            Operation::Take { lane, order, .. } => {
                order.makers.iter().chain([lane]).map(copy).collect()
            }
            Operation::SwapTake {
                referrer, order, ..
            } => order.makers.iter().chain(referrer).map(copy).collect(),
            Operation::Cross { bids, asks, .. } => [bids, asks].map(copy).into(),
            Operation::PlaceMany { lane, .. }
            | Operation::Grow { lane, .. }
            | Operation::Withdraw { lane, .. }
            | Operation::ReplaceAll { lane, .. } => vec![copy(lane)],
            _ => Vec::new(),
        }
    }
}

fn id_of(which: Which) -> book::OrderId {
    match which {
        Which::Id(id) => book::OrderId(id),
        Which::At(..) => panic!("resolve {which:?} before it is applied"),
    }
}

impl Exchange for OnCore {
    fn apply(&mut self, operation: &Operation) -> Result<Done, BookError> {
        let backup = self.backup(operation);
        let outcome = self.run(operation);
        if outcome.is_err() {
            for (lane, words) in backup {
                self.lanes[usize::from(lane)] = words;
            }
        }
        outcome
    }

    fn read_lane(&self, lane: u8, into: &mut LaneState) {
        read_lane(self.read(lane), into);
        into.delegate = self.read(lane).header().delegate.0[0] as u8;
    }

    fn vaults(&self) -> (u128, u128) {
        self.vaults
    }

    fn collected(&self) -> u128 {
        self.collected
    }
}

/// What is on a lane's bytes, but for the delegate.
pub fn read_lane(lane: LaneRef<'_>, into: &mut LaneState) {
    let header = lane.header();
    into.base_free = header.base_free;
    into.base_locked = header.base_locked;
    into.quote_free = header.quote_free;
    into.quote_locked = header.quote_locked;
    into.protocol_fees = header.protocol_fees;
    into.referrer_fees = header.referrer_fees;
    into.last_id = header.last_id.0;
    into.maker_volume = header.maker_volume;
    into.taker_volume = header.taker_volume;
    into.capacity = header.capacity;
    let copy = |side, orders: &mut Vec<RestingOrder>| {
        orders.clear();
        orders.extend(lane.orders(side).iter().rev().map(|order| RestingOrder {
            id: order.id.0,
            lots: order.lots.0,
            client_id: order.client_id,
            expires_slot: order.expires_slot,
            price: order.price.0,
            expires_at: order.expires_at,
            maker_rate: order.maker_rate,
        }));
    };
    copy(BookSide::Bid, &mut into.bids);
    copy(BookSide::Ask, &mut into.asks);
}
