//! Staking against a running local chain: by the SDK's client, and by the built command line.

mod cli;

use cli::{Person, USAGE, number};
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
    let table = person.run("farm list").await;
    assert!(table.stdout.contains(&pool.to_string()), "{table}");
    chain.stop().await.expect("the chain stops");
}
