//! Quotes: what an instruction will do, computed by the program's own arithmetic from cached
//! accounts. Nothing here does I/O.
//!
//! A quote equals the execution to the last unit as long as the shard is in the quoted state when
//! the transaction is executed; slippage bounds say how much of a difference is accepted.

mod choice;
mod context;
mod error;
mod liquidity;
mod swap;
mod take;

pub use choice::VenueChoice;
pub(crate) use choice::liking;
pub(crate) use context::Context;
pub use context::{cached_pool, cached_shard};
pub use error::QuoteError;
pub use liquidity::{
    AddLiquidityQuote, AddLiquidityRequest, AddSingleSidedQuote, AddSingleSidedRequest,
    CollectedFees, RebalanceQuote, RemoveLiquidityQuote, RemoveLiquidityRequest,
    RemoveSingleSidedQuote, RemoveSingleSidedRequest, quote_add_liquidity, quote_add_single_sided,
    quote_collect_protocol_fees, quote_rebalance, quote_remove_liquidity,
    quote_remove_single_sided,
};
pub use swap::{
    Quote, QuoteRequest, SwapKind, quote_exact_in, quote_exact_in_on_shard, quote_exact_out,
    quote_exact_out_on_shard,
};
pub use take::spread;
pub use take::{
    QuotedFill, SwapTakeQuote, SwapTakeRequest, TakeOutcome, TakeQuote, TakeRequest,
    quote_swap_take, quote_swap_take_from, quote_take, quote_take_by, quote_take_from,
};

/// Slippage bounds, for the other quotes.
mod bounds {
    pub(super) use super::context::{at_least, at_most};
}
