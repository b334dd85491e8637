//! Against a node that drops, delays, reorders, repeats and falls silent.

pub(crate) mod node;

use std::{collections::BTreeMap, sync::Arc, sync::atomic::Ordering};

use sealane_core::book::{BookSide, Lots};
use tokio::time::{sleep, timeout};

use self::node::{ChainSource, Node, Said, rand_below};
use super::*;

/// The caller's view.
struct Viewer {
    subscription: Subscription,
    markets: Markets,
    market: Pubkey,
    is_stale: bool,
}

impl Viewer {
    fn new(node: &Node) -> Self {
        Self {
            subscription: node.subscribe(),
            markets: Markets::new(),
            market: node.market,
            is_stale: true,
        }
    }

    fn with(node: &Node, config: SubscriptionConfig) -> Self {
        Self {
            subscription: node.subscribe_with(config),
            ..Self::new(node)
        }
    }

    async fn next(&mut self) -> AccountEvent {
        let event = timeout(Duration::from_secs(20), self.subscription.next());
        let event = event.await.expect("an event in time").expect("no end");
        event.apply_to(&mut self.markets).unwrap();
        match event {
            AccountEvent::Stale(_) => self.is_stale = true,
            AccountEvent::Snapshot(_) | AccountEvent::Resynced(_) => self.is_stale = false,
            _ => assert!(!self.is_stale, "an update before the state is complete"),
        }
        event
    }

    fn lots(&self) -> BTreeMap<Pubkey, u64> {
        let lanes = self.markets.lanes(&self.market);
        let lots = |lane: &crate::book::LaneSnapshot| lane.orders(BookSide::Ask)[0].lots.0;
        lanes
            .map(|entry| (entry.address, lots(entry.lane)))
            .collect()
    }

    /// Reads events until the view is the chain's.
    async fn until_equal(&mut self, node: &Node) {
        while self.is_stale || self.lots() != node.lots() {
            self.next().await;
        }
    }
}

#[tokio::test]
async fn a_snapshot_then_every_change() {
    let node = Node::start().await;
    let [one, other] = [(); 2].map(|()| Pubkey::new_unique());
    node.advance(&[(one, Some(5))]);
    let ticking = node.tick();
    let mut viewer = Viewer::new(&node);
    let first = viewer.next().await;
    assert!(matches!(first, AccountEvent::Snapshot(_)), "{first:?}");
    assert_eq!(viewer.lots(), BTreeMap::from([(one, 5)]));
    node.advance(&[(other, Some(6)), (one, Some(4))]);
    viewer.until_equal(&node).await;
    assert_eq!(viewer.lots(), BTreeMap::from([(one, 4), (other, 6)]));
    // This node does not tell that a lane was closed: the next list does.
    node.advance(&[(one, None)]);
    loop {
        let event = viewer.next().await;
        if let AccountEvent::Closed { address, .. } = event {
            assert_eq!(address, one);
            break;
        }
    }
    assert_eq!(viewer.lots(), BTreeMap::from([(other, 6)]));
    ticking.abort();
}

#[tokio::test]
async fn a_closed_lane_is_gone_at_once_where_the_node_tells() {
    let node = Node::start().await;
    node.manners.tells_closing.store(true, Ordering::Relaxed);
    let [one, later] = [(); 2].map(|()| Pubkey::new_unique());
    node.advance(&[(one, Some(5))]);
    let ticking = node.tick();
    // No list is fetched again while this test runs.
    let config = SubscriptionConfig {
        refresh_interval: Duration::from_secs(3_600),
        ..node.config()
    };
    let mut viewer = Viewer::with(&node, config);
    viewer.next().await;
    // One lane that the first list has, one that is opened later, and that one opened again.
    for lane in [one, later, later] {
        node.advance(&[(lane, Some(6))]);
        viewer.until_equal(&node).await;
        // Until the node watches it.
        sleep(Duration::from_millis(100)).await;
        node.advance(&[(lane, None)]);
        viewer.until_equal(&node).await;
        assert!(!viewer.lots().contains_key(&lane));
    }
    ticking.abort();
}

#[tokio::test]
async fn the_clock_goes_on_where_the_node_does_not_tell_it() {
    let node = Node::start().await;
    let ticking = node.tick();
    // No list is fetched again while this test runs.
    let config = SubscriptionConfig {
        accounts: vec![CLOCK_SYSVAR],
        refresh_interval: Duration::from_secs(3_600),
        ..node.config()
    };
    let mut viewer = Viewer::with(&node, config);
    viewer.next().await;
    let mut slots = Vec::new();
    while slots.len() < 3 {
        if let AccountEvent::Update(state) = viewer.next().await {
            assert_eq!(state.address, CLOCK_SYSVAR);
            let clock = accounts::decode_clock(&state.data).unwrap();
            // As of when it was asked for, which was just now.
            assert!(node.chain().slot - clock.slot < 25, "{}", clock.slot);
            slots.push(clock.slot);
        }
    }
    assert!(slots.is_sorted_by(|one, next| one < next), "{slots:?}");
    ticking.abort();
}

