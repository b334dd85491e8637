//! The parts against the standard library's collections.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::book::{
    bitmap::Bitmap,
    index::{Index, Place},
    key::Key,
    ladder::Ladder,
    radix::{Keyed, RadixTree},
    slab::{Linked, Slab},
};
use crate::units::{Price, Side};

#[derive(Clone, Copy, PartialEq, Debug)]
struct Item(Key, u64);

impl Linked for Item {
    fn link(&self) -> u32 {
        self.0.0
    }

    fn set_link(&mut self, place: u32) {
        self.0 = Key(place);
    }
}

impl Keyed for Item {
    fn key(&self) -> Key {
        self.0
    }
}

#[test]
fn keys_rank_prices_and_give_them_back() {
    for side in Side::BOTH {
        let mut prices = [Price(7), Price::MAX, Price::MIN, Price(8)];
        for price in prices {
            assert_eq!(Key::of(side, price).price(side), price);
            assert!(Key::of(side, price) < Key::NONE);
        }
        prices.sort_by_key(|&price| Key::of(side, price));
        let best = [Price::MAX, Price::MIN][side as usize];
        assert_eq!(prices[0], best);
    }
}

#[test]
fn a_bitmap_finds_the_next_taken_place_around_the_ring() {
    let mut random = ChaCha8Rng::seed_from_u64(2);
    for bits in 3..=12 {
        let places = 1 << bits;
        let mut bitmap = Bitmap::new(places);
        let mut set = BTreeSet::new();
        for _ in 0..3_000 {
            let place = random.random_range(0..places);
            // Sometimes nearly empty, sometimes nearly full.
            if random.random_bool(f64::from(place + 1) / f64::from(places + 2)) {
                bitmap.insert(place);
                set.insert(place);
            } else {
                bitmap.remove(place);
                set.remove(&place);
            }
            assert_eq!(bitmap.contains(place), set.contains(&place));
            assert_eq!(bitmap.is_empty(), set.is_empty());
            let from = random.random_range(0..places);
            let next = set.range(from..).chain(set.range(..from)).next();
            let distance = next.map(|&next| next.wrapping_sub(from) & (places - 1));
            assert_eq!(bitmap.distance_to_next(from), distance);
        }
    }
}

#[test]
fn a_tree_is_a_sorted_map() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for spread in [4, 60, 5_000, u32::MAX] {
        let mut tree = RadixTree::new(200);
        let mut map = BTreeMap::new();
        for step in 0..20_000 {
            let key = Key(random.random_range(0..spread));
            if random.random_bool(0.5) && map.len() < 200 {
                let there = *map.entry(key).or_insert(step);
                assert_eq!(*tree.get_or_insert(Item(key, step)), Item(key, there));
            } else {
                let key = map.range(key..).next().map_or(key, |(&key, _)| key);
                let removed = tree.remove(key).map(|item| item.1);
                assert_eq!(removed, map.remove(&key));
            }
            assert_eq!(tree.get_mut(key).map(|item| item.1), map.get(&key).copied());
            assert_eq!(tree.first().map(|item| item.0), map.keys().next().copied());
            assert_eq!(tree.is_empty(), map.is_empty());
            if step % 64 == 0 {
                let items = map.iter().map(|(&key, &value)| Item(key, value));
                assert!(tree.iter().copied().eq(items));
            }
        }
    }
}

#[test]
fn a_ladder_is_a_sorted_set() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    for (size, spread) in [(8, 30), (8, 1_000), (64, 300), (128, u32::MAX / 2)] {
        let mut ladder = Ladder::new(size, 300);
        let mut set = BTreeSet::new();
        let mut base = 0;
        for step in 0..20_000 {
            if step % 500 == 0 {
                base = random.random_range(0..u32::MAX - spread);
                base = *[0, base, u32::MAX - spread].get(step / 500 % 3).unwrap();
            }
            let key = Key(base + random.random_range(0..spread));
            if random.random_bool(0.5) && set.len() < 300 {
                assert_eq!(ladder.join(key).key, key);
                set.insert(key);
            } else {
                // Often the best, as in trading.
                let from = if random.random_bool(0.5) { Key(0) } else { key };
                if let Some(&key) = set.range(from..).next() {
                    assert_eq!(ladder.level_mut(key).key, key);
                    ladder.vacate(key);
                    set.remove(&key);
                }
            }
            assert_eq!(ladder.best(), set.first().copied().unwrap_or(Key::NONE));
            if step % 16 == 0 {
                ladder.check();
                assert!(ladder.iter().map(|level| level.key).eq(set.iter().copied()));
            }
        }
    }
}

#[test]
fn an_index_is_a_map() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for capacity in [1, 3, 100, 1_000] {
        let mut index = Index::new(capacity);
        let mut map = HashMap::new();
        let mut ids = HashMap::new();
        for step in 0..30_000u32 {
            let id = random.random_range(0..u64::from(capacity) * 2) << random.random_range(0..3);
            let found = index.find(id, |place| ids.get(&number(place)) == Some(&id));
            assert_eq!(found.map(|found| found.1), map.get(&id).copied());
            match (found, map.len() < capacity as usize) {
                (None, true) => {
                    let place = match step % 2 {
                        0 => Place::Order(step),
                        _ => Place::Stop(step),
                    };
                    index.insert(id, place);
                    map.insert(id, place);
                    ids.insert(step, id);
                }
                (Some((entry, place)), _) => {
                    if random.random_bool(0.5) {
                        index.remove_at(entry);
                    } else {
                        index.remove(id, place);
                    }
                    map.remove(&id);
                    ids.remove(&number(place));
                }
                _ => {}
            }
        }
    }
}

fn number(place: Place) -> u32 {
    match place {
        Place::Order(number) | Place::Stop(number) => number,
    }
}

#[test]
fn a_slab_keeps_places_and_uses_the_last_freed_first() {
    let mut slab = Slab::new(3);
    let item = |number| Item(Key(0), number);
    let places = [10, 20, 30].map(|number| slab.insert(item(number)));
    assert_eq!(places.map(|place| slab[place].1), [10, 20, 30]);
    assert!(slab.is_full());
    slab.remove(places[0]);
    slab.remove(places[1]);
    assert_eq!(slab.len(), 1);
    assert_eq!(slab.insert(item(40)), places[1]);
    assert_eq!(slab.insert(item(50)), places[0]);
    assert_eq!(places.map(|place| slab[place].1), [50, 40, 30]);
}
