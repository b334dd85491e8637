//! Every resource says what the chain says.

use std::collections::BTreeSet;

use sealane_localnet::world::TokenName;
use sealane_sdk::engine_core::book::BookSide;
use serde_json::Value;

use crate::stage::{Stage, amount, list, text};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_is_what_is_on_the_chain() {
    let stage = Stage::set().await;
    let alice = &stage.world.wallets.alice;
    for _ in 0..3 {
        let sol = stage.token(TokenName::Sol).units(1);
        stage
            .swap(alice, TokenName::Sol, TokenName::Usdc, sol)
            .await;
        let usdc = stage.token(TokenName::Usdc).units(5);
        stage
            .swap(alice, TokenName::Usdc, TokenName::Usdx, usdc)
            .await;
    }
    config(&stage).await;
    tokens(&stage).await;
    pools(&stage).await;
    markets(&stage).await;
    trades(&stage).await;
    portfolio(&stage).await;
    tickers(&stage).await;
    operation(&stage).await;
    stage.end().await;
}

async fn config(stage: &Stage) {
    let config = stage.json("/api/v1/config").await;
    assert_eq!(config["cluster"], "localnet");
    assert_eq!(config["rpc_path"], "/rpc");
    let genesis = stage
        .client()
        .rpc()
        .get_genesis_hash()
        .await
        .expect("a hash");
    assert_eq!(config["genesis_hash"], genesis.to_string());
    assert_eq!(config["programs"]["amm"], sealane_sdk::amm::ID.to_string());
}

async fn tokens(stage: &Stage) {
    let tokens = stage.json("/api/v1/tokens").await;
    assert_eq!(list(&tokens).len(), stage.world.tokens.len());
    for token in &stage.world.tokens {
        let mint = token.mint.to_string();
        let found = list(&tokens).iter().find(|one| one["mint"] == mint);
        let found = found.unwrap_or_else(|| panic!("no {mint}"));
        assert_eq!(found["symbol"], token.symbol);
        assert_eq!(found["decimals"], token.decimals);
        assert_eq!(found["transfer_fee_bps"], token.transfer_fee_bps);
    }
}

async fn pools(stage: &Stage) {
    let pools = stage.json("/api/v1/pools").await;
    assert_eq!(list(&pools).len(), stage.world.pools.len());
    let mut client = stage.client();
    for pool in &stage.world.pools {
        client.fetch_pool(&pool.address).await.expect("the pool");
        let path = format!("/api/v1/pools/{}", pool.address);
        // What the gateway follows is a moment later than what was executed.
        stage
            .until("a fresh pool", async || {
                let told = stage.json(&path).await;
                let shards = list(&told["shards"]);
                let on_chain = client.pools().shards(&pool.address);
                let same = on_chain.zip(shards).all(|(entry, told)| {
                    told["shard"] == entry.address.to_string()
                        && amount(&told["base_reserve"]) == entry.shard.base_reserve
                        && amount(&told["quote_reserve"]) == entry.shard.quote_reserve
                        && amount(&told["lp_supply"]) == entry.shard.shares
                });
                (same && shards.len() == pool.shards.len()).then_some(())
            })
            .await;
        let told = stage.json(&path).await;
        assert_eq!(told["base_mint"], pool.base.mint.to_string());
        assert_ne!(told["price"], Value::Null);
        let sum: u64 = list(&told["shards"])
            .iter()
            .map(|s| amount(&s["base_reserve"]))
            .sum();
        assert_eq!(amount(&told["tvl"]["base"]), sum);
    }
}

