//! What fails, fails alone.

use sealane_journal::{JournalError, RecoverError, fault::Failure};

use super::*;

/// Adds up what it is told, and cannot bear 13.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Superstitious(u64);

#[derive(Debug, thiserror::Error)]
#[error("eight bytes are expected")]
struct NotEight;

impl Market for Superstitious {
    type Command = u64;
    type Report = u64;
    type LevelChange = u64;
    type OrderChange = u64;
    type Error = NotEight;

    const MAX_COMMAND_BYTES: usize = 8;

    fn apply(&mut self, command: &u64, outputs: &mut Outputs<Self>) {
        self.0 = self.0.wrapping_mul(31).wrapping_add(*command);
        outputs.report(*command);
        outputs.level(self.0);
        assert_ne!(*command, 13, "thirteen");
    }

    fn levels(&self, into: &mut Vec<u64>) {
        into.push(self.0);
    }

    fn orders(&self, into: &mut Vec<u64>) {
        into.push(self.0);
    }

    fn encode(command: &u64, into: &mut Vec<u8>) {
        into.extend(command.to_le_bytes());
    }

    fn decode(bytes: &[u8]) -> Result<u64, NotEight> {
        let bytes = bytes.try_into().map_err(|_| NotEight)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn state_hash(&self) -> u64 {
        self.0
    }

    fn snapshot(&self, into: &mut Vec<u8>) {
        into.extend(self.0.to_le_bytes());
    }

    fn restore(bytes: &[u8]) -> Result<Self, NotEight> {
        Self::decode(bytes).map(Self)
    }
}

fn start_superstitious(disks: &[MemoryDisk]) -> Result<Runtime<Superstitious>, StartError> {
    let markets = (0..2).map(|id| (MarketId(id), Superstitious(0)));
    let storages = disks.iter().map(MemoryDisk::mount).collect();
    let config = small(SyncPolicy::EveryBatch);
    Ok(Runtime::start(config, storages, markets, &|_| {})?.runtime)
}

#[test]
fn a_panic_stops_one_worker() {
    let disks = disks(2);
    let runtime = start_superstitious(&disks).expect("empty disks");
    let consumer = runtime
        .subscribe(&reports(100, SlowConsumer::Wait))
        .expect("sound workers");
    let mut producer = runtime.producer();
    for command in 8..20 {
        // From some point on the worker is known to have failed.
        let first = producer.try_submit(MarketId(0), command);
        assert!(matches!(
            first.map_err(|refused| refused.reason),
            Ok(()) | Err(Refusal::WorkerFailed)
        ));
        producer
            .try_submit(MarketId(1), command + 6)
            .expect("its worker is sound");
    }
    while runtime.failed_workers().is_empty() {
        std::thread::yield_now();
    }
    assert_eq!(runtime.failed_workers(), [0]);
    let refused = producer.try_submit(MarketId(0), 1).expect_err("it failed");
    assert_eq!(
        (refused.command, refused.reason),
        (1, Refusal::WorkerFailed)
    );
    let failed = ControlError::WorkerFailed { worker: 0 };
    assert_eq!(runtime.state_hash(MarketId(0)), Err(failed.clone()));
    let snapshots = runtime.snapshot();
    assert_eq!(snapshots[0], Err(failed));
    assert!(snapshots[1].is_ok());
    // New markets go where they can be served.
    runtime
        .open_market(MarketId(2), Superstitious(5))
        .expect("one worker is sound");
    assert_eq!(runtime.worker_of(MarketId(2)), Some(1));

    let outcomes = runtime.shutdown(PATIENCE);
    let Err(failure) = &outcomes[0] else {
        panic!("{outcomes:?}");
    };
    // Two records before the first command: no, one; market 0 is alone there.
    assert_eq!(
        failure.reason,
        FailureReason::MarketPanicked {
            market: MarketId(0),
            sequence: Sequence(1 + 6),
            message: failure_message(&failure.reason),
        }
    );
    assert!(failure.to_string().contains("thirteen"), "{failure}");
    let commands = [&failure.unpublished[..], &failure.unprocessed[..]].concat();
    assert_eq!(commands[0], (MarketId(0), 13));
    assert!(
        commands
            .iter()
            .map(|(_, command)| *command)
            .eq(13..13 + commands.len() as u64)
    );
    assert!(outcomes[1].is_ok());
    let (reports, ended) = drain(&consumer);
    assert_eq!(ended, Ended::Finished);
    let of_first = reports.iter().filter(|report| report.market.0 == 0);
    assert!(of_first.map(report).eq(8..13));
    assert_eq!(
        reports.iter().filter(|report| report.market.0 == 1).count(),
        12
    );

    // The journal is valid: replay gets as far as the panic, and says so instead of panicking.
    let error = start_superstitious(&disks).expect_err("it panics again");
    let StartError::Recover { worker: 0, source } = error else {
        panic!("{error}");
    };
    let RecoverError::Apply { sequence, source } = source else {
        panic!("{source}");
    };
    assert_eq!(sequence, Sequence(7));
    assert!(source.to_string().contains("thirteen"), "{source}");
}

fn failure_message(reason: &FailureReason) -> String {
    match reason {
        FailureReason::MarketPanicked { message, .. } => message.clone(),
        other => panic!("{other}"),
    }
}

#[test]
fn a_failed_disk_stops_one_worker() {
    let stream = stream(8, 2, 300);
    let disks = disks(2);
    let config = small(SyncPolicy::EveryBatch);
    let Started { runtime, .. } = start(&disks, &config, 2).expect("empty disks");
    disks[1].fail_at(disks[1].operations() + 9, Failure::NoSpace);
    let mut producer = runtime.producer();
    let mut refused = 0;
    for (market, command) in &stream {
        let submitted = producer.submit(*market, *command, Instant::now() + PATIENCE);
        refused += usize::from(submitted.is_err());
    }
    let outcomes = runtime.shutdown(PATIENCE);
    assert!(outcomes[0].is_ok());
    let Err(failure) = &outcomes[1] else {
        panic!("{outcomes:?}");
    };
    assert!(matches!(
        failure.reason,
        FailureReason::Journal(JournalError::Failed(_))
    ));
    // With room on the disk again, what was given back is submitted again.
    let Started {
        runtime,
        recoveries,
    } = start(&disks, &config, 2).expect("a torn end is cut");
    let mine = stream.iter().filter(|(market, _)| market.0 == 1);
    let rest: Vec<_> = mine
        .skip(recoveries[1].last.0 as usize - 1)
        .copied()
        .collect();
    assert!(rest.len() >= refused);
    submit_all(&runtime, &rest);
    assert_eq!(hashes(&runtime), Model::of(2, &stream).hashes());
}

#[test]
fn a_panicking_question_harms_nobody() {
    let disks = disks(1);
    let runtime = start_superstitious(&disks).expect("empty disks");
    let answer = runtime.inspect(MarketId(1), |_| -> u64 { panic!("what?") });
    assert_eq!(
        answer,
        Err(ControlError::Panicked {
            message: "what?".to_owned()
        })
    );
    assert_eq!(runtime.inspect(MarketId(1), |market| market.0), Ok(0));
    let unknown = runtime.inspect(MarketId(9), |market| market.0);
    assert_eq!(unknown, Err(ControlError::UnknownMarket(MarketId(9))));
}
