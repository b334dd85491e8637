//! Two realms in use, a victim, and an attacker with look-alikes.

use sealane_governance::{
    BallotParam::{self, Abstain, No, Yes},
    errors::GovernanceError,
};
use sealane_testkit::{
    MintSpec, Reason, Snapshot,
    governance::{CONFIG, GovernanceWorld, Member, TestProposal, TestRealm},
    staking::{PARAMS, TestFarm},
};
use solana_account::Account;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::stage::Stage;

/// What is staked in an attacker's first position.
pub(crate) const MOST: u64 = 700;
/// Ten-thousandths of a staked unit.
pub(crate) const WHOLE: u64 = 10_000;
/// What a treasury owns at first, in lamports.
pub(crate) const TREASURE: u64 = 10_000_000_000;

/// Somebody's positions in a realm's community: they had weight when the votes began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Party {
    pub(crate) wallet: Pubkey,
    /// Has voted on whatever is open.
    pub(crate) voted: Pubkey,
    /// Has records without a vote.
    pub(crate) opened: Pubkey,
    /// Has no records.
    pub(crate) idle: Pubkey,
}

/// A realm, and who votes in it.
#[derive(Debug, Clone)]
pub(crate) struct Electorate {
    pub(crate) realm: TestRealm,
    /// The attacker's positions: 700, 100 and 100.
    pub(crate) attacker: Party,
    /// The victim's: 300, 50 and 50.
    pub(crate) victim: Party,
    /// All of the council.
    pub(crate) councillor: Member,
}

impl Electorate {
    fn new(
        world: &mut GovernanceWorld,
        realm: TestRealm,
        [attacker, victim, councillor]: [Pubkey; 3],
    ) -> Self {
        let attacker = party(world, &realm.community, (0, attacker), [MOST, 100, 100]);
        let victim = party(world, &realm.community, (1, victim), [300, 50, 50]);
        let council = realm.council.clone().expect("a council");
        let position = staked(world, &council, (0, councillor), 0, 2);
        let councillor = Member {
            wallet: councillor,
            position,
            shard: 0,
        };
        world.execute(&[transfer(
            &world.staking.world.svm.payer(),
            &realm.treasury,
            TREASURE,
        )]);
        Self {
            realm,
            attacker,
            victim,
            councillor,
        }
    }

    /// All positions that vote.
    pub(crate) fn positions(&self) -> Vec<Pubkey> {
        let parties = [self.attacker, self.victim];
        let own = parties
            .iter()
            .flat_map(|one| [one.voted, one.opened, one.idle]);
        own.chain([self.councillor.position]).collect()
    }
}

fn party(
    world: &mut GovernanceWorld,
    farm: &TestFarm,
    (shard, wallet): (usize, Pubkey),
    amounts: [u64; 3],
) -> Party {
    let mut index = 0;
    let [voted, opened, idle] = amounts.map(|amount| {
        index += 1;
        staked(world, farm, (shard, wallet), index - 1, amount)
    });
    Party {
        wallet,
        voted,
        opened,
        idle,
    }
}

/// A new position with a stake.
pub(crate) fn staked(
    world: &mut GovernanceWorld,
    farm: &TestFarm,
    (shard, wallet): (usize, Pubkey),
    index: u16,
    amount: u64,
) -> Pubkey {
    world.staking.fund(&farm.stake, &wallet, amount);
    let position = world.staking.open_position(farm, shard, wallet, index);
    world.watch(position);
    world.execute(&[farm.stake(shard, wallet, position, amount)]);
    position
}

/// A payment of lamports.
pub(crate) fn transfer(from: &Pubkey, to: &Pubkey, lamports: u64) -> Instruction {
    solana_system_interface::instruction::transfer(from, to, lamports)
}

/// Where attacks take place. All proposals are as their stages have them: see [`Stage`].
#[derive(Clone)]
pub(crate) struct Arena {
    pub(crate) world: GovernanceWorld,
    /// The realm under attack.
    pub(crate) home: Electorate,
    /// Another realm, of other pools of the same mints.
    pub(crate) abroad: Electorate,
    /// The attacker's proposals in the realm.
    pub(crate) mine: Stage,
    /// The victim's.
    pub(crate) theirs: Stage,
    /// The attacker's in the other realm.
    pub(crate) foreign: Stage,
    /// A mint, which no program of the exchange owns.
    pub(crate) mint: Pubkey,
    /// A program that passes for the system program, and owns the counterfeits.
    pub(crate) fake_program: Pubkey,
    everything: Vec<Pubkey>,
    failures: Vec<String>,
}

