//! Which lanes a take had best name.
//!
//! A take fills from the lanes that it names and from no others, and it can name only so many. If
//! those that the best orders lie in fit, they are the answer. If not, which few serve best is a
//! knapsack: it is searched from good first answers on, and what cannot become better than the best
//! found is cut off by a bound ([`bound`]). On the worlds that markets are, that ends with a proof;
//! where it does not within its share of work, the best found is given, and said to be unproven.
//!
//! Orders that have expired cost a take compute without trading: it drops those that lie above a
//! lane's live ones. A maker could stack them and let takers pay. So they are counted, wherever the
//! take would meet them; where to reap the lane first is cheaper, that is chosen; and a lane that
//! leaves too few units for the others is not named. Stacking them again costs their maker more than
//! reaping costs the taker.

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
    /// For each resting order met that has not expired.
    pub per_order: u32,
    /// For each expired order that the take drops.
    pub per_expired: u32,
    /// For a lane that is reaped in front of the take.
    pub per_reap: u32,
    /// For each order that rests in a lane that is reaped, on either side, expired or not.
    pub per_reaped_order: u32,
    /// For a wallet's take besides: transfers with fees, and an account that is created.
    pub transfers: u32,
}

impl Default for ComputeEstimate {
    fn default() -> Self {
        Self {
            base: 1_600,
            per_lane: 150,
            per_order: 420,
            per_expired: 260,
            per_reap: 600,
            per_reaped_order: 170,
            transfers: 20_000,
        }
    }
}

impl ComputeEstimate {
    /// The units that a take may use that names so many lanes, meets so many live orders and drops
    /// so many expired ones.
    #[must_use]
    pub fn of(&self, lanes: usize, orders: usize, expired: usize) -> u64 {
        u64::from(self.base)
            + u64::from(self.per_lane) * lanes as u64
            + u64::from(self.per_order) * orders as u64
            + self.dropping(expired as u64)
    }

    /// The units that it costs to reap a lane in which so many orders rest, on both sides.
    #[must_use]
    pub fn reaping(&self, resting: usize) -> u64 {
        u64::from(self.per_reap) + u64::from(self.per_reaped_order) * resting as u64
    }

    fn dropping(&self, expired: u64) -> u64 {
        u64::from(self.per_expired) * expired
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
    /// Those of them to reap in front of the take, in the same transaction: it would drop so many
    /// expired orders that this is cheaper.
    pub reaped: Vec<Pubkey>,
    /// How many orders the take can meet within its compute units.
    pub max_orders: u16,
    /// The units that the take and the reaps in front of it may use, in the lanes' present state.
    pub compute_units: u64,
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
        .filter_map(|(address, lane)| Candidate::new(address, lane, order, moment, &limits.compute))
        .collect();
    let market = Offers::new(fees, sizes, order, limits, candidates);
    let (members, is_proven) = match (market.side, market.budget) {
        (BookSide::Ask, Some(_)) => search::best_for_quote(&market, limits.lanes()),
        _ => search::best(&market, limits.lanes()),
    };
    market.chosen(&members, is_proven)
}

/// A lane that has something to offer.
#[derive(Clone)]
struct Candidate {
    address: Pubkey,
    /// Live orders that the taker accepts, best first.
    offers: Vec<Offer>,
    /// Their lots in sum.
    lots: u128,
    /// Expired orders above the first of them.
    expired_on_top: u16,
    /// Units that it costs to reap the lane.
    reap: u64,
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
    /// Expired orders between it and the lane's next live one.
    expired_behind: u16,
}

impl Candidate {
    fn new(
        address: Pubkey,
        lane: LaneRef<'_>,
        order: &TakeOrder,
        moment: Moment,
        compute: &ComputeEstimate,
    ) -> Option<Self> {
        let (mut offers, mut expired_on_top) = (Vec::<Offer>::new(), 0);
        for resting in lane.orders(order.side.opposite()).iter().rev() {
            if resting.is_expired(moment) {
                // A side has at most 512 orders.
                *match offers.last_mut() {
                    Some(offer) => &mut offer.expired_behind,
                    None => &mut expired_on_top,
                } += 1;
                continue;
            }
            if !order.side.accepts(order.limit, resting.price) {
                break;
            }
            offers.push(Offer {
                price: resting.price.0,
                cost: match order.side {
                    BookSide::Bid => resting.price.0,
                    BookSide::Ask => !resting.price.0,
                },
                lots: resting.lots.0,
                id: resting.id,
                expired_behind: 0,
            });
        }
        let resting = lane.header().count(BookSide::Bid) + lane.header().count(BookSide::Ask);
        let lots = offers.iter().map(|offer| u128::from(offer.lots)).sum();
        (!offers.is_empty()).then_some(Self {
            address,
            offers,
            lots,
            expired_on_top,
            reap: compute.reaping(resting),
        })
    }

    fn all_expired(&self) -> u64 {
        let behind = self.offers.iter().map(|offer| offer.expired_behind);
        u64::from(self.expired_on_top) + behind.map(u64::from).sum::<u64>()
    }

    /// The units that it costs to name the lane and to trade with its best order.
    fn entry(&self, compute: &ComputeEstimate) -> u64 {
        let clearing = self.clearing(u64::from(self.expired_on_top), compute);
        u64::from(compute.per_lane) + u64::from(compute.per_order) + clearing
    }

    /// The least that it costs to be rid of so many of the lane's expired orders.
    fn clearing(&self, expired: u64, compute: &ComputeEstimate) -> u64 {
        compute.dropping(expired).min(self.reap)
    }

