//! Writing a program's interface description (IDL).
//!
//! Anchor's macros emit tests that print the parts of it under the feature `idl-build`. This runs
//! them, puts the parts together, and checks the whole as Anchor's own command line does.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::process::run_logged;
use crate::programs::Program;
use crate::ui::Step;
use crate::workspace::Workspace;

/// The common beginning of the names of the tests that print.
const PRINTERS: &str = "__anchor_private_print_idl";

/// Writes the IDL of a program to `output`.
pub(crate) fn write(
    workspace: &Workspace,
    program: &Program,
    output: &Path,
    step: &Step,
) -> Result<()> {
    let log = workspace
        .log_dir()
        .join(format!("{}-idl.log", program.library));
    let mut command = workspace.cargo();
    command
        .args(["test", "--package", &program.package, "--lib"])
        .args(["--features", "idl-build", PRINTERS])
        // One thread: with more, the parts would print into each other.
        .args(["--", "--show-output", "--test-threads=1"])
        .env_remove("RUSTC_WORKSPACE_WRAPPER");
    run_logged(&mut command, &log, step)?;
    let printed = fs::read_to_string(&log)?;
    let idl = assemble(&printed, &program.library, &program.version)?;
    let mut text = serde_json::to_string_pretty(&idl)?;
    text.push('\n');
    fs::write(output, text).with_context(|| format!("cannot write {}", output.display()))
}

/// Puts the printed parts together.
fn assemble(printed: &str, name: &str, version: &str) -> Result<Value> {
    let mut parts = Parts::read(printed)?;
    let Some(mut program) = parts.program.take() else {
        bail!("the program printed no IDL: is it an Anchor program with the feature `idl-build`?");
    };
    let mut metadata = match program["metadata"].take() {
        Value::Object(metadata) => metadata,
        _ => Map::new(),
    };
    metadata.insert("name".into(), name.into());
    metadata.insert("version".into(), version.into());
    for definition in list(program["types"].take()) {
        parts
            .types
            .insert(name_of(&definition).to_owned(), definition);
    }
    let types: Vec<Value> = parts.types.into_values().collect();
    let mut idl = json!({
        "address": parts.address,
        "metadata": metadata,
        "instructions": sorted(list(program["instructions"].take())),
        "accounts": sorted(list(program["accounts"].take())),
        "events": sorted(parts.events),
        "errors": parts.errors,
        "types": types,
        "constants": sorted(parts.constants),
    });
    shorten_paths(&mut idl);
    check(&idl)?;
    // The specification leaves out lists that are empty, except that of the instructions.
    if let Value::Object(fields) = &mut idl {
        fields.retain(|key, value| key == "instructions" || *value != json!([]));
    }
    Ok(idl)
}

/// What the printing tests printed.
#[derive(Default)]
struct Parts {
    address: String,
    program: Option<Value>,
    constants: Vec<Value>,
    events: Vec<Value>,
    errors: Vec<Value>,
    types: BTreeMap<String, Value>,
}

impl Parts {
    fn read(printed: &str) -> Result<Self> {
        let mut parts = Self::default();
        let mut lines = printed.lines();
        while let Some(line) = lines.next() {
            let Some(kind) = marker(line, "begin") else {
                continue;
            };
            let body: Vec<&str> = lines
                .by_ref()
                .take_while(|line| marker(line, "end") != Some(kind))
                .collect();
            parts
                .add(kind, &body.join("\n"))
                .with_context(|| format!("the printed IDL part `{kind}` does not parse"))?;
        }
        Ok(parts)
    }

    fn add(&mut self, kind: &str, body: &str) -> Result<()> {
        match kind {
            "address" => body.trim().clone_into(&mut self.address),
            "program" => self.program = Some(serde_json::from_str(body)?),
            "const" => self.constants.push(serde_json::from_str(body)?),
            "errors" => self.errors.extend(list(serde_json::from_str(body)?)),
            "event" => {
                let mut printed: Value = serde_json::from_str(body)?;
                self.events.push(printed["event"].take());
                for definition in list(printed["types"].take()) {
                    self.types
                        .insert(name_of(&definition).to_owned(), definition);
                }
            }
            other => bail!("unknown part `{other}`: was anchor-lang changed?"),
        }
        Ok(())
    }
}

/// The kind of part in a line such as `--- IDL begin event ---`.
fn marker<'a>(line: &'a str, edge: &str) -> Option<&'a str> {
    let rest = line.strip_prefix("--- IDL ")?.strip_prefix(edge)?;
    rest.trim_start().strip_suffix(" ---")
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}

fn name_of(value: &Value) -> &str {
    value["name"].as_str().unwrap_or_default()
}

fn sorted(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by(|a, b| name_of(a).cmp(name_of(b)));
    items
}

