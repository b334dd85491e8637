//! Accounts as they stood, to show that nothing changed.

use solana_account::Account;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::Svm;

/// Every account that an instruction list names, byte for byte.
#[derive(Debug, Clone)]
pub struct Snapshot {
    accounts: Vec<(Pubkey, Option<Account>)>,
}

impl Snapshot {
    /// Of everything that the instructions name, except the payer of the network's fees.
    #[must_use]
    pub fn of(svm: &Svm, instructions: &[Instruction]) -> Self {
        let mut addresses: Vec<Pubkey> = instructions
            .iter()
            .flat_map(|instruction| instruction.accounts.iter().map(|meta| meta.pubkey))
            .filter(|address| *address != svm.payer())
            .collect();
        addresses.sort_unstable();
        addresses.dedup();
        Self::of_accounts(svm, &addresses)
    }

    /// Of the accounts given.
    #[must_use]
    pub fn of_accounts(svm: &Svm, addresses: &[Pubkey]) -> Self {
        let accounts = addresses
            .iter()
            .map(|address| (*address, svm.account(address)))
            .collect();
        Self { accounts }
    }

    /// Fails unless every account is as it was.
    ///
    /// # Panics
    /// If one is not.
    pub fn assert_unchanged(&self, svm: &Svm, context: &str) {
        for (address, before) in &self.accounts {
            let after = svm.account(address);
            assert!(*before == after, "{context}: account {address} changed");
        }
    }
}
