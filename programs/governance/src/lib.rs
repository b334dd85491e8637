//! Sealane's governance: realms, proposals and votes, in which no vote writes an account that all
//! voters share.
//!
//! # Accounts
//!
//! | account | seeds | bytes | who writes it |
//! |---|---|---|---|
//! | [`Realm`](state::Realm) | `"realm"`, creator, id | 256 | its own proposals |
//! | treasury | `"treasury"`, realm | 0 | nobody: the system program owns it, its realm's proposals sign for it |
//! | [`Proposal`](state::Proposal) | `"proposal"`, realm, author, id | 560 | its author until sign-off; then whoever decides or executes |
//! | [`Text`](state::Text) | `"text"`, proposal | 48 and the text | the author until sign-off |
//! | [`ProposedInstruction`](state::ProposedInstruction) | `"instruction"`, proposal, option, index | 80, 33 an account, data | the author until sign-off |
//! | [`TallyShard`](state::TallyShard) | `"tally"`, proposal, index | 304 | votes that chose it |
//! | [`VoteRecord`](state::VoteRecord) | `"vote"`, proposal, position | 168 | its voter |
//!
//! What is decided, and by which weights, is arithmetic without accounts, in
//! [`sealane_core::governance`]; its documentation tells outcomes, early decisions and the states of
//! a proposal. A realm's community and council are stake pools of the staking program, whose
//! positions and epoch records are read as they are.
//!
//! # A vote writes two accounts
//!
//! A position's own record, and one of up to 32 tally shards of the voter's choice. All else that a
//! vote needs lies in the proposal, which nothing writes from sign-off until the first shard is
//! summed, and in the position, which is only read. Two voters conflict only if they chose one shard.
//! A vote for one option or against all costs at most 1,500 compute units; one for eight options at
//! once 150 more, and a first vote 7 more for each epoch since the snapshot in which the position was
//! changed.
//! When voting is over, anyone adds the shards up, in as many transactions as it takes.
//!
//! # Execution
//!
//! A proposal's instructions are stored whole: program, accounts with their flags, data. Once it was
//! signed off, nothing writes them, and they are executed as they are stored, in order, each once,
//! between the time-lock and the end of the time to execute in. Of their accounts only the treasury
//! signs, so whoever executes a proposal lends it no signature. An instruction cannot name its own
//! proposal, which is written before the call as running and after it as done: whatever the call
//! leads to, it cannot write or execute the proposal that it belongs to. It may name the realm: that
//! is how a realm's configuration is changed. What fails changes nothing and can be tried again.
//!
//! The treasury holds lamports, owns token accounts, and is the authority of whatever was handed to
//! it: pools, order books, farms, programs (`tests/tests/governance` does all of it). An authority
//! that changes hands in two steps is accepted by proposal as well.
//!
//! # Invariants
//!
//! 1. A tally shard is the sum of the records that chose it, until the proposal is decided.
//! 2. A position has one record of a proposal, so its weight counts once, whoever votes with it. A
//!    record is closed only without a ballot or when votes count no more.
//! 3. A proposal holds its rent and its deposit, every other account its rent. Each goes back to who
//!    paid it; the deposit of what was vetoed goes to the treasury.
//! 4. From sign-off on neither text nor instructions nor the terms of a proposal change.
//! 5. The treasury signs nothing but the instructions of its realm's proposals that have succeeded.
//! 6. A proposal is never closed: votes and shards are bound to its address, which must not come back.
//!    It stays as what tells how it was decided.
//! 7. Seeds of different accounts have different lengths, so no two of them share an address.
//!
//! # Edges
//!
//! The network keeps lamports out of accounts that they would not make exempt from rent: a deposit
//! forfeited to a treasury that holds less than that, and is too small itself, is paid out once the
//! treasury holds more. A position that is closed leaves its vote standing. Whoever was changed in
//! more than 16 epochs since the snapshot cannot show their weight, and should vote before that.
//!
//! # Instructions
//!
//! | instruction | who | what it writes |
//! |---|---|---|
//! | [`create_realm`](governance::create_realm) | anyone | a new realm |
//! | [`set_config`](governance::set_config) | the treasury: by proposal | the realm |
//! | [`draft`](governance::draft) | anyone | a new proposal and its text; takes the deposit |
//! | [`write_text`](governance::write_text) | author | the text |
//! | [`add_instruction`](governance::add_instruction), [`remove_instruction`](governance::remove_instruction) | author | the proposal, an instruction |
//! | [`write_instruction`](governance::write_instruction) | author | the instruction |
//! | [`open_tally`](governance::open_tally) | anyone | a new tally shard |
//! | [`sign_off`](governance::sign_off) | author | the proposal |
//! | [`open_vote`](governance::open_vote) | anyone | a new record |
//! | [`vote`](governance::vote), [`change_vote`](governance::change_vote), [`withdraw_vote`](governance::withdraw_vote) | owner, delegate | the record, a tally shard |
//! | [`close_vote`](governance::close_vote) | who paid for it; anyone when it is decided | the record |
//! | [`cancel`](governance::cancel) | author, until voting is over | the proposal |
//! | [`sum_tally`](governance::sum_tally), [`finalize`](governance::finalize) | anyone, when voting is over | the proposal |
//! | [`decide_early`](governance::decide_early) | anyone, when it is settled | the proposal |
//! | [`execute`](governance::execute) | anyone, after the time-lock | the proposal; what was voted for |
//! | [`expire`](governance::expire) | anyone, after the time to execute in | the proposal |
//! | [`take_deposit`](governance::take_deposit) | anyone, when it is decided | the proposal; author or treasury get it |
//! | [`close_tally`](governance::close_tally) | anyone, when it is decided | the shard |
//! | [`close_text`](governance::close_text), [`close_instruction`](governance::close_instruction) | anyone, when it is over | the account |

