//! Quotes of takes are their executions, and events tell whole books: random takes by lanes and by
//! wallets, and lanes crossed, in which the SDK's quote, computed from the account bytes, equals to the unit what the
//! bytecode then does, or both refuse with the same error; meanwhile a replica that hears only of
//! instructions and events keeps every lane's orders.

mod expired;

use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use sealane_core::book::{BookSide, Expiry, Lots, NewOrder, PostOnly, SelfTrade, Ticks};
use sealane_orderbook::{TimeInForce, errors::OrderbookError, events::FillRecord};
use sealane_sdk::{
    accounts::decode_lane,
    address::CLOCK_SYSVAR,
    book::{BookReplica, Ladder, Quoted, TakeLimits},
    error::OrderbookErrorExt,
    events::orderbook::{BookEvent, by_instruction},
    markets::{MarketError, Markets},
    plan::{self, Caller},
    pools::AccountUpdate,
    quote::{QuotedFill, SwapTakeRequest, TakeQuote, TakeRequest, quote_take_from},
};
use sealane_testkit::{
    Executed, MintSpec, Reason, Refused, Seeded,
    book::{
        market::{PARAMS, TestMarket},
        world::BookWorld,
    },
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Markets that are made.
const MARKETS: usize = 24;
/// Things that happen in each.
const STEPS: usize = 150;
const MAKERS: usize = 9;
const FUNDS: u64 = 1 << 40;
/// Prices lie around this one.
const MIDDLE: u32 = 1_000;

/// What was tried, to see that the test tries what it claims to.
#[derive(Debug, Default)]
struct Tally {
    taken: usize,
    swapped: usize,
    rested: usize,
    fills: usize,
    crossed: usize,
    refused_alike: usize,
    no_orders: usize,
    orders: usize,
}

struct Stage<'a> {
    rng: &'a mut ChaCha8Rng,
    world: BookWorld,
    market: TestMarket,
    /// (owner, lane); the last one takes most.
    lanes: Vec<(Pubkey, Pubkey)>,
    markets: Markets,
    replica: BookReplica,
    slot: u64,
    tally: &'a mut Tally,
}

impl<'a> Stage<'a> {
    fn set(rng: &'a mut ChaCha8Rng, tally: &'a mut Tally, with_fees: bool) -> Self {
        let mut world = BookWorld::new();
        let base = MintSpec::spl(6);
        let quote = if with_fees {
            MintSpec::with_transfer_fee(6, 130, 50_000)
        } else {
            MintSpec::spl(6)
        };
        let mut params = PARAMS;
        params.tick = rng.random_range(1..8);
        params.fees.maker_pips = *[-500, 0, 300].choose(rng).unwrap();
        let market = world.create_market((&base, &quote), params, 2);
        let lanes = (0..=MAKERS)
            .map(|_| world.funded_lane(&market, 16, FUNDS, FUNDS))
            .collect();
        let mut stage = Self {
            rng,
            world,
            market,
            lanes,
            markets: Markets::new(),
            replica: BookReplica::new(),
            slot: 0,
            tally,
        };
        for (_, lane) in stage.lanes.clone() {
            let data = stage.world.world.svm.data(&lane);
            stage.replica.insert(lane, &decode_lane(&data).unwrap());
        }
        stage
    }

    /// Brings the SDK's cache up to the machine.
    fn feed(&mut self) {
        self.slot += 1;
        let market = self.market.address;
        let lanes: Vec<Pubkey> = self.lanes.iter().map(|(_, lane)| *lane).collect();
        // Once for the market, then for its vault shards, then for their vaults.
        for _ in 0..3 {
            let parts = [
                self.markets.addresses(&market),
                vec![CLOCK_SYSVAR],
                lanes.clone(),
            ];
            for address in parts.concat() {
                let Some(account) = self.world.world.svm.account(&address) else {
                    panic!("no account {address}");
                };
                let update = AccountUpdate {
                    address,
                    owner: account.owner,
                    slot: self.slot,
                    data: &account.data,
                };
                self.markets.apply(update).unwrap();
            }
        }
        assert!(self.markets.missing(&market).is_empty());
    }

    fn price(&mut self, side: BookSide) -> u32 {
        // Now and then beyond the middle, where lanes cross.
        let better = self.rng.random_range(1..16);
        match side {
            BookSide::Bid => MIDDLE + 3 - better,
            BookSide::Ask => MIDDLE - 3 + better,
        }
    }

    fn side(&mut self) -> BookSide {
        *[BookSide::Bid, BookSide::Ask].choose(self.rng).unwrap()
    }

