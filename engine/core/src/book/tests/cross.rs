use super::*;

fn fees(taker: u32, maker: i32, reward: u32) -> Fees {
    Fees::try_new(FeeRate(taker), maker, Bps(2_500), FeeRate(reward)).unwrap()
}

/// A lane with a bid and one with an ask, each placed in a slot.
fn pair(
    (bid, bid_slot): (NewOrder, u64),
    (ask, ask_slot): (NewOrder, u64),
    maker: i32,
) -> [Slab; 2] {
    let mut slabs = [Slab::rich(1), Slab::rich(2)];
    slabs[0].lane().place(&bid, maker, bid_slot).unwrap();
    slabs[1].lane().place(&ask, maker, ask_slot).unwrap();
    slabs
}

fn run(slabs: &mut [Slab; 2], fees: &Fees, most: u16) -> (Result<Crossed, BookError>, Vec<Fill>) {
    let [bids, asks] = slabs;
    let mut fills = Vec::new();
    let crossed = cross(
        fees,
        &mut bids.lane(),
        &mut asks.lane(),
        NOW,
        most,
        |fill| {
            fills.push(fill);
        },
    );
    (crossed, fills)
}

#[test]
fn the_later_bid_pays_the_fee_and_gets_what_the_caller_does_not() {
    let (bid, ask) = (order(BookSide::Bid, 110, 30), order(BookSide::Ask, 100, 20));
    let mut slabs = pair((bid, 2), (ask, 1), -500);
    slabs[0].header().referrer = Key([5; 4]);
    let (crossed, fills) = run(&mut slabs, &fees(1_000, -500, 2_000), 9);
    // 20 lots at the ask's 100 are 10,000; the bid offered 11,000. The fee is a thousandth, half
    // of it the ask's rebate, a quarter of the rest the referrer's; the reward 0.2%.
    let expected = Crossed {
        lots: Lots(20),
        value: 10_000,
        fee: 10,
        rebates: 5,
        reward: 20,
    };
    assert_eq!(crossed, Ok(expected));
    assert_eq!(fills.len(), 2);
    assert!(
        fills
            .iter()
            .all(|fill| fill.price == Ticks(100) && fill.lots == Lots(20))
    );
    assert_eq!((fills[0].left, fills[1].left), (Lots(10), Lots::ZERO));
    let rich = 1 << 60;
    assert_eq!(
        slabs[0].funds(),
        [rich + 200, 0, rich - 10_030 - 5_500, 5_500]
    );
    assert_eq!(slabs[1].funds(), [rich - 200, 0, rich + 10_005, 0]);
    let bids = slabs[0].header();
    assert_eq!((bids.protocol_fees, bids.referrer_fees), (4, 1));
    assert_eq!((bids.maker_volume, bids.taker_volume), (0, 10_000));
    let asks = slabs[1].header();
    assert_eq!((asks.maker_volume, asks.taker_volume), (10_000, 0));
    slabs.iter().for_each(assert_sound);
}

#[test]
fn the_later_ask_pays_the_fee_and_the_bid_its_own() {
    let (bid, ask) = (order(BookSide::Bid, 110, 30), order(BookSide::Ask, 100, 20));
    let mut slabs = pair((bid, 1), (ask, 2), 5_000);
    let (crossed, fills) = run(&mut slabs, &fees(1_000, 5_000, 10_000), 1);
    // 20 lots at the bid's 110 are 11,000: the fee 11, the reward 110, the bid's own fee 55.
    let crossed = crossed.unwrap();
    assert_eq!(
        (crossed.value, crossed.fee, crossed.rebates),
        (11_000, 11, 0)
    );
    assert_eq!(crossed.reward, 110);
    assert_eq!(fills[1].price, Ticks(110));
    let rich = 1 << 60;
    let locked = 5_500 + 27;
    assert_eq!(
        slabs[0].funds(),
        [rich + 200, 0, rich - 11_055 - locked, locked]
    );
    assert_eq!(slabs[1].funds(), [rich - 200, 0, rich + 11_000 - 121, 0]);
    assert_eq!(slabs[0].header().protocol_fees, 55);
    assert_eq!(slabs[1].header().protocol_fees, 11);
    slabs.iter().for_each(assert_sound);
}

