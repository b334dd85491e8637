//! Quotes of swaps, on the best shard or on a given one.

use rust_decimal::Decimal;
use sealane_amm::{errors::AmmError, state::pause};
use sealane_core::{
    math::mul_div_u128,
    pool::wallet::{WalletSwap, wallet_swap_exact_in, wallet_swap_exact_out},
    units::{Rounding, Side},
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{
    QuoteError, VenueChoice,
    choice::liking,
    context::{Context, at_least, at_most},
};
use crate::{
    amount,
    pools::{Pools, ShardEntry},
    serialize,
};

/// What to quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteRequest {
    /// In which pool.
    pub pool: Pubkey,
    /// The token that is sent.
    pub mint_in: Pubkey,
    /// Exact in: base units sent. Exact out: base units of the other token received.
    pub amount: u64,
    /// By how much the outcome may be worse than the quote, in basis points of it: 50 is 0.5%.
    pub slippage_tolerance_bps: u16,
    /// Which shard is chosen of those that are about as good as the best. A pool knows no trader:
    /// without a seed it is the best one. No matter where the shard is given.
    pub choice: VenueChoice,
}

/// Which of the two amounts is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SwapKind {
    /// The amount sent is given.
    ExactIn,
    /// The amount received is given.
    ExactOut,
}

impl SwapKind {
    /// The participle that says which.
    #[must_use]
    pub const fn given(self) -> &'static str {
        match self {
            Self::ExactIn => "sent",
            Self::ExactOut => "received",
        }
    }
}

/// A swap as it would be executed now. All amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// Which amount is given.
    pub kind: SwapKind,
    /// The pool.
    #[serde(serialize_with = "serialize::display")]
    pub pool: Pubkey,
    /// The shard that trades.
    #[serde(serialize_with = "serialize::display")]
    pub shard: Pubkey,
    /// Its index.
    pub shard_index: u8,
    /// The pool's token that is sent.
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
    /// The least that must arrive: the bound of an exact-in swap, the amount asked for of an
    /// exact-out swap.
    pub minimum_received: u64,
    /// The most that may leave: the bound of an exact-out swap, the amount sent of an exact-in
    /// swap.
    pub maximum_sent: u64,
    /// The fee that stays with the shard's liquidity providers, in the token received.
    pub lp_fee: u64,
    /// The fee for the pool's authority, in the token received.
    pub protocol_fee: u64,
    /// What the token program takes of the token sent.
    pub transfer_fee_in: u64,
    /// What the token program takes of the token received.
    pub transfer_fee_out: u64,
    /// The shard's price before the swap, without fees: quote tokens for one base token.
    #[serde(serialize_with = "serialize::display")]
    pub spot_price: Decimal,
    /// The price that the wallet gets, with all fees: quote tokens for one base token.
    #[serde(serialize_with = "serialize::display")]
    pub execution_price: Decimal,
    /// How much worse than the spot price the swap is because of its size alone, without fees.
    pub price_impact_bps: u32,
    /// The slot of the shard's state that was quoted.
    pub slot: u64,
}

/// Quotes a swap that sends `request.amount`, on a shard that pays most for it, as the request's
/// choice has it.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or no shard can do it.
#[tracing::instrument(level = "debug", skip_all, fields(pool = %request.pool, amount = request.amount))]
pub fn quote_exact_in(pools: &Pools, request: &QuoteRequest) -> Result<Quote, QuoteError> {
    best(pools, request, SwapKind::ExactIn)
}

/// Quotes a swap that receives `request.amount`, on a shard that asks least for it, as the request's
/// choice has it.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or no shard can do it.
#[tracing::instrument(level = "debug", skip_all, fields(pool = %request.pool, amount = request.amount))]
pub fn quote_exact_out(pools: &Pools, request: &QuoteRequest) -> Result<Quote, QuoteError> {
    best(pools, request, SwapKind::ExactOut)
}

