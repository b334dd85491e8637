//! Routes: several trades in one transaction.

use sealane_core::book::BookSide;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use super::{
    Caller, Plan, SwapOrder, SwapTakeOrder, Token, reap_instruction, swap_order_instructions,
    swap_take_order_instruction,
};
use crate::{
    quote::cached_pool,
    route::{Route, RouteError, RouteLeg, RouteRequest, Venues, route},
    token::create_associated_token_instruction,
};

/// Trades as the request asks, on behalf of the caller, over whatever serves it best.
///
/// Who trades, who pays and whether accounts are created is taken from the caller.
///
/// # Errors
/// [`RouteError`]: there is no route, or none that is within the limits.
pub fn route_instructions(
    venues: &Venues<'_>,
    request: &RouteRequest<'_>,
    caller: &Caller,
) -> Result<Plan<Route>, RouteError> {
    let request = RouteRequest {
        trader: caller.owner,
        payer: Some(caller.payer),
        creates_accounts: caller.create_accounts,
        ..*request
    };
    routed_instructions(venues, route(venues, &request)?, caller)
}

/// What a trade of a route says on chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteOrder {
    /// A swap with a shard of a pool.
    Pool(SwapOrder),
    /// A take from a market.
    Market(SwapTakeOrder),
}

impl From<&RouteLeg> for RouteOrder {
    fn from(leg: &RouteLeg) -> Self {
        match leg {
            RouteLeg::Pool(quote) => Self::Pool((&**quote).into()),
            RouteLeg::Market(take) => Self::Market((&take.quote).into()),
        }
    }
}

/// Executes a route at hand. The accounts that receive are created first, each once, and every leg
/// is one instruction; lanes that its quote wants reaped are reaped in front of it.
///
/// # Errors
/// [`RouteError`] if a cache no longer holds one of the route's pools, shards or markets.
pub fn routed_instructions(
    venues: &Venues<'_>,
    route: Route,
    caller: &Caller,
) -> Result<Plan<Route>, RouteError> {
    let orders: Vec<RouteOrder> = route.legs.iter().map(RouteOrder::from).collect();
    Ok(Plan {
        instructions: order_instructions(venues, &orders, caller)?,
        quote: route,
    })
}

/// As [`routed_instructions`], of what is said on chain.
///
/// # Errors
/// [`RouteError`] if a cache does not hold one of the pools, shards or markets.
pub fn order_instructions(
    venues: &Venues<'_>,
    orders: &[RouteOrder],
    caller: &Caller,
) -> Result<Vec<Instruction>, RouteError> {
    let mut received: Vec<Pubkey> = Vec::new();
    let mut instructions = Vec::new();
    for order in orders {
        let token = token_out(venues, order)?;
        if caller.create_accounts && !received.contains(&token.mint) {
            instructions.push(create_associated_token_instruction(
                &caller.payer,
                &caller.owner,
                &token.mint,
                &token.program,
            ));
            received.push(token.mint);
        }
    }
    let caller = caller.without_account_creation();
    for order in orders {
        match order {
            RouteOrder::Pool(swap) => {
                let plan = swap_order_instructions(venues.pools, *swap, &caller)?;
                instructions.extend(plan.instructions);
            }
            RouteOrder::Market(take) => {
                instructions.extend(take.reaped.iter().map(reap_instruction));
                let take = swap_take_order_instruction(venues.markets, take, &caller)?;
                instructions.push(take);
            }
        }
    }
    Ok(instructions)
}

/// The token that a trade receives.
fn token_out(venues: &Venues<'_>, order: &RouteOrder) -> Result<Token, RouteError> {
    Ok(match order {
        RouteOrder::Pool(swap) => {
            let pool = cached_pool(venues.pools, &swap.pool)?.pool;
            Token::of(pool, swap.side_in.opposite())
        }
        RouteOrder::Market(take) => {
            let market = venues.markets.known(&take.request.market)?.market;
            let [base, quote] = super::market::tokens(market);
            match take.request.side {
                BookSide::Bid => base,
                BookSide::Ask => quote,
            }
        }
    })
}

#[cfg(test)]
mod tests;
