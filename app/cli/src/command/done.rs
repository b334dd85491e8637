//! The outcome of commands that send transactions: what was done, and the transactions.

use sealane_sdk::tx::Confirmed;
use serde::Serialize;

use crate::{
    output::{Facts, Report},
    session::Session,
    token::Units,
    transaction::Receipt,
};

/// What was done.
#[derive(Serialize)]
pub(super) struct Done<T: Serialize> {
    #[serde(flatten)]
    what: T,
    transactions: Vec<Receipt>,
    #[serde(skip)]
    facts: Facts,
    #[serde(skip)]
    units: Units,
}

impl<T: Serialize> Done<T> {
    /// With the records of transactions that the wallet paid for.
    pub(super) async fn by(
        session: &Session,
        confirmed: &[Confirmed],
        wallet: &solana_pubkey::Pubkey,
        what: T,
        facts: Facts,
    ) -> Self {
        let mut transactions = Vec::with_capacity(confirmed.len());
        for one in confirmed {
            transactions.push(Receipt::of(&session.client, one, wallet).await);
        }
        Self {
            what,
            transactions,
            facts,
            units: session.units,
        }
    }
}

impl<T: Serialize> Report for Done<T> {
    fn text(&self) -> String {
        let mut facts = self.facts.clone();
        match self.transactions.as_slice() {
            [] => {
                facts.add("Transactions", "none: there was nothing to do");
            }
            [only] => only.add_to(&mut facts, self.units),
            several => {
                let units = several
                    .iter()
                    .filter_map(|one| one.compute_units)
                    .sum::<u64>();
                for one in several {
                    facts.add("Signature", &one.signature);
                }
                facts.add("Compute units", format!("{units} in {}", several.len()));
            }
        }
        facts.to_string()
    }
}
