//! `take`, `swap_take`, `cross`, and orders that have expired.

use sealane_core::book::BookSide;
use sealane_orderbook::{
    SwapTakeParams, TakeParams, TimeInForce, errors::OrderbookError as E, swap_flag,
};
use sealane_testkit::Reason;
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;
use spl_token_interface::error::TokenError;

use crate::{
    Arena,
    arena::{FUNDS, LOTS, Trader, replaced},
    build::{Hand, order, reap, swap_take, swapping, taking},
};

/// What a take and a swap have in common, wrong.
fn wrong_wishes(now: i64) -> Vec<(&'static str, TakeParams, E)> {
    let good = taking(BookSide::Bid, 100, LOTS);
    let with = |edit: &dyn Fn(&mut TakeParams)| {
        let mut params = good;
        edit(&mut params);
        params
    };
    vec![
        ("no lots", taking(BookSide::Bid, 100, 0), E::ZeroLots),
        ("no price", taking(BookSide::Bid, 0, LOTS), E::ZeroPrice),
        (
            "no price to sell at",
            taking(BookSide::Ask, 0, LOTS),
            E::ZeroPrice,
        ),
        (
            "an unknown side",
            with(&|take| take.side = 2),
            E::InvalidChoice,
        ),
        (
            "the last unknown side",
            with(&|take| take.side = u8::MAX),
            E::InvalidChoice,
        ),
        (
            "an unknown policy",
            with(&|take| take.self_trade = 3),
            E::InvalidChoice,
        ),
        (
            "the last unknown policy",
            with(&|take| take.self_trade = u8::MAX),
            E::InvalidChoice,
        ),
        (
            "a second late",
            with(&|take| take.deadline = now - 1),
            E::DeadlinePassed,
        ),
        (
            "no deadline at all",
            with(&|take| take.deadline = 0),
            E::DeadlinePassed,
        ),
        (
            "the earliest deadline",
            with(&|take| take.deadline = i64::MIN),
            E::DeadlinePassed,
        ),
    ]
}

fn as_swap(take: &TakeParams) -> SwapTakeParams {
    SwapTakeParams {
        side: take.side,
        self_trade: take.self_trade,
        deadline: take.deadline,
        ..swapping(BookSide::Bid, take.limit, take.lots)
    }
}

fn makers(arena: &Arena) -> [Pubkey; 2] {
    arena.makers.map(|maker| maker.lane)
}

fn swap(arena: &Arena, order: SwapTakeParams) -> Instruction {
    let wallet = arena.attacker.wallet;
    swap_take(&arena.market, 0, wallet, order, &makers(arena))
}

#[test]
fn wishes_that_are_none() {
    let mut arena = Arena::new();
    let now = arena.now();
    for (what, params, error) in wrong_wishes(now) {
        let take = arena.take(params);
        arena.refuses_book(&format!("take: {what}"), take, error);
        let swap = swap(&arena, as_swap(&params));
        arena.refuses_book(&format!("swap_take: {what}"), swap, error);
    }
    let mut in_time = taking(BookSide::Bid, 100, LOTS);
    in_time.deadline = now;
    arena.accepts("this second", &arena.take(in_time));
    arena.accepts("this second", &swap(&arena, as_swap(&in_time)));
    for flags in [swap_flag::ALL + 1, 1 << 7, u8::MAX] {
        let mut order = swapping(BookSide::Bid, 100, LOTS);
        order.flags = flags;
        let attack = swap(&arena, order);
        arena.refuses_book(&format!("flags {flags}"), attack, E::InvalidChoice);
    }
    arena.finish();
}

/// Buying and selling more than the lane owns; more than anybody offers.
#[test]
fn more_than_there_is() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let mut whole = taking(BookSide::Bid, 100, 4 * LOTS);
    whole.time_in_force = TimeInForce::FillOrKill;
    arena.accepts("all there is", &arena.take(whole));
    for lots in [4 * LOTS + 1, u64::MAX] {
        let attack = arena.take(TakeParams { lots, ..whole });
        arena.refuses_book(&format!("all of {lots}"), attack, E::NotFilled);
        let mut order = swapping(BookSide::Bid, 100, lots);
        order.flags = swap_flag::WHOLE;
        let attack = swap(&arena, order);
        arena.refuses_book(&format!("swap all of {lots}"), attack, E::NotFilled);
    }
    let short = TakeParams {
        max_quote: LOTS,
        ..whole
    };
    arena.refuses_book("of too little quote", arena.take(short), E::NotFilled);
    let short = TakeParams {
        max_orders: 1,
        ..whole
    };
    arena.refuses_book("of too few orders", arena.take(short), E::NotFilled);

    let penniless = attacker.hand();
    let drained = [
        penniless.cancel_all(2),
        market.balance_vaults(1, 0, u64::MAX, u64::MAX),
        market.withdraw(0, attacker.lane, attacker.wallet, u64::MAX, u64::MAX),
    ];
    arena.world.execute(&drained);
    for side in [BookSide::Bid, BookSide::Ask] {
        let limit = if side == BookSide::Bid { 100 } else { 95 };
        let attack = arena.take(taking(side, limit, 1));
        arena.refuses_book(
            &format!("{side:?} for nothing"),
            attack,
            E::InsufficientFunds,
        );
    }
    arena.finish();
}

