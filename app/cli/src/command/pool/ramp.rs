//! `pool ramp`: move a stable swap pool's amplification.

use std::time::Duration;

use clap::Args;
use sealane_sdk::plan::ramp_amplification_instruction;
use solana_signer::Signer as _;

use super::administer::{Administration, change};
use crate::{
    duration,
    failure::{Failure, Result},
    session::Session,
};

/// How much later than asked for a ramp ends. The program measures its length from the time at
/// which it is executed, which is a little after the one that is known here.
const LEEWAY_SECONDS: i64 = 120;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,

    /// The amplification to arrive at
    #[arg(value_name = "A", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    target: u32,

    /// How long it takes, at least a day
    #[arg(long, value_name = "TIME", default_value = "1d", value_parser = duration::parse)]
    over: Duration,
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    let administration = Administration::open(session, &arguments.pool).await?;
    let clock = session.client.pools().clock().ok_or_else(|| {
        Failure::new("MissingAccount", "the chain does not tell its time").hint("try again")
    })?;
    let end = i64::try_from(arguments.over.as_secs())
        .ok()
        .and_then(|seconds| seconds.checked_add(LEEWAY_SECONDS))
        .and_then(|seconds| seconds.checked_add(clock.unix_timestamp))
        .ok_or_else(|| Failure::usage("InvalidRamp", "the ramp is longer than time is counted"))?;
    let authority = administration.wallet.pubkey();
    let instruction =
        ramp_amplification_instruction(&administration.pool, &authority, arguments.target, end);
    change(
        session,
        &administration,
        instruction,
        "Amplification moving",
        |pool| ("Curve", pool.curve_sentence()),
    )
    .await
}
