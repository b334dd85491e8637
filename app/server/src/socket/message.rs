//! What is said over a WebSocket: JSON in text frames, both ways.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{error::ApiError, http::QuoteQuery, view::Address};

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Wants to follow a channel.
    Subscribe {
        /// Comes back with the answer.
        #[serde(default)]
        id: u64,
        /// Which.
        #[serde(flatten)]
        channel: Channel,
        /// Where it had stopped.
        #[serde(default)]
        resume: Option<Resume>,
    },
    /// Wants to follow no longer.
    Unsubscribe {
        /// The number that the subscription was given.
        subscription: u64,
    },
    /// Wants to know whether the gateway is there.
    Ping {
        /// Comes back with the answer.
        #[serde(default)]
        id: u64,
    },
}

/// Where somebody had stopped.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
pub struct Resume {
    /// The stream's name.
    pub stream: String,
    /// The last number that was seen.
    pub seq: u64,
}

/// What can be followed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, ToSchema)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub enum Channel {
    /// An order book. Snapshot: as `/markets/{market}/book`; diff: levels that changed, with size 0
    /// those that are gone.
    Book {
        /// The market.
        market: Address,
        /// Levels of each side.
        #[serde(default = "default_depth")]
        depth: u16,
        /// Ticks of a level.
        #[serde(default = "default_group")]
        group: u32,
    },
    /// Trades of a pool or a market. Snapshot: the last 100, latest first; diff: new ones, latest
    /// first.
    Trades {
        /// The pool or the market.
        venue: Address,
    },
    /// Candles. Snapshot: the last 500, earliest first; diff: those that are new or changed.
    Candles {
        /// The pool or the market.
        venue: Address,
        /// How long: `1s`, `1m`, `5m`, `15m`, `1h`, `4h` or `1d`.
        interval: String,
    },
    /// A quote. Snapshot and diff: `{quote}` as of `/quote`, or `{error}`.
    Quotes(QuoteQuery),
    /// What an address has. Snapshot: as `/portfolio/{owner}`; diff: the fields that changed.
    Account {
        /// Whose.
        owner: Address,
    },
    /// The exchange's accounts as they are on the chain. Snapshot and diff: `{accounts}`, each with
    /// `{address, owner, slot, data}` (base64) or `{address, slot, closed: true}`.
    Accounts {
        /// Pools, markets, farms, realms and proposals; all if none is named. Mints, vaults and the
        /// clock come in any case; stake positions, their votes, and records of epochs that ended
        /// long ago do not: see `positions`.
        #[serde(default)]
        venues: Vec<Address>,
    },
    /// The stake positions that an address owns or may vote with, as they are on the chain, their
    /// votes, and the records of epochs that they have not claimed. Snapshot and diff as of `accounts`.
    Positions {
        /// Whose.
        owner: Address,
    },
    /// Stake pools and farms. Snapshot: `{farms}` as of `/farms`; diff: those that changed.
    Farms {},
    /// A realm's proposals. Snapshot: `{proposals}` as of `/proposals`; diff: those that changed, not
    /// counting `time_left`.
    Proposals {
        /// Which realm's.
        realm: Address,
    },
}

const fn default_depth() -> u16 {
    50
}

const fn default_group() -> u32 {
    1
}

/// What the gateway says.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum ServerMessage {
    /// A subscription was made.
    Subscribed {
        /// As it was given.
        id: u64,
        /// Its number on this connection.
        subscription: u64,
        /// The stream's name, to come back to.
        stream: String,
        /// Whether it goes on where it had stopped: then no snapshot follows.
        resumed: bool,
    },
    /// A subscription has ended.
    Unsubscribed {
        /// Its number.
        subscription: u64,
    },
    /// The whole state: first, and again where something that was told is so no more.
    Snapshot {
        /// Of which subscription.
        subscription: u64,
        /// Its number in the stream.
        seq: u64,
        /// The state.
        data: Value,
    },
    /// What has changed.
    Diff {
        /// Of which subscription.
        subscription: u64,
        /// Its number in the stream: one more than that of the message before.
        seq: u64,
        /// The change.
        data: Value,
    },
    /// The gateway is there.
    Heartbeat {
        /// The chain's slot, as far as it is followed.
        slot: Option<u64>,
        /// Whether what is told is as fresh as the node's notifications.
        live: bool,
    },
    /// An answer to a ping.
    Pong {
        /// As it was given.
        id: u64,
    },
    /// Something was refused.
    Error {
        /// As it was given; 0 if what was said could not be read.
        id: u64,
        /// A name for programs.
        code: String,
        /// What was wrong.
        message: String,
        /// What to do next.
        hint: String,
    },
    /// The connection will be closed.
    Dropped {
        /// Why: `slow_consumer`, `going_away`.
        reason: String,
    },
}

impl ServerMessage {
    /// What was refused.
    pub(super) fn refused(id: u64, error: &ApiError) -> Self {
        Self::Error {
            id,
            code: error.code.clone().into_owned(),
            message: error.message.clone(),
            hint: error.hint.clone().into_owned(),
        }
    }

    /// As it is sent.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A message with data that are JSON already.
pub(super) fn numbered(op: &str, subscription: u64, seq: u64, data: &str) -> String {
    format!(r#"{{"op":"{op}","subscription":{subscription},"seq":{seq},"data":{data}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINT: &str = "seaMoWGAMSVJUfVmgwWMkREfeHHLKyxRpTAHxER1xjs";

    fn read(text: &str) -> ClientMessage {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[test]
    fn subscriptions_are_read() {
        let message = read(&format!(
            r#"{{"op":"subscribe","id":1,"channel":"book","market":"{MINT}",
                "resume":{{"stream":"a-1","seq":7}}}}"#
        ));
        let ClientMessage::Subscribe {
            id,
            channel,
            resume,
        } = message
        else {
            panic!("{message:?}");
        };
        assert_eq!((id, resume.unwrap().seq), (1, 7));
        assert!(matches!(
            channel,
            Channel::Book {
                depth: 50,
                group: 1,
                ..
            }
        ));
        let quotes = read(&format!(
            r#"{{"op":"subscribe","id":2,"channel":"quotes","input_mint":"{MINT}",
                "output_mint":"{MINT}","amount":"5","mode":"exact_out","slippage_bps":10}}"#
        ));
        let ClientMessage::Subscribe {
            channel: Channel::Quotes(query),
            ..
        } = quotes
        else {
            panic!("{quotes:?}");
        };
        assert_eq!(
            (query.amount.0, query.slippage_bps, query.max_hops),
            (5, 10, 4)
        );
        let all = read(r#"{"op":"subscribe","channel":"accounts"}"#);
        assert!(matches!(all, ClientMessage::Subscribe { id: 0, .. }));
        assert!(matches!(
            read(r#"{"op":"ping"}"#),
            ClientMessage::Ping { id: 0 }
        ));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "5",
            "{}",
            r#"{"op":"dance"}"#,
            r#"{"op":"subscribe","channel":"x"}"#,
        ] {
            assert!(
                serde_json::from_str::<ClientMessage>(text).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn both_ways_of_writing_agree() {
        let message = ServerMessage::Diff {
            subscription: 3,
            seq: 9,
            data: serde_json::json!({ "a": [1] }),
        };
        let written: Value = serde_json::from_str(&numbered("diff", 3, 9, r#"{"a":[1]}"#)).unwrap();
        assert_eq!(serde_json::to_value(message).unwrap(), written);
    }
}
