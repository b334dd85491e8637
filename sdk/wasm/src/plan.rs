//! Instructions as they leave, and on whose behalf they are built.

use sealane_sdk::{plan, tx};
use serde::{Deserialize, Serialize};
use solana_instruction::{AccountMeta, Instruction as SolanaInstruction};
use solana_pubkey::Pubkey;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    convert::{read, read_all, reply_plain},
    refusal::Answer,
    values::{Address, Bytes},
};

/// An account that an instruction names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct InstructionAccount {
    /// Where it is.
    pub address: Address,
    /// Whether it has to sign.
    pub is_signer: bool,
    /// Whether the instruction may write it.
    pub is_writable: bool,
}

/// An instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Instruction {
    /// The program that executes it.
    pub program_id: Address,
    /// The accounts that it names, in order.
    pub accounts: Vec<InstructionAccount>,
    /// What the program reads.
    #[tsify(type = "Uint8Array")]
    pub data: Bytes,
}

impl From<&SolanaInstruction> for Instruction {
    fn from(instruction: &SolanaInstruction) -> Self {
        let accounts = instruction.accounts.iter().map(|meta| InstructionAccount {
            address: meta.pubkey.into(),
            is_signer: meta.is_signer,
            is_writable: meta.is_writable,
        });
        Self {
            program_id: instruction.program_id.into(),
            accounts: accounts.collect(),
            data: Bytes(instruction.data.clone()),
        }
    }
}

impl From<Instruction> for SolanaInstruction {
    fn from(instruction: Instruction) -> Self {
        let accounts = instruction.accounts.iter().map(|account| AccountMeta {
            pubkey: account.address.0,
            is_signer: account.is_signer,
            is_writable: account.is_writable,
        });
        Self {
            program_id: instruction.program_id.0,
            accounts: accounts.collect(),
            data: instruction.data.0,
        }
    }
}

/// Instructions as they leave.
pub(crate) fn instructions(built: &[SolanaInstruction]) -> Vec<Instruction> {
    built.iter().map(Instruction::from).collect()
}

/// Instructions as they come.
pub(crate) fn solana(instructions: Vec<Instruction>) -> Vec<SolanaInstruction> {
    instructions
        .into_iter()
        .map(SolanaInstruction::from)
        .collect()
}

/// On whose behalf instructions are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct Caller {
    /// Whose tokens move; signs.
    pub owner: Address,
    /// Who pays for accounts that are created, if not the owner; signs.
    #[serde(default)]
    pub payer: Option<Address>,
    /// Whether to create the token accounts that receive, where they do not exist; unless told
    /// otherwise they are.
    #[serde(default)]
    pub create_accounts: Option<bool>,
    /// When the program is to refuse, in Unix seconds; never, if left out.
    #[serde(default)]
    pub deadline: Option<i64>,
}

impl From<Caller> for plan::Caller {
    fn from(caller: Caller) -> Self {
        let owner = caller.owner.0;
        Self {
            owner,
            payer: caller.payer.map_or(owner, |payer| payer.0),
            create_accounts: caller.create_accounts.unwrap_or(true),
            deadline: caller.deadline.unwrap_or(i64::MAX),
        }
    }
}

/// The bytes of a transaction of these instructions: signed, with its compute budget.
pub(crate) fn size(instructions: Vec<Instruction>, payer: &Pubkey) -> usize {
    tx::transaction_size(&solana(instructions), payer)
}

/// The bytes of a transaction of these instructions: signed, with its compute budget. At most 1,232
/// fit.
///
/// # Errors
/// `invalid_argument`.
#[wasm_bindgen(js_name = "transactionSize")]
pub fn transaction_size(
    instructions: Vec<Ts<Instruction>>,
    payer: Ts<Address>,
) -> Result<u32, JsValue> {
    reply_plain(|| -> Answer<u32> {
        let bytes = size(read_all(&instructions)?, &read(&payer)?.0);
        Ok(u32::try_from(bytes).unwrap_or(u32::MAX))
    })
}
