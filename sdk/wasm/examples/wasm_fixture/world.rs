//! An exchange: pools of both curves, a token with a transfer fee, a market with lanes, wallets.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use sealane_sdk::{
    address::{self, CLOCK_SYSVAR, SYSTEM_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amm::{
        self,
        state::{CURVE_STABLE_SWAP, Pool},
    },
    engine::{
        book::fixtures as lanes,
        fixtures::{
            self, MarketWorld, SLOT, account_bytes, clock_bytes, clock_now, fee_mint_bytes,
            lane_bytes, market_world, mint_bytes, token_account_bytes,
        },
        world::World,
    },
    engine_core::book::{BookSide, NewOrder},
    orderbook,
    pools::AccountUpdate,
    token::new_associated_account_bytes,
};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

/// An account: where, whose, its bytes.
pub(crate) type Account = (Pubkey, Pubkey, Vec<u8>);

/// What wallets hold of every token.
const FUNDS: u64 = 1 << 44;
const DECIMALS: u8 = 6;

/// The exchange, and who trades there.
pub(crate) struct Stage {
    /// What the SDK knows of it.
    pub(crate) world: World,
    /// What it was fed.
    pub(crate) accounts: Vec<Account>,
    /// Token accounts that do not exist, which trades create.
    pub(crate) absent: Vec<(Pubkey, Pubkey, Pubkey)>,
    /// All tokens: the market's base and quote, a third, and one with a transfer fee.
    pub(crate) mints: [Pubkey; 4],
    /// The market.
    pub(crate) market: Pubkey,
    /// A pool that is deposited to.
    pub(crate) pool: Pubkey,
    /// Makers' lanes, with their owners.
    pub(crate) lanes: Vec<(Pubkey, Pubkey)>,
    /// Wallets; the last one lacks token accounts of all but the first token.
    pub(crate) wallets: Vec<Pubkey>,
}

