//! `quote`: what a swap would bring now.

use clap::Args;
use serde::Serialize;

use crate::{
    failure::Result,
    output::Report,
    session::Session,
    trade::{Offer, Quoted, TradeArguments},
};

const EXAMPLES: &str = "\
Examples:
  sealane quote 1.5 tSOL tUSDC              what 1.5 tSOL bring
  sealane quote 100 tSOL tUSDC --exact-out  what 100 tUSDC cost
  sealane quote 1.5 tSOL tSOL/tUSDC         what one pool gives for them";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    trade: TradeArguments,
}

#[derive(Serialize)]
struct Outcome<'a> {
    #[serde(flatten)]
    quote: Quoted<'a>,
    #[serde(skip)]
    offer: &'a Offer,
}

impl Report for Outcome<'_> {
    fn text(&self) -> String {
        self.offer.text()
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let offer = {
        let _spinner = session.output.working("Asking the pools and the markets");
        arguments.trade.offer(session).await?
    };
    session.output.report(&Outcome {
        quote: offer.quoted(),
        offer: &offer,
    });
    if let Some(warning) = offer.warning() {
        session.output.warn(&warning);
    }
    Ok(())
}
