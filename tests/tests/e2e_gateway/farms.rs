//! Stake pools and farms: what is told is what the chain says, over HTTP and WebSocket, to the unit.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sealane_localnet::world::{Wallet, WorldFarm};
use sealane_sdk::client::Client;
use sealane_sdk::farms::{farm_view, pending, position_view};
use sealane_sdk::plan::staking::{
    ClaimRequest, ShardChoice, StakeRequest, claim_instructions, close_epochs_instructions,
    lock_instructions, set_vote_delegate_instruction, stake_instructions, unstake_instructions,
};
use sealane_sdk::plan::{Caller, Plan};
use sealane_sdk::pools::AccountUpdate;
use sealane_sdk::{address, engine::world::World, staking};
use serde_json::{Value, json};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::history::compared;
use crate::socket::Socket;
use crate::stage::{Stage, amount, list, text};

/// More than an epoch of the world's farms lasts.
const EPOCH_SECONDS: i64 = 91;

async fn send(client: &Client, wallet: &Wallet, instructions: Vec<Instruction>) -> String {
    let plan = Plan {
        instructions,
        quote: (),
    };
    let sent = client.execute(plan, &wallet.keypair).await;
    sent.expect("the chain takes it")
        .confirmed
        .signature
        .to_string()
}

/// Lets an epoch end.
async fn pass_an_epoch(stage: &Stage) {
    let now = stage.client().now().await.expect("the chain's time");
    let passed = stage.chain.wait_until(now + EPOCH_SECONDS).await;
    passed.expect("time passes");
}

