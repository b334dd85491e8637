//! A made-up price of tSOL in dollars.

use std::time::Duration;

use rand::{Rng as _, rngs::StdRng};
use rust_decimal::Decimal;
use tokio::{sync::watch, time::interval};

/// Where it starts, and what it always comes back to: the demo pools' price.
pub(super) const START: Decimal = Decimal::from_parts(150, 0, 0, false, 0);
/// How often it moves.
const STEP_EVERY: Duration = Duration::from_secs(1);
/// By how much at most, in hundredths of a basis point.
const STEP: i64 = 600;
/// Which part of the distance to the start it goes back with every step: 0.004.
const PULL: Decimal = Decimal::from_parts(4, 0, 0, false, 3);

/// The walk's own half.
pub(super) struct Walk {
    price: watch::Sender<Decimal>,
    rng: StdRng,
}

/// A random walk, and where to read it.
pub(super) fn random_walk(rng: StdRng) -> (watch::Receiver<Decimal>, Walk) {
    let (price, read) = watch::channel(START);
    (read, Walk { price, rng })
}

impl Walk {
    pub(super) async fn run(mut self, mut stopped: watch::Receiver<bool>) {
        let mut steps = interval(STEP_EVERY);
        loop {
            tokio::select! {
                _ = stopped.wait_for(|stopped| *stopped) => return,
                _ = steps.tick() => {}
            }
            let step = Decimal::new(self.rng.random_range(-STEP..=STEP), 6);
            self.price.send_modify(|price| *price = after(*price, step));
        }
    }
}

/// The price a step later.
fn after(price: Decimal, step: Decimal) -> Decimal {
    (price + price * step + (START - price) * PULL).round_dp(6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back() {
        let far = START * Decimal::TWO;
        assert!(after(far, Decimal::ZERO) < far);
        assert!(after(START / Decimal::TWO, Decimal::ZERO) > START / Decimal::TWO);
        assert_eq!(after(START, Decimal::ZERO), START);
    }

    #[test]
    fn a_thousand_steps_stay_positive() {
        let step = Decimal::new(-STEP, 6);
        let price = (0..1_000).fold(START, |price, _| after(price, step));
        assert!(price > START / Decimal::TWO, "{price}");
    }
}