/// As [`quote_exact_in`], on a given shard.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the shard cannot do it.
#[tracing::instrument(level = "debug", skip_all, fields(pool = %request.pool, index))]
pub fn quote_exact_in_on_shard(
    pools: &Pools,
    request: &QuoteRequest,
    index: u8,
) -> Result<Quote, QuoteError> {
    on_shard(pools, request, SwapKind::ExactIn, index)
}

/// As [`quote_exact_out`], on a given shard.
///
/// # Errors
/// [`QuoteError`]: the cache lacks an account, or the shard cannot do it.
#[tracing::instrument(level = "debug", skip_all, fields(pool = %request.pool, index))]
pub fn quote_exact_out_on_shard(
    pools: &Pools,
    request: &QuoteRequest,
    index: u8,
) -> Result<Quote, QuoteError> {
    on_shard(pools, request, SwapKind::ExactOut, index)
}

/// A request whose pool and side are known.
struct Order<'a> {
    context: Context<'a>,
    request: &'a QuoteRequest,
    kind: SwapKind,
    side_in: Side,
}

impl<'a> Order<'a> {
    fn new(
        pools: &'a Pools,
        request: &'a QuoteRequest,
        kind: SwapKind,
    ) -> Result<Self, QuoteError> {
        let context = Context::new(pools, &request.pool)?;
        let side_in = context.side_of(&request.mint_in)?;
        context.require_active(pause::SWAP)?;
        Ok(Self {
            context,
            request,
            kind,
            side_in,
        })
    }

    /// What one shard would do.
    fn on(&self, shard: &ShardEntry<'_>) -> Result<WalletSwap, QuoteError> {
        let price = match self.kind {
            SwapKind::ExactIn => wallet_swap_exact_in,
            SwapKind::ExactOut => wallet_swap_exact_out,
        };
        let fees = self.context.fees(self.side_in);
        self.context.priced(shard, |state, params| {
            price(state, params, fees, self.side_in, self.request.amount)
        })
    }

    fn quote(&self, shard: &ShardEntry<'_>, swap: &WalletSwap) -> Result<Quote, QuoteError> {
        let pool = self.context.entry.pool;
        let (mint_out, decimals_in, decimals_out) = match self.side_in {
            Side::Base => (pool.quote_mint, pool.base_decimals, pool.quote_decimals),
            Side::Quote => (pool.base_mint, pool.quote_decimals, pool.base_decimals),
        };
        let tolerance = self.request.slippage_tolerance_bps;
        let (minimum_received, maximum_sent) = match self.kind {
            SwapKind::ExactIn => (at_least(swap.received, tolerance)?, swap.sent),
            SwapKind::ExactOut => (self.request.amount, at_most(swap.sent, tolerance)?),
        };
        let sent = amount::to_decimal(swap.sent, decimals_in);
        let received = amount::to_decimal(swap.received, decimals_out);
        let execution_price = match self.side_in {
            Side::Base => amount::ratio(received, sent),
            Side::Quote => amount::ratio(sent, received),
        };
        let reserves = shard.shard.state().reserves;
        let spot = self.context.params.curve.spot_price(reserves)?;
        Ok(Quote {
            kind: self.kind,
            pool: self.request.pool,
            shard: shard.address,
            shard_index: shard.shard.index,
            side_in: self.side_in,
            mint_in: self.request.mint_in,
            mint_out,
            decimals_in,
            decimals_out,
            sent: swap.sent,
            received: swap.received,
            minimum_received,
            maximum_sent,
            lp_fee: swap.swap.fee.get() - swap.swap.protocol_fee.get(),
            protocol_fee: swap.swap.protocol_fee.get(),
            transfer_fee_in: swap.sent - swap.vault_received.get(),
            transfer_fee_out: swap.vault_paid.get() - swap.received,
            spot_price: amount::price(spot, pool.base_decimals, pool.quote_decimals),
            execution_price: execution_price.unwrap_or_default(),
            price_impact_bps: self.price_impact(shard, swap)?,
            slot: shard.slot,
        })
    }

