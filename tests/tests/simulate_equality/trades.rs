//! Random trades, most of them sensible.

use rand::{Rng, seq::IndexedRandom};
use sealane_amm::{accounts, instruction};
use sealane_engine::simulate::{Slot, Trade};
use sealane_testkit::{Mint, NO_DEADLINE, Side, TestPool, log_uniform};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use spl_token_2022_interface::instruction::transfer_checked;

use crate::{
    arena::{Arena, District},
    spoil::{spoil, unsign},
};

/// Trades are at most of about this size, in base units.
const MOST: u64 = 50_000_000;

impl Arena {
    /// A trade and what it is.
    pub(crate) fn trade(&self, rng: &mut impl Rng) -> (&'static str, Trade) {
        let district = self.districts.choose(rng).expect("there are districts");
        let (kind, mut instructions) = match rng.random_range(0..100) {
            0..25 => self.in_pool(rng, district),
            25..75 => self.in_market(rng, district),
            75..80 => ("transfer", vec![transfer(rng, district)]),
            _ => self.several(rng, district),
        };
        if rng.random_bool(0.15) {
            spoil(rng, &mut instructions, &self.known);
        }
        let mut trade = Trade::signed(instructions);
        if rng.random_bool(0.01) {
            unsign(rng, &mut trade);
        }
        (kind, trade)
    }

    /// Two or three trades of one wallet, with what wallets send along.
    fn several(&self, rng: &mut impl Rng, district: &District) -> (&'static str, Vec<Instruction>) {
        let wallet = *district.wallets.choose(rng).expect("there are wallets");
        let mut instructions = Vec::new();
        if rng.random_bool(0.5) {
            instructions.push(compute_unit_limit(400_000));
        }
        if rng.random_bool(0.2) {
            let mint = district.mints.choose(rng).expect("there are mints");
            instructions.push(mint.create_account(&wallet, &wallet));
        }
        for _ in 0..rng.random_range(2..=3) {
            instructions.push(match rng.random_range(0..4) {
                0 | 1 => {
                    let pool = district.pools.choose(rng).expect("there are pools");
                    self.swap(rng, pool, wallet)
                }
                2 => {
                    let books = district.markets.choose(rng).expect("there are markets");
                    self.swap_take(rng, books, wallet)
                }
                _ => {
                    let books = district.markets.choose(rng).expect("there are markets");
                    let own = books.lanes.iter().find(|(_, owner)| *owner == wallet);
                    self.take(rng, books, *own.expect("everybody has lanes"))
                }
            });
        }
        ("several", instructions)
    }

    fn in_pool(&self, rng: &mut impl Rng, district: &District) -> (&'static str, Vec<Instruction>) {
        let wallet = *district.wallets.choose(rng).expect("there are wallets");
        let pool = district.pools.choose(rng).expect("there are pools");
        let shard = rng.random_range(0..pool.shards.len());
        let side = side(rng);
        let (kind, instruction) = match rng.random_range(0..20) {
            0..11 => ("swap", self.swap(rng, pool, wallet)),
            11..13 => {
                let (base, quote) = (log_uniform(rng, MOST), log_uniform(rng, MOST));
                let mut add = pool.add_liquidity(shard, wallet, base, quote);
                if rng.random_bool(0.2) {
                    add = instruction::AddLiquidity {
                        maximum_base: base,
                        maximum_quote: quote,
                        minimum_shares: log_uniform(rng, MOST),
                        deadline: self.deadline(rng),
                    }
                    .to_instruction(pool.liquidity_accounts(shard, wallet));
                }
                ("add_liquidity", add)
            }
            13..15 => {
                let remove = instruction::RemoveLiquidity {
                    shares: self.shares(rng, pool, shard, &wallet),
                    minimum_base: few(rng),
                    minimum_quote: few(rng),
                    deadline: self.deadline(rng),
                };
                let accounts = pool.liquidity_accounts(shard, wallet);
                ("remove_liquidity", remove.to_instruction(accounts))
            }
            15..17 => {
                let add = instruction::AddLiquiditySingleSided {
                    amount_in: log_uniform(rng, MOST),
                    minimum_shares: few(rng),
                    deadline: self.deadline(rng),
                };
                let accounts = pool.single_sided_accounts(shard, wallet, side);
                ("add_single_sided", add.to_instruction(accounts))
            }
            17..19 => {
                let remove = instruction::RemoveLiquiditySingleSided {
                    shares: self.shares(rng, pool, shard, &wallet),
                    minimum_out: few(rng),
                    deadline: self.deadline(rng),
                };
                let accounts = pool.single_sided_accounts(shard, wallet, side);
                ("remove_single_sided", remove.to_instruction(accounts))
            }
            _ => {
                let other = rng.random_range(0..pool.shards.len());
                ("rebalance", pool.rebalance(shard, other))
            }
        };
        (kind, vec![instruction])
    }

