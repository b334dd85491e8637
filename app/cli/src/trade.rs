//! What `quote` and `swap` share: which pool, which amount, and the quote itself.

use clap::Args;
use sealane_sdk::{
    Side, amount,
    client::ClientError,
    quote::{
        Quote, QuoteError, QuoteRequest, SwapKind, quote_exact_in, quote_exact_in_on_shard,
        quote_exact_out, quote_exact_out_on_shard,
    },
};
use solana_pubkey::Pubkey;

use crate::{
    book::Kind,
    failure::{Failure, Result},
    output::Facts,
    session::Session,
    token::{Pair, Units},
    view,
};

/// From this price impact on, it is said aloud.
const HIGH_IMPACT_BPS: u32 = 500;

/// What to trade.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(crate) struct TradeArguments {
    /// How much to send; with --exact-out, how much to receive
    #[arg(value_name = "AMOUNT")]
    pub(crate) amount: String,

    /// The token to send
    #[arg(value_name = "TOKEN-IN")]
    pub(crate) mint_in: String,

    /// The token to receive, for the best of the pair's pools; or one pool
    #[arg(value_name = "TOKEN-OUT|POOL")]
    pub(crate) target: String,

    /// AMOUNT is what to receive
    #[arg(long)]
    pub(crate) exact_out: bool,

    /// The shard to trade with [default: the best one]
    #[arg(long, value_name = "INDEX")]
    pub(crate) shard: Option<u8>,

    /// How much worse than quoted the outcome may be, in hundredths of a percent: 50 is 0.5%
    #[arg(long, value_name = "BPS", default_value_t = 50,
          value_parser = clap::value_parser!(u16).range(0..=10_000))]
    pub(crate) slippage_bps: u16,
}

/// A quote with the names that go with it.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) quote: Quote,
    pub(crate) pair: Pair,
    shard_count: u8,
    slippage_bps: u16,
    units: Units,
}

impl TradeArguments {
    /// The best quote there is.
    pub(crate) async fn offer(&self, session: &mut Session) -> Result<Offer> {
        let mint_in = session.book.address(Kind::Token, &self.mint_in)?;
        let pools = self.pools(session, &mint_in).await?;
        let mut refusals = Vec::new();
        let mut offers = Vec::new();
        for pool in &pools {
            match self.offer_in(session, pool, &mint_in) {
                Ok(offer) => offers.push(offer),
                Err(failure) => refusals.push(failure),
            }
        }
        let best = offers.into_iter().reduce(|best, other| {
            if other.is_better_than(&best) {
                other
            } else {
                best
            }
        });
        match (best, refusals.into_iter().next()) {
            (Some(best), _) => Ok(best),
            (None, Some(refusal)) => Err(refusal),
            (None, None) => Err(Failure::new(
                "NoPool",
                format!("there is no pool of {} and {}", self.mint_in, self.target),
            )
            .hint(
                "`sealane pool list` shows the pools there are; `sealane pool create` makes one",
            )),
        }
    }

    /// The pools to ask: the one named, or all of the pair.
    async fn pools(&self, session: &mut Session, mint_in: &Pubkey) -> Result<Vec<Pubkey>> {
        let target = &self.target;
        if let Some(mint_out) = session.book.named(Kind::Token, target) {
            return Ok(session.client.find_pools(mint_in, &mint_out).await?);
        }
        let address = match session.book.named(Kind::Pool, target) {
            Some(address) => address,
            None => session.book.parse(&[Kind::Token, Kind::Pool], target)?,
        };
        match session.client.fetch_pool(&address).await {
            Ok(()) => Ok(vec![address]),
            // Not a pool, so it has to be a token.
            Err(ClientError::Decode { .. }) => {
                session.client.mint(&address).await?;
                Ok(session.client.find_pools(mint_in, &address).await?)
            }
            Err(ClientError::NotFound { .. }) => Err(Failure::new(
                "NotFound",
                format!("there is no account at {address}, where a token or a pool should be"),
            )
            .hint("check the address, and with --url that this is the right chain")),
            Err(error) => Err(error.into()),
        }
    }

