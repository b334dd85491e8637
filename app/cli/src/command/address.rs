//! `address`: who the wallet is.

use serde::Serialize;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use crate::{failure::Result, output::Report, session::Session, view::text};

#[derive(Serialize)]
struct Own {
    #[serde(serialize_with = "text")]
    address: Pubkey,
}

impl Report for Own {
    fn text(&self) -> String {
        self.address.to_string()
    }
}

pub(super) fn run(session: &Session) -> Result<()> {
    let address = session.wallet()?.pubkey();
    session.output.report(&Own { address });
    Ok(())
}
