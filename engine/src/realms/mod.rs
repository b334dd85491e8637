//! A cache of realms, their proposals and votes that is fed accounts. It does no I/O: feed it from a
//! subscription, from polling, or from a test.

mod children;

use std::collections::BTreeSet;

use anchor_lang::Discriminator as _;
use imbl::{HashMap, OrdSet};
use sealane_governance::state::{
    Proposal, ProposedInstruction, Realm, TallyShard, Text, VoteRecord,
};
use solana_clock::Clock;
use solana_pubkey::Pubkey;

use self::children::Children;
use crate::{
    accounts::{self, DecodeError, ProposalText, ProposedCall},
    address::CLOCK_SYSVAR,
    farms::Entry,
    governance,
    pools::AccountUpdate,
    versioned::{Newness, Outcome, Table, Versioned, store, store_in},
};

/// What an update did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// A realm is new or changed.
    Realm,
    /// A proposal is new or changed.
    Proposal {
        /// The realm that it belongs to.
        realm: Pubkey,
    },
    /// Something that belongs to a proposal is new or changed: its text, an instruction, a tally
    /// shard.
    Part {
        /// The proposal.
        proposal: Pubkey,
    },
    /// The record of a vote is new or changed.
    Vote {
        /// The proposal.
        proposal: Pubkey,
        /// The position that voted.
        position: Pubkey,
    },
    /// Something exists no more.
    Closed,
    /// The time is new.
    Clock,
    /// The cache held exactly this already.
    Unchanged,
    /// The cache holds a newer state.
    Stale,
    /// The account has nothing to do with realms.
    Ignored,
}

/// Realms, proposals with their texts, instructions and tally shards, records of votes, and the
/// chain's time.
///
/// Updates may arrive in any order and more than once: what is older than the cached state is
/// ignored, and what is of the same slot replaces it, since nodes report the states within a slot
/// in order.
///
/// ```
/// use sealane_engine::{governance, pools::AccountUpdate, realms::{Applied, Realms}};
/// use solana_pubkey::Pubkey;
///
/// let mut realms = Realms::new();
/// let update = AccountUpdate {
///     address: Pubkey::new_unique(),
///     owner: Pubkey::new_unique(),
///     slot: 1,
///     data: &[],
/// };
/// // An account of a stranger's program is not an error: a feed may carry anything.
/// assert_eq!(realms.apply(update), Ok(Applied::Ignored));
/// assert!(realms.apply(AccountUpdate { owner: governance::ID, ..update }).is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Realms {
    realms: Table<Realm>,
    proposals: Table<Proposal>,
    by_realm: HashMap<Pubkey, OrdSet<Pubkey>>,
    texts: Children<ProposalText>,
    calls: Children<ProposedCall>,
    tallies: Children<TallyShard>,
    votes: Children<VoteRecord>,
    /// The records of a position's votes.
    by_position: HashMap<Pubkey, OrdSet<Pubkey>>,
    clock: Option<Versioned<Clock>>,
}

impl Realms {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in an account of the governance program, or the clock sysvar. Others are ignored; an
    /// account at the address of something known that the program no longer owns says that it was
    /// closed.
    ///
    /// # Errors
    /// [`DecodeError`] if an account of the governance program, or the clock, does not decode. The
    /// cache is unchanged then.
    pub fn apply(&mut self, update: AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        if update.address == CLOCK_SYSVAR {
            let clock = accounts::decode_clock(update.data)?;
            return Ok(store(&mut self.clock, update.slot, clock).applied(Applied::Clock));
        }
        if update.owner != governance::ID {
            return Ok(self.remove(&update.address, update.slot));
        }
        match update.data.get(..8) {
            Some(VoteRecord::DISCRIMINATOR) => self.apply_vote(&update),
            Some(TallyShard::DISCRIMINATOR) => self.apply_tally(&update),
            Some(Proposal::DISCRIMINATOR) => self.apply_proposal(&update),
            Some(Text::DISCRIMINATOR) => self.apply_text(&update),
            Some(ProposedInstruction::DISCRIMINATOR) => self.apply_call(&update),
            _ => self.apply_realm(&update),
        }
    }

    fn apply_realm(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let realm = accounts::decode_realm(update.data)?;
        let newness = store_in(&mut self.realms, update.address, update.slot, realm);
        Ok(newness.applied(Applied::Realm))
    }

    fn apply_proposal(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let proposal = accounts::decode_proposal(update.data)?;
        let realm = proposal.realm;
        self.by_realm
            .entry(realm)
            .or_default()
            .insert(update.address);
        let newness = store_in(&mut self.proposals, update.address, update.slot, proposal);
        Ok(newness.applied(Applied::Proposal { realm }))
    }

    fn apply_text(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let text = accounts::decode_proposal_text(update.data)?;
        let proposal = text.proposal;
        let newness = self.texts.put(proposal, update.address, update.slot, text);
        Ok(newness.applied(Applied::Part { proposal }))
    }

    fn apply_call(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let call = accounts::decode_proposed_instruction(update.data)?;
        let proposal = call.proposal;
        let newness = self.calls.put(proposal, update.address, update.slot, call);
        Ok(newness.applied(Applied::Part { proposal }))
    }

    fn apply_tally(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let tally = accounts::decode_tally_shard(update.data)?;
        let (proposal, address) = (tally.proposal, update.address);
        let newness = self.tallies.put(proposal, address, update.slot, tally);
        Ok(newness.applied(Applied::Part { proposal }))
    }

