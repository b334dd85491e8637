//! What a subscription knows, and what it says about what comes in. No I/O.

use std::collections::{BTreeMap, BTreeSet};

use solana_pubkey::Pubkey;

use super::{AccountEvent, AccountState, Scope, Snapshot, StaleReason, is_closable};

/// The states known of a scope's accounts and of the others that are followed.
#[derive(Debug)]
pub(super) struct Feed {
    scope: Scope,
    phase: Phase,
    /// While live the latest state of each account; while it is not, what came since the
    /// subscription began.
    known: BTreeMap<Pubkey, AccountState>,
    had_state: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Changes come in, or will; the complete state is not there yet.
    Syncing,
    /// Complete.
    Live,
}

impl Feed {
    pub(super) fn new(scope: Scope) -> Self {
        Self {
            scope,
            phase: Phase::Syncing,
            known: BTreeMap::new(),
            had_state: false,
        }
    }

    /// The connection is lost. Tells so if that is news.
    pub(super) fn lost(&mut self, reason: StaleReason) -> Option<AccountEvent> {
        let was_live = self.phase == Phase::Live;
        self.phase = Phase::Syncing;
        self.known.clear();
        was_live.then_some(AccountEvent::Stale(reason))
    }

    /// An account has changed.
    pub(super) fn update(&mut self, state: AccountState) -> Option<AccountEvent> {
        let known = self.known.get(&state.address);
        if known.is_some_and(|known| state.slot < known.slot || same(known, &state)) {
            return None;
        }
        // Closed, and perhaps not noticed otherwise.
        let was_listed = known.is_some_and(|known| self.scope.lists(known));
        let is_gone = was_listed && !self.scope.lists(&state);
        let (address, slot) = (state.address, state.slot);
        self.known.insert(address, state.clone());
        if self.phase == Phase::Syncing {
            return None;
        }
        Some(if is_gone {
            AccountEvent::Closed { address, slot }
        } else {
            AccountEvent::Update(state)
        })
    }

    /// The known accounts that are watched for being closed.
    pub(super) fn closable(&self) -> impl Iterator<Item = &Pubkey> {
        let closable = self.known.iter().filter(|(_, state)| is_closable(state));
        closable.map(|(address, _)| address)
    }

    /// A complete state has been fetched: the first one of this connection, or one to compare with.
    pub(super) fn complete(&mut self, fetched: Snapshot) -> Vec<AccountEvent> {
        match self.phase {
            Phase::Syncing => vec![self.synced(fetched)],
            Phase::Live => self.compared(fetched),
        }
    }

    /// Puts what came meanwhile on top.
    fn synced(&mut self, fetched: Snapshot) -> AccountEvent {
        let (scope, slot) = (fetched.scope, fetched.slot);
        let mut merged: BTreeMap<Pubkey, AccountState> = BTreeMap::new();
        for state in fetched.listed.into_iter().chain(fetched.others) {
            merged.insert(state.address, state);
        }
        for (address, state) in std::mem::take(&mut self.known) {
            match merged.get(&address) {
                // Nodes report the states within a slot in order, so the later word counts.
                Some(listed) if listed.slot > state.slot => {}
                // One from before the list that is not on it has been closed.
                None if state.slot < slot && scope.lists(&state) => {}
                _ => {
                    merged.insert(address, state);
                }
            }
        }
        self.known = merged;
        self.phase = Phase::Live;
        let (listed, others) = self
            .known
            .values()
            .cloned()
            .partition(|state| scope.lists(state));
        let snapshot = Snapshot {
            scope,
            slot,
            listed,
            others,
        };
        if std::mem::replace(&mut self.had_state, true) {
            AccountEvent::Resynced(snapshot)
        } else {
            AccountEvent::Snapshot(snapshot)
        }
    }

