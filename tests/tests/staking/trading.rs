//! Trading farms: makers earn by the volume of their lanes.

use rand::Rng;
use sealane_staking::{errors::StakingError, events::VolumeCounted};
use sealane_testkit::{
    MintSpec, Reason, Seeded,
    book::world::{events, lane_of},
    staking::{
        Maker, PARAMS, StakingWorld, TradingFarm,
        trading::{create_market, open_lane},
    },
};
use solana_instruction::{Instruction, error::InstructionError};

fn refused(world: &mut StakingWorld, instruction: Instruction, error: StakingError) {
    let refused = world.try_execute(&[instruction]).unwrap_err();
    assert_eq!(refused.reason, Reason::staking(error), "{:?}", refused.logs);
}

/// Two makers in two shards: an epoch's reward in proportion to what they sold in it.
#[test]
fn makers_share_by_volume() {
    let mut world = StakingWorld::new();
    let trading = TradingFarm::create(&mut world, 2, 10_000, 10_000);
    let farm = &trading.farm;
    let makers = [0, 1].map(|shard| trading.maker(&mut world, shard));
    let volumes = [(&makers[0], 30), (&makers[1], 10), (&makers[0], 15)]
        .map(|(maker, lots)| trading.trade(&mut world, maker, lots));
    assert_eq!(volumes, [3_000, 1_000, 1_500]);
    let count = |maker: &Maker| farm.count_volume(maker.shard, maker.position, maker.lane);
    let told = world.execute(&[count(&makers[0]), count(&makers[1])]);
    let told = events::<VolumeCounted>(&told);
    assert_eq!((told[0].counted, told[0].volume), (4_500, 4_500));
    assert_eq!((told[1].counted, told[1].epoch), (1_000, 0));
    // What was counted is not counted again.
    refused(&mut world, count(&makers[0]), StakingError::NothingToCount);
    world.go_to_epoch(farm, 1);
    trading.trade(&mut world, &makers[1], 5);
    trading.count(&mut world, &makers[1]);
    world.go_to_epoch(farm, 2);
    world.close_epochs(farm);
    assert_eq!(world.record(farm, 0).points, [5_500, 0]);
    assert_eq!(
        world.record(farm, 0).weight,
        [0, 0],
        "volume weighs nothing"
    );
    let paid = makers.map(|maker| {
        let Maker {
            wallet, position, ..
        } = maker;
        world.execute(&[farm.claim(0, wallet, position, 0, &[0, 1])]);
        world.balance(&farm.rewards[0], &wallet)
    });
    // 1,000 of each epoch: 4,500 and 1,000 parts of 5,500, then all of it.
    assert_eq!(paid, [818, 181 + 1_000]);
}

/// Only what is made after the count has begun; nothing twice, and what a lane made before it was
/// closed is lost unless it was counted.
#[test]
fn a_count_has_a_beginning() {
    let mut world = StakingWorld::new();
    let trading = TradingFarm::create(&mut world, 1, 10_000, 10_000);
    let farm = &trading.farm;
    let maker = trading.maker(&mut world, 0);
    trading.trade(&mut world, &maker, 10);
    trading.count(&mut world, &maker);
    world.go_to_epoch(farm, 1);
    world.close_epochs(farm);
    world.execute(&[
        farm.claim(0, maker.wallet, maker.position, 0, &[0]),
        farm.close_position(maker.wallet, maker.position),
    ]);
    trading.trade(&mut world, &maker, 10);
    world.open_position(farm, 0, maker.wallet, 0);
    let count = farm.count_volume(0, maker.position, maker.lane);
    let told = world.execute(std::slice::from_ref(&count));
    let told = events::<VolumeCounted>(&told)[0];
    assert_eq!((told.counted, told.volume), (0, 2_000));
    // A new lane at the same address begins at zero, and is counted from there.
    let market = &trading.market;
    let header = lane_of(&world.world.svm, &maker.lane).expect("open").header;
    world.execute(&[
        market.withdraw(
            0,
            maker.lane,
            maker.wallet,
            header.base_free,
            header.quote_free,
        ),
        market.close_lane(maker.wallet, maker.lane, 0, None),
    ]);
    open_lane(&mut world, market, maker.wallet, 0);
    assert_eq!(trading.trade(&mut world, &maker, 7), 700);
    let told = world.execute(&[count]);
    assert_eq!(events::<VolumeCounted>(&told)[0].counted, 700);
}

