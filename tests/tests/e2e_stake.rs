//! Staking against a running local chain: by the SDK's client, and by the built command line.

mod cli;

use cli::{Person, REFUSED, USAGE, number, text};
use sealane_localnet::{Chain, ChainConfig, stage, world::World};
use sealane_sdk::{
    address,
    client::Client,
    farms::{Pending, farm_view, pending, position_view},
    plan::{
        Caller,
        staking::{
            ClaimRequest, ShardChoice, StakeRequest, claim_instructions, close_epochs_instructions,
            stake_instructions, unstake_instructions,
        },
    },
    staking::{EVERYTHING, errors::StakingError},
};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_signer::Signer as _;

/// What the chain says that a position has earned.
async fn earned(client: &mut Client, position: &Pubkey) -> Pending {
    client.fetch_position(position).await.expect("a position");
    let now = client.now().await.expect("a time");
    pending(client.farms(), position, now).expect("all records are there")
}

/// Lets an epoch of a farm end.
async fn next_epoch(chain: &Chain, farm: &Pubkey) {
    let mut client = Client::new(chain.rpc_url());
    client.fetch_farm(farm).await.expect("a farm");
    let now = client.now().await.expect("a time");
    let view = farm_view(client.farms(), farm, now).expect("a whole farm");
    let end = view.epochs.end(view.epoch);
    chain.wait_until(end + 1).await.expect("time passes");
}

