//! A shard with positions and trades, and the vaults that it is paid from.

use std::{collections::BTreeMap, vec::Vec};

use proptest::prelude::*;

use crate::{
    concentrated::*,
    error::CoreError,
    units::{FeeRate, Side},
};

pub(super) const SPACING: u16 = 10;

/// All boundaries, known up to a distance.
#[derive(Clone, Default)]
pub(super) struct Ticks {
    pub(super) used: BTreeMap<i32, Boundary>,
    pub(super) known: Option<(i32, i32)>,
}

impl Boundaries for Ticks {
    fn next(&mut self, from: Tick, is_rising: bool) -> Result<Next<'_>, CoreError> {
        let from = from.get();
        let found = if is_rising {
            self.used.range_mut(from + 1..).next()
        } else {
            self.used.range_mut(..=from).next_back()
        };
        let edge = self
            .known
            .map(|(low, high)| if is_rising { high } else { low });
        let beyond =
            |tick: i32| edge.is_some_and(|edge| if is_rising { tick > edge } else { tick < edge });
        Ok(match (found, edge) {
            (Some((tick, boundary)), _) if !beyond(*tick) => {
                Next::Boundary(Tick::try_new(*tick)?, boundary)
            }
            (_, Some(edge)) => Next::Unknown(Tick::try_new(edge)?),
            _ => Next::Nothing,
        })
    }
}

#[derive(Clone)]
pub(super) struct World {
    pub(super) state: RangeState,
    pub(super) ticks: Ticks,
    pub(super) positions: Vec<RangePosition>,
    pub(super) terms: RangeTerms,
    /// What the vaults hold: base, quote.
    pub(super) vaults: [u64; 2],
    pub(super) now: i64,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Wait(u16),
    Open(i32, i32, u64, u64),
    Grow(usize, u64, u64),
    Shrink(usize, u64),
    Collect(usize),
    Swap {
        base_in: bool,
        exact_in: bool,
        amount: u64,
        limit: i32,
    },
}

pub(super) fn event() -> impl Strategy<Value = Event> {
    let amount = prop_oneof![1u64..1_000, 1u64..1 << 30, 1u64..1 << 44];
    let swap = (
        any::<bool>(),
        any::<bool>(),
        amount.clone(),
        -3_000i32..3_000,
    )
        .prop_map(|(base_in, exact_in, amount, limit)| Event::Swap {
            base_in,
            exact_in,
            amount,
            limit,
        });
    prop_oneof![
        1 => (0u16..1_000).prop_map(Event::Wait),
        2 => (-150i32..150, -150i32..150, amount.clone(), amount.clone())
            .prop_map(|(a, b, base, quote)| Event::Open(a, b, base, quote)),
        2 => (0usize..32, amount.clone(), amount)
            .prop_map(|(who, base, quote)| Event::Grow(who, base, quote)),
        2 => (0usize..32, any::<u64>()).prop_map(|(who, part)| Event::Shrink(who, part)),
        1 => (0usize..32).prop_map(Event::Collect),
        6 => swap,
    ]
}

pub(super) fn fee_terms() -> impl Strategy<Value = FeeTerms> {
    prop_oneof![
        (0u32..=100_000).prop_map(|pips| FeeTerms::flat(FeeRate::new(pips)).unwrap()),
        (0u32..50_000, 1u32..1_000_000, 1u16..60, 0u16..10_000).prop_map(
            |(base, factor, filter, reduction)| FeeTerms {
                base_pips: base,
                max_pips: 100_000,
                factor,
                filter_seconds: filter,
                decay_seconds: filter * 10,
                reduction_bps: reduction,
                reserved: [0; 3],
            }
        ),
    ]
}

impl World {
    pub(super) fn new(tick: i32, terms: RangeTerms) -> Self {
        let price = Tick::try_new(tick).unwrap().sqrt_price();
        Self {
            state: RangeState::open(price, 1_000),
            ticks: Ticks::default(),
            positions: Vec::new(),
            terms,
            vaults: [0; 2],
            now: 1_000,
        }
    }