/// Nobody stakes where volume is counted, and volume is not counted where stakes are.
#[test]
fn a_farm_counts_one_thing() {
    let mut world = StakingWorld::new();
    let trading = TradingFarm::create(&mut world, 1, 10_000, 10_000);
    let farm = &trading.farm;
    let maker = trading.maker(&mut world, 0);
    let stake = farm.stake(0, maker.wallet, maker.position, 10);
    world.fund(&farm.stake, &maker.wallet, 10);
    refused(&mut world, stake, StakingError::TradingFarm);

    let plain = world.create_farm_of(trading.market.quote, PARAMS, 1);
    let position = world.open_position(&plain, 0, maker.wallet, 0);
    let count = plain.count_volume(0, position, maker.lane);
    refused(&mut world, count, StakingError::NotATradingFarm);
    let bind = plain.bind_market(plain.creator, trading.market.address);
    refused(&mut world, bind, StakingError::FarmInUse);
}

/// What is staked has to be what volume is measured in, and a farm follows one order book for good.
#[test]
fn a_farm_is_bound_once_to_a_market_of_its_token() {
    let mut world = StakingWorld::new();
    let trading = TradingFarm::create(&mut world, 0, 0, 1_000);
    let other = create_market(&mut world);
    let farm = &trading.farm;
    let again = farm.bind_market(farm.creator, trading.market.address);
    refused(&mut world, again, StakingError::FarmInUse);
    for stake in [trading.market.base, other.quote] {
        let farm = world.create_farm_of(stake, TradingFarm::PARAMS, 0);
        let bind = farm.bind_market(farm.creator, trading.market.address);
        refused(&mut world, bind, StakingError::WrongMarket);
    }
    let locking = world.create_farm_of(other.quote, PARAMS, 0);
    let bind = locking.bind_market(locking.creator, other.address);
    refused(&mut world, bind, StakingError::FarmInUse);
    let stake = world.world.create_mint(&MintSpec::spl(6));
    let unrelated = world.create_farm_of(stake, TradingFarm::PARAMS, 0);
    let bind = unrelated.bind_market(unrelated.creator, farm.address);
    let refused = world.try_execute(&[bind]).unwrap_err();
    let reason = Reason::builtin(&InstructionError::IllegalOwner);
    assert_eq!(refused.reason, reason, "{:?}", refused.logs);
}

/// Epochs' points are the volume that was counted in them, whoever traded how much when; nothing is
/// paid twice, and claims leave less than a unit each.
#[test]
fn whatever_is_traded_is_counted_once() {
    let mut seeded = Seeded::new(31);
    let mut world = StakingWorld::new();
    let trading = TradingFarm::create(&mut world, 2, 1_000_000, 20_000);
    let farm = &trading.farm;
    let makers = [0, 1, 1].map(|shard| trading.maker(&mut world, shard));
    let mut uncounted = [0u64; 3];
    let mut counted = Vec::new();
    for epoch in 0..12u32 {
        let mut points = 0;
        for _ in 0..seeded.rng.random_range(0..6) {
            let who = seeded.rng.random_range(0..3);
            uncounted[who] +=
                trading.trade(&mut world, &makers[who], seeded.rng.random_range(1..500));
            if seeded.rng.random_bool(0.6) {
                trading.count(&mut world, &makers[who]);
                points += std::mem::take(&mut uncounted[who]);
            }
        }
        counted.push(points);
        world.go_to_epoch(farm, epoch + 1);
    }
    world.close_epochs(farm);
    let epochs: Vec<u32> = (0..12).collect();
    for (epoch, points) in epochs.iter().zip(&counted) {
        assert_eq!(world.record(farm, *epoch).points, [*points, 0]);
    }
    let allotted: u64 = epochs
        .iter()
        .map(|epoch| world.record(farm, *epoch).rewards[0])
        .sum();
    let paid: u64 = makers
        .iter()
        .map(|maker| {
            world.execute(&[farm.claim(0, maker.wallet, maker.position, 0, &epochs)]);
            world.balance(&farm.rewards[0], &maker.wallet)
        })
        .sum();
    assert!(
        paid <= allotted && allotted - paid < 3 * 12,
        "{paid} of {allotted}"
    );
    assert!(paid > 0);
}