async fn markets(stage: &Stage) {
    let market = &stage.world.markets[0];
    let markets = stage.json("/api/v1/markets").await;
    assert_eq!(list(&markets).len(), 1);
    let told = stage
        .json(&format!("/api/v1/markets/{}", market.address))
        .await;
    assert_eq!(told["tick_size"], "0.01");
    assert_eq!(told["lot_size"], "0.001");
    let mut client = stage.client();
    client
        .fetch_market(&market.address)
        .await
        .expect("the market");
    let book = client.markets().book(&market.address).expect("a book");
    let units = client.markets().units(&market.address).expect("units");
    let path = format!("/api/v1/markets/{}/book?depth=500", market.address);
    for (name, side) in [("bids", BookSide::Bid), ("asks", BookSide::Ask)] {
        let expected: Vec<(String, String)> = book
            .levels(side)
            .iter()
            .map(|level| {
                let size = units.size(level.lots).expect("a size");
                (units.price(level.price).to_string(), size.to_string())
            })
            .collect();
        stage
            .until("the same book", async || {
                let told = stage.json(&path).await;
                let told = list(&told[name]).iter();
                let told: Vec<(String, String)> = told
                    .map(|level| (text(&level["price"]).into(), text(&level["size"]).into()))
                    .collect();
                (told == expected).then_some(())
            })
            .await;
    }
    let grouped = stage
        .json(&format!(
            "/api/v1/markets/{}/book?depth=3&group=100",
            market.address
        ))
        .await;
    assert!(list(&grouped["bids"]).len() <= 3);
    for level in list(&grouped["bids"]) {
        let price: f64 = text(&level["price"]).parse().expect("a price");
        assert_eq!(price.fract(), 0.0, "a hundred ticks are one whole token");
    }
}

/// How many transactions there are among trades: a swap over two shards is two of them.
fn transactions(trades: &Value) -> usize {
    let signatures = list(trades).iter().map(|trade| text(&trade["signature"]));
    signatures.collect::<BTreeSet<&str>>().len()
}

async fn trades(stage: &Stage) {
    let pool = stage.world.pool_of(TokenName::Usdc).address;
    let path = format!("/api/v1/pools/{pool}/trades");
    let trades = stage
        .until("three swaps", async || {
            let trades = stage.json(&path).await;
            (transactions(&trades) == 3).then_some(trades)
        })
        .await;
    let trades = list(&trades);
    let ids: Vec<u64> = trades
        .iter()
        .map(|t| t["id"].as_u64().expect("an id"))
        .collect();
    assert!(ids.is_sorted_by(|one, other| one > other), "latest first");
    let page = stage
        .json(&format!("{path}?limit=1&before={}", ids[0]))
        .await;
    assert_eq!(list(&page)[0]["id"], ids[1]);
    let alice = stage.world.wallets.alice.address().to_string();
    let usdc = stage.token(TokenName::Usdc).units(5);
    let sold: u64 = trades.iter().map(|trade| amount(&trade["base"])).sum();
    assert_eq!(sold, 3 * usdc);
    for trade in trades {
        let (taker, side) = (text(&trade["taker"]), text(&trade["side"]));
        assert_eq!((taker, side), (&*alice, "sell"));
        let time = trade["time"].as_i64().expect("a time");
        assert!(time > 1_600_000_000, "{trade}");
    }
    let day = stage.json(&format!("/api/v1/pools/{pool}")).await;
    assert_eq!(amount(&day["volume_24h"]["base"]), 3 * usdc);
    assert_eq!(day["trades_24h"], trades.len());
    let quote: u64 = trades.iter().map(|trade| amount(&trade["quote"])).sum();
    for interval in ["1s", "1m", "5m", "15m", "1h", "4h", "1d"] {
        let candles = stage
            .json(&format!("/api/v1/candles?venue={pool}&interval={interval}"))
            .await;
        let candles = list(&candles);
        let sum = |field: &str| -> u64 { candles.iter().map(|one| amount(&one[field])).sum() };
        assert_eq!((sum("base"), sum("quote")), (3 * usdc, quote), "{interval}");
        let last = candles.last().expect("a candle");
        assert_eq!(last["close"], trades[0]["price"]);
    }
}

