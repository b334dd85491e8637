//! Against a node in the same process, which drops, delays, reorders, repeats and falls silent.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use anchor_lang::Discriminator as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use futures_util::{SinkExt, StreamExt};
use sealane_core::book::{BookSide, Lots};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::broadcast,
    time::{sleep, timeout},
};
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};

use super::*;
use crate::{
    book::fixtures::{ask, lane_of},
    orderbook::state::Lane,
};

/// A lane with one ask of so many lots.
pub(super) fn lane_state(market: Pubkey, address: Pubkey, slot: u64, lots: u64) -> AccountState {
    let lane = lane_of(&market, &address, 0, &[(1, ask(100, lots))]);
    AccountState {
        address,
        owner: orderbook::ID,
        slot,
        data: [Lane::DISCRIMINATOR, lane.as_bytes()].concat(),
    }
}

/// What is left of a lane that was closed.
pub(super) fn gone(address: Pubkey, slot: u64) -> AccountState {
    AccountState {
        address,
        owner: crate::address::SYSTEM_PROGRAM,
        slot,
        data: Vec::new(),
    }
}

/// How the node misbehaves.
#[derive(Default)]
struct Manners {
    /// Connections are taken and nothing is said on them.
    is_silent: AtomicBool,
    /// Nobody is let in.
    is_down: AtomicBool,
    /// Notifications come late, and those of different accounts in another order.
    delays: AtomicBool,
    /// Notifications name the slot in which the subscription was made.
    slots_stand_still: AtomicBool,
    /// Lists are this many slots behind.
    lag: AtomicUsize,
    /// Connections taken so far.
    connections: AtomicUsize,
    /// Connections that ended with a goodbye.
    goodbyes: AtomicUsize,
}

#[derive(Clone, Default)]
struct Chain {
    slot: u64,
    /// All lanes as of each slot.
    history: Vec<BTreeMap<Pubkey, AccountState>>,
}

#[derive(Clone, Debug)]
enum Said {
    Slot(u64),
    Changed(AccountState),
    HangUp,
}

/// A chain of one market with a node in front of it.
struct Node {
    market: Pubkey,
    chain: Arc<Mutex<Chain>>,
    manners: Arc<Manners>,
    said: broadcast::Sender<Said>,
    address: SocketAddr,
}

impl Node {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (said, _) = broadcast::channel(10_000);
        let node = Self {
            market: Pubkey::new_unique(),
            chain: Arc::default(),
            manners: Arc::default(),
            said,
            address: listener.local_addr().unwrap(),
        };
        node.chain().history.push(BTreeMap::new());
        let (manners, said) = (Arc::clone(&node.manners), node.said.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if manners.is_down.load(Ordering::Relaxed) {
                    continue;
                }
                manners.connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, Arc::clone(&manners), said.subscribe()));
            }
        });
        node
    }

    fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap()
    }

    /// A slot in which these lanes are changed, or closed.
    fn advance(&self, changes: &[(Pubkey, Option<u64>)]) {
        let mut chain = self.chain();
        chain.slot += 1;
        let slot = chain.slot;
        let mut lanes = chain.history.last().cloned().unwrap_or_default();
        for (address, lots) in changes {
            match lots {
                Some(lots) => {
                    let state = lane_state(self.market, *address, slot, *lots);
                    lanes.insert(*address, state.clone());
                    // Nobody listens while no one is connected.
                    let _ = self.said.send(Said::Changed(state));
                }
                // As on a real chain nobody is told.
                None => {
                    lanes.remove(address);
                }
            }
        }
        chain.history.push(lanes);
        let _ = self.said.send(Said::Slot(slot));
    }

    fn config(&self) -> LaneSubscriptionConfig {
        let millis = Duration::from_millis;
        LaneSubscriptionConfig {
            max_silence: millis(400),
            refresh_interval: millis(300),
            min_backoff: millis(5),
            max_backoff: millis(50),
            accounts: Vec::new(),
            ..LaneSubscriptionConfig::new(format!("ws://{}", self.address), self.market)
        }
    }

    fn subscribe(&self) -> LaneSubscription {
        let source = ChainSource {
            chain: Arc::clone(&self.chain),
            manners: Arc::clone(&self.manners),
        };
        lanes(self.config(), source)
    }

    /// Keeps slots going, so that the connection does not look dead.
    fn tick(&self) -> tokio::task::JoinHandle<()> {
        let (chain, said) = (Arc::clone(&self.chain), self.said.clone());
        tokio::spawn(async move {
            loop {
                sleep(Duration::from_millis(20)).await;
                let mut chain = chain.lock().unwrap();
                chain.slot += 1;
                let lanes = chain.history.last().cloned().unwrap_or_default();
                chain.history.push(lanes);
                let _ = said.send(Said::Slot(chain.slot));
            }
        })
    }

    fn lots(&self) -> BTreeMap<Pubkey, u64> {
        let chain = self.chain();
        let lanes = chain.history.last().unwrap();
        let lots = |state: &AccountState| {
            let lane = crate::accounts::decode_lane(&state.data).unwrap();
            lane.orders(BookSide::Ask)[0].lots.0
        };
        lanes.iter().map(|(at, state)| (*at, lots(state))).collect()
    }
}

struct ChainSource {
    chain: Arc<Mutex<Chain>>,
    manners: Arc<Manners>,
}

