//! Stakes, locks and the way out.

use sealane_staking::{EVERYTHING, FarmAction, errors::StakingError, state::pause};
use sealane_testkit::Reason;
use solana_system_interface::error::SystemError;
use spl_token_interface::error::TokenError;

use crate::{
    Arena,
    arena::{AMOUNT, FUNDS, OTHER, OWN, Staker, at},
};

#[test]
fn amounts_that_are_not_there() {
    let mut arena = Arena::new();
    let farm = arena.farm.clone();
    let Staker {
        wallet, position, ..
    } = arena.attacker;
    let stake = |amount| farm.stake(0, wallet, position, amount);
    arena.refuses("stake nothing", stake(0), StakingError::ZeroAmount);
    let short = Reason::token(TokenError::InsufficientFunds);
    arena.refuses_for("stake too much", stake(u64::MAX), &[short]);
    let unstake = |amount| farm.unstake(0, wallet, position, amount);
    arena.refuses("unstake nothing", unstake(0), StakingError::ZeroAmount);
    for amount in [FUNDS / 2 - AMOUNT + 1, u64::MAX - 1] {
        let error = StakingError::InsufficientStake;
        arena.refuses(&format!("unstake {amount}"), unstake(amount), error);
    }
    // Nor the victim's tokens.
    let theirs = farm.stake.account_of(&arena.victim.wallet);
    let attack = at(stake(AMOUNT), 4, theirs);
    let foreign = Reason::token(TokenError::OwnerMismatch);
    arena.refuses_for("stake the victim's", attack, &[foreign]);
    arena.finish();
}

/// Balances that no mint could have paid for.
#[test]
fn sums_that_overflow() {
    let mut arena = Arena::new();
    let farm = arena.farm.clone();
    let Staker {
        wallet, position, ..
    } = arena.attacker;
    let tokens = farm.stake.account_of(&wallet);
    let most = u64::MAX - arena.world.world.balance(&farm.shards[0].stake_vault);
    arena.world.world.set_balance(&tokens, u64::MAX);
    let overflow = Reason::token(TokenError::Overflow);
    for amount in [most + 1, u64::MAX] {
        let attack = farm.stake(0, wallet, position, amount);
        let reasons = [overflow.clone(), Reason::staking(StakingError::Overflow)];
        arena.refuses_for(&format!("stake {amount}"), attack, &reasons);
    }
    // Even a vault that lost count does not wrap the shard's sum.
    arena.world.allow_surplus(&farm);
    arena.execute(farm.stake(0, wallet, position, most));
    let theirs = farm.stake.account_of(&arena.victim.wallet);
    assert!(arena.world.world.balance(&theirs) >= 1);
    let attack = farm.stake(0, arena.victim.wallet, arena.victim.position, 1);
    let reasons = [overflow, Reason::staking(StakingError::Overflow)];
    arena.refuses_for("one more", attack, &reasons);
    arena.finish();
}

#[test]
fn tokens_come_out_once_and_in_time() {
    let mut arena = Arena::new();
    let farm = arena.farm.clone();
    let Staker {
        wallet, position, ..
    } = arena.attacker;
    let withdraw = farm.withdraw(0, wallet, position);
    arena.accepts("withdraw", &withdraw);
    arena.execute(withdraw.clone());
    arena.refuses("again", withdraw.clone(), StakingError::CoolingDown);
    arena.execute(farm.unstake(0, wallet, position, AMOUNT));
    let now = arena.world.now();
    for seconds in [0, 599] {
        arena.world.svm().set_time(now + seconds);
        let what = format!("after {seconds} seconds");
        arena.refuses(&what, withdraw.clone(), StakingError::CoolingDown);
    }
    arena.world.svm().set_time(now + 600);
    arena.execute(withdraw.clone());
    arena.refuses("once more", withdraw, StakingError::CoolingDown);
    // Out of the shard that holds them, and of no other.
    arena.execute(farm.unstake(0, wallet, position, AMOUNT));
    arena.world.svm().set_time(now + 1_200);
    let other = farm.withdraw(1, wallet, position);
    arena.refuses("another shard", other, StakingError::WrongShard);
    arena.finish();
}

