//! Which worker has which market.

use std::collections::HashMap;

use super::{
    market::MarketId,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Where a market is: markets never move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) worker: usize,
    /// Its position among the worker's markets.
    pub(super) slot: usize,
}

/// All markets' places. Producers look here once for each market, and remember.
#[derive(Debug)]
pub(super) struct Placement(Mutex<Table>);

#[derive(Debug)]
pub(super) struct Table {
    places: HashMap<MarketId, Place>,
    /// How many markets each worker has.
    loads: Vec<usize>,
}

impl Placement {
    pub(super) fn new(workers: usize) -> Self {
        Self(Mutex::new(Table {
            places: HashMap::new(),
            loads: vec![0; workers],
        }))
    }

    pub(super) fn find(&self, market: MarketId) -> Option<Place> {
        self.lock().find(market)
    }

    /// The table, for a market to be opened and entered before another is.
    pub(super) fn lock(&self) -> MutexGuard<'_, Table> {
        // Every change is one call below, whole or not begun.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    pub(super) fn find(&self, market: MarketId) -> Option<Place> {
        self.places.get(&market).copied()
    }

    /// Enters a market, or says where it is already.
    pub(super) fn insert(&mut self, market: MarketId, place: Place) -> Result<(), Place> {
        if let Some(found) = self.find(market) {
            return Err(found);
        }
        self.places.insert(market, place);
        self.loads[place.worker] += 1;
        Ok(())
    }

    /// The worker with the fewest markets, of those that `is_usable`; the first of equals.
    pub(super) fn least_loaded(&self, is_usable: impl Fn(usize) -> bool) -> Option<usize> {
        (0..self.loads.len())
            .filter(|worker| is_usable(*worker))
            .min_by_key(|worker| self.loads[*worker])
    }

    pub(super) fn markets(&self) -> Vec<MarketId> {
        let mut markets: Vec<_> = self.places.keys().copied().collect();
        markets.sort_unstable();
        markets
    }
}
