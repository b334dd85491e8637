//! What a transaction would do.

use std::collections::BTreeMap;

use sealane_sdk::{
    Side,
    engine_core::book::Met,
    simulate::{Balance, FeeKind, Report},
};
use serde::Serialize;
use solana_pubkey::Pubkey;
use utoipa::ToSchema;

use super::{Address, Amount};

/// A balance before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BalanceView {
    /// The account.
    pub account: Address,
    /// Which of its balances: `tokens`, `withheld`, `supply`, `base_free`, `base_locked`,
    /// `quote_free`, `quote_locked`, `protocol_fees`, `referrer_fees`, `base_reserve`,
    /// `quote_reserve`, `shares`, `base_protocol_fees`, `quote_protocol_fees`.
    pub balance: &'static str,
    /// Of token accounts, which token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mint: Option<Address>,
    /// Of token accounts, whose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Address>,
    /// Before, in base units.
    pub before: Amount,
    /// After.
    pub after: Amount,
}

/// A resting order that would be met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FillView {
    /// The lane in which it rests.
    pub lane: Address,
    /// The order.
    pub order: Amount,
    /// Its price in ticks.
    pub price_ticks: u32,
    /// Lots traded, or taken off it.
    pub lots: Amount,
    /// Lots left of it.
    pub left: Amount,
    /// What happened to it: `filled`, `expired`, `decremented`, `cancelled`.
    pub met: &'static str,
}

/// A fee that would be paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeeView {
    /// Who gets it: `liquidity_providers`, `protocol`, `maker_rebate`, `referrer`, `transfer`.
    pub kind: &'static str,
    /// The shard, market or lane that takes it; of transfer fees, the token account.
    pub source: Address,
    /// `base` or `quote` of the venue; of transfer fees absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<&'static str>,
    /// How much.
    pub amount: Amount,
}

/// What a transaction would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ReportView {
    /// How it was found: `engine` by the exchange's own arithmetic, `node` by the chain's node.
    pub by: &'static str,
    /// The slot as of which.
    pub slot: u64,
    /// What changes. Empty where only the node knows.
    pub balances: Vec<BalanceView>,
    /// Resting orders met.
    pub fills: Vec<FillView>,
    /// Fees paid.
    pub fees: Vec<FeeView>,
    /// Compute units: of the engine an estimate, of the node measured.
    pub compute_units: u64,
    /// By how much the price is worse than the best one because of the size; null if nothing is
    /// traded.
    pub price_impact_bps: Option<u32>,
    /// What the programs would log; only of the node.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<String>,
}

/// Whose token accounts are of which mint: what the engine's report leaves out.
pub(crate) type Holders = BTreeMap<Pubkey, (Pubkey, Pubkey)>;

impl ReportView {
    /// The engine's report; `holders` are (mint, owner) of token accounts.
    pub(crate) fn of(report: &Report, slot: u64, holders: &Holders) -> Self {
        let balances = report.balances.iter().map(|change| {
            let holder = holders.get(&change.account);
            BalanceView {
                account: change.account.into(),
                balance: balance_name(change.balance),
                mint: holder.map(|(mint, _)| mint.into()),
                owner: holder.map(|(_, owner)| owner.into()),
                before: change.before.into(),
                after: change.after.into(),
            }
        });
        let fills = report.fills.iter().map(|fill| FillView {
            lane: fill.lane.into(),
            order: fill.id.0.into(),
            price_ticks: fill.price.0,
            lots: fill.lots.0.into(),
            left: fill.left.0.into(),
            met: met_name(fill.met),
        });
        let fees = report.fees.iter().map(|fee| FeeView {
            kind: fee_name(fee.kind),
            source: fee.source.into(),
            side: fee.side.map(|side| match side {
                Side::Base => "base",
                Side::Quote => "quote",
            }),
            amount: fee.amount.into(),
        });
        Self {
            by: "engine",
            slot,
            balances: balances.collect(),
            fills: fills.collect(),
            fees: fees.collect(),
            compute_units: report.compute_units,
            price_impact_bps: report.price_impact_bps,
            logs: Vec::new(),
        }
    }

    /// What the node says.
    pub(crate) fn of_node(slot: u64, compute_units: u64, logs: Vec<String>) -> Self {
        Self {
            by: "node",
            slot,
            balances: Vec::new(),
            fills: Vec::new(),
            fees: Vec::new(),
            compute_units,
            price_impact_bps: None,
            logs,
        }
    }
}

fn balance_name(balance: Balance) -> &'static str {
    match balance {
        Balance::Tokens => "tokens",
        Balance::Withheld => "withheld",
        Balance::Supply => "supply",
        Balance::BaseFree => "base_free",
        Balance::BaseLocked => "base_locked",
        Balance::QuoteFree => "quote_free",
        Balance::QuoteLocked => "quote_locked",
        Balance::ProtocolFees => "protocol_fees",
        Balance::ReferrerFees => "referrer_fees",
        Balance::BaseReserve => "base_reserve",
        Balance::QuoteReserve => "quote_reserve",
        Balance::Shares => "shares",
        Balance::BaseProtocolFees => "base_protocol_fees",
        Balance::QuoteProtocolFees => "quote_protocol_fees",
    }
}

fn met_name(met: Met) -> &'static str {
    match met {
        Met::Filled => "filled",
        Met::Expired => "expired",
        Met::Decremented => "decremented",
        Met::Cancelled => "cancelled",
    }
}

fn fee_name(kind: FeeKind) -> &'static str {
    match kind {
        FeeKind::LiquidityProviders => "liquidity_providers",
        FeeKind::Protocol => "protocol",
        FeeKind::MakerRebate => "maker_rebate",
        FeeKind::Referrer => "referrer",
        FeeKind::Transfer => "transfer",
    }
}
