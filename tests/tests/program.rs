//! The program as it is deployed: its size, what a swap costs, its interface description.

use std::{collections::BTreeMap, fs, path::PathBuf};

use rand::Rng;
use sealane_amm::errors::AmmError;
use sealane_testkit::{PoolSpec, Seeded, Side, World, deploy_dir, log_uniform};
use serde_json::Value;

/// The largest program that the exchange's design allows.
const MAX_LEN: u64 = 120_000;

/// The most compute units of a swap from a wallet, exact in: constant product, SPL Token, both
/// transfers. Exact out is dearer and not held to it: see the README.
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
    let mut seeded = Seeded::new(8);
    let mut world = World::new();
    let pool = world.create_pool(&PoolSpec::default().protocol_share(1_000));
    let trader = world.wallet();
    let funds = 1_000_000_000_000_000;
    world.fund(trader, &pool, funds, funds);
    world.execute(&[pool.add_liquidity(0, trader, funds / 1_000, funds / 5_000)]);
    let mut dearest = 0;
    for _ in 0..300 {
        let rng = &mut seeded.rng;
        let side = if rng.random() {
            Side::Base
        } else {
            Side::Quote
        };
        let reserve = world.shard(&pool, 0).state().reserves.of(side);
        let amount = 1_000 + log_uniform(rng, reserve / 10);
        // The first of a second also brings the price history up to date.
        world.svm.advance_time(rng.random_range(0..=1));
        let swapped = world.execute(&[pool.swap_exact_in(0, trader, side, amount, 1)]);
        dearest = swapped.program_units().max(dearest);
    }
    assert!(
        dearest <= MAX_SWAP_UNITS,
        "{dearest} units, allowed are {MAX_SWAP_UNITS}"
    );
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
