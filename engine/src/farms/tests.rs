use bytemuck::Zeroable as _;

use super::*;
use crate::fixtures::{self, account_bytes, clock_bytes, clock_now};

fn update(address: Pubkey, slot: u64, data: &[u8]) -> AccountUpdate<'_> {
    fixtures::update(address, staking::ID, slot, data)
}

/// A farm's address and its accounts, with one shard that is born.
fn farm(shards: u8) -> (Pubkey, Farm) {
    let mut farm = Farm::zeroed();
    farm.creator = Pubkey::new_unique();
    farm.stake_mint = Pubkey::new_unique();
    farm.epoch_seconds = 60;
    farm.shard_count = shards;
    let (address, bump) = address::farm(&farm.creator, &farm.stake_mint, farm.id);
    farm.bump = bump;
    (address, farm)
}

fn position(farm: &Pubkey, owner: &Pubkey, index: u16) -> (Pubkey, Position) {
    let mut position = Position::zeroed();
    position.farm = *farm;
    position.owner = *owner;
    position.index = index;
    (address::position(farm, owner, index).0, position)
}

fn record(farm: &Pubkey, epoch: u32) -> (Pubkey, EpochRecord) {
    let mut record = EpochRecord::zeroed();
    record.farm = *farm;
    record.epoch = epoch;
    record.closed = 1;
    (address::epoch_record(farm, epoch).0, record)
}

#[test]
fn a_farm_may_arrive_in_any_order() {
    let (at, config) = farm(2);
    let mut farms = Farms::new();
    assert_eq!(farms.missing(&at), [at]);
    for index in [1, 0] {
        let mut shard = Shard::zeroed();
        (shard.farm, shard.index) = (at, index);
        let address = address::farm_shard(&at, index).0;
        let applied = farms.apply(update(address, 3, &account_bytes(&shard)));
        assert_eq!(applied, Ok(Applied::Shard { farm: at, index }));
    }
    let applied = farms.apply(update(at, 3, &account_bytes(&config)));
    assert_eq!(applied, Ok(Applied::Farm));
    let budget_at = address::budget(&at).0;
    let mint = config.stake_mint;
    assert_eq!(farms.missing(&at), [budget_at, mint, CLOCK_SYSVAR]);
    let minted = fixtures::mint_bytes(6, 1, None);
    let told = fixtures::update(mint, TOKEN_PROGRAM, 3, &minted);
    assert_eq!(farms.apply(told), Ok(Applied::Mint));
    let mut budget = Budget::zeroed();
    budget.farm = at;
    let bytes = account_bytes(&budget);
    let applied = farms.apply(update(budget_at, 4, &bytes));
    assert_eq!(applied, Ok(Applied::Budget { farm: at }));
    assert_eq!(
        farms.apply(update(budget_at, 3, &bytes)),
        Ok(Applied::Stale)
    );
    let clock = clock_bytes(&clock_now());
    let told = fixtures::update(CLOCK_SYSVAR, Pubkey::default(), 4, &clock);
    assert_eq!(farms.apply(told), Ok(Applied::Clock));
    assert!(farms.missing(&at).is_empty());
    let indices: Vec<u8> = farms.shards(&at).map(|entry| entry.account.index).collect();
    assert_eq!(indices, [0, 1]);
    assert_eq!(farms.budget(&at).unwrap().slot, 4);
    assert_eq!(farms.farms().count(), 1);
}

#[test]
fn vaults_of_rewards_are_followed_once_their_shard_is_known() {
    let (at, config) = farm(1);
    let vault = Pubkey::new_unique();
    let mut shard = Shard::zeroed();
    shard.farm = at;
    shard.reward_vaults[1] = vault;
    let shard_at = address::farm_shard(&at, 0).0;
    let mut farms = Farms::new();
    let holds = fixtures::token_account_bytes(&config.stake_mint, &shard_at, 42);
    let told = fixtures::update(vault, TOKEN_PROGRAM, 2, &holds);
    assert_eq!(farms.apply(told), Ok(Applied::Ignored));
    farms.apply(update(at, 1, &account_bytes(&config))).unwrap();
    farms
        .apply(update(shard_at, 1, &account_bytes(&shard)))
        .unwrap();
    assert!(farms.missing(&at).contains(&vault));
    assert_eq!(farms.reward_vault(&at, 0, 1), None);
    assert_eq!(farms.apply(told), Ok(Applied::Vault));
    assert!(!farms.missing(&at).contains(&vault));
    assert_eq!(farms.reward_vault(&at, 0, 1), Some(42));
    assert_eq!(farms.reward_vault(&at, 0, 0), None);
    assert_eq!(farms.reward_vault(&at, 1, 1), None);
}

