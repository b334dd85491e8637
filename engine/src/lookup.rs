//! Which address lookup tables make a transaction smaller.
//!
//! A versioned transaction names an account that stands in one of its tables by a byte instead of
//! its 32, but pays for every table that it uses. Signers and the programs that it calls cannot be
//! looked up.

use std::collections::HashMap;

pub use solana_message::AddressLookupTableAccount;
use solana_pubkey::Pubkey;

/// Tables of one transaction that are looked at; further ones are left out.
pub const MAX_TABLES: usize = 64;

const ADDRESS_LEN: usize = 32;
const INDEX_LEN: usize = 1;
/// A table's address and the lengths of its two lists.
const TABLE_LEN: usize = ADDRESS_LEN + 2;
/// The version, and the number of tables.
const VERSION_LEN: usize = 2;

/// The tables of which each address is a part.
#[derive(Clone, Debug, Default)]
pub struct LookupIndex {
    by_address: HashMap<Pubkey, u64>,
    tables: usize,
}

/// What a transaction looks up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LookedUp {
    /// Addresses that it names by an index.
    pub addresses: usize,
    /// Of the tables, those that it uses: the first one is the lowest bit.
    tables: u64,
}

impl LookupIndex {
    /// An index of these tables.
    #[must_use]
    pub fn new(tables: &[AddressLookupTableAccount]) -> Self {
        let tables = &tables[..tables.len().min(MAX_TABLES)];
        let mut by_address: HashMap<Pubkey, u64> = HashMap::new();
        for (at, table) in tables.iter().enumerate() {
            for address in &table.addresses {
                *by_address.entry(*address).or_default() |= 1 << at;
            }
        }
        Self {
            by_address,
            tables: tables.len(),
        }
    }

    /// Whether there is nothing to look up.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_address.is_empty()
    }

    /// The tables that hold an address, as bits.
    #[must_use]
    pub fn tables_with(&self, address: &Pubkey) -> u64 {
        self.by_address.get(address).copied().unwrap_or_default()
    }

    /// What is best looked up of the accounts that stand in such tables, each given once: one table
    /// after the other, if it saves more than it costs.
    pub fn looked_up(&self, accounts: impl Iterator<Item = u64> + Clone) -> LookedUp {
        let mut looked_up = LookedUp::default();
        for at in 0..self.tables {
            let own = 1 << at;
            let is_new = |tables: &u64| tables & own != 0 && tables & looked_up.tables == 0;
            let hits = accounts.clone().filter(is_new).count();
            if hits * (ADDRESS_LEN - INDEX_LEN) > TABLE_LEN + VERSION_LEN {
                looked_up.tables |= own;
                looked_up.addresses += hits;
            }
        }
        looked_up
    }
}

impl LookedUp {
    /// Whether a transaction uses a table, by its place among those of the index.
    #[must_use]
    pub fn uses(&self, table: usize) -> bool {
        table < MAX_TABLES && self.tables & (1 << table) != 0
    }

    /// Whether a transaction uses any table, and so is a versioned one.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.tables != 0
    }

    /// Bytes of a versioned transaction beyond those of one that holds only what is not looked up.
    /// Zero if nothing is.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self.tables.count_ones() as usize {
            0 => 0,
            tables => VERSION_LEN + tables * TABLE_LEN + self.addresses * INDEX_LEN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_used_where_it_saves_more_than_it_costs() {
        let [a, b, c, d] = [(); 4].map(|()| Pubkey::new_unique());
        let table = |addresses: &[Pubkey]| AddressLookupTableAccount {
            key: Pubkey::new_unique(),
            addresses: addresses.to_vec(),
        };
        let index = LookupIndex::new(&[table(&[a]), table(&[b, c]), table(&[c, d])]);
        let of = |accounts: &[Pubkey]| {
            let tables: Vec<u64> = accounts.iter().map(|at| index.tables_with(at)).collect();
            index.looked_up(tables.iter().copied())
        };
        // One address costs more than it saves; of two tables the second has only one left.
        let all = of(&[a, b, c, d]);
        assert_eq!((all.addresses, all.bytes()), (2, 2 + 34 + 2));
        assert!(all.uses(1) && !all.uses(0) && !all.uses(2) && all.is_any());
        let two = of(&[a, c, d]);
        assert!(two.uses(2) && !two.uses(1));
        assert_eq!(of(&[a, b]), LookedUp::default());
        assert!(!of(&[]).is_any() && of(&[]).bytes() == 0);
        assert!(LookupIndex::new(&[]).is_empty());
    }
}
