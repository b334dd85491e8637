//! Commands and reports are neither lost nor doubled, and nobody waits for ever, whoever goes on when.

use std::time::Duration;

use sealane_journal::{
    Sequence,
    fault::{Failure, MemoryDisk},
};
use shuttle::rand::Rng;

use super::{
    consumer::Ended,
    control::Runtime,
    error::{ControlError, Refusal},
    market::MarketId,
    model::Instant,
    outcome::FailureReason,
    output::{Event, Streams},
    start::Started,
    subscription::SlowConsumer,
    sync::{Arc, AtomicBool, Mutex, Ordering, thread},
    told::{
        EVER, Heard, Told, UNBEARABLE, assert_reported, check, config, disks, drain, processed,
        start, submit, subscribe,
    },
};

#[test]
fn nothing_is_lost_or_doubled() {
    check(|| {
        let runtime = start(&disks(2), config(1, 2), 2);
        let consumer = subscribe(&runtime, Streams::REPORTS, 1, SlowConsumer::Wait);
        let reader = thread::spawn(move || drain(&consumer));
        let producers = [1, 2].map(|name| {
            let mut producer = runtime.producer();
            thread::spawn(move || submit(&mut producer, name, 2, 4))
        });
        let taken = producers.map(|producer| {
            let (taken, refused) = producer.join().expect("no panic");
            assert_eq!(refused, None);
            taken
        });
        let outcomes = runtime.shutdown(EVER);
        assert_eq!(processed(&outcomes), 8);
        let (events, ended) = reader.join().expect("no panic");
        assert_eq!(ended, Ended::Finished);
        assert_reported(&events, &taken);
    });
}

#[test]
fn a_shutdown_processes_what_was_taken_and_refuses_the_rest() {
    check(|| {
        let runtime = start(&disks(1), config(2, 2), 1);
        let consumer = subscribe(&runtime, Streams::REPORTS, 1, SlowConsumer::Wait);
        let reader = thread::spawn(move || drain(&consumer));
        let producers = [1, 2].map(|name| {
            let mut producer = runtime.producer();
            thread::spawn(move || {
                let submitted = submit(&mut producer, name, 1, 4);
                // There for as long as anybody may wait for it.
                (submitted, producer)
            })
        });
        let outcomes = runtime.shutdown(EVER);
        let taken = producers.map(|producer| {
            let ((taken, refused), _) = producer.join().expect("no panic");
            assert!(matches!(refused, None | Some(Refusal::ShutDown)));
            taken
        });
        assert_eq!(processed(&outcomes), taken.concat().len() as u64);
        let (events, ended) = reader.join().expect("no panic");
        assert_eq!(ended, Ended::Finished);
        assert_reported(&events, &taken);
    });
}

/// Whoever waits behind a consumer that never reads is freed by a shutdown that has no patience
/// left, and so is a shutdown itself.
#[test]
fn a_stalled_consumer_does_not_stop_a_shutdown() {
    check(|| {
        let runtime = start(&disks(1), config(1, 1), 1);
        let consumer = subscribe(&runtime, Streams::REPORTS, 1, SlowConsumer::Wait);
        let producers = [1, 2].map(|name| {
            let mut producer = runtime.producer();
            thread::spawn(move || submit(&mut producer, name, 1, 3))
        });
        let outcomes = runtime.shutdown(Duration::from_millis(100));
        let taken = producers.map(|producer| producer.join().expect("no panic").0);
        let taken = taken.concat().len() as u64;
        assert_eq!(processed(&outcomes), taken);
        let (events, ended) = drain(&consumer);
        let expected = match taken {
            0 | 1 => Ended::Finished,
            _ => Ended::Abandoned,
        };
        assert_eq!((events.len() as u64, ended), (taken.min(1), expected));
    });
}

/// A consumer is ended by one of two workers while the other goes on, and reads what it got first.
#[test]
fn a_slow_consumer_is_ended_after_what_is_in_its_ring() {
    check(|| {
        let runtime = start(&disks(2), config(4, 2), 2);
        let consumer = subscribe(&runtime, Streams::REPORTS, 2, SlowConsumer::Disconnect);
        let mut producer = runtime.producer();
        let producer = thread::spawn(move || submit(&mut producer, 1, 2, 8));
        let reader = thread::spawn(move || {
            let all = drain(&consumer);
            for _ in 0..5 {
                thread::yield_now();
                assert_eq!(consumer.try_recv(), Err(all.1));
            }
            all
        });
        let (taken, _) = producer.join().expect("no panic");
        let outcomes = runtime.shutdown(EVER);
        assert_eq!(processed(&outcomes), 8);
        let (events, ended) = reader.join().expect("no panic");
        for market in 0..2 {
            let of = |event: &&Heard| event.market == MarketId(market);
            let heard = events.iter().filter(of).map(|event| event.event);
            let told = taken.iter().filter(|(of, _)| *of == MarketId(market));
            let told: Vec<_> = told.map(|(_, command)| Event::Report(*command)).collect();
            let heard: Vec<_> = heard.collect();
            assert!(told.starts_with(&heard), "{heard:?} of {told:?}");
        }
        let Ended::TooSlow { worker, sequence } = ended else {
            assert_eq!((events.len(), ended), (8, Ended::Finished));
            return;
        };
        // The first record opened the worker's market.
        let heard = events.iter().filter(|event| event.worker == worker);
        let heard = heard.map(|event| event.sequence.0);
        assert!(heard.eq(2..sequence.0), "all before record {sequence}");
    });
}

