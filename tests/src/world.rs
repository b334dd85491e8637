//! An SVM with mints, wallets and pools in it.

use anchor_lang::{
    Discriminator,
    bytemuck::{self, Pod},
};
use sealane_amm::state::{Pool, Shard};
use sealane_core::units::Side;
use solana_account::Account;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{
    Backing, Executed, Mint, MintSpec, PoolSpec, Refused, ShardAccounts, Svm, TestPool,
    assert_solvent,
    token::{set_token_amount, token_amount},
};

/// What every wallet owns at first.
const WALLET_LAMPORTS: u64 = 1_000_000_000_000;

/// An SVM with mints, wallets and pools in it, which are checked for solvency after every
/// instruction that the world sends.
///
/// Cloning a world is cheap and makes an independent one, so that a test can try many things from
/// the same beginning.
#[derive(Clone)]
pub struct World {
    /// The machine.
    pub svm: Svm,
    pools: Vec<(TestPool, Backing)>,
    addresses: u64,
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// A world without anything in it.
    ///
    /// # Panics
    /// If the programs have not been built.
    #[must_use]
    pub fn new() -> Self {
        Self {
            svm: Svm::new(),
            pools: Vec::new(),
            addresses: 0,
        }
    }

    /// A fresh address. The same sequence in every world, so that runs can be repeated.
    pub fn address(&mut self) -> Pubkey {
        self.addresses += 1;
        let mut bytes = [0x5e; 32];
        // Spread the counter, so that addresses do not sort in the order they were made.
        bytes[..8].copy_from_slice(
            &self
                .addresses
                .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                .to_le_bytes(),
        );
        Pubkey::new_from_array(bytes)
    }

    /// A wallet with lamports.
    pub fn wallet(&mut self) -> Pubkey {
        let address = self.address();
        let account = Account {
            lamports: WALLET_LAMPORTS,
            ..Account::default()
        };
        self.svm.set_account(address, account);
        address
    }

    /// A new mint.
    pub fn create_mint(&mut self, spec: &MintSpec) -> Mint {
        let (address, authority) = (self.address(), self.address());
        let instructions = spec.instructions(&self.svm, &address, &authority);
        self.execute(&instructions);
        Mint {
            address,
            program: spec.program,
            authority,
            decimals: spec.decimals,
        }
    }

    /// A new pool of new mints, with its shards.
    pub fn create_pool(&mut self, spec: &PoolSpec) -> TestPool {
        let base = self.create_mint(&spec.base);
        let quote = self.create_mint(&spec.quote);
        self.create_pool_of(spec, base, quote)
    }

    /// A new pool of mints at hand, with its shards.
    pub fn create_pool_of(&mut self, spec: &PoolSpec, base: Mint, quote: Mint) -> TestPool {
        let creator = self.wallet();
        let mut pool = TestPool::new(creator, 0, base, quote);
        self.execute(&[pool.create(spec.params)]);
        for index in 0..spec.shards {
            self.execute(&[pool.add_shard(index, creator, self.svm.payer())]);
            pool.shards.push(pool.shard_accounts(index));
        }
        self.pools.push((pool.clone(), Backing::Exact));
        pool
    }

    /// From now on a pool's vaults may hold more than the pool knows of: someone donated.
    ///
    /// # Panics
    /// If this world did not create the pool.
    pub fn allow_surplus(&mut self, pool: &TestPool) {
        let entry = self
            .pools
            .iter_mut()
            .find(|(known, _)| known.address == pool.address);
        entry.expect("a pool of this world").1 = Backing::AtLeast;
    }

    /// Learns of shards that were added since the pool was created.
    ///
    /// # Panics
    /// If this world did not create the pool.
    pub fn adopt_new_shards(&mut self, pool: &mut TestPool) {
        let count = self.pool(pool).shard_count;
        while pool.shards.len() < usize::from(count) {
            pool.shards
                .push(pool.shard_accounts(pool.shards.len() as u8));
        }
        let entry = self
            .pools
            .iter_mut()
            .find(|(known, _)| known.address == pool.address);
        entry.expect("a pool of this world").0 = pool.clone();
    }

    /// Creates a wallet's token accounts for a pool, those for liquidity included, and mints to it.
    pub fn fund(&mut self, wallet: Pubkey, pool: &TestPool, base: u64, quote: u64) {
        let payer = self.svm.payer();
        let mut instructions = Vec::new();
        for (mint, amount) in [(&pool.base, base), (&pool.quote, quote)] {
            instructions.push(mint.create_account(&payer, &wallet));
            instructions.push(mint.mint_to(&wallet, amount));
        }
        self.execute(&instructions);
        for shard in &pool.shards {
            if self.svm.account(&shard.lp.account_of(&wallet)).is_none() {
                self.execute(&[shard.lp.create_account(&payer, &wallet)]);
            }
        }
    }

