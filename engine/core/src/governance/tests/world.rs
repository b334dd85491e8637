//! A proposal, positions of two stake pools that vote on it, its tally shards; and beside them a
//! model that only remembers who votes what.

use std::{vec, vec::Vec};

use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

use super::{ballot, outcomes::Vote};
use crate::{governance::*, stake::*};

const START: i64 = 1_000;
const SECONDS: u32 = 100;
const EPOCHS: Epochs = Epochs::from_checked_parts(START, SECONDS);
/// The snapshot is the beginning of this epoch.
const SNAPSHOT: u32 = 3;
const LOCKS: LockTerms = LockTerms::from_checked_parts(777, 50);

/// What happens in a history. Numbers are reduced to what is there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    Wait(u32),
    Cast(usize, Voter, Ballot, u8),
    Change(usize, Voter, Ballot),
    Withdraw(usize, Voter),
    Stake(usize, u64),
    Unstake(usize),
}

fn voter() -> impl Strategy<Value = Voter> {
    prop_oneof![3 => Just(Voter::Owner), 2 => Just(Voter::Delegate)]
}

pub(crate) fn event() -> impl Strategy<Value = Event> {
    let who = 0usize..64;
    prop_oneof![
        2 => (1u32..60).prop_map(Event::Wait),
        10 => (who.clone(), voter(), ballot(), 0u8..8)
            .prop_map(|(who, voter, ballot, shard)| Event::Cast(who, voter, ballot, shard)),
        4 => (who.clone(), voter(), ballot())
            .prop_map(|(who, voter, ballot)| Event::Change(who, voter, ballot)),
        2 => (who.clone(), voter()).prop_map(|(who, voter)| Event::Withdraw(who, voter)),
        1 => (who.clone(), 1u64..1 << 40).prop_map(|(who, amount)| Event::Stake(who, amount)),
        1 => who.prop_map(Event::Unstake),
    ]
}

/// What a position staked before the snapshot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Staked {
    pub(crate) council: bool,
    pub(crate) amount: u64,
    pub(crate) lock: u32,
}

pub(crate) fn staked() -> impl Strategy<Value = Staked> {
    let amount = prop_oneof![Just(0u64), 1u64..20, 1u64..1 << 58];
    (0u8..4, amount, 0u32..20).prop_map(|(council, amount, lock)| Staked {
        council: council == 0,
        amount,
        lock,
    })
}

#[derive(Clone, Copy)]
struct Member {
    body: Body,
    terms: LockTerms,
    stake: PositionStake,
    record: VoteRecord,
    /// The weight at the snapshot, from what was staked.
    weight: u128,
    /// What the model remembers.
    shard: Option<u8>,
    vote: Option<(Ballot, Voter)>,
}

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) proposal: Proposal,
    pub(crate) tallies: Vec<Tally>,
    pub(crate) now: i64,
    pub(crate) choices: Choices,
    terms: ConfigTerms,
    opened: i64,
    members: Vec<Member>,
}

impl World {
    /// None if the community has no weight.
    pub(crate) fn new(
        terms: ConfigTerms,
        choices: Choices,
        shards: u8,
        staked: &[Staked],
    ) -> Option<Self> {
        let config = Config::try_new(terms).unwrap();
        let pools = [LOCKS, LockTerms::NONE];
        let mut stakes = [ShardStake::new(0); 2];
        let mut members = Vec::new();
        for one in staked {
            let pool = usize::from(one.council);
            let (mut stake, terms) = (PositionStake::new(0), pools[pool]);
            let lock = if one.council { 0 } else { one.lock };
            if one.amount > 0 {
                let at = EPOCHS.moment(START + 42).unwrap();
                let change = stake.add(&at, &terms, one.amount).unwrap();
                stakes[pool].follow(&at, &terms, &change, 0).unwrap();
                if lock > 0 {
                    let change = stake.lock(&at, &terms, lock).unwrap();
                    stakes[pool].follow(&at, &terms, &change, 0).unwrap();
                }
            }
            let boost = i64::from(terms.boost()) * i64::from(lock.saturating_sub(SNAPSHOT));
            let multiplier = BigRational::new((10_000 + boost).into(), 10_000.into());
            let weight = multiplier * BigRational::from_integer(BigInt::from(one.amount) * WHOLE);
            members.push(Member {
                body: [Body::Community, Body::Council][pool],
                terms,
                stake,
                record: VoteRecord::default(),
                weight: weight.to_integer().try_into().unwrap(),
                shard: None,
                vote: None,
            });
        }
        // The record of the epoch before the snapshot tells all weight.
        let [community, council] = [0, 1].map(|pool: usize| Electorate {
            epoch: SNAPSHOT,
            weight: stakes[pool]
                .sum(SNAPSHOT - 1, &pools[pool], SECONDS)
                .unwrap()
                .weight
                .get(),
        });
        let snapshot = Snapshot::try_new(community, council).ok()?;
        let mut proposal = Proposal::draft(&config, choices, shards).unwrap();
        for option in 0..choices.options() as u8 {
            proposal.add_instruction(option).unwrap();
        }
        let opened = START + i64::from(SECONDS * SNAPSHOT) + 50;
        proposal.sign_off(opened, &config, &snapshot).unwrap();
        let mut world = Self {
            proposal,
            tallies: vec![Tally::default(); usize::from(shards)],
            now: opened,
            choices,
            terms,
            opened,
            members,
        };
        assert_eq!(world.totals(), [community.weight, council.weight]);
        // In the snapshot's epoch, before the voting: does not count any more.
        let now = core::mem::replace(&mut world.now, opened - 20);
        for who in 0..staked.len() / 2 {
            world.happen(Event::Stake(who, 1_000));
        }
        world.now = now;
        Some(world)
    }

