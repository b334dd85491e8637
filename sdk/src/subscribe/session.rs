//! Connections, one after the other.

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc, time::Duration};

use backon::{BackoffBuilder, ExponentialBuilder};
use futures_util::{SinkExt, StreamExt};
use solana_pubkey::Pubkey;
use tokio::{
    net::TcpStream,
    sync::watch,
    time::{Instant, MissedTickBehavior, interval_at, sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error as SocketError, Message},
};

use super::{
    AccountState, MAX_WATCHED, PROGRAMS, Snapshot, SnapshotSource, SourceError, StaleReason,
    SubscriptionConfig,
    feed::Feed,
    is_closable,
    message::{self, ACCOUNTS_REQUEST, Incoming, SLOTS_REQUEST},
    outbox::Outbox,
};
use crate::address::CLOCK_SYSVAR;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Fetch<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
/// A complete state, and the slot that it must have reached.
type Complete = (u64, Result<Snapshot, SourceError>);

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_millis(500);
/// How old the clock may become while slots go on, before the node is asked for it. The embedded
/// local chain never tells it (surfpool 1.6); others do in every slot.
const CLOCK_PATIENCE: Duration = Duration::from_millis(600);
/// The pause before a list is asked for again that was older than what it should complete.
const LAGGING_PAUSE: Duration = Duration::from_millis(200);

/// Keeps connecting until it is told to stop.
pub(super) async fn run(
    config: SubscriptionConfig,
    source: impl SnapshotSource,
    outbox: Arc<Outbox>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut feed = Feed::new(config.scope);
    let backoff = ExponentialBuilder::new()
        .with_min_delay(config.min_backoff)
        .with_max_delay(config.max_backoff)
        .with_jitter()
        .without_max_times();
    let mut pauses = backoff.build();
    loop {
        let mut session = Session::new(&config, &source, &mut feed, &outbox);
        let ended = tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => None,
            reason = session.live() => Some(reason),
        };
        if session.was_complete {
            pauses = backoff.build();
        }
        session.goodbye().await;
        let Some(reason) = ended else { break };
        tracing::debug!(%reason, scope = ?config.scope, "the subscription is interrupted");
        if let Some(event) = feed.lost(reason) {
            outbox.push(event);
        }
        let pause = pauses.next().unwrap_or(config.max_backoff);
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => break,
            () = sleep(pause) => {}
        }
    }
    outbox.close();
}

/// One connection.
struct Session<'a, S> {
    config: &'a SubscriptionConfig,
    source: &'a S,
    feed: &'a mut Feed,
    outbox: &'a Outbox,
    socket: Option<Socket>,
    /// Which account each subscription is about.
    accounts: HashMap<u64, Pubkey>,
    /// Lanes and positions that are watched for being closed, or will be, in the order of the requests for that;
    /// which subscriptions these are; and for how many the request has been sent.
    watched: Vec<Pubkey>,
    watching: HashMap<u64, Pubkey>,
    watches_sent: usize,
    /// Requests that the node has not answered.
    unanswered: usize,
    /// The newest slot heard of.
    slot: Option<u64>,
    /// Whether the node tells slots. If not, anything that it sends counts as a sign of life.
    has_slots: bool,
    /// Whether notifications name a slot that says nothing.
    slots_stand_still: bool,
    last_sign: Instant,
    /// When the clock was told, or asked for; `None` if it is not followed.
    clock_at: Option<Instant>,
    was_complete: bool,
}

impl<'a, S: SnapshotSource> Session<'a, S> {
    fn new(
        config: &'a SubscriptionConfig,
        source: &'a S,
        feed: &'a mut Feed,
        outbox: &'a Outbox,
    ) -> Self {
        Self {
            config,
            source,
            feed,
            outbox,
            socket: None,
            accounts: HashMap::new(),
            watched: Vec::new(),
            watching: HashMap::new(),
            watches_sent: 0,
            unanswered: 0,
            slot: None,
            has_slots: true,
            slots_stand_still: false,
            last_sign: Instant::now(),
            clock_at: config.accounts.contains(&CLOCK_SYSVAR).then(Instant::now),
            was_complete: false,
        }
    }

    /// Connects, subscribes, fetches, follows; returns why that came to an end.
    async fn live(&mut self) -> StaleReason {
        match self.follow().await {
            Ok(never) => match never {},
            Err(reason) => reason,
        }
    }

