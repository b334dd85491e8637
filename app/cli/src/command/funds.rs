//! `deposit` and `withdraw`: between a wallet and its lane.

use clap::Args;
use sealane_sdk::{
    engine_core::book::BookSide,
    plan::{Caller, deposit_instructions, withdraw_instructions},
};
use serde::Serialize;

use super::lane::changed::Changed;
use crate::{
    balance,
    desk::{Desk, LaneArguments},
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    token::Token,
    venue::Venue,
};

const DEPOSIT_EXAMPLES: &str = "\
Examples:
  sealane deposit tSOL/tUSDC --base 10 --quote 1500
  sealane deposit tSOL/tUSDC --quote 100 --yes";

const WITHDRAW_EXAMPLES: &str = "\
Examples:
  sealane withdraw tSOL/tUSDC --base 2.5
  sealane withdraw tSOL/tUSDC --all";

#[derive(Debug, Args)]
#[command(after_help = DEPOSIT_EXAMPLES)]
pub(crate) struct DepositArguments {
    /// Into which market's lane
    #[arg(value_name = "MARKET")]
    market: String,

    /// How much of the base token
    #[arg(long, value_name = "AMOUNT", required_unless_present = "quote")]
    base: Option<String>,

    /// How much of the quote token
    #[arg(long, value_name = "AMOUNT")]
    quote: Option<String>,

    #[command(flatten)]
    lane: LaneArguments,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

#[derive(Debug, Args)]
#[command(after_help = WITHDRAW_EXAMPLES)]
pub(crate) struct WithdrawArguments {
    /// From which market's lane
    #[arg(value_name = "MARKET")]
    market: String,

    /// How much of the base token
    #[arg(long, value_name = "AMOUNT", required_unless_present_any = ["quote", "all"])]
    base: Option<String>,

    /// How much of the quote token
    #[arg(long, value_name = "AMOUNT")]
    quote: Option<String>,

    /// Everything that no order locks
    #[arg(long, conflicts_with_all = ["base", "quote"])]
    all: bool,

    #[command(flatten)]
    lane: LaneArguments,
}

/// What was moved, in base units: what left the one side and what arrived at the other.
#[derive(Serialize)]
struct Moved {
    base_sent: u64,
    quote_sent: u64,
    base_received: u64,
    quote_received: u64,
}

/// Writes an amount of one of a market's tokens.
type Write = fn(&Venue, u64) -> String;

impl Moved {
    /// As lines: what left, and what arrived where a mint keeps a part of it.
    fn add_to(&self, facts: &mut Facts, desk: &Desk) {
        let venue = &desk.venue;
        let mut name = "Moved";
        let lines: [(u64, u64, Write); 2] = [
            (self.base_sent, self.base_received, Venue::base),
            (self.quote_sent, self.quote_received, Venue::quote),
        ];
        for (sent, received, text) in lines {
            if sent == 0 {
                continue;
            }
            let mut line = text(venue, sent);
            if received != sent {
                let arrives = text(venue, received);
                line = format!("{line}, of which {arrives} arrive: the mint keeps a fee");
            }
            facts.add(name, line);
            name = "";
        }
    }
}

/// What an amount flag says; nothing without it.
fn amount(session: &Session, token: &Token, written: Option<&String>) -> Result<u64> {
    written.map_or(Ok(0), |written| token.parse(session.units, written))
}

pub(super) async fn deposit(session: &mut Session, arguments: &DepositArguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let (desk, plan) = {
        let _spinner = session.output.working("Fetching the lane");
        let desk = Desk::open(session, &arguments.market, &arguments.lane).await?;
        let pair = &desk.venue.pair;
        let base = amount(session, &pair.base, arguments.base.as_ref())?;
        let quote = amount(session, &pair.quote, arguments.quote.as_ref())?;
        let caller = Caller::new(desk.signer());
        let plan =
            deposit_instructions(session.client.markets(), &desk.lane, &caller, base, quote)?;
        for (token, amount) in [(&pair.base, base), (&pair.quote, quote)] {
            if amount > 0 {
                balance::require(session, &desk.signer(), token, amount).await?;
            }
        }
        (desk, plan)
    };
    let moved = Moved {
        base_sent: plan.quote.base_sent,
        quote_sent: plan.quote.quote_sent,
        base_received: plan.quote.base_credited,
        quote_received: plan.quote.quote_credited,
    };
    let mut preview = Facts::under(format!("{} · deposit", desk.venue.name()));
    moved.add_to(&mut preview, &desk);
    preview.add("Into lane", desk.lane.to_string());
    session.output.preview(&preview.to_string());
    session.output.consent(arguments.yes, "Deposit?")?;

    let changed = {
        let _spinner = session.output.working("Depositing");
        let executed = session.client.execute(plan, &desk.wallet).await?;
        let mut facts = Facts::under("Deposited");
        moved.add_to(&mut facts, &desk);
        Changed::after(session, &desk, &executed.confirmed, moved, facts).await?
    };
    session.output.report(&changed);
    Ok(())
}

pub(super) async fn withdraw(session: &mut Session, arguments: &WithdrawArguments) -> Result<()> {
    let changed = {
        let spinner = session.output.working("Fetching the lane");
        let desk = Desk::open(session, &arguments.market, &arguments.lane).await?;
        desk.require_owner()?;
        let pair = &desk.venue.pair;
        let header = desk.snapshot.header();
        let (base, quote) = if arguments.all {
            (header.base_free, header.quote_free)
        } else {
            (
                amount(session, &pair.base, arguments.base.as_ref())?,
                amount(session, &pair.quote, arguments.quote.as_ref())?,
            )
        };
        if arguments.all && base == 0 && quote == 0 {
            return Err(nothing_free(&desk));
        }
        let next = "withdraw less, or --all; orders that are taken back free what they lock";
        desk.require_free(BookSide::Ask, base, next)?;
        desk.require_free(BookSide::Bid, quote, next)?;
        let markets = session.client.markets();
        let caller = Caller::new(desk.signer());
        let plan = withdraw_instructions(markets, &desk.lane, &caller, base, quote)?;
        spinner.say("Withdrawing");
        let executed = session.client.execute(plan, &desk.wallet).await?;
        let moved = Moved {
            base_sent: executed.quote.base,
            quote_sent: executed.quote.quote,
            base_received: executed.quote.base_received,
            quote_received: executed.quote.quote_received,
        };
        let mut facts = Facts::under("Withdrawn");
        moved.add_to(&mut facts, &desk);
        Changed::after(session, &desk, &executed.confirmed, moved, facts).await?
    };
    session.output.report(&changed);
    Ok(())
}

fn nothing_free(desk: &Desk) -> Failure {
    let locked = desk.view().locked();
    Failure::new(
        "InsufficientFunds",
        format!("nothing is free in the lane; orders lock {locked}"),
    )
    .hint("take orders back first, with `sealane order cancel-all`")
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn some_amount_is_given() {
        assert!(parse(&["deposit", "m"]).is_err());
        assert!(parse(&["deposit", "m", "--quote", "1"]).is_ok());
        assert!(parse(&["deposit", "m", "--base", "1", "--quote", "1"]).is_ok());
        assert!(parse(&["withdraw", "m"]).is_err());
        assert!(parse(&["withdraw", "m", "--all"]).is_ok());
        assert!(parse(&["withdraw", "m", "--all", "--base", "1"]).is_err());
    }
}
