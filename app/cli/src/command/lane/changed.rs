//! What the commands that change a lane report: what was done, the transaction, the lane as it is.

use sealane_sdk::tx::Confirmed;
use serde::Serialize;
use solana_instruction::Instruction;

use crate::{
    desk::Desk,
    failure::Result,
    output::{Facts, Report},
    session::Session,
    transaction::Receipt,
    view::LaneView,
};

/// A lane after it was changed. `what` is what the command has to tell besides.
#[derive(Serialize)]
pub(in crate::command) struct Changed<T: Serialize> {
    #[serde(flatten)]
    what: T,
    lane: LaneView,
    transaction: Receipt,
    #[serde(skip)]
    facts: Facts,
}

impl<T: Serialize> Changed<T> {
    /// Asks for the transaction's record and the lane's present state.
    pub(in crate::command) async fn after(
        session: &mut Session,
        desk: &Desk,
        confirmed: &Confirmed,
        what: T,
        facts: Facts,
    ) -> Result<Self> {
        let transaction = Receipt::of(&session.client, confirmed, &desk.signer()).await;
        let lane = desk.view_now(session).await?;
        Ok(Self::new(lane, transaction, what, facts))
    }

    /// Of a lane that was looked at after it was changed.
    pub(in crate::command) fn new(
        lane: LaneView,
        transaction: Receipt,
        what: T,
        facts: Facts,
    ) -> Self {
        Self {
            what,
            lane,
            transaction,
            facts,
        }
    }
}

impl<T: Serialize> Report for Changed<T> {
    fn text(&self) -> String {
        let mut facts = self.facts.clone();
        facts
            .add("Free now", self.lane.free())
            .add("Locked now", self.lane.locked());
        self.transaction.add_to(&mut facts, self.lane.venue.units);
        facts.to_string()
    }
}

/// Nothing to tell but the lane.
#[derive(Serialize)]
pub(in crate::command) struct Nothing {}

/// Sends instructions that change a lane, and reports.
pub(in crate::command) async fn change(
    session: &mut Session,
    desk: &Desk,
    instructions: &[Instruction],
    facts: Facts,
) -> Result<()> {
    let changed = {
        let _spinner = session.output.working("Sending");
        let confirmed = session.client.send(instructions, &desk.wallet).await?;
        Changed::after(session, desk, &confirmed, Nothing {}, facts).await?
    };
    session.output.report(&changed);
    Ok(())
}
