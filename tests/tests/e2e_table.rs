//! Lookup tables on a real local chain: takes and routes that fit into no transaction without one.
//!
//! Runs on the embedded chain, or on Agave's validator where `SEALANE_VALIDATOR` names its binary.

mod cli;

use std::time::Duration;

use cli::{Person, USAGE, number, start_chain};
use sealane_localnet::world::{Token, TokenName, WorldMarket};
use sealane_localnet::{Chain, ChainConfig, StateDirectory, World, stage};
use sealane_sdk::address::TOKEN_PROGRAM;
use sealane_sdk::client::{Client, ClientError};
use sealane_sdk::engine_core::book::BookSide;
use sealane_sdk::orderbook::PlaceParams;
use sealane_sdk::plan::{
    Caller, CreatePoolRequest, OpenLaneRequest, PoolToken, constant_product_params,
    deposit_in_market_instructions, flat_fees, open_lane_instructions, place_instruction,
    routed_instructions,
};
use sealane_sdk::quote::{AddLiquidityRequest, SwapKind, VenueChoice};
use sealane_sdk::route::{Route, RouteError, RouteLeg, RouteLimits, RouteRequest};
use sealane_sdk::token::TokenKind;
use sealane_sdk::tx::{self, MAX_TRANSACTION_SIZE, SendError, pack, transaction_size};
use serde_json::json;
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

/// Lanes that are added to the market, each with one order.
const LANES: u16 = 32;
/// What each of them asks for, in lots.
const LOTS: u64 = 3;

struct Stage {
    chain: Chain,
    world: World,
    _keys: StateDirectory,
}

impl Stage {
    async fn set() -> Self {
        let (chain, world, keys) = stage::set(ChainConfig {
            slot_time: Duration::from_millis(100),
            ..ChainConfig::default()
        })
        .await;
        Self {
            chain,
            world,
            _keys: keys,
        }
    }

    fn market(&self) -> &WorldMarket {
        &self.world.markets[0]
    }
}

/// A wallet's lanes, each with an ask that is better than any other.
async fn open_lanes(client: &mut Client, market: &WorldMarket, maker: &Keypair) {
    let owner = maker.pubkey();
    let best = client.markets().book(&market.address).expect("a book");
    let best = best.best(BookSide::Bid).expect("bids").price.0;
    let mut instructions = Vec::new();
    for index in 1..=LANES {
        let request = OpenLaneRequest {
            market: market.address,
            owner,
            index,
            capacity: 16,
            referrer: None,
        };
        let opened = open_lane_instructions(&request).expect("a plan");
        let (markets, caller) = (client.markets(), Caller::new(owner));
        let base = LOTS * market.params.base_lot;
        let (market, lane) = (&market.address, &opened.lane);
        let deposit = deposit_in_market_instructions(markets, market, lane, &caller, base, 0);
        let order = PlaceParams {
            side: BookSide::Ask as u8,
            post_only: 0,
            price: best + 1,
            lots: LOTS,
            client_id: 0,
            expires_slot: 0,
            expires_at: 0,
        };
        instructions.extend(opened.instructions);
        instructions.extend(deposit.expect("a deposit").instructions);
        instructions.push(place_instruction(market, lane, &owner, &order, &[]));
    }
    for instructions in pack(&owner, instructions) {
        client.send(&instructions, maker).await.expect("lanes");
    }
    client.fetch_market(&market.address).await.expect("them");
}

/// Executes a route and holds the wallet's balances to it, and the chain's transaction to its size.
async fn executed(client: &mut Client, request: &RouteRequest<'_>, wallet: &Keypair) -> Route {
    let owner = wallet.pubkey();
    let held = async |client: &Client, mint| {
        let held = client.token_balance(&owner, &mint).await;
        i128::from(held.expect("a balance"))
    };
    let sent_before = held(client, request.mint_in).await;
    let received_before = held(client, request.mint_out).await;
    let done = client.swap_best(request, wallet).await;
    let done = done.unwrap_or_else(|error| panic!("{error}"));
    let route = done.quote;
    assert_eq!(
        sent_before - held(client, request.mint_in).await,
        i128::from(route.sent)
    );
    assert_eq!(
        held(client, request.mint_out).await - received_before,
        i128::from(route.received)
    );
    route
}

