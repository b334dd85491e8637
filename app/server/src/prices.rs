//! What tokens are worth in one of them, by the pools' present prices.

use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use rust_decimal::Decimal;
use sealane_sdk::engine::world::World;
use solana_pubkey::Pubkey;

use crate::{
    index::Day,
    view::{PoolView, whole},
};

/// What tokens are worth, in whole tokens of the one that most pools are quoted in.
///
/// A token has the price of the deepest pool that leads to it from there, a liquidity token that of
/// its part of the shard's reserves. These are the prices of the moment: good for a rate that is
/// shown, not for anything that is paid by them.
#[derive(Debug, Default)]
pub(crate) struct Prices {
    unit: Option<Pubkey>,
    /// Of a whole token.
    tokens: HashMap<Pubkey, Decimal>,
    shares: HashMap<Pubkey, Shares>,
}

/// A shard whose liquidity token somebody may hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shares {
    /// The pool.
    pub(crate) pool: Pubkey,
    /// The shard.
    pub(crate) shard: Pubkey,
    /// Its index.
    pub(crate) index: u8,
    /// What all reserves are worth; `None` without prices.
    value: Option<Decimal>,
    supply: u64,
}

/// A pool that leads from a token that has a price to one that has none, perhaps.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    /// What the priced side of the pool is worth: the deepest first.
    depth: Decimal,
    to: Pubkey,
    price: Decimal,
}

impl Prices {
    /// As of now.
    pub(crate) fn of(world: &World) -> Self {
        let pools = world.pools().pools();
        let pools: Vec<PoolView> = pools
            .map(|entry| PoolView::of(world, &entry, &Day::default()))
            .collect();
        let mut quoted: BTreeMap<Pubkey, usize> = BTreeMap::new();
        for pool in &pools {
            *quoted.entry(pool.quote_mint.0).or_default() += 1;
        }
        let most = quoted.into_iter().max_by_key(|(_, pools)| *pools);
        let Some((unit, _)) = most else {
            return Self::default();
        };
        let mut prices = Self {
            unit: Some(unit),
            tokens: priced(&pools, unit),
            shares: HashMap::new(),
        };
        for pool in &pools {
            prices.add_shares(pool);
        }
        prices
    }

    fn add_shares(&mut self, pool: &PoolView) {
        let price_of = |mint: &Pubkey| self.tokens.get(mint).copied();
        let prices = price_of(&pool.base_mint.0).zip(price_of(&pool.quote_mint.0));
        for shard in &pool.shards {
            let base = whole(shard.base_reserve.0.into(), pool.base_decimals);
            let quote = whole(shard.quote_reserve.0.into(), pool.quote_decimals);
            let value = prices.and_then(|(base_price, quote_price)| {
                let quote = quote.checked_mul(quote_price)?;
                base.checked_mul(base_price)?.checked_add(quote)
            });
            let shares = Shares {
                pool: pool.pool.0,
                shard: shard.shard.0,
                index: shard.index,
                value,
                supply: shard.lp_supply.0,
            };
            self.shares.insert(shard.lp_mint.0, shares);
        }
    }

    /// The token that prices are in.
    pub(crate) fn unit(&self) -> Option<Pubkey> {
        self.unit
    }

    /// The shard that a mint is the liquidity token of.
    pub(crate) fn shares(&self, mint: &Pubkey) -> Option<&Shares> {
        self.shares.get(mint)
    }

    /// What a whole token is worth.
    pub(crate) fn whole_token(&self, mint: &Pubkey, decimals: u8) -> Option<Decimal> {
        if let Some(price) = self.tokens.get(mint) {
            return Some(*price);
        }
        let shares = self.shares.get(mint)?;
        let supply = whole(shares.supply.into(), decimals);
        shares.value?.checked_div(supply)
    }
}

