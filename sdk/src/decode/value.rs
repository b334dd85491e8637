//! Values as people write them.

use solana_pubkey::Pubkey;

use super::{DecodedAccount, TokenLabel};
use crate::{
    address::SYSTEM_PROGRAM,
    amm, amount,
    orderbook::{self, state::pause as book_pause},
    staking,
};

/// Digits after the point of SOL.
const SOL_DECIMALS: u8 = 9;
/// Millionths in a hundredth of a percent.
const PIPS_IN_BPS: i128 = 100;

/// A value before it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Number(i128),
    Flag(bool),
    Bytes(Vec<u8>),
    Text(String),
    Address(Pubkey),
    /// A list of so many.
    Count(usize),
}

/// What is needed to write values.
pub(super) struct Words<'a> {
    pub(super) program: Pubkey,
    pub(super) accounts: &'a [DecodedAccount],
    pub(super) token: &'a dyn Fn(&Pubkey) -> Option<TokenLabel>,
}

impl Words<'_> {
    pub(super) fn tell(&self, name: &str, field: &Field) -> String {
        match field {
            Field::Number(number) => self.number(name, *number),
            Field::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Field::Text(text) => text.clone(),
            Field::Address(address) => address.to_string(),
            Field::Count(count) => format!("{count} entries"),
            Field::Bytes(bytes) => self.bytes(name, bytes),
        }
    }

    fn bytes(&self, name: &str, bytes: &[u8]) -> String {
        if let Ok(array) = <[u8; 32]>::try_from(bytes)
            && name != "name"
        {
            let address = Pubkey::new_from_array(array);
            return if address == Pubkey::default() {
                "nobody".to_owned()
            } else {
                address.to_string()
            };
        }
        let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        match std::str::from_utf8(text) {
            Ok(text) if name == "name" => text.to_owned(),
            _ => format!("{} bytes", bytes.len()),
        }
    }

    fn number(&self, name: &str, number: i128) -> String {
        if name.ends_with("_pips") {
            return percent(number, PIPS_IN_BPS);
        }
        if name.ends_with("_bps") {
            return percent(number, 1);
        }
        match name {
            "SetPaused" => self.paused(number),
            "lamports" | "deposit" => {
                format!("{} SOL", whole(number, SOL_DECIMALS))
            }
            "deadline" if number == i128::from(i64::MAX) => "none".to_owned(),
            _ if number == i128::from(u64::MAX) => "everything".to_owned(),
            "amount" | "shares" => self.amount(number),
            _ if name.ends_with("_seconds") => duration(number),
            _ => number.to_string(),
        }
    }

    /// An amount of the only token whose mint the instruction names.
    fn amount(&self, number: i128) -> String {
        let mut mints = self.accounts.iter().filter(|account| {
            let name = account.name.as_deref().unwrap_or_default();
            name == "mint" || name.ends_with("_mint")
        });
        let label = match (mints.next(), mints.next()) {
            (Some(mint), None) => (self.token)(&mint.address),
            _ if self.program == SYSTEM_PROGRAM => Some(TokenLabel {
                symbol: Some("SOL".to_owned()),
                decimals: SOL_DECIMALS,
            }),
            _ => None,
        };
        match label {
            None => format!("{number} units"),
            Some(label) => {
                let amount = whole(number, label.decimals);
                match label.symbol {
                    Some(symbol) => format!("{amount} {symbol}"),
                    None => amount,
                }
            }
        }
    }

    /// The names of what is paused.
    fn paused(&self, bits: i128) -> String {
        let names: &[(u8, &str)] = match self.program {
            amm::ID => &[
                (amm::state::pause::SWAP, "swap"),
                (amm::state::pause::ADD_LIQUIDITY, "add liquidity"),
                (
                    amm::state::pause::REMOVE_SINGLE_SIDED,
                    "remove single-sided",
                ),
                (amm::state::pause::REBALANCE, "rebalance"),
            ],
            orderbook::ID => &[
                (book_pause::PLACE, "place"),
                (book_pause::TAKE, "take"),
                (book_pause::DEPOSIT, "deposit"),
                (book_pause::CROSS, "cross"),
            ],
            staking::ID => &[
                (staking::state::pause::STAKE, "stake"),
                (staking::state::pause::FUND, "fund"),
            ],
            _ => &[],
        };
        let named = names.iter().filter(|(bit, _)| bits & i128::from(*bit) != 0);
        let known: i128 = named.clone().map(|(bit, _)| i128::from(*bit)).sum();
        let mut paused: Vec<String> = named.map(|(_, name)| (*name).to_owned()).collect();
        if bits != known {
            paused.push(format!("bits {:#b}", bits & !known));
        }
        if paused.is_empty() {
            return "nothing".to_owned();
        }
        paused.join(", ")
    }
}

/// So many of the parts that a hundredth of a percent has, in percent.
fn percent(number: i128, parts: i128) -> String {
    let scaled = rust_decimal::Decimal::try_from_i128_with_scale(number, 2);
    let value = scaled.ok().and_then(|bps| bps.checked_div(parts.into()));
    value.map_or_else(
        || number.to_string(),
        |value| format!("{}%", value.normalize()),
    )
}

fn whole(units: i128, decimals: u8) -> String {
    match u64::try_from(units) {
        Ok(units) => amount::to_decimal(units, decimals).normalize().to_string(),
        Err(_) => units.to_string(),
    }
}

/// Seconds in the largest unit that divides them.
fn duration(seconds: i128) -> String {
    let units = [
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let fitting = units.iter().find(|(length, _)| seconds % length == 0);
    match fitting {
        Some((length, unit)) if seconds != 0 => {
            let count = seconds / length;
            let plural = if count == 1 { "" } else { "s" };
            format!("{count} {unit}{plural}")
        }
        _ => "none".to_owned(),
    }
}