// Anchor's derives put undocumented public modules beside what they are derived for.
#![allow(missing_docs)]

use anchor_lang::prelude::*;

pub mod errors;
pub mod events;
pub mod instructions;
pub mod state;

pub use instructions::*;
use state::{ConfigParams, ProposedAccount};

declare_id!("seaU9Tfg4x5WyS3SribyQqTe9sT9XtQ2xYKdoFkEoWA");

/// The instructions. Deposits are lamports, weights ten-thousandths of a staked unit.
#[program]
pub mod governance {
    use super::*;

    /// Creates a realm of a stake pool, and of a second one for a council. The treasury, at its
    /// derived address, needs no creation.
    #[discrim = 0]
    pub fn create_realm(
        ctx: &mut Context<CreateRealm>,
        id: u16,
        name: [u8; 32],
        config: ConfigParams,
    ) -> Result<()> {
        instructions::create_realm::handle(ctx, id, name, &config)
    }

    /// Changes what votes need; signed by the treasury, so only by proposal.
    #[discrim = 1]
    pub fn set_config(ctx: &mut Context<SetConfig>, config: ConfigParams) -> Result<()> {
        instructions::set_config::handle(ctx, &config)
    }

    /// Begins a proposal with so many options, of which a ballot may choose `most_choices`, and so
    /// many tally shards. Takes the deposit.
    #[discrim = 2]
    pub fn draft(
        ctx: &mut Context<Draft>,
        id: u32,
        options: u8,
        most_choices: u8,
        shards: u8,
    ) -> Result<()> {
        instructions::draft::handle(ctx, id, options, most_choices, shards)
    }

    /// Makes a draft's text `len` bytes long, and writes a part of it at `offset`.
    #[discrim = 3]
    pub fn write_text(
        ctx: &mut Context<WriteText>,
        len: u32,
        offset: u32,
        bytes: Vec<u8>,
    ) -> Result<()> {
        instructions::write_text::handle(ctx, len, offset, &bytes)
    }

    /// Adds an instruction to a draft's option, behind its others, with room for so many accounts
    /// and so many bytes of data.
    #[discrim = 4]
    pub fn add_instruction(
        ctx: &mut Context<AddInstruction>,
        option: u8,
        program: [u8; 32],
        account_count: u8,
        data_len: u16,
    ) -> Result<()> {
        instructions::add_instruction::handle(ctx, option, program, account_count, data_len)
    }

    /// Writes accounts of a draft's instruction from `account_at` on, and data from `data_at` on.
    #[discrim = 5]
    pub fn write_instruction(
        ctx: &mut Context<WriteInstruction>,
        account_at: u8,
        accounts: Vec<ProposedAccount>,
        data_at: u16,
        data: Vec<u8>,
    ) -> Result<()> {
        instructions::write_instruction::handle(ctx, account_at, &accounts, data_at, &data)
    }

