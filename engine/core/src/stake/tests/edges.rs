//! Bounds, and what is refused.

use crate::{farm::EpochRewards, stake::*};

const EPOCHS: Epochs = Epochs::from_checked_parts(1_000, 100);
const LOCKS: LockTerms = LockTerms::from_checked_parts(100, 52);

fn at(now: i64) -> Moment {
    EPOCHS.moment(now).unwrap()
}

#[test]
fn epochs_are_whole_from_their_beginning() {
    let first = at(1_000);
    assert_eq!((first.epoch, first.left), (0, 100));
    let last = at(1_099);
    assert_eq!((last.epoch, last.left), (0, 1));
    let next = at(1_100);
    assert_eq!((next.epoch, next.left), (1, 100));
    assert_eq!((EPOCHS.begin(1), EPOCHS.end(1)), (1_100, 1_200));
    assert_eq!(EPOCHS.moment(999), Err(StakeError::Overflow));
    assert_eq!(EPOCHS.moment(i64::MAX), Err(StakeError::Overflow));
}

#[test]
fn parameters_have_bounds() {
    for seconds in [0, MIN_EPOCH_SECONDS - 1, MAX_EPOCH_SECONDS + 1] {
        assert_eq!(Epochs::try_new(0, seconds), Err(StakeError::InvalidEpochs));
    }
    assert_eq!(Epochs::try_new(-1, 100), Err(StakeError::InvalidEpochs));
    assert!(Epochs::try_new(0, MAX_EPOCH_SECONDS).is_ok());
    // 1 + 255 · 1.57% is a little more than five.
    assert!(LockTerms::try_new(156, 255).is_ok());
    assert_eq!(
        LockTerms::try_new(157, 255),
        Err(StakeError::InvalidLockTerms)
    );
    assert!(LockTerms::try_new(40_000, 1).is_ok());
    assert_eq!(
        LockTerms::try_new(40_001, 1),
        Err(StakeError::InvalidLockTerms)
    );
}

#[test]
fn a_lock_weighs_by_what_is_left_of_it() {
    let mut position = PositionStake::new(0);
    position.add(&at(1_000), &LOCKS, 1_000).unwrap();
    position.lock(&at(1_000), &LOCKS, 10).unwrap();
    // Half of epoch 0 at 1.10, as in all of it: the lock came at its beginning.
    assert_eq!(position.points_in(0, &LOCKS, 100), 1_000 * 11_000 * 100);
    for epoch in 1..12u32 {
        let multiplier = 10_000 + 100 * u128::from(10u32.saturating_sub(epoch));
        let weight = 1_000 * multiplier;
        assert_eq!(position.points_in(epoch, &LOCKS, 100), weight * 100);
        assert_eq!(position.weight_at(epoch, &LOCKS), Ok(weight));
    }
    assert_eq!(position.weight_at(0, &LOCKS), Ok(0));
}

#[test]
fn a_locked_stake_cannot_leave_early() {
    let mut position = PositionStake::new(0);
    position.add(&at(1_000), &LOCKS, 1_000).unwrap();
    position.lock(&at(1_050), &LOCKS, 3).unwrap();
    for now in [1_050, 1_150, 1_299] {
        let mut attempt = position;
        let refused = attempt.unstake(&at(now), &LOCKS, 1, now);
        assert_eq!(refused, Err(StakeError::Locked), "at {now}");
        assert_eq!(attempt, position);
    }
    // Nor is a lock ever made shorter.
    for until in [0, 1, 3] {
        let refused = position.lock(&at(1_150), &LOCKS, until);
        assert_eq!(refused, Err(StakeError::InvalidLock), "until {until}");
    }
    let refused = position.lock(&at(1_150), &LOCKS, 1 + 53);
    assert_eq!(refused, Err(StakeError::InvalidLock));
    position.unstake(&at(1_300), &LOCKS, 1_000, 1_400).unwrap();
    assert_eq!(position.withdraw(1_399), Err(StakeError::CoolingDown));
    assert_eq!(position.withdraw(1_400), Ok(1_000));
    assert_eq!(position.withdraw(1_400), Err(StakeError::CoolingDown));
}

