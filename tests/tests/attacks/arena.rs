//! Pools in use, victims, and an attacker with look-alikes.

use sealane_amm::errors::AmmError;
use sealane_testkit::{Mint, PoolSpec, Reason, Side, Snapshot, TestPool, World};
use solana_account::Account;
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;
use spl_token_interface::error::TokenError;

/// What every shard of the arena holds of each token.
pub(crate) const RESERVE: u64 = 1_000_000_000;
/// What every wallet of the arena holds of each token.
pub(crate) const FUNDS: u64 = 50_000_000_000;
/// An amount that is no trouble.
pub(crate) const AMOUNT: u64 = 1_000_000;

/// Where attacks take place.
pub(crate) struct Arena {
    pub(crate) world: World,
    /// The pool under attack: constant product, three shards, the last of them empty.
    pub(crate) pool: TestPool,
    /// A pool of the same mints by someone else.
    pub(crate) other: TestPool,
    /// A stable swap pool of the same mints.
    pub(crate) stable: TestPool,
    /// A wallet with tokens and liquidity in every pool.
    pub(crate) victim: Pubkey,
    /// Another one.
    pub(crate) attacker: Pubkey,
    /// A mint that no pool knows, of which the attacker has tokens.
    pub(crate) foreign: Mint,
    /// A program that passes for a token program.
    pub(crate) fake_program: Pubkey,
    failures: Vec<String>,
}

impl Arena {
    pub(crate) fn new() -> Self {
        let mut world = World::new();
        let spec = PoolSpec::default().shards(3).protocol_share(1_000);
        let pool = world.create_pool(&spec);
        let other = world.create_pool_of(&spec, pool.base, pool.quote);
        let stable_spec = PoolSpec::default()
            .shards(3)
            .protocol_share(1_000)
            .stable(100);
        let stable = world.create_pool_of(&stable_spec, pool.base, pool.quote);
        let (victim, attacker) = (world.wallet(), world.wallet());
        let creators = [pool.creator, other.creator, stable.creator];
        for wallet in [victim, attacker].into_iter().chain(creators) {
            for pool in [&pool, &other, &stable] {
                world.fund(wallet, pool, FUNDS / 3, FUNDS / 3);
            }
        }
        for pool in [&pool, &other, &stable] {
            for shard in 0..2 {
                for wallet in [victim, attacker] {
                    let quote = RESERVE / 2 * (shard as u64 + 1);
                    world.execute(&[pool.add_liquidity(shard, wallet, RESERVE / 2, quote)]);
                }
            }
        }
        let foreign = world.create_mint(&sealane_testkit::MintSpec::spl(6));
        let payer = world.svm.payer();
        world.execute(&[
            foreign.create_account(&payer, &attacker),
            foreign.mint_to(&attacker, FUNDS),
        ]);
        let fake_program = world.address();
        world.svm.deploy(fake_program, "sealane_amm");
        world.svm.advance_time(60);
        Self {
            world,
            pool,
            other,
            stable,
            victim,
            attacker,
            foreign,
            fake_program,
            failures: Vec::new(),
        }
    }

    /// Shows that an instruction works, without keeping what it does.
    pub(crate) fn accepts(&self, what: &str, instruction: &Instruction) {
        if let Err(refused) = self.world.svm.simulate(std::slice::from_ref(instruction)) {
            panic!(
                "{what} must work: {}\n{}",
                refused.reason,
                refused.logs.join("\n")
            );
        }
    }

    /// Sends an attack and notes it as failed unless it is refused for this reason and changes
    /// nothing: neither an account that it names nor any account of the arena's pools.
    pub(crate) fn refuses(&mut self, what: &str, instruction: Instruction, reason: Reason) {
        let before = Snapshot::of(&self.world.svm, std::slice::from_ref(&instruction));
        let pools = self.pool_accounts();
        let mut attempt = self.world.clone();
        match attempt.try_execute(&[instruction]) {
            Ok(_) => self.failures.push(format!("{what}: succeeded")),
            Err(refused) => {
                before.assert_unchanged(&attempt.svm, what);
                pools.assert_unchanged(&attempt.svm, what);
                if refused.reason != reason {
                    let reason_given = refused.reason;
                    self.failures
                        .push(format!("{what}: refused with {reason_given}, not {reason}"));
                }
            }
        }
    }

