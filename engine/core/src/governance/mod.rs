//! Proposals, votes and their outcome: what a governance program decides, without its accounts.
//!
//! A position of a stake pool votes on a proposal with the weight it had at the beginning of an
//! epoch, the proposal's [`Snapshot`]. Its [`VoteRecord`] keeps the vote, and one of up to
//! [`MAX_TALLY_SHARDS`] [`Tally`] shards the sum; the [`Proposal`] is only read. When voting is
//! over, shards are summed, each once and in any order, and a [`Measure`] tells the [`Outcome`].
//!
//! Weights are in ten-thousandths of a staked unit ([`crate::stake`]), times are Unix seconds,
//! deposits lamports. Everything is exact: a share of weight is compared as a product, never as a
//! quotient, and nothing is rounded.
//!
//! # Outcome
//!
//! All shares are of the weight *at the snapshot*, not of what was cast. In this order:
//!
//! 1. Vetoed, if the community's or the council's vetoes reach that body's veto threshold.
//! 2. Defeated, if the weight that voted, whatever its ballot, is below the quorum.
//! 3. An option passes that reaches the threshold and has more weight than no and veto together; a
//!    tie does not. Of single-choice proposals ([`Choices`]) the heaviest passing option wins, and
//!    none if two are equally heavy; of others every passing option does.
//! 4. Succeeded with the options that won; defeated without one.
//!
//! A threshold and a tie are as in SPL Governance (`resolve_final_vote_state` and
//! `get_min_vote_threshold_weight` in its `state/proposal.rs`, whose share is rounded up to a whole
//! weight, as here), and so are ballots in the cool-off. Deviations: a quorum of its own, which
//! abstaining helps to reach; basis points in place of percent; a community's veto also counts as
//! no; vetoes are votes on the same proposal and never need the other body's.
//!
//! # Early decisions
//!
//! A vote is settled when no weight that *has not voted* can change the outcome
//! ([`Measure::settled`]); that includes a veto of the council, so a success is settled only when
//! enough members have abstained for the others not to reach it. Votes that were cast stand as they
//! are: they can be changed until the decision, not after it, and an early decision is what ends
//! that. A realm that wants all its time for second thoughts turns early decisions off
//! ([`ConfigTerms::early`]).
//!
//! # States
//!
//! ```text
//! Draft ── sign_off ──> Voting ── time ──> Counting ── finalize ──> Succeeded, Defeated, Vetoed
//!   │                     ├── decide_early ───────────────────────────^ (or Completed, see below)
//!   └───── cancel ────────┴──> Cancelled
//! Succeeded ── time-lock ──> Executable ── begin ──> Executing ── last end ──> Completed
//!                                └──── time ─────────────┴──> Expired
//! ```
//!
//! A success without instructions is completed at once. `Counting`, `Executable` and mostly
//! `Expired` are what time makes of a state, not written anywhere. The time-lock runs from the
//! decision, not from the end of voting: whoever finalizes late shortens nobody's time to leave.
//!
//! # What a governance program has to do
//!
//! - **Electorates.** Community and council are two stake pools (farms), one of a membership token.
//!   The snapshot's weight is [`EpochSum::weight`](crate::stake::EpochSum::weight) in the record of
//!   the epoch before, and the epoch is one that has begun: the present one, so that what is staked
//!   at sign-off does not count. Positions are accounts of the staking program, of these pools.
//! - **Records** are one to a proposal and position (both are seeds), not to a wallet: a delegate
//!   casts the record of each position that names it, so no weight votes twice. An owner overrides
//!   a delegate; a delegate does not override an owner. A record is closed when it has no ballot,
//!   or when [`Proposal::is_decided`].
//! - **Tally shards** have proposal and index as seeds. A [`VoteChange`] names the shard that
//!   follows it, in the same instruction; they are closed when [`Proposal::is_decided`].
//! - **Early decisions** read all shards in one instruction ([`Proposal::decide_early`]), in the
//!   order of their indices; the seeds show that none is passed twice.
//! - **Who may**: the author edits, signs off and cancels; anyone sums, finalizes, executes and
//!   expires. The configuration and the snapshot are copied at sign-off: nothing changes them then.
//! - **Execution.** Each instruction is stored at its [`InstructionAt`], and no account of a
//!   signed-off proposal can be written. [`Proposal::begin_instruction`] is written to the account
//!   before the instruction is invoked and [`Proposal::end_instruction`] after it, read anew: an
//!   instruction that calls back finds the proposal running, and refuses. One that fails undoes all.
//! - **Deposits** are taken when the draft is made, and paid out once ([`Proposal::take_deposit`]).

mod ballot;
mod config;
mod error;
mod execution;
mod outcome;
mod poll;
mod proposal;
mod record;
mod tally;

#[cfg(test)]
mod tests;

pub use ballot::{Ballot, Body, Choices, MAX_OPTIONS, Options, Voter};
pub use config::{
    Config, ConfigTerms, MAX_DEPOSIT, MAX_EXECUTION_SECONDS, MAX_SECONDS, MIN_EXECUTION_SECONDS,
    MIN_SECONDS, MIN_THRESHOLD_BPS, MIN_VETO_BPS,
};
pub use error::GovernanceError;
pub use execution::{InstructionAt, MAX_INSTRUCTIONS};
pub use outcome::{MAX_WEIGHT, Measure, Outcome};
pub use poll::{Electorate, Poll, Snapshot};
pub use proposal::{Deposit, MAX_TALLY_SHARDS, Proposal, State};
pub use record::{Voice, VoteChange, VoteRecord};
pub use tally::Tally;
