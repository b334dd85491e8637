//! How large a book may grow.

use thiserror::Error;

use crate::units::Quantity;

/// How large a book may grow. All memory is reserved when the book is made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct BookConfig {
    /// Orders that may rest at once. At most [`BookConfig::MAX_ORDERS`].
    pub orders: u32,
    /// Stops that may wait at once. At most [`BookConfig::MAX_ORDERS`].
    pub stops: u32,
    /// Prices next to the touch whose levels lie in a plain array, on each side: a power of two
    /// from 8 to 4,096. Decides speed and memory, never what the book does.
    pub window: u32,
    /// The largest order. `orders` of them must fit a `u64`.
    pub max_quantity: Quantity,
}

impl BookConfig {
    /// The most orders a book may be made for.
    pub const MAX_ORDERS: u32 = 1 << 24;

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if self.orders == 0 || self.orders > Self::MAX_ORDERS {
            return Err(ConfigError::Orders(self.orders));
        }
        if self.stops > Self::MAX_ORDERS {
            return Err(ConfigError::Stops(self.stops));
        }
        if !self.window.is_power_of_two() || !(8..=4_096).contains(&self.window) {
            return Err(ConfigError::Window(self.window));
        }
        let most = u64::MAX / u64::from(self.orders);
        if self.max_quantity.is_zero() || self.max_quantity.0 > most {
            return Err(ConfigError::MaxQuantity {
                found: self.max_quantity.0,
                most,
            });
        }
        Ok(())
    }
}

impl Default for BookConfig {
    /// 65,536 orders, 4,096 stops, 512 prices a side, 2^40 lots an order.
    fn default() -> Self {
        Self {
            orders: 1 << 16,
            stops: 1 << 12,
            window: 512,
            max_quantity: Quantity(1 << 40),
        }
    }
}

/// Why a book can not be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum ConfigError {
    /// No orders, or too many.
    #[error("a book holds from 1 to {most} orders, not {0}", most = BookConfig::MAX_ORDERS)]
    Orders(u32),
    /// Too many stops.
    #[error("a book holds up to {most} stops, not {0}", most = BookConfig::MAX_ORDERS)]
    Stops(u32),
    /// Not a window.
    #[error("the window is a power of two from 8 to 4096 prices, not {0}")]
    Window(u32),
    /// Sums of quantities would not fit, or no order could be placed.
    #[error("the largest order is from 1 to {most} lots for so many orders, not {found}")]
    MaxQuantity {
        /// What was asked for.
        found: u64,
        /// The most that is possible.
        most: u64,
    },
}
