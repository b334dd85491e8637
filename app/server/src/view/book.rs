//! An order book.

use sealane_sdk::{
    book::{BookLevel, BookUnits, OrderBook},
    engine_core::book::BookSide,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, Price};

/// All orders of one price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LevelView {
    /// The price.
    pub price: Price,
    /// Base tokens, whole. In a diff zero: there is no such level any more.
    pub size: Price,
    /// How many orders.
    pub orders: usize,
}

/// A side of the book, best first.
pub type SideView = Vec<LevelView>;

/// An order book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BookView {
    /// The market.
    pub market: Address,
    /// The chain's slot as of which orders count as expired.
    pub slot: u64,
    /// What somebody pays, best first.
    pub bids: SideView,
    /// What somebody asks, best first.
    pub asks: SideView,
}

impl BookView {
    /// The best levels of both sides.
    pub(crate) fn of(
        market: Address,
        slot: u64,
        book: &OrderBook,
        units: &BookUnits,
        depth: usize,
        group: u32,
    ) -> Self {
        let side = |side| levels(&book.grouped_levels(side, group), units, depth);
        Self {
            market,
            slot,
            bids: side(BookSide::Bid),
            asks: side(BookSide::Ask),
        }
    }
}

fn levels(levels: &[BookLevel], units: &BookUnits, depth: usize) -> SideView {
    let best = levels.iter().take(depth);
    best.map(|level| LevelView {
        price: units.price(level.price).into(),
        // Sums are of accounts' balances; what no account can hold is the most that one can.
        size: units.size(level.lots).unwrap_or_default().into(),
        orders: level.orders,
    })
    .collect()
}

/// What has changed of a side: new and changed levels, and those that are gone with size zero.
pub(crate) fn side_diff(before: &SideView, after: &SideView) -> SideView {
    let mut changed: SideView = after
        .iter()
        .filter(|level| !before.contains(level))
        .cloned()
        .collect();
    let gone = before
        .iter()
        .filter(|old| after.iter().all(|new| new.price != old.price));
    changed.extend(gone.map(|level| LevelView {
        price: level.price,
        size: Price::default(),
        orders: 0,
    }));
    changed
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    fn level(price: i64, size: i64) -> LevelView {
        LevelView {
            price: Price(Decimal::from(price)),
            size: Price(Decimal::from(size)),
            orders: usize::from(size > 0),
        }
    }

    #[test]
    fn a_diff_takes_one_side_to_the_next() {
        let before = vec![level(3, 5), level(2, 7), level(1, 1)];
        let after = vec![level(4, 2), level(3, 5), level(1, 6)];
        let diff = side_diff(&before, &after);
        assert_eq!(diff, [level(4, 2), level(1, 6), level(2, 0)]);
        let mut replayed: Vec<LevelView> = before;
        for change in diff {
            replayed.retain(|level| level.price != change.price);
            if change.size != Price::default() {
                replayed.push(change);
            }
        }
        replayed.sort_by_key(|level| std::cmp::Reverse(level.price));
        assert_eq!(replayed, after);
        assert!(side_diff(&after, &after).is_empty());
    }
}
