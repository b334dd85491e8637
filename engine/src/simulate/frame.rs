//! What an instruction sees while it runs.

use anchor_lang::prelude::ProgramError;
use sealane_amm::state::{Pool, Shard};
use sealane_core::book::{Fill, Moment};
use sealane_orderbook::{
    errors::OrderbookError,
    state::{Market, VaultShard},
};
use sealane_schedule::AccountId;
use solana_clock::Clock;
use solana_pubkey::Pubkey;

use super::{
    Event,
    error::{Fault, Unsupported},
    state::{LaneAccount, MintAccount, Slot, TokenAccount, TokenProgram},
};
use crate::{
    address::{SYSTEM_PROGRAM, TOKEN_PROGRAM},
    amm, orderbook,
};

/// Where the accounts of the trade that runs lie. Whatever it writes can be put back.
pub(crate) trait Ledger {
    fn read(&self, meta: Meta) -> &Slot;
    fn write(&mut self, meta: Meta) -> &mut Slot;
}

/// What is told of a trade while it runs.
pub(crate) trait Sink {
    /// Whether events are wanted: if not, none is made.
    const EVENTS: bool;
    fn event(&mut self, event: Event);
    fn fill(&mut self, lane: &Pubkey, fill: &Fill);
}

/// Nobody wants to know.
pub(crate) struct Silent;

impl Sink for Silent {
    const EVENTS: bool = false;
    #[inline(always)]
    fn event(&mut self, _: Event) {}
    #[inline(always)]
    fn fill(&mut self, _: &Pubkey, _: &Fill) {}
}

/// One of an instruction's accounts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meta {
    pub(crate) account: AccountId,
    /// Its place among the accounts of the trade, each of which has one.
    pub(crate) place: u8,
    pub(crate) is_writable: bool,
    pub(crate) is_signer: bool,
    /// Whether the instruction has named the account before.
    pub(crate) is_repeated: bool,
}

/// What a trade has done so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Meter {
    pub(crate) units: u32,
    pub(crate) fills: u16,
}

/// An instruction that runs: its accounts, by their place among those it names, and the moment.
pub(crate) struct Frame<'a, L, S> {
    pub(crate) ledger: &'a mut L,
    pub(crate) addresses: &'a [Pubkey],
    pub(crate) clock: &'a Clock,
    pub(crate) metas: &'a [Meta],
    pub(crate) sink: &'a mut S,
    pub(crate) meter: &'a mut Meter,
}

impl<'a, L: Ledger, S: Sink> Frame<'a, L, S> {
    #[inline(always)]
    pub(crate) fn id(&self, at: usize) -> AccountId {
        self.metas[at].account
    }

