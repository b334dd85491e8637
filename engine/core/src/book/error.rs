//! Why a book operation was refused.

use core::fmt;

use crate::error::CoreError;

/// Why an operation on lanes was refused.
///
/// Placing, cancelling and reducing check before they write: refused, they have changed nothing of
/// a sound lane. [Requoting](super::LaneMut::requote), [`take`](super::take()),
/// [`cross`](super::cross()) and the settling of a taker may have, so that their lanes are to be
/// discarded after an error, as the chain discards a failed transaction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BookError {
    /// An order or a take of no lots.
    ZeroLots,
    /// A price of zero ticks.
    ZeroPrice,
    /// A result does not fit its type.
    Overflow,
    /// The lane's free balance does not cover what is to be locked or paid.
    InsufficientFunds,
    /// The lane's side has no room for another order.
    LaneFull,
    /// No order has this id.
    OrderNotFound,
    /// The order would trade with the same lane's opposite side.
    CrossesOwnOrder,
    /// A post-only order would trade with an order that it was shown.
    WouldTake,
    /// A fill-or-kill take could not be filled whole.
    NotFilled,
    /// The taker met an order of its own and asked to abort.
    SelfTrade,
    /// The lanes' best prices do not cross, or by less than the taker's fee.
    NotCrossed,
    /// Levels are not in order, best first, each price once.
    UnsortedLevels,
    /// A message of levels has the wrong length or unknown flags.
    MalformedLevels,
    /// The bytes are no lane.
    MalformedLane,
    /// A capacity out of bounds, or not above the present one.
    InvalidCapacity,
    /// Lot size or tick size is zero.
    InvalidSizes,
    /// A fee is out of bounds, or a rebate above the taker's fee.
    InvalidFee,
}

impl BookError {
    /// What was wrong and what to do about it.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::ZeroLots => "the size is zero lots; give at least one lot",
            Self::ZeroPrice => "the price is zero ticks; give at least one tick",
            Self::Overflow => "a result does not fit its type; use smaller amounts",
            Self::InsufficientFunds => {
                "the lane's free balance is too small; deposit, or cancel orders that lock it"
            }
            Self::LaneFull => "the lane has no room on this side; cancel an order or grow the lane",
            Self::OrderNotFound => {
                "the lane has no such order; it was filled, cancelled or expired"
            }
            Self::CrossesOwnOrder => {
                "the order would trade with the lane's own; cancel that one or change the price"
            }
            Self::WouldTake => "the post-only order would trade; change its price or let it slide",
            Self::NotFilled => {
                "the lanes named cannot fill the whole order; ask for less or name more"
            }
            Self::SelfTrade => "the take met an order of its own owner; leave that lane out",
            Self::NotCrossed => {
                "the lanes' best prices do not cross by the taker's fee; nothing to do"
            }
            Self::UnsortedLevels => "levels must come best first with each price once",
            Self::MalformedLevels => "the levels' message has the wrong length or unknown flags",
            Self::MalformedLane => "the account is no lane of this program",
            Self::InvalidCapacity => "the capacity is out of bounds or not above the present one",
            Self::InvalidSizes => "lot size and tick size must be above zero",
            Self::InvalidFee => "a fee is out of bounds, or the rebate is above the taker's fee",
        }
    }
}

impl fmt::Display for BookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for BookError {}

impl From<CoreError> for BookError {
    /// Only multiplications and divisions of [`math`](crate::math) are called from here.
    fn from(_: CoreError) -> Self {
        Self::Overflow
    }
}
