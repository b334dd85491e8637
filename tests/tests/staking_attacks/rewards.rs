//! Claims, funding and sweeping.

use sealane_staking::errors::StakingError;
use sealane_testkit::Reason;
use solana_instruction::{AccountMeta, error::InstructionError};
use spl_token_interface::error::TokenError;

use crate::{
    Arena,
    arena::{AMOUNT, OTHER, OWN, Staker, at},
};

#[test]
fn an_epoch_is_claimed_once() {
    let mut arena = Arena::new();
    let farm = arena.farm.clone();
    let Staker {
        wallet, position, ..
    } = arena.attacker;
    let claim = |reward, epochs: &[u32]| farm.claim(0, wallet, position, reward, epochs);
    let again = StakingError::AlreadyClaimed;
    arena.refuses("one record twice", claim(OTHER, &[0, 0]), again);
    let nothing = StakingError::NothingToClaim;
    arena.refuses("no record", claim(OTHER, &[]), nothing);
    arena.execute(claim(OTHER, &[0]));
    arena.refuses("twice", claim(OTHER, &[0]), again);
    arena.refuses("by the other reward", claim(OWN, &[0]), again);
    let restake = farm.restake(0, wallet, position, OWN, &[0]);
    arena.refuses("by restaking", restake, again);
    let elsewhere = farm.claim(1, wallet, position, OTHER, &[0]);
    arena.refuses("from another shard", elsewhere, again);
    arena.refuses("paid already", claim(OTHER, &[]), nothing);
    arena.accepts("what is owed", &claim(OWN, &[]));
    arena.execute(claim(OWN, &[]));
    arena.refuses("owed twice", claim(OWN, &[]), nothing);
    // Once more from another position of the same owner, which had nothing staked.
    let idle = farm.claim(0, wallet, arena.idle, OTHER, &[0]);
    arena.world.clone().execute(&[idle]);
    let balance = arena.world.balance(&farm.rewards[1], &wallet);
    assert_eq!(balance, 100_000 / 50 / 2);
    arena.finish();
}

#[test]
fn records_that_are_not_the_farms() {
    let mut arena = Arena::new();
    let (farm, old) = (arena.farm.clone(), arena.old.clone());
    let Staker {
        wallet, position, ..
    } = arena.attacker;
    let claim = farm.claim(0, wallet, position, OTHER, &[0]);
    let record = claim.accounts.len() - 1;
    let foreign = at(claim.clone(), record, old.record(1));
    arena.refuses("another farm's", foreign, StakingError::WrongFarm);
    let copy = arena.counterfeit(&farm.record(0));
    let forged = at(claim.clone(), record, copy);
    let owner = Reason::builtin(&InstructionError::IllegalOwner);
    arena.refuses_for("forged", forged, &[owner]);
    for (what, impostor) in [("shard", farm.shards[1].address), ("farm", old.address)] {
        let attack = at(claim.clone(), record, impostor);
        let wrong = Reason::builtin(&InstructionError::InvalidAccountData);
        arena.refuses_for(what, attack, &[wrong]);
    }
    // Of an epoch that is being closed, in which shards are still missing.
    arena.world.go_to_epoch(&farm, 2);
    arena.execute(farm.close_epoch(wallet, 1, &[0, 1]));
    let early = farm.claim(0, wallet, position, OTHER, &[0, 1]);
    arena.refuses("not closed", early, StakingError::EpochNotClosed);
    arena.execute(farm.close_epoch(wallet, 1, &[2, 3]));
    let skips = farm.claim(0, wallet, position, OTHER, &[1]);
    arena.refuses("the first left out", skips, StakingError::ClaimOutOfOrder);
    let backwards = farm.claim(0, wallet, position, OTHER, &[1, 0]);
    arena.refuses("backwards", backwards, StakingError::ClaimOutOfOrder);
    // The position itself behind the declared accounts.
    let mut itself = claim;
    itself.accounts[record] = AccountMeta::new(position, false);
    arena.refuses("the position", itself, StakingError::WrongEpochRecord);
    arena.finish();
}

