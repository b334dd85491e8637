//! Reading and writing fixed-size little-endian records.

use thiserror::Error;

/// Why bytes are not a command or a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum DecodeError {
    /// The record has a fixed length, and this is another.
    #[error("expected {expected} bytes and got {found}: pass exactly one record")]
    Length {
        /// Bytes in a record.
        expected: usize,
        /// Bytes passed.
        found: usize,
    },
    /// A byte that names a variant names none.
    #[error(
        "byte {at} ({field}) is {found}, which names no {field}: the record is corrupt or of a newer version"
    )]
    Unknown {
        /// What the byte names.
        field: &'static str,
        /// Where it lies in the record.
        at: usize,
        /// Its value.
        found: u8,
    },
    /// A byte that this variant does not use is not zero.
    #[error(
        "byte {at} is not used by this kind of record and must be zero: the record is corrupt or of a newer version"
    )]
    NotZero {
        /// Where it lies in the record.
        at: usize,
    },
}

/// An enum that is one byte in a record.
pub(crate) trait ByteEnum: Copy + 'static {
    /// What it is called in errors.
    const FIELD: &'static str;
    /// Every variant; the byte is the position.
    const ALL: &'static [Self];
}

/// Makes a field-less enum a byte in records: its discriminants count up from zero.
macro_rules! byte_enum {
    ($name:ident, $field:literal, [$($variant:ident),+ $(,)?]) => {
        impl $crate::codec::ByteEnum for $name {
            const FIELD: &'static str = $field;
            const ALL: &'static [Self] = &[$(Self::$variant),+];
        }
        const _: () = {
            let all = <$name as $crate::codec::ByteEnum>::ALL;
            let mut index = 0;
            while index < all.len() {
                assert!(all[index] as usize == index);
                index += 1;
            }
        };
    };
}
pub(crate) use byte_enum;

/// A record being read. Every byte is either taken or must be zero, so that a record has one
/// encoding and what decodes encodes to the same bytes.
pub(crate) struct Record<'a, const N: usize> {
    bytes: &'a [u8; N],
    taken: [bool; N],
}

impl<'a, const N: usize> Record<'a, N> {
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let bytes = bytes.try_into().map_err(|_| DecodeError::Length {
            expected: N,
            found: bytes.len(),
        })?;
        Ok(Self {
            bytes,
            taken: [false; N],
        })
    }

    fn take<const M: usize>(&mut self, at: usize) -> [u8; M] {
        self.taken[at..at + M].fill(true);
        let mut taken = [0; M];
        taken.copy_from_slice(&self.bytes[at..at + M]);
        taken
    }

    pub(crate) fn u8(&mut self, at: usize) -> u8 {
        self.take::<1>(at)[0]
    }

    pub(crate) fn u32(&mut self, at: usize) -> u32 {
        u32::from_le_bytes(self.take(at))
    }

    pub(crate) fn u64(&mut self, at: usize) -> u64 {
        u64::from_le_bytes(self.take(at))
    }

    pub(crate) fn variant<E: ByteEnum>(&mut self, at: usize) -> Result<E, DecodeError> {
        let found = self.u8(at);
        E::ALL
            .get(usize::from(found))
            .copied()
            .ok_or(DecodeError::Unknown {
                field: E::FIELD,
                at,
                found,
            })
    }

    /// `value`, if all that was not taken is zero.
    pub(crate) fn finish<T>(&self, value: T) -> Result<T, DecodeError> {
        match (0..N).find(|&at| !self.taken[at] && self.bytes[at] != 0) {
            Some(at) => Err(DecodeError::NotZero { at }),
            None => Ok(value),
        }
    }
}

/// Writes `value` at `at`.
pub(crate) fn put_u32(out: &mut [u8], at: usize, value: u32) {
    out[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

/// Writes `value` at `at`.
pub(crate) fn put_u64(out: &mut [u8], at: usize, value: u64) {
    out[at..at + 8].copy_from_slice(&value.to_le_bytes());
}