#[tokio::test]
async fn a_broken_connection_is_told_and_mended() {
    let node = Node::start().await;
    let lane = Pubkey::new_unique();
    node.advance(&[(lane, Some(1))]);
    let ticking = node.tick();
    let mut viewer = Viewer::new(&node);
    viewer.next().await;
    node.manners.is_down.store(true, Ordering::Relaxed);
    node.said.send(Said::HangUp).unwrap();
    let event = viewer.next().await;
    assert!(
        matches!(event, AccountEvent::Stale(StaleReason::Disconnected(_))),
        "{event:?}"
    );
    // Missed by the subscription, but not by the caller.
    node.advance(&[(lane, Some(2))]);
    sleep(Duration::from_millis(100)).await;
    node.manners.is_down.store(false, Ordering::Relaxed);
    let event = viewer.next().await;
    assert!(matches!(event, AccountEvent::Resynced(_)), "{event:?}");
    assert_eq!(viewer.lots(), BTreeMap::from([(lane, 2)]));
    ticking.abort();
}

#[tokio::test]
async fn silence_is_noticed() {
    let node = Node::start().await;
    let lane = Pubkey::new_unique();
    node.advance(&[(lane, Some(1))]);
    let ticking = node.tick();
    let mut viewer = Viewer::new(&node);
    viewer.next().await;
    // The connection stands and pings are answered, but no slot comes any more.
    node.manners.is_silent.store(true, Ordering::Relaxed);
    node.advance(&[(lane, Some(2))]);
    let reason = loop {
        // Until then lists may still tell of changes.
        if let AccountEvent::Stale(reason) = viewer.next().await {
            break reason;
        }
    };
    assert!(matches!(reason, StaleReason::Silent(_)), "{reason:?}");
    node.manners.is_silent.store(false, Ordering::Relaxed);
    viewer.until_equal(&node).await;
    assert_eq!(viewer.lots(), BTreeMap::from([(lane, 2)]));
    assert!(node.manners.connections.load(Ordering::Relaxed) >= 2);
    ticking.abort();
}

#[tokio::test]
async fn a_list_from_before_the_subscription_is_not_enough() {
    let node = Node::start().await;
    let lane = Pubkey::new_unique();
    for lots in 1..=50 {
        node.advance(&[(lane, Some(lots))]);
    }
    node.manners.lag.store(30, Ordering::Relaxed);
    let ticking = node.tick();
    let mut viewer = Viewer::new(&node);
    let first = viewer.next().await;
    let AccountEvent::Snapshot(snapshot) = first else {
        panic!("{first:?}");
    };
    assert!(snapshot.slot > 50, "{}", snapshot.slot);
    assert_eq!(viewer.lots(), BTreeMap::from([(lane, 50)]));
    ticking.abort();
}

#[tokio::test]
async fn slots_that_stand_still_hide_no_change() {
    let node = Node::start().await;
    node.manners
        .slots_stand_still
        .store(true, Ordering::Relaxed);
    let lane = Pubkey::new_unique();
    node.advance(&[(lane, Some(1))]);
    let ticking = node.tick();
    let source = ChainSource {
        chain: Arc::clone(&node.chain),
        manners: Arc::clone(&node.manners),
    };
    let mut viewer = Viewer::new(&node);
    viewer.subscription = follow(
        SubscriptionConfig {
            // No list is to help.
            refresh_interval: Duration::from_secs(600),
            ..node.config()
        },
        source,
    );
    viewer.next().await;
    for lots in 2..30 {
        node.advance(&[(lane, Some(lots))]);
        viewer.until_equal(&node).await;
        sleep(Duration::from_millis(10)).await;
    }
    ticking.abort();
}

#[tokio::test]
async fn closing_says_goodbye_and_ends() {
    let node = Node::start().await;
    let ticking = node.tick();
    let mut viewer = Viewer::new(&node);
    viewer.next().await;
    timeout(Duration::from_secs(5), viewer.subscription.close())
        .await
        .expect("an end in time");
    for _ in 0..100 {
        if node.manners.goodbyes.load(Ordering::Relaxed) == 1 {
            ticking.abort();
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("the node was left without a goodbye");
}

#[tokio::test]
async fn closing_while_nobody_answers_ends_too() {
    let node = Node::start().await;
    node.manners.is_down.store(true, Ordering::Relaxed);
    let subscription = node.subscribe();
    sleep(Duration::from_millis(50)).await;
    timeout(Duration::from_secs(5), subscription.close())
        .await
        .expect("an end in time");
}

/// Changes, closings, hang-ups, silences and late, repeated and reordered notifications: in the
/// end, and never with old prices shown as new, the caller sees what the chain has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_the_view_becomes_the_chains() {
    let node = Node::start().await;
    node.manners.delays.store(true, Ordering::Relaxed);
    let addresses: Vec<Pubkey> = (0..12).map(|_| Pubkey::new_unique()).collect();
    let ticking = node.tick();
    let mut viewer = Viewer::new(&node);
    for round in 0..12 {
        for _ in 0..25 {
            let lane = addresses[rand_below(12) as usize];
            let lots = Some(1 + rand_below(1_000)).filter(|_| rand_below(8) > 0);
            node.advance(&[(lane, lots)]);
            sleep(Duration::from_millis(rand_below(4))).await;
        }
        match round % 4 {
            1 => drop(node.said.send(Said::HangUp)),
            2 => {
                node.manners.is_silent.store(true, Ordering::Relaxed);
                sleep(Duration::from_millis(150)).await;
                node.manners.is_silent.store(false, Ordering::Relaxed);
            }
            3 => node
                .manners
                .lag
                .store(rand_below(10) as usize, Ordering::Relaxed),
            _ => {}
        }
        viewer.until_equal(&node).await;
    }
    let markets = &viewer.markets;
    for entry in markets.lanes(&node.market) {
        assert!(entry.lane.orders(BookSide::Ask)[0].lots > Lots::ZERO);
    }
    ticking.abort();
}