#[test]
fn rewards_that_are_not_there() {
    let mut arena = Arena::new();
    let farm = arena.farm.clone();
    let Staker {
        wallet, position, ..
    } = arena.attacker;
    for reward in [2, 5, 255] {
        let what = format!("reward {reward}");
        let mut attack = farm.claim(0, wallet, position, OTHER, &[0]);
        attack.data[1] = reward;
        arena.refuses(&what, attack, StakingError::UnknownReward);
        let mut attack = farm.fund(1, wallet, OWN, AMOUNT, 0);
        attack.data[1] = reward;
        arena.refuses(&what, attack, StakingError::UnknownReward);
        let mut attack = farm.balance_rewards(0, 1, OWN, AMOUNT);
        attack.data[1] = reward;
        arena.refuses(&what, attack, StakingError::UnknownReward);
        let mut attack = arena.old.sweep(0, arena.old.creator, OWN);
        attack.data[1] = reward;
        arena.refuses(&what, attack, StakingError::UnknownReward);
    }
    // One reward's vault and mint for another's.
    let mut attack = farm.claim(0, wallet, position, OTHER, &[0]);
    attack.data[1] = OWN;
    arena.refuses("another's vault", attack, StakingError::WrongVault);
    let restake = farm.restake(0, wallet, position, OTHER, &[0]);
    arena.refuses(
        "not what is staked",
        restake,
        StakingError::NotTheStakedToken,
    );
    // Out of a vault without tokens: nothing is credited either.
    let empty = farm.claim(1, wallet, position, OTHER, &[0]);
    arena.refuses("empty vault", empty, StakingError::InsufficientVault);
    let more = farm.balance_rewards(0, 1, OTHER, u64::MAX - 1);
    arena.refuses("balance too much", more, StakingError::InsufficientVault);
    arena.finish();
}

#[test]
fn what_was_promised_is_kept() {
    let mut arena = Arena::new();
    let (farm, creator) = (arena.farm.clone(), arena.farm.creator);
    let now = arena.world.now();
    let end = arena.world.budget(&farm).ends[1];
    let fund = |who, amount, end| farm.fund(1, who, OTHER, amount, end);
    arena.refuses("nothing", fund(creator, 0, 0), StakingError::ZeroAmount);
    for later in [1, 100_000] {
        let attack = fund(creator, 0, end + later);
        arena.refuses("longer for nothing", attack, StakingError::RateWouldFall);
    }
    for other in [end, end - 1, now, 1, -1] {
        let attack = fund(creator, AMOUNT, other);
        let what = format!("end {other}");
        arena.refuses(&what, attack, StakingError::InvalidSchedule);
    }
    let stranger = arena.attacker.wallet;
    let attack = fund(stranger, 0, end + 1_000_000);
    arena.refuses("extend a stranger's", attack, StakingError::WrongAuthority);
    let attack = fund(creator, u64::MAX, 0);
    let short = Reason::token(TokenError::InsufficientFunds);
    arena.refuses_for("more than there is", attack, &[short]);
    arena.world.go_to_epoch(&farm, 2);
    let late = fund(creator, AMOUNT, 0);
    arena.refuses("epochs overdue", late, StakingError::EpochsOverdue);
    arena.finish();
}

#[test]
fn only_what_nobody_can_claim_is_swept() {
    let mut arena = Arena::new();
    let (farm, old) = (arena.farm.clone(), arena.old.clone());
    let early = farm.sweep(0, farm.creator, OTHER);
    arena.refuses("too early", early, StakingError::NothingToSweep);
    let sweep = old.sweep(0, old.creator, OTHER);
    let declared = sweep.accounts.len() - old.shards.len();
    let wrong = StakingError::WrongShard;
    let mut attack = sweep.clone();
    attack.accounts.truncate(declared + 2);
    arena.refuses("a shard left out", attack, wrong);
    let mut attack = sweep.clone();
    attack.accounts.truncate(declared);
    arena.refuses("all left out", attack, wrong);
    let mut attack = sweep.clone();
    attack.accounts.push(attack.accounts[declared].clone());
    arena.refuses("one too many", attack, wrong);
    let mut attack = sweep.clone();
    attack.accounts.swap(declared, declared + 1);
    arena.refuses("out of order", attack, wrong);
    let attack = at(sweep.clone(), declared + 1, old.shards[0].address);
    arena.refuses("one twice", attack, wrong);
    let attack = at(sweep.clone(), declared + 1, farm.shards[1].address);
    arena.refuses("another farm's", attack, StakingError::WrongFarm);
    arena.accepts("as it should be", &sweep);
    arena.execute(sweep.clone());
    arena.refuses("twice", sweep, StakingError::NothingToSweep);
    arena.finish();
}
