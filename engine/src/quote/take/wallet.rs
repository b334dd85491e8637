//! A wallet takes: paid by token transfers, in one instruction.

use sealane_core::{
    book::{BookSide, Lots, SelfTrade, TakeOrder, Ticks},
    pool::TransferFees,
};
use sealane_orderbook::{
    errors::OrderbookError,
    state::{VaultShard, pause},
};
use solana_pubkey::Pubkey;

use super::{Named, TakeOutcome, Terms};
use crate::{
    book::TakeLimits,
    markets::{MarketError, Markets},
    quote::{QuoteError, bounds},
};

/// What a wallet wants to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SwapTakeRequest {
    /// In which market.
    pub market: Pubkey,
    /// The wallet.
    pub trader: Pubkey,
    /// A bid buys base with quote, an ask sells base for quote.
    pub side: BookSide,
    /// The worst price, fees aside.
    pub limit: Ticks,
    /// At most so much; `None`: as much as `maximum_sent` pays for.
    pub lots: Option<Lots>,
    /// At most so much may leave the wallet, all fees included.
    pub maximum_sent: Option<u64>,
    /// By how much the outcome may be worse than the quote, in basis points of it: 50 is 0.5%.
    pub slippage_tolerance_bps: u16,
    /// Whether to fail unless all lots are traded.
    pub whole: bool,
    /// About orders of the wallet's own. Lanes chosen here have none.
    pub self_trade: SelfTrade,
    /// A lane that gets the referrer's part of the fee.
    pub referrer: Option<Pubkey>,
}

/// What a take by a wallet comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapTakeQuote {
    /// What was asked for.
    pub request: SwapTakeRequest,
    /// The vault shard that is paid and that pays.
    pub vault_shard: Pubkey,
    /// What comes out.
    pub outcome: TakeOutcome,
    /// What leaves the wallet, its transfer fee included.
    pub sent: u64,
    /// What arrives in the wallet, its transfer fee deducted.
    pub received: u64,
    /// The most that may leave.
    pub maximum_sent: u64,
    /// The least that must arrive.
    pub minimum_received: u64,
    /// The referrer's part of the fee.
    pub referrer_fee: u64,
}

/// Quotes a take with the lanes that serve it best, over a vault shard that can pay.
///
/// # Errors
/// [`MarketError`]: the cache lacks an account, no lane has an order within the limit, or the
/// program would refuse.
#[tracing::instrument(level = "debug", skip_all, fields(market = %request.market))]
pub fn quote_swap_take(
    markets: &Markets,
    request: &SwapTakeRequest,
    limits: &TakeLimits,
) -> Result<SwapTakeQuote, MarketError> {
    let limits = &limits.for_wallet();
    let swap = Swap::new(markets, request)?;
    let mut order = swap.order(request.maximum_sent.unwrap_or(u64::MAX))?;
    // The referrer's lane cannot be a maker's at the same time.
    let chosen = swap.terms.choose(&order, request.referrer, limits)?;
    order.max_orders = chosen.max_orders;
    let mut quote = swap.quote(&order, (&chosen).into(), limits)?;
    quote.outcome.is_proven_best = Some(chosen.is_proven);
    Ok(quote)
}

/// Quotes a take from these lanes, named in this order.
///
/// # Errors
/// As [`quote_swap_take`].
pub fn quote_swap_take_from(
    markets: &Markets,
    request: &SwapTakeRequest,
    lanes: &[Pubkey],
) -> Result<SwapTakeQuote, MarketError> {
    let swap = Swap::new(markets, request)?;
    let order = swap.order(request.maximum_sent.unwrap_or(u64::MAX))?;
    let limits = TakeLimits::default().for_wallet();
    swap.quote(&order, Named::as_they_are(lanes), &limits)
}

/// A request whose market and transfer fees are known.
struct Swap<'a> {
    terms: Terms<'a>,
    request: &'a SwapTakeRequest,
    fees: TransferFees,
}

impl<'a> Swap<'a> {
    fn new(markets: &'a Markets, request: &'a SwapTakeRequest) -> Result<Self, MarketError> {
        let terms = Terms::new(markets, &request.market, &request.trader, pause::TAKE)?;
        let config = markets.known(&request.market)?.market;
        let base = markets.transfer_fee(&config.base_mint, &config.base_token_program)?;
        let quote = markets.transfer_fee(&config.quote_mint, &config.quote_token_program)?;
        let (on_in, on_out) = match request.side {
            BookSide::Bid => (quote, base),
            BookSide::Ask => (base, quote),
        };
        if let Some(referrer) = &request.referrer {
            let lane = markets.known_lane(referrer)?.lane;
            if lane.market() != request.market {
                return Err(OrderbookError::WrongMarket.into());
            }
            if lane.owner() == request.trader {
                return Err(OrderbookError::WrongReferrer.into());
            }
        }
        Ok(Self {
            terms,
            request,
            fees: TransferFees { on_in, on_out },
        })
    }

