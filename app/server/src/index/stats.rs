//! The last day of every venue, kept in memory: volumes, fees, highest and lowest prices.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::{
    Decimal,
    prelude::{FromPrimitive as _, ToPrimitive as _},
};
use solana_pubkey::Pubkey;

use crate::{
    store::{Candle, Interval},
    view::{Big, Both},
};

/// How long a day is.
const DAY: i64 = 86_400;

/// What a venue did in the last 24 hours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Base units traded.
    pub base: u128,
    /// Quote units traded.
    pub quote: u128,
    /// Base units that liquidity providers earned.
    pub fees_base: u128,
    /// Quote units that they earned.
    pub fees_quote: u128,
    /// How many trades.
    pub trades: u64,
    /// Price of the first trade.
    pub first: Option<Decimal>,
    /// Highest price.
    pub high: Option<Decimal>,
    /// Lowest price.
    pub low: Option<Decimal>,
    /// Price of the last trade, however long ago.
    pub last: Option<Decimal>,
}

impl Day {
    /// What was traded.
    #[must_use]
    pub fn volume(&self) -> Both {
        Both {
            base: Big(self.base),
            quote: Big(self.quote),
        }
    }

    /// By how much the price has changed, in basis points, rounded to the nearest.
    #[must_use]
    pub fn change_bps(&self) -> Option<i64> {
        let (first, last) = (self.first?, self.last?);
        let change = last
            .checked_sub(first)?
            .checked_mul(Decimal::from_i32(10_000)?)?;
        change.checked_div(first)?.round().to_i64()
    }
}

/// Every venue's minutes of the last day.
#[derive(Debug, Default)]
pub struct Stats {
    minutes: HashMap<Pubkey, BTreeMap<i64, Candle>>,
    last: HashMap<Pubkey, Decimal>,
}

impl Stats {
    /// Takes in a candle as it is now. Only those of a minute count.
    pub fn put(&mut self, venue: Pubkey, interval: Interval, candle: &Candle) {
        if interval != Interval::Minute {
            return;
        }
        let minutes = self.minutes.entry(venue).or_default();
        let is_latest = minutes.range(candle.start + 1..).next().is_none();
        minutes.insert(candle.start, candle.clone());
        if is_latest {
            self.last.insert(venue, candle.close);
            // One is kept that may be within the day in part.
            *minutes = minutes.split_off(&(candle.start - DAY - Interval::Minute.seconds()));
        }
    }

    /// Takes in the price of a venue's last trade, which may be older than a day.
    pub fn put_last(&mut self, venue: Pubkey, price: Decimal) {
        self.last.entry(venue).or_insert(price);
    }

    /// Forgets a venue.
    pub fn forget(&mut self, venue: &Pubkey) {
        self.minutes.remove(venue);
        self.last.remove(venue);
    }

    /// A venue's last day, to the minute.
    #[must_use]
    pub fn day(&self, venue: &Pubkey, now: i64) -> Day {
        let mut day = Day {
            last: self.last.get(venue).copied(),
            ..Day::default()
        };
        let from = Interval::Minute.start(now - DAY);
        let minutes = self.minutes.get(venue);
        for candle in minutes.into_iter().flat_map(|all| all.range(from..)) {
            let candle = candle.1;
            day.base = day.base.saturating_add(candle.base);
            day.quote = day.quote.saturating_add(candle.quote);
            day.fees_base = day.fees_base.saturating_add(candle.earned_base);
            day.fees_quote = day.fees_quote.saturating_add(candle.earned_quote);
            day.trades = day.trades.saturating_add(candle.trades);
            day.first = day.first.or(Some(candle.open));
            day.high = Some(day.high.map_or(candle.high, |high| high.max(candle.high)));
            day.low = Some(day.low.map_or(candle.low, |low| low.min(candle.low)));
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(start: i64, price: i64) -> Candle {
        let price = Decimal::from(price);
        Candle {
            start,
            open: price,
            high: price,
            low: price,
            close: price,
            base: 1,
            quote: 2,
            earned_base: 3,
            earned_quote: 4,
            trades: 1,
            first_slot: 0,
            last_slot: 0,
        }
    }

    #[test]
    fn a_day_is_the_last_24_hours() {
        let venue = Pubkey::new_unique();
        let mut stats = Stats::default();
        let now = 10 * DAY;
        for (start, price) in [(now - DAY - 60, 1), (now - DAY, 100), (now - 60, 150)] {
            stats.put(venue, Interval::Minute, &minute(start, price));
            stats.put(venue, Interval::Hour, &minute(start, price));
        }
        let day = stats.day(&venue, now);
        assert_eq!((day.trades, day.base, day.quote), (2, 2, 4));
        assert_eq!(day.change_bps(), Some(5_000));
        assert_eq!((day.low, day.high), (Some(100.into()), Some(150.into())));
        // A candle that grows replaces itself.
        stats.put(venue, Interval::Minute, &minute(now - 60, 50));
        assert_eq!(stats.day(&venue, now).last, Some(50.into()));
        assert_eq!(stats.day(&venue, now).trades, 2);
        let later = stats.day(&venue, now + 2 * DAY);
        assert_eq!((later.trades, later.last), (0, Some(50.into())));
        assert_eq!(stats.day(&Pubkey::new_unique(), now), Day::default());
    }
}
