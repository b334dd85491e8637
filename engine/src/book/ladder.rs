//! A maker's quotes as the one compact message that replaces them all.

use rust_decimal::Decimal;
use sealane_core::book::{
    BookSide, Expiry, Level, Lots, RequoteHead, Ticks,
    requote::{LEVEL_LEN, flag},
};
use thiserror::Error;

use super::{BookUnits, LaneSnapshot, TickRounding};

/// One price and the size at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quoted {
    /// At which price.
    pub price: Ticks,
    /// How much.
    pub lots: Lots,
}

impl Quoted {
    /// A price and a size.
    #[must_use]
    pub const fn new(price: Ticks, lots: Lots) -> Self {
        Self { price, lots }
    }
}

/// What a lane is to quote. Each side's levels come best first, each price once.
///
/// ```
/// use sealane_engine::{book::{Ladder, Quoted}, engine_core::book::{Lots, Ticks}};
///
/// let level = |price, lots| Quoted::new(Ticks(price), Lots(lots));
/// let ladder = Ladder {
///     bids: Some(vec![level(999, 10), level(998, 20)]),
///     asks: Some(vec![level(1_001, 10), level(1_002, 20)]),
///     ..Ladder::default()
/// };
/// // 32 bytes, and six for each level.
/// assert_eq!(ladder.encode()?.len(), 56);
/// # Ok::<(), sealane_engine::book::LadderError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    /// What replaces the bids; `None` leaves them as they are.
    pub bids: Option<Vec<Quoted>>,
    /// What replaces the asks; `None` leaves them as they are.
    pub asks: Option<Vec<Quoted>>,
    /// What all the orders are to be known by.
    pub client_id: u64,
    /// Until when they stand.
    pub expiry: Expiry,
    /// Whether to refuse levels that would trade with an order of the lanes shown.
    pub post_only: bool,
}

/// Equal sizes on equal distances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LadderShape {
    /// Levels a side.
    pub levels: u32,
    /// How far each is from the one before, and the first from the middle, in basis points of that.
    pub step_bps: u32,
}

impl Ladder {
    /// Quotes around a price with all that a lane owns, in equal sizes. Levels that would be the same
    /// after rounding to ticks are one, and those that would be empty none.
    #[must_use]
    pub fn around(
        units: &BookUnits,
        lane: &LaneSnapshot,
        price: Decimal,
        shape: LadderShape,
    ) -> Self {
        let header = lane.header();
        let parts = u64::from(shape.levels.max(1));
        // A hundredth stays free, for what a fee would lock besides.
        let quote = header.quote_free.saturating_add(header.quote_locked) / parts / 100 * 99;
        let base = header.base_free.saturating_add(header.base_locked) / parts;
        let side = |side: BookSide| {
            let mut levels: Vec<Quoted> = Vec::new();
            for level in 1..=shape.levels {
                let distance = price * Decimal::new(i64::from(level * shape.step_bps), 4);
                let price = match side {
                    BookSide::Bid => price - distance,
                    BookSide::Ask => price + distance,
                };
                let Ok(price) = units.ticks(price, TickRounding::passive(side)) else {
                    continue;
                };
                let lots = Lots(match side {
                    BookSide::Bid => quote / units.sizes.lot_price(price).max(1),
                    BookSide::Ask => base / units.sizes.base_lot,
                });
                let is_new = levels.last().is_none_or(|last| last.price != price);
                if lots > Lots::ZERO && is_new {
                    levels.push(Quoted::new(price, lots));
                }
            }
            Some(levels)
        };
        Self {
            bids: side(BookSide::Bid),
            asks: side(BookSide::Ask),
            ..Self::default()
        }
    }
}

