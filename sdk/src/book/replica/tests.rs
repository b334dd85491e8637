//! A lane and its taker as the core keeps them, told to a replica as the program tells it.

use bytemuck::Zeroable;
use proptest::prelude::*;
use sealane_core::book::{
    Fees, LaneMut, NewOrder, PostOnly, Requote, SelfTrade, TakeOrder, Taken as CoreTaken, take,
};
use sealane_core::units::{Bps, FeeRate};
use sealane_orderbook::{
    TimeInForce,
    events::{LaneClosed, LaneOpened, OrderRecord, PlacedManyRecord, Taken},
};

use super::*;
use crate::{
    book::{
        Ladder, Quoted,
        fixtures::{SIZES, lane},
        key,
    },
    plan,
};

#[derive(Clone, Debug)]
enum Step {
    Place(NewOrder),
    PlaceMany(Vec<NewOrder>),
    Replace(bool, Vec<(u32, u64)>, bool, Vec<(u32, u64)>),
    Cancel(usize),
    Reduce(usize, u64),
    CancelClient(u64),
    CancelUpTo(BookSide, u32, u16),
    CancelAll(Option<BookSide>),
    Reap,
    Take(BookSide, u32, u64, bool),
    Wait(u64),
}

fn side() -> impl Strategy<Value = BookSide> {
    prop_oneof![Just(BookSide::Bid), Just(BookSide::Ask)]
}

