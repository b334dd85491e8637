//! What has changed on the chain since it was last told, and every account as it is there.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use anchor_lang::Discriminator as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sealane_sdk::{
    address::CLOCK_SYSVAR,
    amm,
    orderbook::{
        self,
        state::{Lane, Market},
    },
    subscribe::{AccountEvent, AccountState, Snapshot},
};
use serde_json::json;
use solana_pubkey::Pubkey;

/// An account as it is told.
#[derive(Clone, Debug)]
pub(super) struct RawAccount {
    /// The pool or the market that it belongs to; `None`: it concerns all.
    pub(super) venue: Option<Pubkey>,
    slot: u64,
    /// As JSON.
    pub(super) text: Arc<str>,
}

/// The order in which accounts are told: what belongs to a venue first. A vault's balance means
/// something only to who knows its vault shard already.
pub(super) type Place = (bool, Pubkey);

/// What has changed.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Markets whose books may look different.
    pub(super) markets: HashSet<Pubkey>,
    /// Owners of lanes that changed.
    pub(super) owners: HashSet<Pubkey>,
    /// Accounts, as they are told.
    pub(super) accounts: BTreeMap<Pubkey, RawAccount>,
    /// Whether anything but the clock has changed.
    pub(super) is_more_than_time: bool,
    /// Whether everything may be different.
    pub(super) is_resynced: bool,
}

/// Gathers what changes.
#[derive(Debug, Default)]
pub(super) struct Gathering(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    all: HashMap<Pubkey, RawAccount>,
    changes: Changes,
}

/// Where accounts of a venue name it: behind the discriminator.
const VENUE: std::ops::Range<usize> = 8..40;
/// Where a lane names its owner.
const OWNER: std::ops::Range<usize> = 40..72;

fn address_at(data: &[u8], range: std::ops::Range<usize>) -> Option<Pubkey> {
    let bytes: [u8; 32] = data.get(range)?.try_into().ok()?;
    Some(Pubkey::new_from_array(bytes))
}

/// The pool or the market that an account belongs to.
fn venue_of(state: &AccountState) -> Option<Pubkey> {
    let is_venue = match state.owner {
        owner if owner == amm::ID => state.data.starts_with(amm::state::Pool::DISCRIMINATOR),
        owner if owner == orderbook::ID => state.data.starts_with(Market::DISCRIMINATOR),
        _ => return None,
    };
    match is_venue {
        true => Some(state.address),
        false => address_at(&state.data, VENUE),
    }
}

impl RawAccount {
    fn of(state: &AccountState) -> Self {
        let text = json!({
            "address": state.address.to_string(),
            "owner": state.owner.to_string(),
            "slot": state.slot,
            "data": BASE64_STANDARD.encode(&state.data),
        });
        Self {
            venue: venue_of(state),
            slot: state.slot,
            text: text.to_string().into(),
        }
    }

    /// Where it is told.
    pub(super) fn place(&self, address: Pubkey) -> Place {
        (self.venue.is_none(), address)
    }

    fn closed(address: &Pubkey, slot: u64, venue: Option<Pubkey>) -> Self {
        let text = json!({ "address": address.to_string(), "slot": slot, "closed": true });
        Self {
            venue,
            slot,
            text: text.to_string().into(),
        }
    }
}

impl Gathering {
    /// Takes in what the subscription says.
    pub(super) fn note(&self, event: &AccountEvent) {
        let mut inner = self.lock();
        match event {
            AccountEvent::Update(state) => inner.update(state),
            AccountEvent::Closed { address, slot } => inner.close(address, *slot),
            AccountEvent::Snapshot(snapshot) | AccountEvent::Resynced(snapshot) => {
                inner.replace(snapshot);
            }
            AccountEvent::Stale(_) => {}
        }
    }

    /// What has changed since this was last asked.
    pub(super) fn take(&self) -> Changes {
        std::mem::take(&mut self.lock().changes)
    }

