//! Prices and sizes as people write them.

use rust_decimal::Decimal;
use sealane_core::{
    book::{BookSide, Lots, Sizes, Ticks},
    math::mul_div_u128,
    units::Rounding,
};
use thiserror::Error;

use crate::amount;

/// What a market's ticks and lots are worth in whole tokens.
///
/// ```
/// use sealane_engine::{book::BookUnits, engine_core::book::{Sizes, Ticks, Lots}};
///
/// // A lot is 0.01 SOL (9 decimals), a tick 10 quote units of 6 decimals on a lot.
/// let units = BookUnits::new(Sizes::try_new(10_000_000, 10)?, 9, 6);
/// assert_eq!(units.price(Ticks(152_250)).to_string(), "152.25");
/// assert_eq!(units.exact_ticks("152.25".parse()?)?, Ticks(152_250));
/// assert_eq!(units.exact_lots("1.5".parse()?)?, Lots(150));
/// let error = units.exact_lots("1.505".parse()?).unwrap_err();
/// assert_eq!(error.to_string(), "1.505 is not a whole number of lots; 1.5 and 1.51 are");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookUnits {
    /// What a lot and a tick are in base units.
    pub sizes: Sizes,
    /// Decimals of the base token.
    pub base_decimals: u8,
    /// Decimals of the quote token.
    pub quote_decimals: u8,
}

/// Why a number is no price or no size of a market.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum UnitsError {
    /// The price lies between two ticks.
    #[error("{price} is not a whole number of ticks; {below} and {above} are")]
    OffTick {
        /// What was given.
        price: Decimal,
        /// The next lower price that exists.
        below: Decimal,
        /// The next higher one.
        above: Decimal,
    },
    /// The size lies between two numbers of lots.
    #[error("{size} is not a whole number of lots; {below} and {above} are")]
    OffLot {
        /// What was given.
        size: Decimal,
        /// The next smaller size that exists.
        below: Decimal,
        /// The next larger one.
        above: Decimal,
    },
    /// A price of zero or less, or one that is less than a tick.
    #[error("{price} is below the lowest price, {lowest}")]
    PriceTooLow {
        /// What was given.
        price: Decimal,
        /// The price of one tick.
        lowest: Decimal,
    },
    /// More ticks than there are.
    #[error("{price} is above the highest price, {highest}")]
    PriceTooHigh {
        /// What was given.
        price: Decimal,
        /// The highest price.
        highest: Decimal,
    },
    /// A size of zero or less, or one that is less than a lot.
    #[error("{size} is less than a lot, which is {lot}")]
    SizeTooSmall {
        /// What was given.
        size: Decimal,
        /// The size of one lot.
        lot: Decimal,
    },
    /// More than 64 bits of lots or of base units.
    #[error("{size} is more than a token account can hold")]
    SizeTooLarge {
        /// What was given.
        size: Decimal,
    },
}

impl UnitsError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::OffTick { .. } => "use one of the two prices, or let the price be rounded",
            Self::OffLot { .. } => "use one of the two sizes, or let the size be rounded",
            Self::PriceTooLow { .. } => "use a higher price",
            Self::PriceTooHigh { .. } => "use a lower price",
            Self::SizeTooSmall { .. } => "use a larger size",
            Self::SizeTooLarge { .. } => "use a smaller size",
        }
    }
}

/// To which tick a price between two goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TickRounding {
    /// To the lower one.
    Down,
    /// To the higher one.
    Up,
    /// To the nearer one; from the middle to the higher one.
    Nearest,
}

impl TickRounding {
    /// So that an order is never priced worse for its owner: bids down, asks up.
    #[must_use]
    pub fn passive(side: BookSide) -> Self {
        match side {
            BookSide::Bid => Self::Down,
            BookSide::Ask => Self::Up,
        }
    }
}

/// A quotient: the whole part, and what remains of the divisor.
struct Quotient {
    whole: u128,
    is_exact: bool,
    is_half_or_more: bool,
}

