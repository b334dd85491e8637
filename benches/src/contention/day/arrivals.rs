//! When things arrive: a Hawkes process with an exponential kernel, drawn as the forest of causes
//! and effects that it is.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp, Poisson, Zipf};

/// How much arrives when.
pub(super) struct Arrivals {
    /// Over how many slots.
    pub(super) slots: f64,
    /// How many in a slot on average, effects included.
    pub(super) rate: f64,
    /// Effects of each on average, below 1.
    pub(super) branching: f64,
    /// After how many slots an effect follows on average.
    pub(super) delay_slots: f64,
}

/// One arrival.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    /// When.
    pub(super) slot: f64,
    /// Its number; causes have lower ones than their effects.
    pub(super) number: u32,
    /// Which arrival caused it.
    pub(super) cause: Option<u32>,
    /// Whether in a pool; otherwise in a market.
    pub(super) is_pool: bool,
    /// Which.
    pub(super) place: u16,
}

impl Arrivals {
    /// All arrivals in order of time. Half of what has no cause is for pools.
    pub(super) fn draw(
        &self,
        markets: u32,
        pools: u32,
        popularity: f64,
        rng: &mut ChaCha8Rng,
    ) -> Vec<Arrival> {
        let zipf = |places: u32| Zipf::new(f64::from(places), popularity).expect("a place");
        let (market, pool) = (zipf(markets), zipf(pools));
        let first = self.slots * self.rate * (1.0 - self.branching);
        let first = Poisson::new(first).expect("a positive rate").sample(rng) as usize;
        let effects = Poisson::new(self.branching.max(f64::MIN_POSITIVE)).expect("a ratio");
        let delay = Exp::new(1.0 / self.delay_slots).expect("a positive delay");
        let mut arrivals: Vec<Arrival> = (0u32..)
            .take(first)
            .map(|number| {
                let is_pool = rng.random();
                let place = if is_pool { &pool } else { &market };
                Arrival {
                    slot: rng.random_range(0.0..self.slots),
                    number,
                    cause: None,
                    is_pool,
                    place: place.sample(rng) as u16 - 1,
                }
            })
            .collect();
        let mut at = 0;
        while let Some(cause) = arrivals.get(at).copied() {
            at += 1;
            for _ in 0..effects.sample(rng) as usize {
                let slot = cause.slot + delay.sample(rng);
                if slot < self.slots {
                    arrivals.push(Arrival {
                        slot,
                        number: arrivals.len() as u32,
                        cause: Some(cause.number),
                        ..cause
                    });
                }
            }
        }
        arrivals.sort_by(|a, b| a.slot.total_cmp(&b.slot));
        arrivals
    }
}
