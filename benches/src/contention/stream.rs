//! Transactions as a scheduler sees them: accounts by number, and what they cost.

use std::collections::HashMap;

use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::agave::Cost;

/// An account of a transaction, and whether it is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Access(u32);

impl Access {
    fn new(account: u32, written: bool) -> Self {
        Self(account << 1 | u32::from(written))
    }

    /// The account's number.
    pub(crate) fn account(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// Whether it is written.
    pub(crate) fn is_write(self) -> bool {
        self.0 & 1 == 1
    }
}

/// What a transaction is to its block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transaction {
    start: u32,
    end: u32,
    /// What it costs.
    pub(crate) cost: Cost,
    /// The slot in which it arrives.
    pub(crate) slot: u32,
    /// Whether it trades: a take or a swap.
    pub(crate) is_trade: bool,
}

/// What is sent.
pub(crate) struct Sent<'a> {
    /// The slot in which it arrives.
    pub(crate) slot: u32,
    /// Whether it trades.
    pub(crate) is_trade: bool,
    /// Who signs and pays the fee, and is written for that.
    pub(crate) payer: Pubkey,
    /// What is executed; the accounts are those that the instructions name.
    pub(crate) instructions: &'a [Instruction],
    /// Compute units of all of them.
    pub(crate) units: u64,
}

/// Transactions in the order of their arrival.
#[derive(Default)]
pub(crate) struct Stream {
    numbers: HashMap<Pubkey, u32>,
    accesses: Vec<Access>,
    transactions: Vec<Transaction>,
    named: Vec<Access>,
}

impl Stream {
    /// Adds a transaction behind the others.
    pub(crate) fn push(&mut self, sent: &Sent<'_>) {
        let mut named = std::mem::take(&mut self.named);
        named.clear();
        named.push(Access::new(self.number(&sent.payer), true));
        let mut data = 0;
        for instruction in sent.instructions {
            data += instruction.data.len();
            named.push(Access::new(self.number(&instruction.program_id), false));
            for meta in &instruction.accounts {
                named.push(Access::new(self.number(&meta.pubkey), meta.is_writable));
            }
        }
        // Of equals the written one comes first and stays.
        named.sort_unstable_by(|a, b| b.cmp(a));
        named.dedup_by_key(|access| access.account());
        let writes = named.iter().filter(|access| access.is_write()).count();
        let start = self.accesses.len() as u32;
        self.accesses.extend(&named);
        self.transactions.push(Transaction {
            start,
            end: self.accesses.len() as u32,
            cost: Cost::of(writes, data, sent.units),
            slot: sent.slot,
            is_trade: sent.is_trade,
        });
        self.named = named;
    }

    fn number(&mut self, address: &Pubkey) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(*address).or_insert(next)
    }

    /// The transactions.
    pub(crate) fn transactions(&self) -> &[Transaction] {
        &self.transactions
    }

    /// The accounts of one, each once.
    pub(crate) fn accesses(&self, transaction: u32) -> &[Access] {
        let Transaction { start, end, .. } = self.transactions[transaction as usize];
        &self.accesses[start as usize..end as usize]
    }

    /// How many accounts there are.
    pub(crate) fn accounts(&self) -> usize {
        self.numbers.len()
    }
}
