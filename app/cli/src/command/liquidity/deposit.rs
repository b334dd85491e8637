//! A deposit: what is to happen, and what has happened.

use sealane_sdk::{
    Side, amount,
    pools::ShardEntry,
    quote::{AddLiquidityQuote, AddSingleSidedQuote},
};
use serde::Serialize;

use super::worth;
use crate::{
    failure::Result,
    output::{Facts, Report},
    session::Session,
    token::{Pair, Token, Units},
    transaction::Receipt,
};

/// What a deposit is expected to do. Amounts are base units.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum DepositQuote {
    Both(AddLiquidityQuote),
    One(AddSingleSidedQuote),
}

impl DepositQuote {
    fn shard_index(&self) -> u8 {
        match self {
            Self::Both(quote) => quote.shard_index,
            Self::One(quote) => quote.shard_index,
        }
    }

    fn shares(&self) -> (u64, u64) {
        match self {
            Self::Both(quote) => (quote.shares, quote.minimum_shares),
            Self::One(quote) => (quote.shares, quote.minimum_shares),
        }
    }
}

/// A deposit before it is sent.
pub(super) struct Deposit {
    quote: DepositQuote,
    pair: Pair,
    lp: Token,
    /// What a one-sided deposit loses to price impact and fees.
    lost: Option<String>,
    units: Units,
}

impl Deposit {
    pub(super) fn new(session: &Session, quote: DepositQuote) -> Result<Self> {
        let (pool, index) = match &quote {
            DepositQuote::Both(quote) => (quote.pool, quote.shard_index),
            DepositQuote::One(quote) => (quote.pool, quote.shard_index),
        };
        session.require_shard(&pool, index)?;
        let pair = session.pair(&pool)?;
        let entry = session.client.pools().shard(&pool, index);
        Ok(Self {
            lp: Token::liquidity(
                entry.map(|entry| entry.shard.lp_mint).unwrap_or_default(),
                &pair,
                index,
            ),
            lost: entry.and_then(|entry| lost(session, &entry, &pair, &quote)),
            quote,
            pair,
            units: session.units,
        })
    }

    /// What leaves the wallet.
    pub(super) fn sent(&self) -> Vec<(&Token, u64)> {
        match &self.quote {
            DepositQuote::Both(quote) => {
                vec![
                    (&self.pair.base, quote.base),
                    (&self.pair.quote, quote.quote),
                ]
            }
            DepositQuote::One(quote) => vec![(self.pair.on(quote.side), quote.amount)],
        }
    }

    /// What is to happen.
    pub(super) fn facts(&self) -> Facts {
        let (shares, minimum) = self.quote.shares();
        let mut facts = Facts::under(format!(
            "{} · deposit into shard {}",
            self.pair.name(),
            self.quote.shard_index()
        ));
        for (token, amount) in self.sent() {
            facts.add("Send", token.amount(self.units, amount));
        }
        if let DepositQuote::Both(quote) = &self.quote {
            let base = self.pair.base.amount(self.units, quote.maximum_base);
            let of_quote = self.pair.quote.amount(self.units, quote.maximum_quote);
            facts.add("At most", format!("{base} and {of_quote}"));
            if quote.first_deposit {
                facts.add(
                    "Price",
                    format!("{}: the first deposit sets it", self.first_price(quote)),
                );
            }
        }
        facts
            .add("Receive", self.lp.amount(self.units, shares))
            .add("At least", self.lp.amount(self.units, minimum))
            .add_some(
                "Price impact",
                self.lost
                    .as_ref()
                    .map(|lost| format!("{lost}, fees included")),
            );
        facts
    }

    fn first_price(&self, quote: &AddLiquidityQuote) -> String {
        let base = amount::to_decimal(quote.base, self.pair.base.decimals);
        let of_quote = amount::to_decimal(quote.quote, self.pair.quote.decimals);
        let price = amount::ratio(of_quote, base).unwrap_or_default();
        format!("{} {}", crate::view::price(price), self.pair.price_unit())
    }

    /// With what has happened.
    pub(super) fn done(self, transaction: Receipt) -> Deposited {
        Deposited {
            quote: self.quote,
            transaction,
            deposit: self,
        }
    }
}

/// By how much less the shares are worth than what is given for them.
fn lost(
    session: &Session,
    entry: &ShardEntry<'_>,
    pair: &Pair,
    quote: &DepositQuote,
) -> Option<String> {
    let DepositQuote::One(quote) = quote else {
        return None;
    };
    let pools = session.client.pools();
    let now = pools.clock()?.unix_timestamp;
    let curve = pools.pool(&quote.pool)?.pool.curve_at(now).ok()?;
    let got = worth::of_shares(entry.shard, &curve, pair, quote.shares, quote.side)?;
    let given = amount::to_decimal(quote.amount, pair.on(quote.side).decimals);
    worth::lost(given, got)
}

/// A deposit that was executed.
#[derive(Serialize)]
pub(super) struct Deposited {
    quote: DepositQuote,
    transaction: Receipt,
    #[serde(skip)]
    deposit: Deposit,
}

impl Report for Deposited {
    fn text(&self) -> String {
        let Deposit {
            pair, lp, units, ..
        } = &self.deposit;
        let mut facts = Facts::under("Deposited");
        self.transaction.add_moved(
            &mut facts,
            *units,
            &[pair.on(Side::Base), pair.on(Side::Quote), lp],
        );
        self.transaction.add_to(&mut facts, *units);
        facts.to_string()
    }
}
