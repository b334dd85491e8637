//! An SVM with realms, proposals and votes in it.

use std::ops::Range;

use anchor_lang::bytemuck::Zeroable;
use sealane_governance::{
    BallotParam,
    state::{
        ConfigParams, Proposal, ProposedInstruction, Realm, Sums, TallyShard, Text, VoteRecord,
    },
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{TestProposal, TestRealm};
use crate::{
    Executed, MintSpec, Refused, Svm,
    staking::{PARAMS, StakingWorld, TestFarm},
    world::read,
};

/// Lengths of accounts before what follows their fields.
const TEXT_HEAD: usize = 48;
const INSTRUCTION_HEAD: usize = 80;

/// Somebody who votes, and the position they vote with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Who owns the position.
    pub wallet: Pubkey,
    /// The position.
    pub position: Pubkey,
    /// The shard of its pool.
    pub shard: usize,
}

/// An SVM with the governance program in it, stake pools, realms and proposals. After every
/// instruction list that it sends it checks each proposal: tally shards are the sums of the records
/// that chose them, and every account holds its rent and the proposal its deposit besides.
///
/// A clone is an independent world.
#[derive(Clone)]
pub struct GovernanceWorld {
    /// Stake pools, wallets, mints, the machine.
    pub staking: StakingWorld,
    proposals: Vec<TestProposal>,
    positions: Vec<Pubkey>,
    drafts: u32,
}

impl Default for GovernanceWorld {
    fn default() -> Self {
        Self::new()
    }
}

impl GovernanceWorld {
    /// A world without realms.
    ///
    /// # Panics
    /// If the programs have not been built.
    #[must_use]
    pub fn new() -> Self {
        let mut staking = StakingWorld::new();
        staking
            .world
            .svm
            .deploy(sealane_governance::ID, "sealane_governance");
        Self {
            staking,
            proposals: Vec::new(),
            positions: Vec::new(),
            drafts: 0,
        }
    }

    /// The machine.
    pub fn svm(&mut self) -> &mut Svm {
        &mut self.staking.world.svm
    }

