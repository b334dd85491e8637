//! `gov`: realms, proposals, votes.

mod decide;
mod propose;
mod vote;

use clap::{Args, Subcommand};
use sealane_sdk::{
    plan::Caller,
    realms::{proposal_view, realm_view},
};
use serde::Serialize;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use crate::{
    book::Kind,
    failure::{Failure, Result},
    output::Report,
    session::Session,
    view::{ProposalReport, RealmReport, proposals_grid, text},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// All realms, and what their votes need
    Realms,
    /// A realm's proposals
    List(ListArguments),
    /// One proposal: its text, its votes, what it would do
    Show(Which),
    /// What you can vote with
    Power(Which),
    /// Vote, or vote anew
    Vote(vote::Arguments),
    /// Take a vote back
    WithdrawVote(vote::WithdrawArguments),
    /// Make a proposal, try out what it would do, and open the voting
    Propose(propose::Arguments),
    /// Open the voting on a draft
    SignOff(Which),
    /// Take a proposal back; its author may
    Cancel(Which),
    /// Decide a proposal: when voting has ended, or before, if nobody could change the outcome
    Decide(Which),
    /// Execute what was voted for
    Execute(Which),
    /// Give back deposit and rent of a proposal that is over
    Refund(Which),
}

/// A proposal and nothing else.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Which proposal
    #[arg(value_name = "PROPOSAL")]
    proposal: String,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Which realm [default: the only one]
    #[arg(value_name = "REALM")]
    realm: Option<String>,
}

pub(super) async fn run(session: &mut Session, command: Command) -> Result<()> {
    match command {
        Command::Realms => realms(session).await,
        Command::List(arguments) => list(session, &arguments).await,
        Command::Show(which) => show(session, &which).await,
        Command::Power(which) => vote::power(session, &which).await,
        Command::Vote(arguments) => vote::run(session, &arguments).await,
        Command::WithdrawVote(arguments) => vote::withdraw(session, &arguments).await,
        Command::Propose(arguments) => propose::run(session, &arguments).await,
        Command::SignOff(which) => propose::sign_off(session, &which).await,
        Command::Cancel(which) => decide::cancel(session, &which).await,
        Command::Decide(which) => decide::decide(session, &which).await,
        Command::Execute(which) => decide::execute(session, &which).await,
        Command::Refund(which) => decide::refund(session, &which).await,
    }
}

/// A wallet and a proposal that the cache holds.
struct Chamber {
    wallet: Keypair,
    proposal: Pubkey,
}

impl Chamber {
    async fn enter(session: &mut Session, which: &str) -> Result<Self> {
        let wallet = session.wallet()?;
        let proposal = session.book.address(Kind::Proposal, which)?;
        session.client.fetch_proposal(&proposal).await?;
        Ok(Self { wallet, proposal })
    }

    fn caller(&self) -> Caller {
        Caller::new(self.wallet.pubkey())
    }

    fn owner(&self) -> Pubkey {
        self.wallet.pubkey()
    }
}

/// The chain's time as the cache of realms has it.
fn time(session: &Session) -> i64 {
    let clock = session.client.realms().clock();
    clock.map_or(0, |clock| clock.unix_timestamp)
}

/// A proposal of the cache, as it is reported.
fn report_of(session: &Session, proposal: &Pubkey) -> Result<ProposalReport> {
    let (client, now) = (&session.client, time(session));
    let view = proposal_view(client.realms(), proposal, now)?;
    let (realms, farms) = (client.realms(), client.farms());
    Ok(ProposalReport::of(&view, realms, farms, &session.book, now))
}

/// The realm that is named, or the only one there is.
async fn realm_of(session: &mut Session, named: Option<&String>) -> Result<Pubkey> {
    if let Some(text) = named {
        let realm = session.book.address(Kind::Realm, text)?;
        session.client.fetch_realm(&realm).await?;
        return Ok(realm);
    }
    let found = session.client.fetch_realms().await?;
    match found.as_slice() {
        [only] => Ok(*only),
        [] => Err(Failure::new("NoRealm", "there are no realms on this chain")
            .hint("check with --url that this is the right chain")),
        several => {
            let message = format!("there are {} realms", several.len());
            Err(Failure::usage("WhichRealm", message)
                .hint("name one: `sealane gov realms` shows them"))
        }
    }
}

#[derive(Serialize)]
struct RealmList {
    realms: Vec<RealmReport>,
}

impl Report for RealmList {
    fn text(&self) -> String {
        if self.realms.is_empty() {
            return "There are no realms.".to_owned();
        }
        let realms: Vec<String> = self.realms.iter().map(Report::text).collect();
        realms.join("\n\n")
    }
}

async fn realms(session: &mut Session) -> Result<()> {
    let list = {
        let _spinner = session.output.working("Looking for realms");
        let found = session.client.fetch_realms().await?;
        let mut realms = Vec::new();
        for realm in &found {
            let view = realm_view(session.client.realms(), realm)?;
            realms.push(RealmReport::of(&view, session.units));
        }
        RealmList { realms }
    };
    session.output.report(&list);
    Ok(())
}

#[derive(Serialize)]
struct ProposalList {
    #[serde(serialize_with = "text")]
    realm: Pubkey,
    proposals: Vec<ProposalReport>,
}

impl Report for ProposalList {
    fn text(&self) -> String {
        if self.proposals.is_empty() {
            return "Nothing has been proposed.".to_owned();
        }
        proposals_grid(&self.proposals).to_string()
    }
}

async fn list(session: &mut Session, arguments: &ListArguments) -> Result<()> {
    let list = {
        let _spinner = session.output.working("Looking for proposals");
        let realm = realm_of(session, arguments.realm.as_ref()).await?;
        let found = session.client.fetch_proposals_of(&realm).await?;
        let mut proposals = Vec::new();
        for proposal in &found {
            let known = session.client.realms().proposal(proposal);
            let opened = known.map_or(0, |entry| entry.account.voting_at);
            proposals.push((opened, report_of(session, proposal)?));
        }
        // Drafts first, then what was opened last.
        let newest = |opened: i64| if opened == 0 { i64::MIN } else { -opened };
        proposals.sort_by_key(|(opened, _)| newest(*opened));
        ProposalList {
            realm,
            proposals: proposals.into_iter().map(|(_, report)| report).collect(),
        }
    };
    session.output.report(&list);
    Ok(())
}

async fn show(session: &mut Session, which: &Which) -> Result<()> {
    let report = {
        let _spinner = session.output.working("Fetching the proposal");
        let proposal = session.book.address(Kind::Proposal, &which.proposal)?;
        session.client.fetch_proposal(&proposal).await?;
        report_of(session, &proposal)?
    };
    session.output.report(&report);
    Ok(())
}

/// A proposal, as all commands that change one report it.
#[derive(Serialize)]
struct Changed {
    #[serde(serialize_with = "text")]
    proposal: Pubkey,
    state: &'static str,
}

impl Changed {
    /// With the state that the proposal has now.
    async fn now(session: &mut Session, proposal: &Pubkey) -> Result<Self> {
        session.client.fetch_proposal(proposal).await?;
        let now = time(session);
        let view = proposal_view(session.client.realms(), proposal, now)?;
        Ok(Self {
            proposal: *proposal,
            state: crate::view::state_name(view.state),
        })
    }
}
