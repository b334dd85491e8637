//! No command allocates, from the first on: all memory is reserved when the book is made.

use allocation_counter::measure;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sealane_matching::{
    Book, BookConfig, Command, LevelChange, NewOrder, OrderChange, OrderId, OrderKind, OwnerId,
    Price, Quantity, Report, ReportSink, SelfTrade, Side, TimeInForce,
};

/// Takes all streams and keeps nothing.
#[derive(Default)]
struct Counted {
    reports: u64,
    triggered: u64,
    full: u64,
    stops_replaced: u64,
    changes: u64,
}

impl ReportSink for Counted {
    fn report(&mut self, report: Report) {
        self.reports += 1;
        match report {
            Report::Triggered { .. } => self.triggered += 1,
            Report::Rejected { .. } => self.full += 1,
            Report::StopReplaced { .. } => self.stops_replaced += 1,
            _ => {}
        }
    }

    fn level(&mut self, _change: LevelChange) {
        self.changes += 1;
    }

    fn order(&mut self, _change: OrderChange) {
        self.changes += 1;
    }
}

fn command(random: &mut ChaCha8Rng, number: u64) -> Command {
    // Wanders, so that the window moves, and far orders move in and out of it.
    let centre = 50_000.0 + 20_000.0 * (number as f64 / 40_000.0).sin();
    let mut price = |spread: f64| {
        let unit: f64 = random.random_range(-1.0..1.0);
        Price((centre + unit.powi(3) * spread) as u32)
    };
    let (near, far) = (price(300.0), price(30_000.0));
    let id = OrderId(number);
    let other = OrderId(number - random.random_range(0..number.min(3_000)));
    // Stops do not wait long.
    let recent = OrderId(number - random.random_range(0..number.min(20)));
    let owner = |id: OrderId| OwnerId((id.0 % 50) as u32);
    let price = if random.random_ratio(1, 4) { far } else { near };
    let limit = |time_in_force| OrderKind::Limit {
        price,
        time_in_force,
    };
    let kind = match random.random_range(0..20) {
        0 => OrderKind::Market,
        1 => limit(TimeInForce::ImmediateOrCancel),
        2 => limit(TimeInForce::FillOrKill),
        3 => limit(TimeInForce::PostOnly),
        4 => OrderKind::Stop { trigger: near },
        5 => OrderKind::StopLimit {
            trigger: near,
            price: far,
            time_in_force: TimeInForce::GoodTilCancelled,
        },
        _ => limit(TimeInForce::GoodTilCancelled),
    };
    match random.random_range(0..1_000) {
        0..550 => Command::Place(NewOrder {
            id,
            owner: owner(id),
            side: Side::BOTH[random.random_range(0..2)],
            quantity: Quantity(random.random_range(1..100)),
            kind,
            self_trade: SelfTrade::Decrement,
        }),
        550..850 => Command::Cancel {
            id: other,
            owner: owner(other),
        },
        850..890 => Command::ReplaceStop {
            id: recent,
            owner: owner(recent),
            trigger: near,
            limit: random.random_ratio(1, 2).then_some(far),
            quantity: Quantity(random.random_range(1..100)),
        },
        890..999 => Command::Replace {
            id: other,
            owner: owner(other),
            price,
            quantity: Quantity(random.random_range(1..100)),
        },
        _ => Command::CancelAll {
            owner: owner(other),
        },
    }
}

#[test]
fn no_command_allocates() {
    // Small enough to be full at times.
    let config = BookConfig {
        orders: 1_000,
        stops: 200,
        window: 512,
        ..BookConfig::default()
    };
    let mut book = Book::new(config).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let commands: Vec<_> = (1..400_000)
        .map(|number| command(&mut random, number))
        .collect();
    let mut counted = Counted::default();
    let mut most = 0;
    let info = measure(|| {
        for command in &commands {
            book.apply(command, &mut counted);
            most = most.max(book.orders());
        }
    });
    assert_eq!(info.count_total, 0, "allocations");
    // It did something, and met its limit.
    assert_eq!(most, config.orders);
    assert!(counted.triggered > 1_000, "{}", counted.triggered);
    assert!(counted.stops_replaced > 100, "{}", counted.stops_replaced);
    assert!(counted.full > 1_000 && counted.changes > counted.reports / 2);
    // And the counter counts.
    assert!(measure(|| drop(std::hint::black_box(vec![1]))).count_total > 0);
}
