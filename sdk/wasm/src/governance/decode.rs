//! Instructions in words.

use sealane_sdk::decode::{TokenLabel, decode_instruction};
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use tsify::Tsify;

use super::Governance;
use crate::{plan::Instruction, values::Address};

/// What a token is called.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct TokenName {
    /// Its mint.
    pub mint: Address,
    /// Its symbol.
    pub symbol: String,
}

/// An instruction in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DecodedInstruction {
    /// The program that is called.
    pub program: Address,
    /// What that is called, if it is a known one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program_name: Option<String>,
    /// What it is asked to do, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// With what, as people read it: amounts in whole tokens, rates in percent.
    pub arguments: Vec<DecodedArgument>,
    /// On which accounts.
    pub accounts: Vec<DecodedAccount>,
}

/// An argument of an instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DecodedArgument {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// An account of an instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DecodedAccount {
    /// What the instruction calls it, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its address.
    pub address: Address,
    /// Whether it signs.
    pub is_signer: bool,
    /// Whether it may be written.
    pub is_writable: bool,
}

pub(crate) fn decode(
    governance: &Governance,
    instruction: Instruction,
    names: &[TokenName],
) -> DecodedInstruction {
    let world = governance.world();
    let label = |mint: &Pubkey| {
        let known = world.pools().mint(mint);
        let known = known.or_else(|| world.farms().mint(mint))?;
        let named = names.iter().find(|name| name.mint.0 == *mint);
        Some(TokenLabel {
            symbol: named.map(|name| name.symbol.clone()),
            decimals: known.decimals,
        })
    };
    let decoded = decode_instruction(&instruction.into(), label);
    let arguments = decoded.arguments.into_iter();
    let accounts = decoded.accounts.into_iter();
    DecodedInstruction {
        program: decoded.program.into(),
        program_name: decoded.program_name.map(str::to_owned),
        name: decoded.name,
        arguments: arguments
            .map(|argument| DecodedArgument {
                name: argument.name,
                value: argument.value,
            })
            .collect(),
        accounts: accounts
            .map(|account| DecodedAccount {
                name: account.name,
                address: account.address.into(),
                is_signer: account.is_signer,
                is_writable: account.is_writable,
            })
            .collect(),
    }
}
