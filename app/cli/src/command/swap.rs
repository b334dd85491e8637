//! `swap`: one token for another.

use clap::Args;
use sealane_sdk::{client::Executed, quote::Quote};
use serde::Serialize;
use solana_signer::Signer as _;

use crate::{
    balance,
    failure::Result,
    output::{Facts, Report},
    session::Session,
    token::Units,
    trade::{Offer, TradeArguments},
    transaction::Receipt,
};

const EXAMPLES: &str = "\
Examples:
  sealane swap 1.5 tSOL tUSDC                    sell 1.5 tSOL
  sealane swap 100 tSOL tUSDC --exact-out --yes  buy 100 tUSDC without being asked";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    trade: TradeArguments,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

/// A swap that was executed. Amounts are base units.
#[derive(Serialize)]
struct Swapped<'a> {
    quote: &'a Quote,
    /// None if the node does not serve the transaction's record.
    sent: Option<u64>,
    /// Likewise.
    received: Option<u64>,
    transaction: Receipt,
    #[serde(skip)]
    offer: &'a Offer,
    #[serde(skip)]
    units: Units,
}

impl Report for Swapped<'_> {
    fn text(&self) -> String {
        let mut facts = Facts::under("Swapped");
        facts.add_some("Sent", self.sent.map(|sent| self.offer.amount_in(sent)));
        facts.add_some(
            "Received",
            self.received.map(|received| self.received(received)),
        );
        self.transaction.add_to(&mut facts, self.units);
        facts.to_string()
    }
}

impl Swapped<'_> {
    /// With how it compares to the quote.
    fn received(&self, received: u64) -> String {
        let text = self.offer.amount_out(received);
        if (self.sent, received) == (Some(self.quote.sent), self.quote.received) {
            return format!("{text}, as quoted");
        }
        format!(
            "{text}; quoted were {}",
            self.offer.amount_out(self.quote.received)
        )
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let wallet = session.wallet()?;
    let offer = {
        let _spinner = session.output.working("Asking the pools");
        let offer = arguments.trade.offer(session).await?;
        let token = offer.pair.on(offer.quote.side_in);
        balance::require(session, &wallet.pubkey(), token, offer.quote.sent).await?;
        offer
    };
    session.output.preview(&offer.facts().to_string());
    if let Some(warning) = offer.warning() {
        session.output.warn(&warning);
    }
    session.output.consent(arguments.yes, "Swap?")?;

    let (executed, transaction) = {
        let _spinner = session.output.working("Swapping");
        let executed = session.client.swap(offer.quote.clone(), &wallet).await?;
        let receipt = Receipt::of(&session.client, &executed.confirmed, &wallet.pubkey()).await;
        (executed, receipt)
    };
    let (sent, received) = amounts(&executed, &transaction);
    session.output.report(&Swapped {
        quote: &offer.quote,
        sent,
        received,
        transaction,
        offer: &offer,
        units: session.units,
    });
    Ok(())
}

/// What left and what arrived: as the program reported it, or else from the wallet's balances.
fn amounts(executed: &Executed<Quote>, receipt: &Receipt) -> (Option<u64>, Option<u64>) {
    let quote = &executed.quote;
    let change = |mint| {
        let change = receipt.change(mint)?;
        u64::try_from(change.unsigned_abs()).ok()
    };
    (
        executed.sent().or_else(|| change(&quote.mint_in)),
        executed.received().or_else(|| change(&quote.mint_out)),
    )
}
