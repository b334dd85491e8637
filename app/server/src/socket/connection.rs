//! One WebSocket: what is said to it, and what it is told.

use std::{collections::BTreeMap, num::NonZeroU32, sync::Arc, time::Duration};

use axum::{
    extract::ws::{CloseFrame, Message, WebSocket, close_code},
    http::StatusCode,
};
use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::{
    sync::{mpsc, watch},
    time::{interval, timeout},
};

use super::{
    hub::{Hub, Present, Stream},
    message::{Channel, ClientMessage, Resume, ServerMessage},
    outbox::{Outbox, Slow},
};
use crate::{error::ApiError, state::App, told_to_stop};

/// For how long the last word may take.
const LAST_WORD: Duration = Duration::from_secs(5);
/// Messages per second that a client may send on average, and at once.
const RATE: (NonZeroU32, NonZeroU32) =
    (NonZeroU32::new(20).unwrap(), NonZeroU32::new(200).unwrap());

/// Why a connection ends that the client has not closed.
#[derive(Clone, Copy, Debug)]
enum Ending {
    SlowConsumer,
    GoingAway,
    Gone,
}

/// Serves a connection until it ends.
pub(super) async fn serve(app: App, socket: WebSocket, present: Present) {
    let _present = present;
    let hub = app.hub.clone();
    let (outbox, waiting, slow) = Outbox::new(hub.0.config.queue);
    let (to, mut from) = socket.split();
    let writing = write(app.clone(), to, waiting, slow, hub.stopping());
    let mut session = Session {
        number: hub.number(),
        app,
        hub,
        outbox,
        rate: RateLimiter::direct(Quota::per_second(RATE.0).allow_burst(RATE.1)),
        subscriptions: BTreeMap::new(),
        next: 1,
    };
    tokio::pin!(writing);
    let is_gone = tokio::select! {
        () = &mut writing => false,
        is_gone = session.read(&mut from) => {
            if !is_gone {
                // It is too slow, and will be told so.
                writing.await;
            }
            is_gone
        }
    };
    session.leave().await;
    if !is_gone {
        // A socket that is closed while something comes in takes back what was said last.
        let silence = async { while let Some(Ok(_)) = from.next().await {} };
        let _ = timeout(LAST_WORD, silence).await;
    }
}

/// Sends what waits, and a sign of life from time to time.
async fn write(
    app: App,
    mut to: SplitSink<WebSocket, Message>,
    mut waiting: mpsc::Receiver<String>,
    slow: Arc<Slow>,
    mut stopping: watch::Receiver<bool>,
) {
    let heartbeat = Duration::from_millis(app.hub.0.config.heartbeat_ms);
    let mut beat = interval(heartbeat);
    let ending = loop {
        let text = tokio::select! {
            biased;
            () = slow.happened() => break Ending::SlowConsumer,
            () = told_to_stop(&mut stopping) => break Ending::GoingAway,
            text = waiting.recv() => match text {
                Some(text) => text,
                None => break Ending::Gone,
            },
            _ = beat.tick() => alive(&app),
        };
        // Whoever does not read makes this wait.
        let sent = tokio::select! {
            () = slow.happened() => break Ending::SlowConsumer,
            () = told_to_stop(&mut stopping) => break Ending::GoingAway,
            sent = to.send(Message::Text(text.into())) => sent,
        };
        if sent.is_err() {
            break Ending::Gone;
        }
    };
    // Fails or times out where nobody listens any more.
    let _ = timeout(LAST_WORD, say_goodbye(&mut to, ending)).await;
}

async fn say_goodbye(
    to: &mut SplitSink<WebSocket, Message>,
    ending: Ending,
) -> Result<(), axum::Error> {
    let (code, reason) = match ending {
        Ending::SlowConsumer => {
            metrics::counter!("sealane_socket_dropped_total").increment(1);
            (close_code::POLICY, "slow_consumer")
        }
        Ending::GoingAway => (close_code::AWAY, "going_away"),
        Ending::Gone => return Ok(()),
    };
    let dropped = ServerMessage::Dropped {
        reason: reason.to_owned(),
    };
    to.send(Message::Text(dropped.text().into())).await?;
    let close = CloseFrame {
        code,
        reason: reason.into(),
    };
    to.send(Message::Close(Some(close))).await
}

