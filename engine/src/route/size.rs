//! What a route's transaction is: accounts, bytes, compute units.
//!
//! Counted from the instructions' own account lists. The trader's token accounts are stood in for by
//! other addresses, because deriving them takes longer than the whole search.

use anchor_lang::{InstructionData, ToAccountMetas};
use sealane_amm::instruction as swap;
use sealane_core::units::Side;
use sealane_orderbook::{SwapTakeParams, instruction as take};
use solana_pubkey::Pubkey;

use super::{
    MAX_LEGS, RouteRequest, TransactionSize,
    flow::{Amounts, Flow},
    graph::{Graph, Source},
    venue::Venue,
};
use crate::{
    address::{ASSOCIATED_TOKEN_PROGRAM, SYSTEM_PROGRAM},
    amm, orderbook,
    quote::SwapKind,
};

const COMPUTE_BUDGET_PROGRAM: Pubkey =
    Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");
/// The data of the two instructions that set a transaction's compute budget.
const BUDGET_DATA: [usize; 2] = [5, 9];
const SIGNATURE_LEN: usize = 64;
const ADDRESS_LEN: usize = 32;
const HEADER_LEN: usize = 3;
const VERSION_LEN: usize = 1;
/// Units for the compute budget's instructions, and for creating an associated token account.
const BUDGET_UNITS: u64 = 300;
const CREATION_UNITS: u64 = 30_000;

/// Counts transactions of a request.
#[derive(Debug)]
pub(super) struct Measure<'r> {
    request: RouteRequest<'r>,
    swap_data: usize,
    take_data: usize,
}

/// A leg as far as its size goes.
pub(super) struct LegShape<'a> {
    pub(super) source: Source,
    pub(super) mint_in: Pubkey,
    pub(super) mint_out: Pubkey,
    /// Lanes that a take names, as far as they are known, and how many more.
    pub(super) lanes: (&'a [Pubkey], usize),
    /// Lanes that are reaped in front of it.
    pub(super) reaped: &'a [Pubkey],
    pub(super) units: u64,
}

impl<'r> Measure<'r> {
    pub(super) fn new(request: &RouteRequest<'r>) -> Self {
        let swap = swap::SwapExactIn {
            amount_in: 0,
            minimum_out: 0,
            deadline: 0,
        };
        let order = SwapTakeParams {
            side: 0,
            self_trade: 0,
            flags: 0,
            max_orders: 0,
            limit: 0,
            lots: 0,
            maximum_sent: 0,
            minimum_received: 0,
            deadline: 0,
        };
        Self {
            request: *request,
            swap_data: swap.data().len(),
            take_data: take::SwapTake { order }.data().len(),
        }
    }

    pub(super) fn max_legs(&self) -> usize {
        self.request.limits.max_legs.min(MAX_LEGS)
    }

    /// Whether a flow's transaction is within the limits.
    pub(super) fn is_within(&self, graph: &Graph<'_>, flow: &Flow, amounts: &Amounts) -> bool {
        let (size, legs) = self.of_flow(graph, flow, amounts);
        self.allows(&size, legs)
    }

    /// Whether a transaction is within the limits.
    pub(super) fn allows(&self, size: &TransactionSize, legs: usize) -> bool {
        let limits = &self.request.limits;
        legs <= self.max_legs()
            && size.accounts <= limits.max_accounts
            && size.bytes <= limits.max_bytes
            && size.compute_units <= limits.max_compute_units
    }

    /// A flow's transaction, and its legs.
    pub(super) fn of_flow(
        &self,
        graph: &Graph<'_>,
        flow: &Flow,
        amounts: &Amounts,
    ) -> (TransactionSize, usize) {
        let kind = graph.kind();
        let legs: Vec<LegShape<'_>> = flow
            .branches
            .iter()
            .zip(&amounts.branches)
            .filter(|(_, part)| **part > 0)
            .map(|(branch, part)| {
                let edge = &graph.edges[branch.edge];
                let (tail, head) = (graph.nodes[edge.tail].mint, graph.nodes[edge.head].mint);
                let (mint_in, mint_out) = match kind {
                    SwapKind::ExactIn => (tail, head),
                    SwapKind::ExactOut => (head, tail),
                };
                let more = match &edge.venue {
                    Venue::Shard(_) => 0,
                    Venue::Market(ladder) => ladder.lanes(kind, *part),
                };
                LegShape {
                    source: edge.source,
                    mint_in,
                    mint_out,
                    lanes: (&[], more),
                    reaped: &[],
                    units: edge.venue.units(kind, *part),
                }
            })
            .collect();
        (self.of_legs(graph, &legs), legs.len())
    }

