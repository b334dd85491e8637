//! Worlds of a few tokens, pools and markets.

use std::ops::RangeInclusive;

use bytemuck::Zeroable;
use rand::{Rng, SeedableRng, rngs::StdRng};
use sealane_core::{
    book::{BookSide, NewOrder},
    fee::BoundedRatioFee,
    units::FeeRate,
};
use sealane_orderbook::state::{Market, VaultShard};
use solana_pubkey::Pubkey;

use crate::{
    address::{self, CLOCK_SYSVAR, TOKEN_2022_PROGRAM, TOKEN_PROGRAM, VaultShardAddresses},
    amm,
    book::fixtures as lanes,
    fixtures::{
        SLOT, account_bytes, clock_bytes, clock_now, fee_mint_bytes, lane_bytes, mint_bytes, pool,
        shard, token_account_bytes, update,
    },
    orderbook,
    route::{Route, RouteError, RouteRequest, Venues, route},
    world::World,
};

/// A token of a sandbox.
#[derive(Clone, Copy)]
pub(super) struct Token {
    pub(super) mint: Pubkey,
    program: Pubkey,
}

/// A world that grows.
pub(super) struct Sandbox {
    pub(super) world: World,
    pub(super) tokens: Vec<Token>,
    pub(super) rng: StdRng,
}

impl Sandbox {
    /// Addresses come from the seed too, so that a failure can be run again.
    pub(super) fn new(seed: u64) -> Self {
        let mut sandbox = Self {
            world: World::new(),
            tokens: Vec::new(),
            rng: StdRng::seed_from_u64(seed),
        };
        let clock = clock_bytes(&clock_now());
        sandbox.feed(CLOCK_SYSVAR, Pubkey::default(), &clock);
        sandbox
    }

