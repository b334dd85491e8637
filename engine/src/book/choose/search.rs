//! The search for the best lanes.

use super::{Offers, Outcome, bound::Savings};

/// How much work a search may be, in comparisons of one lane at one price.
const MAX_WORK: usize = 20_000_000;
/// Branches that are looked at, at most and at least.
const MAX_BRANCHES: usize = 20_000;
const MIN_BRANCHES: usize = 50;

/// The best choice of at most `most` candidates, and whether none is better.
pub(super) fn best(market: &Offers, most: usize) -> (Vec<usize>, bool) {
    let all: Vec<usize> = (0..market.candidates.len()).collect();
    if most == 0 {
        return (Vec::new(), true);
    }
    let (outcome, used) = taken_from(market, &all);
    if !outcome.cut_short && used.len() <= most {
        return (lightened(market, (outcome, used), most), true);
    }
    let savings = Savings::new(market);
    let work = (all.len() * savings.prices()).max(1);
    let mut search = Search {
        market,
        savings: &savings,
        most,
        best: taken_from(market, &all[..0]),
        branches_left: (MAX_WORK / work).clamp(MIN_BRANCHES, MAX_BRANCHES),
    };
    // What saves most against some price is a good choice if that is the price of the last lot;
    // unless lanes full of expired orders leave no units for others.
    for light in by_weight(market) {
        for price in 0..savings.prices() {
            search.consider(&savings.top(price, &light, most));
        }
        if light.len() <= most {
            search.consider(&light);
        }
    }
    search.consider(&most_lots(market, most));
    search.branch(&mut Vec::new(), &all);
    let is_proven = search.branches_left > 0;
    (search.best.1, is_proven)
}

/// The best choice for who sells lots until they have given so much quote: first for as many lots
/// as the best of all orders would take, then for as many as the choice itself takes.
pub(super) fn best_for_quote(market: &Offers, most: usize) -> (Vec<usize>, bool) {
    const MAX_ROUNDS: usize = 8;
    let all: Vec<usize> = (0..market.candidates.len()).collect();
    let mut lots = taken_from(market, &all).0.lots;
    let mut for_lots = Offers {
        budget: None,
        ..market.clone()
    };
    for _ in 0..MAX_ROUNDS {
        for_lots.lots = lots;
        let (members, is_proven) = best(&for_lots, most);
        let sold = taken_from(market, &members).0.lots;
        if sold <= lots {
            return (members, is_proven);
        }
        lots = sold;
    }
    for_lots.lots = lots;
    (best(&for_lots, most).0, false)
}

/// The candidates, then those that are cheaper to enter, and so on, in few steps.
fn by_weight(market: &Offers) -> Vec<Vec<usize>> {
    const MAX_STEPS: usize = 8;
    let weight = |at: &usize| market.entry(*at);
    let all: Vec<usize> = (0..market.candidates.len()).collect();
    let mut weights: Vec<u64> = all.iter().map(weight).collect();
    weights.sort_unstable_by(|a, b| b.cmp(a));
    weights.dedup();
    let step = weights.len().div_ceil(MAX_STEPS).max(1);
    let steps = weights.into_iter().step_by(step);
    steps
        .map(|most| {
            let light = all.iter().filter(|at| weight(at) <= most);
            light.copied().collect()
        })
        .collect()
}

/// Leaves out lanes that are dear to enter where the others give as much without them.
fn lightened(market: &Offers, found: (Outcome, Vec<usize>), most: usize) -> Vec<usize> {
    let (mut outcome, mut used) = found;
    let mut kept: Vec<usize> = (0..market.candidates.len()).collect();
    let mut heavy = used.clone();
    heavy.retain(|at| market.candidates[*at].all_expired() > 0);
    heavy.sort_by_key(|at| std::cmp::Reverse(market.entry(*at)));
    for at in heavy {
        let others: Vec<usize> = kept.iter().copied().filter(|other| *other != at).collect();
        let (without, needed) = taken_from(market, &others);
        if needed.len() <= most && without.is_better_than(&outcome) {
            (outcome, used, kept) = (without, needed, others);
        }
    }
    used
}

/// The candidates that offer most lots.
fn most_lots(market: &Offers, most: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..market.candidates.len()).collect();
    all.sort_by_key(|at| std::cmp::Reverse(market.candidates[*at].lots));
    all.truncate(most);
    all
}

/// What a take of these candidates comes to, and which of them it trades with.
fn taken_from(market: &Offers, members: &[usize]) -> (Outcome, Vec<usize>) {
    let mut includes = vec![false; market.candidates.len()];
    for member in members {
        includes[*member] = true;
    }
    let mut used = Vec::new();
    let outcome = market.take(|at| includes[at], |at, _| used.push(at));
    used.sort_unstable();
    used.dedup();
    (outcome, used)
}

struct Search<'a> {
    market: &'a Offers,
    savings: &'a Savings,
    most: usize,
    best: (Outcome, Vec<usize>),
    branches_left: usize,
}

impl Search<'_> {
    fn consider(&mut self, members: &[usize]) {
        let taken = taken_from(self.market, members);
        if taken.0.is_better_than(&self.best.0) {
            self.best = taken;
        }
    }

    /// Looks at every choice that has all of `chosen` and otherwise only some of `free`, unless it
    /// cannot become the best.
    fn branch(&mut self, chosen: &mut Vec<usize>, free: &[usize]) {
        if self.branches_left == 0 {
            return;
        }
        self.branches_left -= 1;
        // If they cannot all be paid for, some of them is better left out: that is another branch.
        let entered = chosen.iter().map(|at| self.market.entry(*at)).sum::<u64>();
        if entered > self.market.spendable_units() {
            return;
        }
        let room = self.most - chosen.len();
        let (bound, price) = self.savings.bound(self.market, chosen, free, room);
        let likely = self.savings.top(price, free, room);
        let mut members = chosen.clone();
        members.extend_from_slice(&likely);
        self.consider(&members);
        if room == 0 || free.is_empty() {
            return;
        }
        let best = &self.best.0;
        let is_hopeless =
            bound.lots < best.lots || (bound.lots == best.lots && bound.cost >= best.cost);
        if is_hopeless {
            return;
        }
        // First with the likeliest lane, then without it.
        let next = self.savings.top(price, free, 1);
        let Some(&next) = next.first() else { return };
        let rest: Vec<usize> = free.iter().copied().filter(|at| *at != next).collect();
        chosen.push(next);
        self.branch(chosen, &rest);
        chosen.pop();
        self.branch(chosen, &rest);
    }
}
