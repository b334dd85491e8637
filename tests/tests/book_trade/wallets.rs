//! Taking from a wallet.

use sealane_core::book::BookSide;
use sealane_orderbook::{errors::OrderbookError, events::SwapTaken, swap_flag};
use sealane_testkit::{
    MintSpec, Reason,
    book::trading::{order, swapping, trades},
};

use crate::*;

#[test]
fn a_wallet_buys_and_sells_in_one_instruction() {
    let (mut book, market) = plain();
    let (_, referrer) = trader(&mut book, &market);
    let maker = trader(&mut book, &market);
    rest(&mut book, &market, maker, order(BookSide::Ask, 100, 10_000));
    rest(&mut book, &market, maker, order(BookSide::Bid, 90, 10_000));
    let wallet = book.trader(&market, BASE, QUOTE);

    // With a referrer, who gets a fifth of what the rebate leaves of the fee.
    let mut buy = swapping(BookSide::Bid, 100, 10_000);
    buy.flags = swap_flag::REFERRER | swap_flag::WHOLE;
    buy.maximum_sent = 1_001_000;
    buy.minimum_received = 10_000_000;
    let bought = book.execute(&[market.swap_take(0, wallet, buy, &[referrer, maker.1])]);
    assert_eq!(
        book.balances(&market, &wallet),
        (BASE + 10_000_000, QUOTE - 1_001_000)
    );
    assert_eq!(book.header(&referrer).quote_free, QUOTE + 100);
    assert_eq!(book.vault_shard(&market, 0).protocol_fees, 400);
    assert_eq!(
        book.header(&maker.1).quote_free,
        QUOTE - 900_000 + 1_000_000 + 500
    );
    let (event, fills) = &trades::<SwapTaken>(&bought)[0];
    assert_eq!(
        *event,
        SwapTaken {
            market: market.address,
            vault_shard: market.vaults[0].address,
            trader: wallet,
            referrer,
            lots: 10_000,
            value: 1_000_000,
            fee: 1_000,
            rebates: 500,
            referrer_fee: 100,
            sent: 1_001_000,
            received: 10_000_000,
            side: 0,
            ended: 0,
            orders: 1,
            reserved: [0; 4],
        }
    );
    assert_eq!(fills.len(), 1);

    // As many lots as 4,999,999 base units make: 4,999 at 90, less 0.1% of 449,910.
    let mut sell = swapping(BookSide::Ask, 1, u64::MAX);
    sell.maximum_sent = 4_999_999;
    sell.minimum_received = 449_910 - 450;
    book.execute(&[market.swap_take(0, wallet, sell, &[maker.1])]);
    assert_eq!(
        book.balances(&market, &wallet),
        (
            BASE + 10_000_000 - 4_999_000,
            QUOTE - 1_001_000 + 449_910 - 450
        )
    );
    // The rebate is 224.955.
    assert_eq!(book.vault_shard(&market, 0).protocol_fees, 400 + 450 - 224);
}

#[test]
fn a_wallets_bounds_hold() {
    let (mut book, market) = plain();
    let maker = trader(&mut book, &market);
    rest(&mut book, &market, maker, order(BookSide::Ask, 100, 10_000));
    let wallet = book.trader(&market, BASE, QUOTE);
    let mut refused = |edit: fn(&mut sealane_orderbook::SwapTakeParams)| {
        let mut buy = swapping(BookSide::Bid, 100, 10_000);
        edit(&mut buy);
        let swap = market.swap_take(0, wallet, buy, &[maker.1]);
        refusal(&mut book, swap)
    };
    let because = Reason::orderbook;
    assert_eq!(
        refused(|buy| buy.minimum_received = 10_000_001),
        because(OrderbookError::SlippageExceeded)
    );
    // One unit less than the whole costs.
    assert_eq!(
        refused(|buy| {
            buy.maximum_sent = 1_000_999;
            buy.flags = swap_flag::WHOLE;
        }),
        because(OrderbookError::NotFilled)
    );
    assert_eq!(
        refused(|buy| buy.limit = 99),
        because(OrderbookError::NothingFilled)
    );
    assert_eq!(
        refused(|buy| buy.deadline = 1),
        because(OrderbookError::DeadlinePassed)
    );
    // Without the referrer's lane in front, the only lane named is the referrer's.
    assert_eq!(
        refused(|buy| buy.flags = swap_flag::REFERRER),
        because(OrderbookError::WrongLaneCount)
    );
    // The second vault shard has no base to pay with.
    let empty = market.swap_take(1, wallet, swapping(BookSide::Bid, 100, 10_000), &[maker.1]);
    assert_eq!(
        refusal(&mut book, empty),
        because(OrderbookError::InsufficientVault)
    );
}

#[test]
fn transfer_fees_are_on_top_of_what_a_wallet_sends_and_off_what_it_receives() {
    // 0.3%, at most a million.
    let (mut book, market) = market_of(&MintSpec::with_transfer_fee(6, 30, 1_000_000));
    let owner = book.trader(&market, BASE, QUOTE);
    let lane = book.open_lane(&market, owner, 0, 8, None);
    book.execute(&[market.deposit(0, lane, owner, BASE, QUOTE)]);
    rest(
        &mut book,
        &market,
        (owner, lane),
        order(BookSide::Bid, 90, 5_000),
    );
    let wallet = book.trader(&market, BASE, QUOTE);
    let before = book.balances(&market, &wallet);
    let mut sell = swapping(BookSide::Ask, 90, 5_000);
    // 5,000,000 are to arrive: 5,015,046 less 15,045.138 rounded up.
    sell.maximum_sent = 5_015_046;
    // 450,000 less 450 are paid; 1,348.65 rounded up are withheld.
    sell.minimum_received = 449_550 - 1_349;
    let sold = book.execute(&[market.swap_take(0, wallet, sell, &[lane])]);
    assert_eq!(
        book.balances(&market, &wallet),
        (before.0 - 5_015_046, before.1 + 448_201)
    );
    let (event, _) = &trades::<SwapTaken>(&sold)[0];
    assert_eq!((event.sent, event.received), (5_015_046, 448_201));
    sell.maximum_sent -= 1;
    rest(
        &mut book,
        &market,
        (owner, lane),
        order(BookSide::Bid, 90, 5_000),
    );
    // One unit less pays for a lot less.
    let sold = book.execute(&[market.swap_take(
        0,
        wallet,
        sealane_orderbook::SwapTakeParams {
            minimum_received: 0,
            ..sell
        },
        &[lane],
    )]);
    assert_eq!(trades::<SwapTaken>(&sold)[0].0.lots, 4_999);
}
