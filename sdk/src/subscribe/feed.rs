//! What a subscription knows, and what it says about what comes in. No I/O.

use std::collections::{BTreeMap, BTreeSet};

use solana_pubkey::Pubkey;

use super::{AccountState, LaneEvent, Snapshot, StaleReason, is_lane_of};

/// The states known of a market's lanes and of the other accounts that are followed.
#[derive(Debug)]
pub(super) struct Feed {
    market: Pubkey,
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
    pub(super) fn new(market: Pubkey) -> Self {
        Self {
            market,
            phase: Phase::Syncing,
            known: BTreeMap::new(),
            had_state: false,
        }
    }

    /// The connection is lost. Tells so if that is news.
    pub(super) fn lost(&mut self, reason: StaleReason) -> Option<LaneEvent> {
        let was_live = self.phase == Phase::Live;
        self.phase = Phase::Syncing;
        self.known.clear();
        was_live.then_some(LaneEvent::Stale(reason))
    }

    /// An account has changed.
    pub(super) fn update(&mut self, state: AccountState) -> Option<LaneEvent> {
        let known = self.known.get(&state.address);
        if known.is_some_and(|known| state.slot < known.slot || same(known, &state)) {
            return None;
        }
        // Closed, and perhaps not noticed otherwise.
        let was_lane = known.is_some_and(|known| is_lane_of(known, &self.market));
        let is_gone = was_lane && !is_lane_of(&state, &self.market);
        let (address, slot) = (state.address, state.slot);
        self.known.insert(address, state.clone());
        if self.phase == Phase::Syncing {
            return None;
        }
        Some(if is_gone {
            LaneEvent::Closed {
                lane: address,
                slot,
            }
        } else {
            LaneEvent::Update(state)
        })
    }

    /// A complete state has been fetched: the first one of this connection, or one to compare with.
    pub(super) fn complete(&mut self, fetched: Snapshot) -> Vec<LaneEvent> {
        match self.phase {
            Phase::Syncing => vec![self.synced(fetched)],
            Phase::Live => self.compared(fetched),
        }
    }

    /// Puts what came meanwhile on top.
    fn synced(&mut self, fetched: Snapshot) -> LaneEvent {
        let (market, slot) = (fetched.market, fetched.slot);
        let mut merged: BTreeMap<Pubkey, AccountState> = BTreeMap::new();
        for state in fetched.lanes.into_iter().chain(fetched.others) {
            merged.insert(state.address, state);
        }
        for (address, state) in std::mem::take(&mut self.known) {
            match merged.get(&address) {
                // Nodes report the states within a slot in order, so the later word counts.
                Some(listed) if listed.slot > state.slot => {}
                // A lane from before the list that is not on it has been closed.
                None if state.slot < slot && is_lane_of(&state, &market) => {}
                _ => {
                    merged.insert(address, state);
                }
            }
        }
        self.known = merged;
        self.phase = Phase::Live;
        let is_lane = |state: &&AccountState| is_lane_of(state, &market);
        let is_other = |state: &&AccountState| !is_lane_of(state, &market);
        let snapshot = Snapshot {
            market,
            slot,
            lanes: self.known.values().filter(is_lane).cloned().collect(),
            others: self.known.values().filter(is_other).cloned().collect(),
        };
        if std::mem::replace(&mut self.had_state, true) {
            LaneEvent::Resynced(snapshot)
        } else {
            LaneEvent::Snapshot(snapshot)
        }
    }

    /// Tells what notifications have not told.
    fn compared(&mut self, fetched: Snapshot) -> Vec<LaneEvent> {
        let listed: BTreeSet<Pubkey> = fetched.lanes.iter().map(|lane| lane.address).collect();
        let slot = fetched.slot;
        let closed: Vec<Pubkey> = self
            .known
            .values()
            .filter(|state| is_lane_of(state, &self.market) && state.slot < slot)
            .map(|state| state.address)
            .filter(|address| !listed.contains(address))
            .collect();
        let mut events = Vec::new();
        for lane in closed {
            self.known.remove(&lane);
            events.push(LaneEvent::Closed { lane, slot });
        }
        let states = fetched.lanes.into_iter().chain(fetched.others);
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
    use crate::subscribe::tests::{gone, lane_state};

    fn snapshot(market: Pubkey, slot: u64, lanes: Vec<AccountState>) -> Snapshot {
        Snapshot {
            market,
            slot,
            lanes,
            others: Vec::new(),
        }
    }

    #[test]
    fn what_came_while_fetching_goes_on_top() {
        let [market, one, two, three, four] = [(); 5].map(|()| Pubkey::new_unique());
        let mut feed = Feed::new(market);
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
        assert_eq!(events, [LaneEvent::Snapshot(snapshot(market, 10, lanes))]);
        // Older states and repetitions are no news.
        assert_eq!(feed.update(state(three, 11, 9)), None);
        assert_eq!(feed.update(state(three, 13, 3)), None);
        assert!(matches!(
            feed.update(state(three, 13, 4)),
            Some(LaneEvent::Update(_))
        ));
    }

    #[test]
    fn lists_tell_what_was_closed_or_missed() {
        let [market, one, two, three] = [(); 4].map(|()| Pubkey::new_unique());
        let mut feed = Feed::new(market);
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
                LaneEvent::Closed {
                    lane: one,
                    slot: 20
                },
                LaneEvent::Update(state(two, 20, 2)),
            ]
        );
        assert_eq!(
            feed.update(gone(three, 31)),
            Some(LaneEvent::Closed {
                lane: three,
                slot: 31
            })
        );
    }

    #[test]
    fn losing_the_connection_is_told_once() {
        let market = Pubkey::new_unique();
        let mut feed = Feed::new(market);
        let reason = || StaleReason::Disconnected("gone".into());
        assert_eq!(feed.lost(reason()), None);
        feed.complete(snapshot(market, 1, vec![]));
        assert_eq!(feed.lost(reason()), Some(LaneEvent::Stale(reason())));
        assert_eq!(feed.lost(reason()), None);
        let events = feed.complete(snapshot(market, 2, vec![]));
        assert_eq!(events, [LaneEvent::Resynced(snapshot(market, 2, vec![]))]);
    }
}
