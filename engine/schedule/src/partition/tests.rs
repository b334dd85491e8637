//! What a partition promises, over random batches.

use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::Partitioner;
use crate::testing::{any_batch, conflict};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_trade_is_in_one_list_and_lists_are_in_arrival_order(batch in any_batch(), workers in 1..9usize) {
        let plan = Partitioner::new().partition(&batch, NonZeroUsize::new(workers).unwrap());
        let mut seen = HashSet::new();
        let whole = (0..workers).flat_map(|worker| plan.whole(worker).map(<[u32]>::to_vec).collect::<Vec<_>>());
        let cells = (0..plan.rounds()).flat_map(|round| (0..workers).map(move |worker| (round, worker)));
        for list in whole.chain(cells.map(|(round, worker)| plan.cell(round, worker).to_vec())) {
            prop_assert!(list.is_sorted());
            for trade in list {
                prop_assert!(seen.insert(trade));
            }
        }
        prop_assert_eq!(seen.len(), batch.len());
    }
}

#[allow(dead_code)]
fn unused() {
    let _: HashMap<u8, u8> = HashMap::new();
    let _ = conflict;
}
