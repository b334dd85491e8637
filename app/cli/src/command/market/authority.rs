//! `market propose-authority` and `market accept-authority`: handing a market over in two steps.

use clap::Args;
use sealane_sdk::plan::{
    accept_market_authority_instruction, propose_market_authority_instruction,
};
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{
    MarketArgument,
    administer::{Administration, change},
};
use crate::{
    book::Kind,
    failure::{Failure, Result},
    session::Session,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which market
    #[arg(value_name = "MARKET")]
    market: String,

    /// Who is to become its authority
    #[arg(value_name = "OWNER", required_unless_present = "withdraw")]
    proposed: Option<String>,

    /// Take the present proposal back
    #[arg(long, conflicts_with = "proposed")]
    withdraw: bool,
}

pub(super) async fn propose(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let proposed = match &arguments.proposed {
        Some(text) => session.book.address(Kind::Wallet, text)?,
        None => Pubkey::default(),
    };
    let administration = Administration::open(session, &arguments.market).await?;
    let authority = administration.wallet.pubkey();
    let market = administration.venue.address;
    let instruction = propose_market_authority_instruction(&market, &authority, &proposed);
    let heading = if arguments.withdraw {
        "Proposal withdrawn"
    } else {
        "Authority proposed"
    };
    change(session, &administration, instruction, heading, |market| {
        let pending = market.pending_authority.map(|address| address.to_string());
        ("Proposed", pending.unwrap_or_else(|| "nobody".to_owned()))
    })
    .await?;
    if !arguments.withdraw {
        session.output.next(&format!(
            "Next, signed by {proposed}: sealane market accept-authority {market}"
        ));
    }
    Ok(())
}

pub(super) async fn accept(session: &mut Session, arguments: &MarketArgument) -> Result<()> {
    let wallet = session.wallet()?;
    let venue = session.load_market(&arguments.market).await?;
    let (signer, pending) = (wallet.pubkey(), venue.market.pending_authority);
    if pending != signer {
        let failure = if pending == Pubkey::default() {
            Failure::new("NoPendingAuthority", "nobody was proposed as authority").hint(
                "the authority has to propose one first, with `sealane market propose-authority`",
            )
        } else {
            let message = format!("{pending} was proposed, and the wallet is {signer}");
            Failure::new("WrongAuthority", message).hint("sign with that wallet through --keypair")
        };
        return Err(failure);
    }
    let instruction = accept_market_authority_instruction(&venue.address, &signer);
    let administration = Administration { venue, wallet };
    change(
        session,
        &administration,
        instruction,
        "Authority accepted",
        |market| ("Authority", market.authority.to_string()),
    )
    .await
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn somebody_is_proposed_or_the_proposal_is_withdrawn() {
        assert!(parse(&["market", "propose-authority", "m"]).is_err());
        assert!(parse(&["market", "propose-authority", "m", "who"]).is_ok());
        assert!(parse(&["market", "propose-authority", "m", "--withdraw"]).is_ok());
        assert!(parse(&["market", "propose-authority", "m", "who", "--withdraw"]).is_err());
    }
}
