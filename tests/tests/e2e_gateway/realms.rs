//! Realms: a proposal from its draft to its execution, and what is told of it on the way.

use sealane_localnet::world::{Wallet, WorldRealm};
use sealane_sdk::client::Client;
use sealane_sdk::engine_core::governance::{Ballot, Options};
use sealane_sdk::plan::governance::{
    OptionDraft, ProposeRequest, VoteRequest, decide_early_instructions, execute_instructions,
    propose_instructions, sign_off_instructions, vote_instructions,
};
use sealane_sdk::plan::{
    Caller, Sequence, accept_authority_instruction, flat_fees, set_fees_instruction,
};
use sealane_sdk::realms::{proposal_view, voting_power};
use sealane_sdk::{address, governance};
use serde_json::{Value, json};
use solana_pubkey::Pubkey;

use crate::history::compared;
use crate::socket::Socket;
use crate::stage::{Stage, list, text};

const FEE_PIPS: u32 = 1_234;

struct Play<'a> {
    stage: &'a Stage,
    realm: &'a WorldRealm,
    client: Client,
    proposal: Pubkey,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_told_from_its_draft_to_its_execution() {
    let stage = Stage::set().await;
    let mut play = Play {
        realm: &stage.world.realm,
        client: stage.client(),
        stage: &stage,
        proposal: Pubkey::default(),
    };
    play.realm_is_told().await;
    let mut socket = Socket::open(&stage).await;
    let realm = play.realm.address.to_string();
    let channel = json!({ "channel": "proposals", "realm": realm });
    let (_, snapshot) = socket.subscribe(channel).await;
    assert!(list(&snapshot.expect("a snapshot")["data"]["proposals"]).is_empty());
    play.propose().await;
    streamed(&mut socket, &play.proposal, "draft").await;
    play.draft_is_told().await;
    play.sign_off().await;
    play.vote().await;
    streamed(&mut socket, &play.proposal, "voting").await;
    play.votes_are_told().await;
    play.decide_and_execute().await;
    streamed(&mut socket, &play.proposal, "completed").await;
    play.outcome_is_told().await;
    play.history_is_told().await;
    refusals(&stage).await;
    compared(&stage).await;
    stage.end().await;
}

/// Waits until the stream tells that a proposal is in a state.
async fn streamed(socket: &mut Socket, proposal: &Pubkey, state: &str) {
    loop {
        let diff = socket.expect("diff").await;
        let told = list(&diff["data"]["proposals"]).iter();
        let mut told = told.filter(|one| one["proposal"] == proposal.to_string());
        if told.next().is_some_and(|one| one["state"] == state) {
            return;
        }
    }
}

