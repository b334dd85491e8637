//! What a consumer wants.

use std::num::NonZeroUsize;

use super::{market::MarketId, output::Streams};

/// What a consumer wants to hear, and what happens if it does not listen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subscription {
    /// Of which markets it wants what.
    pub markets: Selection,
    /// Events that its ring holds.
    pub ring: NonZeroUsize,
    /// What happens when that is full.
    pub slow: SlowConsumer,
}

/// Of which markets a consumer wants what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selection {
    /// The same of all, those included that are opened later.
    All(Streams),
    /// Of these only, and of each its own.
    Only(Vec<(MarketId, Streams)>),
}

impl Selection {
    /// What is wanted of a market.
    pub(super) fn of(&self, market: MarketId) -> Streams {
        match self {
            Self::All(streams) => *streams,
            Self::Only(markets) => {
                let of_it = markets.iter().filter(|(listed, _)| *listed == market);
                of_it.fold(Streams::NONE, |all, (_, streams)| all.union(*streams))
            }
        }
    }

    /// What is wanted of any market.
    pub(super) fn of_any(&self) -> Streams {
        match self {
            Self::All(streams) => *streams,
            Self::Only(markets) => {
                let all = markets.iter();
                all.fold(Streams::NONE, |all, (_, streams)| all.union(*streams))
            }
        }
    }
}

/// What happens when a consumer's ring is full.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SlowConsumer {
    /// The worker waits, so that its queue fills and producers are refused in turn.
    Wait,
    /// The consumer is ended: after the events in its ring it is told [`Ended::TooSlow`].
    ///
    /// [`Ended::TooSlow`]: super::Ended::TooSlow
    Disconnect,
    /// What does not fit is left out, and the consumer told so ([`Event::Gap`]): market by market
    /// it hears nothing more until it [takes a snapshot](super::Consumer::resync), which makes up
    /// for all that it missed. Nothing makes up for missed reports, so this is for depth only.
    ///
    /// [`Event::Gap`]: super::Event::Gap
    Skip,
}
