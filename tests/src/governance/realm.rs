//! Realms, and their instructions.

use sealane_governance::{
    accounts, instruction,
    state::{ConfigParams, REALM_SEED, TREASURY_SEED},
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{TestProposal, derive};
use crate::staking::TestFarm;

/// Ten minutes of voting and a hundred seconds of cool-off; five minutes of time-lock and an hour to
/// execute in; a tenth for the quorum, three tenths to pass; half of the community or of the council
/// vetoes; decided early.
pub const CONFIG: ConfigParams = ConfigParams {
    deposit: 1_000_000_000,
    voting_seconds: 600,
    cool_off_seconds: 100,
    time_lock_seconds: 300,
    execution_seconds: 3_600,
    quorum_bps: 1_000,
    threshold_bps: 3_000,
    community_veto_bps: 5_000,
    council_veto_bps: 5_000,
    early: true,
};

/// A name as a realm keeps it.
///
/// # Panics
/// If it is too long.
#[must_use]
pub fn padded(name: &str) -> [u8; 32] {
    let mut padded = [0; 32];
    padded[..name.len()].copy_from_slice(name.as_bytes());
    padded
}

/// A realm, and the stake pools that vote in it.
#[derive(Debug, Clone)]
pub struct TestRealm {
    /// The realm.
    pub address: Pubkey,
    /// What signs for it.
    pub treasury: Pubkey,
    /// Who created it.
    pub creator: Pubkey,
    /// Part of the address.
    pub id: u16,
    /// The community's stake pool.
    pub community: TestFarm,
    /// The council's, where there is one.
    pub council: Option<TestFarm>,
}

impl TestRealm {
    /// The realm of a creator and its pools.
    #[must_use]
    pub fn new(creator: Pubkey, id: u16, community: TestFarm, council: Option<TestFarm>) -> Self {
        let address = derive(&[REALM_SEED, creator.as_ref(), &id.to_le_bytes()]);
        Self {
            address,
            treasury: derive(&[TREASURY_SEED, address.as_ref()]),
            creator,
            id,
            community,
            council,
        }
    }

    /// `create_realm`, paid by the creator.
    #[must_use]
    pub fn create(&self, name: &str, config: ConfigParams) -> Instruction {
        instruction::CreateRealm {
            id: self.id,
            name: padded(name),
            config,
        }
        .to_instruction(accounts::CreateRealm {
            creator: self.creator,
            realm: self.address,
            community: self.community.address,
            council: self.council.as_ref().map(|farm| farm.address),
            system_program: solana_system_interface::program::ID,
        })
    }

    /// `set_config`, which only the treasury can sign.
    #[must_use]
    pub fn set_config(&self, config: ConfigParams) -> Instruction {
        instruction::SetConfig { config }.to_instruction(accounts::SetConfig {
            realm: self.address,
            treasury: self.treasury,
        })
    }

    /// The proposal of an author and an id, and the instruction that begins it.
    #[must_use]
    pub fn draft(
        &self,
        author: Pubkey,
        id: u32,
        (options, most_choices): (u8, u8),
        shards: u8,
    ) -> (TestProposal, Instruction) {
        let proposal = TestProposal::new(self.clone(), author, id, shards);
        let draft = instruction::Draft {
            id,
            options,
            most_choices,
            shards,
        }
        .to_instruction(accounts::Draft {
            author,
            realm: self.address,
            proposal: proposal.address,
            text: proposal.text,
            system_program: solana_system_interface::program::ID,
        });
        (proposal, draft)
    }
}