/// Of swaps nothing may be worse than the wallet said, to the unit.
#[test]
fn slippage_bounds_hold_to_the_unit() {
    let mut arena = Arena::new();
    let (market, wallet) = (arena.market.clone(), arena.attacker.wallet);
    for (side, limit) in [(BookSide::Bid, 100), (BookSide::Ask, 95)] {
        let order = swapping(side, limit, LOTS);
        let mut probe = arena.world.clone();
        let before = probe.balances(&market, &wallet);
        probe.execute(&[swap(&arena, order)]);
        let after = probe.balances(&market, &wallet);
        let (sent, received) = match side {
            BookSide::Bid => (before.1 - after.1, after.0 - before.0),
            BookSide::Ask => (before.0 - after.0, after.1 - before.1),
        };
        let exact = SwapTakeParams {
            minimum_received: received,
            maximum_sent: sent,
            ..order
        };
        arena.accepts("the bounds that are met", &swap(&arena, exact));
        let greedy = SwapTakeParams {
            minimum_received: received + 1,
            ..exact
        };
        arena.refuses_book("a unit more", swap(&arena, greedy), E::SlippageExceeded);
        let whole = SwapTakeParams {
            maximum_sent: sent - 1,
            flags: swap_flag::WHOLE,
            ..order
        };
        arena.refuses_book("a unit less", swap(&arena, whole), E::NotFilled);
        let short = SwapTakeParams {
            maximum_sent: sent - 1,
            ..exact
        };
        let attack = swap(&arena, short);
        arena.refuses_book("a unit less, for as much", attack, E::SlippageExceeded);
        let nothing = SwapTakeParams {
            maximum_sent: 0,
            ..order
        };
        let error = if side == BookSide::Bid {
            E::NothingFilled
        } else {
            E::ZeroLots
        };
        arena.refuses_book("for nothing", swap(&arena, nothing), error);
    }
    let far = swap(&arena, swapping(BookSide::Bid, 99, LOTS));
    arena.refuses_book("below all asks", far, E::NothingFilled);
    arena.finish();
}

#[test]
fn wallets_pay_themselves_and_in_the_right_tokens() {
    let mut arena = Arena::new();
    let (market, attacker, victim) = (arena.market.clone(), arena.attacker, arena.victim);
    let foreign = arena.foreign.account_of(&attacker.wallet);
    for (side, limit) in [(BookSide::Bid, 100), (BookSide::Ask, 95)] {
        let valid = swap(&arena, swapping(side, limit, LOTS));
        let (pays, is_paid) = match side {
            BookSide::Bid => (&market.quote, &market.base),
            BookSide::Ask => (&market.base, &market.quote),
        };
        let payer = pays.account_of(&attacker.wallet);
        let theft = replaced(valid.clone(), &[(payer, pays.account_of(&victim.wallet))]);
        arena.refuses_token("the victim pays", theft, TokenError::OwnerMismatch);
        let payee = is_paid.account_of(&attacker.wallet);
        for own in [payer, payee] {
            let attack = replaced(valid.clone(), &[(own, foreign)]);
            arena.refuses_token("a foreign account", attack, TokenError::MintMismatch);
        }
        let swapped = replaced(valid.clone(), &[(payer, payee), (payee, payer)]);
        arena.refuses_token("swapped accounts", swapped, TokenError::MintMismatch);
        let counterfeit = arena.counterfeit(&payer);
        let attack = replaced(valid.clone(), &[(payer, counterfeit)]);
        let error = InstructionError::IncorrectProgramId;
        arena.refuses_builtin("a counterfeit account", attack, error);
        let poor = swap_take(
            &market,
            2,
            attacker.wallet,
            swapping(side, limit, LOTS),
            &makers(&arena),
        );
        arena.refuses_book("an empty vault", poor, E::InsufficientVault);
    }
    let rich = SwapTakeParams {
        limit: u32::MAX,
        ..swapping(BookSide::Bid, 1, u64::MAX)
    };
    let quote = market.quote.account_of(&attacker.wallet);
    arena.world.world.set_balance(&quote, 1);
    let attack = swap(&arena, rich);
    arena.refuses_token("more than it has", attack, TokenError::InsufficientFunds);
    arena.finish();
}