impl SnapshotSource for ChainSource {
    async fn snapshot(
        &self,
        market: &Pubkey,
        _accounts: &[Pubkey],
        _commitment: CommitmentConfig,
        _min_slot: u64,
    ) -> Result<Snapshot, SourceError> {
        if self.manners.is_down.load(Ordering::Relaxed) {
            return Err(SourceError::Other("down".into()));
        }
        let lag = self.manners.lag.load(Ordering::Relaxed) as u64;
        let (slot, lanes) = {
            let chain = self.chain.lock().unwrap();
            let slot = chain.slot.saturating_sub(lag);
            (slot, chain.history[usize::try_from(slot).unwrap()].clone())
        };
        if self.manners.delays.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(rand_below(30))).await;
        }
        let lanes = lanes
            .into_values()
            .map(|lane| AccountState { slot, ..lane });
        Ok(Snapshot {
            market: *market,
            slot,
            lanes: lanes.collect(),
            others: Vec::new(),
        })
    }

    async fn slots_stand_still(&self) -> bool {
        self.manners.slots_stand_still.load(Ordering::Relaxed)
    }
}

/// Numbers that need not be good.
fn rand_below(bound: u64) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0) % bound
}

/// One connection, as a node serves it.
async fn serve(stream: TcpStream, manners: Arc<Manners>, mut said: broadcast::Receiver<Said>) {
    let mut first_slot = None;
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    let (late, mut due) = tokio::sync::mpsc::unbounded_channel();
    loop {
        tokio::select! {
            request = socket.next() => match request {
                Some(Ok(Message::Text(text))) => answer(&mut socket, &manners, &text).await,
                Some(Ok(Message::Close(_))) | None => {
                    manners.goodbyes.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                Some(Ok(_)) => {}
                Some(Err(_)) => return,
            },
            said = said.recv() => match said {
                Ok(Said::HangUp) | Err(_) => return,
                Ok(_) if manners.is_silent.load(Ordering::Relaxed) => {}
                Ok(Said::Changed(state)) if manners.delays.load(Ordering::Relaxed) => {
                    let late = late.clone();
                    tokio::spawn(async move {
                        sleep(Duration::from_millis(rand_below(25))).await;
                        let _ = late.send(state);
                    });
                }
                Ok(mut said) => {
                    match &mut said {
                        Said::Slot(slot) => {
                            first_slot.get_or_insert(*slot);
                        }
                        Said::Changed(state) if manners.slots_stand_still.load(Ordering::Relaxed) => {
                            state.slot = first_slot.unwrap_or_default();
                        }
                        _ => {}
                    }
                    notify(&mut socket, &said).await;
                }
            },
            Some(state) = due.recv() => {
                let said = Said::Changed(state);
                notify(&mut socket, &said).await;
                if rand_below(4) == 0 {
                    notify(&mut socket, &said).await;
                }
            }
        }
    }
}

async fn answer(socket: &mut WebSocketStream<TcpStream>, manners: &Manners, text: &str) {
    if manners.is_silent.load(Ordering::Relaxed) {
        return;
    }
    let request: Value = serde_json::from_str(text).unwrap();
    let answer = json!({ "jsonrpc": "2.0", "id": request["id"], "result": 7 });
    let _ = socket.send(Message::text(answer.to_string())).await;
}

async fn notify(socket: &mut WebSocketStream<TcpStream>, said: &Said) {
    let (method, result) = match said {
        Said::Slot(slot) => (
            "slotNotification",
            json!({ "parent": slot - 1, "root": 0, "slot": slot }),
        ),
        Said::Changed(state) => (
            "programNotification",
            json!({
                "context": { "slot": state.slot },
                "value": {
                    "pubkey": state.address.to_string(),
                    "account": {
                        "data": [BASE64_STANDARD.encode(&state.data), "base64"],
                        "owner": state.owner.to_string(),
                        "lamports": 1,
                        "executable": false,
                        "rentEpoch": 0,
                    },
                },
            }),
        ),
        Said::HangUp => return,
    };
    let params = json!({ "result": result, "subscription": 7 });
    let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
    let _ = socket.send(Message::text(message.to_string())).await;
}

/// The caller's view.
struct Viewer {
    subscription: LaneSubscription,
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

    async fn next(&mut self) -> LaneEvent {
        let event = timeout(Duration::from_secs(20), self.subscription.next());
        let event = event.await.expect("an event in time").expect("no end");
        event.apply_to(&mut self.markets).unwrap();
        match event {
            LaneEvent::Stale(_) => self.is_stale = true,
            LaneEvent::Snapshot(_) | LaneEvent::Resynced(_) => self.is_stale = false,
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
    assert!(matches!(first, LaneEvent::Snapshot(_)), "{first:?}");
    assert_eq!(viewer.lots(), BTreeMap::from([(one, 5)]));
    node.advance(&[(other, Some(6)), (one, Some(4))]);
    viewer.until_equal(&node).await;
    assert_eq!(viewer.lots(), BTreeMap::from([(one, 4), (other, 6)]));
    // No notification says that a lane was closed: the next list does.
    node.advance(&[(one, None)]);
    loop {
        let event = viewer.next().await;
        if let LaneEvent::Closed { lane, .. } = event {
            assert_eq!(lane, one);
            break;
        }
    }
    assert_eq!(viewer.lots(), BTreeMap::from([(other, 6)]));
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
        matches!(event, LaneEvent::Stale(StaleReason::Disconnected(_))),
        "{event:?}"
    );
    // Missed by the subscription, but not by the caller.
    node.advance(&[(lane, Some(2))]);
    sleep(Duration::from_millis(100)).await;
    node.manners.is_down.store(false, Ordering::Relaxed);
    let event = viewer.next().await;
    assert!(matches!(event, LaneEvent::Resynced(_)), "{event:?}");
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
        if let LaneEvent::Stale(reason) = viewer.next().await {
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
    let LaneEvent::Snapshot(snapshot) = first else {
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
    viewer.subscription = lanes(
        LaneSubscriptionConfig {
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