impl Stage {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut book = market_world(&[(1 << 52, 1 << 52), (1 << 40, 1 << 44)]);
        let lanes = (0..8).map(|_| book.lane(&orders(&mut rng))).collect();
        let (base, quote) = (book.config.base_mint, book.config.quote_mint);
        let [third, fee] = [(); 2].map(|()| Pubkey::new_unique());
        let mut stage = Self {
            world: World::new(),
            accounts: Vec::new(),
            absent: Vec::new(),
            mints: [base, quote, third, fee],
            market: book.market,
            pool: Pubkey::default(),
            lanes,
            wallets: (0..4).map(|_| Pubkey::new_unique()).collect(),
        };
        let clock = clock_bytes(&clock_now());
        stage.put(CLOCK_SYSVAR, Pubkey::default(), clock);
        for mint in [base, quote, third] {
            let bytes = mint_bytes(DECIMALS, u64::MAX / 2, None);
            stage.put(mint, TOKEN_PROGRAM, bytes);
        }
        let bytes = fee_mint_bytes(DECIMALS, [(0, 25, 1 << 30), (0, 25, 1 << 30)]);
        stage.put(fee, TOKEN_2022_PROGRAM, bytes);
        stage.add_market(&book);
        stage.pool = stage.add_pool(&mut rng, base, quote, 4, None);
        stage.add_pool(&mut rng, quote, third, 2, Some(100));
        stage.add_pool(&mut rng, base, fee, 2, None);
        stage.add_pool(&mut rng, third, fee, 1, Some(30));
        stage.add_wallets();
        stage
    }

    /// Puts an account into the world.
    pub(crate) fn put(&mut self, address: Pubkey, owner: Pubkey, data: Vec<u8>) {
        let update = AccountUpdate {
            address,
            owner,
            slot: SLOT,
            data: &data,
        };
        self.world.apply(update).expect("well-formed accounts");
        self.accounts.push((address, owner, data));
    }

    /// Tells the SDK's world once more what an account holds, which it could not place before.
    pub(crate) fn put_again(&mut self, address: &Pubkey) {
        let known = self.accounts.iter().find(|(at, ..)| at == address);
        let (_, owner, data) = known.expect("put before");
        let update = AccountUpdate {
            address: *address,
            owner: *owner,
            slot: SLOT,
            data,
        };
        self.world.apply(update).expect("well-formed accounts");
    }

    fn add_market(&mut self, book: &MarketWorld) {
        self.put(book.market, orderbook::ID, account_bytes(&book.config));
        let shards: Vec<_> = book.markets.vault_shards(&book.market).collect();
        for entry in shards {
            let shard = entry.vault_shard;
            self.put(entry.address, orderbook::ID, account_bytes(shard));
            let vaults = [
                (shard.base_vault, book.config.base_mint, entry.base),
                (shard.quote_vault, book.config.quote_mint, entry.quote),
            ];
            for (vault, mint, held) in vaults {
                let held = held.expect("fed with its vault shard");
                let bytes = token_account_bytes(&mint, &entry.address, held);
                self.put(vault, TOKEN_PROGRAM, bytes);
            }
        }
        for entry in book.markets.lanes(&book.market) {
            self.put(entry.address, orderbook::ID, lane_bytes(entry.lane));
        }
    }

    fn add_pool(
        &mut self,
        rng: &mut StdRng,
        base: Pubkey,
        quote: Pubkey,
        shards: u8,
        amplification: Option<u32>,
    ) -> Pubkey {
        let (_, mut config) = fixtures::pool(shards);
        config.base_mint = base;
        config.quote_mint = quote;
        config.base_token_program = self.token_program(&base);
        config.quote_token_program = self.token_program(&quote);
        (config.base_decimals, config.quote_decimals) = (DECIMALS, DECIMALS);
        if let Some(amplification) = amplification {
            config.curve = CURVE_STABLE_SWAP;
            (config.base_scale, config.quote_scale) = (1, 1);
            config.amplification_initial = amplification * 100;
            config.amplification_target = amplification * 100;
        }
        let (pool, bump) = address::pool(&config.creator, &base, &quote, 0);
        config.bump = bump;
        self.put(pool, amm::ID, account_bytes(&config));
        for index in 0..shards {
            self.add_shard(rng, &pool, &config, index);
        }
        pool
    }

    fn add_shard(&mut self, rng: &mut StdRng, pool: &Pubkey, config: &Pool, index: u8) {
        let reserve = 1u64 << rng.random_range(30..38);
        let around = rng.random_range(98..=102);
        let (address, shard) = fixtures::shard(pool, index, reserve, reserve / 100 * around);
        self.put(address, amm::ID, account_bytes(&shard));
        let lp = mint_bytes(DECIMALS, shard.shares, Some(address));
        self.put(shard.lp_mint, TOKEN_PROGRAM, lp);
        for (vault, mint, held) in [
            (shard.base_vault, config.base_mint, shard.base_reserve),
            (shard.quote_vault, config.quote_mint, shard.quote_reserve),
        ] {
            let bytes = self.token_account(&mint, &address, held);
            self.put(vault, self.token_program(&mint), bytes);
        }
    }

    fn add_wallets(&mut self) {
        let wallets = self.wallets.clone();
        for (at, wallet) in wallets.iter().enumerate() {
            self.put(*wallet, SYSTEM_PROGRAM, Vec::new());
            for mint in self.mints {
                let program = self.token_program(&mint);
                let account = address::associated_token(wallet, &mint, &program);
                if at + 1 == wallets.len() && mint != self.mints[0] {
                    self.absent.push((account, *wallet, mint));
                } else {
                    let bytes = self.token_account(&mint, wallet, FUNDS);
                    self.put(account, program, bytes);
                }
            }
        }
    }

    /// The program of a token.
    pub(crate) fn token_program(&self, mint: &Pubkey) -> Pubkey {
        match *mint == self.mints[3] {
            true => TOKEN_2022_PROGRAM,
            false => TOKEN_PROGRAM,
        }
    }

    /// A token account with such an amount, with the records that its mint asks for.
    pub(crate) fn token_account(&self, mint: &Pubkey, owner: &Pubkey, amount: u64) -> Vec<u8> {
        const AMOUNT: std::ops::Range<usize> = 64..72;
        let mut bytes = self.new_account(mint, owner);
        bytes[AMOUNT].copy_from_slice(&amount.to_le_bytes());
        bytes
    }

    /// A token account right after its creation.
    pub(crate) fn new_account(&self, mint: &Pubkey, owner: &Pubkey) -> Vec<u8> {
        let known = self.accounts.iter().find(|(address, ..)| address == mint);
        let (_, program, data) = known.expect("mints come first");
        new_associated_account_bytes(program, mint, data, owner).expect("a mint")
    }

    /// The accounts as the gateway reports them.
    pub(crate) fn accounts_json(&self) -> Value {
        let account = |(address, owner, data): &Account| {
            json!({
                "address": address.to_string(),
                "owner": owner.to_string(),
                "slot": SLOT,
                "data": BASE64_STANDARD.encode(data),
            })
        };
        self.accounts.iter().map(account).collect()
    }

    /// The lanes with their owners.
    pub(crate) fn lanes_json(&self) -> Value {
        let lanes = self.lanes.iter();
        lanes
            .map(|(lane, owner)| json!([lane.to_string(), owner.to_string()]))
            .collect()
    }

    /// The addresses that have no account.
    pub(crate) fn absent_json(&self) -> Value {
        let absent = self.absent.iter();
        absent.map(|(address, ..)| address.to_string()).collect()
    }
}

/// Some orders of a maker on both sides of 100 ticks, where a lot is worth what it is in pools.
fn orders(rng: &mut StdRng) -> Vec<NewOrder> {
    let mut orders = Vec::new();
    let step = *[1, 2, 3].choose(rng).expect("not empty");
    for level in 0..rng.random_range(2..8u32) {
        let lots = 1 << rng.random_range(4..20);
        orders.push(lanes::order(BookSide::Bid, 99 - level * step, lots));
        orders.push(lanes::order(BookSide::Ask, 101 + level * step, lots + 1));
    }
    orders
}
