//! The accounts of a request's possible instructions, by small numbers: a search counts the accounts
//! of thousands of transactions.
//!
//! The trader's token accounts are stood in for by other addresses, because deriving them takes
//! longer than the whole search. No lookup table holds them.

use std::collections::HashMap;

use anchor_lang::ToAccountMetas;
use sealane_core::units::Side;
use solana_pubkey::Pubkey;

use super::RouteRequest;
use crate::{
    address::{ASSOCIATED_TOKEN_PROGRAM, SYSTEM_PROGRAM},
    amm,
    lookup::{LookedUp, LookupIndex},
    markets::{MarketEntry, VaultShardEntry},
    orderbook,
    pools::{PoolEntry, ShardEntry},
};

const COMPUTE_BUDGET_PROGRAM: Pubkey =
    Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");

/// An account's number.
pub(super) type AccountNumber = u32;

/// Accounts and their numbers.
#[derive(Debug)]
pub(super) struct Accounts {
    numbers: HashMap<Pubkey, AccountNumber>,
    /// Of each account, the lookup tables that hold it.
    tables: Vec<u64>,
    index: LookupIndex,
    trader_address: Pubkey,
    pub(super) payer: AccountNumber,
    pub(super) trader: AccountNumber,
    pub(super) compute_budget: AccountNumber,
    pub(super) associated_token: AccountNumber,
    pub(super) system: AccountNumber,
    pub(super) amm: AccountNumber,
    pub(super) orderbook: AccountNumber,
}

/// The accounts that an edge's instruction names.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// In the program's list.
    pub(super) fixed: Vec<AccountNumber>,
    /// Of a market, the lanes in the order in which a take meets them.
    pub(super) lanes: Vec<AccountNumber>,
    /// What receives.
    pub(super) receives: Receives,
}

/// The token account that receives.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Receives {
    pub(super) mint: AccountNumber,
    pub(super) account: AccountNumber,
    pub(super) program: AccountNumber,
}

impl Accounts {
    /// Those that every transaction of a request may name.
    pub(super) fn new(request: &RouteRequest<'_>) -> Self {
        let mut accounts = Self {
            numbers: HashMap::new(),
            tables: Vec::new(),
            index: LookupIndex::new(request.lookup_tables),
            trader_address: request.trader,
            payer: 0,
            trader: 0,
            compute_budget: 0,
            associated_token: 0,
            system: 0,
            amm: 0,
            orderbook: 0,
        };
        accounts.payer = accounts.insert(&request.payer.unwrap_or(request.trader));
        accounts.trader = accounts.insert(&request.trader);
        accounts.compute_budget = accounts.insert(&COMPUTE_BUDGET_PROGRAM);
        accounts.associated_token = accounts.insert(&ASSOCIATED_TOKEN_PROGRAM);
        accounts.system = accounts.insert(&SYSTEM_PROGRAM);
        accounts.amm = accounts.insert(&amm::ID);
        accounts.orderbook = accounts.insert(&orderbook::ID);
        accounts
    }

    /// How many accounts have a number.
    pub(super) fn len(&self) -> usize {
        self.tables.len()
    }

    /// An account's number, if it has one.
    pub(super) fn number(&self, address: &Pubkey) -> Option<AccountNumber> {
        self.numbers.get(address).copied()
    }

    /// An account's number: a new one if it has none.
    pub(super) fn insert(&mut self, address: &Pubkey) -> AccountNumber {
        let next = AccountNumber::try_from(self.tables.len()).expect("memory for 2^32 addresses");
        let number = *self.numbers.entry(*address).or_insert(next);
        if number == next {
            self.tables.push(self.index.tables_with(address));
        }
        number
    }

    /// What a transaction looks up of the accounts that it need not hold itself.
    pub(super) fn looked_up(
        &self,
        numbers: impl Iterator<Item = AccountNumber> + Clone,
        others: &[Pubkey],
    ) -> LookedUp {
        if self.index.is_empty() {
            return LookedUp::default();
        }
        let known = numbers.map(|at| self.tables[at as usize]);
        let others = others.iter().map(|at| self.index.tables_with(at));
        self.index.looked_up(known.chain(others))
    }

    /// A swap's accounts.
    pub(super) fn of_swap(
        &mut self,
        pool: &PoolEntry<'_>,
        shard: &ShardEntry<'_>,
        side_in: Side,
    ) -> Named {
        let config = pool.pool;
        let (mint_in, mint_out) = by_side(side_in, config.base_mint, config.quote_mint);
        let (vault_in, vault_out) =
            by_side(side_in, shard.shard.base_vault, shard.shard.quote_vault);
        let programs = (config.base_token_program, config.quote_token_program);
        let (token_program_in, token_program_out) = by_side(side_in, programs.0, programs.1);
        let accounts = sealane_amm::accounts::Swap {
            pool: pool.address,
            shard: shard.address,
            trader: self.trader_address,
            trader_in: account_of(&mint_in),
            trader_out: account_of(&mint_out),
            vault_in,
            vault_out,
            mint_in,
            mint_out,
            token_program_in,
            token_program_out,
        };
        self.named(&accounts, &[], (mint_out, token_program_out))
    }

    /// The accounts of a take by a wallet. Any vault shard will do: they are as many accounts.
    pub(super) fn of_take(
        &mut self,
        market: &MarketEntry<'_>,
        shard: &VaultShardEntry<'_>,
        lanes: &[Pubkey],
        side_in: Side,
    ) -> Named {
        let config = market.market;
        let accounts = sealane_orderbook::accounts::SwapTake {
            market: market.address,
            vault_shard: shard.address,
            trader: self.trader_address,
            trader_base: account_of(&config.base_mint),
            trader_quote: account_of(&config.quote_mint),
            base_vault: shard.vault_shard.base_vault,
            quote_vault: shard.vault_shard.quote_vault,
            base_mint: config.base_mint,
            quote_mint: config.quote_mint,
            base_token_program: config.base_token_program,
            quote_token_program: config.quote_token_program,
        };
        let base = (config.base_mint, config.base_token_program);
        let quote = (config.quote_mint, config.quote_token_program);
        self.named(&accounts, lanes, by_side(side_in, base, quote).1)
    }

    fn named(
        &mut self,
        accounts: &impl ToAccountMetas,
        lanes: &[Pubkey],
        (mint, program): (Pubkey, Pubkey),
    ) -> Named {
        let metas = accounts.to_account_metas(None);
        Named {
            fixed: metas.iter().map(|meta| self.insert(&meta.pubkey)).collect(),
            lanes: lanes.iter().map(|lane| self.insert(lane)).collect(),
            receives: Receives {
                mint: self.insert(&mint),
                account: self.insert(&account_of(&mint)),
                program: self.insert(&program),
            },
        }
    }
}

/// What belongs to the token sent, and to the one received.
fn by_side<T>(side_in: Side, base: T, quote: T) -> (T, T) {
    match side_in {
        Side::Base => (base, quote),
        Side::Quote => (quote, base),
    }
}

/// Stands in for the trader's account of a mint.
fn account_of(mint: &Pubkey) -> Pubkey {
    let mut bytes = mint.to_bytes();
    for byte in &mut bytes {
        *byte ^= 0xA5;
    }
    Pubkey::new_from_array(bytes)
}