#[tokio::test]
async fn a_take_from_many_lanes() {
    let stage = Stage::set().await;
    let market = stage.market();
    let (alice, bob) = (&stage.world.wallets.alice, &stage.world.wallets.bob);
    let mut client = Client::new(stage.chain.rpc_url());
    client.fetch_market(&market.address).await.expect("it");
    open_lanes(&mut client, market, &alice.keypair).await;

    // All that the new lanes ask for, and nothing else.
    let amount = u64::from(LANES) * LOTS * market.params.base_lot;
    let request = RouteRequest::new(
        SwapKind::ExactOut,
        amount,
        market.quote.mint,
        market.base.mint,
        bob.address(),
    );
    let without = client.route(&request).expect("a route");
    let lanes = |route: &Route| {
        let legs = route.legs.iter();
        let lanes = legs.map(|leg| match leg {
            RouteLeg::Market(take) => take.lanes.len(),
            RouteLeg::Pool(_) => 0,
        });
        lanes.sum::<usize>()
    };
    assert!(lanes(&without) < usize::from(LANES));

    let addresses = client.addresses_to_look_up(&[market.address]);
    let tables = client.create_lookup_tables(&addresses, &bob.keypair).await;
    let tables = tables.expect("a table");
    assert_eq!(client.lookup_tables()[0].addresses, addresses);
    let route = client.route(&request).expect("a route");
    assert_eq!(lanes(&route), usize::from(LANES));
    // The same quote, computed here and on the node, and too large without the table.
    let caller = Caller::new(bob.address());
    let plan = routed_instructions(&client.venues(), route.clone(), &caller).expect("a plan");
    assert!(transaction_size(&plan.instructions, &bob.address()) > MAX_TRANSACTION_SIZE);
    let tables_at_hand = client.lookup_tables();
    let size = tx::transaction_size_with(&plan.instructions, &bob.address(), tables_at_hand);
    assert_eq!(size.expect("a transaction"), route.transaction.bytes);
    let report = client.simulate(&plan.instructions).await.expect("a report");
    assert!(report.writable.len() > usize::from(LANES));
    let legacy = Client::new(stage.chain.rpc_url());
    let refused = legacy.send(&plan.instructions, &bob.keypair).await;
    let refused = refused.expect_err("too large");
    assert!(
        matches!(refused, ClientError::Send(SendError::TooLarge { .. })),
        "{refused}"
    );
    let done = executed(&mut client, &request, &bob.keypair).await;
    assert_eq!(lanes(&done), usize::from(LANES));
    println!(
        "{} lanes in {} bytes, {} accounts",
        lanes(&done),
        done.transaction.bytes,
        done.transaction.accounts
    );

    // What is refused is told as it is without tables.
    let again = client.send(&plan.instructions, &bob.keypair).await;
    let again = again.expect_err("the orders are gone");
    let ClientError::Send(SendError::Simulation { error, .. }) = &again else {
        panic!("{again}")
    };
    assert!(again.orderbook_error().is_some(), "{error}");

    // Another client is told of the table; a table that holds all of it is not extended.
    let mut other = Client::new(stage.chain.rpc_url());
    other.use_lookup_tables(&tables).await.expect("the table");
    assert_eq!(other.lookup_tables(), client.lookup_tables());
    let more = [addresses[0], Pubkey::new_unique()];
    let extended = other
        .extend_lookup_table(&tables[0], &more, &bob.keypair)
        .await;
    extended.expect("one address more");
    let held = &other.lookup_tables()[0].addresses;
    assert_eq!(held[..addresses.len()], addresses);
    assert_eq!(held[addresses.len()..], more[1..]);
    let unknown = other.use_lookup_tables(&[market.address]).await;
    assert!(matches!(unknown, Err(ClientError::Decode { .. })));
    stage.chain.stop().await.expect("a clean stop");
}

/// New tokens in a row behind one of the demo's, and a pool between each and the next.
async fn row(stage: &Stage, client: &mut Client, first: &Token) -> Vec<Pubkey> {
    let maker = &stage.world.wallets.maker.keypair;
    let of = |mint, token_program| PoolToken {
        mint,
        token_program,
    };
    let mut row = vec![of(first.mint, first.token_program)];
    for _ in 0..4 {
        let mint = client.create_mint(maker, 6, TokenKind::Spl).await;
        let mint = mint.expect("a token");
        client
            .mint_to(maker, &mint, &maker.pubkey(), 1_000_000_000_000)
            .await
            .expect("some of it");
        let token = of(mint, TOKEN_PROGRAM);
        let request = CreatePoolRequest {
            creator: maker.pubkey(),
            id: 0,
            base: row[row.len() - 1],
            quote: token,
            params: constant_product_params(flat_fees(1_000, 0)),
            shards: 1,
        };
        let created = client.create_pool(&request, maker, |_, _| {}).await;
        let deposit = AddLiquidityRequest {
            pool: created.expect("a pool").pool,
            shard: Some(0),
            maximum_base: 10_000_000_000,
            maximum_quote: 10_000_000_000,
            slippage_tolerance_bps: 0,
        };
        let added = client.add_liquidity(&deposit, maker).await;
        added.expect("liquidity");
        row.push(token);
    }
    row.into_iter().map(|token| token.mint).collect()
}