fn seal(world: &World) -> Pubkey {
    let token = world.tokens.iter().find(|token| token.symbol == "SEAL");
    token.expect("a governance token").mint
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_stakes_claims_what_was_estimated_and_leaves() {
    let (chain, world, _keys) = stage::set(ChainConfig::default()).await;
    let (farm, mint) = (world.realm.community, seal(&world));
    let wallet: &Keypair = &world.wallets.makers[0].keypair;
    let owner = wallet.pubkey();
    let mut client = Client::new(chain.rpc_url());
    client.fetch_farm(&farm).await.expect("a farm");
    let request = StakeRequest {
        farm,
        index: 3,
        amount: 1_000_000_000,
        lock_until: None,
        shard: ShardChoice::LeastStaked,
    };
    let plan = stake_instructions(client.farms(), &request, &Caller::new(owner));
    let staked = client
        .execute(plan.expect("it can be staked"), wallet)
        .await;
    let position = staked.expect("it is staked").quote.position;

    // Two epochs that nobody closes: what was earned is known all the same, and closed on the way.
    for _ in 0..2 {
        next_epoch(&chain, &farm).await;
    }
    let before = earned(&mut client, &position).await;
    assert_eq!(before.claimable(), [0; 5]);
    assert!(before.earned()[0] > 0, "{before:?}");
    let held = client
        .token_balance(&owner, &mint)
        .await
        .expect("a balance");
    let request = ClaimRequest {
        close_due: true,
        ..ClaimRequest::default()
    };
    let plan = claim_instructions(client.farms(), &position, &request, &Caller::new(owner));
    let plan = plan.expect("there is something to claim");
    assert_eq!(plan.quote.paid[0], before.earned()[0]);
    let claimed = client.execute_sequence(plan, wallet, |_, _| {}).await;
    let claimed = claimed.expect("it is claimed");
    let paid = client
        .token_balance(&owner, &mint)
        .await
        .expect("a balance")
        - held;
    assert_eq!(paid, before.earned()[0], "the estimate, to the unit");
    assert_eq!(paid, claimed.quote.received[0]);

    // Nothing is due any more.
    client.fetch_position(&position).await.expect("a position");
    let due = close_epochs_instructions(client.farms(), &farm, &owner).expect("a whole farm");
    assert!(due.quote.epochs.is_empty(), "{:?}", due.quote);
    let again = claim_instructions(client.farms(), &position, &request, &Caller::new(owner));
    let refused = again.expect_err("everything was claimed");
    assert_eq!(refused.staking_error(), Some(StakingError::NothingToClaim));

    let caller = Caller::new(owner);
    client.fetch_position(&position).await.expect("a position");
    let plan = unstake_instructions(client.farms(), &position, EVERYTHING, &caller);
    let left = client.execute(plan.expect("it is free"), wallet).await;
    assert_eq!(left.expect("it is unstaked").quote.left, 0);
    client.fetch_position(&position).await.expect("a position");
    let now = client.now().await.expect("a time");
    let view = position_view(client.farms(), &position, now).expect("a position");
    assert_eq!((view.amount, view.cooling), (0, 1_000_000_000));
    assert_eq!(address::position(&farm, &owner, 3).0, position);
    chain.stop().await.expect("the chain stops");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_from_staking_to_leaving() {
    let (chain, world, _keys) = stage::set(ChainConfig::default()).await;
    let person = Person::with_wallet(chain.rpc_url(), &world.wallets.bob.keypair);
    let (pool, council) = (world.realm.community, world.realm.council);

    let farms = person.json("farm list").await;
    assert_eq!(farms["farms"].as_array().unwrap().len(), world.farms.len());
    let shown = person.json(&format!("farm show {pool}")).await;
    assert_eq!(shown["lock_max_epochs"], 200);

    let added = person
        .json(&format!("stake add {pool} 100 --index 7 --yes"))
        .await;
    assert_eq!(
        (number(&added["added"]), number(&added["staked"])),
        (100_000_000, 100_000_000)
    );
    let lock = |epochs| format!("stake lock {pool} --index 7 --epochs {epochs} --yes");
    let locked = person.json(&lock(2)).await;
    assert!(locked["lock_ends_at"].is_i64(), "{locked}");
    let [unstake, claim, withdraw] =
        ["unstake", "claim", "withdraw"].map(|what| format!("stake {what} {pool} --index 7"));
    let unstake = format!("{unstake} --all");
    person.refused(&unstake, "Locked").await;
    person.refused(&lock(1), "InvalidLock").await;
    person.refused(&claim, "NothingToClaim").await;
    person.refused(&withdraw, "CoolingDown").await;
    person
        .refused(&format!("stake claim {pool} --index 9"), "UnknownPosition")
        .await;
    let silent = person.fails(&format!("stake add {pool} 100"), USAGE).await;
    assert_eq!(silent["code"], "NeedsConsent");

    for _ in 0..2 {
        next_epoch(&chain, &pool).await;
    }
    let closed = person.json(&format!("farm close-epochs {pool}")).await;
    assert_eq!(closed["epochs"].as_array().unwrap().len(), 2);
    let listed = person.json("stake list").await;
    let positions = listed["positions"].as_array().unwrap();
    let own = positions.iter().find(|one| one["index"] == 7).unwrap();
    let earned = number(&own["pending"][0]["claimable"]);
    assert!(earned > 0);
    let claimed = person.json(&claim).await;
    assert_eq!(
        number(&claimed["rewards"][0]["paid"]),
        earned,
        "as it was estimated"
    );
    assert_eq!(claimed["epochs"], 2);

    let out = person.json(&unstake).await;
    assert_eq!(
        (number(&out["unstaked"]), number(&out["staked"])),
        (100_000_000, 0)
    );
    let waiting = person.run(&withdraw).await;
    assert!(waiting.stderr.contains("wait for another"), "{waiting}");
    let cooled = out["cooled_at"].as_i64().unwrap();
    chain.wait_until(cooled).await.expect("time passes");
    let paid = person.json(&withdraw).await;
    assert_eq!(paid["received"], 100_000_000);

    // The council's pool has no cool-down and pays nothing.
    let out = person.json(&format!("stake unstake {council} --all")).await;
    assert_eq!(out["received"], 1);
    person.json(&format!("stake close {council}")).await;

    // What they return in a year, in the token that pools are quoted in; a lock multiplies it.
    let shown = person.json(&format!("farm show {pool}")).await;
    let [unlocked, locked] = ["apr_bps", "apr_longest_lock_bps"].map(|key| number(&shown[key]));
    assert!(unlocked > 0, "{shown}");
    assert_eq!(locked, unlocked * 5);
    let farms = person.json("farm list").await;
    for farm in &world.farms {
        let listed = farms["farms"].as_array().unwrap().iter();
        let mut listed = listed.filter(|one| one["farm"] == farm.address.to_string());
        let apr = &listed.next().expect("it is listed")["apr_bps"];
        let pays_stakes = !farm.rewards.is_empty() && farm.market.is_none();
        assert_eq!(
            apr.as_u64().is_some_and(|bps| bps > 0),
            pays_stakes,
            "{apr}"
        );
    }
    let table = person.run("farm list").await;
    assert!(table.stdout.contains(&pool.to_string()), "{table}");
    chain.stop().await.expect("the chain stops");
}

/// Leaves a wallet so little SOL that it can pay fees, but for no account.
async fn drain(client: &Client, from: &Keypair, to: &Pubkey) {
    const LEFT: u64 = 1_500_000;
    let held = client.balances(&from.pubkey()).await.expect("balances");
    let all = held.lamports - LEFT;
    let transfer = solana_system_interface::instruction::transfer(&from.pubkey(), to, all);
    client.send(&[transfer], from).await.expect("it is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_farm_is_run_by_the_command_line_until_everything_is_paid() {
    let (chain, world, _keys) = stage::set(ChainConfig::default()).await;
    let (maker, bob) = (&world.wallets.maker.keypair, &world.wallets.bob.keypair);
    let [runs, stakes] = [maker, bob].map(|one| Person::with_wallet(chain.rpc_url(), one));
    let (mint, liquidity) = (seal(&world), world.pools[0].shards[0].lp_mint);

    let line = "--id 9 --epoch 60s --grace 30d --shards 1 --last 10m --yes";
    let line = format!("farm create {mint} --reward {mint} {line}");
    let farm = text(&runs.json(&line).await["farm"]);
    let address: Pubkey = farm.parse().expect("an address");
    let added = runs
        .json(&format!(
            "farm add-reward {farm} {liquidity} --last 10m --yes"
        ))
        .await;
    assert_eq!(
        (number(&added["reward"]), &added["farm"]),
        (1, &farm.as_str().into())
    );
    let shards = runs.json(&format!("farm add-shard {farm}")).await;
    assert_eq!(shards["shards"].as_array().unwrap().len(), 1);
    let none = runs.json(&format!("farm add-vaults {farm}")).await;
    assert_eq!(none["vaults"], serde_json::json!([]), "each shard has both");
    runs.json(&format!("farm fund {farm} 1000 --yes")).await;
    runs.json(&format!("farm fund {farm} 10 --reward 1 --yes"))
        .await;
    let moved = runs
        .json(&format!("farm balance {farm} --all --from 0 --to 1"))
        .await;
    let held = [&moved["from"], &moved["to"]].map(|vault| number(&vault["held"]));
    assert_eq!(held, [0, 1_000_000_000]);
    let empty = format!("farm balance {farm} 1 --from 0 --to 1");
    runs.refused(&empty, "InsufficientFunds").await;

    // Who may do what.
    let pause = format!("farm pause {farm} stake");
    stakes.refused(&pause, "WrongAuthority").await;
    assert_eq!(runs.json(&pause).await["paused"][0], "stake");
    let stake = format!("stake add {farm} 500 --yes");
    stakes.refused(&stake, "Paused").await;
    let resumed = runs.json(&format!("farm resume {farm} all")).await;
    assert_eq!(resumed["paused"], serde_json::json!([]));
    let accept = format!("farm accept-authority {farm}");
    stakes.refused(&accept, "NoPendingAuthority").await;
    for (from, to, heir) in [(&runs, &stakes, bob), (&stakes, &runs, maker)] {
        let heir = heir.pubkey().to_string();
        let proposed = from
            .json(&format!("farm propose-authority {farm} {heir}"))
            .await;
        assert_eq!(proposed["pending_authority"], heir);
        from.refused(&accept, "WrongAuthority").await;
        assert_eq!(to.json(&accept).await["authority"], heir);
    }

    // The staker earns both; of the second it has no account, and no SOL for one.
    stakes.json(&stake).await;
    for _ in 0..3 {
        next_epoch(&chain, &address).await;
    }
    let close = format!("farm close-epochs {farm}");
    runs.json(&close).await;
    let client = Client::new(chain.rpc_url());
    drain(&client, bob, &maker.pubkey()).await;
    let restake = format!("stake claim {farm} --restake");
    let half = stakes.fails(&restake, REFUSED).await;
    let message = half["message"].as_str().unwrap();
    assert!(message.contains("were claimed and staked"), "{message}");
    assert!(message.contains("were not claimed"), "{message}");
    let back = solana_system_interface::instruction::transfer(
        &maker.pubkey(),
        &bob.pubkey(),
        1_000_000_000,
    );
    client.send(&[back], maker).await.expect("it is sent");
    let rest = stakes.json(&restake).await;
    assert_eq!(rest["restaked"], 0, "the first time it was");
    assert_eq!(rest["rewards"][0]["reward"], 1);
    let liquid = client.token_balance(&bob.pubkey(), &liquidity).await;
    assert_eq!(
        liquid.expect("a balance"),
        number(&rest["rewards"][0]["received"])
    );
    stakes.refused(&restake, "NothingToClaim").await;

    // When all is over nothing of what was paid in is left.
    let sweep = |reward| format!("farm sweep {farm} --reward {reward}");
    runs.refused(&sweep(0), "NothingToSweep").await;
    let expire = format!("farm expire-epochs {farm} --yes");
    let early = runs.json(&expire).await;
    assert_eq!(early["epochs"], serde_json::json!([]));
    let end = added["end"].as_i64().expect("a time");
    chain
        .wait_until(end + 31 * 86_400)
        .await
        .expect("time passes");
    runs.json(&close).await;
    let expired = runs.json(&expire).await;
    assert!(
        expired["epochs"].as_array().unwrap().len() >= 9,
        "{expired}"
    );
    let staked = stakes.json("stake list").await;
    let staked = staked["positions"].as_array().unwrap().clone();
    let own = staked.iter().find(|one| one["farm"] == farm).unwrap();
    let restaked = number(&own["amount"]) - 500_000_000;
    let paid = [restaked, number(&rest["rewards"][0]["paid"])];
    for (reward, funded) in [(0, 1_000_000_000), (1, 10_000_000)] {
        let swept = runs.json(&sweep(reward)).await;
        assert!(
            paid[reward] > 0 && number(&swept["unclaimed"]) > 0,
            "{swept}"
        );
        assert_eq!(number(&swept["received"]) + paid[reward], funded, "{swept}");
    }
    runs.refused(&sweep(0), "NothingToSweep").await;
    chain.stop().await.expect("the chain stops");
}
