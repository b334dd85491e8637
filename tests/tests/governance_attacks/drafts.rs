//! Writing proposals: by others, beyond their bounds, after sign-off; and signing off what is not
//! whole, or with weights that are not those of now.

use sealane_core::governance::MAX_INSTRUCTIONS;
use sealane_governance::{
    errors::GovernanceError,
    state::{MAX_ACCOUNTS, MAX_DATA, MAX_TEXT, ProposedAccount},
};
use sealane_testkit::{
    Reason,
    governance::{TestProposal, TestRealm},
};
use solana_instruction::{AccountMeta, Instruction, error::InstructionError};
use solana_pubkey::Pubkey;
use solana_system_interface::error::SystemError;

use crate::{
    arena::{at, transfer},
    builtin,
    stage::{TEXT, payments},
};

/// Places of accounts in `sign_off`.
const REALM: usize = 1;
const RECORD: usize = 5;
const COUNCIL: usize = 6;
const COUNCIL_RECORD: usize = 7;

/// An instruction of a shape, with nothing in it.
fn shape(accounts: usize, data: usize) -> Instruction {
    Instruction {
        program_id: solana_system_interface::program::ID,
        accounts: vec![AccountMeta::new_readonly(Pubkey::default(), false); accounts],
        data: vec![0; data],
    }
}

/// Everything that only a draft's author does.
fn edits(proposal: &TestProposal) -> Vec<(&'static str, Instruction)> {
    let [(_, _, first), ..] = payments(proposal);
    let [_, write] = proposal.propose(0, 0, &first);
    vec![
        ("write_text", proposal.write_text(5, 0, b"other")),
        (
            "write_text: nothing",
            proposal.write_text(TEXT.len() as u32, 0, b""),
        ),
        ("add_instruction", proposal.add_instruction(0, 2, &first)),
        ("write_instruction", write),
        ("remove_instruction", proposal.remove_instruction(0, 1)),
    ]
}

#[test]
fn nothing_is_written_after_sign_off() {
    let mut arena = crate::arena();
    let mine = arena.mine.clone();
    for proposal in [
        &mine.voting,
        &mine.settled,
        &mine.counting,
        &mine.summed,
        &mine.succeeded,
        &mine.executable,
        &mine.expired,
        &mine.vetoed,
    ] {
        for (what, attack) in edits(proposal) {
            let what = format!("{what} of {}", proposal.id);
            arena.refuses(&what, attack, GovernanceError::WrongState);
        }
        let again = arena.world.sign_off(proposal);
        let what = format!("sign_off of {}", proposal.id);
        arena.refuses(&what, again, GovernanceError::WrongState);
    }
    // In the same transaction.
    let sign_off = arena.world.sign_off(&mine.draft);
    for (what, attack) in edits(&mine.draft) {
        let reason = Reason::governance(GovernanceError::WrongState);
        arena.accepts(what, &attack);
        arena.refuses_all(what, &[sign_off.clone(), attack], &[reason]);
    }
    arena.execute(&[mine.draft.cancel()]);
    for (what, attack) in edits(&mine.draft) {
        arena.refuses(what, attack, GovernanceError::WrongState);
    }
    arena.refuses("sign off", sign_off, GovernanceError::WrongState);
    arena.refuses("twice", mine.draft.cancel(), GovernanceError::WrongState);
    arena.finish();
}

#[test]
fn nothing_is_written_by_others() {
    let mut arena = crate::arena();
    let (theirs, attacker) = (arena.theirs.draft.clone(), arena.home.attacker.wallet);
    let wrong = GovernanceError::WrongAuthor;
    let mut attacks = edits(&theirs);
    attacks.push(("sign_off", arena.world.sign_off(&theirs)));
    attacks.push(("cancel", theirs.cancel()));
    for (what, valid) in attacks {
        arena.accepts(what, &valid);
        arena.refuses(what, at(valid, 0, attacker), wrong);
    }
    let voting = at(arena.theirs.voting.cancel(), 0, attacker);
    arena.refuses("cancel what is voted on", voting, wrong);
    arena.finish();
}

#[test]
fn what_is_over_is_not_cancelled() {
    let mut arena = crate::arena();
    let mine = arena.mine.clone();
    for proposal in [
        &mine.counting,
        &mine.summed,
        &mine.succeeded,
        &mine.executable,
        &mine.expired,
        &mine.vetoed,
        &mine.completed,
    ] {
        let what = format!("proposal {}", proposal.id);
        arena.refuses(&what, proposal.cancel(), GovernanceError::WrongState);
    }
    arena.finish();
}

