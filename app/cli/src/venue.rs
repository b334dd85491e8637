//! A market as people speak of it: prices per whole token, sizes in whole tokens.

use rust_decimal::Decimal;
use sealane_sdk::{
    book::{BookUnits, UnitsError},
    engine_core::book::{BookSide, Lots, Ticks},
    orderbook::state::Market,
};
use solana_pubkey::Pubkey;

use crate::{
    book::Book,
    failure::{Failure, Result},
    token::{Pair, Units},
    view,
};

/// A market, and how its prices and sizes are read and written.
///
/// With [`Units::Base`] prices are ticks, and sizes base units of the base token.
#[derive(Clone, Debug)]
pub(crate) struct Venue {
    pub(crate) address: Pubkey,
    pub(crate) market: Market,
    pub(crate) pair: Pair,
    pub(crate) scale: BookUnits,
    pub(crate) units: Units,
}

impl Venue {
    pub(crate) fn new(address: Pubkey, market: &Market, book: &Book, units: Units) -> Self {
        Self {
            address,
            market: *market,
            pair: Pair::of_market(market, book),
            scale: BookUnits::new(market.sizes(), market.base_decimals, market.quote_decimals),
            units,
        }
    }

    /// The pair's name, such as `tSOL/tUSDC`.
    pub(crate) fn name(&self) -> String {
        self.pair.name()
    }

    /// Reads a price that has to be a whole number of ticks.
    pub(crate) fn parse_price(&self, written: &str) -> Result<Ticks> {
        match self.units {
            Units::Base => written.parse().map(Ticks).map_err(|_| {
                not_a_number("InvalidPrice", written)
                    .hint("with --raw, write a whole number of ticks")
            }),
            Units::Whole => {
                let price = parse_decimal(written).ok_or_else(|| {
                    not_a_number("InvalidPrice", written).hint(format!(
                        "write {}, such as {}",
                        self.pair.price_unit(),
                        self.scale.price(Ticks(1))
                    ))
                })?;
                let ticks = self.scale.exact_ticks(price);
                ticks.map_err(|error| self.refused(&error))
            }
        }
    }

    /// Reads a size that has to be a whole number of lots.
    pub(crate) fn parse_size(&self, written: &str) -> Result<Lots> {
        let base = self.pair.base.parse(self.units, written)?;
        let size = sealane_sdk::amount::to_decimal(base, self.pair.base.decimals);
        let lots = self.scale.exact_lots(size);
        lots.map_err(|error| self.refused(&error))
    }

    /// Reads a range of prices as a number of ticks.
    pub(crate) fn parse_step(&self, written: &str) -> Result<u32> {
        self.parse_price(written).map(|ticks| ticks.0)
    }

    /// What is wrong with a price or a size, and what the market's step is.
    fn refused(&self, error: &UnitsError) -> Failure {
        let (code, step) = match error {
            UnitsError::OffTick { .. } => ("OffTick", self.tick_text()),
            UnitsError::PriceTooLow { .. } => ("PriceTooLow", self.tick_text()),
            UnitsError::PriceTooHigh { .. } => ("PriceTooHigh", self.tick_text()),
            UnitsError::OffLot { .. } => ("OffLot", self.lot_text()),
            UnitsError::SizeTooSmall { .. } => ("SizeTooSmall", self.lot_text()),
            UnitsError::SizeTooLarge { .. } => ("SizeTooLarge", self.lot_text()),
        };
        let hint = match error {
            UnitsError::OffTick { .. } => format!("use one of the two prices: {step}"),
            UnitsError::OffLot { .. } => format!("use one of the two sizes: {step}"),
            error => format!("{}: {step}", error.hint()),
        };
        Failure::usage(code, error.to_string()).hint(hint)
    }

    /// By how much prices differ at least, in a sentence.
    fn tick_text(&self) -> String {
        let tick = view::price(self.scale.price(Ticks(1)));
        format!("a tick is {tick} {}", self.pair.price_unit())
    }

    /// By how much sizes differ at least, in a sentence.
    fn lot_text(&self) -> String {
        format!("a lot is {}", self.size(Lots(1)))
    }

    /// Writes a price with its unit.
    pub(crate) fn price(&self, price: Ticks) -> String {
        match self.units {
            Units::Base => format!("{} ticks", price.0),
            Units::Whole => {
                format!(
                    "{} {}",
                    view::price(self.scale.price(price)),
                    self.pair.price_unit()
                )
            }
        }
    }

    /// Writes a price as a bare number.
    pub(crate) fn bare_price(&self, price: Ticks) -> String {
        match self.units {
            Units::Base => price.0.to_string(),
            Units::Whole => view::price(self.scale.price(price)),
        }
    }

    /// Base units in a number of lots; what no account could hold saturates.
    pub(crate) fn base_of(&self, lots: Lots) -> u64 {
        self.scale
            .sizes
            .base(lots)
            .map_or(u64::MAX, |base| base.get())
    }

    /// Writes a size with its token.
    pub(crate) fn size(&self, lots: Lots) -> String {
        self.base(self.base_of(lots))
    }

    /// Writes a size as a bare number.
    pub(crate) fn bare_size(&self, lots: Lots) -> String {
        self.units
            .format(self.base_of(lots), self.pair.base.decimals)
    }

    /// Writes an amount of base with its name.
    pub(crate) fn base(&self, amount: u64) -> String {
        self.pair.base.amount(self.units, amount)
    }

