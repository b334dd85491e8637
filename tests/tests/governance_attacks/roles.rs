//! What all instructions refuse alike. Which account plays which role in an instruction is told by
//! its address, so that one list of attacks does for every instruction.

use std::collections::BTreeSet;

use sealane_governance::errors::GovernanceError;
use sealane_testkit::{Reason, governance::TestProposal};
use solana_account::Account;
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;

use crate::{
    Arena,
    arena::{Electorate, Subject, accounts_of, at},
    builtin,
    stage::Stage,
};

const NOTHING: Pubkey = Pubkey::new_from_array([7; 32]);

/// What an account is in an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Realm,
    Treasury,
    Proposal,
    Text,
    Instruction,
    Tally,
    Record,
    Farm,
    EpochRecord,
    Position,
    SystemProgram,
    Other,
}

impl Role {
    /// Whether a program of the exchange keeps such an account, as a type of its own.
    fn is_typed(self) -> bool {
        !matches!(self, Self::Treasury | Self::SystemProgram | Self::Other)
    }

    /// What somebody is told who names the account of another realm or proposal.
    fn foreign(self) -> &'static [GovernanceError] {
        match self {
            Self::Realm => &[
                GovernanceError::WrongRealm,
                GovernanceError::WrongTreasury,
                GovernanceError::WrongAddress,
            ],
            Self::Treasury => &[
                GovernanceError::WrongTreasury,
                GovernanceError::WrongRecipient,
                GovernanceError::WrongAccounts,
            ],
            Self::Proposal => &[
                GovernanceError::WrongProposal,
                GovernanceError::WrongAddress,
                GovernanceError::WrongRealm,
                GovernanceError::WrongAuthor,
                GovernanceError::WrongRecipient,
                GovernanceError::WrongFarm,
            ],
            Self::Text | Self::Instruction | Self::Tally | Self::Record => {
                &[GovernanceError::WrongProposal]
            }
            Self::Farm => &[GovernanceError::WrongFarm],
            Self::EpochRecord => &[GovernanceError::WrongEpochRecord],
            Self::Position => &[GovernanceError::WrongPosition, GovernanceError::WrongFarm],
            Self::SystemProgram | Self::Other => &[],
        }
    }
}

/// Sends attacks on each instruction.
fn on_each(attack: impl Fn(&mut Arena, &Subject)) {
    let mut arena = crate::arena();
    for subject in arena.subjects() {
        arena.accepts(subject.name, &subject.valid);
        attack(&mut arena, &subject);
    }
    arena.finish();
}

/// Sends an attack for each account of a role, of each instruction.
fn on_each_account(attack: impl Fn(&mut Arena, &Subject, usize, Role)) {
    on_each(|arena, subject| {
        for index in 0..subject.valid.accounts.len() {
            let role = arena.role(&subject.valid.accounts[index].pubkey);
            attack(arena, subject, index, role);
        }
    });
}

fn governance(errors: &[GovernanceError]) -> Vec<Reason> {
    errors.iter().copied().map(Reason::governance).collect()
}

/// The list is whole: the first byte of an instruction's data is its number.
#[test]
fn every_instruction_is_attacked() {
    let arena = crate::arena();
    let subjects = arena.subjects();
    let numbers: BTreeSet<u8> = subjects.iter().map(|one| one.valid.data[0]).collect();
    assert_eq!(numbers, (0..24).collect());
    let roles: BTreeSet<Role> = subjects
        .iter()
        .flat_map(|subject| &subject.valid.accounts)
        .map(|meta| arena.role(&meta.pubkey))
        .collect();
    assert_eq!(roles.len(), 12, "{roles:?}");
}

