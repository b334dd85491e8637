//! Which lanes a take had best name.
//!
//! A take fills from the lanes that it names and from no others, and it can name only so many. If
//! those that the best orders lie in fit, they are the answer. If not, which few serve best is a
//! knapsack: it is searched from good first answers on, and what cannot become better than the best
//! found is cut off by a bound ([`bound`]). On the worlds that markets are, that ends with a proof;
//! where it does not within its share of work, the best found is given, and said to be unproven.

mod bound;
mod search;

use sealane_core::book::{BookSide, Fees, LaneRef, MAX_LANES, Moment, OrderId, Sizes, TakeOrder};
use sealane_core::{math::mul_div_u64, units::Rounding};
use solana_pubkey::Pubkey;

use super::lane::{LaneSnapshot, key};

/// What a take may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakeLimits {
    /// Lanes that can be named: by the program 32, by a transaction's size fewer.
    pub max_lanes: usize,
    /// Compute units that the take may use.
    pub max_compute_units: u32,
    /// What the steps of a take cost.
    pub compute: ComputeEstimate,
}

impl Default for TakeLimits {
    /// As many lanes as the program takes, and the units that a lone instruction has by default.
    fn default() -> Self {
        Self {
            max_lanes: MAX_LANES,
            max_compute_units: 200_000,
            compute: ComputeEstimate::default(),
        }
    }
}

/// What the steps of a take cost in compute units: upper estimates, from the measured program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComputeEstimate {
    /// Whatever the take does.
    pub base: u32,
    /// For each lane named.
    pub per_lane: u32,
    /// For each resting order met.
    pub per_order: u32,
    /// For a wallet's take besides: transfers with fees, and an account that is created.
    pub transfers: u32,
}

impl Default for ComputeEstimate {
    fn default() -> Self {
        Self {
            base: 1_600,
            per_lane: 150,
            per_order: 420,
            transfers: 20_000,
        }
    }
}

impl ComputeEstimate {
    /// The units that a take of so many lanes and orders may use.
    #[must_use]
    pub fn of(&self, lanes: usize, orders: usize) -> u64 {
        u64::from(self.base)
            + u64::from(self.per_lane) * lanes as u64
            + u64::from(self.per_order) * orders as u64
    }
}

impl TakeLimits {
    /// With what a wallet's transfers cost in the estimate.
    pub fn for_wallet(self) -> Self {
        let compute = ComputeEstimate {
            base: self.compute.base.saturating_add(self.compute.transfers),
            ..self.compute
        };
        Self { compute, ..self }
    }

    /// How many orders a take of so many lanes can meet; at most what an instruction can say.
    fn orders(&self, lanes: usize) -> u16 {
        let spare = u64::from(self.max_compute_units).saturating_sub(self.compute.of(lanes, 0));
        let orders = spare / u64::from(self.compute.per_order.max(1));
        u16::try_from(orders).unwrap_or(u16::MAX)
    }

    fn lanes(&self) -> usize {
        self.max_lanes.min(MAX_LANES)
    }
}

/// Lanes for a take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenLanes {
    /// To be named in this order, the order of their addresses; empty where no lane has an order
    /// that the taker accepts.
    pub lanes: Vec<Pubkey>,
    /// How many orders the take can meet within its compute units.
    pub max_orders: u16,
    /// Whether no other lanes within the limits give more. Only where more lanes have good orders
    /// than a take can name may this be unknown.
    pub is_proven: bool,
}

/// Chooses lanes for a take: those with which it trades most, and of those the ones with which it
/// pays least or gets most. `taker` is who takes: lanes of the same owner are left out.
///
/// For a seller who wants a certain amount of quote the best are the lanes that give most for as
/// many lots as that takes.
#[must_use]
pub fn choose_lanes<'a>(
    fees: &Fees,
    sizes: Sizes,
    order: &TakeOrder,
    taker: &Pubkey,
    moment: Moment,
    lanes: impl IntoIterator<Item = (Pubkey, &'a LaneSnapshot)>,
    limits: &TakeLimits,
) -> ChosenLanes {
    let taker = key(taker);
    let candidates: Vec<Candidate> = lanes
        .into_iter()
        .map(|(address, snapshot)| (address, snapshot.lane()))
        .filter(|(_, lane)| lane.header().owner != taker)
        .filter_map(|(address, lane)| Candidate::new(address, lane, order, moment))
        .collect();
    let market = Offers::new(fees, sizes, order, limits, candidates);
    let (members, is_proven) = match (market.side, market.budget) {
        (BookSide::Ask, Some(_)) => search::best_for_quote(&market, limits.lanes()),
        _ => search::best(&market, limits.lanes()),
    };
    let mut lanes: Vec<Pubkey> = members
        .iter()
        .map(|member| market.candidates[*member].address)
        .collect();
    lanes.sort_unstable();
    ChosenLanes {
        max_orders: limits.orders(lanes.len()),
        lanes,
        is_proven,
    }
}

