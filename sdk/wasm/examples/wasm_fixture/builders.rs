//! Every other kind of instruction: a call of the library, and the SDK's instructions for it.

use sealane_sdk::{
    address,
    engine::book::{Ladder, Quoted, TakeLimits},
    engine_core::book::{BookSide, Expiry, Lots, NewOrder, OrderId, PostOnly, SelfTrade, Ticks},
    orderbook::TimeInForce,
    plan::{self, Caller, OpenLaneRequest},
    quote,
};
use serde_json::{Value, json};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{big, instructions, world::Stage};

/// A method with its arguments, and the instructions that it is to give.
fn call(method: &str, arguments: Value, built: &[Instruction]) -> Value {
    json!({ "method": method, "arguments": arguments, "instructions": instructions(built) })
}

/// All of them.
pub(crate) fn calls(stage: &Stage) -> Vec<Value> {
    let mut calls = liquidity(stage);
    calls.push(create_pool(stage));
    calls.extend(funds(stage));
    calls.extend(orders(stage));
    calls.extend(takes(stage));
    calls
}

fn liquidity(stage: &Stage) -> Vec<Value> {
    let pools = stage.world.pools();
    let (pool, owner) = (stage.pool, stage.wallets[0]);
    let caller = Caller::new(owner);
    let (at, who) = (pool.to_string(), json!({ "owner": owner.to_string() }));
    let add = quote::AddLiquidityRequest {
        pool,
        shard: None,
        maximum_base: 5_000_000,
        maximum_quote: 6_000_000,
        slippage_tolerance_bps: 70,
    };
    let remove = quote::RemoveLiquidityRequest {
        pool,
        shard: 1,
        shares: 12_345,
        slippage_tolerance_bps: 50,
    };
    let add_one = quote::AddSingleSidedRequest {
        pool,
        shard: None,
        mint_in: stage.mints[1],
        amount: 777_777,
        slippage_tolerance_bps: 50,
    };
    let remove_one = quote::RemoveSingleSidedRequest {
        pool,
        shard: 2,
        mint_out: stage.mints[0],
        shares: 54_321,
        slippage_tolerance_bps: 100,
    };
    let added = plan::add_liquidity_instructions(pools, &add, &caller).expect("a pool");
    let removed = plan::remove_liquidity_instructions(pools, &remove, &caller).expect("a pool");
    let added_one = plan::add_single_sided_instructions(pools, &add_one, &caller).expect("a pool");
    let removed_one =
        plan::remove_single_sided_instructions(pools, &remove_one, &caller).expect("a pool");
    vec![
        call(
            "addLiquidity",
            json!([{ "pool": at, "maximumBase": big(5_000_000), "maximumQuote": big(6_000_000),
                "slippageToleranceBps": 70 }, who]),
            &added.instructions,
        ),
        call(
            "removeLiquidity",
            json!([{ "pool": at, "shard": 1, "shares": big(12_345) }, who]),
            &removed.instructions,
        ),
        call(
            "addSingleSided",
            json!([{ "pool": at, "mintIn": stage.mints[1].to_string(), "amount": big(777_777) }, who]),
            &added_one.instructions,
        ),
        call(
            "removeSingleSided",
            json!([{ "pool": at, "shard": 2, "mintOut": stage.mints[0].to_string(),
                "shares": big(54_321), "slippageToleranceBps": 100 }, who]),
            &removed_one.instructions,
        ),
    ]
}

fn create_pool(stage: &Stage) -> Value {
    let creator = stage.wallets[1];
    let token = |mint: Pubkey| plan::PoolToken {
        mint,
        token_program: stage.token_program(&mint),
    };
    let fees = plan::flat_fees(3_000, 500);
    let created = plan::create_pool_instructions(&plan::CreatePoolRequest {
        creator,
        id: 3,
        base: token(stage.mints[0]),
        quote: token(stage.mints[3]),
        params: plan::stable_swap_params(50, fees).expect("within the bounds"),
        shards: 2,
    });
    let created = created.expect("within the bounds");
    call(
        "createPool",
        json!([{ "creator": creator.to_string(), "id": 3, "baseMint": stage.mints[0].to_string(),
            "quoteMint": stage.mints[3].to_string(), "shards": 2,
            "curve": { "kind": "stable_swap", "amplification": 50 },
            "fees": { "minPips": 3_000, "maxPips": 3_000, "slopePips": 0, "protocolShareBps": 500 } }]),
        &created.transactions.concat(),
    )
}

