//! An order book as of a moment: its levels, and how they are drawn.

use console::{StyledObject, style};
use rust_decimal::Decimal;
use sealane_sdk::{
    book::{BookLevel, OrderBook},
    engine_core::book::{BookSide, Lots, Moment, Ticks},
};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{counted, price, some_text, text};
use crate::{output::Report, token::Units, venue::Venue};

/// The longest bar, in cells.
const BAR_CELLS: usize = 24;
/// Decimal places that prices are written with at most.
const MOST_PLACES: u32 = 10;
/// Between two columns.
const GAP: &str = "  ";

/// One price, or one range of prices. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct LevelView {
    #[serde(serialize_with = "text")]
    price: Decimal,
    price_ticks: u32,
    size: u64,
    /// Of this level and all better ones.
    total: u64,
    orders: usize,
    /// What of it is the wallet's own.
    own: u64,
}

/// What to show of a book.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    /// Ticks that make one level.
    pub(crate) group: u32,
    /// Levels of each side at most.
    pub(crate) levels: usize,
    /// Whose orders are marked.
    pub(crate) own: Option<&'a Pubkey>,
}

/// A market's order book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct DepthView {
    #[serde(serialize_with = "text")]
    market: Pubkey,
    name: String,
    /// The slot that it is as of.
    slot: u64,
    /// Ticks that make one level.
    group_ticks: u32,
    /// Best first.
    bids: Vec<LevelView>,
    /// Best first.
    asks: Vec<LevelView>,
    #[serde(serialize_with = "some_text")]
    mid: Option<Decimal>,
    /// Negative where orders of two lanes cross.
    #[serde(serialize_with = "some_text")]
    spread: Option<Decimal>,
    #[serde(serialize_with = "some_text")]
    spread_bps: Option<Decimal>,
    spread_ticks: Option<i64>,
    /// Live orders in all, shown or not.
    orders: usize,
    #[serde(skip)]
    mid_half_ticks: Option<u64>,
    #[serde(skip)]
    format: Format,
}

/// How its numbers are written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Format {
    units: Units,
    base_decimals: u8,
    base: String,
    quote: String,
    /// Decimal places of prices, and of sizes.
    places: (u32, u32),
}

impl DepthView {
    /// What a venue's book comes to.
    pub(crate) fn of(venue: &Venue, book: &OrderBook, moment: Moment, shown: &Shown<'_>) -> Self {
        let scale = &venue.scale;
        let side = |side| {
            let levels = book.grouped_levels(side, shown.group);
            let mut orders = book.orders(side).iter();
            let mut total = 0u64;
            let view = |level: &BookLevel| {
                // Levels take up the orders one after the other.
                let own = orders
                    .by_ref()
                    .take(level.orders)
                    .filter(|order| shown.own == Some(&order.owner))
                    .fold(0u64, |own, order| own.saturating_add(order.lots.0));
                let size = venue.base_of(level.lots);
                total = total.saturating_add(size);
                LevelView {
                    price: scale.price(level.price),
                    price_ticks: level.price.0,
                    size,
                    total,
                    orders: level.orders,
                    own: venue.base_of(Lots(own)),
                }
            };
            levels
                .iter()
                .take(shown.levels)
                .map(view)
                .collect::<Vec<_>>()
        };
        let mid_half_ticks = book.mid_half_ticks();
        let mid = mid_half_ticks.map(|halves| scale.price_of_half_ticks(halves));
        let spread = book.spread_ticks().map(|ticks| signed_price(venue, ticks));
        let bps = |(spread, mid): (Decimal, Decimal)| {
            let ratio = spread.checked_div(mid)?;
            Some((ratio * Decimal::from(10_000)).round_dp(2).normalize())
        };
        let (bids, asks) = (side(BookSide::Bid), side(BookSide::Ask));
        let places = |decimals: &mut dyn Iterator<Item = Decimal>| {
            decimals
                .map(|one| one.scale())
                .max()
                .unwrap_or(0)
                .min(MOST_PLACES)
        };
        let tick = scale.price(Ticks(shown.group.max(1)));
        let lot = scale.size(Lots(1)).unwrap_or_default();
        let prices = bids.iter().chain(&asks).map(|level| level.price);
        Self {
            market: venue.address,
            name: venue.name(),
            slot: moment.slot,
            group_ticks: shown.group,
            mid,
            spread,
            spread_bps: spread.zip(mid).and_then(bps),
            spread_ticks: book.spread_ticks(),
            mid_half_ticks,
            orders: book.orders(BookSide::Bid).len() + book.orders(BookSide::Ask).len(),
            format: Format {
                units: venue.units,
                base_decimals: venue.pair.base.decimals,
                base: venue.pair.base.symbol.clone(),
                quote: venue.pair.quote.symbol.clone(),
                places: (
                    places(&mut prices.chain([tick])),
                    places(&mut std::iter::once(lot)),
                ),
            },
            bids,
            asks,
        }
    }