    /// All weight at the snapshot.
    pub(crate) fn totals(&self) -> [u128; 2] {
        [Body::Community, Body::Council].map(|body| {
            let members = self.members.iter().filter(|member| member.body == body);
            members.map(|member| member.weight).sum()
        })
    }

    /// The votes that count.
    pub(crate) fn votes(&self) -> Vec<Vote> {
        self.members
            .iter()
            .filter_map(|member| member.vote.map(|(ballot, _)| (member, ballot)))
            .map(|(member, ballot)| (member.body, ballot, member.weight))
            .collect()
    }

    fn time(&self) -> (bool, bool) {
        let cools_off = self.opened + i64::from(self.terms.voting_seconds);
        let closes = cools_off + i64::from(self.terms.cool_off_seconds);
        (self.now < closes, self.now >= cools_off)
    }

    /// Whether a ballot is one that a body can cast now.
    fn takes(&self, body: Body, ballot: Ballot) -> bool {
        let cool_off = self.time().1;
        match (body, ballot) {
            (Body::Community, Ballot::Yes(options)) => {
                let known = u32::from(options.bits()) < 1 << self.choices.options();
                known && (1..=self.choices.most()).contains(&options.count()) && !cool_off
            }
            (Body::Community, Ballot::No) => true,
            (Body::Community, Ballot::Abstain) => !cool_off,
            (Body::Community, Ballot::Veto) => self.terms.community_veto_bps > 0,
            (Body::Council, Ballot::Abstain) => self.terms.council_veto_bps > 0 && !cool_off,
            (Body::Council, Ballot::Veto) => self.terms.council_veto_bps > 0,
            (Body::Council, _) => false,
        }
    }

    /// A record changes and its shard follows, if the model says so; otherwise nothing does.
    fn vote(
        &mut self,
        who: usize,
        allowed: bool,
        change: impl Fn(&mut Member, &Poll) -> Result<VoteChange, GovernanceError>,
    ) -> bool {
        let poll = self.proposal.poll(self.now);
        assert_eq!(poll.is_ok(), self.time().0);
        let mut after = self.members[who];
        let changed = poll.and_then(|poll| change(&mut after, &poll));
        assert_eq!(changed.is_ok(), allowed, "{changed:?}");
        match changed {
            Ok(changed) => {
                let shard = usize::from(changed.shard());
                self.tallies[shard].follow(&changed).unwrap();
                self.members[who] = after;
            }
            Err(_) => assert_eq!(after.record, self.members[who].record, "half done"),
        }
        allowed
    }

