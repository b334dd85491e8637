//! How markets are run.

use std::num::{NonZeroU64, NonZeroUsize};

use super::output::Streams;

/// How markets are run. All of it may change from start to start, but for the journal's identity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuntimeConfig {
    /// How each worker keeps its journal. Its identity is that of all of them together.
    pub journal: sealane_journal::Config,
    /// Commands that wait for a worker before producers are refused or made to wait.
    pub queue: NonZeroUsize,
    /// Commands that a worker makes durable together, at most. It never waits for a batch to fill.
    pub batch: NonZeroUsize,
    /// After how many commands a worker takes a snapshot by itself.
    pub snapshot_every: Option<NonZeroU64>,
    /// Which streams a start says anew of the records that it replays.
    pub replayed: Streams,
}

impl Default for RuntimeConfig {
    /// Group commit of up to 1,024 commands, a queue of 8,192, a snapshot every 10 million; reports
    /// are said anew.
    fn default() -> Self {
        Self {
            journal: sealane_journal::Config::default(),
            queue: NonZeroUsize::MIN.saturating_add((1 << 13) - 1),
            batch: NonZeroUsize::MIN.saturating_add((1 << 10) - 1),
            snapshot_every: NonZeroU64::new(10_000_000),
            replayed: Streams::REPORTS,
        }
    }
}
