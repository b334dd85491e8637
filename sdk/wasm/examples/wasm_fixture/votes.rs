//! A realm with a proposal that is voted on, and what the SDK makes of it.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytemuck::Zeroable as _;
use sealane_sdk::{
    address,
    engine::fixtures::{account_bytes, clock_now},
    engine_core::governance::{Ballot, Choices, Electorate, Options, Proposal as Rules, Snapshot},
    governance::{
        self,
        state::{ConfigParams, Proposal, Realm, TallyShard, Text},
    },
    plan::{
        self, Caller,
        governance::{
            OptionDraft, ProposeRequest, VoteRequest, cancel_instruction, finalize_instructions,
            propose_instructions, proposed_sol_transfer_instruction, vote_instructions,
        },
    },
    realms::{proposal_view, voting_power},
    staking::state::pause,
};
use serde_json::{Value, json};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

use crate::{big, digits, instructions, stakes::Stakes, world::Stage};

const CONFIG: ConfigParams = ConfigParams {
    deposit: 1_000,
    voting_seconds: 100,
    cool_off_seconds: 0,
    time_lock_seconds: 60,
    execution_seconds: 3_600,
    quorum_bps: 1_000,
    threshold_bps: 5_000,
    community_veto_bps: 0,
    council_veto_bps: 0,
    early: true,
};

/// The realm and its proposal.
pub(crate) struct Votes {
    realm: Pubkey,
    proposal: Pubkey,
    farm: Pubkey,
    position: Pubkey,
}

impl Votes {
    /// Puts a realm of the farm's stakers into the world, with a proposal that takes votes.
    pub(crate) fn new(stage: &mut Stage, stakes: &Stakes) -> Self {
        let author = stage.wallets[3];
        let (realm, _) = address::realm(&author, 0);
        let (treasury, _) = address::treasury(&realm);
        let config = CONFIG.check().expect("within bounds");
        let mut account = Realm::zeroed();
        (account.creator, account.community, account.treasury) = (author, stakes.farm, treasury);
        account.config = config.into();
        account.name[..4].copy_from_slice(b"Test");
        stage.put(realm, governance::ID, account_bytes(&account));
        let (proposal, _) = address::proposal(&realm, &author, 0);
        stage.put(
            proposal,
            governance::ID,
            account_bytes(&voted_on(stage, stakes, realm)),
        );
        let mut text = Text::zeroed();
        text.proposal = proposal;
        let mut bytes = account_bytes(&text);
        bytes.extend(b"Title\nYes\nBecause.");
        stage.put(address::proposal_text(&proposal).0, governance::ID, bytes);
        for index in 0..2 {
            let mut tally = TallyShard::zeroed();
            (tally.proposal, tally.index) = (proposal, index);
            tally.sums.yes[0] = [7 + u64::from(index), 0];
            tally.sums.approving = tally.sums.yes[0];
            let (at, _) = address::tally_shard(&proposal, index);
            stage.put(at, governance::ID, account_bytes(&tally));
        }
        let (position, _) = address::position(&stakes.farm, &stage.wallets[1], 0);
        Self {
            realm,
            proposal,
            farm: stakes.farm,
            position,
        }
    }

    /// What is known of the proposal, as the library is to tell it.
    pub(crate) fn view(&self, stage: &Stage) -> Value {
        let (world, voter) = (&stage.world, stage.wallets[1]);
        let now = clock_now().unix_timestamp;
        let view = proposal_view(world.realms(), &self.proposal, now).expect("a proposal");
        let power = voting_power(world.realms(), world.farms(), &self.proposal, &voter);
        let power = power.expect("it was signed off");
        let standing = view.standing.expect("it was signed off");
        json!({
            "realm": self.realm.to_string(),
            "proposal": self.proposal.to_string(),
            "voter": voter.to_string(),
            "expected": digits(json!({
                "title": view.title,
                "state": "voting",
                "time_left": view.times.left(view.state, now),
                "options": [{ "name": "Yes", "yes": view.options[0].yes.to_string(), "won": false }],
                "cast": view.tally.cast().to_string(),
                "quorum": standing.quorum.to_string(),
                "threshold": standing.threshold.to_string(),
            })),
            "power": power.iter().map(|one| json!({
                "position": one.position.to_string(),
                "weight": one.weight.to_string(),
            })).collect::<Vec<_>>(),
        })
    }