    #[inline(always)]
    pub(crate) fn address(&self, at: usize) -> &'a Pubkey {
        &self.addresses[self.metas[at].account.index()]
    }

    #[inline(always)]
    pub(crate) fn slot(&self, at: usize) -> &Slot {
        self.ledger.read(self.metas[at])
    }

    #[inline(always)]
    pub(crate) fn slot_mut(&mut self, at: usize) -> &mut Slot {
        let meta = self.metas[at];
        self.ledger.write(meta)
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment {
            slot: self.clock.slot,
            time: self.clock.unix_timestamp,
        }
    }

    #[inline(always)]
    pub(crate) fn charge(&mut self, units: u32) {
        self.meter.units += units;
    }

    #[inline(always)]
    pub(crate) fn tell(&mut self, event: impl FnOnce(&Self) -> Event) {
        if S::EVENTS {
            let event = event(self);
            self.sink.event(event);
        }
    }

    #[inline(always)]
    pub(crate) fn pool(&self, at: usize) -> Result<&Pool, Fault> {
        match self.slot(at) {
            Slot::Pool(pool) => Ok(pool),
            slot => Err(self.not_loaded::<Pool>(at, slot, &amm::ID, false)),
        }
    }

    #[inline(always)]
    pub(crate) fn shard(&self, at: usize) -> Result<&Shard, Fault> {
        match self.slot(at) {
            Slot::Shard(shard) => Ok(shard),
            slot => Err(self.not_loaded::<Shard>(at, slot, &amm::ID, true)),
        }
    }

    #[inline(always)]
    pub(crate) fn shard_mut(&mut self, at: usize) -> Result<&mut Shard, Fault> {
        match self.slot_mut(at) {
            Slot::Shard(shard) => Ok(shard),
            _ => Err(Unsupported::AccountForm.into()),
        }
    }

    pub(crate) fn market(&self, at: usize) -> Result<&Market, Fault> {
        match self.slot(at) {
            Slot::Market(market) => Ok(market),
            slot => Err(self.not_loaded::<Market>(at, slot, &orderbook::ID, false)),
        }
    }

    /// `is_mut`: whether the instruction writes it.
    pub(crate) fn vault_shard(&self, at: usize, is_mut: bool) -> Result<&VaultShard, Fault> {
        match self.slot(at) {
            Slot::VaultShard(shard) => Ok(shard),
            slot => Err(self.not_loaded::<VaultShard>(at, slot, &orderbook::ID, is_mut)),
        }
    }

    pub(crate) fn vault_shard_mut(&mut self, at: usize) -> Result<&mut VaultShard, Fault> {
        match self.slot_mut(at) {
            Slot::VaultShard(shard) => Ok(shard),
            _ => Err(Unsupported::AccountForm.into()),
        }
    }

    #[inline(always)]
    pub(crate) fn lane(&self, at: usize) -> Result<&LaneAccount, Fault> {
        match self.slot(at) {
            Slot::Lane(lane) => Ok(lane),
            Slot::Unknown => Err(Fault::Unknown(*self.address(at))),
            _ => Err(OrderbookError::MalformedLane.into()),
        }
    }

    #[inline(always)]
    pub(crate) fn lane_mut(&mut self, at: usize) -> Result<&mut LaneAccount, Fault> {
        match self.slot_mut(at) {
            Slot::Lane(lane) => Ok(lane),
            _ => Err(OrderbookError::MalformedLane.into()),
        }
    }

    /// A token account as a token program reads it.
    #[inline(always)]
    pub(crate) fn token(&self, at: usize) -> Result<&TokenAccount, Fault> {
        match self.slot(at) {
            Slot::Token(token) => Ok(token),
            slot => Err(self.no_token(at, slot)),
        }
    }

    #[inline(always)]
    pub(crate) fn token_mut(&mut self, at: usize) -> Result<&mut TokenAccount, Fault> {
        match self.slot_mut(at) {
            Slot::Token(token) => Ok(token),
            _ => Err(Unsupported::AccountForm.into()),
        }
    }

    /// A mint as a token program reads it.
    pub(crate) fn mint(&self, at: usize) -> Result<&MintAccount, Fault> {
        match self.slot(at) {
            Slot::Mint(mint) => Ok(mint),
            slot => Err(self.no_token(at, slot)),
        }
    }

    pub(crate) fn mint_mut(&mut self, at: usize) -> Result<&mut MintAccount, Fault> {
        match self.slot_mut(at) {
            Slot::Mint(mint) => Ok(mint),
            _ => Err(Unsupported::AccountForm.into()),
        }
    }

    /// What the framework says of an account that is no `T`.
    #[cold]
    #[inline(never)]
    fn not_loaded<T>(&self, at: usize, slot: &Slot, program: &Pubkey, is_mut: bool) -> Fault {
        const DISCRIMINATOR: usize = 8;
        let least = DISCRIMINATOR + size_of::<T>();
        let owner = slot.owner();
        if matches!(slot, Slot::Unknown) {
            Fault::Unknown(*self.address(at))
        } else if is_mut && slot.len() < least {
            ProgramError::AccountDataTooSmall.into()
        } else if matches!(slot, Slot::Absent) {
            ProgramError::UninitializedAccount.into()
        } else if owner != *program {
            ProgramError::IllegalOwner.into()
        } else if slot.len() < least {
            ProgramError::AccountDataTooSmall.into()
        } else if let Slot::Other(other) = slot
            && other.data.len() > least
        {
            // Too long, which the framework lets pass if it begins rightly.
            Unsupported::AccountForm.into()
        } else {
            ProgramError::InvalidAccountData.into()
        }
    }

    /// What a token program says of bytes that are not what it takes them for.
    #[cold]
    #[inline(never)]
    fn no_token(&self, at: usize, slot: &Slot) -> Fault {
        match slot {
            Slot::Unknown => Fault::Unknown(*self.address(at)),
            Slot::Other(other) if TokenProgram::of(&other.owner).is_some() => {
                Unsupported::TokenExtension.into()
            }
            _ => ProgramError::InvalidAccountData.into(),
        }
    }

    /// Whether an account is a multisig, which signs by others.
    pub(crate) fn is_multisig(&self, at: usize) -> bool {
        const MULTISIG_LEN: usize = 355;
        let slot = self.slot(at);
        slot.len() == MULTISIG_LEN && slot.owner() != SYSTEM_PROGRAM
    }
}

/// Whether an address is SPL Token's.
#[inline(always)]
pub(crate) fn is_spl(program: &Pubkey) -> bool {
    *program == TOKEN_PROGRAM
}
