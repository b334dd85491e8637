//! One virtual machine with the accounts of some trades.

use std::collections::BTreeSet;

use litesvm::{
    LiteSVM,
    types::{FailedTransactionMetadata, TransactionMetadata},
};
use sealane_engine::{
    amm, orderbook,
    simulate::{Before, Refusal, Report, Slot, State, Trade, TradeError},
};
use sealane_schedule::TooManyAccounts;
use solana_account::Account;
use solana_message::Message;
use solana_pubkey::Pubkey;
use solana_transaction::Transaction;
use solana_transaction_error::TransactionError;

use crate::{Programs, ProgramsError, logs};

/// Pays the network's fees.
const PAYER: Pubkey = Pubkey::new_from_array([0xfe; 32]);
const PAYER_LAMPORTS: u64 = 1 << 60;

/// A machine with the programs and without accounts.
pub(crate) fn template(programs: &Programs) -> Result<LiteSVM, ProgramsError> {
    let mut svm = LiteSVM::new()
        .with_sigverify(false)
        .with_blockhash_check(false)
        .with_transaction_history(0)
        .with_log_bytes_limit(None);
    for (program, id, bytecode) in [
        ("pools'", amm::ID, &programs.amm),
        ("order books'", orderbook::ID, &programs.orderbook),
    ] {
        svm.add_program(id, bytecode)
            .map_err(|error| ProgramsError::Invalid {
                program,
                reason: error.to_string(),
            })?;
    }
    let payer = Account {
        lamports: PAYER_LAMPORTS,
        ..Account::default()
    };
    svm.set_account(PAYER, payer)
        .expect("an account without data is always valid");
    Ok(svm)
}

/// A machine under way.
pub(crate) struct Machine {
    svm: LiteSVM,
    /// The accounts as the machine has them, decoded.
    state: State,
    /// What the trades may write.
    writable: BTreeSet<Pubkey>,
}

impl Machine {
    /// With the accounts that the trades name.
    pub(crate) fn new<'a>(
        template: &LiteSVM,
        from: &State,
        trades: impl Iterator<Item = &'a Trade>,
    ) -> Self {
        let mut machine = Self {
            svm: template.clone(),
            state: State::new(from.clock().clone()),
            writable: BTreeSet::new(),
        };
        machine.svm.set_sysvar(from.clock());
        let mut named = BTreeSet::new();
        for meta in trades
            .flat_map(|trade| &trade.instructions)
            .flat_map(|i| &i.accounts)
        {
            if meta.is_writable {
                machine.writable.insert(meta.pubkey);
            }
            if named.insert(meta.pubkey) {
                machine.load(from, &meta.pubkey);
            }
        }
        // Not named by every trade on a shard, and needed to tell what a price was.
        let pools: Vec<Pubkey> = named
            .iter()
            .filter_map(|address| match from.account(address) {
                Slot::Shard(shard) => Some(shard.pool),
                _ => None,
            })
            .collect();
        for pool in pools {
            if named.insert(pool) {
                machine.load(from, &pool);
            }
        }
        machine
    }

    fn load(&mut self, from: &State, address: &Pubkey) {
        let Some((owner, data)) = from.account(address).encode() else {
            return;
        };
        if self.svm.get_account(address).is_some() {
            // Programs and sysvars are the machine's own.
            return;
        }
        let account = Account {
            lamports: self.svm.minimum_balance_for_rent_exemption(data.len()),
            data,
            owner,
            ..Account::default()
        };
        numbered(store(&mut self.state, address, Some(&account)));
        self.svm
            .set_account(*address, account)
            .expect("neither a program nor a sysvar");
    }

    /// Runs a trade.
    pub(crate) fn run(&mut self, trade: &Trade) -> Result<Report, TradeError> {
        if let Some(signer) = trade.missing_signer() {
            return Err(TradeError::MissingSignature { signer });
        }
        let writable = written_by(trade);
        let before = Before::of(&self.state, writable.iter().copied());
        let message = Message::new(&trade.instructions, Some(&PAYER));
        let sent = self
            .svm
            .send_transaction(Transaction::new_unsigned(message));
        let meta: TransactionMetadata = sent.map_err(|failed| refused(&failed))?;
        for address in &writable {
            let account = self.svm.get_account(address);
            numbered(store(&mut self.state, address, account.as_ref()));
        }
        let (events, fills) = logs::read(&meta.logs, trade);
        let units = meta.compute_units_consumed;
        Ok(before.report(&self.state, events, fills, units))
    }

    /// What the trades may have written.
    pub(crate) fn into_accounts(self) -> Vec<(Pubkey, Option<Account>)> {
        let written = self.writable.into_iter();
        written
            .map(|address| (address, self.svm.get_account(&address)))
            .collect()
    }
}

/// Puts an account of a machine into a state. One without lamports is none.
pub(crate) fn store(
    state: &mut State,
    address: &Pubkey,
    account: Option<&Account>,
) -> Result<(), TooManyAccounts> {
    match account.filter(|account| account.lamports > 0) {
        Some(account) => state.load(address, &account.owner, &account.data),
        // What was never loaded stays so.
        None if matches!(state.account(address), Slot::Unknown) => Ok(()),
        None => state.load_absent(address),
    }
}

/// A machine has no more accounts than the state that they are from.
fn numbered(result: Result<(), TooManyAccounts>) {
    result.expect("as many as the state that they are from");
}

/// The accounts that a trade may write, each once, in the order in which it names them.
fn written_by(trade: &Trade) -> Vec<Pubkey> {
    let mut written: Vec<Pubkey> = Vec::new();
    let metas = trade.instructions.iter().flat_map(|i| &i.accounts);
    let mut names: Vec<(Pubkey, bool)> = Vec::new();
    for meta in metas {
        match names.iter_mut().find(|(known, _)| *known == meta.pubkey) {
            Some((_, is_written)) => *is_written |= meta.is_writable,
            None => names.push((meta.pubkey, meta.is_writable)),
        }
    }
    let is_called = |address: &Pubkey| trade.instructions.iter().any(|i| i.program_id == *address);
    let names = names
        .into_iter()
        .filter(|(address, is_written)| *is_written && !is_called(address));
    written.extend(names.map(|(address, _)| address));
    written
}

/// Why a transaction failed, as the native mode tells it.
fn refused(failed: &FailedTransactionMetadata) -> TradeError {
    match &failed.err {
        TransactionError::InstructionError(instruction, error) => TradeError::Refused {
            instruction: usize::from(*instruction),
            refusal: Refusal::of(
                logs::first_failed(&failed.meta.logs).as_ref(),
                error.clone(),
            ),
        },
        error => TradeError::Transaction(error.to_string()),
    }
}