fn funds(stage: &Stage) -> Vec<Value> {
    let markets = stage.world.markets();
    let (market, wallet) = (stage.market, stage.wallets[2]);
    let (lane, owner) = stage.lanes[0];
    let caller = Caller::new(owner);
    let who = json!({ "owner": owner.to_string() });
    let opened = plan::open_lane_instructions(&plan::OpenLaneRequest {
        market,
        owner: wallet,
        index: 0,
        capacity: 16,
        referrer: Some(lane),
    });
    let opened = opened.expect("within the bounds");
    let deposited = plan::deposit_instructions(markets, &lane, &caller, 1_000, 2_000);
    let new = Caller::new(wallet);
    let first = plan::deposit_in_market_instructions(
        markets,
        &market,
        &opened.lane,
        &new,
        7,
        u64::from(u32::MAX),
    );
    let withdrawn = plan::withdraw_instructions(markets, &lane, &caller, 3_000, u64::MAX >> 30);
    let closed =
        plan::close_lane_instructions(markets, &stage.lanes[1].0, &Caller::new(stage.lanes[1].1));
    vec![
        call(
            "openLane",
            json!([{ "market": market.to_string(), "owner": wallet.to_string(),
                "referrer": lane.to_string() }]),
            &opened.instructions,
        ),
        call(
            "deposit",
            json!([{ "lane": lane.to_string(), "base": big(1_000), "quote": big(2_000) }, who]),
            &deposited.expect("a lane").instructions,
        ),
        call(
            "deposit",
            json!([{ "lane": opened.lane.to_string(), "market": market.to_string(), "base": big(7),
                "quote": big(u64::from(u32::MAX)) }, { "owner": wallet.to_string() }]),
            &first.expect("a market").instructions,
        ),
        call(
            "withdraw",
            json!([{ "lane": lane.to_string(), "base": big(3_000), "quote": big(u64::MAX >> 30) },
                who]),
            &withdrawn.expect("a lane").instructions,
        ),
        call(
            "closeLane",
            json!([stage.lanes[1].0.to_string(), { "owner": stage.lanes[1].1.to_string() }]),
            &closed.expect("vaults that hold enough").instructions,
        ),
    ]
}

fn orders(stage: &Stage) -> Vec<Value> {
    let market = stage.market;
    let (lane, owner) = stage.lanes[2];
    let shown = [stage.lanes[3].0, stage.lanes[4].0];
    let shown_text: Vec<String> = shown.iter().map(Pubkey::to_string).collect();
    let (lane_text, owner_text) = (lane.to_string(), owner.to_string());
    let at = json!({ "lane": lane_text, "authority": owner_text });
    let bid = NewOrder {
        side: BookSide::Bid,
        price: Ticks(90),
        lots: Lots(1 << 60),
        client_id: u64::MAX,
        expiry: Expiry {
            slot: 1 << 55,
            time: 1_900_000_000,
        },
    };
    let ask = NewOrder {
        side: BookSide::Ask,
        expiry: Expiry::NEVER,
        client_id: 0,
        ..bid
    };
    let one = plan::order_params(&bid, PostOnly::Slide);
    let many = [
        plan::order_params(&ask, PostOnly::Off),
        plan::order_params(&bid, PostOnly::Reject),
    ];
    let ladder = Ladder {
        bids: Some(vec![
            Quoted::new(Ticks(99), Lots(5)),
            Quoted::new(Ticks(97), Lots(6)),
        ]),
        asks: Some(vec![Quoted::new(Ticks(103), Lots(7))]),
        client_id: 9,
        expiry: Expiry::NEVER,
        post_only: true,
    };
    let bid_json = |rule: &str| {
        json!({ "side": "bid", "priceTicks": 90, "lots": big(1 << 60), "clientId": big(u64::MAX),
            "expiry": { "slot": big(1 << 55), "time": 1_900_000_000u32 }, "postOnly": rule })
    };
    let place = |orders: Value| {
        json!([{ "market": market.to_string(), "lane": lane_text, "authority": owner_text,
            "orders": orders, "shown": shown_text }])
    };
    let cancel = |what: Value| {
        let mut request = at.clone();
        request["cancelled"] = what;
        json!([request])
    };
    let mut replaced = at.clone();
    replaced["bids"] =
        json!([{ "priceTicks": 99, "lots": big(5) }, { "priceTicks": 97, "lots": big(6) }]);
    replaced["asks"] = json!([{ "priceTicks": 103, "lots": big(7) }]);
    replaced["clientId"] = big(9);
    replaced["postOnly"] = json!(true);
    replaced["shown"] = json!(shown_text);
    let id = OrderId(1 << 63 | 5);
    vec![
        call(
            "place",
            place(json!([bid_json("slide")])),
            &[plan::place_instruction(
                &market, &lane, &owner, &one, &shown,
            )],
        ),
        call(
            "place",
            place(
                json!([{ "side": "ask", "priceTicks": 90, "lots": big(1 << 60) }, bid_json("reject")]),
            ),
            &[plan::place_many_instruction(
                &market, &lane, &owner, &many, &shown,
            )],
        ),
        call(
            "replaceAll",
            json!([replaced]),
            &[
                plan::replace_all_instruction(&market, &lane, &owner, &ladder, &shown)
                    .expect("a ladder"),
            ],
        ),
        call(
            "cancel",
            cancel(json!({ "what": "order", "id": big(id.0) })),
            &[plan::cancel_instruction(&lane, &owner, id)],
        ),
        call(
            "cancel",
            cancel(json!({ "what": "client", "clientId": big(u64::MAX - 1) })),
            &[plan::cancel_client_instruction(&lane, &owner, u64::MAX - 1)],
        ),
        call(
            "cancel",
            cancel(json!({ "what": "up_to", "side": "ask", "limitTicks": 120, "most": 3 })),
            &[plan::cancel_up_to_instruction(
                &lane,
                &owner,
                BookSide::Ask,
                Ticks(120),
                3,
            )],
        ),
        call(
            "cancel",
            cancel(json!({ "what": "lots", "id": big(id.0), "lots": big(77) })),
            &[plan::reduce_instruction(&lane, &owner, id, Lots(77))],
        ),
        call(
            "cancel",
            cancel(json!({ "what": "all", "side": "bid" })),
            &[plan::cancel_all_instruction(
                &lane,
                &owner,
                Some(BookSide::Bid),
            )],
        ),
        call(
            "cancel",
            cancel(json!({ "what": "expired" })),
            &[plan::reap_instruction(&lane)],
        ),
        call(
            "cancelAll",
            json!([lane_text, owner_text]),
            &[plan::cancel_all_instruction(&lane, &owner, None)],
        ),
        call(
            "cancelAll",
            json!([lane_text, owner_text, "ask"]),
            &[plan::cancel_all_instruction(
                &lane,
                &owner,
                Some(BookSide::Ask),
            )],
        ),
    ]
}

