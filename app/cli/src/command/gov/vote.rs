//! `gov vote`, `gov withdraw-vote`, `gov power`.

use clap::{Args, ValueEnum};
use sealane_sdk::{
    engine_core::governance::{Ballot, Body, Options, Voter},
    plan::governance::{VoteRequest, vote_instructions, withdraw_vote_instructions},
    realms::{VotingPosition, voting_power},
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{super::done::Done, Chamber, Which, report_of};
use crate::{
    failure::{Failure, Result},
    output::{Facts, Grid, Report},
    session::Session,
    view::{share, stake_of, text, weight_text},
};

const EXAMPLES: &str = "\
Examples:
  sealane gov vote PROPOSAL yes
  sealane gov vote PROPOSAL yes --option 1
  sealane gov vote PROPOSAL no --yes

Votes with all of the wallet's positions, and with those that name it as their delegate.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,

    /// What
    #[arg(value_enum, value_name = "VOTE")]
    vote: Choice,

    /// For which of the options, counted from 0; several where the proposal allows it
    #[arg(long = "option", value_name = "NUMBER")]
    options: Vec<usize>,

    /// Only with this position
    #[arg(long, value_name = "POSITION")]
    position: Option<Pubkey>,

    /// Do not ask before sending
    #[arg(long, short)]
    yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WithdrawArguments {
    #[command(flatten)]
    which: Which,

    /// Only this position's vote
    #[arg(long, value_name = "POSITION")]
    position: Option<Pubkey>,
}

/// A ballot by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Choice {
    /// For it, or for an option
    Yes,
    /// Against all options
    No,
    /// Neither; counts for the quorum
    Abstain,
    /// Against all options, and against its being proposed
    Veto,
}

impl Choice {
    fn ballot(self, options: &[usize]) -> Ballot {
        match self {
            Self::Yes if options.is_empty() => Ballot::Yes(Options::default().with(0)),
            Self::Yes => Ballot::Yes(
                options
                    .iter()
                    .fold(Options::default(), |chosen, option| chosen.with(*option)),
            ),
            Self::No => Ballot::No,
            Self::Abstain => Ballot::Abstain,
            Self::Veto => Ballot::Veto,
        }
    }
}

/// A position that votes. Weights are ten-thousandths of a staked unit.
#[derive(Clone, Serialize)]
struct Power {
    #[serde(serialize_with = "text")]
    position: Pubkey,
    #[serde(serialize_with = "text")]
    owner: Pubkey,
    body: &'static str,
    delegated: bool,
    weight: String,
    vote: Option<String>,
    #[serde(skip)]
    told: String,
}

impl Power {
    fn of(session: &Session, proposal: &Pubkey, one: &VotingPosition) -> Self {
        let known = session.client.realms().proposal(proposal);
        let farm = known.map(|entry| match one.body {
            Body::Community => entry.account.community,
            Body::Council => entry.account.council,
        });
        let stake = farm.and_then(|farm| stake_of(session.client.farms(), &farm, &session.book));
        let told = stake.map(|stake| weight_text(one.weight, &stake, session.units));
        let ballot = one.record.and_then(|record| record.record().ballot());
        Self {
            position: one.position,
            owner: one.owner,
            body: body_name(one.body),
            delegated: one.voter == Voter::Delegate,
            weight: one.weight.to_string(),
            vote: ballot.map(ballot_name),
            told: told.unwrap_or_else(|| one.weight.to_string()),
        }
    }
}

fn body_name(body: Body) -> &'static str {
    match body {
        Body::Community => "community",
        Body::Council => "council",
    }
}

fn ballot_name(ballot: Ballot) -> String {
    match ballot {
        Ballot::Yes(options) => {
            let chosen = (0..8).filter(|option| options.has(*option));
            let chosen: Vec<String> = chosen.map(|option| option.to_string()).collect();
            format!("yes {}", chosen.join(", "))
        }
        Ballot::No => "no".to_owned(),
        Ballot::Abstain => "abstain".to_owned(),
        Ballot::Veto => "veto".to_owned(),
    }
}

#[derive(Serialize)]
struct PowerList {
    #[serde(serialize_with = "text")]
    proposal: Pubkey,
    positions: Vec<Power>,
}

impl Report for PowerList {
    fn text(&self) -> String {
        if self.positions.is_empty() {
            return "You have nothing to vote with on this proposal.".to_owned();
        }
        let mut grid = Grid::new(&["position", "body", "", "#weight", "vote"]);
        for one in &self.positions {
            grid.row([
                one.position.to_string(),
                one.body.to_owned(),
                if one.delegated { "delegated" } else { "own" }.to_owned(),
                one.told.clone(),
                one.vote.clone().unwrap_or_default(),
            ]);
        }
        grid.to_string()
    }
}

/// What the wallet can vote with, after fetching it.
async fn powers(session: &mut Session, chamber: &Chamber) -> Result<Vec<VotingPosition>> {
    let owner = chamber.owner();
    session
        .client
        .fetch_ballots(&chamber.proposal, &owner)
        .await?;
    let (realms, farms) = (session.client.realms(), session.client.farms());
    Ok(voting_power(realms, farms, &chamber.proposal, &owner)?)
}

pub(super) async fn power(session: &mut Session, which: &Which) -> Result<()> {
    let list = {
        let _spinner = session.output.working("Looking for positions");
        let chamber = Chamber::enter(session, &which.proposal).await?;
        let powers = powers(session, &chamber).await?;
        let positions = powers.iter();
        PowerList {
            proposal: chamber.proposal,
            positions: positions
                .map(|one| Power::of(session, &chamber.proposal, one))
                .collect(),
        }
    };
    session.output.report(&list);
    Ok(())
}

