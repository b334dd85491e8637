//! A market's ladder against the quotes of single takes.

use proptest::prelude::*;
use sealane_core::book::{BookSide, NewOrder, SelfTrade};

use super::sandbox::Sandbox;
use crate::{
    book::{TakeLimits, fixtures::order},
    quote::{SwapKind, SwapTakeRequest, quote_swap_take},
    route::{
        RouteRequest,
        graph::{Graph, Source},
        venue::{Venue, any_price},
    },
};

prop_compose! {
    fn any_order()(is_bid: bool, away in 1u32..60, lots in 1u64..40) -> NewOrder {
        match is_bid {
            true => order(BookSide::Bid, 100 - away, lots),
            false => order(BookSide::Ask, 100 + away, lots),
        }
    }
}

fn any_fee() -> impl Strategy<Value = Option<(u16, u64)>> {
    prop::option::of((0u16..1_000, 0u64..10_000))
}

proptest! {
    /// For any amount: what a take of it comes to, or that there is none.
    #[test]
    fn the_same_as_quotes(
        lanes in prop::collection::vec(prop::collection::vec(any_order(), 0..6), 1..4),
        fees in [any_fee(), any_fee()],
        amount in 1u64..200_000,
        exact_out: bool,
        sells: bool,
    ) {
        let mut sandbox = Sandbox::new(amount);
        let (base, quote) = (sandbox.token(fees[0]), sandbox.token(fees[1]));
        let market = sandbox.market((base, quote), &lanes);
        let trader = sandbox.address();
        let kind = if exact_out { SwapKind::ExactOut } else { SwapKind::ExactIn };
        let (from, to) = if sells { (base, quote) } else { (quote, base) };
        let request = RouteRequest::new(kind, amount, sandbox.mint(from), sandbox.mint(to), trader);
        let mut graph = Graph::new(sandbox.venues(), &request).unwrap();
        let root = graph.root;
        let Some(edge) = graph.leaving(root, amount).first().copied() else {
            return Ok(());
        };
        let edge = &graph.edges[edge];
        let Source::Market { side, .. } = edge.source else { panic!("a pool") };
        let Venue::Market(ladder) = &edge.venue else { panic!("a shard") };
        let take = SwapTakeRequest {
            market,
            trader,
            side,
            limit: any_price(side),
            lots: None,
            maximum_sent: Some(amount),
            slippage_tolerance_bps: 0,
            whole: false,
            self_trade: SelfTrade::Abort,
            referrer: None,
        };
        let quoted = |take| quote_swap_take(sandbox.world.markets(), &take, &TakeLimits::default()).ok();
        let other = edge.venue.other(kind, amount);
        match kind {
            SwapKind::ExactIn => {
                let quoted = quoted(take);
                if let Some(received) = other {
                    prop_assert_eq!(quoted.map(|quote| quote.received), Some(received));
                } else if let Some(quote) = quoted.filter(|quote| quote.received > 0) {
                    // Orders run out: at least another lot could have been paid.
                    prop_assert!(amount > quote.sent);
                }
            }
            SwapKind::ExactOut => {
                let Some(sent) = other else { return Ok(()) };
                let lots = ladder.lots(kind, amount).map(sealane_core::book::Lots);
                let whole = SwapTakeRequest { lots, maximum_sent: None, whole: true, ..take };
                let quote = quoted(whole).unwrap();
                prop_assert_eq!(quote.sent, sent);
                prop_assert!(quote.received >= amount);
                // A lot less would not be enough.
                let fewer = lots.map(|lots| sealane_core::book::Lots(lots.0 - 1)).filter(|lots| lots.0 > 0);
                if let Some(less) = fewer.and_then(|lots| quoted(SwapTakeRequest { lots: Some(lots), ..whole })) {
                    prop_assert!(less.received < amount);
                }
            }
        }
    }
}