#[test]
fn signatures_are_missing() {
    on_each(|arena, subject| {
        for index in 0..subject.declared {
            if subject.valid.accounts[index].is_signer {
                let mut attack = subject.valid.clone();
                attack.accounts[index].is_signer = false;
                let what = format!("{}: {index} unsigned", subject.name);
                let reason = match subject.name {
                    // It signs only where a vote could still be cast.
                    "close_vote" => Reason::governance(GovernanceError::RecordNotYours),
                    _ => builtin(InstructionError::MissingRequiredSignature),
                };
                arena.refuses_for(&what, attack, &[reason]);
            }
        }
    });
}

#[test]
fn somebody_else_signs() {
    on_each(|arena, subject| {
        let Some(error) = subject.stranger else {
            return;
        };
        let strangers = [
            arena.home.victim.wallet,
            arena.home.councillor.wallet,
            arena.home.realm.creator,
            arena.abroad.realm.treasury,
            arena.fake_program,
        ];
        for index in 0..subject.declared {
            if !subject.valid.accounts[index].is_signer {
                continue;
            }
            for stranger in strangers {
                let attack = at(subject.valid.clone(), index, stranger);
                let what = format!("{}: {stranger} signs", subject.name);
                arena.refuses(&what, attack, error);
            }
        }
    });
}

#[test]
fn accounts_are_not_writable() {
    on_each(|arena, subject| {
        for index in 0..subject.declared {
            if !subject.valid.accounts[index].is_writable {
                continue;
            }
            let mut attack = subject.valid.clone();
            let signs = attack.accounts[index].is_signer;
            attack.accounts[index].is_writable = false;
            let what = format!("{}: {index} read-only", subject.name);
            // The framework looks for a payer that signs and is writable, and names the first.
            let reason = if signs && index == 0 {
                builtin(InstructionError::MissingRequiredSignature)
            } else {
                Reason::NOT_WRITABLE
            };
            arena.refuses_for(&what, attack, &[reason]);
        }
    });
}

#[test]
fn one_account_is_named_for_two() {
    on_each(|arena, subject| {
        let metas = subject.valid.accounts.clone();
        let written: Vec<usize> = (0..subject.declared)
            .filter(|index| metas[*index].is_writable)
            .collect();
        for index in (0..metas.len()).filter(|index| !metas[*index].is_signer) {
            for again in written.iter().filter(|again| **again != index) {
                let attack = at(subject.valid.clone(), index, metas[*again].pubkey);
                let what = format!("{}: {again} again at {index}", subject.name);
                // A proposal in the place of its own tally shard.
                let is_tally = ["sum_tally", "decide_early"].contains(&subject.name);
                let reason = if is_tally {
                    Reason::governance(GovernanceError::WrongProposal)
                } else {
                    Reason::DUPLICATE_ACCOUNT
                };
                arena.refuses_for(&what, attack, &[reason]);
            }
        }
    });
}

/// Look-alikes of the programs' own accounts: bytes that another program owns, and accounts of every
/// other type.
#[test]
fn impostors_for_typed_accounts() {
    on_each_account(|arena, subject, index, role| {
        let address = subject.valid.accounts[index].pubkey;
        let exists = arena.world.staking.world.svm.account(&address).is_some();
        if !role.is_typed() || !exists {
            return;
        }
        let mut impostors = vec![arena.counterfeit(&address), arena.mint, NOTHING];
        let others = arena.of_every_type();
        let others = others.iter().filter(|(other, _)| *other != role);
        impostors.extend(others.map(|(_, address)| *address));
        for impostor in impostors {
            // One that is there already and written is refused as named twice.
            if names(&subject.valid, &impostor) {
                continue;
            }
            let attack = at(subject.valid.clone(), index, impostor);
            let what = format!("{}: {impostor} as {role:?} at {index}", subject.name);
            let reasons = [
                InstructionError::IllegalOwner,
                InstructionError::InvalidAccountData,
                InstructionError::AccountDataTooSmall,
                InstructionError::UninitializedAccount,
            ];
            arena.refuses_for(&what, attack, &reasons.map(builtin));
        }
    });
}

