//! Snapshots bring a book back, and the state's hash depends on nothing but the state.

use super::{
    agreement::{Copy, commands},
    stream::Stream,
    tiny,
};
use crate::{
    book::{Book, BookConfig},
    command::{Command, NewOrder, OrderKind, SelfTrade, TimeInForce},
    report::{Report, ReportSink},
    units::{OrderId, OwnerId, Price, Quantity, Side},
};

fn restored(book: &Book) -> Book {
    let mut bytes = vec![1, 2, 3];
    book.snapshot(&mut bytes);
    Book::restore(&bytes[3..]).unwrap()
}

#[test]
fn a_restored_book_goes_on_as_the_original() {
    for seed in 0..commands(60_000).div_ceil(2_000) {
        let config = tiny(60, 20, 16);
        let mut original = Book::new(config).unwrap();
        let mut stream = Stream::new(1_000_000 + seed);
        let mut reports = Vec::new();
        for _ in 0..1_000 {
            original.apply(&stream.next(), &mut reports);
        }
        let mut copy = restored(&original);
        copy.check();
        assert_eq!(copy.config(), original.config());
        assert_eq!(copy.state_hash(), original.state_hash());
        for number in 0..1_000 {
            let command = stream.next();
            let (mut of_original, mut of_copy) = (Vec::new(), Vec::new());
            original.apply(&command, &mut of_original);
            copy.apply(&command, &mut of_copy);
            assert_eq!(of_original, of_copy, "seed {seed}: {command:?}");
            if number % 100 == 0 {
                assert_eq!(copy.state_hash(), original.state_hash());
                // Again and again, so that places differ more and more.
                copy = restored(&copy);
            }
        }
        assert_eq!(copy.state_hash(), original.state_hash());
    }
}

#[test]
fn the_window_does_not_change_what_the_book_does() {
    for seed in 0..20 {
        let mut stream = Stream::new(2_000_000 + seed);
        let mut books = [8, 64, 4_096].map(|window| {
            let config = tiny(60, 20, window);
            (Book::new(config).unwrap(), Copy::default())
        });
        for _ in 0..1_000 {
            let command = stream.next();
            for (book, copy) in &mut books {
                book.apply(&command, copy);
            }
        }
        let [(first, reports), others @ ..] = &books;
        for (book, copy) in others {
            assert_eq!(copy.reports, reports.reports);
            assert_eq!(book.state_hash(), first.state_hash());
            copy.assert_equals(first);
        }
    }
}

fn limit(id: u64, side: Side, price: u32, quantity: u64) -> Command {
    Command::Place(NewOrder {
        id: OrderId(id),
        owner: OwnerId(id as u32 % 3),
        side,
        quantity: Quantity(quantity),
        kind: OrderKind::Limit {
            price: Price(price),
            time_in_force: TimeInForce::GoodTilCancelled,
        },
        self_trade: SelfTrade::Decrement,
    })
}

fn cancel(id: u64) -> Command {
    Command::Cancel {
        id: OrderId(id),
        owner: OwnerId(id as u32 % 3),
    }
}

fn book_after(commands: &[Command]) -> Book {
    struct Accepted;
    impl ReportSink for Accepted {
        fn report(&mut self, report: Report) {
            assert!(!matches!(report, Report::Rejected { .. }), "{report:?}");
        }
    }
    let mut book = Book::new(tiny(8, 2, 8)).unwrap();
    for command in commands {
        book.apply(command, &mut Accepted);
    }
    book
}

#[test]
fn the_hash_does_not_depend_on_how_the_state_came_about() {
    let straight = [
        limit(1, Side::Bid, 100, 5),
        limit(2, Side::Bid, 100, 6),
        limit(3, Side::Ask, 104, 7),
    ];
    // Other places, another id order, a window that has been elsewhere, a reduced order.
    let roundabout = [
        limit(9, Side::Ask, 9_000, 1),
        limit(3, Side::Ask, 104, 7),
        limit(8, Side::Bid, 3, 1),
        limit(1, Side::Bid, 100, 9),
        cancel(9),
        limit(2, Side::Bid, 100, 6),
        Command::Replace {
            id: OrderId(1),
            owner: OwnerId(1),
            price: Price(100),
            quantity: Quantity(5),
        },
        cancel(8),
    ];
    let book = book_after(&straight);
    assert_eq!(
        book.state_hash(),
        book_after(&roundabout).state_hash(),
        "the same orders in the same queues"
    );

    let [one, two, three] = straight;
    let differing: [&[Command]; 6] = [
        &[],
        &[one, two],
        // The queue's order.
        &[two, one, three],
        &[one, two, limit(3, Side::Ask, 105, 7)],
        &[one, two, limit(3, Side::Ask, 104, 8)],
        &[one, two, limit(4, Side::Ask, 104, 7)],
    ];
    for commands in differing {
        assert_ne!(book_after(commands).state_hash(), book.state_hash());
    }
}

#[test]
fn the_hash_covers_limits_last_price_and_what_an_order_will_do() {
    let empty = |config| Book::new(config).unwrap().state_hash();
    let config = BookConfig::default();
    let others = [
        BookConfig {
            orders: 9,
            ..config
        },
        BookConfig { stops: 9, ..config },
        BookConfig {
            max_quantity: Quantity(9),
            ..config
        },
    ];
    for other in others {
        assert_ne!(empty(other), empty(config));
    }
    // A trade that leaves nothing leaves its price.
    let traded = book_after(&[limit(1, Side::Bid, 5, 1), limit(2, Side::Ask, 5, 1)]);
    assert_ne!(traded.state_hash(), book_after(&[]).state_hash());
    // The mode in which it takes once it is replaced.
    let Command::Place(order) = limit(1, Side::Bid, 5, 1) else {
        unreachable!()
    };
    let other_mode = Command::Place(NewOrder {
        self_trade: SelfTrade::CancelBoth,
        ..order
    });
    assert_ne!(
        book_after(&[other_mode]).state_hash(),
        book_after(&[Command::Place(order)]).state_hash()
    );
}

#[test]
fn the_format_and_the_hash_stay_as_they_are() {
    // Journals and snapshots outlive the program that wrote them. If this fails, either something
    // broke or the snapshot's version must go up.
    let mut book = book_after(&[
        limit(1, Side::Bid, 100, 5),
        limit(2, Side::Ask, 100, 2),
        limit(3, Side::Ask, 104, 7),
    ]);
    let stop = NewOrder {
        id: OrderId(4),
        owner: OwnerId(1),
        side: Side::Ask,
        quantity: Quantity(3),
        kind: OrderKind::Stop { trigger: Price(90) },
        self_trade: SelfTrade::CancelTaking,
    };
    book.apply(&Command::Place(stop), &mut Vec::new());
    let mut bytes = Vec::new();
    book.snapshot(&mut bytes);
    assert_eq!(bytes.len(), 16 + 36 + 2 * 28 + 32 + 8);
    assert_eq!(book.state_hash(), FIXED_HASH);
}

const FIXED_HASH: u64 = 15_363_484_870_415_037_418;
