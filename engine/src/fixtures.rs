//! Accounts for tests, as bytes that a chain would hold.

use anchor_lang::Discriminator;
use bytemuck::{NoUninit, Zeroable};
use sealane_amm::state::{Pool, Shard};
use sealane_core::{
    book::{BookSide, NewOrder},
    fee::BoundedRatioFee,
};
use sealane_orderbook::state::{Lane, Market, VaultShard};
use solana_clock::Clock;
use solana_program_pack::Pack;
use solana_pubkey::Pubkey;
use spl_token_2022_interface::{
    extension::{
        BaseStateWithExtensionsMut, ExtensionType, StateWithExtensionsMut,
        transfer_fee::{TransferFee, TransferFeeConfig},
    },
    state::{Account, AccountState, Mint},
};

use crate::{
    address::{self, CLOCK_SYSVAR, TOKEN_2022_PROGRAM, TOKEN_PROGRAM, VaultShardAddresses},
    book::{LaneSnapshot, fixtures as lanes},
    markets::Markets,
    orderbook,
    pools::{AccountUpdate, Pools},
};

/// An account of one of the programs as its bytes.
pub fn account_bytes<T: Discriminator + NoUninit>(account: &T) -> Vec<u8> {
    [T::DISCRIMINATOR, bytemuck::bytes_of(account)].concat()
}

/// A constant product pool of two SPL tokens with the default fee.
pub fn pool(shards: u8) -> (Pubkey, Pool) {
    let fee = BoundedRatioFee::DEFAULT;
    let mut pool = Pool::zeroed();
    pool.creator = Pubkey::new_unique();
    pool.authority = pool.creator;
    pool.base_mint = Pubkey::new_unique();
    pool.quote_mint = Pubkey::new_unique();
    pool.base_token_program = TOKEN_PROGRAM;
    pool.quote_token_program = TOKEN_PROGRAM;
    pool.fee_min_pips = fee.min().get();
    pool.fee_max_pips = fee.max().get();
    pool.fee_slope_pips = fee.slope();
    pool.protocol_share_bps = 1_000;
    pool.shard_count = shards;
    pool.base_decimals = 9;
    pool.quote_decimals = 6;
    let (address, bump) = address::pool(&pool.creator, &pool.base_mint, &pool.quote_mint, 0);
    pool.bump = bump;
    (address, pool)
}

/// A shard with reserves, and shares to match.
pub fn shard(pool: &Pubkey, index: u8, base: u64, quote: u64) -> (Pubkey, Shard) {
    let (address, bump) = address::shard(pool, index);
    let mut shard = Shard::zeroed();
    shard.pool = *pool;
    shard.index = index;
    shard.bump = bump;
    shard.lp_mint = address::lp_mint(&address).0;
    shard.base_vault = Pubkey::new_unique();
    shard.quote_vault = Pubkey::new_unique();
    shard.base_reserve = base;
    shard.quote_reserve = quote;
    shard.shares = u64::try_from((u128::from(base) * u128::from(quote)).isqrt()).unwrap();
    (address, shard)
}

/// The clock sysvar as its bytes.
pub fn clock_bytes(clock: &Clock) -> Vec<u8> {
    [
        clock.slot,
        clock.epoch_start_timestamp as u64,
        clock.epoch,
        clock.leader_schedule_epoch,
        clock.unix_timestamp as u64,
    ]
    .map(u64::to_le_bytes)
    .concat()
}

/// An SPL mint as its bytes.
pub fn mint_bytes(decimals: u8, supply: u64, authority: Option<Pubkey>) -> Vec<u8> {
    let mut bytes = vec![0; Mint::LEN];
    mint(decimals, supply, authority).pack_into_slice(&mut bytes);
    bytes
}

fn mint(decimals: u8, supply: u64, authority: Option<Pubkey>) -> Mint {
    Mint {
        mint_authority: authority.into(),
        supply,
        decimals,
        is_initialized: true,
        freeze_authority: None.into(),
    }
}

