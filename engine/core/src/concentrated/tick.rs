//! Ticks: the prices at which liquidity may begin and end.
//!
//! Tick `i` stands for a price of `1.0001^i` (Uniswap v3 whitepaper, section 6.1), so its square root
//! is `1.0001^(i/2)`. Roots are multiplied together from `1.0001^(2^k/2)`, one factor for each bit of
//! the tick, as Uniswap's and Orca's programs do it; factors and roundings are those of Orca's
//! Whirlpools, so that a tick has the same price here and there, to the last bit.

use super::SqrtPrice;
use crate::{error::CoreError, math::U256};

/// A price on the grid of ticks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[repr(transparent)]
pub struct Tick(i32);

/// `floor(2^96 · 1.0001^(2^k / 2))`.
const UP_Q96: [u128; 19] = [
    79_232_123_823_359_799_118_286_999_567,
    79_236_085_330_515_764_027_303_304_731,
    79_244_008_939_048_815_603_706_035_061,
    79_259_858_533_276_714_757_314_932_305,
    79_291_567_232_598_584_799_939_703_904,
    79_355_022_692_464_371_645_785_046_466,
    79_482_085_999_252_804_386_437_311_141,
    79_736_823_300_114_093_921_829_183_326,
    80_248_749_790_819_932_309_965_073_892,
    81_282_483_887_344_747_381_513_967_011,
    83_390_072_131_320_151_908_154_831_281,
    87_770_609_709_833_776_024_991_924_138,
    97_234_110_755_111_693_312_479_820_773,
    119_332_217_159_966_728_226_237_229_890,
    179_736_315_981_702_064_433_883_588_727,
    407_748_233_172_238_350_107_850_275_304,
    2_098_478_828_474_011_932_436_660_412_517,
    55_581_415_166_113_811_149_459_800_483_533,
    38_992_368_544_603_139_932_233_054_999_993_551,
];

/// `floor(2^64 / 1.0001^(2^k / 2))`.
const DOWN_Q64: [u64; 19] = [
    18_445_821_805_675_392_311,
    18_444_899_583_751_176_498,
    18_443_055_278_223_354_162,
    18_439_367_220_385_604_838,
    18_431_993_317_065_449_817,
    18_417_254_355_718_160_513,
    18_387_811_781_193_591_352,
    18_329_067_761_203_520_168,
    18_212_142_134_806_087_854,
    17_980_523_815_641_551_639,
    17_526_086_738_831_147_013,
    16_651_378_430_235_024_244,
    15_030_750_278_693_429_944,
    12_247_334_978_882_834_399,
    8_131_365_268_884_726_200,
    3_584_323_654_723_342_297,
    696_457_651_847_595_233,
    26_294_789_957_452_057,
    37_481_735_321_082,
];

impl Tick {
    /// The lowest: a price just above `2^-64`.
    pub const MIN: Self = Self(-443_636);
    /// The highest: a price just below `2^64`.
    pub const MAX: Self = Self(443_636);

    /// The tick of an index.
    ///
    /// # Errors
    /// [`CoreError::InvalidTick`] outside [`Tick::MIN`] and [`Tick::MAX`].
    #[inline]
    pub const fn try_new(index: i32) -> Result<Self, CoreError> {
        if index < Self::MIN.0 || index > Self::MAX.0 {
            return Err(CoreError::InvalidTick);
        }
        Ok(Self(index))
    }

    /// The same of an index that was checked before, as an account keeps it.
    #[inline]
    pub(crate) const fn from_checked(index: i32) -> Self {
        Self(index)
    }

    /// The one below it; of the lowest, one that no price is at.
    #[inline]
    pub(crate) const fn below(self) -> Self {
        Self(self.0 - 1)
    }

