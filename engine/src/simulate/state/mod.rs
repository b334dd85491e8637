//! Accounts that trades run on: one slot for each, by number.

mod lane;
mod slot;
mod token;

pub use lane::LaneAccount;
pub use slot::{OtherAccount, Saved, Slot};
pub(crate) use token::Cleared;
pub use token::{MintAccount, TokenAccount, TokenProgram};

use sealane_schedule::{AccountId, InOrder, Interner, TooManyAccounts};
use solana_clock::Clock;
use solana_pubkey::Pubkey;
use xxhash_rust::xxh3::Xxh3;

/// The accounts that trades run on, and the moment at which they do.
///
/// Lamports are not part of it: no trade depends on them.
#[derive(Debug, Default)]
pub struct State {
    pub(crate) clock: Clock,
    pub(crate) interner: Interner,
    /// By number.
    pub(crate) addresses: Vec<Pubkey>,
    pub(crate) slots: Vec<Slot>,
    pub(super) in_order: InOrder<Slot>,
}

impl State {
    /// No accounts, at this moment.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            ..Self::default()
        }
    }

    /// The moment at which trades run.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Another moment: deadlines, expiries, price histories and transfer fees follow it.
    pub fn set_clock(&mut self, clock: Clock) {
        let is_new_epoch = clock.epoch != self.clock.epoch;
        self.clock = clock;
        if is_new_epoch {
            for slot in &mut self.slots {
                if let Slot::Mint(mint) = slot {
                    mint.set_epoch(self.clock.epoch);
                }
            }
        }
    }

    /// Puts an account there, whatever was before. `owner` is the program that owns it.
    ///
    /// # Errors
    /// [`TooManyAccounts`] beyond two thousand million accounts.
    pub fn load(
        &mut self,
        address: &Pubkey,
        owner: &Pubkey,
        data: &[u8],
    ) -> Result<(), TooManyAccounts> {
        let epoch = self.clock.epoch;
        let id = self.intern(address)?;
        let slot = Slot::decode(owner, data, epoch, |address| self.intern(address))?;
        self.slots[id.index()] = slot;
        Ok(())
    }

    /// Says that there is no account.
    ///
    /// # Errors
    /// As [`State::load`].
    pub fn load_absent(&mut self, address: &Pubkey) -> Result<(), TooManyAccounts> {
        let id = self.intern(address)?;
        self.slots[id.index()] = Slot::Absent;
        Ok(())
    }

    /// The account at an address. [`Slot::Unknown`] if none was loaded.
    #[must_use]
    pub fn account(&self, address: &Pubkey) -> &Slot {
        const UNKNOWN: &Slot = &Slot::Unknown;
        self.interner
            .get(address.as_array())
            .map_or(UNKNOWN, |id| &self.slots[id.index()])
    }

    /// All accounts that were loaded, with their addresses, in the order in which they were first
    /// named.
    pub fn accounts(&self) -> impl Iterator<Item = (&Pubkey, &Slot)> {
        self.addresses
            .iter()
            .zip(&self.slots)
            .filter(|(_, slot)| !matches!(slot, Slot::Unknown))
    }

    /// The same accounts under the same numbers, so that batches decoded for one run on the other.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self {
            clock: self.clock.clone(),
            interner: self.interner.clone(),
            addresses: self.addresses.clone(),
            slots: self.slots.iter().map(Slot::copy).collect(),
            in_order: InOrder::default(),
        }
    }

    /// A number that is the same for the same accounts, whatever the order in which they were
    /// loaded.
    #[must_use]
    pub fn state_hash(&self) -> u64 {
        let mut order: Vec<usize> = (0..self.slots.len()).collect();
        order.sort_unstable_by_key(|&at| &self.addresses[at]);
        let mut hash = Xxh3::new();
        for at in order {
            if let Some((owner, data)) = self.slots[at].encode() {
                hash.update(self.addresses[at].as_ref());
                hash.update(owner.as_ref());
                hash.update(&(data.len() as u64).to_le_bytes());
                hash.update(&data);
            }
        }
        hash.digest()
    }

    /// The number of an address; a new one has an unknown account.
    pub(crate) fn intern(&mut self, address: &Pubkey) -> Result<AccountId, TooManyAccounts> {
        let id = self.interner.intern(address.as_array())?;
        if id.index() == self.slots.len() {
            self.addresses.push(*address);
            self.slots.push(Slot::Unknown);
        }
        Ok(id)
    }
}
