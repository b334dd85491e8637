//! `pool propose-authority`: the first of two steps to hand a pool over.

use clap::Args;
use sealane_sdk::plan::propose_authority_instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::administer::{Administration, change};
use crate::{book::Kind, failure::Result, session::Session};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,

    /// Who is to become its authority
    #[arg(value_name = "OWNER", required_unless_present = "withdraw")]
    proposed: Option<String>,

    /// Take the present proposal back
    #[arg(long, conflicts_with = "proposed")]
    withdraw: bool,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let proposed = match &arguments.proposed {
        Some(text) => session.book.address(Kind::Wallet, text)?,
        None => Pubkey::default(),
    };
    let administration = Administration::open(session, &arguments.pool).await?;
    let authority = administration.wallet.pubkey();
    let instruction = propose_authority_instruction(&administration.pool, &authority, &proposed);
    let heading = if arguments.withdraw {
        "Proposal withdrawn"
    } else {
        "Authority proposed"
    };
    change(session, &administration, instruction, heading, |pool| {
        let pending = pool.pending_authority.map(|address| address.to_string());
        ("Proposed", pending.unwrap_or_else(|| "nobody".to_owned()))
    })
    .await?;
    if !arguments.withdraw {
        session.output.next(&format!(
            "Next, signed by {proposed}: sealane pool accept-authority {}",
            administration.pool
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn somebody_is_proposed_or_the_proposal_is_withdrawn() {
        assert!(parse(&["pool", "propose-authority", "p"]).is_err());
        assert!(parse(&["pool", "propose-authority", "p", "who"]).is_ok());
        assert!(parse(&["pool", "propose-authority", "p", "--withdraw"]).is_ok());
        assert!(parse(&["pool", "propose-authority", "p", "who", "--withdraw"]).is_err());
    }
}
