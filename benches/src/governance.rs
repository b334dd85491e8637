//! Every instruction of the governance program, in every variant whose cost differs.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sealane_governance::{
    BallotParam::{self, Abstain, No, Veto, Yes},
    state::ConfigParams,
};
use sealane_testkit::governance::{CONFIG, GovernanceWorld, Member, TestProposal, TestRealm};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::report::Measured;

/// Tally shards of every proposal.
const SHARDS: u8 = 4;
/// The most that a member has at stake.
const STAKE: u64 = 1_000_000_000_000;

/// A realm in use, and the costs of what is done with it.
struct Bench {
    world: GovernanceWorld,
    realm: TestRealm,
    /// Each with another weight, and a history of as many changes as fit.
    members: Vec<Member>,
    councillor: Member,
    payer: Pubkey,
    rng: ChaCha8Rng,
    runs: usize,
    measured: Vec<Measured>,
}

/// Runs everything.
pub(crate) fn measure(runs: usize) -> Vec<Measured> {
    let mut bench = Bench::new(runs);
    bench.realms();
    bench.drafts();
    bench.votes();
    bench.lives();
    let mut measured = bench.measured;
    measured.sort_by_cached_key(|measured| crate::cases::order(&measured.instruction));
    measured
}

impl Bench {
    fn new(runs: usize) -> Self {
        let mut world = GovernanceWorld::new();
        let config = ConfigParams {
            deposit: 1_000,
            ..CONFIG
        };
        let realm = world.create_realm(config);
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let members: Vec<Member> = (0..4)
            .map(|at| {
                let amount = rng.random_range(STAKE / 2..STAKE);
                world.member(&realm.community, at % 2, amount)
            })
            .collect();
        let council = realm.council.clone().expect("a council");
        let councillor = world.member(&council, 0, 7);
        let farm = realm.community.clone();
        for member in &members {
            world.staking.fund(&farm.stake, &member.wallet, 1_000);
        }
        for _ in 0..14 {
            world.next_epoch(&realm);
            for member in &members {
                let amount = rng.random_range(1..50);
                let stake = farm.stake(member.shard, member.wallet, member.position, amount);
                world.execute(&[stake]);
            }
        }
        world.next_epoch(&realm);
        let payer = world.staking.world.svm.payer();
        let fund = solana_system_interface::instruction::transfer(
            &payer,
            &realm.treasury,
            1_000_000_000_000,
        );
        world.execute(&[fund]);
        Self {
            world,
            realm,
            members,
            councillor,
            payer,
            rng,
            runs,
            measured: Vec::new(),
        }
    }

    /// Runs what `next` makes of the world as often as asked, and notes the units.
    fn run(&mut self, name: &str, mut next: impl FnMut(&mut Self, usize) -> Instruction) {
        let mut units = Vec::with_capacity(self.runs);
        for at in 0..self.runs {
            let instruction = next(self, at);
            let executed = self.world.execute(&[instruction]);
            units.push(executed.program_units());
        }
        self.measured.push(Measured {
            instruction: format!("governance.{name}"),
            units,
        });
    }

    /// A proposal that the world does not look after: what was measured stays as it is.
    fn draft(&mut self, choices: (u8, u8)) -> TestProposal {
        let realm = self.realm.clone();
        self.world.forget();
        self.world.draft(&realm, choices, SHARDS)
    }

    fn open(&mut self, choices: (u8, u8)) -> TestProposal {
        let proposal = self.draft(choices);
        self.sign_off(&proposal);
        proposal
    }

    fn sign_off(&mut self, proposal: &TestProposal) {
        let realm = self.realm.clone();
        self.world.close_epochs(&realm);
        let sign_off = self.world.sign_off(proposal);
        self.world.execute(&[sign_off]);
    }

    fn payment(&mut self) -> Instruction {
        let to = self.members[0].wallet;
        let amount = self.rng.random_range(1..1_000);
        solana_system_interface::instruction::transfer(&self.realm.treasury, &to, amount)
    }

    fn realms(&mut self) {
        let (community, council) = (self.realm.community.clone(), self.realm.council.clone());
        self.run("create_realm", |bench, _| {
            let creator = bench.world.staking.world.wallet();
            let realm = TestRealm::new(creator, 0, community.clone(), council.clone());
            realm.create("Realm", CONFIG)
        });
    }

    /// Everything up to sign-off.
    fn drafts(&mut self) {
        let realm = self.realm.clone();
        self.run("draft", |bench, at| {
            let author = bench.world.staking.world.wallet();
            realm.draft(author, at as u32, (1, 1), SHARDS).1
        });
        let text = [b'a'; 800];
        let proposal = self.draft((1, 1));
        self.run("write_text.800_bytes", |bench, _| {
            let len = 800 + bench.rng.random_range(0..50);
            proposal.write_text(len, 0, &text)
        });
        let proposal = self.draft((1, 1));
        let payment = self.payment();
        self.run("add_instruction", |bench, at| {
            if at > 0 {
                bench.world.execute(&[proposal.remove_instruction(0, 0)]);
            }
            proposal.add_instruction(0, 0, &payment)
        });
        self.run("write_instruction", |bench, _| {
            let payment = bench.payment();
            let [_, write] = proposal.propose(0, 0, &payment);
            write
        });
        self.run("remove_instruction", |bench, at| {
            if at > 0 {
                let add = proposal.add_instruction(0, 0, &payment);
                bench.world.execute(&[add]);
            }
            proposal.remove_instruction(0, 0)
        });
        let payer = self.payer;
        let mut opened = 0;
        let mut proposal = None;
        self.run("open_tally", |bench, _| {
            if opened % usize::from(SHARDS) == 0 {
                let author = bench.world.staking.world.wallet();
                let (fresh, draft) = realm.draft(author, 0, (1, 1), SHARDS);
                bench.world.execute(&[draft]);
                proposal = Some(fresh);
            }
            let shard = (opened % usize::from(SHARDS)) as u8;
            opened += 1;
            proposal.as_ref().expect("drafted").open_tally(shard, payer)
        });
        self.run("sign_off", |bench, _| {
            let proposal = bench.draft((1, 1));
            bench.world.sign_off(&proposal)
        });
        self.run("cancel", |bench, _| bench.draft((1, 1)).cancel());
    }

