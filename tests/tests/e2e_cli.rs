//! The command line as a person or a script runs it: the built binary against a real local chain.
//!
//! Runs on the embedded chain, or on Agave's validator where `SEALANE_VALIDATOR` names its binary.

mod cli;

use sealane_localnet::{Chain, Progress, StateDirectory, World};
use serde_json::json;

use cli::{Person, REFUSED, USAGE, number, start_chain, text};

/// A person with SOL, two tokens and a pool of three shards with liquidity.
struct Market {
    maker: Person,
    base: String,
    quote: String,
    pool: String,
}

impl Market {
    async fn open(chain: &Chain) -> Self {
        let maker = Person::new(chain.rpc_url());
        maker.json("faucet sol 10").await;
        let token = "token create --supply 1000000 --decimals";
        let base = text(&maker.json(&format!("{token} 9")).await["mint"]);
        let quote = text(&maker.json(&format!("{token} 6")).await["mint"]);
        let line = format!("pool create {base} {quote} --shards 3");
        let pool = text(&maker.json(&line).await["pool"]["address"]);
        for (shard, base, quote) in [(0, 100, 15_000), (1, 200, 30_000), (2, 400, 60_000)] {
            let amounts = format!("--base {base} --quote {quote}");
            let line = format!("liquidity add {pool} --shard {shard} {amounts} --yes");
            assert_eq!(maker.json(&line).await["quote"]["first_deposit"], true);
        }
        Self {
            maker,
            base,
            quote,
            pool,
        }
    }

