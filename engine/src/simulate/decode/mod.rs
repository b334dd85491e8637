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
    /// Where their accounts are.
    first_meta: u32,
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
    /// Of the accounts of the trade that is added, among those it has once.
    places: Vec<u32>,
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
            self.push_metas(state, instruction, first_meta)?;
        }
        self.take_programs_rights(state, trade, first_meta);
        self.accesses.clear();
        for meta in &self.metas[first_meta..] {
            self.accesses.push(if meta.is_writable {
                Access::write(meta.account)
            } else {
                Access::read(meta.account)
            });
        }
        let count = self.metas.len() - first_meta;
        let cost = 1 + count as u32;
        let (accesses, places) = (&self.accesses, &mut self.places);
        let index = self.schedule.push_telling(cost, accesses, places)?;
        let distinct = self.schedule.accesses(index).len();
        if distinct < count && distinct <= MAX_ACCOUNTS {
            self.join_mentions(trade, index, first_meta);
        }
        let mut end = first_meta;
        for instruction in &trade.instructions {
            let start = end;
            end += instruction.accounts.len();
            self.push_step(state, instruction, start..end);
        }
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
            first_meta: first_meta as u32,
            refused,
        });
        Ok(self.trades.len() - 1)
    }

    /// Asks for the memory of a trade.
    #[inline(always)]
    pub(super) fn prefetch(&self, trade: usize) {
        // As many as most trades have.
        const METAS: usize = 12;
        let decoded = &self.trades[trade];
        if let Some(step) = self.steps.get(decoded.steps.start as usize) {
            prefetch::for_reading(step);
        }
        let first = decoded.first_meta as usize;
        let end = self.metas.len().min(first + METAS);
        prefetch::for_reading(&self.metas[first..end]);
    }

    fn push_metas(
        &mut self,
        state: &mut State,
        instruction: &Instruction,
        first: usize,
    ) -> Result<(), TooManyAccounts> {
        self.metas.reserve(instruction.accounts.len());
        for meta in &instruction.accounts {
            self.metas.push(Meta {
                account: state.intern(&meta.pubkey)?,
                // Unless accounts are named twice. More than fit are refused.
                place: u8::try_from(self.metas.len() - first).unwrap_or_default(),
                is_writable: meta.is_writable,
                is_signer: meta.is_signer,
                is_repeated: false,
            });
        }
        Ok(())
    }

    /// Programs that are called are never written.
    fn take_programs_rights(&mut self, state: &State, trade: &Trade, first: usize) {
        for instruction in &trade.instructions {
            if let Some(program) = state.interner.get(instruction.program_id.as_array()) {
                for meta in &mut self.metas[first..] {
                    meta.is_writable &= meta.account != program;
                }
            }
        }
    }

    /// Where accounts are named more than once: gives each mention what any of them asks for, as the
    /// runtime does, and its place among the accounts of the trade; and marks those that an
    /// instruction has named before.
    fn join_mentions(&mut self, trade: &Trade, index: usize, first: usize) {
        let accesses = self.schedule.accesses(index);
        let mut metas = &mut self.metas[first..];
        // A bit for each account of the trade: there are no more of them.
        const _: () = assert!(MAX_ACCOUNTS <= u128::BITS as usize);
        let mut signers = 0u128;
        for (meta, &place) in metas.iter_mut().zip(&self.places) {
            meta.place = place as u8;
            meta.is_writable = accesses[place as usize].is_write();
            signers |= u128::from(meta.is_signer) << place;
        }
        for instruction in &trade.instructions {
            let (own, others) = metas.split_at_mut(instruction.accounts.len());
            metas = others;
            let mut named = 0u128;
            for meta in own {
                meta.is_repeated = named >> meta.place & 1 == 1;
                meta.is_signer = signers >> meta.place & 1 == 1;
                named |= 1 << meta.place;
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