#[test]
fn a_shard_frees_what_is_unlocked() {
    let mut shard = ShardStake::new(0);
    let mut position = PositionStake::new(0);
    let added = position.add(&at(1_000), &LOCKS, 1_000).unwrap();
    shard.follow(&at(1_000), &LOCKS, &added, 0).unwrap();
    let locked = position.lock(&at(1_000), &LOCKS, 10).unwrap();
    shard.follow(&at(1_000), &LOCKS, &locked, 0).unwrap();
    assert_eq!((shard.locked, shard.lock_epochs.get()), (1_000, 10_000));
    shard.roll(9, &LOCKS, 100, 0).unwrap();
    assert_eq!((shard.locked, shard.lock_epochs.get()), (1_000, 1_000));
    shard.roll(10, &LOCKS, 100, 0).unwrap();
    assert_eq!((shard.locked, shard.lock_epochs.get()), (0, 0));
    assert!(shard.expiring.iter().all(|amount| *amount == 0));
    for epoch in 0..10 {
        let sum = shard.sum(epoch, &LOCKS, 100).unwrap();
        assert_eq!(sum.points.get(), position.points_in(epoch, &LOCKS, 100));
        assert_eq!(Ok(sum.weight.get()), position.weight_at(epoch + 1, &LOCKS));
    }
}

/// An epoch that has to be closed is never forgotten; one that has not to be, is.
#[test]
fn overdue_epochs_hold_changes_up() {
    let kept = KEPT_EPOCHS as u32;
    let mut shard = ShardStake::new(5);
    assert_eq!(shard.roll(5 + kept, &LOCKS, 100, 0), Ok(()));
    let refused = shard.roll(6 + kept, &LOCKS, 100, 0);
    assert_eq!(refused, Err(StakeError::EpochsOverdue));
    shard.sum(5, &LOCKS, 100).unwrap();
    assert_eq!(shard.roll(6 + kept, &LOCKS, 100, 0), Ok(()));
    // Without rewards it goes as far as it likes, and at no great cost.
    assert_eq!(shard.roll(4_000_000_000, &LOCKS, 100, u32::MAX), Ok(()));
    assert_eq!(
        shard.sum(6, &LOCKS, 100),
        Err(StakeError::AlreadySummed),
        "forgotten"
    );
    assert!(shard.sum(4_000_000_000 - kept, &LOCKS, 100).is_ok());
}

#[test]
fn a_jump_over_many_epochs_is_the_same_as_steps() {
    let mut position = PositionStake::new(0);
    let mut stepping = ShardStake::new(0);
    for change in [
        position.add(&at(1_010), &LOCKS, 77).unwrap(),
        position.lock(&at(1_010), &LOCKS, 40).unwrap(),
    ] {
        stepping.follow(&at(1_010), &LOCKS, &change, 0).unwrap();
    }
    let mut jumping = stepping;
    for epoch in 1..=300 {
        stepping.roll(epoch, &LOCKS, 100, u32::MAX).unwrap();
    }
    jumping.roll(300, &LOCKS, 100, u32::MAX).unwrap();
    assert_eq!(jumping, stepping);
}

/// A shard added later was empty before.
#[test]
fn a_young_shard_adds_nothing_to_older_epochs() {
    let mut shard = ShardStake::new(7);
    assert_eq!(shard.sum(6, &LOCKS, 100), Ok(EpochSum::default()));
    assert_eq!(shard.sum(6, &LOCKS, 100), Ok(EpochSum::default()));
    assert!(shard.sum(7, &LOCKS, 100).is_ok());
    let again = shard.sum(7, &LOCKS, 100);
    assert_eq!(again, Err(StakeError::AlreadySummed));
}

/// Volume counts in its epoch, beside a stake or without one, and weighs nothing in a vote.
#[test]
fn what_is_done_earns_points_of_its_epoch() {
    let mut shard = ShardStake::new(0);
    let mut position = PositionStake::new(0);
    let refused = position.earn(&at(1_000), &LOCKS, 0);
    assert_eq!(refused, Err(StakeError::ZeroAmount));
    for change in [
        position.earn(&at(1_050), &LOCKS, 7).unwrap(),
        position.earn(&at(1_060), &LOCKS, u64::MAX).unwrap(),
        position.add(&at(1_150), &LOCKS, 3).unwrap(),
        position.earn(&at(1_150), &LOCKS, 5).unwrap(),
    ] {
        let now = if change.after.amount == 0 {
            1_060
        } else {
            1_150
        };
        shard.follow(&at(now), &LOCKS, &change, 0).unwrap();
    }
    let earned = [
        7 + u128::from(u64::MAX),
        3 * 10_000 * 50 + 5,
        3 * 10_000 * 100,
    ];
    for (epoch, points) in (0..).zip(earned) {
        assert_eq!(position.points_in(epoch, &LOCKS, 100), points);
        assert_eq!(shard.sum(epoch, &LOCKS, 100).unwrap().points.get(), points);
    }
    assert_eq!(position.weight_at(1, &LOCKS), Ok(0));
    assert_eq!(position.weight_at(2, &LOCKS), Ok(3 * 10_000));
}

