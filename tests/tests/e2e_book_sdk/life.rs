//! A market from its creation to the last lane closed.

use sealane_localnet::world::Wallet;
use sealane_sdk::book::{Ladder, Quoted, TakeLimits};
use sealane_sdk::engine_core::book::{BookSide, Lots, OrderId, SelfTrade, Ticks};
use sealane_sdk::events::orderbook::BookEvent;
use sealane_sdk::orderbook::TimeInForce;
use sealane_sdk::orderbook::errors::OrderbookError;
use sealane_sdk::plan::{
    Caller, cancel_all_instruction, cancel_instruction, close_lane_instructions,
    collect_market_fees_instructions, cross_instructions, place_instruction,
    place_many_instruction, reduce_instruction, replace_all_instruction, swap_take_instructions,
    sweep_fees_instruction, take_instructions, withdraw_instructions,
};
use sealane_sdk::quote::{SwapTakeRequest, TakeRequest};
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use crate::stage::{Desk, Stage, Watcher, order};

#[tokio::test]
async fn a_market_from_its_creation_to_the_last_lane_closed() {
    let stage = Stage::set().await;
    let wallets = &stage.world.wallets;
    let (alice, bob) = (&wallets.alice, &wallets.bob);
    let [carol, dave, _] = &wallets.makers;
    let (mut desk, created) = stage.create_market(bob).await;
    assert_eq!(created.vault_shards.len(), 2);
    let everybody = [alice, bob, carol, dave];
    let mut owned = Vec::new();
    for wallet in everybody {
        owned.push(desk.balances(&wallet.address()).await);
    }
    let watcher = Watcher::start(&stage, &desk);

    let makers = [
        desk.open(&carol.keypair, None).await,
        desk.open(&dave.keypair, None).await,
    ];
    let taker = desk.open(&alice.keypair, Some(makers[0])).await;
    for (lane, wallet) in makers.iter().zip([carol, dave]).chain([(&taker, alice)]) {
        let (base, quote) = (100_000_000_000, 20_000_000_000);
        desk.deposit(lane, &wallet.keypair, base, quote).await;
    }
    watcher.agrees_with(&desk).await;

    quote_both_sides(&mut desk, makers, [carol, dave]).await;
    watcher.agrees_with(&desk).await;
    take_as_quoted(&mut desk, taker, alice).await;
    swap_as_quoted(&mut desk, bob).await;
    cross_as_quoted(&mut desk, makers, taker, dave, alice).await;
    watcher.agrees_with(&desk).await;

    settle_fees(&mut desk, taker, [alice, bob]).await;
    for (lane, wallet) in [(taker, alice), (makers[0], carol), (makers[1], dave)] {
        leave(&mut desk, lane, wallet).await;
    }
    watcher.agrees_in_the_end_with(&desk).await;
    let told = watcher.stop();
    assert_eq!(told[0], "snapshot");
    assert!(!told.contains(&"stale"), "{told:?}");
    assert_eq!(
        told.iter().filter(|what| **what == "closed").count(),
        3,
        "{told:?}"
    );

    // What was somebody's is somebody's, to the unit.
    let mut total = [0, 0];
    let mut before = [0, 0];
    for (wallet, owned) in everybody.iter().zip(owned) {
        let now = desk.balances(&wallet.address()).await;
        for token in 0..2 {
            total[token] += now[token];
            before[token] += owned[token];
        }
    }
    assert_eq!(total, before, "nothing is left behind in the vaults");
    stage.chain.stop().await.expect("a clean stop");
}

