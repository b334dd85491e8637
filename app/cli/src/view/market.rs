//! A market.

use rust_decimal::Decimal;
use sealane_sdk::{
    book::OrderBook,
    engine_core::book::{BookSide, Ticks},
    orderbook::state::{FeeParams, Market, pause},
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{counted, pips, price, some_text, text};
use crate::{
    output::{Facts, Grid, Report},
    session::Session,
    token::Token,
    venue::Venue,
};

/// The pause bits and their names.
pub(crate) const MARKET_PAUSES: [(u8, &str); 4] = [
    (pause::PLACE, "place"),
    (pause::TAKE, "take"),
    (pause::DEPOSIT, "deposit"),
    (pause::CROSS, "cross"),
];

/// The names of the actions that are paused.
pub(crate) fn market_paused_names(bits: u8) -> Vec<&'static str> {
    let set = MARKET_PAUSES.iter().filter(|(bit, _)| bits & bit != 0);
    set.map(|(_, name)| *name).collect()
}

/// A market's fees, in millionths of the value traded; the referrer's share in hundredths of a
/// percent of the taker's fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct MarketFees {
    taker_pips: u32,
    /// Negative: a rebate.
    maker_pips: i32,
    referrer_share_bps: u16,
    cross_reward_pips: u32,
}

impl MarketFees {
    pub(crate) fn of(market: &Market) -> Self {
        Self {
            taker_pips: market.taker_fee_pips,
            maker_pips: market.maker_fee_pips,
            referrer_share_bps: market.referrer_share_bps,
            cross_reward_pips: market.cross_reward_pips,
        }
    }

    pub(crate) fn params(self) -> FeeParams {
        FeeParams {
            taker_pips: self.taker_pips,
            maker_pips: self.maker_pips,
            referrer_share_bps: self.referrer_share_bps,
            cross_reward_pips: self.cross_reward_pips,
        }
    }

    /// For a table: taker, then maker.
    pub(crate) fn short(self) -> String {
        let sign = if self.maker_pips < 0 { "-" } else { "" };
        let maker = pips(self.maker_pips.unsigned_abs());
        format!("{} / {sign}{maker}", pips(self.taker_pips))
    }

    /// In words.
    pub(crate) fn sentence(self) -> String {
        let maker = pips(self.maker_pips.unsigned_abs());
        let maker = match self.maker_pips {
            0 => "makers pay nothing".to_owned(),
            1.. => format!("makers pay {maker}"),
            _ => format!("makers get a rebate of {maker}"),
        };
        let share = Decimal::new(self.referrer_share_bps.into(), 2).normalize();
        format!(
            "takers pay {}, {maker}; {share}% of the taker's fee for referrers; up to {} for \
             crossing",
            pips(self.taker_pips),
            pips(self.cross_reward_pips)
        )
    }
}

/// A market with its best prices.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MarketView {
    #[serde(serialize_with = "text")]
    pub(crate) address: Pubkey,
    pub(crate) name: String,
    id: u16,
    pub(crate) base: Token,
    pub(crate) quote: Token,
    /// Base units in a lot.
    base_lot: u64,
    /// Quote units that a lot's value grows by with each tick.
    tick: u32,
    /// The smallest difference of prices.
    #[serde(serialize_with = "text")]
    tick_price: Decimal,
    pub(crate) fees: MarketFees,
    #[serde(serialize_with = "text")]
    pub(crate) authority: Pubkey,
    #[serde(serialize_with = "some_text")]
    pub(crate) pending_authority: Option<Pubkey>,
    pub(crate) paused: Vec<&'static str>,
    pub(crate) vault_shards: u8,
    lanes: usize,
    orders: usize,
    #[serde(serialize_with = "some_text")]
    best_bid: Option<Decimal>,
    #[serde(serialize_with = "some_text")]
    best_ask: Option<Decimal>,
    #[serde(skip)]
    venue: Venue,
}

impl MarketView {
    /// A market as the session's cache has it.
    pub(crate) fn now(session: &Session, venue: &Venue) -> Self {
        let lanes = session.client.markets().lanes(&venue.address).count();
        Self::of(venue, &session.order_book(&venue.address), lanes)
    }

