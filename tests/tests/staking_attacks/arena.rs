//! Farms in use, a victim, and an attacker with look-alikes.

use sealane_staking::{FarmAction, errors::StakingError};
use sealane_testkit::{
    Mint, MintSpec, Reason, Snapshot,
    staking::{PARAMS, StakingWorld, TestFarm},
};
use solana_account::Account;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// What every wallet is given of what is staked.
pub(crate) const FUNDS: u64 = 1_000_000;
/// A small part of it.
pub(crate) const AMOUNT: u64 = 1_000;
/// Index of the reward that is the staked token.
pub(crate) const OWN: u8 = 0;
/// Index of the other reward.
pub(crate) const OTHER: u8 = 1;

/// A wallet, its position in each farm, and an empty one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Staker {
    pub(crate) wallet: Pubkey,
    /// In the farm under attack.
    pub(crate) position: Pubkey,
    /// In the old farm.
    pub(crate) elsewhere: Pubkey,
}

/// Where attacks take place.
pub(crate) struct Arena {
    pub(crate) world: StakingWorld,
    /// The farm under attack, in its epoch 1: two rewards, four shards of which the last has no vaults
    /// for them, epoch 0 closed.
    pub(crate) farm: TestFarm,
    /// A farm of the same mints by someone else, whose rewards are over and whose epochs 0 and 1
    /// have expired; that of 0 was deleted. All later ones wait to be closed.
    pub(crate) old: TestFarm,
    /// Something staked in shard 0, cooled down, and to be claimed.
    pub(crate) attacker: Staker,
    /// The attacker's empty position.
    pub(crate) idle: Pubkey,
    /// The same as the attacker, in shard 0 too.
    pub(crate) victim: Staker,
    /// A mint that no farm knows, of which the attacker has tokens.
    pub(crate) foreign: Mint,
    /// A program that passes for a token program, and owns the counterfeits.
    pub(crate) fake_program: Pubkey,
    failures: Vec<String>,
}

/// A valid instruction, and what is to be known of it to attack it.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) valid: Instruction,
    /// Accounts before those that may be as many as the sender wants.
    pub(crate) declared: usize,
    /// What somebody else is told who signs, or nothing if anyone may.
    pub(crate) stranger: Option<StakingError>,
}

impl Arena {
    pub(crate) fn new() -> Self {
        let mut world = StakingWorld::new();
        let stake = world.world.create_mint(&MintSpec::spl(6));
        let reward = world.world.create_mint(&MintSpec::spl(9));
        let mut old = world.create_farm_of(stake, PARAMS, 3);
        for mint in [stake, reward] {
            world.add_reward(&mut old, mint, 10_000, 2_000);
        }
        let wallets = [(); 2].map(|()| {
            let (wallet, position) = world.staker(&old, 0, 2 * FUNDS);
            world.execute(&[old.stake(0, wallet, position, FUNDS)]);
            (wallet, position)
        });
        world.go_to_epoch(&old, 2);
        world.close_epochs(&old);
        let now = world.now();
        world.svm().set_time(now + 31 * 86_400);
        let payer = world.world.svm.payer();
        world.execute(&[old.expire_epoch(0, payer)]);

        let mut farm = world.create_farm_of(stake, PARAMS, 3);
        for mint in [stake, reward] {
            world.add_reward(&mut farm, mint, 100_000, 50_000);
            world.fund(&mint, &farm.creator, FUNDS);
            world.fund(&mint, &old.creator, 0);
        }
        let stakers = wallets.map(|(wallet, elsewhere)| {
            let position = world.open_position(&farm, 0, wallet, 0);
            world.execute(&[
                farm.stake(0, wallet, position, FUNDS / 2),
                farm.unstake(0, wallet, position, AMOUNT),
            ]);
            Staker {
                wallet,
                position,
                elsewhere,
            }
        });
        let [attacker, victim] = stakers;
        world.execute(&[farm.add_shard(3, farm.creator, payer)]);
        farm.shards.push(farm.shard_accounts(3));
        world.adopt(&farm);
        let idle = world.open_position(&farm, 1, attacker.wallet, 1);
        world.go_to_epoch(&farm, 1);
        world.close_epochs(&farm);
        let (foreign, fake_program) = look_alikes(&mut world, &attacker.wallet);
        Self {
            world,
            farm,
            old,
            attacker,
            idle,
            victim,
            foreign,
            fake_program,
            failures: Vec::new(),
        }
    }

