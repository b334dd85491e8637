//! Writes to stdout what the compiled library is compared with: the accounts of an exchange, and what
//! the SDK makes of them on this machine. It uses the SDK alone, none of this crate's conversions.
//!
//! `wasm_fixture [TRADES] [SEED]`

mod builders;
mod stakes;
mod trades;
mod votes;
mod world;

use std::env;
use std::io::Write as _;

use sealane_sdk::error::Explain;
use serde_json::{Value, json};
use solana_instruction::Instruction;

use world::Stage;

/// Trades that are compared, if not told otherwise.
const TRADES: usize = 500;
/// What they are drawn from, if not told otherwise.
const SEED: u64 = 1;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut numbers = env::args().skip(1).map(|text| text.parse::<u64>());
    let trades = numbers.next().transpose()?;
    let trades = trades.map_or(Ok(TRADES), usize::try_from)?;
    let seed = numbers.next().transpose()?.unwrap_or(SEED);
    let mut stage = Stage::new(seed);
    let stakes = stakes::Stakes::new(&mut stage);
    let votes = votes::Votes::new(&mut stage, &stakes);
    let fixture = json!({
        "accounts": stage.accounts_json(),
        "absent": stage.absent_json(),
        "lanes": stage.lanes_json(),
        "trades": trades::compare(&stage, trades, seed),
        "calls": builders::calls(&stage),
        "staking": {
            "farm": stakes.farm.to_string(),
            "positions": stakes.views(&stage),
            "calls": stakes.calls(&stage),
            "locked": stakes.refusal(&stage),
        },
        "governance": {
            "known": votes.view(&stage),
            "calls": votes.calls(&stage),
            "open": votes.refusal(&stage),
        },
    });
    let mut text = serde_json::to_vec(&fixture)?;
    text.push(b'\n');
    std::io::stdout().write_all(&text)?;
    Ok(())
}

/// A 64-bit number that JavaScript is to read as a bigint.
fn big(number: u64) -> Value {
    Value::String(format!("{number}n"))
}

/// An instruction as the library is to give it.
fn instruction(instruction: &Instruction) -> Value {
    let accounts = instruction.accounts.iter().map(|meta| {
        json!({
            "address": meta.pubkey.to_string(),
            "isSigner": meta.is_signer,
            "isWritable": meta.is_writable,
        })
    });
    json!({
        "programId": instruction.program_id.to_string(),
        "accounts": accounts.collect::<Vec<_>>(),
        "data": instruction.data,
    })
}

fn instructions(all: &[Instruction]) -> Value {
    all.iter().map(instruction).collect()
}

/// A refusal as the library is to throw it.
fn refusal(error: &impl Explain) -> Value {
    json!({
        "code": error.key(),
        "message": error.to_string(),
        "hint": error.advice(),
        "number": error.number(),
    })
}

/// Numbers as digits, since JSON's numbers are JavaScript's, which have 53 bits.
fn digits(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(values) => values.into_iter().map(digits).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, digits(value)))
            .collect(),
        other => other,
    }
}
