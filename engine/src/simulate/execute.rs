//! One trade: its instructions in order, all of them or none.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anchor_lang::prelude::ProgramError;
use sealane_schedule::{AccountId, Accounts, Restore, Run};
use solana_clock::Clock;
use solana_pubkey::Pubkey;

use super::{
    Outcome, TradeResult, amm, book, compute,
    decode::{Batch, Early, Field, Operation, Step},
    error::{Fault, Refusal, TradeError, Unsupported},
    frame::{Frame, Ledger, Meta, Meter, Silent, Sink},
    state::{Saved, Slot, State},
    token,
};

/// What all trades of a batch see and none changes.
#[derive(Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) batch: &'a Batch,
    pub(super) addresses: &'a [Pubkey],
    pub(super) clock: &'a Clock,
}

impl Scene<'_> {
    /// Runs a trade. After an error the ledger is to be put back.
    #[inline]
    pub(super) fn execute<L: Ledger, S: Sink>(
        &self,
        trade: usize,
        ledger: &mut L,
        sink: &mut S,
    ) -> Result<Meter, TradeError> {
        let decoded = &self.batch.trades[trade];
        if let Some(refused) = &decoded.refused {
            return Err((**refused).clone());
        }
        let steps = decoded.steps.start as usize..decoded.steps.end as usize;
        let mut meter = Meter::default();
        for (index, step) in self.batch.steps[steps].iter().enumerate() {
            let metas = step.metas.start as usize..step.metas.end as usize;
            let mut frame = Frame {
                ledger,
                addresses: self.addresses,
                clock: self.clock,
                metas: &self.batch.metas[metas],
                sink,
                meter: &mut meter,
            };
            if let Err(fault) = run_step(&mut frame, step) {
                return Err(fault.at(index));
            }
        }
        Ok(meter)
    }
}

/// Of the trades nothing but the outcome is wanted.
impl Run<Slot, Outcome, TradeError> for Scene<'_> {
    #[inline]
    fn run(&self, trade: usize, accounts: &mut Accounts<'_, Slot>) -> TradeResult {
        let meter = self.execute(trade, &mut Placed(accounts), &mut Silent)?;
        Ok(meter.into())
    }

    #[inline(always)]
    fn prefetch(&self, trade: usize) {
        self.batch.prefetch(trade);
    }
}

#[inline]
fn run_step<L: Ledger, S: Sink>(frame: &mut Frame<'_, L, S>, step: &Step) -> Result<(), Fault> {
    if let Some(early) = &step.early {
        return refuse(frame, step, early);
    }
    match &step.operation {
        Operation::Swap { exact, deadline } => amm::swap::handle(frame, *exact, *deadline),
        Operation::Place(order) => book::place::place(frame, order),
        Operation::Take(order) => book::take::handle(frame, order),
        Operation::SwapTake(order) => book::swap_take::handle(frame, order),
        Operation::Cancel(which) => book::cancel::cancel(frame, *which),
        Operation::ReplaceAll(levels) => book::place::replace_all(frame, levels),
        _ => run_rare(frame, step),
    }
}

/// A refusal that the transaction alone tells, unless something before it is wrong.
#[cold]
fn refuse<L: Ledger, S: Sink>(
    frame: &Frame<'_, L, S>,
    step: &Step,
    early: &Early,
) -> Result<(), Fault> {
    load(frame, &step.layout[..early.behind])?;
    if step.layout.get(early.behind) == Some(&Field::TokenProgram)
        && early.refusal == Refusal::WRONG_PROGRAM
    {
        // Another account; the framework asks first whether it is a program at all.
        match frame.slot(early.behind) {
            Slot::Unknown => return Err(Fault::Unknown(*frame.address(early.behind))),
            slot if !is_loader(&slot.owner()) => return Err(Refusal::NOT_EXECUTABLE.into()),
            _ => {}
        }
    }
    Err(early.refusal.clone().into())
}

