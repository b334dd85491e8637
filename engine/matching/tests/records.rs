//! Commands and reports as records: what is written is read back, and nothing else is read.

use proptest::prelude::*;
use sealane_matching::{
    CancelReason, Command, DecodeError, Fill, NewOrder, OrderId, OrderKind, OwnerId, Price,
    Quantity, RejectReason, Report, SelfTrade, Side, TimeInForce,
};

fn id() -> impl Strategy<Value = OrderId> {
    any::<u64>().prop_map(OrderId)
}

fn owner() -> impl Strategy<Value = OwnerId> {
    any::<u32>().prop_map(OwnerId)
}

fn price() -> impl Strategy<Value = Price> {
    any::<u32>().prop_map(Price)
}

fn quantity() -> impl Strategy<Value = Quantity> {
    any::<u64>().prop_map(Quantity)
}

fn side() -> impl Strategy<Value = Side> {
    prop::sample::select(Side::BOTH.to_vec())
}

fn time_in_force() -> impl Strategy<Value = TimeInForce> {
    prop::sample::select(vec![
        TimeInForce::GoodTilCancelled,
        TimeInForce::ImmediateOrCancel,
        TimeInForce::FillOrKill,
        TimeInForce::PostOnly,
    ])
}

fn self_trade() -> impl Strategy<Value = SelfTrade> {
    prop::sample::select(vec![
        SelfTrade::CancelResting,
        SelfTrade::CancelTaking,
        SelfTrade::CancelBoth,
        SelfTrade::Decrement,
    ])
}

fn kind() -> impl Strategy<Value = OrderKind> {
    prop_oneof![
        (price(), time_in_force()).prop_map(|(price, time_in_force)| OrderKind::Limit {
            price,
            time_in_force
        }),
        Just(OrderKind::Market),
        price().prop_map(|trigger| OrderKind::Stop { trigger }),
        (price(), price(), time_in_force()).prop_map(|(trigger, price, time_in_force)| {
            OrderKind::StopLimit {
                trigger,
                price,
                time_in_force,
            }
        }),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let order = (id(), owner(), side(), quantity(), kind(), self_trade()).prop_map(
        |(id, owner, side, quantity, kind, self_trade)| NewOrder {
            id,
            owner,
            side,
            quantity,
            kind,
            self_trade,
        },
    );
    prop_oneof![
        order.prop_map(Command::Place),
        (id(), owner()).prop_map(|(id, owner)| Command::Cancel { id, owner }),
        owner().prop_map(|owner| Command::CancelAll { owner }),
        (id(), owner(), price(), quantity()).prop_map(|(id, owner, price, quantity)| {
            Command::Replace {
                id,
                owner,
                price,
                quantity,
            }
        }),
        (
            id(),
            owner(),
            price(),
            prop::option::of(price()),
            quantity()
        )
            .prop_map(
                |(id, owner, trigger, limit, quantity)| Command::ReplaceStop {
                    id,
                    owner,
                    trigger,
                    limit,
                    quantity,
                }
            ),
    ]
}

fn reject_reason() -> impl Strategy<Value = RejectReason> {
    use RejectReason::*;
    prop::sample::select(vec![
        ZeroQuantity,
        QuantityTooLarge,
        PriceOutOfRange,
        DuplicateId,
        UnknownOrder,
        NotOwner,
        WouldTake,
        NotFillable,
        BookFull,
        StopsFull,
        IsStop,
        NotStop,
        LimitMismatch,
    ])
}

fn cancel_reason() -> impl Strategy<Value = CancelReason> {
    use CancelReason::*;
    prop::sample::select(vec![
        Requested,
        AllRequested,
        Unfilled,
        SelfTrade,
        WouldTake,
        NotFillable,
        BookFull,
    ])
}

fn fill() -> impl Strategy<Value = Report> {
    let ids = (id(), id(), owner(), owner());
    (ids, quantity(), quantity(), price(), side()).prop_map(
        |((maker, taker, maker_owner, taker_owner), quantity, maker_left, price, taker_side)| {
            Report::Filled(Fill {
                maker,
                taker,
                quantity,
                maker_left,
                price,
                maker_owner,
                taker_owner,
                taker_side,
            })
        },
    )
}

fn report() -> impl Strategy<Value = Report> {
    prop_oneof![
        (id(), owner(), quantity()).prop_map(|(id, owner, quantity)| Report::Accepted {
            id,
            owner,
            quantity
        }),
        (id(), owner(), reject_reason()).prop_map(|(id, owner, reason)| Report::Rejected {
            id,
            owner,
            reason
        }),
        fill(),
        (id(), id(), owner(), quantity(), quantity()).prop_map(
            |(maker, taker, owner, quantity, maker_left)| Report::Decremented {
                maker,
                taker,
                owner,
                quantity,
                maker_left
            }
        ),
        (id(), owner(), quantity(), cancel_reason()).prop_map(|(id, owner, quantity, reason)| {
            Report::Cancelled {
                id,
                owner,
                quantity,
                reason,
            }
        }),
        (owner(), any::<u32>()).prop_map(|(owner, orders)| Report::CancelledAll { owner, orders }),
        (id(), owner(), price(), quantity(), any::<bool>()).prop_map(
            |(id, owner, price, quantity, kept_priority)| Report::Replaced {
                id,
                owner,
                price,
                quantity,
                kept_priority
            }
        ),
        (id(), owner(), quantity(), price()).prop_map(|(id, owner, quantity, last)| {
            Report::Triggered {
                id,
                owner,
                quantity,
                last,
            }
        }),
        stop_replaced(),
    ]
}

fn stop_replaced() -> impl Strategy<Value = Report> {
    let prices = (price(), prop::option::of(price()));
    (id(), owner(), prices, quantity(), any::<bool>()).prop_map(
        |(id, owner, (trigger, limit), quantity, kept_priority)| Report::StopReplaced {
            id,
            owner,
            trigger,
            limit,
            quantity,
            kept_priority,
        },
    )
}

fn command_bytes(command: &Command) -> [u8; Command::ENCODED_LEN] {
    let mut bytes = [0xff; Command::ENCODED_LEN];
    command.encode(&mut bytes);
    bytes
}

fn report_bytes(report: &Report) -> [u8; Report::ENCODED_LEN] {
    let mut bytes = [0xff; Report::ENCODED_LEN];
    report.encode(&mut bytes);
    bytes
}

proptest! {
    #[test]
    fn a_command_comes_back(command in command()) {
        prop_assert_eq!(Command::decode(&command_bytes(&command)), Ok(command));
    }

    #[test]
    fn a_report_comes_back(report in report()) {
        prop_assert_eq!(Report::decode(&report_bytes(&report)), Ok(report));
    }

    /// Every record has one form: a changed byte is an error or another command, never the same.
    #[test]
    fn a_changed_command_is_another_or_none(
        command in command(),
        at in 0..Command::ENCODED_LEN,
        change in 1u8..,
    ) {
        let mut bytes = command_bytes(&command);
        bytes[at] ^= change;
        if let Ok(other) = Command::decode(&bytes) {
            prop_assert_ne!(other, command);
            prop_assert_eq!(command_bytes(&other), bytes);
        }
    }

    #[test]
    fn a_changed_report_is_another_or_none(
        report in report(),
        at in 0..Report::ENCODED_LEN,
        change in 1u8..,
    ) {
        let mut bytes = report_bytes(&report);
        bytes[at] ^= change;
        if let Ok(other) = Report::decode(&bytes) {
            prop_assert_ne!(other, report);
            prop_assert_eq!(report_bytes(&other), bytes);
        }
    }

    #[test]
    fn any_bytes_give_a_record_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        if let Ok(command) = Command::decode(&bytes) {
            prop_assert_eq!(&command_bytes(&command)[..], &bytes[..]);
        }
        if let Ok(report) = Report::decode(&bytes) {
            prop_assert_eq!(&report_bytes(&report)[..], &bytes[..]);
        }
    }
}