    fn swap(&self, rng: &mut impl Rng, pool: &TestPool, wallet: Pubkey) -> Instruction {
        let shard = rng.random_range(0..pool.shards.len());
        let accounts: accounts::Swap = pool.swap_accounts(shard, wallet, side(rng));
        let (amount, deadline) = (log_uniform(rng, MOST), self.deadline(rng));
        if rng.random() {
            let swap = instruction::SwapExactIn {
                amount_in: amount,
                minimum_out: few(rng),
                deadline,
            };
            swap.to_instruction(accounts)
        } else {
            let swap = instruction::SwapExactOut {
                amount_out: amount,
                maximum_in: if rng.random_bool(0.1) {
                    amount
                } else {
                    u64::MAX
                },
                deadline,
            };
            swap.to_instruction(accounts)
        }
    }

    /// Some of a wallet's shares, or more.
    fn shares(&self, rng: &mut impl Rng, pool: &TestPool, shard: usize, wallet: &Pubkey) -> u64 {
        let account = pool.shards[shard].lp.account_of(wallet);
        let held = match self.state.account(&account) {
            Slot::Token(token) => token.amount(),
            _ => 0,
        };
        if rng.random_bool(0.1) {
            held + 1
        } else {
            log_uniform(rng, held.max(2) / 2)
        }
    }

    /// Mostly in time.
    pub(crate) fn deadline(&self, rng: &mut impl Rng) -> i64 {
        let now = self.state.clock().unix_timestamp;
        match rng.random_range(0..40) {
            0 => now - 1,
            1 => now,
            _ => NO_DEADLINE,
        }
    }
}

/// A bound that is seldom reached.
fn few(rng: &mut impl Rng) -> u64 {
    if rng.random_bool(0.1) {
        log_uniform(rng, MOST)
    } else {
        0
    }
}

pub(crate) fn side(rng: &mut impl Rng) -> Side {
    if rng.random() {
        Side::Base
    } else {
        Side::Quote
    }
}

/// From one account to another, sometimes to itself, by the owner or somebody else.
fn transfer(rng: &mut impl Rng, district: &District) -> Instruction {
    let mut wallet = || *district.wallets.choose(rng).expect("there are wallets");
    let (from, to, other) = (wallet(), wallet(), wallet());
    let mint: &Mint = district.mints.choose(rng).expect("there are mints");
    let authority = if rng.random_bool(0.7) { from } else { other };
    let amount = match rng.random_range(0..10) {
        0 => 0,
        1 => u64::MAX,
        _ => log_uniform(rng, 5_000),
    };
    let decimals = if rng.random_bool(0.9) {
        mint.decimals
    } else {
        7
    };
    let (source, target) = (mint.account_of(&from), mint.account_of(&to));
    let (mint, program) = (&mint.address, &mint.program);
    let mut checked = transfer_checked(
        program,
        &source,
        mint,
        &target,
        &authority,
        &[],
        amount,
        decimals,
    )
    .expect("a token program");
    if rng.random_bool(0.4) {
        // `Transfer`: without the mint and its decimals.
        checked.accounts.remove(1);
        checked.data.pop();
        checked.data[0] = 3;
    }
    checked
}

fn compute_unit_limit(units: u32) -> Instruction {
    Instruction {
        program_id: Pubkey::from_str_const("ComputeBudget111111111111111111111111111111"),
        accounts: Vec::new(),
        data: [&[2][..], &units.to_le_bytes()].concat(),
    }
}
