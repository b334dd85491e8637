//! A worker's markets as one machine for its journal, and the records that it is told.
//!
//! | at | bytes | record |
//! |---:|------:|---|
//! | 0 | 1 | kind: 0 for a command, 1 for a new market |
//! | 1 | 4 | market |
//! | 5 | rest | the command, or the market's snapshot |

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use sealane_journal::{Machine, Sequence};
use xxhash_rust::xxh3::Xxh3;

use super::{
    error::ReplayError,
    market::{Market, MarketId},
    outcome::panic_message,
    output::{EventOf, Outputs, Published, Source, Streams},
};

/// Bytes before a record's payload.
pub(super) const RECORD_PREFIX: usize = 5;
const COMMAND: u8 = 0;
const OPEN: u8 = 1;

/// Writes the record of a command.
pub(super) fn command_record<M: Market>(
    market: MarketId,
    command: &M::Command,
    into: &mut Vec<u8>,
) {
    prefix(COMMAND, market, into);
    M::encode(command, into);
}

/// Writes the record that opens a market.
pub(super) fn open_record<M: Market>(market: MarketId, state: &M, into: &mut Vec<u8>) {
    prefix(OPEN, market, into);
    state.snapshot(into);
}

fn prefix(kind: u8, market: MarketId, into: &mut Vec<u8>) {
    into.clear();
    into.push(kind);
    into.extend_from_slice(&market.0.to_le_bytes());
}

/// A market panicked.
pub(super) struct MarketPanic {
    pub(super) market: MarketId,
    pub(super) message: String,
}

impl From<MarketPanic> for ReplayError {
    fn from(MarketPanic { market, message }: MarketPanic) -> Self {
        Self::Panicked { market, message }
    }
}

/// The markets of one worker.
#[derive(Debug)]
pub(super) struct Markets<M: Market> {
    /// In the order in which they were opened: places stay.
    markets: Vec<(MarketId, M)>,
    slots: HashMap<MarketId, usize>,
    /// What the last record's market said.
    pub(super) outputs: Outputs<M>,
}

impl<M: Market> Markets<M> {
    pub(super) fn new() -> Self {
        Self {
            markets: Vec::new(),
            slots: HashMap::new(),
            outputs: Outputs::new(Streams::NONE),
        }
    }

    /// The markets' numbers, in the order of their slots.
    pub(super) fn ids(&self) -> impl Iterator<Item = MarketId> + '_ {
        self.markets.iter().map(|(market, _)| *market)
    }

    pub(super) fn get(&self, slot: usize) -> Option<&M> {
        self.markets.get(slot).map(|(_, state)| state)
    }

    /// Adds a market and returns its slot.
    pub(super) fn open(&mut self, market: MarketId, state: M) -> Result<usize, ReplayError> {
        if self.slots.contains_key(&market) {
            return Err(ReplayError::MarketTwice(market));
        }
        let slot = self.markets.len();
        self.markets.push((market, state));
        self.slots.insert(market, slot);
        Ok(slot)
    }

    /// Carries out a command; what of it is wanted is in [`outputs`](Self::outputs) then. After a
    /// panic the market is not to be used.
    pub(super) fn command(
        &mut self,
        slot: usize,
        command: &M::Command,
        wanted: Streams,
    ) -> Result<(), MarketPanic> {
        self.outputs.begin(wanted);
        let (market, state) = &mut self.markets[slot];
        let outputs = &mut self.outputs;
        catch_unwind(AssertUnwindSafe(|| state.apply(command, outputs))).map_err(|payload| {
            MarketPanic {
                market: *market,
                message: panic_message(&*payload),
            }
        })
    }

    /// Says what a market was opened with, as changes to nothing.
    pub(super) fn opened(&mut self, slot: usize, wanted: Streams) {
        self.outputs.opened(&self.markets[slot].1, wanted);
    }

    /// Applies a record, and returns the market that it is for.
    fn record(&mut self, record: &[u8], wanted: Streams) -> Result<MarketId, ReplayError> {
        let bytes = record.len();
        let malformed = ReplayError::Malformed { bytes };
        let Some((&[kind, market @ ..], payload)) = record.split_first_chunk::<RECORD_PREFIX>()
        else {
            return Err(malformed);
        };
        let market = MarketId(u32::from_le_bytes(market));
        let not_understood = |error: M::Error| ReplayError::Market {
            market,
            source: Box::new(error),
        };
        match kind {
            COMMAND => {
                let slot = self.slots.get(&market);
                let slot = *slot.ok_or(ReplayError::UnknownMarket(market))?;
                let command = M::decode(payload).map_err(not_understood)?;
                self.command(slot, &command, wanted)?;
            }
            OPEN => {
                let state = M::restore(payload).map_err(not_understood)?;
                let slot = self.open(market, state)?;
                self.opened(slot, wanted);
            }
            _ => return Err(malformed),
        }
        Ok(market)
    }
}

impl<M: Market> Machine for Markets<M> {
    type Error = ReplayError;

    fn apply(&mut self, _: Sequence, record: &[u8]) -> Result<(), ReplayError> {
        self.record(record, Streams::NONE).map(drop)
    }

    fn state_hash(&self) -> u64 {
        let mut hash = Xxh3::new();
        for (market, state) in &self.markets {
            hash.update(&market.0.to_le_bytes());
            hash.update(&state.state_hash().to_le_bytes());
        }
        hash.digest()
    }

    /// For each market its number, the length of its snapshot (eight bytes) and the snapshot.
    fn snapshot(&self, into: &mut Vec<u8>) {
        for (market, state) in &self.markets {
            into.extend_from_slice(&market.0.to_le_bytes());
            let at = into.len();
            into.extend_from_slice(&[0; 8]);
            state.snapshot(into);
            let length = (into.len() - at - 8) as u64;
            into[at..at + 8].copy_from_slice(&length.to_le_bytes());
        }
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), ReplayError> {
        let malformed = || ReplayError::Malformed { bytes: bytes.len() };
        *self = Self::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (market, after) = rest.split_first_chunk().ok_or_else(malformed)?;
            let (length, after) = after.split_first_chunk().ok_or_else(malformed)?;
            let market = MarketId(u32::from_le_bytes(*market));
            let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| malformed())?;
            let (state, after) = after.split_at_checked(length).ok_or_else(malformed)?;
            let state = M::restore(state).map_err(|error| ReplayError::Market {
                market,
                source: Box::new(error),
            })?;
            self.open(market, state)?;
            rest = after;
        }
        Ok(())
    }
}

/// Takes what replay says anew.
pub(super) type OnReplay<'a, M> = &'a (dyn Fn(&Published<EventOf<M>>) + Sync);

/// A worker's markets during recovery.
pub(super) struct Replaying<'a, M: Market> {
    pub(super) markets: Markets<M>,
    pub(super) worker: usize,
    pub(super) streams: Streams,
    pub(super) on_replay: OnReplay<'a, M>,
}

impl<M: Market> Machine for Replaying<'_, M> {
    type Error = ReplayError;

    fn apply(&mut self, sequence: Sequence, record: &[u8]) -> Result<(), ReplayError> {
        let market = self.markets.record(record, self.streams)?;
        let source = Source {
            worker: self.worker,
            market,
            sequence,
        };
        self.markets.outputs.send(self.streams, source, |event| {
            (self.on_replay)(&event);
            true
        });
        Ok(())
    }

    fn state_hash(&self) -> u64 {
        self.markets.state_hash()
    }

    fn snapshot(&self, into: &mut Vec<u8>) {
        self.markets.snapshot(into);
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), ReplayError> {
        self.markets.restore(bytes)
    }
}