    /// What the maker holds of both tokens.
    async fn held(&self) -> (u64, u64) {
        let Self {
            maker, base, quote, ..
        } = self;
        (maker.holds(base).await, maker.holds(quote).await)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_nothing_to_a_swap_at_its_quote() {
    let chain = start_chain().await;
    let market = Market::open(&chain).await;
    let Market {
        maker,
        base,
        quote,
        pool,
    } = &market;

    let shown = maker.json(&format!("pool show {pool}")).await;
    let shards = shown["shards"].as_array().expect("shards");
    assert_eq!(shards.len(), 3);
    assert!(
        shards.iter().all(|shard| shard["price"] == "150"),
        "{shown}"
    );
    assert_eq!(shown["tvl_quote"], "210000");
    let listed = maker.json(&format!("pool list --mint {base}")).await;
    assert_eq!(listed["pools"][0]["address"], pool.as_str());

    // A route is chosen among those within a basis point of the best one, which is at least as good
    // as one shard of the pool.
    let quoted = maker.json(&format!("quote 1.5 {base} {quote}")).await;
    let by_pool = maker.json(&format!("quote 1.5 {base} {pool}")).await;
    assert!(number(&quoted["received"]) * 10_001 >= number(&by_pool["received"]) * 10_000);

    let before = market.held().await;
    let swapped = maker.json(&format!("swap 1.5 {base} {quote} --yes")).await;
    let after = market.held().await;
    for field in ["sent", "received"] {
        assert_eq!(swapped[field], quoted[field], "{field} as quoted before");
        assert_eq!(
            swapped[field], swapped["quote"][field],
            "{field} as quoted at last"
        );
    }
    assert_eq!(before.0 - after.0, 1_500_000_000);
    assert_eq!(after.1 - before.1, number(&swapped["received"]));
    let transaction = &swapped["transaction"];
    assert!(
        number(&transaction["compute_units"]) < 10_000,
        "{transaction}"
    );
    assert!(text(&transaction["signature"]).len() > 80);
    assert_eq!(transaction["moved"][0]["change"], -1_500_000_000);
    assert_eq!(transaction["moved"][1]["change"], swapped["received"]);

    let line = format!("swap 100 {base} {quote} --exact-out --yes");
    assert_eq!(maker.json(&line).await["received"], 100_000_000);
    assert_eq!(maker.holds(quote).await, after.1 + 100_000_000);

    let raw = maker
        .json(&format!("quote 1500000000 {base} {quote} --raw"))
        .await;
    assert_eq!(raw["sent"], 1_500_000_000);
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn liquidity_in_every_way_and_back() {
    let chain = start_chain().await;
    let market = Market::open(&chain).await;
    let Market {
        maker, quote, pool, ..
    } = &market;

    // One amount, and as much of the other token as goes with it, into the smallest shard.
    let before = market.held().await;
    let added = maker
        .json(&format!("liquidity add {pool} --base 10 --yes"))
        .await;
    let after = market.held().await;
    assert_eq!(added["quote"]["shard_index"], 0);
    assert_eq!(before.0 - after.0, 10_000_000_000);
    assert_eq!(before.1 - after.1, 1_500_000_000);
    assert_eq!(added["quote"]["quote"], 1_500_000_000);

    let line = format!("liquidity add {pool} --quote-only 100 --shard 1 --yes");
    assert_eq!(maker.json(&line).await["quote"]["side"], "quote");
    assert_eq!(maker.holds(quote).await, after.1 - 100_000_000);

    let line = format!("liquidity remove {pool} --percent 50 --shard 2 --to quote --yes");
    let removed = maker.json(&line).await;
    let part = &removed["shards"][0];
    let moved = part["transaction"]["moved"].as_array().expect("moved");
    let gained = moved.iter().find(|moved| moved["mint"] == quote.as_str());
    assert_eq!(
        gained.expect("quote arrived")["change"],
        part["quote"]["received"]
    );

    // Everything from all shards leaves nothing but what is locked for good.
    let line = format!("liquidity remove {pool} --all --yes");
    let all = maker.json(&line).await;
    assert_eq!(all["shards"].as_array().expect("shards").len(), 3);
    maker.refused(&line, "NoLiquidity").await;
    let shown = maker.json(&format!("pool show {pool}")).await;
    for shard in shown["shards"].as_array().expect("shards") {
        assert!(number(&shard["lp_supply"]) <= 1_000, "{shard}");
    }
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_name_what_is_wrong_and_move_nothing() {
    let chain = start_chain().await;
    let Market {
        maker,
        base,
        quote,
        pool,
    } = Market::open(&chain).await;
    let other = text(&maker.json("token create").await["mint"]);
    let before = maker.json(&format!("pool show {pool}")).await;

    let stranger = Person::new(chain.rpc_url());
    for (line, code) in [
        (format!("swap 1 {base} {quote} --yes"), "InsufficientFunds"),
        (format!("faucet token {base} 1"), "NotMintAuthority"),
        (format!("pool pause {pool} swap"), "WrongAuthority"),
        (format!("pool rebalance {pool} 0 1"), "NothingToRebalance"),
        ("token create".to_owned(), "InsufficientFundsForFee"),
    ] {
        stranger.refused(&line, code).await;
    }
    for (line, code) in [
        (format!("quote 0 {base} {quote}"), "ZeroAmount"),
        (format!("quote 1 {base} {pool} --shard 3"), "UnknownShard"),
        (format!("quote 1 {base} {other}"), "NoPool"),
        (format!("quote 1 {other} {pool}"), "WrongMint"),
        (format!("pool show {base}"), "WrongAccount"),
        (format!("pool create {base} {quote}"), "PoolExists"),
        (format!("pool create {base} {base}"), "SameMint"),
        (format!("pool rebalance {pool} 1 1"), "SameShard"),
        (format!("pool collect-fees {pool}"), "NothingToCollect"),
        (format!("pool ramp {pool} 10"), "NotStableSwap"),
        (
            format!("pool accept-authority {pool}"),
            "NoPendingAuthority",
        ),
        (
            format!("liquidity remove {pool} 1000000 --shard 0 --yes"),
            "InsufficientFunds",
        ),
    ] {
        maker.refused(&line, code).await;
    }
    for (line, code) in [
        (format!("swap 1 {base} {quote}"), "NeedsConsent"),
        (format!("quote 1,5 {base} {quote}"), "InvalidAmount"),
        (
            format!("quote 0.0000000001 {base} {quote}"),
            "InvalidAmount",
        ),
        (format!("quote 1 tBTC {quote}"), "UnknownName"),
        (format!("liquidity remove {pool} 1 --yes"), "WhichShard"),
        (format!("pool set-fees {pool}"), "NothingToSet"),
        (format!("pool pause {pool}"), "Usage"),
        ("swap 1".to_owned(), "Usage"),
    ] {
        assert_eq!(maker.fails(&line, USAGE).await["code"], code, "{line}");
    }
    let line = format!("pool set-fees {pool} --fee-slope 1");
    assert_eq!(maker.fails(&line, REFUSED).await["number"], 6006);
    assert_eq!(maker.json(&format!("pool show {pool}")).await, before);

    // For people: two lines on standard error, and nothing on standard output.
    let outcome = maker.run(&format!("quote 0 {base} {quote}")).await;
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(REFUSED), ""));
    assert_eq!(
        outcome.stderr,
        "error: the amount is zero\n next: give an amount above zero\n"
    );
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_runs_its_pool_and_hands_it_over() {
    let chain = start_chain().await;
    let Market {
        maker,
        base,
        quote,
        pool,
    } = Market::open(&chain).await;

    let paused = maker
        .json(&format!("pool pause {pool} swap rebalance"))
        .await;
    assert_eq!(paused["pool"]["paused"], json!(["swap", "rebalance"]));
    maker
        .refused(&format!("swap 1 {base} {quote} --yes"), "Paused")
        .await;
    let resumed = maker.json(&format!("pool resume {pool} swap")).await;
    assert_eq!(resumed["pool"]["paused"], json!(["rebalance"]));

    let fees = maker
        .json(&format!("pool set-fees {pool} --fee-bps 30"))
        .await;
    let fees = &fees["pool"]["fees"];
    assert_eq!(
        (&fees["min_pips"], &fees["max_pips"]),
        (&json!(3_000), &json!(3_000))
    );
    let swapped = maker
        .json(&format!("swap 1 {base} {quote} --shard 1 --yes"))
        .await;
    assert_eq!(swapped["quote"]["shard_index"], 1);
    let collected = maker.json(&format!("pool collect-fees {pool}")).await;
    assert_eq!(collected["quote"], swapped["quote"]["protocol_fee"]);
    assert_eq!(collected["shards"][0]["shard_index"], 1);
    maker.json(&format!("pool resume {pool} all")).await;
    let rebalanced = maker.json(&format!("pool rebalance {pool} 0 1")).await;
    assert!(number(&rebalanced["quote"]["base_moved"]) > 0);

    let heir = Person::new(chain.rpc_url());
    heir.json("faucet sol 1").await;
    let address = heir.address().await;
    let proposed = maker
        .json(&format!("pool propose-authority {pool} {address}"))
        .await;
    assert_eq!(proposed["pool"]["pending_authority"], address.as_str());
    let accept = format!("pool accept-authority {pool}");
    maker.refused(&accept, "WrongAuthority").await;
    let accepted = heir.json(&accept).await;
    assert_eq!(accepted["pool"]["authority"], address.as_str());
    let add = format!("pool add-shard {pool}");
    maker.refused(&add, "WrongAuthority").await;
    assert_eq!(heir.json(&add).await["shards"][0]["index"], 3);
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn stable_pools_transfer_fees_and_average_prices() {
    let chain = start_chain().await;
    let Market {
        maker,
        base,
        quote,
        pool,
    } = Market::open(&chain).await;

    let line = format!("pool create {base} {quote} --stable --amplification 50 --id 7");
    let created = maker.json(&line).await;
    let stable = text(&created["pool"]["address"]);
    assert_eq!(created["pool"]["amplification"]["now_times_100"], 5_000);
    let moving = maker
        .json(&format!("pool ramp {stable} 100 --over 2d"))
        .await;
    assert_eq!(moving["pool"]["amplification"]["target_times_100"], 10_000);
    maker
        .refused(&format!("pool ramp {stable} 5000 --over 2d"), "InvalidRamp")
        .await;
    maker.json(&format!("pool stop-ramp {stable}")).await;

    let twap = format!("twap {pool} --shard 2");
    let first = maker.json(&format!("{twap} --over 1s")).await;
    assert_eq!(first["average_price"], "150");
    let since = maker
        .json(&format!("{twap} --since {}", text(&first["earlier"])))
        .await;
    assert_eq!(since["average_price"], "150");
    assert!(number(&since["seconds"]) >= number(&first["seconds"]));

    let line = "token create --transfer-fee-bps 100 --max-fee 5 --supply 1000";
    let mint = text(&maker.json(line).await["mint"]);
    let line = format!("pool create {mint} {quote} --shards 1");
    let taxed = text(&maker.json(&line).await["pool"]["address"]);
    let line = format!("liquidity add {taxed} --base 500 --quote 500 --yes");
    maker.json(&line).await;
    let before = maker.holds(&mint).await;
    let line = format!("swap 10 {quote} {mint} --exact-out --yes");
    let bought = maker.json(&line).await;
    assert_eq!(maker.holds(&mint).await - before, 10_000_000);
    assert!(number(&bought["quote"]["legs"][0]["transfer_fee_out"]) > 0);
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_local_chain_of_a_checkout_is_found_by_itself() {
    let chain = start_chain().await;
    let person = Person::new(chain.rpc_url());
    let directory = StateDirectory::take(person.home.path().join("target/localnet"));
    let directory = directory.expect("a folder for the state");
    let world = World::build(&chain, &directory, &Progress::silent()).await;
    let world = world.expect("the world is built");
    let state = world.state(&chain);
    directory.publish(&state).expect("the state is published");

    // The chain, the first demo wallet, and names: nothing has to be said.
    let swapped = person
        .run_bare("swap 1 tSOL tUSDC --yes --output json")
        .await;
    assert_eq!(swapped.code, Some(0), "{swapped}");
    let swapped = swapped.json();
    assert_eq!(swapped["received"], swapped["quote"]["received"]);
    let shown = person.run_bare("pool show tSOL/tUSDC").await;
    assert!(shown.stdout.contains("tSOL/tUSDC"), "{shown}");
    assert!(
        !shown.stdout.contains('\u{1b}'),
        "no colours off a terminal"
    );
    assert_eq!(shown.stderr, "");
    let alice = person.run_bare("balances alice").await;
    let address = world.wallets.alice.address().to_string();
    assert!(alice.stdout.contains(&address), "{alice}");
    assert!(alice.stdout.contains("tUSDX"), "{alice}");

    // A chain that is gone is said to be gone.
    chain.stop().await.expect("a clean stop");
    let gone = person.run_bare("pool list --output json").await;
    assert_eq!(gone.code, Some(REFUSED));
    let error = &gone.json()["error"];
    assert_eq!(error["code"], "NoNode");
    assert!(text(&error["message"]).contains(&state.rpc_url), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_finds_its_way_over_other_tokens() {
    let chain = start_chain().await;
    let Market {
        maker,
        base,
        quote,
        pool,
    } = Market::open(&chain).await;
    let line = "token create --supply 1000000 --decimals 6";
    let third = text(&maker.json(line).await["mint"]);
    let line = format!("pool create {quote} {third} --shards 2");
    let second = text(&maker.json(&line).await["pool"]["address"]);
    for shard in 0..2 {
        let amounts = "--base 20000 --quote 20000";
        let line = format!("liquidity add {second} --shard {shard} {amounts} --yes");
        maker.json(&line).await;
    }

    let quoted = maker.json(&format!("quote 2 {base} {third}")).await;
    let legs = quoted["legs"].as_array().expect("legs");
    assert_eq!(legs[0]["pool"], pool.as_str(), "{quoted}");
    assert_eq!(legs[legs.len() - 1]["pool"], second.as_str());
    let held = |token: String| {
        let maker = &maker;
        async move { maker.holds(&token).await }
    };
    let before = [
        held(base.clone()).await,
        held(quote.clone()).await,
        held(third.clone()).await,
    ];
    let swapped = maker.json(&format!("swap 2 {base} {third} --yes")).await;
    assert_eq!(swapped["received"], quoted["received"]);
    assert_eq!(swapped["sent"], 2_000_000_000);
    let after = [
        held(base.clone()).await,
        held(quote.clone()).await,
        held(third.clone()).await,
    ];
    assert_eq!(before[0] - after[0], 2_000_000_000);
    assert_eq!(
        after[1], before[1],
        "all that was passed through was passed on"
    );
    assert_eq!(after[2] - before[2], number(&swapped["received"]));
    let line = format!("swap 50 {base} {third} --exact-out --yes");
    assert_eq!(maker.json(&line).await["received"], 50_000_000);

    // As people see it: the way, and a row for each trade.
    let shown = maker.run(&format!("quote 2 {base} {third}")).await;
    for part in [" → ", "At least", "pool, shard", second.as_str()] {
        assert!(shown.stdout.contains(part), "{part}: {}", shown.stdout);
    }
    for (line, code) in [
        (
            format!("quote 2 {base} {third} --exclude {second}"),
            "AllExcluded",
        ),
        (format!("quote 2 {base} {third} --max-hops 1"), "NoPool"),
        (
            format!("quote 1000000 {base} {third} --exact-out"),
            "NotEnoughLiquidity",
        ),
    ] {
        maker.refused(&line, code).await;
    }
    chain.stop().await.expect("a clean stop");
}
