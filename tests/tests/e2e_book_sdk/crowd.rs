//! Many lanes at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use sealane_sdk::book::{Ladder, Quoted};
use sealane_sdk::client::Client;
use sealane_sdk::engine_core::book::{BookSide, Lots, Ticks};
use sealane_sdk::orderbook::TimeInForce;
use sealane_sdk::plan::{
    Caller, OpenLaneRequest, deposit_instructions, open_lane_instructions, place_instruction,
    place_many_instruction, replace_all_instruction, take_instruction,
};
use sealane_sdk::quote::{TakeRequest, quote_take_from};
use sealane_sdk::tx::Confirmed;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;
use tokio::task::JoinSet;

use crate::stage::{Desk, Stage, order};

/// Lanes of makers and takers who all act at once.
const CROWD: usize = 12;

/// Every trader sends three transactions and every second one takes, all of them at once. They
/// share no writable account (`book_locks` tells that from their account lists), and all land.
#[tokio::test]
async fn many_lanes_at_once_all_land() {
    let stage = Stage::set().await;
    let bob = &stage.world.wallets.bob;
    let (mut desk, _) = stage.create_market(bob).await;
    let crowd = crowd(&stage, &mut desk).await;
    let market = desk.market;

    // Makers quote; later, while they quote again on the other side, each is taken from.
    let level = |price, lots| Quoted::new(Ticks(price), Lots(lots));
    let asks = Ladder {
        asks: Some(vec![level(15_010, 100), level(15_020, 100)]),
        ..Ladder::default()
    };
    let mut sends = JoinSet::new();
    for (signer, lane) in &crowd {
        let owner = signer.pubkey();
        let bid = order(BookSide::Bid, 14_000, 10);
        let replace = replace_all_instruction(&market, lane, &owner, &asks, &[]);
        for instructions in [
            vec![replace.expect("a ladder")],
            vec![place_instruction(&market, lane, &owner, &bid, &[])],
            vec![place_many_instruction(
                &market,
                lane,
                &owner,
                &[bid, bid],
                &[],
            )],
        ] {
            send(&mut sends, &desk.client, instructions, signer);
        }
    }
    let landed = all(sends).await;
    assert_eq!(landed.len(), 3 * CROWD);
    let slots: BTreeSet<u64> = landed.iter().map(|one| one.slot).collect();
    assert!(slots.len() < CROWD, "not one after the other: {slots:?}");
    desk.refresh().await;
    for (_, lane) in &crowd {
        let lane = desk.lane(lane);
        assert_eq!(lane.orders(BookSide::Ask).len(), 2);
        assert_eq!(lane.orders(BookSide::Bid).len(), 3);
    }

    let mut sends = JoinSet::new();
    for pair in crowd.chunks_exact(2) {
        let [(_, maker), (taker, lane)] = pair else {
            unreachable!("chunks of two");
        };
        let request = TakeRequest {
            time_in_force: TimeInForce::FillOrKill,
            ..TakeRequest::new(*lane, BookSide::Bid, Ticks(15_020), Lots(150))
        };
        let caller = Caller::new(taker.pubkey());
        let quote = quote_take_from(desk.markets(), &request, &[*maker]).expect("a quote");
        assert_eq!(quote.outcome.lots, Lots(150));
        let take = take_instruction(&market, &request, &[*maker], u16::MAX, &caller);
        send(&mut sends, &desk.client, vec![take], taker);
    }
    assert_eq!(all(sends).await.len(), CROWD / 2);
    desk.refresh().await;
    for pair in crowd.chunks_exact(2) {
        let (maker, taker) = (desk.lane(&pair[0].1), desk.lane(&pair[1].1));
        assert_eq!(maker.header().maker_volume, taker.header().taker_volume);
        assert!(taker.header().taker_volume > 0);
        assert_eq!(maker.orders(BookSide::Ask)[0].lots, Lots(50));
    }
    stage.chain.stop().await.expect("a clean stop");
}

/// Wallets with lanes, and money in them that somebody else has deposited.
async fn crowd(stage: &Stage, desk: &mut Desk) -> Vec<(Arc<Keypair>, Pubkey)> {
    let mut crowd = Vec::new();
    let mut sends = JoinSet::new();
    for _ in 0..CROWD {
        let signer = Arc::new(Keypair::new());
        let lamports = 1_000_000_000;
        stage
            .chain
            .fund(&signer.pubkey(), lamports)
            .await
            .expect("SOL");
        let plan = open_lane_instructions(&OpenLaneRequest {
            market: desk.market,
            owner: signer.pubkey(),
            index: 0,
            capacity: 8,
            referrer: None,
        })
        .expect("a plan");
        send(&mut sends, &desk.client, plan.instructions, &signer);
        crowd.push((signer, plan.lane));
    }
    all(sends).await;
    desk.refresh().await;
    let donor = &stage.world.wallets.alice;
    let caller = Caller::new(donor.address());
    let mut deposits = Vec::new();
    for (_, lane) in &crowd {
        let plan =
            deposit_instructions(desk.markets(), lane, &caller, 1_000_000_000, 1_000_000_000);
        deposits.extend(plan.expect("a deposit").instructions);
    }
    for few in deposits.chunks(2) {
        desk.send(few, &donor.keypair).await;
    }
    crowd
}

fn send(
    sends: &mut JoinSet<Confirmed>,
    client: &Client,
    instructions: Vec<Instruction>,
    signer: &Arc<Keypair>,
) {
    let (client, signer) = (client.clone(), Arc::clone(signer));
    sends.spawn(async move {
        let sent = client.send(&instructions, &signer).await;
        sent.unwrap_or_else(|error| panic!("{error}"))
    });
}

async fn all(mut sends: JoinSet<Confirmed>) -> Vec<Confirmed> {
    let mut landed = Vec::new();
    while let Some(sent) = sends.join_next().await {
        landed.push(sent.expect("sent"));
    }
    landed
}