    /// Every instruction, some of them in more than one way.
    pub(crate) fn subjects(&self) -> Vec<Subject> {
        let (farm, creator) = (&self.farm, self.farm.creator);
        let now = self.world.now();
        let payer = self.attacker.wallet;
        let new = TestFarm::new(payer, 9, farm.stake);
        let authority = Some(StakingError::WrongAuthority);
        let mut all = vec![
            subject("create_farm", new.create(PARAMS), None, 0),
            subject("add_shard", farm.add_shard(4, creator, payer), authority, 0),
            subject(
                "add_reward_vault",
                farm.add_reward_vault(3, OTHER, payer),
                None,
                0,
            ),
            subject(
                "add_reward",
                farm.add_reward(creator, &farm.rewards[1], now, now + 9),
                authority,
                0,
            ),
            subject("fund", farm.fund(1, payer, OWN, AMOUNT, 0), None, 0),
            subject(
                "fund: extend",
                farm.fund(1, creator, OTHER, FUNDS, now + 60_000),
                None,
                0,
            ),
            subject(
                "administer",
                farm.administer(creator, FarmAction::SetPaused(1)),
                authority,
                0,
            ),
            subject(
                "balance_rewards",
                farm.balance_rewards(0, 1, OTHER, AMOUNT),
                None,
                0,
            ),
        ];
        all.extend(self.stakers_subjects());
        all.extend(self.old_subjects());
        all
    }

    fn stakers_subjects(&self) -> Vec<Subject> {
        let farm = &self.farm;
        let Staker {
            wallet, position, ..
        } = self.attacker;
        let owner = Some(StakingError::WrongOwner);
        vec![
            subject("open_position", farm.open_position(1, wallet, 5), None, 0),
            subject(
                "close_position",
                farm.close_position(wallet, self.idle),
                owner,
                0,
            ),
            subject("stake", farm.stake(0, wallet, position, AMOUNT), owner, 0),
            subject("lock", farm.lock(0, wallet, position, 7), owner, 0),
            subject(
                "unstake",
                farm.unstake(0, wallet, position, AMOUNT),
                owner,
                0,
            ),
            subject("withdraw", farm.withdraw(0, wallet, position), owner, 0),
            subject(
                "set_delegate",
                farm.set_delegate(wallet, position, wallet),
                owner,
                0,
            ),
            subject("forfeit", farm.forfeit(wallet, position, 1), owner, 0),
            subject(
                "claim",
                farm.claim(0, wallet, position, OTHER, &[0]),
                owner,
                1,
            ),
            subject(
                "restake",
                farm.restake(0, wallet, position, OWN, &[0]),
                owner,
                1,
            ),
        ]
    }

    fn old_subjects(&self) -> Vec<Subject> {
        let old = &self.old;
        let payer = self.attacker.wallet;
        let fees = self.world.world.svm.payer();
        let authority = Some(StakingError::WrongAuthority);
        vec![
            subject("close_epoch", old.close_epoch(payer, 2, &[0, 1]), None, 2),
            subject("skip_epochs", old.skip_epochs(100), None, 0),
            subject("expire_epoch", old.expire_epoch(1, fees), None, 0),
            subject("sweep", old.sweep(0, old.creator, OTHER), authority, 3),
        ]
    }

    /// Shows that an instruction works, without keeping what it does.
    pub(crate) fn accepts(&self, what: &str, instruction: &Instruction) {
        let mut attempt = self.world.clone();
        if let Err(refused) = attempt.try_execute(std::slice::from_ref(instruction)) {
            panic!(
                "{what} must work: {}\n{}",
                refused.reason,
                refused.logs.join("\n")
            );
        }
    }

