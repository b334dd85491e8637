//! From votes to a decision.

use sealane_core::governance::{Outcome, Tally};
use sealane_governance::{
    accounts, errors::GovernanceError, instruction as arguments, state::Proposal,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{instruction, known_time, tallies, unopened, with_accounts};
use crate::{
    address::{self, SYSTEM_PROGRAM},
    farms::Entry,
    plan::{Caller, Sequence},
    realms::{RealmError, Realms, known_proposal},
    tx,
};

/// Tally shards that one instruction adds up, so that it fits a transaction whatever stands beside.
const SUMMED_AT_ONCE: usize = 16;

/// What a decision will be, if no votes are cast or changed before it is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecisionQuote {
    /// What is decided.
    pub outcome: Outcome,
    /// All votes.
    pub tally: Tally,
}

/// Opens a tally shard of a proposal. Anyone may; the rent goes back to the payer once the proposal
/// is decided.
#[must_use]
pub fn open_tally_instruction(proposal: &Pubkey, index: u8, payer: &Pubkey) -> Instruction {
    let accounts = accounts::OpenTally {
        payer: *payer,
        proposal: *proposal,
        tally: address::tally_shard(proposal, index).0,
        system_program: SYSTEM_PROGRAM,
    };
    instruction(&accounts, &arguments::OpenTally { index })
}

/// The sum of all of a proposal's tally shards; those that were not opened have no votes.
fn sum(realms: &Realms, proposal: &Entry<'_, Proposal>) -> Result<Tally, RealmError> {
    let mut sum = Tally::default();
    for tally in realms.tallies(&proposal.address) {
        sum.add(tally.account.tally())?;
    }
    Ok(sum)
}

/// Decides a proposal whose voting has ended: sums the tally shards that were not summed, and
/// finalizes. Anyone may.
///
/// # Errors
/// [`RealmError`]: the cache lacks an account, or the program would refuse.
pub fn finalize_instructions(
    realms: &Realms,
    proposal: &Pubkey,
    caller: &Caller,
) -> Result<Sequence<DecisionQuote>, RealmError> {
    let entry = known_proposal(realms, proposal)?;
    let rules = entry.account.rules();
    let now = known_time(realms)?;
    match entry.account.state(now) {
        sealane_core::governance::State::Counting => {}
        sealane_core::governance::State::Voting => return Err(GovernanceError::VotingOpen.into()),
        _ => return Err(GovernanceError::WrongState.into()),
    }
    let shards = entry.account.shards;
    let mut instructions = open_missing(realms, proposal, shards, caller);
    let summed = entry.account.summed;
    let missing: Vec<u8> = (0..shards)
        .filter(|shard| summed >> shard & 1 == 0)
        .collect();
    for part in missing.chunks(SUMMED_AT_ONCE) {
        let sum = instruction(&decided(proposal), &arguments::SumTally {});
        instructions.push(with_accounts(sum, tallies(proposal, part.iter().copied())));
    }
    instructions.push(instruction(&decided(proposal), &arguments::Finalize {}));
    let tally = sum(realms, &entry)?;
    Ok(Sequence {
        transactions: tx::pack(&caller.payer, instructions),
        quote: DecisionQuote {
            outcome: rules.measure()?.outcome(&tally)?,
            tally,
        },
    })
}

/// Decides a proposal while votes are taken, if what has not voted cannot change the outcome. Anyone
/// may, where the realm allows it.
///
/// # Errors
/// [`RealmError::Refused`] with `NotSettled` as long as votes to come could change the outcome;
/// [`RealmError`] if the cache lacks an account.
pub fn decide_early_instructions(
    realms: &Realms,
    proposal: &Pubkey,
    caller: &Caller,
) -> Result<Sequence<DecisionQuote>, RealmError> {
    let entry = known_proposal(realms, proposal)?;
    let shards = entry.account.shards;
    let missing = unopened(realms, proposal, shards);
    let known = realms.tallies(proposal);
    // Shards that are opened on the way are empty.
    let empty = vec![Tally::default(); missing.len()];
    let all = known
        .iter()
        .map(|tally| tally.account.tally())
        .chain(&empty);
    let mut rules = *entry.account.rules();
    let outcome = rules.decide_early(known_time(realms)?, all)?;
    let mut instructions = open_missing(realms, proposal, shards, caller);
    let decide = instruction(&decided(proposal), &arguments::DecideEarly {});
    instructions.push(with_accounts(decide, tallies(proposal, 0..shards)));
    Ok(Sequence {
        transactions: tx::pack(&caller.payer, instructions),
        quote: DecisionQuote {
            outcome,
            tally: sum(realms, &entry)?,
        },
    })
}

fn open_missing(
    realms: &Realms,
    proposal: &Pubkey,
    shards: u8,
    caller: &Caller,
) -> Vec<Instruction> {
    let missing = unopened(realms, proposal, shards).into_iter();
    missing
        .map(|shard| open_tally_instruction(proposal, shard, &caller.payer))
        .collect()
}

fn decided(proposal: &Pubkey) -> accounts::Decide {
    accounts::Decide {
        proposal: *proposal,
    }
}

/// Takes a proposal back; its author may, until voting is over.
#[must_use]
pub fn cancel_instruction(proposal: &Pubkey, author: &Pubkey) -> Instruction {
    let accounts = accounts::Cancel {
        author: *author,
        proposal: *proposal,
    };
    instruction(&accounts, &arguments::Cancel {})
}

/// Writes down that the time to execute in has passed. Anyone may.
#[must_use]
pub fn expire_instruction(proposal: &Pubkey) -> Instruction {
    let accounts = accounts::Expire {
        proposal: *proposal,
    };
    instruction(&accounts, &arguments::Expire {})
}

/// Closes a decided proposal's tally shards. The rent goes to whoever paid it. Anyone may.
#[must_use]
pub fn close_tally_instructions(realms: &Realms, proposal: &Pubkey) -> Vec<Instruction> {
    let tallies = realms.tallies(proposal).into_iter();
    let close = tallies.map(|tally| {
        let accounts = accounts::CloseTally {
            proposal: *proposal,
            tally: tally.address,
            payer: tally.account.payer,
        };
        instruction(&accounts, &arguments::CloseTally {})
    });
    close.collect()
}