/// The machine stops when a consumer has heard of some command: that one is found again.
#[test]
fn what_was_heard_of_is_durable() {
    check(|| {
        let disks = disks(1);
        let runtime = start(&disks, config(2, 2), 1);
        let consumer = subscribe(&runtime, Streams::REPORTS, 2, SlowConsumer::Wait);
        let stop_at = shuttle::rand::thread_rng().gen_range(1..6);
        let disk = disks[0].clone();
        let reader = thread::spawn(move || {
            let mut heard = Vec::new();
            while let Ok(event) = consumer.recv_timeout(EVER) {
                heard.extend(event);
                if heard.len() == stop_at {
                    disk.fail_at(disk.operations(), Failure::PowerOff);
                    break;
                }
            }
            heard
        });
        let producers = [1, 2].map(|name| {
            let mut producer = runtime.producer();
            thread::spawn(move || submit(&mut producer, name, 1, 4))
        });
        let taken = producers.map(|producer| producer.join().expect("no panic").0);
        let outcomes = runtime.shutdown(EVER);
        let heard = reader.join().expect("no panic");
        // Nothing that was not synced is left.
        disks[0].crash(&[], &mut |_| 0);
        let again = Mutex::new(Vec::new());
        let storages = disks.iter().map(MemoryDisk::mount).collect();
        let Started {
            runtime,
            recoveries,
        } = Runtime::<Told>::start(config(2, 2), storages, [], &|event| {
            again.lock().expect("no panic").push(*event);
        })
        .expect("a torn end is cut");
        let last = heard.last().map_or(Sequence(0), |event| event.sequence);
        assert!(recoveries[0].last >= last, "heard of {last}");
        // With the same names and reports, but for what a snapshot had taken in.
        let again = again.into_inner().expect("no panic");
        let is_report = |event: &&Heard| matches!(event.event, Event::Report(_));
        let again: Vec<_> = again.iter().filter(is_report).collect();
        for one in &heard {
            let same = again.iter().find(|event| event.sequence == one.sequence);
            if let Some(same) = same {
                assert_eq!((same.market, same.event), (one.market, one.event));
            } else {
                let snapshot = recoveries[0].snapshot;
                assert!(snapshot.is_some_and(|snapshot| snapshot >= one.sequence));
            }
        }
        // What was taken was processed or is given back.
        let taken = taken.concat().len() as u64;
        match &outcomes[0] {
            Ok(summary) => assert_eq!(summary.commands, taken),
            Err(failure) => {
                assert!(matches!(failure.reason, FailureReason::Journal(_)));
                let given_back = failure.unpublished.len() + failure.unprocessed.len();
                assert!(heard.len() + given_back <= taken as usize);
            }
        }
        runtime.shutdown(EVER);
    });
}

/// A worker fails while producers, questions and a consumer wait for it: nobody waits on, and what
/// it was given was reported or is given back.
#[test]
fn a_failure_leaves_nobody_waiting() {
    check(|| {
        let runtime = Arc::new(start(&disks(1), config(1, 2), 1));
        let consumer = subscribe(&runtime, Streams::REPORTS, 1, SlowConsumer::Wait);
        let reader = thread::spawn(move || drain(&consumer));
        let mut unlucky = runtime.producer();
        let unlucky = thread::spawn(move || {
            let submitted = unlucky.submit(MarketId(0), UNBEARABLE, Instant::now() + EVER);
            submitted.expect("nothing has failed before");
        });
        let mut producer = runtime.producer();
        let producer = thread::spawn(move || submit(&mut producer, 1, 1, 5));
        let asking = Arc::clone(&runtime);
        let asked = thread::spawn(move || asking.state_hash(MarketId(0)));
        unlucky.join().expect("no panic");
        let (taken, refused) = producer.join().expect("no panic");
        assert!(matches!(refused, None | Some(Refusal::WorkerFailed)));
        let asked = asked.join().expect("no panic");
        let failed = ControlError::WorkerFailed { worker: 0 };
        assert!(asked.is_ok() || asked == Err(failed), "{asked:?}");
        // There is no other worker to hear of.
        let (events, ended) = reader.join().expect("no panic");
        let runtime = Arc::into_inner(runtime).expect("nobody asks");
        let outcomes = runtime.shutdown(EVER);
        let failure = outcomes[0].as_ref().expect_err("it could not bear it");
        assert_eq!(ended, Ended::Finished);
        let mut seen: Vec<_> = events.iter().map(|event| event.event).collect();
        let given_back = [&failure.unpublished[..], &failure.unprocessed].concat();
        assert_eq!(given_back[0].1, UNBEARABLE);
        let rest = given_back.into_iter().map(|(_, command)| command);
        let rest = rest.filter(|command| *command != UNBEARABLE);
        seen.extend(rest.map(Event::Report));
        let taken = taken.into_iter().map(|(_, command)| Event::Report(command));
        assert_eq!(seen, taken.collect::<Vec<_>>());
    });
}

/// A runtime that is dropped processes what it took, and holds nobody up who still asks.
#[test]
fn a_dropped_runtime_lets_everybody_go() {
    check(|| {
        let runtime = start(&disks(1), config(1, 1), 1);
        let consumer = subscribe(&runtime, Streams::LEVELS, 1, SlowConsumer::Skip);
        let is_over = Arc::new(AtomicBool::new(false));
        let mut producer = runtime.producer();
        let producer = thread::spawn(move || submit(&mut producer, 1, 1, 4));
        let over = Arc::clone(&is_over);
        let asker = thread::spawn(move || {
            let was_over = over.load(Ordering::SeqCst);
            let asked = consumer.resync(MarketId(0));
            if was_over {
                assert_eq!(asked, Err(ControlError::ShutDown));
            } else {
                assert!(matches!(asked, Ok(_) | Err(ControlError::ShutDown)));
            }
        });
        drop(runtime);
        is_over.store(true, Ordering::SeqCst);
        producer.join().expect("no panic");
        asker.join().expect("no panic");
    });
}
