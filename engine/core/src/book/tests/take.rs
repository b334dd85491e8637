use super::*;

pub(super) const MARKET_BUY: TakeOrder = TakeOrder {
    side: BookSide::Bid,
    limit: Ticks(u32::MAX),
    lots: Lots(u64::MAX),
    max_quote: u64::MAX,
    max_orders: u16::MAX,
    self_trade: SelfTrade::Decrement,
};

const TAKER: Key = Key([99, 0, 0, 0]);

fn fees(taker: u32, maker: i32) -> Fees {
    Fees::try_new(FeeRate(taker), maker, Bps(2_500), FeeRate(0)).unwrap()
}

pub(super) fn take_from(
    slabs: &mut [Slab],
    fees: &Fees,
    order: &TakeOrder,
    owner: &Key,
) -> (Result<Taken, BookError>, Vec<Fill>) {
    let mut lanes: Vec<_> = slabs.iter_mut().map(Slab::lane).collect();
    let mut fills = Vec::new();
    let taken = take(fees, SIZES, order, owner, NOW, &mut lanes, |fill| {
        fills.push(fill)
    });
    (taken, fills)
}

fn brief(fills: &[Fill]) -> Vec<(u8, u32, u64)> {
    let brief = |fill: &Fill| (fill.lane, fill.price.0, fill.lots.0);
    fills.iter().map(brief).collect()
}

/// Two makers, of which the second was first at 100, under a rebate of 0.02%.
fn asks() -> [Slab; 2] {
    let mut slabs = [Slab::rich(1), Slab::rich(2)];
    for (slab, slot, price, lots) in [
        (0, 2, 100, 10),
        (0, 2, 102, 5),
        (1, 1, 100, 4),
        (1, 2, 101, 3),
    ] {
        let ask = order(BookSide::Ask, price, lots);
        slabs[slab].lane().place(&ask, -200, slot).unwrap();
    }
    slabs
}

#[test]
fn fills_by_price_and_then_by_time() {
    let mut slabs = asks();
    let buy = TakeOrder {
        limit: Ticks(102),
        lots: Lots(20),
        ..MARKET_BUY
    };
    let (taken, fills) = take_from(&mut slabs, &fees(1_000, -200), &buy, &TAKER);
    assert_eq!(
        brief(&fills),
        [(1, 100, 4), (0, 100, 10), (1, 101, 3), (0, 102, 3)]
    );
    let taken = taken.unwrap();
    // A tick of a lot is 5: 2,000, 5,000, 1,515 and 1,530. A thousandth, rounded up, is the fee;
    // rebates are 0.4, 1, 0.303 and 0.306, each rounded down.
    let expected = Taken {
        lots: Lots(20),
        left: Lots::ZERO,
        base: 200,
        value: 10_045,
        fee: 11,
        rebates: 1,
        ended: Ended::Complete,
    };
    assert_eq!(taken, expected);
    assert!(taken.is_whole(&buy) && !taken.may_rest());
    assert_eq!(fills[3].left, Lots(2));
    assert_eq!(slabs[0].levels(BookSide::Ask), [(102, 2)]);
    assert_eq!(slabs[1].levels(BookSide::Ask), []);
    let rich = 1 << 60;
    assert_eq!(
        slabs[0].funds(),
        [rich - 150, 20, rich + 5_000 + 1_530 + 1, 0]
    );
    assert_eq!(slabs[1].funds(), [rich - 70, 0, rich + 2_000 + 1_515, 0]);
    assert_eq!(slabs[0].header().maker_volume, 6_530);
    slabs.iter().for_each(assert_sound);
}

#[test]
fn a_seller_fills_the_highest_bids_and_makers_pay_their_fee_from_what_they_locked() {
    let mut slabs = [Slab::rich(1), Slab::rich(2)];
    for (slab, price, lots) in [(0, 98, 7), (1, 99, 41), (0, 99, 3)] {
        let bid = order(BookSide::Bid, price, lots);
        slabs[slab].lane().place(&bid, 5_000, 2).unwrap();
    }
    let sell = TakeOrder {
        side: BookSide::Ask,
        limit: Ticks(98),
        lots: Lots(46),
        ..MARKET_BUY
    };
    let (taken, fills) = take_from(&mut slabs, &fees(1_000, 5_000), &sell, &TAKER);
    // Both bids at 99 have the lowest id of slot 2 or the next: lane 0 placed at 98 before.
    assert_eq!(brief(&fills), [(1, 99, 41), (0, 99, 3), (0, 98, 2)]);
    let taken = taken.unwrap();
    assert_eq!((taken.value, taken.fee), (20_295 + 1_485 + 980, 23));
    // Half a percent: 101.475, 7.425 and 4.9. Of the 17.15 that 98 · 5 · 7 had locked, 12.25 stay.
    let rich = 1 << 60;
    let paid = 1_485 + 7 + 980 + 4;
    let locked = 98 * 5 * 5 + 12;
    assert_eq!(
        slabs[0].funds(),
        [rich + 50, 0, rich - paid - locked, locked]
    );
    assert_eq!(slabs[1].funds(), [rich + 410, 0, rich - 20_295 - 101, 0]);
    assert_eq!(slabs[0].header().protocol_fees, 11);
    assert_eq!(slabs[1].header().protocol_fees, 101);
    slabs.iter().for_each(assert_sound);
}

