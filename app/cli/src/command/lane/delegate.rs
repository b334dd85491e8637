//! `lane delegate`: who else may trade with a lane.

use clap::Args;
use sealane_sdk::plan::set_delegate_instruction;

use super::changed::change;
use crate::{
    book::Kind,
    desk::{Desk, LaneArguments},
    failure::Result,
    output::Facts,
    session::Session,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// In which market
    #[arg(value_name = "MARKET")]
    market: String,

    /// Who may trade with it, besides the owner; they cannot withdraw
    #[arg(value_name = "DELEGATE", required_unless_present = "revoke")]
    delegate: Option<String>,

    /// Nobody but the owner any more
    #[arg(long, conflicts_with = "delegate")]
    revoke: bool,

    #[command(flatten)]
    lane: LaneArguments,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let delegate = match &arguments.delegate {
        Some(text) => Some(session.book.address(Kind::Wallet, text)?),
        None => None,
    };
    let desk = {
        let _spinner = session.output.working("Fetching the lane");
        Desk::open(session, &arguments.market, &arguments.lane).await?
    };
    desk.require_owner()?;
    let instruction = set_delegate_instruction(&desk.lane, &desk.signer(), delegate.as_ref());
    let mut facts = Facts::under(format!("{} · delegate changed", desk.venue.name()));
    let who = delegate.map_or_else(|| "nobody".to_owned(), |address| address.to_string());
    facts
        .add("Lane", desk.lane.to_string())
        .add("Delegate", who);
    change(session, &desk, &[instruction], facts).await
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn somebody_is_named_or_the_delegate_is_revoked() {
        assert!(parse(&["lane", "delegate", "m"]).is_err());
        assert!(parse(&["lane", "delegate", "m", "who"]).is_ok());
        assert!(parse(&["lane", "delegate", "m", "--revoke"]).is_ok());
        assert!(parse(&["lane", "delegate", "m", "who", "--revoke"]).is_err());
    }
}
