//! Events on their way to a caller who may be slow.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use tokio::sync::Notify;

use super::AccountEvent;

/// A queue that does not grow with time: an update replaces the one of the same account that still
/// waits, and a complete state replaces everything.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: Mutex<Queue>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<AccountEvent>,
    is_closed: bool,
}

impl Outbox {
    /// Adds an event.
    pub(super) fn push(&self, event: AccountEvent) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.push(event);
        drop(queue);
        self.changed.notify_one();
    }

    /// After what waits nothing will come.
    pub(super) fn close(&self) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.is_closed = true;
        drop(queue);
        self.changed.notify_one();
    }

    /// The next event, or `None` at the end. For one caller at a time.
    pub(super) async fn next(&self) -> Option<AccountEvent> {
        loop {
            {
                let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(event) = queue.events.pop_front() {
                    return Some(event);
                }
                if queue.is_closed {
                    return None;
                }
            }
            self.changed.notified().await;
        }
    }
}

impl Queue {
    fn push(&mut self, event: AccountEvent) {
        match event {
            AccountEvent::Update(new) => {
                let waiting = self.events.iter_mut().rev();
                let waiting = waiting.map_while(|event| match event {
                    AccountEvent::Update(old) => Some(old),
                    _ => None,
                });
                let same = waiting.into_iter().find(|old| old.address == new.address);
                match same {
                    Some(old) => *old = new,
                    None => self.events.push_back(AccountEvent::Update(new)),
                }
            }
            AccountEvent::Resynced(snapshot) => {
                // Who never saw the first state still gets one as such.
                let is_first = self
                    .events
                    .iter()
                    .any(|event| matches!(event, AccountEvent::Snapshot(_)));
                self.events.clear();
                self.events.push_back(if is_first {
                    AccountEvent::Snapshot(snapshot)
                } else {
                    AccountEvent::Resynced(snapshot)
                });
            }
            AccountEvent::Snapshot(_) | AccountEvent::Closed { .. } | AccountEvent::Stale(_) => {
                self.events.push_back(event);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use solana_pubkey::Pubkey;

    use super::*;
    use crate::subscribe::{AccountState, Scope, Snapshot, StaleReason};

    fn state(address: Pubkey, slot: u64) -> AccountState {
        AccountState {
            address,
            owner: Pubkey::default(),
            slot,
            data: Vec::new(),
        }
    }

    fn snapshot(slot: u64) -> Snapshot {
        Snapshot {
            scope: Scope::Exchange,
            slot,
            listed: Vec::new(),
            others: Vec::new(),
        }
    }

    #[tokio::test]
    async fn a_slow_reader_gets_the_latest() {
        let outbox = Outbox::default();
        let (one, other) = (Pubkey::new_unique(), Pubkey::new_unique());
        outbox.push(AccountEvent::Snapshot(snapshot(1)));
        for slot in 2..1_000 {
            outbox.push(AccountEvent::Update(state(one, slot)));
            outbox.push(AccountEvent::Update(state(other, slot)));
        }
        let stale = AccountEvent::Stale(StaleReason::Disconnected(String::new()));
        outbox.push(stale.clone());
        outbox.push(AccountEvent::Update(state(one, 1_000)));
        outbox.close();
        let mut seen = Vec::new();
        while let Some(event) = outbox.next().await {
            seen.push(event);
        }
        assert_eq!(
            seen,
            [
                AccountEvent::Snapshot(snapshot(1)),
                AccountEvent::Update(state(one, 999)),
                AccountEvent::Update(state(other, 999)),
                stale,
                AccountEvent::Update(state(one, 1_000)),
            ]
        );
        assert_eq!(outbox.next().await, None);
    }

    #[tokio::test]
    async fn a_complete_state_replaces_what_waits() {
        let outbox = Outbox::default();
        let stale = AccountEvent::Stale(StaleReason::Disconnected(String::new()));
        outbox.push(AccountEvent::Snapshot(snapshot(1)));
        outbox.push(stale.clone());
        outbox.push(AccountEvent::Resynced(snapshot(2)));
        assert_eq!(
            outbox.next().await,
            Some(AccountEvent::Snapshot(snapshot(2)))
        );
        outbox.push(stale);
        outbox.push(AccountEvent::Resynced(snapshot(3)));
        assert_eq!(
            outbox.next().await,
            Some(AccountEvent::Resynced(snapshot(3)))
        );
    }
}
