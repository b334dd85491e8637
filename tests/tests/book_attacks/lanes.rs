//! `open_lane`, `grow_lane`, `close_lane`, `set_delegate`.

use sealane_core::book::{BookSide, MAX_CAPACITY};
use sealane_orderbook::errors::OrderbookError;
use sealane_testkit::Reason;
use solana_pubkey::Pubkey;
use solana_system_interface::error::SystemError;

use crate::{
    Arena,
    arena::{AMOUNT, CAPACITY, LOTS, at, replaced},
    build::{Hand, order, taking},
};

/// Orders on each side that an account can have when it is created.
const OPENING_CAPACITY: u16 = 104;

#[test]
fn lanes_are_opened_where_they_belong() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let open = |index, capacity| market.open_lane(attacker.wallet, index, capacity, None);
    let valid = open(2, CAPACITY);
    for capacity in [
        0,
        1,
        7,
        OPENING_CAPACITY + 1,
        MAX_CAPACITY,
        MAX_CAPACITY + 1,
        u16::MAX,
    ] {
        let what = format!("open_lane of {capacity}");
        arena.refuses_book(&what, open(2, capacity), OrderbookError::InvalidCapacity);
    }
    arena.accepts("the largest", &open(u16::MAX, OPENING_CAPACITY));
    let wrong = [
        ("the next index", market.lane(&attacker.wallet, 3)),
        ("the victim's next", market.lane(&arena.victim.wallet, 2)),
        ("the victim's", arena.victim.lane),
        ("in the other market", arena.other.lane(&attacker.wallet, 2)),
        ("no derived address", Pubkey::new_unique()),
    ];
    for (what, lane) in wrong {
        let attack = at(valid.clone(), 2, lane);
        arena.refuses_book(
            &format!("open_lane at {what}"),
            attack,
            OrderbookError::WrongAddress,
        );
    }
    let again = open(0, CAPACITY);
    let in_use = Reason::system(SystemError::AccountAlreadyInUse);
    arena.refuses("open_lane again", again, in_use.clone());
    let twice = [valid.clone(), valid];
    arena.refuses_all("open_lane twice", &twice, in_use);
    arena.finish();
}

/// Nobody may shorten their own fees by a lane of their own.
#[test]
fn referrers_are_lanes_of_others_in_the_market() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let cases = [
        ("its own", attacker.lane),
        ("its own idle one", arena.idle),
        ("of the other market", arena.referrer.elsewhere),
        ("its own of the other market", attacker.elsewhere),
    ];
    for (what, referrer) in cases {
        let attack = market.open_lane(attacker.wallet, 2, CAPACITY, Some(referrer));
        let what = format!("a referrer's lane: {what}");
        arena.refuses_book(&what, attack, OrderbookError::WrongReferrer);
    }
    arena.finish();
}

#[test]
fn lanes_grow_within_limits() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let grow = |capacity| market.grow_lane(attacker.wallet, attacker.lane, capacity);
    // In one instruction an account grows by 10,240 bytes: 106 orders on each side.
    let most = CAPACITY + 106;
    for capacity in [
        0,
        1,
        CAPACITY - 1,
        CAPACITY,
        most + 1,
        MAX_CAPACITY,
        513,
        u16::MAX,
    ] {
        let what = format!("grow_lane to {capacity}");
        arena.refuses_book(&what, grow(capacity), OrderbookError::InvalidCapacity);
    }
    arena.world.execute(&[grow(most)]);
    arena.refuses_book(
        "grow_lane again",
        grow(most),
        OrderbookError::InvalidCapacity,
    );
    for capacity in [most + 106, most + 212, most + 318, MAX_CAPACITY] {
        arena.world.execute(&[grow(capacity)]);
    }
    for capacity in [MAX_CAPACITY, MAX_CAPACITY + 1] {
        let what = format!("beyond the limit: {capacity}");
        arena.refuses_book(&what, grow(capacity), OrderbookError::InvalidCapacity);
    }
    arena.finish();
}

/// Balances, orders and fees are in the way one by one.
#[test]
fn only_empty_lanes_are_closed() {
    let mut arena = Arena::new();
    let (market, attacker) = (arena.market.clone(), arena.attacker);
    let referrer = Some(arena.referrer.lane);
    let close = |referrer| market.close_lane(attacker.wallet, attacker.lane, 0, referrer);
    let everything = u64::MAX;
    let not_empty = OrderbookError::LaneNotEmpty;
    arena.refuses_book("close_lane in use", close(referrer), not_empty);
    let hand = attacker.hand();
    // Orders without free balances.
    let withdraw = market.withdraw(1, attacker.lane, attacker.wallet, everything, everything);
    let gather = market.balance_vaults(0, 1, everything, everything);
    arena.world.execute(&[gather, withdraw.clone()]);
    arena.refuses_book("close_lane with orders", close(referrer), not_empty);
    // Balances without orders.
    arena.world.execute(&[hand.cancel_all(2)]);
    arena.refuses_book("close_lane with balances", close(referrer), not_empty);
    for (base, quote) in [(1, 0), (0, 1)] {
        let keep = market.deposit(0, attacker.lane, attacker.wallet, base, quote);
        let attempt = [withdraw.clone(), keep, close(referrer)];
        let what = format!("close_lane with {base} and {quote}");
        arena.refuses_all(&what, &attempt, Reason::orderbook(not_empty));
    }
    arena.world.execute(&[withdraw]);
    // Fees that are owed to a referrer.
    for forged in [
        None,
        Some(arena.victim.lane),
        Some(arena.idle),
        Some(arena.referrer.elsewhere),
    ] {
        let what = format!("close_lane with {forged:?} as referrer");
        arena.refuses_book(&what, close(forged), OrderbookError::WrongReferrer);
    }
    arena.world.execute(&[close(referrer)]);
    arena.refuses_book(
        "close_lane again",
        close(None),
        OrderbookError::MalformedLane,
    );
    arena.finish();
}

