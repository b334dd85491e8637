//! How large a transaction becomes, and how many instructions fit into one.

use std::collections::BTreeSet;

use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_instruction::Instruction;
use solana_message::{CompileError, VersionedMessage, legacy::Message, v0};
use solana_pubkey::Pubkey;

use crate::lookup::{AddressLookupTableAccount, LookupIndex};

/// The most bytes that a transaction can have: one network packet.
pub const MAX_TRANSACTION_SIZE: usize = 1_232;

const SIGNATURE_LEN: usize = 64;
const ADDRESS_LEN: usize = 32;
const BLOCKHASH_LEN: usize = 32;
const HEADER_LEN: usize = 3;
const VERSION_LEN: usize = 1;

/// Puts the compute budget before the instructions: the most compute units that the transaction may
/// use, and the priority fee in micro-lamports for each of them.
#[must_use]
pub fn with_budget(
    instructions: &[Instruction],
    compute_unit_limit: u32,
    compute_unit_price: u64,
) -> Vec<Instruction> {
    let budget = [
        ComputeBudgetInstruction::set_compute_unit_limit(compute_unit_limit),
        ComputeBudgetInstruction::set_compute_unit_price(compute_unit_price),
    ];
    budget
        .into_iter()
        .chain(instructions.iter().cloned())
        .collect()
}

/// The bytes of the transaction that is sent for these instructions without lookup tables: signed,
/// with its compute budget.
#[must_use]
pub fn transaction_size(instructions: &[Instruction], payer: &Pubkey) -> usize {
    // The budget's numbers have a fixed length.
    let message = Message::new(&with_budget(instructions, 0, 0), Some(payer));
    message_size(&VersionedMessage::Legacy(message))
}

/// The bytes of the transaction that is sent for these instructions with lookup tables at hand.
///
/// # Errors
/// [`CompileError`] if there are more accounts than a transaction can name.
pub fn transaction_size_with(
    instructions: &[Instruction],
    payer: &Pubkey,
    tables: &[AddressLookupTableAccount],
) -> Result<usize, CompileError> {
    Ok(message_size(&message(
        &with_budget(instructions, 0, 0),
        payer,
        tables,
    )?))
}

/// The message of these instructions, without a blockhash: a versioned one where some of the lookup
/// tables make it smaller, otherwise a legacy one.
///
/// # Errors
/// [`CompileError`] if there are more accounts than a transaction can name.
pub fn message(
    instructions: &[Instruction],
    payer: &Pubkey,
    tables: &[AddressLookupTableAccount],
) -> Result<VersionedMessage, CompileError> {
    let used = used_tables(instructions, payer, tables);
    if used.is_empty() {
        return Ok(VersionedMessage::Legacy(Message::new(
            instructions,
            Some(payer),
        )));
    }
    let blockhash = Default::default();
    v0::Message::try_compile(payer, instructions, &used, blockhash).map(VersionedMessage::V0)
}

/// The tables that make a transaction of these instructions smaller.
fn used_tables(
    instructions: &[Instruction],
    payer: &Pubkey,
    tables: &[AddressLookupTableAccount],
) -> Vec<AddressLookupTableAccount> {
    if tables.is_empty() {
        return Vec::new();
    }
    let metas = instructions.iter().flat_map(|each| &each.accounts);
    let signers = metas.clone().filter(|meta| meta.is_signer);
    let inside: BTreeSet<Pubkey> = signers
        .map(|meta| meta.pubkey)
        .chain(instructions.iter().map(|each| each.program_id))
        .chain([*payer])
        .collect();
    let others: BTreeSet<Pubkey> = metas
        .map(|meta| meta.pubkey)
        .filter(|address| !inside.contains(address))
        .collect();
    let index = LookupIndex::new(tables);
    let looked_up = index.looked_up(others.iter().map(|address| index.tables_with(address)));
    let tables = tables.iter().enumerate();
    tables
        .filter(|(at, _)| looked_up.uses(*at))
        .map(|(_, table)| table.clone())
        .collect()
}