    /// The transaction of these legs.
    pub(super) fn of_legs(&self, graph: &Graph<'_>, legs: &[LegShape<'_>]) -> TransactionSize {
        let request = &self.request;
        let payer = request.payer.unwrap_or(request.trader);
        let mut count = Count::default();
        count.sign(payer);
        for data in BUDGET_DATA {
            count.instruction(&COMPUTE_BUDGET_PROGRAM, &[], 0, data);
        }
        count.units += BUDGET_UNITS;
        if request.creates_accounts {
            self.creations(graph, legs, &payer, &mut count);
        }
        count.sign(request.trader);
        for leg in legs {
            for lane in leg.reaped {
                count.instruction(&orderbook::ID, &[*lane], 0, take::Reap {}.data().len());
            }
            let (program, data) = match leg.source {
                Source::Shard { .. } => (amm::ID, self.swap_data),
                Source::Market { .. } => (orderbook::ID, self.take_data),
            };
            let mut accounts = self.accounts(graph, leg).unwrap_or_default();
            accounts.extend(leg.lanes.0);
            count.instruction(&program, &accounts, leg.lanes.1, data);
            count.units += leg.units;
        }
        count.transaction(request.lookup_table)
    }

    /// The instructions that create the accounts that receive.
    fn creations(
        &self,
        graph: &Graph<'_>,
        legs: &[LegShape<'_>],
        payer: &Pubkey,
        count: &mut Count,
    ) {
        let mut created: Vec<Pubkey> = Vec::new();
        for leg in legs.iter().filter(|leg| leg.mint_out != leg.mint_in) {
            let mint = leg.mint_out;
            if created.contains(&mint) {
                continue;
            }
            created.push(mint);
            let program = token_program(graph, leg, &mint).unwrap_or_default();
            let accounts = [
                *payer,
                account_of(&mint),
                self.request.trader,
                mint,
                SYSTEM_PROGRAM,
                program,
            ];
            count.instruction(&ASSOCIATED_TOKEN_PROGRAM, &accounts, 0, 1);
            count.units += CREATION_UNITS;
        }
    }

    /// The accounts that a leg declares.
    fn accounts(&self, graph: &Graph<'_>, leg: &LegShape<'_>) -> Option<Vec<Pubkey>> {
        let trader = self.request.trader;
        let (mint_in, mint_out) = (leg.mint_in, leg.mint_out);
        let metas = match leg.source {
            Source::Shard { pool, index } => {
                let config = graph.venues.pools.pool(&pool)?.pool;
                let entry = graph.venues.pools.shard(&pool, index)?;
                let vaults = [entry.shard.base_vault, entry.shard.quote_vault];
                let [vault_in, vault_out] = match mint_in == config.base_mint {
                    true => vaults,
                    false => [vaults[1], vaults[0]],
                };
                let accounts = sealane_amm::accounts::Swap {
                    pool,
                    shard: entry.address,
                    trader,
                    trader_in: account_of(&mint_in),
                    trader_out: account_of(&mint_out),
                    vault_in,
                    vault_out,
                    mint_in,
                    mint_out,
                    token_program_in: config.base_token_program,
                    token_program_out: config.quote_token_program,
                };
                accounts.to_account_metas(None)
            }
            Source::Market { market, .. } => {
                let config = graph.venues.markets.known(&market).ok()?.market;
                // Any of them: they are as many accounts.
                let shard = graph.venues.markets.vault_shards(&market).next()?;
                let accounts = sealane_orderbook::accounts::SwapTake {
                    market,
                    vault_shard: shard.address,
                    trader,
                    trader_base: account_of(&config.base_mint),
                    trader_quote: account_of(&config.quote_mint),
                    base_vault: shard.vault_shard.base_vault,
                    quote_vault: shard.vault_shard.quote_vault,
                    base_mint: config.base_mint,
                    quote_mint: config.quote_mint,
                    base_token_program: config.base_token_program,
                    quote_token_program: config.quote_token_program,
                };
                accounts.to_account_metas(None)
            }
        };
        Some(metas.into_iter().map(|meta| meta.pubkey).collect())
    }
}

