//! What a route's transaction is: accounts, bytes, compute units.
//!
//! Counted from the instructions' own account lists, which [`accounts`](super::accounts) numbers.

use anchor_lang::InstructionData;
use arrayvec::ArrayVec;
use sealane_amm::instruction as swap;
use sealane_orderbook::{SwapTakeParams, instruction as take};
use solana_pubkey::Pubkey;

use super::{
    MAX_LEGS, RouteLimits, RouteRequest, TransactionSize,
    accounts::{AccountNumber, Accounts},
    flow::{Amounts, Flow},
    graph::{Edge, Graph, Source},
    venue::Venue,
};

/// The data of the two instructions that set a transaction's compute budget.
const BUDGET_DATA: [usize; 2] = [5, 9];
/// Accounts of the instruction that creates an associated token account, and its data.
const CREATION_ACCOUNTS: usize = 6;
const CREATION_DATA: usize = 1;
/// Who signs, and the programs.
const MAX_INSIDE: usize = 8;
const SIGNATURE_LEN: usize = 64;
const ADDRESS_LEN: usize = 32;
const BLOCKHASH_LEN: usize = 32;
const HEADER_LEN: usize = 3;
/// Units for the compute budget's instructions, and for creating an associated token account.
const BUDGET_UNITS: u64 = 300;
const CREATION_UNITS: u64 = 30_000;

/// Counts transactions of a request.
#[derive(Debug)]
pub(super) struct Measure {
    limits: RouteLimits,
    creates_accounts: bool,
    swap_data: usize,
    take_data: usize,
    reap_data: usize,
}

/// A leg as far as its size goes.
#[derive(Clone, Copy)]
pub(super) struct LegShape<'a> {
    pub(super) edge: &'a Edge,
    pub(super) lanes: Lanes<'a>,
    /// Lanes that are reaped in front of it.
    pub(super) reaped: &'a [Pubkey],
    pub(super) units: u64,
}

/// The lanes that a take names.
#[derive(Clone, Copy)]
pub(super) enum Lanes<'a> {
    /// So many of its market's, in the order in which they are met.
    Met(usize),
    /// These.
    Named(&'a [Pubkey]),
}

impl Measure {
    pub(super) fn new(request: &RouteRequest<'_>) -> Self {
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
            limits: request.limits,
            creates_accounts: request.creates_accounts,
            swap_data: swap.data().len(),
            take_data: take::SwapTake { order }.data().len(),
            reap_data: take::Reap {}.data().len(),
        }
    }

    pub(super) fn max_legs(&self) -> usize {
        self.limits.max_legs.min(MAX_LEGS)
    }

    /// Whether a flow's transaction is within the limits.
    pub(super) fn is_within(&self, graph: &Graph<'_>, flow: &Flow, amounts: &Amounts) -> bool {
        let (size, legs) = self.of_flow(graph, flow, amounts);
        self.allows(&size, legs)
    }

    /// Whether a transaction is within the limits.
    pub(super) fn allows(&self, size: &TransactionSize, legs: usize) -> bool {
        legs <= self.max_legs()
            && size.accounts <= self.limits.max_accounts
            && size.bytes <= self.limits.max_bytes
            && size.compute_units <= self.limits.max_compute_units
    }

    /// A flow's transaction, and its legs.
    pub(super) fn of_flow(
        &self,
        graph: &Graph<'_>,
        flow: &Flow,
        amounts: &Amounts,
    ) -> (TransactionSize, usize) {
        let kind = graph.kind();
        let parts = flow.branches.iter().zip(&amounts.branches);
        let legs = parts.filter(|(_, part)| **part > 0).map(|(branch, part)| {
            let edge = &graph.edges[branch.edge];
            let met = match &edge.venue {
                Venue::Shard(_) => 0,
                Venue::Market(ladder) => ladder.lanes(kind, *part),
            };
            LegShape {
                edge,
                lanes: Lanes::Met(met),
                reaped: &[],
                units: edge.venue.units(kind, *part),
            }
        });
        (self.of_legs(graph, legs.clone()), legs.count())
    }

    /// The transaction of these legs.
    pub(super) fn of_legs<'g>(
        &self,
        graph: &'g Graph<'_>,
        legs: impl Iterator<Item = LegShape<'g>> + Clone,
    ) -> TransactionSize {
        let accounts = &graph.accounts;
        let mut count = Count::new(accounts);
        count.sign(accounts.payer);
        for data in BUDGET_DATA {
            count.instruction(accounts.compute_budget, 0, data);
        }
        count.units += BUDGET_UNITS;
        if self.creates_accounts {
            creations(accounts, legs.clone(), &mut count);
        }
        count.sign(accounts.trader);
        for leg in legs {
            for lane in leg.reaped {
                count.address(lane);
                count.instruction(accounts.orderbook, 1, self.reap_data);
            }
            let named = &leg.edge.named;
            let lanes = match leg.lanes {
                Lanes::Met(met) => {
                    let met = &named.lanes[..met.min(named.lanes.len())];
                    met.iter().for_each(|lane| count.account(*lane));
                    met.len()
                }
                Lanes::Named(lanes) => {
                    lanes.iter().for_each(|lane| count.address(lane));
                    lanes.len()
                }
            };
            let (program, data) = match leg.edge.source {
                Source::Shard { .. } => (accounts.amm, self.swap_data),
                Source::Market { .. } => (accounts.orderbook, self.take_data),
            };
            named.fixed.iter().for_each(|at| count.account(*at));
            count.instruction(program, named.fixed.len() + lanes, data);
            count.units += leg.units;
        }
        count.transaction()
    }
}

