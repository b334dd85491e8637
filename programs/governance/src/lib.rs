//! Sealane's governance: realms, proposals and votes, in which no vote writes an account that all
//! voters share.
//!
//! # Accounts
//!
//! | account | seeds | bytes | who writes it |
//! |---|---|---|---|
//! | [`Realm`](state::Realm) | `"realm"`, creator, id | 256 | its own proposals |
//! | treasury | `"treasury"`, realm | 0 | owned by the system program; signs for the realm |
//! | [`Proposal`](state::Proposal) | `"proposal"`, realm, author, id | 560 | its author until sign-off; deciding, executing |
//! | [`Text`](state::Text) | `"text"`, proposal | 48 and the text | the author until sign-off |
//! | [`ProposedInstruction`](state::ProposedInstruction) | `"instruction"`, proposal, option, index | 80, accounts and data | the author until sign-off |
//! | [`TallyShard`](state::TallyShard) | `"tally"`, proposal, index | 304 | votes that chose it |
//! | [`VoteRecord`](state::VoteRecord) | `"vote"`, proposal, position | 168 | its voter |

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

    /// Opens a tally shard. Needed once for each before the proposal can be decided.
    #[discrim = 7]
    pub fn open_tally(ctx: &mut Context<OpenTally>, index: u8) -> Result<()> {
        instructions::open_tally::handle(ctx, index)
    }

    /// Opens the voting, with the weights at the beginning of the present epoch.
    #[discrim = 8]
    pub fn sign_off(ctx: &mut Context<SignOff>) -> Result<()> {
        instructions::sign_off::handle(ctx)
    }

    /// Creates the record of a position's vote.
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
