//! How a pipeline is run.

use std::num::NonZeroUsize;

/// How a pipeline is run. All of it may change from start to start, but for the journal's identity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// How the journal is kept. Its longest record bounds a batch in bytes.
    pub journal: sealane_journal::Config,
    /// Threads that trades run on, the execution thread among them.
    pub workers: NonZeroUsize,
    /// Trades in a batch, at most.
    pub batch: NonZeroUsize,
    /// Batches that wait to be journaled, and as many again to be executed, before submitters are
    /// refused or made to wait.
    pub queue: NonZeroUsize,
    /// Batches that are made durable together, at most. None waits for a group to fill.
    pub group: NonZeroUsize,
    /// Batches whose outcomes wait to be read before execution waits.
    pub ring: NonZeroUsize,
}

impl Default for Config {
    /// Group commit of up to 16 batches of up to 4,096 trades and 4 MiB, one worker, so that the
    /// pipeline keeps two cores busy; queues and ring of 16 batches.
    fn default() -> Self {
        let some = |number: usize| NonZeroUsize::MIN.saturating_add(number - 1);
        Self {
            journal: sealane_journal::Config {
                max_record_bytes: 4 << 20,
                buffer_bytes: 8 << 20,
                segment_bytes: 256 << 20,
                ..sealane_journal::Config::default()
            },
            workers: NonZeroUsize::MIN,
            batch: some(4_096),
            queue: some(16),
            group: some(16),
            ring: some(16),
        }
    }
}