#[test]
fn texts_out_of_bounds() {
    let mut arena = crate::arena();
    let draft = arena.mine.draft.clone();
    let range = GovernanceError::InvalidRange;
    for (len, offset, bytes) in [
        (3, 0, &b"four"[..]),
        (4, 1, b"four"),
        (4, 5, b""),
        (0, 0, b"a"),
        (100, u32::MAX, b"a"),
        (100, u32::MAX - 3, b"four"),
        (0, u32::MAX, b""),
    ] {
        let what = format!("{} bytes at {offset} of {len}", bytes.len());
        arena.refuses(&what, draft.write_text(len, offset, bytes), range);
    }
    for len in [MAX_TEXT as u32 + 1, u32::MAX, 1 << 31] {
        let attack = draft.write_text(len, 0, b"a");
        arena.refuses(
            &format!("{len} bytes"),
            attack,
            GovernanceError::TextTooLong,
        );
    }
    arena.accepts(
        "the longest",
        &draft.write_text(MAX_TEXT as u32, 9_999, b"a"),
    );
    arena.finish();
}

#[test]
fn texts_that_are_not_whole() {
    let mut arena = crate::arena();
    let draft = arena.mine.draft.clone();
    for text in [
        &b""[..],
        b"Title",
        b"Title\nFirst",
        b"Title\nFirst\n",
        b"Title\nFirst\n \nSecond",
        b"\nFirst\nSecond",
        b"Title\n\nSecond\n",
        b"Title\nFirst\nSecond\n\0",
        b"Title\nFirst\nSecond\xff",
        b"Title\nFirst\nSecond\n\xe2\x9a",
    ] {
        arena.execute(&[draft.write_text(text.len() as u32, 0, text)]);
        let attack = arena.world.sign_off(&draft);
        let what = format!("{}", text.escape_ascii());
        arena.refuses(&what, attack, GovernanceError::TextNotWhole);
    }
    // Longer than what was written, so that its end is zeros.
    arena.execute(&[draft.write_text(TEXT.len() as u32 + 1, 0, TEXT)]);
    let attack = arena.world.sign_off(&draft);
    arena.refuses("a gap", attack, GovernanceError::TextNotWhole);
    arena.finish();
}

#[test]
fn instructions_out_of_bounds() {
    let mut arena = crate::arena();
    let draft = arena.draft(&[shape(2, 3)]);
    let large = GovernanceError::InstructionTooLarge;
    for (accounts, data) in [
        (MAX_ACCOUNTS + 1, 0),
        (255, 0),
        (0, MAX_DATA + 1),
        (0, 65_535),
        (255, 65_535),
    ] {
        let attack = draft.add_instruction(0, 1, &shape(accounts, data));
        let what = format!("{accounts} accounts, {data} bytes");
        arena.refuses(&what, attack, large);
    }
    let largest = draft.add_instruction(0, 1, &shape(MAX_ACCOUNTS, MAX_DATA));
    arena.accepts("the largest", &largest);
    for option in [2, 7, 8, 255] {
        let attack = draft.add_instruction(option, 0, &shape(0, 0));
        let what = format!("option {option}");
        arena.refuses(&what, attack, GovernanceError::UnknownOption);
    }
    let account = ProposedAccount {
        address: [9; 32],
        flags: 0,
    };
    for (account_at, accounts, data_at, data) in [
        (0, 3, 0, 0),
        (1, 2, 0, 0),
        (3, 0, 0, 0),
        (255, 1, 0, 0),
        (0, 0, 0, 4),
        (0, 0, 3, 1),
        (0, 0, 4, 0),
        (0, 0, 65_535, 1),
        // Neither part is written if one does not fit.
        (0, 2, 1, 3),
        (1, 2, 0, 3),
    ] {
        let attack = draft.write_instruction(
            0,
            0,
            (account_at, vec![account; accounts]),
            (data_at, vec![5; data]),
        );
        let what = format!("{accounts} accounts at {account_at}, {data} bytes at {data_at}");
        arena.refuses(&what, attack, GovernanceError::InvalidRange);
    }
    let full = draft.write_instruction(0, 0, (0, vec![account; 2]), (0, vec![5; 3]));
    arena.accepts("to the end", &full);
    arena.finish();
}

