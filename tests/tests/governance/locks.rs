//! Votes conflict only if they chose one shard: told by the account lists of compiled transactions,
//! which is what the runtime schedules by. And what a vote costs.

use std::collections::{BTreeSet, HashSet};

use sealane_governance::{
    BallotParam::{self, Abstain, No, Veto, Yes},
    state::ConfigParams,
};
use sealane_testkit::governance::{CONFIG, GovernanceWorld, Member, TestProposal};
use solana_instruction::Instruction;
use solana_message::Message;
use solana_pubkey::Pubkey;

use crate::setting::Setting;

/// What a vote for one option or against all may cost.
const MAX_UNITS: u64 = 1_500;
/// What one for eight options at once may cost.
const MAX_UNITS_OF_EIGHT: u64 = 1_650;
/// What the first vote may cost besides, of a position that was changed in so many epochs since the
/// snapshot that its weight at it can just be shown.
const MAX_UNITS_OF_CHANGES: u64 = 100;

/// The accounts that a transaction of a payer locks for writing.
fn writable(instructions: &[Instruction], payer: &Pubkey) -> BTreeSet<Pubkey> {
    let message = Message::new(instructions, Some(payer));
    let reserved = None::<&HashSet<Pubkey>>;
    let keys = message.account_keys.iter().enumerate();
    keys.filter(|(index, _)| message.is_maybe_writable_with_reserved_addresses(*index, reserved))
        .map(|(_, key)| *key)
        .collect()
}

/// A vote in every way, as it is sent; each is executed to show that it is a real one.
fn votes(
    world: &GovernanceWorld,
    proposal: &TestProposal,
    member: &Member,
    shard: u8,
) -> Vec<Vec<Instruction>> {
    let mut world = world.clone();
    let (wallet, position) = (member.wallet, member.position);
    let ways = vec![
        GovernanceWorld::first_vote(proposal, member, shard, Yes(1)).to_vec(),
        vec![proposal.change_vote(wallet, position, shard, No)],
        vec![proposal.withdraw_vote(wallet, position, shard)],
        vec![proposal.vote(wallet, position, shard, Abstain)],
    ];
    for way in &ways {
        world.execute(way);
    }
    ways
}

#[test]
fn votes_in_different_shards_share_nothing_that_they_write() {
    let mut setting = Setting::new();
    let proposal = setting.open((1, 1), 4);
    let [first, second, _] = setting.members;
    let world = &setting.world;
    for one in votes(world, &proposal, &first, 0) {
        let locked = writable(&one, &first.wallet);
        // Who pays the fee, the record, the shard, and nothing else.
        let expected = [
            first.wallet,
            proposal.record(&first.position),
            proposal.tally(0),
        ];
        assert_eq!(locked, BTreeSet::from(expected));
        for another in votes(world, &proposal, &second, 3) {
            let others = writable(&another, &second.wallet);
            assert!(locked.is_disjoint(&others), "{locked:?} and {others:?}");
        }
        for same_shard in votes(world, &proposal, &second, 0) {
            let others = writable(&same_shard, &second.wallet);
            let shared: Vec<_> = locked.intersection(&others).collect();
            assert_eq!(shared, [&proposal.tally(0)]);
        }
    }
}

/// The proposal, the position and the realm are only read, so votes do not wait for staking either.
#[test]
fn a_vote_and_a_stake_of_others_share_nothing_that_they_write() {
    let mut setting = Setting::new();
    let proposal = setting.open((1, 1), 1);
    let [first, second, _] = setting.members;
    let farm = &setting.realm.community;
    let stake = farm.stake(second.shard, second.wallet, second.position, 1);
    let staking = writable(&[stake], &second.wallet);
    for vote in votes(&setting.world, &proposal, &first, 0) {
        assert!(writable(&vote, &first.wallet).is_disjoint(&staking));
    }
}

/// The costs of a first vote, a change and a withdrawal, by every ballot.
fn costs(setting: &mut Setting, proposal: &TestProposal) -> Vec<(BallotParam, [u64; 3])> {
    let Member {
        wallet, position, ..
    } = setting.members[0];
    let ballots = [Yes(255), Yes(1), No, Abstain, Veto];
    ballots
        .map(|ballot| {
            setting.world.execute(&[
                proposal.open_vote(position, wallet),
                proposal.close_vote(position, wallet, true),
                proposal.open_vote(position, wallet),
            ]);
            let each = [
                proposal.vote(wallet, position, 1, ballot),
                proposal.change_vote(wallet, position, 1, ballot),
                proposal.withdraw_vote(wallet, position, 1),
            ];
            let units = each.map(|one| setting.world.execute(&[one]).program_units());
            (ballot, units)
        })
        .to_vec()
}

fn assert_cheap(costs: &[(BallotParam, [u64; 3])], besides: u64) {
    for (ballot, units) in costs {
        let most = if *ballot == Yes(255) {
            MAX_UNITS_OF_EIGHT
        } else {
            MAX_UNITS
        };
        println!("{ballot:?}: {units:?}");
        let [vote, change, withdraw] = *units;
        assert!(vote <= most + besides, "{vote} units for {ballot:?}");
        assert!(change.max(withdraw) <= most, "{units:?} for {ballot:?}");
        assert!(withdraw > 500, "something was measured");
    }
}

/// Of eight options, with a history that is as long as it can be, before the snapshot and after it.
#[test]
fn a_vote_costs_at_most_1500_units() {
    let mut setting = Setting::under(ConfigParams {
        voting_seconds: 30_000,
        ..CONFIG
    });
    let (farm, realm) = (setting.realm.community.clone(), setting.realm.clone());
    let first = setting.members[0];
    setting.world.staking.fund(&farm.stake, &first.wallet, 100);
    let change = |setting: &mut Setting| {
        for _ in 0..14 {
            setting.world.next_epoch(&realm);
            let stake = farm.stake(first.shard, first.wallet, first.position, 1);
            setting.world.execute(&[stake]);
        }
        setting.world.next_epoch(&realm);
    };
    change(&mut setting);
    let proposal = setting.open((8, 8), 2);
    assert_cheap(&costs(&mut setting, &proposal), 0);
    change(&mut setting);
    assert_cheap(&costs(&mut setting, &proposal), MAX_UNITS_OF_CHANGES);
}