    /// As [`Arena::refuses`], for an error of the program.
    pub(crate) fn refuses_amm(&mut self, what: &str, instruction: Instruction, error: AmmError) {
        self.refuses(what, instruction, Reason::amm(error));
    }

    /// As [`Arena::refuses`], for an error of a token program.
    pub(crate) fn refuses_token(
        &mut self,
        what: &str,
        instruction: Instruction,
        error: TokenError,
    ) {
        self.refuses(what, instruction, Reason::token(error));
    }

    /// As [`Arena::refuses`], for an error that all programs share.
    pub(crate) fn refuses_builtin(
        &mut self,
        what: &str,
        instruction: Instruction,
        error: InstructionError,
    ) {
        self.refuses(what, instruction, Reason::builtin(&error));
    }

    /// Fails if an attack was not refused as it must be. To be called at the end of every test.
    pub(crate) fn finish(self) {
        assert!(self.failures.is_empty(), "\n{}", self.failures.join("\n"));
    }

    /// An account with the same bytes that another program owns.
    pub(crate) fn counterfeit(&mut self, address: &Pubkey) -> Pubkey {
        let account = self.world.svm.account(address).expect("an account to copy");
        let copy = self.world.address();
        let owner = self.fake_program;
        self.world
            .svm
            .set_account(copy, Account { owner, ..account });
        copy
    }

    /// The attacker's account of the mint of a side.
    pub(crate) fn attackers(&self, side: Side) -> Pubkey {
        self.pool.mint(side).account_of(&self.attacker)
    }

    /// The victim's account of the mint of a side.
    pub(crate) fn victims(&self, side: Side) -> Pubkey {
        self.pool.mint(side).account_of(&self.victim)
    }

    fn pool_accounts(&self) -> Snapshot {
        let mut addresses = Vec::new();
        for pool in [&self.pool, &self.other, &self.stable] {
            addresses.push(pool.address);
            for shard in &pool.shards {
                let (lp, vaults) = (shard.lp.address, [shard.base_vault, shard.quote_vault]);
                addresses.extend([shard.address, lp]);
                addresses.extend(vaults);
            }
        }
        for wallet in [self.victim, self.attacker] {
            addresses.push(self.pool.base.account_of(&wallet));
            addresses.push(self.pool.quote.account_of(&wallet));
        }
        Snapshot::of_accounts(&self.world.svm, &addresses)
    }
}

/// The instruction with other accounts in the place of some.
pub(crate) fn replaced(mut instruction: Instruction, pairs: &[(Pubkey, Pubkey)]) -> Instruction {
    for meta in &mut instruction.accounts {
        if let Some((_, other)) = pairs.iter().find(|(address, _)| *address == meta.pubkey) {
            meta.pubkey = *other;
        }
    }
    instruction
}

/// The instruction without the signature of an account.
pub(crate) fn unsigned(mut instruction: Instruction, address: &Pubkey) -> Instruction {
    for meta in &mut instruction.accounts {
        if meta.pubkey == *address {
            meta.is_signer = false;
        }
    }
    instruction
}

/// The instruction with an account that it may not write.
pub(crate) fn readonly(mut instruction: Instruction, address: &Pubkey) -> Instruction {
    for meta in &mut instruction.accounts {
        if meta.pubkey == *address {
            meta.is_writable = false;
        }
    }
    instruction
}

/// The error of an account that another program owns.
pub(crate) const WRONG_OWNER: InstructionError = InstructionError::IllegalOwner;
/// The error of a missing signature.
pub(crate) const NOT_SIGNED: InstructionError = InstructionError::MissingRequiredSignature;
/// The error of an account of another type.
pub(crate) const WRONG_TYPE: InstructionError = InstructionError::InvalidAccountData;
/// The error of an account of another type that is shorter than it should be.
pub(crate) const TOO_SHORT: InstructionError = InstructionError::AccountDataTooSmall;