    pub(super) fn boundary(&self, tick: Tick) -> Boundary {
        self.ticks
            .used
            .get(&tick.get())
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn keep(&mut self, tick: Tick, boundary: Boundary) {
        if boundary.is_used() {
            self.ticks.used.insert(tick.get(), boundary);
        } else {
            self.ticks.used.remove(&tick.get());
        }
    }

    pub(super) fn grow(&mut self, who: usize, given: [u64; 2]) -> Result<(), CoreError> {
        let mut position = self.positions[who];
        let (low, high) = (position.lower(), position.upper());
        let prices = (low.sqrt_price(), high.sqrt_price());
        let liquidity = Liquidity::of_amounts(self.state.price(), prices, given)?;
        let (mut state, mut lower, mut upper) =
            (self.state, self.boundary(low), self.boundary(high));
        let paid =
            state.add_liquidity(&mut position, (&mut lower, &mut upper), liquidity, self.now)?;
        for (side, paid) in paid.into_iter().enumerate() {
            assert!(paid <= given[side], "{paid} of {}", given[side]);
            self.vaults[side] += paid;
        }
        self.state = state;
        self.positions[who] = position;
        self.keep(low, lower);
        self.keep(high, upper);
        Ok(())
    }

    pub(super) fn shrink(
        &mut self,
        who: usize,
        liquidity: Liquidity,
    ) -> Result<[u64; 2], CoreError> {
        let mut position = self.positions[who];
        let (low, high) = (position.lower(), position.upper());
        let (mut state, mut lower, mut upper) =
            (self.state, self.boundary(low), self.boundary(high));
        let paid =
            state.remove_liquidity(&mut position, (&mut lower, &mut upper), liquidity, self.now)?;
        self.pay(paid);
        self.state = state;
        self.positions[who] = position;
        self.keep(low, lower);
        self.keep(high, upper);
        Ok(paid)
    }

    pub(super) fn pay(&mut self, amounts: [u64; 2]) {
        for (vault, amount) in self.vaults.iter_mut().zip(amounts) {
            *vault = vault
                .checked_sub(amount)
                .expect("the vault holds too little");
        }
    }

    /// Pays what a position has earned.
    pub(super) fn collect(&mut self, who: usize) {
        let mut position = self.positions[who];
        if position.liquidity() != Liquidity::ZERO {
            let (lower, upper) = (
                self.boundary(position.lower()),
                self.boundary(position.upper()),
            );
            self.state.settle(&mut position, &lower, &upper).unwrap();
        }
        let owed = core::mem::take(&mut position.owed);
        self.pay([owed[0], owed[1]]);
        self.positions[who] = position;
    }

    pub(super) fn swap(&mut self, order: &RangeOrder) -> Result<RangeSwap, CoreError> {
        let (mut state, mut ticks) = (self.state, self.ticks.clone());
        let done = state.swap(&mut ticks, order, &self.terms, self.now)?;
        let (side_in, side_out) = match order.side_in {
            Side::Base => (0, 1),
            Side::Quote => (1, 0),
        };
        self.vaults[side_in] += done.amount_in;
        let left = self.vaults[side_out].checked_sub(done.amount_out);
        self.vaults[side_out] = left.expect("the vault holds too little");
        (self.state, self.ticks) = (state, ticks);
        Ok(done)
    }

    pub(super) fn happen(&mut self, event: Event) {
        match event {
            Event::Wait(seconds) => self.now += i64::from(seconds),
            Event::Open(a, b, base, quote) => {
                let tick = |at: i32| Tick::try_new(at * i32::from(SPACING)).unwrap();
                if let Ok(position) = RangePosition::open(tick(a.min(b)), tick(a.max(b)), SPACING) {
                    self.positions.push(position);
                    let _ = self.grow(self.positions.len() - 1, [base, quote]);
                }
            }
            Event::Grow(who, base, quote) if who < self.positions.len() => {
                let _ = self.grow(who, [base, quote]);
            }
            Event::Shrink(who, part) if who < self.positions.len() => {
                let all = self.positions[who].liquidity().get();
                let some = if part % 3 == 0 {
                    all
                } else {
                    u128::from(part) % (all + 1)
                };
                let _ = self.shrink(who, Liquidity::try_new(some).unwrap());
            }
            Event::Collect(who) if who < self.positions.len() => self.collect(who),
            Event::Swap {
                base_in,
                exact_in,
                amount,
                limit,
            } => {
                let _ = self.swap(&order(base_in, exact_in, amount, limit));
            }
            _ => {}
        }
        self.check();
    }

    /// Liquidity in range and at boundaries is that of the positions.
    pub(super) fn check(&self) {
        let tick = self.state.tick();
        let price = self.state.price();
        assert!(tick.sqrt_price() <= price || tick < price.tick());
        let sum = |counts: &dyn Fn(&RangePosition) -> bool| {
            self.positions
                .iter()
                .filter(|one| counts(one))
                .map(|one| one.liquidity().get())
                .sum::<u128>()
        };
        let in_range = sum(&|one| one.lower() <= tick && tick < one.upper());
        assert_eq!(self.state.liquidity().get(), in_range);
        for (at, boundary) in &self.ticks.used {
            let begins = sum(&|one| one.lower().get() == *at);
            let ends = sum(&|one| one.upper().get() == *at);
            assert_eq!(boundary.gross(), begins + ends);
            assert_eq!(boundary.net(), begins as i128 - ends as i128);
        }
    }

    /// Everybody leaves: the vaults hold what each is owed, and little is left.
    pub(super) fn end(&mut self) {
        for who in 0..self.positions.len() {
            let all = self.positions[who].liquidity();
            if all != Liquidity::ZERO {
                self.shrink(who, all).unwrap();
            }
            self.collect(who);
            assert!(self.positions[who].is_empty());
        }
        assert!(self.ticks.used.is_empty());
        self.pay(self.state.protocol_fees);
    }
}

pub(super) fn order(base_in: bool, exact_in: bool, amount: u64, limit: i32) -> RangeOrder {
    let side_in = if base_in { Side::Base } else { Side::Quote };
    let limit = Tick::try_new(limit).unwrap().sqrt_price();
    RangeOrder {
        side_in,
        amount: if exact_in {
            Remaining::In(amount)
        } else {
            Remaining::Out(amount)
        },
        limit,
    }
}