/// Accounts that play the same role for a proposal of the victim's in the same realm and state, and
/// for one of the attacker's in another realm.
#[test]
fn accounts_of_another_proposal_or_realm() {
    on_each_account(|arena, subject, index, role| {
        let address = subject.valid.accounts[index].pubkey;
        let exists = arena.world.staking.world.svm.account(&address).is_some();
        if !exists {
            return;
        }
        for other in arena.counterparts(&address) {
            // These are not bound to anything else that the instruction names; anyone may create a
            // realm of any farms.
            let free = match role {
                Role::Proposal => ["finalize", "expire"].contains(&subject.name),
                Role::Farm => subject.name == "create_realm",
                _ => false,
            };
            if free || arena.is_as_good(subject, role, &other) {
                continue;
            }
            let attack = at(subject.valid.clone(), index, other);
            let what = format!("{}: another {role:?} at {index}: {other}", subject.name);
            arena.refuses_for(&what, attack, &governance(role.foreign()));
        }
    });
}

#[test]
fn a_system_program_that_is_none() {
    on_each_account(|arena, subject, index, role| {
        if role == Role::SystemProgram && index < subject.declared {
            let attack = at(subject.valid.clone(), index, arena.fake_program);
            let what = format!("{}: a system program", subject.name);
            let reason = builtin(InstructionError::IncorrectProgramId);
            arena.refuses_for(&what, attack, &[reason]);
        }
    });
}

/// New accounts belong at one address each.
#[test]
fn new_accounts_at_other_addresses() {
    on_each(|arena, subject| {
        for index in 0..subject.declared {
            let meta = &subject.valid.accounts[index];
            let exists = arena
                .world
                .staking
                .world
                .svm
                .account(&meta.pubkey)
                .is_some();
            if exists || !meta.is_writable {
                continue;
            }
            for other in [arena.world.staking.world.address(), arena.mint] {
                let attack = at(subject.valid.clone(), index, other);
                let what = format!("{}: {other} at {index}", subject.name);
                arena.refuses(&what, attack, GovernanceError::WrongAddress);
            }
        }
    });
}

/// Lamports that somebody sent to an address do not keep an account from being created there.
#[test]
fn lamports_at_the_address_of_a_new_account() {
    let arena = crate::arena();
    for subject in arena.subjects() {
        let new = subject.valid.accounts.iter().take(subject.declared);
        let new: Vec<Pubkey> = new
            .filter(|meta| meta.is_writable)
            .map(|meta| meta.pubkey)
            .filter(|address| arena.world.staking.world.svm.account(address).is_none())
            .collect();
        if new.is_empty() {
            continue;
        }
        for lamports in [1, 1_000_000_000] {
            let mut attacked = arena.clone();
            let svm = attacked.world.svm();
            for address in &new {
                // Less than its rent cannot be sent, but can be there.
                let dust = Account {
                    lamports,
                    ..Account::default()
                };
                svm.set_account(*address, dust);
            }
            let sent = svm.send(std::slice::from_ref(&subject.valid));
            let reason = sent.map_err(|refused| refused.reason);
            assert!(reason.is_ok(), "{}: {reason:?}", subject.name);
        }
    }
    arena.finish();
}

/// Data cut anywhere, and numbers of instructions that do not exist.
#[test]
fn data_that_is_no_instruction() {
    on_each(|arena, subject| {
        let invalid = [
            builtin(InstructionError::InvalidInstructionData),
            Reason::Framework(102),
        ];
        for len in 0..subject.valid.data.len() {
            let mut attack = subject.valid.clone();
            attack.data.truncate(len);
            let what = format!("{}: {len} bytes", subject.name);
            arena.refuses_for(&what, attack, &invalid);
        }
    });
    let mut arena = crate::arena();
    for number in [24, 25, 100, 254] {
        let mut attack = arena.mine.voting.cancel();
        attack.data = vec![number];
        let reason = [
            builtin(InstructionError::InvalidInstructionData),
            Reason::Framework(101),
        ];
        arena.refuses_for(&format!("instruction {number}"), attack, &reason);
    }
    arena.finish();
}

