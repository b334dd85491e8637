//! What instructions would do, before anybody signs.

use std::collections::{BTreeMap, BTreeSet};

use sealane_sdk::{
    accounts::{TokenAccountInfo, decode_token_account},
    address::{ASSOCIATED_TOKEN_PROGRAM, SYSTEM_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amm,
    engine_core::book::Met,
    orderbook,
    simulate::{self as simulation, Balance, FeeKind, Filled, Report, State, Trade},
    token::new_associated_account_bytes,
};
use serde::Serialize;
use solana_instruction::Instruction as SolanaInstruction;
use solana_pubkey::Pubkey;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read_all, reply, reply_all},
    plan::{Instruction, solana},
    refusal::{Answer, Problem},
    route::units,
    values::{Address, TokenSide, addresses},
};

/// Owner of programs that can be upgraded.
const LOADER: Pubkey = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
/// Programs that transactions of the exchange name, and that are on every chain.
const PROGRAMS: [Pubkey; 5] = [
    TOKEN_PROGRAM,
    TOKEN_2022_PROGRAM,
    ASSOCIATED_TOKEN_PROGRAM,
    amm::ID,
    orderbook::ID,
];
/// The associated-token program's instruction that creates an account unless it exists.
const CREATE_IDEMPOTENT: [u8; 1] = [1];

/// Which number of an account changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum BalanceKind {
    /// What a token account holds.
    Tokens,
    /// Transfer fees withheld in a token account.
    Withheld,
    /// A mint's supply.
    Supply,
    /// A lane's ledger.
    BaseFree,
    BaseLocked,
    QuoteFree,
    QuoteLocked,
    /// Fees in quote that are the market's.
    ProtocolFees,
    /// Fees in quote that are a lane's referrer's.
    ReferrerFees,
    /// What a shard's providers own.
    BaseReserve,
    QuoteReserve,
    Shares,
    /// What a pool's authority owns in a shard.
    BaseProtocolFees,
    QuoteProtocolFees,
}

/// A balance before and after, in base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct BalanceChange {
    /// The account.
    pub account: Address,
    /// Which of its balances.
    pub balance: BalanceKind,
    /// Before.
    pub before: u64,
    /// After.
    pub after: u64,
    /// The token, if it is a token account's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mint: Option<Address>,
    /// Whose, if it is a token account's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Address>,
}

/// What happens to a resting order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum OrderMet {
    /// It trades.
    Filled,
    /// It has expired, and is cancelled.
    Expired,
    /// It is the taker's own, and is made smaller.
    Decremented,
    /// It is the taker's own, and is cancelled.
    Cancelled,
}

/// A resting order that is met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct FilledOrder {
    /// The lane in which it rests.
    pub lane: Address,
    /// Its name.
    pub id: u64,
    /// Its price, in ticks.
    pub price_ticks: u32,
    /// Lots traded, or taken off it.
    pub lots: u64,
    /// Lots left of it.
    pub left: u64,
    /// What happens to it.
    pub met: OrderMet,
}

/// Who gets a fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum FeeReceiver {
    /// A shard's liquidity providers.
    LiquidityProviders,
    /// The authority of the pool or market.
    Protocol,
    /// Makers whose orders are taken.
    MakerRebate,
    /// A referrer.
    Referrer,
    /// A mint's issuer, from a transfer.
    Transfer,
}

/// A fee that is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct PaidFee {
    /// Who gets it.
    pub receiver: FeeReceiver,
    /// The shard, market or lane that takes it; of transfer fees, the token account.
    pub source: Address,
    /// In which token of the pool or market. Left out of transfer fees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<TokenSide>,
    /// How much, in base units.
    pub amount: u64,
}

/// What instructions would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct Simulation {
    /// What would change, by account in the order in which they are named.
    pub balances: Vec<BalanceChange>,
    /// Resting orders met, in order.
    pub fills: Vec<FilledOrder>,
    /// Fees paid.
    pub fees: Vec<PaidFee>,
    /// Compute units: an estimate.
    pub compute_units: u32,
    /// By how much the price is worse than the best one, before fees, in basis points; the worst of
    /// several trades. Left out if nothing is traded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_impact_bps: Option<u32>,
}

