//! Instructions of programs that are not the exchange's, as far as a treasury is likely to call them.

use solana_pubkey::Pubkey;

use super::{
    LOADER_PROGRAM,
    interface::{Call, take},
    value::Field,
};
use crate::address::{ASSOCIATED_TOKEN_PROGRAM, SYSTEM_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM};

/// Takes an instruction's data apart; `None` if the program or the instruction is unknown.
pub(super) fn decode(program: &Pubkey, data: &[u8]) -> Option<Call> {
    match *program {
        SYSTEM_PROGRAM => system(data),
        TOKEN_PROGRAM | TOKEN_2022_PROGRAM => token(data),
        ASSOCIATED_TOKEN_PROGRAM => associated(data),
        LOADER_PROGRAM => loader(data),
        _ => None,
    }
}

fn call(name: &str, accounts: &[&str], fields: Vec<(&str, Field)>) -> Call {
    let fields = fields.into_iter();
    Call {
        name: name.to_owned(),
        fields: fields
            .map(|(name, field)| (name.to_owned(), field))
            .collect(),
        accounts: accounts.iter().map(|name| (*name).to_owned()).collect(),
    }
}

fn u64_of(rest: &mut &[u8]) -> Option<Field> {
    let bytes = take(rest, 8)?.try_into().ok()?;
    Some(Field::Number(i128::from(u64::from_le_bytes(bytes))))
}

fn address_of(rest: &mut &[u8]) -> Option<Field> {
    let bytes: [u8; 32] = take(rest, 32)?.try_into().ok()?;
    Some(Field::Address(Pubkey::new_from_array(bytes)))
}

/// The numbers of `SystemInstruction`, which is serialized with a tag of four bytes.
fn system(data: &[u8]) -> Option<Call> {
    let rest = &mut &*data;
    let tag = u32::from_le_bytes(take(rest, 4)?.try_into().ok()?);
    let decoded = match tag {
        0 => {
            let fields = vec![
                ("lamports", u64_of(rest)?),
                ("space", u64_of(rest)?),
                ("owner", address_of(rest)?),
            ];
            call("create_account", &["payer", "new_account"], fields)
        }
        1 => call("assign", &["account"], vec![("owner", address_of(rest)?)]),
        2 => call(
            "transfer",
            &["from", "to"],
            vec![("lamports", u64_of(rest)?)],
        ),
        8 => call("allocate", &["account"], vec![("space", u64_of(rest)?)]),
        _ => return None,
    };
    rest.is_empty().then_some(decoded)
}

/// What both token programs have in common.
fn token(data: &[u8]) -> Option<Call> {
    let rest = &mut &*data;
    let tag = take(rest, 1)?[0];
    let decoded = match tag {
        3 => call(
            "transfer",
            &["from", "to", "owner"],
            vec![("amount", u64_of(rest)?)],
        ),
        4 => call(
            "approve",
            &["account", "delegate", "owner"],
            vec![("amount", u64_of(rest)?)],
        ),
        5 => call("revoke", &["account", "owner"], Vec::new()),
        6 => set_authority(rest)?,
        7 => call(
            "mint_to",
            &["mint", "account", "authority"],
            vec![("amount", u64_of(rest)?)],
        ),
        8 => call(
            "burn",
            &["account", "mint", "owner"],
            vec![("amount", u64_of(rest)?)],
        ),
        9 => call(
            "close_account",
            &["account", "recipient", "owner"],
            Vec::new(),
        ),
        10 => call(
            "freeze_account",
            &["account", "mint", "authority"],
            Vec::new(),
        ),
        11 => call(
            "thaw_account",
            &["account", "mint", "authority"],
            Vec::new(),
        ),
        12 => {
            let fields = vec![("amount", u64_of(rest)?), ("decimals", decimals(rest)?)];
            call("transfer_checked", &["from", "mint", "to", "owner"], fields)
        }
        14 => {
            let fields = vec![("amount", u64_of(rest)?), ("decimals", decimals(rest)?)];
            call("mint_to_checked", &["mint", "account", "authority"], fields)
        }
        15 => {
            let fields = vec![("amount", u64_of(rest)?), ("decimals", decimals(rest)?)];
            call("burn_checked", &["account", "mint", "owner"], fields)
        }
        17 => call("sync_native", &["account"], Vec::new()),
        _ => return None,
    };
    rest.is_empty().then_some(decoded)
}

fn decimals(rest: &mut &[u8]) -> Option<Field> {
    Some(Field::Number(take(rest, 1)?[0].into()))
}

fn set_authority(rest: &mut &[u8]) -> Option<Call> {
    let kind = match take(rest, 1)?[0] {
        0 => "mint tokens",
        1 => "freeze accounts",
        2 => "own the account",
        3 => "close the account",
        _ => return None,
    };
    let new = match take(rest, 1)?[0] {
        0 => Field::Text("nobody".to_owned()),
        _ => address_of(rest)?,
    };
    let fields = vec![
        ("may", Field::Text(kind.to_owned())),
        ("new_authority", new),
    ];
    Some(call("set_authority", &["account", "authority"], fields))
}

fn associated(data: &[u8]) -> Option<Call> {
    let name = match data {
        [] | [0] => "create",
        [1] => "create_idempotent",
        _ => return None,
    };
    let accounts = [
        "payer",
        "account",
        "owner",
        "mint",
        "system_program",
        "token_program",
    ];
    Some(call(name, &accounts, Vec::new()))
}

/// The numbers of `UpgradeableLoaderInstruction`.
fn loader(data: &[u8]) -> Option<Call> {
    let rest = &mut &*data;
    let tag = u32::from_le_bytes(take(rest, 4)?.try_into().ok()?);
    let (name, accounts): (_, &[&str]) = match tag {
        3 => {
            let accounts = &[
                "program_data",
                "program",
                "buffer",
                "spill",
                "rent",
                "clock",
                "authority",
            ];
            ("upgrade", accounts)
        }
        4 => ("set_authority", &["account", "authority", "new_authority"]),
        5 => ("close", &["account", "recipient", "authority", "program"]),
        7 => (
            "set_authority_checked",
            &["account", "authority", "new_authority"],
        ),
        _ => return None,
    };
    rest.is_empty().then(|| call(name, accounts, Vec::new()))
}
