//! From instructions to operations on numbered accounts.

mod layout;
mod operation;

pub(super) use layout::Early;
pub(super) use operation::Operation;

use sealane_schedule::{Access, BatchFull, TooManyAccounts, prefetch};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use thiserror::Error;

use super::{error::TradeError, frame::Meta, state::State};

/// A transaction: who signs, and what is to be done. What it reads and writes is what its
/// instructions' accounts say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trade {
    /// Who signs.
    pub signers: Vec<Pubkey>,
    /// All of them are done, or none.
    pub instructions: Vec<Instruction>,
}

impl Trade {
    /// A trade that is signed by everybody whose signature its instructions want.
    #[must_use]
    pub fn signed(instructions: Vec<Instruction>) -> Self {
        let mut signers: Vec<Pubkey> = Vec::new();
        let metas = instructions
            .iter()
            .flat_map(|instruction| &instruction.accounts);
        for meta in metas.filter(|meta| meta.is_signer) {
            if !signers.contains(&meta.pubkey) {
                signers.push(meta.pubkey);
            }
        }
        Self {
            signers,
            instructions,
        }
    }

    /// A signature that is wanted and missing: the network would not take the transaction.
    #[must_use]
    pub fn missing_signer(&self) -> Option<Pubkey> {
        let instructions = self.instructions.iter();
        let metas = instructions.flat_map(|instruction| &instruction.accounts);
        metas
            .filter(|meta| meta.is_signer)
            .find(|meta| !self.signers.contains(&meta.pubkey))
            .map(|meta| meta.pubkey)
    }
}

// Eleven of a swap are read for every trade.
const _: () = assert!(size_of::<Meta>() == 8);

/// The most accounts that a transaction may lock, as the runtime has it.
pub(super) const MAX_ACCOUNTS: usize = 128;

/// A trade that cannot be added to a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BatchError {
    /// There is no number left for another account.
    #[error(transparent)]
    TooManyAccounts(#[from] TooManyAccounts),
    /// The batch holds as much as it can.
    #[error(transparent)]
    Full(#[from] BatchFull),
}

/// An instruction, decoded.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) operation: Operation,
    /// Where in the batch its accounts are.
    pub(super) metas: std::ops::Range<u32>,
    pub(super) layout: &'static [layout::Field],
    pub(super) early: Option<Box<Early>>,
}

pub(super) use layout::Field;

/// A trade, decoded.
#[derive(Clone, Debug)]
pub(super) struct Decoded {
    /// Where in the batch its instructions are.
    pub(super) steps: std::ops::Range<u32>,
    /// Why it is refused as it stands.
    pub(super) refused: Option<Box<TradeError>>,
}

/// Trades in their order, decoded once for the [`State`] that they run on.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub(super) trades: Vec<Decoded>,
    pub(super) steps: Vec<Step>,
    pub(super) metas: Vec<Meta>,
    pub(super) schedule: sealane_schedule::Batch,
    accesses: Vec<Access>,
}

impl Batch {
    /// No trades.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Removes the trades and keeps the memory.
    pub fn clear(&mut self) {
        self.trades.clear();
        self.steps.clear();
        self.metas.clear();
        self.schedule.clear();
    }

