//! What the SDK plans for proposals is what the bytecode does: texts and instructions in parts, votes
//! with their weights, decisions, execution, refunds; or both refuse with the same error.

use rand::{Rng, seq::IndexedRandom};
use sealane_sdk::{
    address::{self, CLOCK_SYSVAR},
    engine_core::governance::{Ballot, Body, Options, Outcome, State},
    farms::Farms,
    plan::{
        Caller,
        governance::{
            OptionDraft, ProposeRequest, VoteRequest, clean_up_instructions,
            decide_early_instructions, execute_instructions, finalize_instructions,
            propose_instructions, proposed_sol_transfer_instruction, sign_off_instructions,
            vote_instructions, withdraw_vote_instructions,
        },
    },
    pools::AccountUpdate,
    realms::{RealmError, Realms, proposal_view, voting_power},
    tx::{MAX_TRANSACTION_SIZE, transaction_size},
};
use sealane_testkit::{
    Seeded,
    governance::{CONFIG, GovernanceWorld, Member, TestProposal, TestRealm},
};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

const SHARDS: u8 = 3;
const PAID: u64 = 12_345_678;

/// A realm with members in an SVM, and the SDK's caches of it.
struct Stage {
    world: GovernanceWorld,
    realm: TestRealm,
    community: Vec<Member>,
    council: Vec<Member>,
    author: Pubkey,
    realms: Realms,
    farms: Farms,
    slot: u64,
}

impl Stage {
    fn new(rng: &mut impl Rng) -> Self {
        let mut world = GovernanceWorld::new();
        let realm = world.create_realm(CONFIG);
        let pools = (realm.community.clone(), realm.council.clone());
        let council_pool = pools.1.expect("a council");
        let community = (0..6)
            .map(|number| world.member(&pools.0, number % 2, rng.random_range(1..1_000_000_000)));
        let community = community.collect();
        let council = (0..2).map(|_| world.member(&council_pool, 0, 1)).collect();
        let author = world.staking.world.wallet();
        let payer = world.staking.world.svm.payer();
        let fund = [&author, &realm.treasury]
            .map(|to| solana_system_interface::instruction::transfer(&payer, to, 10_000_000_000));
        world.execute(&fund);
        world.next_epoch(&realm);
        Self {
            world,
            realm,
            community,
            council,
            author,
            realms: Realms::new(),
            farms: Farms::new(),
            slot: 0,
        }
    }

    fn caller(&self, wallet: &Pubkey) -> Caller {
        Caller::new(*wallet).with_payer(self.world.staking.world.svm.payer())
    }

    /// Brings both caches up to date, as a client would.
    fn feed(&mut self, proposal: Option<&Pubkey>) {
        self.slot += 1;
        let mut addresses = vec![CLOCK_SYSVAR, self.realm.address];
        for farm in std::iter::once(&self.realm.community).chain(&self.realm.council) {
            addresses.extend([farm.address, farm.budget, farm.stake.address]);
            addresses.extend(farm.shards.iter().map(|shard| shard.address));
            let next = self.world.staking.budget(farm).next_epoch;
            addresses.extend((next.saturating_sub(2)..=next).map(|epoch| farm.record(epoch)));
        }
        let members = self.community.iter().chain(&self.council);
        addresses.extend(members.clone().map(|member| member.position));
        if let Some(proposal) = proposal {
            addresses.extend([*proposal, address::proposal_text(proposal).0]);
            addresses.extend((0..SHARDS).map(|shard| address::tally_shard(proposal, shard).0));
            for option in 0..3 {
                let calls = 0..3;
                addresses.extend(
                    calls.map(|index| address::proposed_instruction(proposal, option, index).0),
                );
            }
            addresses
                .extend(members.map(|member| address::vote_record(proposal, &member.position).0));
        }
        for address in addresses {
            self.feed_account(&address);
        }
    }

    fn feed_account(&mut self, address: &Pubkey) {
        let Some(account) = self.world.staking.world.svm.account(address) else {
            self.realms.remove(address, self.slot);
            self.farms.remove(address, self.slot);
            return;
        };
        let update = AccountUpdate {
            address: *address,
            owner: account.owner,
            slot: self.slot,
            data: &account.data,
        };
        self.realms.apply(update).expect("an account that decodes");
        self.farms.apply(update).expect("an account that decodes");
    }

