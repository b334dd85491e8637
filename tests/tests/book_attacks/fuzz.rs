//! Lanes whose bytes are not what the program has written: every instruction refuses them with an
//! error of its own or does what it would have done, and never falls over. Tokens move by no more
//! than the instruction says.

use std::collections::BTreeMap;

use rand::{Rng, seq::IndexedRandom};
use sealane_core::book::{LaneHeader, LaneRef, Order};
use sealane_orderbook::state::lane_account_len;
use sealane_testkit::{Reason, Seeded, Svm};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{
    Arena,
    arena::CAPACITY,
    roles::Role,
    subjects::{Subject, subjects},
};

const ATTEMPTS: usize = 6_000;
const HEAD: usize = size_of::<LaneHeader>();
const DISCRIMINATOR: usize = 8;
/// Where the addresses in a lane's head end: what lies before is whose lane it is.
const MONEY: usize = DISCRIMINATOR + 128;

/// Words that sums, products and lengths go wrong with.
const EXTREMES: [u64; 8] = [
    0,
    1,
    2,
    u32::MAX as u64,
    1 << 32,
    i64::MAX as u64,
    u64::MAX - 1,
    u64::MAX,
];

#[test]
fn no_bytes_of_a_lane_make_an_instruction_fall_over() {
    let mut seeded = Seeded::new(0x51ab);
    let rng = &mut seeded.rng;
    let arena = Arena::new();
    let subjects = subjects(&arena);
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for attempt in 0..ATTEMPTS {
        let subject = subjects.choose(rng).expect("there are instructions");
        let lanes = subject.valid.accounts.iter().map(|meta| meta.pubkey);
        let lanes: Vec<Pubkey> = lanes
            .filter(|address| arena.role(address) == Role::Lane)
            .collect();
        let Some(lane) = lanes.choose(rng) else {
            continue;
        };
        let mut svm = arena.world.world.svm.clone();
        corrupt(&mut svm, lane, rng);
        let what = format!("attempt {attempt}, {} with {lane}", subject.name);
        let outcome = attempt_on(&arena, svm, subject, &what);
        *outcomes.entry(outcome).or_default() += 1;
    }
    // Both ways must have been tried, or the corruption is not worth its name.
    let count = |name: &str| outcomes.get(name).copied().unwrap_or_default();
    let (accepted, malformed) = (count("accepted"), count("refused: MalformedLane"));
    assert!(
        accepted > ATTEMPTS / 20 && malformed > ATTEMPTS / 20 && outcomes.len() > 6,
        "{outcomes:#?}"
    );
}

/// Sends the instruction, and tells what came of it.
fn attempt_on(arena: &Arena, mut svm: Svm, subject: &Subject, what: &str) -> String {
    let (vaults, wallets) = (vaults(arena), wallets(arena));
    let before = [held(&svm, &vaults), held(&svm, &wallets)];
    match svm.send(std::slice::from_ref(&subject.valid)) {
        Ok(_) => {
            let after = [held(&svm, &vaults), held(&svm, &wallets)];
            for token in 0..2 {
                let sum = |held: &[[u128; 2]; 2]| held[0][token] + held[1][token];
                assert_eq!(sum(&before), sum(&after), "{what}: tokens came or went");
            }
            if !moves_tokens(&subject.valid) {
                assert_eq!(before, after, "{what}: tokens moved");
            }
            assert_lanes_are_lanes(arena, &svm, what);
            "accepted".to_owned()
        }
        Err(refused) => {
            let is_named = match &refused.reason {
                Reason::Orderbook(_) | Reason::Framework(_) | Reason::Token(_) => true,
                Reason::Builtin(name) => name != "ProgramFailedToComplete",
                _ => false,
            };
            let (reason, logs) = (refused.reason, refused.logs.join("\n"));
            assert!(is_named, "{what}: fell over with {reason}\n{logs}");
            format!("refused: {reason}")
        }
    }
}

