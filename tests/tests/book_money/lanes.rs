//! Opening, growing and closing lanes.

use sealane_core::book::{MAX_CAPACITY, MIN_CAPACITY, lane_len};
use sealane_orderbook::{
    EVERYTHING,
    errors::OrderbookError,
    events::{LaneClosed, LaneOpened},
};
use sealane_testkit::book::market::PARAMS;
use solana_system_interface::instruction::transfer;

use crate::{balances, market, only_event, refused_by, spl};

/// The most that fits what an account can be created with.
const MAX_OPENING_CAPACITY: u16 = 104;

#[test]
fn a_lane_opens_grows_and_closes() {
    let (mut world, market) = market(1);
    let owner = world.trader(&market, 10_000, 10_000);
    let lamports = world.lamports(&owner);
    for capacity in [0, MIN_CAPACITY - 1, MAX_OPENING_CAPACITY + 1, u16::MAX] {
        let open = market.open_lane(owner, 0, capacity, None);
        refused_by(&mut world, &[open], OrderbookError::InvalidCapacity);
    }
    let opened = world.execute(&[market.open_lane(owner, 0, MIN_CAPACITY, None)]);
    let event: LaneOpened = only_event(&opened);
    let lane = market.lane(&owner, 0);
    assert_eq!((event.lane, event.owner), (lane, owner));
    world.watch(&market, lane);
    let header = world.header(&lane);
    assert_eq!(header.market.to_bytes(), market.address.to_bytes());
    assert_eq!(header.owner.to_bytes(), owner.to_bytes());
    assert_eq!((header.base_lot, header.tick), (1_000, 1));
    assert_eq!((header.capacity, header.index), (MIN_CAPACITY, 0));

    world.execute(&[market.deposit(0, lane, owner, 500, 500)]);
    let mut capacity = MIN_CAPACITY;
    for grown in [9, 115, 221, 327, 433, MAX_CAPACITY] {
        world.execute(&[market.grow_lane(owner, lane, grown)]);
        capacity = grown;
        let account = world.world.svm.account(&lane).unwrap();
        assert_eq!(account.data.len(), 8 + lane_len(capacity));
        assert!(account.lamports >= world.world.svm.rent(account.data.len()));
        assert_eq!(world.header(&lane).capacity, capacity);
        assert_eq!(balances(&world.header(&lane)), (500, 0, 500, 0));
    }
    for wrong in [0, MIN_CAPACITY, capacity, capacity + 1, u16::MAX] {
        let grow = market.grow_lane(owner, lane, wrong);
        refused_by(&mut world, &[grow], OrderbookError::InvalidCapacity);
    }
    let stranger = world.trader(&market, 10_000, 10_000);
    let close = market.close_lane(stranger, lane, 0, None);
    refused_by(&mut world, &[close], OrderbookError::WrongOwner);
    let close = market.close_lane(owner, lane, 0, None);
    refused_by(
        &mut world,
        std::slice::from_ref(&close),
        OrderbookError::LaneNotEmpty,
    );

    // The rent comes back, and the address can be used again.
    world.execute(&[market.withdraw(0, lane, owner, EVERYTHING, EVERYTHING)]);
    let closed = world.execute(&[close]);
    let event: LaneClosed = only_event(&closed);
    assert_eq!((event.lane, event.market), (lane, market.address));
    assert_eq!(world.lane(&lane), None);
    assert_eq!(world.lamports(&owner), lamports);
    world.open_lane(&market, owner, 0, MAX_OPENING_CAPACITY, None);
    assert_eq!(balances(&world.header(&lane)), (0, 0, 0, 0));
}

