//! Two machines that have nothing in common: one that remembers all it was told, one that trades.

use std::convert::Infallible;

use thiserror::Error;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use crate::{format::Sequence, machine::Machine};

/// Counts and hashes its records, and checks that none is left out or comes twice.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Tape {
    pub(super) records: u64,
    hash: u64,
}

impl Machine for Tape {
    type Error = Infallible;

    fn apply(&mut self, sequence: Sequence, record: &[u8]) -> Result<(), Infallible> {
        self.records += 1;
        assert_eq!(
            sequence.0, self.records,
            "a record was left out or came twice"
        );
        self.hash = xxh3_64_with_seed(record, self.hash);
        Ok(())
    }

    fn state_hash(&self) -> u64 {
        self.hash ^ self.records
    }

    fn snapshot(&self, into: &mut Vec<u8>) {
        into.extend(self.records.to_le_bytes());
        into.extend(self.hash.to_le_bytes());
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), Infallible> {
        let word = |at: usize| {
            let bytes = bytes[at..at + 8].try_into().expect("eight bytes");
            u64::from_le_bytes(bytes)
        };
        (self.records, self.hash) = (word(0), word(8));
        Ok(())
    }
}

/// A simulator of swaps against one pool: the product of its reserves never falls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pool {
    pub(super) base: u64,
    pub(super) quote: u64,
    pub(super) refused: u64,
}

#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{0} bytes are no swap and no pool")]
pub(super) struct Malformed(usize);

impl Pool {
    pub(super) const fn new() -> Self {
        Self {
            base: 1_000_000,
            quote: 50_000_000,
            refused: 0,
        }
    }

    pub(super) fn swap(is_base_in: bool, amount: u64) -> [u8; 9] {
        let mut record = [u8::from(is_base_in); 9];
        record[1..].copy_from_slice(&amount.to_le_bytes());
        record
    }
}

impl Machine for Pool {
    type Error = Malformed;

    fn apply(&mut self, _: Sequence, record: &[u8]) -> Result<(), Malformed> {
        let Ok([direction @ (0 | 1), amount @ ..]) = <[u8; 9]>::try_from(record) else {
            return Err(Malformed(record.len()));
        };
        let amount = u64::from_le_bytes(amount);
        let (reserve_in, reserve_out) = match direction {
            1 => (&mut self.base, &mut self.quote),
            _ => (&mut self.quote, &mut self.base),
        };
        let Some(new_in) = reserve_in.checked_add(amount) else {
            self.refused += 1;
            return Ok(());
        };
        let product = u128::from(*reserve_in) * u128::from(*reserve_out);
        *reserve_in = new_in;
        *reserve_out = product.div_ceil(u128::from(new_in)) as u64;
        Ok(())
    }

    fn state_hash(&self) -> u64 {
        let mut bytes = Vec::new();
        self.snapshot(&mut bytes);
        xxh3_64(&bytes)
    }

    fn snapshot(&self, into: &mut Vec<u8>) {
        for word in [self.base, self.quote, self.refused] {
            into.extend(word.to_le_bytes());
        }
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        if bytes.len() != 24 {
            return Err(Malformed(bytes.len()));
        }
        let mut words = bytes.chunks_exact(8).map(|word| {
            let word = word.try_into().expect("eight bytes");
            u64::from_le_bytes(word)
        });
        for place in [&mut self.base, &mut self.quote, &mut self.refused] {
            *place = words.next().expect("three words");
        }
        Ok(())
    }
}