/// What was voted.
#[derive(Serialize)]
struct Voted {
    #[serde(serialize_with = "text")]
    proposal: Pubkey,
    vote: Option<String>,
    positions: Vec<Power>,
}

/// The positions that are to vote: in the council only what its members can cast.
fn chosen(
    powers: Vec<VotingPosition>,
    only: Option<Pubkey>,
    ballot: Option<Ballot>,
) -> Result<Vec<VotingPosition>> {
    let castable = |one: &VotingPosition| {
        let council = matches!(ballot, None | Some(Ballot::Abstain | Ballot::Veto));
        one.body == Body::Community || council
    };
    let named = |one: &VotingPosition| only.is_none_or(|position| position == one.position);
    let chosen: Vec<VotingPosition> = powers
        .into_iter()
        .filter(|one| named(one) && (only.is_some() || castable(one)))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::new("NoWeight", "the wallet has nothing to vote with").hint(
            "stake with `sealane stake add`; it counts for proposals that open in a later epoch",
        ));
    }
    Ok(chosen)
}

pub(super) async fn run(session: &mut Session, arguments: &Arguments) -> Result<()> {
    session.output.require_consent(arguments.yes)?;
    let ballot = arguments.vote.ballot(&arguments.options);
    let (chamber, plans, positions) = {
        let _spinner = session.output.working("Fetching the proposal");
        let chamber = Chamber::enter(session, &arguments.which.proposal).await?;
        let powers = powers(session, &chamber).await?;
        let mut plans = Vec::new();
        let mut positions = Vec::new();
        for one in chosen(powers, arguments.position, Some(ballot))? {
            let request = VoteRequest {
                proposal: chamber.proposal,
                position: one.position,
                ballot,
                shard: None,
            };
            let (realms, farms) = (session.client.realms(), session.client.farms());
            plans.push(vote_instructions(
                realms,
                farms,
                &request,
                &chamber.caller(),
            )?);
            positions.push(Power::of(session, &chamber.proposal, &one));
        }
        (chamber, plans, positions)
    };
    let report = report_of(session, &chamber.proposal)?;
    let mut preview = Facts::under(report.title());
    preview.add("Vote", ballot_name(ballot));
    for one in &positions {
        preview.add("With", format!("{} of the {}", one.told, one.body));
    }
    session.output.preview(&preview.to_string());
    session.output.consent(arguments.yes, "Vote?")?;
    let done = {
        let _spinner = session.output.working("Voting");
        let mut confirmed = Vec::new();
        for plan in plans {
            confirmed.push(
                session
                    .client
                    .execute(plan, &chamber.wallet)
                    .await?
                    .confirmed,
            );
        }
        session.client.fetch_proposal(&chamber.proposal).await?;
        let mut facts = Facts::under(format!("{} · voted", report.title()));
        facts.add("Vote", ballot_name(ballot));
        let known = session.client.realms().proposal(&chamber.proposal);
        let total = known.and_then(|entry| entry.account.rules().snapshot().ok());
        let total = total.map_or(0, |snapshot| snapshot.of(Body::Community).weight);
        for one in &positions {
            let weight: u128 = one.weight.parse().unwrap_or(0);
            let part = if one.body == "community" {
                format!(", {} of all weight", share(weight, total))
            } else {
                String::new()
            };
            facts.add("With", format!("{}{part}", one.told));
        }
        let voted = Voted {
            proposal: chamber.proposal,
            vote: Some(ballot_name(ballot)),
            positions,
        };
        Done::by(session, &confirmed, &chamber.owner(), voted, facts).await
    };
    session.output.report(&done);
    Ok(())
}

pub(super) async fn withdraw(session: &mut Session, arguments: &WithdrawArguments) -> Result<()> {
    let done = {
        let _spinner = session.output.working("Taking the vote back");
        let chamber = Chamber::enter(session, &arguments.which.proposal).await?;
        let powers = powers(session, &chamber).await?;
        let voted = |one: &VotingPosition| {
            let record = one.record.as_ref();
            record.is_some_and(|record| record.record().ballot().is_some())
        };
        let powers: Vec<VotingPosition> = powers.into_iter().filter(voted).collect();
        if powers.is_empty() {
            return Err(
                Failure::new("NotVoted", "the wallet has not voted on this proposal")
                    .hint("there is nothing to take back"),
            );
        }
        let mut confirmed = Vec::new();
        let mut positions = Vec::new();
        for one in chosen(powers, arguments.position, None)? {
            let at = (&chamber.proposal, &one.position);
            let (realms, farms) = (session.client.realms(), session.client.farms());
            let plan = withdraw_vote_instructions(realms, farms, at, &chamber.caller())?;
            confirmed.push(
                session
                    .client
                    .execute(plan, &chamber.wallet)
                    .await?
                    .confirmed,
            );
            positions.push(Power::of(session, &chamber.proposal, &one));
        }
        let mut facts = Facts::under("Vote taken back");
        for one in &positions {
            facts.add("Of", one.told.clone());
        }
        let voted = Voted {
            proposal: chamber.proposal,
            vote: None,
            positions,
        };
        Done::by(session, &confirmed, &chamber.owner(), voted, facts).await
    };
    session.output.report(&done);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn ballots_by_their_names() {
        assert_eq!(ballot_name(Choice::Yes.ballot(&[])), "yes 0");
        assert_eq!(ballot_name(Choice::Yes.ballot(&[1, 3])), "yes 1, 3");
        assert_eq!(ballot_name(Choice::Veto.ballot(&[])), "veto");
        assert!(parse(&["gov", "vote", "p"]).is_err());
        assert!(parse(&["gov", "vote", "p", "perhaps"]).is_err());
        assert!(parse(&["gov", "vote", "p", "yes", "--option", "1"]).is_ok());
    }
}
