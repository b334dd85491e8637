//! Pools of one account: Raydium's CPMM, as other constant product pools on Solana.
//!
//! Account list: `programs/cp-swap/src/instructions/swap_base_input.rs` of
//! raydium-io/raydium-cp-swap. Compute units: published as 20,000 and more.

use solana_instruction::{AccountMeta, Instruction};

use super::{Compute, Design, Made, made, token, wallet};
use crate::contention::{
    day::{Action, Kind, Window},
    stream::{Sent, Stream},
};

const SWAP: u64 = 20_000;

/// Raydium's CPMM.
pub(crate) struct Cpmm(pub(crate) Compute);

impl Design for Cpmm {
    fn act(&mut self, action: &Action, _: &Window, stream: &mut Stream) {
        let Kind::Swap { .. } = action.kind else {
            return;
        };
        let (place, who) = (action.place, action.who);
        let pool = u32::from(place);
        let read = |kind, a, b| AccountMeta::new_readonly(made(kind, a, b), false);
        let written = |address| AccountMeta::new(address, false);
        let swap = Instruction {
            program_id: made(Made::Program, 3, 0),
            accounts: vec![
                AccountMeta::new_readonly(wallet(who), true),
                read(Made::Other, 3, 0),
                read(Made::Other, 4, 0),
                written(made(Made::Other, 5, pool)),
                written(token(who, place, true)),
                written(token(who, place, false)),
                written(made(Made::Other, 6, pool)),
                written(made(Made::Other, 7, pool)),
                read(Made::Program, 1, 0),
                read(Made::Program, 1, 0),
                read(Made::Mint, pool + 1, 0),
                read(Made::Mint, 0, 0),
                written(made(Made::Other, 8, pool)),
            ],
            data: vec![0; 24],
        };
        let units = match self.0 {
            Compute::Published => SWAP,
            Compute::AsSealane(units) => units.swap,
        };
        stream.push(&Sent {
            slot: action.slot,
            is_trade: true,
            payer: wallet(who),
            instructions: &[swap],
            units,
        });
    }
}