    fn send(&mut self, what: &str, transactions: &[Vec<Instruction>], proposal: &Pubkey) {
        let payer = self.world.staking.world.svm.payer();
        for instructions in transactions {
            let size = transaction_size(instructions, &payer);
            assert!(size <= MAX_TRANSACTION_SIZE, "{what}: {size} bytes");
            if let Err(refused) = self.world.try_execute(instructions) {
                panic!("{what} was planned and is refused: {refused:#?}");
            }
        }
        self.feed(Some(proposal));
    }

    /// A long text, a payment, and an instruction that takes several to write.
    fn propose(&mut self, rng: &mut impl Rng, options: usize) -> (Pubkey, Vec<Instruction>) {
        self.feed(None);
        let pay = proposed_sol_transfer_instruction(&self.realm.address, &self.author, PAID);
        let large = Instruction {
            program_id: Pubkey::new_unique(),
            accounts: (0..48)
                .map(|_| AccountMeta {
                    pubkey: Pubkey::new_unique(),
                    is_signer: false,
                    is_writable: rng.random(),
                })
                .collect(),
            data: (0..3_000).map(|_| rng.random()).collect(),
        };
        let request = ProposeRequest {
            realm: self.realm.address,
            id: None,
            title: "Größe ⚓".to_owned(),
            description: "Because. ".repeat(rng.random_range(1..1_000)),
            options: (0..options)
                .map(|number| OptionDraft {
                    name: format!("Option {number}"),
                    instructions: match number {
                        0 => vec![pay.clone(), pay.clone()],
                        1 => vec![large.clone()],
                        _ => Vec::new(),
                    },
                })
                .collect(),
            most_choices: 1,
            shards: SHARDS,
        };
        let caller = self.caller(&self.author);
        let plan = propose_instructions(&self.realms, &request, &caller).expect("a proposal");
        let proposal = plan.quote.proposal;
        let realm = self.realm.clone();
        let id = self.realms.proposals_of(&realm.address).count() as u32;
        self.send("propose", &plan.transactions, &proposal);
        self.world
            .adopt(&TestProposal::new(realm, self.author, id, SHARDS));
        let view = proposal_view(&self.realms, &proposal, self.world.now()).expect("it is there");
        assert_eq!(view.title.as_deref(), Some("Größe ⚓"));
        assert_eq!(
            view.description.as_deref(),
            Some(request.description.as_str())
        );
        assert_eq!(view.deposit, plan.quote.deposit);
        let calls = self.realms.calls(&proposal);
        let calls = calls.iter().map(|call| call.account.instruction.clone());
        let calls: Vec<Instruction> = calls.collect();
        let proposed: Vec<Instruction> = request
            .options
            .iter()
            .flat_map(|option| option.instructions.clone())
            .collect();
        assert_eq!(calls, proposed, "what was stored is what was proposed");
        (proposal, calls)
    }

    fn sign_off(&mut self, proposal: &Pubkey) {
        let caller = self.caller(&self.author);
        let plan = sign_off_instructions(&self.realms, &self.farms, proposal, &caller);
        let plan = plan.expect("it can be signed off");
        self.send("sign off", &plan.transactions, proposal);
        let view = proposal_view(&self.realms, proposal, self.world.now()).expect("it is there");
        assert_eq!(view.state, State::Voting);
        assert_eq!(view.times.closes_at, Some(plan.quote.closes_at));
        let snapshot = view.snapshot.expect("it was signed off");
        assert_eq!(snapshot.of(Body::Community).epoch, plan.quote.epoch);
    }

    /// Votes, changes the vote or takes it back; the program refuses what the SDK refuses.
    fn vote(&mut self, rng: &mut impl Rng, proposal: &Pubkey, ballots: &[Ballot]) -> bool {
        let of_council = rng.random_range(0..4) == 0;
        let members = if of_council {
            &self.council
        } else {
            &self.community
        };
        let member = *members.choose(rng).expect("members");
        let caller = self.caller(&member.wallet);
        let at = (proposal, &member.position);
        if rng.random_range(0..5) == 0 {
            let plan = withdraw_vote_instructions(&self.realms, &self.farms, at, &caller);
            let Ok(plan) = plan else {
                return false;
            };
            self.send("withdraw vote", &[plan.instructions], proposal);
            return true;
        }
        let request = VoteRequest {
            proposal: *proposal,
            position: member.position,
            ballot: *ballots.choose(rng).expect("ballots"),
            shard: rng.random_bool(0.5).then(|| rng.random_range(0..SHARDS)),
        };
        match vote_instructions(&self.realms, &self.farms, &request, &caller) {
            Ok(plan) => {
                let quote = plan.quote;
                self.send("vote", &[plan.instructions], proposal);
                let record = self
                    .realms
                    .vote(proposal, &member.position)
                    .expect("it was opened");
                let record = record.account.record();
                assert_eq!(record.ballot(), Some(request.ballot));
                assert_eq!(
                    (record.weight(), record.shard()),
                    (quote.weight, quote.shard)
                );
                let power = voting_power(&self.realms, &self.farms, proposal, &member.wallet);
                assert_eq!(power.expect("a snapshot")[0].weight, quote.weight);
                true
            }
            Err(error) => {
                // The council neither approves nor refuses.
                let council = of_council && matches!(request.ballot, Ballot::Yes(_) | Ballot::No);
                assert!(council, "{error}: {request:?}");
                false
            }
        }
    }
}

