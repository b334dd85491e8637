//! The program as it is deployed: its size, what a swap costs, its interface description.

use std::{collections::BTreeMap, fs, path::PathBuf};

use rand::Rng;
use sealane_amm::errors::AmmError;
use sealane_testkit::{PoolSpec, Seeded, Side, TestPool, World, deploy_dir, log_uniform};
use serde_json::Value;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// The largest program that the exchange's design allows.
const MAX_LEN: u64 = 120_000;

/// The most compute units of a swap from a wallet: constant product, SPL Token, both transfers, in
/// either direction, of any size, with the default fee. From reserves of 2^48 on, arithmetic costs
/// more: see the README.
const MAX_SWAP_UNITS: u64 = 4_000;

fn idl() -> Value {
    let path: PathBuf = deploy_dir().join("../idl/sealane_amm.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "no interface description at {}: {error}. Run `cargo xtask build-programs`.",
            path.display()
        )
    });
    serde_json::from_str(&text).expect("an interface description is JSON")
}

/// The names in a list of the description.
fn names<'a>(idl: &'a Value, list: &str) -> Vec<&'a str> {
    let entries = idl[list]
        .as_array()
        .unwrap_or_else(|| panic!("no list of {list}"));
    entries
        .iter()
        .map(|entry| entry["name"].as_str().expect("a name"))
        .collect()
}

#[test]
fn small_enough() {
    let path = deploy_dir().join("sealane_amm.so");
    let len = fs::metadata(&path)
        .expect("run `cargo xtask build-programs`")
        .len();
    assert!(
        len <= MAX_LEN,
        "the program has {len} bytes, allowed are {MAX_LEN}"
    );
}

#[test]
fn an_exact_in_swap_from_a_wallet_is_cheap() {
    assert_cheap(|pool, trader, side, amount| pool.swap_exact_in(0, trader, side, amount, 1));
}

#[test]
fn an_exact_out_swap_from_a_wallet_is_cheap() {
    assert_cheap(|pool, trader, side, amount| {
        pool.swap_exact_out(0, trader, side, amount, u64::MAX)
    });
}

/// Many swaps in small, usual and large reserves, of amounts up to half of them, both within a
/// second and as the first of one, which also brings the price history up to date.
fn assert_cheap(swap: impl Fn(&TestPool, Pubkey, Side, u64) -> Instruction) {
    let mut seeded = Seeded::new(8);
    for base in [1_000_000_000, 1_000_000_000_000, 1 << 46] {
        let mut world = World::new();
        let pool = world.create_pool(&PoolSpec::default().protocol_share(1_000));
        let trader = world.wallet();
        world.fund(trader, &pool, base * 1_000, base * 1_000);
        world.execute(&[pool.add_liquidity(0, trader, base, base / 5)]);
        for _ in 0..150 {
            let rng = &mut seeded.rng;
            let reserves = world.shard(&pool, 0).state().reserves;
            // Towards the first price, so that the reserves keep their size.
            let side = if reserves.base.get() < base {
                Side::Base
            } else {
                Side::Quote
            };
            let reserve = reserves.base.get().min(reserves.quote.get());
            let amount = match rng.random_range(0..3) {
                0 => 1_000 + log_uniform(rng, reserve / 10),
                // Where the fee reaches its lowest rate and is hardest to find from what it leaves.
                1 => reserve / 100 + rng.random_range(0..reserve / 1_000),
                _ => rng.random_range(reserve / 10..reserve / 2),
            };
            let seconds = rng.random_range(0..=2);
            world.svm.advance_time(seconds);
            let units = world
                .execute(&[swap(&pool, trader, side, amount)])
                .program_units();
            assert!(
                units <= MAX_SWAP_UNITS,
                "{units} units, allowed are {MAX_SWAP_UNITS}: {amount} after {seconds} s in {reserves:?}"
            );
        }
    }
}

#[test]
fn the_description_names_the_program() {
    let idl = idl();
    assert_eq!(
        idl["address"].as_str(),
        Some(sealane_amm::ID.to_string().as_str())
    );
}

#[test]
fn the_description_has_every_instruction() {
    let expected = [
        "create_pool",
        "add_shard",
        "swap_exact_in",
        "swap_exact_out",
        "add_liquidity",
        "remove_liquidity",
        "add_liquidity_single_sided",
        "remove_liquidity_single_sided",
        "rebalance",
        "collect_protocol_fees",
        "administer",
        "observe",
    ];
    let idl = idl();
    let names = names(&idl, "instructions");
    for name in expected {
        assert!(names.contains(&name), "{name} is missing from {names:?}");
    }
    for instruction in idl["instructions"].as_array().expect("a list") {
        let name = &instruction["name"];
        assert!(
            !instruction["accounts"]
                .as_array()
                .expect("accounts")
                .is_empty(),
            "{name}"
        );
        assert!(
            !instruction["docs"].as_array().expect("docs").is_empty(),
            "{name}"
        );
    }
}

#[test]
fn the_description_has_every_account_and_event() {
    let idl = idl();
    assert_eq!(names(&idl, "accounts"), ["Pool", "Shard"]);
    let events = names(&idl, "events");
    for event in [
        "PoolCreated",
        "ShardAdded",
        "Swapped",
        "LiquidityAdded",
        "LiquidityRemoved",
        "ShardsRebalanced",
        "ProtocolFeesCollected",
        "FeesChanged",
        "PauseChanged",
        "AuthorityProposed",
        "AuthorityChanged",
        "AmplificationRamped",
    ] {
        assert!(
            events.contains(&event),
            "{event} is missing from {events:?}"
        );
    }
}

/// Codes, names and messages are those of the program's own type, and the SDK knows them all.
#[test]
fn the_description_has_every_error() {
    use sealane_sdk::error::{AmmErrorExt, amm_error_from_code};
    let idl = idl();
    let described: BTreeMap<u64, &str> = idl["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|error| {
            let message = error["msg"].as_str().expect("a message");
            assert!(!message.is_empty());
            (
                error["code"].as_u64().expect("a code"),
                error["name"].as_str().expect("a name"),
            )
        })
        .collect();
    let known: BTreeMap<u64, &str> = (6_000..)
        .map_while(amm_error_from_code)
        .map(|error: AmmError| (u64::from(error.code()), error.name()))
        .collect();
    assert_eq!(described, known);
}
