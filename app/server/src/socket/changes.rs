//! What has changed on the chain since it was last told, and every account as it is there.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use anchor_lang::Discriminator as _;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sealane_sdk::{
    address::CLOCK_SYSVAR,
    governance,
    orderbook::{self, state::Lane},
    subscribe::{AccountEvent, AccountState, Snapshot},
};
use serde_json::json;
use solana_pubkey::Pubkey;

use super::kind::{Kind, address_at};

/// An account as it is told.
#[derive(Clone, Debug)]
pub(super) struct RawAccount {
    /// Whom it concerns.
    pub(super) kind: Kind,
    slot: u64,
    pub(super) is_closed: bool,
    /// As JSON.
    pub(super) text: Arc<str>,
}

/// The last epoch of each farm that has a record.
pub(super) type LastRecords = HashMap<Pubkey, u32>;

/// The order in which accounts are told: what belongs to a venue first. A vault's balance means
/// something only to who knows its vault shard already.
pub(super) type Place = (bool, Pubkey);

/// What has changed.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Markets whose books may look different.
    pub(super) markets: HashSet<Pubkey>,
    /// Owners of lanes and of positions that changed.
    pub(super) owners: HashSet<Pubkey>,
    /// The last epoch of each farm that has a record.
    pub(super) last_records: LastRecords,
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
    last_records: LastRecords,
    changes: Changes,
}

/// Where a lane names its owner.
const OWNER: std::ops::Range<usize> = 40..72;

impl RawAccount {
    fn of(state: &AccountState, before: Option<&Self>) -> Self {
        let text = json!({
            "address": state.address.to_string(),
            "owner": state.owner.to_string(),
            "slot": state.slot,
            "data": BASE64_STANDARD.encode(&state.data),
        });
        Self {
            kind: Kind::of(state).after(before.map(|before| &before.kind)),
            slot: state.slot,
            is_closed: false,
            text: text.to_string().into(),
        }
    }

    /// Where it is told.
    pub(super) fn place(&self, address: Pubkey) -> Place {
        (self.kind == Kind::Shared, address)
    }

    fn closed(address: &Pubkey, slot: u64, kind: Kind) -> Self {
        let text = json!({ "address": address.to_string(), "slot": slot, "closed": true });
        Self {
            kind,
            slot,
            is_closed: true,
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
        let mut inner = self.lock();
        let changes = std::mem::take(&mut inner.changes);
        Changes {
            last_records: inner.last_records.clone(),
            ..changes
        }
    }

    /// Every account that concerns somebody, in the order in which they are told.
    pub(super) fn accounts(
        &self,
        concerns: impl Fn(&RawAccount, &LastRecords) -> bool,
    ) -> Vec<Arc<str>> {
        let inner = self.lock();
        let last_records = &inner.last_records;
        let concerns = |account: &RawAccount| concerns(account, last_records);
        let concerned = inner.all.iter().filter(|(_, account)| concerns(account));
        let mut concerned: Vec<(Place, Arc<str>)> = concerned
            .map(|(address, account)| (account.place(*address), Arc::clone(&account.text)))
            .collect();
        concerned.sort_unstable_by_key(|(place, _)| *place);
        concerned.into_iter().map(|(_, text)| text).collect()
    }

    /// The positions that a wallet owns or may vote with, their votes, and the records of epochs that
    /// they have not claimed, in the order in which they are told.
    pub(super) fn positions(&self, wallet: &Pubkey) -> Vec<Arc<str>> {
        let unclaimed = {
            let inner = self.lock();
            let positions = inner.all.values().filter(|known| known.kind.is_of(wallet));
            let mut unclaimed: HashMap<Pubkey, u32> = HashMap::new();
            for known in positions {
                if let Kind::Position {
                    farm, claim_from, ..
                } = known.kind
                {
                    let from = unclaimed.entry(farm).or_insert(claim_from);
                    *from = claim_from.min(*from);
                }
            }
            unclaimed
        };
        self.accounts(|account, _| match &account.kind {
            Kind::Record { farm, epoch } => unclaimed.get(farm).is_some_and(|from| from <= epoch),
            kind => kind.is_of(wallet),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn update(&mut self, state: &AccountState) {
        let before = self.all.get(&state.address);
        self.put(state, RawAccount::of(state, before));
    }

    fn put(&mut self, state: &AccountState, mut raw: RawAccount) {
        if let Some(position) = raw.kind.voting_position() {
            let position = self.all.get(&position).map(|known| known.kind);
            raw.kind = raw.kind.with_position(position.as_ref());
        }
        if let Kind::Record { farm, epoch } = raw.kind {
            let last = self.last_records.entry(farm).or_default();
            *last = epoch.max(*last);
        }
        let changes = &mut self.changes;
        changes.is_more_than_time |= state.address != CLOCK_SYSVAR;
        if state.owner == orderbook::ID {
            changes.markets.extend(raw.kind.venue());
            if state.data.starts_with(Lane::DISCRIMINATOR) {
                changes.owners.extend(address_at(&state.data, OWNER));
            }
        }
        changes.owners.extend(raw.kind.wallets());
        changes.accounts.insert(state.address, raw.clone());
        self.all.insert(state.address, raw);
    }

    fn close(&mut self, address: &Pubkey, slot: u64) {
        let kind = self.all.remove(address).map(|known| known.kind);
        let kind = kind.unwrap_or(Kind::Shared);
        let changes = &mut self.changes;
        changes.is_more_than_time = true;
        changes.markets.extend(kind.venue());
        // Whose it was is not known any more: all are looked at.
        changes.is_resynced = true;
        let raw = RawAccount::closed(address, slot, kind);
        changes.accounts.insert(*address, raw);
    }

    fn replace(&mut self, snapshot: &Snapshot) {
        let before = std::mem::take(&mut self.all);
        let states = snapshot.listed.iter().chain(&snapshot.others);
        // Records of votes concern whom the positions belong to, so that these come first.
        let (last, first): (Vec<_>, Vec<_>) =
            states.partition(|state| state.owner == governance::ID);
        for state in first.into_iter().chain(last) {
            let raw = RawAccount::of(state, before.get(&state.address));
            self.put(state, raw);
        }
        for (address, known) in before {
            if !self.all.contains_key(&address) {
                let slot = snapshot.slot.max(known.slot);
                let raw = RawAccount::closed(&address, slot, known.kind);
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
        assert_eq!(gathering.accounts(|_, _| true).len(), 1);
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
        assert!(gathering.accounts(|_, _| true).is_empty());
        assert!(!gathering.take().is_more_than_time);
    }
}
