//! What a journal rebuilds.

use std::error::Error;

use crate::format::Sequence;

/// A deterministic machine: its state is a function of the records applied, in their order, and of
/// nothing else, neither the time nor a thread nor the order in which a hash map is walked.
pub trait Machine {
    /// Why a record or a snapshot is not understood.
    type Error: Error + Send + Sync + 'static;

    /// Applies one record. That an order is refused is a result and no error; an error says that
    /// these bytes can never have been accepted by this machine, and stops recovery.
    ///
    /// # Errors
    ///
    /// If the record is malformed.
    fn apply(&mut self, sequence: Sequence, record: &[u8]) -> Result<(), Self::Error>;

    /// A hash of the whole state. Equal states have equal hashes, whichever way they were reached:
    /// by records alone or by a snapshot and the records after it.
    fn state_hash(&self) -> u64;

    /// Appends the state to `into`, as [`restore`](Self::restore) reads it.
    fn snapshot(&self, into: &mut Vec<u8>);

    /// Replaces the state by a snapshot's.
    ///
    /// # Errors
    ///
    /// If the bytes are no snapshot of such a machine. The state is then undefined; recovery throws
    /// the machine away.
    fn restore(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;
}