/// A lane that has something to offer.
#[derive(Clone)]
struct Candidate {
    address: Pubkey,
    /// Live orders that the taker accepts, best first.
    offers: Vec<Offer>,
    /// Their lots in sum.
    lots: u128,
}

/// An order as the taker sees it.
#[derive(Clone, Copy)]
struct Offer {
    /// Its price in ticks.
    price: u32,
    /// What a lot costs the taker, in ticks: less is better. For sellers what the lot's price falls
    /// short of the highest.
    cost: u32,
    lots: u64,
    id: OrderId,
}

impl Candidate {
    fn new(address: Pubkey, lane: LaneRef<'_>, order: &TakeOrder, moment: Moment) -> Option<Self> {
        let live = lane.orders(order.side.opposite()).iter().rev();
        let offers: Vec<Offer> = live
            .filter(|resting| !resting.is_expired(moment) && resting.lots.0 > 0)
            .take_while(|resting| order.side.accepts(order.limit, resting.price))
            .map(|resting| Offer {
                price: resting.price.0,
                cost: match order.side {
                    BookSide::Bid => resting.price.0,
                    BookSide::Ask => !resting.price.0,
                },
                lots: resting.lots.0,
                id: resting.id,
            })
            .collect();
        let lots = offers.iter().map(|offer| u128::from(offer.lots)).sum();
        (!offers.is_empty()).then_some(Self {
            address,
            offers,
            lots,
        })
    }
}

/// All that can be taken, and how much is wanted.
#[derive(Clone)]
struct Offers {
    candidates: Vec<Candidate>,
    /// Every offer with its candidate, in the order in which a take of all lanes would meet them.
    sorted: Vec<(usize, Offer)>,
    side: BookSide,
    /// The lots that are wanted.
    lots: u64,
    /// The quote that can be spent or earned, in ticks times lots.
    budget: Option<u128>,
    max_orders: u16,
}

/// What a take of some lanes comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Outcome {
    lots: u64,
    /// Lots by what they cost.
    cost: u128,
    /// Whether the limit on orders ended it.
    cut_short: bool,
}

impl Offers {
    fn new(
        fees: &Fees,
        sizes: Sizes,
        order: &TakeOrder,
        limits: &TakeLimits,
        mut candidates: Vec<Candidate>,
    ) -> Self {
        candidates.sort_unstable_by_key(|candidate| candidate.address);
        let mut sorted: Vec<(usize, Offer)> = candidates
            .iter()
            .enumerate()
            .flat_map(|(at, candidate)| candidate.offers.iter().map(move |offer| (at, *offer)))
            .collect();
        sorted.sort_unstable_by_key(|(at, offer)| (offer.cost, offer.id, *at));
        let spendable = match (order.max_quote, order.side) {
            (u64::MAX, _) => None,
            (quote, BookSide::Ask) => Some(quote),
            (quote, BookSide::Bid) => Some(without_fee(fees, quote)),
        };
        Self {
            candidates,
            sorted,
            side: order.side,
            lots: order.lots.0,
            budget: spendable.map(|quote| u128::from(quote / u64::from(sizes.tick))),
            max_orders: limits.orders(limits.lanes()).min(order.max_orders),
        }
    }

    /// What a take of the lanes that `includes` names comes to: what the core would do with them,
    /// in ticks times lots. Every offer met is passed to `met`.
    fn take(&self, includes: impl Fn(usize) -> bool, mut met: impl FnMut(usize)) -> Outcome {
        let (mut left, mut budget) = (self.lots, self.budget);
        let mut orders_left = self.max_orders;
        let mut outcome = Outcome {
            lots: 0,
            cost: 0,
            cut_short: false,
        };
        for (at, offer) in &self.sorted {
            if left == 0 {
                break;
            }
            if !includes(*at) {
                continue;
            }
            if orders_left == 0 {
                outcome.cut_short = true;
                break;
            }
            let mut lots = offer.lots.min(left);
            if let Some(budget) = budget {
                let payable = budget / u128::from(offer.price.max(1));
                lots = lots.min(u64::try_from(payable).unwrap_or(u64::MAX));
            }
            if lots == 0 {
                break;
            }
            let value = u128::from(lots) * u128::from(offer.price);
            left -= lots;
            budget = budget.map(|budget| budget - value);
            orders_left -= u16::from(orders_left != u16::MAX);
            outcome.lots += lots;
            outcome.cost += u128::from(lots) * u128::from(offer.cost);
            met(*at);
            if lots < offer.lots {
                break;
            }
        }
        outcome
    }
}

impl Outcome {
    /// Whether it is better for the taker than another: more lots, or as many for less.
    fn is_better_than(&self, other: &Self) -> bool {
        self.lots > other.lots || (self.lots == other.lots && self.cost < other.cost)
    }
}

/// The most value that a buyer with `quote` can pay for, fee included, as the core computes it.
fn without_fee(fees: &Fees, quote: u64) -> u64 {
    const PIPS: u64 = 1_000_000;
    let whole = PIPS + u64::from(fees.taker.get());
    mul_div_u64(quote, PIPS, whole, Rounding::Down).unwrap_or(quote)
}

#[cfg(test)]
mod tests;
