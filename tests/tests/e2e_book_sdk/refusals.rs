//! What is refused is named, by the SDK and by the program.

use sealane_sdk::engine_core::book::{BookSide, Lots};
use sealane_sdk::orderbook::TimeInForce;
use sealane_sdk::orderbook::errors::OrderbookError;
use sealane_sdk::plan::{Caller, take_instruction};
use sealane_sdk::quote::{TakeRequest, quote_take_from};

use crate::stage::Stage;

#[tokio::test]
async fn refusals_are_named_and_move_nothing() {
    let stage = Stage::set().await;
    let mut desk = stage.desk().await;
    let bob = &stage.world.wallets.bob;
    let lane = desk.open(&bob.keypair, None).await;
    desk.deposit(&lane, &bob.keypair, 0, 100_000_000).await;
    let before = desk.lane(&lane).clone();
    let best = *desk.book().best(BookSide::Ask).expect("somebody sells");
    let request = TakeRequest {
        time_in_force: TimeInForce::FillOrKill,
        ..TakeRequest::new(lane, BookSide::Bid, best.price, Lots(best.lots.0 + 1))
    };

    // The SDK refuses to build it, and the program to do it.
    let quoted = quote_take_from(desk.markets(), &request, &[best.lane]);
    let refused = quoted.expect_err("more than there is");
    assert_eq!(refused.orderbook_error(), Some(OrderbookError::NotFilled));
    let caller = Caller::new(bob.address());
    let late = caller.with_deadline(1);
    for (who, order, error) in [
        (caller, request, OrderbookError::NotFilled),
        (late, request, OrderbookError::DeadlinePassed),
        (
            caller,
            TakeRequest {
                lots: best.lots,
                ..request
            },
            OrderbookError::InsufficientFunds,
        ),
    ] {
        let take = take_instruction(&desk.market, &order, &[best.lane], u16::MAX, &who);
        let refused = desk.client.send(&[take], &bob.keypair).await;
        let refused = refused.expect_err("refused");
        assert_eq!(refused.orderbook_error(), Some(error), "{refused}");
        assert!(refused.hint().is_some(), "{refused}");
    }
    desk.refresh().await;
    assert_eq!(*desk.lane(&lane), before);
    assert_eq!(desk.book().best(BookSide::Ask), Some(&best));
    stage.chain.stop().await.expect("a clean stop");
}
