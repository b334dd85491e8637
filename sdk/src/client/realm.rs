//! Realms: filling their cache, and trying out what a proposal would do. Everything else is a plan of
//! that cache.

use std::collections::BTreeSet;

use anchor_lang::Discriminator as _;
use sealane_governance::state::{Proposal, Realm, VoteRecord};
use solana_account::Account;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{Client, ClientError, MAX_ACCOUNTS, farm::bytes_at};
use crate::{
    address::{self, CLOCK_SYSVAR},
    governance,
    pools::AccountUpdate,
    realms::Realms,
    tx::{MAX_TRANSACTION_SIZE, Simulation, transaction_size},
};

impl Client {
    /// The cache of realms and their proposals.
    #[must_use]
    pub fn realms(&self) -> &Realms {
        &self.realms
    }

    /// The cache of realms and their proposals, to feed it from elsewhere, such as a subscription.
    pub fn realms_mut(&mut self) -> &mut Realms {
        &mut self.realms
    }

    /// Fetches all realms of the chain, and their stake pools. Returns their addresses.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn fetch_realms(&mut self) -> Result<Vec<Pubkey>, ClientError> {
        let kind = bytes_at(0, Realm::DISCRIMINATOR);
        let found = self.addresses_of(&governance::ID, vec![kind]).await?;
        for realm in &found {
            self.fetch_realm(realm).await?;
        }
        Ok(found)
    }

    /// Fetches a realm, its stake pools and the clock.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] if there is no realm at the address, [`ClientError::Rpc`] if the node
    /// does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%realm))]
    pub async fn fetch_realm(&mut self, realm: &Pubkey) -> Result<(), ClientError> {
        self.fetch_into_realms(&[*realm]).await?;
        let known = self.realms.realm(realm).map(|entry| *entry.account);
        let known = known.ok_or(ClientError::NotFound {
            address: *realm,
            what: "a realm",
        })?;
        self.fetch_farm(&known.community).await?;
        if known.has_council() {
            self.fetch_farm(&known.council).await?;
        }
        self.fetch_into_realms(&[CLOCK_SYSVAR]).await
    }

    /// Fetches a realm with all of its proposals, their texts and tally shards. Returns the proposals'
    /// addresses.
    ///
    /// # Errors
    /// As [`Client::fetch_realm`].
    #[tracing::instrument(level = "debug", skip_all, fields(%realm))]
    pub async fn fetch_proposals_of(&mut self, realm: &Pubkey) -> Result<Vec<Pubkey>, ClientError> {
        let offset = Proposal::DISCRIMINATOR.len() + std::mem::offset_of!(Proposal, realm);
        let filters = vec![
            bytes_at(0, Proposal::DISCRIMINATOR),
            bytes_at(offset, realm.as_ref()),
        ];
        let found = self.addresses_of(&governance::ID, filters).await?;
        self.fetch_into_realms(&found).await?;
        let parts: Vec<Pubkey> = found
            .iter()
            .flat_map(|proposal| self.parts(proposal, false))
            .collect();
        self.fetch_into_realms(&parts).await?;
        self.fetch_realm(realm).await?;
        Ok(found)
    }

    /// Fetches a proposal with its text, instructions and tally shards, its realm, its stake pools, and
    /// the clock.
    ///
    /// # Errors
    /// [`ClientError::NotFound`] if there is no proposal at the address, [`ClientError::Rpc`] if the
    /// node does not answer.
    #[tracing::instrument(level = "debug", skip_all, fields(%proposal))]
    pub async fn fetch_proposal(&mut self, proposal: &Pubkey) -> Result<(), ClientError> {
        self.fetch_into_realms(&[*proposal]).await?;
        let known = self.realms.proposal(proposal);
        let realm = known.map(|entry| entry.account.realm);
        let realm = realm.ok_or(ClientError::NotFound {
            address: *proposal,
            what: "a proposal",
        })?;
        let parts = self.parts(proposal, true);
        self.fetch_into_realms(&parts).await?;
        self.fetch_realm(&realm).await
    }

    /// Fetches the records of all votes on a proposal.
    ///
    /// # Errors
    /// [`ClientError::Rpc`] if the node does not answer.
    pub async fn fetch_votes(&mut self, proposal: &Pubkey) -> Result<(), ClientError> {
        let offset = VoteRecord::DISCRIMINATOR.len() + std::mem::offset_of!(VoteRecord, proposal);
        let filters = vec![
            bytes_at(0, VoteRecord::DISCRIMINATOR),
            bytes_at(offset, proposal.as_ref()),
        ];
        let found = self.addresses_of(&governance::ID, filters).await?;
        let known = self.realms.votes(proposal).map(|vote| vote.address);
        let all: BTreeSet<Pubkey> = known.chain(found).collect();
        let all: Vec<Pubkey> = all.into_iter().collect();
        self.fetch_into_realms(&all).await
    }

    /// Fetches what a wallet can vote with on a proposal: the proposal, the wallet's positions and those
    /// that name it as their delegate, and the records of their votes.
    ///
    /// # Errors
    /// As [`Client::fetch_proposal`].
    #[tracing::instrument(level = "debug", skip_all, fields(%proposal, %wallet))]
    pub async fn fetch_ballots(
        &mut self,
        proposal: &Pubkey,
        wallet: &Pubkey,
    ) -> Result<(), ClientError> {
        let mut positions = self.fetch_positions_of(wallet).await?;
        positions.extend(self.fetch_delegated_to(wallet).await?);
        let records: Vec<Pubkey> = positions
            .iter()
            .map(|position| address::vote_record(proposal, position).0)
            .collect();
        self.fetch_into_realms(&records).await?;
        self.fetch_proposal(proposal).await
    }

    /// Runs instructions on the chain's present state as a proposal would execute them: with the
    /// treasury as a signer, without its signature and without effect. `payer` pays the fee that is
    /// not taken. Instructions that do not fit one transaction together are run one by one, so that
    /// none of them sees what the one before has done.
    ///
    /// # Errors
    /// [`ClientError::Send`] with the reason for which the chain would refuse.
    pub async fn dry_run(
        &self,
        instructions: &[Instruction],
        payer: &Pubkey,
    ) -> Result<Vec<Simulation>, ClientError> {
        let fits = transaction_size(instructions, payer) <= MAX_TRANSACTION_SIZE;
        let size = if fits { instructions.len().max(1) } else { 1 };
        let mut simulations = Vec::new();
        for part in instructions.chunks(size) {
            simulations.push(self.transactor.simulate(part, payer).await?);
        }
        Ok(simulations)
    }

    /// What belongs to a proposal that the cache holds.
    fn parts(&self, proposal: &Pubkey, with_calls: bool) -> Vec<Pubkey> {
        let Some(entry) = self.realms.proposal(proposal) else {
            return Vec::new();
        };
        let account = entry.account;
        let mut parts = vec![address::proposal_text(proposal).0];
        parts.extend((0..account.shards).map(|shard| address::tally_shard(proposal, shard).0));
        if with_calls {
            for (option, count) in (0..).zip(account.instructions) {
                let calls = 0..count;
                let at = |index| address::proposed_instruction(proposal, option, index).0;
                parts.extend(calls.map(at));
            }
        }
        parts
    }

    /// Fetches accounts into the cache, which forgets those that do not exist.
    async fn fetch_into_realms(&mut self, addresses: &[Pubkey]) -> Result<(), ClientError> {
        for chunk in addresses.chunks(MAX_ACCOUNTS) {
            let (slot, fetched) = self.accounts(chunk).await?;
            for (address, account) in chunk.iter().zip(fetched) {
                self.feed_realms(*address, account.as_ref(), slot)?;
            }
        }
        Ok(())
    }

    fn feed_realms(
        &mut self,
        address: Pubkey,
        account: Option<&Account>,
        slot: u64,
    ) -> Result<(), ClientError> {
        let Some(account) = account else {
            self.realms.remove(&address, slot);
            return Ok(());
        };
        let update = AccountUpdate {
            address,
            owner: account.owner,
            slot,
            data: &account.data,
        };
        let applied = self.realms.apply(update);
        applied
            .map(drop)
            .map_err(|source| ClientError::Decode { address, source })
    }
}
