//! `market pause` and `market resume`: what traders may do.

use clap::{Args, ValueEnum};
use sealane_sdk::{orderbook::state::pause, plan::set_market_paused_instruction};
use solana_signer::Signer as _;

use super::administer::{Administration, change};
use crate::{failure::Result, session::Session};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which market
    #[arg(value_name = "MARKET")]
    market: String,

    /// Which actions
    #[arg(value_enum, value_name = "ACTION", required = true)]
    actions: Vec<Action>,
}

/// What can be paused. Taking orders back and withdrawing cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Action {
    /// New orders
    Place,
    /// Takes, from a lane and from a wallet
    Take,
    /// Deposits into lanes
    Deposit,
    /// Crossing two lanes
    Cross,
    /// All of them
    All,
}

impl Action {
    fn bits(self) -> u8 {
        match self {
            Self::Place => pause::PLACE,
            Self::Take => pause::TAKE,
            Self::Deposit => pause::DEPOSIT,
            Self::Cross => pause::CROSS,
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
    let administration = Administration::open(session, &arguments.market).await?;
    let present = administration.venue.market.paused;
    let bits = bits_after(present, &arguments.actions, pausing);
    let authority = administration.wallet.pubkey();
    let instruction =
        set_market_paused_instruction(&administration.venue.address, &authority, bits);
    let heading = if pausing { "Paused" } else { "Resumed" };
    change(session, &administration, instruction, heading, |market| {
        ("Paused now", market.paused_text())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parse, view::market_paused_names};

    #[test]
    fn other_actions_stay_as_they_are() {
        let paused = bits_after(pause::TAKE, &[Action::Cross], true);
        assert_eq!(paused, pause::TAKE | pause::CROSS);
        assert_eq!(bits_after(paused, &[Action::Take], false), pause::CROSS);
        assert_eq!(bits_after(paused, &[Action::All], false), 0);
    }

    #[test]
    fn actions_are_called_what_they_are_shown_as() {
        for action in Action::value_variants() {
            let value = action.to_possible_value().unwrap();
            if *action != Action::All {
                assert_eq!(market_paused_names(action.bits()), [value.get_name()]);
            }
        }
        assert_eq!(Action::All.bits(), pause::ALL);
    }

    #[test]
    fn at_least_one_action_has_to_be_named() {
        assert!(parse(&["market", "pause", "m"]).is_err());
        assert!(parse(&["market", "pause", "m", "take", "cross"]).is_ok());
        for locks_in in ["withdraw", "cancel"] {
            assert!(parse(&["market", "pause", "m", locks_in]).is_err());
        }
    }
}
