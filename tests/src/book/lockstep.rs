//! Two exchanges side by side, compared after every operation.

use std::fmt;

use super::{model::Model, operation::*};

/// Where and in what an exchange differs from the model.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Number of the operation in its sequence.
    pub at: usize,
    /// What was done.
    pub operation: String,
    /// What differs.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            at,
            operation,
            what,
        } = self;
        write!(f, "operation {at}, {operation}:\n{what}")
    }
}

/// An exchange and the model, after the same operations.
pub struct Lockstep<E> {
    /// The exchange under test.
    pub exchange: E,
    /// What it must agree with.
    pub model: Model,
    lanes: u8,
    at: usize,
    is: LaneState,
    should: LaneState,
}

impl<E: Exchange> Lockstep<E> {
    /// Before the first operation.
    pub fn new(setting: &Setting, exchange: E) -> Self {
        Self {
            exchange,
            model: Model::new(setting),
            lanes: setting.lanes.len() as u8,
            at: 0,
            is: LaneState::default(),
            should: LaneState::default(),
        }
    }

    /// Runs an operation on both. The outcome is what both agree on.
    ///
    /// # Errors
    /// If results, lanes or vaults differ, or if the vaults do not hold to the unit what they owe.
    pub fn step(&mut self, operation: &Operation) -> Result<Result<Done, BookError>, Difference> {
        let operation = self.model.resolve(operation);
        if !self.exchange.can_run(&operation) {
            return Ok(Ok(Done::Nothing));
        }
        let should = self.model.apply(&operation);
        let is = self.exchange.apply(&operation);
        let what = if is == should {
            self.compare()
        } else {
            Some(format!("is     {is:?}\nshould {should:?}"))
        };
        let at = self.at;
        self.at += 1;
        match what {
            None => Ok(should),
            Some(what) => Err(Difference {
                at,
                operation: format!("{operation:?}"),
                what,
            }),
        }
    }

    fn compare(&mut self) -> Option<String> {
        let (mut base, mut quote) = (0, self.exchange.collected());
        for lane in 0..self.lanes {
            self.model.read_lane(lane, &mut self.should);
            self.exchange.read_lane(lane, &mut self.is);
            let (is, should) = (&self.is, &self.should);
            if is != should {
                return Some(format!(
                    "lane {lane} is     {is:?}\nlane {lane} should {should:?}"
                ));
            }
            base += u128::from(is.base_free) + u128::from(is.base_locked);
            quote += u128::from(is.quote_free)
                + u128::from(is.quote_locked)
                + u128::from(is.protocol_fees)
                + u128::from(is.referrer_fees);
        }
        let (is, should) = (self.exchange.vaults(), self.model.vaults());
        if is != should {
            return Some(format!(
                "the vaults hold {is:?}, and should hold {should:?}"
            ));
        }
        if is != (base, quote) {
            return Some(format!(
                "the vaults hold {is:?}, and owe {:?}",
                (base, quote)
            ));
        }
        None
    }

    /// Takes everything out: cancels all, sweeps all fees, withdraws all. What is left is exactly
    /// the fees.
    ///
    /// # Errors
    /// If the two differ on the way, or anything else is left.
    pub fn drain(&mut self) -> Result<(), Difference> {
        for lane in 0..self.lanes {
            self.step(&Operation::CancelAll { lane, side: None })?.ok();
        }
        for lane in 0..self.lanes {
            self.step(&Operation::Sweep { lane })?.ok();
        }
        for lane in 0..self.lanes {
            let withdraw = Operation::Withdraw {
                lane,
                base: u64::MAX,
                quote: u64::MAX,
            };
            if let Err(error) = self.step(&withdraw)? {
                return Err(self.left_over(format!("{withdraw:?} is refused: {error}")));
            }
            self.exchange.read_lane(lane, &mut self.is);
            let is = &self.is;
            let owned = [is.base_free, is.base_locked, is.quote_free, is.quote_locked];
            let owed = [is.protocol_fees, is.referrer_fees];
            if owned != [0; 4] || owed != [0; 2] || is.bids.len() + is.asks.len() > 0 {
                return Err(self.left_over(format!("lane {lane} has {:?}", self.is)));
            }
        }
        let (vaults, fees) = (self.exchange.vaults(), self.exchange.collected());
        if vaults != (0, fees) {
            return Err(self.left_over(format!("the vaults hold {vaults:?}, fees are {fees}")));
        }
        Ok(())
    }

    fn left_over(&self, what: String) -> Difference {
        Difference {
            at: self.at,
            operation: "at the end".to_owned(),
            what,
        }
    }
}
