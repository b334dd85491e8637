//! From addresses to dense numbers.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::RandomState;

use super::{AccountId, TooManyAccounts};

/// An account's address on the chain.
pub type Address = [u8; 32];

/// Gives every address a number, in order of first sight, and never takes it away.
///
/// Addresses can be ground to collide under a hash that is known, so the hash is seeded at random.
/// Numbers do not depend on the seed.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    ids: HashMap<Address, AccountId, RandomState>,
    addresses: Vec<Address>,
}

impl Interner {
    /// An interner that knows no address.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of `address`, which is the next free one if the address is new.
    pub fn intern(&mut self, address: &Address) -> Result<AccountId, TooManyAccounts> {
        match self.ids.entry(*address) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(new) => {
                let id = AccountId::new(self.addresses.len())?;
                self.addresses.push(*address);
                Ok(*new.insert(id))
            }
        }
    }

    /// The number of `address`, if it was interned.
    pub fn get(&self, address: &Address) -> Option<AccountId> {
        self.ids.get(address).copied()
    }

    /// The address with this number, if there is one.
    pub fn address(&self, id: AccountId) -> Option<&Address> {
        self.addresses.get(id.index())
    }

    /// How many addresses are known: the length of a slice with state for each.
    pub fn len(&self) -> usize {
        self.addresses.len()
    }

    /// Whether no address is known.
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }
}