#[test]
fn stops_where_it_must() {
    let ended = |change: &dyn Fn(&mut TakeOrder), lots, ended| {
        let mut buy = MARKET_BUY;
        change(&mut buy);
        let (taken, _) = take_from(&mut asks(), &fees(1_000, 0), &buy, &TAKER);
        let taken = taken.unwrap();
        assert_eq!((taken.lots.0, taken.ended), (lots, ended));
        assert_eq!(taken.may_rest(), ended == Ended::Exhausted);
        taken
    };
    ended(&|_| {}, 22, Ended::Exhausted);
    ended(&|buy| buy.lots = Lots(22), 22, Ended::Complete);
    ended(&|buy| buy.lots = Lots(1), 1, Ended::Complete);
    ended(&|buy| buy.limit = Ticks(101), 17, Ended::Exhausted);
    ended(&|buy| buy.limit = Ticks(99), 0, Ended::Exhausted);
    ended(&|buy| buy.max_orders = 2, 14, Ended::OrdersMet);
    ended(&|buy| buy.max_orders = 0, 0, Ended::OrdersMet);
    ended(&|buy| buy.max_quote = 0, 0, Ended::QuoteSpent);
    // 7,000 and a thousandth of it, rounded up; one unit less buys a lot of 500 less.
    assert_eq!(
        ended(&|buy| buy.max_quote = 7_007, 14, Ended::QuoteSpent).fee,
        7
    );
    ended(&|buy| buy.max_quote = 7_006, 13, Ended::QuoteSpent);
}

#[test]
fn a_sellers_quote_limit_is_before_the_fee() {
    let mut slabs = [Slab::rich(1)];
    slabs[0].bid(100, 10);
    let sell = TakeOrder {
        side: BookSide::Ask,
        limit: Ticks(1),
        max_quote: 1_999,
        ..MARKET_BUY
    };
    let (taken, _) = take_from(&mut slabs, &fees(10_000, 0), &sell, &TAKER);
    let taken = taken.unwrap();
    assert_eq!((taken.lots, taken.value, taken.fee), (Lots(3), 1_500, 15));
    assert_eq!(taken.ended, Ended::QuoteSpent);
}

#[test]
fn expired_orders_are_cancelled_and_do_not_count() {
    let mut slabs = asks();
    let stale = NewOrder {
        expiry: Expiry { slot: 1, time: 0 },
        ..order(BookSide::Ask, 90, 8)
    };
    slabs[0].lane().place(&stale, 0, 1).unwrap();
    let buy = TakeOrder {
        max_orders: 1,
        ..MARKET_BUY
    };
    let (taken, fills) = take_from(&mut slabs, &fees(0, 0), &buy, &TAKER);
    assert_eq!(taken.unwrap().lots, Lots(4));
    assert_eq!((fills[0].met, fills[0].price), (Met::Expired, Ticks(90)));
    assert_eq!((fills[1].met, fills.len()), (Met::Filled, 2));
    assert_eq!(slabs[0].levels(BookSide::Ask), [(100, 10), (102, 5)]);
    slabs.iter().for_each(assert_sound);
}