#[test]
fn instructions_in_order_and_at_most_so_many() {
    let mut arena = crate::arena();
    let draft = arena.draft(&[shape(0, 0), shape(0, 0)]);
    let order = GovernanceError::OutOfOrder;
    arena.refuses("the first removed", draft.remove_instruction(0, 0), order);
    let ahead = draft.add_instruction(0, 3, &shape(0, 0));
    arena.refuses("one left out", ahead, GovernanceError::WrongAddress);
    let wrong = draft.add_instruction(0, 0, &shape(0, 0));
    arena.refuses("one again", wrong, GovernanceError::WrongAddress);
    let mut other = draft.add_instruction(1, 0, &shape(0, 0));
    other.accounts[2].pubkey = draft.instruction(0, 2);
    arena.refuses("of another option", other, GovernanceError::WrongAddress);
    let theirs = at(
        draft.remove_instruction(0, 1),
        2,
        arena.theirs.draft.instruction(0, 1),
    );
    arena.refuses("another's", theirs, GovernanceError::WrongProposal);
    for index in 2..MAX_INSTRUCTIONS {
        let add = draft.add_instruction(0, index, &shape(0, 0));
        arena.world.staking.world.execute(&[add]);
    }
    let many = draft.add_instruction(0, MAX_INSTRUCTIONS, &shape(0, 0));
    arena.refuses("one too many", many, GovernanceError::InstructionCount);
    arena.finish();
}

#[test]
fn drafts_out_of_bounds() {
    let mut arena = crate::arena();
    let (author, realm) = (arena.home.attacker.wallet, arena.home.realm.clone());
    let draft = |choices, shards| realm.draft(author, 900, choices, shards).1;
    for choices in [(0, 0), (0, 1), (1, 0), (1, 2), (9, 1), (255, 255), (8, 9)] {
        let what = format!("{choices:?}");
        arena.refuses(&what, draft(choices, 1), GovernanceError::InvalidOptions);
    }
    for shards in [0, 33, 255] {
        let what = format!("{shards} shards");
        arena.refuses(&what, draft((1, 1), shards), GovernanceError::InvalidShards);
    }
    arena.accepts("the most", &draft((8, 8), 32));
    let used = realm.draft(author, arena.mine.draft.id, (1, 1), 1).1;
    let reasons = [
        Reason::system(SystemError::AccountAlreadyInUse),
        builtin(InstructionError::AccountAlreadyInitialized),
    ];
    arena.refuses_for("again", used, &reasons);
    // For somebody else.
    let mut theirs = realm.draft(arena.home.victim.wallet, 900, (1, 1), 1).1;
    theirs.accounts[0].is_signer = false;
    let reason = builtin(InstructionError::MissingRequiredSignature);
    arena.refuses_for("unsigned", theirs.clone(), &[reason]);
    theirs.accounts[0] = AccountMeta::new(author, true);
    let wrong = GovernanceError::WrongAddress;
    arena.refuses("at another's address", theirs, wrong);
    let poor = arena.world.staking.world.address();
    let attack = realm.draft(poor, 0, (1, 1), 1).1;
    let payer = arena.world.staking.world.svm.payer();
    // Enough for the rents, not for the deposit.
    arena.execute(&[transfer(&payer, &poor, 500_000_000)]);
    let reason = Reason::system(SystemError::ResultWithNegativeLamports);
    arena.refuses_for("without a deposit", attack, &[reason]);
    arena.finish();
}

