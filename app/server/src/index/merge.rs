//! Both programs' lists, as one.

use std::collections::{HashSet, VecDeque};

use sealane_sdk::{amm, orderbook};
use solana_pubkey::Pubkey;

use crate::store::Entry;

/// Both programs' lists in one, each transaction once with the programs that it calls, in an order
/// that agrees with both.
pub(super) fn merge(
    mut pools: VecDeque<Entry>,
    mut books: VecDeque<Entry>,
) -> Vec<(Entry, Vec<Pubkey>)> {
    let in_both: HashSet<String> = {
        let pools: HashSet<&String> = pools.iter().map(|one| &one.signature).collect();
        let books = books.iter().filter(|one| pools.contains(&one.signature));
        books.map(|one| one.signature.clone()).collect()
    };
    let is_in_both = |one: &Entry| in_both.contains(&one.signature);
    let mut merged = Vec::with_capacity(pools.len() + books.len());
    loop {
        let pool_first = match (pools.front(), books.front()) {
            (None, None) => break,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (Some(pool), Some(book)) => match (is_in_both(pool), is_in_both(book)) {
                (false, false) => pool.slot <= book.slot,
                (false, true) => true,
                (true, false) => false,
                // The same one, if the node's lists agree with each other.
                (true, true) => true,
            },
        };
        let (first, own, other, others) = match pool_first {
            true => (pools.pop_front(), amm::ID, orderbook::ID, &mut books),
            false => (books.pop_front(), orderbook::ID, amm::ID, &mut pools),
        };
        let Some(first) = first else { break };
        let mut programs = vec![own];
        if let Some(at) = others
            .iter()
            .position(|one| one.signature == first.signature)
        {
            others.remove(at);
            programs.push(other);
        }
        merged.push((first, programs));
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(signature: &str, slot: u64) -> Entry {
        Entry {
            signature: signature.to_owned(),
            slot,
            time: None,
            has_failed: false,
        }
    }

    #[test]
    fn lists_are_merged_in_an_order_that_agrees_with_both() {
        let pools = [listed("a", 1), listed("x", 2), listed("b", 2)];
        let books = [
            listed("c", 2),
            listed("d", 2),
            listed("x", 2),
            listed("e", 9),
        ];
        let merged = merge(pools.into(), books.into());
        let order: Vec<&str> = merged
            .iter()
            .map(|(one, _)| one.signature.as_str())
            .collect();
        assert_eq!(order, ["a", "c", "d", "x", "b", "e"]);
        let programs: Vec<usize> = merged.iter().map(|(_, programs)| programs.len()).collect();
        assert_eq!(programs, [1, 1, 1, 2, 1, 1]);
        assert!(merge(VecDeque::new(), VecDeque::new()).is_empty());
    }
}
