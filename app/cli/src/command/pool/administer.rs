//! What the commands of a pool's authority share: check who signs, send, tell what is now.

use serde::Serialize;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use sealane_sdk::amm::state::Pool;

use crate::{
    failure::{Failure, Result},
    output::{Facts, Report},
    session::Session,
    token::Units,
    transaction::Receipt,
    view::PoolView,
};

/// A pool whose authority the wallet is.
pub(super) struct Administration {
    pub(super) pool: Pubkey,
    pub(super) wallet: Keypair,
}

impl Administration {
    /// Fails unless the wallet is the pool's authority.
    pub(super) async fn open(session: &mut Session, pool: &str) -> Result<Self> {
        let wallet = session.wallet()?;
        let pool = session.load_pool(pool).await?;
        let authority = session.pool(&pool)?.pool.authority;
        if authority != wallet.pubkey() {
            return Err(Failure::wrong_authority(
                "pool",
                &authority,
                &wallet.pubkey(),
            ));
        }
        Ok(Self { pool, wallet })
    }

    /// The pool as it is now.
    pub(super) fn config<'a>(&self, session: &'a Session) -> Result<&'a Pool> {
        Ok(session.pool(&self.pool)?.pool)
    }
}

/// What was changed, and how the pool is now.
#[derive(Serialize)]
pub(super) struct Changed {
    pool: PoolView,
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
        facts.add("Pool", format!("{} {}", self.pool.name, self.pool.address));
        facts.add(self.now.0, &self.now.1);
        self.transaction.add_to(&mut facts, self.units);
        facts.to_string()
    }
}

/// Sends an instruction that changes a pool, and reports what `now` says of the pool afterwards.
pub(super) async fn change(
    session: &mut Session,
    administration: &Administration,
    instruction: solana_instruction::Instruction,
    heading: &str,
    now: impl FnOnce(&PoolView) -> (&'static str, String),
) -> Result<()> {
    let Administration { pool, wallet } = administration;
    let changed = {
        let _spinner = session.output.working("Sending");
        let confirmed = session.client.send(&[instruction], wallet).await?;
        let transaction = Receipt::of(&session.client, &confirmed, &wallet.pubkey()).await;
        session.client.refresh(pool).await?;
        let view = PoolView::of(session, pool)?;
        Changed {
            now: now(&view),
            pool: view,
            transaction,
            heading: heading.to_owned(),
            units: session.units,
        }
    };
    session.output.report(&changed);
    Ok(())
}
