//! Makers whose lanes are full of expired orders: who takes is neither made to pay for them without
//! need nor kept from the order beneath them.

use sealane_core::book::{BookSide, Expiry, Lots, Met, NewOrder, OrderId, PostOnly, Ticks};
use sealane_sdk::{
    book::TakeLimits,
    plan::{self, Caller},
    quote::{TakeQuote, TakeRequest},
};
use sealane_testkit::Seeded;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{MAKERS, Stage, Tally};

/// Orders that a side of a lane has room for here.
const CAPACITY: u16 = 512;

fn ask(price: u32, lots: u64, last_slot: u64) -> NewOrder {
    NewOrder {
        side: BookSide::Ask,
        price: Ticks(price),
        lots: Lots(lots),
        client_id: 0,
        expiry: Expiry {
            slot: last_slot,
            time: 0,
        },
    }
}

impl Stage<'_> {
    fn place(&mut self, maker: usize, orders: &[NewOrder]) {
        let (owner, lane) = self.lanes[maker];
        let params = |order: &NewOrder| plan::order_params(order, PostOnly::Off);
        let orders: Vec<_> = orders.iter().map(params).collect();
        let market = self.market.address;
        for some in orders.chunks(16) {
            let place = plan::place_many_instruction(&market, &lane, &owner, some, &[]);
            self.execute(&[place]).expect("orders within the funds");
        }
    }

    /// Gives a lane room, and fills it with orders that have expired when this returns, above one
    /// that has not.
    fn poison(&mut self, maker: usize, price: u32, lots: u64) {
        let (owner, lane) = self.lanes[maker];
        // An account grows by ten thousand bytes at a time.
        for capacity in (1..=5).map(|step| step * 100).chain([CAPACITY]) {
            let grow = self.market.grow_lane(owner, lane, capacity);
            self.execute(&[grow]).expect("room");
        }
        let slot = self.world.world.svm.clock().slot;
        let expiring = |at: u16| ask(price - 1 - u32::from(at) % 7, 1, slot);
        let mut orders: Vec<_> = (1..CAPACITY).map(expiring).collect();
        orders.push(ask(price, lots, 0));
        self.place(maker, &orders);
        self.world.svm().set_slot(slot + 1);
    }

    /// Plans a take within so many units, and executes it with no more than these.
    fn take_within(&mut self, request: &TakeRequest, max_compute_units: u32) -> TakeQuote {
        self.feed();
        let (owner, _) = self.lanes[MAKERS];
        let limits = TakeLimits {
            max_compute_units,
            ..TakeLimits::default()
        };
        let caller = Caller::new(owner);
        let planned = plan::take_instructions(&self.markets, request, &limits, &caller);
        let planned = planned.expect("a plan");
        assert!(planned.quote.outcome.compute_units <= u64::from(max_compute_units));
        let mut instructions = vec![unit_limit(max_compute_units)];
        instructions.extend(planned.instructions);
        let executed = self.execute(&instructions).expect("it lands");
        let used = executed.program_units();
        assert!(used <= planned.quote.outcome.compute_units, "{used} units");
        planned.quote
    }
}

/// `SetComputeUnitLimit`.
fn unit_limit(units: u32) -> Instruction {
    let mut data = vec![2];
    data.extend_from_slice(&units.to_le_bytes());
    Instruction {
        program_id: Pubkey::from_str_const("ComputeBudget111111111111111111111111111111"),
        accounts: Vec::new(),
        data,
    }
}

fn prices(quote: &TakeQuote) -> Vec<(u32, u64)> {
    let fills = quote.outcome.fills.iter();
    let traded = fills.filter(|fill| fill.met == Met::Filled);
    traded.map(|fill| (fill.price.0, fill.lots.0)).collect()
}

#[test]
fn a_lane_full_of_expired_orders_is_reaped_where_it_is_worth_that() {
    let (mut seeded, mut tally) = (Seeded::new(3), Tally::default());
    let mut stage = Stage::set(&mut seeded.rng, &mut tally, false);
    stage.poison(0, 1_000, 10);
    let (_, poisoned) = stage.lanes[0];
    let (_, taker) = stage.lanes[MAKERS];
    let buy = |lots| TakeRequest::new(taker, BookSide::Bid, Ticks(1_100), Lots(lots));

    // Others offer as much for as little: nobody pays for the expired orders.
    stage.place(1, &[ask(1_000, 10, 0)]);
    let quote = stage.take_within(&buy(10), 200_000);
    assert!(!quote.outcome.lanes.contains(&poisoned) && quote.outcome.reaped.is_empty());
    assert_eq!(prices(&quote), [(1_000, 10)]);

    // Its order is the best one, but there are too few units to get at it.
    stage.place(1, &[ask(1_001, 10, 0), ask(1_002, 10, 0)]);
    let quote = stage.take_within(&buy(10), 20_000);
    assert_eq!(
        (prices(&quote), quote.outcome.reaped.len()),
        (vec![(1_001, 10)], 0)
    );

    // With enough of them the best fill is had: the lane is reaped in front.
    let quote = stage.take_within(&buy(20), 100_000);
    assert_eq!(quote.outcome.reaped, [poisoned]);
    assert_eq!(prices(&quote), [(1_000, 10), (1_002, 10)]);
    assert_eq!(quote.outcome.is_proven_best, Some(true));
    assert!(stage.replica.orders(&poisoned, BookSide::Ask).is_empty());
}

#[test]
fn dropping_and_reaping_cost_at_most_what_is_estimated() {
    let (mut seeded, mut tally) = (Seeded::new(4), Tally::default());
    for with_fees in [false, true] {
        let mut stage = Stage::set(&mut seeded.rng, &mut tally, with_fees);
        let (_, taker) = stage.lanes[MAKERS];
        stage.poison(0, 1_000, 10);
        let (owner, lane) = stage.lanes[0];
        stage.feed();
        let request = TakeRequest::new(taker, BookSide::Bid, Ticks(1_000), Lots(10));
        let quote = sealane_sdk::quote::quote_take_from(&stage.markets, &request, &[lane]).unwrap();
        assert_eq!(quote.outcome.fills.len(), usize::from(CAPACITY));
        assert!(quote.outcome.reaped.is_empty());
        let market = stage.market.address;
        let caller = Caller::new(stage.lanes[MAKERS].0);
        let take = plan::take_instruction(&market, &request, &[lane], u16::MAX, &caller);
        let limit = u32::try_from(quote.outcome.compute_units).unwrap();
        let executed = stage.execute(&[unit_limit(limit), take]).expect("it lands");
        assert!(executed.program_units() <= quote.outcome.compute_units);

        let slot = stage.world.world.svm.clock().slot;
        let orders: Vec<_> = (0..300).map(|at| ask(2_000 + at, 1, slot)).collect();
        stage.place(0, &orders);
        stage.world.svm().set_slot(slot + 1);
        let reap = plan::reap_instruction(&lane);
        let used = stage
            .execute(&[reap])
            .expect("it is reaped")
            .program_units();
        let estimate = TakeLimits::default().compute.reaping(300);
        assert!(used <= estimate, "{used} units, estimated {estimate}");
        let cancelled = plan::cancel_instruction(&lane, &owner, OrderId(1));
        assert!(stage.execute(&[cancelled]).is_err(), "nothing is left");
    }
}