    /// First votes by every ballot, changes and withdrawals, one proposal for all of them.
    fn votes(&mut self) {
        let proposal = self.open((1, 1));
        let several = self.draft((8, 8));
        self.sign_off(&several);
        let member = self.members[0];
        let councillor = self.councillor;
        let open = proposal.open_vote(member.position, member.wallet);
        self.world.execute(std::slice::from_ref(&open));
        let close = proposal.close_vote(member.position, member.wallet, true);
        self.run("open_vote", |bench, _| {
            bench.world.execute(std::slice::from_ref(&close));
            open.clone()
        });
        let (open, close) = (open.clone(), close.clone());
        self.run("close_vote", move |bench, at| {
            if at > 0 {
                bench.world.execute(std::slice::from_ref(&open));
            }
            close.clone()
        });
        let all = [
            (&proposal, member, "", &[Yes(1), No, Abstain, Veto][..]),
            (&proposal, councillor, ".council", &[Abstain, Veto]),
            (&several, member, ".eight_options", &[Yes(0b1111_1111)]),
        ];
        for (proposal, member, variant, ballots) in all {
            let open = proposal.open_vote(member.position, member.wallet);
            self.world.execute(&[open]);
            self.votes_of(proposal, &member, variant, ballots);
        }
    }

    fn votes_of(
        &mut self,
        proposal: &TestProposal,
        member: &Member,
        variant: &str,
        ballots: &[BallotParam],
    ) {
        let (wallet, position) = (member.wallet, member.position);
        let ballot = |at: usize| ballots[at % ballots.len()];
        let shard = self.rng.random_range(0..SHARDS);
        self.run(&format!("vote{variant}"), |bench, at| {
            if at > 0 {
                let withdraw = proposal.withdraw_vote(wallet, position, shard);
                bench.world.execute(&[withdraw]);
                let close = proposal.close_vote(position, wallet, true);
                let open = proposal.open_vote(position, wallet);
                bench.world.execute(&[close, open]);
            }
            proposal.vote(wallet, position, shard, ballot(at))
        });
        self.run(&format!("change_vote{variant}"), |_, at| {
            proposal.change_vote(wallet, position, shard, ballot(at))
        });
        self.run(&format!("withdraw_vote{variant}"), |bench, at| {
            if at > 0 {
                let again = proposal.vote(wallet, position, shard, ballot(at));
                bench.world.execute(&[again]);
            }
            proposal.withdraw_vote(wallet, position, shard)
        });
    }

    /// From the votes to the end, a proposal in each run.
    fn lives(&mut self) {
        let members = self.members.clone();
        let all: Vec<u8> = (0..SHARDS).collect();
        let begun: Vec<(TestProposal, Instruction)> = (0..self.runs)
            .map(|_| {
                let proposal = self.draft((1, 1));
                let payment = self.payment();
                self.world
                    .propose(&proposal, 0, std::slice::from_ref(&payment));
                self.sign_off(&proposal);
                for (shard, member) in members.iter().enumerate() {
                    self.world.vote(&proposal, member, shard as u8, Yes(1));
                }
                (proposal, payment)
            })
            .collect();
        let early: Vec<TestProposal> = (0..self.runs)
            .map(|_| {
                let proposal = self.open((1, 1));
                for (shard, member) in members.iter().enumerate() {
                    self.world.vote(&proposal, member, shard as u8, No);
                }
                proposal
            })
            .collect();
        let councillor = self.councillor;
        for proposal in &early {
            self.world.vote(proposal, &councillor, 0, Veto);
        }
        self.run("decide_early.four_shards", |_, at| early[at].decide_early());
        self.world.wait(700);
        self.run("sum_tally.four_shards", |_, at| begun[at].0.sum_tally(&all));
        self.run("finalize", |_, at| begun[at].0.finalize());
        self.world.wait(300);
        self.run("execute.transfer", |_, at| {
            let (proposal, payment) = &begun[at];
            proposal.execute(0, 0, payment)
        });
        self.run("take_deposit", |_, at| {
            begun[at].0.take_deposit(begun[at].0.author)
        });
        let payer = self.payer;
        self.run("close_tally", |_, at| begun[at].0.close_tally(0, payer));
        self.run("close_text", |_, at| begun[at].0.close_text());
        self.run("close_instruction", |_, at| {
            begun[at].0.close_instruction(0, 0)
        });
        self.too_late();
    }

    /// What nobody has executed in time.
    fn too_late(&mut self) {
        let members = self.members.clone();
        let all: Vec<u8> = (0..SHARDS).collect();
        let late: Vec<TestProposal> = (0..self.runs)
            .map(|_| {
                let proposal = self.draft((1, 1));
                let payment = self.payment();
                self.world
                    .propose(&proposal, 0, std::slice::from_ref(&payment));
                self.sign_off(&proposal);
                for member in &members {
                    self.world.vote(&proposal, member, 0, Yes(1));
                }
                proposal
            })
            .collect();
        self.world.wait(700);
        for proposal in &late {
            let decide = [proposal.sum_tally(&all), proposal.finalize()];
            self.world.execute(&decide);
        }
        self.world.wait(3_900);
        self.run("expire", |_, at| late[at].expire());
    }
}
