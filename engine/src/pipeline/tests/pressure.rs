//! Full queues, limits, and readers that do not read.

use super::*;
use crate::pipeline::{Refused, StartError, SubmitError};

fn narrow() -> Config {
    Config {
        queue: some(1),
        ring: some(1),
        group: some(1),
        batch: some(10),
        ..Config::default()
    }
}

#[test]
fn a_reader_that_does_not_read_makes_submitters_wait_and_nothing_is_dropped() {
    let flow = Flow::new(7, 1, 10);
    let Started {
        mut pipeline,
        outcomes,
        ..
    } = start(&narrow(), MemoryDisk::new().mount(), &flow.genesis);
    let (clock, messages) = &flow.batches[0];
    let mut taken = 0;
    let mut full = 0;
    // Nobody reads: everything fills up, and stays so.
    while full < 50 {
        match pipeline.try_submit(clock, messages) {
            Ok(_) => (taken, full) = (taken + 1, 0),
            Err(error) => {
                assert_eq!(error, SubmitError::Full);
                full += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }
    // Two queues, one ring, and what each thread has in its hands.
    assert!((3..=5).contains(&taken), "{taken}");
    let reader = std::thread::spawn(move || {
        let mut read = 0;
        while outcomes.recv().is_some() {
            read += 1;
        }
        read
    });
    pipeline.submit(clock, messages).unwrap();
    let stopped = shut_down(pipeline);
    assert_eq!(reader.join().unwrap(), taken + 1);
    assert_eq!((stopped.trades, stopped.unread), (10 * (taken + 1), 0));
}

#[test]
fn shutting_down_does_not_wait_for_ever() {
    let flow = Flow::new(8, 3, 10);
    let Started {
        mut pipeline,
        outcomes,
        ..
    } = start(&narrow(), MemoryDisk::new().mount(), &flow.genesis);
    for (clock, messages) in &flow.batches {
        pipeline.submit(clock, messages).unwrap();
    }
    let stopped = pipeline.shutdown(Duration::from_millis(100)).unwrap();
    assert_eq!((stopped.trades, stopped.unread), (30, 2));
    assert_eq!(stopped.simulation.state_hash(), flow.expected()[2].1);
    assert_eq!(
        read(&outcomes, 1).len(),
        1,
        "what is in the ring can be read"
    );
    assert!(outcomes.is_finished());
}

#[test]
fn without_a_reader_execution_goes_on() {
    let flow = Flow::new(9, 8, 10);
    let Started {
        mut pipeline,
        outcomes,
        ..
    } = start(&narrow(), MemoryDisk::new().mount(), &flow.genesis);
    drop(outcomes);
    for (clock, messages) in &flow.batches {
        pipeline.submit(clock, messages).unwrap();
    }
    let stopped = shut_down(pipeline);
    assert_eq!((stopped.trades, stopped.unread), (80, 8));
    assert_eq!(stopped.simulation.state_hash(), flow.expected()[7].1);
}

#[test]
fn what_is_too_large_is_not_taken() {
    let flow = Flow::new(10, 1, 11);
    let (clock, messages) = &flow.batches[0];
    let mut config = narrow();
    config.journal.max_record_bytes = 5_000;
    let Started {
        mut pipeline,
        outcomes,
        ..
    } = start(&config, MemoryDisk::new().mount(), &flow.genesis);
    let too_many = Err(SubmitError::TooManyTrades {
        trades: 11,
        limit: 10,
    });
    assert_eq!(pipeline.submit(clock, messages), too_many);
    let long = [vec![0; 3_000], vec![0; 3_000]];
    let too_long = Err(SubmitError::TooManyBytes {
        bytes: 6_049,
        limit: 5_000,
    });
    assert_eq!(pipeline.submit(clock, &long), too_long);
    let loaded = pipeline.load(
        &Pubkey::new_unique(),
        Some((&Pubkey::new_unique(), &[0; 5_000])),
    );
    assert!(matches!(loaded, Err(SubmitError::TooManyBytes { .. })));
    // The next one is the first.
    let taken = pipeline.submit(clock, &messages[..3]).unwrap();
    assert_eq!((taken.0, read(&outcomes, 1)[0].sequence), (1, taken));
    shut_down(pipeline);

    config.journal.max_record_bytes = 4_000;
    let started = Pipeline::start(
        &config,
        MemoryDisk::new().mount(),
        || flow.genesis.copy(),
        |_| {},
    );
    assert!(matches!(
        started.err(),
        Some(StartError::RecordsTooShort { allowed: 4_000, .. })
    ));
}

#[test]
fn bad_transactions_leave_the_others_alone() {
    let (exchange, genesis) = Exchange::new(2, 4);
    let swap = |wallet: usize| {
        message(
            &[exchange.swap(wallet, wallet % 2, true, 1_000)],
            &exchange.wallets[wallet].address,
        )
    };
    let good: Vec<_> = (0..4).map(swap).collect();
    let mixed = [
        &good[0][..],
        &[],
        &good[1],
        &good[1][..40],
        &good[2],
        &[0xff; 5_000],
        &good[3],
        &[0x85],
    ];
    let Started {
        mut pipeline,
        outcomes,
        ..
    } = start(&Config::default(), MemoryDisk::new().mount(), &genesis);
    pipeline.submit(&clock_now(), &mixed).unwrap();
    let with = read(&outcomes, 1).remove(0).outcomes;
    let with_hash = shut_down(pipeline).simulation.state_hash();

    let Started {
        mut pipeline,
        outcomes,
        ..
    } = start(&Config::default(), MemoryDisk::new().mount(), &genesis);
    pipeline.submit(&clock_now(), &good).unwrap();
    let without = read(&outcomes, 1).remove(0).outcomes;
    assert_eq!(shut_down(pipeline).simulation.state_hash(), with_hash);

    assert!(without.iter().all(Result::is_ok));
    assert_eq!(with.len(), mixed.len());
    let (even, odd): (Vec<_>, Vec<_>) = with
        .into_iter()
        .enumerate()
        .partition(|(at, _)| at % 2 == 0);
    assert!(even.into_iter().map(|(_, outcome)| outcome).eq(without));
    assert!(
        odd.iter()
            .all(|(_, outcome)| matches!(outcome, Err(Refused::Message(_))))
    );
}
