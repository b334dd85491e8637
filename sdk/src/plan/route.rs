//! Routes: several trades in one transaction.

use solana_pubkey::Pubkey;

use super::{Caller, Plan, Token, reaps_in_front, swap_instructions, swap_take_instruction};
use crate::{
    quote::{Quote, QuoteError},
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
    let mut received: Vec<Pubkey> = Vec::new();
    let mut instructions = Vec::new();
    for leg in &route.legs {
        let mint = leg.mint_out();
        if caller.create_accounts && !received.contains(&mint) {
            let token = token_out(venues, leg)?;
            instructions.push(create_associated_token_instruction(
                &caller.payer,
                &caller.owner,
                &token.mint,
                &token.program,
            ));
            received.push(mint);
        }
    }
    let caller = caller.without_account_creation();
    for leg in &route.legs {
        match leg {
            RouteLeg::Pool(quote) => {
                let quote = Quote::clone(quote);
                let plan = swap_instructions(venues.pools, quote, &caller)?;
                instructions.extend(plan.instructions);
            }
            RouteLeg::Market(take) => {
                instructions.extend(reaps_in_front(&take.quote.outcome));
                instructions.push(swap_take_instruction(venues.markets, &take.quote, &caller)?);
            }
        }
    }
    Ok(Plan {
        instructions,
        quote: route,
    })
}

/// The token that a leg receives.
fn token_out(venues: &Venues<'_>, leg: &RouteLeg) -> Result<Token, RouteError> {
    let place = leg.place();
    let both = match leg {
        RouteLeg::Pool(_) => {
            let unknown = QuoteError::UnknownPool { pool: place };
            Token::both(venues.pools.pool(&place).ok_or(unknown)?.pool)
        }
        RouteLeg::Market(_) => {
            let market = venues.markets.known(&place)?.market;
            super::market::tokens(market)
        }
    };
    let [base, quote] = both;
    Ok(match leg.mint_out() == base.mint {
        true => base,
        false => quote,
    })
}

#[cfg(test)]
mod tests;
