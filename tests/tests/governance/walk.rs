//! Random histories of proposals, through the bytecode and through the arithmetic alone: what the
//! program lets pass and what it refuses is what the arithmetic does, and the accounts are the same.

use std::collections::{BTreeMap, BTreeSet};

use rand::{Rng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use sealane_core::governance::{
    Ballot, Body, GovernanceError as RuleError, Proposal as Rules, State, Tally, Voice, VoteRecord,
    Voter,
};
use sealane_governance::{BallotParam, errors::GovernanceError, state::ConfigParams};
use sealane_testkit::{
    Reason, Seeded,
    governance::{CONFIG, GovernanceWorld, Member, TestProposal, TestRealm},
};
use solana_instruction::Instruction;

/// Steps of a walk; `SEALANE_WALK_STEPS` asks for more.
const STEPS: usize = 1_200;
const SHARDS: u8 = 3;

/// A proposal as the arithmetic has it.
struct Model {
    proposal: TestProposal,
    rules: Rules,
    tallies: Vec<Tally>,
    records: BTreeMap<usize, VoteRecord>,
    payments: Vec<Instruction>,
}

struct Walk {
    rng: ChaCha8Rng,
    world: GovernanceWorld,
    realm: TestRealm,
    /// Members of the community, then of the council, and a delegate each.
    voters: Vec<(Member, Body, solana_pubkey::Pubkey)>,
    models: Vec<Model>,
    executed: BTreeMap<&'static str, usize>,
    refused: BTreeMap<(&'static str, String), usize>,
}

impl Walk {
    fn new(rng: ChaCha8Rng) -> Self {
        let mut world = GovernanceWorld::new();
        let config = ConfigParams {
            voting_seconds: 1_500,
            cool_off_seconds: 200,
            ..CONFIG
        };
        let realm = world.create_realm(config);
        let council = realm.council.clone().expect("a council");
        let mut voters = Vec::new();
        for (farm, body, amounts) in [
            (
                &realm.community,
                Body::Community,
                &[700, 400, 350, 90, 1][..],
            ),
            (&council, Body::Council, &[3, 2, 2]),
        ] {
            for (at, amount) in amounts.iter().enumerate() {
                let shard = at % farm.shards.len();
                let member = world.member(farm, shard, *amount);
                let delegate = world.staking.world.wallet();
                world.execute(&[farm.set_delegate(member.wallet, member.position, delegate)]);
                voters.push((member, body, delegate));
            }
        }
        let payer = world.staking.world.svm.payer();
        world.execute(&[solana_system_interface::instruction::transfer(
            &payer,
            &realm.treasury,
            1_000_000_000,
        )]);
        world.next_epoch(&realm);
        Self {
            rng,
            world,
            realm,
            voters,
            models: Vec::new(),
            executed: BTreeMap::new(),
            refused: BTreeMap::new(),
        }
    }

    /// Sends an instruction list and compares what came of it with what the arithmetic says.
    fn send(
        &mut self,
        what: &'static str,
        instructions: &[Instruction],
        expected: Result<(), RuleError>,
    ) {
        let outcome = self.world.try_execute(instructions);
        match (outcome, expected) {
            (Ok(_), Ok(())) => *self.executed.entry(what).or_default() += 1,
            (Err(refused), Err(error)) => {
                let reason = Reason::governance(GovernanceError::from(error));
                assert_eq!(refused.reason, reason, "{what}: {:#?}", refused.logs);
                let key = (what, format!("{error:?}"));
                *self.refused.entry(key).or_default() += 1;
            }
            (outcome, expected) => panic!("{what}: {outcome:?}, not {expected:?}"),
        }
    }

    fn draft(&mut self) {
        let options = self.rng.random_range(1..=4);
        let most = self.rng.random_range(1..=options);
        let realm = self.realm.clone();
        let proposal = self.world.draft(&realm, (options, most), SHARDS);
        let count = self.rng.random_range(0..3);
        let payments: Vec<Instruction> = (0..count)
            .map(|at| {
                let to = &proposal.author;
                solana_system_interface::instruction::transfer(&realm.treasury, to, at + 1)
            })
            .collect();
        for option in 0..options {
            self.world.propose(&proposal, option, &payments);
        }
        self.world.close_epochs(&realm);
        self.world.execute(&[self.world.sign_off(&proposal)]);
        *self.executed.entry("draft").or_default() += 1;
        // What a draft and a snapshot are is compared elsewhere: from here on two go their own way.
        let rules = *self.world.proposal(&proposal).rules();
        self.models.push(Model {
            proposal,
            rules,
            tallies: vec![Tally::default(); usize::from(SHARDS)],
            records: BTreeMap::new(),
            payments,
        });
    }

    /// Mostly one that the body can cast on a proposal of so many options.
    fn ballot(&mut self, body: Body, options: usize) -> BallotParam {
        let council = body == Body::Council && self.rng.random_bool(0.9);
        match self.rng.random_range(0..8) {
            0 if !council => BallotParam::No,
            0..3 => BallotParam::Abstain,
            3 => BallotParam::Veto,
            _ if council => BallotParam::Veto,
            4 => BallotParam::Yes(self.rng.random()),
            _ => BallotParam::Yes(1 << self.rng.random_range(0..options)),
        }
    }

    /// Casts, changes or withdraws a vote.
    fn vote(&mut self, at: usize) {
        let now = self.world.now();
        let voter_at = self.rng.random_range(0..self.voters.len());
        let (member, body, delegate) = self.voters[voter_at];
        let (voter, signer) = if self.rng.random_bool(0.3) {
            (Voter::Delegate, delegate)
        } else {
            (Voter::Owner, member.wallet)
        };
        let choices = self.models[at].rules.choices().expect("drafted");
        let ballot = self.ballot(body, choices.options());
        let shard = self.rng.random_range(0..SHARDS);
        let known = self.models[at].records.get(&voter_at).copied();
        let voted = known.is_some_and(|record| record.ballot().is_some());
        let kind = match self.rng.random_range(0..10) {
            0..7 => u8::from(voted),
            7 => 0,
            8 => 1,
            _ => 2,
        };
        let shard = match known {
            Some(record) if self.rng.random_bool(0.9) => record.shard(),
            _ => shard,
        };
        let position = self.world.staking.position(&member.position).expect("open");
        let model = &mut self.models[at];
        let proposal = model.proposal.clone();
        let mut record = known.unwrap_or_default();
        let terms = self.world.proposal(&proposal).terms(body);
        let cast = Ballot::from(ballot);
        let result = model.rules.poll(now).and_then(|poll| {
            let change = match kind {
                0 => {
                    let voice = Voice {
                        body,
                        voter,
                        stake: position.stake(),
                        terms: &terms,
                    };
                    record.cast(&poll, &voice, cast, shard)?
                }
                1 => record.change(&poll, (body, voter), cast)?,
                _ => record.withdraw(&poll, (body, voter))?,
            };
            if change.shard() != shard {
                return Err(RuleError::WrongRecord);
            }
            model.tallies[usize::from(shard)].follow(&change)
        });
        if result.is_ok() {
            model.records.insert(voter_at, record);
        }
        let mut list = Vec::new();
        if known.is_none() && self.world.record(&proposal, &member.position).is_none() {
            list.push(proposal.open_vote(member.position, signer));
        }
        let (what, instruction) = match kind {
            0 => (
                "vote",
                proposal.vote(signer, member.position, shard, ballot),
            ),
            1 => (
                "change_vote",
                proposal.change_vote(signer, member.position, shard, ballot),
            ),
            _ => (
                "withdraw_vote",
                proposal.withdraw_vote(signer, member.position, shard),
            ),
        };
        list.push(instruction);
        self.send(what, &list, result);
    }

    fn decide(&mut self, at: usize) {
        let now = self.world.now();
        // Mostly some that were not summed.
        let summed = self.world.proposal(&self.models[at].proposal).summed;
        let likely = |shard: u8| if summed >> shard & 1 == 1 { 0.1 } else { 0.7 };
        let shards = (0..SHARDS).filter(|shard| self.rng.random_bool(likely(*shard)));
        let shards: Vec<u8> = shards.collect();
        let kind = self.rng.random_range(0..4);
        let model = &mut self.models[at];
        let proposal = model.proposal.clone();
        match kind {
            0 if !shards.is_empty() => {
                let mut rules = model.rules;
                let sum = shards.iter().try_for_each(|shard| {
                    rules.sum_shard(now, *shard, &model.tallies[usize::from(*shard)])
                });
                if sum.is_ok() {
                    model.rules = rules;
                }
                self.send("sum_tally", &[proposal.sum_tally(&shards)], sum);
            }
            1 => {
                let result = model.rules.finalize(now).map(drop);
                self.send("finalize", &[proposal.finalize()], result);
            }
            2 => {
                // Shards are closed once it is decided; until then they are all there.
                if !model.rules.is_decided() {
                    let result = model.rules.decide_early(now, &model.tallies).map(drop);
                    self.send("decide_early", &[proposal.decide_early()], result);
                }
            }
            _ => {
                if self.rng.random_bool(0.05) {
                    let result = self.models[at].rules.cancel(now);
                    self.send("cancel", &[proposal.cancel()], result);
                }
            }
        }
    }

    fn execute(&mut self, at: usize) {
        let now = self.world.now();
        let model = &mut self.models[at];
        let proposal = model.proposal.clone();
        if model.payments.is_empty() {
            return;
        }
        let options = model.rules.choices().expect("drafted").options() as u8;
        let next = model.rules.next_instruction(now);
        let index = self.rng.random_range(0..model.payments.len()) as u8;
        let random = sealane_core::governance::InstructionAt {
            option: self.rng.random_range(0..options),
            index,
        };
        let place = next.filter(|_| self.rng.random_bool(0.7)).unwrap_or(random);
        let mut rules = model.rules;
        let result = rules
            .begin_instruction(now, place)
            .and_then(|()| rules.end_instruction(now).map(drop));
        if result.is_ok() {
            model.rules = rules;
        }
        let payment = &model.payments[usize::from(place.index)];
        let execute = proposal.execute(place.option, place.index, payment);
        self.send("execute", &[execute], result);
    }

    fn end(&mut self, at: usize) {
        let now = self.world.now();
        let model = &mut self.models[at];
        let proposal = model.proposal.clone();
        if self.rng.random_bool(0.5) {
            let result = model.rules.expire(now);
            self.send("expire", &[proposal.expire()], result);
            return;
        }
        let treasury = self.realm.treasury;
        let result = model.rules.take_deposit(now);
        let recipient = match result {
            Ok(sealane_core::governance::Deposit::Forfeited(_)) => treasury,
            _ => proposal.author,
        };
        let take = proposal.take_deposit(recipient);
        self.send("take_deposit", &[take], result.map(drop));
    }

    fn step(&mut self) {
        let open: Vec<usize> = (0..self.models.len()).rev().take(4).collect();
        let pick = open.choose(&mut self.rng).copied();
        let Some(at) = pick.filter(|_| self.rng.random_bool(0.99)) else {
            return self.draft();
        };
        // Mostly what fits the state.
        let state = self.models[at].rules.state(self.world.now());
        let likely = match state {
            _ if self.rng.random_bool(0.25) => self.rng.random_range(0..5),
            State::Voting => 0,
            State::Counting => 1,
            State::Succeeded | State::Executable | State::Executing => 2,
            _ => 3,
        };
        match likely {
            0 => self.vote(at),
            1 => self.decide(at),
            2 => self.execute(at),
            3 => self.end(at),
            _ => {
                let seconds = self.rng.random_range(1..300);
                self.world.wait(seconds);
            }
        }
        self.compare();
    }

    /// Fails unless the accounts are what the arithmetic says.
    fn compare(&self) {
        for model in self.models.iter().rev().take(4) {
            let proposal = self.world.proposal(&model.proposal);
            assert_eq!(*proposal.rules(), model.rules);
            for (shard, tally) in model.tallies.iter().enumerate() {
                let account = self.world.tally(&model.proposal, shard as u8);
                assert_eq!(account.expect("open").tally(), tally);
            }
            for (voter, record) in &model.records {
                let position = self.voters[*voter].0.position;
                let account = self.world.record(&model.proposal, &position);
                assert_eq!(account.expect("open").record(), record);
            }
        }
    }
}

#[test]
fn the_program_does_what_the_arithmetic_says() {
    let steps = std::env::var("SEALANE_WALK_STEPS").map_or(STEPS, |steps| {
        steps.parse().expect("SEALANE_WALK_STEPS is a number")
    });
    let seeded = Seeded::new(61);
    let mut walk = Walk::new(seeded.rng.clone());
    for _ in 0..steps {
        walk.step();
    }
    println!("{:#?}\n{:#?}", walk.executed, walk.refused);
    for what in [
        "draft",
        "vote",
        "change_vote",
        "withdraw_vote",
        "sum_tally",
        "finalize",
        "decide_early",
        "execute",
        "take_deposit",
    ] {
        assert!(walk.executed.contains_key(what), "{what} never succeeded");
    }
    let errors: BTreeSet<&String> = walk.refused.keys().map(|(_, error)| error).collect();
    assert!(errors.len() >= 12, "{errors:?}");
}