/// Writes something into a lane that the program would not have written, or makes its account
/// longer or shorter.
fn corrupt(svm: &mut Svm, lane: &Pubkey, rng: &mut impl Rng) {
    let mut account = svm.account(lane).expect("a lane");
    let data = &mut account.data;
    match rng.random_range(0..10) {
        0 => noise(&mut data[MONEY..], rng),
        1 => noise(&mut data[DISCRIMINATOR + HEAD..], rng),
        2 => noise(&mut data[DISCRIMINATOR..], rng),
        3 => noise(data, rng),
        4 => {
            let len = any_length(data.len(), rng);
            data.resize(len, 0);
            // So that rent is not what it is refused for.
            account.lamports = u64::from(u32::MAX) * 1_000;
        }
        5 => {
            // Counts and capacity: the four numbers that lengths are computed from.
            let at = DISCRIMINATOR + 212 + 2 * rng.random_range(0..4);
            let number = [0, 1, CAPACITY - 1, CAPACITY, CAPACITY + 1, 512, u16::MAX]
                .choose(rng)
                .copied()
                .expect("not empty");
            data[at..at + 2].copy_from_slice(&number.to_le_bytes());
        }
        6 | 7 => words(&mut data[MONEY..], rng),
        8 => words(&mut data[DISCRIMINATOR + HEAD..], rng),
        _ => {
            let at = rng.random_range(0..data.len());
            data[at] ^= 1 << rng.random_range(0..8);
        }
    }
    svm.set_account(*lane, account);
}

fn noise(bytes: &mut [u8], rng: &mut impl Rng) {
    rng.fill(bytes);
}

/// Puts extremes into a few words.
fn words(bytes: &mut [u8], rng: &mut impl Rng) {
    for _ in 0..rng.random_range(1..6) {
        let at = rng.random_range(0..bytes.len() / 8) * 8;
        let word = EXTREMES.choose(rng).expect("not empty");
        bytes[at..at + 8].copy_from_slice(&word.to_le_bytes());
    }
}

/// Lengths around those that mean something.
fn any_length(present: usize, rng: &mut impl Rng) -> usize {
    let around = [
        0,
        DISCRIMINATOR,
        DISCRIMINATOR + HEAD,
        present,
        lane_account_len(CAPACITY + 1),
        lane_account_len(CAPACITY) + size_of::<Order>(),
    ];
    let length = *around.choose(rng).expect("not empty");
    (length + rng.random_range(0..3)).saturating_sub(1)
}

/// Whether moving tokens is what an instruction is for.
fn moves_tokens(instruction: &Instruction) -> bool {
    const MONEY: [u8; 5] = [7, 8, 18, 22, 23];
    MONEY.contains(&instruction.data[0])
}

/// Lanes that no instruction names are still what they were: lanes.
fn assert_lanes_are_lanes(arena: &Arena, svm: &Svm, what: &str) {
    for trader in arena.traders() {
        let data = svm.data(&trader.elsewhere);
        let mut words = vec![0u64; (data.len() - DISCRIMINATOR) / 8];
        bytemuck::cast_slice_mut::<u64, u8>(&mut words).copy_from_slice(&data[DISCRIMINATOR..]);
        let lane = LaneRef::from_bytes(bytemuck::cast_slice(&words));
        assert!(lane.is_ok(), "{what}: {} was broken", trader.elsewhere);
    }
}

fn vaults(arena: &Arena) -> [Vec<Pubkey>; 2] {
    let all = || arena.market.vaults.iter().chain(&arena.other.vaults);
    [
        all().map(|vaults| vaults.base).collect(),
        all().map(|vaults| vaults.quote).collect(),
    ]
}

fn wallets(arena: &Arena) -> [Vec<Pubkey>; 2] {
    let creators = [arena.market.creator, arena.other.creator];
    let wallets = arena.traders().map(|trader| trader.wallet);
    [&arena.market.base, &arena.market.quote].map(|mint| {
        let all = wallets.iter().chain(&creators);
        all.map(|wallet| mint.account_of(wallet)).collect()
    })
}

/// What token accounts hold together, of each token.
fn held(svm: &Svm, accounts: &[Vec<Pubkey>; 2]) -> [u128; 2] {
    accounts.each_ref().map(|accounts| {
        let held = accounts
            .iter()
            .map(|one| sealane_testkit::token_amount(&svm.data(one)));
        held.map(u128::from).sum()
    })
}