#[test]
fn a_lock_cannot_be_broken() {
    let mut arena = Arena::new();
    let farm = arena.farm.clone();
    let Staker {
        wallet, position, ..
    } = arena.attacker;
    let lock = |until| farm.lock(0, wallet, position, until);
    for until in [0, 1, 54, u32::MAX] {
        let what = format!("until {until}");
        arena.refuses(&what, lock(until), StakingError::InvalidLock);
    }
    let idle = farm.lock(1, wallet, arena.idle, 9);
    arena.refuses("nothing staked", idle, StakingError::ZeroAmount);
    arena.accepts("the longest", &lock(53));
    arena.execute(lock(4));
    for until in [2, 3, 4] {
        let what = format!("shorter: {until}");
        arena.refuses(&what, lock(until), StakingError::InvalidLock);
    }
    for epoch in [2, 3] {
        arena.world.go_to_epoch(&farm, epoch);
        for amount in [1, EVERYTHING] {
            let attack = farm.unstake(0, wallet, position, amount);
            let what = format!("{amount} in epoch {epoch}");
            arena.refuses(&what, attack, StakingError::Locked);
        }
        let close = farm.close_position(wallet, position);
        arena.refuses("close", close, StakingError::PositionNotEmpty);
    }
    arena.world.go_to_epoch(&farm, 4);
    arena.accepts("free", &farm.unstake(0, wallet, position, EVERYTHING));
    arena.finish();
}

#[test]
fn a_position_with_something_left_is_not_closed() {
    let mut arena = Arena::new();
    let farm = arena.farm.clone();
    let Staker {
        wallet, position, ..
    } = arena.attacker;
    let close = farm.close_position(wallet, position);
    let error = StakingError::PositionNotEmpty;
    arena.refuses("staked", close.clone(), error);
    arena.execute(farm.unstake(0, wallet, position, EVERYTHING));
    arena.refuses("cooling", close.clone(), error);
    let now = arena.world.now();
    arena.world.svm().set_time(now + 600);
    arena.execute(farm.withdraw(0, wallet, position));
    arena.refuses("not claimed", close.clone(), error);
    arena.world.go_to_epoch(&farm, 2);
    arena.world.close_epochs(&farm);
    arena.execute(farm.claim(0, wallet, position, OWN, &[0, 1]));
    arena.refuses("owed", close.clone(), error);
    arena.execute(farm.claim(0, wallet, position, OTHER, &[]));
    arena.accepts("empty", &close);
    arena.execute(close.clone());
    let again = arena.world.try_execute(&[close]);
    assert!(again.is_err(), "closed twice");
    arena.finish();
}

#[test]
fn a_position_is_opened_once() {
    let mut arena = Arena::new();
    let farm = arena.farm.clone();
    let again = farm.open_position(1, arena.attacker.wallet, 0);
    let in_use = Reason::system(SystemError::AccountAlreadyInUse);
    let exists = solana_instruction::error::InstructionError::AccountAlreadyInitialized;
    let reasons = [in_use, Reason::builtin(&exists)];
    arena.refuses_for("open again", again, &reasons);
    // For the victim, whose signature is missing.
    let mut theirs = farm.open_position(1, arena.victim.wallet, 5);
    theirs.accounts[0].is_signer = false;
    let missing = solana_instruction::error::InstructionError::MissingRequiredSignature;
    arena.refuses_for("for another", theirs, &[Reason::builtin(&missing)]);
    let index = farm.open_position(1, arena.attacker.wallet, 6);
    let wrong = at(index, 3, farm.position(&arena.victim.wallet, 6));
    arena.refuses("the victim's address", wrong, StakingError::WrongAddress);
    arena.finish();
}

/// A pause keeps tokens from coming in, and nobody from going out.
#[test]
fn pauses_stop_what_comes_in_only() {
    let mut arena = Arena::new();
    let farm = arena.farm.clone();
    let pause = FarmAction::SetPaused(pause::ALL);
    arena.execute(farm.administer(farm.creator, pause));
    for subject in arena.subjects() {
        match subject.name {
            "stake" | "lock" | "restake" | "fund" | "fund: extend" => {
                arena.refuses(subject.name, subject.valid, StakingError::Paused);
            }
            _ => arena.accepts(subject.name, &subject.valid),
        }
    }
    arena.finish();
}

#[test]
fn the_delegate_has_no_rights_but_to_vote() {
    let mut arena = Arena::new();
    let farm = arena.farm.clone();
    let (attacker, victim) = (arena.attacker, arena.victim);
    arena.execute(farm.set_delegate(victim.wallet, victim.position, attacker.wallet));
    let (wallet, position) = (attacker.wallet, victim.position);
    let error = StakingError::WrongOwner;
    for (what, attack) in [
        ("unstake", farm.unstake(0, wallet, position, AMOUNT)),
        ("withdraw", farm.withdraw(0, wallet, position)),
        ("claim", farm.claim(0, wallet, position, OTHER, &[0])),
        ("lock", farm.lock(0, wallet, position, 9)),
        ("forfeit", farm.forfeit(wallet, position, 1)),
        ("stake", farm.stake(0, wallet, position, AMOUNT)),
        ("set_delegate", farm.set_delegate(wallet, position, wallet)),
    ] {
        arena.refuses(what, attack, error);
    }
    let future = farm.forfeit(attacker.wallet, attacker.position, 2);
    arena.refuses("the future", future, StakingError::EpochNotOver);
    arena.finish();
}
