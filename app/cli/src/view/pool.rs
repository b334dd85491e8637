//! A pool with its shards.

use rust_decimal::Decimal;
use sealane_sdk::{
    amm::state::{CURVE_STABLE_SWAP, Pool, pause},
    engine_core::curve::AMPLIFICATION_PRECISION,
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{FeeView, price, shard::ShardView, some_text, text};
use crate::{
    book::short,
    duration,
    failure::Result,
    output::{Facts, Grid, Report},
    session::Session,
    token::{Pair, Token, Units},
};

/// Decimal places of values that people read.
const VALUE_PLACES: u32 = 2;

/// The pause bits and their names.
pub(crate) const PAUSES: [(u8, &str); 4] = [
    (pause::SWAP, "swap"),
    (pause::ADD_LIQUIDITY, "add-liquidity"),
    (pause::REMOVE_SINGLE_SIDED, "remove-single-sided"),
    (pause::REBALANCE, "rebalance"),
];

/// The names of the actions that are paused.
pub(crate) fn paused_names(bits: u8) -> Vec<&'static str> {
    let set = PAUSES.iter().filter(|(bit, _)| bits & bit != 0);
    set.map(|(_, name)| *name).collect()
}

/// How a stable swap pool is amplified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct AmplificationView {
    /// A as it is now, times [`AMPLIFICATION_PRECISION`].
    #[serde(rename = "now_times_100")]
    now: u64,
    /// Where it goes, likewise.
    #[serde(rename = "target_times_100")]
    target: u64,
    /// When it gets there, Unix seconds.
    ramp_end: i64,
    #[serde(skip)]
    seconds_left: u64,
}

impl AmplificationView {
    fn of(pool: &Pool, now: i64) -> Option<Self> {
        (pool.curve == CURVE_STABLE_SWAP).then(|| Self {
            now: pool.ramp().at(now),
            target: pool.amplification_target.into(),
            ramp_end: pool.ramp_end,
            seconds_left: u64::try_from(pool.ramp_end.saturating_sub(now)).unwrap_or(0),
        })
    }

    fn sentence(&self) -> String {
        let whole = |stored| {
            let places = AMPLIFICATION_PRECISION.ilog10();
            Decimal::from_i128_with_scale(i128::from(stored), places).normalize()
        };
        let now = whole(self.now);
        if self.now == self.target || self.seconds_left == 0 {
            return format!("stable swap, A = {now}");
        }
        format!(
            "stable swap, A = {now}, on its way to {} in {}",
            whole(self.target),
            duration::format(self.seconds_left)
        )
    }
}

/// A pool with its shards.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PoolView {
    #[serde(serialize_with = "text")]
    pub(crate) address: Pubkey,
    pub(crate) name: String,
    pub(crate) id: u16,
    pub(crate) base: Token,
    pub(crate) quote: Token,
    pub(crate) curve: &'static str,
    amplification: Option<AmplificationView>,
    pub(crate) fees: FeeView,
    #[serde(serialize_with = "text")]
    pub(crate) authority: Pubkey,
    #[serde(serialize_with = "some_text")]
    pub(crate) pending_authority: Option<Pubkey>,
    pub(crate) paused: Vec<&'static str>,
    #[serde(rename = "tvl_quote", serialize_with = "text")]
    pub(crate) tvl: Decimal,
    pub(crate) shards: Vec<ShardView>,
    #[serde(skip)]
    units: Units,
}

impl PoolView {
    /// A pool of the session's cache.
    pub(crate) fn of(session: &Session, address: &Pubkey) -> Result<Self> {
        let pools = session.client.pools();
        let pool = session.pool(address)?.pool;
        let pair = Pair::of(pool, &session.book);
        let now = pools.clock().map_or(0, |clock| clock.unix_timestamp);
        let curve = pool.curve_at(now).ok();
        let shards: Vec<ShardView> = pools
            .shards(address)
            .map(|entry| ShardView::of(&entry, &pair, curve.as_ref()))
            .collect();
        let pending = pool.pending_authority;
        Ok(Self {
            address: *address,
            name: pair.name(),
            id: pool.id,
            curve: match pool.curve {
                CURVE_STABLE_SWAP => "stable_swap",
                _ => "constant_product",
            },
            amplification: AmplificationView::of(pool, now),
            fees: FeeView::of(pool),
            authority: pool.authority,
            pending_authority: (pending != Pubkey::default()).then_some(pending),
            paused: paused_names(pool.paused),
            tvl: shards.iter().map(|shard| shard.tvl).sum(),
            shards,
            base: pair.base,
            quote: pair.quote,
            units: session.units,
        })
    }