    /// Calls of the library, and the SDK's instructions for them.
    pub(crate) fn calls(&self, stage: &Stage) -> Vec<Value> {
        let (world, voter, author) = (&stage.world, stage.wallets[1], stage.wallets[3]);
        let request = VoteRequest {
            proposal: self.proposal,
            position: self.position,
            ballot: Ballot::Yes(Options::NONE.with(0)),
            shard: None,
        };
        let (realms, farms) = (world.realms(), world.farms());
        let voted = vote_instructions(realms, farms, &request, &Caller::new(voter));
        let paused = plan::staking::set_farm_paused_instruction(&self.farm, &author, pause::ALL);
        let paid = proposed_sol_transfer_instruction(&self.realm, &voter, u64::MAX);
        let proposed = propose_instructions(
            realms,
            &ProposeRequest {
                realm: self.realm,
                id: None,
                title: "Pay".into(),
                description: "Much. ".repeat(300),
                options: vec![OptionDraft {
                    name: "Yes".into(),
                    instructions: vec![paid.clone()],
                }],
                most_choices: 1,
                shards: 4,
            },
            &Caller::new(author),
        );
        let (proposal, realm) = (self.proposal.to_string(), self.realm.to_string());
        let mut transfer = json!({ "option": 0, "instruction": crate::instruction(&paid) });
        transfer["instruction"]["data"] = BASE64_STANDARD.encode(&paid.data).into();
        vec![
            call(
                "vote",
                json!([{ "proposal": proposal, "position": self.position.to_string(),
                    "voter": voter.to_string(), "ballot": { "kind": "yes", "options": [0] } }]),
                &voted.expect("it has weight").instructions,
            ),
            call(
                "cancel",
                json!([{ "proposal": proposal, "author": author.to_string() }]),
                &[cancel_instruction(&self.proposal, &author)],
            ),
            call(
                "proposePause",
                json!([{ "venue": self.farm.to_string(), "actions": ["stake", "fund"] }]),
                &[paused],
            ),
            call(
                "proposeTransfer",
                json!([{ "realm": realm, "amount": big(u64::MAX), "to": voter.to_string() }]),
                &[paid],
            ),
            call(
                "propose",
                json!([{ "realm": realm, "author": author.to_string(), "title": "Pay",
                    "description": "Much. ".repeat(300), "options": ["Yes"],
                    "instructions": [transfer] }]),
                &proposed.expect("within bounds").transactions.concat(),
            ),
        ]
    }

    /// A call that is refused, and how.
    pub(crate) fn refusal(&self, stage: &Stage) -> Value {
        let payer = stage.wallets[0];
        let caller = Caller::new(payer);
        let refused = finalize_instructions(stage.world.realms(), &self.proposal, &caller);
        let error = refused.expect_err("votes are taken");
        json!({ "arguments": [{ "proposal": self.proposal.to_string(), "payer": payer.to_string() }],
            "refused": crate::refusal(&error) })
    }
}

/// A proposal under the realm's configuration that was signed off a moment ago.
fn voted_on(stage: &Stage, stakes: &Stakes, realm: Pubkey) -> Proposal {
    let config = CONFIG.check().expect("within bounds");
    let farm = stage.world.farms().farm(&stakes.farm).expect("put before");
    let mut account = Proposal::zeroed();
    (account.realm, account.author) = (realm, stage.wallets[3]);
    account.treasury = address::treasury(&realm).0;
    account.community = stakes.farm;
    account.community_lock_boost = farm.account.lock_boost;
    account.community_lock_max_epochs = farm.account.lock_max_epochs;
    let rules = Rules::draft(&config, Choices::ONE, 2);
    *account.rules_mut() = rules.expect("within bounds");
    let now = clock_now().unix_timestamp;
    let epoch = farm.account.moment(now).expect("the farm has begun").epoch;
    let community = Electorate {
        epoch,
        weight: 1 << 60,
    };
    let snapshot = Snapshot::try_new(community, Electorate::default());
    let signed = account
        .rules_mut()
        .sign_off(now - 10, &config, &snapshot.expect("some weight"));
    signed.expect("a draft");
    account
}

fn call(method: &str, arguments: Value, built: &[Instruction]) -> Value {
    json!({ "method": method, "arguments": arguments, "instructions": instructions(built) })
}
