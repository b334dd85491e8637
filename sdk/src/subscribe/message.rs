//! What goes over the WebSocket: JSON-RPC requests, their answers, and notifications.

use anchor_lang::Discriminator as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};
use solana_commitment_config::CommitmentConfig;
use solana_pubkey::Pubkey;

use super::{AccountState, MARKET_OFFSET, PROGRAMS, Scope, SubscriptionConfig};
use crate::orderbook::{self, state::Lane};

/// Something that the node sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// The node has subscribed as asked.
    Subscribed {
        /// Which request.
        request: u64,
        /// What notifications will be named by.
        subscription: u64,
    },
    /// The node refused a request.
    Refused {
        /// Which request.
        request: u64,
        /// Why.
        reason: String,
    },
    /// A slot.
    Slot(u64),
    /// A program's account has changed.
    Program(AccountState),
    /// An account that was subscribed to by its address has changed.
    Account {
        /// Under which subscription.
        subscription: u64,
        /// Its state, but for the address.
        state: AccountState,
    },
    /// Nothing that matters.
    Other,
}

/// The request that subscribes to slots, whose notifications are the connection's heartbeat.
pub(super) const SLOTS_REQUEST: u64 = 1;
/// Requests from here on subscribe to the scope's programs.
const PROGRAMS_REQUEST: u64 = 2;
/// Requests from here on subscribe to the other accounts, in their order.
pub(super) const ACCOUNTS_REQUEST: u64 = 100;

/// The requests of a new connection.
pub(super) fn requests(config: &SubscriptionConfig) -> Vec<String> {
    let commitment = config.commitment.commitment;
    let mut requests = vec![request(SLOTS_REQUEST, "slotSubscribe", json!([]))];
    for (request_id, listing) in (PROGRAMS_REQUEST..).zip(listings(&config.scope)) {
        let options = json!({
            "encoding": "base64",
            "commitment": commitment,
            "filters": listing.filters,
        });
        let params = json!([listing.program.to_string(), options]);
        requests.push(request(request_id, "programSubscribe", params));
    }
    for (request_id, account) in (ACCOUNTS_REQUEST..).zip(&config.accounts) {
        let options = json!({ "encoding": "base64", "commitment": commitment });
        let params = json!([account.to_string(), options]);
        requests.push(request(request_id, "accountSubscribe", params));
    }
    requests
}

/// Requests from here on watch a lane or a position for being closed.
pub(super) const WATCH_REQUEST: u64 = 1 << 32;

/// The request that watches an account for being closed: of what is in it nothing is wanted.
pub(super) fn watch_request(id: u64, account: &Pubkey, commitment: CommitmentConfig) -> String {
    let options = json!({
        "encoding": "base64",
        "commitment": commitment.commitment,
        "dataSlice": { "offset": 0, "length": 0 },
    });
    request(
        id,
        "accountSubscribe",
        json!([account.to_string(), options]),
    )
}

/// What a request asked for, for people.
pub(super) fn asked_for(request: u64) -> &'static str {
    if request < ACCOUNTS_REQUEST {
        "a program's accounts"
    } else {
        "an account"
    }
}

fn request(id: u64, method: &str, params: Value) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
}

/// Accounts of a program that a scope is about.
pub(super) struct Listing {
    program: Pubkey,
    filters: Value,
}

/// What a scope is about, program by program.
pub(super) fn listings(scope: &Scope) -> Vec<Listing> {
    let at = |offset: usize, bytes: &[u8]| {
        let bytes = BASE64_STANDARD.encode(bytes);
        json!({ "memcmp": { "offset": offset, "bytes": bytes, "encoding": "base64" } })
    };
    match scope {
        Scope::Lanes { market } => vec![Listing {
            program: orderbook::ID,
            filters: json!([
                at(0, Lane::DISCRIMINATOR),
                at(MARKET_OFFSET, market.as_ref())
            ]),
        }],
        Scope::Exchange => PROGRAMS
            .map(|program| Listing {
                program,
                filters: json!([]),
            })
            .into(),
    }
}

impl Listing {
    /// The parameters of a `getProgramAccounts` that lists the accounts.
    pub(super) fn parameters(&self, commitment: CommitmentConfig, min_slot: u64) -> Value {
        json!([
            self.program.to_string(),
            {
                "encoding": "base64",
                "commitment": commitment.commitment,
                "filters": self.filters,
                "withContext": true,
                "minContextSlot": min_slot,
            },
        ])
    }
}

/// A value as of a slot.
#[derive(Deserialize)]
pub(super) struct InContext<T> {
    context: Context,
    value: T,
}

#[derive(Deserialize)]
struct Context {
    slot: u64,
}

/// An account with its address.
#[derive(Deserialize)]
pub(super) struct Keyed {
    pubkey: String,
    account: Account,
}

#[derive(Deserialize)]
struct Account {
    /// Base64, and the word for it.
    data: (String, String),
    owner: String,
}