    /// An order is placed, or a ladder, or orders are cancelled.
    fn quote_something(&mut self) {
        let &(owner, lane) = self.lanes[..MAKERS].choose(self.rng).unwrap();
        let market = self.market.address;
        let side = self.side();
        let instruction = match self.rng.random_range(0..8) {
            0 => plan::cancel_all_instruction(&lane, &owner, Some(side)),
            1 => {
                let mut price = MIDDLE;
                let mut level = |_| {
                    price += self.rng.random_range(1..4);
                    Quoted::new(Ticks(price), Lots(self.rng.random_range(1..40)))
                };
                let ladder = Ladder {
                    asks: Some((0..3).map(&mut level).collect()),
                    ..Ladder::default()
                };
                plan::replace_all_instruction(&market, &lane, &owner, &ladder, &[]).unwrap()
            }
            _ => {
                let last = self.world.world.svm.clock().slot + self.rng.random_range(0..20);
                let order = NewOrder {
                    side,
                    price: Ticks(self.price(side)),
                    lots: Lots(self.rng.random_range(1..40)),
                    client_id: self.rng.random_range(0..3),
                    expiry: Expiry {
                        slot: if self.rng.random_bool(0.3) { last } else { 0 },
                        time: 0,
                    },
                };
                let params = plan::order_params(&order, PostOnly::Off);
                plan::place_instruction(&market, &lane, &owner, &params, &[])
            }
        };
        // A full lane refuses, for example.
        if self.execute(&[instruction]).is_ok() {
            self.tally.orders += 1;
        }
    }

    /// Executes, and lets the replica hear of it.
    fn execute(&mut self, instructions: &[Instruction]) -> Result<Executed, Refused> {
        let outcome = self.world.try_execute(instructions);
        if let Ok(executed) = &outcome {
            let own = instructions.iter();
            let own = own.filter(|each| each.program_id == sealane_orderbook::ID);
            let told = by_instruction(&executed.logs);
            assert_eq!(own.clone().count(), told.len());
            for (instruction, events) in own.zip(told) {
                let accounts: Vec<Pubkey> = instruction
                    .accounts
                    .iter()
                    .map(|meta| meta.pubkey)
                    .collect();
                self.replica
                    .apply(&instruction.data, &accounts, &events)
                    .unwrap();
            }
        }
        self.compare_replica();
        outcome
    }

    fn compare_replica(&self) {
        for (_, lane) in &self.lanes {
            let data = self.world.world.svm.data(lane);
            let snapshot = decode_lane(&data).unwrap();
            for side in [BookSide::Bid, BookSide::Ask] {
                let real = snapshot.orders(side).iter().rev();
                let real: Vec<_> = real
                    .map(|order| (order.id, order.price, order.lots))
                    .collect();
                let told = self.replica.orders(lane, side);
                let told: Vec<_> = told
                    .iter()
                    .map(|order| (order.id, order.price, order.lots))
                    .collect();
                assert_eq!(real, told);
            }
        }
    }

    fn limit(&mut self) -> Ticks {
        Ticks(self.rng.random_range(MIDDLE - 15..MIDDLE + 15))
    }

    fn take_request(&mut self, lane: Pubkey) -> TakeRequest {
        let time_in_force = match self.rng.random_range(0..6) {
            0 => TimeInForce::FillOrKill,
            1 | 2 => TimeInForce::Rest {
                client_id: 9,
                expires_slot: 0,
                expires_at: 0,
            },
            _ => TimeInForce::ImmediateOrCancel,
        };
        let max_quote = self.rng.random_range(1_000..200_000);
        TakeRequest {
            lane,
            side: self.side(),
            limit: self.limit(),
            lots: Lots(self.rng.random_range(0..60)),
            max_quote: Some(max_quote).filter(|_| self.rng.random_bool(0.2)),
            self_trade: *[
                SelfTrade::Decrement,
                SelfTrade::CancelProvide,
                SelfTrade::Abort,
            ]
            .choose(self.rng)
            .unwrap(),
            time_in_force,
        }
    }

    /// A lane takes from the lanes that the SDK chooses.
    fn take(&mut self) {
        let (owner, lane) = self.lanes[MAKERS];
        let request = self.take_request(lane);
        let limits = TakeLimits {
            max_lanes: self.rng.random_range(1..6),
            ..TakeLimits::default()
        };
        let caller = Caller::new(owner);
        match plan::take_instructions(&self.markets, &request, &limits, &caller) {
            Ok(plan) => {
                let executed = self.execute(&plan.instructions).expect("as quoted");
                self.compare_taken(&plan.quote, &executed);
            }
            Err(error) => self.count_refusal(&error),
        }
    }

