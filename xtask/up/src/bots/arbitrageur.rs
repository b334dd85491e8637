//! Trades a pool back to the price elsewhere, as arbitrageurs do.

use std::time::Duration;

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use sealane_localnet::world::{CurveSpec, WorldPool};
use sealane_sdk::{
    client::Client,
    quote::{QuoteRequest, VenueChoice},
};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use tokio::sync::watch;

use super::{Bot, BotError, fixed_price};

const EVERY: Duration = Duration::from_secs(3);
/// A shard that is off by less, 0.4%, is left alone: the fee would be more.
const WORTH_IT: Decimal = Decimal::from_parts(4, 0, 0, false, 3);
/// What of the difference it trades away, 0.8. The rest is the fee's.
const PART: Decimal = Decimal::from_parts(8, 0, 0, false, 1);
/// The root is taken of so many times the ratio, the square of [`ROOT_SCALE`].
const SCALE: u64 = ROOT_SCALE * ROOT_SCALE;
const ROOT_SCALE: u64 = 1_000_000_000;
const SLIPPAGE_BPS: u16 = 100;

/// Whether it can tell what the pool's price should be.
pub(super) fn knows(pool: &WorldPool) -> bool {
    pool.curve == CurveSpec::ConstantProduct
}

pub(super) struct Arbitrageur {
    client: Client,
    wallet: Keypair,
    pool: WorldPool,
    index: watch::Receiver<Decimal>,
}

impl Arbitrageur {
    pub(super) fn new(
        client: Client,
        wallet: Keypair,
        pool: &WorldPool,
        index: watch::Receiver<Decimal>,
    ) -> Self {
        Self {
            client,
            wallet,
            pool: pool.clone(),
            index,
        }
    }

    /// Quote for base, as it is elsewhere.
    fn fair_price(&self) -> Decimal {
        let sol = *self.index.borrow();
        let price = |name| fixed_price(name).unwrap_or(sol);
        price(self.pool.base.name) / price(self.pool.quote.name)
    }

    /// The trade for the shard that is off most: the token sent and how much of it.
    fn trade(&self) -> Option<(Pubkey, u64)> {
        let fair = self.fair_price();
        let (base, quote) = (&self.pool.base, &self.pool.quote);
        let shards = self.client.pools().shards(&self.pool.address);
        let off = shards.filter_map(|entry| {
            let reserves = (entry.shard.base_reserve, entry.shard.quote_reserve);
            let whole = |amount: u64, decimals: u8| {
                Decimal::try_from_i128_with_scale(amount.into(), decimals.into()).ok()
            };
            let base_reserve = whole(reserves.0, base.decimals)?;
            let quote_reserve = whole(reserves.1, quote.decimals)?;
            let ratio = quote_reserve.checked_div(base_reserve)?.checked_div(fair)?;
            Some((ratio, reserves))
        });
        let (ratio, (base_reserve, quote_reserve)) =
            off.max_by_key(|(ratio, _)| (ratio - Decimal::ONE).abs())?;
        if (ratio - Decimal::ONE).abs() < WORTH_IT {
            return None;
        }
        let (mint, reserve, ratio) = if ratio > Decimal::ONE {
            (base.mint, base_reserve, ratio)
        } else {
            (quote.mint, quote_reserve, Decimal::ONE / ratio)
        };
        Some((mint, amount_in(reserve, ratio)?))
    }
}

/// How much of a token to send to a constant product whose price is `ratio` times the fair one, so
/// that it nearly becomes that: with x·y constant, x grows by the root of the ratio.
fn amount_in(reserve: u64, ratio: Decimal) -> Option<u64> {
    let root = (ratio * Decimal::from(SCALE)).to_u128()?.isqrt();
    let growth = (Decimal::from(root) / Decimal::from(ROOT_SCALE) - Decimal::ONE) * PART;
    (Decimal::from(reserve) * growth).to_u64()
}

impl Bot for Arbitrageur {
    fn name(&self) -> String {
        format!("arbitrageur of {}", self.pool.name)
    }

    fn pause(&mut self) -> Duration {
        EVERY
    }

    async fn act(&mut self) -> Result<(), BotError> {
        self.client.refresh(&self.pool.address).await?;
        let Some((mint_in, amount)) = self.trade() else {
            return Ok(());
        };
        let request = QuoteRequest {
            pool: self.pool.address,
            mint_in,
            amount,
            slippage_tolerance_bps: SLIPPAGE_BPS,
            choice: VenueChoice::default(),
        };
        self.client.swap_exact_in(&request, &self.wallet).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_is_traded_nearly_to_the_price() {
        // 1,000 base and 160,000 quote where 150 would be fair: base is to be sent.
        let [base, quote, fair] = [1_000_000, 160_000_000, 150].map(Decimal::from);
        let ratio = quote / base / fair;
        let sent = Decimal::from(amount_in(1_000_000, ratio).unwrap());
        let after = base * quote / (base + sent) / (base + sent);
        assert!(after > fair && after < Decimal::new(1525, 1), "{after}");
    }
}