#[test]
fn positions_are_found_by_owner_and_by_delegate() {
    let (farm, owner, friend) = (
        Pubkey::new_unique(),
        Pubkey::new_unique(),
        Pubkey::new_unique(),
    );
    let (at, mut stake) = position(&farm, &owner, 0);
    stake.delegate = friend;
    let mut farms = Farms::new();
    let applied = farms.apply(update(at, 1, &account_bytes(&stake)));
    assert_eq!(applied, Ok(Applied::Position { farm, owner }));
    assert_eq!(farms.positions_of(&owner).count(), 1);
    assert_eq!(farms.positions_of(&friend).count(), 0);
    assert_eq!(farms.delegated_to(&friend).count(), 1);
    // Taken back: the wallet was a delegate once, and is none now.
    stake.delegate = Pubkey::default();
    farms.apply(update(at, 2, &account_bytes(&stake))).unwrap();
    assert_eq!(farms.delegated_to(&friend).count(), 0);
    assert_eq!(farms.position(&at).unwrap().slot, 2);
}

#[test]
fn what_is_closed_does_not_come_back_by_an_older_state() {
    let (farm, owner) = (Pubkey::new_unique(), Pubkey::new_unique());
    let (at, stake) = position(&farm, &owner, 0);
    let bytes = account_bytes(&stake);
    let mut farms = Farms::new();
    farms.apply(update(at, 5, &bytes)).unwrap();
    let gone = fixtures::update(at, Pubkey::default(), 7, &[]);
    assert_eq!(farms.apply(gone), Ok(Applied::Closed));
    assert_eq!(farms.apply(update(at, 6, &bytes)), Ok(Applied::Stale));
    assert!(farms.position(&at).is_none());
    // Opened anew.
    farms.apply(update(at, 8, &bytes)).unwrap();
    assert!(farms.position(&at).is_some());
    let stranger = fixtures::update(Pubkey::new_unique(), Pubkey::default(), 9, &[]);
    assert_eq!(farms.apply(stranger), Ok(Applied::Ignored));
}

#[test]
fn lists_tell_what_was_closed() {
    let (farm, owner) = (Pubkey::new_unique(), Pubkey::new_unique());
    let (kept, stake) = position(&farm, &owner, 0);
    let (left_out, other) = position(&farm, &owner, 1);
    let (newer, another) = position(&farm, &owner, 2);
    let (expired, old) = record(&farm, 3);
    let (standing, later) = record(&farm, 4);
    let mut farms = Farms::new();
    for (address, slot, bytes) in [
        (kept, 5, account_bytes(&stake)),
        (left_out, 5, account_bytes(&other)),
        (newer, 9, account_bytes(&another)),
        (expired, 5, account_bytes(&old)),
        (standing, 5, account_bytes(&later)),
    ] {
        farms.apply(update(address, slot, &bytes)).unwrap();
    }
    farms.retain(7, &[kept, standing].into());
    assert!(farms.position(&kept).is_some());
    assert!(farms.position(&left_out).is_none());
    // Opened after the list was made.
    assert!(farms.position(&newer).is_some());
    assert!(farms.record(&farm, 3).is_none());
    let epochs: Vec<u32> = farms
        .records(&farm, 0)
        .map(|entry| entry.account.epoch)
        .collect();
    assert_eq!(epochs, [4]);
    assert!(farms.records(&farm, 5).next().is_none());
}

#[test]
fn what_does_not_decode_changes_nothing() {
    let mut farms = Farms::new();
    let at = Pubkey::new_unique();
    for discriminator in [
        Farm::DISCRIMINATOR,
        Budget::DISCRIMINATOR,
        Shard::DISCRIMINATOR,
        Position::DISCRIMINATOR,
        EpochRecord::DISCRIMINATOR,
    ] {
        let short = [discriminator, &[0; 9]].concat();
        assert!(farms.apply(update(at, 1, &short)).is_err());
    }
    assert!(farms.apply(update(at, 1, &[])).is_err());
    assert_eq!(farms.farms().count(), 0);
}