#[test]
fn a_full_history_waits_for_claims() {
    let mut position = PositionStake::new(0);
    for epoch in 0..MAX_ENTRIES as i64 {
        position.add(&at(1_000 + 100 * epoch), &LOCKS, 1).unwrap();
    }
    let now = at(1_000 + 100 * MAX_ENTRIES as i64);
    let before = position;
    assert_eq!(position.add(&now, &LOCKS, 1), Err(StakeError::ClaimFirst));
    assert_eq!(position, before);
    position.forfeit(1);
    position.add(&now, &LOCKS, 1).unwrap();
    assert_eq!(position.points_in(1, &LOCKS, 100), 2 * 10_000 * 100);
    assert_eq!(
        position.weight_at(1, &LOCKS),
        Err(StakeError::HistoryTooShort)
    );
    assert_eq!(position.weight_at(2, &LOCKS), Ok(2 * 10_000));
}

#[test]
fn epochs_with_rewards_are_claimed_once_and_in_order() {
    let mut position = PositionStake::new(0);
    position.add(&at(1_000), &LOCKS, 5).unwrap();
    let closed = |epoch, after| EpochRewards {
        epoch,
        after,
        points: 2 * 5 * 10_000 * 100,
        rewards: [10, 0, 3, 0, 0],
    };
    let mut settle = |epoch, after| position.settle(&closed(epoch, after), &LOCKS, 100);
    assert_eq!(settle(1, 1), Err(StakeError::OutOfOrder));
    assert_eq!(settle(0, 0), Ok([5, 0, 1, 0, 0]));
    assert_eq!(settle(0, 0), Err(StakeError::AlreadyClaimed));
    assert_eq!(settle(3, 2), Err(StakeError::OutOfOrder));
    // Nothing was paid from epoch 1 to 3.
    assert_eq!(settle(4, 1), Ok([5, 0, 1, 0, 0]));
    assert_eq!(settle(3, 1), Err(StakeError::AlreadyClaimed));
    assert_eq!((position.owed, position.claim_from), ([10, 0, 2, 0, 0], 5));
}

#[test]
fn an_empty_position_has_nothing_to_lose() {
    let mut position = PositionStake::new(0);
    assert!(position.is_empty());
    position.add(&at(1_000), &LOCKS, 5).unwrap();
    assert!(!position.is_empty());
    position.unstake(&at(1_000), &LOCKS, 5, 1_000).unwrap();
    position.withdraw(1_000).unwrap();
    assert!(!position.is_empty(), "epoch 0 was not claimed");
    position.forfeit(1);
    assert!(position.is_empty());
    position.owed[4] = 1;
    assert!(!position.is_empty());
}

#[test]
fn the_largest_numbers_fit() {
    let terms = LockTerms::try_new(156, 255).unwrap();
    let epochs = Epochs::from_checked_parts(0, MAX_EPOCH_SECONDS);
    let begin = epochs.moment(0).unwrap();
    let mut position = PositionStake::new(0);
    let mut shard = ShardStake::new(0);
    for change in [
        position.add(&begin, &terms, u64::MAX).unwrap(),
        position.lock(&begin, &terms, 255).unwrap(),
    ] {
        shard.follow(&begin, &terms, &change, 0).unwrap();
    }
    for epoch in 0..300 {
        let sum = shard.sum(epoch, &terms, MAX_EPOCH_SECONDS).unwrap();
        let points = position.points_in(epoch, &terms, MAX_EPOCH_SECONDS);
        assert_eq!(sum.points.get(), points);
        let whole = crate::farm::Part::try_new(points, points).unwrap();
        assert_eq!(whole.of(u64::MAX), u64::MAX, "epoch {epoch}");
    }
}
