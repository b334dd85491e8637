//! A Solana virtual machine with the project's programs in it.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use litesvm::{LiteSVM, types::TransactionResult};
use sealane_sdk::events::Event;
use solana_account::Account;
use solana_clock::Clock;
use solana_instruction::Instruction;
use solana_message::{AddressLookupTableAccount, Message, VersionedMessage, v0};
use solana_pubkey::Pubkey;
use solana_transaction::{Transaction, versioned::VersionedTransaction};

use crate::Reason;

/// Where the clock of every new machine stands, Unix seconds.
const GENESIS: i64 = 1_700_000_000;
/// What the fee payer owns at first.
const PAYER_LAMPORTS: u64 = 1_000_000_000_000_000;
/// The most compute units that a transaction may ask for.
const MAX_COMPUTE_UNITS: u32 = 1_400_000;

/// The folder with the programs' bytecode: `SEALANE_DEPLOY_DIR`, or `target/deploy` of the
/// workspace.
#[must_use]
pub fn deploy_dir() -> PathBuf {
    match env::var_os("SEALANE_DEPLOY_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/deploy"),
    }
}

/// The bytecode of one program.
///
/// # Panics
/// If it has not been built.
pub(crate) fn bytecode(name: &str) -> Vec<u8> {
    let path = deploy_dir().join(format!("{name}.so"));
    fs::read(&path).unwrap_or_else(|error| {
        panic!(
            "no program at {}: {error}. Build the programs with `cargo xtask build-programs`, or \
             set SEALANE_DEPLOY_DIR to the folder that holds them.",
            path.display()
        )
    })
}

/// A virtual machine. Signatures are not made or verified: who signs is told by the instructions'
/// account lists, as the runtime tells it to programs.
#[derive(Clone)]
pub struct Svm {
    inner: LiteSVM,
    payer: Pubkey,
}

/// An instruction list that was executed.
#[derive(Debug, Clone)]
pub struct Executed {
    /// Compute units of the whole transaction.
    pub compute_units: u64,
    /// What the programs logged.
    pub logs: Vec<String>,
    /// Data that the last program returned.
    pub return_data: Vec<u8>,
}

/// An instruction list that was refused; no account has changed but for the network's fee.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Index of the instruction that failed, 0 where the transaction as a whole did.
    pub instruction: usize,
    /// Why.
    pub reason: Reason,
    /// What the programs logged.
    pub logs: Vec<String>,
}

impl Default for Svm {
    fn default() -> Self {
        Self::new()
    }
}

impl Svm {
    /// A machine with the exchange's programs deployed and the token programs of today.
    ///
    /// # Panics
    /// If the programs have not been built.
    #[must_use]
    pub fn new() -> Self {
        let mut inner = LiteSVM::new()
            .with_sigverify(false)
            .with_blockhash_check(false)
            .with_transaction_history(0)
            .with_log_bytes_limit(None);
        let payer = Pubkey::new_from_array([0xfe; 32]);
        let lamports = Account {
            lamports: PAYER_LAMPORTS,
            ..Account::default()
        };
        inner
            .set_account(payer, lamports)
            .expect("an account without data is always valid");
        let mut svm = Self { inner, payer };
        svm.deploy(sealane_amm::ID, "sealane_amm");
        svm.set_time(GENESIS);
        svm
    }

    /// Deploys a program by the name of its bytecode, at any address.
    ///
    /// # Panics
    /// If it has not been built or is not valid.
    pub fn deploy(&mut self, address: Pubkey, name: &str) {
        self.inner
            .add_program(address, &bytecode(name))
            .unwrap_or_else(|error| panic!("{name}.so is not a valid program: {error}"));
    }

    /// Who pays the network's fees and rents, unless a test says otherwise.
    #[must_use]
    pub fn payer(&self) -> Pubkey {
        self.payer
    }

    /// Sends instructions in one transaction.
    ///
    /// # Errors
    /// What the program, the token programs or the runtime refused.
    pub fn send(&mut self, instructions: &[Instruction]) -> Result<Executed, Refused> {
        let transaction = compile(instructions, &self.payer);
        into_outcome(self.inner.send_transaction(transaction))
    }

    /// Sends instructions with the highest compute unit limit, which is an instruction more.
    ///
    /// # Errors
    /// As [`Svm::send`]; the index counts the given instructions.
    pub fn send_with_high_limit(
        &mut self,
        instructions: &[Instruction],
    ) -> Result<Executed, Refused> {
        let mut all = vec![compute_unit_limit()];
        all.extend_from_slice(instructions);
        self.send(&all).map_err(without_limit)
    }