fn found<'a>(all: &'a Value, key: &str, value: &str) -> &'a Value {
    let found = list(all).iter().find(|one| one[key] == value);
    found.unwrap_or_else(|| panic!("no {key} {value} in {all}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn farms_are_told_as_they_are() {
    let stage = Stage::set().await;
    farms(&stage).await;
    let position = stakes(&stage).await;
    streams(&stage, &position).await;
    rewards(&stage, &position).await;
    refusals(&stage).await;
    compared(&stage).await;
    stage.end().await;
}

async fn farms(stage: &Stage) {
    let told = stage.json("/api/v1/farms").await;
    assert_eq!(list(&told).len(), stage.world.farms.len());
    let mut client = stage.client();
    let config = stage.json("/api/v1/config").await;
    assert_eq!(config["programs"]["staking"], staking::ID.to_string());
    let mut values = Vec::new();
    for farm in &stage.world.farms {
        client.fetch_farm(&farm.address).await.expect("the farm");
        let now = client.now().await.expect("the time");
        let view = farm_view(client.farms(), &farm.address, now).expect("a farm");
        let told = found(&told, "farm", &farm.address.to_string());
        assert_eq!(told["name"], farm.name);
        assert_eq!(told["stake_mint"], farm.stake_mint.to_string());
        assert_eq!(amount(&told["staked"]), view.staked);
        assert_eq!(text(&told["weight"]), view.weight.to_string());
        assert_eq!(list(&told["shards"]).len(), farm.shards.len());
        assert_eq!(told["epochs"]["start"], view.epochs.begin(0));
        assert_eq!(told["market"].as_str().is_some(), farm.market.is_some());
        for (reward, view) in list(&told["rewards"]).iter().zip(&view.rewards) {
            assert_eq!(reward["mint"], view.token.mint.to_string());
            assert_eq!(amount(&reward["funded"]), view.funded);
        }
        let one = stage.json(&format!("/api/v1/farms/{}", farm.address)).await;
        assert_eq!(one["staked"], told["staked"]);
        values.extend(told["tvl_quote"].as_str().map(str::to_owned));
    }
    // What is staked is liquidity, or the governance token, and pools tell what that is worth.
    assert_eq!(values.len(), 3, "{values:?}");
    let lp = list(&told).iter().filter(|farm| farm["lp"].is_object());
    for farm in lp {
        let pool = stage
            .json(&format!("/api/v1/pools/{}", text(&farm["lp"]["pool"])))
            .await;
        let shard = found(&pool["shards"], "shard", text(&farm["lp"]["shard"]));
        assert_eq!(shard["lp_mint"], farm["stake_mint"]);
        let decimal = |value: &Value| text(value).parse::<f64>().expect("a decimal");
        let of = |part: &Value, whole: &Value| decimal(part) / decimal(whole);
        let of_pool = of(&shard["base_reserve"], &pool["tvl"]["base"]);
        let of_shard = of(&farm["staked"], &shard["lp_supply"]);
        // The demo's pools are quoted in dollars of one kind or another.
        let expected = decimal(&pool["tvl_quote"]) * of_pool * of_shard;
        let told = decimal(&farm["tvl_quote"]);
        assert!(
            (told / expected - 1.0).abs() < 0.01,
            "{told} is not {expected}"
        );
    }
}

/// The stake pool, which knows locks.
fn stake_pool(stage: &Stage) -> &WorldFarm {
    &stage.world.farms[0]
}

/// Alice stakes in a second position, locks it, unstakes from the liquidity provider's.
async fn stakes(stage: &Stage) -> Pubkey {
    let (alice, farm) = (&stage.world.wallets.alice, stake_pool(stage).address);
    let mut client = stage.client();
    client.fetch_farm(&farm).await.expect("the farm");
    let caller = Caller::new(alice.address());
    let request = StakeRequest {
        farm,
        index: 1,
        amount: 1_234_567,
        lock_until: None,
        shard: ShardChoice::Index(2),
    };
    let plan = stake_instructions(client.farms(), &request, &caller).expect("a stake");
    let signature = send(&client, alice, plan.instructions).await;
    let position = plan.quote.position;
    client.fetch_position(&position).await.expect("it is open");
    let epoch = {
        let now = client.now().await.expect("the time");
        farm_view(client.farms(), &farm, now).expect("a farm").epoch
    };
    let lock = lock_instructions(client.farms(), &position, epoch + 9, &caller).expect("a lock");
    send(&client, alice, lock.instructions).await;
    let bob = stage.world.wallets.bob.address();
    let delegate = set_vote_delegate_instruction(&farm, &position, &alice.address(), Some(&bob));
    send(&client, alice, vec![delegate]).await;
    same_position(stage, &mut client, alice, &position).await;
    history(stage, alice, &position, &signature).await;
    position
}

/// The gateway tells of a position what the SDK makes of the chain's accounts.
async fn same_position(stage: &Stage, client: &mut Client, owner: &Wallet, position: &Pubkey) {
    let path = format!("/api/v1/portfolio/{}", owner.address());
    client.fetch_position(position).await.expect("the position");
    let client = &*client;
    // The gateway's clock may be a moment behind.
    stage
        .until("the position as it is", async || {
            let portfolio = stage.json(&path).await;
            let told = list(&portfolio["positions"]).iter();
            let mut told = told.filter(|one| one["position"] == position.to_string());
            let now = client.now().await.expect("the time");
            (*told.next()? == expected(client, position, now, told_slot(&portfolio, position)))
                .then_some(())
        })
        .await;
}

/// The slot of the account that was looked at is the gateway's own.
fn told_slot(portfolio: &Value, position: &Pubkey) -> Value {
    found(&portfolio["positions"], "position", &position.to_string())["slot"].clone()
}

fn expected(client: &Client, position: &Pubkey, now: i64, slot: Value) -> Value {
    let farms = client.farms();
    let view = position_view(farms, position, now).expect("a position");
    let earned = pending(farms, position, now).expect("its rewards");
    let farm = farms.farm(&view.farm).expect("its farm").account;
    let shard = farms.shards(&view.farm);
    let mut shard = shard.filter(|shard| shard.address == view.shard);
    let rewards = (0..farm.reward_count).map(|reward| {
        let at = usize::from(reward);
        json!({
            "reward": reward,
            "mint": farm.reward_mints[at].to_string(),
            "decimals": farm.reward_decimals[at],
            "amount": earned.earned()[at].to_string(),
            "accruing": earned.present[at].to_string(),
        })
    });
    json!({
        "position": position.to_string(),
        "farm": view.farm.to_string(),
        "index": view.index,
        "shard": view.shard.to_string(),
        "shard_index": shard.next().expect("its shard").account.index,
        "owner": view.owner.to_string(),
        "amount": view.amount.to_string(),
        "weight": view.weight.to_string(),
        "multiplier_bps": view.multiplier(),
        "lock_until": view.lock_until,
        "lock_ends_at": view.lock_ends_at,
        "cooling": view.cooling.to_string(),
        "cooled_at": (view.cooling > 0).then_some(view.cooled_at),
        "delegate": view.delegate.map(|delegate| delegate.to_string()),
        "pending": rewards.collect::<Vec<_>>(),
        "claim_from": view.claim_from,
        "claimable_epochs": earned.settlement.epochs(),
        "voting_power": view.voting_power.to_string(),
        "slot": slot,
    })
}

async fn history(stage: &Stage, alice: &Wallet, position: &Pubkey, signature: &str) {
    let path = format!("/api/v1/portfolio/{}/history?limit=20", alice.address());
    let position = position.to_string();
    let told = stage
        .until("what was done", async || {
            let history = stage.json(&path).await;
            let all = list(&history).iter();
            let of_position = all.filter(|one| one["account"] == position);
            let found: Vec<Value> = of_position.cloned().collect();
            (found.len() == 4).then_some(found)
        })
        .await;
    let kinds: Vec<&str> = told.iter().map(|one| text(&one["kind"])).collect();
    assert_eq!(kinds, ["delegate", "lock", "stake", "open_position"]);
    let pool = stake_pool(stage);
    let staked = &told[2];
    assert_eq!(amount(&staked["base"]), 1_234_567);
    assert_eq!(staked["mint"], pool.stake_mint.to_string());
    assert_eq!(staked["venue"], pool.address.to_string());
    assert_eq!(staked["signature"], signature);
}

/// What channels tell is enough to know what the chain knows, and comes when it happens.
async fn streams(stage: &Stage, position: &Pubkey) {
    let (alice, farm) = (&stage.world.wallets.alice, stake_pool(stage).address);
    let mut farms = Socket::open(stage).await;
    let (_, snapshot) = farms.subscribe(json!({ "channel": "farms" })).await;
    let snapshot = snapshot.expect("a snapshot");
    let before = found(&snapshot["data"]["farms"], "farm", &farm.to_string());
    let before = amount(&before["staked"]);
    let mut raw = Socket::open(stage).await;
    let (_, shared) = raw.subscribe(json!({ "channel": "accounts" })).await;
    let owner = alice.address().to_string();
    let asked = json!({ "channel": "positions", "owner": owner });
    let (subscribed, own) = raw.subscribe(asked).await;
    let mut world = World::new();
    for snapshot in [shared, own] {
        let snapshot = snapshot.expect("a snapshot");
        for account in list(&snapshot["data"]["accounts"]) {
            feed(&mut world, account);
        }
    }
    let known = world.farms();
    assert!(
        known.missing(&farm).is_empty(),
        "{:?}",
        known.missing(&farm)
    );
    let wallet = alice.address();
    let own = known.positions_of(&wallet);
    assert_eq!(own.filter(|entry| entry.account.farm == farm).count(), 2);
    // Others' positions are told to those whom they concern.
    assert_eq!(
        known
            .positions_of(&stage.world.wallets.bob.address())
            .count(),
        0
    );
    let mut client = stage.client();
    client.fetch_position(position).await.expect("the position");
    let on_chain = client.farms().position(position).expect("fetched").account;
    assert_eq!(known.position(position).expect("told").account, on_chain);
    let more = StakeRequest {
        farm,
        index: 1,
        amount: 100,
        lock_until: None,
        shard: ShardChoice::ByOwner,
    };
    let caller = Caller::new(alice.address());
    let plan = stake_instructions(client.farms(), &more, &caller).expect("a stake");
    send(&client, alice, plan.instructions).await;
    loop {
        let diff = farms.expect("diff").await;
        let changed = list(&diff["data"]["farms"]).iter();
        let mut changed = changed.filter(|one| one["farm"] == farm.to_string());
        if changed
            .next()
            .is_some_and(|one| amount(&one["staked"]) == before + 100)
        {
            break;
        }
    }
    let number = &subscribed["subscription"];
    loop {
        let diff = raw.expect("diff").await;
        let accounts = list(&diff["data"]["accounts"]);
        if &diff["subscription"] == number {
            let addresses: Vec<&str> = accounts.iter().map(|one| text(&one["address"])).collect();
            assert_eq!(addresses, [position.to_string()]);
            break;
        }
        let told = accounts
            .iter()
            .any(|one| one["address"] == position.to_string());
        assert!(!told, "positions are not for all");
    }
}

fn feed(world: &mut World, account: &Value) {
    let key = |name: &str| text(&account[name]).parse::<Pubkey>().expect("an address");
    let data = BASE64_STANDARD
        .decode(text(&account["data"]))
        .expect("base64");
    let update = AccountUpdate {
        address: key("address"),
        owner: key("owner"),
        slot: account["slot"].as_u64().expect("a slot"),
        data: &data,
    };
    world.apply(update).expect("well-formed accounts");
}

/// An epoch ends, is closed, and pays.
async fn rewards(stage: &Stage, position: &Pubkey) {
    let (alice, bob) = (&stage.world.wallets.alice, &stage.world.wallets.bob);
    let farm = stake_pool(stage).address;
    let mut client = stage.client();
    pass_an_epoch(stage).await;
    // Rewards begin with the second epoch at the latest.
    pass_an_epoch(stage).await;
    client.fetch_farm(&farm).await.expect("the farm");
    let due = close_epochs_instructions(client.farms(), &farm, &bob.address()).expect("epochs");
    assert!(!due.quote.epochs.is_empty());
    let executed = client.execute_sequence(due, &bob.keypair, |_, _| {}).await;
    let closed = executed.expect("closed").quote.epochs;
    client.fetch_position(position).await.expect("the position");
    client.fetch_epochs(&farm, 0).await.expect("the records");
    let path = format!("/api/v1/farms/{farm}/epochs");
    let told = stage
        .until("closed epochs", async || {
            let told = stage.json(&path).await;
            (list(&told).len() == closed.len()).then_some(told)
        })
        .await;
    for (told, epoch) in list(&told).iter().zip(closed.iter().rev()) {
        let record = client
            .farms()
            .record(&farm, *epoch)
            .expect("closed")
            .account;
        assert_eq!(told["epoch"], *epoch);
        assert_eq!(text(&told["points"]), record.total_points().to_string());
        assert_eq!(text(&told["weight"]), record.end_weight().to_string());
        let rewards: Vec<u64> = list(&told["rewards"]).iter().map(amount).collect();
        assert_eq!(rewards, record.rewards[..1]);
    }
    let earlier = closed[closed.len() - 1];
    let page = stage
        .json(&format!("{path}?limit=1&before={earlier}"))
        .await;
    assert!(
        list(&page)
            .iter()
            .all(|one| one["epoch"].as_u64() < Some(earlier.into()))
    );
    same_position(stage, &mut client, alice, position).await;
    claims(stage, &mut client, position).await;
}

async fn claims(stage: &Stage, client: &mut Client, position: &Pubkey) {
    let alice = &stage.world.wallets.alice;
    let caller = Caller::new(alice.address());
    let request = ClaimRequest {
        close_due: true,
        give_up_lost: false,
    };
    let claim = claim_instructions(client.farms(), position, &request, &caller);
    let claim = claim.expect("something was earned");
    let paid = claim.quote.paid[0];
    let sent = client
        .execute_sequence(claim, &alice.keypair, |_, _| {})
        .await;
    sent.expect("it is paid");
    let path = format!("/api/v1/portfolio/{}/history?limit=1", alice.address());
    let told = stage
        .until("the claim", async || {
            let latest = list(&stage.json(&path).await)[0].clone();
            (latest["kind"] == "claim").then_some(latest)
        })
        .await;
    assert!(paid > 0);
    assert_eq!(amount(&told["base"]), paid);
    assert_eq!(told["mint"], stake_pool(stage).rewards[0].mint.to_string());
    same_position(stage, client, alice, position).await;
    // The first position of the liquidity provider is free, and cools down.
    let farm = stage.world.farms[1].address;
    let maker = &stage.world.wallets.maker;
    let (provided, _) = address::position(&farm, &maker.address(), 0);
    client.fetch_position(&provided).await.expect("its stake");
    let caller = Caller::new(maker.address());
    let plan = unstake_instructions(client.farms(), &provided, 1_000, &caller).expect("free");
    send(client, maker, plan.instructions).await;
    let path = format!("/api/v1/portfolio/{}", maker.address());
    stage
        .until("what cools down", async || {
            let portfolio = stage.json(&path).await;
            let told = list(&portfolio["positions"]).iter();
            let mut told = told.filter(|one| one["position"] == provided.to_string());
            let told = told.next()?.clone();
            (amount(&told["cooling"]) == 1_000 && told["cooled_at"].is_i64()).then_some(())
        })
        .await;
}

async fn refusals(stage: &Stage) {
    let nowhere = Pubkey::new_unique();
    for path in [
        format!("/api/v1/farms/{nowhere}"),
        format!("/api/v1/farms/{nowhere}/epochs"),
    ] {
        let (status, body) = stage.get(&path).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (404, &"unknown_farm".into())
        );
    }
    let farm = stake_pool(stage).address;
    for query in ["limit=0", "limit=1001", "limit=x", "before=-1"] {
        let (status, body) = stage
            .get(&format!("/api/v1/farms/{farm}/epochs?{query}"))
            .await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (400, &"bad_request".into())
        );
    }
}
