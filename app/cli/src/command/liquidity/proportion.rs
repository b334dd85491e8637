//! A deposit of which one amount is given: how much of the other token goes with it.

use sealane_sdk::{
    Side,
    amm::state::Shard,
    quote::{AddLiquidityRequest, quote_add_liquidity},
};

use crate::{
    failure::{Failure, Result},
    session::Session,
};

const BPS: u128 = 10_000;

/// Fills in the most of the other token: what the quote says goes with the `given` amount of
/// `side`, and as much more as the price may move.
pub(super) fn complete(
    session: &Session,
    request: AddLiquidityRequest,
    side: Side,
) -> Result<AddLiquidityRequest> {
    let pools = session.client.pools();
    if let Some(index) = request.shard {
        session.require_shard(&request.pool, index)?;
    }
    let candidates = pools
        .shards(&request.pool)
        .map(|entry| entry.shard)
        .filter(|shard| request.shard.is_none_or(|index| shard.index == index));
    // Plenty: a deposit takes no more of it than its proportion, in whichever shard it goes to.
    let most = candidates
        .filter_map(|shard| in_proportion(shard, given(&request, side), side))
        .max();
    let Some(most) = most else {
        return Err(
            Failure::usage("NeedsBoth", "the first deposit into a shard sets its price")
                .hint("give both --base and --quote"),
        );
    };
    // Twice, since a transfer fee is taken off before the proportion is.
    let plenty = most.saturating_mul(2).saturating_add(1);
    let quote = quote_add_liquidity(pools, &with_other(request, side, plenty))?;
    let needed = match side {
        Side::Base => quote.quote,
        Side::Quote => quote.base,
    };
    Ok(with_other(
        request,
        side,
        with_leeway(needed, request.slippage_tolerance_bps),
    ))
}

fn given(request: &AddLiquidityRequest, side: Side) -> u64 {
    match side {
        Side::Base => request.maximum_base,
        Side::Quote => request.maximum_quote,
    }
}

fn with_other(request: AddLiquidityRequest, side: Side, other: u64) -> AddLiquidityRequest {
    match side {
        Side::Base => AddLiquidityRequest {
            maximum_quote: other,
            ..request
        },
        Side::Quote => AddLiquidityRequest {
            maximum_base: other,
            ..request
        },
    }
}

/// The other token's part, rounded up; `None` in an empty shard.
fn in_proportion(shard: &Shard, given: u64, side: Side) -> Option<u64> {
    let (own, other) = match side {
        Side::Base => (shard.base_reserve, shard.quote_reserve),
        Side::Quote => (shard.quote_reserve, shard.base_reserve),
    };
    if own == 0 || other == 0 {
        return None;
    }
    let part = (u128::from(given) * u128::from(other)).div_ceil(u128::from(own));
    Some(u64::try_from(part).unwrap_or(u64::MAX))
}

fn with_leeway(amount: u64, bps: u16) -> u64 {
    let leeway = (u128::from(amount) * u128::from(bps)).div_ceil(BPS);
    u64::try_from(u128::from(amount) + leeway).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leeway_is_rounded_up_and_saturates() {
        assert_eq!(with_leeway(1_000_000, 50), 1_005_000);
        assert_eq!(with_leeway(1, 50), 2);
        assert_eq!(with_leeway(0, 50), 0);
        assert_eq!(with_leeway(u64::MAX, 1), u64::MAX);
    }
}