    /// The curve, in words.
    pub(crate) fn curve_sentence(&self) -> String {
        self.amplification
            .map_or_else(|| "constant product".to_owned(), |stable| stable.sentence())
    }

    /// What it holds, in whole quote tokens.
    pub(crate) fn tvl_text(&self) -> String {
        value(self.tvl)
    }

    fn facts(&self) -> Facts {
        let mut facts = Facts::under(&self.name);
        facts
            .add("Pool", self.address.to_string())
            .add("Base", token(&self.base))
            .add("Quote", token(&self.quote))
            .add("Curve", self.curve_sentence())
            .add("Fees", self.fees.sentence())
            .add("Authority", self.authority.to_string())
            .add_some(
                "Proposed",
                self.pending_authority.map(|address| address.to_string()),
            )
            .add(
                "Paused",
                if self.paused.is_empty() {
                    "nothing".to_owned()
                } else {
                    self.paused.join(", ")
                },
            )
            .add(
                "Holds",
                format!("{} {}", self.tvl_text(), self.quote.symbol),
            );
        facts
    }

    fn grid(&self) -> Grid {
        let (base, quote) = (&self.base.symbol, &self.quote.symbol);
        let (base_fees, quote_fees) = (format!("#fees {base}"), format!("#fees {quote}"));
        let mut grid = Grid::new(&[
            "#shard",
            &format!("#{base}"),
            &format!("#{quote}"),
            "#price",
            &format!("#value in {quote}"),
            "#LP supply",
            &base_fees,
            &quote_fees,
        ]);
        let base = |units| self.units.format(units, self.base.decimals);
        let quote = |units| self.units.format(units, self.quote.decimals);
        for shard in &self.shards {
            grid.row([
                shard.index.to_string(),
                base(shard.base_reserve),
                quote(shard.quote_reserve),
                shard.price.map_or_else(|| "–".to_owned(), price),
                value(shard.tvl),
                self.units.shares(shard.shares),
                base(shard.base_protocol_fees),
                quote(shard.quote_protocol_fees),
            ]);
        }
        if self.shards.len() > 1 {
            let sum = |part: fn(&ShardView) -> u64| {
                let parts = self.shards.iter().map(part);
                parts.fold(0, u64::saturating_add)
            };
            grid.total([
                "all".to_owned(),
                base(sum(|shard| shard.base_reserve)),
                quote(sum(|shard| shard.quote_reserve)),
                String::new(),
                self.tvl_text(),
                String::new(),
                base(sum(|shard| shard.base_protocol_fees)),
                quote(sum(|shard| shard.quote_protocol_fees)),
            ]);
        }
        grid
    }
}

impl Report for PoolView {
    fn text(&self) -> String {
        if self.shards.is_empty() {
            return format!("{}\n\nThere are no shards yet.", self.facts());
        }
        format!("{}\n\n{}", self.facts(), self.grid())
    }
}

fn value(value: Decimal) -> String {
    format!("{:.*}", VALUE_PLACES as usize, value)
}

/// A token's name with its address, unless the name is made of the address.
fn token(token: &Token) -> String {
    if token.symbol == short(&token.mint) {
        token.mint.to_string()
    } else {
        format!("{} {}", token.symbol, token.mint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pause_bit_has_a_name() {
        let all = PAUSES.iter().fold(0, |bits, (bit, _)| bits | bit);
        assert_eq!(all, pause::ALL);
        assert_eq!(
            paused_names(pause::SWAP | pause::REBALANCE),
            ["swap", "rebalance"]
        );
        assert!(paused_names(0).is_empty());
    }

    #[test]
    fn amplification_reads_well() {
        let still = AmplificationView {
            now: 10_000,
            target: 10_000,
            ramp_end: 0,
            seconds_left: 0,
        };
        assert_eq!(still.sentence(), "stable swap, A = 100");
        let moving = AmplificationView {
            now: 10_050,
            target: 20_000,
            ramp_end: 90_000,
            seconds_left: 90_000,
        };
        assert_eq!(
            moving.sentence(),
            "stable swap, A = 100.5, on its way to 200 in 1d1h"
        );
    }
}