#[tokio::test]
async fn a_route_over_four_hops() {
    let stage = Stage::set().await;
    let bob = &stage.world.wallets.bob;
    let mut client = Client::new(stage.chain.rpc_url());
    let tokens = &stage.world.tokens;
    let first = tokens.iter().find(|token| token.name == TokenName::Usdc);
    let first = first.expect("a token of the world");
    let row = row(&stage, &mut client, first).await;

    // A client that knows nothing finds the way, and fetches nothing else.
    let mut client = Client::new(stage.chain.rpc_url());
    let request = RouteRequest {
        choice: VenueChoice::BEST,
        limits: RouteLimits {
            max_legs: 4,
            ..RouteLimits::default()
        },
        ..RouteRequest::new(SwapKind::ExactIn, 1_000_000, row[0], row[4], bob.address())
    };
    let refused = client.quote(&request).await.expect_err("too large");
    assert!(
        matches!(refused, ClientError::Route(RouteError::TooLarge { .. })),
        "{refused}"
    );
    assert_eq!(client.pools().pools().count(), 4);
    assert_eq!(client.markets().markets().count(), 0);

    let pools: Vec<Pubkey> = client.pools().pools().map(|pool| pool.address).collect();
    let addresses = client.addresses_to_look_up(&pools);
    let tables = client.create_lookup_tables(&addresses, &bob.keypair).await;
    tables.expect("a table");
    let done = executed(&mut client, &request, &bob.keypair).await;
    assert_eq!(done.passed_through(), row[1..4]);
    println!(
        "four hops in {} bytes, {} accounts",
        done.transaction.bytes, done.transaction.accounts
    );
    stage.chain.stop().await.expect("a clean stop");
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_on_the_command_line() {
    let chain = start_chain().await;
    let person = Person::new(chain.rpc_url());
    person.json("faucet sol 10").await;
    let token = "token create --supply 1000000 --decimals";
    let base = cli::text(&person.json(&format!("{token} 9")).await["mint"]);
    let quote = cli::text(&person.json(&format!("{token} 6")).await["mint"]);
    let line = format!("market create {base} {quote} --lot 0.01 --tick 0.01");
    let created = person.json(&line).await;
    let market = cli::text(&created["market"]["address"]);
    person.json(&format!("lane open {market}")).await;
    person
        .json(&format!("deposit {market} --base 100 --yes"))
        .await;
    person
        .json(&format!("order place {market} sell 50 150 --yes"))
        .await;
    let pool = person
        .json(&format!("pool create {base} {quote} --shards 2"))
        .await;
    let pool = cli::text(&pool["pool"]["address"]);

    let line = format!("table create --market {market} --address {pool}");
    let created = person.json(&line).await;
    let table = cli::text(&created["tables"][0]["address"]);
    let shown = person.json(&format!("table show {table}")).await;
    assert_eq!(shown, created["tables"][0]);
    assert_eq!(shown["authority"], person.address().await);
    assert_eq!(shown["is_closing"], false);
    let held = shown["addresses"].as_array().expect("addresses").clone();
    for one in [&base, &quote, &market, &pool] {
        assert!(held.contains(&json!(one)), "{one} in {shown}");
    }
    // What is there is not put there again.
    let line = format!("table extend {table} --pool {pool} --address {pool}");
    let extended = person.json(&line).await;
    let added = extended["added"].as_array().expect("addresses");
    assert!(added.len() >= 6, "shards and vaults: {extended}");
    assert!(added.iter().all(|one| !held.contains(one)), "{extended}");
    assert_eq!(
        extended["table"]["addresses"],
        json!([&held[..], &added[..]].concat())
    );
    let again = person.json(&line).await;
    assert_eq!(again["added"], json!([]));

    // It makes another's transaction smaller, and that is executed.
    let taker = Person::new(chain.rpc_url());
    taker.json("faucet sol 2").await;
    let address = taker.address().await;
    let line = format!("faucet token {quote} 1000 --to {address}");
    person.json(&line).await;
    let trade = format!("150 {quote} {base} --slippage-bps 0");
    let flag = format!("--lookup-table {table}");
    let bytes = async |flag: &str| {
        let quoted = taker.json(&format!("quote {trade} {flag}")).await;
        let transaction = &quoted["transaction"];
        (number(&transaction["bytes"]), number(&quoted["received"]))
    };
    let ((without, _), (with, received)) = (bytes("").await, bytes(&flag).await);
    assert!(with < without, "{with} < {without}");
    println!("{with} bytes instead of {without}");
    let swapped = taker.json(&format!("swap {trade} --yes {flag}")).await;
    assert_eq!(number(&swapped["received"]), received, "{swapped}");
    assert_eq!(taker.holds(&base).await, received);

    let other = Person::new(chain.rpc_url());
    other.json("faucet sol 1").await;
    let line = format!("table extend {table} --pool {pool}");
    other.refused(&line, "NotAuthority").await;
    other
        .refused(&format!("table show {market}"), "WrongAccount")
        .await;
    person.fails("table create", USAGE).await;
    person.fails("table create --pool nowhere", USAGE).await;
    let text = person.run(&format!("table show {table}")).await;
    assert!(text.stdout.contains("Extended by"), "{text}");
    let help = person.run("table --help").await;
    for command in ["create", "extend", "show"] {
        assert!(help.stdout.contains(command), "{help}");
    }
    chain.stop().await.expect("a clean stop");
}
