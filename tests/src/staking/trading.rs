//! A farm that pays an order book's makers.

use sealane_core::book::BookSide;
use sealane_staking::FarmParams;
use solana_pubkey::Pubkey;

use super::{PARAMS, StakingWorld, TestFarm};
use crate::{
    MintSpec,
    book::{
        market::{self, TestMarket},
        trading::{order, taking},
        world::lane_of,
    },
};

const FUNDS: u64 = 1_000_000_000_000;
const PRICE: u32 = 100;

/// A wallet with a lane and a position of the same index.
#[derive(Debug, Clone, Copy)]
pub struct Maker {
    /// The wallet.
    pub wallet: Pubkey,
    /// Its lane in the market.
    pub lane: Pubkey,
    /// Its position in the farm.
    pub position: Pubkey,
    /// The position's shard.
    pub shard: usize,
}

/// An order book, and a trading farm of it with a reward.
#[derive(Debug, Clone)]
pub struct TradingFarm {
    /// The order book.
    pub market: TestMarket,
    /// The farm.
    pub farm: TestFarm,
    /// A lane with enough of both tokens to trade with all makers, and its owner.
    taker: (Pubkey, Pubkey),
}

impl TradingFarm {
    /// Terms of a farm that can be bound to an order book.
    pub const PARAMS: FarmParams = FarmParams {
        cooldown_seconds: 0,
        lock_boost: 0,
        lock_max_epochs: 0,
        ..PARAMS
    };

    /// Deploys the order book program, creates a market and a farm with so many shards, which pays
    /// `reward` over so many seconds.
    pub fn create(world: &mut StakingWorld, shards: u8, reward: u64, seconds: i64) -> Self {
        world
            .svm()
            .deploy(sealane_orderbook::ID, "sealane_orderbook");
        let market = create_market(world);
        let mut farm = world.create_farm_of(market.quote, Self::PARAMS, 0);
        world.execute(&[farm.bind_market(farm.creator, market.address)]);
        let payer = world.world.svm.payer();
        for index in 0..shards {
            world.execute(&[farm.add_shard(index, farm.creator, payer)]);
            farm.shards.push(farm.shard_accounts(index));
        }
        let mint = world.world.create_mint(&MintSpec::spl(6));
        world.add_reward(&mut farm, mint, reward, seconds);
        let wallet = world.world.wallet();
        let taker = (wallet, open_lane(world, &market, wallet, 0));
        Self {
            market,
            farm,
            taker,
        }
    }

    /// A new wallet with a funded lane and a position, whose count has begun.
    pub fn maker(&self, world: &mut StakingWorld, shard: usize) -> Maker {
        let wallet = world.world.wallet();
        world.fund(&self.farm.rewards[0], &wallet, 0);
        self.maker_of(world, wallet, shard, 0)
    }

    /// The same of a wallet at hand, with lane and position of an index.
    pub fn maker_of(
        &self,
        world: &mut StakingWorld,
        wallet: Pubkey,
        shard: usize,
        index: u16,
    ) -> Maker {
        let lane = open_lane(world, &self.market, wallet, index);
        let position = world.open_position(&self.farm, shard, wallet, index);
        let maker = Maker {
            wallet,
            lane,
            position,
            shard,
        };
        self.count(world, &maker);
        maker
    }

    /// A maker sells so many lots; tells the volume in quote units.
    pub fn trade(&self, world: &mut StakingWorld, maker: &Maker, lots: u64) -> u64 {
        let before = self.volume(world, maker);
        let ask = order(BookSide::Ask, PRICE, lots);
        let (wallet, lane) = self.taker;
        let bid = taking(BookSide::Bid, PRICE, lots);
        world.execute(&[
            self.market.place(maker.lane, maker.wallet, ask),
            self.market.take(lane, wallet, bid, &[maker.lane]),
        ]);
        self.volume(world, maker) - before
    }

    /// What a maker's lane has made so far.
    ///
    /// # Panics
    /// If the lane is closed.
    #[must_use]
    pub fn volume(&self, world: &StakingWorld, maker: &Maker) -> u64 {
        let lane = lane_of(&world.world.svm, &maker.lane).expect("an open lane");
        lane.header.maker_volume
    }

    /// Counts what a maker's lane has made.
    pub fn count(&self, world: &mut StakingWorld, maker: &Maker) {
        let count = self
            .farm
            .count_volume(maker.shard, maker.position, maker.lane);
        world.execute(&[count]);
    }
}

/// A new market of new mints, with a vault shard.
pub fn create_market(world: &mut StakingWorld) -> TestMarket {
    let [base, quote] = [9, 6].map(|decimals| world.world.create_mint(&MintSpec::spl(decimals)));
    let (creator, payer) = (world.world.wallet(), world.world.svm.payer());
    let mut market = TestMarket::new(creator, 0, base, quote);
    world.execute(&[
        market.create(market::PARAMS),
        market.add_vault_shard(0, creator, payer),
    ]);
    market.vaults.push(market.vault_accounts(0));
    market
}

/// A wallet's lane with plenty of both tokens.
pub fn open_lane(
    world: &mut StakingWorld,
    market: &TestMarket,
    wallet: Pubkey,
    index: u16,
) -> Pubkey {
    for mint in [&market.base, &market.quote] {
        world.fund(mint, &wallet, FUNDS);
    }
    let lane = market.lane(&wallet, index);
    world.execute(&[
        market.open_lane(wallet, index, 8, None),
        market.deposit(0, lane, wallet, FUNDS, FUNDS),
    ]);
    lane
}