#[test]
fn forged_referrers() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let [first, second] = makers(&arena);
    let order = SwapTakeParams {
        flags: swap_flag::REFERRER,
        ..swapping(BookSide::Bid, 100, LOTS)
    };
    let with = |lanes: &[Pubkey]| swap_take(&market, 0, attacker.wallet, order, lanes);
    arena.accepts("swap_take", &with(&[arena.referrer.lane, first, second]));
    let counterfeit = arena.counterfeit(&arena.referrer.lane.clone());
    let cases = [
        ("its own lane", attacker.lane, E::WrongReferrer),
        ("its own idle lane", arena.idle, E::WrongReferrer),
        (
            "a lane of the other market",
            arena.referrer.elsewhere,
            E::WrongMarket,
        ),
        ("a maker", first, E::DuplicateLane),
        ("a counterfeit", counterfeit, E::MalformedLane),
        ("a vault shard", market.vaults[1].address, E::MalformedLane),
        (
            "the vault shard",
            market.vaults[0].address,
            E::DuplicateLane,
        ),
    ];
    for (what, referrer, error) in cases {
        let attack = with(&[referrer, first, second]);
        arena.refuses_book(&format!("referrer: {what}"), attack, error);
    }
    arena.refuses_book("no lanes", with(&[]), E::WrongLaneCount);
    let alone = with(&[arena.referrer.lane]);
    arena.refuses_book("a referrer and no makers", alone, E::WrongLaneCount);
    let mut read_only = with(&[arena.referrer.lane, first]);
    read_only.accounts[11].is_writable = false;
    arena.refuses("a referrer read-only", read_only, Reason::NOT_WRITABLE);
    arena.finish();
}

#[test]
fn too_many_makers() {
    let mut arena = Arena::new();
    let market = arena.market.clone();
    let mut lanes = makers(&arena).to_vec();
    while lanes.len() < 33 {
        lanes.push(arena.world.funded_lane(&market, 8, 0, 0).1);
    }
    let order = taking(BookSide::Bid, 100, LOTS);
    let take = |lanes: &[Pubkey]| arena.attacker.hand().take(&market, order, lanes);
    arena.accepts("32 lanes", &take(&lanes[..32]));
    let (attack, twice) = (take(&lanes), take(&[lanes[0], lanes[1], lanes[0]]));
    arena.refuses_book("33 lanes", attack, E::WrongLaneCount);
    arena.refuses_book("a lane twice", twice, E::DuplicateLane);
    let swap = swap_take(
        &market,
        0,
        arena.attacker.wallet,
        swapping(BookSide::Bid, 100, LOTS),
        &lanes,
    );
    arena.refuses_book("33 lanes to a swap", swap, E::WrongLaneCount);
    arena.finish();
}

/// A second lane of the attacker's asks the best price.
fn with_own_ask(arena: &mut Arena) -> Pubkey {
    let (market, attacker, idle) = (arena.market.clone(), arena.attacker, arena.idle);
    let hand = Hand {
        lane: idle,
        authority: attacker.wallet,
    };
    let ask = order(BookSide::Ask, 90, LOTS);
    arena.world.execute(&[
        market.deposit(0, idle, attacker.wallet, FUNDS / 10, 0),
        hand.place(&market, ask, &[]),
    ]);
    idle
}

#[test]
fn nobody_trades_with_themselves() {
    let mut arena = Arena::new();
    let idle = with_own_ask(&mut arena);
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let [first, _] = makers(&arena);
    let lanes = [first, idle];
    let mut order = taking(BookSide::Bid, 100, LOTS);
    order.self_trade = 2;
    let take = attacker.hand().take(&market, order, &lanes);
    arena.refuses_book("take: abort", take, E::SelfTrade);
    let mut wallets = swapping(BookSide::Bid, 100, LOTS);
    wallets.self_trade = 2;
    let swap = swap_take(&market, 0, attacker.wallet, wallets, &lanes);
    arena.refuses_book("swap_take: abort", swap, E::SelfTrade);
    // The other ways leave both a trade with somebody else and none.
    wallets.self_trade = 0;
    let swap = swap_take(&market, 0, attacker.wallet, wallets, &[idle]);
    arena.refuses_book("swap_take: with its own alone", swap, E::NothingFilled);
    order.self_trade = 0;
    order.time_in_force = TimeInForce::FillOrKill;
    let take = attacker.hand().take(&market, order, &[idle]);
    arena.refuses_book("take: whole, of its own", take, E::NotFilled);
    let own = attacker.hand().take(&market, order, &[attacker.lane]);
    arena.refuses_book("the lane that takes", own, E::DuplicateLane);
    arena.finish();
}