    /// A lane takes from any lanes, its own and repeated ones among them.
    fn take_from(&mut self) {
        let (owner, lane) = *self.lanes.choose(self.rng).unwrap();
        let request = self.take_request(lane);
        let count = self.rng.random_range(0..4);
        let lanes: Vec<Pubkey> = (0..count)
            .map(|_| self.lanes.choose(self.rng).unwrap().1)
            .collect();
        let caller = Caller::new(owner);
        let market = self.market.address;
        let take = plan::take_instruction(&market, &request, &lanes, u16::MAX, &caller);
        let quoted = quote_take_from(&self.markets, &request, &lanes);
        match (quoted, self.execute(&[take])) {
            (Ok(quote), Ok(executed)) => self.compare_taken(&quote, &executed),
            (Err(MarketError::Refused(error)), Err(refused)) => {
                assert_eq!(Reason::orderbook(error), refused.reason, "{}", error.name());
                self.tally.refused_alike += 1;
            }
            (quoted, executed) => panic!("quoted {quoted:?}, executed {executed:?}"),
        }
    }

    fn compare_taken(&mut self, quote: &TakeQuote, executed: &Executed) {
        let outcome = &quote.outcome;
        let events = sealane_sdk::events::orderbook::from_logs(&executed.logs);
        let [BookEvent::Taken(taken, fills)] = &events[..] else {
            panic!("{events:?}");
        };
        assert_eq!(
            (
                taken.lots,
                taken.left,
                taken.value,
                taken.fee,
                taken.rebates
            ),
            (
                outcome.lots.0,
                outcome.left.0,
                outcome.value,
                outcome.fee,
                outcome.rebates
            )
        );
        assert_eq!(
            (taken.referrer_fee, taken.ended),
            (quote.referrer_fee, outcome.ended as u8)
        );
        let rested = quote.rested.map_or(0, |(id, _)| id.0);
        assert_eq!(taken.rested_id, rested);
        compare_fills(fills, &outcome.lanes, &outcome.fills);
        let header = self.world.header(&quote.request.lane);
        assert_eq!(
            (header.base_free, header.quote_free),
            (quote.base_free, quote.quote_free)
        );
        assert!(executed.compute_units <= outcome.compute_units);
        self.tally.taken += 1;
        self.tally.rested += usize::from(rested != 0);
        self.tally.fills += fills.len();
    }

    /// A wallet takes.
    fn swap(&mut self) {
        let trader = self.world.trader(&self.market.clone(), FUNDS, FUNDS);
        self.feed();
        let maximum = self.rng.random_range(1_000..200_000);
        let request = SwapTakeRequest {
            market: self.market.address,
            trader,
            side: self.side(),
            limit: self.limit(),
            lots: Some(Lots(self.rng.random_range(1..60))).filter(|_| self.rng.random_bool(0.8)),
            maximum_sent: Some(maximum).filter(|_| self.rng.random_bool(0.4)),
            slippage_tolerance_bps: self.rng.random_range(0..200),
            whole: self.rng.random_bool(0.2),
            self_trade: SelfTrade::Abort,
            referrer: Some(self.lanes[0].1).filter(|_| self.rng.random_bool(0.3)),
        };
        let caller = Caller::new(trader);
        let limits = TakeLimits::default();
        let plan = plan::swap_take_instructions(&self.markets, &request, &limits, &caller);
        let plan = match plan {
            Ok(plan) => plan,
            Err(error) => return self.count_refusal(&error),
        };
        let before = self.world.balances(&self.market, &trader);
        let executed = self.execute(&plan.instructions).expect("as quoted");
        let after = self.world.balances(&self.market, &trader);
        let quote = &plan.quote;
        let (sent, received) = match request.side {
            BookSide::Bid => (before.1 - after.1, after.0 - before.0),
            BookSide::Ask => (before.0 - after.0, after.1 - before.1),
        };
        assert_eq!((sent, received), (quote.sent, quote.received));
        assert!(sent <= quote.maximum_sent && received >= quote.minimum_received);
        let events = sealane_sdk::events::orderbook::from_logs(&executed.logs);
        let [BookEvent::SwapTaken(taken, fills)] = &events[..] else {
            panic!("{events:?}");
        };
        let outcome = &quote.outcome;
        assert_eq!(
            (
                taken.lots,
                taken.value,
                taken.fee,
                taken.rebates,
                taken.ended
            ),
            (
                outcome.lots.0,
                outcome.value,
                outcome.fee,
                outcome.rebates,
                outcome.ended as u8
            )
        );
        assert_eq!((taken.sent, taken.received), (sent, received));
        assert_eq!(taken.referrer_fee, quote.referrer_fee);
        compare_fills(fills, &outcome.lanes, &outcome.fills);
        assert!(executed.compute_units <= outcome.compute_units);
        self.tally.swapped += 1;
        self.tally.fills += fills.len();
    }

