//! Realms, and an SVM with realms and votes in it.

pub mod proposal;
pub mod realm;
pub mod world;

pub use proposal::{TestProposal, stored};
pub use realm::{CONFIG, TestRealm, padded};
pub use world::{GovernanceWorld, Member};

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

/// Addresses by their seeds: to check a world asks for the same ones again and again.
static DERIVED: LazyLock<Mutex<HashMap<Vec<u8>, Pubkey>>> = LazyLock::new(Mutex::default);

fn derive(seeds: &[&[u8]]) -> Pubkey {
    let mut derived = DERIVED.lock().unwrap_or_else(PoisonError::into_inner);
    *derived
        .entry(seeds.concat())
        .or_insert_with(|| Pubkey::find_program_address(seeds, &sealane_governance::ID).0)
}

/// With accounts behind the declared ones.
fn trailing(
    mut instruction: Instruction,
    metas: impl IntoIterator<Item = AccountMeta>,
) -> Instruction {
    instruction.accounts.extend(metas);
    instruction
}
