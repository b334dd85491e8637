//! From addresses to dense numbers.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::{AccountId, TooManyAccounts};

/// An account's address on the chain.
pub type Address = [u8; 32];

/// Gives every address a number, in order of first sight, and never takes it away.
///
/// The table holds numbers only; addresses are compared where they are kept anyway.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    ids: HashTable<AccountId>,
    addresses: Vec<Address>,
    hash: AddressHash,
}

/// Addresses are keys or hashes themselves, so eight bytes of one are as good as all, and take a
/// fifth of the time. Which ones, and what they are multiplied by, is random and secret: whoever
/// grinds addresses to collide would have to make eight bytes equal without knowing where.
/// Numbers do not depend on it.
#[derive(Clone, Copy, Debug)]
struct AddressHash {
    start: usize,
    added: u64,
    factor: u64,
}

impl Default for AddressHash {
    fn default() -> Self {
        let random = RandomState::default();
        let starts = (size_of::<Address>() - size_of::<u64>() + 1) as u64;
        Self {
            start: (random.hash_one(0u8) % starts) as usize,
            added: random.hash_one(1u8),
            // Odd, so that no bit is lost.
            factor: random.hash_one(2u8) | 1,
        }
    }
}

impl AddressHash {
    #[inline(always)]
    fn of(self, address: &Address) -> u64 {
        let (words, _) = address[self.start..].as_chunks();
        let word = u64::from_le_bytes(words[0]);
        // Both halves of the product: the table looks at the highest and the lowest bits.
        let product = u128::from(word ^ self.added) * u128::from(self.factor);
        product as u64 ^ (product >> 64) as u64
    }
}

impl Interner {
    /// An interner that knows no address.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of `address`, which is the next free one if the address is new.
    #[inline]
    pub fn intern(&mut self, address: &Address) -> Result<AccountId, TooManyAccounts> {
        let (addresses, hash) = (&self.addresses, self.hash);
        let entry = self.ids.entry(
            hash.of(address),
            |id| addresses[id.index()] == *address,
            |id| hash.of(&addresses[id.index()]),
        );
        match entry {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(new) => {
                let id = AccountId::new(addresses.len())?;
                new.insert(id);
                self.addresses.push(*address);
                Ok(id)
            }
        }
    }

    /// The number of `address`, if it was interned.
    #[inline]
    pub fn get(&self, address: &Address) -> Option<AccountId> {
        let is_it = |id: &AccountId| self.addresses[id.index()] == *address;
        self.ids.find(self.hash.of(address), is_it).copied()
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