    /// Whether another view differs in nothing but its slot.
    pub(crate) fn shows_the_same(&self, other: &Self) -> bool {
        let slot = self.slot;
        *self
            == Self {
                slot,
                ..other.clone()
            }
    }

    /// The same with fewer levels, so that it has room on a screen of so many rows.
    pub(crate) fn fitting(mut self, rows: usize) -> Self {
        // The title, the heads, the spread's line, and a blank line before the last one.
        let each = (rows.saturating_sub(5) / 2).max(1);
        self.bids.truncate(each);
        self.asks.truncate(each);
        self
    }

    /// Draws the book: the best prices meet in the middle, and nothing is wider than `width`.
    pub(crate) fn draw(&self, width: usize) -> String {
        let title = format!(
            "{} · {} · slot {}",
            style(&self.name).bold(),
            counted(self.orders, "order"),
            self.slot
        );
        if self.bids.is_empty() && self.asks.is_empty() {
            return format!("{title}\n\nNobody has an order here.");
        }
        let table = Table::of(self);
        let mut lines = vec![title, table.head()];
        let most = self.bids.iter().chain(&self.asks).map(|level| level.size);
        let most = most.max().unwrap_or(0);
        let bar_cells = width
            .saturating_sub(table.width() + GAP.len())
            .min(BAR_CELLS);
        for (rows, levels, colour) in [
            (&table.asks, &self.asks, Colour::Red),
            (&table.bids, &self.bids, Colour::Green),
        ] {
            let mut drawn: Vec<String> = rows
                .iter()
                .zip(levels)
                .map(|(row, level)| {
                    let bar = bar(level.size, most, bar_cells);
                    table.row(row, &bar, colour, level.own > 0)
                })
                .collect();
            match colour {
                // The best ask is the lowest, just above the middle.
                Colour::Red => {
                    drawn.reverse();
                    lines.append(&mut drawn);
                    lines.push(self.middle(table.width() + GAP.len() + bar_cells));
                }
                Colour::Green => lines.append(&mut drawn),
            }
        }
        lines.join("\n")
    }

    /// The middle and the spread, written as prices are.
    fn middle_texts(&self) -> Option<(String, String)> {
        match self.format.units {
            Units::Base => {
                let mid = Decimal::from(self.mid_half_ticks?) / Decimal::TWO;
                let spread = self.spread_ticks?.unsigned_abs();
                Some((mid.normalize().to_string(), spread.to_string()))
            }
            Units::Whole => Some((price(self.mid?), price(self.spread?.abs()))),
        }
    }

    /// The line between asks and bids.
    fn middle(&self, width: usize) -> String {
        let said = match (self.middle_texts(), self.spread_ticks) {
            (Some((mid, spread)), Some(ticks)) => {
                let bps = self
                    .spread_bps
                    .map_or_else(String::new, |bps| format!(" ({bps} bps)"));
                if ticks <= 0 {
                    format!(" crossed by {spread}{bps}: `sealane cross` settles it ")
                } else {
                    format!(" mid {mid} · spread {spread}{bps} ")
                }
            }
            _ if self.bids.is_empty() => " no bids ".to_owned(),
            _ => " no asks ".to_owned(),
        };
        let used = console::measure_text_width(&said) + 2;
        let line = format!("──{said}{}", "─".repeat(width.saturating_sub(used)));
        style(line.trim_end()).dim().to_string()
    }
}

impl Report for DepthView {
    fn text(&self) -> String {
        let (_, columns) = console::Term::stdout().size();
        self.draw(columns.into())
    }
}

