//! Pools and markets of several kinds, and everybody's accounts.

use bytemuck::from_bytes_mut;
use rand::{Rng, seq::IndexedRandom};
use sealane_amm::state::{FeeParams as PoolFees, pause as pool_pause};
use sealane_core::book::lane_len;
use sealane_engine::{
    address::{TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    fixtures::account_bytes,
    simulate::{Slot, State, Trade},
};
use sealane_orderbook::state::pause as market_pause;
use sealane_testkit::{
    Mint, MintSpec, PoolSpec, TestPool, TransferFeeSpec,
    book::{
        market::{PARAMS, TestMarket},
        world::BookWorld,
    },
};
use solana_clock::Clock;
use solana_pubkey::Pubkey;
use spl_token_2022_interface::pod::PodAccount;

/// What every wallet gets of every token.
const FUNDS: u64 = 1_000_000_000_000;
const RESERVE: u64 = 1_000_000_000;
const WALLETS: usize = 6;
/// Rooms of lanes, in orders on each side.
const CAPACITIES: [u16; 3] = [8, 10, 16];

/// Tokens that trade with each other, and with nothing else: trades of different districts never
/// conflict.
pub(crate) struct District {
    pub(crate) mints: Vec<Mint>,
    pub(crate) pools: Vec<TestPool>,
    pub(crate) markets: Vec<Books>,
    pub(crate) wallets: Vec<Pubkey>,
}

/// A market and its lanes with their owners.
pub(crate) struct Books {
    pub(crate) market: TestMarket,
    pub(crate) lanes: Vec<(Pubkey, Pubkey)>,
}

/// Everything that trades are made on.
pub(crate) struct Arena {
    pub(crate) world: BookWorld,
    pub(crate) districts: Vec<District>,
    /// The native simulation's accounts.
    pub(crate) state: State,
    /// Addresses of all kinds.
    pub(crate) known: Vec<Pubkey>,
}

impl Arena {
    pub(crate) fn new(rng: &mut impl Rng) -> Self {
        let mut world = BookWorld::new();
        let districts = (0..2).map(|_| district(&mut world, rng)).collect();
        let mut arena = Self {
            state: State::new(world.world.svm.clock()),
            world,
            districts,
            known: Vec::new(),
        };
        arena.know_all();
        arena
    }

    fn know_all(&mut self) {
        let mut addresses = vec![TOKEN_PROGRAM, TOKEN_2022_PROGRAM];
        for district in &self.districts {
            addresses.extend(district.mints.iter().map(|mint| mint.address));
            addresses.extend(&district.wallets);
            for wallet in &district.wallets {
                addresses.extend(district.mints.iter().map(|mint| mint.account_of(wallet)));
            }
            for pool in &district.pools {
                addresses.push(pool.address);
                for shard in &pool.shards {
                    let lp = &shard.lp;
                    addresses.extend([shard.address, shard.base_vault, shard.quote_vault]);
                    addresses.push(lp.address);
                    addresses.extend(district.wallets.iter().map(|wallet| lp.account_of(wallet)));
                }
            }
            for books in &district.markets {
                addresses.push(books.market.address);
                for vaults in &books.market.vaults {
                    addresses.extend([vaults.address, vaults.base, vaults.quote]);
                }
                addresses.extend(books.lanes.iter().map(|(lane, _)| *lane));
            }
        }
        for address in &addresses {
            load(&self.world, address, &mut self.state);
        }
        self.known = addresses;
        // Nothing is there.
        self.known.push(Pubkey::new_from_array([9; 32]));
    }

    /// Loads what a trade names and the state does not know.
    pub(crate) fn know(&mut self, trade: &Trade) {
        for meta in trade.instructions.iter().flat_map(|i| &i.accounts) {
            if matches!(self.state.account(&meta.pubkey), Slot::Unknown) {
                load(&self.world, &meta.pubkey, &mut self.state);
            }
        }
    }

    /// The same for a copy.
    pub(crate) fn teach(&self, trade: &Trade, copy: &mut State) {
        for meta in trade.instructions.iter().flat_map(|i| &i.accounts) {
            if matches!(copy.account(&meta.pubkey), Slot::Unknown) {
                load(&self.world, &meta.pubkey, copy);
            }
        }
    }

    /// A trade with what its accounts are now.
    pub(crate) fn describe(&self, trade: &Trade) -> String {
        let mut text = String::new();
        for instruction in &trade.instructions {
            text += &format!("\n{} {:?}", instruction.program_id, instruction.data);
            for (at, meta) in instruction.accounts.iter().enumerate() {
                let slot = format!("{:?}", self.state.account(&meta.pubkey));
                let slot: String = slot.chars().take(250).collect();
                let rights = (meta.is_signer, meta.is_writable);
                text += &format!("\n  {at} {} {rights:?} {slot}", meta.pubkey);
            }
        }
        text
    }

    pub(crate) fn assert_same_accounts(&self, other: &State, whose: &str) {
        for (address, slot) in self.state.accounts() {
            let (ours, theirs) = (slot.encode(), other.account(address).encode());
            assert!(
                ours == theirs,
                "{address} differs from that of {whose}: {slot:#?} and {:#?}",
                other.account(address)
            );
        }
    }

    /// Time passes, and what authorities may do is done.
    pub(crate) fn change(&mut self, rng: &mut impl Rng) {
        let clock = self.state.clock().clone();
        self.state.set_clock(Clock {
            slot: clock.slot + rng.random_range(0..20),
            unix_timestamp: clock.unix_timestamp + rng.random_range(0..10),
            epoch: clock.epoch + u64::from(rng.random_bool(0.1)),
            ..clock
        });
        for district in 0..self.districts.len() {
            for pool in 0..self.districts[district].pools.len() {
                let address = self.districts[district].pools[pool].address;
                self.change_pool(rng, &address);
            }
            for market in 0..self.districts[district].markets.len() {
                let address = self.districts[district].markets[market].market.address;
                self.change_market(rng, &address);
            }
        }
        for _ in 0..4 {
            self.change_token(rng);
        }
    }

    fn change_pool(&mut self, rng: &mut impl Rng, address: &Pubkey) {
        let Slot::Pool(pool) = self.state.account(address) else {
            panic!("{address} is a pool");
        };
        let mut pool = **pool;
        pool.paused = if rng.random_bool(0.15) {
            rng.random_range(0..=pool_pause::ALL)
        } else {
            0
        };
        if rng.random_bool(0.2) {
            let fees = PoolFees {
                min_pips: rng.random_range(1..5_000),
                max_pips: 5_000,
                slope_pips: 1_020_000,
                protocol_share_bps: rng.random_range(0..=2_500),
            };
            // Refused ones do not matter.
            let _ = pool.set_fees(&fees);
        }
        let bytes = account_bytes(&pool);
        self.state
            .load(address, &sealane_amm::ID, &bytes)
            .expect("few accounts");
    }

    fn change_market(&mut self, rng: &mut impl Rng, address: &Pubkey) {
        let Slot::Market(market) = self.state.account(address) else {
            panic!("{address} is a market");
        };
        let mut market = **market;
        market.paused = if rng.random_bool(0.15) {
            rng.random_range(0..=market_pause::ALL)
        } else {
            0
        };
        if rng.random_bool(0.2) {
            market.taker_fee_pips = rng.random_range(0..10_000);
            let most = market.taker_fee_pips as i32;
            market.maker_fee_pips = rng.random_range(-most..=5_000);
        }
        let bytes = account_bytes(&market);
        self.state
            .load(address, &sealane_orderbook::ID, &bytes)
            .expect("few accounts");
    }

    /// Somebody's token account is frozen, thawed, or given a delegate.
    fn change_token(&mut self, rng: &mut impl Rng) {
        let district = self.districts.choose(rng).expect("there are districts");
        let wallet = district.wallets.choose(rng).expect("there are wallets");
        let mint = district.mints.choose(rng).expect("there are mints");
        let delegate = district.wallets.choose(rng).expect("there are wallets");
        let address = mint.account_of(wallet);
        let (owner, mut bytes) = self.state.account(&address).encode().expect("loaded");
        let base: &mut PodAccount = from_bytes_mut(&mut bytes[..size_of::<PodAccount>()]);
        base.state = if rng.random_bool(0.1) { 2 } else { 1 };
        if rng.random_bool(0.5) {
            base.delegate.option = [1, 0, 0, 0];
            base.delegate.value = *delegate;
            base.delegated_amount = rng.random_range(1..5_000u64).into();
        }
        self.state
            .load(&address, &owner, &bytes)
            .expect("few accounts");
    }
}

fn load(world: &BookWorld, address: &Pubkey, state: &mut State) {
    match world.world.svm.account(address) {
        Some(account) => state.load(address, &account.owner, &account.data),
        None => state.load_absent(address),
    }
    .expect("few accounts");
}

fn district(world: &mut BookWorld, rng: &mut impl Rng) -> District {
    let mints = [
        MintSpec::spl(6),
        MintSpec::spl(6),
        MintSpec::with_transfer_fee(6, 100, 5_000),
        MintSpec::token_2022(9),
    ];
    let mints: Vec<Mint> = mints
        .iter()
        .map(|spec| world.world.create_mint(spec))
        .collect();
    // In force two epochs from now.
    let fee = TransferFeeSpec {
        bps: 250,
        maximum: 1_000,
    };
    world.execute(&[mints[2].set_transfer_fee(fee)]);
    let specs = [
        (0, 1, PoolSpec::default().protocol_share(1_000).shards(3)),
        (2, 1, PoolSpec::default().flat_fee(3_000, 1_000).shards(2)),
        (
            0,
            3,
            PoolSpec::default()
                .protocol_share(500)
                .stable(100)
                .shards(2),
        ),
        (
            1,
            0,
            PoolSpec::default().protocol_share(500).stable(50).shards(2),
        ),
    ];
    let pools: Vec<TestPool> = specs
        .iter()
        .map(|(base, quote, spec)| {
            world
                .world
                .create_pool_of(spec, mints[*base], mints[*quote])
        })
        .collect();
    let wallets: Vec<Pubkey> = (0..WALLETS).map(|_| world.world.wallet()).collect();
    for wallet in &wallets {
        fund(world, &mints, &pools, wallet);
    }
    for (pool, (_, quote, _)) in pools.iter().zip(&specs) {
        // Of equal worth on the stable curve.
        let scale = if *quote == 3 { 1_000 } else { 1 };
        for shard in 0..pool.shards.len() - usize::from(rng.random_bool(0.3)) {
            let base = rng.random_range(RESERVE / 2..RESERVE);
            let wallet = wallets[shard % wallets.len()];
            let quote = rng.random_range(RESERVE / 2..RESERVE) * scale;
            world
                .world
                .execute(&[pool.add_liquidity(shard, wallet, base, quote)]);
        }
    }
    let markets = [(0, 1), (2, 0), (1, 3)]
        .iter()
        .map(|(base, quote)| books(world, rng, (mints[*base], mints[*quote]), &wallets))
        .collect();
    District {
        mints,
        pools,
        markets,
        wallets,
    }
}

fn fund(world: &mut BookWorld, mints: &[Mint], pools: &[TestPool], wallet: &Pubkey) {
    let payer = world.world.svm.payer();
    for mint in mints {
        let create = mint.create_account(&payer, wallet);
        let scale = if mint.decimals == 9 { 1_000 } else { 1 };
        world
            .world
            .execute(&[create, mint.mint_to(wallet, FUNDS * scale)]);
    }
    for shard in pools.iter().flat_map(|pool| &pool.shards) {
        world
            .world
            .execute(&[shard.lp.create_account(&payer, wallet)]);
    }
}

fn books(
    world: &mut BookWorld,
    rng: &mut impl Rng,
    (base, quote): (Mint, Mint),
    wallets: &[Pubkey],
) -> Books {
    let market = world.create_market_of(base, quote, PARAMS, 2);
    let mut lanes: Vec<(Pubkey, Pubkey)> = Vec::new();
    for index in 0..2 {
        for wallet in wallets {
            let referrer = lanes.choose(rng).filter(|(_, owner)| owner != wallet);
            let referrer = referrer
                .filter(|_| rng.random_bool(0.5))
                .map(|(lane, _)| *lane);
            let capacity = *CAPACITIES.choose(rng).expect("not empty");
            assert!(lane_len(capacity) > 0);
            let lane = world.open_lane(&market, *wallet, index, capacity, referrer);
            let amount = rng.random_range(1_000_000..100_000_000);
            world.execute(&[market.deposit(usize::from(index), lane, *wallet, amount, amount)]);
            lanes.push((lane, *wallet));
        }
    }
    Books { market, lanes }
}
