//! The interfaces by which the SDK decodes instructions are those of the programs, as their interface
//! descriptions have them. `SEALANE_UPDATE_INTERFACES=1` writes them anew.

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::Value;

const PROGRAMS: [&str; 4] = ["amm", "orderbook", "staking", "governance"];

#[test]
fn the_sdk_knows_the_programs_instructions() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let update = std::env::var_os("SEALANE_UPDATE_INTERFACES").is_some();
    for program in PROGRAMS {
        let described = root.join(format!("target/idl/sealane_{program}.json"));
        let text = fs::read_to_string(&described).unwrap_or_else(|error| {
            panic!(
                "no description at {}: {error}. `cargo xtask build-programs` writes it",
                described.display()
            )
        });
        let interface = interface(&serde_json::from_str(&text).expect("JSON"));
        let path = root.join(format!("sdk/src/decode/interface/{program}.txt"));
        if update {
            fs::write(&path, &interface).expect("a file of the SDK");
        }
        let known = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            known == interface,
            "{} is not what the program has; SEALANE_UPDATE_INTERFACES=1 writes it anew",
            path.display()
        );
    }
}

/// A line for each instruction and for each type of an argument.
fn interface(description: &Value) -> String {
    let mut lines = Vec::new();
    let mut used = BTreeSet::new();
    for instruction in list(&description["instructions"]) {
        let accounts: Vec<&str> = list(&instruction["accounts"]).map(name).collect();
        let accounts = if accounts.is_empty() {
            "-".into()
        } else {
            accounts.join(",")
        };
        let arguments = list(&instruction["args"]).map(|argument| field(argument, &mut used));
        let arguments: Vec<String> = arguments.collect();
        let line = [
            "instruction".to_owned(),
            instruction["discriminator"][0].to_string(),
            name(instruction).to_owned(),
            accounts,
        ];
        lines.push([line.to_vec(), arguments].concat().join(" "));
    }
    let mut done = BTreeSet::new();
    while let Some(next) = used.difference(&done).next().cloned() {
        let types = list(&description["types"]);
        let found = types.into_iter().find(|one| name(one) == next);
        let found = &found.unwrap_or_else(|| panic!("no type {next}"))["type"];
        lines.push(definition(&next, found, &mut used));
        done.insert(next);
    }
    lines.join("\n") + "\n"
}

fn definition(name_: &str, type_: &Value, used: &mut BTreeSet<String>) -> String {
    let is_enum = type_["kind"] == "enum";
    let variants = if type_["variants"].is_array() {
        "variants"
    } else {
        "fields"
    };
    let parts = list(&type_[variants]).map(|part| {
        if !is_enum {
            return field(part, used);
        }
        let fields: Vec<String> = list(&part["fields"]).map(|one| field(one, used)).collect();
        format!("{}({})", name(part), fields.join(","))
    });
    let parts: Vec<String> = parts.collect();
    let kind = if is_enum { "enum" } else { "struct" };
    format!("{kind} {name_} {}", parts.join(" "))
}

/// `name:type`, or the type alone.
fn field(field: &Value, used: &mut BTreeSet<String>) -> String {
    match field["name"].as_str() {
        Some(name) => format!("{name}:{}", type_of(&field["type"], used)),
        None => type_of(field, used),
    }
}

fn type_of(value: &Value, used: &mut BTreeSet<String>) -> String {
    if let Some(plain) = value.as_str() {
        return plain.to_owned();
    }
    if let Some(array) = value["array"].as_array() {
        return format!("[{};{}]", type_of(&array[0], used), array[1]);
    }
    if !value["vec"].is_null() {
        return format!("vec<{}>", type_of(&value["vec"], used));
    }
    let defined = value["defined"]["name"].as_str();
    let defined = defined.unwrap_or_else(|| panic!("a type that this test does not know: {value}"));
    used.insert(defined.to_owned());
    defined.to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn name(value: &Value) -> &str {
    value["name"].as_str().expect("a name")
}