/// A valid instruction, and what is to be known of it to attack it.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) valid: Instruction,
    /// Accounts before those that the sender names as many of as needed.
    pub(crate) declared: usize,
    /// What somebody else is told who signs, or nothing if anyone may.
    pub(crate) stranger: Option<GovernanceError>,
}

impl Arena {
    pub(crate) fn new() -> Self {
        let mut world = GovernanceWorld::new();
        let wallets = [(); 3].map(|()| world.staking.world.wallet());
        let stake = world.staking.world.create_mint(&MintSpec::spl(6));
        let member = world.staking.world.create_mint(&MintSpec::spl(0));
        let [home, abroad] = [(); 2].map(|()| {
            let community = world.staking.create_farm_of(stake, PARAMS, 2);
            let council = world.staking.create_farm_of(member, PARAMS, 1);
            let realm = world.create_realm_of(community, Some(council), CONFIG);
            Electorate::new(&mut world, realm, wallets)
        });
        let [attacker, victim, _] = wallets;
        let stages = [(&home, attacker), (&home, victim), (&abroad, attacker)];
        let mut first = 0;
        let [mine, theirs, foreign] = stages.map(|(electorate, author)| {
            first += 100;
            Stage::new(&electorate.realm, author, first)
        });
        let all = [(&mine, &home), (&theirs, &home), (&foreign, &abroad)];
        Stage::play(&mut world, &all);
        let fake_program = world.staking.world.address();
        world.svm().deploy(fake_program, "sealane_governance");
        let mut arena = Self {
            world,
            home,
            abroad,
            mine,
            theirs,
            foreign,
            mint: stake.address,
            fake_program,
            everything: Vec::new(),
            failures: Vec::new(),
        };
        arena.everything = arena.known();
        arena
    }

