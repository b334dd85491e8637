use std::{collections::BTreeMap, sync::Arc, sync::atomic::Ordering};

use sealane_core::book::BookSide;
use solana_pubkey::Pubkey;

use super::*;
use crate::subscribe::tests::node::{ChainSource, Node, Said};

const PATIENCE: Duration = Duration::from_secs(20);

fn engine(node: &Node) -> Engine {
    let source = ChainSource {
        chain: Arc::clone(&node.chain),
        manners: Arc::clone(&node.manners),
    };
    Engine::with_source(node.config(), source)
}

fn lots(world: &World, node: &Node) -> BTreeMap<Pubkey, u64> {
    let lanes = world.markets().lanes(&node.market);
    lanes
        .map(|entry| (entry.address, entry.lane.orders(BookSide::Ask)[0].lots.0))
        .collect()
}

/// Waits for a status or a world.
async fn until(engine: &mut Engine, mut is_so: impl FnMut(&Status, &World) -> bool) {
    let waiting = async {
        while !is_so(&engine.status(), &engine.world()) {
            engine.changed().await;
        }
    };
    timeout(PATIENCE, waiting)
        .await
        .expect("it happens in time");
}

#[tokio::test]
async fn the_world_follows_the_chain() {
    let node = Node::start().await;
    let [one, other] = [(); 2].map(|()| Pubkey::new_unique());
    node.advance(&[(one, Some(5))]);
    let ticking = node.tick();
    let mut engine = engine(&node);
    assert_eq!(engine.status(), Status::Connecting);
    engine.ready(PATIENCE).await.unwrap();
    let before = engine.world();
    node.advance(&[(one, Some(4)), (other, Some(6))]);
    until(&mut engine, |_, world| lots(world, &node) == node.lots()).await;
    // Who took a world keeps it as it was.
    assert_eq!(lots(&before, &node), BTreeMap::from([(one, 5)]));
    node.advance(&[(one, None)]);
    until(&mut engine, |_, world| {
        lots(world, &node) == BTreeMap::from([(other, 6)])
    })
    .await;
    engine.close().await;
    ticking.abort();
}

#[tokio::test]
async fn it_says_that_it_is_stale_and_heals() {
    let node = Node::start().await;
    let lane = Pubkey::new_unique();
    node.advance(&[(lane, Some(1))]);
    let ticking = node.tick();
    let mut engine = engine(&node);
    engine.ready(PATIENCE).await.unwrap();
    node.manners.is_down.store(true, Ordering::Relaxed);
    node.said.send(Said::HangUp).unwrap();
    until(&mut engine, |status, _| {
        matches!(status, Status::Stale { .. })
    })
    .await;
    // What is known is still served.
    assert_eq!(lots(&engine.world(), &node), BTreeMap::from([(lane, 1)]));
    node.advance(&[(lane, Some(2))]);
    node.manners.is_down.store(false, Ordering::Relaxed);
    until(&mut engine, |status, world| {
        *status == Status::Live && lots(world, &node) == node.lots()
    })
    .await;
    engine.close().await;
    ticking.abort();
}

#[tokio::test]
async fn without_a_node_it_is_not_ready() {
    let node = Node::start().await;
    node.manners.is_down.store(true, Ordering::Relaxed);
    let mut engine = engine(&node);
    let within = Duration::from_millis(100);
    assert_eq!(engine.ready(within).await, Err(NotReady::TimedOut(within)));
    let shared = Arc::clone(engine.shared());
    engine.close().await;
    assert!(shared.snapshot().clock().is_none());
}
