//! A node in the same process, which drops, delays, reorders, repeats and falls silent.

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
use sealane_core::book::BookSide;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::broadcast,
    time::sleep,
};
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};

use super::super::*;
use crate::{
    accounts::decode_lane,
    book::fixtures::{ask, lane_of},
    orderbook::state::Lane,
};

/// A lane with one ask of so many lots.
pub(crate) fn lane_state(market: Pubkey, address: Pubkey, slot: u64, lots: u64) -> AccountState {
    let lane = lane_of(&market, &address, 0, &[(1, ask(100, lots))]);
    AccountState {
        address,
        owner: orderbook::ID,
        slot,
        data: [Lane::DISCRIMINATOR, lane.as_bytes()].concat(),
    }
}

/// What is left of a lane that was closed.
pub(crate) fn gone(address: Pubkey, slot: u64) -> AccountState {
    AccountState {
        address,
        owner: crate::address::SYSTEM_PROGRAM,
        slot,
        data: Vec::new(),
    }
}

/// How the node misbehaves.
#[derive(Default)]
pub(crate) struct Manners {
    /// Connections are taken and nothing is said on them.
    pub(crate) is_silent: AtomicBool,
    /// Nobody is let in.
    pub(crate) is_down: AtomicBool,
    /// Notifications come late, and those of different accounts in another order.
    pub(crate) delays: AtomicBool,
    /// Notifications name the slot in which the subscription was made.
    pub(crate) slots_stand_still: AtomicBool,
    /// Whoever watches an account by its address hears when it is closed, as from real nodes.
    pub(crate) tells_closing: AtomicBool,
    /// Lists are this many slots behind.
    pub(crate) lag: AtomicUsize,
    /// Connections taken so far.
    pub(crate) connections: AtomicUsize,
    /// Connections that ended with a goodbye.
    pub(crate) goodbyes: AtomicUsize,
}

#[derive(Clone, Default)]
pub(crate) struct Chain {
    pub(crate) slot: u64,
    /// All lanes as of each slot.
    pub(crate) history: Vec<BTreeMap<Pubkey, AccountState>>,
}

#[derive(Clone, Debug)]
pub(crate) enum Said {
    Slot(u64),
    Changed(AccountState),
    /// Not told to subscriptions to the program.
    Closed(AccountState),
    HangUp,
}

/// A chain of one market with a node in front of it.
pub(crate) struct Node {
    pub(crate) market: Pubkey,
    pub(crate) chain: Arc<Mutex<Chain>>,
    pub(crate) manners: Arc<Manners>,
    pub(crate) said: broadcast::Sender<Said>,
    pub(crate) address: SocketAddr,
}

impl Node {
    pub(crate) async fn start() -> Self {
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

    pub(crate) fn chain(&self) -> MutexGuard<'_, Chain> {
        self.chain.lock().unwrap()
    }

    /// A slot in which these lanes are changed, or closed.
    pub(crate) fn advance(&self, changes: &[(Pubkey, Option<u64>)]) {
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
                None => {
                    lanes.remove(address);
                    let _ = self.said.send(Said::Closed(gone(*address, slot)));
                }
            }
        }
        chain.history.push(lanes);
        let _ = self.said.send(Said::Slot(slot));
    }

    pub(crate) fn config(&self) -> SubscriptionConfig {
        let millis = Duration::from_millis;
        SubscriptionConfig {
            max_silence: millis(400),
            refresh_interval: millis(300),
            min_backoff: millis(5),
            max_backoff: millis(50),
            accounts: Vec::new(),
            ..SubscriptionConfig::lanes(format!("ws://{}", self.address), self.market)
        }
    }

    pub(crate) fn subscribe(&self) -> Subscription {
        self.subscribe_with(self.config())
    }

    pub(crate) fn subscribe_with(&self, config: SubscriptionConfig) -> Subscription {
        let source = ChainSource {
            chain: Arc::clone(&self.chain),
            manners: Arc::clone(&self.manners),
        };
        follow(config, source)
    }

    /// Keeps slots going, so that the connection does not look dead.
    pub(crate) fn tick(&self) -> tokio::task::JoinHandle<()> {
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

    pub(crate) fn lots(&self) -> BTreeMap<Pubkey, u64> {
        let chain = self.chain();
        let lanes = chain.history.last().unwrap();
        let lots = |state: &AccountState| {
            let lane = decode_lane(&state.data).unwrap();
            lane.orders(BookSide::Ask)[0].lots.0
        };
        lanes.iter().map(|(at, state)| (*at, lots(state))).collect()
    }
}