impl BookUnits {
    /// Units of a market with these sizes and decimals.
    #[must_use]
    pub const fn new(sizes: Sizes, base_decimals: u8, quote_decimals: u8) -> Self {
        Self {
            sizes,
            base_decimals,
            quote_decimals,
        }
    }

    /// Whole quote tokens for one whole base token. Exact where a number of up to 28 digits holds
    /// it, which it does for lots of a power of ten; rounded to that many otherwise.
    #[must_use]
    pub fn price(&self, price: Ticks) -> Decimal {
        self.price_of_half_ticks(u64::from(price.0) * 2)
    }

    /// As [`price`](Self::price), of half a tick: middles between two ticks.
    #[must_use]
    pub fn price_of_half_ticks(&self, halves: u64) -> Decimal {
        // 34 bits by 32, and 64 by one.
        let numerator = Decimal::from(u128::from(halves) * u128::from(self.sizes.tick));
        let divisor = Decimal::from(u128::from(self.sizes.base_lot) * 2);
        let shift = i32::from(self.base_decimals) - i32::from(self.quote_decimals);
        // Shifted before it is divided, a quotient keeps its digits.
        let shifted = amount::scale(numerator, shift.max(0));
        let price = if shift > 0 && shifted < Decimal::MAX {
            shifted / divisor
        } else {
            amount::scale(numerator / divisor, shift)
        };
        price.normalize()
    }

    /// Whole base tokens in a number of lots, exact; `None` for more than a token account holds.
    #[must_use]
    pub fn size(&self, lots: Lots) -> Option<Decimal> {
        let base = self.sizes.base(lots).ok()?.get();
        Some(amount::to_decimal(base, self.base_decimals))
    }

    /// Whole quote tokens of an amount of quote.
    #[must_use]
    pub fn quote(&self, amount: u64) -> Decimal {
        amount::to_decimal(amount, self.quote_decimals)
    }

    /// Whole base tokens of an amount of base.
    #[must_use]
    pub fn base(&self, amount: u64) -> Decimal {
        amount::to_decimal(amount, self.base_decimals)
    }

    /// A price in ticks, if it is a whole number of them.
    ///
    /// # Errors
    /// [`UnitsError::OffTick`] with the prices around it; [`UnitsError::PriceTooLow`],
    /// [`UnitsError::PriceTooHigh`].
    pub fn exact_ticks(&self, price: Decimal) -> Result<Ticks, UnitsError> {
        let quotient = self.divide_price(price)?;
        let below = self.in_range(price, quotient.whole);
        if quotient.is_exact {
            return below;
        }
        let above = self.in_range(price, quotient.whole + 1)?;
        Err(UnitsError::OffTick {
            price,
            below: below.map_or(Decimal::ZERO, |ticks| self.price(ticks)),
            above: self.price(above),
        })
    }

    /// A price in ticks, rounded as told.
    ///
    /// # Errors
    /// [`UnitsError::PriceTooLow`], [`UnitsError::PriceTooHigh`].
    pub fn ticks(&self, price: Decimal, rounding: TickRounding) -> Result<Ticks, UnitsError> {
        let quotient = self.divide_price(price)?;
        let up = match rounding {
            TickRounding::Down => false,
            TickRounding::Up => !quotient.is_exact,
            TickRounding::Nearest => quotient.is_half_or_more,
        };
        self.in_range(price, quotient.whole + u128::from(up))
    }

    /// A size in lots, if it is a whole number of them.
    ///
    /// # Errors
    /// [`UnitsError::OffLot`] with the sizes around it; [`UnitsError::SizeTooSmall`],
    /// [`UnitsError::SizeTooLarge`].
    pub fn exact_lots(&self, size: Decimal) -> Result<Lots, UnitsError> {
        let (lots, is_exact) = self.divide_size(size)?;
        let at = |lots: u64| {
            self.size(Lots(lots))
                .ok_or(UnitsError::SizeTooLarge { size })
        };
        if !is_exact {
            let above = lots
                .checked_add(1)
                .ok_or(UnitsError::SizeTooLarge { size })?;
            return Err(UnitsError::OffLot {
                size,
                below: at(lots)?,
                above: at(above)?,
            });
        }
        at(lots)?;
        Ok(Lots(lots))
    }