#[test]
fn own_orders_are_never_traded_with() {
    // The first lane's owner takes: the second lane's 4 at 100, then its own 10.
    let own = Key([1, 0, 0, 0]);
    let buy = |lots, self_trade| TakeOrder {
        lots: Lots(lots),
        self_trade,
        ..MARKET_BUY
    };
    let mut slabs = asks();
    let order = buy(10, SelfTrade::Decrement);
    let (taken, fills) = take_from(&mut slabs, &fees(0, 0), &order, &own);
    let taken = taken.unwrap();
    assert_eq!(
        (taken.lots, taken.left, taken.value),
        (Lots(4), Lots::ZERO, 2_000)
    );
    assert!(!taken.is_whole(&order));
    assert_eq!((fills[1].met, fills[1].lots), (Met::Decremented, Lots(6)));
    assert_eq!(slabs[0].levels(BookSide::Ask), [(100, 4), (102, 5)]);
    slabs.iter().for_each(assert_sound);

    let mut slabs = asks();
    let order = buy(10, SelfTrade::CancelProvide);
    let (taken, fills) = take_from(&mut slabs, &fees(0, 0), &order, &own);
    let taken = taken.unwrap();
    assert_eq!((taken.lots, taken.left), (Lots(7), Lots(3)));
    assert_eq!(
        fills
            .iter()
            .filter(|fill| fill.met == Met::Cancelled)
            .count(),
        2
    );
    assert_eq!(slabs[0].levels(BookSide::Ask), []);
    assert_eq!(slabs[0].funds(), [1 << 60, 0, 1 << 60, 0]);

    let (taken, _) = take_from(&mut asks(), &fees(0, 0), &buy(5, SelfTrade::Abort), &own);
    assert_eq!(taken, Err(BookError::SelfTrade));
    let (taken, _) = take_from(&mut asks(), &fees(0, 0), &buy(4, SelfTrade::Abort), &own);
    assert!(taken.is_ok());
}

#[test]
fn takes_of_nothing_are_refused() {
    let refused = |order: TakeOrder, slabs: &mut [Slab], error| {
        let (taken, fills) = take_from(slabs, &fees(0, 0), &order, &TAKER);
        assert_eq!((taken, fills.len()), (Err(error), 0));
    };
    let none = TakeOrder {
        lots: Lots::ZERO,
        ..MARKET_BUY
    };
    refused(none, &mut asks(), BookError::ZeroLots);
    let free = TakeOrder {
        limit: Ticks(0),
        ..MARKET_BUY
    };
    refused(free, &mut asks(), BookError::ZeroPrice);
    let mut many = vec![Slab::rich(1); MAX_LANES + 1];
    refused(MARKET_BUY, &mut many, BookError::MalformedLane);
    let (taken, _) = take_from(&mut many[1..], &fees(0, 0), &MARKET_BUY, &TAKER);
    assert_eq!(taken.unwrap().ended, Ended::Exhausted);
}

#[test]
fn as_many_lanes_as_allowed_are_merged() {
    let mut slabs = vec![Slab::rich(1); MAX_LANES];
    for (at, slab) in slabs.iter_mut().enumerate() {
        // Prices in an order that is not the lanes'.
        slab.ask(100 + (at as u32 * 7) % 32, 1);
        slab.ask(140, 1);
    }
    let (taken, fills) = take_from(&mut slabs, &fees(0, 0), &MARKET_BUY, &TAKER);
    assert_eq!(taken.unwrap().lots, Lots(64));
    let prices: Vec<_> = fills[..32].iter().map(|fill| fill.price.0).collect();
    assert_eq!(prices, (100..132).collect::<Vec<_>>());
    // Of one price and one slot: in the order in which the lanes are named.
    let lanes: Vec<_> = fills[32..].iter().map(|fill| fill.lane).collect();
    assert_eq!(lanes, (0..32).collect::<Vec<_>>());
}

#[test]
fn takers_settle_in_their_lane() {
    let fees = fees(1_000, -200);
    let mut taker = Slab::new(9, SIZES, 0, 10_056);
    let (taken, _) = take_from(
        &mut asks(),
        &fees,
        &TakeOrder {
            lots: Lots(20),
            ..MARKET_BUY
        },
        &TAKER,
    );
    let taken = taken.unwrap();
    let mut referred = taker.clone();
    taker
        .lane()
        .settle_taker(&fees, BookSide::Bid, &taken)
        .unwrap();
    assert_eq!(taker.funds(), [200, 0, 0, 0]);
    let header = taker.header();
    assert_eq!((header.protocol_fees, header.referrer_fees), (10, 0));
    assert_eq!(header.taker_volume, 10_045);

    // The referrer gets a quarter of the 10 that the rebate leaves, rounded down.
    referred.header().referrer = Key([5; 4]);
    referred
        .lane()
        .settle_taker(&fees, BookSide::Bid, &taken)
        .unwrap();
    let header = referred.header();
    assert_eq!((header.protocol_fees, header.referrer_fees), (8, 2));

    let mut poor = Slab::new(9, SIZES, 0, 10_055);
    let settled = poor.lane().settle_taker(&fees, BookSide::Bid, &taken);
    assert_eq!(settled, Err(BookError::InsufficientFunds));
    let mut seller = Slab::new(9, SIZES, 200, 0);
    seller
        .lane()
        .settle_taker(&fees, BookSide::Ask, &taken)
        .unwrap();
    assert_eq!(seller.funds(), [0, 0, 10_045 - 11, 0]);
    let settled = seller.lane().settle_taker(&fees, BookSide::Ask, &taken);
    assert_eq!(settled, Err(BookError::InsufficientFunds));
}
