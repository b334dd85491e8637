//! What tokens are worth in one of them, by the pools' present prices.
//!
//! Good for a rate that is shown, never for anything that is paid by it: they are the prices of the
//! moment, which a large swap moves.

use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use rust_decimal::{Decimal, prelude::FromPrimitive as _};
use solana_pubkey::Pubkey;

use crate::{
    amount,
    farms::whole,
    pools::{PoolEntry, Pools},
};

/// Significant digits of a pool's price.
const PRICE_DIGITS: u32 = 12;

/// What tokens are worth, in whole tokens of the one that most pools are quoted in.
///
/// A token has the price of the deepest pool that leads to it from there, a liquidity token that of
/// its part of the shard's reserves.
#[derive(Debug, Default)]
pub struct Prices {
    unit: Option<Pubkey>,
    /// Of a whole token.
    tokens: HashMap<Pubkey, Decimal>,
    shares: HashMap<Pubkey, Shares>,
}

/// A shard whose liquidity token somebody may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// The pool.
    pub pool: Pubkey,
    /// The shard.
    pub shard: Pubkey,
    /// Its index.
    pub index: u8,
    /// What all reserves are worth; `None` without prices.
    value: Option<Decimal>,
    supply: u64,
}

/// A pool, and what it is worth.
struct Priced<'a> {
    entry: PoolEntry<'a>,
    price: Option<Decimal>,
    base: u128,
    quote: u128,
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
    /// As of what the cache holds now.
    #[must_use]
    pub fn of(pools: &Pools) -> Self {
        let priced: Vec<Priced<'_>> = pools
            .pools()
            .map(|entry| Priced::of(pools, entry))
            .collect();
        let mut quoted: BTreeMap<Pubkey, usize> = BTreeMap::new();
        for pool in &priced {
            *quoted.entry(pool.entry.pool.quote_mint).or_default() += 1;
        }
        let most = quoted.into_iter().max_by_key(|(_, pools)| *pools);
        let Some((unit, _)) = most else {
            return Self::default();
        };
        let mut prices = Self {
            unit: Some(unit),
            tokens: by_token(&priced, unit),
            shares: HashMap::new(),
        };
        for pool in &priced {
            prices.add_shares(pools, &pool.entry);
        }
        prices
    }

    fn add_shares(&mut self, pools: &Pools, entry: &PoolEntry<'_>) {
        let pool = entry.pool;
        let price_of = |mint: &Pubkey| self.tokens.get(mint).copied();
        let prices = price_of(&pool.base_mint).zip(price_of(&pool.quote_mint));
        for known in pools.shards(&entry.address) {
            let shard = known.shard;
            let value = prices.and_then(|(base_price, quote_price)| {
                let base = whole(shard.base_reserve.into(), pool.base_decimals)?;
                let quote = whole(shard.quote_reserve.into(), pool.quote_decimals)?;
                let quote = quote.checked_mul(quote_price)?;
                base.checked_mul(base_price)?.checked_add(quote)
            });
            let shares = Shares {
                pool: entry.address,
                shard: known.address,
                index: shard.index,
                value,
                supply: shard.shares,
            };
            self.shares.insert(shard.lp_mint, shares);
        }
    }

    /// The token that prices are in; `None` without pools.
    #[must_use]
    pub fn unit(&self) -> Option<Pubkey> {
        self.unit
    }

    /// The shard that a mint is the liquidity token of.
    #[must_use]
    pub fn shares(&self, mint: &Pubkey) -> Option<&Shares> {
        self.shares.get(mint)
    }

    /// What a whole token is worth; `None` if no pool leads to it.
    #[must_use]
    pub fn whole_token(&self, mint: &Pubkey, decimals: u8) -> Option<Decimal> {
        if let Some(price) = self.tokens.get(mint) {
            return Some(*price);
        }
        let shares = self.shares.get(mint)?;
        let supply = whole(shares.supply.into(), decimals)?;
        shares.value?.checked_div(supply)
    }
}