    pub(super) fn venues(&self) -> Venues<'_> {
        (&self.world).into()
    }

    pub(super) fn route(&self, request: &RouteRequest<'_>) -> Result<Route, RouteError> {
        route(&self.venues(), request)
    }

    pub(super) fn address(&mut self) -> Pubkey {
        Pubkey::new_from_array(self.rng.random())
    }

    pub(super) fn feed(&mut self, address: Pubkey, owner: Pubkey, data: &[u8]) {
        let update = update(address, owner, SLOT, data);
        self.world.apply(update).unwrap();
    }

    /// A token, with a transfer fee of so many basis points and at most so much.
    pub(super) fn token(&mut self, fee: Option<(u16, u64)>) -> usize {
        let mint = self.address();
        let (program, bytes) = match fee {
            None => (TOKEN_PROGRAM, mint_bytes(6, 1, None)),
            Some((bps, most)) => (
                TOKEN_2022_PROGRAM,
                fee_mint_bytes(6, [(0, bps, most), (0, bps, most)]),
            ),
        };
        self.feed(mint, program, &bytes);
        self.tokens.push(Token { mint, program });
        self.tokens.len() - 1
    }

    pub(super) fn mint(&self, token: usize) -> Pubkey {
        self.tokens[token].mint
    }

    /// A constant product pool of two tokens with these shards.
    pub(super) fn pool(
        &mut self,
        (base, quote): (usize, usize),
        fee: BoundedRatioFee,
        reserves: &[(u64, u64)],
    ) -> Pubkey {
        self.pool_of((base, quote), fee, reserves, |_| {})
    }

    /// A pool whose configuration is changed before it is fed.
    pub(super) fn pool_of(
        &mut self,
        (base, quote): (usize, usize),
        fee: BoundedRatioFee,
        reserves: &[(u64, u64)],
        change: impl FnOnce(&mut sealane_amm::state::Pool),
    ) -> Pubkey {
        let (base, quote) = (self.tokens[base], self.tokens[quote]);
        let (_, mut config) = pool(reserves.len() as u8);
        config.creator = self.address();
        config.authority = config.creator;
        (config.base_mint, config.quote_mint) = (base.mint, quote.mint);
        (config.base_token_program, config.quote_token_program) = (base.program, quote.program);
        (config.base_decimals, config.quote_decimals) = (6, 6);
        config.fee_min_pips = fee.min().get();
        config.fee_max_pips = fee.max().get();
        config.fee_slope_pips = fee.slope();
        change(&mut config);
        let (address, bump) = address::pool(&config.creator, &base.mint, &quote.mint, 0);
        config.bump = bump;
        self.feed(address, amm::ID, &account_bytes(&config));
        for (index, (base, quote)) in reserves.iter().enumerate() {
            let (at, shard) = shard(&address, index as u8, *base, *quote);
            self.feed(at, amm::ID, &account_bytes(&shard));
        }
        address
    }

    /// A market of two tokens: lots of 1,000 base units, ticks of 10 quote units. One lane for
    /// each list of orders.
    pub(super) fn market(
        &mut self,
        (base, quote): (usize, usize),
        lanes: &[Vec<NewOrder>],
    ) -> Pubkey {
        let (base, quote) = (self.tokens[base], self.tokens[quote]);
        let mut config = Market::zeroed();
        config.creator = self.address();
        config.authority = config.creator;
        (config.base_mint, config.quote_mint) = (base.mint, quote.mint);
        (config.base_token_program, config.quote_token_program) = (base.program, quote.program);
        config.base_lot = lanes::SIZES.base_lot;
        config.tick = lanes::SIZES.tick;
        config.taker_fee_pips = self.rng.random_range(0..2_000);
        config.vault_shard_count = 1;
        (config.base_decimals, config.quote_decimals) = (6, 6);
        let (market, bump) = address::market(&config.creator, &base.mint, &quote.mint, 0);
        config.bump = bump;
        self.feed(market, orderbook::ID, &account_bytes(&config));
        let at = VaultShardAddresses::derive(&market, &base.mint, &quote.mint, 0);
        let mut vaults = VaultShard::zeroed();
        (vaults.market, vaults.index) = (market, 0);
        (vaults.base_vault, vaults.quote_vault) = (at.base_vault, at.quote_vault);
        self.feed(at.vault_shard, orderbook::ID, &account_bytes(&vaults));
        for (token, vault) in [(base, at.base_vault), (quote, at.quote_vault)] {
            // Token-2022 reads the same first bytes.
            let held = token_account_bytes(&token.mint, &at.vault_shard, 1 << 50);
            self.feed(vault, token.program, &held);
        }
        for orders in lanes {
            self.lane(&market, orders);
        }
        market
    }

    /// A lane of a new owner; its address and its owner.
    pub(super) fn lane(&mut self, market: &Pubkey, orders: &[NewOrder]) -> (Pubkey, Pubkey) {
        let owner = self.address();
        let (address, _) = address::lane(market, &owner, 0);
        let placed: Vec<_> = orders.iter().map(|order| (1, *order)).collect();
        let lane = lanes::lane_of(market, &owner, 0, &placed);
        self.feed(address, orderbook::ID, &lane_bytes(&lane));
        (address, owner)
    }

    /// Orders of both sides around a price in ticks, in so many lanes.
    pub(super) fn random_orders(
        &mut self,
        lanes: usize,
        mid: u32,
        most: u64,
    ) -> Vec<Vec<NewOrder>> {
        let rng = &mut self.rng;
        let mut orders = |side: BookSide| -> Vec<NewOrder> {
            let count = rng.random_range(0..5);
            (0..count)
                .map(|_| {
                    let away = rng.random_range(1..=(mid / 20).max(2));
                    let price = match side {
                        BookSide::Bid => mid - away.min(mid - 1),
                        BookSide::Ask => mid + away,
                    };
                    lanes::order(side, price, rng.random_range(1..=most))
                })
                .collect()
        };
        (0..lanes)
            .map(|_| [orders(BookSide::Bid), orders(BookSide::Ask)].concat())
            .collect()
    }

    /// Any fee that a pool can have.
    pub(super) fn random_fee(&mut self) -> BoundedRatioFee {
        match self.rng.random_range(0..3) {
            0 => BoundedRatioFee::flat(FeeRate::new(self.rng.random_range(100..10_000))).unwrap(),
            _ => BoundedRatioFee::DEFAULT,
        }
    }

    /// Shards of about one price, each base unit worth `price` quote units in thousandths.
    pub(super) fn random_shards(
        &mut self,
        count: RangeInclusive<usize>,
        base: RangeInclusive<u64>,
        price_milli: u64,
    ) -> Vec<(u64, u64)> {
        let count = self.rng.random_range(count);
        (0..count)
            .map(|_| {
                let base = self.rng.random_range(base.clone());
                let off = self.rng.random_range(990..=1_010);
                let quote = u128::from(base) * u128::from(price_milli) * off / 1_000_000;
                (base, u64::try_from(quote).unwrap().max(1))
            })
            .collect()
    }
}

/// Seeds of so many worlds; times `SEALANE_ROUTE_TRIALS`, if that is set. Only the one that
/// `SEALANE_ROUTE_SEED` names, if that is.
pub(super) fn seeds(count: u64) -> impl Iterator<Item = u64> {
    let number = |name| std::env::var(name).ok()?.parse::<u64>().ok();
    match number("SEALANE_ROUTE_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..count * number("SEALANE_ROUTE_TRIALS").unwrap_or(1),
    }
}