    fn of(venue: &Venue, book: &OrderBook, lanes: usize) -> Self {
        let market = &venue.market;
        let best = |side| book.best(side).map(|order| venue.scale.price(order.price));
        let pending = market.pending_authority;
        Self {
            address: venue.address,
            name: venue.name(),
            id: market.id,
            base: venue.pair.base.clone(),
            quote: venue.pair.quote.clone(),
            base_lot: market.base_lot,
            tick: market.tick,
            tick_price: venue.scale.price(Ticks(1)),
            fees: MarketFees::of(market),
            authority: market.authority,
            pending_authority: (pending != Pubkey::default()).then_some(pending),
            paused: market_paused_names(market.paused),
            vault_shards: market.vault_shard_count,
            lanes,
            orders: book.orders(BookSide::Bid).len() + book.orders(BookSide::Ask).len(),
            best_bid: best(BookSide::Bid),
            best_ask: best(BookSide::Ask),
            venue: venue.clone(),
        }
    }

    /// What is paused, in words.
    pub(crate) fn paused_text(&self) -> String {
        if self.paused.is_empty() {
            "nothing".to_owned()
        } else {
            self.paused.join(", ")
        }
    }

    /// The smallest size and the smallest difference of prices, in words.
    pub(crate) fn steps(&self) -> String {
        let lot = self.venue.size(sealane_sdk::engine_core::book::Lots(1));
        let unit = self.venue.pair.price_unit();
        format!("lots of {lot}, ticks of {} {unit}", price(self.tick_price))
    }

    fn best_text(best: Option<Decimal>) -> String {
        best.map_or_else(|| "–".to_owned(), price)
    }
}

impl Report for MarketView {
    fn text(&self) -> String {
        let mut facts = Facts::under(&self.name);
        facts
            .add("Market", self.address.to_string())
            .add("Base", format!("{} {}", self.base.symbol, self.base.mint))
            .add(
                "Quote",
                format!("{} {}", self.quote.symbol, self.quote.mint),
            )
            .add("Steps", self.steps())
            .add("Fees", self.fees.sentence())
            .add("Authority", self.authority.to_string())
            .add_some(
                "Proposed",
                self.pending_authority.map(|address| address.to_string()),
            )
            .add("Paused", self.paused_text())
            .add("Vault shards", self.vault_shards.to_string())
            .add(
                "Book",
                format!(
                    "{} in {}",
                    counted(self.orders, "order"),
                    counted(self.lanes, "lane")
                ),
            )
            .add("Best bid", Self::best_text(self.best_bid))
            .add("Best ask", Self::best_text(self.best_ask));
        facts.to_string()
    }
}

/// Markets as a table.
pub(crate) fn markets_grid(markets: &[MarketView]) -> Grid {
    let mut grid = Grid::new(&[
        "market",
        "address",
        "#bid",
        "#ask",
        "taker / maker",
        "#orders",
        "#lanes",
        "",
    ]);
    for market in markets {
        grid.row([
            market.name.clone(),
            market.address.to_string(),
            MarketView::best_text(market.best_bid),
            MarketView::best_text(market.best_ask),
            market.fees.short(),
            market.orders.to_string(),
            market.lanes.to_string(),
            if market.paused.is_empty() {
                String::new()
            } else {
                format!("paused: {}", market.paused.join(", "))
            },
        ]);
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pause_bit_has_a_name() {
        let all = MARKET_PAUSES.iter().fold(0, |bits, (bit, _)| bits | bit);
        assert_eq!(all, pause::ALL);
        assert_eq!(
            market_paused_names(pause::TAKE | pause::CROSS),
            ["take", "cross"]
        );
    }

    #[test]
    fn fees_read_well() {
        let fees = |maker_pips| MarketFees {
            taker_pips: 500,
            maker_pips,
            referrer_share_bps: 2_000,
            cross_reward_pips: 1_000,
        };
        assert_eq!(fees(-100).short(), "0.05% / -0.01%");
        assert_eq!(
            fees(-100).sentence(),
            "takers pay 0.05%, makers get a rebate of 0.01%; 20% of the taker's fee for referrers; up to \
             0.1% for crossing"
        );
        assert!(fees(200).sentence().contains("makers pay 0.02%"));
        assert!(fees(0).sentence().contains("makers pay nothing"));
    }
}
