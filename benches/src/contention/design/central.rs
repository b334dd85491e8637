//! Books that are one account for each market: Phoenix and Manifest.
//!
//! Account lists: `src/program/instruction.rs` of Ellipsis-Labs/phoenix-v1, and
//! `programs/manifest/src/program/instruction.rs` with `instruction_builders/` of
//! CKS-Systems/manifest. Traders with deposits use the instructions that move no tokens. Manifest's
//! global orders, which write an account that a token's markets have in common, are not used.
//!
//! Compute units: the published medians of an order instruction, 6,787 and 3,221, for every
//! instruction. A take that moves tokens, or a requote of sixteen levels, costs more than that.

use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use super::{Compute, Design, Made, made, token, wallet};
use crate::contention::{
    day::{Action, Kind, Who, Window},
    stream::{Sent, Stream},
};

/// What tells the two apart.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    /// Compute units of an order instruction, in the median.
    units: u64,
    /// Phoenix cancels and places in two instructions, and has a log authority and seats.
    is_phoenix: bool,
}

/// Phoenix.
pub(crate) const PHOENIX: Layout = Layout {
    units: 6_787,
    is_phoenix: true,
};

/// Manifest.
pub(crate) const MANIFEST: Layout = Layout {
    units: 3_221,
    is_phoenix: false,
};

/// One of the two.
pub(crate) struct Central {
    layout: Layout,
    compute: Compute,
}

impl Central {
    pub(crate) fn new(layout: Layout, compute: Compute) -> Self {
        Self { layout, compute }
    }

    /// An instruction about orders: nothing but the market is written.
    fn order(&self, market: u16, who: Who, has_seat: bool, data: usize) -> Instruction {
        let read = |address| AccountMeta::new_readonly(address, false);
        let at = made(Made::Market, market.into(), 0);
        let mut accounts = Vec::with_capacity(5);
        if self.layout.is_phoenix {
            accounts.extend([read(program()), read(made(Made::Other, 0, 0))]);
            accounts.push(AccountMeta::new(at, false));
            accounts.push(AccountMeta::new_readonly(wallet(who), true));
            if has_seat {
                accounts.push(read(made(Made::Seat, market.into(), who.0)));
            }
        } else {
            accounts.push(AccountMeta::new(wallet(who), true));
            accounts.push(AccountMeta::new(at, false));
            accounts.push(read(Pubkey::default()));
        }
        instruction(accounts, data)
    }

    /// A take out of a wallet.
    fn swap(&self, market: u16, who: Who) -> Instruction {
        let read = |address| AccountMeta::new_readonly(address, false);
        let written = |address| AccountMeta::new(address, false);
        let mut accounts = Vec::with_capacity(9);
        if self.layout.is_phoenix {
            accounts.extend([read(program()), read(made(Made::Other, 0, 0))]);
        }
        accounts.extend([
            written(made(Made::Market, market.into(), 0)),
            AccountMeta::new(wallet(who), true),
            written(token(who, market, true)),
            written(token(who, market, false)),
            written(made(Made::BaseVault, market.into(), 0)),
            written(made(Made::QuoteVault, market.into(), 0)),
            read(made(Made::Program, 1, 0)),
        ]);
        instruction(accounts, 18)
    }
}

fn program() -> Pubkey {
    made(Made::Program, 0, 0)
}

fn instruction(accounts: Vec<AccountMeta>, data: usize) -> Instruction {
    Instruction {
        program_id: program(),
        accounts,
        data: vec![0; data],
    }
}

impl Design for Central {
    fn act(&mut self, action: &Action, _: &Window, stream: &mut Stream) {
        let (place, who) = (action.place, action.who);
        let order = |has_seat, data| self.order(place, who, has_seat, data);
        let instructions = match &action.kind {
            // Cancel all, then sixteen orders of a price and a size.
            Kind::Requote { .. } if self.layout.is_phoenix => {
                vec![order(false, 1), order(true, 268)]
            }
            Kind::Requote { .. } => vec![order(true, 350)],
            Kind::Order { .. } => vec![order(true, 40)],
            Kind::Cancel => vec![order(false, 24)],
            Kind::Take {
                from_wallet: true, ..
            } => vec![self.swap(place, who)],
            Kind::Take { .. } => vec![order(true, 40)],
            Kind::Swap { .. } => return,
        };
        let units = match self.compute {
            Compute::Published => self.layout.units * instructions.len() as u64,
            Compute::AsSealane(units) => units.of(&action.kind),
        };
        stream.push(&Sent {
            slot: action.slot,
            is_trade: matches!(action.kind, Kind::Take { .. }),
            payer: wallet(who),
            instructions: &instructions,
            units,
        });
    }
}