    /// The take that so much, sent, pays for: as the program derives it.
    fn order(&self, maximum_sent: u64) -> Result<TakeOrder, MarketError> {
        let arrives = self.fees.on_in.after_fee(maximum_sent);
        let wanted = self.request.lots.unwrap_or(Lots(u64::MAX));
        let (lots, max_quote) = match self.request.side {
            BookSide::Bid => (wanted, arrives),
            BookSide::Ask => {
                let payable = arrives / self.terms.sizes.base_lot.max(1);
                (wanted.min(Lots(payable)), u64::MAX)
            }
        };
        Ok(TakeOrder {
            side: self.request.side,
            limit: self.request.limit,
            lots,
            max_quote,
            max_orders: u16::MAX,
            self_trade: self.request.self_trade,
        })
    }

    fn quote(
        &self,
        order: &TakeOrder,
        named: Named<'_>,
        limits: &TakeLimits,
    ) -> Result<SwapTakeQuote, MarketError> {
        let first = self.terms.outcome(order, named, limits)?;
        let (sent, received) = self.amounts(&first)?;
        let tolerance = self.request.slippage_tolerance_bps;
        let slippage = |error| match error {
            QuoteError::InvalidSlippage { bps } => MarketError::InvalidSlippage { bps },
            _ => MarketError::Refused(OrderbookError::Overflow),
        };
        let tolerated = bounds::at_most(sent, tolerance).map_err(slippage)?;
        let maximum_sent = self.request.maximum_sent.unwrap_or(u64::MAX).min(tolerated);
        let minimum_received = bounds::at_least(received, tolerance).map_err(slippage)?;
        // With the bound that the instruction will carry, which is the program's budget.
        let order = TakeOrder {
            max_orders: order.max_orders,
            ..self.order(maximum_sent)?
        };
        let outcome = self.terms.outcome(&order, named, limits)?;
        let (sent, received) = self.amounts(&outcome)?;
        let referrer_fee = match self.request.referrer {
            Some(_) => self
                .terms
                .fees
                .referrer_part(outcome.fee, outcome.rebates)?,
            None => 0,
        };
        let paid = self.paid(&outcome)?;
        Ok(SwapTakeQuote {
            request: *self.request,
            vault_shard: self.vault_shard(paid)?,
            outcome,
            sent,
            received,
            maximum_sent,
            minimum_received,
            referrer_fee,
        })
    }

    /// What the wallet sends and receives.
    fn amounts(&self, outcome: &TakeOutcome) -> Result<(u64, u64), MarketError> {
        if outcome.lots == Lots::ZERO {
            return Err(OrderbookError::NothingFilled.into());
        }
        if self.request.whole && Some(outcome.lots) != self.request.lots {
            return Err(OrderbookError::NotFilled.into());
        }
        let arrives = match self.request.side {
            BookSide::Bid => outcome.value.checked_add(outcome.fee),
            BookSide::Ask => Some(outcome.base),
        };
        let arrives = arrives.ok_or(OrderbookError::Overflow)?;
        let sent = self.fees.on_in.pre_fee_amount(arrives);
        let sent = sent.map_err(|_| OrderbookError::TransferFeeTooHigh)?;
        Ok((sent, self.fees.on_out.after_fee(self.paid(outcome)?)))
    }

    /// What leaves the vault.
    fn paid(&self, outcome: &TakeOutcome) -> Result<u64, MarketError> {
        let paid = match self.request.side {
            BookSide::Bid => Some(outcome.base),
            BookSide::Ask => outcome.value.checked_sub(outcome.fee),
        };
        Ok(paid.ok_or(OrderbookError::Overflow)?)
    }

    /// A vault shard that can pay so much: of several one that the trader's address picks, so that
    /// traders spread over them.
    fn vault_shard(&self, paid: u64) -> Result<Pubkey, MarketError> {
        let market = &self.request.market;
        let mut able = Vec::new();
        let mut most = 0;
        for entry in self.terms.markets.vault_shards(market) {
            let VaultShard {
                base_vault,
                quote_vault,
                ..
            } = entry.vault_shard;
            let (held, vault) = match self.request.side {
                BookSide::Bid => (entry.base, base_vault),
                BookSide::Ask => (entry.quote, quote_vault),
            };
            let held = held.ok_or(MarketError::MissingAccount {
                address: *vault,
                what: "a vault",
            })?;
            most = most.max(held);
            if held >= paid {
                able.push(entry.address);
            }
        }
        match (able.len(), self.terms.markets.vault_shards(market).next()) {
            (_, None) => Err(MarketError::NoVaultShards { market: *market }),
            (0, _) => Err(OrderbookError::InsufficientVault.into()),
            (count, _) => Ok(able[spread(&self.request.trader, count)]),
        }
    }
}

/// A number below `count` that an address picks.
pub fn spread(address: &Pubkey, count: usize) -> usize {
    let sum: usize = address
        .to_bytes()
        .iter()
        .map(|byte| usize::from(*byte))
        .sum();
    sum % count.max(1)
}
