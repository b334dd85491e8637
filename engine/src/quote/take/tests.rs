use sealane_core::book::{Expiry, NewOrder, SelfTrade};
use sealane_orderbook::{TimeInForce, state::pause};

use super::*;
use crate::{
    book::fixtures::{ask, bid},
    fixtures::{MarketWorld, account_bytes, market_world},
    orderbook,
};

const VAULTS: &[(u64, u64)] = &[(1 << 40, 1 << 40), (1 << 40, 1 << 40)];

fn request(lane: Pubkey, side: BookSide, limit: u32, lots: u64) -> TakeRequest {
    TakeRequest::new(lane, side, Ticks(limit), Lots(lots))
}

fn swap(world: &MarketWorld, side: BookSide, limit: u32, lots: Option<u64>) -> SwapTakeRequest {
    SwapTakeRequest {
        market: world.market,
        trader: Pubkey::new_unique(),
        side,
        limit: Ticks(limit),
        lots: lots.map(Lots),
        maximum_sent: None,
        slippage_tolerance_bps: 100,
        whole: false,
        self_trade: SelfTrade::Abort,
        referrer: None,
    }
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, MarketError>) -> OrderbookError {
    outcome.unwrap_err().orderbook_error().unwrap()
}

#[test]
fn fills_fees_and_prices() {
    let mut world = market_world(VAULTS);
    let (near, _) = world.lane(&[ask(101, 10), ask(110, 10)]);
    let (far, _) = world.lane(&[ask(105, 10)]);
    world.lane(&[ask(120, 10)]);
    let (taker, _) = world.lane(&[]);
    let limits = TakeLimits::default();
    let quote = quote_take(
        &world.markets,
        &request(taker, BookSide::Bid, 110, 25),
        &limits,
    )
    .unwrap();
    let outcome = &quote.outcome;
    let mut expected = vec![near, far];
    expected.sort_unstable();
    assert_eq!(outcome.lanes, expected);
    let fills: Vec<_> = outcome
        .fills
        .iter()
        .map(|fill| (fill.lane, fill.price.0, fill.lots.0))
        .collect();
    assert_eq!(fills, [(near, 101, 10), (far, 105, 10), (near, 110, 5)]);
    // In ticks times lots: 1,010 + 1,050 + 550 = 2,610; a tick is 10.
    assert_eq!((outcome.base, outcome.value), (25_000, 26_100));
    // 0.05% of 26,100 is 13.05; rebates are 0.01% of each fill, each rounded down: 1, 1 and 0.
    assert_eq!((outcome.fee, outcome.rebates), (14, 2));
    assert_eq!(
        (outcome.best_price, outcome.worst_price),
        (Some(Ticks(101)), Some(Ticks(110)))
    );
    assert_eq!(outcome.average_price.unwrap().to_string(), "1.044");
    assert_eq!(outcome.execution_price.unwrap().to_string(), "1.04456");
    // 26,100 instead of 25,250: 3.366%.
    assert_eq!(outcome.price_impact_bps, 337);
    assert_eq!(outcome.is_proven_best, Some(true));
    assert_eq!(quote.base_free, (1 << 50) + 25_000);
    assert_eq!(quote.quote_free, (1 << 50) - 26_114);
    assert_eq!((quote.rested, quote.referrer_fee), (None, 0));
}

#[test]
fn what_is_left_rests_only_where_nothing_better_is_named() {
    let mut world = market_world(VAULTS);
    world.lane(&[bid(100, 4)]);
    let (taker, _) = world.lane(&[]);
    let rest = |max_quote| TakeRequest {
        time_in_force: TimeInForce::Rest {
            client_id: 7,
            expires_slot: 0,
            expires_at: 0,
        },
        max_quote,
        ..request(taker, BookSide::Ask, 100, 10)
    };
    let limits = TakeLimits::default();
    let quote = quote_take(&world.markets, &rest(None), &limits).unwrap();
    let (id, lots) = quote.rested.unwrap();
    assert_eq!(
        (id.side(), lots, quote.outcome.left),
        (BookSide::Ask, Lots(6), Lots(6))
    );
    assert_eq!(quote.base_free, (1 << 50) - 10_000);
    // Two lots' worth of quote: the take ends by that, and nothing rests.
    let quote = quote_take(&world.markets, &rest(Some(2_500)), &limits).unwrap();
    assert_eq!(
        (quote.outcome.ended, quote.outcome.lots),
        (Ended::QuoteSpent, Lots(2))
    );
    assert_eq!(quote.rested, None);
}