#[test]
fn crossing_saves_no_fee() {
    // 1% of 10,000 is 100: as much as one tick of 20 lots.
    let crossed = |bid: u32| {
        let (bid, ask) = (order(BookSide::Bid, bid, 20), order(BookSide::Ask, 100, 20));
        let mut slabs = pair((bid, 2), (ask, 1), 0);
        run(&mut slabs, &fees(10_000, 0, 10_000), 1).0
    };
    assert_eq!(crossed(99), Err(BookError::NotCrossed));
    assert_eq!(crossed(100), Err(BookError::NotCrossed));
    let just = crossed(101).unwrap();
    assert_eq!((just.fee, just.reward), (100, 0));
    assert_eq!(crossed(102).unwrap().reward, 100);
    assert_eq!(crossed(150).unwrap().reward, 100);
}

#[test]
fn crosses_as_often_as_told_and_drops_what_has_expired() {
    let make = || {
        let mut slabs = [Slab::rich(1), Slab::rich(2)];
        let stale = NewOrder {
            expiry: Expiry { slot: 1, time: 0 },
            ..order(BookSide::Bid, 120, 1)
        };
        slabs[0].lane().place(&stale, 0, 1).unwrap();
        for price in [105, 104, 99] {
            slabs[0].bid(price, 3);
        }
        for price in [101, 103, 104] {
            slabs[1].ask(price, 2);
        }
        slabs
    };
    let mut slabs = make();
    let (crossed, fills) = run(&mut slabs, &NO_FEES, 1);
    assert_eq!(crossed.unwrap().lots, Lots(2));
    assert_eq!(fills[0].met, Met::Expired);
    let mut slabs = make();
    let (crossed, _) = run(&mut slabs, &NO_FEES, u16::MAX);
    assert_eq!(crossed.unwrap().lots, Lots(6));
    assert_eq!(slabs[0].levels(BookSide::Bid), [(99, 3)]);
    assert_eq!(slabs[1].levels(BookSide::Ask), []);
    assert_eq!(run(&mut make(), &NO_FEES, 0).0, Err(BookError::NotCrossed));
}

#[test]
fn one_owner_does_not_cross_itself() {
    let (bid, ask) = (order(BookSide::Bid, 110, 1), order(BookSide::Ask, 100, 1));
    let mut slabs = pair((bid, 1), (ask, 1), 0);
    slabs[1].header().owner = slabs[0].header().owner;
    assert_eq!(run(&mut slabs, &NO_FEES, 1).0, Err(BookError::SelfTrade));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// No unit appears or disappears; nobody trades at a worse price than it quoted, all charges
    /// but a maker's own fee included; the reward is within the cap.
    #[test]
    fn crosses_conserve(
        bids in any_slab(1), asks in any_slab(2), fees in any_fees(), most in 1u16..6,
    ) {
        let before = [bids, asks];
        let mut after = before.clone();
        let (crossed, fills) = run(&mut after, &fees, most);
        let Ok(crossed) = crossed else { return Ok(()) };
        let (base, quote) = total(&after);
        prop_assert_eq!((base, quote + u128::from(crossed.reward)), total(&before));
        after.iter().for_each(assert_sound);
        let cap = u128::from(crossed.value) * u128::from(fees.cross_reward.get());
        prop_assert!(u128::from(crossed.reward) * 1_000_000 <= cap);
        let fee = u128::from(crossed.value) * u128::from(fees.taker.get());
        prop_assert!(u128::from(crossed.fee) * 1_000_000 >= fee);
        prop_assert!(crossed.rebates <= crossed.fee);

        for (at, side) in [(0usize, BookSide::Bid), (1, BookSide::Ask)] {
            let mut worst = 0i128;
            let mut own_fees = 0i128;
            for fill in fills.iter().filter(|fill| {
                usize::from(fill.lane) == at && fill.met == Met::Filled
            }) {
                let lane = before[at].read();
                let quoted = lane.orders(side).iter().find(|order| order.id == fill.id).unwrap();
                prop_assert!(side.accepts(quoted.price, fill.price));
                let value = i128::from(fill.lots.0) * i128::from(quoted.price.0) * 5;
                worst += if side == BookSide::Bid { -value } else { value };
                if quoted.price == fill.price {
                    own_fees += value * i128::from(quoted.maker_rate.max(0)) / 1_000_000;
                }
            }
            let quote = |slab: &Slab| {
                let [_, _, free, locked] = slab.funds();
                i128::from(free) + i128::from(locked)
            };
            prop_assert!(quote(&after[at]) - quote(&before[at]) >= worst - own_fees);
        }
    }
}
