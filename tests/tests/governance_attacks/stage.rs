//! An author's proposals: one for every state that a proposal can be in, all at one time.

use sealane_governance::BallotParam::{Abstain, Veto};
use sealane_testkit::governance::{GovernanceWorld, TestProposal, TestRealm};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::arena::{Electorate, deciding_votes, open_votes, transfer};

/// Lamports that a proposal's first instruction pays to its author; the others pay more.
pub(crate) const PAYMENT: u64 = 1_000_000;

/// Proposals of two options and two tally shards each, which the author has paid for. The first
/// option has two payments, the second one.
#[derive(Debug, Clone)]
pub(crate) struct Stage {
    /// Being written; without its second tally shard.
    pub(crate) draft: TestProposal,
    /// Open for votes: see [`open_votes`].
    pub(crate) voting: TestProposal,
    /// Open for votes, of which none can change the outcome.
    pub(crate) settled: TestProposal,
    /// Voting is over, and nothing was summed.
    pub(crate) counting: TestProposal,
    /// Voting is over, and all was summed.
    pub(crate) summed: TestProposal,
    /// Succeeded a moment ago.
    pub(crate) succeeded: TestProposal,
    /// Succeeded a thousand seconds ago.
    pub(crate) executable: TestProposal,
    /// Succeeded too long ago.
    pub(crate) expired: TestProposal,
    /// Vetoed by the council.
    pub(crate) vetoed: TestProposal,
    /// Succeeded, without instructions.
    pub(crate) completed: TestProposal,
}

impl Stage {
    pub(crate) fn new(realm: &TestRealm, author: Pubkey, first: u32) -> Self {
        let proposal = |id| TestProposal::new(realm.clone(), author, first + id, 2);
        Self {
            draft: proposal(0),
            voting: proposal(1),
            settled: proposal(2),
            counting: proposal(3),
            summed: proposal(4),
            succeeded: proposal(5),
            executable: proposal(6),
            expired: proposal(7),
            vetoed: proposal(8),
            completed: proposal(9),
        }
    }

    pub(crate) fn proposals(&self) -> [&TestProposal; 10] {
        [
            &self.draft,
            &self.voting,
            &self.settled,
            &self.counting,
            &self.summed,
            &self.succeeded,
            &self.executable,
            &self.expired,
            &self.vetoed,
            &self.completed,
        ]
    }

    /// Lets time pass until every proposal is where it belongs. Votes last 700 seconds, the
    /// time-lock 300, the time to execute in 3,600, an epoch 1,000.
    pub(crate) fn play(world: &mut GovernanceWorld, stages: &[(&Self, &Electorate)]) {
        for (stage, _) in stages {
            for proposal in stage.proposals() {
                let is_draft = proposal.id == stage.draft.id;
                let is_empty = proposal.id == stage.completed.id;
                begin(world, proposal, (is_draft, is_empty));
            }
        }
        go_to_epoch(world, stages, 1);
        for (stage, electorate) in stages {
            open(world, &stage.expired);
            decide(world, &stage.expired, electorate, Abstain);
        }
        go_to_epoch(world, stages, 4);
        for (stage, electorate) in stages {
            for proposal in [&stage.counting, &stage.summed] {
                open(world, proposal);
                send(world, &open_votes(proposal, electorate));
            }
            for (proposal, council) in [
                (&stage.executable, Abstain),
                (&stage.completed, Abstain),
                (&stage.vetoed, Veto),
            ] {
                open(world, proposal);
                decide(world, proposal, electorate, council);
            }
        }
        go_to_epoch(world, stages, 5);
        for (stage, electorate) in stages {
            send(world, &[stage.summed.sum_tally(&[0, 1])]);
            open(world, &stage.voting);
            send(world, &open_votes(&stage.voting, electorate));
            open(world, &stage.settled);
            let votes = deciding_votes(&stage.settled, electorate, Abstain);
            send(world, &votes);
            open(world, &stage.succeeded);
            decide(world, &stage.succeeded, electorate, Abstain);
            for proposal in stage.proposals() {
                world.adopt(proposal);
            }
        }
        world.check();
    }
}

/// What a proposal of a stage pays: the option, its index, the instruction.
pub(crate) fn payments(proposal: &TestProposal) -> [(u8, u8, Instruction); 3] {
    let pay = |lamports| transfer(&proposal.realm.treasury, &proposal.author, lamports);
    [
        (0, 0, pay(PAYMENT)),
        (0, 1, pay(PAYMENT + 1)),
        (1, 0, pay(PAYMENT + 2)),
    ]
}

/// `draft` of a proposal of a stage.
pub(crate) fn draft(proposal: &TestProposal) -> Instruction {
    proposal
        .realm
        .draft(proposal.author, proposal.id, (2, 1), proposal.shards)
        .1
}

/// A text with all its parts.
pub(crate) const TEXT: &[u8] = b"Title\nFirst\nSecond\nBecause of this.";

fn begin(world: &mut GovernanceWorld, proposal: &TestProposal, (is_draft, is_empty): (bool, bool)) {
    let author = proposal.author;
    send(
        world,
        &[
            draft(proposal),
            proposal.write_text(TEXT.len() as u32, 0, TEXT),
            proposal.open_tally(0, author),
        ],
    );
    if !is_draft {
        send(world, &[proposal.open_tally(1, author)]);
    }
    if !is_empty {
        for (option, index, payment) in payments(proposal) {
            send(world, &proposal.propose(option, index, &payment));
        }
    }
}

fn open(world: &mut GovernanceWorld, proposal: &TestProposal) {
    let sign_off = world.sign_off(proposal);
    send(world, &[sign_off]);
}

fn decide(
    world: &mut GovernanceWorld,
    proposal: &TestProposal,
    electorate: &Electorate,
    council: sealane_governance::BallotParam,
) {
    send(world, &deciding_votes(proposal, electorate, council));
    send(world, &[proposal.decide_early()]);
}

fn go_to_epoch(world: &mut GovernanceWorld, stages: &[(&Stage, &Electorate)], epoch: u32) {
    let realm = &stages[0].1.realm;
    world.staking.go_to_epoch(&realm.community, epoch);
    for (_, electorate) in stages {
        world.close_epochs(&electorate.realm);
    }
}

/// Sends without the checks of a world, which come at the end.
fn send(world: &mut GovernanceWorld, instructions: &[Instruction]) {
    world.staking.world.execute(instructions);
}
