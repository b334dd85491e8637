//! The book of one market.

mod config;

pub use config::{BookConfig, ConfigError};

use crate::{command::Command, report::ReportSink};

/// One market's orders.
pub struct Book {
    config: BookConfig,
}

impl Book {
    /// An empty book.
    pub fn new(config: BookConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { config })
    }

    /// How it was made.
    #[must_use]
    pub const fn config(&self) -> &BookConfig {
        &self.config
    }

    /// Carries out one command and reports what has happened.
    pub fn apply(&mut self, _command: &Command, _sink: &mut impl ReportSink) {}

    /// A hash of everything that decides what the book does next.
    #[must_use]
    pub fn state_hash(&self) -> u64 {
        0
    }
}
