//! Governance against a running local chain: a proposal by the built command line, from its first line
//! to its execution.

mod cli;

use cli::Person;
use sealane_localnet::{ChainConfig, stage, world::Wallet};
use sealane_sdk::client::Client;

#[tokio::test(flavor = "multi_thread")]
async fn a_pools_fee_is_changed_by_a_vote() {
    let (chain, world, _keys) = stage::set(ChainConfig::default()).await;
    let person = |wallet: &Wallet| Person::with_wallet(chain.rpc_url(), &wallet.keypair);
    let (author, alice, bob) = (
        person(&world.wallets.maker),
        person(&world.wallets.alice),
        person(&world.wallets.bob),
    );
    let pool = world.realm.governed.to_string();
    let mut client = Client::new(chain.rpc_url());

    let realms = author.json("gov realms").await;
    assert_eq!(realms["realms"][0]["name"], "Sealane");
    // What the treasury cannot do yet is told before anything is paid: the dry run fails.
    let early = format!("gov propose Too-early --set-fee {pool} --fee-bps 20 --yes");
    author.refused(&early, "WrongAuthority").await;
    let draft = format!(
        "gov propose Lower-the-fee --accept-authority {pool} --set-fee {pool} --fee-bps 20 --yes --draft"
    );
    let draft = author.json(&draft).await;
    assert_eq!(
        (&draft["state"], &draft["instructions"]),
        (&"draft".into(), &2.into())
    );
    let proposal = draft["proposal"].as_str().unwrap();
    // In the stake pool's first epoch nobody has weight.
    author
        .refused(&format!("gov sign-off {proposal}"), "InvalidSnapshot")
        .await;
    alice
        .refused(&format!("gov sign-off {proposal}"), "WrongAuthor")
        .await;

    client
        .fetch_farm(&world.realm.community)
        .await
        .expect("a farm");
    client
        .fetch_farm(&world.realm.council)
        .await
        .expect("a farm");
    let farms = [&world.realm.community, &world.realm.council].map(|farm| {
        let entry = client.farms().farm(farm).expect("it was fetched");
        entry.account.epochs().begin(1)
    });
    chain
        .wait_until(farms[0].max(farms[1]) + 1)
        .await
        .expect("time passes");
    let opened = author.json(&format!("gov sign-off {proposal}")).await;
    assert_eq!(opened["state"], "voting");

    let power = alice.json(&format!("gov power {proposal}")).await;
    let positions = power["positions"].as_array().unwrap();
    assert_eq!(positions.len(), 2, "{power}");
    let council = positions
        .iter()
        .find(|one| one["body"] == "council")
        .unwrap();
    let council = council["position"].as_str().unwrap();
    let voted = bob.json(&format!("gov vote {proposal} yes --yes")).await;
    assert_eq!(voted["vote"], "yes 0");
    bob.json(&format!("gov withdraw-vote {proposal}")).await;
    bob.json(&format!("gov vote {proposal} no --yes")).await;
    author
        .refused(&format!("gov decide {proposal}"), "NotSettled")
        .await;
    alice.json(&format!("gov vote {proposal} yes --yes")).await;
    author
        .refused(&format!("gov execute {proposal}"), "WrongState")
        .await;
    let abstain = format!("gov vote {proposal} abstain --position {council} --yes");
    alice.json(&abstain).await;
    let shown = author.json(&format!("gov show {proposal}")).await;
    assert_eq!(shown["settled"], true, "{shown}");
    assert_eq!(shown["instructions"][1]["name"], "administer: SetFees");
    assert_eq!(shown["instructions"][1]["arguments"][0][1], "0.2%");
    let decided = author.json(&format!("gov decide {proposal}")).await;
    assert_eq!(decided["state"], "succeeded, time-locked");
    author
        .refused(&format!("gov execute {proposal}"), "TimeLocked")
        .await;

    let now = client.now().await.expect("a time");
    chain.wait_until(now + 61).await.expect("time passes");
    // Anybody may execute.
    let executed = bob.json(&format!("gov execute {proposal}")).await;
    assert_eq!(executed["state"], "completed");
    assert_eq!(executed["calls"].as_array().unwrap().len(), 2);
    client
        .fetch_pool(&world.realm.governed)
        .await
        .expect("a pool");
    let pool = client
        .pools()
        .pool(&world.realm.governed)
        .expect("it was fetched")
        .pool;
    assert_eq!((pool.fee_min_pips, pool.fee_max_pips), (2_000, 2_000));
    assert_eq!(pool.authority, world.realm.treasury);

    let refund = author.json(&format!("gov refund {proposal}")).await;
    assert_eq!(refund["deposit"], 1_000_000_000);
    let list = author.run("gov list").await;
    assert!(list.stdout.contains("completed"), "{list}");
    chain.stop().await.expect("the chain stops");
}
