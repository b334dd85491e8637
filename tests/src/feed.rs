//! From the machine's accounts to the SDK's cache.

use sealane_sdk::{
    address::CLOCK_SYSVAR,
    pools::{AccountUpdate, Applied, Pools},
};
use solana_pubkey::Pubkey;

use crate::{Svm, TestPool};

/// The SDK's cache of pools, fed with the machine's account bytes: what a client would see.
#[derive(Default)]
pub struct Feed {
    /// The cache.
    pub pools: Pools,
    slot: u64,
}

impl Feed {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Feeds a pool, all of its shards, its mints and the clock.
    pub fn all(&mut self, svm: &Svm, pool: &TestPool) {
        self.account(svm, &pool.address);
        self.account(svm, &pool.base.address);
        self.account(svm, &pool.quote.address);
        self.clock(svm);
        for shard in &pool.shards {
            self.account(svm, &shard.address);
        }
    }

    /// Feeds the clock.
    pub fn clock(&mut self, svm: &Svm) {
        self.account(svm, &CLOCK_SYSVAR);
    }

    /// Feeds one account.
    ///
    /// # Panics
    /// If there is no such account, or it is none that the cache keeps.
    pub fn account(&mut self, svm: &Svm, address: &Pubkey) {
        self.slot += 1;
        let account = svm
            .account(address)
            .unwrap_or_else(|| panic!("no account {address}"));
        let update = AccountUpdate {
            address: *address,
            owner: account.owner,
            slot: self.slot,
            data: &account.data,
        };
        let applied = self
            .pools
            .apply(update)
            .expect("an account that can be decoded");
        assert!(
            !matches!(applied, Applied::Stale | Applied::Ignored),
            "the cache does not keep account {address}"
        );
    }
}