    /// Tells what notifications have not told.
    fn compared(&mut self, fetched: Snapshot) -> Vec<AccountEvent> {
        let listed: BTreeSet<Pubkey> = fetched.listed.iter().map(|state| state.address).collect();
        let slot = fetched.slot;
        let closed: Vec<Pubkey> = self
            .known
            .values()
            .filter(|state| self.scope.lists(state) && state.slot < slot)
            .map(|state| state.address)
            .filter(|address| !listed.contains(address))
            .collect();
        let mut events = Vec::new();
        for address in closed {
            self.known.remove(&address);
            events.push(AccountEvent::Closed { address, slot });
        }
        let states = fetched.listed.into_iter().chain(fetched.others);
        for state in states {
            // A state of the slot that is known already may be the older one within it.
            let known = self.known.get(&state.address);
            if known.is_none_or(|known| known.slot < state.slot) {
                events.extend(self.update(state));
            }
        }
        events
    }
}

/// Whether nothing but the slot differs.
fn same(one: &AccountState, other: &AccountState) -> bool {
    one.owner == other.owner && one.data == other.data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscribe::tests::node::{gone, lane_state};

    fn snapshot(market: Pubkey, slot: u64, listed: Vec<AccountState>) -> Snapshot {
        Snapshot {
            scope: Scope::Lanes { market },
            slot,
            listed,
            others: Vec::new(),
        }
    }

    #[test]
    fn what_came_while_fetching_goes_on_top() {
        let [market, one, two, three, four] = [(); 5].map(|()| Pubkey::new_unique());
        let mut feed = Feed::new(Scope::Lanes { market });
        let state = |address, slot, lots| lane_state(market, address, slot, lots);
        // Older than the list, of its slot, newer, and of a lane that was closed before the list.
        assert_eq!(feed.update(state(one, 5, 1)), None);
        assert_eq!(feed.update(state(two, 10, 2)), None);
        assert_eq!(feed.update(state(three, 12, 3)), None);
        assert_eq!(feed.update(state(four, 7, 4)), None);
        let listed = vec![state(one, 10, 10), state(two, 10, 20)];
        let events = feed.complete(snapshot(market, 10, listed));
        let mut lanes = vec![state(one, 10, 10), state(two, 10, 2), state(three, 12, 3)];
        lanes.sort_by_key(|lane| lane.address);
        assert_eq!(
            events,
            [AccountEvent::Snapshot(snapshot(market, 10, lanes))]
        );
        // Older states and repetitions are no news.
        assert_eq!(feed.update(state(three, 11, 9)), None);
        assert_eq!(feed.update(state(three, 13, 3)), None);
        assert!(matches!(
            feed.update(state(three, 13, 4)),
            Some(AccountEvent::Update(_))
        ));
    }

    #[test]
    fn lists_tell_what_was_closed_or_missed() {
        let [market, one, two, three] = [(); 4].map(|()| Pubkey::new_unique());
        let mut feed = Feed::new(Scope::Lanes { market });
        let state = |address, slot, lots| lane_state(market, address, slot, lots);
        feed.complete(snapshot(
            market,
            10,
            vec![state(one, 10, 1), state(two, 10, 1)],
        ));
        feed.update(state(three, 30, 1));
        let events = feed.complete(snapshot(market, 20, vec![state(two, 20, 2)]));
        assert_eq!(
            events,
            [
                AccountEvent::Closed {
                    address: one,
                    slot: 20
                },
                AccountEvent::Update(state(two, 20, 2)),
            ]
        );
        assert_eq!(
            feed.update(gone(three, 31)),
            Some(AccountEvent::Closed {
                address: three,
                slot: 31
            })
        );
    }

    #[test]
    fn losing_the_connection_is_told_once() {
        let market = Pubkey::new_unique();
        let mut feed = Feed::new(Scope::Lanes { market });
        let reason = || StaleReason::Disconnected("gone".into());
        assert_eq!(feed.lost(reason()), None);
        feed.complete(snapshot(market, 1, vec![]));
        assert_eq!(feed.lost(reason()), Some(AccountEvent::Stale(reason())));
        assert_eq!(feed.lost(reason()), None);
        let events = feed.complete(snapshot(market, 2, vec![]));
        assert_eq!(
            events,
            [AccountEvent::Resynced(snapshot(market, 2, vec![]))]
        );
    }
}
