//! Trading farms: volume of others, volume twice, volume of another market.

use sealane_staking::errors::StakingError;
use sealane_testkit::{
    Reason,
    staking::{
        Maker, TestFarm, TradingFarm,
        trading::{create_market, open_lane},
    },
};
use solana_instruction::{Instruction, error::InstructionError};
use solana_pubkey::Pubkey;

use crate::{Arena, arena::at};

/// Places of accounts in `count_volume`.
const FARM: usize = 0;
const SHARD: usize = 1;
const POSITION: usize = 2;
const LANE: usize = 3;

/// A trading farm beside the arena's farms: the attacker's lanes and positions 0 and 1, and the
/// victim's, all with volume that was not counted.
struct Setting {
    arena: Arena,
    trading: TradingFarm,
    attacker: Maker,
    second: Maker,
    victim: Maker,
    /// Counts what is the attacker's.
    valid: Instruction,
}

impl Setting {
    fn new() -> Self {
        let mut arena = Arena::new();
        let trading = TradingFarm::create(&mut arena.world, 2, 10_000, 10_000);
        let wallets = [
            arena.attacker.wallet,
            arena.attacker.wallet,
            arena.victim.wallet,
        ];
        let mut makers = wallets.iter().zip([0, 1, 0]).map(|(wallet, index)| {
            let maker = trading.maker_of(&mut arena.world, *wallet, 0, index);
            trading.trade(&mut arena.world, &maker, 50);
            maker
        });
        let [attacker, second, victim] = [(); 3].map(|()| makers.next().expect("three"));
        drop(makers);
        let valid = trading
            .farm
            .count_volume(0, attacker.position, attacker.lane);
        arena.accepts("count_volume", &valid);
        Self {
            arena,
            trading,
            attacker,
            second,
            victim,
            valid,
        }
    }

    fn refuses(&mut self, what: &str, (index, other): (usize, Pubkey), error: StakingError) {
        let attack = at(self.valid.clone(), index, other);
        self.arena.refuses(what, attack, error);
    }
}

fn builtin(error: InstructionError) -> Reason {
    Reason::builtin(&error)
}

/// A lane belongs to the position of its owner and index, in the farm of its market.
#[test]
fn volume_of_another_lane() {
    let mut setting = Setting::new();
    let (second, victim) = (setting.second, setting.victim);
    let wallet = setting.attacker.wallet;
    let error = StakingError::WrongLane;
    setting.refuses("the victim's", (LANE, victim.lane), error);
    setting.refuses("of another index", (LANE, second.lane), error);
    setting.refuses("for the victim", (POSITION, victim.position), error);
    setting.refuses("for another index", (POSITION, second.position), error);
    let elsewhere = create_market(&mut setting.arena.world);
    let lane = open_lane(&mut setting.arena.world, &elsewhere, wallet, 0);
    setting.refuses("of another market", (LANE, lane), error);
    setting.arena.finish();
}

/// Bytes of a lane with any volume in them, that another program owns; accounts of other types.
#[test]
fn a_lane_that_is_none() {
    let mut setting = Setting::new();
    let lane = setting.attacker.lane;
    let forged = setting.arena.counterfeit(&lane);
    let others = [
        forged,
        setting.trading.market.address,
        setting.trading.market.vaults[0].address,
        setting.arena.foreign.address,
        setting.arena.farm.address,
    ];
    for impostor in others {
        let attack = at(setting.valid.clone(), LANE, impostor);
        let what = format!("{impostor} as lane");
        setting
            .arena
            .refuses(&what, attack, StakingError::WrongLane);
    }
    setting.arena.finish();
}