    /// Two lanes are crossed for a third one's reward, if their prices are.
    fn cross(&mut self) {
        let (owner, lane) = self.lanes[MAKERS];
        let book = self.markets.book(&self.market.address).unwrap();
        let crossed = book.crossed().map(|(bid, ask)| (bid.lane, ask.lane));
        let any = (self.lanes[0].1, self.lanes[1].1);
        let pair = crossed.filter(|pair| pair.0 != lane && pair.1 != lane);
        let pair = pair.unwrap_or(any);
        let most = self.rng.random_range(1..5);
        let cross = self.market.cross(lane, owner, pair, most);
        let caller = Caller::new(owner);
        let before = self.world.header(&lane).quote_free;
        let plan =
            plan::cross_instructions(&self.markets, &lane, (&pair.0, &pair.1), most, &caller);
        match (plan, self.execute(&[cross])) {
            (Ok(plan), Ok(executed)) => {
                let quoted = plan.quote.crossed;
                let events = sealane_sdk::events::orderbook::from_logs(&executed.logs);
                let [BookEvent::Crossed(crossed, _)] = &events[..] else {
                    panic!("{events:?}");
                };
                assert_eq!(
                    (crossed.lots, crossed.value, crossed.fee),
                    (quoted.lots.0, quoted.value, quoted.fee)
                );
                assert_eq!(
                    (crossed.rebates, crossed.reward),
                    (quoted.rebates, quoted.reward)
                );
                let earned = self.world.header(&lane).quote_free - before;
                assert_eq!(earned, quoted.reward);
                self.tally.crossed += 1;
            }
            (Err(MarketError::Refused(error)), Err(refused)) => {
                assert_eq!(Reason::orderbook(error), refused.reason, "{}", error.name());
            }
            (quoted, executed) => panic!("quoted {quoted:?}, executed {executed:?}"),
        }
    }

    fn count_refusal(&mut self, error: &MarketError) {
        match error {
            MarketError::NoOrders => self.tally.no_orders += 1,
            MarketError::Refused(
                OrderbookError::NotFilled
                | OrderbookError::ZeroLots
                | OrderbookError::NothingFilled
                | OrderbookError::CrossesOwnOrder
                | OrderbookError::LaneFull
                | OrderbookError::InsufficientVault,
            ) => {}
            error => panic!("{error:?}"),
        }
    }

    fn step(&mut self) {
        for _ in 0..3 {
            self.quote_something();
        }
        let slot = self.world.world.svm.clock().slot;
        self.world.svm().set_slot(slot + 1);
        self.feed();
        match self.rng.random_range(0..5) {
            0 => self.take_from(),
            1 => self.swap(),
            2 => self.cross(),
            _ => self.take(),
        }
    }
}

fn compare_fills(told: &[FillRecord], lanes: &[Pubkey], quoted: &[QuotedFill]) {
    assert_eq!(told.len(), quoted.len());
    for (told, quoted) in told.iter().zip(quoted) {
        assert_eq!(lanes[usize::from(told.lane)], quoted.lane);
        assert_eq!(
            (told.id, told.lots, told.left, told.price, told.met),
            (
                quoted.id.0,
                quoted.lots.0,
                quoted.left.0,
                quoted.price.0,
                quoted.met as u8
            )
        );
    }
}

#[test]
fn takes_execute_as_quoted_and_events_tell_every_order() {
    let mut seeded = Seeded::new(20_261_124);
    let mut tally = Tally::default();
    for number in 0..MARKETS {
        let mut stage = Stage::set(&mut seeded.rng, &mut tally, number % 2 == 1);
        for _ in 0..STEPS {
            stage.step();
        }
    }
    println!("{tally:?}");
    let enough = MARKETS * STEPS;
    assert!(
        tally.taken > enough / 5 && tally.fills > enough / 2,
        "{tally:?}"
    );
    assert!(
        tally.swapped > enough / 15 && tally.rested > enough / 50,
        "{tally:?}"
    );
    assert!(
        tally.refused_alike > enough / 40 && tally.orders > enough,
        "{tally:?}"
    );
    assert!(tally.crossed > enough / 50, "{tally:?}");
}
