//! `gov propose` and `gov sign-off`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};
use sealane_sdk::{
    amm::state::pause,
    plan::{
        Caller, accept_authority_instruction, flat_fees,
        governance::{
            OptionDraft, ProposeRequest, propose_instructions, proposed_sol_transfer_instruction,
            proposed_token_transfer_instructions, sign_off_instructions,
        },
        set_fees_instruction, set_paused_instruction,
    },
};
use serde::Serialize;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{super::done::Done, Chamber, Changed, Which, realm_of, report_of};
use crate::{
    book::Kind,
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    view::{counted, text},
};

/// Tally shards: how many votes can run side by side.
const TALLY_SHARDS: u8 = 8;
/// Millionths in a hundredth of a percent.
const PIPS_IN_BPS: u32 = 100;

const EXAMPLES: &str = "\
Examples:
  sealane gov propose 'Lower the fee' --set-fee SEAL/tUSDC --fee-bps 20
  sealane gov propose 'Take the pool over' --accept-authority SEAL/tUSDC
  sealane gov propose 'Pay the auditor' --pay SEAL --amount 5000 --to alice --text why.md
  sealane gov propose 'Which logo?' --option 'The seal' --option 'The lane'

What is proposed is tried out on the chain's present state first, with the treasury as the signer.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("what").multiple(false))]
pub(crate) struct Arguments {
    /// What it is called
    #[arg(value_name = "TITLE")]
    title: String,

    /// In which realm [default: the only one]
    #[arg(long, value_name = "REALM")]
    realm: Option<String>,

    /// A file with its description, in Markdown
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,

    /// Set the fee of a pool whose authority the treasury is
    #[arg(long, value_name = "POOL", requires = "fee_bps", group = "what")]
    set_fee: Option<String>,

    /// The fee of every trade, in basis points
    #[arg(long, value_name = "BPS", requires = "set_fee")]
    fee_bps: Option<u32>,

    /// Let the treasury become the authority of a pool, where it was proposed; may stand beside
    /// --set-fee
    #[arg(long, value_name = "POOL")]
    accept_authority: Option<String>,

    /// Pause all actions of a pool whose authority the treasury is
    #[arg(long, value_name = "POOL", group = "what")]
    pause: Option<String>,

    /// Pay SOL or a token of the treasury
    #[arg(long, value_name = "TOKEN", requires_all = ["amount", "to"], group = "what")]
    pay: Option<String>,

    /// How much is paid
    #[arg(long, value_name = "AMOUNT", requires = "pay")]
    amount: Option<String>,

    /// To whom
    #[arg(long, value_name = "WALLET", requires = "pay")]
    to: Option<String>,

    /// Options to choose among, where nothing is to be executed [default: yes or no]
    #[arg(long = "option", value_name = "NAME", conflicts_with_all = ["what", "accept_authority"])]
    options: Vec<String>,