    /// A size in lots, rounded down: never more than was asked for.
    ///
    /// # Errors
    /// [`UnitsError::SizeTooSmall`], [`UnitsError::SizeTooLarge`].
    pub fn lots(&self, size: Decimal) -> Result<Lots, UnitsError> {
        let (lots, _) = self.divide_size(size)?;
        if self.size(Lots(lots)).is_none() {
            return Err(UnitsError::SizeTooLarge { size });
        }
        Ok(Lots(lots))
    }

    /// Average price of a trade, in whole quote tokens for one whole base token, with twelve
    /// significant digits; `None` if nothing was traded.
    #[must_use]
    pub fn average_price(&self, base: u64, quote: u64) -> Option<Decimal> {
        amount::ratio(
            amount::to_decimal(quote, self.quote_decimals),
            amount::to_decimal(base, self.base_decimals),
        )
    }

    fn in_range(&self, price: Decimal, ticks: u128) -> Result<Ticks, UnitsError> {
        if ticks == 0 {
            return Err(self.too_low(price));
        }
        u32::try_from(ticks)
            .map(Ticks)
            .map_err(|_| self.too_high(price))
    }

    fn too_low(&self, price: Decimal) -> UnitsError {
        UnitsError::PriceTooLow {
            price,
            lowest: self.price(Ticks(1)),
        }
    }

    fn too_high(&self, price: Decimal) -> UnitsError {
        UnitsError::PriceTooHigh {
            price,
            highest: self.price(Ticks(u32::MAX)),
        }
    }

    /// `price · 10^quote_decimals · base_lot / (10^base_decimals · tick)`.
    fn divide_price(&self, price: Decimal) -> Result<Quotient, UnitsError> {
        let price_in = price.normalize();
        let Ok(mantissa) = u128::try_from(price_in.mantissa()) else {
            return Err(self.too_low(price));
        };
        let exponent = i32::from(self.quote_decimals)
            - i32::from(self.base_decimals)
            - i32::try_from(price_in.scale()).unwrap_or(i32::MAX);
        let power = 10u128.checked_pow(exponent.unsigned_abs());
        let lot = u128::from(self.sizes.base_lot);
        let (factor, divisor) = if exponent >= 0 {
            (power.and_then(|power| lot.checked_mul(power)), Some(1))
        } else {
            (Some(lot), power)
        };
        // A power of ten beyond 128 bits: only mints of absurd decimals have that.
        let factor = factor.ok_or_else(|| self.too_high(price))?;
        let divisor = divisor.ok_or_else(|| self.too_low(price))?;
        let tick = u128::from(self.sizes.tick);
        // What does not fit 128 bits is above all prices, since a tick has 32.
        let divide = |factor, rounding| {
            mul_div_u128(mantissa, factor, divisor, rounding).map_err(|_| self.too_high(price))
        };
        let down = divide(factor, Rounding::Down)?;
        let up = divide(factor, Rounding::Up)?;
        let doubled = factor.checked_mul(2).ok_or_else(|| self.too_high(price))?;
        // Of twice the quotient the last bit tells on which side of the middle it lies.
        let twice = divide(doubled, Rounding::Down)? / tick;
        Ok(Quotient {
            whole: down / tick,
            is_exact: down == up && down.is_multiple_of(tick),
            is_half_or_more: twice & 1 == 1,
        })
    }