#[derive(Clone, Copy)]
enum Colour {
    Red,
    Green,
}

impl Colour {
    fn of(self, text: &str) -> StyledObject<&str> {
        match self {
            Self::Red => style(text).red(),
            Self::Green => style(text).green(),
        }
    }
}

/// The cells of the columns, as text, and how wide each column is.
struct Table {
    asks: Vec<Vec<String>>,
    bids: Vec<Vec<String>>,
    widths: Vec<usize>,
    heads: Vec<String>,
}

impl Table {
    fn of(view: &DepthView) -> Self {
        let levels = || view.bids.iter().chain(&view.asks);
        let has_own = levels().any(|level| level.own > 0);
        let format = &view.format;
        let (base, quote) = (&format.base, &format.quote);
        let (price, size) = match format.units {
            Units::Whole => (format!("price {quote}"), format!("size {base}")),
            Units::Base => (
                "price in ticks".to_owned(),
                format!("size in units of {base}"),
            ),
        };
        let mut heads = vec![price, size, "total".to_owned(), "orders".to_owned()];
        if has_own {
            heads.push("yours".to_owned());
        }
        let row = |level: &LevelView| {
            let mut cells = vec![
                format.price(level),
                format.size(level.size),
                format.size(level.total),
                level.orders.to_string(),
            ];
            if has_own {
                cells.push(match level.own {
                    0 => String::new(),
                    own => format.size(own),
                });
            }
            cells
        };
        let asks: Vec<_> = view.asks.iter().map(row).collect();
        let bids: Vec<_> = view.bids.iter().map(row).collect();
        let widths = (0..heads.len()).map(|column| {
            let cells = asks.iter().chain(&bids).chain([&heads]);
            let cells = cells.map(|row| console::measure_text_width(&row[column]));
            cells.max().unwrap_or(0)
        });
        Self {
            widths: widths.collect(),
            asks,
            bids,
            heads,
        }
    }

    fn width(&self) -> usize {
        self.widths.iter().sum::<usize>() + GAP.len() * (self.widths.len() - 1)
    }

    fn head(&self) -> String {
        style(self.padded(&self.heads).join(GAP)).dim().to_string()
    }

    fn row(&self, cells: &[String], bar: &str, colour: Colour, is_own: bool) -> String {
        let mut cells = self.padded(cells);
        cells[0] = colour.of(&cells[0]).to_string();
        if is_own && let Some(own) = cells.last_mut() {
            *own = style(&*own).yellow().bold().to_string();
        }
        let line = format!("{}{GAP}{}", cells.join(GAP), colour.of(bar));
        line.trim_end().to_owned()
    }

    /// The cells of a row, all on the right of their columns.
    fn padded(&self, cells: &[String]) -> Vec<String> {
        let pad = |(cell, width): (&String, &usize)| {
            let blanks = width.saturating_sub(console::measure_text_width(cell));
            format!("{}{cell}", " ".repeat(blanks))
        };
        cells.iter().zip(&self.widths).map(pad).collect()
    }
}

impl Format {
    fn price(&self, level: &LevelView) -> String {
        match self.units {
            Units::Base => level.price_ticks.to_string(),
            Units::Whole => format!("{:.*}", self.places.0 as usize, level.price),
        }
    }

    fn size(&self, size: u64) -> String {
        match self.units {
            Units::Base => size.to_string(),
            Units::Whole => {
                let size = sealane_sdk::amount::to_decimal(size, self.base_decimals);
                format!("{:.*}", self.places.1 as usize, size)
            }
        }
    }
}

/// A bar of a length in proportion, to an eighth of a cell; something, however little, is seen.
fn bar(size: u64, most: u64, cells: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if most == 0 || size == 0 {
        return String::new();
    }
    let eighths = u128::from(size) * cells as u128 * 8 / u128::from(most);
    let eighths = eighths.max(u128::from(cells > 0)) as usize;
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

/// A difference of prices, with its sign.
fn signed_price(venue: &Venue, ticks: i64) -> Decimal {
    let size = venue
        .scale
        .price_of_half_ticks(ticks.unsigned_abs().saturating_mul(2));
    if ticks < 0 { -size } else { size }
}

#[cfg(test)]
mod tests;
