//! `pool accept-authority`: the second of two steps to hand a pool over.

use sealane_sdk::plan::accept_authority_instruction;
use solana_signer::Signer as _;

use super::{
    PoolArgument,
    administer::{Administration, change},
};
use crate::{
    failure::{Failure, Result},
    session::Session,
    view::PoolView,
};

pub(super) async fn run(session: &mut Session, arguments: &PoolArgument) -> Result<()> {
    let wallet = session.wallet()?;
    let pool = session.load_pool(&arguments.pool).await?;
    let address = wallet.pubkey();
    if let Some(pending) = PoolView::of(session, &pool)?.pending_authority
        && pending != address
    {
        let message = format!("{pending} was proposed as authority, and the wallet is {address}");
        return Err(Failure::new("WrongAuthority", message)
            .hint("sign with the proposed authority's keypair through --keypair"));
    }
    let instruction = accept_authority_instruction(&pool, &address);
    let administration = Administration { pool, wallet };
    change(
        session,
        &administration,
        instruction,
        "Authority accepted",
        |pool| ("Authority", pool.authority.to_string()),
    )
    .await
}
