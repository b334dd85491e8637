//! Instructions that change many orders appear in the history order by order, also after a restart.

use std::collections::BTreeMap;

use sealane_localnet::world::WorldMarket;
use sealane_sdk::book::{Ladder, Quoted};
use sealane_sdk::client::Client;
use sealane_sdk::engine_core::book::{BookSide, Expiry, Lots, Ticks};
use sealane_sdk::orderbook::PlaceParams;
use sealane_sdk::plan::{
    Caller, OpenLaneRequest, cancel_all_instruction, cancel_client_instruction,
    deposit_in_market_instructions, open_lane_instructions, place_many_instruction,
    replace_all_instruction,
};
use sealane_server::gateway::Gateway;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

use crate::history::compared;
use crate::stage::{Stage, amount, chain, config, list, text};

/// A lane, and the chain that it is on.
struct Desk<'a> {
    client: Client,
    market: &'a WorldMarket,
    lane: Pubkey,
    wallet: &'a Keypair,
}

/// Lots and price of each order, by its id.
type Resting = BTreeMap<u64, (u64, u32)>;

impl Desk<'_> {
    async fn send(&self, instructions: &[Instruction]) {
        let sent = self.client.send(instructions, self.wallet).await;
        sent.unwrap_or_else(|error| panic!("{error}"));
    }

    /// The lane's orders as they are on the chain.
    async fn resting(&mut self) -> Resting {
        self.client
            .fetch_market(&self.market.address)
            .await
            .expect("the market");
        let lane = self
            .client
            .markets()
            .lane(&self.lane)
            .expect("the lane")
            .lane;
        let sides = [BookSide::Bid, BookSide::Ask].map(|side| lane.orders(side).to_vec());
        let orders = sides.into_iter().flatten();
        orders
            .map(|order| (order.id.0, (order.lots.0, order.price.0)))
            .collect()
    }

    fn order(&self, side: BookSide, price: u32, lots: u64, client_id: u64) -> PlaceParams {
        PlaceParams {
            side: side as u8,
            post_only: 0,
            price,
            lots,
            client_id,
            expires_slot: 0,
            expires_at: 0,
        }
    }

    fn replace(&self, bids: &[(u32, u64)], asks: &[(u32, u64)]) -> Instruction {
        let quoted = |(price, lots): &(u32, u64)| Quoted::new(Ticks(*price), Lots(*lots));
        let ladder = Ladder {
            bids: Some(bids.iter().map(quoted).collect()),
            asks: Some(asks.iter().map(quoted).collect()),
            client_id: 5,
            expiry: Expiry::default(),
            post_only: false,
        };
        let (market, owner) = (&self.market.address, self.wallet.pubkey());
        let replace = replace_all_instruction(market, &self.lane, &owner, &ladder, &[]);
        replace.expect("a ladder")
    }
}

/// Opens a lane with balances.
async fn open<'a>(stage: &'a Stage, wallet: &'a Keypair) -> Desk<'a> {
    let mut client = stage.client();
    let market = &stage.world.markets[0];
    client.fetch_market(&market.address).await.expect("it");
    let owner = wallet.pubkey();
    let opened = open_lane_instructions(&OpenLaneRequest {
        market: market.address,
        owner,
        index: 7,
        capacity: 16,
        referrer: None,
    });
    let opened = opened.expect("a plan");
    let (base, quote) = (100 * market.params.base_lot, 1_000_000_000);
    let caller = Caller::new(owner);
    let deposit = deposit_in_market_instructions(
        client.markets(),
        &market.address,
        &opened.lane,
        &caller,
        base,
        quote,
    );
    let deposit = deposit.expect("a deposit").instructions;
    let desk = Desk {
        client,
        market,
        lane: opened.lane,
        wallet,
    };
    desk.send(&[opened.instructions, deposit].concat()).await;
    desk
}

