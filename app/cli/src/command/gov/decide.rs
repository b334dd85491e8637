//! `gov cancel`, `gov decide`, `gov execute`, `gov refund`.

use sealane_sdk::{
    decode::decode_instruction,
    engine_core::governance::State,
    plan::governance::{
        cancel_instruction, clean_up_instructions, decide_early_instructions, execute_instructions,
        finalize_instructions,
    },
};
use serde::Serialize;

use super::{super::done::Done, Chamber, Changed, Which, report_of, time};
use crate::{failure::Result, output::Facts, session::Session};

pub(super) async fn cancel(session: &mut Session, which: &Which) -> Result<()> {
    let done = {
        let _spinner = session.output.working("Taking the proposal back");
        let chamber = Chamber::enter(session, &which.proposal).await?;
        let title = report_of(session, &chamber.proposal)?.title();
        let cancel = cancel_instruction(&chamber.proposal, &chamber.owner());
        let sent = session.client.send(&[cancel], &chamber.wallet).await?;
        let facts = Facts::under(format!("{title} · cancelled"));
        let changed = Changed::now(session, &chamber.proposal).await?;
        Done::by(session, &[sent], &chamber.owner(), changed, facts).await
    };
    session.output.report(&done);
    Ok(())
}

pub(super) async fn decide(session: &mut Session, which: &Which) -> Result<()> {
    let done = {
        let _spinner = session.output.working("Deciding");
        let chamber = Chamber::enter(session, &which.proposal).await?;
        let title = report_of(session, &chamber.proposal)?.title();
        let realms = session.client.realms();
        let state = realms
            .proposal(&chamber.proposal)
            .map(|entry| entry.account.state(time(session)));
        let plan = if state == Some(State::Voting) {
            decide_early_instructions(realms, &chamber.proposal, &chamber.caller())?
        } else {
            finalize_instructions(realms, &chamber.proposal, &chamber.caller())?
        };
        let executed = session
            .client
            .execute_sequence(plan, &chamber.wallet, |_, _| {})
            .await?;
        let changed = Changed::now(session, &chamber.proposal).await?;
        let mut facts = Facts::under(format!("{title} · decided"));
        facts.add("State", changed.state);
        Done::by(
            session,
            &executed.confirmed,
            &chamber.owner(),
            changed,
            facts,
        )
        .await
    };
    session.output.report(&done);
    Ok(())
}

/// What was executed.
#[derive(Serialize)]
struct Executed {
    #[serde(flatten)]
    changed: Changed,
    calls: Vec<String>,
}

pub(super) async fn execute(session: &mut Session, which: &Which) -> Result<()> {
    let done = {
        let spinner = session.output.working("Fetching the proposal");
        let chamber = Chamber::enter(session, &which.proposal).await?;
        let title = report_of(session, &chamber.proposal)?.title();
        let (mut confirmed, mut calls) = (Vec::new(), Vec::new());
        let mut facts = Facts::under(format!("{title} · executed"));
        loop {
            let plan = execute_instructions(session.client.realms(), &chamber.proposal)?;
            let call = decode_instruction(&plan.quote.call, |_| None);
            let name = call.name.unwrap_or_else(|| "an instruction".to_owned());
            let program = call.program_name.unwrap_or("an unknown program");
            let told = format!("{program}: {name}");
            spinner.say(format!("Executing {told}"));
            confirmed.push(
                session
                    .client
                    .execute(plan, &chamber.wallet)
                    .await?
                    .confirmed,
            );
            facts.add("Executed", told.clone());
            calls.push(told);
            session.client.fetch_proposal(&chamber.proposal).await?;
            let known = session.client.realms().proposal(&chamber.proposal);
            if known.is_none_or(|entry| entry.account.is_over(time(session))) {
                break;
            }
        }
        let changed = Changed::now(session, &chamber.proposal).await?;
        facts.add("State", changed.state);
        let executed = Executed { changed, calls };
        Done::by(session, &confirmed, &chamber.owner(), executed, facts).await
    };
    session.output.report(&done);
    Ok(())
}

/// What came back.
#[derive(Serialize)]
struct Refunded {
    #[serde(flatten)]
    changed: Changed,
    deposit: u64,
}

pub(super) async fn refund(session: &mut Session, which: &Which) -> Result<()> {
    let done = {
        let _spinner = session.output.working("Giving back deposit and rent");
        let chamber = Chamber::enter(session, &which.proposal).await?;
        session.client.fetch_votes(&chamber.proposal).await?;
        let title = report_of(session, &chamber.proposal)?.title();
        let realms = session.client.realms();
        let plan = clean_up_instructions(realms, &chamber.proposal, &chamber.caller())?;
        let executed = session
            .client
            .execute_sequence(plan, &chamber.wallet, |_, _| {})
            .await?;
        let mut facts = Facts::under(format!("{title} · refunded"));
        facts.add("Deposit", session.units.sol(executed.quote));
        let refunded = Refunded {
            changed: Changed::now(session, &chamber.proposal).await?,
            deposit: executed.quote,
        };
        Done::by(
            session,
            &executed.confirmed,
            &chamber.owner(),
            refunded,
            facts,
        )
        .await
    };
    session.output.report(&done);
    Ok(())
}
