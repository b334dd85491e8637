//! What an indexer needs to follow every realm without reading accounts, but for texts and
//! instructions: each instruction's log data is an 8-byte discriminator, then the fields below,
//! little-endian, without padding.

use anchor_lang::prelude::*;

use crate::state::{StoredConfig, Sums};

/// A realm was created.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct RealmCreated {
    /// The realm.
    pub realm: Address,
    /// Who created it.
    pub creator: Address,
    /// The community's stake pool.
    pub community: Address,
    /// The council's; all zero: none.
    pub council: Address,
    /// What signs for the realm.
    pub treasury: Address,
    /// What votes need.
    pub config: StoredConfig,
    /// UTF-8, filled up with zeros.
    pub name: [u8; 32],
    /// Part of the address.
    pub id: u16,
    /// Zero.
    pub reserved: [u8; 6],
}

/// A realm has another configuration. Proposals that were signed off keep theirs.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigChanged {
    /// The realm.
    pub realm: Address,
    /// What votes need from now on.
    pub config: StoredConfig,
}

/// A proposal was begun.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct ProposalDrafted {
    /// The proposal.
    pub proposal: Address,
    /// Its realm.
    pub realm: Address,
    /// Who writes it.
    pub author: Address,
    /// Lamports left with it.
    pub deposit: u64,
    /// Part of the address.
    pub id: u32,
    /// Options.
    pub options: u8,
    /// How many of them a ballot may choose.
    pub most_choices: u8,
    /// Tally shards.
    pub shards: u8,
    /// Zero.
    pub reserved: u8,
}

/// A part of a draft's text was written.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct TextWritten {
    /// The proposal.
    pub proposal: Address,
    /// Where the part begins, in bytes.
    pub offset: u32,
    /// Its bytes.
    pub written: u32,
    /// Bytes of the whole text from now on.
    pub len: u32,
    /// Zero.
    pub reserved: [u8; 4],
}

/// A draft's option got an instruction, behind its others.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct InstructionAdded {
    /// The proposal.
    pub proposal: Address,
    /// The program that it calls.
    pub program: Address,
    /// Bytes of its data.
    pub data_len: u16,
    /// Its accounts.
    pub account_count: u8,
    /// The option.
    pub option: u8,
    /// Its place among the option's instructions.
    pub index: u8,
    /// Zero.
    pub reserved: [u8; 3],
}

/// A part of a draft's instruction was written.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct InstructionWritten {
    /// The proposal.
    pub proposal: Address,
    /// The option.
    pub option: u8,
    /// Its place among the option's instructions.
    pub index: u8,
    /// Zero.
    pub reserved: [u8; 6],
}

/// The last instruction of a draft's option was taken off.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct InstructionRemoved {
    /// The proposal.
    pub proposal: Address,
    /// The option.
    pub option: u8,
    /// Its place among the option's instructions.
    pub index: u8,
    /// Zero.
    pub reserved: [u8; 6],
}

/// A proposal takes votes.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct SignedOff {
    /// The proposal.
    pub proposal: Address,
    /// Its realm.
    pub realm: Address,
    /// The configuration that it is under.
    pub config: StoredConfig,
    /// The community's weight at the snapshot, as a 128-bit little-endian number.
    pub total: [u64; 2],
    /// The council's.
    pub council_total: [u64; 2],
    /// From when on, Unix seconds.
    pub voting_at: i64,
    /// The epoch at whose beginning the community's weights count.
    pub epoch: u32,
    /// The same of the council's.
    pub council_epoch: u32,
}

/// A proposal got a tally shard.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct TallyOpened {
    /// The proposal.
    pub proposal: Address,
    /// The shard.
    pub tally: Address,
    /// Its index.
    pub index: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

/// A position got a record of its vote.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct VoteOpened {
    /// The proposal.
    pub proposal: Address,
    /// The position.
    pub position: Address,
    /// The record.
    pub record: Address,
}

/// A vote was cast, changed or withdrawn.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct Voted {
    /// The proposal.
    pub proposal: Address,
    /// The position.
    pub position: Address,
    /// Who voted with it.
    pub voter: Address,
    /// Its weight, as a 128-bit little-endian number, in ten-thousandths.
    pub weight: [u64; 2],
    /// The ballot from now on: 0 none, 1 yes, 2 no, 3 abstain, 4 veto.
    pub kind: u8,
    /// The options of a yes, a bit each.
    pub options: u8,
    /// The ballot before.
    pub kind_before: u8,
    /// Its options.
    pub options_before: u8,
    /// 1 if it is a council's.
    pub council: u8,
    /// 1 if the position's delegate cast it.
    pub by_delegate: u8,
    /// The tally shard that counts it.
    pub shard: u8,
    /// Zero.
    pub reserved: u8,
}

/// The author has taken the proposal back.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct ProposalCancelled {
    /// The proposal.
    pub proposal: Address,
}

/// Tally shards were added to the sum.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct TalliesSummed {
    /// The proposal.
    pub proposal: Address,
    /// A bit for every shard that was summed so far.
    pub summed: u32,
    /// Zero.
    pub reserved: [u8; 4],
}

/// The votes have decided.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct ProposalDecided {
    /// The proposal.
    pub proposal: Address,
    /// All votes.
    pub sums: Sums,
    /// When, Unix seconds.
    pub decided_at: i64,
    /// 2 succeeded, 4 succeeded with nothing to execute, 5 defeated, 6 vetoed.
    pub state: u8,
    /// A bit for every option that won.
    pub winners: u8,
    /// 1 if votes could still be cast.
    pub early: u8,
    /// Zero.
    pub reserved: [u8; 5],
}

/// An instruction of a proposal was executed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct InstructionExecuted {
    /// The proposal.
    pub proposal: Address,
    /// The program that it called.
    pub program: Address,
    /// The option.
    pub option: u8,
    /// Its place among the option's instructions.
    pub index: u8,
    /// 1 if it was the last one.
    pub completed: u8,
    /// Zero.
    pub reserved: [u8; 5],
}

/// The time to execute in has passed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct ProposalExpired {
    /// The proposal.
    pub proposal: Address,
}

/// A proposal's deposit was paid out.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct DepositPaid {
    /// The proposal.
    pub proposal: Address,
    /// Who got it: the author, or the treasury.
    pub to: Address,
    /// Lamports.
    pub amount: u64,
    /// 1 if the treasury got it, since the proposal was vetoed.
    pub forfeited: u8,
    /// Zero.
    pub reserved: [u8; 7],
}

/// A text, an instruction, a tally shard or a vote's record was closed.
#[event(bytemuck)]
#[derive(Debug, PartialEq, Eq)]
pub struct AccountClosed {
    /// The proposal that it belonged to.
    pub proposal: Address,
    /// The account.
    pub account: Address,
    /// Who got its lamports.
    pub to: Address,
}