impl Account {
    /// `None` if it is not encoded as was asked for.
    fn state(&self, address: Pubkey, slot: u64) -> Option<AccountState> {
        if self.data.1 != "base64" {
            return None;
        }
        Some(AccountState {
            address,
            owner: self.owner.parse().ok()?,
            slot,
            data: BASE64_STANDARD.decode(&self.data.0).ok()?,
        })
    }
}

impl Keyed {
    fn state(&self, slot: u64) -> Option<AccountState> {
        self.account.state(self.pubkey.parse().ok()?, slot)
    }
}

impl InContext<Vec<Keyed>> {
    /// The slot and the accounts of a list; `None` if one of them cannot be read.
    pub(super) fn states(&self) -> Option<(u64, Vec<AccountState>)> {
        let slot = self.context.slot;
        let states: Option<Vec<_>> = self.value.iter().map(|keyed| keyed.state(slot)).collect();
        Some((slot, states?))
    }
}

#[derive(Deserialize)]
struct Envelope {
    id: Option<u64>,
    #[serde(default)]
    result: Value,
    error: Option<Value>,
    method: Option<String>,
    params: Option<Notification>,
}

#[derive(Deserialize)]
struct Notification {
    result: Value,
    subscription: u64,
}

#[derive(Deserialize)]
struct SlotInfo {
    slot: u64,
}

/// Reads a message. `None` if it is none that a node sends, or does not decode.
pub(super) fn read(text: &str) -> Option<Incoming> {
    let envelope: Envelope = serde_json::from_str(text).ok()?;
    match (envelope.method.as_deref(), envelope.params, envelope.id) {
        (Some("slotNotification"), Some(params), _) => {
            let info: SlotInfo = serde_json::from_value(params.result).ok()?;
            Some(Incoming::Slot(info.slot))
        }
        (Some("programNotification"), Some(params), _) => {
            let keyed: InContext<Keyed> = serde_json::from_value(params.result).ok()?;
            let state = keyed.value.state(keyed.context.slot)?;
            Some(Incoming::Program(state))
        }
        (Some("accountNotification"), Some(params), _) => {
            let account: InContext<Account> = serde_json::from_value(params.result).ok()?;
            let slot = account.context.slot;
            Some(Incoming::Account {
                subscription: params.subscription,
                state: account.value.state(Pubkey::default(), slot)?,
            })
        }
        (Some(_), _, _) => Some(Incoming::Other),
        (None, _, Some(request)) => Some(match (envelope.error, envelope.result.as_u64()) {
            (Some(error), _) => Incoming::Refused {
                request,
                reason: error["message"]
                    .as_str()
                    .unwrap_or("no reason given")
                    .into(),
            },
            (None, Some(subscription)) => Incoming::Subscribed {
                request,
                subscription,
            },
            (None, None) => Incoming::Other,
        }),
        (None, _, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_nodes_send() {
        assert_eq!(
            read(r#"{"jsonrpc":"2.0","result":23784,"id":2}"#),
            Some(Incoming::Subscribed {
                request: 2,
                subscription: 23_784
            })
        );
        assert_eq!(
            read(r#"{"jsonrpc":"2.0","error":{"code":-32602,"message":"no"},"id":2}"#),
            Some(Incoming::Refused {
                request: 2,
                reason: "no".into()
            })
        );
        assert_eq!(
            read(
                r#"{"jsonrpc":"2.0","method":"slotNotification",
                    "params":{"result":{"parent":75,"root":44,"slot":76},"subscription":0}}"#
            ),
            Some(Incoming::Slot(76))
        );
        let owner = orderbook::ID;
        let account = format!(
            r#"{{"data":["AQID","base64"],"executable":false,"lamports":5,"owner":"{owner}",
                "rentEpoch":635,"space":3}}"#
        );
        let address = Pubkey::new_unique();
        let state = AccountState {
            address,
            owner,
            slot: 5_208_469,
            data: vec![1, 2, 3],
        };
        let text = format!(
            r#"{{"jsonrpc":"2.0","method":"programNotification","params":{{"result":{{
                "context":{{"slot":5208469}},
                "value":{{"pubkey":"{address}","account":{account}}}}},"subscription":24040}}}}"#
        );
        assert_eq!(read(&text), Some(Incoming::Program(state.clone())));
        let text = format!(
            r#"{{"jsonrpc":"2.0","method":"accountNotification","params":{{"result":{{
                "context":{{"slot":5208469}},"value":{account}}},"subscription":7}}}}"#
        );
        let state = AccountState {
            address: Pubkey::default(),
            ..state
        };
        assert_eq!(
            read(&text),
            Some(Incoming::Account {
                subscription: 7,
                state
            })
        );
    }

    #[test]
    fn and_nothing_else() {
        for text in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"id":"x"}"#,
            r#"{"method":"slotNotification"}"#,
        ] {
            let read = read(text);
            assert!(read.is_none() || read == Some(Incoming::Other), "{text}");
        }
        let text = r#"{"method":"programNotification","params":{"result":{},"subscription":1}}"#;
        assert_eq!(read(text), None);
    }
}
