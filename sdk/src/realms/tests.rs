use bytemuck::Zeroable as _;
use sealane_core::{
    governance::{
        Ballot, Choices, Electorate, Options, Outcome, Proposal as Rules, Snapshot, State, Tally,
        Voter,
    },
    stake::{Epochs, LockTerms, Points, PositionStake},
};
use sealane_governance::state::{ConfigParams, Proposal, TallyShard, Text, VoteRecord};
use sealane_staking::state::Position;
use solana_pubkey::Pubkey;

use super::*;
use crate::{
    address,
    farms::Farms,
    fixtures::{account_bytes, update},
    governance, staking,
};

const VOTING_AT: i64 = 1_000;
const CONFIG: ConfigParams = ConfigParams {
    deposit: 77,
    voting_seconds: 100,
    cool_off_seconds: 20,
    time_lock_seconds: 60,
    execution_seconds: 3_600,
    quorum_bps: 2_000,
    threshold_bps: 5_000,
    community_veto_bps: 0,
    council_veto_bps: 0,
    early: true,
};
/// Weight of the community at the snapshot.
const TOTAL: u128 = 1_000 * 10_000;

fn signed_off() -> Proposal {
    let config = CONFIG.check().unwrap();
    let mut proposal = Proposal::zeroed();
    let choices = Choices::try_new(2, 1).unwrap();
    *proposal.rules_mut() = Rules::draft(&config, choices, 2).unwrap();
    proposal.rules_mut().add_instruction(1).unwrap();
    let weight = |epoch, weight| Electorate { epoch, weight };
    let snapshot = Snapshot::try_new(weight(5, TOTAL), weight(0, 0)).unwrap();
    let rules = proposal.rules_mut();
    rules.sign_off(VOTING_AT, &config, &snapshot).unwrap();
    proposal
}

fn tally(ballots: &[(Ballot, u128)]) -> Tally {
    let mut tally = Tally::default();
    let add = |sum: &mut Points, weight: u128| *sum = Points::new(sum.get() + weight);
    for (ballot, weight) in ballots {
        match ballot {
            Ballot::Yes(options) => {
                add(&mut tally.approving, *weight);
                let chosen = tally.yes.iter_mut().enumerate();
                chosen
                    .filter(|(option, _)| options.has(*option))
                    .for_each(|(_, yes)| add(yes, *weight));
            }
            Ballot::No => add(&mut tally.no, *weight),
            Ballot::Abstain => add(&mut tally.abstain, *weight),
            Ballot::Veto => add(&mut tally.veto, *weight),
        }
    }
    tally
}

fn shard(proposal: &Pubkey, index: u8, ballots: &[(Ballot, u128)]) -> (Pubkey, TallyShard) {
    let tally = tally(ballots);
    let mut shard = TallyShard::zeroed();
    (shard.proposal, shard.index) = (*proposal, index);
    *shard.tally_mut() = tally;
    (address::tally_shard(proposal, index).0, shard)
}

fn feed(realms: &mut Realms, address: Pubkey, bytes: &[u8]) {
    realms
        .apply(update(address, governance::ID, 9, bytes))
        .unwrap();
}

#[test]
fn votes_are_those_of_all_shards_as_they_are_now() {
    let at = Pubkey::new_unique();
    let account = signed_off();
    let mut realms = Realms::new();
    feed(&mut realms, at, &account_bytes(&account));
    let (first, second) = (Options::NONE.with(0), Options::NONE.with(1));
    for (index, ballots) in [
        (0, &[(Ballot::Yes(first), 300), (Ballot::No, 50)][..]),
        (1, &[(Ballot::Yes(second), 6_000_000), (Ballot::Abstain, 7)]),
    ] {
        let (tally_at, tally) = shard(&at, index, ballots);
        feed(&mut realms, tally_at, &account_bytes(&tally));
    }
    let view = proposal_view(&realms, &at, VOTING_AT + 1).unwrap();
    assert_eq!(view.state, State::Voting);
    assert_eq!((view.options[0].yes, view.options[1].yes), (300, 6_000_000));
    let standing = view.standing.unwrap();
    assert_eq!(standing.cast, 6_000_357);
    assert_eq!(
        (standing.quorum, standing.threshold),
        (TOTAL / 5, TOTAL / 2)
    );
    assert_eq!(standing.outcome, Outcome::Succeeded(second));
    assert!(standing.is_settled, "four tenths cannot outvote six");
    assert_eq!(standing.missing(), 0);
    assert_eq!(view.times.left(view.state, VOTING_AT + 1), Some(119));
    assert_eq!(view.times.decided_at, None);
    assert_eq!((view.open_shards, view.shards), (2, 2));
    assert_eq!(view.options[1].instructions, 1);
    // No text was written.
    assert_eq!((view.title, view.options[0].name.as_ref()), (None, None));
    let unknown = proposal_view(&realms, &Pubkey::new_unique(), 0);
    assert!(matches!(unknown, Err(RealmError::UnknownProposal { .. })));
}