    /// The part by which the curve's output falls short of the spot price, rounded up.
    fn price_impact(&self, shard: &ShardEntry<'_>, swap: &WalletSwap) -> Result<u32, QuoteError> {
        const ONE: u128 = 1 << 64;
        const WHOLE: u128 = 10_000;
        let prices = self
            .context
            .params
            .curve
            .spot_prices(shard.shard.state().reserves)?;
        let price = match self.side_in {
            Side::Base => prices.base,
            Side::Quote => prices.quote,
        };
        let amount_in = u128::from(swap.vault_received.get());
        let ideal = mul_div_u128(amount_in, price.get(), ONE, Rounding::Down)?;
        let paid = u128::from(swap.swap.amount_out.get()) + u128::from(swap.swap.fee.get());
        let lost = ideal.saturating_sub(paid);
        if lost == 0 {
            return Ok(0);
        }
        let impact = mul_div_u128(lost, WHOLE, ideal, Rounding::Up)?;
        Ok(u32::try_from(impact).unwrap_or(u32::MAX))
    }
}

fn on_shard(
    pools: &Pools,
    request: &QuoteRequest,
    kind: SwapKind,
    index: u8,
) -> Result<Quote, QuoteError> {
    let order = Order::new(pools, request, kind)?;
    let shard = order.context.shard(index)?;
    let swap = order.on(&shard)?;
    order.quote(&shard, &swap)
}

/// A shard with the best outcome for the wallet, or about so good; without a seed the best, and of
/// equals the one with the lowest index.
fn best(pools: &Pools, request: &QuoteRequest, kind: SwapKind) -> Result<Quote, QuoteError> {
    let order = Order::new(pools, request, kind)?;
    let shards = order.context.shards()?;
    let mut refusals = Vec::new();
    let mut outcomes = Vec::with_capacity(shards.len());
    for shard in shards {
        match order.on(&shard) {
            Ok(swap) => outcomes.push((shard, swap)),
            Err(error) => refusals.push(error),
        }
    }
    let chosen = chosen(&outcomes, kind, &request.choice);
    match chosen {
        Some((shard, swap)) => {
            let quote = order.quote(shard, swap)?;
            tracing::debug!(
                shard = quote.shard_index,
                sent = quote.sent,
                received = quote.received,
                refused = refusals.len(),
                "quoted"
            );
            Ok(quote)
        }
        None => Err(why_none(refusals, request)),
    }
}

fn chosen<'o, 'a>(
    outcomes: &'o [(ShardEntry<'a>, WalletSwap)],
    kind: SwapKind,
    choice: &VenueChoice,
) -> Option<&'o (ShardEntry<'a>, WalletSwap)> {
    let outcome = |swap: &WalletSwap| match kind {
        SwapKind::ExactIn => swap.received,
        SwapKind::ExactOut => swap.sent,
    };
    let all = outcomes.iter().map(|(_, swap)| outcome(swap));
    let best = match kind {
        SwapKind::ExactIn => all.max(),
        SwapKind::ExactOut => all.min(),
    }?;
    let Some(seed) = choice.seed else {
        return outcomes.iter().find(|(_, swap)| outcome(swap) == best);
    };
    let near = outcomes
        .iter()
        .filter(|(_, swap)| choice.admits(kind, best, outcome(swap)));
    near.max_by_key(|(shard, _)| liking(&seed, &shard.address))
}

/// Of all shards' refusals the one that says most: an empty shard says nothing about the others.
fn why_none(refusals: Vec<QuoteError>, request: &QuoteRequest) -> QuoteError {
    let error = refusals
        .iter()
        .filter_map(QuoteError::amm_error)
        .find(|error| *error != AmmError::EmptyShard)
        .or_else(|| refusals.first().and_then(QuoteError::amm_error));
    match error {
        Some(error) => QuoteError::refused(error, None),
        None => QuoteError::NoShards { pool: request.pool },
    }
}

#[cfg(test)]
mod tests;