/// Places, replaces, reduces, cancels: the book is what was placed, after each.
async fn quote_both_sides(desk: &mut Desk, [first, second]: [Pubkey; 2], owners: [&Wallet; 2]) {
    let market = desk.market;
    let [carol, dave] = owners.map(|wallet| &wallet.keypair);
    let owner = carol.pubkey();
    let bid = order(BookSide::Bid, 14_990, 1_000);
    let placed = desk
        .send(
            &[place_instruction(&market, &first, &owner, &bid, &[])],
            carol,
        )
        .await;
    assert_eq!(desk.levels(), [vec![(14_990, 1_000)], vec![]]);
    let events = placed.book_events();
    let [BookEvent::Placed(record)] = events.as_slice() else {
        panic!("{events:?}");
    };
    let id = OrderId(record.id);
    assert_eq!(desk.lane(&first).orders(BookSide::Bid)[0].id, id);

    let more = [
        order(BookSide::Bid, 14_980, 500),
        order(BookSide::Ask, 15_010, 700),
    ];
    let many = place_many_instruction(&market, &first, &owner, &more, &[]);
    let reduce = reduce_instruction(&first, &owner, id, Lots(400));
    desk.send(&[many, reduce], carol).await;
    let bids = vec![(14_990, 600), (14_980, 500)];
    assert_eq!(desk.levels(), [bids, vec![(15_010, 700)]]);

    desk.send(&[cancel_instruction(&first, &owner, id)], carol)
        .await;
    assert_eq!(desk.levels(), [vec![(14_980, 500)], vec![(15_010, 700)]]);

    let level = |price, lots| Quoted::new(Ticks(price), Lots(lots));
    for (lane, signer, worse) in [(first, carol, 0), (second, dave, 1)] {
        let ladder = Ladder {
            bids: Some(vec![
                level(14_995 - worse, 5_000),
                level(14_990 - worse, 5_000),
            ]),
            asks: Some(vec![
                level(15_005 + worse, 5_000),
                level(15_010 + worse, 5_000),
            ]),
            ..Ladder::default()
        };
        let replace = replace_all_instruction(&market, &lane, &signer.pubkey(), &ladder, &[]);
        desk.send(&[replace.expect("a ladder")], signer).await;
    }
    let bids = [14_995, 14_994, 14_990, 14_989].map(|price| (price, 5_000));
    let asks = [15_005, 15_006, 15_010, 15_011].map(|price| (price, 5_000));
    assert_eq!(desk.levels(), [bids.to_vec(), asks.to_vec()]);
}

/// A lane takes from both makers, to the unit as quoted.
async fn take_as_quoted(desk: &mut Desk, lane: Pubkey, owner: &Wallet) {
    let request = TakeRequest {
        time_in_force: TimeInForce::FillOrKill,
        ..TakeRequest::new(lane, BookSide::Bid, Ticks(15_010), Lots(12_000))
    };
    let caller = Caller::new(owner.address());
    let plan = take_instructions(desk.markets(), &request, &TakeLimits::default(), &caller);
    let plan = plan.expect("a plan");
    let outcome = plan.quote.outcome;
    assert_eq!(outcome.fills.len(), 3);
    let value = 10 * (5_000 * (15_005 + 15_006) + 2_000 * 15_010);
    assert_eq!((outcome.base, outcome.value), (12_000_000_000, value));

    let before = *desk.lane(&lane).header();
    let confirmed = desk.send(&plan.instructions, &owner.keypair).await;
    let after = *desk.lane(&lane).header();
    assert_eq!(after.base_free - before.base_free, outcome.base);
    assert_eq!(
        before.quote_free - after.quote_free,
        outcome.value + outcome.fee
    );
    assert_eq!(after.referrer_fees, plan.quote.referrer_fee);
    assert!(after.referrer_fees > 0);
    let events = confirmed.book_events();
    let [BookEvent::Taken(taken, fills)] = events.as_slice() else {
        panic!("{events:?}");
    };
    assert_eq!((taken.value, taken.fee), (outcome.value, outcome.fee));
    let lane = |place| outcome.lanes[usize::from(place)];
    let told = fills
        .iter()
        .map(|one| (lane(one.lane), OrderId(one.id), Lots(one.lots)));
    let quoted = outcome.fills.iter().map(|one| (one.lane, one.id, one.lots));
    assert!(told.eq(quoted), "{fills:?}");
}

/// A wallet without a lane sells, to the unit as quoted.
async fn swap_as_quoted(desk: &mut Desk, wallet: &Wallet) {
    let request = SwapTakeRequest {
        market: desk.market,
        trader: wallet.address(),
        side: BookSide::Ask,
        limit: Ticks(14_990),
        lots: Some(Lots(7_000)),
        maximum_sent: None,
        slippage_tolerance_bps: 0,
        whole: true,
        self_trade: SelfTrade::Abort,
        referrer: None,
    };
    let caller = Caller::new(wallet.address());
    let plan = swap_take_instructions(desk.markets(), &request, &TakeLimits::default(), &caller);
    let plan = plan.expect("a plan");
    let before = desk.balances(&wallet.address()).await;
    desk.send(&plan.instructions, &wallet.keypair).await;
    let after = desk.balances(&wallet.address()).await;
    assert_eq!(before[0] - after[0], plan.quote.sent);
    assert_eq!(after[1] - before[1], plan.quote.received);
    assert_eq!(plan.quote.sent, 7_000_000_000);
}

