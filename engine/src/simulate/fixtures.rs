//! An exchange with pools, a market and wallets, for tests and measurements.

use anchor_lang::InstructionData as _;
use bytemuck::Zeroable as _;
use sealane_amm::{accounts, instruction, state::Pool};
use sealane_core::book::BookSide;
use sealane_orderbook::{
    PlaceParams, TakeParams, TimeInForce, accounts as book_accounts, instruction as book,
    state::Market,
};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

use super::{State, Trade};
use crate::{
    address::{self, SYSTEM_PROGRAM, TOKEN_PROGRAM},
    amm,
    book::fixtures::{self as lanes, lane_of},
    fixtures::{
        account_bytes, clock_now, lane_bytes, mint_bytes, pool, shard, token_account_bytes,
    },
    orderbook,
};

/// Owns programs.
const LOADER: Pubkey = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
/// What wallets and vaults hold of each token.
const FUNDS: u64 = 1_000_000_000_000_000;
/// What shards hold.
const RESERVE: u64 = 1_000_000_000_000;
/// Orders on each side of a lane, a tick apart.
const LEVELS: u32 = 6;
/// The price in the middle, in ticks.
pub const MIDDLE: u32 = 1_000;

/// A shard and its vaults.
#[derive(Clone, Copy, Debug)]
struct Shard {
    address: Pubkey,
    base_vault: Pubkey,
    quote_vault: Pubkey,
}

/// A wallet with its token accounts.
#[derive(Clone, Copy, Debug)]
pub struct Wallet {
    /// Who signs.
    pub address: Pubkey,
    /// Its base tokens.
    pub base: Pubkey,
    /// Its quote tokens.
    pub quote: Pubkey,
}

/// A constant product pool of two SPL tokens, a market of them, and wallets, each with a lane.
#[derive(Debug)]
pub struct Exchange {
    pool: Pubkey,
    config: Pool,
    shards: Vec<Shard>,
    market: Pubkey,
    /// The wallets.
    pub wallets: Vec<Wallet>,
    /// Their lanes.
    pub lanes: Vec<Pubkey>,
}

impl Exchange {
    /// With so many shards and wallets, and a state that has their accounts.
    #[must_use]
    pub fn new(shards: u8, wallets: usize) -> (Self, State) {
        let mut state = State::new(clock_now());
        let (pool, config) = pool(shards);
        put(&mut state, &TOKEN_PROGRAM, &LOADER, &[]);
        let mut exchange = Self {
            pool,
            config,
            shards: Vec::new(),
            market: Pubkey::default(),
            wallets: Vec::new(),
            lanes: Vec::new(),
        };
        put(&mut state, &pool, &amm::ID, &account_bytes(&config));
        for mint in [config.base_mint, config.quote_mint] {
            put(
                &mut state,
                &mint,
                &TOKEN_PROGRAM,
                &mint_bytes(6, FUNDS, None),
            );
        }
        for index in 0..shards {
            exchange.add_shard(&mut state, index);
        }
        let market = exchange.add_market(&mut state);
        for _ in 0..wallets {
            exchange.add_wallet(&mut state, &market);
        }
        (exchange, state)
    }

    fn add_shard(&mut self, state: &mut State, index: u8) {
        let (address, shard) = shard(&self.pool, index, RESERVE, RESERVE);
        put(state, &address, &amm::ID, &account_bytes(&shard));
        let (base, quote) = (&self.config.base_mint, &self.config.quote_mint);
        for (vault, mint) in [(shard.base_vault, base), (shard.quote_vault, quote)] {
            let bytes = token_account_bytes(mint, &address, RESERVE);
            put(state, &vault, &TOKEN_PROGRAM, &bytes);
        }
        self.shards.push(Shard {
            address,
            base_vault: shard.base_vault,
            quote_vault: shard.quote_vault,
        });
    }

    fn add_market(&mut self, state: &mut State) -> Market {
        let mut market = Market::zeroed();
        market.creator = self.config.creator;
        market.base_mint = self.config.base_mint;
        market.quote_mint = self.config.quote_mint;
        market.base_token_program = TOKEN_PROGRAM;
        market.quote_token_program = TOKEN_PROGRAM;
        market.base_lot = lanes::SIZES.base_lot;
        market.tick = lanes::SIZES.tick;
        market.taker_fee_pips = 500;
        market.maker_fee_pips = -100;
        let (base, quote) = (&market.base_mint, &market.quote_mint);
        self.market = address::market(&market.creator, base, quote, 0).0;
        put(state, &self.market, &orderbook::ID, &account_bytes(&market));
        market
    }

