//! Realms, and an SVM with realms and votes in it.

pub mod proposal;
pub mod realm;
pub mod world;

pub use proposal::TestProposal;
pub use realm::{CONFIG, TestRealm, padded};
pub use world::{GovernanceWorld, Member};

use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

fn derive(seeds: &[&[u8]]) -> Pubkey {
    Pubkey::find_program_address(seeds, &sealane_governance::ID).0
}

/// With accounts behind the declared ones.
fn trailing(
    mut instruction: Instruction,
    metas: impl IntoIterator<Item = AccountMeta>,
) -> Instruction {
    instruction.accounts.extend(metas);
    instruction
}
