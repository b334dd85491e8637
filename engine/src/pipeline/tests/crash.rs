//! Crashes at every operation of the disk, and disks that fail.

use sealane_journal::{
    Holes, JournalError, Sequence, SyncPolicy,
    fault::{Failure as DiskFailure, Torn},
};

use super::*;
use crate::pipeline::{FailureReason, SubmitError};

const BATCHES: usize = 4;
const TRADES: usize = 12;

fn config() -> Config {
    let mut config = Config {
        group: some(2),
        queue: some(2),
        ..Config::default()
    };
    config.journal.holes = Holes::Cut;
    config
}

/// Submits what is left from `done` on until the pipeline stops, and returns what came out.
fn run(flow: &Flow, disk: &MemoryDisk, config: &Config, done: usize) -> Vec<Executed> {
    let genesis = || flow.genesis.copy();
    let Ok(started) = Pipeline::start(config, disk.mount(), genesis, |_| {}) else {
        return Vec::new();
    };
    let mut pipeline = started.pipeline;
    for (clock, messages) in &flow.batches[done..] {
        if pipeline.submit(clock, messages).is_err() {
            break;
        }
        if pipeline.snapshot().is_err() {
            break;
        }
    }
    let failed = pipeline.shutdown(PATIENCE).err();
    let mut executed = Vec::new();
    while let Some(batch) = started.outcomes.recv() {
        executed.push(batch);
    }
    if let Some(failure) = failed {
        let last = executed
            .last()
            .map_or(Sequence(done as u64), |batch| batch.sequence);
        assert_eq!(failure.published, last);
    }
    executed
}

#[test]
fn a_crash_at_any_operation_loses_nothing_that_came_out() {
    let flow = Flow::new(4, BATCHES, TRADES);
    let expected = flow.expected();
    let genesis = hash(&flow.genesis);
    let config = config();
    let whole = MemoryDisk::new();
    assert_eq!(run(&flow, &whole, &config, 0).len(), BATCHES);
    let operations = whole.operations();
    assert!(operations > 3 * BATCHES as u64, "{operations}");
    let mut rng = StdRng::seed_from_u64(5);
    for operation in 0..operations {
        for torn in [
            &[][..],
            &[Torn::Kept],
            &[Torn::Cut, Torn::Garbage, Torn::Zeros, Torn::Hole],
        ] {
            let disk = MemoryDisk::new();
            disk.fail_at(operation, DiskFailure::PowerOff);
            let out = run(&flow, &disk, &config, 0);
            disk.crash(torn, &mut |n| rng.random_range(0..n));

            let mut again = Vec::new();
            let fresh = || flow.genesis.copy();
            let started = Pipeline::start(&config, disk.mount(), fresh, |executed| {
                again.push(executed)
            });
            let last = started.as_ref().unwrap().recovery.last.0 as usize;
            assert!(last >= out.len(), "{last} of {} that came out", out.len());
            let told = out.iter().chain(&again);
            for executed in told {
                let (outcomes, _) = &expected[executed.sequence.0 as usize - 1];
                assert_eq!(executed.outcomes, *outcomes);
            }
            let state = shut_down(started.unwrap().pipeline).simulation.state_hash();
            let behind = last.checked_sub(1).map_or(genesis, |at| expected[at].1);
            assert_eq!(state, behind, "operation {operation}, {torn:?}");

            // What did not make it is submitted again.
            run(&flow, &disk, &config, last);
            let started = start(&config, disk.mount(), &flow.genesis);
            let state = shut_down(started.pipeline).simulation.state_hash();
            assert_eq!(state, expected[BATCHES - 1].1);
        }
    }
}

#[test]
fn a_full_disk_stops_the_pipeline_and_says_so() {
    let flow = Flow::new(6, BATCHES, TRADES);
    let expected = flow.expected();
    for policy in [
        SyncPolicy::EveryRecord,
        SyncPolicy::EveryBatch,
        SyncPolicy::OnSync,
    ] {
        let mut config = config();
        config.journal.policy = policy;
        let disk = MemoryDisk::new();
        let Started {
            mut pipeline,
            outcomes,
            ..
        } = start(&config, disk.mount(), &flow.genesis);
        let submit = |pipeline: &mut Pipeline<_>, at: usize| {
            let (clock, messages): &(Clock, Vec<Vec<u8>>) = &flow.batches[at];
            pipeline.submit(clock, messages)
        };
        submit(&mut pipeline, 0).unwrap();
        assert_eq!(read(&outcomes, 1)[0].outcomes, expected[0].0);
        disk.fail_at(disk.operations(), DiskFailure::NoSpace);
        submit(&mut pipeline, 1).unwrap();
        // Nothing of it comes out, and nothing more is taken.
        assert_eq!(outcomes.recv(), None);
        assert!(outcomes.is_finished());
        assert!(pipeline.inspect(hash).is_err());
        assert_eq!(submit(&mut pipeline, 2), Err(SubmitError::Stopped));
        let failure = pipeline.shutdown(PATIENCE).err().unwrap();
        assert_eq!(failure.published, Sequence(1));
        let reason = &failure.reason;
        assert!(
            matches!(reason, FailureReason::Journal(JournalError::Failed(_))),
            "{reason}"
        );
    }
}
