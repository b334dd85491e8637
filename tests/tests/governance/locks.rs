//! Votes conflict only if they chose one shard: told by the account lists of compiled transactions,
//! which is what the runtime schedules by. And what a vote costs.

use std::collections::{BTreeSet, HashSet};

use sealane_governance::{
    BallotParam::{Abstain, No, Veto, Yes},
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

/// With the fullest history, eight options, every ballot.
#[test]
fn a_vote_costs_at_most_1500_units() {
    let mut setting = Setting::under(ConfigParams {
        voting_seconds: 30_000,
        ..CONFIG
    });
    let farm = setting.realm.community.clone();
    let first = setting.members[0];
    setting.world.staking.fund(&farm.stake, &first.wallet, 100);
    for epoch in 2..16 {
        setting.world.staking.go_to_epoch(&farm, epoch);
        let stake = farm.stake(first.shard, first.wallet, first.position, 1);
        setting.world.execute(&[stake]);
    }
    let realm = setting.realm.clone();
    setting.world.next_epoch(&realm);
    let proposal = setting.open((8, 8), 2);
    let open = proposal.open_vote(first.position, first.wallet);
    setting.world.execute(&[open]);
    let (wallet, position) = (first.wallet, first.position);
    for ballot in [Yes(255), Yes(1), No, Abstain, Veto] {
        let vote = proposal.vote(wallet, position, 1, ballot);
        let change = proposal.change_vote(wallet, position, 1, ballot);
        let withdraw = proposal.withdraw_vote(wallet, position, 1);
        let units =
            [vote, change, withdraw].map(|one| setting.world.execute(&[one]).program_units());
        println!("{ballot:?}: {units:?}");
        let most = if ballot == Yes(255) {
            MAX_UNITS_OF_EIGHT
        } else {
            MAX_UNITS
        };
        for units in units {
            assert!(units <= most, "{units} units for {ballot:?}");
            assert!(units > 500, "something was measured");
        }
        let close = proposal.close_vote(position, wallet, true);
        let open = proposal.open_vote(position, wallet);
        setting.world.execute(&[close, open]);
    }
}
