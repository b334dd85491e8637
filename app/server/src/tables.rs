//! Lookup tables that transactions may use: those that the gateway was told of, kept at hand, and
//! those that a request names.

use std::time::{Duration, Instant};

use sealane_sdk::{client::Client, lookup::AddressLookupTableAccount};
use solana_pubkey::Pubkey;
use tokio::sync::Mutex;

use crate::error::ApiError;

/// Tables that a request can name.
pub(crate) const MAX_NAMED: usize = 8;
/// How long the gateway's own are used as they are: they may be extended.
const FRESH: Duration = Duration::from_secs(60);

/// The gateway's own tables.
#[derive(Debug)]
pub(crate) struct Tables {
    addresses: Vec<Pubkey>,
    known: Mutex<Known>,
}

/// As they were when they were fetched last.
#[derive(Debug, Default)]
struct Known {
    fetched_at: Option<Instant>,
    tables: Vec<AddressLookupTableAccount>,
}

impl Tables {
    pub(crate) fn new(addresses: Vec<Pubkey>) -> Self {
        Self {
            addresses,
            known: Mutex::default(),
        }
    }

    /// The gateway's own tables and those that are named.
    ///
    /// # Errors
    /// `unknown_account` for a named one that is no table, `node_unavailable`. The gateway's own
    /// are used as they were, or not at all, if the node does not tell.
    pub(crate) async fn at_hand(
        &self,
        mut client: Client,
        named: &[Pubkey],
    ) -> Result<Vec<AddressLookupTableAccount>, ApiError> {
        if named.len() > MAX_NAMED {
            return Err(ApiError::bad_request(
                format!(
                    "{} lookup tables are too many for one transaction",
                    named.len()
                ),
                format!("name at most {MAX_NAMED}"),
            ));
        }
        client.use_lookup_tables(named).await?;
        let mut tables = client.lookup_tables().to_vec();
        for own in self.own(client).await {
            if tables.iter().all(|table| table.key != own.key) {
                tables.push(own);
            }
        }
        Ok(tables)
    }

    async fn own(&self, mut client: Client) -> Vec<AddressLookupTableAccount> {
        if self.addresses.is_empty() {
            return Vec::new();
        }
        let mut known = self.known.lock().await;
        if known.fetched_at.is_none_or(|at| at.elapsed() >= FRESH) {
            known.fetched_at = Some(Instant::now());
            match client.use_lookup_tables(&self.addresses).await {
                Ok(()) => known.tables = client.lookup_tables().to_vec(),
                Err(error) => tracing::warn!(%error, "the gateway's lookup tables are not at hand"),
            }
        }
        known.tables.clone()
    }
}
