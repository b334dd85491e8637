//! What belongs to what: which pool a shard is of, which market a lane trades in and whose it is,
//! which farm a position is in and whose it is.

use std::{collections::BTreeMap, sync::Arc};

use sealane_sdk::{
    book::BookUnits,
    engine::world::{SharedWorld, World},
    events::{governance::GovernanceEvent, staking::StakingEvent},
    pools::AccountUpdate,
    staking::state::Farm,
};
use solana_pubkey::Pubkey;
use solana_rpc_client::nonblocking::rpc_client::RpcClient;

use super::{stakes, votes};

/// Decimals of the two tokens of a pool.
pub(super) type Decimals = (u8, u8);

/// Looks up what belongs to what, in the followed exchange first.
///
/// Pools, shards, markets, farms and proposals are never closed, so that whatever an event names is there. Lanes
/// and positions are: what was opened is kept.
pub(super) struct Directory {
    world: Arc<SharedWorld>,
    rpc: Arc<RpcClient>,
    /// Accounts that were fetched because the followed exchange does not have them yet.
    fetched: World,
    shards: BTreeMap<Pubkey, Pubkey>,
    lanes: Places,
    positions: Places,
}

/// By lane its market and its owner; by position its farm and its owner.
type Places = BTreeMap<Pubkey, (Pubkey, Pubkey)>;

impl Directory {
    pub(super) fn new(
        world: Arc<SharedWorld>,
        rpc: Arc<RpcClient>,
        (lanes, positions): (Places, Places),
    ) -> Self {
        Self {
            world,
            rpc,
            fetched: World::new(),
            shards: BTreeMap::new(),
            lanes,
            positions,
        }
    }

    /// Remembers a shard that was added.
    pub(super) fn add_shard(&mut self, shard: Pubkey, pool: Pubkey) {
        self.shards.insert(shard, pool);
    }

    /// Remembers a lane that was opened.
    pub(super) fn add_lane(&mut self, lane: Pubkey, market: Pubkey, owner: Pubkey) {
        self.lanes.insert(lane, (market, owner));
    }

    /// Makes sure that what events of these accounts belong to is known, if it can be.
    pub(super) async fn learn(&mut self, shards: &[Pubkey], lanes: &[Pubkey], markets: &[Pubkey]) {
        if shards.iter().any(|shard| !self.shards.contains_key(shard)) {
            self.read_shards();
        }
        for shard in shards {
            if !self.shards.contains_key(shard) {
                self.fetch(shard).await;
                self.read_shards();
            }
            if let Some(pool) = self.shards.get(shard).copied()
                && self.pool_decimals(&pool).is_none()
            {
                self.fetch(&pool).await;
            }
        }
        for lane in lanes {
            if self.lane(lane).is_none() {
                self.fetch(lane).await;
            }
        }
        let traded = lanes.iter().filter_map(|lane| Some(self.lane(lane)?.0));
        let markets: Vec<Pubkey> = traded.chain(markets.iter().copied()).collect();
        for market in markets {
            if self.market_units(&market).is_none() {
                self.fetch(&market).await;
            }
        }
    }

    /// Remembers a position that was opened.
    pub(super) fn add_position(&mut self, position: Pubkey, farm: Pubkey, owner: Pubkey) {
        self.positions.insert(position, (farm, owner));
    }

    /// The same for events of farms.
    pub(super) async fn learn_stakes(&mut self, events: &[StakingEvent]) {
        for event in events {
            let position = stakes::position_of(event);
            if let Some(position) = position.filter(|at| self.position(at).is_none()) {
                self.fetch(&position).await;
            }
            let of_position = position.and_then(|at| self.position(&at));
            let farm = of_position.map(|(farm, _)| farm);
            if let Some(farm) = farm.or_else(|| stakes::farm_of(event))
                && self.farm(&farm, |_| ()).is_none()
            {
                self.fetch(&farm).await;
            }
        }
    }

    /// The same for events of realms.
    pub(super) async fn learn_proposals(&mut self, events: &[GovernanceEvent]) {
        for proposal in events.iter().filter_map(votes::proposal_of) {
            if self.proposal(&proposal).is_none() {
                self.fetch(&proposal).await;
            }
        }
    }