    /// `size · 10^base_decimals / base_lot`, rounded down, and whether that was exact.
    fn divide_size(&self, size: Decimal) -> Result<(u64, bool), UnitsError> {
        let size_in = size.normalize();
        let too_small = || UnitsError::SizeTooSmall {
            size,
            lot: amount::to_decimal(self.sizes.base_lot, self.base_decimals),
        };
        let too_large = || UnitsError::SizeTooLarge { size };
        let mantissa = u128::try_from(size_in.mantissa()).map_err(|_| too_small())?;
        let exponent =
            i32::from(self.base_decimals) - i32::try_from(size_in.scale()).unwrap_or(i32::MAX);
        let power = 10u128.checked_pow(exponent.unsigned_abs());
        let lot = u128::from(self.sizes.base_lot);
        let (factor, divisor) = if exponent >= 0 {
            (power.ok_or_else(too_large)?, lot)
        } else {
            let divisor = power.and_then(|power| lot.checked_mul(power));
            (1, divisor.ok_or_else(too_small)?)
        };
        let down = mul_div_u128(mantissa, factor, divisor, Rounding::Down);
        let up = mul_div_u128(mantissa, factor, divisor, Rounding::Up);
        let (Ok(whole), Ok(up)) = (down, up) else {
            return Err(too_large());
        };
        if whole == 0 {
            return Err(too_small());
        }
        let lots = u64::try_from(whole).map_err(|_| too_large())?;
        Ok((lots, whole == up))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn units(base_lot: u64, tick: u32, base_decimals: u8, quote_decimals: u8) -> BookUnits {
        let sizes = Sizes::try_new(base_lot, tick).unwrap();
        BookUnits::new(sizes, base_decimals, quote_decimals)
    }

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn prices_between_ticks_are_named_with_their_neighbours() {
        // A tick is 0.01 quote for one base.
        let units = units(1_000_000, 10, 9, 6);
        assert_eq!(units.price(Ticks(1)), decimal("0.01"));
        assert_eq!(units.exact_ticks(decimal("150.25")), Ok(Ticks(15_025)));
        assert_eq!(
            units.exact_ticks(decimal("150.255")),
            Err(UnitsError::OffTick {
                price: decimal("150.255"),
                below: decimal("150.25"),
                above: decimal("150.26"),
            })
        );
        for (rounding, ticks) in [
            (TickRounding::Down, 15_025),
            (TickRounding::Up, 15_026),
            (TickRounding::Nearest, 15_026),
            (TickRounding::passive(BookSide::Bid), 15_025),
            (TickRounding::passive(BookSide::Ask), 15_026),
        ] {
            assert_eq!(units.ticks(decimal("150.255"), rounding), Ok(Ticks(ticks)));
        }
        let nearest = units.ticks(decimal("150.2549"), TickRounding::Nearest);
        assert_eq!(nearest, Ok(Ticks(15_025)));
    }

    #[test]
    fn prices_out_of_range() {
        let units = units(1_000_000, 10, 9, 6);
        for price in ["0", "-1", "0.001"] {
            let refused = units.ticks(decimal(price), TickRounding::Down);
            assert!(
                matches!(refused, Err(UnitsError::PriceTooLow { .. })),
                "{price}"
            );
        }
        assert_eq!(
            units.ticks(decimal("0.001"), TickRounding::Up),
            Ok(Ticks(1))
        );
        for price in ["42949672.96", "79228162514264337593543950335"] {
            let refused = units.exact_ticks(decimal(price));
            assert!(
                matches!(refused, Err(UnitsError::PriceTooHigh { .. })),
                "{price}"
            );
        }
        assert_eq!(
            units.exact_ticks(decimal("42949672.95")),
            Ok(Ticks(u32::MAX))
        );
    }

    #[test]
    fn sizes() {
        let units = units(1_000_000, 10, 9, 6);
        assert_eq!(units.size(Lots(1)), Some(decimal("0.001")));
        assert_eq!(units.exact_lots(decimal("1.234")), Ok(Lots(1_234)));
        assert!(matches!(
            units.exact_lots(decimal("1.2345")),
            Err(UnitsError::OffLot { .. })
        ));
        assert_eq!(units.lots(decimal("1.2345")), Ok(Lots(1_234)));
        for size in ["0", "-1", "0.0009", "0.0000000000001"] {
            let refused = units.lots(decimal(size));
            assert!(
                matches!(refused, Err(UnitsError::SizeTooSmall { .. })),
                "{size}"
            );
        }
        for size in ["18446744074", "79228162514264337593543950335"] {
            let refused = units.exact_lots(decimal(size));
            assert!(
                matches!(refused, Err(UnitsError::SizeTooLarge { .. })),
                "{size}"
            );
        }
    }

    #[test]
    fn lots_that_are_no_power_of_ten() {
        // A lot is 3 base units: prices have no end, and still come back.
        let units = units(3, 1, 0, 0);
        assert_eq!(units.price(Ticks(1)).round_dp(6), decimal("0.333333"));
        assert_eq!(units.exact_ticks(decimal("2")), Ok(Ticks(6)));
        assert!(units.exact_ticks(units.price(Ticks(1))).is_err());
        let back = units.ticks(units.price(Ticks(1)), TickRounding::Nearest);
        assert_eq!(back, Ok(Ticks(1)));
    }

    proptest! {
        #[test]
        fn prices_of_round_lots_come_back_exactly(
            ticks in 1u32.., tick in 1u32..1_000_000, lot in 0u32..12,
            base_decimals in 0u8..=12, quote_decimals in 0u8..=9,
        ) {
            let units = units(10u64.pow(lot), tick, base_decimals, quote_decimals);
            prop_assert_eq!(units.exact_ticks(units.price(Ticks(ticks))), Ok(Ticks(ticks)));
        }

        #[test]
        fn any_price_comes_back_when_rounded(
            ticks in 1u32.., tick in 1u32..1_000_000, lot in 1u64..1_000_000_000_000,
            base_decimals in 0u8..=9, quote_decimals in 0u8..=9,
        ) {
            let units = units(lot, tick, base_decimals, quote_decimals);
            let price = units.price(Ticks(ticks));
            prop_assert_eq!(units.ticks(price, TickRounding::Nearest), Ok(Ticks(ticks)));
        }

        #[test]
        fn sizes_come_back(lots in 1u64..1 << 40, lot in 1u64..1 << 23, decimals in 0u8..=18) {
            let units = units(lot, 1, decimals, 0);
            let size = units.size(Lots(lots)).unwrap();
            prop_assert_eq!(units.exact_lots(size), Ok(Lots(lots)));
            prop_assert_eq!(units.lots(size), Ok(Lots(lots)));
        }

        #[test]
        fn rounding_stands_around_the_exact_price(mantissa in 1i64.., scale in 0u32..=20) {
            let units = units(1_000, 7, 6, 6);
            let price = Decimal::new(mantissa, scale);
            if let (Ok(down), Ok(up)) =
                (units.ticks(price, TickRounding::Down), units.ticks(price, TickRounding::Up))
            {
                prop_assert!(units.price(down) <= price && price <= units.price(up));
                prop_assert!(up.0 - down.0 <= 1);
            }
        }

        #[test]
        fn nothing_panics(
            mantissa: i64, high: i32, scale in 0u32..=28, lot in 1u64.., tick in 1u32..,
            base_decimals: u8, quote_decimals: u8, lots: u64, ticks: u32,
        ) {
            let units = units(lot, tick, base_decimals, quote_decimals);
            let value = (i128::from(high) << 63) + i128::from(mantissa);
            let value = Decimal::from_i128_with_scale(value, scale);
            let _ = units.exact_ticks(value);
            let _ = units.ticks(value, TickRounding::Nearest);
            let _ = units.exact_lots(value);
            let _ = (units.size(Lots(lots)), units.price(Ticks(ticks)), units.lots(value));
        }
    }
}