    /// Writes an amount of quote with its name.
    pub(crate) fn quote(&self, amount: u64) -> String {
        self.pair.quote.amount(self.units, amount)
    }

    /// The average price of a trade, with its unit.
    pub(crate) fn average_price(&self, base: u64, quote: u64) -> Option<String> {
        let price = self.scale.average_price(base, quote)?;
        Some(format!("{} {}", view::price(price), self.pair.price_unit()))
    }
}

/// A side by what its order does.
pub(crate) fn verb(side: BookSide) -> &'static str {
    match side {
        BookSide::Bid => "buy",
        BookSide::Ask => "sell",
    }
}

fn not_a_number(code: &'static str, written: &str) -> Failure {
    Failure::usage(code, format!("`{written}` is no price"))
}

/// Digits with at most one point and with underscores between digits; nothing else is a number
/// here, so that a price is never read as something that was not meant.
pub(crate) fn parse_decimal(written: &str) -> Option<Decimal> {
    let trimmed = written.trim();
    let plain = trimmed
        .bytes()
        .all(|symbol| symbol.is_ascii_digit() || symbol == b'.' || symbol == b'_');
    let loose = ["__", "._", "_."]
        .iter()
        .any(|wrong| trimmed.contains(wrong))
        || trimmed.starts_with('_')
        || trimmed.ends_with('_');
    if !plain || loose || !trimmed.bytes().any(|symbol| symbol.is_ascii_digit()) {
        return None;
    }
    Decimal::from_str_exact(&trimmed.replace('_', "")).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use sealane_sdk::address::TOKEN_PROGRAM;

    use super::*;
    use crate::token::Token;

    /// tSOL/tUSDC with lots of 0.01 tSOL and a tick of 0.01 tUSDC per tSOL.
    pub(crate) fn venue(units: Units) -> Venue {
        let token = |symbol: &str, decimals| Token {
            mint: Pubkey::new_unique(),
            symbol: symbol.to_owned(),
            decimals,
            program: TOKEN_PROGRAM,
        };
        Venue {
            address: Pubkey::new_unique(),
            market: market(),
            pair: Pair {
                base: token("tSOL", 9),
                quote: token("tUSDC", 6),
            },
            scale: BookUnits::new(market().sizes(), 9, 6),
            units,
        }
    }

    fn market() -> Market {
        let nobody = Pubkey::default();
        Market {
            creator: nobody,
            authority: nobody,
            pending_authority: nobody,
            base_mint: nobody,
            quote_mint: nobody,
            base_token_program: TOKEN_PROGRAM,
            quote_token_program: TOKEN_PROGRAM,
            base_lot: 10_000_000,
            tick: 100,
            taker_fee_pips: 500,
            maker_fee_pips: -100,
            cross_reward_pips: 1_000,
            referrer_share_bps: 2_000,
            id: 0,
            vault_shard_count: 1,
            paused: 0,
            base_decimals: 9,
            quote_decimals: 6,
            bump: 0,
            reserved: [0; 63],
        }
    }

    #[test]
    fn prices_and_sizes_are_read_and_written() {
        let venue = venue(Units::Whole);
        assert_eq!(venue.parse_price("150.25").unwrap(), Ticks(15_025));
        assert_eq!(venue.parse_price("1_000").unwrap(), Ticks(100_000));
        assert_eq!(venue.parse_size("1.5").unwrap(), Lots(150));
        assert_eq!(venue.price(Ticks(15_025)), "150.25 tUSDC per tSOL");
        assert_eq!(venue.size(Lots(150)), "1.5 tSOL");
        assert_eq!(venue.parse_step("0.5").unwrap(), 50);
    }

    #[test]
    fn with_raw_prices_are_ticks_and_sizes_base_units() {
        let venue = venue(Units::Base);
        assert_eq!(venue.parse_price("15025").unwrap(), Ticks(15_025));
        assert_eq!(venue.parse_size("1500000000").unwrap(), Lots(150));
        assert_eq!(venue.price(Ticks(15_025)), "15025 ticks");
        assert_eq!(venue.size(Lots(150)), "1500000000 units of tSOL");
        assert!(venue.parse_price("150.25").is_err());
    }

    #[test]
    fn what_lies_between_two_ticks_or_lots_is_refused_with_both() {
        let venue = venue(Units::Whole);
        let failure = venue.parse_price("150.255").unwrap_err();
        assert_eq!(failure.code(), "OffTick");
        assert_eq!(
            failure.to_string(),
            "150.255 is not a whole number of ticks; 150.25 and 150.26 are"
        );
        assert_eq!(
            failure.next_step().unwrap(),
            "use one of the two prices: a tick is 0.01 tUSDC per tSOL"
        );
        let failure = venue.parse_size("1.505").unwrap_err();
        assert_eq!(failure.code(), "OffLot");
        assert_eq!(
            failure.next_step().unwrap(),
            "use one of the two sizes: a lot is 0.01 tSOL"
        );
        assert_eq!(
            venue.parse_size("0.001").unwrap_err().code(),
            "SizeTooSmall"
        );
        assert_eq!(venue.parse_price("0").unwrap_err().code(), "PriceTooLow");
        for wrong in ["", "-1", "1e3", "1.2.3", ".", "1,5", "_1", "1_.5"] {
            let failure = venue.parse_price(wrong).unwrap_err();
            assert_eq!(failure.code(), "InvalidPrice", "{wrong}");
            assert!(failure.is_usage(), "{wrong}");
        }
    }
}