    /// The time, Unix seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.staking.now()
    }

    /// Lets time pass.
    pub fn wait(&mut self, seconds: i64) {
        self.svm().advance_time(seconds);
    }

    /// What an account holds.
    #[must_use]
    pub fn lamports(&self, address: &Pubkey) -> u64 {
        let account = self.staking.world.svm.account(address);
        account.map_or(0, |account| account.lamports)
    }

    /// A new realm of two new stake pools: a community's of two shards, a council's of one.
    pub fn create_realm(&mut self, config: ConfigParams) -> TestRealm {
        let community = self.staking.create_farm(&MintSpec::spl(6), PARAMS, 2);
        let council = self.staking.create_farm(&MintSpec::spl(0), PARAMS, 1);
        self.create_realm_of(community, Some(council), config)
    }

    /// A new realm of pools at hand.
    pub fn create_realm_of(
        &mut self,
        community: TestFarm,
        council: Option<TestFarm>,
        config: ConfigParams,
    ) -> TestRealm {
        let creator = self.staking.world.wallet();
        let realm = TestRealm::new(creator, 0, community, council);
        self.execute(&[realm.create("Realm", config)]);
        realm
    }

    /// Somebody who stakes in a pool from now on.
    pub fn member(&mut self, farm: &TestFarm, shard: usize, amount: u64) -> Member {
        let (wallet, position) = self.staking.staker(farm, shard, amount);
        if amount > 0 {
            self.execute(&[farm.stake(shard, wallet, position, amount)]);
        }
        self.positions.push(position);
        Member {
            wallet,
            position,
            shard,
        }
    }

    /// Learns of a position whose votes count from now on.
    pub fn watch(&mut self, position: Pubkey) {
        self.positions.push(position);
    }

    /// Lets both pools come to their next epoch, and closes all before it.
    pub fn next_epoch(&mut self, realm: &TestRealm) {
        let next = self.staking.epoch(&realm.community) + 1;
        self.staking.go_to_epoch(&realm.community, next);
        self.close_epochs(realm);
    }

    /// Closes all epochs that have ended, of both pools.
    pub fn close_epochs(&mut self, realm: &TestRealm) {
        for farm in std::iter::once(&realm.community).chain(&realm.council) {
            self.staking.close_epochs(farm);
        }
    }

    /// A new author's draft with its text, and its tally shards.
    pub fn draft(&mut self, realm: &TestRealm, choices: (u8, u8), shards: u8) -> TestProposal {
        let author = self.staking.world.wallet();
        self.draft_by(author, realm, choices, shards)
    }

    /// The same by an author at hand.
    pub fn draft_by(
        &mut self,
        author: Pubkey,
        realm: &TestRealm,
        choices: (u8, u8),
        shards: u8,
    ) -> TestProposal {
        let id = self.drafts;
        self.drafts += 1;
        let (proposal, draft) = realm.draft(author, id, choices, shards);
        self.proposals.push(proposal.clone());
        let names: String = (0..choices.0)
            .map(|option| format!("Option {option}\n"))
            .collect();
        let text = format!("Title\n{names}Because of this.");
        self.execute(&[
            draft,
            proposal.write_text(text.len() as u32, 0, text.as_bytes()),
        ]);
        let payer = self.staking.world.svm.payer();
        for index in 0..shards {
            self.execute(&[proposal.open_tally(index, payer)]);
        }
        proposal
    }

    /// Learns of a proposal that was made by instructions of a test's own.
    pub fn adopt(&mut self, proposal: &TestProposal) {
        self.proposals.push(proposal.clone());
    }

    /// Looks after the proposals so far no longer, for those who make many.
    pub fn forget(&mut self) {
        self.proposals.clear();
    }

    /// Writes instructions into a draft's option, behind its others.
    pub fn propose(&mut self, proposal: &TestProposal, option: u8, instructions: &[Instruction]) {
        for instruction in instructions {
            let index = self.proposal(proposal).instructions[usize::from(option)];
            self.execute(&proposal.propose(option, index, instruction));
        }
    }

    /// The instruction that opens the voting now.
    #[must_use]
    pub fn sign_off(&self, proposal: &TestProposal) -> Instruction {
        let realm = &proposal.realm;
        let council = realm.council.as_ref();
        proposal.sign_off(
            self.staking.epoch(&realm.community),
            council.map_or(0, |farm| self.staking.epoch(farm)),
        )
    }

    /// The instructions with which a member votes for the first time.
    #[must_use]
    pub fn first_vote(
        proposal: &TestProposal,
        member: &Member,
        shard: u8,
        ballot: BallotParam,
    ) -> [Instruction; 2] {
        [
            proposal.open_vote(member.position, member.wallet),
            proposal.vote(member.wallet, member.position, shard, ballot),
        ]
    }

    /// Lets a member vote for the first time.
    pub fn vote(
        &mut self,
        proposal: &TestProposal,
        member: &Member,
        shard: u8,
        ballot: BallotParam,
    ) -> Executed {
        self.execute(&Self::first_vote(proposal, member, shard, ballot))
    }

    /// Waits until voting is over, sums all shards and finalizes.
    pub fn finalize(&mut self, proposal: &TestProposal) {
        let closes = self.proposal(proposal).rules().closes_at();
        let now = self.now();
        self.wait((closes - now).max(0));
        let all: Vec<u8> = (0..proposal.shards).collect();
        self.execute(&[proposal.sum_tally(&all), proposal.finalize()]);
    }

    /// Waits until a proposal that has succeeded can be executed.
    pub fn unlock(&mut self, proposal: &TestProposal) {
        let executable = self.proposal(proposal).rules().executable_at();
        let now = self.now();
        self.wait((executable - now).max(0));
    }

    /// From a draft with instructions to its execution, by members who all vote for its option.
    pub fn carry_out(
        &mut self,
        realm: &TestRealm,
        instructions: &[Instruction],
        members: &[Member],
    ) -> TestProposal {
        let proposal = self.draft(realm, (1, 1), 1);
        self.propose(&proposal, 0, instructions);
        self.close_epochs(realm);
        self.execute(&[self.sign_off(&proposal)]);
        for member in members {
            self.vote(&proposal, member, 0, BallotParam::Yes(1));
        }
        self.finalize(&proposal);
        self.unlock(&proposal);
        for (index, instruction) in instructions.iter().enumerate() {
            self.execute(&[proposal.execute(0, index as u8, instruction)]);
        }
        proposal
    }

    /// Sends instructions and checks every proposal and every pool.
    ///
    /// # Errors
    /// What was refused.
    ///
    /// # Panics
    /// If something does not add up any more.
    pub fn try_execute(&mut self, instructions: &[Instruction]) -> Result<Executed, Refused> {
        let outcome = self.staking.try_execute(instructions);
        self.check();
        outcome
    }

    /// Sends instructions that must succeed.
    ///
    /// # Panics
    /// If they are refused, or something does not add up any more.
    pub fn execute(&mut self, instructions: &[Instruction]) -> Executed {
        let executed = self.staking.execute(instructions);
        self.check();
        executed
    }

    /// Fails unless every proposal of this world adds up.
    ///
    /// # Panics
    /// If one does not.
    pub fn check(&self) {
        for proposal in &self.proposals {
            if self.staking.world.svm.account(&proposal.address).is_some() {
                self.check_proposal(proposal);
            }
        }
    }

    fn check_proposal(&self, accounts: &TestProposal) {
        let svm = &self.staking.world.svm;
        let proposal = self.proposal(accounts);
        let held = self.lamports(&accounts.address);
        let owed = svm.rent(svm.data(&accounts.address).len()) + proposal.deposit;
        assert_eq!(held, owed, "lamports of {}", accounts.address);
        let records: Vec<VoteRecord> = self
            .positions
            .iter()
            .filter_map(|position| self.record(accounts, position))
            .collect();
        let of_voters = self.positions.iter().map(|one| accounts.record(one));
        let tallies = (0..accounts.shards).map(|index| accounts.tally(index));
        let instructions = (0..proposal.options).flat_map(|option| {
            let count = proposal.instructions[usize::from(option)];
            (0..count).map(move |index| accounts.instruction(option, index))
        });
        for address in of_voters.chain(tallies).chain(instructions) {
            self.check_rent(&address);
        }
        if proposal.rules().is_decided() {
            return;
        }
        let mut cast = (0, 0);
        for index in 0..accounts.shards {
            let own = records.iter().filter(|record| record.shard == index);
            let sums = sums_of(own);
            let Some(tally) = self.tally(accounts, index) else {
                assert_eq!(sums, Sums::zeroed(), "votes without a shard");
                continue;
            };
            assert_eq!(tally.sums, sums, "shard {index} and its records");
            cast.0 += tally.tally().cast();
            cast.1 += tally.tally().council_cast();
        }
        let number = |[low, high]: [u64; 2]| u128::from(high) << 64 | u128::from(low);
        assert!(cast.0 <= number(proposal.total) && cast.1 <= number(proposal.council_total));
    }

    /// Fails unless an account that exists holds just its rent.
    fn check_rent(&self, address: &Pubkey) {
        let svm = &self.staking.world.svm;
        if let Some(account) = svm.account(address).filter(|account| account.lamports > 0) {
            let rent = svm.rent(account.data.len());
            assert_eq!(account.lamports, rent, "lamports of {address}");
        }
    }

    fn typed(&self, address: &Pubkey) -> Option<Vec<u8>> {
        let account = self.staking.world.svm.account(address)?;
        (account.owner == sealane_governance::ID).then_some(account.data)
    }

    /// A realm's account.
    #[must_use]
    pub fn realm(&self, realm: &TestRealm) -> Realm {
        read(&self.staking.world.svm.data(&realm.address))
    }

    /// A proposal's account.
    #[must_use]
    pub fn proposal(&self, proposal: &TestProposal) -> Proposal {
        read(&self.staking.world.svm.data(&proposal.address))
    }

    /// A tally shard, if there is one.
    #[must_use]
    pub fn tally(&self, proposal: &TestProposal, index: u8) -> Option<TallyShard> {
        let data = self.typed(&proposal.tally(index))?;
        Some(read(&data))
    }

    /// A position's vote, if it has a record.
    #[must_use]
    pub fn record(&self, proposal: &TestProposal, position: &Pubkey) -> Option<VoteRecord> {
        let data = self.typed(&proposal.record(position))?;
        Some(read(&data))
    }

    /// A proposal's text.
    ///
    /// # Panics
    /// If it was closed.
    #[must_use]
    pub fn text(&self, proposal: &TestProposal) -> Vec<u8> {
        let data = self.staking.world.svm.data(&proposal.text);
        let head: Text = read(&data[..TEXT_HEAD]);
        assert_eq!(head.proposal.to_bytes(), proposal.address.to_bytes());
        data[TEXT_HEAD..].to_vec()
    }

    /// A proposal's instruction, and what lies behind its fields.
    #[must_use]
    pub fn instruction(
        &self,
        proposal: &TestProposal,
        option: u8,
        index: u8,
    ) -> Option<(ProposedInstruction, Vec<u8>)> {
        let data = self.typed(&proposal.instruction(option, index))?;
        let head: Range<usize> = 0..INSTRUCTION_HEAD;
        Some((read(&data[head]), data[INSTRUCTION_HEAD..].to_vec()))
    }
}

/// What records add up to, told by their fields and not by the program's arithmetic.
fn sums_of<'a>(records: impl Iterator<Item = &'a VoteRecord>) -> Sums {
    let mut sums = Sums::zeroed();
    for record in records {
        let add = |sum: &mut [u64; 2]| {
            let number = |[low, high]: [u64; 2]| u128::from(high) << 64 | u128::from(low);
            let total = number(*sum) + number(record.weight);
            *sum = [total as u64, (total >> 64) as u64];
        };
        match (record.council, record.kind) {
            (_, 0) => {}
            (0, 1) => {
                for (option, sum) in sums.yes.iter_mut().enumerate() {
                    if record.options >> option & 1 == 1 {
                        add(sum);
                    }
                }
                add(&mut sums.approving);
            }
            (0, 2) => add(&mut sums.no),
            (0, 3) => add(&mut sums.abstain),
            (0, 4) => add(&mut sums.veto),
            (1, 3) => add(&mut sums.council_abstain),
            (1, 4) => add(&mut sums.council_veto),
            (body, kind) => panic!("body {body} with ballot {kind}"),
        }
    }
    sums
}