/// A pool's price, whole quote tokens for a whole base token before fees: its shards' prices, each
/// counted by its base reserve. `None` while it is empty.
#[must_use]
pub fn pool_price(pools: &Pools, entry: &PoolEntry<'_>) -> Option<Decimal> {
    let pool = entry.pool;
    let now = pools.clock().map_or(0, |clock| clock.unix_timestamp);
    let curve = pool.curve_at(now).ok()?;
    let (mut sum, mut weights) = (Decimal::ZERO, 0u128);
    let priced = || {
        pools.shards(&entry.address).filter_map(|known| {
            let spot = curve.spot_price(known.shard.state().reserves).ok()?;
            let price = amount::price(spot, pool.base_decimals, pool.quote_decimals);
            Some((price, known.shard.base_reserve))
        })
    };
    for (_, base) in priced() {
        weights += u128::from(base);
    }
    let weights = Decimal::from_u128(weights)?;
    for (price, base) in priced() {
        let share = Decimal::from(base).checked_div(weights)?;
        sum = sum.checked_add(price.checked_mul(share)?)?;
    }
    (!sum.is_zero()).then(|| sum.round_sf(PRICE_DIGITS).unwrap_or(sum).normalize())
}

impl<'a> Priced<'a> {
    fn of(pools: &Pools, entry: PoolEntry<'a>) -> Self {
        let (mut base, mut quote) = (0, 0);
        for known in pools.shards(&entry.address) {
            base += u128::from(known.shard.base_reserve);
            quote += u128::from(known.shard.quote_reserve);
        }
        Self {
            price: pool_price(pools, &entry),
            entry,
            base,
            quote,
        }
    }

    /// What the pool says about its other token.
    fn step(&self, from: &Pubkey, price: Decimal) -> Option<Step> {
        let (pool, quote_for_base) = (self.entry.pool, self.price?);
        let (units, decimals, to, other) = if pool.base_mint == *from {
            let other = price.checked_div(quote_for_base)?;
            (self.base, pool.base_decimals, pool.quote_mint, other)
        } else {
            let other = price.checked_mul(quote_for_base)?;
            (self.quote, pool.quote_decimals, pool.base_mint, other)
        };
        Some(Step {
            depth: whole(units, decimals)?.checked_mul(price)?,
            to,
            price: other,
        })
    }
}

/// Prices, the deepest pools first.
fn by_token(pools: &[Priced<'_>], unit: Pubkey) -> HashMap<Pubkey, Decimal> {
    let mut of_token: HashMap<Pubkey, Vec<&Priced<'_>>> = HashMap::new();
    for pool in pools {
        for mint in [pool.entry.pool.base_mint, pool.entry.pool.quote_mint] {
            of_token.entry(mint).or_default().push(pool);
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
        let pools = of_token.get(&to).into_iter().flatten();
        open.extend(pools.filter_map(|pool| pool.step(&to, price)));
    }
    prices
}

#[cfg(test)]
mod tests {
    use crate::{
        amm::{self, state::Pool},
        fixtures::{self, account_bytes},
        pools::AccountUpdate,
    };

    use super::*;

    /// A pool with reserves in whole tokens, all of six decimals.
    fn add_pool(pools: &mut Pools, (base, quote): (Pubkey, Pubkey), reserves: [u64; 2]) -> Pubkey {
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
            pools.apply(update).unwrap();
        }
        shard.lp_mint
    }

    #[test]
    fn tokens_have_the_price_of_the_deepest_pool_that_leads_to_them() {
        let [dollar, coin, share, lost, other] = [(); 5].map(|()| Pubkey::new_unique());
        let mut pools = Pools::new();
        add_pool(&mut pools, (coin, dollar), [10, 1_000]);
        // Shallow, and off.
        add_pool(&mut pools, (coin, dollar), [1, 500]);
        add_pool(&mut pools, (share, coin), [100, 50]);
        add_pool(&mut pools, (lost, other), [1, 1]);
        let prices = Prices::of(&pools);
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
        let mut pools = Pools::new();
        // The square root of 4 · 400 whole tokens: 40 shares of 6 decimals for 800 dollars.
        let lp = add_pool(&mut pools, (coin, dollar), [4, 400]);
        let prices = Prices::of(&pools);
        assert_eq!(prices.whole_token(&lp, 6), Some(Decimal::from(20)));
        assert_eq!(prices.shares(&lp).unwrap().index, 0);
        assert!(prices.shares(&coin).is_none());
        assert!(Prices::of(&Pools::new()).unit().is_none());
    }
}
