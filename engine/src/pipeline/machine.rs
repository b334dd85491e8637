//! A state as a machine that a journal rebuilds.

use std::{cell::RefCell, num::NonZeroUsize, time::Instant};

use sealane_journal::{Machine, Sequence};
use sealane_schedule::Executor;
use solana_clock::Clock;
use solana_pubkey::Pubkey;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{
    error::ReplayError,
    message::{self, MessageError},
    outcome::{Executed, Refused, StageTimes, TradeOutcome},
    record::{self, AccountRecord, Record},
};
use crate::simulate::{Batch, Slot, State, Trade, TradeResult};

const ABSENT: u8 = 0;
const PRESENT: u8 = 1;

/// A state, and threads to run batches on it. Which results and which state a batch leads to does
/// not depend on how many threads there are.
pub struct Simulation {
    pub(super) state: State,
    executor: Executor,
    batch: Batch,
    results: Vec<TradeResult>,
}

/// A transaction, decoded or not to be decoded.
pub(super) type Decoded = Result<Trade, MessageError>;

impl Simulation {
    /// Of this state, on so many threads, of which the one that runs it is one.
    #[must_use]
    pub fn new(state: State, workers: NonZeroUsize) -> Self {
        Self {
            state,
            executor: Executor::new(workers),
            batch: Batch::new(),
            results: Vec::new(),
        }
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The state, without the threads.
    #[must_use]
    pub fn into_state(self) -> State {
        self.state
    }

    /// Runs a batch at a moment.
    pub(super) fn run(
        &mut self,
        clock: Clock,
        trades: &[Decoded],
        times: &mut StageTimes,
    ) -> Vec<TradeOutcome> {
        let start = Instant::now();
        self.state.set_clock(clock);
        self.batch.clear();
        // Rarely any: their places, and why.
        let mut refused: Vec<(usize, Refused)> = Vec::new();
        for (place, trade) in trades.iter().enumerate() {
            match trade {
                Ok(trade) => {
                    if let Err(error) = self.batch.push(&mut self.state, trade) {
                        refused.push((place, error.into()));
                    }
                }
                Err(error) => refused.push((place, error.clone().into())),
            }
        }
        let scheduled = Instant::now();
        self.state
            .run_parallel_into(&self.batch, &mut self.executor, &mut self.results);
        let mut results = self.results.drain(..);
        let mut refused = refused.into_iter().peekable();
        let outcomes = (0..trades.len()).map(|place| {
            if let Some((_, refused)) = refused.next_if(|(at, _)| *at == place) {
                return Err(refused);
            }
            let result = results.next().expect("every trade that was pushed was run");
            result.map_err(Refused::from)
        });
        let outcomes = outcomes.collect();
        times.schedule += scheduled - start;
        times.simulate += scheduled.elapsed();
        outcomes
    }

    pub(super) fn load(&mut self, record: &AccountRecord<'_>) -> Result<(), ReplayError> {
        match record.account {
            Some((owner, data)) => self.state.load(&record.address, &owner, data)?,
            None => self.state.load_absent(&record.address)?,
        }
        Ok(())
    }

    /// Applies a record, and tells what came of it if it is a batch.
    fn replay(
        &mut self,
        sequence: Sequence,
        record: &[u8],
    ) -> Result<Option<Executed>, ReplayError> {
        match record::parse(record)? {
            Record::Batch {
                clock,
                transactions,
            } => {
                let decoded = transactions.map(|bytes| bytes.map(message::decode));
                let trades = decoded.collect::<Result<Vec<_>, _>>()?;
                let slot = clock.slot;
                let outcomes = self.run(clock, &trades, &mut StageTimes::default());
                Ok(Some(Executed {
                    sequence,
                    slot,
                    outcomes,
                }))
            }
            Record::Account(account) => self.load(&account).map(|()| None),
        }
    }
}

impl Machine for Simulation {
    type Error = ReplayError;

    fn apply(&mut self, sequence: Sequence, record: &[u8]) -> Result<(), ReplayError> {
        self.replay(sequence, record).map(drop)
    }

    /// Of all accounts and the moment.
    fn state_hash(&self) -> u64 {
        let clock = record::clock_bytes(self.state.clock());
        xxh3_64_with_seed(&clock, self.state.state_hash())
    }

    /// The moment; then of each account its address, whether it is there, and if so its owner, the
    /// length of its bytes and these.
    fn snapshot(&self, into: &mut Vec<u8>) {
        into.extend(record::clock_bytes(self.state.clock()));
        for (address, slot) in self.state.accounts() {
            into.extend_from_slice(address.as_ref());
            match slot.encode() {
                Some((owner, data)) => {
                    into.push(PRESENT);
                    into.extend_from_slice(owner.as_ref());
                    into.extend((data.len() as u32).to_le_bytes());
                    into.extend(data);
                }
                None => {
                    debug_assert!(matches!(slot, Slot::Absent));
                    into.push(ABSENT);
                }
            }
        }
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), ReplayError> {
        let mut reader = record::Reader::new(bytes);
        let mut state = State::new(reader.clock()?);
        while !reader.is_empty() {
            let address: Pubkey = reader.address()?;
            match reader.byte()? {
                ABSENT => state.load_absent(&address)?,
                PRESENT => {
                    let (owner, length) = (reader.address()?, reader.count()?);
                    state.load(&address, &owner, reader.slice(length)?)?;
                }
                kind => return Err(ReplayError::Kind { kind }),
            }
        }
        self.state = state;
        Ok(())
    }
}

/// A simulation that tells what comes of the batches that it replays.
pub(super) struct Replaying<'a> {
    pub(super) simulation: Simulation,
    pub(super) on_replay: &'a RefCell<&'a mut dyn FnMut(Executed)>,
}

impl Machine for Replaying<'_> {
    type Error = ReplayError;

    fn apply(&mut self, sequence: Sequence, record: &[u8]) -> Result<(), ReplayError> {
        if let Some(executed) = self.simulation.replay(sequence, record)? {
            (self.on_replay.borrow_mut())(executed);
        }
        Ok(())
    }

    fn state_hash(&self) -> u64 {
        self.simulation.state_hash()
    }

    fn snapshot(&self, into: &mut Vec<u8>) {
        self.simulation.snapshot(into);
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), ReplayError> {
        self.simulation.restore(bytes)
    }
}