impl Play<'_> {
    async fn send<Q>(&self, wallet: &Wallet, sequence: Sequence<Q>) {
        let sent = self
            .client
            .execute_sequence(sequence, &wallet.keypair, |_, _| {});
        sent.await.expect("the chain takes it");
    }

    async fn told(&self, path: &str) -> Value {
        self.stage.json(&format!("/api/v1{path}")).await
    }

    /// Waits until the gateway tells that the proposal is in a state.
    async fn detail(&self, state: &str) -> Value {
        let path = format!("/api/v1/proposals/{}", self.proposal);
        self.stage
            .until(state, async || {
                let (status, told) = self.stage.get(&path).await;
                (status == 200 && told["state"] == state).then_some(told)
            })
            .await
    }

    async fn realm_is_told(&self) {
        let told = self.told("/realms").await;
        let told = &list(&told)[0];
        assert_eq!(told["realm"], self.realm.address.to_string());
        assert_eq!(told["name"], self.realm.name);
        assert_eq!(told["community_farm"], self.realm.community.to_string());
        assert_eq!(told["council_farm"], self.realm.council.to_string());
        assert_eq!(told["treasury"], self.realm.treasury.to_string());
        let balances = self.client.balances(&self.realm.treasury).await;
        let balances = balances.expect("what the treasury has");
        assert_eq!(told["lamports"], balances.lamports.to_string());
        let tokens = list(&told["tokens"]);
        assert_eq!(tokens.len(), balances.tokens.len());
        assert_eq!(tokens[0]["amount"], balances.tokens[0].amount.to_string());
        let one = self.told(&format!("/realms/{}", self.realm.address)).await;
        assert_eq!(&one, told);
        let config = self.told("/config").await;
        assert_eq!(config["programs"]["governance"], governance::ID.to_string());
    }

    async fn propose(&mut self) {
        let author = &self.stage.world.wallets.maker;
        let realm = self.realm.address;
        self.client.fetch_realm(&realm).await.expect("the realm");
        let (pool, treasury) = (&self.realm.governed, &self.realm.treasury);
        let fees = flat_fees(FEE_PIPS, 0);
        let request = ProposeRequest {
            realm,
            id: None,
            title: "Another fee".into(),
            description: "Since that one is **better**.\n".repeat(60),
            options: vec![OptionDraft {
                name: "Yes".into(),
                instructions: vec![
                    accept_authority_instruction(pool, treasury),
                    set_fees_instruction(pool, treasury, fees),
                ],
            }],
            most_choices: 1,
            shards: 2,
        };
        let caller = Caller::new(author.address());
        let plan = propose_instructions(self.client.realms(), &request, &caller);
        let plan = plan.expect("a proposal");
        self.proposal = plan.quote.proposal;
        self.send(author, plan).await;
    }

    async fn draft_is_told(&self) {
        let path = format!("/api/v1/proposals/{}", self.proposal);
        let told = self
            .stage
            .until("all of the draft", async || {
                let (_, told) = self.stage.get(&path).await;
                let whole = told["title"].is_string() && told["open_tally_shards"] == 2;
                (whole && list(&told["instructions"]).len() == 2).then_some(told)
            })
            .await;
        assert_eq!(
            (&told["state"], &told["title"]),
            (&"draft".into(), &"Another fee".into())
        );
        assert_eq!(text(&told["description"]).len(), 30 * 60);
        assert_eq!(told["options"][0]["name"], "Yes");
        assert_eq!(told["options"][0]["instructions"], 2);
        assert!(told["total"].is_null() && told["standing"].is_null());
        let fees = &told["instructions"][1];
        assert_eq!(fees["program_name"], "Sealane pools");
        assert!(text(&fees["name"]).contains("SetFees"), "{fees}");
        let values: Vec<&str> = list(&fees["arguments"])
            .iter()
            .map(|one| text(&one["value"]))
            .collect();
        assert!(values.contains(&"0.1234%"), "{values:?}");
        let signs = list(&fees["accounts"])
            .iter()
            .filter(|one| one["signer"] == true);
        let signers: Vec<&Value> = signs.map(|one| &one["address"]).collect();
        assert_eq!(signers, [&self.realm.treasury.to_string()]);
        assert!(
            list(&told["instructions"])
                .iter()
                .all(|one| one["executed"] == false)
        );
    }

    async fn sign_off(&mut self) {
        let author = &self.stage.world.wallets.maker;
        let mut begins = 0;
        for farm in [self.realm.community, self.realm.council] {
            self.client.fetch_farm(&farm).await.expect("a stake pool");
            let known = self.client.farms().farm(&farm).expect("fetched");
            begins = known.account.epochs().begin(1).max(begins);
        }
        // What is staked counts from the next epoch on.
        let waited = self.stage.chain.wait_until(begins + 1).await;
        waited.expect("time passes");
        self.client
            .fetch_proposal(&self.proposal)
            .await
            .expect("the draft");
        let caller = Caller::new(author.address());
        let (realms, farms) = (self.client.realms(), self.client.farms());
        let plan = sign_off_instructions(realms, farms, &self.proposal, &caller);
        self.send(author, plan.expect("a whole draft")).await;
    }

    async fn vote(&mut self) {
        let wallets = &self.stage.world.wallets;
        let yes = Ballot::Yes(Options::NONE.with(0));
        for (wallet, farm, ballot) in [
            (&wallets.alice, self.realm.community, yes),
            (&wallets.bob, self.realm.community, Ballot::No),
            (&wallets.alice, self.realm.council, Ballot::Abstain),
        ] {
            let owner = wallet.address();
            let fetched = self.client.fetch_ballots(&self.proposal, &owner).await;
            fetched.expect("what it can vote with");
            self.client
                .fetch_proposal(&self.proposal)
                .await
                .expect("the proposal");
            let request = VoteRequest {
                proposal: self.proposal,
                position: address::position(&farm, &owner, 0).0,
                ballot,
                shard: None,
            };
            let caller = Caller::new(owner);
            let (realms, farms) = (self.client.realms(), self.client.farms());
            let plan = vote_instructions(realms, farms, &request, &caller).expect("a vote");
            let executed = self.client.execute(plan, &wallet.keypair).await;
            executed.expect("the chain takes it");
        }
    }

    async fn votes_are_told(&mut self) {
        let path = format!("/proposals/{}/votes", self.proposal);
        let votes = self
            .stage
            .until("all votes", async || {
                let votes = self.told(&path).await;
                (list(&votes).len() == 3).then_some(votes)
            })
            .await;
        self.client
            .fetch_proposal(&self.proposal)
            .await
            .expect("the proposal");
        self.client
            .fetch_votes(&self.proposal)
            .await
            .expect("its votes");
        let now = self.client.now().await.expect("the time");
        let view = proposal_view(self.client.realms(), &self.proposal, now).expect("known");
        let told = self.detail("voting").await;
        let standing = view.standing.expect("signed off");
        assert_eq!(told["options"][0]["yes"], view.options[0].yes.to_string());
        assert_eq!(told["tally"]["no"], view.tally.no.get().to_string());
        assert_eq!(told["standing"]["cast"], standing.cast.to_string());
        assert_eq!(told["standing"]["quorum"], standing.quorum.to_string());
        assert_eq!(told["settled"], standing.is_settled);
        assert_eq!(told["closes_at"].as_i64(), view.times.closes_at);
        let alice = self.stage.world.wallets.alice.address();
        let (realms, farms) = (self.client.realms(), self.client.farms());
        let power = voting_power(realms, farms, &self.proposal, &alice).expect("weights");
        let path = format!("/proposals/{}/power?owner={alice}", self.proposal);
        let told = self.told(&path).await;
        assert_eq!(list(&told).len(), power.len());
        for (told, power) in list(&told).iter().zip(&power) {
            assert_eq!(told["position"], power.position.to_string());
            assert_eq!(told["weight"], power.weight.to_string());
            assert!(list(&votes).contains(&told["vote"]), "{told}");
        }
        let kinds = |votes: &Value| {
            let kinds = list(votes)
                .iter()
                .map(|vote| text(&vote["ballot"]["kind"]).to_owned());
            let mut kinds: Vec<String> = kinds.collect();
            kinds.sort();
            kinds
        };
        assert_eq!(kinds(&votes), ["abstain", "no", "yes"]);
        let portfolio = self.told(&format!("/portfolio/{alice}")).await;
        assert_eq!(kinds(&portfolio["votes"]), ["abstain", "yes"]);
        let open = format!("/proposals?realm={}&state=voting", self.realm.address);
        assert_eq!(list(&self.told(&open).await).len(), 1);
        assert!(list(&self.told("/proposals?state=draft").await).is_empty());
    }

    async fn decide_and_execute(&mut self) {
        let anybody = &self.stage.world.wallets.bob;
        let caller = Caller::new(anybody.address());
        let plan = decide_early_instructions(self.client.realms(), &self.proposal, &caller);
        self.send(anybody, plan.expect("nobody can change it"))
            .await;
        let told = self.detail("succeeded").await;
        assert_eq!(told["winners"], json!([0]));
        let executable = told["executable_at"].as_i64().expect("a time");
        let waited = self.stage.chain.wait_until(executable + 1).await;
        waited.expect("time passes");
        for executed in 1..=2 {
            self.client
                .fetch_proposal(&self.proposal)
                .await
                .expect("the proposal");
            let plan = execute_instructions(self.client.realms(), &self.proposal);
            let plan = plan.expect("its time");
            let done = self.client.execute(plan, &anybody.keypair).await;
            done.expect("the chain takes it");
            let state = if executed == 1 {
                "executing"
            } else {
                "completed"
            };
            let told = self.detail(state).await;
            let all = list(&told["instructions"]).iter();
            assert_eq!(all.filter(|one| one["executed"] == true).count(), executed);
        }
    }

    async fn outcome_is_told(&self) {
        let path = format!("/api/v1/pools/{}", self.realm.governed);
        self.stage
            .until("the new fee", async || {
                let pool = self.stage.json(&path).await;
                let fees = &pool["fees"];
                let has_changed = fees["min_pips"] == FEE_PIPS && fees["max_pips"] == FEE_PIPS;
                (has_changed && pool["authority"] == self.realm.treasury.to_string()).then_some(())
            })
            .await;
    }

    async fn history_is_told(&self) {
        let wallets = &self.stage.world.wallets;
        let proposal = self.proposal.to_string();
        for (wallet, expected) in [
            (&wallets.alice, &["vote_abstain", "vote_yes"][..]),
            (&wallets.bob, &["vote_no"]),
            (
                &wallets.maker,
                &[
                    "proposal_executed",
                    "proposal_succeeded",
                    "sign_off",
                    "draft_proposal",
                ],
            ),
        ] {
            let path = format!("/portfolio/{}/history", wallet.address());
            self.stage
                .until("what was done", async || {
                    let history = self.told(&path).await;
                    let own = list(&history)
                        .iter()
                        .filter(|one| one["account"] == proposal);
                    let kinds: Vec<&str> = own.map(|one| text(&one["kind"])).collect();
                    (kinds == expected).then_some(())
                })
                .await;
        }
    }
}

async fn refusals(stage: &Stage) {
    let nowhere = Pubkey::new_unique();
    for (path, code) in [
        (format!("realms/{nowhere}"), "unknown_realm"),
        (format!("proposals?realm={nowhere}"), "unknown_realm"),
        (format!("proposals/{nowhere}"), "unknown_proposal"),
        (format!("proposals/{nowhere}/votes"), "unknown_proposal"),
        (
            format!("proposals/{nowhere}/power?owner={nowhere}"),
            "unknown_proposal",
        ),
    ] {
        let (status, body) = stage.get(&format!("/api/v1/{path}")).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (404, &code.into()),
            "{path}"
        );
    }
    let (status, _) = stage
        .get(&format!("/api/v1/proposals/{nowhere}/power"))
        .await;
    assert_eq!(status, 400);
    let mut socket = Socket::open(stage).await;
    let asked = json!({ "op": "subscribe", "id": 3, "channel": "proposals",
        "realm": nowhere.to_string() });
    socket.say(&asked).await;
    assert_eq!(socket.expect("error").await["code"], "unknown_realm");
}
