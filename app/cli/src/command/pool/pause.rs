//! `pool pause` and `pool resume`: what traders and providers may do.

use clap::{Args, ValueEnum};
use sealane_sdk::{amm::state::pause, plan::set_paused_instruction};
use solana_signer::Signer as _;

use super::administer::{Administration, change};
use crate::{failure::Result, session::Session};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which pool
    #[arg(value_name = "POOL")]
    pool: String,

    /// Which actions
    #[arg(value_enum, value_name = "ACTION", required = true)]
    actions: Vec<Action>,
}

/// What can be paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Action {
    /// Swaps in both directions
    Swap,
    /// Deposits, in proportion and of one token
    AddLiquidity,
    /// Withdrawals of one token
    RemoveSingleSided,
    /// Rebalancing between shards
    Rebalance,
    /// All of them
    All,
}

impl Action {
    fn bits(self) -> u8 {
        match self {
            Self::Swap => pause::SWAP,
            Self::AddLiquidity => pause::ADD_LIQUIDITY,
            Self::RemoveSingleSided => pause::REMOVE_SINGLE_SIDED,
            Self::Rebalance => pause::REBALANCE,
            Self::All => pause::ALL,
        }
    }
}

/// The bits after pausing or resuming actions.
fn bits_after(present: u8, actions: &[Action], pausing: bool) -> u8 {
    let named = actions.iter().fold(0, |bits, action| bits | action.bits());
    if pausing {
        present | named
    } else {
        present & !named
    }
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments, pausing: bool) -> Result<()> {
    let administration = Administration::open(session, &arguments.pool).await?;
    let present = administration.config(session)?.paused;
    let bits = bits_after(present, &arguments.actions, pausing);
    let authority = administration.wallet.pubkey();
    let instruction = set_paused_instruction(&administration.pool, &authority, bits);
    let heading = if pausing { "Paused" } else { "Resumed" };
    change(session, &administration, instruction, heading, |pool| {
        let now = if pool.paused.is_empty() {
            "nothing".to_owned()
        } else {
            pool.paused.join(", ")
        };
        ("Paused now", now)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parse, view::paused_names};

    #[test]
    fn other_actions_stay_as_they_are() {
        let paused = bits_after(pause::SWAP, &[Action::Rebalance], true);
        assert_eq!(paused, pause::SWAP | pause::REBALANCE);
        assert_eq!(bits_after(paused, &[Action::Swap], false), pause::REBALANCE);
        assert_eq!(bits_after(paused, &[Action::All], false), 0);
    }

    #[test]
    fn actions_are_called_what_they_are_shown_as() {
        for action in Action::value_variants() {
            let value = action.to_possible_value().unwrap();
            if *action != Action::All {
                assert_eq!(paused_names(action.bits()), [value.get_name()]);
            }
        }
        assert_eq!(Action::All.bits(), pause::ALL);
    }

    #[test]
    fn at_least_one_action_has_to_be_named() {
        assert!(parse(&["pool", "pause", "p"]).is_err());
        assert!(parse(&["pool", "pause", "p", "swap", "rebalance"]).is_ok());
        assert!(parse(&["pool", "resume", "p", "withdraw"]).is_err());
    }
}