prop_compose! {
    fn new_order()(
        side in side(), distance in 1u32..9, lots in 1u64..20, client_id in 0u64..4,
        slot in prop_oneof![Just(0), 1u64..60], time in prop_oneof![Just(0), 1u32..60],
    ) -> NewOrder {
        let price = match side { BookSide::Bid => 100 - distance, BookSide::Ask => 100 + distance };
        NewOrder { side, price: Ticks(price), lots: Lots(lots), client_id, expiry: Expiry { slot, time } }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let levels = || prop::collection::vec((1u32..4, 1u64..20), 0..4);
    prop::collection::vec(
        prop_oneof![
            4 => new_order().prop_map(Step::Place),
            1 => prop::collection::vec(new_order(), 1..4).prop_map(Step::PlaceMany),
            1 => (any::<bool>(), levels(), any::<bool>(), levels())
                .prop_map(|(bids, below, asks, above)| Step::Replace(bids, below, asks, above)),
            1 => any::<usize>().prop_map(Step::Cancel),
            1 => (any::<usize>(), 1u64..25).prop_map(|(at, lots)| Step::Reduce(at, lots)),
            1 => (0u64..4).prop_map(Step::CancelClient),
            1 => (side(), 90u32..110, 0u16..4).prop_map(|(side, limit, most)| Step::CancelUpTo(side, limit, most)),
            1 => prop_oneof![Just(None), side().prop_map(Some)].prop_map(Step::CancelAll),
            1 => Just(Step::Reap),
            3 => (side(), 90u32..110, 1u64..40, any::<bool>())
                .prop_map(|(side, limit, lots, rest)| Step::Take(side, limit, lots, rest)),
            1 => (1u64..10).prop_map(Step::Wait),
        ],
        0..40,
    )
}

/// What happens on the chain, and what the replica hears of it.
struct Stage {
    maker: (Pubkey, LaneSnapshot),
    taker: (Pubkey, LaneSnapshot),
    replica: BookReplica,
    /// What was told order by order.
    told: BTreeMap<(Pubkey, OrderId), ReplicaOrder>,
    moment: Moment,
}

const RATE: i32 = -50;

fn removed(tag: u8, lane: &Pubkey, gone: (u16, u64), moment: Moment) -> BookEvent {
    BookEvent::Removed(RemovedRecord {
        tag,
        orders: gone.0,
        lots: gone.1,
        slot: moment.slot,
        time: moment.time,
        lane: lane.to_bytes(),
        ..RemovedRecord::zeroed()
    })
}

impl Stage {
    fn new() -> Self {
        let [maker, taker] = [(); 2].map(|()| Pubkey::new_unique());
        let mut replica = BookReplica::new();
        for at in [maker, taker] {
            let opened = LaneOpened {
                lane: at,
                ..LaneOpened::zeroed()
            };
            replica
                .apply(&[], &[], &[BookEvent::LaneOpened(opened)])
                .unwrap();
        }
        Self {
            maker: (maker, lane(&Pubkey::new_unique(), &[])),
            taker: (taker, lane(&Pubkey::new_unique(), &[])),
            replica,
            told: BTreeMap::new(),
            moment: Moment { slot: 1, time: 1 },
        }
    }

    fn nth(&self, at: usize) -> Option<OrderId> {
        let lane = &self.maker.1;
        let orders: Vec<_> = [lane.orders(BookSide::Bid), lane.orders(BookSide::Ask)].concat();
        (!orders.is_empty()).then(|| orders[at % orders.len()].id)
    }

    /// Runs a step; one that the core refuses did not happen.
    fn run(&mut self, step: &Step) {
        let before = (self.maker.1.clone(), self.taker.1.clone());
        match self.execute(step) {
            Some((data, event)) => {
                // Those of a take; other instructions' events name their lanes themselves.
                let none = Pubkey::default();
                let accounts = [none, self.taker.0, none, self.maker.0];
                let starts_over = leaves_nothing(&data, &event);
                let followed = self.replica.follow(&data, &accounts, &[event]);
                assert_eq!(followed.errors, []);
                self.note(&followed.changes, starts_over);
            }
            None => (self.maker.1, self.taker.1) = before,
        }
    }

    /// What is told order by order adds up to the orders that there are, and of a lane that is not
    /// known at first to those that there are from the moment on that it is.
    fn note(&mut self, changes: &[OrderChange], starts_over: bool) {
        for change in changes {
            let key = (change.lane, change.order.id);
            let known = match change.is_gone() {
                true => self.told.remove(&key),
                false => self.told.insert(key, change.order),
            };
            let before = known.map_or(Lots::ZERO, |known| known.lots);
            assert_eq!(before, change.before, "{change:?}");
            assert_eq!(change.is_new(), known.is_none());
        }
        if starts_over {
            let maker = self.maker.0;
            let new = changes.iter().filter(|change| change.is_new());
            let mut later = BookReplica::new();
            later.begin(maker, Pubkey::default(), new.map(|change| change.order));
            for side in [BookSide::Bid, BookSide::Ask] {
                assert_eq!(
                    later.orders(&maker, side),
                    self.replica.orders(&maker, side)
                );
            }
        }
    }

    fn execute(&mut self, step: &Step) -> Option<(Vec<u8>, BookEvent)> {
        let moment = self.moment;
        let nth = match step {
            Step::Cancel(at) | Step::Reduce(at, _) => Some(self.nth(*at)?),
            _ => None,
        };
        let at = self.maker.0;
        let (market, authority) = (Pubkey::default(), Pubkey::default());
        let mut maker: LaneMut<'_> = self.maker.1.lane_mut();
        let record = |tag, id: OrderId, price: Ticks, lots: Lots, client_id| OrderRecord {
            tag,
            price: price.0,
            id: id.0,
            lots: lots.0,
            client_id,
            lane: at.to_bytes(),
            ..OrderRecord::zeroed()
        };
        Some(match step {
            Step::Wait(slots) => {
                self.moment.slot += slots;
                self.moment.time += *slots as i64;
                return None;
            }
            Step::Place(order) => {
                let id = maker.place(order, RATE, moment.slot).ok()?;
                let params = plan::order_params(order, PostOnly::Off);
                let placed = plan::place_instruction(&market, &at, &authority, &params, &[]);
                let event = record(tag::PLACED, id, order.price, order.lots, order.client_id);
                (placed.data, BookEvent::Placed(event))
            }
            Step::PlaceMany(orders) => {
                let mut ids = Vec::new();
                for order in orders {
                    ids.push(maker.place(order, RATE, moment.slot).ok()?);
                }
                let params: Vec<_> = orders
                    .iter()
                    .map(|order| plan::order_params(order, PostOnly::Off))
                    .collect();
                let placed = plan::place_many_instruction(&market, &at, &authority, &params, &[]);
                let record = PlacedManyRecord {
                    tag: tag::PLACED_MANY,
                    orders: orders.len() as u8,
                    first_id: ids[0].0,
                    lane: at.to_bytes(),
                    ..PlacedManyRecord::zeroed()
                };
                let prices = orders.iter().map(|order| order.price.0).collect();
                (placed.data, BookEvent::PlacedMany(record, prices))
            }
            Step::Replace(with_bids, below, with_asks, above) => {
                let levels = |side: BookSide, steps: &[(u32, u64)]| {
                    let mut price = 100;
                    let level = |(distance, lots): &(u32, u64)| {
                        price = match side {
                            BookSide::Bid => price - distance,
                            BookSide::Ask => price + distance,
                        };
                        Quoted::new(Ticks(price), Lots(*lots))
                    };
                    steps.iter().map(level).collect::<Vec<_>>()
                };
                let ladder = Ladder {
                    bids: with_bids.then(|| levels(BookSide::Bid, below)),
                    asks: with_asks.then(|| levels(BookSide::Ask, above)),
                    client_id: 3,
                    expiry: Expiry { slot: 50, time: 0 },
                    post_only: false,
                };
                let message = ladder.encode().ok()?;
                let read = Requote::try_from_bytes(&message).unwrap();
                maker.requote(&read, RATE, moment.slot).ok()?;
                let first = match (read.head().bids, read.head().asks) {
                    (0, 0) => None,
                    (0, _) => maker.best(BookSide::Ask),
                    _ => maker.best(BookSide::Bid),
                };
                let record = ReplacedRecord {
                    tag: tag::REPLACED,
                    first_id: first.map_or(0, |order| order.id.0),
                    lane: at.to_bytes(),
                    ..ReplacedRecord::zeroed()
                };
                let replace =
                    plan::replace_all_instruction(&market, &at, &authority, &ladder, &[]).unwrap();
                (replace.data, BookEvent::Replaced(record))
            }
            Step::Cancel(_) => {
                let order = maker.cancel(nth?).ok()?;
                let cancel = plan::cancel_instruction(&at, &authority, order.id);
                let event = record(
                    tag::CANCELLED,
                    order.id,
                    order.price,
                    order.lots,
                    order.client_id,
                );
                (cancel.data, BookEvent::Cancelled(event))
            }
            Step::Reduce(_, by) => {
                let (order, left) = maker.reduce(nth?, Lots(*by)).ok()?;
                let reduce = plan::reduce_instruction(&at, &authority, order.id, Lots(*by));
                let event = record(tag::REDUCED, order.id, order.price, left, order.client_id);
                (reduce.data, BookEvent::Reduced(event))
            }
            Step::CancelClient(client_id) => {
                let gone = maker.cancel_client(*client_id).ok()?;
                let cancel = plan::cancel_client_instruction(&at, &authority, *client_id);
                (
                    cancel.data,
                    removed(tag::CANCELLED_CLIENT, &at, (gone.orders, gone.lots), moment),
                )
            }
            Step::CancelUpTo(side, limit, most) => {
                let limit = Ticks(*limit);
                let gone = maker.cancel_up_to(*side, limit, *most).ok()?;
                let cancel = plan::cancel_up_to_instruction(&at, &authority, *side, limit, *most);
                (
                    cancel.data,
                    removed(tag::CANCELLED_UP_TO, &at, (gone.orders, gone.lots), moment),
                )
            }
            Step::CancelAll(side) => {
                let mut sum = (0, 0);
                for each in [BookSide::Bid, BookSide::Ask] {
                    if side.is_none_or(|side| side == each) {
                        let gone = maker.cancel_side(each).ok()?;
                        sum = (sum.0 + gone.orders, sum.1 + gone.lots);
                    }
                }
                let cancel = plan::cancel_all_instruction(&at, &authority, *side);
                (cancel.data, removed(tag::CANCELLED_ALL, &at, sum, moment))
            }
            Step::Reap => {
                let bids = maker.reap(BookSide::Bid, moment).ok()?;
                let asks = maker.reap(BookSide::Ask, moment).ok()?;
                let sum = (bids.orders + asks.orders, bids.lots + asks.lots);
                let reap = plan::reap_instruction(&at);
                (reap.data, removed(tag::REAPED, &at, sum, moment))
            }
            Step::Take(side, limit, lots, rest) => self.take(*side, *limit, *lots, *rest)?,
        })
    }

    fn take(
        &mut self,
        side: BookSide,
        limit: u32,
        lots: u64,
        rest: bool,
    ) -> Option<(Vec<u8>, BookEvent)> {
        let fees = Fees::try_new(FeeRate::new(500), RATE, Bps(0), FeeRate::ZERO).unwrap();
        let order = TakeOrder {
            side,
            limit: Ticks(limit),
            lots: Lots(lots),
            max_quote: u64::MAX,
            max_orders: u16::MAX,
            self_trade: SelfTrade::Abort,
        };
        let moment = self.moment;
        let owner = key(&self.taker.1.owner());
        let mut fills = Vec::new();
        let mut makers = [self.maker.1.lane_mut()];
        let taken: CoreTaken = take(&fees, SIZES, &order, &owner, moment, &mut makers, |fill| {
            fills.push(FillRecord {
                id: fill.id.0,
                lots: fill.lots.0,
                left: fill.left.0,
                price: fill.price.0,
                met: fill.met as u8,
                lane: fill.lane,
                reserved: [0; 2],
            });
        })
        .ok()?;
        let mut rested_id = 0;
        let mut taker = self.taker.1.lane_mut();
        if rest && taken.left > Lots::ZERO && taken.may_rest() {
            let resting = NewOrder {
                side,
                price: Ticks(limit),
                lots: taken.left,
                client_id: 9,
                expiry: Expiry { slot: 40, time: 0 },
            };
            rested_id = taker.place(&resting, RATE, moment.slot).ok()?.0;
        }
        let request = crate::quote::TakeRequest {
            time_in_force: TimeInForce::Rest {
                client_id: 9,
                expires_slot: 40,
                expires_at: 0,
            },
            ..crate::quote::TakeRequest::new(self.taker.0, side, Ticks(limit), Lots(lots))
        };
        let caller = plan::Caller::new(Pubkey::default());
        let market = Pubkey::default();
        let instruction =
            plan::take_instruction(&market, &request, &[self.maker.0], u16::MAX, &caller);
        let event = Taken {
            lane: self.taker.0,
            left: taken.left.0,
            rested_id,
            orders: fills.len() as u16,
            ..Taken::zeroed()
        };
        Some((instruction.data, BookEvent::Taken(event, fills)))
    }

    fn check(&self) {
        for (address, snapshot) in [&self.maker, &self.taker] {
            for side in [BookSide::Bid, BookSide::Ask] {
                let real: Vec<_> = snapshot.orders(side).iter().rev().collect();
                let told = self.replica.orders(address, side);
                assert_eq!(real.len(), told.len());
                for (real, told) in real.into_iter().zip(told) {
                    assert_eq!(
                        (real.id, real.price, real.lots),
                        (told.id, told.price, told.lots)
                    );
                    let expiry = (real.expires_slot, real.expires_at);
                    assert_eq!(expiry, (told.expiry.slot, told.expiry.time));
                    assert_eq!(real.client_id, told.client_id);
                }
            }
        }
        let mut there = BTreeMap::new();
        for lane in [self.maker.0, self.taker.0] {
            for side in [BookSide::Bid, BookSide::Ask] {
                let orders = self.replica.orders(&lane, side);
                there.extend(orders.into_iter().map(|order| ((lane, order.id), order)));
            }
        }
        assert_eq!(self.told, there);
        // The same as starting from the lanes themselves.
        let mut seeded = BookReplica::new();
        for (address, snapshot) in [&self.maker, &self.taker] {
            seeded.insert(*address, snapshot);
        }
        assert_eq!(seeded, self.replica);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn events_tell_everything(steps in steps()) {
        let mut stage = Stage::new();
        for step in &steps {
            stage.run(step);
            stage.check();
        }
    }
}

#[test]
fn what_was_missed_is_noticed() {
    let mut stage = Stage::new();
    let maker = stage.maker.0;
    let unknown = Pubkey::new_unique();
    let cancelled = |lane: &Pubkey| {
        BookEvent::Cancelled(OrderRecord {
            tag: tag::CANCELLED,
            id: 77,
            lane: lane.to_bytes(),
            ..OrderRecord::zeroed()
        })
    };
    // A lane that something was missed of is followed no more, until it begins anew.
    let mut apply = |data: &[u8], event| {
        stage.replica.begin(maker, Pubkey::default(), []);
        stage.replica.apply(data, &[], &[event])
    };
    assert_eq!(
        apply(&[], cancelled(&maker)),
        Err(ReplicaError::Diverged { lane: maker })
    );
    assert_eq!(
        apply(&[], cancelled(&unknown)),
        Err(ReplicaError::UnknownLane { lane: unknown })
    );
    let all = plan::cancel_all_instruction(&maker, &maker, None);
    let event = removed(tag::CANCELLED_ALL, &maker, (1, 5), Moment::default());
    assert_eq!(
        apply(&all.data, event.clone()),
        Err(ReplicaError::Diverged { lane: maker })
    );
    let other = plan::reap_instruction(&maker);
    assert_eq!(
        apply(&other.data, event),
        Err(ReplicaError::WrongInstruction)
    );
    // A fill of a lane that the instruction does not name.
    let fill = FillRecord {
        id: 77,
        ..FillRecord::zeroed()
    };
    let taken = BookEvent::Taken(Taken::zeroed(), vec![fill]);
    assert_eq!(apply(&[], taken), Err(ReplicaError::WrongInstruction));
    let closed = LaneClosed {
        lane: maker,
        ..LaneClosed::zeroed()
    };
    assert_eq!(apply(&[], BookEvent::LaneClosed(closed)), Ok(()));
    assert_eq!(
        stage.replica.lanes(&Pubkey::default()).collect::<Vec<_>>(),
        [stage.taker.0]
    );
    let bids = stage
        .replica
        .levels(&Pubkey::default(), BookSide::Bid, Moment::default());
    assert!(bids.is_empty());
}
