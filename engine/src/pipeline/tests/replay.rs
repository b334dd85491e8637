//! What replay of the journal leads to.

use std::{cell::RefCell, env};

use sealane_journal::{Sequence, recover};

use super::*;
use crate::{pipeline::ReplayError, simulate::Slot};

/// Batches, unless the environment says otherwise.
const BATCHES: usize = 12;
const TRADES: usize = 200;

fn wanted() -> usize {
    let batches = env::var("SEALANE_PIPELINE_BATCHES");
    batches.map_or(BATCHES, |n| {
        n.parse()
            .expect("SEALANE_PIPELINE_BATCHES must be a number")
    })
}

/// Runs everything, looking at the state behind every batch, and returns the disk.
fn live(flow: &Flow, workers: usize) -> (MemoryDisk, Vec<Executed>, Vec<u64>) {
    let disk = MemoryDisk::new();
    let config = Config {
        workers: some(workers),
        ..Config::default()
    };
    let Started {
        mut pipeline,
        outcomes,
        ..
    } = start(&config, disk.mount(), &flow.genesis);
    let (mut executed, mut hashes) = (Vec::new(), Vec::new());
    for (at, (clock, messages)) in flow.batches.iter().enumerate() {
        assert_eq!(
            pipeline.submit(clock, messages),
            Ok(Sequence(at as u64 + 1))
        );
        executed.extend(read(&outcomes, 1));
        hashes.push(pipeline.inspect(hash).unwrap());
    }
    let stopped = shut_down(pipeline);
    assert_eq!(stopped.trades as usize, flow.batches.len() * TRADES);
    assert!(outcomes.is_finished());
    stopped.journal.close().unwrap();
    (disk, executed, hashes)
}

/// A simulation that notes the state's hash behind every record.
struct Noting<'a> {
    simulation: Simulation,
    hashes: &'a RefCell<Vec<u64>>,
}

impl Machine for Noting<'_> {
    type Error = ReplayError;

    fn apply(&mut self, sequence: Sequence, record: &[u8]) -> Result<(), ReplayError> {
        self.simulation.apply(sequence, record)?;
        self.hashes.borrow_mut().push(self.simulation.state_hash());
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

#[test]
fn any_prefix_on_any_number_of_threads_gives_the_sequential_state() {
    let flow = Flow::new(1, wanted(), TRADES);
    let expected = flow.expected();
    let hashes: Vec<u64> = expected.iter().map(|(_, hash)| *hash).collect();
    let succeeded = expected.iter().flat_map(|(outcomes, _)| outcomes);
    let succeeded = succeeded.filter(|outcome| outcome.is_ok()).count();
    assert!(succeeded > flow.batches.len() * TRADES / 3, "{succeeded}");
    for workers in [1, 2, 4] {
        let (disk, executed, seen) = live(&flow, workers);
        assert_eq!(seen, hashes, "{workers} workers");
        for (executed, (outcomes, _)) in executed.iter().zip(&expected) {
            assert_eq!(executed.outcomes, *outcomes, "{workers} workers");
        }
        for threads in [1, 3, 8] {
            // Every state that replay passes is that of a prefix.
            let noted = RefCell::new(Vec::new());
            let fresh = || Noting {
                simulation: Simulation::new(flow.genesis.copy(), some(threads)),
                hashes: &noted,
            };
            let recovered = recover(disk.copy().mount(), Config::default().journal, fresh).unwrap();
            assert_eq!(*noted.borrow(), hashes, "{workers} workers, then {threads}");
            assert_eq!(recovered.report.compared, 1, "the hash at the end");
        }
        let mut again = Vec::new();
        let genesis = || flow.genesis.copy();
        Pipeline::start(&Config::default(), disk.mount(), genesis, |executed| {
            again.push(executed)
        })
        .unwrap();
        assert_eq!(again, executed, "replay tells the same outcomes");
    }
}

#[test]
fn groups_and_snapshots_change_nothing() {
    let flow = Flow::new(2, BATCHES, TRADES);
    let expected = flow.expected();
    let disk = MemoryDisk::new();
    let config = Config {
        workers: some(2),
        group: some(3),
        ..Config::default()
    };
    let Started {
        mut pipeline,
        outcomes,
        ..
    } = start(&config, disk.mount(), &flow.genesis);
    let (before, after) = flow.batches.split_at(BATCHES / 2);
    for (clock, messages) in before {
        pipeline.submit(clock, messages).unwrap();
    }
    assert_eq!(pipeline.snapshot(), Ok(Sequence(before.len() as u64)));
    for (clock, messages) in after {
        pipeline.submit(clock, messages).unwrap();
    }
    let executed = read(&outcomes, BATCHES);
    drop(shut_down(pipeline));
    for (at, (executed, (expected, _))) in executed.iter().zip(&expected).enumerate() {
        assert_eq!(executed.sequence, Sequence(at as u64 + 1));
        assert_eq!(executed.outcomes, *expected);
    }

    let mut again = Vec::new();
    let genesis = || flow.genesis.copy();
    let started = Pipeline::start(&config, disk.mount(), genesis, |executed| {
        again.push(executed)
    })
    .unwrap();
    assert_eq!(
        started.recovery.snapshot,
        Some(Sequence(before.len() as u64))
    );
    assert_eq!(again, executed[before.len()..]);
    let stopped = shut_down(started.pipeline);
    assert_eq!(stopped.simulation.state_hash(), expected.last().unwrap().1);
}

#[test]
fn accounts_are_loaded_in_their_turn_and_replayed() {
    let flow = Flow::new(3, 1, 1);
    let disk = MemoryDisk::new();
    // Everything that the state holds goes through the pipeline.
    let empty = State::new(clock_now());
    let config = Config::default();
    let Started {
        mut pipeline,
        outcomes,
        ..
    } = start(&config, disk.mount(), &empty);
    let swap = [message(
        &[flow.exchange.swap(0, 0, true, 5_000)],
        &flow.exchange.wallets[0].address,
    )];
    let first = pipeline.submit(&clock_now(), &swap).unwrap();
    for (address, slot) in flow.genesis.accounts() {
        let (owner, data) = slot.encode().unwrap();
        pipeline.load(address, Some((&owner, &data))).unwrap();
    }
    let last = pipeline.submit(&clock_now(), &swap).unwrap();
    assert_eq!(
        last.since(first) as usize,
        flow.genesis.accounts().count() + 1
    );
    let executed = read(&outcomes, 2);
    assert!(executed[0].outcomes[0].is_err(), "nothing was known yet");
    assert_eq!(executed[1].outcomes[0].as_ref().err(), None);
    assert_eq!(executed[1].sequence, last);

    let pool = *flow.genesis.accounts().next().unwrap().0;
    pipeline.load(&pool, None).unwrap();
    assert!(
        pipeline
            .inspect(move |state| matches!(state.account(&pool), Slot::Absent))
            .unwrap()
    );
    let live = shut_down(pipeline).simulation.state_hash();
    let started = start(&config, disk.mount(), &empty);
    assert_eq!(shut_down(started.pipeline).simulation.state_hash(), live);
}
