//! From journals to running workers.

use std::{fmt, panic};

use sealane_journal::{RecoverError, Recovered, Recovery, Storage, recover};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{
    config::RuntimeConfig,
    control::Runtime,
    error::StartError,
    machine::{Markets, OnReplay, RECORD_PREFIX, Replaying},
    market::{Market, MarketId},
    placement::{Place, Placement},
    producer::Shared,
    sync::{Arc, Receiver, bounded, thread, unbounded},
    worker::{Input, Worker},
};

/// Markets that run, and how their journals were found.
pub struct Started<M: Market> {
    /// The markets.
    pub runtime: Runtime<M>,
    /// How each worker was recovered, and what was cut from its journal.
    pub recoveries: Vec<Recovery>,
}

impl<M: Market> fmt::Debug for Started<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Started")
            .field("runtime", &self.runtime)
            .field("recoveries", &self.recoveries)
            .finish()
    }
}

impl<M: Market> Runtime<M> {
    /// Recovers all markets, opens those of `markets` that are new, and lets them run: one worker
    /// for each of `storages`. Always give the same storages in the same order, since each market
    /// stays in the journal that it was opened in; new ones go to the worker that has the fewest.
    ///
    /// `on_replay` is called, from several threads, for each event of a record that is replayed,
    /// which is every one since the snapshot, in the streams that the configuration
    /// [names](RuntimeConfig::replayed). Those that were published before the crash come again,
    /// with the same names; those that were not, for the first time.
    ///
    /// # Errors
    ///
    /// If a journal cannot be recovered, is another worker's, or a market cannot be opened.
    pub fn start<S>(
        config: RuntimeConfig,
        storages: Vec<S>,
        markets: impl IntoIterator<Item = (MarketId, M)>,
        on_replay: OnReplay<'_, M>,
    ) -> Result<Started<M>, StartError>
    where
        S: Storage<File: Send> + Send + 'static,
    {
        if storages.is_empty() {
            return Err(StartError::NoWorkers);
        }
        let needed = RECORD_PREFIX + M::MAX_COMMAND_BYTES;
        let allowed = config.journal.max_record_bytes;
        if needed > allowed as usize {
            return Err(StartError::RecordsTooShort { allowed, needed });
        }
        let recovered = recover_all::<M, S>(&config, storages, on_replay)?;
        let (mut workers, recoveries): (Vec<_>, Vec<_>) = recovered.into_iter().unzip();
        let placement = place(&workers)?;
        open_new(&mut workers, &placement, markets)?;
        let runtime = run(workers, placement, config.queue.get())?;
        Ok(Started {
            runtime,
            recoveries,
        })
    }
}

/// A worker and how it was recovered.
type Found<M, S> = (Worker<M, S>, Recovery);

/// Recovers all workers, each in a thread of its own.
fn recover_all<M: Market, S>(
    config: &RuntimeConfig,
    storages: Vec<S>,
    on_replay: OnReplay<'_, M>,
) -> Result<Vec<Found<M, S>>, StartError>
where
    S: Storage<File: Send> + Send + 'static,
{
    let count = storages.len();
    thread::scope(|scope| {
        let threads: Vec<_> = storages
            .into_iter()
            .enumerate()
            .map(|(index, storage)| {
                scope.spawn(move || recover_one(config, index, count, storage, on_replay))
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| {
                // Only the caller's `on_replay` can have panicked.
                thread
                    .join()
                    .unwrap_or_else(|payload| panic::resume_unwind(payload))
            })
            .collect()
    })
}

fn recover_one<M: Market, S: Storage>(
    config: &RuntimeConfig,
    index: usize,
    count: usize,
    storage: S,
    on_replay: OnReplay<'_, M>,
) -> Result<Found<M, S>, StartError> {
    // A journal belongs to its position among so many, or markets would be opened twice.
    let position = [(index as u64).to_le_bytes(), (count as u64).to_le_bytes()];
    let mut journal = config.journal.clone();
    journal.identity = xxh3_64_with_seed(position.as_flattened(), journal.identity);
    let fresh = || Replaying {
        markets: Markets::new(),
        worker: index,
        streams: config.replayed,
        on_replay,
    };
    let Recovered {
        machine,
        journal,
        report,
    } = recover(storage, journal, fresh).map_err(|source| match source {
        source @ RecoverError::Foreign { .. } => StartError::Misplaced {
            worker: index,
            source,
        },
        source => StartError::Recover {
            worker: index,
            source,
        },
    })?;
    let worker = Worker::new(index, machine.markets, journal, config);
    Ok((worker, report))
}

/// Where the journals say that markets are.
fn place<M: Market, S: Storage>(workers: &[Worker<M, S>]) -> Result<Placement, StartError> {
    let placement = Placement::new(workers.len());
    let mut table = placement.lock();
    for (worker, found) in workers.iter().enumerate() {
        for (slot, market) in found.markets.ids().enumerate() {
            table
                .insert(market, Place { worker, slot })
                .map_err(|other| StartError::MarketTwice {
                    market,
                    first: other.worker,
                    second: worker,
                })?;
        }
    }
    drop(table);
    Ok(placement)
}

fn open_new<M: Market, S: Storage>(
    workers: &mut [Worker<M, S>],
    placement: &Placement,
    markets: impl IntoIterator<Item = (MarketId, M)>,
) -> Result<(), StartError> {
    let mut table = placement.lock();
    for (market, state) in markets {
        if table.find(market).is_some() {
            continue;
        }
        let worker = table.least_loaded(|_| true).ok_or(StartError::NoWorkers)?;
        let slot = workers[worker]
            .open(market, state)
            .map_err(|source| StartError::Open { market, source })?;
        table
            .insert(market, Place { worker, slot })
            .map_err(|other| StartError::MarketTwice {
                market,
                first: other.worker,
                second: worker,
            })?;
    }
    Ok(())
}

/// Starts the threads. If one cannot be started, those that were end with their queues.
fn run<M: Market, S>(
    workers: Vec<Worker<M, S>>,
    placement: Placement,
    queue: usize,
) -> Result<Runtime<M>, StartError>
where
    S: Storage<File: Send> + Send + 'static,
{
    let (queues, inputs): (Vec<_>, Vec<Receiver<Input<M>>>) =
        workers.iter().map(|_| bounded(queue)).unzip();
    let shared = Arc::new(Shared::new(queues, placement));
    let (done, outcomes) = unbounded();
    let mut threads = Vec::new();
    for ((index, worker), inputs) in workers.into_iter().enumerate().zip(inputs) {
        let (shared, done) = (Arc::clone(&shared), done.clone());
        let body = move || {
            // Nobody listens after a runtime was dropped without a shutdown.
            let _ = done.send(worker.run(&inputs, &shared));
        };
        let builder = thread::Builder::new().name(format!("markets-{index}"));
        threads.push(builder.spawn(body).map_err(StartError::Thread)?);
    }
    Ok(Runtime::new(shared, threads, outcomes))
}
