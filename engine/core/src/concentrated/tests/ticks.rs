//! All ticks.

use crate::concentrated::*;

/// In Q64.64: Orca's Whirlpools (`tick_math.rs`: bounds and the vectors of its tests).
#[test]
fn published_prices() {
    for (tick, price) in [
        (-443_636, 4_295_048_016),
        (443_636, 79_226_673_515_401_279_992_447_579_055),
        (0, 1 << 64),
        (1, 18_447_666_387_855_959_850),
        (-1, 18_445_821_805_675_392_311),
    ] {
        let tick = Tick::try_new(tick).unwrap();
        assert_eq!(tick.sqrt_price().bits(), price, "{tick:?}");
    }
    assert_eq!(Tick::MIN.sqrt_price(), SqrtPrice::MIN);
    assert_eq!(Tick::MAX.sqrt_price(), SqrtPrice::MAX);
    assert!(Tick::try_new(443_637).is_err() && Tick::try_new(-443_637).is_err());
}

/// Every tick's price is above the one before; it, and every price up to the next, lies at it.
#[test]
fn ticks_and_prices_are_inverse() {
    let mut before = 0;
    for index in Tick::MIN.get()..=Tick::MAX.get() {
        let tick = Tick::try_new(index).unwrap();
        let price = tick.sqrt_price().bits();
        assert!(price > before, "{index}");
        assert_eq!(SqrtPrice::try_new(price).unwrap().tick(), tick);
        if index > Tick::MIN.get() {
            let below = SqrtPrice::try_new(price - 1).unwrap();
            assert_eq!(below.tick().get(), index - 1);
            let middle = SqrtPrice::try_new(before + (price - before) / 2).unwrap();
            assert_eq!(middle.tick().get(), index - 1);
        }
        before = price;
    }
}