    /// Every account of some venues, or of all if none is named, in the order in which they are
    /// told.
    pub(super) fn accounts(&self, concerns: impl Fn(&RawAccount) -> bool) -> Vec<Arc<str>> {
        let inner = self.lock();
        let concerned = inner.all.iter().filter(|(_, account)| concerns(account));
        let mut concerned: Vec<(Place, Arc<str>)> = concerned
            .map(|(address, account)| (account.place(*address), Arc::clone(&account.text)))
            .collect();
        concerned.sort_unstable_by_key(|(place, _)| *place);
        concerned.into_iter().map(|(_, text)| text).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn update(&mut self, state: &AccountState) {
        let raw = RawAccount::of(state);
        let changes = &mut self.changes;
        changes.is_more_than_time |= state.address != CLOCK_SYSVAR;
        if state.owner == orderbook::ID {
            changes.markets.extend(raw.venue);
            if state.data.starts_with(Lane::DISCRIMINATOR) {
                changes.owners.extend(address_at(&state.data, OWNER));
            }
        }
        changes.accounts.insert(state.address, raw.clone());
        self.all.insert(state.address, raw);
    }

    fn close(&mut self, address: &Pubkey, slot: u64) {
        let venue = self.all.remove(address).and_then(|known| known.venue);
        let changes = &mut self.changes;
        changes.is_more_than_time = true;
        changes.markets.extend(venue);
        // Whose it was is not known any more: all are looked at.
        changes.is_resynced = true;
        let raw = RawAccount::closed(address, slot, venue);
        changes.accounts.insert(*address, raw);
    }

    fn replace(&mut self, snapshot: &Snapshot) {
        let before = std::mem::take(&mut self.all);
        for state in snapshot.listed.iter().chain(&snapshot.others) {
            self.update(state);
        }
        for (address, known) in before {
            if !self.all.contains_key(&address) {
                let slot = snapshot.slot.max(known.slot);
                let raw = RawAccount::closed(&address, slot, known.venue);
                self.changes.accounts.insert(address, raw);
            }
        }
        self.changes.is_resynced = true;
        self.changes.is_more_than_time = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(byte: u8, slot: u64) -> AccountState {
        AccountState {
            address: Pubkey::new_from_array([byte; 32]),
            owner: orderbook::ID,
            slot,
            data: [Lane::DISCRIMINATOR, &[7; 64], &[byte; 8]].concat(),
        }
    }

    fn snapshot(listed: Vec<AccountState>) -> Snapshot {
        Snapshot {
            scope: sealane_sdk::subscribe::Scope::Exchange,
            slot: 9,
            listed,
            others: Vec::new(),
        }
    }

    #[test]
    fn what_is_missing_after_a_gap_is_told_as_closed() {
        let gathering = Gathering::default();
        gathering.note(&AccountEvent::Snapshot(snapshot(vec![
            state(1, 5),
            state(2, 5),
        ])));
        assert_eq!(gathering.take().accounts.len(), 2);
        gathering.note(&AccountEvent::Resynced(snapshot(vec![state(2, 8)])));
        let changes = gathering.take();
        let gone = &changes.accounts[&Pubkey::new_from_array([1; 32])];
        assert!(gone.text.contains("\"closed\":true"), "{}", gone.text);
        assert!(changes.is_resynced);
        assert_eq!(gathering.accounts(|_| true).len(), 1);
    }

    #[test]
    fn lanes_tell_their_market_and_owner() {
        let gathering = Gathering::default();
        gathering.note(&AccountEvent::Update(state(1, 5)));
        let changes = gathering.take();
        let seven = Pubkey::new_from_array([7; 32]);
        assert!(changes.markets.contains(&seven) && changes.owners.contains(&seven));
        let address = Pubkey::new_from_array([1; 32]);
        gathering.note(&AccountEvent::Closed { address, slot: 6 });
        assert!(gathering.take().markets.contains(&seven));
        assert!(gathering.accounts(|_| true).is_empty());
        assert!(!gathering.take().is_more_than_time);
    }
}
