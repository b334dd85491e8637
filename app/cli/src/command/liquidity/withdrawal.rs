//! A withdrawal: what is to happen, and what has happened.

use sealane_sdk::{
    amount,
    quote::{RemoveLiquidityQuote, RemoveSingleSidedQuote},
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::worth;
use crate::{
    failure::Result,
    output::{Facts, Report},
    session::Session,
    token::{Pair, Token, Units},
    transaction::Receipt,
    view::text,
};

/// What a withdrawal is expected to do. Amounts are base units.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum WithdrawalQuote {
    Both(RemoveLiquidityQuote),
    One(RemoveSingleSidedQuote),
}

impl WithdrawalQuote {
    pub(super) fn shard_index(&self) -> u8 {
        match self {
            Self::Both(quote) => quote.shard_index,
            Self::One(quote) => quote.shard_index,
        }
    }
}

/// What is the same for all parts of a withdrawal.
pub(super) struct Withdrawal {
    pool: Pubkey,
    pair: Pair,
    units: Units,
    /// The liquidity tokens, by shard.
    lp: Vec<Token>,
}

impl Withdrawal {
    pub(super) fn new(session: &Session, pool: &Pubkey) -> Result<Self> {
        let pair = session.pair(pool)?;
        let shards = session.client.pools().shards(pool);
        let lp = shards
            .map(|entry| Token::liquidity(entry.shard.lp_mint, &pair, entry.shard.index))
            .collect();
        Ok(Self {
            pool: *pool,
            units: session.units,
            lp,
            pair,
        })
    }

    /// What is to happen in one shard.
    pub(super) fn facts(&self, session: &Session, quote: &WithdrawalQuote) -> Facts {
        let Self { pair, units, .. } = self;
        let index = quote.shard_index();
        let mut facts = Facts::under(format!("{} · withdraw from shard {index}", pair.name()));
        let shares = |shares| format!("{} shares", units.shares(shares));
        match quote {
            WithdrawalQuote::Both(quote) => facts
                .add("Give back", shares(quote.shares))
                .add("Receive", pair.base.amount(*units, quote.base))
                .add("At least", pair.base.amount(*units, quote.minimum_base))
                .add("Receive", pair.quote.amount(*units, quote.quote))
                .add("At least", pair.quote.amount(*units, quote.minimum_quote)),
            WithdrawalQuote::One(quote) => facts
                .add("Give back", shares(quote.shares))
                .add(
                    "Receive",
                    pair.on(quote.side).amount(*units, quote.received),
                )
                .add(
                    "At least",
                    pair.on(quote.side).amount(*units, quote.minimum_received),
                )
                .add_some(
                    "Price impact",
                    lost(session, pair, quote).map(|lost| format!("{lost}, fees included")),
                ),
        };
        facts
    }
}

/// By how much less is received than the shares are worth.
fn lost(session: &Session, pair: &Pair, quote: &RemoveSingleSidedQuote) -> Option<String> {
    let pools = session.client.pools();
    let now = pools.clock()?.unix_timestamp;
    let curve = pools.pool(&quote.pool)?.pool.curve_at(now).ok()?;
    let shard = pools.shard(&quote.pool, quote.shard_index)?.shard;
    let given = worth::of_shares(shard, &curve, pair, quote.shares, quote.side)?;
    let got = amount::to_decimal(quote.received, pair.on(quote.side).decimals);
    worth::lost(given, got)
}

/// What was withdrawn, shard by shard.
#[derive(Serialize)]
pub(super) struct Removed {
    #[serde(serialize_with = "text")]
    pool: Pubkey,
    shards: Vec<RemovedPart>,
    #[serde(skip)]
    withdrawal: Withdrawal,
}

#[derive(Serialize)]
pub(super) struct RemovedPart {
    pub(super) quote: WithdrawalQuote,
    pub(super) transaction: Receipt,
}

impl RemovedPart {
    pub(super) fn shard_index(&self) -> u8 {
        self.quote.shard_index()
    }
}

impl Removed {
    pub(super) fn new(withdrawal: Withdrawal, shards: Vec<RemovedPart>) -> Self {
        Self {
            pool: withdrawal.pool,
            shards,
            withdrawal,
        }
    }
}

impl Report for Removed {
    fn text(&self) -> String {
        let Withdrawal {
            pair, units, lp, ..
        } = &self.withdrawal;
        let tokens: Vec<&Token> = lp.iter().chain([&pair.base, &pair.quote]).collect();
        let parts = self.shards.iter().map(|part| {
            let index = part.shard_index();
            let mut facts = Facts::under(format!("Withdrawn from shard {index}"));
            part.transaction.add_moved(&mut facts, *units, &tokens);
            part.transaction.add_to(&mut facts, *units);
            facts.to_string()
        });
        parts.collect::<Vec<_>>().join("\n\n")
    }
}