    /// Sends an attack and notes it as failed unless it is refused for one of these reasons and
    /// changes nothing: neither an account that it names nor any account of the arena's farms.
    pub(crate) fn refuses_for(&mut self, what: &str, attack: Instruction, reasons: &[Reason]) {
        let before = Snapshot::of(&self.world.world.svm, std::slice::from_ref(&attack));
        let everything = self.everything();
        let mut attempt = self.world.clone();
        match attempt.try_execute(&[attack]) {
            Ok(_) => self.failures.push(format!("{what}: succeeded")),
            Err(refused) => {
                before.assert_unchanged(&attempt.world.svm, what);
                everything.assert_unchanged(&attempt.world.svm, what);
                if !reasons.contains(&refused.reason) {
                    let given = refused.reason;
                    let wanted: Vec<String> = reasons.iter().map(Reason::to_string).collect();
                    self.failures.push(format!(
                        "{what}: refused with {given}, not {}",
                        wanted.join(" or ")
                    ));
                }
            }
        }
    }

    /// As [`Arena::refuses_for`], for one error of the program.
    pub(crate) fn refuses(&mut self, what: &str, attack: Instruction, error: StakingError) {
        self.refuses_for(what, attack, &[Reason::staking(error)]);
    }

    /// Does what is no attack.
    pub(crate) fn execute(&mut self, instruction: Instruction) {
        self.world.execute(&[instruction]);
    }

    /// Fails if an attack was not refused as it must be. To be called at the end of every test.
    pub(crate) fn finish(self) {
        let count = self.failures.len();
        assert!(count == 0, "{count}:\n{}", self.failures.join("\n"));
    }

    /// An account with the same bytes that another program owns.
    pub(crate) fn counterfeit(&mut self, address: &Pubkey) -> Pubkey {
        let owner = self.fake_program;
        let copy = self.world.world.address();
        let svm = self.world.svm();
        let account = svm.account(address).expect("an account to copy");
        svm.set_account(copy, Account { owner, ..account });
        copy
    }

    /// Every account of both farms, and everybody's tokens.
    fn everything(&self) -> Snapshot {
        let mut addresses = vec![self.idle];
        for farm in [&self.farm, &self.old] {
            addresses.extend([farm.address, farm.budget, farm.record(0), farm.record(1)]);
            for shard in &farm.shards {
                addresses.extend([shard.address, shard.stake_vault]);
                addresses.extend([OWN, OTHER].map(|reward| shard.reward_vault(reward)));
            }
        }
        let stakers = [self.attacker, self.victim];
        addresses.extend(stakers.iter().flat_map(|one| [one.position, one.elsewhere]));
        let creators = [self.farm.creator, self.old.creator];
        for wallet in stakers.iter().map(|one| one.wallet).chain(creators) {
            addresses.extend(
                self.farm
                    .rewards
                    .iter()
                    .map(|mint| mint.account_of(&wallet)),
            );
        }
        Snapshot::of_accounts(&self.world.world.svm, &addresses)
    }
}

fn subject(
    name: &'static str,
    valid: Instruction,
    stranger: Option<StakingError>,
    trailing: usize,
) -> Subject {
    Subject {
        name,
        declared: valid.accounts.len() - trailing,
        valid,
        stranger,
    }
}

/// A mint of which the attacker has tokens, and a program that is none of the token programs.
fn look_alikes(world: &mut StakingWorld, attacker: &Pubkey) -> (Mint, Pubkey) {
    let foreign = world.world.create_mint(&MintSpec::spl(6));
    world.fund(&foreign, attacker, FUNDS);
    let fake_program = world.world.address();
    world.svm().deploy(fake_program, "sealane_staking");
    (foreign, fake_program)
}

/// The instruction with another account at a place.
pub(crate) fn at(mut instruction: Instruction, index: usize, other: Pubkey) -> Instruction {
    instruction.accounts[index].pubkey = other;
    instruction
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