/// Why quotes do not make a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LadderError {
    /// Neither side is to be replaced.
    #[error("neither bids nor asks are to be replaced")]
    Nothing,
    /// More levels than a message can count.
    #[error("{levels} {side} are more than the 255 that fit")]
    TooManyLevels {
        /// Of which side.
        side: SideName,
        /// How many there are.
        levels: usize,
    },
    /// A level is not worse than the one before it.
    #[error("level {index} of the {side} is not worse than the one before it")]
    Unsorted {
        /// Of which side.
        side: SideName,
        /// Which level, from 0.
        index: usize,
    },
    /// A level is farther from the one before it than a message can say.
    #[error("level {index} of the {side} is more than 65,535 ticks from the one before it")]
    TooFar {
        /// Of which side.
        side: SideName,
        /// Which level, from 0.
        index: usize,
    },
    /// A price of zero ticks.
    #[error("level {index} of the {side} has a price of zero")]
    ZeroPrice {
        /// Of which side.
        side: SideName,
        /// Which level, from 0.
        index: usize,
    },
    /// A size of zero lots.
    #[error("level {index} of the {side} has a size of zero")]
    ZeroLots {
        /// Of which side.
        side: SideName,
        /// Which level, from 0.
        index: usize,
    },
    /// The best bid is not below the best ask.
    #[error("the best bid is not below the best ask")]
    Crossed,
    /// The best bid and the best ask are too far apart for one message.
    #[error("the best bid and the best ask are more than 131,070 ticks apart")]
    TooWide,
    /// The sizes have no common measure that lets all of them fit.
    #[error("sizes above 4,294,967,295 lots need a common multiple, and these have none that fits")]
    SizesDoNotFit,
}

impl LadderError {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Nothing => "give at least one side; an empty list cancels its orders",
            Self::TooManyLevels { .. } => "quote fewer levels",
            Self::Unsorted { .. } => "sort the levels, best first, and add up those of one price",
            Self::TooFar { .. } => "put a level in between, or place that order on its own",
            Self::ZeroPrice { .. } | Self::ZeroLots { .. } => "leave the level out",
            Self::Crossed => "move one of the sides",
            Self::TooWide => "replace one side at a time",
            Self::SizesDoNotFit => "round the sizes to multiples of some number of lots",
        }
    }
}

/// A side, in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SideName(pub BookSide);

impl std::fmt::Display for SideName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.0 {
            BookSide::Bid => "bids",
            BookSide::Ask => "asks",
        })
    }
}

impl Ladder {
    /// Cancels every order of both sides.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            bids: Some(Vec::new()),
            asks: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// The message of `replace_all`, exactly these quotes: nothing is rounded.
    ///
    /// # Errors
    /// [`LadderError`] for quotes that no message can carry.
    pub fn encode(&self) -> Result<Vec<u8>, LadderError> {
        if self.bids.is_none() && self.asks.is_none() {
            return Err(LadderError::Nothing);
        }
        let bids = self.bids.as_deref().unwrap_or_default();
        let asks = self.asks.as_deref().unwrap_or_default();
        let count = |side: BookSide, levels: &[Quoted]| {
            u8::try_from(levels.len()).map_err(|_| LadderError::TooManyLevels {
                side: SideName(side),
                levels: levels.len(),
            })
        };
        let (bid_count, ask_count) = (count(BookSide::Bid, bids)?, count(BookSide::Ask, asks)?);
        let reference = reference(bids.first(), asks.first())?;
        let lot_multiple = lot_multiple(bids.iter().chain(asks))?;
        let mut flags = 0;
        for (bit, set) in [
            (flag::BIDS, self.bids.is_some()),
            (flag::ASKS, self.asks.is_some()),
            (flag::POST_ONLY, self.post_only),
        ] {
            flags |= if set { bit } else { 0 };
        }
        let head = RequoteHead {
            client_id: self.client_id,
            expiry: self.expiry,
            reference,
            lot_multiple,
            bids: bid_count,
            asks: ask_count,
            flags,
        };
        let levels = (bids.len() + asks.len()) * LEVEL_LEN;
        let mut message = Vec::with_capacity(head.to_bytes().len() + levels);
        message.extend_from_slice(&head.to_bytes());
        encode_side(&mut message, BookSide::Bid, &head, bids)?;
        encode_side(&mut message, BookSide::Ask, &head, asks)?;
        Ok(message)
    }
}