#[test]
fn the_programs_refusals() {
    let mut world = market_world(VAULTS);
    let (maker, _) = world.lane(&[ask(101, 10)]);
    let (taker, _) = world.lane(&[bid(90, 1)]);
    let limits = TakeLimits::default();
    let of = |world: &MarketWorld, request| quote_take(&world.markets, &request, &limits);
    let buy = |limit, lots| request(taker, BookSide::Bid, limit, lots);
    assert_eq!(of(&world, buy(100, 1)).unwrap_err(), MarketError::NoOrders);
    let whole = TakeRequest {
        time_in_force: TimeInForce::FillOrKill,
        ..buy(101, 11)
    };
    assert_eq!(refusal(of(&world, whole)), OrderbookError::NotFilled);
    assert_eq!(refusal(of(&world, buy(101, 0))), OrderbookError::ZeroLots);
    let from = |lanes: &[Pubkey]| quote_take_from(&world.markets, &buy(101, 1), lanes);
    assert_eq!(refusal(from(&[])), OrderbookError::WrongLaneCount);
    assert_eq!(
        refusal(from(&[maker, maker])),
        OrderbookError::DuplicateLane
    );
    assert_eq!(refusal(from(&[taker])), OrderbookError::DuplicateLane);
    assert!(from(&[maker]).is_ok());
    let stranger = Pubkey::new_unique();
    assert_eq!(
        from(&[stranger]).unwrap_err(),
        MarketError::UnknownLane { lane: stranger }
    );
    world.config.paused = pause::TAKE;
    let (market, bytes) = (world.market, account_bytes(&world.config));
    world.feed(market, orderbook::ID, &bytes);
    assert_eq!(refusal(of(&world, buy(101, 1))), OrderbookError::Paused);
}

#[test]
fn a_wallet_pays_for_lots() {
    let mut world = market_world(VAULTS);
    let (maker, _) = world.lane(&[ask(101, 10), ask(102, 10)]);
    let limits = TakeLimits::default();
    let request = swap(&world, BookSide::Bid, 110, Some(15));
    let quote = quote_swap_take(&world.markets, &request, &limits).unwrap();
    // (1,010 + 510) · 10, and 0.05% of that rounded up.
    assert_eq!((quote.outcome.value, quote.outcome.fee), (15_200, 8));
    assert_eq!((quote.sent, quote.received), (15_208, 15_000));
    assert_eq!(
        (quote.maximum_sent, quote.minimum_received),
        (15_360, 14_850)
    );
    assert_eq!(quote.outcome.lanes, [maker]);
    // The instruction carries the bound, and the program derives its budget from that.
    assert_eq!(quote.outcome.order.max_quote, 15_360);
    // As much as so much pays for.
    let request = SwapTakeRequest {
        maximum_sent: Some(5_060),
        lots: None,
        ..request
    };
    let quote = quote_swap_take(&world.markets, &request, &limits).unwrap();
    assert_eq!((quote.outcome.lots, quote.sent), (Lots(5), 5_053));
    assert_eq!(quote.maximum_sent, 5_060);
}

#[test]
fn a_wallet_sells() {
    let mut world = market_world(VAULTS);
    world.lane(&[bid(100, 10)]);
    let (referrer, _) = world.lane(&[]);
    let limits = TakeLimits::default();
    let request = SwapTakeRequest {
        referrer: Some(referrer),
        ..swap(&world, BookSide::Ask, 90, Some(4))
    };
    let quote = quote_swap_take(&world.markets, &request, &limits).unwrap();
    assert_eq!((quote.sent, quote.received), (4_000, 3_998));
    // A fee of 2, of which no rebate is paid; half of it.
    assert_eq!(
        (quote.outcome.fee, quote.outcome.rebates, quote.referrer_fee),
        (2, 0, 1)
    );
    let whole = SwapTakeRequest {
        lots: Some(Lots(11)),
        whole: true,
        ..request
    };
    let refused = quote_swap_take(&world.markets, &whole, &limits);
    assert_eq!(refusal(refused), OrderbookError::NotFilled);
}

#[test]
fn the_vault_shard_can_pay() {
    let mut world = market_world(&[(10, 0), (5_000, 0), (10, 10)]);
    world.lane(&[ask(100, 10)]);
    let limits = TakeLimits::default();
    let able = world
        .markets
        .vault_shards(&world.market)
        .nth(1)
        .unwrap()
        .address;
    for _ in 0..20 {
        let quote = quote_swap_take(
            &world.markets,
            &swap(&world, BookSide::Bid, 100, Some(5)),
            &limits,
        );
        assert_eq!(quote.unwrap().vault_shard, able);
    }
    let refused = quote_swap_take(
        &world.markets,
        &swap(&world, BookSide::Bid, 100, Some(6)),
        &limits,
    );
    assert_eq!(refusal(refused), OrderbookError::InsufficientVault);
}

#[test]
fn expired_orders_are_met_and_do_not_trade() {
    let mut world = market_world(VAULTS);
    let expired = NewOrder {
        expiry: Expiry { slot: 50, time: 0 },
        ..ask(100, 10)
    };
    world.lane(&[expired, ask(105, 10)]);
    let (taker, _) = world.lane(&[]);
    let limits = TakeLimits::default();
    let quote = quote_take(
        &world.markets,
        &request(taker, BookSide::Bid, 110, 2),
        &limits,
    )
    .unwrap();
    let met: Vec<_> = quote
        .outcome
        .fills
        .iter()
        .map(|fill| (fill.met, fill.price.0))
        .collect();
    assert_eq!(met, [(Met::Expired, 100), (Met::Filled, 105)]);
    assert_eq!(quote.outcome.best_price, Some(Ticks(105)));
    assert_eq!(quote.outcome.price_impact_bps, 0);
}
