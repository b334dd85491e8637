//! Closing, skipping and expiring epochs.

use sealane_staking::errors::StakingError;
use sealane_testkit::Reason;
use solana_instruction::{AccountMeta, error::InstructionError};

use crate::{Arena, arena::at};

#[test]
fn an_epoch_is_closed_once_in_order_and_in_time() {
    let mut arena = Arena::new();
    let (farm, payer) = (arena.farm.clone(), arena.attacker.wallet);
    let all = [0, 1, 2, 3];
    let close = |epoch| farm.close_epoch(payer, epoch, &all);
    arena.refuses("twice", close(0), StakingError::EpochOutOfOrder);
    arena.refuses("too early", close(1), StakingError::EpochNotOver);
    arena.refuses("much too early", close(9), StakingError::EpochOutOfOrder);
    arena.world.go_to_epoch(&farm, 4);
    arena.refuses("out of order", close(2), StakingError::EpochOutOfOrder);
    arena.refuses("the present", close(4), StakingError::EpochOutOfOrder);
    arena.execute(close(1));
    arena.refuses("twice again", close(1), StakingError::EpochOutOfOrder);
    // The record of another epoch in its place.
    let wrong = at(close(2), 3, farm.record(1));
    arena.refuses("another record", wrong, StakingError::WrongEpochRecord);
    let wrong = at(close(2), 3, farm.record(3));
    arena.refuses("another address", wrong, StakingError::WrongAddress);
    let foreign = at(close(2), 3, arena.old.record(1));
    arena.refuses(
        "another farm's record",
        foreign,
        StakingError::WrongEpochRecord,
    );
    arena.accepts("the next", &close(2));
    arena.finish();
}

#[test]
fn shards_are_added_once_in_order() {
    let mut arena = Arena::new();
    let (farm, old, payer) = (arena.farm.clone(), arena.old.clone(), arena.attacker.wallet);
    arena.world.go_to_epoch(&farm, 2);
    let close = |shards: &[usize]| farm.close_epoch(payer, 1, shards);
    let wrong = StakingError::WrongShard;
    arena.refuses("none", close(&[]), StakingError::NoShards);
    arena.refuses("the second first", close(&[1]), wrong);
    arena.refuses("the last first", close(&[2, 1, 0]), wrong);
    arena.refuses("one left out", close(&[0, 2]), wrong);
    let borrowed = Reason::builtin(&InstructionError::AccountBorrowFailed);
    let twice = [Reason::staking(wrong), borrowed];
    arena.refuses_for("one twice", close(&[0, 0]), &twice);
    arena.refuses_for("one twice later", close(&[0, 1, 0]), &twice);
    let mut foreign = close(&[0]);
    foreign
        .accounts
        .push(AccountMeta::new(old.shards[1].address, false));
    arena.refuses("another farm's", foreign, StakingError::WrongFarm);
    let mut budget = close(&[0]);
    budget.accounts.push(AccountMeta::new(farm.budget, false));
    arena.refuses("the budget as shard", budget, wrong);
    arena.execute(close(&[0, 1]));
    arena.refuses("again", close(&[0]), wrong);
    arena.refuses("the one before", close(&[1]), wrong);
    arena.execute(close(&[2, 3]));
    arena.refuses("too many", close(&[3]), StakingError::EpochOutOfOrder);
    arena.finish();
}

#[test]
fn rewards_are_not_skipped() {
    let mut arena = Arena::new();
    let (farm, old) = (arena.farm.clone(), arena.old.clone());
    arena.world.go_to_epoch(&farm, 5);
    for to in [2, 4] {
        let what = format!("to {to}");
        arena.refuses(&what, farm.skip_epochs(to), StakingError::EpochHasRewards);
    }
    for to in [5, 6, u32::MAX] {
        let what = format!("to {to}");
        arena.refuses(&what, farm.skip_epochs(to), StakingError::EpochNotOver);
    }
    for to in [0, 1] {
        let what = format!("back to {to}");
        arena.refuses(&what, farm.skip_epochs(to), StakingError::EpochOutOfOrder);
    }
    let present = arena.world.epoch(&old);
    arena.accepts("what is over", &old.skip_epochs(present - 1));
    let last = old.skip_epochs(present);
    arena.refuses("the last that ended", last, StakingError::EpochNotOver);
    arena.finish();
}

#[test]
fn only_expired_records_are_deleted() {
    let mut arena = Arena::new();
    let (farm, old) = (arena.farm.clone(), arena.old.clone());
    let (payer, attacker) = (arena.world.world.svm.payer(), arena.attacker.wallet);
    let early = farm.expire_epoch(0, payer);
    arena.refuses("too early", early, StakingError::GraceNotOver);
    let mine = old.expire_epoch(1, attacker);
    arena.refuses("rent to another", mine, StakingError::WrongAuthority);
    // One that is being closed.
    let begun = old.close_epoch(attacker, 2, &[0]);
    arena.execute(begun);
    let unfinished = old.expire_epoch(2, attacker);
    arena.refuses("begun", unfinished, StakingError::EpochNotClosed);
    // To the last second of the grace period.
    let end = arena.world.farm(&farm).epochs().end(0);
    arena.world.svm().set_time(end + 30 * 86_400);
    let expire = farm.expire_epoch(0, payer);
    arena.refuses("a second early", expire.clone(), StakingError::GraceNotOver);
    arena.world.svm().set_time(end + 31 * 86_400);
    // What is late is paid as long as there is a record.
    let claim = farm.claim(0, attacker, arena.attacker.position, 1, &[0]);
    arena.accepts("a late claim", &claim);
    arena.execute(farm.close_epoch(attacker, 1, &[0, 1, 2, 3]));
    let second = farm.expire_epoch(1, attacker);
    arena.refuses(
        "out of order",
        second.clone(),
        StakingError::EpochOutOfOrder,
    );
    arena.execute(expire);
    let gone = Reason::builtin(&InstructionError::UninitializedAccount);
    arena.refuses_for("claim what is gone", claim, &[gone]);
    arena.accepts("the second", &second);
    arena.finish();
}