    /// The addresses of every account of both realms.
    fn known(&self) -> Vec<Pubkey> {
        let mut all = Vec::new();
        for electorate in [&self.home, &self.abroad] {
            all.extend([electorate.realm.address, electorate.realm.treasury]);
            all.extend(electorate.positions());
            all.extend([electorate.attacker.wallet, electorate.victim.wallet]);
        }
        let stages = [
            (&self.mine, &self.home),
            (&self.theirs, &self.home),
            (&self.foreign, &self.abroad),
        ];
        for (stage, electorate) in stages {
            for proposal in stage.proposals() {
                all.extend(accounts_of(proposal));
                all.extend(
                    electorate
                        .positions()
                        .iter()
                        .map(|one| proposal.record(one)),
                );
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Shows that an instruction works, without keeping what it does.
    pub(crate) fn accepts(&self, what: &str, instruction: &Instruction) {
        self.accepts_all(what, std::slice::from_ref(instruction));
    }

    /// The same of some in one transaction.
    pub(crate) fn accepts_all(&self, what: &str, instructions: &[Instruction]) {
        let mut attempt = self.world.clone();
        if let Err(refused) = attempt.try_execute(instructions) {
            panic!(
                "{what} must work: {}\n{}",
                refused.reason,
                refused.logs.join("\n")
            );
        }
    }

    /// Sends an attack and notes it as failed unless it is refused for one of these reasons and
    /// changes nothing: neither an account that it names nor any account of the arena.
    pub(crate) fn refuses_for(&mut self, what: &str, attack: Instruction, reasons: &[Reason]) {
        self.refuses_all(what, &[attack], reasons);
    }

    /// The same for an attack of several instructions in one transaction.
    pub(crate) fn refuses_all(&mut self, what: &str, attack: &[Instruction], reasons: &[Reason]) {
        let mut svm = self.world.staking.world.svm.clone();
        let before = Snapshot::of(&svm, attack);
        let everything = self.everything();
        match svm.send(attack) {
            Ok(_) => self.failures.push(format!("{what}: succeeded")),
            Err(refused) => {
                before.assert_unchanged(&svm, what);
                everything.assert_unchanged(&svm, what);
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

    /// Every account of both realms.
    pub(crate) fn everything(&self) -> Snapshot {
        Snapshot::of_accounts(&self.world.staking.world.svm, &self.everything)
    }

    /// As [`Arena::refuses_for`], for one error of the program.
    pub(crate) fn refuses(&mut self, what: &str, attack: Instruction, error: GovernanceError) {
        self.refuses_for(what, attack, &[Reason::governance(error)]);
    }

    /// Notes what somebody does again as failed unless it is accepted and changes nothing.
    pub(crate) fn changes_nothing(&mut self, what: &str, again: &Instruction) {
        let mut svm = self.world.staking.world.svm.clone();
        let everything = self.everything();
        match svm.send(std::slice::from_ref(again)) {
            Ok(_) => everything.assert_unchanged(&svm, what),
            Err(refused) => {
                let given = refused.reason;
                self.failures.push(format!("{what}: refused with {given}"));
            }
        }
    }

    /// Does what is no attack.
    pub(crate) fn execute(&mut self, instructions: &[Instruction]) {
        self.world.execute(instructions);
    }

    /// Fails if an attack was not refused as it must be. To be called at the end of every test.
    pub(crate) fn finish(self) {
        let count = self.failures.len();
        assert!(count == 0, "{count}:\n{}", self.failures.join("\n"));
    }

    /// An account with the same bytes that another program owns.
    pub(crate) fn counterfeit(&mut self, address: &Pubkey) -> Pubkey {
        let owner = self.fake_program;
        self.forged(address, owner, |_| {})
    }

    /// A copy of an account with other bytes and another owner.
    pub(crate) fn forged(
        &mut self,
        address: &Pubkey,
        owner: Pubkey,
        edit: impl FnOnce(&mut Vec<u8>),
    ) -> Pubkey {
        let copy = self.world.staking.world.address();
        let svm = self.world.svm();
        let mut account = svm.account(address).expect("an account to copy");
        edit(&mut account.data);
        svm.set_account(copy, Account { owner, ..account });
        copy
    }

    /// A new draft of the attacker in the realm, of two options and two shards, with instructions
    /// of its first option.
    pub(crate) fn draft(&mut self, instructions: &[Instruction]) -> TestProposal {
        let author = self.home.attacker.wallet;
        let realm = self.home.realm.clone();
        let proposal = self.world.draft_by(author, &realm, (2, 1), 2);
        self.world.propose(&proposal, 0, instructions);
        proposal
    }

    /// A new proposal of the attacker, open for votes.
    pub(crate) fn open(&mut self, instructions: &[Instruction]) -> TestProposal {
        let proposal = self.draft(instructions);
        let sign_off = self.world.sign_off(&proposal);
        self.world.execute(&[sign_off]);
        proposal
    }

    /// A new proposal of the attacker that has succeeded, and whose time-lock has ended.
    pub(crate) fn passed(&mut self, instructions: &[Instruction]) -> TestProposal {
        let proposal = self.open(instructions);
        let votes = deciding_votes(&proposal, &self.home, Abstain);
        self.world.execute(&votes);
        self.world.execute(&[proposal.decide_early()]);
        self.world.unlock(&proposal);
        proposal
    }
}

/// Everything that belongs to a proposal, but for records.
pub(crate) fn accounts_of(proposal: &TestProposal) -> Vec<Pubkey> {
    vec![
        proposal.address,
        proposal.text,
        proposal.instruction(0, 0),
        proposal.instruction(0, 1),
        proposal.instruction(1, 0),
        proposal.tally(0),
        proposal.tally(1),
    ]
}

/// Votes that leave nothing open: most of the community for option 0, and all of the council.
pub(crate) fn deciding_votes(
    proposal: &TestProposal,
    electorate: &Electorate,
    council: BallotParam,
) -> Vec<Instruction> {
    let Party { wallet, voted, .. } = electorate.attacker;
    let Member {
        wallet: member,
        position,
        ..
    } = electorate.councillor;
    vec![
        proposal.open_vote(voted, wallet),
        proposal.vote(wallet, voted, 0, Yes(1)),
        proposal.open_vote(position, member),
        proposal.vote(member, position, 0, council),
    ]
}

/// Votes that leave the outcome open: most for option 0, the victim against, and nobody of the
/// council.
pub(crate) fn open_votes(proposal: &TestProposal, electorate: &Electorate) -> Vec<Instruction> {
    let (attacker, victim) = (electorate.attacker, electorate.victim);
    vec![
        proposal.open_vote(attacker.voted, attacker.wallet),
        proposal.vote(attacker.wallet, attacker.voted, 0, Yes(1)),
        proposal.open_vote(attacker.opened, attacker.wallet),
        proposal.open_vote(victim.voted, victim.wallet),
        proposal.vote(victim.wallet, victim.voted, 1, No),
        proposal.open_vote(victim.opened, victim.wallet),
    ]
}

/// The instruction with another account at a place.
pub(crate) fn at(mut instruction: Instruction, index: usize, other: Pubkey) -> Instruction {
    instruction.accounts[index].pubkey = other;
    instruction
}
