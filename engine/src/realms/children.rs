//! Accounts that belong to another account, and are closed one day.

use imbl::{HashMap, OrdSet};
use solana_pubkey::Pubkey;

use crate::{
    farms::Entry,
    versioned::{Newness, Table, store_in},
};

/// Accounts of one type, by address and by the account that they belong to. They may arrive before
/// that one.
#[derive(Clone, Debug)]
pub(super) struct Children<T> {
    /// Last states; `None` once an account was closed, so that older states do not bring it back.
    known: Table<Option<T>>,
    by_parent: HashMap<Pubkey, OrdSet<Pubkey>>,
}

impl<T> Default for Children<T> {
    fn default() -> Self {
        Self {
            known: Table::new(),
            by_parent: HashMap::new(),
        }
    }
}

impl<T: Clone + PartialEq> Children<T> {
    pub(super) fn put(
        &mut self,
        parent: Pubkey,
        address: Pubkey,
        slot: u64,
        account: T,
    ) -> Newness {
        self.by_parent.entry(parent).or_default().insert(address);
        store_in(&mut self.known, address, slot, Some(account))
    }

    /// Notes that there is nothing at an address any more; `None` if nothing ever was.
    pub(super) fn remove(&mut self, address: &Pubkey, slot: u64) -> Option<Newness> {
        Some(self.known.get_mut(address)?.replace(slot, None))
    }

    /// Where something is.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &Pubkey> {
        let open = self.known.iter().filter(|(_, known)| known.value.is_some());
        open.map(|(address, _)| address)
    }

    pub(super) fn get(&self, address: &Pubkey) -> Option<Entry<'_, T>> {
        let known = self.known.get(address)?;
        Some(Entry {
            address: *address,
            account: known.value.as_ref()?,
            slot: known.slot,
        })
    }

    /// Those that belong to an account, by address.
    pub(super) fn of(&self, parent: &Pubkey) -> impl Iterator<Item = Entry<'_, T>> {
        let addresses = self.by_parent.get(parent).into_iter().flatten();
        addresses.filter_map(|address| self.get(address))
    }
}
