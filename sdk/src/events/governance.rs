//! What happened in realms.

use sealane_governance::events::{
    AccountClosed, ConfigChanged, DepositPaid, InstructionAdded, InstructionExecuted,
    InstructionRemoved, InstructionWritten, ProposalCancelled, ProposalDecided, ProposalDrafted,
    ProposalExpired, RealmCreated, SignedOff, TalliesSummed, TallyOpened, TextWritten, VoteOpened,
    Voted,
};

use crate::governance;

events! {
    /// Something that happened in a realm.
    GovernanceEvent of governance::ID {
        Voted, VoteOpened, SignedOff, ProposalDecided, InstructionExecuted, ProposalDrafted,
        TextWritten, InstructionAdded, InstructionWritten, InstructionRemoved, TallyOpened,
        TalliesSummed, ProposalCancelled, ProposalExpired, DepositPaid, AccountClosed,
        RealmCreated, ConfigChanged,
    }
}