    /// Its index.
    #[inline]
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }

    /// The square root of its price, within one part in `2^32` at the lowest ticks, where that is what
    /// a root's last bit is worth, and better above.
    #[must_use]
    pub const fn sqrt_price(self) -> SqrtPrice {
        let index = self.0.unsigned_abs();
        SqrtPrice::from_checked_bits(if self.0 < 0 { down(index) } else { up(index) })
    }

    /// The highest tick whose price is not above a price.
    #[must_use]
    pub const fn at(price: SqrtPrice) -> Self {
        // A tick's own root is rounded down, so a price is never below the tick that its logarithm tells.
        let (low, high) = bounds(log2_q32(price.bits()));
        // Two candidates seldom, and mostly one, which needs no look at its price.
        let mut index = if high > Self::MAX.0 {
            Self::MAX.0
        } else {
            high
        };
        while index > low && Self(index).sqrt_price().bits() > price.bits() {
            index -= 1;
        }
        Self(index)
    }
}

/// `1.0001^(index/2)` in Q64.64, rounded down at each factor.
const fn up(index: u32) -> u128 {
    let mut root = if index & 1 == 1 { UP_Q96[0] } else { 1 << 96 };
    let mut bit = 1;
    while bit < UP_Q96.len() {
        if index >> bit & 1 == 1 {
            let product = U256::mul(root, UP_Q96[bit]);
            // Roots stay below 2^128: the highest tick's is 2^96 · 2^32, less a little.
            root = (product.high() << 32) | (product.low() >> 96);
        }
        bit += 1;
    }
    root >> 32
}

/// `1.0001^-(index/2)` in Q64.64, likewise.
const fn down(index: u32) -> u128 {
    let mut root = if index & 1 == 1 {
        DOWN_Q64[0] as u128
    } else {
        1 << 64
    };
    let mut bit = 1;
    while bit < DOWN_Q64.len() {
        if index >> bit & 1 == 1 {
            // The first factor may meet a root of 2^64, which is one bit too long for a word.
            root = if root >> 64 == 0 {
                crate::math::wide_mul(root as u64, DOWN_Q64[bit]) >> 64
            } else {
                DOWN_Q64[bit] as u128
            };
        }
        bit += 1;
    }
    root
}

/// The binary logarithm of a root in Q64.64, as a number with 32 fractional bits, rounded down and
/// short of the true one by less than `2^-LOG_BITS`.
const LOG_BITS: u32 = 22;

const fn log2_q32(root: u128) -> i64 {
    let top = 127 - root.leading_zeros();
    let mut log = (top as i64 - 64) << 32;
    // The digits behind the point, by squaring a number between 1 and 2 (Q1.63).
    let mut number = if top >= 63 {
        (root >> (top - 63)) as u64
    } else {
        (root << (63 - top)) as u64
    };
    let mut digit = 1i64 << 31;
    let mut left = LOG_BITS;
    while left > 0 {
        let square = crate::math::wide_mul(number, number);
        let carry = (square >> 127) as u32;
        number = (square >> (63 + carry)) as u64;
        if carry == 1 {
            log += digit;
        }
        digit >>= 1;
        left -= 1;
    }
    log
}

/// `2^32 · 2 / log2(1.0001)`, rounded to the nearest: ticks in a doubling of the root, Q32.32.
const TICKS_IN_A_DOUBLING_Q32: i64 = 59_543_866_431_248;

/// The lowest and the highest tick that a root with such a logarithm can lie at.
const fn bounds(log_q32: i64) -> (i32, i32) {
    let least = ((log_q32 as i128 * TICKS_IN_A_DOUBLING_Q32 as i128) >> 64) as i64;
    // The digits that were not computed (2^-22 is 0.003 ticks), and what a tick's own root lost in its
    // factors' roundings: at the lowest, up to 19 parts in 2^32.
    let slack = (1i128 << (32 - LOG_BITS)) + 64;
    let most = (((log_q32 as i128 + slack) * TICKS_IN_A_DOUBLING_Q32 as i128) >> 64) as i64;
    (least as i32, most as i32)
}
