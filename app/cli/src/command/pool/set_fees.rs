//! `pool set-fees`: another fee schedule.

use clap::Args;
use sealane_sdk::plan::set_fees_instruction;
use solana_signer::Signer as _;

use super::{
    administer::{Administration, change},
    fees::FeeArguments,
};
use crate::{
    failure::{Failure, Result},
    session::Session,
    view::FeeView,
};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,

    #[command(flatten)]
    fees: FeeArguments,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    if arguments.fees.is_empty() {
        return Err(Failure::usage("NothingToSet", "no fee was given").hint(
            "give --fee-bps, or --fee-min, --fee-max and --fee-slope, or --protocol-share-bps",
        ));
    }
    let administration = Administration::open(session, &arguments.pool).await?;
    let present = FeeView::of(administration.config(session)?).params();
    let fees = arguments.fees.over(present);
    let authority = administration.wallet.pubkey();
    let instruction = set_fees_instruction(&administration.pool, &authority, fees);
    change(
        session,
        &administration,
        instruction,
        "Fees changed",
        |pool| ("Fees", pool.fees.sentence()),
    )
    .await
}
