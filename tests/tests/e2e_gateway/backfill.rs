//! A long history is read in pages, whatever happens in between.

use std::time::Duration;

use sealane_localnet::world::TokenName;
use sealane_sdk::{amm, orderbook};
use sealane_server::gateway::Gateway;
use sealane_server::store::Store;
use solana_pubkey::Pubkey;

use crate::history::{compare, compared};
use crate::stage::{Stage, chain, config, swap, until};

/// Few enough that the chain's own beginning has many pages.
const PAGE: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_history_of_many_pages_is_read_to_its_beginning() {
    let (chain, world, keys) = chain().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = config(&chain, &world, &folder);
    config.index.page_size = PAGE;
    let mut client = sealane_sdk::client::Client::new(chain.rpc_url());
    let mint = |name| {
        let token = world.tokens.iter().find(|token| token.name == name);
        token.expect("a token").mint
    };
    let (usdc, usdx) = (mint(TokenName::Usdc), mint(TokenName::Usdx));
    let alice = &world.wallets.alice;
    for _ in 0..6 {
        swap(&mut client, alice, usdc, usdx, 1_000_000).await;
    }
    for (program, pages) in [(amm::ID, 4), (orderbook::ID, 2)] {
        let listed = client.rpc().get_signatures_for_address(&program).await;
        let listed = listed.expect("the chain's list").len();
        assert!(
            listed > pages * PAGE,
            "{listed} are too few to mean anything"
        );
    }
    // So that most of it is final, and goes through the backlog.
    until_final(&client).await;
    let genesis = client.rpc().get_genesis_hash().await.expect("a hash");
    let genesis = genesis.to_string();

    // Interrupted again and again, at a different point each time.
    let mut seen = false;
    for round in 0..6 {
        let gateway = Gateway::start(config.clone()).await.expect("it starts");
        tokio::time::sleep(Duration::from_millis(20 + 15 * round)).await;
        drop(gateway);
        let store = Store::open(&config.index.database_url, &genesis).await;
        let store = store.expect("the database");
        seen |= !store.walks().await.expect("the lists").is_empty();
        store.close().await;
    }
    println!("interrupted while it read a list: {seen}");

    let gateway = Gateway::start(config).await.expect("it starts");
    let stage = Stage::from_parts(chain, world, gateway, folder, keys);
    stage.ready().await;
    let store = stage.gateway.app().store().expect("a database").clone();
    assert!(store.walks().await.expect("the lists").is_empty());
    assert_eq!(store.oldest(1).await.expect("the backlog"), None);
    compared(&stage).await;
    in_order(&stage, &store).await;
    stage.end().await;
}

/// Waits until what has happened by now is final.
async fn until_final(client: &sealane_sdk::client::Client) {
    let now = client.rpc().get_slot().await.expect("a slot");
    let finalized = solana_commitment_config::CommitmentConfig::finalized();
    until("finality", &mut async || {
        let slot = client.rpc().get_slot_with_commitment(finalized).await;
        (slot.expect("a slot") >= now).then_some(())
    })
    .await;
}

/// Later trades have later slots, over all pages.
async fn in_order(stage: &Stage, store: &Store) {
    let mut ids = Vec::new();
    let venues = stage.world.pools.iter().map(|pool| pool.address);
    let markets = stage.world.markets.iter().map(|market| market.address);
    for venue in venues.chain(markets).collect::<Vec<Pubkey>>() {
        let trades = store.trades(&venue, None, 1_000).await.expect("trades");
        ids.extend(trades.iter().map(|trade| (trade.id, trade.slot)));
    }
    ids.sort_unstable();
    assert!(ids.len() >= 6, "{ids:?}");
    assert!(ids.is_sorted_by_key(|(_, slot)| *slot), "{ids:?}");
    compare(store, &stage.client(), &stage.world).await;
}