/// A wallet's lane is opened, funded and takes at once.
fn first_take(stage: &Stage, owner: Pubkey) -> Value {
    let opened = OpenLaneRequest {
        market: stage.market,
        owner,
        index: 0,
        capacity: 16,
        referrer: None,
    };
    let (lane, _) = address::lane(&stage.market, &owner, 0);
    let funding = plan::Funding {
        opened: Some(opened),
        base: 0,
        quote: 1 << 40,
    };
    let request = quote::TakeRequest::new(lane, BookSide::Bid, Ticks(110), Lots(20));
    let (limits, caller) = (TakeLimits::default(), Caller::new(owner));
    let markets = stage.world.markets();
    let plan = plan::funded_take_instructions(markets, &request, &funding, &limits, &caller);
    let (market, owner) = (stage.market.to_string(), owner.to_string());
    let asked = json!({ "lane": lane.to_string(), "side": "bid", "limitTicks": 110,
        "lots": big(20), "funding": { "opened": { "market": market, "owner": owner },
            "quote": big(1 << 40) } });
    let arguments = json!([asked, { "owner": owner }]);
    call("take", arguments, &plan.expect("orders").instructions)
}

fn takes(stage: &Stage) -> Vec<Value> {
    let markets = stage.world.markets();
    let (lane, owner) = stage.lanes[5];
    let caller = Caller::new(owner);
    let limits = TakeLimits::default();
    let mut calls = Vec::new();
    let rest = TimeInForce::Rest {
        client_id: 4,
        expires_slot: 1 << 50,
        expires_at: 0,
    };
    for (rule, rule_json) in [
        (TimeInForce::ImmediateOrCancel, Value::Null),
        (TimeInForce::FillOrKill, json!({ "kind": "fill_or_kill" })),
        (
            rest,
            json!({ "kind": "rest", "clientId": big(4), "expiry": { "slot": big(1 << 50) } }),
        ),
    ] {
        let request = quote::TakeRequest {
            self_trade: SelfTrade::Abort,
            time_in_force: rule,
            ..quote::TakeRequest::new(lane, BookSide::Bid, Ticks(110), Lots(20))
        };
        let plan = plan::take_instructions(markets, &request, &limits, &caller).expect("orders");
        let mut asked = json!({ "lane": lane.to_string(), "side": "bid", "limitTicks": 110,
            "lots": big(20), "ownOrders": "abort" });
        if !rule_json.is_null() {
            asked["timeInForce"] = rule_json;
        }
        let arguments = json!([asked, { "owner": owner.to_string() }]);
        calls.push(call("take", arguments, &plan.instructions));
    }
    let wallet = stage.wallets[0];
    calls.push(first_take(stage, wallet));
    let request = quote::SwapTakeRequest {
        market: stage.market,
        trader: wallet,
        side: BookSide::Ask,
        limit: Ticks(80),
        lots: None,
        maximum_sent: Some(5_000_000),
        slippage_tolerance_bps: 50,
        whole: false,
        self_trade: SelfTrade::Decrement,
        referrer: Some(lane),
    };
    let plan = plan::swap_take_instructions(markets, &request, &limits, &Caller::new(wallet));
    calls.push(call(
        "swapTake",
        json!([{ "market": stage.market.to_string(), "side": "ask", "limitTicks": 80,
            "maximumSent": big(5_000_000), "referrer": lane.to_string() },
            { "owner": wallet.to_string() }]),
        &plan.expect("orders").instructions,
    ));
    calls
}
