//! The programs' lists, as one.

use std::collections::{HashMap, VecDeque};

use solana_pubkey::Pubkey;

use crate::store::Entry;

/// The programs' lists in one, each transaction once with the programs that it calls, in an order
/// that agrees with all of them.
pub(super) fn merge(mut lists: Vec<(Pubkey, VecDeque<Entry>)>) -> Vec<(Entry, Vec<Pubkey>)> {
    let mut listed: HashMap<String, usize> = HashMap::new();
    for one in lists.iter().flat_map(|(_, list)| list) {
        *listed.entry(one.signature.clone()).or_default() += 1;
    }
    let mut merged = Vec::with_capacity(listed.len());
    while let Some(first) = next(&lists, &listed) {
        let mut programs = Vec::new();
        let in_lists = listed.get(&first.signature).copied().unwrap_or_default();
        for (program, list) in &mut lists {
            let at = match list.front() {
                Some(front) if front.signature == first.signature => Some(0),
                // Further back only where the node's lists contradict each other.
                _ if in_lists > 1 => list.iter().position(|one| one.signature == first.signature),
                _ => None,
            };
            if at.and_then(|at| list.remove(at)).is_some() {
                programs.push(*program);
            }
        }
        merged.push((first, programs));
    }
    merged
}

/// The transaction that comes next: the earliest one that no list has anything before.
fn next(lists: &[(Pubkey, VecDeque<Entry>)], listed: &HashMap<String, usize>) -> Option<Entry> {
    let heads = || lists.iter().filter_map(|(_, list)| list.front());
    let is_first = |one: &&Entry| {
        let first_of = heads().filter(|head| head.signature == one.signature);
        listed.get(&one.signature) == Some(&first_of.count())
    };
    let earliest = heads().filter(is_first).min_by_key(|head| head.slot);
    // There is always one if the node's lists agree with each other.
    earliest.or_else(|| heads().next()).cloned()
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
    fn lists_are_merged_in_an_order_that_agrees_with_all() {
        let pools = [listed("a", 1), listed("x", 2), listed("b", 2)];
        let books = [
            listed("c", 2),
            listed("d", 2),
            listed("x", 2),
            listed("e", 9),
        ];
        let [pool, book, stake] = [(); 3].map(|()| Pubkey::new_unique());
        let stakes = [listed("d", 2), listed("f", 3)];
        let merged = merge(vec![
            (pool, pools.into()),
            (book, books.into()),
            (stake, stakes.into()),
        ]);
        let order: Vec<&str> = merged
            .iter()
            .map(|(one, _)| one.signature.as_str())
            .collect();
        assert_eq!(order, ["a", "c", "d", "x", "b", "f", "e"]);
        let programs: Vec<usize> = merged.iter().map(|(_, programs)| programs.len()).collect();
        assert_eq!(programs, [1, 1, 2, 2, 1, 1, 1]);
        assert_eq!(merged[2].1, [book, stake]);
        assert!(merge(Vec::new()).is_empty());
    }

    #[test]
    fn lists_that_contradict_each_other_are_merged_all_the_same() {
        let [one, other] = [(); 2].map(|()| Pubkey::new_unique());
        let merged = merge(vec![
            (one, [listed("a", 1), listed("b", 1)].into()),
            (other, [listed("b", 1), listed("a", 1)].into()),
        ]);
        assert_eq!(merged.len(), 2);
        assert!(merged.iter().all(|(_, programs)| programs.len() == 2));
    }
}
