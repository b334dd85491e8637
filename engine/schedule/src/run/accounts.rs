//! What a running trade sees.

use thiserror::Error;

use super::abort::AbortOnDrop;
use super::shared::Grant;
use crate::access::{Access, AccountId};

/// State of an account that can be put back as it was.
///
/// Every `Clone` type does it by copying. (`Send`, because workers are threads.) A type whose copy costs more than a trade can save only
/// what a trade may change: do not implement `Clone` for it, and this instead.
pub trait Restore {
    /// What is kept of a state. Its memory is used for one state after the other.
    type Saved: Default + Send;

    /// Keeps the state, in place of whatever was kept there. Set fields one by one: a value that is
    /// put together elsewhere and copied here can cost as much as a trade.
    fn save_into(&self, saved: &mut Self::Saved);

    /// A trade that may change the state comes next: a state that lies elsewhere can ask for its memory.
    fn prefetch(&self) {}

    /// Puts the state back. If it was saved several times, the last saved comes first.
    fn restore(&mut self, saved: &mut Self::Saved);
}

impl<S: Clone + Send> Restore for S {
    type Saved = Option<S>;

    fn save_into(&self, saved: &mut Option<S>) {
        match saved {
            Some(saved) => saved.clone_from(self),
            None => *saved = Some(self.clone()),
        }
    }

    fn restore(&mut self, saved: &mut Option<S>) {
        if let Some(saved) = saved.take() {
            *self = saved;
        }
    }
}

/// A trade asked for an account that it did not declare so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AccessError {
    /// The account is none of the trade's.
    #[error("account {} is not among the trade's: declare it", .0.index())]
    Undeclared(AccountId),
    /// The account was declared to be read.
    #[error("account {} is only read by the trade: declare that it is written", .0.index())]
    ReadOnly(AccountId),
    /// The account was asked for twice at once.
    #[error("account {} was asked for twice at once: ask once", .0.index())]
    Repeated(AccountId),
}

/// An account of a trade, as it may use it.
#[derive(Debug)]
pub enum Slot<'a, S> {
    /// To look at.
    Read(&'a S),
    /// To change.
    Write(&'a mut S),
}

/// The accounts of the trade that runs.
pub struct Accounts<'a, S: Restore> {
    grant: Grant<'a, S>,
    undo: &'a mut Undo<S>,
}

/// States before the trade that runs.
pub(super) struct Undo<S: Restore> {
    /// By place among the trade's accounts. Those beyond `len` are memory that is used again.
    saved: Vec<(usize, S::Saved)>,
    len: usize,
    /// Which of the trade's first 64 accounts are saved. Others are saved whenever they are asked
    /// for, which putting back in reverse order makes good.
    places: u64,
}

impl<S: Restore> Default for Undo<S> {
    fn default() -> Self {
        Self {
            saved: Vec::new(),
            len: 0,
            places: 0,
        }
    }
}

impl<S: Restore> Undo<S> {
    /// Keeps the state at a place among the trade's accounts, unless it is kept already.
    #[inline]
    fn save(&mut self, place: usize, state: &S) {
        let bit = 1u64.checked_shl(place as u32).unwrap_or(0);
        if self.places & bit == 0 {
            self.places |= bit;
            if self.len == self.saved.len() {
                self.grow();
            }
            let (at, saved) = &mut self.saved[self.len];
            *at = place;
            state.save_into(saved);
            self.len += 1;
        }
    }

    #[cold]
    fn grow(&mut self) {
        self.saved.push((0, S::Saved::default()));
    }

    /// The trade is done: what it wrote stays.
    pub(super) fn forget(&mut self) {
        self.len = 0;
        self.places = 0;
    }

    /// Puts back what the trade wrote.
    #[cold]
    pub(super) fn restore(&mut self, grant: &mut Grant<'_, S>) {
        let guard = AbortOnDrop;
        for (place, saved) in self.saved[..self.len].iter_mut().rev() {
            grant
                .write(*place)
                .expect("only what is written is saved")
                .restore(saved);
        }
        self.forget();
        std::mem::forget(guard);
    }
}

impl<'a, S: Restore> Accounts<'a, S> {
    pub(super) fn new(grant: Grant<'a, S>, undo: &'a mut Undo<S>) -> Self {
        Self { grant, undo }
    }

    /// The accounts that the trade declared, in that order, each once.
    pub fn declared(&self) -> &[Access] {
        self.grant.accesses().as_slice()
    }

    /// The state of an account.
    pub fn read(&self, account: AccountId) -> Result<&S, AccessError> {
        Ok(self.grant.read(self.place(account)?))
    }

    /// The state of an account, to change it. Should the trade fail, the account will be as before.
    pub fn write(&mut self, account: AccountId) -> Result<&mut S, AccessError> {
        self.write_at(self.place(account)?)
    }

    /// The state of the account at this place among [`declared`](Self::declared).
    ///
    /// # Panics
    ///
    /// If there are not so many.
    #[inline]
    pub fn read_at(&self, place: usize) -> &S {
        self.grant.read(place)
    }

    /// The state of the account at this place among [`declared`](Self::declared), to change it.
    /// Should the trade fail, the account will be as before.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    #[inline]
    pub fn write_at(&mut self, place: usize) -> Result<&mut S, AccessError> {
        let state = self.grant.write(place)?;
        self.undo.save(place, state);
        Ok(state)
    }

    /// The states of several accounts, to change them.
    pub fn write_many<const N: usize>(
        &mut self,
        accounts: [AccountId; N],
    ) -> Result<[&mut S; N], AccessError> {
        let mut places = [0; N];
        for (place, account) in places.iter_mut().zip(accounts) {
            *place = self.place(account)?;
        }
        let states = self.grant.write_many(places)?;
        for (place, state) in places.into_iter().zip(&states) {
            self.undo.save(place, state);
        }
        Ok(states)
    }

    /// The states of all accounts, in the order in which they were declared, to read or to change
    /// as declared.
    pub fn all(&mut self) -> impl Iterator<Item = (AccountId, Slot<'_, S>)> {
        let undo = &mut *self.undo;
        self.grant
            .all()
            .enumerate()
            .map(|(place, (account, slot))| {
                if let Slot::Write(state) = &slot {
                    undo.save(place, state);
                }
                (account, slot)
            })
    }

    fn place(&self, account: AccountId) -> Result<usize, AccessError> {
        let place = self
            .grant
            .accesses()
            .into_iter()
            .position(|access| access.account() == account);
        place.ok_or(AccessError::Undeclared(account))
    }

    /// The trade has returned. What it wrote stays or is put back.
    #[inline]
    pub(super) fn end(mut self, succeeded: bool) {
        if succeeded {
            self.undo.forget();
        } else {
            self.undo.restore(&mut self.grant);
        }
    }
}
