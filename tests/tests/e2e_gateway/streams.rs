//! Streams: snapshots and diffs lead to what the chain says, resumption misses nothing, and who is
//! slow is told so.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sealane_localnet::world::TokenName;
use sealane_sdk::engine::world::World;
use sealane_sdk::pools::AccountUpdate;
use sealane_sdk::quote::SwapKind;
use sealane_sdk::route::{RouteRequest, Venues, route};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

use crate::socket::{Replayed, Socket, book};
use crate::stage::{Stage, amount, list, text};

#[tokio::test(flavor = "multi_thread")]
async fn diffs_lead_to_the_book_and_nothing_is_missed_by_coming_back() {
    let stage = Stage::set().await;
    let market = stage.world.markets[0].address;
    let path = format!("/api/v1/markets/{market}/book?depth=200");
    let mut socket = Socket::open(&stage).await;
    let (subscribed, snapshot) = socket.subscribe(book(&stage)).await;
    let mut replayed = Replayed::of(&snapshot.expect("a snapshot"));
    let stream = text(&subscribed["stream"]).to_owned();
    assert!(replayed.is(&stage.json(&path).await));
    take(&stage, 5).await;
    caught_up(&stage, &mut socket, &mut replayed, &path).await;

    // Away while the book changes; then on from where it had stopped.
    let seen = replayed.seq;
    socket.break_off();
    for _ in 0..3 {
        take(&stage, 2).await;
    }
    let mut socket = Socket::open(&stage).await;
    let mut back = book(&stage);
    back["resume"] = json!({ "stream": stream, "seq": seen });
    let (subscribed, snapshot) = socket.subscribe(back).await;
    assert_eq!((&subscribed["resumed"], snapshot), (&true.into(), None));
    caught_up(&stage, &mut socket, &mut replayed, &path).await;
    assert!(replayed.seq > seen);

    // A stream of another run, or a number that was never told: a snapshot.
    for resume in [
        json!({ "stream": "other-1", "seq": seen }),
        json!({ "stream": stream, "seq": 1u64 << 40 }),
    ] {
        let mut socket = Socket::open(&stage).await;
        let mut back = book(&stage);
        back["resume"] = resume;
        let (_, snapshot) = socket.subscribe(back).await;
        assert!(Replayed::of(&snapshot.expect("a snapshot")).is(&stage.json(&path).await));
    }
    stage.end().await;
}

/// Orders expire by the clock, so it must not stand still between complete states.
#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_no_more_than_a_second_behind() {
    let stage = Stage::set().await;
    let client = stage.client();
    let mut behind = Vec::new();
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let world = stage.gateway.app().engine.world();
        let known = world.clock().expect("a clock").slot;
        let now = client.rpc().get_slot().await.expect("a slot");
        behind.push(now.saturating_sub(known));
    }
    behind.sort_unstable();
    let slots_in_a_second = 10;
    println!("slots behind: {behind:?}");
    let median = behind[behind.len() / 2];
    assert!(median <= slots_in_a_second, "{behind:?}");
    // What a machine with much else to do may add.
    assert!(behind[39] <= 3 * slots_in_a_second, "{behind:?}");
    stage.end().await;
}

/// Buys from the best orders, straight from a wallet.
async fn take(stage: &Stage, whole: u64) {
    let mut client = stage.client();
    let (usdc, sol) = (stage.token(TokenName::Usdc), stage.token(TokenName::Sol));
    client.fetch_markets().await.expect("markets");
    let bob = &stage.world.wallets.bob;
    let request = RouteRequest::new(
        SwapKind::ExactOut,
        sol.units(whole),
        usdc.mint,
        sol.mint,
        bob.address(),
    );
    let executed = client.swap_best(&request, &bob.keypair).await;
    executed.expect("a take");
}

