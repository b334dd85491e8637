//! What an authority can pause, and what it can never: nobody is locked in.

use sealane_core::book::BookSide;
use sealane_orderbook::{MarketAction, TimeInForce, errors::OrderbookError, state::pause};

use crate::{
    Arena,
    arena::LOTS,
    build::taking,
    subjects::{Subject, subjects},
};

/// The bits that pause an instruction.
fn bits_of(name: &str) -> u8 {
    match name {
        "place" | "place showing lanes" | "place_many" | "replace_all" => pause::PLACE,
        "take" | "swap_take" | "swap_take of a referrer" => pause::TAKE,
        "deposit" => pause::DEPOSIT,
        "cross" => pause::CROSS,
        _ => 0,
    }
}

#[test]
fn every_bit_pauses_what_it_says_and_nothing_else() {
    let mut arena = Arena::new();
    let (market, all) = (arena.market.clone(), subjects(&arena));
    for paused in 0..=pause::ALL {
        let action = MarketAction::SetPaused(paused);
        arena
            .world
            .execute(&[market.administer(market.creator, action)]);
        for Subject { name, valid, .. } in &all {
            if bits_of(name) & paused == 0 {
                arena.accepts(&format!("{name} with {paused:04b} paused"), valid);
            } else {
                let what = format!("{name} with {paused:04b} paused");
                arena.refuses_book(&what, valid.clone(), OrderbookError::Paused);
            }
        }
    }
    arena.finish();
}

/// A take that may rest what is left places an order.
#[test]
fn what_is_left_of_a_take_does_not_rest_while_placing_is_paused() {
    let mut arena = Arena::new();
    let market = arena.market.clone();
    let mut resting = taking(BookSide::Bid, 100, LOTS);
    resting.time_in_force = TimeInForce::Rest {
        client_id: 0,
        expires_slot: 0,
        expires_at: 0,
    };
    arena.accepts("a take that rests", &arena.take(resting));
    for bits in [pause::PLACE, pause::TAKE, pause::ALL] {
        let action = MarketAction::SetPaused(bits);
        arena
            .world
            .execute(&[market.administer(market.creator, action)]);
        let take = arena.take(resting);
        arena.refuses_book(&format!("{bits:04b}"), take, OrderbookError::Paused);
    }
    arena.finish();
}

/// Everything is paused: orders are taken back, money is withdrawn, lanes are closed, all the same.
#[test]
fn everybody_can_leave_while_everything_is_paused() {
    let mut arena = Arena::new();
    let market = arena.market.clone();
    let action = MarketAction::SetPaused(pause::ALL);
    arena
        .world
        .execute(&[market.administer(market.creator, action)]);
    let everything = u64::MAX;
    for trader in arena.traders() {
        let has_referrer = trader.lane == arena.attacker.lane;
        let referrer = has_referrer.then_some(arena.referrer.lane);
        arena.world.execute(&[trader.hand().cancel_all(2)]);
        for from in [1, 2] {
            arena
                .world
                .execute(&[market.balance_vaults(from, 0, everything, everything)]);
        }
        let header = arena.world.header(&trader.lane);
        if header.protocol_fees + header.referrer_fees > 0 {
            arena
                .world
                .execute(&[market.sweep_fees(trader.lane, 0, referrer)]);
        }
    }
    for trader in arena.traders() {
        let before = arena.world.balances(&market, &trader.wallet);
        let header = arena.world.header(&trader.lane);
        arena.world.execute(&[
            market.withdraw(0, trader.lane, trader.wallet, everything, everything),
            market.close_lane(trader.wallet, trader.lane, 0, None),
        ]);
        let after = arena.world.balances(&market, &trader.wallet);
        assert_eq!(after.0 - before.0, header.base_free);
        assert_eq!(after.1 - before.1, header.quote_free);
        assert!(arena.world.lane(&trader.lane).is_none());
    }
    let held = arena.world.held(&market, 0);
    let fees: u64 = (0..3)
        .map(|index| arena.world.vault_shard(&market, index).protocol_fees)
        .sum();
    assert!(fees > 0);
    assert_eq!(held, (0, fees), "what is left are the fees");
}
