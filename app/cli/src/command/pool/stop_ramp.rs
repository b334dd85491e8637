//! `pool stop-ramp`: stop moving the amplification, where it is.

use sealane_sdk::plan::stop_ramp_instruction;
use solana_signer::Signer as _;

use super::{
    PoolArgument,
    administer::{Administration, change},
};
use crate::{failure::Result, session::Session};

pub(super) async fn run(session: &mut Session, arguments: &PoolArgument) -> Result<()> {
    let administration = Administration::open(session, &arguments.pool).await?;
    let authority = administration.wallet.pubkey();
    let instruction = stop_ramp_instruction(&administration.pool, &authority);
    change(
        session,
        &administration,
        instruction,
        "Amplification stopped",
        |pool| ("Curve", pool.curve_sentence()),
    )
    .await
}