#[test]
fn growing_by_too_much_at_once_is_refused() {
    let (mut world, market) = market(1);
    let (owner, lane) = world.funded_lane(&market, MIN_CAPACITY, 0, 0);
    let grow = market.grow_lane(owner, lane, MIN_CAPACITY + 107);
    refused_by(&mut world, &[grow], OrderbookError::InvalidCapacity);
    let other = world.trader(&market, 10_000, 10_000);
    let grow = market.grow_lane(other, lane, 16);
    refused_by(&mut world, &[grow], OrderbookError::WrongOwner);
    // Twice in one transaction: what the first left is what the second finds.
    world.execute(&[
        market.grow_lane(owner, lane, MIN_CAPACITY + 1),
        market.grow_lane(owner, lane, MIN_CAPACITY + 60),
    ]);
    assert_eq!(world.header(&lane).capacity, MIN_CAPACITY + 60);
}

#[test]
fn a_referrer_is_another_owners_lane_of_the_market() {
    let (mut world, market) = market(1);
    let (referring, referrer) = world.funded_lane(&market, MIN_CAPACITY, 0, 0);
    let owner = world.trader(&market, 10_000, 10_000);
    let lane = world.open_lane(&market, owner, 0, MIN_CAPACITY, Some(referrer));
    assert_eq!(world.header(&lane).referrer.to_bytes(), referrer.to_bytes());
    let own = market.open_lane(referring, 1, MIN_CAPACITY, Some(referrer));
    refused_by(&mut world, &[own], OrderbookError::WrongReferrer);
    let (base, quote) = spl();
    let other = world.create_market((&base, &quote), PARAMS, 1);
    let foreign = other.open_lane(owner, 0, MIN_CAPACITY, Some(referrer));
    refused_by(&mut world, &[foreign], OrderbookError::WrongReferrer);
    let no_lane = market.open_lane(owner, 1, MIN_CAPACITY, Some(market.address));
    refused_by(&mut world, &[no_lane], OrderbookError::MalformedLane);
}

/// Whoever sends lamports to an address that a lane is to have makes a present of them.
#[test]
fn lamports_at_the_address_stop_nobody() {
    let (mut world, market) = market(1);
    let stranger = world.trader(&market, 0, 0);
    let least = world.world.svm.rent(0);
    for lamports in [least, least + 1_000_000, 1_000_000_000] {
        let owner = world.trader(&market, 10, 10);
        let before = world.lamports(&owner);
        let lane = market.lane(&owner, 0);
        world.execute(&[transfer(&stranger, &lane, lamports)]);
        world.open_lane(&market, owner, 0, 20, None);
        let account = world.world.svm.account(&lane).unwrap();
        let rent = world.world.svm.rent(8 + lane_len(20));
        assert_eq!(account.lamports, rent.max(lamports));
        assert_eq!(world.header(&lane).capacity, 20);
        world.execute(&[market.deposit(0, lane, owner, 10, 10)]);
        world.execute(&[
            market.withdraw(0, lane, owner, EVERYTHING, EVERYTHING),
            market.close_lane(owner, lane, 0, None),
        ]);
        assert_eq!(world.lamports(&owner), before + lamports);
    }
}

/// A closed lane is gone, even if its address gets lamports in the same transaction.
#[test]
fn a_closed_lane_cannot_be_revived() {
    let (mut world, market) = market(1);
    let (owner, lane) = world.funded_lane(&market, MIN_CAPACITY, 0, 0);
    world.execute(&[
        market.close_lane(owner, lane, 0, None),
        transfer(&owner, &lane, 1_000_000_000),
    ]);
    let account = world.world.svm.account(&lane).unwrap();
    assert_eq!(account.data.len(), 0);
    assert_eq!(account.owner, solana_system_interface::program::ID);
    world.fund(&market, &owner, 1, 1);
    let deposit = market.deposit(0, lane, owner, 1, 1);
    refused_by(&mut world, &[deposit], OrderbookError::MalformedLane);
    // And it can be opened anew where it was, also within the transaction that closes it.
    world.execute(&[market.open_lane(owner, 0, 9, None)]);
    world.execute(&[
        market.close_lane(owner, lane, 0, None),
        market.open_lane(owner, 0, 11, None),
    ]);
    assert_eq!(world.header(&lane).capacity, 11);
}