fn names(instruction: &Instruction, address: &Pubkey) -> bool {
    let mut accounts = instruction.accounts.iter();
    accounts.any(|meta| meta.pubkey == *address)
}

/// The accounts of a stage and its realm, with their roles. The same order for every stage.
fn accounts(stage: &Stage, electorate: &Electorate) -> Vec<(Role, Pubkey)> {
    let realm = &electorate.realm;
    let council = realm.council.as_ref().expect("a council");
    let mut all = vec![
        (Role::Realm, realm.address),
        (Role::Treasury, realm.treasury),
        (Role::Farm, realm.community.address),
        (Role::Farm, council.address),
    ];
    for farm in [&realm.community, council] {
        all.extend((0..6).map(|epoch| (Role::EpochRecord, farm.record(epoch))));
    }
    let positions = electorate.positions();
    all.extend(positions.iter().map(|one| (Role::Position, *one)));
    for proposal in stage.proposals() {
        all.extend(ROLES.into_iter().zip(accounts_of(proposal)));
        let records = positions.iter().map(|one| proposal.record(one));
        all.extend(records.map(|record| (Role::Record, record)));
    }
    all
}

/// Roles of the accounts that belong to a proposal.
const ROLES: [Role; 7] = [
    Role::Proposal,
    Role::Text,
    Role::Instruction,
    Role::Instruction,
    Role::Instruction,
    Role::Tally,
    Role::Tally,
];

impl Arena {
    fn role(&self, address: &Pubkey) -> Role {
        if *address == solana_system_interface::program::ID {
            return Role::SystemProgram;
        }
        let all = accounts(&self.mine, &self.home);
        let found = all.iter().find(|(_, one)| one == address);
        found.map_or(Role::Other, |(role, _)| *role)
    }

    /// The accounts that play the same role for the other stages' proposals.
    fn counterparts(&self, address: &Pubkey) -> Vec<Pubkey> {
        let mine = accounts(&self.mine, &self.home);
        let Some(at) = mine.iter().position(|(_, one)| one == address) else {
            return Vec::new();
        };
        let others = [(&self.theirs, &self.home), (&self.foreign, &self.abroad)];
        let others = others.map(|(stage, electorate)| accounts(stage, electorate)[at].1);
        others.into_iter().filter(|one| one != address).collect()
    }

    /// Whether another proposal in an instruction's place makes a valid instruction of it: whoever
    /// sends it has the same rights there.
    fn is_as_good(&self, subject: &Subject, role: Role, other: &Pubkey) -> bool {
        let is = |proposal: &TestProposal| proposal.address == *other;
        role == Role::Proposal
            && match subject.name {
                "cancel: draft" => is(&self.foreign.draft),
                "cancel" => is(&self.foreign.voting),
                "take_deposit" => is(&self.foreign.completed),
                "take_deposit: vetoed" => is(&self.theirs.vetoed),
                _ => false,
            }
    }

    /// Of every type one that no instruction here names.
    fn of_every_type(&self) -> [(Role, Pubkey); 9] {
        let (stage, abroad) = (&self.foreign, &self.abroad);
        let voting = &stage.voting;
        [
            (Role::Realm, abroad.realm.address),
            (Role::Proposal, voting.address),
            (Role::Text, voting.text),
            (Role::Instruction, voting.instruction(0, 0)),
            (Role::Tally, voting.tally(0)),
            (Role::Record, voting.record(&abroad.attacker.voted)),
            (Role::Farm, abroad.realm.community.address),
            (Role::EpochRecord, abroad.realm.community.record(2)),
            (Role::Position, abroad.victim.voted),
        ]
    }
}