/// Replaces `module::Type` by `Type` wherever that is still unambiguous.
fn shorten_paths(idl: &mut Value) {
    let mut paths: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    visit_strings(idl, &mut |text| {
        if let Some(name) = last_segment(text) {
            paths
                .entry(name.to_owned())
                .or_default()
                .insert(text.clone());
        }
    });
    visit_strings(idl, &mut |text| {
        if let Some(name) = last_segment(text)
            && paths.get(name).is_some_and(|all| all.len() == 1)
        {
            *text = name.to_owned();
        }
    });
}

/// The name at the end of a path of identifiers; `None` where the text is not such a path.
fn last_segment(text: &str) -> Option<&str> {
    let identifier =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
    let (_, name) = text.rsplit_once("::")?;
    text.split("::").all(identifier).then_some(name)
}

fn visit_strings(value: &mut Value, visit: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter_mut().for_each(|item| visit_strings(item, visit)),
        Value::Object(fields) => fields
            .iter_mut()
            .for_each(|(_, field)| visit_strings(field, visit)),
        _ => {}
    }
}

/// Refuses what no client could tell apart.
fn check(idl: &Value) -> Result<()> {
    if idl["address"].as_str().is_none_or(str::is_empty) {
        bail!("the program printed no address: does it have `declare_id!`?");
    }
    for kind in ["instructions", "accounts", "events"] {
        check_discriminators(kind, &idl[kind])?;
    }
    for account in idl["accounts"].as_array().into_iter().flatten() {
        if discriminator(account).iter().all(|byte| *byte == 0) {
            bail!(
                "the discriminator of account `{}` is all zeroes",
                name_of(account)
            );
        }
    }
    Ok(())
}

fn check_discriminators(kind: &str, items: &Value) -> Result<()> {
    let items = items.as_array().map_or(&[][..], Vec::as_slice);
    for (at, item) in items.iter().enumerate() {
        let own = discriminator(item);
        if own.is_empty() {
            bail!("`{}` of the {kind} has no discriminator", name_of(item));
        }
        for other in &items[at + 1..] {
            let theirs = discriminator(other);
            if own.starts_with(&theirs) || theirs.starts_with(&own) {
                bail!(
                    "the discriminators of `{}` and `{}` ({kind}) cannot be told apart",
                    name_of(item),
                    name_of(other)
                );
            }
        }
    }
    Ok(())
}

fn discriminator(item: &Value) -> Vec<u64> {
    let bytes = item["discriminator"].as_array();
    bytes
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"
running 4 tests
---- stdout ----
--- IDL begin address ---
Sea1ane1111111111111111111111111111111111111
--- IDL end address ---
--- IDL begin errors ---
[{"code":6000,"name":"Paused","msg":"paused"}]
--- IDL end errors ---
--- IDL begin event ---
{"event":{"name":"Swapped","discriminator":[1,2]},"types":[{"name":"Swapped","type":{}}]}
--- IDL end event ---
--- IDL begin program ---
{"address":"","metadata":{"name":"x","version":"0.1.0","spec":"0.1.0"},"instructions":[
{"name":"swap","discriminator":[2],"args":[{"type":{"defined":{"name":"a::Side"}}}]},
{"name":"add","discriminator":[1]}],"accounts":[],"types":[{"name":"a::Side","type":{}}]}
--- IDL end program ---
test result: ok. 4 passed; 0 failed
"#;

    #[test]
    fn parts_become_one_document() {
        let idl = assemble(PRINTED, "sealane_amm", "0.3.0").unwrap();
        assert_eq!(
            idl["address"],
            "Sea1ane1111111111111111111111111111111111111"
        );
        assert_eq!(idl["metadata"]["name"], "sealane_amm");
        assert_eq!(idl["metadata"]["version"], "0.3.0");
        assert_eq!(idl["metadata"]["spec"], "0.1.0");
        assert_eq!(idl["instructions"][0]["name"], "add");
        assert_eq!(idl["errors"][0]["code"], 6000);
        assert_eq!(idl["events"][0]["name"], "Swapped");
        assert_eq!(idl["types"][0]["name"], "Swapped");
        assert_eq!(idl["types"][1]["name"], "Side");
        let argument = &idl["instructions"][1]["args"][0];
        assert_eq!(argument["type"]["defined"]["name"], "Side");
        assert!(idl.get("constants").is_none() && idl.get("accounts").is_none());
    }

    #[test]
    fn ambiguous_paths_stay_long() {
        let mut idl = json!(["a::Side", "b::Side", "c::Fee", "text: with, words"]);
        shorten_paths(&mut idl);
        assert_eq!(
            idl,
            json!(["a::Side", "b::Side", "Fee", "text: with, words"])
        );
    }

    #[test]
    fn clashing_discriminators_are_refused() {
        let clash = PRINTED.replace("\"discriminator\":[1]}", "\"discriminator\":[2,7]}");
        let error = assemble(&clash, "x", "1.0.0").unwrap_err().to_string();
        assert!(error.contains("`add` and `swap`"), "{error}");
        let nothing = assemble("running 0 tests", "x", "1.0.0").unwrap_err();
        assert!(nothing.to_string().contains("printed no IDL"));
    }
}