#[test]
fn lanes_that_do_not_cross() {
    let mut arena = Arena::new();
    let market = arena.market.clone();
    let ([first, second], hand) = (arena.makers, arena.attacker.hand());
    let bidder: Trader = arena.bidder;
    let cross = |bids: Pubkey, asks: Pubkey, most| hand.cross(&market, bids, asks, most);
    arena.accepts("cross", &cross(bidder.lane, first.lane, 1));
    let cases = [
        ("apart", cross(first.lane, second.lane, 8), E::NotCrossed),
        (
            "the wrong way round",
            cross(first.lane, bidder.lane, 8),
            E::NotCrossed,
        ),
        (
            "none of them",
            cross(bidder.lane, first.lane, 0),
            E::NotCrossed,
        ),
        (
            "empty ones",
            cross(arena.referrer.lane, first.lane, 8),
            E::NotCrossed,
        ),
    ];
    for (what, attack, error) in cases {
        arena.refuses_book(&format!("cross: {what}"), attack, error);
    }
    // Prices that cross by less than the taker's fee.
    arena.world.execute(&[bidder.hand().cancel_all(2)]);
    arena.rest(&bidder, BookSide::Bid, 100, LOTS);
    let attack = cross(bidder.lane, first.lane, 8);
    arena.refuses_book("cross: by less than the fee", attack, E::NotCrossed);

    let idle = with_own_ask(&mut arena);
    let attack = bidder.hand().cross(&market, arena.attacker.lane, idle, 8);
    arena.refuses_book("cross: lanes of one owner", attack, E::SelfTrade);
    for (bids, asks) in [(hand.lane, first.lane), (bidder.lane, hand.lane)] {
        let attack = cross(bids, asks, 8);
        arena.refuses(
            "cross: for a lane that trades",
            attack,
            Reason::DUPLICATE_ACCOUNT,
        );
    }
    let attack = cross(bidder.lane, bidder.lane, 8);
    arena.refuses("cross: one lane", attack, Reason::DUPLICATE_ACCOUNT);
    arena.finish();
}

/// An order whose time is over never trades, also if it was over when it was placed.
#[test]
fn expired_orders_never_trade() {
    let mut arena = Arena::new();
    let (market, wallet) = (arena.market.clone(), arena.attacker.wallet);
    let now = arena.now();
    let [maker, _] = arena.makers;
    arena.world.execute(&[maker.hand().cancel_all(2)]);
    let stale = |price, expires_at: i64, expires_slot| {
        let mut stale = order(BookSide::Ask, price, LOTS);
        stale.expires_at = expires_at as u32;
        stale.expires_slot = expires_slot;
        maker.hand().place(&market, stale, &[])
    };
    arena.world.svm().set_slot(1_000);
    // The last of them stands until this second, and until the next slot.
    arena.world.execute(&[
        stale(50, now - 1, 0),
        stale(51, 1, 0),
        stale(52, 0, 999),
        stale(53, 0, 1),
        stale(54, now, 1_000),
    ]);
    let mut order = taking(BookSide::Bid, 100, LOTS);
    order.time_in_force = TimeInForce::FillOrKill;
    let hand = arena.attacker.hand();
    let lanes = [maker.lane];
    let take = hand.take(&market, order, &lanes);
    let wallets = swap_take(
        &market,
        0,
        wallet,
        swapping(BookSide::Bid, 100, LOTS),
        &lanes,
    );
    let cross = hand.cross(&market, arena.bidder.lane, maker.lane, 8);
    for alive in [&take, &wallets, &cross] {
        arena.accepts("an order in its last second and slot", alive);
    }
    for (time, slot) in [(now + 1, 1_000), (now, 1_001)] {
        arena.world.svm().set_time(time);
        arena.world.svm().set_slot(slot);
        arena.refuses_book("take", take.clone(), E::NotFilled);
        arena.refuses_book("swap_take", wallets.clone(), E::NothingFilled);
        arena.refuses_book("cross", cross.clone(), E::NotCrossed);
    }
    arena.world.execute(&[reap(maker.lane)]);
    let header = arena.world.header(&maker.lane);
    assert_eq!((header.ask_count, header.base_locked), (0, 0));
    arena.finish();
}