    /// Whether that is to reap the lane.
    fn is_reaped(&self, expired: u64, compute: &ComputeEstimate) -> bool {
        self.reap < compute.dropping(expired)
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
    max_units: u64,
    compute: ComputeEstimate,
}

/// What a take of some lanes comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Outcome {
    lots: u64,
    /// Lots by what they cost.
    cost: u128,
    /// Orders traded with.
    orders: u16,
    /// Compute units, of the lanes that trade only.
    units: u64,
    /// Whether the limit on orders or on units ended it.
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
        let (max_units, compute) = (u64::from(limits.max_compute_units), limits.compute);
        let affordable = max_units.saturating_sub(u64::from(compute.base));
        candidates.retain(|candidate| candidate.entry(&compute) <= affordable);
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
            max_orders: order.max_orders,
            max_units,
            compute,
        }
    }

    /// The units that there are for lanes and orders.
    fn spendable_units(&self) -> u64 {
        self.max_units.saturating_sub(u64::from(self.compute.base))
    }

    /// The units that it costs to name a candidate and to trade with its best order.
    fn entry(&self, at: usize) -> u64 {
        self.candidates[at].entry(&self.compute)
    }

    /// What a take of the lanes that `includes` names comes to: what the core would do with them,
    /// in ticks times lots. Every offer met is passed to `met`, with the expired orders of its lane
    /// that are in the way so far.
    fn take(&self, includes: impl Fn(usize) -> bool, mut met: impl FnMut(usize, u64)) -> Outcome {
        let (mut left, mut budget) = (self.lots, self.budget);
        let mut expired: Vec<Option<u64>> = vec![None; self.candidates.len()];
        let mut outcome = Outcome {
            lots: 0,
            cost: 0,
            orders: 0,
            units: u64::from(self.compute.base),
            cut_short: false,
        };
        for (at, offer) in &self.sorted {
            if left == 0 {
                break;
            }
            if !includes(*at) {
                continue;
            }
            let mut lots = offer.lots.min(left);
            if let Some(budget) = budget {
                let payable = budget / u128::from(offer.price.max(1));
                lots = lots.min(u64::try_from(payable).unwrap_or(u64::MAX));
            }
            if lots == 0 {
                break;
            }
            let is_used_up = lots == offer.lots && lots < left;
            let (units, in_the_way) = self.units_to_meet(*at, offer, expired[*at], is_used_up);
            if outcome.orders == self.max_orders || outcome.units + units > self.max_units {
                outcome.cut_short = true;
                break;
            }
            expired[*at] = Some(in_the_way);
            let value = u128::from(lots) * u128::from(offer.price);
            left -= lots;
            budget = budget.map(|budget| budget - value);
            outcome.lots += lots;
            outcome.cost += u128::from(lots) * u128::from(offer.cost);
            outcome.orders = outcome.orders.saturating_add(1);
            outcome.units += units;
            met(*at, in_the_way);
            if lots < offer.lots {
                break;
            }
        }
        outcome
    }

    /// The units that it costs to trade with an offer, after so many expired orders of its lane, or
    /// as its first, and how many of them are in the way then. Only if the offer is used up and more
    /// is wanted does the take look behind it.
    fn units_to_meet(
        &self,
        at: usize,
        offer: &Offer,
        expired: Option<u64>,
        is_used_up: bool,
    ) -> (u64, u64) {
        let candidate = &self.candidates[at];
        let clearing = |expired| candidate.clearing(expired, &self.compute);
        let behind = if is_used_up { offer.expired_behind } else { 0 };
        let (paid, before) = match expired {
            Some(expired) => (clearing(expired), expired),
            None => (0, u64::from(candidate.expired_on_top)),
        };
        let named = match expired {
            Some(_) => 0,
            None => u64::from(self.compute.per_lane),
        };
        let after = before + u64::from(behind);
        let order = u64::from(self.compute.per_order);
        (named + order + clearing(after) - paid, after)
    }

    /// The answer, for lanes that all trade.
    fn chosen(&self, members: &[usize], is_proven: bool) -> ChosenLanes {
        let mut expired = vec![0; self.candidates.len()];
        let outcome = self.take(
            |at| members.contains(&at),
            |at, in_the_way| expired[at] = in_the_way,
        );
        let addresses = |of: &dyn Fn(usize) -> bool| -> Vec<Pubkey> {
            let lanes = members.iter().filter(|at| of(**at));
            let mut lanes: Vec<Pubkey> = lanes.map(|at| self.candidates[*at].address).collect();
            lanes.sort_unstable();
            lanes
        };
        let is_reaped = |at: usize| self.candidates[at].is_reaped(expired[at], &self.compute);
        let mut max_orders = u64::from(outcome.orders);
        if !outcome.cut_short {
            // Should other orders be gone by then, more expired ones come into the way.
            let dropped = members.iter().filter(|at| !is_reaped(**at));
            let others: u64 = dropped
                .map(|at| self.candidates[*at].all_expired() - expired[*at])
                .sum();
            let spare = self.max_units - outcome.units;
            let spare = spare.saturating_sub(self.compute.dropping(others));
            max_orders += spare / u64::from(self.compute.per_order.max(1));
        }
        ChosenLanes {
            lanes: addresses(&|_| true),
            reaped: addresses(&is_reaped),
            max_orders: u16::try_from(max_orders)
                .unwrap_or(u16::MAX)
                .min(self.max_orders),
            compute_units: outcome.units,
            is_proven,
        }
    }
}

impl Outcome {
    /// Whether it is better for the taker than another: more lots, or as many for less, or as many
    /// for as much with fewer units.
    fn is_better_than(&self, other: &Self) -> bool {
        let order = other.lots.cmp(&self.lots);
        let order = order.then(self.cost.cmp(&other.cost));
        order.then(self.units.cmp(&other.units)).is_lt()
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
