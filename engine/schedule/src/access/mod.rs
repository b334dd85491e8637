//! Which accounts a trade reads and writes.

mod batch;
mod interner;
#[cfg(test)]
mod tests;

pub use batch::{Accesses, Batch, BatchFull};
pub use interner::{Address, Interner};

use thiserror::Error;

/// An account's number. Numbers are dense, so that what is kept per account is an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(u32);

/// There is no number left for another account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("account number {index} is beyond {}: use one interner per set of markets", AccountId::MAX.0)]
pub struct TooManyAccounts {
    /// The number that was asked for.
    pub index: usize,
}

impl AccountId {
    /// The greatest number: one bit of the word says whether the account is written.
    pub const MAX: Self = Self(u32::MAX >> 1);

    /// The account with this number, counted from zero.
    pub fn new(index: usize) -> Result<Self, TooManyAccounts> {
        match u32::try_from(index) {
            Ok(id) if id <= Self::MAX.0 => Ok(Self(id)),
            _ => Err(TooManyAccounts { index }),
        }
    }

    /// The number, as the place of the account's state in a slice.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One account of a trade, and whether the trade may write it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Access(u32);

impl Access {
    /// The trade looks at the account.
    pub const fn read(account: AccountId) -> Self {
        Self(account.0 << 1)
    }

    /// The trade may change the account.
    pub const fn write(account: AccountId) -> Self {
        Self(account.0 << 1 | 1)
    }

    /// Which account.
    pub const fn account(self) -> AccountId {
        AccountId(self.0 >> 1)
    }

    /// Whether the trade may change the account.
    pub const fn is_write(self) -> bool {
        self.0 & 1 == 1
    }

    /// The account's number, as an index.
    pub(crate) const fn index(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// The same account, written if either of the two writes it.
    const fn merge(self, other: Self) -> Self {
        Self(self.0 | (other.0 & 1))
    }
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verb = if self.is_write() { "write" } else { "read" };
        write!(f, "{verb} {}", self.0 >> 1)
    }
}