/// What these instructions, as one transaction signed by whoever has to, would do now.
pub(crate) fn simulate(
    exchange: &Exchange,
    instructions: Vec<SolanaInstruction>,
) -> Answer<Simulation> {
    let clock = exchange.world().clock().ok_or_else(|| {
        let hint = "feed the clock's account";
        Problem::new("not_ready", "the chain's time is not known yet", hint)
    })?;
    let mut state = State::new(clock.clone());
    let mut tokens = BTreeMap::new();
    for (address, account) in accounts(exchange, &instructions)? {
        // A transaction names few accounts.
        let loaded = match &account {
            Some((owner, data)) => {
                if let Ok(token) = decode_token_account(owner, data) {
                    tokens.insert(address, token);
                }
                state.load(&address, owner, data)
            }
            None => state.load_absent(&address),
        };
        loaded.map_err(|error| Problem::internal(error.to_string()))?;
    }
    let report = state.preview(&Trade::signed(instructions))?;
    Ok(told(&report, &tokens))
}

type Account = Option<(Pubkey, Vec<u8>)>;

/// The accounts that instructions name, as far as they are known; those that they create first are
/// there already, as they will be.
fn accounts(
    exchange: &Exchange,
    instructions: &[SolanaInstruction],
) -> Answer<BTreeMap<Pubkey, Account>> {
    let mut accounts = BTreeMap::new();
    for address in named(instructions) {
        if let Some(stored) = exchange.stored(&address) {
            accounts.insert(address, stored.account.clone());
        } else if PROGRAMS.contains(&address) {
            accounts.insert(address, Some((LOADER, Vec::new())));
        }
    }
    for (address, owner, mint, program) in instructions.iter().filter_map(creation) {
        let is_absent = accounts.get(&address).is_some_and(|account| {
            account
                .as_ref()
                .is_none_or(|(owner, _)| *owner == SYSTEM_PROGRAM)
        });
        let known_mint = exchange
            .stored(&mint)
            .and_then(|mint| mint.account.as_ref());
        if let (true, Some((_, data))) = (is_absent, known_mint) {
            let created = new_associated_account_bytes(&program, &mint, data, &owner)?;
            accounts.insert(address, Some((program, created)));
        }
    }
    Ok(accounts)
}

/// The addresses that instructions name.
fn named(instructions: &[SolanaInstruction]) -> BTreeSet<Pubkey> {
    let programs = instructions.iter().map(|each| each.program_id);
    let metas = instructions.iter().flat_map(|each| &each.accounts);
    programs.chain(metas.map(|meta| meta.pubkey)).collect()
}

/// An associated token account that an instruction creates: where, whose, of which mint and program.
fn creation(instruction: &SolanaInstruction) -> Option<(Pubkey, Pubkey, Pubkey, Pubkey)> {
    let is_creation = instruction.program_id == ASSOCIATED_TOKEN_PROGRAM
        && instruction.data == CREATE_IDEMPOTENT
        && instruction.accounts.len() >= 6;
    let at = |index: usize| instruction.accounts[index].pubkey;
    is_creation.then(|| (at(1), at(2), at(3), at(5)))
}

/// The accounts that a simulation of these instructions needs and that are not known: token accounts
/// above all, since the exchange's channel carries only its own.
pub(crate) fn unknown(exchange: &Exchange, instructions: &[SolanaInstruction]) -> Vec<Pubkey> {
    let signers: BTreeSet<Pubkey> = Trade::signed(instructions.to_vec())
        .signers
        .into_iter()
        .collect();
    let programs: BTreeSet<Pubkey> = instructions.iter().map(|each| each.program_id).collect();
    let is_needed = |address: &Pubkey| {
        exchange.stored(address).is_none()
            && !PROGRAMS.contains(address)
            && *address != SYSTEM_PROGRAM
            && !signers.contains(address)
            && !programs.contains(address)
    };
    named(instructions).into_iter().filter(is_needed).collect()
}