    /// How many trades there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.trades.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.trades.is_empty()
    }

    /// What the trades read and write, for whoever groups or schedules them.
    #[must_use]
    pub fn schedule(&self) -> &sealane_schedule::Batch {
        &self.schedule
    }

    /// Adds a trade behind the others. Batches run only on the state that they were decoded for,
    /// which here learns the addresses that it did not know.
    ///
    /// A trade that cannot succeed is added all the same: its result is an error.
    ///
    /// # Errors
    /// [`BatchError`]: there are too many accounts or trades.
    pub fn push(&mut self, state: &mut State, trade: &Trade) -> Result<usize, BatchError> {
        let first_step = self.steps.len() as u32;
        let first_meta = self.metas.len();
        for instruction in &trade.instructions {
            self.push_metas(state, instruction)?;
        }
        self.share_rights(state, trade, first_meta);
        let mut end = first_meta;
        for instruction in &trade.instructions {
            let start = end;
            end += instruction.accounts.len();
            self.push_step(state, instruction, start..end);
        }
        self.accesses.clear();
        for meta in &self.metas[first_meta..] {
            self.accesses.push(if meta.is_writable {
                Access::write(meta.account)
            } else {
                Access::read(meta.account)
            });
        }
        let cost = 1 + (self.metas.len() - first_meta) as u32;
        let index = self.schedule.push(cost, &self.accesses)?;
        let distinct = self.schedule.accesses(index).len();
        self.place(index, first_meta);
        let refused = match trade.missing_signer() {
            Some(signer) => Some(TradeError::MissingSignature { signer }),
            None if distinct > MAX_ACCOUNTS => Some(TradeError::Transaction(format!(
                "{distinct} accounts are more than the {MAX_ACCOUNTS} that one may lock"
            ))),
            None => None,
        };
        let refused = refused.map(Box::new);
        self.trades.push(Decoded {
            steps: first_step..self.steps.len() as u32,
            refused,
        });
        Ok(self.trades.len() - 1)
    }

    /// Asks for the memory of a trade.
    #[inline(always)]
    pub(super) fn prefetch(&self, trade: usize) {
        // Most trades have one instruction, which is where the ones before it end.
        let first = self.trades[trade].steps.start as usize;
        if let Some(step) = self.steps.get(first) {
            prefetch::for_reading(step);
            prefetch::for_reading(&self.metas[step.metas.start as usize..step.metas.end as usize]);
        }
    }

    /// Finds the place of every account among those of the trade.
    fn place(&mut self, trade: usize, first: usize) {
        let accesses = self.schedule.accesses(trade);
        let metas = &mut self.metas[first..];
        let all_differ = accesses.len() == metas.len();
        for (at, meta) in metas.iter_mut().enumerate() {
            let is_it = |access: &Access| access.account() == meta.account;
            let place = if all_differ {
                at
            } else {
                accesses.into_iter().position(is_it).unwrap_or_default()
            };
            // More than that are refused below.
            meta.place = u8::try_from(place).unwrap_or_default();
        }
    }

    fn push_metas(
        &mut self,
        state: &mut State,
        instruction: &Instruction,
    ) -> Result<(), TooManyAccounts> {
        let first = self.metas.len();
        for meta in &instruction.accounts {
            let account = state.intern(&meta.pubkey)?;
            let before = &self.metas[first..];
            let is_repeated = before.iter().any(|known| known.account == account);
            self.metas.push(Meta {
                account,
                place: 0,
                is_writable: meta.is_writable,
                is_signer: meta.is_signer,
                is_repeated,
            });
        }
        Ok(())
    }

    /// The runtime gives every instruction what any of them asks for. Programs that are called are
    /// never written.
    fn share_rights(&mut self, state: &State, trade: &Trade, first: usize) {
        let metas = &mut self.metas[first..];
        if trade.instructions.len() > 1 || metas.iter().any(|meta| meta.is_repeated) {
            // Told by every mention to the first one, and by that to all others.
            for at in 0..metas.len() {
                let meta = metas[at];
                let mut before = metas[..at].iter_mut();
                if let Some(first) = before.find(|known| known.account == meta.account) {
                    first.is_writable |= meta.is_writable;
                    first.is_signer |= meta.is_signer;
                }
            }
            for at in 0..metas.len() {
                let (before, rest) = metas.split_at_mut(at);
                let meta = &mut rest[0];
                if let Some(first) = before.iter().find(|known| known.account == meta.account) {
                    meta.is_writable = first.is_writable;
                    meta.is_signer = first.is_signer;
                }
            }
        }
        for instruction in &trade.instructions {
            if let Some(program) = state.interner.get(instruction.program_id.as_array()) {
                for meta in metas.iter_mut().filter(|meta| meta.account == program) {
                    meta.is_writable = false;
                }
            }
        }
    }

    fn push_step(
        &mut self,
        state: &State,
        instruction: &Instruction,
        metas: std::ops::Range<usize>,
    ) {
        let decoded = operation::decode(&instruction.program_id, &instruction.data);
        let early = layout::check(decoded.layout, &self.metas[metas.clone()], |meta| {
            &state.addresses[meta.account.index()]
        });
        self.steps.push(Step {
            operation: decoded.operation,
            metas: metas.start as u32..metas.end as u32,
            layout: decoded.layout,
            early: early.map(Box::new),
        });
    }
}