/// A Token-2022 mint with the older and the newer fee as (from epoch, basis points, maximum).
pub fn fee_mint_bytes(decimals: u8, fees: [(u64, u16, u64); 2]) -> Vec<u8> {
    let kinds = [ExtensionType::TransferFeeConfig];
    let len = ExtensionType::try_calculate_account_len::<Mint>(&kinds).unwrap();
    let mut bytes = vec![0; len];
    let mut state = StateWithExtensionsMut::<Mint>::unpack_uninitialized(&mut bytes).unwrap();
    let fee = |(epoch, bps, maximum): (u64, u16, u64)| TransferFee {
        epoch: epoch.into(),
        maximum_fee: maximum.into(),
        transfer_fee_basis_points: bps.into(),
    };
    let config = state.init_extension::<TransferFeeConfig>(true).unwrap();
    config.older_transfer_fee = fee(fees[0]);
    config.newer_transfer_fee = fee(fees[1]);
    state.base = mint(decimals, 1_000_000, None);
    state.pack_base();
    state.init_account_type().unwrap();
    bytes
}

/// A token account without extensions as its bytes.
pub fn token_account_bytes(mint: &Pubkey, owner: &Pubkey, amount: u64) -> Vec<u8> {
    let account = Account {
        mint: *mint,
        owner: *owner,
        amount,
        delegate: None.into(),
        state: AccountState::Initialized,
        is_native: None.into(),
        delegated_amount: 0,
        close_authority: None.into(),
    };
    let mut bytes = vec![0; Account::LEN];
    account.pack_into_slice(&mut bytes);
    bytes
}

/// A cache with one pool, its shards, its mints and a clock.
pub struct World {
    /// The cache.
    pub pools: Pools,
    /// The pool.
    pub pool: Pubkey,
    /// Its configuration.
    pub config: Pool,
}

/// The slot of the worlds below.
pub const SLOT: u64 = 100;
/// Their epoch.
pub const EPOCH: u64 = 5;
/// Their time, Unix seconds.
pub const NOW: i64 = 1_700_000_000;

/// An update of a cache.
pub fn update<'a>(address: Pubkey, owner: Pubkey, slot: u64, data: &'a [u8]) -> AccountUpdate<'a> {
    AccountUpdate {
        address,
        owner,
        slot,
        data,
    }
}

/// One shard for each pair of reserves. `fees`: transfer fees of (base, quote), if any.
pub fn world(reserves: &[(u64, u64)], fees: [Option<(u16, u64)>; 2]) -> World {
    let (address, mut config) = pool(reserves.len() as u8);
    let mut pools = Pools::new();
    for (side, fee) in fees.into_iter().enumerate() {
        let (mint, decimals) = [(config.base_mint, 9), (config.quote_mint, 6)][side];
        let (program, bytes) = match fee {
            None => (TOKEN_PROGRAM, mint_bytes(decimals, 1, None)),
            Some((bps, maximum)) => (
                TOKEN_2022_PROGRAM,
                fee_mint_bytes(decimals, [(0, bps, maximum), (0, bps, maximum)]),
            ),
        };
        if side == 0 {
            config.base_token_program = program;
        } else {
            config.quote_token_program = program;
        }
        pools.apply(update(mint, program, SLOT, &bytes)).unwrap();
    }
    pools
        .apply(update(
            address,
            crate::amm::ID,
            SLOT,
            &account_bytes(&config),
        ))
        .unwrap();
    for (index, (base, quote)) in reserves.iter().enumerate() {
        let (shard_address, shard) = shard(&address, index as u8, *base, *quote);
        let bytes = account_bytes(&shard);
        pools
            .apply(update(shard_address, crate::amm::ID, SLOT, &bytes))
            .unwrap();
    }
    let clock = Clock {
        slot: SLOT,
        epoch_start_timestamp: 0,
        epoch: EPOCH,
        leader_schedule_epoch: EPOCH + 1,
        unix_timestamp: NOW,
    };
    pools
        .apply(update(
            CLOCK_SYSVAR,
            Pubkey::default(),
            SLOT,
            &clock_bytes(&clock),
        ))
        .unwrap();
    World {
        pools,
        pool: address,
        config,
    }
}

