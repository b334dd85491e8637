//! Order books on the command line, as a person or a script runs it: the built binary against a
//! real local chain.
//!
//! Runs on the embedded chain, or on Agave's validator where `SEALANE_VALIDATOR` names its binary.

mod cli;

use std::time::Duration;

use sealane_localnet::Chain;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::ChildStdout,
    time::timeout,
};

use cli::{Person, USAGE, number, start_chain, text};

/// How long a watcher may take to tell of a change.
const MAX_DELAY: Duration = Duration::from_secs(20);

/// A person with SOL, two tokens, a market of both, and a lane in it with balances.
struct Venue {
    maker: Person,
    base: String,
    quote: String,
    market: String,
}

impl Venue {
    /// Lots of 0.01 base, ticks of 0.01 quote per base; takers pay 0.05%, makers get 0.01%.
    async fn open(chain: &Chain) -> Self {
        let maker = Person::new(chain.rpc_url());
        maker.json("faucet sol 10").await;
        let token = "token create --supply 1000000 --decimals";
        let base = text(&maker.json(&format!("{token} 9")).await["mint"]);
        let quote = text(&maker.json(&format!("{token} 6")).await["mint"]);
        let line = format!("market create {base} {quote} --lot 0.01 --tick 0.01");
        let created = maker.json(&line).await;
        let market = text(&created["market"]["address"]);
        assert_eq!(created["market"]["tick_price"], "0.01");
        assert_eq!(created["market"]["vault_shards"], 2);
        let venue = Self {
            maker,
            base,
            quote,
            market,
        };
        venue.enter(&venue.maker, "100", "20000").await;
        venue
    }

    /// Opens a lane for somebody and puts something into it.
    async fn enter(&self, person: &Person, base: &str, quote: &str) {
        let market = &self.market;
        let opened = person.json(&format!("lane open {market}")).await;
        assert_eq!(opened["lane"]["capacity"], 16);
        let line = format!("deposit {market} --base {base} --quote {quote} --yes");
        let deposited = person.json(&line).await;
        assert_eq!(deposited["base_sent"], deposited["base_received"]);
        assert_eq!(deposited["lane"]["base_free"], deposited["base_sent"]);
        assert_eq!(deposited["lane"]["quote_free"], deposited["quote_sent"]);
    }

    /// Another person with SOL and with both tokens in the wallet.
    async fn newcomer(&self, chain: &Chain) -> Person {
        let person = Person::new(chain.rpc_url());
        person.json("faucet sol 2").await;
        let address = person.address().await;
        for (mint, amount) in [(&self.base, 100), (&self.quote, 20_000)] {
            let line = format!("faucet token {mint} {amount} --to {address}");
            self.maker.json(&line).await;
        }
        person
    }

    /// Rests an order and returns its id.
    async fn place(&self, person: &Person, order: &str) -> String {
        let line = format!("order place {} {order} --yes", self.market);
        text(&person.json(&line).await["order_id"])
    }

    async fn lane(&self, person: &Person) -> Value {
        person.json(&format!("lane show {}", self.market)).await
    }

