//! Instructions of the governance program: realms, proposals, votes, execution.
//!
//! What is built from caches is refused as the program would refuse it, before anything is sent.

mod decide;
mod draft;
mod execute;
mod realm;
mod vote;

pub use decide::{
    DecisionQuote, cancel_instruction, close_tally_instructions, decide_early_instructions,
    expire_instruction, finalize_instructions, open_tally_instruction,
};
pub use draft::{
    OptionDraft, ProposeQuote, ProposeRequest, SignOffQuote, propose_instructions,
    sign_off_instructions,
};
pub use execute::{
    ExecuteQuote, clean_up_instructions, execute_instructions, take_deposit_instruction,
};
pub use realm::{
    CreateRealmRequest, create_realm_instruction, proposed_sol_transfer_instruction,
    proposed_token_transfer_instructions, set_config_instruction,
};
pub use vote::{
    VoteQuote, VoteRequest, close_vote_instruction, vote_instructions, withdraw_vote_instructions,
};

use anchor_lang::{InstructionData, ToAccountMetas};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use crate::{
    address::{self, CLOCK_SYSVAR},
    governance,
    realms::{RealmError, Realms},
};

/// An instruction of the program.
fn instruction(accounts: &impl ToAccountMetas, arguments: &impl InstructionData) -> Instruction {
    Instruction {
        program_id: governance::ID,
        accounts: accounts.to_account_metas(None),
        data: arguments.data(),
    }
}

/// An instruction with accounts behind those that it declares, which are only read.
fn with_accounts(
    mut instruction: Instruction,
    addresses: impl IntoIterator<Item = Pubkey>,
) -> Instruction {
    let metas = addresses.into_iter();
    instruction
        .accounts
        .extend(metas.map(|address| AccountMeta::new_readonly(address, false)));
    instruction
}

/// The chain's time, which has to be cached.
fn known_time(realms: &Realms) -> Result<i64, RealmError> {
    let clock = realms.clock().ok_or(RealmError::MissingAccount {
        address: CLOCK_SYSVAR,
        what: "the clock",
    })?;
    Ok(clock.unix_timestamp)
}

/// The tally shards of a proposal that were not opened yet, by index.
fn unopened(realms: &Realms, proposal: &Pubkey, shards: u8) -> Vec<u8> {
    let open = realms.tallies(proposal);
    let is_open = |index: &u8| open.iter().any(|tally| tally.account.index == *index);
    (0..shards).filter(|index| !is_open(index)).collect()
}

/// Addresses of a proposal's tally shards.
fn tallies(proposal: &Pubkey, shards: impl IntoIterator<Item = u8>) -> Vec<Pubkey> {
    let shards = shards.into_iter();
    shards
        .map(|index| address::tally_shard(proposal, index).0)
        .collect()
}
