//! The programs of the exchange.

use std::path::Path;

use sealane_sdk::{amm, governance, orderbook, staking};
use solana_pubkey::Pubkey;

use crate::chain::ProgramFile;

/// Name and address of each program, and its file's name among the compiled ones.
pub const PROGRAMS: [(&str, Pubkey, &str); 4] = [
    ("amm", amm::ID, "sealane_amm.so"),
    ("orderbook", orderbook::ID, "sealane_orderbook.so"),
    ("staking", staking::ID, "sealane_staking.so"),
    ("governance", governance::ID, "sealane_governance.so"),
];

/// All programs, from the folder that `cargo xtask build-programs` writes them to.
#[must_use]
pub fn program_files(directory: &Path) -> Vec<ProgramFile> {
    PROGRAMS
        .iter()
        .map(|(_, id, file)| ProgramFile {
            id: *id,
            so_path: directory.join(file),
        })
        .collect()
}
