//! Transactions a second from bytes to outcomes, journaled on a real disk.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};
use sealane_engine::{
    fixtures::clock_now,
    pipeline::{Config, Outcomes, Pipeline, StageTimes},
    simulate::State,
};
use sealane_journal::{FileStorage, SyncPolicy};
use serde::Serialize;

use super::flow::{Flow, Generator};
use crate::matching::report::Spread;

/// Transactions in a batch.
const BATCH: usize = 1_024;
/// Batches in a round.
const BATCHES: usize = 128;
const FLOW: Flow = Flow::Wanted(10);
const PATIENCE: Duration = Duration::from_secs(60);

/// When batches are made durable, in words and in a word.
const POLICIES: [(SyncPolicy, &str, &str); 4] = [
    (SyncPolicy::Never, "no sync", "never"),
    (SyncPolicy::OnSync, "one sync at the end", "at end"),
    (SyncPolicy::EveryBatch, "group commit", "group"),
    (SyncPolicy::EveryRecord, "sync of every batch", "batch"),
];

/// What was measured under one policy.
#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) policy: &'static str,
    #[serde(skip)]
    pub(crate) short_policy: &'static str,
    pub(crate) trades_per_second: Spread,
    /// Of the median round.
    pub(crate) stages: Stages,
}

/// Nanoseconds that a trade takes in each stage.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Stages {
    pub(crate) decode_ns: f64,
    pub(crate) journal_ns: f64,
    pub(crate) schedule_ns: f64,
    pub(crate) simulate_ns: f64,
    pub(crate) publish_ns: f64,
}

/// What the transactions were.
#[derive(Serialize)]
pub(crate) struct Setup {
    pub(crate) flow: Flow,
    pub(crate) batch: usize,
    pub(crate) batches: usize,
    /// Bytes of a message, on average.
    pub(crate) message_bytes: usize,
}

struct Round {
    rate: f64,
    stages: Stages,
}

/// Times all policies in turn, on files in a folder that is made in `folder`.
pub(crate) fn measure(rounds: usize, folder: &Path) -> Result<(Setup, Vec<Row>)> {
    let (mut generator, state) = Generator::new();
    let batches: Vec<Vec<Vec<u8>>> = (0..BATCHES)
        .map(|_| generator.messages(FLOW, BATCH))
        .collect();
    let bytes: usize = batches.iter().flatten().map(Vec::len).sum();
    let mut measured: [Vec<Round>; POLICIES.len()] = Default::default();
    // The first round warms up.
    for number in 0..=rounds {
        eprintln!("pipeline: round {number} of {rounds}");
        for ((policy, ..), measured) in POLICIES.iter().zip(&mut measured) {
            let round = round(*policy, &batches, &state, folder)?;
            if number > 0 {
                measured.push(round);
            }
        }
    }
    let rows = POLICIES
        .iter()
        .zip(measured)
        .map(|((_, policy, short_policy), mut measured)| {
            measured.sort_by(|a, b| a.rate.total_cmp(&b.rate));
            let stages = measured[measured.len() / 2].stages;
            Row {
                policy,
                short_policy,
                trades_per_second: Spread::of(measured.iter().map(|round| round.rate).collect()),
                stages,
            }
        });
    let setup = Setup {
        flow: FLOW,
        batch: BATCH,
        batches: BATCHES,
        message_bytes: bytes / (BATCH * BATCHES),
    };
    Ok((setup, rows.collect()))
}

/// From the first batch that is submitted to the last outcome that is read.
fn round(
    policy: SyncPolicy,
    batches: &[Vec<Vec<u8>>],
    state: &State,
    folder: &Path,
) -> Result<Round> {
    let folder = tempfile::tempdir_in(folder).context("cannot make a folder for the journal")?;
    let storage = FileStorage::open(folder.path())?;
    let mut config = Config::default();
    config.journal.policy = policy;
    let started = Pipeline::start(&config, storage, || state.copy(), |_| {})?;
    let (mut pipeline, outcomes) = (started.pipeline, started.outcomes);
    let clock = clock_now();
    let start = Instant::now();
    let reader = thread::spawn(move || read(&outcomes));
    for batch in batches {
        pipeline.submit(&clock, batch)?;
    }
    let stopped = pipeline.shutdown(PATIENCE)?;
    let (succeeded, end) = reader.join().map_err(|_| anyhow!("the reader panicked"))?;
    let all = batches.len() * BATCH;
    ensure!(succeeded == all, "{succeeded} of {all} swaps succeeded");
    Ok(Round {
        rate: all as f64 / (end - start).as_secs_f64(),
        stages: Stages::of(&stopped.times, all),
    })
}

/// How many trades succeeded, and when the last outcomes came.
fn read(outcomes: &Outcomes) -> (usize, Instant) {
    let (mut succeeded, mut end) = (0, Instant::now());
    while let Some(executed) = outcomes.recv() {
        succeeded += executed
            .outcomes
            .iter()
            .filter(|outcome| outcome.is_ok())
            .count();
        end = Instant::now();
    }
    (succeeded, end)
}

impl Stages {
    fn of(times: &StageTimes, trades: usize) -> Self {
        let each = |time: Duration| time.as_nanos() as f64 / trades as f64;
        Self {
            decode_ns: each(times.decode),
            journal_ns: each(times.journal),
            schedule_ns: each(times.schedule),
            simulate_ns: each(times.simulate),
            publish_ns: each(times.publish),
        }
    }
}