pub(crate) struct ChainSource {
    pub(crate) chain: Arc<Mutex<Chain>>,
    pub(crate) manners: Arc<Manners>,
}

impl SnapshotSource for ChainSource {
    async fn snapshot(
        &self,
        scope: &Scope,
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
            scope: *scope,
            slot,
            listed: lanes.collect(),
            others: Vec::new(),
        })
    }

    async fn clock(&self, _: CommitmentConfig) -> Result<Option<AccountState>, SourceError> {
        let slot = self.chain.lock().unwrap().slot;
        // Of its five numbers the first is the slot.
        let mut data = vec![0; 40];
        data[..8].copy_from_slice(&slot.to_le_bytes());
        Ok(Some(AccountState {
            address: CLOCK_SYSVAR,
            owner: Pubkey::default(),
            slot,
            data,
        }))
    }

    async fn slots_stand_still(&self) -> bool {
        self.manners.slots_stand_still.load(Ordering::Relaxed)
    }
}

/// Numbers that need not be good.
pub(crate) fn rand_below(bound: u64) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0) % bound
}

/// One connection, as a node serves it.
async fn serve(stream: TcpStream, manners: Arc<Manners>, mut said: broadcast::Receiver<Said>) {
    let mut first_slot = None;
    // Subscriptions to single accounts.
    let mut watched = BTreeMap::new();
    let Ok(mut socket) = accept_async(stream).await else {
        return;
    };
    let (late, mut due) = tokio::sync::mpsc::unbounded_channel();
    loop {
        tokio::select! {
            request = socket.next() => match request {
                Some(Ok(Message::Text(text))) => {
                    answer(&mut socket, &manners, &text, &mut watched).await;
                }
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
                Ok(Said::Closed(state)) => {
                    let subscription = watched.get(&state.address.to_string());
                    if let Some(subscription) = subscription
                        && manners.tells_closing.load(Ordering::Relaxed)
                    {
                        tell_closed(&mut socket, *subscription, &state).await;
                    }
                }
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

async fn answer(
    socket: &mut WebSocketStream<TcpStream>,
    manners: &Manners,
    text: &str,
    watched: &mut BTreeMap<String, u64>,
) {
    if manners.is_silent.load(Ordering::Relaxed) {
        return;
    }
    let request: Value = serde_json::from_str(text).unwrap();
    let mut subscription = 7;
    if request["method"] == "accountSubscribe" {
        subscription = 1_000 + watched.len() as u64;
        let account = request["params"][0].as_str().unwrap();
        watched.insert(account.to_owned(), subscription);
    }
    let answer = json!({ "jsonrpc": "2.0", "id": request["id"], "result": subscription });
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
        Said::Closed(_) | Said::HangUp => return,
    };
    let params = json!({ "result": result, "subscription": 7 });
    let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
    let _ = socket.send(Message::text(message.to_string())).await;
}

/// As nodes tell of an account that is no more: nobody's, without lamports or bytes.
async fn tell_closed(
    socket: &mut WebSocketStream<TcpStream>,
    subscription: u64,
    state: &AccountState,
) {
    let message = json!({
        "jsonrpc": "2.0",
        "method": "accountNotification",
        "params": {
            "subscription": subscription,
            "result": {
                "context": { "slot": state.slot },
                "value": {
                    "data": ["", "base64"],
                    "owner": state.owner.to_string(),
                    "lamports": 0,
                    "executable": false,
                    "rentEpoch": 0,
                },
            },
        },
    });
    let _ = socket.send(Message::text(message.to_string())).await;
}
