//! How good a choice of lanes can become at best.
//!
//! For any price λ, buying F lots from lanes S costs at least `λF − Σ g(s, λ)`, where `g(s, λ)` is
//! what lane s saves against λ: the sum over its offers of `(λ − cost) · lots`, where positive. Of
//! all choices of k lanes the k largest savings bound that from below, at every λ, without trying
//! the choices. The same read the other way round bounds the lots that a budget buys.

use super::Offers;

/// Prices at which the bound is computed, at most.
const MAX_PRICES: usize = 48;

/// What each lane saves against each of some prices.
pub(super) struct Savings {
    /// In terms of what offers cost.
    prices: Vec<u32>,
    /// By candidate, then by price.
    savings: Vec<Vec<u128>>,
}

/// The bound of a choice: no completion of it trades more lots, nor as many for less.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    pub(super) lots: u64,
    pub(super) cost: u128,
}

impl Savings {
    pub(super) fn new(market: &Offers) -> Self {
        let mut costs: Vec<u32> = market.sorted.iter().map(|(_, offer)| offer.cost).collect();
        costs.dedup();
        // The savings bend at the offers' prices, so those are where the bound can be tight.
        let step = costs.len().div_ceil(MAX_PRICES).max(1);
        let mut prices: Vec<u32> = costs.iter().copied().step_by(step).collect();
        prices.extend(costs.last().filter(|last| prices.last() != Some(last)));
        // Against the highest price lots alone count, nearly.
        prices.extend((prices.last() != Some(&u32::MAX)).then_some(u32::MAX));
        let savings = market
            .candidates
            .iter()
            .map(|candidate| {
                let saved = |price: u32| {
                    let cheaper = candidate.offers.iter();
                    cheaper
                        .take_while(|offer| offer.cost < price)
                        .map(|offer| u128::from(price - offer.cost) * u128::from(offer.lots))
                        .sum()
                };
                prices.iter().map(|price| saved(*price)).collect()
            })
            .collect();
        Self { prices, savings }
    }

    /// How many prices there are.
    pub(super) fn prices(&self) -> usize {
        self.prices.len()
    }

    /// The `most` free candidates that save most against a price; by index.
    pub(super) fn top(&self, price: usize, free: &[usize], most: usize) -> Vec<usize> {
        let mut top = free.to_vec();
        let by_saving = |at: &usize| std::cmp::Reverse((self.savings[*at][price], usize::MAX - at));
        if top.len() > most {
            if most > 0 {
                top.select_nth_unstable_by_key(most - 1, by_saving);
            }
            top.truncate(most);
        }
        top
    }

    /// Bounds what `chosen` and up to `most` of `free` can come to, and names the price that
    /// bounds it most tightly.
    pub(super) fn bound(
        &self,
        market: &Offers,
        chosen: &[usize],
        free: &[usize],
        most: usize,
    ) -> (Bound, usize) {
        let saved: Vec<u128> = (0..self.prices.len())
            .map(|price| {
                let of = |at: &usize| self.savings[*at][price];
                let top = self.top(price, free, most);
                chosen.iter().map(of).sum::<u128>() + top.iter().map(of).sum::<u128>()
            })
            .collect();
        let lots = self.most_lots(market, chosen, free, most, &saved);
        let at_price = |price: usize| {
            let whole = u128::from(self.prices[price]) * u128::from(lots);
            whole.saturating_sub(saved[price])
        };
        let tightest = (0..self.prices.len()).max_by_key(|price| at_price(*price));
        let tightest = tightest.unwrap_or_default();
        let cost = if saved.is_empty() {
            0
        } else {
            at_price(tightest)
        };
        (Bound { lots, cost }, tightest)
    }

    fn most_lots(
        &self,
        market: &Offers,
        chosen: &[usize],
        free: &[usize],
        most: usize,
        saved: &[u128],
    ) -> u64 {
        let of = |at: &usize| market.candidates[*at].lots;
        let mut largest: Vec<u128> = free.iter().map(of).collect();
        largest.sort_unstable_by_key(|lots| std::cmp::Reverse(*lots));
        let offered = chosen.iter().map(of).sum::<u128>() + largest.iter().take(most).sum::<u128>();
        let mut lots = offered.min(u128::from(market.lots));
        if let Some(budget) = market.budget {
            // A buyer's costs are prices: F lots cost at least λF less what is saved.
            for (price, saved) in self
                .prices
                .iter()
                .zip(saved)
                .filter(|(price, _)| **price > 0)
            {
                lots = lots.min((budget + saved) / u128::from(*price));
            }
        }
        // At most the lots wanted, which have 64 bits.
        lots as u64
    }
}
