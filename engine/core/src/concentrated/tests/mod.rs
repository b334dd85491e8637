//! Prices, amounts and steps against big numbers.

mod amounts;
mod arrays;
mod pool;
mod steps;
mod ticks;
mod world;
