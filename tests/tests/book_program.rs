//! The order book program's interface description.

use std::{collections::BTreeMap, fs, path::PathBuf};

use anchor_lang::Discriminator;
use sealane_core::book::{LaneHeader, Order};
use sealane_orderbook::{
    errors::OrderbookError,
    state::{Lane, Market, VaultShard},
};
use sealane_sdk::error::{OrderbookErrorExt, orderbook_error_from_code};
use sealane_testkit::deploy_dir;
use serde_json::Value;

fn idl() -> Value {
    let path: PathBuf = deploy_dir().join("../idl/sealane_orderbook.json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "no interface description at {}: {error}. Run `cargo xtask build-programs`.",
            path.display()
        )
    });
    serde_json::from_str(&text).expect("an interface description is JSON")
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name]
        .as_array()
        .unwrap_or_else(|| panic!("no list of {name}"))
}

fn name(value: &Value) -> &str {
    value["name"].as_str().expect("a name")
}

#[test]
fn it_names_the_program() {
    let address = sealane_orderbook::ID.to_string();
    assert_eq!(idl()["address"].as_str(), Some(address.as_str()));
}

/// By one byte each, which never changes: transactions carry it.
#[test]
fn it_numbers_every_instruction() {
    let expected = [
        "create_market",
        "add_vault_shard",
        "administer",
        "open_lane",
        "grow_lane",
        "close_lane",
        "set_delegate",
        "deposit",
        "withdraw",
        "place",
        "place_many",
        "cancel",
        "cancel_client",
        "cancel_up_to",
        "cancel_all",
        "replace_all",
        "reduce",
        "take",
        "swap_take",
        "cross",
        "reap",
        "sweep_fees",
        "collect_protocol_fees",
        "balance_vaults",
    ];
    let idl = idl();
    let described: BTreeMap<u64, &str> = list(&idl, "instructions")
        .iter()
        .map(|instruction| {
            for part in ["accounts", "docs"] {
                assert!(!list(instruction, part).is_empty(), "{instruction}");
            }
            let number = list(instruction, "discriminator");
            assert_eq!(number.len(), 1, "{instruction}");
            (number[0].as_u64().expect("a byte"), name(instruction))
        })
        .collect();
    let expected: BTreeMap<u64, &str> = (0..).zip(expected).collect();
    assert_eq!(described, expected);
}

/// Accounts by their discriminators, and field by field as long as they are.
#[test]
fn it_describes_every_account() {
    let idl = idl();
    let described: Vec<(&str, Vec<u8>)> = list(&idl, "accounts")
        .iter()
        .map(|account| {
            let bytes = list(account, "discriminator").iter();
            let bytes = bytes.map(|byte| byte.as_u64().expect("a byte") as u8);
            (name(account), bytes.collect())
        })
        .collect();
    let expected = [
        ("Lane", Lane::DISCRIMINATOR.to_vec()),
        ("Market", Market::DISCRIMINATOR.to_vec()),
        ("VaultShard", VaultShard::DISCRIMINATOR.to_vec()),
    ];
    assert_eq!(described, expected);
    for (name, len) in [
        ("Lane", size_of::<LaneHeader>()),
        ("Order", size_of::<Order>()),
        ("Market", size_of::<Market>()),
        ("VaultShard", size_of::<VaultShard>()),
    ] {
        assert_eq!(described_len(&idl, name), len, "{name}");
    }
}

/// Bytes of a type's fields.
fn described_len(idl: &Value, wanted: &str) -> usize {
    let definition = list(idl, "types")
        .iter()
        .find(|definition| name(definition) == wanted)
        .unwrap_or_else(|| panic!("no type {wanted}"));
    list(&definition["type"], "fields")
        .iter()
        .map(|field| field_len(&field["type"]))
        .sum()
}

fn field_len(kind: &Value) -> usize {
    if let Some([element, count]) = kind["array"].as_array().map(Vec::as_slice) {
        return field_len(element) * count.as_u64().expect("a count") as usize;
    }
    match kind.as_str().expect("a simple type") {
        "pubkey" => 32,
        "u64" | "i64" => 8,
        "u32" | "i32" => 4,
        "u16" => 2,
        "u8" => 1,
        other => panic!("how long is {other}?"),
    }
}

#[test]
fn it_has_every_event_of_money_and_administration() {
    let idl = idl();
    let events: Vec<&str> = list(&idl, "events").iter().map(name).collect();
    for event in [
        "AuthorityChanged",
        "AuthorityProposed",
        "DelegateSet",
        "Deposited",
        "FeesChanged",
        "FeesSwept",
        "LaneClosed",
        "LaneGrown",
        "LaneOpened",
        "MarketCreated",
        "PauseChanged",
        "ProtocolFeesCollected",
        "VaultShardAdded",
        "VaultsBalanced",
        "Withdrawn",
    ] {
        assert!(
            events.contains(&event),
            "{event} is missing from {events:?}"
        );
    }
}

/// Codes and names are those of the program's own type, and the SDK knows them all.
#[test]
fn it_has_every_error() {
    let idl = idl();
    let described: BTreeMap<u64, &str> = list(&idl, "errors")
        .iter()
        .map(|error| {
            assert!(!error["msg"].as_str().expect("a message").is_empty());
            (error["code"].as_u64().expect("a code"), name(error))
        })
        .collect();
    let known: BTreeMap<u64, &str> = (6_000..)
        .map_while(orderbook_error_from_code)
        .map(|error: OrderbookError| (u64::from(error.code()), error.name()))
        .collect();
    assert_eq!(described, known);
}