/// The orders of a kind in the latest transaction of the history, by id, in lots and ticks.
async fn told(stage: &Stage, desk: &Desk<'_>, kind: &str, expected: &Resting) {
    let path = format!(
        "/api/v1/portfolio/{}/history?limit=100",
        desk.wallet.pubkey()
    );
    let units = desk.client.markets().units(&desk.market.address);
    let units = units.expect("the market's units");
    stage
        .until(&format!("{kind} of each order"), async || {
            let history = stage.json(&path).await;
            let entries = list(&history);
            let latest = &entries.first()?["signature"];
            let of_latest = entries.iter().filter(|one| &one["signature"] == latest);
            let mut found = Resting::new();
            for one in of_latest.filter(|one| one["kind"] == kind) {
                let id = amount(&one["order"]);
                let (lots, price) = *expected.get(&id)?;
                assert_eq!(amount(&one["base"]), lots * desk.market.params.base_lot);
                assert_eq!(text(&one["price"]), units.price(Ticks(price)).to_string());
                let side = if id & 1 == 0 { "buy" } else { "sell" };
                assert_eq!(one["side"], side);
                assert_eq!(one["account"], desk.lane.to_string());
                found.insert(id, (lots, price));
            }
            (&found == expected).then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_orders_at_once_are_told_one_by_one() {
    let (chain, world, keys) = chain().await;
    let folder = tempfile::tempdir().expect("a folder");
    let config = config(&chain, &world, &folder);
    let gateway = Gateway::start(config.clone()).await.expect("it starts");
    let mut stage = Stage::from_parts(chain, world, gateway, folder, keys);
    stage.ready().await;
    let wallet = stage.world.wallets.alice.keypair.insecure_clone();
    let placed = {
        let mut desk = open(&stage, &wallet).await;
        let orders = [
            desk.order(BookSide::Bid, 9_000, 3, 1),
            desk.order(BookSide::Bid, 8_000, 4, 2),
            desk.order(BookSide::Ask, 60_000, 5, 1),
        ];
        let (market, owner) = (&desk.market.address, wallet.pubkey());
        let place = place_many_instruction(market, &desk.lane, &owner, &orders, &[]);
        desk.send(&[place]).await;
        let placed = desk.resting().await;
        assert_eq!(placed.len(), 3);
        told(&stage, &desk, "place", &placed).await;

        // Those of one client id.
        let cancel = cancel_client_instruction(&desk.lane, &owner, 1);
        desk.send(&[cancel]).await;
        let left = desk.resting().await;
        let gone = placed.clone().into_iter();
        let gone: Resting = gone.filter(|(id, _)| !left.contains_key(id)).collect();
        assert_eq!((left.len(), gone.len()), (1, 2));
        told(&stage, &desk, "cancel", &gone).await;
        left
    };

    // A gateway that starts again goes on with what it had stored.
    stage = stage.restarted(config).await;
    let mut desk = Desk {
        client: stage.client(),
        market: &stage.world.markets[0],
        lane: list(
            &stage
                .json(&format!("/api/v1/portfolio/{}", wallet.pubkey()))
                .await["lanes"],
        )
        .iter()
        .map(|lane| text(&lane["lane"]).parse().expect("an address"))
        .next()
        .expect("a lane"),
        wallet: &wallet,
    };
    let replace = desk.replace(&[(9_500, 2), (9_400, 3)], &[(61_000, 1)]);
    desk.send(&[replace]).await;
    let replaced = desk.resting().await;
    assert_eq!(replaced.len(), 3);
    told(&stage, &desk, "cancel", &placed).await;
    told(&stage, &desk, "place", &replaced).await;
    let store = stage.gateway.app().store().expect("a database").clone();
    let resting = store.resting().await.expect("orders");
    let kept = resting[&desk.lane].1.iter();
    let kept: Resting = kept.map(|one| (one.id, (one.lots, one.price))).collect();
    assert_eq!(kept, replaced);

    let cancel = cancel_all_instruction(&desk.lane, &wallet.pubkey(), None);
    desk.send(&[cancel]).await;
    assert!(desk.resting().await.is_empty());
    told(&stage, &desk, "cancel", &replaced).await;
    // Every lane that the history knows is as it is on the chain.
    let resting = store.resting().await.expect("orders");
    let markets = desk.client.markets();
    for lane in markets.lanes(&desk.market.address) {
        let sides = [BookSide::Bid, BookSide::Ask].map(|side| lane.lane.orders(side).len());
        let kept = &resting.get(&lane.address).expect("it is followed").1;
        assert_eq!(kept.len(), sides.iter().sum::<usize>(), "{}", lane.address);
    }
    compared(&stage).await;
    stage.end().await;
}