    async fn follow(&mut self) -> Result<std::convert::Infallible, StaleReason> {
        self.slots_stand_still = self.source.slots_stand_still().await;
        self.connect().await?;
        let every = self.config.max_silence / 4;
        let mut heartbeat = interval_at(Instant::now() + every, every);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut refresh_at = None;
        let mut fetching: Option<Fetch<'a, Complete>> = None;
        let mut asking: Option<Fetch<'a, Result<Option<AccountState>, SourceError>>> = None;
        loop {
            if fetching.is_none()
                && let Some(min_slot) = self.ready()
                && refresh_at.is_none_or(|at| Instant::now() >= at)
            {
                fetching = Some(self.fetch(min_slot, Duration::ZERO));
            }
            if asking.is_none() && self.was_complete && self.is_clock_old() {
                asking = Some(Box::pin(self.source.clock(self.config.commitment)));
            }
            let refresh = refresh_at.filter(|_| fetching.is_none());
            let refresh = refresh.unwrap_or_else(|| Instant::now() + self.config.max_silence);
            self.send_watches().await?;
            let socket = self.socket.as_mut().expect("connected above");
            tokio::select! {
                received = socket.next() => self.receive(received).await?,
                _ = heartbeat.tick() => self.check_heartbeat().await?,
                () = tokio::time::sleep_until(refresh) => {}
                fetched = resolve(&mut fetching) => {
                    let (min_slot, fetched) = fetched;
                    match fetched {
                        // A node that lags behind would leave a gap before the first notification.
                        Ok(snapshot) if snapshot.slot < min_slot => {
                            fetching = Some(self.fetch(min_slot, LAGGING_PAUSE));
                        }
                        Ok(snapshot) => {
                            self.was_complete = true;
                            refresh_at = Some(Instant::now() + self.config.refresh_interval);
                            for event in self.feed.complete(snapshot) {
                                self.outbox.push(event);
                            }
                            let closable: Vec<Pubkey> = self.feed.closable().copied().collect();
                            closable.iter().for_each(|address| self.watch(address));
                        }
                        Err(error) => return Err(StaleReason::NoSnapshot(error.to_string())),
                    }
                }
                clock = resolve(&mut asking) => {
                    self.note_clock();
                    // A node that does not answer is noticed otherwise, and asked again.
                    let event = clock.ok().flatten().and_then(|clock| self.feed.update(clock));
                    if let Some(event) = event {
                        self.outbox.push(event);
                    }
                }
            }
        }
    }

    /// Connects and sends the requests.
    async fn connect(&mut self) -> Result<(), StaleReason> {
        let unreachable = |reason: String| StaleReason::Unreachable(reason);
        let connecting = timeout(self.config.max_silence, connect_async(&self.config.url));
        let connected = connecting
            .await
            .map_err(|_| unreachable("no answer in time".into()))?;
        let (mut socket, _) = connected.map_err(|error| unreachable(error.to_string()))?;
        for request in message::requests(self.config) {
            let sent = socket.send(Message::text(request)).await;
            sent.map_err(disconnected)?;
            self.unanswered += 1;
        }
        self.socket = Some(socket);
        self.last_sign = Instant::now();
        Ok(())
    }

    /// Watches an account for being closed, unless it is watched already.
    fn watch(&mut self, address: &Pubkey) {
        if self.watched.len() < MAX_WATCHED && !self.watched.contains(address) {
            self.watched.push(*address);
        }
    }

    /// Sends the requests for that. Nobody waits for the answers: until they are there, lists tell
    /// what is closed.
    async fn send_watches(&mut self) -> Result<(), StaleReason> {
        let socket = self.socket.as_mut().expect("connected before");
        for address in &self.watched[self.watches_sent..] {
            let id = message::WATCH_REQUEST + self.watches_sent as u64;
            let request = message::watch_request(id, address, self.config.commitment);
            let sent = socket.send(Message::text(request)).await;
            sent.map_err(disconnected)?;
            self.watches_sent += 1;
        }
        Ok(())
    }

    /// The account that a request is to watch.
    fn watched_by(&self, request: u64) -> Option<Pubkey> {
        let at = request.checked_sub(message::WATCH_REQUEST)?;
        self.watched.get(usize::try_from(at).ok()?).copied()
    }

    /// The slot that a complete state must have reached, once all subscriptions stand: whatever
    /// happened before them is in it, and what happens after is notified.
    fn ready(&self) -> Option<u64> {
        if self.unanswered > 0 {
            return None;
        }
        if self.has_slots { self.slot } else { Some(0) }
    }

    /// Whether the clock has not been told for so long that it is to be asked for.
    fn is_clock_old(&self) -> bool {
        self.clock_at
            .is_some_and(|at| at.elapsed() >= CLOCK_PATIENCE)
    }

    /// The clock has just been told, or asked for.
    fn note_clock(&mut self) {
        self.clock_at = self.clock_at.map(|_| Instant::now());
    }

