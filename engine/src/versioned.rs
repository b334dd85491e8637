//! Values as of a slot: what caches of a chain's accounts consist of.
//!
//! Updates arrive in any order and more than once. What is older than the known state is ignored,
//! and what is of the same slot replaces it, since nodes report the states within a slot in order.
//!
//! Tables are persistent maps: a copy of a cache shares everything with the original, and each of
//! the two changes for itself. So a snapshot costs nothing, however large the cache is.

use std::collections::BTreeMap;

use imbl::HashMap;
use solana_pubkey::Pubkey;

/// Accounts of one type, by address.
pub(crate) type Table<T> = HashMap<Pubkey, Versioned<T>>;

/// A value and the slot in which it was true.
#[derive(Clone, Debug)]
pub(crate) struct Versioned<T> {
    pub(crate) value: T,
    pub(crate) slot: u64,
}

/// How an update relates to what is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Newness {
    New,
    Same,
    Old,
}

/// What a cache says that an update did.
pub(crate) trait Outcome {
    /// The cache held exactly this already.
    const UNCHANGED: Self;
    /// The cache holds a newer state.
    const STALE: Self;
}

impl Newness {
    /// Tells it: `new` if something changed.
    pub(crate) fn applied<O: Outcome>(self, new: O) -> O {
        match self {
            Self::New => new,
            Self::Same => O::UNCHANGED,
            Self::Old => O::STALE,
        }
    }
}

impl<T: PartialEq> Versioned<T> {
    /// Stores a newer state; a state that did not change is known to be as fresh as the update.
    pub(crate) fn replace(&mut self, slot: u64, value: T) -> Newness {
        if slot < self.slot {
            return Newness::Old;
        }
        self.slot = slot;
        if self.value == value {
            return Newness::Same;
        }
        self.value = value;
        Newness::New
    }
}

/// Stores the newest state of a single account.
pub(crate) fn store<T: PartialEq>(
    known: &mut Option<Versioned<T>>,
    slot: u64,
    value: T,
) -> Newness {
    match known {
        Some(known) => known.replace(slot, value),
        None => {
            *known = Some(Versioned { value, slot });
            Newness::New
        }
    }
}

/// Accounts of one type that belong to another account, which numbers them: by that one, then by
/// number. So they may arrive before the one that they belong to.
pub(crate) type Numbered<T> = HashMap<Pubkey, BTreeMap<u8, (Pubkey, Versioned<T>)>>;

/// Stores the newest state of an account that another one numbers.
pub(crate) fn store_numbered<T: PartialEq + Clone>(
    known: &mut Numbered<T>,
    (parent, index): (Pubkey, u8),
    address: Pubkey,
    slot: u64,
    value: T,
) -> Newness {
    let siblings = known.entry(parent).or_default();
    match siblings.get_mut(&index) {
        Some((_, known)) => known.replace(slot, value),
        None => {
            siblings.insert(index, (address, Versioned { value, slot }));
            Newness::New
        }
    }
}

/// Stores the newest state of an account among others.
pub(crate) fn store_in<T: PartialEq + Clone>(
    known: &mut Table<T>,
    address: Pubkey,
    slot: u64,
    value: T,
) -> Newness {
    match known.get_mut(&address) {
        Some(known) => known.replace(slot, value),
        None => {
            known.insert(address, Versioned { value, slot });
            Newness::New
        }
    }
}

/// A pair of mints whatever their order.
pub(crate) fn pair(one: &Pubkey, other: &Pubkey) -> (Pubkey, Pubkey) {
    if one <= other {
        (*one, *other)
    } else {
        (*other, *one)
    }
}
