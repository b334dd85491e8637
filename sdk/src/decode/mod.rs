//! Instructions in words: which program, what it is asked to do, with which arguments and accounts.
//!
//! For people who are to sign or to vote for them. The exchange's own programs are decoded by their
//! interfaces, token programs, the system program and the program loader by hand. What is unknown is
//! told as such; nothing is guessed.

mod builtin;
mod interface;
mod value;

use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{
    address::{ASSOCIATED_TOKEN_PROGRAM, SYSTEM_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amm, governance, orderbook, staking,
};

/// The program that deploys and upgrades programs.
pub const LOADER_PROGRAM: Pubkey =
    Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");

/// What a token is called, for amounts in whole tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenLabel {
    /// Its symbol, if it has a known one.
    pub symbol: Option<String>,
    /// Its decimals.
    pub decimals: u8,
}

/// An instruction in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedInstruction {
    /// The program that is called.
    pub program: Pubkey,
    /// What it is called, if it is a known one.
    pub program_name: Option<&'static str>,
    /// What it is asked to do, if that is known.
    pub name: Option<String>,
    /// With what, in the order of the interface.
    pub arguments: Vec<DecodedArgument>,
    /// On which accounts.
    pub accounts: Vec<DecodedAccount>,
}

/// An argument of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedArgument {
    /// Its name.
    pub name: String,
    /// Its value as people write it: amounts in whole tokens where the token is known, rates in
    /// percent, addresses in base 58.
    pub value: String,
}

/// An account of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedAccount {
    /// What the instruction calls it; `None` for those behind the named ones.
    pub name: Option<String>,
    /// Its address.
    pub address: Pubkey,
    /// Whether it signs.
    pub is_signer: bool,
    /// Whether it may be written.
    pub is_writable: bool,
}

/// What a program is called.
#[must_use]
pub fn program_name(program: &Pubkey) -> Option<&'static str> {
    Some(match *program {
        amm::ID => "Sealane pools",
        orderbook::ID => "Sealane order books",
        staking::ID => "Sealane staking",
        governance::ID => "Sealane governance",
        SYSTEM_PROGRAM => "System",
        TOKEN_PROGRAM => "SPL Token",
        TOKEN_2022_PROGRAM => "Token-2022",
        ASSOCIATED_TOKEN_PROGRAM => "Associated Token",
        LOADER_PROGRAM => "Program loader",
        _ => return None,
    })
}

/// Tells an instruction in words. `token` knows what mints are called.
///
/// ```
/// use sealane_sdk::{decode::decode_instruction, plan, staking::state::pause};
/// use solana_pubkey::Pubkey;
///
/// let (farm, treasury) = (Pubkey::new_unique(), Pubkey::new_unique());
/// let call = plan::staking::set_farm_paused_instruction(&farm, &treasury, pause::STAKE);
/// let decoded = decode_instruction(&call, |_| None);
/// assert_eq!(decoded.program_name, Some("Sealane staking"));
/// assert_eq!(decoded.name.as_deref(), Some("administer: SetPaused"));
/// assert_eq!(decoded.arguments[0].value, "stake");
/// assert_eq!(decoded.accounts[0].name.as_deref(), Some("farm"));
/// ```
#[must_use]
pub fn decode_instruction(
    instruction: &Instruction,
    token: impl Fn(&Pubkey) -> Option<TokenLabel>,
) -> DecodedInstruction {
    let program = instruction.program_id;
    let interface = match program {
        amm::ID => Some(interface::amm()),
        orderbook::ID => Some(interface::orderbook()),
        staking::ID => Some(interface::staking()),
        governance::ID => Some(interface::governance()),
        _ => None,
    };
    let call = match interface {
        Some(interface) => interface.decode(&instruction.data),
        None => builtin::decode(&program, &instruction.data),
    };
    let (name, fields, account_names) = match call {
        Some(call) => (Some(call.name), call.fields, call.accounts),
        None => (None, Vec::new(), Vec::new()),
    };
    let metas = instruction.accounts.iter().enumerate();
    let accounts: Vec<DecodedAccount> = metas
        .map(|(at, meta)| DecodedAccount {
            // The program's own address stands for an optional account that is left out.
            name: account_names.get(at).map(|name| {
                if meta.pubkey == program {
                    format!("{name} (none)")
                } else {
                    name.clone()
                }
            }),
            address: meta.pubkey,
            is_signer: meta.is_signer,
            is_writable: meta.is_writable,
        })
        .collect();
    let words = value::Words {
        program,
        accounts: &accounts,
        token: &token,
    };
    let arguments = fields
        .iter()
        .map(|(name, field)| DecodedArgument {
            name: name.clone(),
            value: words.tell(name, field),
        })
        .collect();
    DecodedInstruction {
        program,
        program_name: program_name(&program),
        name,
        arguments,
        accounts,
    }
}

#[cfg(test)]
mod tests;