/// Prices, the deepest pools first.
fn priced(pools: &[PoolView], unit: Pubkey) -> HashMap<Pubkey, Decimal> {
    let mut by_token: HashMap<Pubkey, Vec<&PoolView>> = HashMap::new();
    for pool in pools {
        for mint in [pool.base_mint.0, pool.quote_mint.0] {
            by_token.entry(mint).or_default().push(pool);
        }
    }
    let mut prices = HashMap::new();
    let mut seen = HashSet::new();
    let mut open = BinaryHeap::from([Step {
        depth: Decimal::MAX,
        to: unit,
        price: Decimal::ONE,
    }]);
    while let Some(Step { to, price, .. }) = open.pop() {
        if !seen.insert(to) {
            continue;
        }
        prices.insert(to, price);
        let pools = by_token.get(&to).into_iter().flatten();
        open.extend(pools.filter_map(|pool| step(pool, &to, price)));
    }
    prices
}

/// What a pool says about its other token.
fn step(pool: &PoolView, from: &Pubkey, price: Decimal) -> Option<Step> {
    let quote_for_base = pool.price?.0;
    let is_base = pool.base_mint.0 == *from;
    let (units, decimals) = match is_base {
        true => (pool.tvl.base.0, pool.base_decimals),
        false => (pool.tvl.quote.0, pool.quote_decimals),
    };
    let (to, other) = match is_base {
        true => (pool.quote_mint.0, price.checked_div(quote_for_base)?),
        false => (pool.base_mint.0, price.checked_mul(quote_for_base)?),
    };
    Some(Step {
        depth: whole(units, decimals).checked_mul(price)?,
        to,
        price: other,
    })
}

#[cfg(test)]
mod tests {
    use sealane_sdk::{
        amm::{self, state::Pool},
        engine::fixtures::{self, account_bytes},
        pools::AccountUpdate,
    };

    use super::*;

    /// A pool with reserves in whole tokens, all of six decimals.
    fn add_pool(world: &mut World, (base, quote): (Pubkey, Pubkey), reserves: [u64; 2]) -> Pubkey {
        let (address, config) = fixtures::pool(1);
        let pool = Pool {
            base_mint: base,
            quote_mint: quote,
            base_decimals: 6,
            ..config
        };
        let [base, quote] = reserves.map(|whole| whole * 1_000_000);
        let (shard_at, shard) = fixtures::shard(&address, 0, base, quote);
        for (at, bytes) in [
            (address, account_bytes(&pool)),
            (shard_at, account_bytes(&shard)),
        ] {
            let update = AccountUpdate {
                address: at,
                owner: amm::ID,
                slot: 1,
                data: &bytes,
            };
            world.apply(update).unwrap();
        }
        shard.lp_mint
    }

    #[test]
    fn tokens_have_the_price_of_the_deepest_pool_that_leads_to_them() {
        let [dollar, coin, share, lost, other] = [(); 5].map(|()| Pubkey::new_unique());
        let mut world = World::new();
        add_pool(&mut world, (coin, dollar), [10, 1_000]);
        // Shallow, and off.
        add_pool(&mut world, (coin, dollar), [1, 500]);
        add_pool(&mut world, (share, coin), [100, 50]);
        add_pool(&mut world, (lost, other), [1, 1]);
        let prices = Prices::of(&world);
        assert_eq!(prices.unit(), Some(dollar));
        let price = |mint| prices.whole_token(&mint, 6);
        assert_eq!(price(dollar), Some(Decimal::ONE));
        assert_eq!(price(coin), Some(Decimal::from(100)));
        assert_eq!(price(share), Some(Decimal::from(50)));
        assert_eq!(price(lost), None);
    }

    #[test]
    fn liquidity_tokens_are_worth_their_part_of_the_reserves() {
        let [dollar, coin] = [(); 2].map(|()| Pubkey::new_unique());
        let mut world = World::new();
        // The square root of 4 · 400 whole tokens: 40 shares of 6 decimals for 800 dollars.
        let lp = add_pool(&mut world, (coin, dollar), [4, 400]);
        let prices = Prices::of(&world);
        assert_eq!(prices.whole_token(&lp, 6), Some(Decimal::from(20)));
        assert_eq!(prices.shares(&lp).unwrap().index, 0);
        assert!(prices.shares(&coin).is_none());
        assert!(Prices::of(&World::new()).unit().is_none());
    }
}
