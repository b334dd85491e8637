//! Why a demo world could not be built.

use sealane_sdk::book::LadderError;
use sealane_sdk::client::ClientError;
use sealane_sdk::farms::FarmError;
use sealane_sdk::markets::MarketError;
use sealane_sdk::plan::PlanError;
use sealane_sdk::quote::QuoteError;
use sealane_sdk::realms::RealmError;

use crate::chain::ChainError;
use crate::state::StateError;

/// Why a demo world could not be built. Each says at what it failed.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The chain failed.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A key could not be kept.
    #[error(transparent)]
    State(#[from] StateError),
    /// A transaction or a request failed.
    #[error("{doing}: {source}{}", hint(source))]
    Client {
        /// What was being done.
        doing: String,
        /// What went wrong.
        source: Box<ClientError>,
    },
    /// A pool could not be planned.
    #[error("{doing}: {source}")]
    Plan {
        /// What was being done.
        doing: String,
        /// What went wrong.
        source: PlanError,
    },
    /// A trade in an order book, or a part of the book, could not be planned.
    #[error("{doing}: {source} ({})", source.hint())]
    Market {
        /// What was being done.
        doing: String,
        /// What went wrong.
        source: MarketError,
    },
    /// A maker's quotes could not be put into a message.
    #[error("{doing}: {source} ({})", source.hint())]
    Ladder {
        /// What was being done.
        doing: String,
        /// What went wrong.
        source: LadderError,
    },
    /// Something about a farm could not be planned.
    #[error("{doing}: {source} ({})", source.hint())]
    Farm {
        /// What was being done.
        doing: String,
        /// What went wrong.
        source: FarmError,
    },
    /// Something about a realm could not be planned.
    #[error("{doing}: {source} ({})", source.hint())]
    Realm {
        /// What was being done.
        doing: String,
        /// What went wrong.
        source: RealmError,
    },
    /// A deposit could not be quoted.
    #[error("{doing}: {source} ({})", source.hint())]
    Quote {
        /// What was being done.
        doing: String,
        /// What went wrong.
        source: QuoteError,
    },
}

fn hint(source: &ClientError) -> String {
    source
        .hint()
        .map(|hint| format!(" ({hint})"))
        .unwrap_or_default()
}

/// Says what was being done when an SDK call fails.
pub(crate) trait Doing<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, WorldError>;
}

impl<T> Doing<T> for Result<T, ClientError> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, WorldError> {
        self.map_err(|source| WorldError::Client {
            doing: what(),
            source: Box::new(source),
        })
    }
}

impl<T> Doing<T> for Result<T, PlanError> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, WorldError> {
        self.map_err(|source| WorldError::Plan {
            doing: what(),
            source,
        })
    }
}

impl<T> Doing<T> for Result<T, MarketError> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, WorldError> {
        self.map_err(|source| WorldError::Market {
            doing: what(),
            source,
        })
    }
}

impl<T> Doing<T> for Result<T, LadderError> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, WorldError> {
        self.map_err(|source| WorldError::Ladder {
            doing: what(),
            source,
        })
    }
}

impl<T> Doing<T> for Result<T, QuoteError> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, WorldError> {
        self.map_err(|source| WorldError::Quote {
            doing: what(),
            source,
        })
    }
}

impl<T> Doing<T> for Result<T, FarmError> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, WorldError> {
        self.map_err(|source| WorldError::Farm {
            doing: what(),
            source,
        })
    }
}

impl<T> Doing<T> for Result<T, RealmError> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, WorldError> {
        self.map_err(|source| WorldError::Realm {
            doing: what(),
            source,
        })
    }
}