#[test]
fn accounts_of_another_farm() {
    let mut setting = Setting::new();
    let (farm, old): (TestFarm, TestFarm) = (setting.arena.farm.clone(), setting.arena.old.clone());
    let error = StakingError::NotATradingFarm;
    setting.refuses("a farm of stakes", (FARM, farm.address), error);
    let error = StakingError::WrongShard;
    let other = setting.trading.farm.shards[1].address;
    setting.refuses("another shard", (SHARD, other), error);
    setting.refuses(
        "a shard of another farm",
        (SHARD, old.shards[0].address),
        error,
    );
    let (position, error) = (setting.arena.attacker.position, StakingError::WrongFarm);
    setting.refuses("a position of another farm", (POSITION, position), error);
    for index in [FARM, SHARD, POSITION] {
        let forged = setting
            .arena
            .counterfeit(&setting.valid.accounts[index].pubkey.clone());
        let attack = at(setting.valid.clone(), index, forged);
        let reason = builtin(InstructionError::IllegalOwner);
        let what = format!("a forged account at {index}");
        setting.arena.refuses_for(&what, attack, &[reason]);
    }
    for index in [SHARD, POSITION] {
        let mut attack = setting.valid.clone();
        attack.accounts[index].is_writable = false;
        let what = format!("{index} read-only");
        setting
            .arena
            .refuses_for(&what, attack, &[Reason::NOT_WRITABLE]);
    }
    let attack = at(setting.valid.clone(), SHARD, setting.attacker.position);
    setting
        .arena
        .refuses_for("one account twice", attack, &[Reason::DUPLICATE_ACCOUNT]);
    setting.arena.finish();
}

/// What was counted is not counted again, neither at once nor by a position that was opened anew.
#[test]
fn volume_is_counted_once() {
    let mut setting = Setting::new();
    let valid = setting.valid.clone();
    setting.arena.execute(valid.clone());
    let error = StakingError::NothingToCount;
    setting.arena.refuses("again", valid.clone(), error);
    let Maker {
        wallet, position, ..
    } = setting.attacker;
    let farm = setting.trading.farm.clone();
    let next = setting.arena.world.epoch(&farm) + 1;
    setting.arena.world.go_to_epoch(&farm, next);
    setting.arena.execute(farm.forfeit(wallet, position, next));
    setting.arena.execute(farm.close_position(wallet, position));
    setting.arena.world.open_position(&farm, 1, wallet, 0);
    let anew = farm.count_volume(1, position, setting.attacker.lane);
    setting.arena.execute(anew.clone());
    setting.arena.refuses("by a new position", anew, error);
    setting.arena.finish();
}

/// Only the authority binds a farm, to an account of the order books' program that is a market.
#[test]
fn a_market_that_is_none() {
    let mut setting = Setting::new();
    let market = setting.trading.market.clone();
    let world = &mut setting.arena.world;
    let farm = world.create_farm_of(market.quote, TradingFarm::PARAMS, 0);
    let valid = farm.bind_market(farm.creator, market.address);
    setting.arena.accepts("bind_market", &valid);
    let stranger = at(valid.clone(), 0, setting.attacker.wallet);
    let error = StakingError::WrongAuthority;
    setting.arena.refuses("a stranger binds", stranger, error);
    let mut unsigned = valid.clone();
    unsigned.accounts[0].is_signer = false;
    let reason = builtin(InstructionError::MissingRequiredSignature);
    setting.arena.refuses_for("unsigned", unsigned, &[reason]);
    let other = at(valid.clone(), 1, setting.trading.farm.address);
    setting.arena.refuses("another farm", other, error);
    let forged = setting.arena.counterfeit(&market.address);
    for (impostor, error) in [
        (forged, InstructionError::IllegalOwner),
        (setting.attacker.lane, InstructionError::InvalidAccountData),
        (
            market.vaults[0].address,
            InstructionError::AccountDataTooSmall,
        ),
    ] {
        let attack = at(valid.clone(), 2, impostor);
        let what = format!("{impostor} as market");
        setting.arena.refuses_for(&what, attack, &[builtin(error)]);
    }
    setting.arena.finish();
}