/// A closed lane stays closed, even where lamports keep its account alive; opened again, it knows
/// nothing of what it was.
#[test]
fn closed_lanes_do_not_come_back() {
    let mut arena = Arena::new();
    let (market, wallet) = (arena.market.clone(), arena.attacker.wallet);
    let idle = Hand {
        lane: arena.idle,
        authority: wallet,
    };
    let delegate = arena.client.wallet;
    arena
        .world
        .execute(&[market.set_delegate(wallet, idle.lane, delegate)]);
    let close = market.close_lane(wallet, idle.lane, 0, None);
    let revive = solana_system_interface::instruction::transfer(&wallet, &idle.lane, 1_000_000_000);
    let uses = [
        market.deposit(0, idle.lane, wallet, AMOUNT, AMOUNT),
        market.withdraw(0, idle.lane, wallet, 1, 1),
        idle.place(&market, order(BookSide::Bid, 1, 1), &[]),
        idle.cancel_all(2),
        market.grow_lane(wallet, idle.lane, CAPACITY + 1),
        market.set_delegate(wallet, idle.lane, wallet),
        market.close_lane(wallet, idle.lane, 0, None),
        market.sweep_fees(idle.lane, 0, None),
    ];
    for using in uses {
        let number = using.data[0];
        for attack in [
            vec![close.clone(), using.clone()],
            vec![close.clone(), revive.clone(), using],
        ] {
            let len = attack.len();
            let what = format!("instruction {number} after closing, {len} in all");
            let reason = Reason::orderbook(OrderbookError::MalformedLane);
            arena.refuses_all(&what, &attack, reason);
        }
    }

    let reopen = market.open_lane(wallet, 1, CAPACITY, None);
    arena.world.execute(&[close, revive, reopen]);
    let header = arena.world.header(&idle.lane);
    assert!(header.is_empty());
    assert_eq!(header.delegate.to_bytes(), [0; 32], "the former delegate");
    let by_former = Hand {
        lane: idle.lane,
        authority: delegate,
    };
    let attack = by_former.place(&market, order(BookSide::Bid, 1, 1), &[]);
    arena.refuses_book(
        "by the former delegate",
        attack,
        OrderbookError::WrongAuthority,
    );
    arena.finish();
}

#[test]
fn a_dismissed_delegate_trades_no_more() {
    let mut arena = Arena::new();
    let (market, client) = (arena.market.clone(), arena.client);
    let delegate = Hand {
        lane: client.lane,
        authority: arena.attacker.wallet,
    };
    let place = delegate.place(&market, order(BookSide::Bid, 81, LOTS), &[]);
    arena.accepts("by the delegate", &place);
    let withdraw = market.withdraw(0, client.lane, client.wallet, AMOUNT, AMOUNT);
    let by_delegate = replaced(withdraw, &[(client.wallet, arena.attacker.wallet)]);
    arena.refuses_book("withdraw", by_delegate, OrderbookError::WrongOwner);
    let dismiss = market.set_delegate(client.wallet, client.lane, Pubkey::default());
    arena.world.execute(&[dismiss]);
    arena.refuses_book("dismissed", place, OrderbookError::WrongAuthority);
    arena.finish();
}

/// The address of all zeros stands for no delegate. It is the system program's, for which nobody
/// signs; here somebody does.
#[test]
fn a_lane_without_a_delegate_has_no_delegate_at_all() {
    let mut arena = Arena::new();
    let market = arena.market.clone();
    let nobody = Hand {
        lane: arena.victim.lane,
        authority: Pubkey::default(),
    };
    let makers = arena.makers.map(|maker| maker.lane);
    let attacks = [
        nobody.place(&market, order(BookSide::Bid, 81, LOTS), &[]),
        nobody.cancel_all(2),
        nobody.take(&market, taking(BookSide::Bid, 100, LOTS), &makers),
    ];
    for attack in attacks {
        arena.refuses_book("nobody", attack, OrderbookError::WrongAuthority);
    }
    arena.finish();
}