    /// Puts an address lookup table there, with these addresses.
    pub fn set_lookup_table(&mut self, table: Pubkey, addresses: &[Pubkey]) {
        let lamports = self.rent(TABLE_HEAD + 32 * addresses.len());
        let data = lookup_table(addresses);
        let account = Account {
            lamports,
            data,
            owner: LOOKUP_TABLES,
            ..Account::default()
        };
        self.set_account(table, account);
    }

    /// Sends instructions with the highest compute unit limit; what a table has is named by it
    /// instead of by address.
    ///
    /// # Errors
    /// As [`Svm::send`]; the index counts the given instructions.
    pub fn send_heavy(
        &mut self,
        instructions: &[Instruction],
        table: Pubkey,
    ) -> Result<Executed, Refused> {
        let transaction = self.compile_by(instructions, table);
        into_outcome(self.inner.send_transaction(transaction)).map_err(without_limit)
    }

    /// The same without keeping what they change.
    ///
    /// # Errors
    /// As [`Svm::send_heavy`].
    pub fn simulate_heavy(
        &self,
        instructions: &[Instruction],
        table: Pubkey,
    ) -> Result<Executed, Refused> {
        let transaction = self.compile_by(instructions, table);
        let simulated = self.inner.simulate_transaction(transaction);
        into_outcome(simulated.map(|info| info.meta)).map_err(without_limit)
    }

    /// A transaction with the highest compute unit limit; one that names a table only if it would
    /// otherwise not fit.
    ///
    /// # Panics
    /// If it does not fit a network packet even so.
    fn compile_by(&self, instructions: &[Instruction], table: Pubkey) -> VersionedTransaction {
        let mut all = vec![compute_unit_limit()];
        all.extend_from_slice(instructions);
        let legacy = VersionedTransaction::from(compile(&all, &self.payer));
        if packet_len(&legacy) <= PACKET {
            return legacy;
        }
        let tables = [AddressLookupTableAccount {
            key: table,
            addresses: addresses_in(&self.data(&table)),
        }];
        let message = v0::Message::try_compile(&self.payer, &all, &tables, Default::default());
        let message = VersionedMessage::V0(message.expect("instructions that can be compiled"));
        let signatures = usize::from(message.header().num_required_signatures);
        let transaction = VersionedTransaction {
            signatures: vec![Default::default(); signatures],
            message,
        };
        let len = packet_len(&transaction);
        assert!(len <= PACKET, "{len} bytes do not fit a packet");
        transaction
    }

    /// Runs instructions without keeping what they change.
    ///
    /// # Errors
    /// As [`Svm::send`].
    pub fn simulate(&self, instructions: &[Instruction]) -> Result<Executed, Refused> {
        let transaction = compile(instructions, &self.payer);
        into_outcome(
            self.inner
                .simulate_transaction(transaction)
                .map(|info| info.meta),
        )
    }

    /// An account, if it exists.
    #[must_use]
    pub fn account(&self, address: &Pubkey) -> Option<Account> {
        self.inner.get_account(address)
    }

    /// The bytes of an account.
    ///
    /// # Panics
    /// If there is no such account.
    #[must_use]
    pub fn data(&self, address: &Pubkey) -> Vec<u8> {
        self.account(address)
            .unwrap_or_else(|| panic!("no account {address}"))
            .data
    }

    /// Puts an account there, whatever was before.
    ///
    /// # Panics
    /// If the account claims to be a program or sysvar and is not valid.
    pub fn set_account(&mut self, address: Pubkey, account: Account) {
        self.inner
            .set_account(address, account)
            .unwrap_or_else(|error| panic!("account {address} is not valid: {error}"));
    }

    /// Changes the bytes of an account in place.
    ///
    /// # Panics
    /// If there is no such account.
    pub fn edit(&mut self, address: &Pubkey, edit: impl FnOnce(&mut Vec<u8>)) {
        let mut account = self
            .account(address)
            .unwrap_or_else(|| panic!("no account {address}"));
        edit(&mut account.data);
        self.set_account(*address, account);
    }

    /// Lamports that make an account of a size exempt from rent.
    #[must_use]
    pub fn rent(&self, len: usize) -> u64 {
        self.inner.minimum_balance_for_rent_exemption(len)
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.inner.get_sysvar()
    }

