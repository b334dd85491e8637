//! What the commands of a farm's authority share: check who signs, send, tell what is now.

use sealane_sdk::{farms::FarmError, staking::state::Farm};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{super::done::Done, report_of};
use crate::{
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    view::FarmReport,
};

/// A stake pool or farm whose authority the wallet is.
pub(super) struct Administration {
    pub(super) farm: Pubkey,
    pub(super) name: String,
    pub(super) wallet: Keypair,
}

impl Administration {
    /// Fails unless the wallet is the farm's authority.
    pub(super) async fn open(session: &mut Session, farm: &str) -> Result<Self> {
        let administration = Self::unchecked(session, farm).await?;
        let authority = administration.config(session)?.authority;
        let signer = administration.wallet.pubkey();
        if authority != signer {
            return Err(Failure::wrong_authority("farm", &authority, &signer));
        }
        Ok(administration)
    }

    /// For what others may do, too.
    pub(super) async fn unchecked(session: &mut Session, farm: &str) -> Result<Self> {
        let wallet = session.wallet()?;
        let farm = session.load_farm(farm).await?;
        Ok(Self {
            name: report_of(session, &farm)?.name,
            farm,
            wallet,
        })
    }

    /// The farm as the cache has it.
    pub(super) fn config<'a>(&self, session: &'a Session) -> Result<&'a Farm> {
        let unknown = FarmError::UnknownFarm { farm: self.farm };
        let entry = session.client.farms().farm(&self.farm);
        Ok(entry.ok_or(unknown)?.account)
    }
}

/// Sends an instruction that changes a farm, and reports what `now` says of it afterwards.
pub(super) async fn change(
    session: &mut Session,
    administration: &Administration,
    instruction: Instruction,
    heading: &str,
    now: impl FnOnce(&FarmReport) -> (&'static str, String),
) -> Result<()> {
    let Administration { farm, wallet, .. } = administration;
    let done = {
        let _spinner = session.output.working("Sending");
        let confirmed = session.client.send(&[instruction], wallet).await?;
        session.client.fetch_farm(farm).await?;
        let report = report_of(session, farm)?;
        let (fact, value) = now(&report);
        let mut facts = Facts::under(heading);
        facts
            .add("Farm", format!("{} {farm}", report.name))
            .add(fact, value);
        Done::by(session, &[confirmed], &wallet.pubkey(), report, facts).await
    };
    session.output.report(&done);
    Ok(())
}