    fn add_wallet(&mut self, state: &mut State, market: &Market) {
        let wallet = Wallet {
            address: Pubkey::new_unique(),
            base: Pubkey::new_unique(),
            quote: Pubkey::new_unique(),
        };
        put(state, &wallet.address, &SYSTEM_PROGRAM, &[]);
        for (account, mint) in [
            (wallet.base, &market.base_mint),
            (wallet.quote, &market.quote_mint),
        ] {
            let bytes = token_account_bytes(mint, &wallet.address, FUNDS);
            put(state, &account, &TOKEN_PROGRAM, &bytes);
        }
        let levels = 0..LEVELS;
        let orders: Vec<_> = levels
            .flat_map(|level| {
                let bid = lanes::order(BookSide::Bid, MIDDLE - 1 - level, 50);
                [
                    (1, bid),
                    (1, lanes::order(BookSide::Ask, MIDDLE + 1 + level, 50)),
                ]
            })
            .collect();
        let lane = lane_of(
            &self.market,
            &wallet.address,
            market.maker_fee_pips,
            &orders,
        );
        let address = address::lane(&self.market, &wallet.address, 0).0;
        put(state, &address, &orderbook::ID, &lane_bytes(&lane));
        self.wallets.push(wallet);
        self.lanes.push(address);
    }

    /// A swap of a wallet on a shard: base in, or quote.
    #[must_use]
    pub fn swap(&self, wallet: usize, shard: usize, base_in: bool, amount_in: u64) -> Instruction {
        let (wallet, shard) = (&self.wallets[wallet], &self.shards[shard]);
        let base = (wallet.base, shard.base_vault, self.config.base_mint);
        let quote = (wallet.quote, shard.quote_vault, self.config.quote_mint);
        let (token_in, token_out) = if base_in {
            (base, quote)
        } else {
            (quote, base)
        };
        instruction::SwapExactIn {
            amount_in,
            minimum_out: 1,
            deadline: i64::MAX,
        }
        .to_instruction(accounts::Swap {
            pool: self.pool,
            shard: shard.address,
            trader: wallet.address,
            trader_in: token_in.0,
            trader_out: token_out.0,
            vault_in: token_in.1,
            vault_out: token_out.1,
            mint_in: token_in.2,
            mint_out: token_out.2,
            token_program_in: TOKEN_PROGRAM,
            token_program_out: TOKEN_PROGRAM,
        })
    }

    /// Rests an order of a wallet.
    #[must_use]
    pub fn place(&self, wallet: usize, side: BookSide, price: u32, lots: u64) -> Instruction {
        let order = PlaceParams {
            side: side as u8,
            post_only: 0,
            price,
            lots,
            client_id: 0,
            expires_slot: 0,
            expires_at: 0,
        };
        book::Place { order }.to_instruction(book_accounts::Place {
            market: self.market,
            lane: self.lanes[wallet],
            authority: self.wallets[wallet].address,
        })
    }

    /// Takes back all orders of a wallet.
    #[must_use]
    pub fn cancel_all(&self, wallet: usize) -> Instruction {
        book::CancelAll { side: 2 }.to_instruction(book_accounts::Cancel {
            lane: self.lanes[wallet],
            authority: self.wallets[wallet].address,
        })
    }

    /// A wallet takes from the lanes of others.
    #[must_use]
    pub fn take(
        &self,
        wallet: usize,
        side: BookSide,
        limit: u32,
        lots: u64,
        makers: &[usize],
    ) -> Instruction {
        let order = TakeParams {
            side: side as u8,
            self_trade: 0,
            max_orders: u16::MAX,
            limit,
            lots,
            max_quote: u64::MAX,
            deadline: i64::MAX,
            time_in_force: TimeInForce::Rest {
                client_id: 0,
                expires_slot: 0,
                expires_at: 0,
            },
        };
        let mut take = book::Take { order }.to_instruction(book_accounts::Take {
            market: self.market,
            lane: self.lanes[wallet],
            authority: self.wallets[wallet].address,
        });
        let makers = makers
            .iter()
            .map(|&maker| AccountMeta::new(self.lanes[maker], false));
        take.accounts.extend(makers);
        take
    }

    /// A transfer of base tokens between wallets.
    #[must_use]
    pub fn transfer(&self, from: usize, to: usize, amount: u64) -> Instruction {
        let (from, to) = (&self.wallets[from], &self.wallets[to]);
        Instruction {
            program_id: TOKEN_PROGRAM,
            accounts: vec![
                AccountMeta::new(from.base, false),
                AccountMeta::new(to.base, false),
                AccountMeta::new_readonly(from.address, true),
            ],
            data: [&[3][..], &amount.to_le_bytes()].concat(),
        }
    }

    /// So many swaps, spread over all shards and wallets in turn, in both directions.
    #[must_use]
    pub fn swaps(&self, count: usize) -> Vec<Trade> {
        let swaps = (0..count).map(|at| {
            let (wallet, shard) = (at % self.wallets.len(), at % self.shards.len());
            let amount = 1_000 + (at as u64 * 7_919) % 1_000_000;
            // Both directions on every shard and by every wallet.
            let base_in = (at / self.shards.len() / self.wallets.len()).is_multiple_of(2);
            Trade::signed(vec![self.swap(wallet, shard, base_in, amount)])
        });
        swaps.collect()
    }
}

/// The data of an instruction that no program has.
#[must_use]
pub fn no_instruction() -> Instruction {
    let mut data = instruction::Observe {}.data();
    data[0] = u8::MAX;
    Instruction {
        program_id: amm::ID,
        accounts: Vec::new(),
        data,
    }
}

fn put(state: &mut State, address: &Pubkey, owner: &Pubkey, data: &[u8]) {
    state.load(address, owner, data).expect("few accounts");
}
