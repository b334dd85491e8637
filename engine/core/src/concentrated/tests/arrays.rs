//! Arrays find what a sorted list finds.

use std::{collections::BTreeMap, vec, vec::Vec};

use proptest::prelude::*;

use crate::concentrated::*;

/// One boundary at each of the ticks.
fn arrays(grid: Grid, ticks: &[Tick]) -> (Vec<TickArray>, Vec<u64>) {
    let mut arrays: BTreeMap<i32, TickArray> = BTreeMap::new();
    let mut map = vec![0; grid.map_words()];
    for tick in ticks {
        let index = grid.array_of(*tick).unwrap();
        let array = arrays
            .entry(index)
            .or_insert_with(|| TickArray::empty(index));
        let context = (Tick::MIN, &[Growth::ZERO; GROWTHS]);
        let one = Liquidity::try_new(1).unwrap();
        let boundary = array.boundary_mut(grid, *tick).unwrap();
        boundary.add(*tick, true, one, context).unwrap();
        array.note(grid, *tick).unwrap();
        note_array(&mut map, grid, array).unwrap();
    }
    (arrays.into_values().collect(), map)
}

/// What comes next: a boundary, or where nothing is known.
fn found(next: Next<'_>) -> (Option<i32>, bool) {
    match next {
        Next::Boundary(tick, boundary) => {
            assert!(boundary.is_used());
            assert_eq!(boundary.price(), tick.sqrt_price());
            (Some(tick.get()), true)
        }
        Next::Unknown(tick) => (Some(tick.get()), false),
        Next::Nothing => (None, true),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_next_boundary_is_the_nearest(
        spacing in prop_oneof![Just(1u16), Just(7), Just(64), 1u16..2_000],
        steps in proptest::collection::vec(prop_oneof![-60i32..60, any::<i32>()], 0..12),
        froms in proptest::collection::vec(any::<i32>(), 1..12),
        given in any::<u16>(),
    ) {
        let grid = Grid::try_new(spacing).unwrap();
        let most = Tick::MAX.get() / i32::from(spacing);
        let steps = steps.iter().map(|step| if step.abs() < 60 { *step } else { step % most });
        let mut ticks: Vec<i32> = steps.map(|step| step.clamp(-most, most) * i32::from(spacing)).collect();
        ticks.sort_unstable();
        ticks.dedup();
        let all: Vec<Tick> = ticks.iter().map(|tick| Tick::try_new(*tick).unwrap()).collect();
        let (mut accounts, map) = arrays(grid, &all);
        prop_assert_eq!(map.iter().map(|word| word.count_ones()).sum::<u32>() as usize, accounts.len());
        let is_given = |at: usize| given >> at & 1 == 1;
        let missing: Vec<i32> = accounts.iter().enumerate()
            .filter(|(at, _)| !is_given(*at)).map(|(_, array)| array.index()).collect();
        // In no order.
        let mut known: Vec<&mut TickArray> = accounts.iter_mut().enumerate()
            .filter(|(at, _)| is_given(*at)).map(|(_, array)| array).rev().collect();
        let mut known = KnownArrays::new(grid, ArrayMap::new(&map), &mut known);
        let width = i32::from(spacing) * ARRAY_TICKS as i32;
        let near = ticks.iter().flat_map(|tick| [tick - 1, *tick, tick + 1]);
        let froms = froms.iter().map(|from| from % Tick::MAX.get()).chain(near);
        for from in froms.filter(|from| Tick::try_new(*from).is_ok()) {
            for is_rising in [false, true] {
                let nearest = if is_rising {
                    ticks.iter().find(|tick| **tick > from)
                } else {
                    ticks.iter().rev().find(|tick| **tick <= from)
                };
                let (tick, is_known) = found(known.next(Tick::try_new(from).unwrap(), is_rising).unwrap());
                let here = from.div_euclid(width);
                if missing.contains(&here) {
                    prop_assert_eq!((tick, is_known), (Some(from), false));
                    continue;
                }
                let Some(nearest) = nearest else {
                    prop_assert_eq!((tick, is_known), (None, true));
                    continue;
                };
                let array = nearest.div_euclid(width);
                if missing.contains(&array) {
                    let edge = if is_rising { array * width } else { (array + 1) * width - i32::from(spacing) };
                    prop_assert_eq!((tick, is_known), (Some(edge), false));
                } else {
                    prop_assert_eq!((tick, is_known), (Some(*nearest), true));
                }
            }
        }
    }
}

#[test]
fn arrays_cover_all_ticks() {
    for (spacing, count) in [(1, 27_728), (10, 2_774), (64, 434)] {
        let grid = Grid::try_new(spacing).unwrap();
        assert_eq!(grid.arrays(), count, "{spacing}");
    }
    assert!(Grid::try_new(0).is_err());
    let grid = Grid::try_new(10).unwrap();
    let tick = |at| Tick::try_new(at).unwrap();
    assert!(grid.array_of(tick(5)).is_err());
    assert_eq!(grid.array_of(tick(-10)), Ok(-1));
    assert_eq!(grid.array_of(tick(310)), Ok(0));
    let mut array = TickArray::empty(0);
    assert!(array.boundary(grid, tick(320)).is_err());
    assert!(array.boundary_mut(grid, tick(15)).is_err());
    assert!(array.is_empty() && array.note(grid, tick(310)).is_ok() && array.is_empty());
}