    pub(crate) fn happen(&mut self, event: Event) {
        let (open, cool_off) = self.time();
        let count = self.members.len();
        let at = EPOCHS.moment(self.now).unwrap();
        match event {
            Event::Wait(seconds) => self.now += i64::from(seconds),
            Event::Cast(who, voter, ballot, shard) => {
                let who = who % count;
                let member = self.members[who];
                let shard = shard % (self.tallies.len() as u8 + 1);
                let fits = match member.shard {
                    Some(first) => first == shard,
                    None => usize::from(shard) < self.tallies.len(),
                };
                let new = member.vote.is_none() && member.weight > 0;
                let allowed = open && new && fits && self.takes(member.body, ballot);
                if self.vote(who, allowed, |member, poll| {
                    let voice = Voice {
                        body: member.body,
                        voter,
                        stake: &member.stake,
                        terms: &member.terms,
                    };
                    member.record.cast(poll, &voice, ballot, shard)
                }) {
                    let member = &mut self.members[who];
                    member.vote = Some((ballot, voter));
                    member.shard = Some(shard);
                }
            }
            Event::Change(who, voter, ballot) => {
                let who = who % count;
                let body = self.members[who].body;
                let allowed = open && self.may(who, voter) && self.takes(body, ballot);
                if self.vote(who, allowed, |member, poll| {
                    member.record.change(poll, (member.body, voter), ballot)
                }) {
                    self.members[who].vote = Some((ballot, voter));
                }
            }
            Event::Withdraw(who, voter) => {
                let who = who % count;
                let allowed = open && self.may(who, voter) && !cool_off;
                if self.vote(who, allowed, |member, poll| {
                    member.record.withdraw(poll, (member.body, voter))
                }) {
                    self.members[who].vote = None;
                }
            }
            Event::Stake(who, amount) => {
                let member = &mut self.members[who % count];
                let _ = member.stake.add(&at, &member.terms, amount);
            }
            Event::Unstake(who) => {
                let member = &mut self.members[who % count];
                let amount = member.stake.stake().amount;
                let _ = member.stake.unstake(&at, &member.terms, amount, self.now);
            }
        }
        self.check_records();
    }

    fn may(&self, who: usize, voter: Voter) -> bool {
        let vote = self.members[who].vote;
        vote.is_some_and(|(_, by)| by == Voter::Delegate || voter == Voter::Owner)
    }

    fn check_records(&self) {
        for member in &self.members {
            let record = &member.record;
            assert_eq!(record.ballot(), member.vote.map(|(ballot, _)| ballot));
            if let Some((_, voter)) = member.vote {
                assert_eq!(record.voter(), voter);
                assert_eq!(record.weight(), member.weight);
                assert_eq!(Some(record.shard()), member.shard);
            }
        }
    }

    /// Each sum of a tally is the sum of the votes that it is of, in big numbers.
    pub(crate) fn check_sum(&self, sum: &Tally) {
        let votes = self.votes();
        let exact = |body, which: &dyn Fn(Ballot) -> bool| {
            let those = votes.iter().filter(|vote| vote.0 == body && which(vote.1));
            those.fold(BigInt::ZERO, |sum, vote| sum + vote.2)
        };
        let community = |which: &dyn Fn(Ballot) -> bool| exact(Body::Community, which);
        for (option, yes) in sum.yes.iter().enumerate() {
            let exact =
                community(&|ballot| matches!(ballot, Ballot::Yes(options) if options.has(option)));
            assert_eq!(BigInt::from(yes.get()), exact);
        }
        let approving = community(&|ballot| matches!(ballot, Ballot::Yes(_)));
        assert_eq!(BigInt::from(sum.approving.get()), approving);
        let rest = [
            (sum.no, Body::Community, Ballot::No),
            (sum.abstain, Body::Community, Ballot::Abstain),
            (sum.veto, Body::Community, Ballot::Veto),
            (sum.council_abstain, Body::Council, Ballot::Abstain),
            (sum.council_veto, Body::Council, Ballot::Veto),
        ];
        for (sum, body, ballot) in rest {
            assert_eq!(BigInt::from(sum.get()), exact(body, &|one| one == ballot));
        }
        assert_eq!(BigInt::from(sum.cast()), community(&|_| true));
    }

    /// Waits until voting is over.
    pub(crate) fn close(&mut self) {
        self.now = self.now.max(self.proposal.closes_at());
    }

    /// Sums the shards from one on, and decides.
    pub(crate) fn finalize(&mut self, first: usize, backwards: bool) -> Outcome {
        let (count, now) = (self.tallies.len(), self.now);
        for step in 0..count {
            let missing = self.proposal.finalize(now);
            assert_eq!(missing, Err(GovernanceError::NotSummed));
            let step = if backwards { count - 1 - step } else { step };
            let shard = (first + step) % count;
            let tally = self.tallies[shard];
            self.proposal.sum_shard(now, shard as u8, &tally).unwrap();
            let again = self.proposal.sum_shard(now, shard as u8, &tally);
            assert_eq!(again, Err(GovernanceError::AlreadySummed));
        }
        self.proposal.finalize(now).unwrap()
    }
}
