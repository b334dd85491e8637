//! What all instructions refuse alike. Which account plays which role in an instruction is told by
//! its address, so that one list of attacks does for every instruction.

use sealane_amm::errors::AmmError;
use sealane_testkit::{Reason, ShardAccounts, Side};
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;
use spl_token_interface::error::TokenError;

use crate::{
    Arena,
    arena::{NOT_SIGNED, TOO_SHORT, WRONG_OWNER, WRONG_TYPE, readonly, replaced, unsigned},
};

/// What is wrong, which accounts are replaced by which, and the refusal.
type Case = (&'static str, Vec<(Pubkey, Pubkey)>, AmmError);

const NOTHING: Pubkey = Pubkey::new_from_array([7; 32]);
const SIDES: [Side; 2] = [Side::Base, Side::Quote];

impl Arena {
    /// All attacks of this module but those on wallets' token accounts.
    pub(crate) fn refuses_wrong_accounts(&mut self, name: &str, valid: &Instruction) {
        self.accepts(name, valid);
        // Of another pool's accounts no role would be known, and next to nothing tried.
        assert!(names(valid, &self.pool.address), "{name}: on another pool");
        self.refuses_missing_rights(name, valid);
        self.refuses_impostors(name, valid);
        self.refuses_duplicates(name, valid);
        self.refuses_foreign_shards(name, valid);
        self.refuses_foreign_mints_and_programs(name, valid);
    }

    /// Signatures that are missing, the victim's among them; accounts that may not be written.
    pub(crate) fn refuses_missing_rights(&mut self, name: &str, valid: &Instruction) {
        let victims = replaced(valid.clone(), &self.attackers_to_victims());
        for whose in [valid, &victims] {
            for meta in whose.accounts.iter().filter(|meta| meta.is_signer) {
                let (signer, attack) = (meta.pubkey, unsigned(whose.clone(), &meta.pubkey));
                self.refuses_builtin(&format!("{name}: {signer} unsigned"), attack, NOT_SIGNED);
            }
        }
        for address in writable(valid) {
            let attack = readonly(valid.clone(), &address);
            let what = format!("{name}: read-only {address}");
            self.refuses(&what, attack, Reason::NOT_WRITABLE);
        }
    }

    /// Accounts of the wrong owner or type in the place of pools and shards.
    pub(crate) fn refuses_impostors(&mut self, name: &str, valid: &Instruction) {
        let (spare, other) = (self.spare(valid), self.other.address);
        let shards = self.pool.shards.iter().map(|shard| shard.address);
        let shards: Vec<Pubkey> = shards.collect();
        for meta in &valid.accounts {
            let address = meta.pubkey;
            // The length of what is written is checked first; else whose it is.
            let (foreign, nothing) = if meta.is_writable {
                (TOO_SHORT, TOO_SHORT)
            } else {
                (WRONG_OWNER, InstructionError::UninitializedAccount)
            };
            let cases = if [self.pool.address, self.stable.address].contains(&address) {
                [
                    ("counterfeit pool", self.counterfeit(&address), WRONG_OWNER),
                    ("a mint as pool", self.foreign.address, foreign),
                    ("a shard as pool", spare.address, TOO_SHORT),
                    ("nothing as pool", NOTHING, nothing),
                ]
            } else if shards.contains(&address) {
                [
                    ("counterfeit shard", self.counterfeit(&address), WRONG_OWNER),
                    ("a vault as shard", spare.base_vault, foreign),
                    ("a pool as shard", other, WRONG_TYPE),
                    ("nothing as shard", NOTHING, nothing),
                ]
            } else {
                continue;
            };
            for (what, impostor, error) in cases {
                let attack = replaced(valid.clone(), &[(address, impostor)]);
                self.refuses_builtin(&format!("{name}: {what}"), attack, error);
            }
        }
    }

    /// One account for two writable ones, or the pool as its own shard.
    fn refuses_duplicates(&mut self, name: &str, valid: &Instruction) {
        for address in writable(valid) {
            let again = writable(valid).chain([self.pool.address]);
            for again in again.filter(|again| *again != address) {
                let attack = replaced(valid.clone(), &[(address, again)]);
                let what = format!("{name}: {again} for {address}");
                self.refuses(&what, attack, Reason::DUPLICATE_ACCOUNT);
            }
        }
    }

    /// Another pool, shard, vault or liquidity mint in the place of what belongs together.
    fn refuses_foreign_shards(&mut self, name: &str, valid: &Instruction) {
        let spare = self.spare(valid);
        let mut cases = Vec::new();
        for (index, shard) in self.pool.shards.iter().enumerate() {
            if names(valid, &shard.address) {
                cases.extend(self.foreign_shards(index));
                cases.extend(self.foreign_lp_mints(index, &spare));
                for side in SIDES {
                    cases.extend(self.foreign_vaults(index, side, &spare));
                }
            }
        }
        for (what, pairs, error) in cases {
            // Not every instruction has a liquidity mint, or both vaults.
            if names(valid, &pairs[0].0) {
                let attack = replaced(valid.clone(), &pairs);
                self.refuses_amm(&format!("{name}: {what}"), attack, error);
            }
        }
    }

    fn foreign_shards(&self, index: usize) -> Vec<Case> {
        let (pool, other) = (&self.pool, &self.other);
        let (shard, others) = (&pool.shards[index], &other.shards[index]);
        let authorities = (pool.creator, other.creator);
        let pools = vec![(pool.address, other.address), authorities];
        let shards = (shard.address, others.address);
        let all = vec![
            shards,
            (shard.base_vault, others.base_vault),
            (shard.quote_vault, others.quote_vault),
            (shard.lp.address, others.lp.address),
            self.lp_accounts(shard, others),
        ];
        vec![
            ("another pool", pools, AmmError::WrongPool),
            ("a foreign shard", vec![shards], AmmError::WrongPool),
            ("a foreign shard and all its", all, AmmError::WrongPool),
        ]
    }

    fn foreign_lp_mints(&self, index: usize, spare: &ShardAccounts) -> Vec<Case> {
        let shard = &self.pool.shards[index];
        let mints = (shard.lp.address, spare.lp.address);
        let with_account = vec![mints, self.lp_accounts(shard, spare)];
        let foreign = vec![(shard.lp.address, self.foreign.address)];
        vec![
            (
                "another shard's lp mint",
                vec![mints],
                AmmError::WrongLpMint,
            ),
            ("another shard's lp", with_account, AmmError::WrongLpMint),
            ("a foreign lp mint", foreign, AmmError::WrongLpMint),
        ]
    }

    fn foreign_vaults(&self, index: usize, side: Side, spare: &ShardAccounts) -> Vec<Case> {
        let spare = match side {
            Side::Base => spare.base_vault,
            Side::Quote => spare.quote_vault,
        };
        let foreign = self.foreign.account_of(&self.attacker);
        let vault = self.pool.vault(index, side);
        let case = |what, wrong| (what, vec![(vault, wrong)], AmmError::WrongVault);
        vec![
            case("another shard's vault", spare),
            case("another pool's vault", self.other.vault(index, side)),
            case("the victim's account as vault", self.victims(side)),
            case("a foreign account as vault", foreign),
        ]
    }

    /// Mints that are not the pool's, and programs that are not the mints'.
    fn refuses_foreign_mints_and_programs(&mut self, name: &str, valid: &Instruction) {
        let mints = SIDES.map(|side| self.pool.mint(side).address);
        let [base, quote] = mints;
        let swapped = replaced(valid.clone(), &[(base, quote), (quote, base)]);
        self.refuses_amm(&format!("{name}: other mint"), swapped, AmmError::WrongMint);
        let mints = mints.into_iter().filter(|mint| names(valid, mint));
        let count = mints.clone().count();
        for mint in mints {
            let attack = replaced(valid.clone(), &[(mint, self.foreign.address)]);
            self.refuses_amm(
                &format!("{name}: foreign mint"),
                attack,
                AmmError::WrongMint,
            );
        }
        // The programs of the pool's mints come first; the liquidity mint's, which never changes,
        // is checked by the framework.
        let programs = valid.accounts.iter().enumerate();
        let programs = programs.filter(|(_, meta)| meta.pubkey == spl_token_interface::ID);
        for (number, (index, _)) in programs.enumerate() {
            for program in [self.fake_program, spl_token_2022_interface::ID] {
                let mut attack = valid.clone();
                attack.accounts[index].pubkey = program;
                let what = format!("{name}: {program} as token program {number}");
                if number < count {
                    self.refuses_amm(&what, attack, AmmError::WrongTokenProgram);
                } else {
                    self.refuses_builtin(&what, attack, InstructionError::IncorrectProgramId);
                }
            }
        }
    }

    /// Payment from the victim's accounts; payment or receipt in another token, the liquidity of
    /// another shard among them. `payers` and `receivers` are accounts in a valid instruction, the
    /// payers the attacker's.
    pub(crate) fn refuses_wrong_token_accounts(
        &mut self,
        name: &str,
        valid: &Instruction,
        payers: &[Pubkey],
        receivers: &[Pubkey],
    ) {
        let others = [&self.foreign, &self.spare(valid).lp];
        let others = others.map(|mint| mint.account_of(&self.attacker));
        for account in payers.iter().chain(receivers) {
            for other in others {
                let attack = replaced(valid.clone(), &[(*account, other)]);
                let what = format!("{name}: {other} for {account}");
                self.refuses_token(&what, attack, TokenError::MintMismatch);
            }
        }
        let victims = self.attackers_to_victims();
        for payer in payers {
            let theft = victims.iter().find(|(attackers, _)| attackers == payer);
            let theft = theft.expect("an account of the attacker");
            let attack = replaced(valid.clone(), &[*theft]);
            let what = format!("{name}: the victim's for {payer}");
            self.refuses_token(&what, attack, TokenError::OwnerMismatch);
        }
    }

    /// A shard of the pool that the instruction does not name.
    fn spare(&self, instruction: &Instruction) -> ShardAccounts {
        let mut shards = self.pool.shards.iter();
        *shards
            .find(|shard| !names(instruction, &shard.address))
            .expect("an instruction names two shards at most")
    }

    /// The attacker's liquidity tokens of two shards.
    fn lp_accounts(&self, one: &ShardAccounts, another: &ShardAccounts) -> (Pubkey, Pubkey) {
        let of = |shard: &ShardAccounts| shard.lp.account_of(&self.attacker);
        (of(one), of(another))
    }

    /// The attacker and its token accounts, each with the victim's.
    fn attackers_to_victims(&self) -> Vec<(Pubkey, Pubkey)> {
        let lp = self.pool.shards.iter().map(|shard| &shard.lp);
        let mints = [&self.pool.base, &self.pool.quote].into_iter().chain(lp);
        let accounts = mints.map(|mint| {
            (
                mint.account_of(&self.attacker),
                mint.account_of(&self.victim),
            )
        });
        accounts.chain([(self.attacker, self.victim)]).collect()
    }
}

fn names(instruction: &Instruction, address: &Pubkey) -> bool {
    let mut accounts = instruction.accounts.iter();
    accounts.any(|meta| meta.pubkey == *address)
}

/// The accounts that an instruction writes. A payer that signs may be any of the others too.
fn writable(instruction: &Instruction) -> impl Iterator<Item = Pubkey> {
    let accounts = instruction.accounts.iter();
    accounts
        .filter(|meta| meta.is_writable && !meta.is_signer)
        .map(|meta| meta.pubkey)
}