fn told(report: &Report, tokens: &BTreeMap<Pubkey, TokenAccountInfo>) -> Simulation {
    let balances = report
        .balances
        .iter()
        .map(|change| balance(change, tokens.get(&change.account)));
    Simulation {
        balances: balances.collect(),
        fills: report.fills.iter().map(FilledOrder::from).collect(),
        fees: report.fees.iter().map(PaidFee::from).collect(),
        compute_units: units(report.compute_units),
        price_impact_bps: report.price_impact_bps,
    }
}

fn balance(change: &simulation::BalanceChange, token: Option<&TokenAccountInfo>) -> BalanceChange {
    BalanceChange {
        account: change.account.into(),
        balance: change.balance.into(),
        before: change.before,
        after: change.after,
        mint: token.map(|token| token.mint.into()),
        owner: token.map(|token| token.owner.into()),
    }
}

impl From<Balance> for BalanceKind {
    fn from(balance: Balance) -> Self {
        match balance {
            Balance::Tokens => Self::Tokens,
            Balance::Withheld => Self::Withheld,
            Balance::Supply => Self::Supply,
            Balance::BaseFree => Self::BaseFree,
            Balance::BaseLocked => Self::BaseLocked,
            Balance::QuoteFree => Self::QuoteFree,
            Balance::QuoteLocked => Self::QuoteLocked,
            Balance::ProtocolFees => Self::ProtocolFees,
            Balance::ReferrerFees => Self::ReferrerFees,
            Balance::BaseReserve => Self::BaseReserve,
            Balance::QuoteReserve => Self::QuoteReserve,
            Balance::Shares => Self::Shares,
            Balance::BaseProtocolFees => Self::BaseProtocolFees,
            Balance::QuoteProtocolFees => Self::QuoteProtocolFees,
        }
    }
}

impl From<&Filled> for FilledOrder {
    fn from(fill: &Filled) -> Self {
        Self {
            lane: fill.lane.into(),
            id: fill.id.0,
            price_ticks: fill.price.0,
            lots: fill.lots.0,
            left: fill.left.0,
            met: match fill.met {
                Met::Filled => OrderMet::Filled,
                Met::Expired => OrderMet::Expired,
                Met::Decremented => OrderMet::Decremented,
                Met::Cancelled => OrderMet::Cancelled,
            },
        }
    }
}

impl From<&simulation::Fee> for PaidFee {
    fn from(fee: &simulation::Fee) -> Self {
        Self {
            receiver: match fee.kind {
                FeeKind::LiquidityProviders => FeeReceiver::LiquidityProviders,
                FeeKind::Protocol => FeeReceiver::Protocol,
                FeeKind::MakerRebate => FeeReceiver::MakerRebate,
                FeeKind::Referrer => FeeReceiver::Referrer,
                FeeKind::Transfer => FeeReceiver::Transfer,
            },
            source: fee.source.into(),
            side: fee.side.map(TokenSide::from),
            amount: fee.amount,
        }
    }
}

#[wasm_bindgen]
impl Exchange {
    /// What these instructions, as one transaction signed by whoever has to, would do now: balance
    /// changes, fills and fees, computed here. Token accounts that they create first are taken for
    /// created, if they are known to be absent.
    ///
    /// # Errors
    /// Why the chain would refuse; `unknown_account` if the outcome depends on an account that was
    /// not fed (`simulationAccounts` names them); `not_simulated` for what only a node can tell:
    /// creating pools and lanes, and other programs' instructions.
    pub fn simulate(&self, instructions: Vec<Ts<Instruction>>) -> Result<Ts<Simulation>, JsValue> {
        reply(|| simulate(self, solana(read_all(&instructions)?)))
    }

    /// The accounts that a simulation of these instructions needs and that were not fed. Fetch them
    /// and `apply` them, or `remove` those that do not exist.
    ///
    /// # Errors
    /// `invalid_argument`.
    #[wasm_bindgen(js_name = "simulationAccounts")]
    pub fn simulation_accounts(
        &self,
        instructions: Vec<Ts<Instruction>>,
    ) -> Result<Vec<Ts<Address>>, JsValue> {
        reply_all(|| {
            let instructions = solana(read_all(&instructions)?);
            Ok(addresses(&unknown(self, &instructions)))
        })
    }
}
