//! Orders that must not take.

use super::{
    error::BookError,
    lane::LaneRef,
    order::Moment,
    units::{BookSide, Ticks},
};

/// The best price of a side among the lanes shown, of orders that can still trade.
pub fn best_live_price<'a>(
    lanes: impl IntoIterator<Item = LaneRef<'a>>,
    side: BookSide,
    moment: Moment,
) -> Option<Ticks> {
    let mut best: Option<Ticks> = None;
    for lane in lanes {
        let live = lane
            .orders(side)
            .iter()
            .rev()
            .find(|order| !order.is_expired(moment));
        if let Some(order) = live {
            let is_better = match (best, side) {
                (None, _) => true,
                (Some(best), BookSide::Bid) => order.price > best,
                (Some(best), BookSide::Ask) => order.price < best,
            };
            if is_better {
                best = Some(order.price);
            }
        }
    }
    best
}

/// What a post-only order does when it would trade with an order that it is shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[repr(u8)]
pub enum PostOnly {
    /// Rests anyhow: nobody looked.
    #[default]
    Off = 0,
    /// Is refused.
    Reject = 1,
    /// Moves to one tick from the best opposite price.
    Slide = 2,
}

impl PostOnly {
    /// From the number an instruction carries.
    #[must_use]
    pub const fn from_u8(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Off),
            1 => Some(Self::Reject),
            2 => Some(Self::Slide),
            _ => None,
        }
    }

    /// The price at which an order may rest, given the best opposite price.
    ///
    /// # Errors
    /// [`BookError::WouldTake`] for [`PostOnly::Reject`], and where there is no tick to slide to.
    pub fn price(
        self,
        side: BookSide,
        price: Ticks,
        opposite_best: Option<Ticks>,
    ) -> Result<Ticks, BookError> {
        let Some(best) = opposite_best else {
            return Ok(price);
        };
        if matches!(self, Self::Off) || !side.accepts(price, best) {
            return Ok(price);
        }
        if matches!(self, Self::Reject) {
            return Err(BookError::WouldTake);
        }
        let slid = match side {
            BookSide::Bid => best.0.checked_sub(1).filter(|&ticks| ticks > 0),
            BookSide::Ask => best.0.checked_add(1),
        };
        slid.map(Ticks).ok_or(BookError::WouldTake)
    }
}