    fn apply_vote(&mut self, update: &AccountUpdate<'_>) -> Result<Applied, DecodeError> {
        let vote = accounts::decode_vote_record(update.data)?;
        let (proposal, position) = (vote.proposal, vote.position);
        let address = update.address;
        self.by_position
            .entry(position)
            .or_default()
            .insert(address);
        let newness = self.votes.put(proposal, address, update.slot, vote);
        Ok(newness.applied(Applied::Vote { proposal, position }))
    }

    /// Notes that there is nothing at an address any more, as of a slot.
    pub fn remove(&mut self, address: &Pubkey, slot: u64) -> Applied {
        let removed = self
            .votes
            .remove(address, slot)
            .or_else(|| self.tallies.remove(address, slot))
            .or_else(|| self.texts.remove(address, slot))
            .or_else(|| self.calls.remove(address, slot));
        removed.map_or(Applied::Ignored, |newness: Newness| {
            newness.applied(Applied::Closed)
        })
    }

    /// Notes that at a slot there were these accounts and no others: closes what is known from
    /// before and is not among them. What is closed sends no update of its program, so that only a
    /// list tells.
    pub fn retain(&mut self, slot: u64, listed: &BTreeSet<Pubkey>) {
        let known = self.votes.addresses().chain(self.tallies.addresses());
        let known = known.chain(self.texts.addresses());
        let known = known.chain(self.calls.addresses());
        let gone: Vec<Pubkey> = known.filter(|at| !listed.contains(at)).copied().collect();
        for address in gone {
            self.remove(&address, slot);
        }
    }

    /// A realm by its address.
    #[must_use]
    pub fn realm(&self, address: &Pubkey) -> Option<Entry<'_, Realm>> {
        let known = self.realms.get(address)?;
        Some(entry(address, known))
    }

    /// All realms, in no particular order.
    pub fn realms(&self) -> impl Iterator<Item = Entry<'_, Realm>> {
        let realms = self.realms.iter();
        realms.map(|(address, known)| entry(address, known))
    }

    /// A proposal by its address.
    #[must_use]
    pub fn proposal(&self, address: &Pubkey) -> Option<Entry<'_, Proposal>> {
        let known = self.proposals.get(address)?;
        Some(entry(address, known))
    }

    /// All proposals, in no particular order.
    pub fn proposals(&self) -> impl Iterator<Item = Entry<'_, Proposal>> {
        let proposals = self.proposals.iter();
        proposals.map(|(address, known)| entry(address, known))
    }

    /// A realm's proposals, by address.
    pub fn proposals_of(&self, realm: &Pubkey) -> impl Iterator<Item = Entry<'_, Proposal>> {
        let addresses = self.by_realm.get(realm).into_iter().flatten();
        addresses.filter_map(|address| self.proposal(address))
    }

    /// A proposal's text, until it is closed.
    #[must_use]
    pub fn text(&self, proposal: &Pubkey) -> Option<Entry<'_, ProposalText>> {
        self.texts.of(proposal).next()
    }

    /// A proposal's instructions by option and index, as far as they are not closed.
    #[must_use]
    pub fn calls(&self, proposal: &Pubkey) -> Vec<Entry<'_, ProposedCall>> {
        let mut calls: Vec<_> = self.calls.of(proposal).collect();
        calls.sort_unstable_by_key(|entry| (entry.account.option, entry.account.index));
        calls
    }

    /// One of a proposal's instructions.
    #[must_use]
    pub fn call(
        &self,
        proposal: &Pubkey,
        option: u8,
        index: u8,
    ) -> Option<Entry<'_, ProposedCall>> {
        let mut calls = self.calls.of(proposal);
        calls.find(|entry| (entry.account.option, entry.account.index) == (option, index))
    }

    /// A proposal's tally shards by index, as far as they are open.
    #[must_use]
    pub fn tallies(&self, proposal: &Pubkey) -> Vec<Entry<'_, TallyShard>> {
        let mut tallies: Vec<_> = self.tallies.of(proposal).collect();
        tallies.sort_unstable_by_key(|entry| entry.account.index);
        tallies
    }

    /// The records of votes on a proposal, by address.
    pub fn votes(&self, proposal: &Pubkey) -> impl Iterator<Item = Entry<'_, VoteRecord>> {
        self.votes.of(proposal)
    }

    /// The records of a position's votes, by address.
    pub fn votes_of(&self, position: &Pubkey) -> impl Iterator<Item = Entry<'_, VoteRecord>> {
        let addresses = self.by_position.get(position).into_iter().flatten();
        addresses.filter_map(|address| self.votes.get(address))
    }

    /// The record of a position's vote on a proposal.
    #[must_use]
    pub fn vote(&self, proposal: &Pubkey, position: &Pubkey) -> Option<Entry<'_, VoteRecord>> {
        let mut votes = self.votes_of(position);
        votes.find(|entry| entry.account.proposal == *proposal)
    }

    /// The chain's time and epoch.
    #[must_use]
    pub fn clock(&self) -> Option<&Clock> {
        self.clock.as_ref().map(|known| &known.value)
    }
}

fn entry<'a, T>(address: &Pubkey, known: &'a Versioned<T>) -> Entry<'a, T> {
    Entry {
        address: *address,
        account: &known.value,
        slot: known.slot,
    }
}

impl Outcome for Applied {
    const UNCHANGED: Self = Self::Unchanged;
    const STALE: Self = Self::Stale;
}

#[cfg(test)]
mod tests;