async fn caught_up(stage: &Stage, socket: &mut Socket, replayed: &mut Replayed, path: &str) {
    let mut client = stage.client();
    let market = stage.world.markets[0].address;
    client.fetch_market(&market).await.expect("the market");
    let lanes: Vec<_> = client
        .markets()
        .lanes(&market)
        .map(|one| (one.address, one.lane.clone()))
        .collect();
    let app = stage.gateway.app();
    stage
        .until("a fresh market", async || {
            let world = app.engine.world();
            let same = |(address, lane): &(Pubkey, _)| {
                world
                    .markets()
                    .lane(address)
                    .is_some_and(|entry| entry.lane == lane)
            };
            lanes.iter().all(same).then_some(())
        })
        .await;
    let told = stage.json(path).await;
    while !replayed.is(&told) {
        let diff = socket.next().await.expect("a diff");
        replayed.apply(&diff);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trades_candles_quotes_and_accounts_are_told_as_they_happen() {
    let stage = Stage::set().await;
    let alice = &stage.world.wallets.alice;
    let pool = stage.world.pool_of(TokenName::Usdc).address;
    let (usdc, usdx) = (stage.token(TokenName::Usdc), stage.token(TokenName::Usdx));
    let mut socket = Socket::open(&stage).await;
    let quote = json!({
        "channel": "quotes", "input_mint": usdc.mint.to_string(),
        "output_mint": usdx.mint.to_string(), "amount": "1000000000",
    });
    let channels = [
        json!({ "channel": "trades", "venue": pool.to_string() }),
        json!({ "channel": "candles", "venue": pool.to_string(), "interval": "1m" }),
        json!({ "channel": "account", "owner": alice.address().to_string() }),
        quote,
    ];
    let mut followed = BTreeMap::new();
    for channel in channels {
        let name = text(&channel["channel"]).to_owned();
        let (subscribed, snapshot) = socket.subscribe(channel).await;
        let number = subscribed["subscription"].as_u64().expect("a number");
        followed.insert(
            number,
            (name, snapshot.expect("a snapshot")["data"].clone()),
        );
    }
    let quoted = |data: &Value| amount(&data["quote"]["received"]);
    let before = followed
        .values()
        .find(|(name, _)| name == "quotes")
        .expect("it")
        .1
        .clone();
    let executed = stage
        .swap(alice, TokenName::Usdc, TokenName::Usdx, usdc.units(1_000))
        .await;
    assert_eq!(quoted(&before), executed.received, "the quote was good");

    let mut seen: BTreeMap<String, Value> = BTreeMap::new();
    while seen.len() < 4 {
        let diff = socket.expect("diff").await;
        let number = diff["subscription"].as_u64().expect("a number");
        let (name, _) = &followed[&number];
        // The account's tokens are asked for again until the trade is in them.
        let is_it = name != "account" || diff["data"]["tokens"] != Value::Null;
        if is_it {
            seen.insert(name.clone(), diff["data"].clone());
        }
    }
    // Over two shards it is two trades, told at once.
    let trades = list(&seen["trades"]["trades"]);
    let sum = |field: &str| -> u64 { trades.iter().map(|trade| amount(&trade[field])).sum() };
    assert_eq!(
        (sum("base"), sum("quote")),
        (executed.sent, executed.received)
    );
    let trade = &trades[0];
    let candle = &list(&seen["candles"]["candles"])[0];
    assert_eq!(candle["close"], trade["price"]);
    let account = stage
        .client()
        .balances(&alice.address())
        .await
        .expect("balances");
    let held = account
        .tokens
        .iter()
        .find(|one| one.mint == usdx.mint)
        .expect("it")
        .amount;
    let told = list(&seen["account"]["tokens"]).iter();
    let told = told.filter(|one| one["mint"] == usdx.mint.to_string());
    assert_eq!(told.map(|one| amount(&one["amount"])).sum::<u64>(), held);
    assert_ne!(
        quoted(&seen["quotes"]),
        quoted(&before),
        "the price has moved"
    );
    stage.end().await;
}

/// Whoever is fed with accounts has the gateway's world, and quotes the same.
#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_enough_to_quote() {
    let stage = Stage::set().await;
    let mut socket = Socket::open(&stage).await;
    let (_, snapshot) = socket.subscribe(json!({ "channel": "accounts" })).await;
    let mut world = World::new();
    feed(&mut world, &snapshot.expect("a snapshot")["data"]);
    let (sol, usdx) = (stage.token(TokenName::Sol), stage.token(TokenName::Usdx));
    let alice = &stage.world.wallets.alice;
    for round in 0..3 {
        let amount_in = sol.units(7) + round;
        let trader = alice.address();
        let request = RouteRequest::new(SwapKind::ExactIn, amount_in, sol.mint, usdx.mint, trader);
        let own = route(&Venues::from(&world), &request).expect("a route");
        let executed = stage
            .swap(alice, TokenName::Sol, TokenName::Usdx, amount_in)
            .await;
        assert_eq!(own.received, executed.received);
        // What the trade has changed comes by itself.
        let touched: Vec<Pubkey> = executed.legs.iter().map(|leg| leg.place()).collect();
        let mut client = stage.client();
        client.fetch_pools().await.expect("pools");
        client.fetch_markets().await.expect("markets");
        let is_fresh = |world: &World| {
            touched.iter().all(|place| {
                let lanes = client.markets().lanes(place);
                let same = lanes.zip(world.markets().lanes(place)).count()
                    == client.markets().lanes(place).count();
                let shards = client.pools().shards(place);
                same && shards
                    .zip(world.pools().shards(place))
                    .all(|(one, other)| one.shard == other.shard)
                    && client.markets().lanes(place).all(|one| {
                        world
                            .markets()
                            .lane(&one.address)
                            .is_some_and(|other| other.lane == one.lane)
                    })
            })
        };
        while !is_fresh(&world) {
            let diff = socket.expect("diff").await;
            feed(&mut world, &diff["data"]);
        }
    }
    // One venue's alone.
    let pool = &stage.world.pools[0];
    let one = json!({ "channel": "accounts", "venues": [pool.address.to_string()] });
    let mut socket = Socket::open(&stage).await;
    let (_, snapshot) = socket.subscribe(one).await;
    let mut part = World::new();
    feed(&mut part, &snapshot.expect("a snapshot")["data"]);
    assert_eq!(part.pools().pools().count(), 1);
    assert_eq!(part.pools().missing(&pool.address), []);
    stage.end().await;
}

fn feed(world: &mut World, data: &Value) {
    for account in list(&data["accounts"]) {
        let address: Pubkey = text(&account["address"]).parse().expect("an address");
        let slot = account["slot"].as_u64().expect("a slot");
        if account["closed"] == true {
            world.markets_mut().remove_lane(&address, slot);
            continue;
        }
        let owner: Pubkey = text(&account["owner"]).parse().expect("an address");
        let data = BASE64_STANDARD
            .decode(text(&account["data"]))
            .expect("base64");
        let update = AccountUpdate {
            address,
            owner,
            slot,
            data: &data,
        };
        world.apply(update).expect("an account of the exchange");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_dropped_and_told_so() {
    let stage = Stage::set_with(|config| {
        config.socket.queue = 16;
        config.socket.publish_interval_ms = 5;
        config.socket.heartbeat_ms = 60_000;
    })
    .await;
    let mut slow = Socket::open(&stage).await;
    let mut quick = Socket::open(&stage).await;
    // Whole snapshots of everything, again and again, fill whatever buffers there are in between.
    let everything = json!({ "channel": "accounts" });
    quick.subscribe(everything.clone()).await;
    let mut asked = everything;
    asked["op"] = "subscribe".into();
    asked["id"] = 1.into();
    let (mut said, mut is_dropped) = (0, false);
    while !is_dropped && said < 400 {
        slow.say(&asked).await;
        said += 1;
        if said % 40 == 0 {
            slow.sleep(Duration::from_secs(2)).await;
        }
        is_dropped =
            stage.json("/health/live").await["connections"] == 1 || dropped(&stage).await > 0;
    }
    // Those that waited come first, then the reason, then the end.
    let mut last = None;
    while let Some(message) = slow.next().await {
        last = Some(message);
    }
    let last = last.expect("a message");
    assert_eq!(
        (&last["op"], &last["reason"]),
        (&"dropped".into(), &"slow_consumer".into()),
        "{last}"
    );
    // Who reads goes on.
    stage
        .swap(
            &stage.world.wallets.alice,
            TokenName::Usdc,
            TokenName::Usdx,
            1_000_000,
        )
        .await;
    quick.expect("diff").await;
    stage.end().await;
}

async fn dropped(stage: &Stage) -> u64 {
    let (_, metrics) = stage.get("/metrics").await;
    let mut lines = text(&metrics).lines();
    let line = lines.find_map(|line| line.strip_prefix("sealane_socket_dropped_total "));
    line.and_then(|count| count.parse().ok()).unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_answered_and_limits_hold() {
    let stage = Stage::set_with(|config| {
        config.socket.max_subscriptions = 3;
        config.socket.max_connections = 2;
    })
    .await;
    let mut socket = Socket::open(&stage).await;
    for nonsense in [
        "",
        "5",
        "{",
        r#"{"op":"dance"}"#,
        r#"{"op":"subscribe","channel":"x"}"#,
    ] {
        socket.say_text(nonsense).await;
        assert_eq!(
            socket.expect("error").await["code"],
            "bad_request",
            "{nonsense}"
        );
    }
    let stranger = Pubkey::new_unique().to_string();
    for (channel, code) in [
        (
            json!({ "channel": "book", "market": stranger }),
            "unknown_market",
        ),
        (
            json!({ "channel": "trades", "venue": stranger }),
            "unknown_venue",
        ),
        (
            json!({ "channel": "accounts", "venues": [stranger] }),
            "unknown_venue",
        ),
    ] {
        let mut asked = channel;
        asked["op"] = "subscribe".into();
        asked["id"] = 5.into();
        socket.say(&asked).await;
        let error = socket.expect("error").await;
        assert_eq!(
            (&error["id"], &error["code"]),
            (&5.into(), &code.into()),
            "{asked}"
        );
    }
    socket.say(&json!({ "op": "ping", "id": 9 })).await;
    assert_eq!(socket.expect("pong").await["id"], 9);
    socket
        .say(&json!({ "op": "unsubscribe", "subscription": 99 }))
        .await;
    assert_eq!(socket.expect("error").await["code"], "unknown_subscription");
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let (subscribed, _) = socket.subscribe(book(&stage)).await;
        numbers.push(subscribed["subscription"].clone());
    }
    let mut fourth = book(&stage);
    fourth["op"] = "subscribe".into();
    socket.say(&fourth).await;
    assert_eq!(
        socket.expect("error").await["code"],
        "too_many_subscriptions"
    );
    socket
        .say(&json!({ "op": "unsubscribe", "subscription": numbers[0] }))
        .await;
    assert_eq!(
        socket.expect("unsubscribed").await["subscription"],
        numbers[0]
    );
    socket.subscribe(book(&stage)).await;
    assert!(!socket.heartbeats.is_empty() && socket.heartbeats[0]["live"] == true);

    let _second = Socket::open(&stage).await;
    let url = format!("ws://{}/api/v1/ws", stage.gateway.address());
    assert!(
        tokio_tungstenite::connect_async(url).await.is_err(),
        "a third connection"
    );
    // When the gateway goes, it says so.
    stage.gateway.stop().await;
    assert_eq!(socket.expect("dropped").await["reason"], "going_away");
    stage.chain.stop().await.expect("a clean stop");
}