/// The bytes of a signed transaction with this message.
pub(super) fn message_size(message: &VersionedMessage) -> usize {
    let signatures = usize::from(message.header().num_required_signatures);
    let keys = message.static_account_keys().len();
    let instructions: usize = message
        .instructions()
        .iter()
        .map(|compiled| 1 + with_length(compiled.accounts.len()) + with_length(compiled.data.len()))
        .sum();
    let lookups = match message.address_table_lookups() {
        None => 0,
        Some(lookups) => {
            let indices = lookups.iter().map(|lookup| {
                let lists = [&lookup.writable_indexes, &lookup.readonly_indexes];
                let lists = lists.map(|list| with_length(list.len()));
                ADDRESS_LEN + lists.iter().sum::<usize>()
            });
            VERSION_LEN + length_len(lookups.len()) + indices.sum::<usize>()
        }
    };
    length_len(signatures)
        + signatures * SIGNATURE_LEN
        + HEADER_LEN
        + length_len(keys)
        + keys * ADDRESS_LEN
        + BLOCKHASH_LEN
        + length_len(message.instructions().len())
        + instructions
        + lookups
}

/// The bytes of a list of bytes with its length.
fn with_length(len: usize) -> usize {
    length_len(len) + len
}

/// The bytes of a length: seven bits each.
fn length_len(len: usize) -> usize {
    match len {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        _ => 3,
    }
}

/// Splits instructions into as few transactions as possible without changing their order. An
/// instruction that is too large on its own stays alone.
#[must_use]
pub fn pack(payer: &Pubkey, instructions: Vec<Instruction>) -> Vec<Vec<Instruction>> {
    let mut transactions: Vec<Vec<Instruction>> = Vec::new();
    for instruction in instructions {
        match transactions.last_mut() {
            Some(last) => {
                last.push(instruction);
                if transaction_size(last, payer) > MAX_TRANSACTION_SIZE && last.len() > 1 {
                    let overflow = last.split_off(last.len() - 1);
                    transactions.push(overflow);
                }
            }
            None => transactions.push(vec![instruction]),
        }
    }
    transactions
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use solana_instruction::AccountMeta;
    use solana_transaction::versioned::VersionedTransaction;

    use super::*;

    fn meta((address, is_signer, is_writable): (u8, bool, bool)) -> AccountMeta {
        AccountMeta {
            pubkey: Pubkey::new_from_array([address; 32]),
            is_signer,
            is_writable,
        }
    }

    prop_compose! {
        fn instruction()(
            program: u8,
            accounts in prop::collection::vec(any::<(u8, bool, bool)>(), 0..40),
            data in prop::collection::vec(any::<u8>(), 0..300),
        ) -> Instruction {
            let accounts = accounts.into_iter().map(meta).collect();
            Instruction { program_id: Pubkey::new_from_array([program; 32]), accounts, data }
        }
    }

    proptest! {
        #[test]
        fn size_is_that_of_the_bytes(instructions in prop::collection::vec(instruction(), 0..6)) {
            let payer = Pubkey::new_unique();
            let message = Message::new(&with_budget(&instructions, 1, 1), Some(&payer));
            let signatures = vec![Default::default(); message.header.num_required_signatures.into()];
            let transaction =
                VersionedTransaction { signatures, message: VersionedMessage::Legacy(message) };
            let bytes = anchor_lang::wincode::serialize(&transaction).unwrap();
            prop_assert_eq!(bytes.len(), transaction_size(&instructions, &payer));
        }

        /// With tables of some of the accounts, and of others.
        #[test]
        fn size_with_tables_is_that_of_the_bytes(
            instructions in prop::collection::vec(instruction(), 0..6),
            tables in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..4),
        ) {
            let payer = Pubkey::new_unique();
            let address = |byte: u8| Pubkey::new_from_array([byte; 32]);
            let tables: Vec<_> = tables
                .into_iter()
                .map(|bytes| AddressLookupTableAccount {
                    key: Pubkey::new_unique(),
                    addresses: bytes.into_iter().map(address).collect(),
                })
                .collect();
            let message = message(&with_budget(&instructions, 1, 1), &payer, &tables).unwrap();
            let signatures =
                vec![Default::default(); message.header().num_required_signatures.into()];
            let transaction = VersionedTransaction { signatures, message };
            let bytes = anchor_lang::wincode::serialize(&transaction).unwrap();
            let size = transaction_size_with(&instructions, &payer, &tables).unwrap();
            prop_assert_eq!(bytes.len(), size);
            prop_assert!(size <= transaction_size(&instructions, &payer));
        }

        #[test]
        fn packing_keeps_order_and_fits(instructions in prop::collection::vec(instruction(), 0..20)) {
            let payer = Pubkey::new_unique();
            let packed = pack(&payer, instructions.clone());
            prop_assert_eq!(packed.concat(), instructions);
            for transaction in &packed {
                let fits = transaction_size(transaction, &payer) <= MAX_TRANSACTION_SIZE;
                prop_assert!(fits || transaction.len() == 1);
            }
        }
    }
}