    /// Sets the clock's time, Unix seconds.
    pub fn set_time(&mut self, unix_timestamp: i64) {
        let clock = Clock {
            unix_timestamp,
            ..self.clock()
        };
        self.inner.set_sysvar(&clock);
    }

    /// Lets time pass.
    pub fn advance_time(&mut self, seconds: i64) {
        self.set_time(self.clock().unix_timestamp + seconds);
    }

    /// Sets the clock's slot.
    pub fn set_slot(&mut self, slot: u64) {
        let clock = Clock {
            slot,
            ..self.clock()
        };
        self.inner.set_sysvar(&clock);
    }

    /// Sets the clock's epoch, by which transfer fees change.
    pub fn set_epoch(&mut self, epoch: u64) {
        let clock = Clock {
            epoch,
            ..self.clock()
        };
        self.inner.set_sysvar(&clock);
    }
}

impl Executed {
    /// The program's events, in order.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        sealane_sdk::events::from_logs(&self.logs)
    }

    /// Compute units of the exchange's programs alone, all of their instructions together.
    #[must_use]
    pub fn program_units(&self) -> u64 {
        let ids = [
            sealane_amm::ID,
            sealane_governance::ID,
            sealane_orderbook::ID,
            sealane_staking::ID,
        ];
        let ids = ids.map(|id| id.to_string());
        self.logs
            .iter()
            .filter_map(|line| ids.iter().find_map(|id| consumed_by(line, id)))
            .sum()
    }
}

/// Parses "Program <id> consumed <units> of <limit> compute units".
fn consumed_by(line: &str, id: &str) -> Option<u64> {
    let rest = line
        .strip_prefix("Program ")?
        .strip_prefix(id)?
        .strip_prefix(" consumed ")?;
    rest.split(' ').next()?.parse().ok()
}

/// Counts from the instruction behind the one that asks for compute units.
fn without_limit(refused: Refused) -> Refused {
    Refused {
        instruction: refused.instruction.saturating_sub(1),
        ..refused
    }
}

/// The most bytes of a transaction.
const PACKET: usize = 1_232;

fn packet_len(transaction: &VersionedTransaction) -> usize {
    let bytes = anchor_lang::wincode::serialize(transaction);
    bytes.expect("a transaction can be written").len()
}

const LOOKUP_TABLES: Pubkey = Pubkey::from_str_const("AddressLookupTab1e1111111111111111111111111");
/// Bytes of a lookup table before its addresses.
const TABLE_HEAD: usize = 56;

/// A lookup table's account: kind 1; never deactivated; last extended in slot 0, from address 0; no
/// authority; padding; addresses.
fn lookup_table(addresses: &[Pubkey]) -> Vec<u8> {
    let mut data = vec![0; TABLE_HEAD];
    data[..4].copy_from_slice(&1u32.to_le_bytes());
    data[4..12].copy_from_slice(&u64::MAX.to_le_bytes());
    data.extend(addresses.iter().flat_map(|address| address.to_bytes()));
    data
}

fn addresses_in(table: &[u8]) -> Vec<Pubkey> {
    let (addresses, _) = table[TABLE_HEAD..].as_chunks::<32>();
    addresses
        .iter()
        .copied()
        .map(Pubkey::new_from_array)
        .collect()
}

/// An unsigned transaction.
fn compile(instructions: &[Instruction], payer: &Pubkey) -> Transaction {
    Transaction::new_unsigned(Message::new(instructions, Some(payer)))
}

/// The instruction that asks for the most compute units.
fn compute_unit_limit() -> Instruction {
    // `SetComputeUnitLimit` of the compute budget program.
    let mut data = vec![2];
    data.extend_from_slice(&MAX_COMPUTE_UNITS.to_le_bytes());
    Instruction {
        program_id: COMPUTE_BUDGET,
        accounts: Vec::new(),
        data,
    }
}

const COMPUTE_BUDGET: Pubkey =
    Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");

fn into_outcome(result: TransactionResult) -> Result<Executed, Refused> {
    match result {
        Ok(meta) => Ok(Executed {
            compute_units: meta.compute_units_consumed,
            logs: meta.logs,
            return_data: meta.return_data.data,
        }),
        Err(failed) => {
            let (instruction, reason) = Reason::read(&failed.err, &failed.meta.logs);
            Err(Refused {
                instruction,
                reason,
                logs: failed.meta.logs,
            })
        }
    }
}