/// The price from which both sides count: in the middle, so that both reach as far as can be.
fn reference(bid: Option<&Quoted>, ask: Option<&Quoted>) -> Result<Ticks, LadderError> {
    match (bid, ask) {
        (None, None) => Ok(Ticks(0)),
        (Some(only), None) | (None, Some(only)) => Ok(only.price),
        (Some(bid), Some(ask)) => {
            let spread = ask.price.0.checked_sub(bid.price.0);
            let spread = spread.filter(|spread| *spread > 0);
            let spread = spread.ok_or(LadderError::Crossed)?;
            if spread > 2 * u32::from(u16::MAX) {
                return Err(LadderError::TooWide);
            }
            Ok(Ticks(bid.price.0 + spread / 2))
        }
    }
}

/// A number of lots that all sizes are multiples of, such that each multiple has 32 bits.
fn lot_multiple<'a>(levels: impl Iterator<Item = &'a Quoted>) -> Result<u32, LadderError> {
    let (mut common, mut largest) = (0, 0);
    for level in levels {
        common = greatest_common_divisor(common, level.lots.0);
        largest = largest.max(level.lots.0);
    }
    let least = largest.div_ceil(u64::from(u32::MAX)).max(1);
    if least == 1 {
        return Ok(1);
    }
    // The measure is cut down to 32 bits by its small factors, as far as the sizes allow.
    for factor in [2, 3, 5, 7, 11, 13] {
        while common > u64::from(u32::MAX) && common.is_multiple_of(factor) {
            common /= factor;
        }
    }
    u32::try_from(common)
        .ok()
        .filter(|multiple| u64::from(*multiple) >= least)
        .ok_or(LadderError::SizesDoNotFit)
}

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn encode_side(
    message: &mut Vec<u8>,
    side: BookSide,
    head: &RequoteHead,
    levels: &[Quoted],
) -> Result<(), LadderError> {
    let mut before = head.reference;
    for (index, level) in levels.iter().enumerate() {
        let name = SideName(side);
        if level.price == Ticks(0) {
            return Err(LadderError::ZeroPrice { side: name, index });
        }
        if level.lots == Lots::ZERO {
            return Err(LadderError::ZeroLots { side: name, index });
        }
        let distance = match side {
            BookSide::Bid => before.0.checked_sub(level.price.0),
            BookSide::Ask => level.price.0.checked_sub(before.0),
        };
        let distance = distance
            .filter(|distance| *distance > 0 || index == 0)
            .ok_or(LadderError::Unsorted { side: name, index })?;
        let distance = u16::try_from(distance);
        let distance = distance.map_err(|_| LadderError::TooFar { side: name, index })?;
        let size = level.lots.0 / u64::from(head.lot_multiple);
        let size = u32::try_from(size).map_err(|_| LadderError::SizesDoNotFit)?;
        message.extend_from_slice(&Level { distance, size }.to_bytes());
        before = level.price;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sealane_core::book::Requote;
    use solana_pubkey::Pubkey;

    use super::*;
    use crate::book::fixtures::lane;

    fn quoted(price: u32, lots: u64) -> Quoted {
        Quoted::new(Ticks(price), Lots(lots))
    }

    fn both(bids: Vec<Quoted>, asks: Vec<Quoted>) -> Ladder {
        Ladder {
            bids: Some(bids),
            asks: Some(asks),
            client_id: 7,
            expiry: Expiry { slot: 8, time: 9 },
            post_only: false,
        }
    }

    /// What the core rests in an empty lane, best first.
    fn rested(ladder: &Ladder) -> [Vec<Quoted>; 2] {
        let message = ladder.encode().unwrap();
        let mut snapshot = lane(&Pubkey::new_unique(), &[]);
        let mut lane = snapshot.lane_mut();
        lane.header_mut().base_free = u64::MAX / 2;
        lane.header_mut().quote_free = u64::MAX / 2;
        lane.requote(&Requote::try_from_bytes(&message).unwrap(), 0, 1)
            .unwrap();
        [BookSide::Bid, BookSide::Ask].map(|side| {
            let orders = snapshot.orders(side).iter().rev();
            orders
                .map(|order| {
                    assert_eq!((order.client_id, order.expires_slot), (7, 8));
                    assert_eq!(order.expires_at, 9);
                    Quoted::new(order.price, order.lots)
                })
                .collect()
        })
    }

    #[test]
    fn large_sizes_share_a_multiple() {
        let ladder = both(
            vec![quoted(10, 6_000_000_000), quoted(9, 9_000_000_000)],
            vec![],
        );
        let [bids, asks] = rested(&ladder);
        assert_eq!(Some(bids), ladder.bids);
        assert!(asks.is_empty());
        let ladder = both(
            vec![quoted(10, 6_000_000_001), quoted(9, 9_000_000_000)],
            vec![],
        );
        assert_eq!(ladder.encode(), Err(LadderError::SizesDoNotFit));
    }

    #[test]
    fn a_side_can_be_left_alone_or_emptied() {
        let ladder = Ladder {
            asks: None,
            ..both(vec![quoted(10, 1)], vec![])
        };
        let message = ladder.encode().unwrap();
        let read = Requote::try_from_bytes(&message).unwrap();
        assert!(read.replaces(BookSide::Bid) && !read.replaces(BookSide::Ask));
        let message = Ladder::empty().encode().unwrap();
        let read = Requote::try_from_bytes(&message).unwrap();
        assert!(read.replaces(BookSide::Bid) && read.replaces(BookSide::Ask));
        assert_eq!(message.len(), 32);
        assert_eq!(Ladder::default().encode(), Err(LadderError::Nothing));
    }

    #[test]
    fn refuses_what_no_message_can_say() {
        let (bid, ask) = (SideName(BookSide::Bid), SideName(BookSide::Ask));
        let many = (0..256).map(|index| quoted(1_000 - index, 1)).collect();
        for (bids, asks, error) in [
            (
                vec![quoted(10, 1), quoted(10, 1)],
                vec![],
                LadderError::Unsorted {
                    side: bid,
                    index: 1,
                },
            ),
            (
                vec![],
                vec![quoted(10, 1), quoted(9, 1)],
                LadderError::Unsorted {
                    side: ask,
                    index: 1,
                },
            ),
            (
                vec![quoted(70_000, 1), quoted(1, 1)],
                vec![],
                LadderError::TooFar {
                    side: bid,
                    index: 1,
                },
            ),
            (
                vec![quoted(10, 1), quoted(0, 1)],
                vec![],
                LadderError::ZeroPrice {
                    side: bid,
                    index: 1,
                },
            ),
            (
                vec![],
                vec![quoted(1, 0)],
                LadderError::ZeroLots {
                    side: ask,
                    index: 0,
                },
            ),
            (
                vec![quoted(10, 1)],
                vec![quoted(10, 1)],
                LadderError::Crossed,
            ),
            (
                vec![quoted(10, 1)],
                vec![quoted(131_081, 1)],
                LadderError::TooWide,
            ),
            (
                many,
                vec![],
                LadderError::TooManyLevels {
                    side: bid,
                    levels: 256,
                },
            ),
        ] {
            assert_eq!(both(bids, asks).encode(), Err(error));
            assert!(!error.hint().is_empty() && !error.to_string().is_empty());
        }
        let widest = both(vec![quoted(10, 1)], vec![quoted(131_080, 1)]);
        let [bids, asks] = rested(&widest);
        assert_eq!((Some(bids), Some(asks)), (widest.bids, widest.asks));
    }

    prop_compose! {
        fn side()(
            levels in prop::collection::vec((1u32..5_000, 1u64..100_000), 0..16),
        ) -> Vec<(u32, u64)> {
            levels
        }
    }

    proptest! {
        #[test]
        fn the_lane_gets_exactly_the_ladder(
            middle in 100_000u32..1_000_000, bids in side(), asks in side(), lot in 1u64..1_000,
        ) {
            let (mut price, mut ladder) = (middle, both(vec![], vec![]));
            for (distance, size) in bids {
                price -= distance;
                ladder.bids.as_mut().unwrap().push(quoted(price, size * lot));
            }
            price = middle;
            for (distance, size) in asks {
                price += distance;
                ladder.asks.as_mut().unwrap().push(quoted(price, size * lot));
            }
            let [bids, asks] = rested(&ladder);
            prop_assert_eq!(Some(bids), ladder.bids);
            prop_assert_eq!(Some(asks), ladder.asks);
        }
    }
}