/// The token program of one of a leg's two tokens.
fn token_program(graph: &Graph<'_>, leg: &LegShape<'_>, mint: &Pubkey) -> Option<Pubkey> {
    let (base_mint, programs) = match leg.source {
        Source::Shard { pool, .. } => {
            let config = graph.venues.pools.pool(&pool)?.pool;
            (
                config.base_mint,
                [config.base_token_program, config.quote_token_program],
            )
        }
        Source::Market { market, .. } => {
            let config = graph.venues.markets.known(&market).ok()?.market;
            (
                config.base_mint,
                [config.base_token_program, config.quote_token_program],
            )
        }
    };
    let side = if *mint == base_mint {
        Side::Base
    } else {
        Side::Quote
    };
    Some(programs[side as usize])
}

/// Stands in for the trader's account of a mint.
fn account_of(mint: &Pubkey) -> Pubkey {
    let mut bytes = mint.to_bytes();
    for byte in &mut bytes {
        *byte ^= 0xA5;
    }
    Pubkey::new_from_array(bytes)
}

/// A transaction, counted up.
#[derive(Default)]
struct Count {
    keys: Vec<Pubkey>,
    /// Programs and signers: they stand in the transaction itself.
    fixed: Vec<Pubkey>,
    /// Accounts of which only the number is known.
    unknown: usize,
    signatures: usize,
    instructions: usize,
    instruction_bytes: usize,
    units: u64,
}

impl Count {
    fn sign(&mut self, signer: Pubkey) {
        if !self.fixed.contains(&signer) {
            self.signatures += 1;
            self.fixed.push(signer);
        }
        self.key(&signer);
    }

    fn key(&mut self, key: &Pubkey) {
        if !self.keys.contains(key) {
            self.keys.push(*key);
        }
    }

    fn instruction(&mut self, program: &Pubkey, accounts: &[Pubkey], unknown: usize, data: usize) {
        if !self.fixed.contains(program) {
            self.fixed.push(*program);
        }
        self.key(program);
        for account in accounts {
            self.key(account);
        }
        self.unknown += unknown;
        self.instructions += 1;
        let listed = accounts.len() + unknown;
        self.instruction_bytes += 1 + with_length(listed) + with_length(data);
    }

    fn transaction(&self, lookup_table: &[Pubkey]) -> TransactionSize {
        let is_looked_up = |key: &&Pubkey| lookup_table.contains(key) && !self.fixed.contains(key);
        let looked_up = match lookup_table.is_empty() {
            true => 0,
            false => self.keys.iter().filter(is_looked_up).count(),
        };
        let accounts = self.keys.len() + self.unknown;
        let inside = accounts - looked_up;
        let table = match looked_up {
            0 => 0,
            // The version, one table with its address, and an index for each account in it.
            _ => VERSION_LEN + 1 + ADDRESS_LEN + 2 + looked_up,
        };
        TransactionSize {
            compute_units: self.units,
            accounts,
            bytes: length_len(self.signatures)
                + self.signatures * SIGNATURE_LEN
                + HEADER_LEN
                + length_len(inside)
                + inside * ADDRESS_LEN
                + ADDRESS_LEN
                + length_len(self.instructions)
                + self.instruction_bytes
                + table,
        }
    }
}

/// The bytes of a list of bytes with its length.
fn with_length(len: usize) -> usize {
    length_len(len) + len
}

/// The bytes of a length: seven bits each.
fn length_len(len: usize) -> usize {
    match len {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        _ => 3,
    }
}