    fn offer_in(&self, session: &Session, pool: &Pubkey, mint_in: &Pubkey) -> Result<Offer> {
        let pair = session.pair(pool)?;
        let Some(side_in) = pair.side_of(mint_in) else {
            return Err(QuoteError::WrongMint {
                pool: *pool,
                mint: *mint_in,
                traded: Box::new([pair.base.mint, pair.quote.mint]),
            }
            .into());
        };
        let given = pair.on(if self.exact_out {
            side_in.opposite()
        } else {
            side_in
        });
        let request = QuoteRequest {
            pool: *pool,
            mint_in: *mint_in,
            amount: given.parse(session.units, &self.amount)?,
            slippage_tolerance_bps: self.slippage_bps,
        };
        let pools = session.client.pools();
        let quote = match (self.exact_out, self.shard) {
            (false, None) => quote_exact_in(pools, &request),
            (true, None) => quote_exact_out(pools, &request),
            (false, Some(shard)) => quote_exact_in_on_shard(pools, &request, shard),
            (true, Some(shard)) => quote_exact_out_on_shard(pools, &request, shard),
        }?;
        Ok(Offer {
            quote,
            pair,
            shard_count: session.pool(pool)?.pool.shard_count,
            slippage_bps: self.slippage_bps,
            units: session.units,
        })
    }
}

impl Offer {
    fn is_better_than(&self, other: &Self) -> bool {
        match self.quote.kind {
            SwapKind::ExactIn => self.quote.received > other.quote.received,
            SwapKind::ExactOut => self.quote.sent < other.quote.sent,
        }
    }

    fn side_in(&self) -> Side {
        self.quote.side_in
    }

    /// An amount of the token sent.
    pub(crate) fn amount_in(&self, amount: u64) -> String {
        self.pair.on(self.side_in()).amount(self.units, amount)
    }

    /// An amount of the token received.
    pub(crate) fn amount_out(&self, amount: u64) -> String {
        self.pair
            .on(self.side_in().opposite())
            .amount(self.units, amount)
    }

    /// What to warn of, if anything.
    pub(crate) fn warning(&self) -> Option<String> {
        let impact = self.quote.price_impact_bps;
        (impact >= HIGH_IMPACT_BPS).then(|| {
            format!(
                "this trade moves the price against you by {}: consider a smaller one",
                amount::percent(impact)
            )
        })
    }

    /// What would happen.
    pub(crate) fn facts(&self) -> Facts {
        let quote = &self.quote;
        let mut facts = Facts::under(format!(
            "{} · shard {} of {}",
            self.pair.name(),
            quote.shard_index,
            self.shard_count
        ));
        let slippage = amount::percent(self.slippage_bps.into());
        match quote.kind {
            SwapKind::ExactIn => facts
                .add("Send", self.amount_in(quote.sent))
                .add("Receive", self.amount_out(quote.received))
                .add(
                    "At least",
                    format!(
                        "{} (slippage {slippage})",
                        self.amount_out(quote.minimum_received)
                    ),
                ),
            SwapKind::ExactOut => facts
                .add("Send", self.amount_in(quote.sent))
                .add(
                    "At most",
                    format!(
                        "{} (slippage {slippage})",
                        self.amount_in(quote.maximum_sent)
                    ),
                )
                .add("Receive", self.amount_out(quote.received)),
        };
        facts
            .add(
                "Price",
                format!(
                    "{} {}, {} before the trade",
                    view::price(quote.execution_price),
                    self.pair.price_unit(),
                    view::price(quote.spot_price)
                ),
            )
            .add("Price impact", amount::percent(quote.price_impact_bps))
            .add(
                "Fee",
                format!(
                    "{}, of which {} for the pool's authority",
                    self.amount_out(quote.lp_fee.saturating_add(quote.protocol_fee)),
                    self.units.format(quote.protocol_fee, quote.decimals_out)
                ),
            );
        self.add_transfer_fees(&mut facts);
        facts.add("Pool", quote.pool.to_string());
        facts
    }

    fn add_transfer_fees(&self, facts: &mut Facts) {
        let (fee_in, fee_out) = (self.quote.transfer_fee_in, self.quote.transfer_fee_out);
        let fees: Vec<String> = [
            (fee_in, self.amount_in(fee_in)),
            (fee_out, self.amount_out(fee_out)),
        ]
        .into_iter()
        .filter(|(fee, _)| *fee > 0)
        .map(|(_, text)| text)
        .collect();
        if !fees.is_empty() {
            facts.add("Transfer fee", fees.join(" and "));
        }
    }
}