#[test]
fn errors_say_where_and_what() {
    let bytes = command_bytes(&Command::Cancel {
        id: OrderId(7),
        owner: OwnerId(8),
    });
    let with = |at: usize, byte: u8| {
        let mut bytes = bytes;
        bytes[at] = byte;
        Command::decode(&bytes).unwrap_err()
    };
    let unknown = DecodeError::Unknown {
        field: "command",
        at: 0,
        found: 9,
    };
    assert_eq!(with(0, 9), unknown);
    // A cancel has no price.
    assert_eq!(with(28, 1), DecodeError::NotZero { at: 28 });
    let length = DecodeError::Length {
        expected: 40,
        found: 39,
    };
    assert_eq!(Command::decode(&bytes[1..]), Err(length));
    assert!(length.to_string().contains("expected 40 bytes and got 39"));
}

#[test]
fn a_record_lies_as_written_down() {
    // Journals outlive the program: this must not change.
    let order = NewOrder {
        id: OrderId(0x0102_0304_0506_0708),
        owner: OwnerId(0x1112_1314),
        side: Side::Ask,
        quantity: Quantity(0x2122_2324_2526_2728),
        kind: OrderKind::StopLimit {
            trigger: Price(0x3132_3334),
            price: Price(0x4142_4344),
            time_in_force: TimeInForce::PostOnly,
        },
        self_trade: SelfTrade::CancelBoth,
    };
    let expected: [u8; 40] = [
        0, 1, 3, 3, 2, 0, 0, 0, // place, ask, stop-limit, post-only, cancel both
        8, 7, 6, 5, 4, 3, 2, 1, 0x28, 0x27, 0x26, 0x25, 0x24, 0x23, 0x22,
        0x21, // id, quantity
        0x14, 0x13, 0x12, 0x11, 0x44, 0x43, 0x42, 0x41, // owner, price
        0x34, 0x33, 0x32, 0x31, 0, 0, 0, 0, // trigger
    ];
    assert_eq!(command_bytes(&Command::Place(order)), expected);
    let mut replaced = expected;
    // Side, time in force and self-trade mode stay what they are.
    replaced[..5].copy_from_slice(&[4, 0, 3, 0, 0]);
    let with_limit = |limit| Command::ReplaceStop {
        id: order.id,
        owner: order.owner,
        trigger: Price(0x3132_3334),
        limit,
        quantity: order.quantity,
    };
    let limit = Some(Price(0x4142_4344));
    assert_eq!(command_bytes(&with_limit(limit)), replaced);
    replaced[2] = 2;
    replaced[28..32].fill(0);
    assert_eq!(command_bytes(&with_limit(None)), replaced);
    // A stop is no limit order.
    replaced[2] = 0;
    let error = Command::decode(&replaced).unwrap_err();
    assert!(error.to_string().contains("kind of stop"), "{error}");
}
