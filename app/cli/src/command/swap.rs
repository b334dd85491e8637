//! `swap`: one token for another.

use clap::Args;
use serde::Serialize;
use solana_signer::Signer as _;

use crate::{
    balance,
    failure::Result,
    output::{Facts, Report},
    session::Session,
    token::Units,
    trade::{Offer, Quoted, TradeArguments},
    transaction::Receipt,
};

const EXAMPLES: &str = "\
Examples:
  sealane swap 1.5 tSOL tUSDC                    sell 1.5 tSOL, wherever that brings most
  sealane swap 1.5 tSOL tSOL/tUSDC               the same, with one pool
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
    quote: Quoted<'a>,
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
        let token_in = self.offer.token_in();
        let mut facts = Facts::under("Swapped");
        let sent = self.sent.map(|sent| token_in.amount(self.units, sent));
        facts.add_some("Sent", sent);
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
        let token_out = self.offer.token_out();
        let text = token_out.amount(self.units, received);
        let quoted = self.offer.amounts();
        if (self.sent, received) == (Some(quoted.0), quoted.1) {
            return format!("{text}, as quoted");
        }
        format!(
            "{text}; quoted were {}",
            token_out.amount(self.units, quoted.1)
        )
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let wallet = session.wallet()?;
    let offer = {
        let _spinner = session.output.working("Asking the pools and the markets");
        let offer = arguments.trade.offer(session).await?;
        let (sent, _) = offer.amounts();
        balance::require(session, &wallet.pubkey(), offer.token_in(), sent).await?;
        offer
    };
    session.output.preview(&offer.text());
    if let Some(warning) = offer.warning() {
        session.output.warn(&warning);
    }
    session.output.consent(arguments.yes, "Swap?")?;

    let (sent, received, transaction) = {
        let _spinner = session.output.working("Swapping");
        let (confirmed, sent, received) = offer.execute(session, &wallet).await?;
        let receipt = Receipt::of(&session.client, &confirmed, &wallet.pubkey()).await;
        (sent, received, receipt)
    };
    // As the programs reported it, or else from the wallet's balances.
    let change = |mint| {
        let change = transaction.change(mint)?;
        u64::try_from(change.unsigned_abs()).ok()
    };
    let sent = sent.or_else(|| change(&offer.token_in().mint));
    let received = received.or_else(|| change(&offer.token_out().mint));
    session.output.report(&Swapped {
        quote: offer.quoted(),
        sent,
        received,
        transaction,
        offer: &offer,
        units: session.units,
    });
    Ok(())
}