    fn fetch(&self, min_slot: u64, pause: Duration) -> Fetch<'a, Complete> {
        let (config, source) = (self.config, self.source);
        Box::pin(async move {
            sleep(pause).await;
            let accounts = &config.accounts;
            let fetched = source
                .snapshot(&config.scope, accounts, config.commitment, min_slot)
                .await;
            (min_slot, fetched)
        })
    }

    async fn receive(
        &mut self,
        received: Option<Result<Message, SocketError>>,
    ) -> Result<(), StaleReason> {
        let message = match received {
            None => return Err(StaleReason::Disconnected("the node hung up".into())),
            Some(Err(error)) => return Err(disconnected(error)),
            Some(Ok(message)) => message,
        };
        if !self.has_slots {
            self.last_sign = Instant::now();
        }
        match message {
            Message::Text(text) => match message::read(&text) {
                Some(incoming) => self.handle(incoming),
                None => {
                    let reason = "the node sent something that cannot be read";
                    Err(StaleReason::Disconnected(reason.into()))
                }
            },
            Message::Close(_) => Err(StaleReason::Disconnected("the node said goodbye".into())),
            // The library answers pings, with the next message that is sent or read.
            _ => Ok(()),
        }
    }

    fn handle(&mut self, incoming: Incoming) -> Result<(), StaleReason> {
        match incoming {
            Incoming::Subscribed {
                request,
                subscription,
            } => {
                if let Some(address) = self.watched_by(request) {
                    self.watching.insert(subscription, address);
                    return Ok(());
                }
                self.unanswered = self.unanswered.saturating_sub(1);
                let account = request
                    .checked_sub(ACCOUNTS_REQUEST)
                    .and_then(|at| self.config.accounts.get(usize::try_from(at).ok()?));
                if let Some(account) = account {
                    self.accounts.insert(subscription, *account);
                }
            }
            // Then the lists tell when that one is closed.
            Incoming::Refused { request, .. } if request >= message::WATCH_REQUEST => {}
            Incoming::Refused { request, reason } => {
                if request != SLOTS_REQUEST {
                    let what = message::asked_for(request);
                    return Err(StaleReason::Refused(format!("{what}: {reason}")));
                }
                self.unanswered = self.unanswered.saturating_sub(1);
                self.has_slots = false;
            }
            Incoming::Slot(slot) => {
                // A node whose slots do not go on is no better than one that is silent.
                if self.slot.is_none_or(|known| slot > known) {
                    self.slot = Some(slot);
                    self.last_sign = Instant::now();
                }
            }
            Incoming::Program(state) => self.update(state),
            Incoming::Account {
                subscription,
                mut state,
            } => {
                if let Some(address) = self.accounts.get(&subscription) {
                    state.address = *address;
                    if state.address == CLOCK_SYSVAR {
                        self.note_clock();
                    }
                    self.update(state);
                } else if let Some(address) = self.watching.get(&subscription)
                    && !PROGRAMS.contains(&state.owner)
                {
                    // Anything else about it the program's subscription tells, with its bytes.
                    state.address = *address;
                    state.data.clear();
                    self.update(state);
                }
            }
            Incoming::Other => {}
        }
        Ok(())
    }

    fn update(&mut self, mut state: AccountState) {
        if self.slots_stand_still {
            // Not before the newest slot heard of; perhaps in the next, of which the node has not
            // told yet. No list of that slot or an earlier one is to hide the change.
            state.slot = state.slot.max(self.slot.map_or(0, |slot| slot + 1));
        }
        let opened = is_closable(&state).then_some(state.address);
        if let Some(event) = self.feed.update(state) {
            self.outbox.push(event);
            if let Some(address) = opened {
                self.watch(&address);
            }
        }
    }

    async fn check_heartbeat(&mut self) -> Result<(), StaleReason> {
        let silence = self.last_sign.elapsed();
        if silence > self.config.max_silence {
            return Err(StaleReason::Silent(silence));
        }
        // So that a dead connection is noticed by the system, too, and proxies keep it open.
        let socket = self.socket.as_mut().expect("connected before");
        let pinged = socket.send(Message::Ping(Vec::new().into())).await;
        pinged.map_err(disconnected)
    }

    async fn goodbye(mut self) {
        if let Some(mut socket) = self.socket.take() {
            let _ = timeout(GOODBYE, socket.close(None)).await;
        }
    }
}

fn disconnected(error: SocketError) -> StaleReason {
    StaleReason::Disconnected(error.to_string())
}

/// The outcome of what is being fetched; waits for ever if that is nothing.
async fn resolve<T>(fetching: &mut Option<Fetch<'_, T>>) -> T {
    let Some(fetch) = fetching else {
        return std::future::pending().await;
    };
    let outcome = fetch.await;
    *fetching = None;
    outcome
}