#[test]
fn what_was_decided_stays_when_its_shards_are_closed() {
    let at = Pubkey::new_unique();
    let mut account = signed_off();
    let yes = Ballot::Yes(Options::NONE.with(1));
    let tally = tally(&[(yes, 9_000_000)]);
    let rules = account.rules_mut();
    let nothing = Tally::default();
    rules
        .decide_early(VOTING_AT + 30, [&tally, &nothing])
        .unwrap();
    let mut realms = Realms::new();
    feed(&mut realms, at, &account_bytes(&account));
    let mut text = Text::zeroed();
    text.proposal = at;
    let mut bytes = account_bytes(&text);
    bytes.extend(b"Lower fees\nNo\nYes\nBecause.");
    feed(&mut realms, address::proposal_text(&at).0, &bytes);
    let view = proposal_view(&realms, &at, VOTING_AT + 40).unwrap();
    assert_eq!(view.state, State::Succeeded);
    assert_eq!(view.title.as_deref(), Some("Lower fees"));
    assert_eq!(view.description.as_deref(), Some("Because."));
    assert_eq!(view.options[1].name.as_deref(), Some("Yes"));
    assert_eq!(view.options[1].yes, 9_000_000);
    assert!(view.options[1].won && !view.options[0].won);
    assert_eq!(view.times.decided_at, Some(VOTING_AT + 30));
    assert_eq!(view.times.executable_at, Some(VOTING_AT + 90));
    assert_eq!(view.times.left(view.state, VOTING_AT + 40), Some(50));
    let later = proposal_view(&realms, &at, VOTING_AT + 90).unwrap();
    assert_eq!(later.state, State::Executable);
    assert_eq!(later.times.left(later.state, VOTING_AT + 90), Some(3_600));
}

/// A position that staked in an epoch.
fn position(farm: Pubkey, owner: Pubkey, index: u16, (epoch, amount): (u32, u64)) -> Position {
    let mut position = Position::zeroed();
    (position.farm, position.owner, position.index) = (farm, owner, index);
    let moment = Epochs::try_new(0, 60)
        .unwrap()
        .moment(i64::from(epoch) * 60);
    *position.stake_mut() = PositionStake::new(epoch);
    let stake = position.stake_mut();
    stake
        .add(&moment.unwrap(), &LockTerms::NONE, amount)
        .unwrap();
    position
}

#[test]
fn power_is_what_positions_weighed_at_the_snapshot() {
    let [at, community, elsewhere, wallet, friend] = [(); 5].map(|()| Pubkey::new_unique());
    let mut account = signed_off();
    account.community = community;
    let mut realms = Realms::new();
    feed(&mut realms, at, &account_bytes(&account));
    let mut farms = Farms::new();
    let mut delegated = position(community, friend, 0, (2, 70));
    delegated.delegate = wallet;
    let mut own_delegate = position(community, wallet, 0, (3, 50));
    own_delegate.delegate = wallet;
    let mut addresses = Vec::new();
    for position in [
        own_delegate,
        delegated,
        // Staked in the snapshot's epoch, in another farm, and by somebody else.
        position(community, wallet, 1, (5, 1_000)),
        position(elsewhere, wallet, 0, (2, 1_000)),
        position(community, friend, 1, (2, 1_000)),
    ] {
        let (address, _) = address::position(&position.farm, &position.owner, position.index);
        let bytes = account_bytes(&position);
        farms
            .apply(update(address, staking::ID, 9, &bytes))
            .unwrap();
        addresses.push(address);
    }
    let mut vote = VoteRecord::zeroed();
    (vote.proposal, vote.position, vote.kind) = (at, addresses[0], 2);
    let (vote_at, _) = address::vote_record(&at, &addresses[0]);
    feed(&mut realms, vote_at, &account_bytes(&vote));
    let power = voting_power(&realms, &farms, &at, &wallet).unwrap();
    let found: Vec<_> = power
        .iter()
        .map(|one| (one.position, one.voter, one.weight))
        .collect();
    assert_eq!(
        found,
        [
            (addresses[1], Voter::Delegate, 700_000),
            (addresses[0], Voter::Owner, 500_000),
        ]
    );
    let record = power[1].record.unwrap();
    assert_eq!(record.record().ballot(), Some(Ballot::No));
    assert!(power[0].record.is_none());
    // A draft has no snapshot.
    let draft = Pubkey::new_unique();
    let config = CONFIG.check().unwrap();
    *account.rules_mut() = Rules::draft(&config, Choices::ONE, 1).unwrap();
    feed(&mut realms, draft, &account_bytes(&account));
    let refused = voting_power(&realms, &farms, &draft, &wallet);
    assert!(matches!(refused, Err(RealmError::Refused(_))));
    let view = proposal_view(&realms, &draft, 0).unwrap();
    assert_eq!((view.standing, view.times), (None, Times::default()));
}