fn yes(option: usize) -> Ballot {
    Ballot::Yes(Options::default().with(option))
}

#[test]
fn proposals_go_the_way_that_was_planned() {
    let mut seeded = Seeded::new(909);
    let (mut votes, mut succeeded, mut early) = (0, 0, 0);
    for number in 0..6 {
        let mut stage = Stage::new(&mut seeded.rng);
        let options = 1 + number % 3;
        let (proposal, _) = stage.propose(&mut seeded.rng, options);
        stage.sign_off(&proposal);
        let mut ballots: Vec<Ballot> = (0..options).map(yes).collect();
        ballots.extend([yes(0), yes(0), Ballot::No, Ballot::Abstain]);
        for _ in 0..20 {
            votes += usize::from(stage.vote(&mut seeded.rng, &proposal, &ballots));
        }
        let caller = stage.caller(&stage.author);
        // Early if that is settled, or else when the time has come.
        let decision = match decide_early_instructions(&stage.realms, &proposal, &caller) {
            Ok(decision) => {
                early += 1;
                decision
            }
            Err(RealmError::Refused(_)) => {
                stage.world.wait(701);
                stage.feed(Some(&proposal));
                finalize_instructions(&stage.realms, &proposal, &caller).expect("voting is over")
            }
            Err(error) => panic!("{error}"),
        };
        stage.send("decide", &decision.transactions, &proposal);
        let view = proposal_view(&stage.realms, &proposal, stage.world.now()).expect("it is there");
        match decision.quote.outcome {
            Outcome::Succeeded(winners) => {
                assert!(matches!(view.state, State::Succeeded | State::Completed));
                succeeded += 1;
                if winners.has(0) {
                    pay_out(&mut stage, &proposal);
                }
            }
            Outcome::Defeated => assert_eq!(view.state, State::Defeated),
            Outcome::Vetoed => assert_eq!(view.state, State::Vetoed),
        }
        clean_up(&mut stage, &proposal);
    }
    println!("{votes} votes, {early} decided early, {succeeded} succeeded");
    assert!(
        votes > 60 && succeeded > 0,
        "{votes} votes, {succeeded} succeeded"
    );
}

/// Both payments, each of them once, after the time-lock.
fn pay_out(stage: &mut Stage, proposal: &Pubkey) {
    assert!(
        execute_instructions(&stage.realms, proposal).is_err(),
        "it is time-locked"
    );
    stage.world.wait(301);
    stage.feed(Some(proposal));
    let before = stage.world.lamports(&stage.author);
    for _ in 0..2 {
        let plan = execute_instructions(&stage.realms, proposal).expect("its time has come");
        stage.send("execute", &[plan.instructions], proposal);
    }
    assert_eq!(stage.world.lamports(&stage.author) - before, 2 * PAID);
    assert!(
        execute_instructions(&stage.realms, proposal).is_err(),
        "it is completed"
    );
}

/// Everything but the proposal itself is closed, and the author has the deposit back.
fn clean_up(stage: &mut Stage, proposal: &Pubkey) {
    let caller = stage.caller(&stage.author);
    let plan = match clean_up_instructions(&stage.realms, proposal, &caller) {
        Ok(plan) => plan,
        // Another option has won, whose instruction nobody can execute: it has to expire first.
        Err(_) => {
            stage.world.wait(5_000);
            stage.feed(Some(proposal));
            clean_up_instructions(&stage.realms, proposal, &caller).expect("it is over")
        }
    };
    let before = stage.world.lamports(&stage.author);
    stage.send("clean up", &plan.transactions, proposal);
    let back = stage.world.lamports(&stage.author) - before;
    assert!(
        back > plan.quote && plan.quote == CONFIG.deposit,
        "{back} came back"
    );
    assert!(stage.realms.text(proposal).is_none() && stage.realms.calls(proposal).is_empty());
    assert!(stage.realms.tallies(proposal).is_empty());
    assert_eq!(stage.realms.votes(proposal).count(), 0);
}