async fn portfolio(stage: &Stage) {
    let alice = stage.world.wallets.alice.address();
    let client = stage.client();
    let told = stage.json(&format!("/api/v1/portfolio/{alice}")).await;
    let balances = client.balances(&alice).await.expect("balances");
    assert_eq!(amount(&told["lamports"]), balances.lamports);
    for held in &balances.tokens {
        let account = held.account.to_string();
        let found = list(&told["tokens"])
            .iter()
            .find(|one| one["account"] == account);
        assert_eq!(amount(&found.expect("the account")["amount"]), held.amount);
    }
    // The liquidity provider's shares, with those that it has staked, are nearly all that there are.
    let maker = stage.world.wallets.maker.address();
    let told = stage.json(&format!("/api/v1/portfolio/{maker}")).await;
    let shards: usize = stage.world.pools.iter().map(|pool| pool.shards.len()).sum();
    assert_eq!(list(&told["lp"]).len(), shards);
    for shares in list(&told["lp"]) {
        let farms = stage.world.farms.iter();
        let farms = farms.filter(|farm| shares["lp_mint"] == farm.stake_mint.to_string());
        let farms: Vec<String> = farms.map(|farm| farm.address.to_string()).collect();
        let positions = list(&told["positions"]).iter();
        let staked = positions.filter(|one| farms.iter().any(|farm| one["farm"] == *farm));
        let staked: u64 = staked.map(|one| amount(&one["amount"])).sum();
        let own = amount(&shares["shares"]) + staked;
        let all = amount(&shares["total_shares"]);
        assert!(own < all && all - own <= 10_000, "{shares}");
    }
    let market = &stage.world.markets[0];
    for lane in &market.lanes {
        let mut owners = stage.world.wallets.makers.iter();
        let owner = owners
            .find(|wallet| wallet.name == lane.owner)
            .expect("a maker");
        let path = format!("/api/v1/portfolio/{}", owner.address());
        let told = stage.json(&path).await;
        let lanes = list(&told["lanes"]);
        assert_eq!(
            (lanes.len(), text(&lanes[0]["lane"])),
            (1, &*lane.address.to_string())
        );
        assert!(!list(&lanes[0]["orders"]).is_empty());
        let history = stage.json(&format!("{path}/history?limit=500")).await;
        let kinds: Vec<&str> = list(&history)
            .iter()
            .map(|one| text(&one["kind"]))
            .collect();
        assert!(
            kinds.contains(&"open_lane") && kinds.contains(&"deposit"),
            "{kinds:?}"
        );
    }
    let history = stage
        .json(&format!("/api/v1/portfolio/{alice}/history"))
        .await;
    // The demo has staked for her before.
    let staked = ["open_position", "stake", "lock"];
    let kinds: Vec<&str> = list(&history)
        .iter()
        .map(|one| text(&one["kind"]))
        .filter(|kind| !staked.contains(kind))
        .collect();
    assert!(
        kinds.iter().all(|kind| ["swap", "take"].contains(kind)),
        "{kinds:?}"
    );
    assert!(kinds.len() >= 6, "{kinds:?}");
}

async fn tickers(stage: &Stage) {
    let tickers = stage.json("/api/v1/tickers").await;
    let venues = stage.world.pools.len() + stage.world.markets.len();
    assert_eq!(list(&tickers).len(), venues);
    let pool = stage.world.pool_of(TokenName::Usdc);
    let found = list(&tickers)
        .iter()
        .find(|one| one["pool_id"] == pool.address.to_string());
    let ticker = found.expect("the pool's ticker");
    assert_eq!(ticker["base_volume"], "15");
    let id = format!("{}_{}", pool.base.mint, pool.quote.mint);
    assert_eq!(ticker["ticker_id"], id);
}

async fn operation(stage: &Stage) {
    assert_eq!(stage.json("/health/live").await["live"], true);
    let ready = stage.json("/health/ready").await;
    assert_eq!(
        (&ready["live"], &ready["indexed"]),
        (&true.into(), &true.into())
    );
    let (status, metrics) = stage.get("/metrics").await;
    assert_eq!(status, 200);
    for name in [
        "sealane_http_requests_total",
        "sealane_index_events_total",
        "sealane_live 1",
    ] {
        assert!(text(&metrics).contains(name), "no {name}");
    }
    let document = stage.json("/openapi.json").await;
    assert_eq!(
        document,
        serde_json::to_value(sealane_server::http::document()).expect("JSON")
    );
    let (status, page) = stage.get("/docs/").await;
    assert_eq!(status, 200);
    // Nothing of it comes from elsewhere.
    assert!(
        !text(&page).contains("//unpkg") && !text(&page).contains("//cdn"),
        "{page}"
    );
}