/// Whether an address is that of a program that owns programs.
fn is_loader(address: &Pubkey) -> bool {
    const LOADERS: [Pubkey; 4] = [
        Pubkey::from_str_const("NativeLoader1111111111111111111111111111111"),
        Pubkey::from_str_const("BPFLoader1111111111111111111111111111111111"),
        Pubkey::from_str_const("BPFLoader2111111111111111111111111111111111"),
        Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111"),
    ];
    LOADERS.contains(address)
}

#[inline(never)]
fn run_rare<L: Ledger, S: Sink>(frame: &mut Frame<'_, L, S>, step: &Step) -> Result<(), Fault> {
    match &step.operation {
        Operation::AddLiquidity(deposit) => amm::liquidity::add(frame, deposit),
        Operation::RemoveLiquidity {
            shares,
            minima,
            deadline,
        } => amm::liquidity::remove(frame, *shares, *minima, *deadline),
        Operation::AddSingleSided {
            amount_in,
            minimum_shares,
            deadline,
        } => amm::single_sided::add(frame, *amount_in, *minimum_shares, *deadline),
        Operation::RemoveSingleSided {
            shares,
            minimum_out,
            deadline,
        } => amm::single_sided::remove(frame, *shares, *minimum_out, *deadline),
        Operation::Rebalance => amm::rebalance::handle(frame),
        Operation::SetDelegate(delegate) => book::cancel::set_delegate(frame, *delegate),
        Operation::Deposit { base, quote } => book::funds::deposit(frame, *base, *quote),
        Operation::Withdraw { base, quote } => book::funds::withdraw(frame, *base, *quote),
        Operation::PlaceMany(orders) => book::place::place_many(frame, orders),
        Operation::Cross { most } => book::cross::handle(frame, *most),
        Operation::Reap => book::cancel::reap(frame),
        Operation::Transfer {
            program,
            amount,
            decimals,
        } => token::handle(frame, *program, *amount, *decimals),
        Operation::CreateAssociated => create_associated(frame),
        Operation::Undecodable => {
            load(frame, step.layout)?;
            Err(ProgramError::InvalidInstructionData.into())
        }
        Operation::NoInstruction => Err(ProgramError::InvalidInstructionData.into()),
        Operation::Unsupported(what) => Err((*what).into()),
        Operation::Nothing => {
            frame.charge(compute::BUILTIN);
            Ok(())
        }
        #[cfg(test)]
        Operation::Panic => {
            frame.shard_mut(1)?.base_reserve = 0;
            panic!("a test's panic")
        }
        Operation::Swap { .. }
        | Operation::Place(_)
        | Operation::Take(_)
        | Operation::SwapTake(_)
        | Operation::Cancel(_)
        | Operation::ReplaceAll(_) => unreachable!("run above"),
    }
}

/// Looks into the accounts as the framework does before a handler runs.
#[cold]
fn load<L: Ledger, S: Sink>(frame: &Frame<'_, L, S>, fields: &[Field]) -> Result<(), Fault> {
    for (at, field) in fields.iter().enumerate() {
        match field {
            Field::Pool => drop(frame.pool(at)?),
            Field::Shard => drop(frame.shard(at)?),
            Field::Market => drop(frame.market(at)?),
            Field::VaultShard => drop(frame.vault_shard(at, false)?),
            Field::VaultShardMut => drop(frame.vault_shard(at, true)?),
            Field::Lane => drop(frame.lane(at)?),
            Field::Any | Field::Written | Field::Signer | Field::TokenProgram => {}
        }
    }
    Ok(())
}