    /// Sends instructions and checks every pool's solvency.
    ///
    /// # Errors
    /// What was refused.
    ///
    /// # Panics
    /// If a pool of this world is no longer solvent.
    pub fn try_execute(&mut self, instructions: &[Instruction]) -> Result<Executed, Refused> {
        let outcome = self.svm.send(instructions);
        self.check();
        outcome
    }

    /// As [`World::try_execute`], with the highest compute unit limit.
    ///
    /// # Errors
    /// What was refused.
    ///
    /// # Panics
    /// If a pool of this world is no longer solvent.
    pub fn try_execute_heavy(&mut self, instructions: &[Instruction]) -> Result<Executed, Refused> {
        let outcome = self.svm.send_with_high_limit(instructions);
        self.check();
        outcome
    }

    /// Sends instructions that must succeed.
    ///
    /// # Panics
    /// If they are refused, or a pool of this world is no longer solvent.
    pub fn execute(&mut self, instructions: &[Instruction]) -> Executed {
        must(self.try_execute(instructions))
    }

    /// As [`World::execute`], with the highest compute unit limit.
    ///
    /// # Panics
    /// If they are refused, or a pool of this world is no longer solvent.
    pub fn execute_heavy(&mut self, instructions: &[Instruction]) -> Executed {
        must(self.try_execute_heavy(instructions))
    }

    /// Fails unless every pool of this world is solvent.
    ///
    /// # Panics
    /// If one is not.
    pub fn check(&self) {
        for (pool, backing) in &self.pools {
            assert_solvent(&self.svm, pool, *backing);
        }
    }

    /// A pool's account.
    #[must_use]
    pub fn pool(&self, pool: &TestPool) -> Pool {
        read(&self.svm.data(&pool.address))
    }

    /// A shard's account.
    #[must_use]
    pub fn shard(&self, pool: &TestPool, index: usize) -> Shard {
        read(&self.svm.data(&pool.shards[index].address))
    }

    /// The balance of a token account; 0 where there is none.
    #[must_use]
    pub fn balance(&self, account: &Pubkey) -> u64 {
        self.svm
            .account(account)
            .map_or(0, |account| token_amount(&account.data))
    }

    /// A wallet's tokens of a pool: (base, quote).
    #[must_use]
    pub fn balances(&self, wallet: &Pubkey, pool: &TestPool) -> (u64, u64) {
        let of = |mint: &Mint| self.balance(&mint.account_of(wallet));
        (of(&pool.base), of(&pool.quote))
    }

    /// A wallet's liquidity tokens of a shard.
    #[must_use]
    pub fn shares(&self, wallet: &Pubkey, pool: &TestPool, shard: usize) -> u64 {
        self.balance(&pool.shards[shard].lp.account_of(wallet))
    }

    /// Gives a token account a balance that no mint has paid for, to reach amounts whose sum over
    /// many accounts would exceed a mint's supply.
    pub fn set_balance(&mut self, account: &Pubkey, amount: u64) {
        self.svm
            .edit(account, |data| set_token_amount(data, amount));
    }

    /// Puts a shard into a state that trades could have led to: reserves and protocol fees, and
    /// vaults that hold just that.
    pub fn set_reserves(&mut self, pool: &TestPool, index: usize, edit: impl FnOnce(&mut Shard)) {
        let ShardAccounts {
            address,
            base_vault,
            quote_vault,
            ..
        } = pool.shards[index];
        let mut shard = self.shard(pool, index);
        edit(&mut shard);
        let base = shard.base_reserve.checked_add(shard.base_protocol_fees);
        let quote = shard.quote_reserve.checked_add(shard.quote_protocol_fees);
        self.set_balance(&base_vault, base.expect("a vault holds 64 bits"));
        self.set_balance(&quote_vault, quote.expect("a vault holds 64 bits"));
        self.svm.edit(&address, |data| write(data, &shard));
    }

    /// Which side a mint is of a pool.
    ///
    /// # Panics
    /// If it is none.
    #[must_use]
    pub fn side_of(pool: &TestPool, mint: &Pubkey) -> Side {
        if *mint == pool.base.address {
            Side::Base
        } else {
            assert_eq!(*mint, pool.quote.address, "not a mint of the pool");
            Side::Quote
        }
    }
}

fn must(outcome: Result<Executed, Refused>) -> Executed {
    outcome.unwrap_or_else(|refused| {
        panic!(
            "instruction {} was refused ({}):\n{}",
            refused.instruction,
            refused.reason,
            refused.logs.join("\n")
        )
    })
}

/// Length of the discriminator before an account's fields.
const DISCRIMINATOR: usize = 8;

/// Decodes an account of the program.
pub(crate) fn read<T: Pod + Discriminator>(data: &[u8]) -> T {
    assert_eq!(
        &data[..DISCRIMINATOR],
        T::DISCRIMINATOR,
        "an account of another type"
    );
    bytemuck::pod_read_unaligned(&data[DISCRIMINATOR..])
}

/// Encodes it again.
fn write<T: Pod + Discriminator>(data: &mut [u8], value: &T) {
    data[DISCRIMINATOR..].copy_from_slice(bytemuck::bytes_of(value));
}