/// The instructions that create the accounts that receive, each once.
fn creations<'g>(
    accounts: &Accounts,
    legs: impl Iterator<Item = LegShape<'g>>,
    count: &mut Count<'_>,
) {
    let mut created: Vec<AccountNumber> = Vec::with_capacity(MAX_LEGS);
    for leg in legs {
        let receives = leg.edge.named.receives;
        if created.contains(&receives.mint) {
            continue;
        }
        created.push(receives.mint);
        for account in [
            accounts.payer,
            accounts.trader,
            accounts.system,
            receives.mint,
            receives.account,
            receives.program,
        ] {
            count.account(account);
        }
        count.instruction(accounts.associated_token, CREATION_ACCOUNTS, CREATION_DATA);
        count.units += CREATION_UNITS;
    }
}

/// A transaction, counted up.
struct Count<'g> {
    known: &'g Accounts,
    /// The accounts met so far, a bit for each.
    met: Vec<u64>,
    /// Accounts that have no number.
    others: Vec<Pubkey>,
    /// Programs and signers: they stand in the transaction itself.
    inside: ArrayVec<AccountNumber, MAX_INSIDE>,
    signatures: usize,
    instructions: usize,
    instruction_bytes: usize,
    units: u64,
}

impl<'g> Count<'g> {
    fn new(known: &'g Accounts) -> Self {
        Self {
            known,
            met: vec![0; known.len().div_ceil(64)],
            others: Vec::new(),
            inside: ArrayVec::new(),
            signatures: 0,
            instructions: 0,
            instruction_bytes: 0,
            units: 0,
        }
    }

    fn sign(&mut self, signer: AccountNumber) {
        if !self.inside.contains(&signer) {
            self.signatures += 1;
            self.inside.push(signer);
        }
        self.account(signer);
    }

    fn account(&mut self, at: AccountNumber) {
        self.met[at as usize / 64] |= 1 << (at % 64);
    }

    fn address(&mut self, address: &Pubkey) {
        match self.known.number(address) {
            Some(at) => self.account(at),
            None if self.others.contains(address) => {}
            None => self.others.push(*address),
        }
    }

    fn instruction(&mut self, program: AccountNumber, listed: usize, data: usize) {
        if !self.inside.contains(&program) {
            self.inside.push(program);
        }
        self.account(program);
        self.instructions += 1;
        self.instruction_bytes += 1 + with_length(listed) + with_length(data);
    }

    fn transaction(&self) -> TransactionSize {
        let met: u32 = self.met.iter().map(|word| word.count_ones()).sum();
        let accounts = met as usize + self.others.len();
        let looked_up = self.known.looked_up(self.numbers(), &self.others);
        let inside = accounts - looked_up.addresses;
        TransactionSize {
            compute_units: self.units,
            accounts,
            bytes: length_len(self.signatures)
                + self.signatures * SIGNATURE_LEN
                + HEADER_LEN
                + length_len(inside)
                + inside * ADDRESS_LEN
                + BLOCKHASH_LEN
                + length_len(self.instructions)
                + self.instruction_bytes
                + looked_up.bytes(),
        }
    }

    /// The accounts met that need not stand in the transaction itself.
    fn numbers(&self) -> impl Iterator<Item = AccountNumber> + Clone {
        let words = self.met.iter().enumerate();
        words
            .flat_map(|(at, word)| {
                let bits = (0..64).filter(move |bit| word & (1 << bit) != 0);
                bits.map(move |bit| {
                    AccountNumber::try_from(at * 64 + bit).unwrap_or(AccountNumber::MAX)
                })
            })
            .filter(|at| !self.inside.contains(at))
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
