//! `farm propose-authority` and `farm accept-authority`: handing a farm over in two steps.

use clap::Args;
use sealane_sdk::plan::staking::{
    accept_farm_authority_instruction, propose_farm_authority_instruction,
};
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{
    Which,
    administer::{Administration, change},
    report_of,
};
use crate::{
    book::Kind,
    failure::{Failure, Result},
    session::Session,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which stake pool or farm
    #[arg(value_name = "FARM")]
    farm: String,

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
    let administration = Administration::open(session, &arguments.farm).await?;
    let (farm, authority) = (administration.farm, administration.wallet.pubkey());
    let instruction = propose_farm_authority_instruction(&farm, &authority, &proposed);
    let heading = if arguments.withdraw {
        "Proposal withdrawn"
    } else {
        "Authority proposed"
    };
    change(session, &administration, instruction, heading, |farm| {
        let pending = farm.pending_authority.map(|address| address.to_string());
        ("Proposed", pending.unwrap_or_else(|| "nobody".to_owned()))
    })
    .await?;
    if !arguments.withdraw {
        session.output.next(&format!(
            "Next, signed by {proposed}: sealane farm accept-authority {farm}"
        ));
    }
    Ok(())
}

pub(super) async fn accept(session: &mut Session, which: &Which) -> Result<()> {
    let administration = Administration::unchecked(session, &which.farm).await?;
    let signer = administration.wallet.pubkey();
    let pending = report_of(session, &administration.farm)?.pending_authority;
    match pending {
        Some(pending) if pending == signer => {}
        Some(pending) => {
            let message = format!("{pending} was proposed, and the wallet is {signer}");
            return Err(Failure::new("WrongAuthority", message)
                .hint("sign with that wallet through --keypair"));
        }
        None => {
            return Err(
                Failure::new("NoPendingAuthority", "nobody was proposed as authority").hint(
                    "the authority has to propose one first, with `sealane farm propose-authority`",
                ),
            );
        }
    }
    let instruction = accept_farm_authority_instruction(&administration.farm, &signer);
    let heading = "Authority accepted";
    change(session, &administration, instruction, heading, |farm| {
        ("Authority", farm.authority.to_string())
    })
    .await
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn somebody_is_proposed_or_the_proposal_is_withdrawn() {
        assert!(parse(&["farm", "propose-authority", "f"]).is_err());
        assert!(parse(&["farm", "propose-authority", "f", "who"]).is_ok());
        assert!(parse(&["farm", "propose-authority", "f", "--withdraw"]).is_ok());
        assert!(parse(&["farm", "propose-authority", "f", "who", "--withdraw"]).is_err());
    }
}
