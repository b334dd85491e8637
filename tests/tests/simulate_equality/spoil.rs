//! Trades made wrong on purpose.

use rand::{Rng, seq::IndexedRandom};
use sealane_engine::simulate::Trade;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

/// Does something to an instruction that nobody should do. `others`: addresses of all kinds.
pub(crate) fn spoil(rng: &mut impl Rng, instructions: &mut [Instruction], others: &[Pubkey]) {
    let at = rng.random_range(0..instructions.len());
    let instruction = &mut instructions[at];
    let count = instruction.accounts.len();
    if count == 0 {
        instruction.data.push(0);
        return;
    }
    let (one, two) = (rng.random_range(0..count), rng.random_range(0..count));
    match rng.random_range(0..10) {
        0..=2 => {
            let other = *others.choose(rng).expect("there are accounts");
            instruction.accounts[one].pubkey = other;
        }
        3 => instruction.accounts[one].is_writable = false,
        4 => {
            for meta in &mut instruction.accounts {
                meta.is_signer = false;
            }
        }
        5 => instruction.accounts[one].pubkey = instruction.accounts[two].pubkey,
        6 => instruction.accounts.truncate(one),
        7 => {
            let len = rng.random_range(0..=instruction.data.len());
            instruction.data.truncate(len);
        }
        8 => {
            let other = *others.choose(rng).expect("there are accounts");
            let extra = match rng.random_range(0..3) {
                0 => instruction.accounts[one].clone(),
                1 => AccountMeta::new(other, false),
                _ => AccountMeta::new_readonly(other, false),
            };
            instruction.accounts.push(extra);
        }
        _ => {
            let byte = rng.random_range(0..instruction.data.len());
            // Discriminators are small numbers: elsewhere that is a change of any size.
            instruction.data[byte] = rng.random_range(0..32);
        }
    }
}

/// Leaves a signature out.
pub(crate) fn unsign(rng: &mut impl Rng, trade: &mut Trade) {
    if !trade.signers.is_empty() {
        let at = rng.random_range(0..trade.signers.len());
        trade.signers.swap_remove(at);
    }
}