    /// Takes the last instruction of a draft's option off. Its rent goes to the author.
    #[discrim = 6]
    pub fn remove_instruction(ctx: &mut Context<RemoveInstruction>) -> Result<()> {
        instructions::remove_instruction::handle(ctx)
    }

    /// Opens a tally shard, if it is not there. Needed for each before the proposal can be decided.
    #[discrim = 7]
    pub fn open_tally(ctx: &mut Context<OpenTally>, index: u8) -> Result<()> {
        instructions::open_tally::handle(ctx, index)
    }

    /// Opens the voting, with the weights at the beginning of the present epoch.
    #[discrim = 8]
    pub fn sign_off(ctx: &mut Context<SignOff>) -> Result<()> {
        instructions::sign_off::handle(ctx)
    }

    /// Creates the record of a position's vote, if it is not there.
    #[discrim = 9]
    pub fn open_vote(ctx: &mut Context<OpenVote>) -> Result<()> {
        instructions::open_vote::handle(ctx)
    }

    /// Votes with a position's weight at the snapshot, in a tally shard of one's choice.
    #[discrim = 10]
    pub fn vote(ctx: &mut Context<Vote>, ballot: BallotParam) -> Result<()> {
        instructions::vote::vote(ctx, ballot)
    }

    /// Votes anew.
    #[discrim = 11]
    pub fn change_vote(ctx: &mut Context<Vote>, ballot: BallotParam) -> Result<()> {
        instructions::vote::change(ctx, ballot)
    }

    /// Takes a vote back.
    #[discrim = 12]
    pub fn withdraw_vote(ctx: &mut Context<Vote>) -> Result<()> {
        instructions::vote::withdraw(ctx)
    }

    /// Closes a record without a vote, or of a decided proposal. Its rent goes to who paid it.
    #[discrim = 13]
    pub fn close_vote(ctx: &mut Context<CloseVote>) -> Result<()> {
        instructions::close_vote::handle(ctx)
    }

    /// Takes a proposal back, until voting is over.
    #[discrim = 14]
    pub fn cancel(ctx: &mut Context<Cancel>) -> Result<()> {
        instructions::cancel::handle(ctx)
    }

    /// Adds tally shards to the sum when voting is over.
    #[discrim = 15]
    pub fn sum_tally(ctx: &mut Context<Decide>) -> Result<()> {
        instructions::decide::sum_tally(ctx)
    }

    /// Decides by the sum of all tally shards.
    #[discrim = 16]
    pub fn finalize(ctx: &mut Context<Decide>) -> Result<()> {
        instructions::decide::finalize(ctx)
    }

    /// Decides while votes are taken, if what has not voted cannot change the outcome.
    #[discrim = 17]
    pub fn decide_early(ctx: &mut Context<Decide>) -> Result<()> {
        instructions::decide::decide_early(ctx)
    }

    /// Executes the next instruction, signed by the treasury.
    #[discrim = 18]
    pub fn execute(ctx: &mut Context<Execute>) -> Result<()> {
        instructions::execute::handle(ctx)
    }

    /// Writes down that the time to execute in has passed.
    #[discrim = 19]
    pub fn expire(ctx: &mut Context<Expire>) -> Result<()> {
        instructions::expire::handle(ctx)
    }

    /// Pays the deposit out: to the author, or to the treasury if the proposal was vetoed.
    #[discrim = 20]
    pub fn take_deposit(ctx: &mut Context<TakeDeposit>) -> Result<()> {
        instructions::take_deposit::handle(ctx)
    }

    /// Closes a decided proposal's tally shard. Its rent goes to who paid it.
    #[discrim = 21]
    pub fn close_tally(ctx: &mut Context<CloseTally>) -> Result<()> {
        instructions::close::tally(ctx)
    }

    /// Closes the text of a proposal that is over. Its rent goes to the author.
    #[discrim = 22]
    pub fn close_text(ctx: &mut Context<CloseText>) -> Result<()> {
        instructions::close::text(ctx)
    }

    /// Closes an instruction of a proposal that is over. Its rent goes to the author.
    #[discrim = 23]
    pub fn close_instruction(ctx: &mut Context<CloseInstruction>) -> Result<()> {
        instructions::close::instruction(ctx)
    }
}