/// The weights are those at the beginning of the present epoch, in the realm's own pools.
#[test]
fn snapshots_of_other_times_and_pools() {
    let mut arena = crate::arena();
    let draft = arena.mine.draft.clone();
    let (community, council) = (
        arena.home.realm.community.clone(),
        arena.home.realm.council.clone().expect("a council"),
    );
    let valid = arena.world.sign_off(&draft);
    let wrong = GovernanceError::WrongEpochRecord;
    for (place, farm, other) in [
        (RECORD, &community, &council),
        (COUNCIL_RECORD, &council, &community),
    ] {
        for epoch in 0..4 {
            let attack = at(valid.clone(), place, farm.record(epoch));
            arena.refuses(&format!("epoch {epoch} at {place}"), attack, wrong);
        }
        let attack = at(valid.clone(), place, other.record(4));
        arena.refuses(&format!("another pool's at {place}"), attack, wrong);
        // The present epoch has no record yet.
        let attack = at(valid.clone(), place, farm.record(5));
        let reasons = [
            InstructionError::UninitializedAccount,
            InstructionError::IllegalOwner,
            InstructionError::AccountDataTooSmall,
        ];
        arena.refuses_for("the present", attack, &reasons.map(builtin));
        let missing = at(valid.clone(), place, sealane_governance::ID);
        if place == COUNCIL_RECORD {
            let error = GovernanceError::CouncilMissing;
            arena.refuses("no council's record", missing, error);
        }
    }
    let none = at(valid.clone(), COUNCIL, sealane_governance::ID);
    arena.refuses("no council", none, GovernanceError::CouncilMissing);
    // Pools of the same mints, with records that agree with them.
    let (other, other_council) = (
        arena.abroad.realm.community.clone(),
        arena.abroad.realm.council.clone().expect("a council"),
    );
    for (place, farm) in [(RECORD, other), (COUNCIL_RECORD, other_council)] {
        let pair = at(valid.clone(), place, farm.record(4));
        let pair = at(pair, place - 1, farm.address);
        arena.refuses("another pool", pair, GovernanceError::WrongFarm);
    }
    // The council's few as the community.
    let mut exchanged = valid.clone();
    exchanged.accounts.swap(RECORD, COUNCIL_RECORD);
    exchanged.accounts.swap(RECORD - 1, COUNCIL);
    arena.refuses("exchanged", exchanged, GovernanceError::WrongFarm);
    // Another realm, that may ask for less.
    let realm = at(valid.clone(), REALM, arena.abroad.realm.address);
    arena.refuses("another realm", realm, GovernanceError::WrongRealm);
    // A moment later the record is of an epoch that is too old.
    let end = arena.world.staking.farm(&community).epochs().begin(6);
    arena.world.svm().set_time(end);
    arena.refuses("an epoch later", valid, wrong);
    let begun = community.close_epoch(draft.author, 5, &[1]);
    arena.world.staking.close_epochs(&council);
    let first = community.close_epoch(draft.author, 5, &[0]);
    arena.execute(&[first]);
    let attack = arena.world.sign_off(&draft);
    arena.refuses(
        "half closed",
        attack.clone(),
        GovernanceError::EpochNotClosed,
    );
    arena.accepts_all("closed", &[begun, attack]);
    arena.finish();
}

/// A pool without weight has nobody to vote; a record that lost count has more than can be.
#[test]
fn snapshots_without_weight_or_with_too_much() {
    let mut arena = crate::arena();
    let invalid = GovernanceError::InvalidSnapshot;
    let draft = arena.mine.draft.clone();
    let valid = arena.world.sign_off(&draft);
    let weight = std::mem::offset_of!(sealane_staking::state::EpochRecord, weight) + 8;
    // A small electorate, so that a little weight decides.
    let record = valid.accounts[RECORD].pubkey;
    let owner = builtin(InstructionError::IllegalOwner);
    for program in [arena.fake_program, sealane_governance::ID] {
        let forged = arena.forged(&record, program, |data| {
            data[weight..weight + 16].copy_from_slice(&1u128.to_le_bytes());
        });
        let attack = at(valid.clone(), RECORD, forged);
        arena.refuses_for("forged", attack, std::slice::from_ref(&owner));
    }
    for place in [RECORD, COUNCIL_RECORD] {
        let mut attacked = arena.clone();
        let record = valid.accounts[place].pubkey;
        let svm = attacked.world.svm();
        svm.edit(&record, |data| data[weight..weight + 16].fill(0xff));
        attacked.refuses("too much", valid.clone(), invalid);
        attacked.finish();
    }
    let farm = arena.world.staking.create_farm_of(
        arena.home.realm.community.stake,
        sealane_testkit::staking::PARAMS,
        1,
    );
    let author = arena.home.attacker.wallet;
    let realm = TestRealm::new(author, 50, farm.clone(), None);
    arena.execute(&[realm.create("Nobody", sealane_testkit::governance::CONFIG)]);
    let proposal = arena.world.draft_by(author, &realm, (1, 1), 1);
    // In its first epoch there is none before.
    let first = arena.world.sign_off(&proposal);
    let reasons = [
        InstructionError::UninitializedAccount,
        InstructionError::IllegalOwner,
        InstructionError::AccountDataTooSmall,
    ];
    arena.refuses_for("the first epoch", first, &reasons.map(builtin));
    arena.world.staking.go_to_epoch(&farm, 1);
    arena.world.staking.close_epochs(&farm);
    let attack = arena.world.sign_off(&proposal);
    arena.refuses("nobody", attack, invalid);
    arena.finish();
}
