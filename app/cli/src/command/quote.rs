//! `quote`: what a swap would bring now.

use clap::Args;
use sealane_sdk::quote::Quote;
use serde::Serialize;

use crate::{
    failure::Result,
    output::Report,
    session::Session,
    trade::{Offer, TradeArguments},
};

const EXAMPLES: &str = "\
Examples:
  sealane quote 1.5 tSOL tUSDC              what 1.5 tSOL bring
  sealane quote 100 tSOL tUSDC --exact-out  what 100 tUSDC cost";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    trade: TradeArguments,
}

#[derive(Serialize)]
struct Quoted<'a> {
    #[serde(flatten)]
    quote: &'a Quote,
    #[serde(skip)]
    offer: &'a Offer,
}

impl Report for Quoted<'_> {
    fn text(&self) -> String {
        self.offer.facts().to_string()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let offer = {
        let _spinner = session.output.working("Asking the pools");
        arguments.trade.offer(session).await?
    };
    session.output.report(&Quoted {
        quote: &offer.quote,
        offer: &offer,
    });
    if let Some(warning) = offer.warning() {
        session.output.warn(&warning);
    }
    Ok(())
}
