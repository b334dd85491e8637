//! A route, as it would be executed now.

use rust_decimal::Decimal;
use sealane_core::{book::BookSide, units::Side};
use serde::{Serialize, Serializer, ser::SerializeSeq};
use solana_pubkey::Pubkey;

use super::TransactionSize;
use crate::{
    quote::{Quote, SwapKind, SwapTakeQuote},
    serialize,
};

/// The trades that together serve a request best. All amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// Which amount is given.
    pub kind: SwapKind,
    /// Mint of the token sent.
    #[serde(serialize_with = "serialize::display")]
    pub mint_in: Pubkey,
    /// Mint of the token received.
    #[serde(serialize_with = "serialize::display")]
    pub mint_out: Pubkey,
    /// Decimals of the token sent.
    pub decimals_in: u8,
    /// Decimals of the token received.
    pub decimals_out: u8,
    /// What leaves the wallet, transfer fees included.
    pub sent: u64,
    /// What arrives in the wallet, transfer fees deducted.
    pub received: u64,
    /// The least that must arrive.
    pub minimum_received: u64,
    /// The most that may leave.
    pub maximum_sent: u64,
    /// What stays in the wallet of the amount to be sent, because books trade whole lots.
    pub unspent: u64,
    /// The trades, in the order in which they are executed.
    pub legs: Vec<RouteLeg>,
    /// Tokens passed through of which something stays in the wallet.
    pub leftovers: Vec<Leftover>,
    /// All fees, by token.
    pub fees: Vec<RouteFees>,
    /// What the wallet gets with all fees: tokens received for one token sent.
    #[serde(serialize_with = "serialize::display")]
    pub received_per_sent: Decimal,
    /// How much worse than at the venues' first prices the route is because of its size alone,
    /// without fees, rounded up.
    pub price_impact_bps: u32,
    /// The transaction.
    pub transaction: TransactionSize,
    /// The priority fee and the rents that were counted, in lamports.
    pub cost_lamports: u64,
    /// The slot of the oldest state that was quoted.
    pub slot: u64,
}

/// One trade of a route: one instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "venue", rename_all = "snake_case")]
pub enum RouteLeg {
    /// A swap with a shard of a pool.
    Pool(Box<Quote>),
    /// A take from a market, straight from the wallet.
    Market(Box<TakeLeg>),
}

/// A take from a market. All amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TakeLeg {
    /// The market.
    #[serde(serialize_with = "serialize::display")]
    pub market: Pubkey,
    /// The vault shard that is paid and that pays.
    #[serde(serialize_with = "serialize::display")]
    pub vault_shard: Pubkey,
    /// The market's token that is sent.
    #[serde(serialize_with = "serialize::side")]
    pub side_in: Side,
    /// Mint of the token sent.
    #[serde(serialize_with = "serialize::display")]
    pub mint_in: Pubkey,
    /// Mint of the token received.
    #[serde(serialize_with = "serialize::display")]
    pub mint_out: Pubkey,
    /// Decimals of the token sent.
    pub decimals_in: u8,
    /// Decimals of the token received.
    pub decimals_out: u8,
    /// What leaves the wallet, its transfer fee included.
    pub sent: u64,
    /// What arrives in the wallet, its transfer fee deducted.
    pub received: u64,
    /// The least that must arrive.
    pub minimum_received: u64,
    /// The most that may leave.
    pub maximum_sent: u64,
    /// Lots traded.
    pub lots: u64,
    /// The lanes that are named.
    #[serde(serialize_with = "addresses")]
    pub lanes: Vec<Pubkey>,
    /// Orders met.
    pub orders: usize,
    /// The taker's fee, in quote.
    pub taker_fee: u64,
    /// What the token program takes of the token sent.
    pub transfer_fee_in: u64,
    /// What the token program takes of the token received.
    pub transfer_fee_out: u64,
    /// Quote tokens for one base token on average, with all of the market's fees.
    #[serde(serialize_with = "serialize::display")]
    pub execution_price: Decimal,
    /// By how much the average is worse than the best price, without fees.
    pub price_impact_bps: u32,
    /// Compute units that the take may use.
    pub compute_units: u64,
    /// The slot of the oldest of the quoted lanes' states.
    pub slot: u64,
    /// The quote that the leg executes.
    #[serde(skip)]
    pub quote: SwapTakeQuote,
}