    fn read_shards(&mut self) {
        let world = self.world.snapshot();
        for known in [&*world, &self.fetched] {
            for pool in known.pools().pools() {
                for shard in known.pools().shards(&pool.address) {
                    self.shards.insert(shard.address, pool.address);
                }
            }
        }
    }

    /// Without success nothing is said here: what was to be known is missing, and is told then.
    async fn fetch(&mut self, address: &Pubkey) {
        let Ok(account) = self.rpc.get_account(address).await else {
            return;
        };
        let update = AccountUpdate {
            address: *address,
            owner: account.owner,
            slot: 0,
            data: &account.data,
        };
        if let Ok(shard) = sealane_sdk::accounts::decode_shard(&account.data) {
            self.shards.insert(*address, shard.pool);
        }
        let _ = self.fetched.apply(update);
    }

    pub(super) fn pool_of(&self, shard: &Pubkey) -> Option<Pubkey> {
        self.shards.get(shard).copied()
    }

    pub(super) fn pool_decimals(&self, pool: &Pubkey) -> Option<Decimals> {
        let of = |world: &World| {
            let entry = world.pools().pool(pool)?;
            Some((entry.pool.base_decimals, entry.pool.quote_decimals))
        };
        of(&self.world.snapshot()).or_else(|| of(&self.fetched))
    }

    pub(super) fn market_units(&self, market: &Pubkey) -> Option<BookUnits> {
        let units = self.world.snapshot().markets().units(market);
        units.or_else(|_| self.fetched.markets().units(market)).ok()
    }

    pub(super) fn market_sizes(&self, market: &Pubkey) -> Option<(u64, u32)> {
        let of = |world: &World| {
            let market = world.markets().market(market)?.market;
            Some((market.base_lot, market.tick))
        };
        of(&self.world.snapshot()).or_else(|| of(&self.fetched))
    }

    /// The market that a lane trades in, and its owner.
    pub(super) fn lane(&self, lane: &Pubkey) -> Option<(Pubkey, Pubkey)> {
        let of = |world: &World| {
            let entry = world.markets().lane(lane)?;
            Some((entry.lane.market(), entry.lane.owner()))
        };
        let remembered = self.lanes.get(lane).copied();
        remembered
            .or_else(|| of(&self.world.snapshot()))
            .or_else(|| of(&self.fetched))
    }

    /// The farm that a position is in, and its owner.
    pub(super) fn position(&self, position: &Pubkey) -> Option<(Pubkey, Pubkey)> {
        let of = |world: &World| {
            let entry = world.farms().position(position)?;
            Some((entry.account.farm, entry.account.owner))
        };
        let remembered = self.positions.get(position).copied();
        remembered
            .or_else(|| of(&self.world.snapshot()))
            .or_else(|| of(&self.fetched))
    }

    /// The realm that a proposal is in, and its author.
    pub(super) fn proposal(&self, proposal: &Pubkey) -> Option<(Pubkey, Pubkey)> {
        let of = |world: &World| {
            let entry = world.realms().proposal(proposal)?;
            Some((entry.account.realm, entry.account.author))
        };
        of(&self.world.snapshot()).or_else(|| of(&self.fetched))
    }

    fn farm<T>(&self, farm: &Pubkey, told: impl Fn(&Farm) -> T) -> Option<T> {
        let of = |world: &World| Some(told(world.farms().farm(farm)?.account));
        of(&self.world.snapshot()).or_else(|| of(&self.fetched))
    }

    pub(super) fn stake_mint(&self, farm: &Pubkey) -> Option<Pubkey> {
        self.farm(farm, |farm| farm.stake_mint)
    }

    pub(super) fn reward_mint(&self, farm: &Pubkey, reward: u8) -> Option<Pubkey> {
        let mint = self.farm(farm, |farm| {
            farm.reward_mints.get(usize::from(reward)).copied()
        });
        // A reward may be newer than what is known of the farm.
        mint.flatten().filter(|mint| *mint != Pubkey::default())
    }
}
