use sealane_core::book::{BookSide, Lots, SelfTrade, Ticks};
use sealane_engine::fixtures::{account_bytes, market_world};

use super::*;
use crate::{
    book::fixtures::{ask, bid},
    orderbook,
};

const VAULTS: &[(u64, u64)] = &[(1 << 40, 1 << 40), (1 << 40, 1 << 40)];

fn refusal<T: std::fmt::Debug>(outcome: Result<T, MarketError>) -> OrderbookError {
    outcome.unwrap_err().orderbook_error().unwrap()
}

#[test]
fn lanes_named_fit_the_transaction() {
    let mut world = market_world(VAULTS);
    for at in 0..40 {
        world.quoting(BookSide::Ask, &[101 + at]);
    }
    let (taker, owner) = world.lane(&[]);
    let limits = TakeLimits::default();
    let caller = Caller::new(owner);
    let request = TakeRequest::new(taker, BookSide::Bid, Ticks(1_000), Lots(40));
    let taken = take_instructions(&world.markets, &request, &limits, &caller).unwrap();
    let lanes = taken.quote.outcome.lanes.len();
    let size = transaction_size(&taken.instructions, &owner);
    assert!(size <= MAX_TRANSACTION_SIZE && size + 33 > MAX_TRANSACTION_SIZE);
    assert_eq!(taken.quote.outcome.lots.0, lanes as u64);
    assert_eq!(taken.instructions[0].accounts.len(), 3 + lanes);
    // The cheapest lanes were named.
    assert_eq!(
        taken.quote.outcome.worst_price,
        Some(Ticks(100 + lanes as u32))
    );

    let request = SwapTakeRequest {
        market: world.market,
        trader: Pubkey::new_unique(),
        side: BookSide::Bid,
        limit: Ticks(1_000),
        lots: Some(Lots(40)),
        maximum_sent: None,
        slippage_tolerance_bps: 100,
        whole: false,
        self_trade: SelfTrade::Abort,
        referrer: None,
    };
    let caller = Caller::new(request.trader);
    let taken = swap_take_instructions(&world.markets, &request, &limits, &caller).unwrap();
    let size = transaction_size(&taken.instructions, &request.trader);
    assert!(size <= MAX_TRANSACTION_SIZE && size + 33 > MAX_TRANSACTION_SIZE);
    assert_eq!(
        taken.quote.outcome.lots.0,
        taken.quote.outcome.lanes.len() as u64
    );
}

#[test]
fn crossing() {
    let mut world = market_world(VAULTS);
    world.config.cross_reward_pips = 10_000;
    world.config.taker_fee_pips = 100;
    let (market, bytes) = (world.market, account_bytes(&world.config));
    world.feed(market, orderbook::ID, &bytes);
    let (bids, _) = world.lane(&[bid(110, 5)]);
    let (asks, _) = world.lane(&[ask(100, 3)]);
    let (own, owner) = world.lane(&[]);
    let caller = Caller::new(owner);
    let crossed = cross_instructions(&world.markets, &own, (&bids, &asks), 8, &caller);
    let crossed = crossed.unwrap().quote.crossed;
    assert_eq!(crossed.lots, Lots(3));
    assert!(crossed.reward > 0);
    let again = cross_instructions(&world.markets, &own, (&asks, &bids), 8, &caller);
    assert_eq!(refusal(again), OrderbookError::NotCrossed);
    let own_lane = cross_instructions(&world.markets, &bids, (&bids, &asks), 8, &caller);
    assert_eq!(refusal(own_lane), OrderbookError::DuplicateLane);
}

#[test]
fn only_the_owner_or_delegate_takes() {
    let mut world = market_world(VAULTS);
    world.lane(&[ask(101, 10)]);
    let (taker, owner) = world.lane(&[]);
    let request = TakeRequest::new(taker, BookSide::Bid, Ticks(101), Lots(1));
    let plan = |owner| {
        let limits = TakeLimits::default();
        take_instructions(&world.markets, &request, &limits, &Caller::new(owner))
    };
    assert_eq!(
        refusal(plan(Pubkey::new_unique())),
        OrderbookError::WrongAuthority
    );
    assert!(plan(owner).is_ok());
}

#[test]
fn a_lane_is_opened_funded_and_takes_in_one_transaction() {
    let mut world = market_world(VAULTS);
    for at in 0..40 {
        world.quoting(BookSide::Ask, &[101 + at]);
    }
    let owner = Pubkey::new_unique();
    let opened = OpenLaneRequest {
        market: world.market,
        owner,
        index: 0,
        capacity: 16,
        referrer: None,
    };
    let lane = open_lane_instructions(&opened).unwrap().lane;
    let funding = |quote| Funding {
        opened: Some(opened),
        base: 0,
        quote,
    };
    let request = TakeRequest::new(lane, BookSide::Bid, Ticks(1_000), Lots(40));
    let (limits, caller) = (TakeLimits::default(), Caller::new(owner));
    let plan =
        |funding| funded_take_instructions(&world.markets, &request, &funding, &limits, &caller);
    let planned = plan(funding(1 << 40)).unwrap();
    let accounts: Vec<usize> = planned
        .instructions
        .iter()
        .map(|i| i.accounts.len())
        .collect();
    let lanes = planned.quote.outcome.lanes.len();
    assert_eq!((accounts.len(), accounts[2]), (3, 3 + lanes));
    // The two in front leave room for fewer lanes.
    let size = transaction_size(&planned.instructions, &owner);
    assert!(size <= MAX_TRANSACTION_SIZE && size + 33 > MAX_TRANSACTION_SIZE);
    let outcome = &planned.quote.outcome;
    let left = (1 << 40) - outcome.value - outcome.fee;
    assert_eq!(
        (planned.quote.base_free, planned.quote.quote_free),
        (outcome.base, left)
    );

    assert_eq!(refusal(plan(funding(1))), OrderbookError::InsufficientFunds);
    let elsewhere = Funding {
        opened: Some(OpenLaneRequest { index: 1, ..opened }),
        ..funding(1 << 40)
    };
    assert_eq!(
        plan(elsewhere).unwrap_err(),
        MarketError::UnknownLane { lane }
    );
    // A lane that is there is funded on top of what it has.
    let (known, owner) = world.lane(&[]);
    let request = TakeRequest::new(known, BookSide::Bid, Ticks(101), Lots(1));
    let funding = Funding {
        quote: 77,
        ..Funding::default()
    };
    let caller = Caller::new(owner);
    let planned = funded_take_instructions(&world.markets, &request, &funding, &limits, &caller);
    let quote = planned.unwrap().quote;
    let paid = quote.outcome.value + quote.outcome.fee;
    assert_eq!(quote.quote_free, (1 << 50) + 77 - paid);
}
