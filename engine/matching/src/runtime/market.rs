//! What a worker runs.

use std::{error::Error, fmt};

use thiserror::Error;

use super::output::Outputs;
use crate::{
    book::{Book, SnapshotError},
    codec::DecodeError,
    command::Command,
    report::{LevelChange, OrderChange, Report, ReportSink},
    units::Side,
};

/// A market's number. Chosen by whoever opens it, and never given again.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MarketId(pub u32);

impl fmt::Display for MarketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A market's deterministic state: what it does depends on its commands and nothing else.
pub trait Market: Sized + Send + 'static {
    /// What it is told.
    type Command: Copy + fmt::Debug + Send + 'static;
    /// What it says to the owners of orders.
    type Report: Copy + fmt::Debug + Send + 'static;
    /// What it says of its depth by price (L2).
    type LevelChange: Copy + fmt::Debug + Send + 'static;
    /// What it says of its depth by order (L3).
    type OrderChange: Copy + fmt::Debug + Send + 'static;
    /// Why bytes are no command or no market.
    type Error: Error + Send + Sync + 'static;

    /// Bytes of the longest encoded command.
    const MAX_COMMAND_BYTES: usize;

    /// Carries out a command, and says what is to be published. A refusal is a report too.
    ///
    /// What it says must not depend on what of it is wanted.
    fn apply(&mut self, command: &Self::Command, outputs: &mut Outputs<Self>);

    /// Appends its depth by price: the changes that make an empty copy equal to it.
    fn levels(&self, into: &mut Vec<Self::LevelChange>);

    /// Appends its depth by order, likewise.
    fn orders(&self, into: &mut Vec<Self::OrderChange>);

    /// Appends a command's bytes.
    fn encode(command: &Self::Command, into: &mut Vec<u8>);

    /// Reads a command.
    ///
    /// # Errors
    ///
    /// If the bytes are no command.
    fn decode(bytes: &[u8]) -> Result<Self::Command, Self::Error>;

    /// A hash of the whole state.
    fn state_hash(&self) -> u64;

    /// Appends the whole state.
    fn snapshot(&self, into: &mut Vec<u8>);

    /// The market of a snapshot.
    ///
    /// # Errors
    ///
    /// If the bytes are no snapshot.
    fn restore(bytes: &[u8]) -> Result<Self, Self::Error>;
}

/// Why bytes are no command to a book, or no book.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum BookError {
    /// No command.
    #[error(transparent)]
    Command(#[from] DecodeError),
    /// No book.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

impl ReportSink for Outputs<Book> {
    #[inline]
    fn report(&mut self, report: Report) {
        Outputs::report(self, report);
    }

    #[inline]
    fn level(&mut self, change: LevelChange) {
        Outputs::level(self, change);
    }

    #[inline]
    fn order(&mut self, change: OrderChange) {
        Outputs::order(self, change);
    }
}

impl Market for Book {
    type Command = Command;
    type Report = Report;
    type LevelChange = LevelChange;
    type OrderChange = OrderChange;
    type Error = BookError;

    const MAX_COMMAND_BYTES: usize = Command::ENCODED_LEN;

    fn apply(&mut self, command: &Command, outputs: &mut Outputs<Self>) {
        Book::apply(self, command, outputs);
    }

    fn levels(&self, into: &mut Vec<LevelChange>) {
        let sides = Side::BOTH.into_iter();
        into.extend(sides.flat_map(|side| Book::levels(self, side)));
    }

    fn orders(&self, into: &mut Vec<OrderChange>) {
        let sides = Side::BOTH.into_iter();
        let orders = sides.flat_map(|side| self.resting(side));
        into.extend(orders.map(OrderChange::Added));
    }

    fn encode(command: &Command, into: &mut Vec<u8>) {
        let mut bytes = [0; Command::ENCODED_LEN];
        command.encode(&mut bytes);
        into.extend_from_slice(&bytes);
    }

    fn decode(bytes: &[u8]) -> Result<Command, BookError> {
        Ok(Command::decode(bytes)?)
    }

    fn state_hash(&self) -> u64 {
        Book::state_hash(self)
    }

    fn snapshot(&self, into: &mut Vec<u8>) {
        Book::snapshot(self, into);
    }

    fn restore(bytes: &[u8]) -> Result<Self, BookError> {
        Ok(Book::restore(bytes)?)
    }
}
