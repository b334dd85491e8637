//! `farm pause` and `farm resume`: what stakers and funders may do.

use clap::{Args, ValueEnum};
use sealane_sdk::{plan::staking::set_farm_paused_instruction, staking::state::pause};
use solana_signer::Signer as _;

use super::administer::{Administration, change};
use crate::{failure::Result, session::Session};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which stake pool or farm
    #[arg(value_name = "FARM")]
    farm: String,

    /// Which actions
    #[arg(value_enum, value_name = "ACTION", required = true)]
    actions: Vec<Action>,
}

/// What can be paused. Taking out and claiming cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Action {
    /// New stakes and locks, and restaking
    Stake,
    /// Paying into rewards
    Fund,
    /// Both of them
    All,
}

impl Action {
    fn bits(self) -> u8 {
        match self {
            Self::Stake => pause::STAKE,
            Self::Fund => pause::FUND,
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
    let administration = Administration::open(session, &arguments.farm).await?;
    let present = administration.config(session)?.paused;
    let bits = bits_after(present, &arguments.actions, pausing);
    let authority = administration.wallet.pubkey();
    let instruction = set_farm_paused_instruction(&administration.farm, &authority, bits);
    let heading = if pausing { "Paused" } else { "Resumed" };
    change(session, &administration, instruction, heading, |farm| {
        ("Paused now", farm.paused_text())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parse, view::farm_paused_names};

    #[test]
    fn other_actions_stay_as_they_are() {
        let paused = bits_after(pause::FUND, &[Action::Stake], true);
        assert_eq!(paused, pause::ALL);
        assert_eq!(bits_after(paused, &[Action::Stake], false), pause::FUND);
        assert_eq!(bits_after(paused, &[Action::All], false), 0);
    }

    #[test]
    fn actions_are_called_what_they_are_shown_as() {
        for action in Action::value_variants() {
            let value = action.to_possible_value().unwrap();
            if *action != Action::All {
                assert_eq!(farm_paused_names(action.bits()), [value.get_name()]);
            }
        }
        assert_eq!(Action::All.bits(), pause::ALL);
    }

    #[test]
    fn at_least_one_action_has_to_be_named() {
        assert!(parse(&["farm", "pause", "f"]).is_err());
        assert!(parse(&["farm", "pause", "f", "stake", "fund"]).is_ok());
        for locks_in in ["withdraw", "unstake", "claim"] {
            assert!(parse(&["farm", "pause", "f", locks_in]).is_err());
        }
    }
}
