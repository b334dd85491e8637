//! What the journal holds: one record for each batch, and one for each account that was loaded.
//!
//! | at | bytes | a batch |
//! |---:|------:|---|
//! |  0 | 1 | 0 |
//! |  1 | 40 | the moment: slot, start of the epoch, epoch, leader schedule's epoch, time |
//! | 41 | 4 | number of transactions |
//! | 45 | rest | of each: its length in 2 bytes, its message |
//!
//! | at | bytes | an account |
//! |---:|------:|---|
//! |  0 | 1 | 1, or 2 if there is none at the address |
//! |  1 | 32 | address |
//! | 33 | 32 | the program that owns it, zeros if there is none |
//! | 65 | rest | its bytes |
//!
//! Of a message that is too long, just enough is kept to find that again.

use solana_clock::Clock;
use solana_pubkey::Pubkey;

use super::{error::ReplayError, message::MAX_MESSAGE_BYTES};

const BATCH: u8 = 0;
const ACCOUNT: u8 = 1;
const NO_ACCOUNT: u8 = 2;
const LENGTH: usize = size_of::<u16>();
const _: () = assert!(MAX_MESSAGE_BYTES < u16::MAX as usize);

/// Bytes of a batch without transactions.
pub(super) const BATCH_HEADER: usize = 1 + CLOCK_BYTES + size_of::<u32>();
/// Bytes of a transaction in a batch, at most.
pub(super) const MAX_TRANSACTION: usize = LENGTH + MAX_MESSAGE_BYTES + 1;
pub(super) const CLOCK_BYTES: usize = 40;

/// A record, taken apart.
pub(super) enum Record<'a> {
    Batch {
        clock: Clock,
        transactions: Transactions<'a>,
    },
    Account(AccountRecord<'a>),
}

/// An account to be put there.
pub(super) struct AccountRecord<'a> {
    pub(super) address: Pubkey,
    /// Owner and bytes, unless there is no account.
    pub(super) account: Option<(Pubkey, &'a [u8])>,
}

/// The messages of a batch.
pub(super) struct Transactions<'a> {
    left: usize,
    bytes: &'a [u8],
    /// Length of the whole record.
    whole: usize,
}

/// The record of a batch.
pub(super) fn batch(clock: &Clock, messages: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let messages = messages.iter().map(|message| {
        let message = message.as_ref();
        &message[..message.len().min(MAX_MESSAGE_BYTES + 1)]
    });
    let bytes: usize = messages.clone().map(|message| LENGTH + message.len()).sum();
    let mut record = Vec::with_capacity(BATCH_HEADER + bytes);
    record.push(BATCH);
    record.extend(clock_bytes(clock));
    record.extend((messages.len() as u32).to_le_bytes());
    for message in messages {
        record.extend((message.len() as u16).to_le_bytes());
        record.extend_from_slice(message);
    }
    record
}

/// The record of an account, owner and bytes, or of there being none.
pub(super) fn account(address: &Pubkey, account: Option<(&Pubkey, &[u8])>) -> Vec<u8> {
    let kind = if account.is_some() {
        ACCOUNT
    } else {
        NO_ACCOUNT
    };
    let (owner, data) = account.unwrap_or((const { &Pubkey::new_from_array([0; 32]) }, &[]));
    [&[kind], address.as_ref(), owner.as_ref(), data].concat()
}

/// Takes a record apart.
pub(super) fn parse(record: &[u8]) -> Result<Record<'_>, ReplayError> {
    let mut reader = Reader::new(record);
    match reader.byte()? {
        BATCH => Ok(Record::Batch {
            clock: reader.clock()?,
            transactions: Transactions {
                left: reader.count()?,
                bytes: reader.rest(),
                whole: record.len(),
            },
        }),
        kind @ (ACCOUNT | NO_ACCOUNT) => {
            let (address, owner) = (reader.address()?, reader.address()?);
            let account = (kind == ACCOUNT).then(|| (owner, reader.rest()));
            reader.end()?;
            Ok(Record::Account(AccountRecord { address, account }))
        }
        kind => Err(ReplayError::Kind { kind }),
    }
}

impl<'a> Iterator for Transactions<'a> {
    type Item = Result<&'a [u8], ReplayError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut reader = Reader {
            bytes: self.bytes,
            whole: self.whole,
        };
        let next = if self.left == 0 {
            // Once, if there is something.
            self.bytes = &[];
            return reader.end().err().map(Err);
        } else {
            reader.message()
        };
        self.left = if next.is_ok() { self.left - 1 } else { 0 };
        self.bytes = if next.is_ok() { reader.bytes } else { &[] };
        Some(next)
    }
}

pub(super) fn clock_bytes(clock: &Clock) -> [u8; CLOCK_BYTES] {
    let words = [
        clock.slot,
        clock.epoch_start_timestamp as u64,
        clock.epoch,
        clock.leader_schedule_epoch,
        clock.unix_timestamp as u64,
    ];
    let mut bytes = [0; CLOCK_BYTES];
    for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

/// Reads fields one after the other.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    whole: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            whole: bytes.len(),
        }
    }

    fn short(&self) -> ReplayError {
        ReplayError::Short { bytes: self.whole }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ReplayError> {
        let (array, rest) = self.bytes.split_first_chunk().ok_or_else(|| self.short())?;
        self.bytes = rest;
        Ok(*array)
    }

    pub(super) fn byte(&mut self) -> Result<u8, ReplayError> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn count(&mut self) -> Result<usize, ReplayError> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }

    pub(super) fn address(&mut self) -> Result<Pubkey, ReplayError> {
        self.array().map(Pubkey::new_from_array)
    }

    pub(super) fn slice(&mut self, bytes: usize) -> Result<&'a [u8], ReplayError> {
        let (slice, rest) = self
            .bytes
            .split_at_checked(bytes)
            .ok_or_else(|| self.short())?;
        self.bytes = rest;
        Ok(slice)
    }

    fn message(&mut self) -> Result<&'a [u8], ReplayError> {
        let bytes = u16::from_le_bytes(self.array()?);
        self.slice(bytes.into())
    }

    pub(super) fn clock(&mut self) -> Result<Clock, ReplayError> {
        let mut word = || self.array().map(u64::from_le_bytes);
        Ok(Clock {
            slot: word()?,
            epoch_start_timestamp: word()? as i64,
            epoch: word()?,
            leader_schedule_epoch: word()?,
            unix_timestamp: word()? as i64,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.bytes)
    }

    fn end(&self) -> Result<(), ReplayError> {
        match self.bytes.len() {
            0 => Ok(()),
            bytes => Err(ReplayError::Long { bytes }),
        }
    }
}
