//! `take`: trade at once with the best orders of a market.

mod ledger;
mod outcome;
mod wallet;

use clap::Args;
use sealane_sdk::engine_core::book::{BookSide, Lots, Ticks};

use crate::{
    command::order::ExpiryArguments,
    desk::{LaneArguments, SideArgument},
    failure::{Failure, Result},
    session::Session,
    venue::Venue,
};

const EXAMPLES: &str = "\
Examples:
  sealane take tSOL/tUSDC buy 1.5                    at the best prices, 0.5% worse at most
  sealane take tSOL/tUSDC buy --quote 200            for 200 tUSDC, the fee included
  sealane take tSOL/tUSDC sell 3 --limit 150 --fok   all of it at 150 or better, or nothing
  sealane take tSOL/tUSDC sell 3 --limit 150 --rest  what is left rests at 150
  sealane take tSOL/tUSDC buy 1 --from-wallet        without a lane of one's own

With --raw, sizes are base units and prices are ticks.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// In which market
    #[arg(value_name = "MARKET")]
    market: String,

    /// Buy or sell the base token
    #[arg(value_enum, value_name = "SIDE")]
    side: SideArgument,

    /// How much at most, in base tokens: a multiple of the market's lot
    #[arg(value_name = "SIZE", required_unless_present = "quote")]
    size: Option<String>,

    /// How much quote at most: to pay, the fee included, or to sell for, before the fee
    #[arg(long, value_name = "AMOUNT")]
    quote: Option<String>,

    /// The worst price [default: by --slippage-bps worse than the last order that is met]
    #[arg(long, value_name = "PRICE")]
    limit: Option<String>,

    /// Without --limit: how much worse than quoted prices may be, in hundredths of a percent
    #[arg(long, value_name = "BPS", default_value_t = 50,
          value_parser = clap::value_parser!(u16).range(0..=10_000))]
    slippage_bps: u16,

    /// What cannot be traded at once is dropped; this is the default
    #[arg(long, conflicts_with_all = ["fok", "rest"])]
    ioc: bool,

    /// All of SIZE is traded at once, or nothing
    #[arg(long, conflicts_with = "rest", requires = "size")]
    fok: bool,

    /// What cannot be traded at once rests at the limit; if that is all, as with `order place`
    #[arg(long, requires_all = ["size", "limit"], conflicts_with_all = ["quote", "from_wallet"])]
    rest: bool,

    /// Pay from and to the wallet, not from and to its lane
    #[arg(long, conflicts_with_all = ["index", "owner"])]
    from_wallet: bool,

    #[command(flatten)]
    expiry: ExpiryArguments,

    #[command(flatten)]
    lane: LaneArguments,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    if !arguments.rest && arguments.expiry != ExpiryArguments::default() {
        let message = "a client id and an expiry are for what rests";
        return Err(Failure::usage("Usage", message).hint("add --rest, or leave them away"));
    }
    if arguments.from_wallet {
        wallet::run(session, arguments).await
    } else {
        ledger::run(session, arguments).await
    }
}

/// What is wanted, in the market's units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    side: BookSide,
    /// None: as much as the quote pays for.
    lots: Option<Lots>,
    max_quote: Option<u64>,
    /// None: by the slippage.
    limit: Option<Ticks>,
}

impl Arguments {
    fn wanted(&self, venue: &Venue) -> Result<Wanted> {
        let lots = self.size.as_ref().map(|size| venue.parse_size(size));
        let quote = self.quote.as_ref();
        let max_quote = quote.map(|quote| venue.pair.quote.parse(venue.units, quote));
        if let Some(Ok(0)) = max_quote {
            return Err(Failure::usage("ZeroAmount", "the amount of quote is zero")
                .hint("give --quote above zero"));
        }
        let limit = self.limit.as_ref().map(|limit| venue.parse_price(limit));
        Ok(Wanted {
            side: self.side.into(),
            lots: lots.transpose()?,
            max_quote: max_quote.transpose()?,
            limit: limit.transpose()?,
        })
    }
}

/// A limit that accepts every price.
fn any_price(side: BookSide) -> Ticks {
    match side {
        BookSide::Bid => Ticks(u32::MAX),
        BookSide::Ask => Ticks(1),
    }
}

/// The limit that is so much worse than a price, to the tick and not beyond.
fn worse_by(side: BookSide, price: Ticks, bps: u16) -> Ticks {
    const WHOLE: u64 = 10_000;
    let (price, bps) = (u64::from(price.0), u64::from(bps));
    let ticks = match side {
        BookSide::Bid => price * (WHOLE + bps) / WHOLE,
        BookSide::Ask => (price * (WHOLE - bps)).div_ceil(WHOLE).max(1),
    };
    Ticks(u32::try_from(ticks).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{command, parse, token::Units, venue::tests::venue};

    fn arguments(flags: &[&str]) -> std::result::Result<Arguments, clap::Error> {
        let line: Vec<&str> = ["take", "m"].iter().chain(flags).copied().collect();
        match parse(&line)?.1 {
            command::Command::Take(arguments) => Ok(arguments),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn wants_are_read_in_the_markets_units() {
        let venue = venue(Units::Whole);
        let read = |flags: &[&str]| arguments(flags).unwrap().wanted(&venue);
        assert_eq!(
            read(&["buy", "1.5", "--quote", "200", "--limit", "150.02"]).unwrap(),
            Wanted {
                side: BookSide::Bid,
                lots: Some(Lots(150)),
                max_quote: Some(200_000_000),
                limit: Some(Ticks(15_002)),
            }
        );
        assert_eq!(read(&["sell", "--quote", "1"]).unwrap().lots, None);
        let code = |flags: &[&str]| read(flags).unwrap_err().code().to_owned();
        assert_eq!(code(&["buy", "0.001"]), "SizeTooSmall");
        assert_eq!(code(&["buy", "1", "--limit", "150.001"]), "OffTick");
        assert_eq!(code(&["buy", "--quote", "0"]), "ZeroAmount");
    }

    #[test]
    fn flags_that_contradict_each_other_are_refused() {
        for wrong in [
            &["buy"][..],
            &["buy", "1", "--ioc", "--fok"],
            &["buy", "1", "--fok", "--rest", "--limit", "1"],
            &["buy", "--quote", "1", "--fok"],
            &["buy", "1", "--rest"],
            &["buy", "1", "--limit", "1", "--rest", "--quote", "1"],
            &["buy", "1", "--limit", "1", "--rest", "--from-wallet"],
            &["buy", "1", "--from-wallet", "--lane", "1"],
            &["buy", "1", "--slippage-bps", "10001"],
        ] {
            assert!(arguments(wrong).is_err(), "{wrong:?}");
        }
        assert!(arguments(&["buy", "1", "--limit", "1", "--rest"]).is_ok());
        assert!(arguments(&["sell", "1", "--from-wallet"]).is_ok());
    }

    #[test]
    fn slippage_makes_a_limit_that_is_no_worse_than_allowed() {
        let limit = |side, price, bps| worse_by(side, Ticks(price), bps).0;
        assert_eq!(limit(BookSide::Bid, 15_001, 50), 15_076);
        assert_eq!(limit(BookSide::Ask, 15_001, 50), 14_926);
        assert_eq!(limit(BookSide::Bid, 15_001, 0), 15_001);
        assert_eq!(limit(BookSide::Ask, 15_001, 10_000), 1);
        assert_eq!(limit(BookSide::Bid, u32::MAX, 10_000), u32::MAX);
    }
}
