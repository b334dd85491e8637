//! All streams, and the work of keeping them up to date.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::http::StatusCode;
use sealane_sdk::subscribe::AccountEvent;
use solana_pubkey::Pubkey;
use tokio::sync::{Mutex as AsyncMutex, watch};

use super::{
    changes::{Gathering, Place},
    content::{self, Content},
    message::{Channel, Resume},
    outbox::Outbox,
    stream::{Follower, Log},
};
use crate::{
    config::SocketConfig,
    error::ApiError,
    state::App,
    store::Committed,
    view::{CandleView, TradeView},
};

/// Streams at a time.
const MAX_STREAMS: usize = 20_000;
/// Of them quotes and addresses, which cost work each time something changes.
const MAX_COSTLY: usize = 2_000;
/// For how long a stream is kept that nobody follows.
pub(super) const KEPT: Duration = Duration::from_secs(60);

/// A stream.
pub(super) struct Stream {
    pub(super) channel: Channel,
    pub(super) body: AsyncMutex<Body>,
    /// What has come while the body was in use.
    pub(super) pending: Mutex<Pending>,
    /// Whether it has to be looked at again.
    pub(super) is_dirty: AtomicBool,
    /// Whether somebody does that now.
    pub(super) is_refreshing: AtomicBool,
}

/// What a stream tells and to whom.
pub(super) struct Body {
    pub(super) log: Log,
    pub(super) content: Option<Content>,
}

/// News for a stream, oldest first.
#[derive(Default)]
pub(super) struct Pending {
    pub(super) trades: Vec<TradeView>,
    pub(super) candles: Vec<CandleView>,
    pub(super) accounts: BTreeMap<Place, Arc<str>>,
}

/// All streams. Cheap to clone.
#[derive(Clone)]
pub struct Hub(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) config: SocketConfig,
    pub(super) gathering: Gathering,
    streams: Mutex<HashMap<Channel, Arc<Stream>>>,
    /// So that names of another run mean nothing in this one.
    born: u128,
    next: AtomicU64,
    connections: AtomicUsize,
    stopping: watch::Sender<bool>,
}

impl Hub {
    /// No streams.
    #[must_use]
    pub fn new(config: SocketConfig) -> Self {
        let born = SystemTime::now().duration_since(UNIX_EPOCH);
        Self(Arc::new(Inner {
            config,
            gathering: Gathering::default(),
            streams: Mutex::default(),
            born: born.map_or(0, |born| born.as_nanos()),
            next: AtomicU64::new(1),
            connections: AtomicUsize::new(0),
            stopping: watch::Sender::new(false),
        }))
    }

    /// Takes in what the subscription to the chain says.
    pub fn observe(&self, event: &AccountEvent) {
        self.0.gathering.note(event);
    }