    /// Leave it a draft, which `gov sign-off` opens
    #[arg(long)]
    draft: bool,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

/// What was proposed.
#[derive(Serialize)]
struct Proposed {
    #[serde(flatten)]
    changed: Changed,
    #[serde(serialize_with = "text")]
    realm: Pubkey,
    deposit: u64,
    instructions: usize,
}

/// What the treasury is to do.
async fn calls(
    session: &mut Session,
    arguments: &Arguments,
    realm: &Pubkey,
) -> Result<Vec<Instruction>> {
    let (treasury, _) = sealane_sdk::address::treasury(realm);
    let mut calls = Vec::new();
    if let Some(pool) = &arguments.accept_authority {
        let pool = session.load_pool(pool).await?;
        calls.push(accept_authority_instruction(&pool, &treasury));
    }
    if let (Some(pool), Some(bps)) = (&arguments.set_fee, arguments.fee_bps) {
        let pool = session.load_pool(pool).await?;
        let share = session.pool(&pool)?.pool.protocol_share_bps;
        let fees = flat_fees(bps.saturating_mul(PIPS_IN_BPS), share);
        calls.push(set_fees_instruction(&pool, &treasury, fees));
    }
    if let Some(pool) = &arguments.pause {
        let pool = session.load_pool(pool).await?;
        calls.push(set_paused_instruction(&pool, &treasury, pause::ALL));
    }
    if let (Some(token), Some(amount), Some(to)) =
        (&arguments.pay, &arguments.amount, &arguments.to)
    {
        let to = session.book.address(Kind::Wallet, to)?;
        if token.eq_ignore_ascii_case("SOL") {
            let lamports = session.units.parse(amount, crate::token::SOL_DECIMALS)?;
            calls.push(proposed_sol_transfer_instruction(realm, &to, lamports));
        } else {
            let token = session.token(token).await?;
            let amount = token.parse(session.units, amount)?;
            let what = (&token.mint, &token.program, token.decimals);
            calls.extend(proposed_token_transfer_instructions(
                realm, what, &to, amount,
            ));
        }
    }
    Ok(calls)
}

fn description(arguments: &Arguments) -> Result<String> {
    let Some(file) = &arguments.text else {
        return Ok(String::new());
    };
    std::fs::read_to_string(file).map_err(|error| {
        let message = format!("{} cannot be read: {error}", file.display());
        Failure::new("NoText", message).hint("name a text file with --text")
    })
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let (wallet, realm, plan) = {
        let spinner = session.output.working("Fetching the realm");
        let wallet = session.wallet()?;
        let realm = realm_of(session, arguments.realm.as_ref()).await?;
        session.client.fetch_proposals_of(&realm).await?;
        let calls = calls(session, arguments, &realm).await?;
        if !calls.is_empty() {
            spinner.say("Trying out what it would do");
            session.client.dry_run(&calls, &wallet.pubkey()).await?;
        }
        let options = if arguments.options.is_empty() {
            vec![OptionDraft {
                name: "Yes".to_owned(),
                instructions: calls,
            }]
        } else {
            let named = arguments.options.iter().map(|name| OptionDraft {
                name: name.clone(),
                instructions: Vec::new(),
            });
            named.collect()
        };
        let request = ProposeRequest {
            realm,
            id: None,
            title: arguments.title.clone(),
            description: description(arguments)?,
            options,
            most_choices: 1,
            shards: TALLY_SHARDS,
        };
        let caller = Caller::new(wallet.pubkey());
        let plan = propose_instructions(session.client.realms(), &request, &caller)?;
        (wallet, realm, plan)
    };
    let quote = plan.quote;
    let mut preview = Facts::under(arguments.title.clone());
    preview
        .add("Proposal", quote.proposal.to_string())
        .add("Would execute", counted(quote.instructions, "instruction"))
        .add("Deposit", session.units.sol(quote.deposit))
        .add("Transactions", plan.transactions.len().to_string());
    session.output.preview(&preview.to_string());
    session.output.consent(arguments.yes, "Propose it?")?;
    let done = {
        let spinner = session.output.working("Proposing");
        let executed = session
            .client
            .execute_sequence(plan, &wallet, |done, total| {
                spinner.say(format!("Proposing, {done} of {total} transactions"));
            })
            .await?;
        let mut confirmed = executed.confirmed;
        if !arguments.draft {
            spinner.say("Opening the voting");
            let chamber = Chamber {
                wallet: wallet.insecure_clone(),
                proposal: quote.proposal,
            };
            let opened = open(session, &chamber).await;
            confirmed.extend(opened.map_err(|failure| {
                let draft = quote.proposal;
                let next = format!("open it later, with `sealane gov sign-off {draft}`");
                failure
                    .after(format_args!("the draft {draft} was made"))
                    .hint(next)
            })?);
        }
        let changed = Changed::now(session, &quote.proposal).await?;
        let mut facts = Facts::under(format!("{} · proposed", arguments.title));
        facts
            .add("Proposal", quote.proposal.to_string())
            .add("State", changed.state);
        let proposed = Proposed {
            changed,
            realm,
            deposit: quote.deposit,
            instructions: quote.instructions,
        };
        Done::by(session, &confirmed, &wallet.pubkey(), proposed, facts).await
    };
    session.output.report(&done);
    Ok(())
}

/// Opens the voting on a draft.
async fn open(session: &mut Session, chamber: &Chamber) -> Result<Vec<sealane_sdk::tx::Confirmed>> {
    session.client.fetch_proposal(&chamber.proposal).await?;
    let (realms, farms) = (session.client.realms(), session.client.farms());
    let plan = sign_off_instructions(realms, farms, &chamber.proposal, &chamber.caller())?;
    let wallet: &Keypair = &chamber.wallet;
    let executed = session
        .client
        .execute_sequence(plan, wallet, |_, _| {})
        .await;
    Ok(executed?.confirmed)
}

pub(super) async fn sign_off(session: &mut Session, which: &Which) -> Result<()> {
    let done = {
        let _spinner = session.output.working("Opening the voting");
        let chamber = Chamber::enter(session, &which.proposal).await?;
        let title = report_of(session, &chamber.proposal)?.title();
        let confirmed = open(session, &chamber).await?;
        let changed = Changed::now(session, &chamber.proposal).await?;
        let mut facts = Facts::under(format!("{title} · opened"));
        facts.add("State", changed.state);
        Done::by(session, &confirmed, &chamber.owner(), changed, facts).await
    };
    session.output.report(&done);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::parse;

    #[test]
    fn one_thing_is_proposed() {
        assert!(parse(&["gov", "propose", "t"]).is_ok());
        assert!(parse(&["gov", "propose", "t", "--set-fee", "p"]).is_err());
        assert!(parse(&["gov", "propose", "t", "--set-fee", "p", "--fee-bps", "20"]).is_ok());
        let both = [
            "gov",
            "propose",
            "t",
            "--accept-authority",
            "p",
            "--set-fee",
            "p",
        ];
        assert!(parse(&[&both[..], &["--fee-bps", "20"]].concat()).is_ok());
        assert!(parse(&["gov", "propose", "t", "--pay", "SOL"]).is_err());
        let pay = [
            "gov", "propose", "t", "--pay", "SOL", "--amount", "1", "--to", "w",
        ];
        assert!(parse(&pay).is_ok());
        assert!(parse(&[&pay[..], &["--option", "a"]].concat()).is_err());
        assert!(parse(&["gov", "propose", "t", "--option", "a", "--option", "b"]).is_ok());
    }
}