/// One maker bids above what the other asks; a third lane lets them trade and earns the reward.
async fn cross_as_quoted(
    desk: &mut Desk,
    [first, second]: [Pubkey; 2],
    caller: Pubkey,
    bidder: &Wallet,
    signer: &Wallet,
) {
    let market = desk.market;
    let cancel = cancel_all_instruction(&second, &bidder.address(), Some(BookSide::Ask));
    let bid = order(BookSide::Bid, 15_030, 1_000);
    let place = place_instruction(&market, &second, &bidder.address(), &bid, &[]);
    desk.send(&[cancel, place], &bidder.keypair).await;
    let book = desk.book();
    let (bid, ask) = book.crossed().expect("crossed lanes");
    assert_eq!((bid.lane, ask.lane), (second, first));
    let who = Caller::new(signer.address());
    let plan = cross_instructions(desk.markets(), &caller, (&second, &first), 8, &who);
    let plan = plan.expect("a plan");
    let crossed = plan.quote.crossed;
    assert!(crossed.reward > 0 && crossed.fee > 0 && crossed.lots == Lots(1_000));
    let before = desk.lane(&caller).header().quote_free;
    desk.send(&plan.instructions, &signer.keypair).await;
    let after = desk.lane(&caller).header().quote_free;
    assert_eq!(after - before, crossed.reward);
    assert!(desk.book().crossed().is_none());
}

/// The referrer and the market's authority get what the taker's lane owes them.
async fn settle_fees(desk: &mut Desk, taker: Pubkey, [alice, bob]: [&Wallet; 2]) {
    let lanes: Vec<Pubkey> = desk
        .markets()
        .lanes(&desk.market)
        .map(|one| one.address)
        .collect();
    for lane in lanes {
        if let Ok(sweep) = sweep_fees_instruction(desk.markets(), &lane) {
            desk.send(&[sweep], &alice.keypair).await;
        }
    }
    let header = desk.lane(&taker).header();
    assert_eq!((header.protocol_fees, header.referrer_fees), (0, 0));
    let authority = Caller::new(bob.address());
    let plan = collect_market_fees_instructions(desk.markets(), &desk.market, &authority);
    let plan = plan.expect("fees");
    let before = desk.balances(&bob.address()).await;
    desk.send(&plan.instructions, &bob.keypair).await;
    let after = desk.balances(&bob.address()).await;
    assert_eq!(after[1] - before[1], plan.quote.quote);
    let collected = collect_market_fees_instructions(desk.markets(), &desk.market, &authority);
    let refused = collected.expect_err("once").orderbook_error();
    assert_eq!(refused, Some(OrderbookError::NothingToCollect));
}

/// Withdraws a part, then everything, and closes the lane: its rent comes back.
async fn leave(desk: &mut Desk, lane: Pubkey, owner: &Wallet) {
    let caller = Caller::new(owner.address());
    let plan = withdraw_instructions(desk.markets(), &lane, &caller, 1_000, 2_000);
    let plan = plan.expect("a withdrawal");
    let before = desk.balances(&owner.address()).await;
    desk.send(&plan.instructions, &owner.keypair).await;
    let after = desk.balances(&owner.address()).await;
    assert_eq!([after[0] - before[0], after[1] - before[1]], [1_000, 2_000]);

    let plan = close_lane_instructions(desk.markets(), &lane, &caller).expect("a plan");
    let before = desk
        .client
        .lamports(&owner.address())
        .await
        .expect("lamports");
    let confirmed = desk.send(&plan.instructions, &owner.keypair).await;
    let after = desk
        .client
        .lamports(&owner.address())
        .await
        .expect("lamports");
    assert!(desk.markets().lane(&lane).is_none());
    let events = confirmed.book_events();
    assert!(
        matches!(events.last(), Some(BookEvent::LaneClosed(_))),
        "{events:?}"
    );
    assert!(after > before, "the rent came back: {before}, then {after}");
    let paid = desk.balances(&owner.address()).await;
    assert!(paid[0] + paid[1] > 0);
}
