//! Tickers, as price aggregators read them.

use axum::extract::State;
use sealane_sdk::engine::world::World;
use solana_pubkey::Pubkey;

use crate::{
    error::{ApiError, ErrorDocument},
    index::Day,
    state::App,
    view::{Address, MarketView, PoolView, Price, TickerView, whole},
};

/// The last day of every pool and market, with the field names that price aggregators read.
#[utoipa::path(
    get, path = "/api/v1/tickers", tag = "history",
    responses((status = 200, body = Vec<TickerView>), (status = 503, body = ErrorDocument))
)]
pub(super) async fn tickers(
    State(app): State<App>,
) -> Result<axum::Json<Vec<TickerView>>, ApiError> {
    let world = app.world()?;
    let now = app.now(&world);
    let day = |venue: &Pubkey| app.index.day(venue, now);
    let mut tickers = of_pools(&world, day);
    tickers.extend(of_markets(&world, day));
    tickers.sort_by_key(|ticker| ticker.pool_id);
    Ok(axum::Json(tickers))
}

fn of_pools(world: &World, day: impl Fn(&Pubkey) -> Day) -> Vec<TickerView> {
    let pools = world.pools().pools();
    let tickers = pools.map(|entry| {
        let day = day(&entry.address);
        let pool = PoolView::of(world, &entry, &day);
        let pair = Pair {
            mints: [pool.base_mint, pool.quote_mint],
            decimals: [pool.base_decimals, pool.quote_decimals],
        };
        TickerView {
            last_price: day.last.map(Price).or(pool.price),
            bid: pool.price,
            ask: pool.price,
            liquidity_in_target: Some(pool.tvl_quote),
            ..pair.ticker(pool.pool, &day)
        }
    });
    tickers.collect()
}

fn of_markets(world: &World, day: impl Fn(&Pubkey) -> Day) -> Vec<TickerView> {
    let markets = world.markets().markets();
    let tickers = markets.map(|entry| {
        let day = day(&entry.address);
        let market = MarketView::of(world, &entry, &day);
        let pair = Pair {
            mints: [market.base_mint, market.quote_mint],
            decimals: [market.base_decimals, market.quote_decimals],
        };
        TickerView {
            bid: market.best_bid,
            ask: market.best_ask,
            ..pair.ticker(market.market, &day)
        }
    });
    tickers.collect()
}

/// Two tokens, base first.
struct Pair {
    mints: [Address; 2],
    decimals: [u8; 2],
}

impl Pair {
    fn ticker(&self, venue: Address, day: &Day) -> TickerView {
        let [base, quote] = self.mints;
        TickerView {
            ticker_id: format!("{base}_{quote}"),
            base_currency: base,
            target_currency: quote,
            pool_id: venue,
            last_price: day.last.map(Price),
            base_volume: whole(day.base, self.decimals[0]).normalize().into(),
            target_volume: whole(day.quote, self.decimals[1]).normalize().into(),
            bid: None,
            ask: None,
            high: day.high.map(Price),
            low: day.low.map(Price),
            liquidity_in_target: None,
        }
    }
}
