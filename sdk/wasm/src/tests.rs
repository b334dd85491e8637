//! What needs no JavaScript engine. That the compiled library says the same as the SDK is tested
//! where it runs: `tests/equality.test.mjs`.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sealane_sdk::{
    address::{CLOCK_SYSVAR, TOKEN_PROGRAM, associated_token},
    amm,
    engine::fixtures::{
        self, SLOT, account_bytes, clock_bytes, clock_now, market_world, mint_bytes,
        token_account_bytes,
    },
    orderbook,
    plan::{Caller as SdkCaller, route_instructions},
    quote::SwapKind,
    route::RouteRequest as SdkRequest,
};
use serde_json::json;
use solana_pubkey::Pubkey;

use crate::{
    Exchange,
    exchange::{AccountUpdate, Applied},
    liquidity::{self, AddLiquidityRequest},
    plan::{Caller, solana},
    pools,
    refusal::{FailedTransaction, decode},
    route::{self, Route, RouteRequest},
    simulate::{BalanceKind, simulate, unknown},
    values::{Address, Bytes, TradeKind},
    wallet,
};

fn update(address: Pubkey, owner: Pubkey, slot: u64, data: Vec<u8>) -> AccountUpdate {
    AccountUpdate {
        address: address.into(),
        owner: Some(owner.into()),
        slot,
        data: Some(Bytes(data)),
        closed: false,
    }
}

/// A pool of two shards, and a wallet with base tokens.
struct Stage {
    exchange: Exchange,
    pool: Pubkey,
    base: Pubkey,
    quote: Pubkey,
    wallet: Pubkey,
}

impl Stage {
    fn new() -> Self {
        let mut exchange = Exchange::new();
        let mut feed = |address, owner, data| {
            let applied = exchange.feed(update(address, owner, SLOT, data));
            assert_eq!(applied, Ok(Applied::Changed));
        };
        let (pool, config) = fixtures::pool(2);
        let (base, quote) = (config.base_mint, config.quote_mint);
        feed(CLOCK_SYSVAR, Pubkey::default(), clock_bytes(&clock_now()));
        feed(base, TOKEN_PROGRAM, mint_bytes(9, 1 << 40, None));
        feed(quote, TOKEN_PROGRAM, mint_bytes(6, 1 << 40, None));
        feed(pool, amm::ID, account_bytes(&config));
        for index in 0..2 {
            let (address, shard) = fixtures::shard(&pool, index, 1 << 30, 1 << 29);
            feed(address, amm::ID, account_bytes(&shard));
            for (vault, mint) in [(shard.base_vault, base), (shard.quote_vault, quote)] {
                let held = token_account_bytes(&mint, &address, 1 << 30);
                feed(vault, TOKEN_PROGRAM, held);
            }
        }
        let wallet = Pubkey::new_unique();
        let held = token_account_bytes(&base, &wallet, 1 << 30);
        feed(
            associated_token(&wallet, &base, &TOKEN_PROGRAM),
            TOKEN_PROGRAM,
            held,
        );
        Self {
            exchange,
            pool,
            base,
            quote,
            wallet,
        }
    }

    fn request(&self, amount: u64) -> RouteRequest {
        let request = json!({
            "mintIn": self.base.to_string(),
            "mintOut": self.quote.to_string(),
            "amount": amount,
            "kind": "exact_in",
            "trader": self.wallet.to_string(),
        });
        serde_json::from_value(request).unwrap()
    }

    fn caller(&self) -> Caller {
        serde_json::from_value(json!({ "owner": self.wallet.to_string() })).unwrap()
    }
}

#[test]
fn a_route_is_the_sdks_and_survives_being_plain_data() {
    let stage = Stage::new();
    let found = route::route(&stage.exchange, &stage.request(1_000_000)).unwrap();
    let request = SdkRequest::new(
        SwapKind::ExactIn,
        1_000_000,
        stage.base,
        stage.quote,
        stage.wallet,
    );
    let caller = SdkCaller::new(stage.wallet);
    let plan = route_instructions(&stage.exchange.venues(), &request, &caller).unwrap();
    assert_eq!(found, Route::from(&plan.quote));
    assert_eq!(found.kind, TradeKind::ExactIn);
    let text = serde_json::to_string(&found).unwrap();
    let read: Route = serde_json::from_str(&text).unwrap();
    let built = route::executed(&stage.exchange, &read, &stage.caller()).unwrap();
    assert_eq!(solana(built), plan.instructions);
}

#[test]
fn refusals_have_the_sdks_codes_and_hints() {
    let stage = Stage::new();
    let refused = route::route(&stage.exchange, &stage.request(0)).unwrap_err();
    assert_eq!(refused.code, "zero_amount");
    assert_eq!(refused.hint, "give an amount above zero");
    let request = AddLiquidityRequest {
        pool: stage.base.into(),
        shard: None,
        maximum_base: 1,
        maximum_quote: 1,
        slippage_tolerance_bps: None,
    };
    let refused = liquidity::add(&stage.exchange, &request, &stage.caller()).unwrap_err();
    assert_eq!(refused.code, "unknown_pool");
    let request = AddLiquidityRequest {
        pool: stage.pool.into(),
        maximum_base: 0,
        ..request
    };
    let refused = liquidity::add(&stage.exchange, &request, &stage.caller()).unwrap_err();
    assert!(
        refused.number.is_some_and(|number| number >= 6_000),
        "{refused:?}"
    );
}