fn alive(app: &App) -> String {
    let heartbeat = ServerMessage::Heartbeat {
        slot: app.engine.world().clock().map(|clock| clock.slot),
        live: app.is_live(),
    };
    heartbeat.text()
}

/// What a connection follows.
struct Session {
    number: u64,
    app: App,
    hub: Hub,
    outbox: Outbox,
    rate: DefaultDirectRateLimiter,
    subscriptions: BTreeMap<u64, Arc<Stream>>,
    next: u64,
}

impl Session {
    /// Does what is said, until nothing is said any more, or nothing can be answered. Whether the
    /// other side is gone.
    async fn read(&mut self, from: &mut SplitStream<WebSocket>) -> bool {
        while let Some(Ok(message)) = from.next().await {
            let is_heard = match message {
                Message::Text(text) => self.hear(&text).await,
                Message::Binary(_) => {
                    let error = ApiError::bad_request(
                        "binary messages mean nothing here",
                        "send JSON in text messages",
                    );
                    self.say(&ServerMessage::refused(0, &error))
                }
                Message::Close(_) => return true,
                Message::Ping(_) | Message::Pong(_) => true,
            };
            if !is_heard {
                return false;
            }
        }
        true
    }

    fn say(&self, message: &ServerMessage) -> bool {
        self.outbox.put(message.text())
    }

    /// `false`: too much waits already.
    async fn hear(&mut self, text: &str) -> bool {
        if self.rate.check().is_err() {
            let error = ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limited",
                "too many messages on this connection",
                "send fewer than 20 a second",
            );
            return self.say(&ServerMessage::refused(0, &error));
        }
        let message = match serde_json::from_str(text) {
            Ok(message) => message,
            Err(error) => {
                let error =
                    ApiError::bad_request(error.to_string(), "/docs describes what can be said");
                return self.say(&ServerMessage::refused(0, &error));
            }
        };
        match message {
            ClientMessage::Ping { id } => self.say(&ServerMessage::Pong { id }),
            ClientMessage::Unsubscribe { subscription } => self.unsubscribe(subscription).await,
            ClientMessage::Subscribe {
                id,
                channel,
                resume,
            } => match self.subscribe(id, channel, resume.as_ref()).await {
                Ok(()) => true,
                Err(error) => self.say(&ServerMessage::refused(id, &error)),
            },
        }
    }

    async fn subscribe(
        &mut self,
        id: u64,
        channel: Channel,
        resume: Option<&Resume>,
    ) -> Result<(), ApiError> {
        let most = self.hub.0.config.max_subscriptions;
        if self.subscriptions.len() >= most {
            return Err(ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_subscriptions",
                format!("a connection can follow {most} channels"),
                "unsubscribe from some, or open another connection",
            ));
        }
        let subscription = self.next;
        let follower = (self.number, subscription);
        let followed = self
            .hub
            .follow(&self.app, channel, (follower, id), &self.outbox, resume);
        let stream = followed.await?;
        self.next += 1;
        self.subscriptions.insert(subscription, stream);
        Ok(())
    }

    async fn unsubscribe(&mut self, subscription: u64) -> bool {
        let Some(stream) = self.subscriptions.remove(&subscription) else {
            let error = ApiError::not_found(
                "unknown_subscription",
                format!("there is no subscription {subscription} on this connection"),
                "use the number of the message `subscribed`",
            );
            return self.say(&ServerMessage::refused(0, &error));
        };
        stream
            .body
            .lock()
            .await
            .log
            .leave(&(self.number, subscription));
        self.say(&ServerMessage::Unsubscribed { subscription })
    }

    async fn leave(self) {
        for (subscription, stream) in &self.subscriptions {
            let follower = (self.number, *subscription);
            stream.body.lock().await.log.leave(&follower);
        }
    }
}
