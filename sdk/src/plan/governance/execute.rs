//! After a decision: what was voted for, and what comes back.

use sealane_core::governance::{Deposit, InstructionAt, State};
use sealane_governance::{accounts, errors::GovernanceError, instruction as arguments};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use super::{close_tally_instructions, close_vote_instruction, instruction, known_time};
use crate::{
    address,
    plan::{Caller, Plan, Sequence},
    realms::{RealmError, Realms, known_proposal},
    tx,
};

/// What is executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecuteQuote {
    /// Which of the proposal's instructions.
    pub at: InstructionAt,
    /// What is called, signed by the treasury.
    pub call: Instruction,
}

/// Executes the next instruction of a proposal that has succeeded and whose time-lock has ended. Anyone
/// may; the caller need not sign for anything but the fee.
///
/// # Errors
/// [`RealmError`]: the cache lacks an account, or the program would refuse.
pub fn execute_instructions(
    realms: &Realms,
    proposal: &Pubkey,
) -> Result<Plan<ExecuteQuote>, RealmError> {
    let entry = known_proposal(realms, proposal)?;
    let now = known_time(realms)?;
    let mut rules = *entry.account.rules();
    let next = rules.next_instruction(now);
    let at = next.unwrap_or(InstructionAt {
        option: entry.account.next_option,
        index: entry.account.next_index,
    });
    rules.begin_instruction(now, at)?;
    let call = realms.call(proposal, at.option, at.index);
    let (place, _) = address::proposed_instruction(proposal, at.option, at.index);
    let call = call.ok_or(RealmError::MissingAccount {
        address: place,
        what: "a proposed instruction",
    })?;
    let called = &call.account.instruction;
    let accounts = accounts::Execute {
        proposal: *proposal,
        instruction: place,
    };
    let mut execute = instruction(&accounts, &arguments::Execute {});
    let program = AccountMeta::new_readonly(called.program_id, false);
    execute.accounts.push(program);
    // The treasury signs inside the program, and nobody else does.
    let inner = called.accounts.iter().map(|meta| AccountMeta {
        is_signer: false,
        ..meta.clone()
    });
    execute.accounts.extend(inner);
    Ok(Plan {
        instructions: vec![execute],
        quote: ExecuteQuote {
            at,
            call: called.clone(),
        },
    })
}

/// Pays a decided proposal's deposit out: to its author, or to the treasury if it was vetoed. Tells
/// how many lamports go where. Anyone may.
///
/// # Errors
/// [`RealmError`] if the cache lacks the proposal, or the program would refuse.
pub fn take_deposit_instruction(
    realms: &Realms,
    proposal: &Pubkey,
) -> Result<Plan<(u64, Pubkey)>, RealmError> {
    let entry = known_proposal(realms, proposal)?;
    let account = entry.account;
    let mut rules = *account.rules();
    let deposit = rules.take_deposit(known_time(realms)?)?;
    let (lamports, recipient) = match deposit {
        Deposit::Returned(lamports) => (lamports, account.author),
        Deposit::Forfeited(lamports) => (lamports, account.treasury),
    };
    let accounts = accounts::TakeDeposit {
        proposal: *proposal,
        recipient,
    };
    Ok(Plan {
        instructions: vec![instruction(&accounts, &arguments::TakeDeposit {})],
        quote: (lamports, recipient),
    })
}

/// Gives back what lies with a proposal that is over: its deposit, and the rent of its text, its
/// instructions, its tally shards and the votes that are cached. Anyone may; each part goes to whoever
/// paid it.
///
/// # Errors
/// [`RealmError::Refused`] while the proposal is not over; [`RealmError`] if the cache lacks it.
pub fn clean_up_instructions(
    realms: &Realms,
    proposal: &Pubkey,
    caller: &Caller,
) -> Result<Sequence<u64>, RealmError> {
    let entry = known_proposal(realms, proposal)?;
    let account = entry.account;
    let now = known_time(realms)?;
    if !account.is_over(now) {
        return Err(GovernanceError::NotOver.into());
    }
    let (mut instructions, mut deposit) = (Vec::new(), 0);
    if account.deposit > 0 {
        let refund = take_deposit_instruction(realms, proposal)?;
        instructions.extend(refund.instructions);
        deposit = refund.quote.0;
    }
    if let Some(text) = realms.text(proposal) {
        let accounts = accounts::CloseText {
            proposal: *proposal,
            text: text.address,
            author: account.author,
        };
        instructions.push(instruction(&accounts, &arguments::CloseText {}));
    }
    for call in realms.calls(proposal) {
        let accounts = accounts::CloseInstruction {
            proposal: *proposal,
            instruction: call.address,
            author: account.author,
        };
        instructions.push(instruction(&accounts, &arguments::CloseInstruction {}));
    }
    if account.rules().is_decided() || account.state(now) == State::Expired {
        instructions.extend(close_tally_instructions(realms, proposal));
        let votes = realms.votes(proposal);
        instructions.extend(votes.map(|vote| close_vote_instruction(&vote)));
    }
    Ok(Sequence {
        transactions: tx::pack(&caller.payer, instructions),
        quote: deposit,
    })
}
