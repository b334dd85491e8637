//! Creating and administering farms.

use sealane_staking::{
    FarmAction, FarmParams,
    errors::StakingError,
    state::{MAX_COOLDOWN_SECONDS, MIN_GRACE_SECONDS},
};
use sealane_testkit::{
    MintSpec, Reason,
    extension::Extension,
    staking::{PARAMS, TestFarm},
};
use solana_instruction::error::InstructionError;
use solana_system_interface::error::SystemError;

use crate::{Arena, arena::OTHER};

#[test]
fn parameters_out_of_bounds() {
    let mut arena = Arena::new();
    let farm = TestFarm::new(arena.attacker.wallet, 1, arena.farm.stake);
    let epochs = StakingError::InvalidEpochs;
    let locks = StakingError::InvalidLockTerms;
    for (what, params, error) in [
        (
            "an epoch of no time",
            FarmParams {
                epoch_seconds: 0,
                ..PARAMS
            },
            epochs,
        ),
        (
            "a short epoch",
            FarmParams {
                epoch_seconds: 59,
                ..PARAMS
            },
            epochs,
        ),
        (
            "an endless epoch",
            FarmParams {
                epoch_seconds: u32::MAX,
                ..PARAMS
            },
            epochs,
        ),
        (
            "a short grace period",
            FarmParams {
                grace_seconds: MIN_GRACE_SECONDS - 1,
                ..PARAMS
            },
            epochs,
        ),
        (
            "a long cool-down",
            FarmParams {
                cooldown_seconds: MAX_COOLDOWN_SECONDS + 1,
                ..PARAMS
            },
            epochs,
        ),
        (
            "a lock of six times",
            FarmParams {
                lock_boost: 1_000,
                lock_max_epochs: 50,
                ..PARAMS
            },
            locks,
        ),
    ] {
        arena.refuses(what, farm.create(params), error);
    }
    arena.accepts("within bounds", &farm.create(PARAMS));
    arena.finish();
}

#[test]
fn accounts_are_created_once() {
    let mut arena = Arena::new();
    let (farm, creator) = (arena.farm.clone(), arena.farm.creator);
    let payer = arena.attacker.wallet;
    let reasons = [
        Reason::system(SystemError::AccountAlreadyInUse),
        Reason::builtin(&InstructionError::AccountAlreadyInitialized),
    ];
    arena.refuses_for("the farm", farm.create(PARAMS), &reasons);
    let vault = farm.add_reward_vault(0, OTHER, payer);
    arena.refuses_for("a vault", vault, &reasons);
    let shard = farm.add_shard(0, creator, payer);
    arena.refuses("a shard again", shard, StakingError::WrongAddress);
    let shard = farm.add_shard(5, creator, payer);
    arena.refuses("the one after the next", shard, StakingError::WrongAddress);
    arena.finish();
}

#[test]
fn mints_that_could_empty_vaults() {
    let mut arena = Arena::new();
    let (creator, now) = (arena.farm.creator, arena.world.now());
    for (extension, error) in [
        (Extension::TransferHook, StakingError::TransferHookRefused),
        (
            Extension::PermanentDelegate,
            StakingError::PermanentDelegateRefused,
        ),
        (
            Extension::NonTransferable,
            StakingError::NonTransferableRefused,
        ),
        (Extension::Pausable, StakingError::PausableRefused),
        (
            Extension::MintCloseAuthority,
            StakingError::MintCloseAuthorityRefused,
        ),
    ] {
        let what = format!("{extension:?}");
        let spec = MintSpec::token_2022(6).extension(extension);
        let mint = arena.world.world.create_mint(&spec);
        let new = TestFarm::new(arena.attacker.wallet, 3, mint);
        arena.refuses(&what, new.create(PARAMS), error);
        let reward = arena.farm.add_reward(creator, &mint, now, now + 9);
        arena.refuses(&what, reward, error);
    }
    arena.finish();
}

#[test]
fn schedules_without_time() {
    let mut arena = Arena::new();
    let (farm, creator) = (arena.farm.clone(), arena.farm.creator);
    let (mint, now) = (farm.rewards[1], arena.world.now());
    for (start, end) in [
        (now, now),
        (now + 5, now + 5),
        (now + 5, now),
        (now - 1, now + 5),
        (i64::MIN, i64::MAX),
    ] {
        let attack = farm.add_reward(creator, &mint, start, end);
        let what = format!("{start} to {end}");
        arena.refuses(&what, attack, StakingError::InvalidSchedule);
    }
    arena.world.go_to_epoch(&farm, 2);
    let now = arena.world.now();
    let late = farm.add_reward(creator, &mint, now, now + 9);
    arena.refuses("epochs overdue", late, StakingError::EpochsOverdue);
    arena.world.close_epochs(&farm);
    for _ in 2..5 {
        arena.execute(farm.add_reward(creator, &mint, now, now + 9));
    }
    let sixth = farm.add_reward(creator, &mint, now, now + 9);
    arena.refuses("a sixth", sixth, StakingError::TooManyRewards);
    arena.finish();
}

#[test]
fn at_most_sixteen_shards() {
    let mut arena = Arena::new();
    let (farm, creator) = (arena.farm.clone(), arena.farm.creator);
    let payer = arena.world.world.svm.payer();
    for index in 4..16 {
        arena.execute(farm.add_shard(index, creator, payer));
    }
    let attack = farm.add_shard(16, creator, payer);
    arena.refuses("one more", attack, StakingError::TooManyShards);
    arena.finish();
}

#[test]
fn the_authority_changes_by_its_own_will_only() {
    let mut arena = Arena::new();
    let (farm, creator) = (arena.farm.clone(), arena.farm.creator);
    let (attacker, victim) = (arena.attacker.wallet, arena.victim.wallet);
    let accept = |who| farm.administer(who, FarmAction::AcceptAuthority);
    let nobody = StakingError::NoPendingAuthority;
    arena.refuses("nobody proposed", accept(attacker), nobody);
    let bits = farm.administer(creator, FarmAction::SetPaused(4));
    arena.refuses("unknown bits", bits, StakingError::InvalidPauseBits);
    let propose = |who, to: [u8; 32]| farm.administer(who, FarmAction::ProposeAuthority(to));
    let wrong = StakingError::WrongAuthority;
    arena.refuses(
        "propose oneself",
        propose(attacker, attacker.to_bytes()),
        wrong,
    );
    arena.execute(propose(creator, victim.to_bytes()));
    arena.refuses("another accepts", accept(attacker), wrong);
    arena.refuses("the old one accepts", accept(creator), wrong);
    arena.accepts("the old one still may", &propose(creator, [0; 32]));
    arena.execute(accept(victim));
    arena.refuses("the old one", propose(creator, creator.to_bytes()), wrong);
    arena.refuses("accepted twice", accept(victim), nobody);
    arena.finish();
}