/// A lane as its account holds it.
pub fn lane_bytes(lane: &LaneSnapshot) -> Vec<u8> {
    [Lane::DISCRIMINATOR, lane.as_bytes()].concat()
}

/// The clock of the worlds.
pub fn clock_now() -> Clock {
    Clock {
        slot: SLOT,
        epoch_start_timestamp: 0,
        epoch: EPOCH,
        leader_schedule_epoch: EPOCH + 1,
        unix_timestamp: NOW,
    }
}

/// A cache with one market of two SPL tokens, its vault shards with these balances, its mints and
/// a clock.
pub struct MarketWorld {
    /// The cache.
    pub markets: Markets,
    /// The market.
    pub market: Pubkey,
    /// Its configuration.
    pub config: Market,
}

/// Taker's fee 0.05%, maker's rebate 0.01%, half of the rest to the referrer.
pub fn market_world(vaults: &[(u64, u64)]) -> MarketWorld {
    let mut config = Market::zeroed();
    config.creator = Pubkey::new_unique();
    config.authority = config.creator;
    config.base_mint = Pubkey::new_unique();
    config.quote_mint = Pubkey::new_unique();
    config.base_token_program = TOKEN_PROGRAM;
    config.quote_token_program = TOKEN_PROGRAM;
    config.base_lot = lanes::SIZES.base_lot;
    config.tick = lanes::SIZES.tick;
    config.taker_fee_pips = 500;
    config.maker_fee_pips = -100;
    config.referrer_share_bps = 5_000;
    config.vault_shard_count = vaults.len() as u8;
    config.base_decimals = 6;
    config.quote_decimals = 6;
    let (base, quote) = (config.base_mint, config.quote_mint);
    let (market, bump) = address::market(&config.creator, &base, &quote, 0);
    config.bump = bump;
    let mut world = MarketWorld {
        markets: Markets::new(),
        market,
        config,
    };
    world.feed(market, orderbook::ID, &account_bytes(&config));
    for (index, (base_held, quote_held)) in (0u8..).zip(vaults) {
        let at = VaultShardAddresses::derive(&market, &base, &quote, index);
        let mut shard = VaultShard::zeroed();
        shard.market = market;
        shard.base_vault = at.base_vault;
        shard.quote_vault = at.quote_vault;
        shard.index = index;
        world.feed(at.vault_shard, orderbook::ID, &account_bytes(&shard));
        let held = token_account_bytes(&base, &at.vault_shard, *base_held);
        world.feed(at.base_vault, TOKEN_PROGRAM, &held);
        let held = token_account_bytes(&quote, &at.vault_shard, *quote_held);
        world.feed(at.quote_vault, TOKEN_PROGRAM, &held);
    }
    for mint in [base, quote] {
        world.feed(mint, TOKEN_PROGRAM, &mint_bytes(6, 1, None));
    }
    world.feed(CLOCK_SYSVAR, Pubkey::default(), &clock_bytes(&clock_now()));
    world
}

impl MarketWorld {
    /// Feeds an account.
    pub fn feed(&mut self, address: Pubkey, owner: Pubkey, data: &[u8]) {
        self.markets
            .apply(update(address, owner, SLOT, data))
            .unwrap();
    }

    /// Adds a lane with these orders, placed in slot 1, and much of both tokens; its address and
    /// its owner.
    pub fn lane(&mut self, orders: &[NewOrder]) -> (Pubkey, Pubkey) {
        let owner = Pubkey::new_unique();
        let (address, _) = address::lane(&self.market, &owner, 0);
        let placed: Vec<_> = orders.iter().map(|order| (1, *order)).collect();
        let rate = self.config.maker_fee_pips;
        let lane = lanes::lane_of(&self.market, &owner, rate, &placed);
        self.feed(address, orderbook::ID, &lane_bytes(&lane));
        (address, owner)
    }

    /// Adds a lane that asks, or bids, one lot at each price.
    pub fn quoting(&mut self, side: BookSide, prices: &[u32]) -> Pubkey {
        let orders: Vec<_> = prices
            .iter()
            .map(|price| lanes::order(side, *price, 1))
            .collect();
        self.lane(&orders).0
    }
}
