//! Realms: names and parameters out of bounds, and changes that no proposal has made.

use sealane_governance::{errors::GovernanceError, state::ConfigParams};
use sealane_testkit::{
    Reason,
    governance::{CONFIG, TestRealm},
};
use solana_instruction::error::InstructionError;
use solana_system_interface::error::SystemError;

use crate::{arena::at, builtin};

/// What is refused of a configuration, and how.
fn out_of_bounds() -> Vec<(&'static str, ConfigParams, GovernanceError)> {
    const DAY: u32 = 86_400;
    let voting = GovernanceError::InvalidVotingTime;
    let lock = GovernanceError::InvalidTimeLock;
    let window = GovernanceError::InvalidExecutionWindow;
    let veto = GovernanceError::InvalidVetoThreshold;
    let threshold = GovernanceError::InvalidThreshold;
    let quorum = GovernanceError::InvalidQuorum;
    let deposit = GovernanceError::InvalidDeposit;
    macro_rules! with {
        ($field:ident: $value:expr) => {
            ConfigParams {
                $field: $value,
                ..CONFIG
            }
        };
    }
    vec![
        ("no vote", with!(voting_seconds: 0), voting),
        ("59 seconds", with!(voting_seconds: 59), voting),
        (
            "30 days and one",
            with!(voting_seconds: 30 * DAY + 1),
            voting,
        ),
        ("an endless vote", with!(voting_seconds: u32::MAX), voting),
        ("a long cool-off", with!(cool_off_seconds: 601), voting),
        (
            "an endless cool-off",
            with!(cool_off_seconds: u32::MAX),
            voting,
        ),
        ("no time-lock", with!(time_lock_seconds: 0), lock),
        ("a short time-lock", with!(time_lock_seconds: 59), lock),
        (
            "a long time-lock",
            with!(time_lock_seconds: 30 * DAY + 1),
            lock,
        ),
        (
            "an endless time-lock",
            with!(time_lock_seconds: u32::MAX),
            lock,
        ),
        ("no window", with!(execution_seconds: 0), window),
        ("a short window", with!(execution_seconds: 3_599), window),
        (
            "a long window",
            with!(execution_seconds: 90 * DAY + 1),
            window,
        ),
        (
            "a quorum of more than all",
            with!(quorum_bps: 10_001),
            quorum,
        ),
        ("a quorum of six times", with!(quorum_bps: u16::MAX), quorum),
        ("no threshold", with!(threshold_bps: 0), threshold),
        ("a low threshold", with!(threshold_bps: 99), threshold),
        ("a high threshold", with!(threshold_bps: 10_001), threshold),
        ("a low veto", with!(community_veto_bps: 999), veto),
        ("a veto of one", with!(council_veto_bps: 1), veto),
        ("a high veto", with!(council_veto_bps: 10_001), veto),
        ("a high veto", with!(community_veto_bps: u16::MAX), veto),
        ("a deposit", with!(deposit: 1_000_000_000_001), deposit),
        ("all lamports", with!(deposit: u64::MAX), deposit),
    ]
}

#[test]
fn parameters_out_of_bounds() {
    let mut arena = crate::arena();
    let home = arena.home.realm.clone();
    let attacker = arena.home.attacker.wallet;
    let realm = TestRealm::new(attacker, 3, home.community.clone(), home.council.clone());
    for (what, config, error) in out_of_bounds() {
        arena.refuses(what, realm.create("New", config), error);
        arena.refuses(what, home.set_config(config), error);
    }
    arena.accepts("within bounds", &realm.create("New", CONFIG));
    arena.finish();
}

#[test]
fn names_that_cannot_be_shown() {
    let mut arena = crate::arena();
    let home = arena.home.realm.clone();
    let attacker = arena.home.attacker.wallet;
    let realm = TestRealm::new(attacker, 3, home.community.clone(), None);
    let invalid = GovernanceError::InvalidName;
    for name in [
        "",
        "a\0b",
        "line\nbreak",
        "\u{7f}",
        "\u{1b}[31mred",
        "\u{85}",
    ] {
        arena.refuses(name, realm.create(name, CONFIG), invalid);
    }
    for bytes in [&b"\xff"[..], b"cut \xe2\x9a", b"\xc0\x80", b"\xed\xa0\x80"] {
        let mut attack = realm.create("", CONFIG);
        // The number, the id, the name.
        attack.data[3..3 + bytes.len()].copy_from_slice(bytes);
        let what = format!("{}", bytes.escape_ascii());
        arena.refuses(&what, attack, invalid);
    }
    arena.accepts("a name", &realm.create("Größe ⚓", CONFIG));
    arena.finish();
}

#[test]
fn realms_are_created_once_and_of_two_pools() {
    let mut arena = crate::arena();
    let home = arena.home.realm.clone();
    let attacker = arena.home.attacker.wallet;
    let reasons = [
        Reason::system(SystemError::AccountAlreadyInUse),
        builtin(InstructionError::AccountAlreadyInitialized),
    ];
    arena.refuses_for("again", home.create("Again", CONFIG), &reasons);
    let theirs = at(home.create("Mine", CONFIG), 0, attacker);
    let wrong = GovernanceError::WrongAddress;
    arena.refuses("another's", theirs, wrong);
    let same = TestRealm::new(
        attacker,
        4,
        home.community.clone(),
        Some(home.community.clone()),
    );
    let create = same.create("Same", CONFIG);
    arena.refuses("one pool for both", create, GovernanceError::SameFarm);
    arena.finish();
}

/// A proposal's treasury is the only signer that counts, whoever else signs.
#[test]
fn nobody_administers_a_realm() {
    let mut arena = crate::arena();
    let realm = arena.home.realm.clone();
    let wrong = GovernanceError::WrongTreasury;
    let valid = realm.set_config(CONFIG);
    for signer in [
        realm.creator,
        arena.home.attacker.wallet,
        arena.home.councillor.wallet,
        realm.community.creator,
        arena.abroad.realm.treasury,
        realm.address,
    ] {
        let mut attack = at(valid.clone(), 1, signer);
        if signer == realm.address {
            // Once as the realm and once as who signs for it.
            arena.refuses_for("the realm", attack, &[Reason::DUPLICATE_ACCOUNT]);
            continue;
        }
        arena.refuses(&format!("{signer}"), attack.clone(), wrong);
        attack.accounts[1].is_signer = false;
        let reason = builtin(InstructionError::MissingRequiredSignature);
        arena.refuses_for("unsigned", attack, &[reason]);
    }
    let mut unsigned = valid;
    unsigned.accounts[1].is_signer = false;
    let reason = builtin(InstructionError::MissingRequiredSignature);
    arena.refuses_for("without its signature", unsigned, &[reason]);
    arena.finish();
}
