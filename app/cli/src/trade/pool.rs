//! A trade with one shard of a pool.

use sealane_sdk::{
    Side, amount,
    quote::{
        Quote, QuoteError, QuoteRequest, SwapKind, VenueChoice, quote_exact_in,
        quote_exact_in_on_shard, quote_exact_out, quote_exact_out_on_shard,
    },
};
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

use super::{TradeArguments, add_amounts};
use crate::{
    failure::Result,
    output::Facts,
    session::Session,
    token::{Pair, Token, Units},
    view,
};

/// A quote with the names that go with it.
#[derive(Clone, Debug)]
pub(crate) struct PoolOffer {
    pub(super) quote: Quote,
    pair: Pair,
    shard_count: u8,
    slippage_bps: u16,
    units: Units,
}

impl PoolOffer {
    /// What a pool offers.
    pub(super) fn of(
        arguments: &TradeArguments,
        session: &Session,
        pool: &Pubkey,
        mint_in: &Pubkey,
    ) -> Result<Self> {
        let pair = session.pair(pool)?;
        let Some(side_in) = pair.side_of(mint_in) else {
            return Err(QuoteError::WrongMint {
                pool: *pool,
                mint: *mint_in,
                traded: Box::new([pair.base.mint, pair.quote.mint]),
            }
            .into());
        };
        let given = pair.on(if arguments.exact_out {
            side_in.opposite()
        } else {
            side_in
        });
        // A quote needs no wallet; with one, it is for the wallet's own shard among the best.
        let trader = session.wallet().ok().map(|wallet| wallet.pubkey());
        let request = QuoteRequest {
            pool: *pool,
            mint_in: *mint_in,
            amount: given.parse(session.units, &arguments.amount)?,
            slippage_tolerance_bps: arguments.slippage_bps,
            choice: VenueChoice {
                seed: trader,
                ..VenueChoice::default()
            },
        };
        let pools = session.client.pools();
        let quote = match (arguments.exact_out, arguments.shard) {
            (false, None) => quote_exact_in(pools, &request),
            (true, None) => quote_exact_out(pools, &request),
            (false, Some(shard)) => quote_exact_in_on_shard(pools, &request, shard),
            (true, Some(shard)) => quote_exact_out_on_shard(pools, &request, shard),
        }?;
        Ok(Self {
            quote,
            pair,
            shard_count: session.pool(pool)?.pool.shard_count,
            slippage_bps: arguments.slippage_bps,
            units: session.units,
        })
    }

    pub(super) fn is_better_than(&self, other: &Self) -> bool {
        match self.quote.kind {
            SwapKind::ExactIn => self.quote.received > other.quote.received,
            SwapKind::ExactOut => self.quote.sent < other.quote.sent,
        }
    }

    fn side_in(&self) -> Side {
        self.quote.side_in
    }

    /// The token sent.
    pub(super) fn token_in(&self) -> &Token {
        self.pair.on(self.side_in())
    }

    /// The token received.
    pub(super) fn token_out(&self) -> &Token {
        self.pair.on(self.side_in().opposite())
    }

    /// An amount of the token sent.
    fn amount_in(&self, amount: u64) -> String {
        self.pair.on(self.side_in()).amount(self.units, amount)
    }

    /// An amount of the token received.
    fn amount_out(&self, amount: u64) -> String {
        self.pair
            .on(self.side_in().opposite())
            .amount(self.units, amount)
    }

    /// What would happen.
    pub(super) fn facts(&self) -> Facts {
        let quote = &self.quote;
        let mut facts = Facts::under(format!(
            "{} · shard {} of {}",
            self.pair.name(),
            quote.shard_index,
            self.shard_count
        ));
        add_amounts(
            &mut facts,
            quote.kind,
            self.slippage_bps,
            [
                self.amount_in(quote.sent),
                self.amount_in(quote.maximum_sent),
            ],
            [
                self.amount_out(quote.received),
                self.amount_out(quote.minimum_received),
            ],
        );
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