/// An associated token account that exists: funding, account, owner, mint, system program, token
/// program.
fn create_associated<L: Ledger, S: Sink>(frame: &mut Frame<'_, L, S>) -> Result<(), Fault> {
    use spl_associated_token_account_interface::address::get_associated_token_address_with_program_id as derive;
    const ACCOUNT: usize = 1;
    const OWNER: usize = 2;
    const MINT: usize = 3;
    const PROGRAM: usize = 5;
    frame.charge(compute::CREATE_ASSOCIATED);
    if frame.metas.len() <= PROGRAM {
        return Err(ProgramError::NotEnoughAccountKeys.into());
    }
    let (owner, mint) = (frame.address(OWNER), frame.address(MINT));
    let expected = derive(owner, mint, frame.address(PROGRAM));
    match frame.slot(ACCOUNT) {
        Slot::Token(token)
            if *frame.address(ACCOUNT) == expected
                && token.program.id() == *frame.address(PROGRAM)
                && token.owner == frame.id(OWNER)
                && token.mint == frame.id(MINT) =>
        {
            Ok(())
        }
        Slot::Unknown => Err(Fault::Unknown(*frame.address(ACCOUNT))),
        _ => Err(Unsupported::Instruction.into()),
    }
}

/// Accounts of a trade that runs alone, to be looked at before they are put back.
pub(super) struct Direct<'a> {
    slots: &'a mut [Slot],
    saved: &'a mut Vec<(AccountId, Saved)>,
}

impl<'a> Direct<'a> {
    pub(super) fn new(slots: &'a mut [Slot], saved: &'a mut Vec<(AccountId, Saved)>) -> Self {
        Self { slots, saved }
    }

    /// Puts back what was written.
    #[cold]
    pub(super) fn restore(&mut self) {
        while let Some((account, mut saved)) = self.saved.pop() {
            self.slots[account.index()].restore(&mut saved);
        }
    }
}

impl Ledger for Direct<'_> {
    #[inline(always)]
    fn read(&self, meta: Meta) -> &Slot {
        &self.slots[meta.account.index()]
    }

    #[inline(always)]
    fn write(&mut self, meta: Meta) -> &mut Slot {
        let account = meta.account;
        let slot = &mut self.slots[account.index()];
        if !self.saved.iter().any(|(saved, _)| *saved == account) {
            let mut saved = Saved::default();
            slot.save_into(&mut saved);
            self.saved.push((account, saved));
        }
        slot
    }
}

/// Accounts of a trade of a batch, by their places among the trade's. Whoever runs the batch puts them
/// back.
pub(super) struct Placed<'a, 'b>(pub(super) &'a mut Accounts<'b, Slot>);

impl Ledger for Placed<'_, '_> {
    #[inline(always)]
    fn read(&self, meta: Meta) -> &Slot {
        self.0.read_at(usize::from(meta.place))
    }

    #[inline(always)]
    fn write(&mut self, meta: Meta) -> &mut Slot {
        match self.0.write_at(usize::from(meta.place)) {
            Ok(slot) => slot,
            Err(_) => unreachable!("handlers write what may be written only"),
        }
    }
}

impl State {
    pub(super) fn scene<'a>(
        addresses: &'a [Pubkey],
        clock: &'a Clock,
        batch: &'a Batch,
    ) -> Scene<'a> {
        Scene {
            batch,
            addresses,
            clock,
        }
    }

    /// Runs one trade. If it fails it has changed nothing; if not, what it changed was `saved`.
    pub(super) fn run_one<S: Sink>(
        &mut self,
        batch: &Batch,
        trade: usize,
        sink: &mut S,
        saved: &mut Vec<(AccountId, Saved)>,
    ) -> Result<Meter, TradeError> {
        let scene = Self::scene(&self.addresses, &self.clock, batch);
        let mut ledger = Direct::new(&mut self.slots, saved);
        let run = catch_unwind(AssertUnwindSafe(|| scene.execute(trade, &mut ledger, sink)));
        let result = run.unwrap_or_else(|panic| Err(TradeError::Panicked(message(&*panic))));
        if result.is_err() {
            ledger.restore();
        }
        result
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