/// What stays of a token that a route passes through.
///
/// The later trade's amount is fixed when it is signed: it sends on what the earlier one delivers
/// at least. What is above stays in the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Leftover {
    /// Which token.
    #[serde(serialize_with = "serialize::display")]
    pub mint: Pubkey,
    /// How much, in the quoted state. More where prices become better until the execution.
    pub amount: u64,
}

/// Fees in one token, in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RouteFees {
    /// Which token.
    #[serde(serialize_with = "serialize::display")]
    pub mint: Pubkey,
    /// To the shards' liquidity providers.
    pub lp: u64,
    /// To the pools' authorities.
    pub protocol: u64,
    /// To the markets, their makers' rebates included.
    pub taker: u64,
    /// What the token program takes of transfers.
    pub transfer: u64,
}

impl RouteLeg {
    /// Mint of the token sent.
    #[must_use]
    pub fn mint_in(&self) -> Pubkey {
        match self {
            Self::Pool(quote) => quote.mint_in,
            Self::Market(leg) => leg.mint_in,
        }
    }

    /// Mint of the token received.
    #[must_use]
    pub fn mint_out(&self) -> Pubkey {
        match self {
            Self::Pool(quote) => quote.mint_out,
            Self::Market(leg) => leg.mint_out,
        }
    }

    /// Decimals of the tokens sent and received.
    #[must_use]
    pub fn decimals(&self) -> (u8, u8) {
        match self {
            Self::Pool(quote) => (quote.decimals_in, quote.decimals_out),
            Self::Market(leg) => (leg.decimals_in, leg.decimals_out),
        }
    }

    /// What leaves the wallet.
    #[must_use]
    pub fn sent(&self) -> u64 {
        match self {
            Self::Pool(quote) => quote.sent,
            Self::Market(leg) => leg.sent,
        }
    }

    /// What arrives in the wallet.
    #[must_use]
    pub fn received(&self) -> u64 {
        match self {
            Self::Pool(quote) => quote.received,
            Self::Market(leg) => leg.received,
        }
    }

    /// The least that must arrive.
    #[must_use]
    pub fn minimum_received(&self) -> u64 {
        match self {
            Self::Pool(quote) => quote.minimum_received,
            Self::Market(leg) => leg.minimum_received,
        }
    }

    /// The most that may leave.
    #[must_use]
    pub fn maximum_sent(&self) -> u64 {
        match self {
            Self::Pool(quote) => quote.maximum_sent,
            Self::Market(leg) => leg.maximum_sent,
        }
    }

    /// How much worse than the first price the trade is because of its size.
    #[must_use]
    pub fn price_impact_bps(&self) -> u32 {
        match self {
            Self::Pool(quote) => quote.price_impact_bps,
            Self::Market(leg) => leg.price_impact_bps,
        }
    }

    /// The slot of the state that was quoted.
    #[must_use]
    pub fn slot(&self) -> u64 {
        match self {
            Self::Pool(quote) => quote.slot,
            Self::Market(leg) => leg.slot,
        }
    }

    /// The pool or the market.
    #[must_use]
    pub fn place(&self) -> Pubkey {
        match self {
            Self::Pool(quote) => quote.pool,
            Self::Market(leg) => leg.market,
        }
    }
}

impl Route {
    /// The tokens that the route passes through, in the order in which they are received.
    #[must_use]
    pub fn passed_through(&self) -> Vec<Pubkey> {
        let mut mints = Vec::new();
        for leg in &self.legs {
            let mint = leg.mint_out();
            if mint != self.mint_out && !mints.contains(&mint) {
                mints.push(mint);
            }
        }
        mints
    }
}

/// The token that a taker sends.
pub(super) fn side_in(side: BookSide) -> Side {
    match side {
        BookSide::Bid => Side::Quote,
        BookSide::Ask => Side::Base,
    }
}

fn addresses<S: Serializer>(addresses: &[Pubkey], to: S) -> Result<S::Ok, S::Error> {
    let mut list = to.serialize_seq(Some(addresses.len()))?;
    for address in addresses {
        list.serialize_element(&address.to_string())?;
    }
    list.end()
}
