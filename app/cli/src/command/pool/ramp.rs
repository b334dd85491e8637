//! `pool ramp`: move a stable swap pool's amplification.

use std::time::Duration;

use clap::Args;
use sealane_sdk::{engine_core::curve::MIN_RAMP_SECONDS, plan::ramp_amplification_instruction};
use solana_signer::Signer as _;

use super::administer::{Administration, change};
use crate::{
    duration,
    failure::{Failure, Result},
    session::Session,
};

/// How much longer than the least a ramp takes that was to take just that. The program measures
/// from when it is executed, which is later than now.
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
    let end = ramp_seconds(arguments.over)
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

fn ramp_seconds(over: Duration) -> Option<i64> {
    let seconds = i64::try_from(over.as_secs()).ok()?;
    let safe = MIN_RAMP_SECONDS + LEEWAY_SECONDS;
    // What is too short is left to the program to refuse.
    Some(if seconds < MIN_RAMP_SECONDS {
        seconds
    } else {
        seconds.max(safe)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_ramp_is_still_long_enough_when_it_is_executed() {
        let seconds = |over| ramp_seconds(Duration::from_secs(over));
        assert_eq!(seconds(86_400), Some(86_520));
        assert_eq!(seconds(86_399), Some(86_399));
        assert_eq!(seconds(200_000), Some(200_000));
        assert_eq!(seconds(u64::MAX), None);
    }
}
