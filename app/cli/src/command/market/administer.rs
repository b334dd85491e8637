//! What the commands of a market's authority share: check who signs, send, tell what is now.

use serde::Serialize;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer as _;

use crate::{
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    token::Units,
    transaction::Receipt,
    venue::Venue,
    view::MarketView,
};

/// A market whose authority the wallet is.
pub(super) struct Administration {
    pub(super) venue: Venue,
    pub(super) wallet: Keypair,
}

impl Administration {
    /// Fails unless the wallet is the market's authority.
    pub(super) async fn open(session: &mut Session, market: &str) -> Result<Self> {
        let wallet = session.wallet()?;
        let venue = session.load_market(market).await?;
        let authority = venue.market.authority;
        if authority != wallet.pubkey() {
            return Err(Failure::wrong_authority(
                "market",
                &authority,
                &wallet.pubkey(),
            ));
        }
        Ok(Self { venue, wallet })
    }
}

/// What was changed, and how the market is now.
#[derive(Serialize)]
struct Changed {
    market: MarketView,
    transaction: Receipt,
    #[serde(skip)]
    heading: String,
    #[serde(skip)]
    now: (&'static str, String),
    #[serde(skip)]
    units: Units,
}

impl Report for Changed {
    fn text(&self) -> String {
        let mut facts = Facts::under(&self.heading);
        let market = &self.market;
        facts.add("Market", format!("{} {}", market.name, market.address));
        facts.add(self.now.0, &self.now.1);
        self.transaction.add_to(&mut facts, self.units);
        facts.to_string()
    }
}

/// Sends an instruction that changes a market, and reports what `now` says of it afterwards.
pub(super) async fn change(
    session: &mut Session,
    administration: &Administration,
    instruction: Instruction,
    heading: &str,
    now: impl FnOnce(&MarketView) -> (&'static str, String),
) -> Result<()> {
    let Administration { venue, wallet } = administration;
    let changed = {
        let _spinner = session.output.working("Sending");
        let confirmed = session.client.send(&[instruction], wallet).await?;
        let transaction = Receipt::of(&session.client, &confirmed, &wallet.pubkey()).await;
        session.client.fetch_market(&venue.address).await?;
        let venue = session.venue(&venue.address)?;
        let market = MarketView::now(session, &venue);
        Changed {
            now: now(&market),
            market,
            transaction,
            heading: heading.to_owned(),
            units: session.units,
        }
    };
    session.output.report(&changed);
    Ok(())
}
