//! `market set-fees`: other fees.

use clap::Args;
use sealane_sdk::plan::set_market_fees_instruction;
use solana_signer::Signer as _;

use super::{
    administer::{Administration, change},
    fees::FeeArguments,
};
use crate::{
    failure::{Failure, Result},
    session::Session,
    view::MarketFees,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which market
    #[arg(value_name = "MARKET")]
    market: String,

    #[command(flatten)]
    fees: FeeArguments,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    if arguments.fees.is_empty() {
        return Err(Failure::usage("NothingToSet", "no fee was given")
            .hint("give --taker-pips, --maker-pips, --referrer-share-bps or --cross-reward-pips"));
    }
    let administration = Administration::open(session, &arguments.market).await?;
    let present = MarketFees::of(&administration.venue.market).params();
    let fees = arguments.fees.over(present);
    let authority = administration.wallet.pubkey();
    let market = administration.venue.address;
    let instruction = set_market_fees_instruction(&market, &authority, fees);
    change(
        session,
        &administration,
        instruction,
        "Fees changed",
        |market| ("Fees", market.fees.sentence()),
    )
    .await
}
