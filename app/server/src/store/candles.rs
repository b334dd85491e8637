//! Candles out of trades.

use std::{collections::BTreeMap, fmt, str::FromStr};

use solana_pubkey::Pubkey;

use super::{Candle, Trade};

/// The length of a candle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Interval {
    /// A second.
    Second,
    /// A minute.
    Minute,
    /// Five minutes.
    FiveMinutes,
    /// A quarter of an hour.
    Quarter,
    /// An hour.
    Hour,
    /// Four hours.
    FourHours,
    /// A day of UTC.
    Day,
}

impl Interval {
    /// All of them, shortest first.
    pub const ALL: [Self; 7] = [
        Self::Second,
        Self::Minute,
        Self::FiveMinutes,
        Self::Quarter,
        Self::Hour,
        Self::FourHours,
        Self::Day,
    ];

    /// How many seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::FiveMinutes => 300,
            Self::Quarter => 900,
            Self::Hour => 3_600,
            Self::FourHours => 14_400,
            Self::Day => 86_400,
        }
    }

    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Second => "1s",
            Self::Minute => "1m",
            Self::FiveMinutes => "5m",
            Self::Quarter => "15m",
            Self::Hour => "1h",
            Self::FourHours => "4h",
            Self::Day => "1d",
        }
    }

    /// When the interval of a time begins.
    #[must_use]
    pub const fn start(self, time: i64) -> i64 {
        time - time.rem_euclid(self.seconds())
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|one| one.name() == text);
        found.ok_or_else(|| "intervals are 1s, 1m, 5m, 15m, 1h, 4h and 1d".to_owned())
    }
}

/// Candles by venue, interval and start.
pub(super) type Candles = BTreeMap<(Pubkey, Interval, i64), Candle>;

impl Candle {
    fn of(trade: &Trade, start: i64) -> Self {
        let earned = u128::from(trade.earned);
        let (earned_base, earned_quote) = match trade.fee_in_base {
            true => (earned, 0),
            false => (0, earned),
        };
        Self {
            start,
            open: trade.price,
            high: trade.price,
            low: trade.price,
            close: trade.price,
            base: trade.base.into(),
            quote: trade.quote.into(),
            earned_base,
            earned_quote,
            trades: 1,
            first_slot: trade.slot,
            last_slot: trade.slot,
        }
    }

    /// Puts what happened later on top; what turns out to have happened earlier is put below.
    pub(super) fn merge(&mut self, other: &Self) {
        if other.first_slot < self.first_slot {
            self.open = other.open;
            self.first_slot = other.first_slot;
        }
        if other.last_slot >= self.last_slot {
            self.close = other.close;
            self.last_slot = other.last_slot;
        }
        self.high = self.high.max(other.high);
        self.low = self.low.min(other.low);
        self.base = self.base.saturating_add(other.base);
        self.quote = self.quote.saturating_add(other.quote);
        self.earned_base = self.earned_base.saturating_add(other.earned_base);
        self.earned_quote = self.earned_quote.saturating_add(other.earned_quote);
        self.trades = self.trades.saturating_add(other.trades);
    }
}

/// Counts a trade in the candles of its venue.
pub(super) fn count(candles: &mut Candles, trade: &Trade) {
    for interval in Interval::ALL {
        let start = interval.start(trade.time);
        let one = Candle::of(trade, start);
        candles
            .entry((trade.venue, interval, start))
            .and_modify(|candle| candle.merge(&one))
            .or_insert(one);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_read_as_they_are_written() {
        for interval in Interval::ALL {
            assert_eq!(interval.name().parse(), Ok(interval));
        }
        assert!("2m".parse::<Interval>().is_err());
        assert_eq!(Interval::Minute.start(-1), -60);
        assert_eq!(Interval::Day.start(86_399), 0);
    }
}