    async fn book(&self, person: &Person) -> Value {
        person.json(&format!("book {}", self.market)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_nothing_to_a_trade_at_its_quote_and_everything_back() {
    let chain = start_chain().await;
    let venue = Venue::open(&chain).await;
    let (maker, market) = (&venue.maker, &venue.market);
    let taker = venue.newcomer(&chain).await;
    venue.enter(&taker, "10", "5000").await;
    venue.place(maker, "sell 2 150.02").await;
    venue.place(maker, "sell 3 150.05 --client-id 9").await;
    venue.place(maker, "buy 4 149.98 --post-only reject").await;

    let book = venue.book(maker).await;
    assert_eq!(book["mid"], "150");
    assert_eq!(book["spread"], "0.04");
    assert_eq!(book["asks"][0]["size"], 2_000_000_000);
    assert_eq!(book["asks"][1]["total"], 5_000_000_000u64);
    assert_eq!(book["asks"][0]["own"], book["asks"][0]["size"]);
    assert_eq!(venue.book(&taker).await["asks"][0]["own"], 0);
    let grouped = maker.json(&format!("book {market} --group 0.5")).await;
    assert_eq!(
        grouped["asks"],
        json!([{
            "price": "150.5", "price_ticks": 15_050, "size": 5_000_000_000u64,
            "total": 5_000_000_000u64, "orders": 2, "own": 5_000_000_000u64,
        }])
    );

    // Two at 150.02 and one at 150.05, and 0.05% of that.
    let bought = taker.json(&format!("take {market} buy 3 --yes")).await;
    assert_eq!(
        (number(&bought["base"]), number(&bought["value"])),
        (3_000_000_000, 450_090_000)
    );
    assert_eq!(number(&bought["fee"]), 225_045);
    for field in ["base", "value", "fee"] {
        assert_eq!(bought[field], bought["quote"][field], "{field} as quoted");
    }
    assert_eq!(bought["quote"]["average_price"], "150.03");
    let lane = &bought["lane"];
    assert_eq!(number(&lane["base_free"]), 13_000_000_000);
    assert_eq!(
        number(&lane["quote_free"]),
        5_000_000_000 - 450_090_000 - 225_045
    );

    // What is left of a sale rests at its limit, and can be taken back.
    let line = format!("take {market} sell 6 --limit 149.98 --rest --client-id 5 --yes");
    let sold = taker.json(&line).await;
    assert_eq!(number(&sold["base"]), 4_000_000_000);
    let rested = text(&sold["rested_id"]);
    let orders = taker.json(&format!("order list {market}")).await;
    let order = &orders["markets"][0]["orders"][0];
    assert_eq!(
        (&order["id"], &order["size"]),
        (&json!(rested), &json!(2_000_000_000))
    );
    let reduced = taker
        .json(&format!("order reduce {market} {rested} 0.5"))
        .await;
    assert_eq!(number(&reduced["left"]), 1_500_000_000);
    let cancelled = taker
        .json(&format!("order cancel {market} --client-id 5"))
        .await;
    assert_eq!(cancelled["cancelled"][0]["id"], json!(rested));
    assert_eq!(number(&cancelled["lane"]["base_locked"]), 0);

    // Where nobody buys at the limit, all of a sale rests.
    let line = format!("take {market} sell 1 --limit 160 --rest --yes");
    let only_rests = taker.json(&line).await;
    assert_eq!(only_rests["order"]["price"], "160");
    assert_eq!(number(&only_rests["lane"]["base_locked"]), 1_000_000_000);

    // A wallet buys without a lane.
    let before = (
        taker.holds(&venue.base).await,
        taker.holds(&venue.quote).await,
    );
    let line = format!("take {market} buy 1 --from-wallet --yes");
    let swapped = taker.json(&line).await;
    let after = (
        taker.holds(&venue.base).await,
        taker.holds(&venue.quote).await,
    );
    assert_eq!(after.0 - before.0, number(&swapped["received"]));
    assert_eq!(before.1 - after.1, number(&swapped["sent"]));

    // The authority gets its part, the traders all of theirs, and the lanes are gone.
    let collected = maker.json(&format!("market collect-fees {market}")).await;
    let fees = number(&collected["quote"]);
    assert!(fees > 0);
    maker
        .refused(&format!("market collect-fees {market}"), "NothingToCollect")
        .await;
    maker
        .refused(&format!("lane close {market}"), "LaneNotEmpty")
        .await;
    for person in [maker, &taker] {
        person.json(&format!("lane close {market} --empty")).await;
        assert_eq!(person.json("lane list").await["lanes"], json!([]));
    }
    let all = maker.holds(&venue.quote).await + taker.holds(&venue.quote).await;
    assert_eq!(
        all, 1_020_000_000_000,
        "nothing is lost and nothing is left"
    );
    let all = maker.holds(&venue.base).await + taker.holds(&venue.base).await;
    assert_eq!(all, 1_000_100_000_000_000);
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_name_the_tick_the_lot_and_the_balance() {
    let chain = start_chain().await;
    let venue = Venue::open(&chain).await;
    let (maker, market) = (&venue.maker, &venue.market);
    let stranger = venue.newcomer(&chain).await;
    venue.place(maker, "sell 2 150.02").await;
    let before = venue.lane(maker).await;

    let place = format!("order place {market}");
    for (line, code) in [
        (format!("{place} buy 1 150.005 --yes"), "OffTick"),
        (format!("{place} buy 1.005 150 --yes"), "OffLot"),
        (format!("{place} buy 0.001 150 --yes"), "SizeTooSmall"),
        (format!("{place} buy 1 0 --yes"), "PriceTooLow"),
        (format!("{place} buy 1 15O --yes"), "InvalidPrice"),
        (format!("{place} buy 1,5 150 --yes"), "InvalidAmount"),
        (
            format!("{place} buy 1 150 --expires-slot 1 --yes"),
            "Expired",
        ),
        (format!("{place} buy 1 150"), "NeedsConsent"),
        (format!("take {market} buy 1 --rest --yes"), "Usage"),
        (format!("take {market} buy --yes"), "Usage"),
        (format!("book {market} --group 0.001"), "OffTick"),
        (format!("market set-fees {market}"), "NothingToSet"),
        ("book tSOL/tUSDC".to_owned(), "UnknownName"),
    ] {
        assert_eq!(maker.fails(&line, USAGE).await["code"], code, "{line}");
    }
    for (line, code) in [
        (format!("{place} buy 1000 150 --yes"), "InsufficientFunds"),
        (format!("{place} sell 101 151 --yes"), "InsufficientFunds"),
        (format!("take {market} buy 1 --yes"), "NoOrders"),
        (format!("withdraw {market} --base 101"), "InsufficientFunds"),
        (format!("order cancel {market} 1"), "OrderNotFound"),
        (
            format!("order cancel-all {market} --side buy"),
            "OrderNotFound",
        ),
        (format!("cross {market}"), "NotCrossed"),
        (format!("lane open {market}"), "LaneExists"),
        (format!("lane grow {market} 16"), "InvalidCapacity"),
        (format!("market show {}", venue.base), "WrongAccount"),
        (
            format!(
                "market create {} {} --lot 1 --tick 1",
                venue.base, venue.quote
            ),
            "MarketExists",
        ),
        (
            format!("market accept-authority {market}"),
            "NoPendingAuthority",
        ),
        (
            format!("market set-fees {market} --maker-pips -501"),
            "InvalidFee",
        ),
    ] {
        maker.refused(&line, code).await;
    }
    let owner = maker.address().await;
    for (line, code) in [
        (format!("take {market} buy 1 --yes"), "NoLane"),
        (format!("market pause {market} take"), "WrongAuthority"),
        (
            format!("withdraw {market} --all --owner {owner}"),
            "WrongOwner",
        ),
        (
            format!("order cancel-all {market} --owner {owner}"),
            "WrongOwner",
        ),
        (
            format!("take {market} buy 3 --from-wallet --fok --yes"),
            "NotFilled",
        ),
    ] {
        stranger.refused(&line, code).await;
    }

    // A price that would trade at once does not rest, unless it is let.
    venue.enter(&stranger, "1", "1000").await;
    let crossing = format!("{place} buy 1 150.02 --yes");
    stranger.refused(&crossing, "WouldCross").await;
    stranger
        .refused(&format!("{crossing} --post-only reject"), "WouldTake")
        .await;
    let slid = stranger
        .json(&format!("{crossing} --post-only slide"))
        .await;
    assert_eq!(slid["price_ticks"], 15_001);
    stranger
        .refused(&format!("take {market} buy 3 --fok --yes"), "NotFilled")
        .await;
    assert_eq!(venue.lane(maker).await, before);

    // For people: what is wrong, and the steps that there are.
    let outcome = maker.run(&format!("{place} buy 1.005 150 --yes")).await;
    assert_eq!(outcome.stdout, "");
    let symbol = format!(
        "{}…{}",
        &venue.base[..4],
        &venue.base[venue.base.len() - 4..]
    );
    assert_eq!(
        outcome.stderr,
        format!(
            "error: 1.005 is not a whole number of lots; 1 and 1.01 are\n next: use one of the two \
             sizes: a lot is 0.01 {symbol}\n"
        )
    );
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegate_trades_and_somebody_crosses() {
    let chain = start_chain().await;
    let venue = Venue::open(&chain).await;
    let (maker, market) = (&venue.maker, &venue.market);
    let delegate = venue.newcomer(&chain).await;
    let (owner, address) = (maker.address().await, delegate.address().await);
    let set = maker
        .json(&format!("lane delegate {market} {address}"))
        .await;
    assert_eq!(set["lane"]["delegate"], address.as_str());

    let line = format!("order place {market} sell 2 150 --owner {owner} --yes");
    let placed = delegate.json(&line).await;
    assert_eq!(placed["lane"]["owner"], owner.as_str());
    let line = format!("withdraw {market} --all --owner {owner}");
    delegate.refused(&line, "WrongOwner").await;
    maker
        .json(&format!("lane delegate {market} --revoke"))
        .await;
    let line = format!("order cancel-all {market} --owner {owner}");
    delegate.refused(&line, "WrongOwner").await;

    // Somebody bids above that ask, and a third earns the reward for crossing the two.
    let (buyer, third) = (venue.newcomer(&chain).await, venue.newcomer(&chain).await);
    venue.enter(&buyer, "1", "1000").await;
    venue.enter(&third, "1", "1").await;
    venue.place(&buyer, "buy 1 151 --allow-crossing").await;
    let book = venue.book(maker).await;
    assert_eq!(book["spread"], "-1");
    let shown = maker.run(&format!("book {market}")).await;
    assert!(shown.stdout.contains("crossed by 1 "), "{shown}");
    let crossed = third.json(&format!("cross {market}")).await;
    assert_eq!(number(&crossed["value"]), 150_000_000);
    // 0.1% of the value; the difference leaves more than that.
    assert_eq!(number(&crossed["reward"]), 150_000);
    assert_eq!(number(&crossed["lane"]["quote_free"]), 1_150_000);
    third
        .refused(&format!("cross {market}"), "NotCrossed")
        .await;
    chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_runs_its_market_and_hands_it_over() {
    let chain = start_chain().await;
    let venue = Venue::open(&chain).await;
    let (maker, market) = (&venue.maker, &venue.market);

    let added = maker
        .json(&format!("market add-vault-shard {market}"))
        .await;
    assert_eq!(added["vault_shards"][0]["index"], 2);
    let paused = maker
        .json(&format!("market pause {market} place deposit"))
        .await;
    assert_eq!(paused["market"]["paused"], json!(["place", "deposit"]));
    let line = format!("order place {market} buy 1 150 --yes");
    maker.refused(&line, "Paused").await;
    let line = format!("deposit {market} --base 1 --yes");
    maker.refused(&line, "Paused").await;
    // Nobody is ever locked in.
    maker.json(&format!("withdraw {market} --base 1")).await;
    let resumed = maker.json(&format!("market resume {market} all")).await;
    assert_eq!(resumed["market"]["paused"], json!([]));
    let fees = maker
        .json(&format!("market set-fees {market} --maker-pips 200"))
        .await;
    let fees = &fees["market"]["fees"];
    assert_eq!(
        (&fees["taker_pips"], &fees["maker_pips"]),
        (&json!(500), &json!(200))
    );

    let heir = Person::new(chain.rpc_url());
    heir.json("faucet sol 1").await;
    let address = heir.address().await;
    maker
        .json(&format!("market propose-authority {market} {address}"))
        .await;
    maker
        .refused(
            &format!("market accept-authority {market}"),
            "WrongAuthority",
        )
        .await;
    let accepted = heir
        .json(&format!("market accept-authority {market}"))
        .await;
    assert_eq!(accepted["market"]["authority"], address.as_str());
    maker
        .refused(&format!("market pause {market} take"), "WrongAuthority")
        .await;
    let listed = heir
        .json(&format!("market list --mint {}", venue.base))
        .await;
    assert_eq!(listed["markets"][0]["address"], market.as_str());

    // By its two tokens, as long as there is one market of them.
    let (base, quote) = (&venue.base, &venue.quote);
    let show = format!("market show {base}/{quote}");
    assert_eq!(maker.json(&show).await["address"], market.as_str());
    let reversed = format!("market show {quote}/{base}");
    maker.refused(&reversed, "NoMarket").await;
    let line = format!("market create {base} {quote} --lot 1 --tick 1 --id 1");
    maker.json(&line).await;
    assert_eq!(maker.fails(&show, USAGE).await["code"], "WhichMarket");
    chain.stop().await.expect("a clean stop");
}

/// The next line that a watcher writes, if it writes one in time.
async fn next(lines: &mut Lines<BufReader<ChildStdout>>) -> Value {
    let line = timeout(MAX_DELAY, lines.next_line()).await;
    let line = line
        .expect("in time")
        .expect("readable")
        .expect("not the end");
    serde_json::from_str(&line).expect("a JSON document on one line")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_book_tells_every_change_until_it_is_interrupted() {
    let chain = start_chain().await;
    let venue = Venue::open(&chain).await;
    let (maker, market) = (&venue.maker, &venue.market);
    let mut watcher = maker.start(&format!("book {market} --watch --json"));
    let stdout = watcher.stdout.take().expect("piped");
    let mut lines = BufReader::new(stdout).lines();
    assert_eq!(next(&mut lines).await["orders"], 0);

    venue.place(maker, "sell 2 150.02").await;
    let shown = next(&mut lines).await;
    assert_eq!(shown["asks"][0]["price"], "150.02");
    maker.json(&format!("order cancel-all {market}")).await;
    assert_eq!(next(&mut lines).await["asks"], json!([]));

    let pid = watcher.id().expect("it runs").to_string();
    let killed = tokio::process::Command::new("kill")
        .args(["-INT", &pid])
        .status();
    assert!(killed.await.expect("kill runs").success());
    let ended = timeout(MAX_DELAY, watcher.wait()).await.expect("it ends");
    assert_eq!(
        ended.expect("a status").code(),
        Some(0),
        "that is how watching ends"
    );
    chain.stop().await.expect("a clean stop");
}
