//! Whose orders a take meets: price-time priority over all orders of a market.

use std::collections::BTreeMap;

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Geometric, LogNormal, Zipf};
use sealane_core::book::BookSide;

use super::Who;

/// Levels of a maker's ladder on each side.
pub(super) const LEVELS: usize = 8;
/// Fills after which a take stops, and lanes that it can name.
pub(super) const MOST_FILLS: usize = 16;
/// Orders of traders that rest on a side before the oldest is dropped.
const MOST_RESTING: usize = 500;

/// Ticks from the middle, then time.
pub(super) type Key = (u32, u64);

#[derive(Clone, Copy)]
struct Resting {
    owner: Who,
    lots: u64,
}

/// Orders of one market.
pub(super) struct Book {
    sides: [BTreeMap<Key, Resting>; 2],
    /// The makers' quotes, by maker.
    quotes: Vec<Vec<(BookSide, Key)>>,
    /// The traders' orders.
    singles: Vec<(BookSide, Key)>,
    first_maker: Who,
    busy: Zipf<f64>,
    ahead: bool,
    time: u64,
}

/// What a take met.
pub(super) struct Met {
    /// Whose orders, in order.
    pub(super) fills: Vec<Who>,
    /// Whose lanes to name.
    pub(super) named: Vec<Who>,
}

impl Book {
    /// A book in which each of so many makers quotes. With `ahead`, the first maker alone is one
    /// tick from the middle.
    pub(super) fn new(first_maker: Who, makers: u32, ahead: bool, rng: &mut ChaCha8Rng) -> Self {
        let mut book = Self {
            sides: Default::default(),
            quotes: vec![Vec::new(); makers as usize],
            singles: Vec::new(),
            first_maker,
            busy: Zipf::new(f64::from(makers), 0.8).expect("a maker"),
            ahead,
            time: 0,
        };
        for maker in 0..makers as usize {
            book.quote(maker, rng);
        }
        book
    }

    /// Some maker quotes anew; the busiest most often.
    pub(super) fn requote(&mut self, rng: &mut ChaCha8Rng) -> Who {
        let maker = self.busy.sample(rng) as usize - 1;
        self.quote(maker, rng);
        Who(self.first_maker.0 + maker as u32)
    }

    fn quote(&mut self, maker: usize, rng: &mut ChaCha8Rng) {
        for (side, key) in std::mem::take(&mut self.quotes[maker]) {
            self.sides[side as usize].remove(&key);
        }
        let lots = LogNormal::new(100f64.ln(), 0.7).expect("a finite spread");
        let away = Geometric::new(0.5).expect("a probability");
        let owner = Who(self.first_maker.0 + maker as u32);
        for side in [BookSide::Bid, BookSide::Ask] {
            let first = match (self.ahead, maker) {
                (true, 0) => 1,
                (true, _) => 2 + LEVELS as u32 + away.sample(rng) as u32,
                (false, _) => 1 + away.sample(rng) as u32,
            };
            for level in 0..LEVELS as u32 {
                // A maker that is always ahead has depth enough, too.
                let deep = if self.ahead && maker == 0 { 100.0 } else { 1.0 };
                let lots = (lots.sample(rng) * deep).ceil() as u64;
                let key = self.add(side, first + level, Resting { owner, lots });
                self.quotes[maker].push((side, key));
            }
        }
    }

    fn add(&mut self, side: BookSide, away: u32, resting: Resting) -> Key {
        self.time += 1;
        let key = (away, self.time);
        self.sides[side as usize].insert(key, resting);
        key
    }

    /// A trader's order rests, somewhere among the makers'.
    pub(super) fn rest(&mut self, owner: Who, side: BookSide, rng: &mut ChaCha8Rng) {
        let away = Geometric::new(0.3).expect("a probability").sample(rng) as u32;
        let first = if self.ahead { 2 + LEVELS as u32 } else { 1 };
        let lots = LogNormal::new(50f64.ln(), 1.0).expect("a finite spread");
        let lots = lots.sample(rng).ceil() as u64;
        let key = self.add(side, first + away, Resting { owner, lots });
        self.singles.push((side, key));
        if self.singles.len() > MOST_RESTING {
            let (side, key) = self.singles.swap_remove(0);
            self.sides[side as usize].remove(&key);
        }
    }

    /// Some trader's order is taken back.
    pub(super) fn cancel(&mut self, rng: &mut ChaCha8Rng) -> Option<Who> {
        while !self.singles.is_empty() {
            let at = rng.random_range(0..self.singles.len());
            let (side, key) = self.singles.swap_remove(at);
            if let Some(resting) = self.sides[side as usize].remove(&key) {
                return Some(resting.owner);
            }
        }
        None
    }

    /// A trader of `side` takes from the other side. Own orders are passed over.
    pub(super) fn take(&mut self, side: BookSide, lots: u64, spare: usize, taker: Who) -> Met {
        let book = &mut self.sides[side.opposite() as usize];
        let (mut fills, mut named, mut used) = (Vec::new(), Vec::new(), Vec::new());
        let mut left = lots;
        for (key, resting) in book.iter_mut().filter(|(_, one)| one.owner != taker) {
            if left == 0 || fills.len() == MOST_FILLS {
                break;
            }
            let traded = left.min(resting.lots);
            left -= traded;
            resting.lots -= traded;
            if resting.lots == 0 {
                used.push(*key);
            }
            fills.push(resting.owner);
            if !named.contains(&resting.owner) {
                named.push(resting.owner);
            }
        }
        for key in used {
            book.remove(&key);
        }
        let most = named.len() + spare;
        for resting in book.values() {
            if named.len() == most {
                break;
            }
            if resting.owner != taker && !named.contains(&resting.owner) {
                named.push(resting.owner);
            }
        }
        Met { fills, named }
    }

    /// The owners of a side's best orders, but for one.
    pub(super) fn best(&self, side: BookSide, most: usize, except: Who) -> Vec<Who> {
        let mut best = Vec::with_capacity(most);
        for resting in self.sides[side as usize].values() {
            if best.len() == most {
                break;
            }
            if resting.owner != except && !best.contains(&resting.owner) {
                best.push(resting.owner);
            }
        }
        best
    }

    /// A side's orders, best first: place, owner, lots.
    #[cfg(test)]
    pub(super) fn orders(&self, side: BookSide) -> impl Iterator<Item = (Key, Who, u64)> {
        let orders = self.sides[side as usize].iter();
        orders.map(|(key, resting)| (*key, resting.owner, resting.lots))
    }
}