    /// Open connections.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.0.connections.load(Ordering::Relaxed)
    }

    /// Closes all connections, with a word of why.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    pub(super) fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.subscribe()
    }

    /// Counts a connection in, unless there are too many.
    pub(super) fn enter(&self) -> Option<Present> {
        let connections = &self.0.connections;
        let before = connections.fetch_add(1, Ordering::Relaxed);
        let present = Present(self.clone());
        (before < self.0.config.max_connections).then_some(present)
    }

    /// A number that nothing else has.
    pub(super) fn number(&self) -> u64 {
        self.0.next.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn streams(&self) -> MutexGuard<'_, HashMap<Channel, Arc<Stream>>> {
        self.0
            .streams
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets somebody follow a channel.
    pub(super) async fn follow(
        &self,
        app: &App,
        channel: Channel,
        (follower, id): (Follower, u64),
        outbox: &Outbox,
        resume: Option<&Resume>,
    ) -> Result<Arc<Stream>, ApiError> {
        loop {
            let stream = self.stream(&channel)?;
            let mut body = stream.body.lock().await;
            let body = &mut *body;
            if body.content.is_none() {
                match Content::load(&channel, app).await {
                    Ok(loaded) => body.content = Some(loaded),
                    Err(error) => {
                        self.forget(&stream);
                        return Err(error);
                    }
                }
            }
            // While it was waited for it may have been forgotten, because somebody else's attempt
            // failed or nobody followed it.
            if !self.is_known(&stream) {
                continue;
            }
            let content = body.content.as_ref();
            body.log
                .follow((follower, id), outbox, resume, || match content {
                    Some(Content::Accounts | Content::Positions) | None => {
                        let gathering = &self.0.gathering;
                        let accounts = match &channel {
                            Channel::Positions { owner } => gathering.positions(&owner.0),
                            _ => gathering
                                .accounts(|raw, last| content::concerns(&channel, raw, last)),
                        };
                        content::listed(accounts.iter().map(|text| &**text))
                    }
                    Some(content) => content.snapshot(),
                });
            return Ok(Arc::clone(&stream));
        }
    }

    fn stream(&self, channel: &Channel) -> Result<Arc<Stream>, ApiError> {
        let mut streams = self.streams();
        if let Some(stream) = streams.get(channel) {
            return Ok(Arc::clone(stream));
        }
        let is_costly =
            |channel: &Channel| matches!(channel, Channel::Quotes(_) | Channel::Account { .. });
        let costly = streams.keys().filter(|channel| is_costly(channel));
        if streams.len() >= MAX_STREAMS || (is_costly(channel) && costly.count() >= MAX_COSTLY) {
            return Err(ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too_many_streams",
                "the gateway follows as many different streams as it can",
                "subscribe to what others follow, or ask over HTTP",
            ));
        }
        let name = format!("{:x}-{}", self.0.born, self.number());
        let stream = Arc::new(Stream {
            channel: channel.clone(),
            body: AsyncMutex::new(Body {
                log: Log::new(name, self.0.config.resume_depth),
                content: None,
            }),
            pending: Mutex::default(),
            is_dirty: AtomicBool::new(false),
            is_refreshing: AtomicBool::new(false),
        });
        streams.insert(channel.clone(), Arc::clone(&stream));
        Ok(stream)
    }

    fn is_known(&self, stream: &Arc<Stream>) -> bool {
        let streams = self.streams();
        let known = streams.get(&stream.channel);
        known.is_some_and(|known| Arc::ptr_eq(known, stream))
    }

    pub(super) fn forget(&self, stream: &Arc<Stream>) {
        if self.is_known(stream) {
            self.streams().remove(&stream.channel);
        }
    }

    /// What was stored, for the streams that tell it.
    pub(super) fn note_news(&self, news: &Committed) {
        let streams = self.streams();
        let trades = group(
            news.trades
                .iter()
                .map(|one| (one.venue, TradeView::from(one))),
        );
        for (venue, trades) in trades {
            let channel = Channel::Trades {
                venue: venue.into(),
            };
            if let Some(stream) = streams.get(&channel) {
                stream.pending().trades.extend(trades);
            }
        }
        for (venue, interval, candle) in &news.candles {
            let channel = Channel::Candles {
                venue: venue.into(),
                interval: interval.name().to_owned(),
            };
            if let Some(stream) = streams.get(&channel) {
                stream.pending().candles.push(CandleView::from(candle));
            }
        }
        let owners: BTreeSet<Pubkey> = news.owners.clone();
        for owner in owners {
            let channel = Channel::Account {
                owner: owner.into(),
            };
            if let Some(stream) = streams.get(&channel) {
                stream.is_dirty.store(true, Ordering::Relaxed);
            }
        }
    }
}

fn group<T>(pairs: impl Iterator<Item = (Pubkey, T)>) -> BTreeMap<Pubkey, Vec<T>> {
    let mut groups: BTreeMap<Pubkey, Vec<T>> = BTreeMap::new();
    for (venue, one) in pairs {
        groups.entry(venue).or_default().push(one);
    }
    groups
}

impl Stream {
    pub(super) fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is counted for as long as this lives.
pub(super) struct Present(Hub);

impl Drop for Present {
    fn drop(&mut self) {
        self.0.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}
