//! Where fees go.

use sealane_core::book::MIN_CAPACITY;
use sealane_orderbook::{EVERYTHING, errors::OrderbookError, events::FeesSwept};

use crate::{accrue, balances, market, only_event, refused_by};

#[test]
fn fees_go_where_they_belong() {
    let (mut world, market) = market(2);
    let (referring, referrer) = world.funded_lane(&market, MIN_CAPACITY, 0, 0);
    let owner = world.trader(&market, 0, 1_000);
    let lane = world.open_lane(&market, owner, 0, MIN_CAPACITY, Some(referrer));
    world.execute(&[market.deposit(0, lane, owner, 0, 1_000)]);
    let nothing = market.sweep_fees(lane, 0, Some(referrer));
    refused_by(&mut world, &[nothing], OrderbookError::NothingToCollect);

    accrue(&mut world, &lane, 300, 70);
    let unnamed = market.sweep_fees(lane, 0, None);
    refused_by(&mut world, &[unnamed], OrderbookError::WrongReferrer);
    let wrong = market.sweep_fees(lane, 0, Some(owner));
    refused_by(&mut world, &[wrong], OrderbookError::WrongReferrer);
    let swept = world.execute(&[market.sweep_fees(lane, 1, Some(referrer))]);
    let event: FeesSwept = only_event(&swept);
    assert_eq!((event.protocol_fees, event.referrer_fees), (300, 70));
    assert_eq!(world.vault_shard(&market, 1).protocol_fees, 300);
    assert_eq!(balances(&world.header(&referrer)), (0, 0, 70, 0));
    assert_eq!(balances(&world.header(&lane)), (0, 0, 630, 0));

    // The referrer's lane is closed: its part is the protocol's.
    accrue(&mut world, &lane, 5, 30);
    let market_of_referrer = market.withdraw(0, referrer, referring, 0, EVERYTHING);
    world.execute(&[
        market_of_referrer,
        market.close_lane(referring, referrer, 0, None),
    ]);
    world.execute(&[market.withdraw(0, lane, owner, 0, EVERYTHING)]);
    let silent = market.close_lane(owner, lane, 0, None);
    refused_by(&mut world, &[silent], OrderbookError::WrongReferrer);
    let closed = world.execute(&[market.close_lane(owner, lane, 0, Some(referrer))]);
    let event: FeesSwept = only_event(&closed);
    assert_eq!((event.protocol_fees, event.referrer_fees), (35, 0));
    assert_eq!(world.vault_shard(&market, 0).protocol_fees, 35);

    // All is fees now. The second vault shard's vault has nothing to pay them with, yet.
    assert_eq!(world.held(&market, 0), (0, 335));
    let collect = |vault| market.collect_protocol_fees(vault, market.creator);
    world.fund(&market, &market.creator, 0, 0);
    refused_by(&mut world, &[collect(1)], OrderbookError::NothingToCollect);
    world.execute(&[collect(0)]);
    world.execute(&[market.balance_vaults(0, 1, 0, EVERYTHING), collect(1)]);
    assert_eq!(world.balances(&market, &market.creator), (0, 335));
    refused_by(&mut world, &[collect(0)], OrderbookError::NothingToCollect);
    let thief = market.collect_protocol_fees(0, owner);
    refused_by(&mut world, &[thief], OrderbookError::WrongAuthority);
}