#[test]
fn older_states_change_nothing_and_broken_ones_are_told() {
    let mut stage = Stage::new();
    let at = associated_token(&stage.wallet, &stage.base, &TOKEN_PROGRAM);
    let held = |amount| token_account_bytes(&stage.base, &stage.wallet, amount);
    let mut feed = |slot, amount| {
        stage
            .exchange
            .feed(update(at, TOKEN_PROGRAM, slot, held(amount)))
    };
    assert_eq!(feed(SLOT + 1, 5), Ok(Applied::Changed));
    assert_eq!(feed(SLOT, 9), Ok(Applied::Stale));
    assert_eq!(feed(SLOT + 1, 5), Ok(Applied::Unchanged));
    assert_eq!(
        wallet::balances(&stage.exchange, &stage.wallet)[0].amount,
        5
    );
    let refused = stage
        .exchange
        .feed(update(stage.pool, amm::ID, SLOT + 1, vec![1, 2, 3]));
    assert_eq!(refused.unwrap_err().code, "malformed_account");
    assert_eq!(pools::all(&stage.exchange)[0].shards.len(), 2);
    // Closed as of the last state that is known.
    assert_eq!(
        stage.exchange.close(Address(at), None),
        Ok(Applied::Changed)
    );
    assert_eq!(wallet::balances(&stage.exchange, &stage.wallet), []);
    let incomplete = AccountUpdate {
        owner: None,
        ..update(at, TOKEN_PROGRAM, SLOT, vec![])
    };
    assert_eq!(
        stage.exchange.feed(incomplete).unwrap_err().code,
        "invalid_argument"
    );
}

#[test]
fn vaults_may_arrive_before_their_vault_shard() {
    let book = market_world(&[(1 << 20, 1 << 21)]);
    let entry = book.markets.vault_shards(&book.market).next().unwrap();
    let shard = entry.vault_shard;
    let held = token_account_bytes(&book.config.base_mint, &entry.address, 77);
    let mut exchange = Exchange::new();
    for (address, owner, data) in [
        (shard.base_vault, TOKEN_PROGRAM, held),
        (entry.address, orderbook::ID, account_bytes(shard)),
        (book.market, orderbook::ID, account_bytes(&book.config)),
    ] {
        exchange.feed(update(address, owner, SLOT, data)).unwrap();
    }
    let known = exchange.world().markets().vault_shards(&book.market);
    let known: Vec<_> = known.map(|entry| (entry.base, entry.quote)).collect();
    assert_eq!(known, [(Some(77), None)]);
    assert!(
        exchange
            .missing_of(&book.market)
            .contains(&shard.quote_vault)
    );
}

#[test]
fn a_simulation_wants_accounts_told_and_gives_what_was_quoted() {
    let mut stage = Stage::new();
    let found = route::route(&stage.exchange, &stage.request(1_000_000)).unwrap();
    let built = route::executed(&stage.exchange, &found, &stage.caller()).unwrap();
    let built = solana(built);
    let receiving = associated_token(&stage.wallet, &stage.quote, &TOKEN_PROGRAM);
    assert_eq!(unknown(&stage.exchange, &built), [receiving]);
    let refused = simulate(&stage.exchange, built.clone()).unwrap_err();
    assert_eq!(refused.code, "unknown_account");
    assert!(refused.message.contains(&receiving.to_string()));
    // The transaction creates it.
    stage.exchange.close(receiving.into(), Some(SLOT)).unwrap();
    assert_eq!(unknown(&stage.exchange, &built), []);
    let simulation = simulate(&stage.exchange, built).unwrap();
    let changes = simulation.balances.iter();
    let arrived = changes.clone().find(|change| change.account.0 == receiving);
    let arrived = arrived.unwrap();
    assert_eq!((arrived.before, arrived.after), (0, found.received));
    assert_eq!(arrived.owner, Some(stage.wallet.into()));
    let left = changes.clone().find(|change| {
        change.owner == Some(stage.wallet.into()) && change.mint == Some(stage.base.into())
    });
    let left = left.unwrap();
    assert_eq!(left.balance, BalanceKind::Tokens);
    assert_eq!(left.before - left.after, found.sent);
}

#[test]
fn failed_transactions_are_explained_by_logs_numbers_or_names() {
    let failed = |value| decode(&serde_json::from_value::<FailedTransaction>(value).unwrap());
    let amm = amm::ID.to_string();
    let logs = json!([format!(
        "Program {amm} failed: custom program error: 0x1772"
    )]);
    for told in [
        json!({ "logs": logs }),
        json!({ "logs": logs, "number": 6002 }),
        json!({ "number": 6002, "program": amm }),
    ] {
        let problem = failed(told);
        assert_eq!(
            (&*problem.code, problem.number),
            ("slippage_exceeded", Some(6002))
        );
    }
    let book = sealane_sdk::orderbook::ID.to_string();
    let problem = failed(json!({ "number": 6043, "program": book }));
    assert_eq!(problem.code, "insufficient_funds");
    let problem = failed(json!({ "name": "BlockhashNotFound" }));
    assert_eq!(problem.code, "blockhash_not_found");
    assert_eq!(
        failed(json!({ "name": "SomethingNew" })).code,
        "chain_refused"
    );
}

#[test]
fn bytes_come_as_they_are_or_in_base64() {
    let bytes = vec![0, 1, 254, 255];
    let text = json!(BASE64_STANDARD.encode(&bytes));
    assert_eq!(serde_json::from_value::<Bytes>(text).unwrap().0, bytes);
    let refused = serde_json::from_value::<Bytes>(json!("%")).unwrap_err();
    assert!(refused.to_string().contains("base64"), "{refused}");
    let refused = serde_json::from_value::<Address>(json!("0OIl")).unwrap_err();
    assert!(
        refused.to_string().contains("`0OIl` is not an address"),
        "{refused}"
    );
}
