//! A proposal in the demo world, from its first line to its execution: the stakers of the governance
//! token change the fees of a pool.

use sealane_sdk::amm::state::{FeeParams, Pool};
use sealane_sdk::client::{Client, ClientError};
use sealane_sdk::engine_core::governance::{Ballot, Body, Options, State};
use sealane_sdk::plan::governance::{
    OptionDraft, ProposeRequest, VoteRequest, clean_up_instructions, decide_early_instructions,
    execute_instructions, propose_instructions, sign_off_instructions, vote_instructions,
};
use sealane_sdk::plan::set_fees_instruction;
use sealane_sdk::plan::{Caller, Plan, Sequence, accept_authority_instruction, flat_fees};
use sealane_sdk::realms::{ProposalView, proposal_view};
use sealane_sdk::tx::Confirmed;
use sealane_sdk::{address, decode};
use serde::Serialize;
use solana_pubkey::Pubkey;

use crate::chain::Chain;
use crate::progress::Progress;
use crate::world::{Doing as _, Wallet, World, WorldError};

/// What the fee becomes: 0.2% of every trade, in millionths.
const NEW_FEE_PIPS: u32 = 2_000;
/// The part of it that is the authority's, in hundredths of a percent.
const PROTOCOL_SHARE_BPS: u16 = 500;
const TITLE: &str = "Lower the fee of SEAL/tUSDC to 0.2%";
const DESCRIPTION: &str = "The treasury takes the pool over and sets one fee for every trade.\n";
/// How many votes can run side by side.
const TALLY_SHARDS: u8 = 4;

/// Why the demo did not end well.
#[derive(Debug, thiserror::Error)]
pub enum GovernanceDemoError {
    /// The chain, the SDK or a program refused something.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The proposal is not where it should be by now.
    #[error("the proposal is {found:?} after {step}, and should be {expected:?}")]
    State {
        /// What was done.
        step: &'static str,
        /// Where it should be.
        expected: State,
        /// Where it is.
        found: State,
    },
    /// Votes were executed that changed something else than was voted for.
    #[error("the pool's fees are {found:?} after the vote, and should be {expected:?}")]
    Fees {
        /// What was voted for.
        expected: Box<FeeParams>,
        /// What the chain says.
        found: Box<FeeParams>,
    },
}

/// A transaction of the demo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it did.
    pub what: String,
    /// Its signature.
    pub signature: String,
    /// What it spent of the compute budget.
    pub compute_units: Option<u64>,
}

/// What happened.
#[derive(Debug)]
pub struct GovernanceDemo {
    /// The realm.
    pub realm: Pubkey,
    /// The proposal.
    pub proposal: ProposalView,
    /// The pool that was voted on, by name.
    pub pool: String,
    /// Its address.
    pub pool_address: Pubkey,
    /// What was proposed, in words.
    pub calls: Vec<decode::DecodedInstruction>,
    /// The pool's fees and authority before.
    pub before: (FeeParams, Pubkey),
    /// The same afterwards.
    pub after: (FeeParams, Pubkey),
    /// The transactions, in order.
    pub steps: Vec<Step>,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
pub struct GovernanceReport {
    backend: &'static str,
    realm: String,
    proposal: String,
    title: Option<String>,
    state: String,
    pool: String,
    weight: String,
    yes: String,
    no: String,
    min_fee_pips_before: u32,
    max_fee_pips_before: u32,
    min_fee_pips_after: u32,
    max_fee_pips_after: u32,
    authority_before: String,
    authority_after: String,
    steps: Vec<Step>,
}

/// The demo on its way.
struct Play<'a> {
    chain: &'a Chain,
    world: &'a World,
    client: Client,
    proposal: Pubkey,
    steps: Vec<Step>,
}

impl GovernanceDemo {
    /// Plays it.
    ///
    /// # Errors
    ///
    /// [`GovernanceDemoError`].
    pub async fn run(
        chain: &Chain,
        world: &World,
        progress: &Progress,
    ) -> Result<Self, GovernanceDemoError> {
        let realm = &world.realm;
        let mut play = Play {
            chain,
            world,
            client: Client::new(chain.rpc_url()),
            proposal: Pubkey::default(),
            steps: Vec::new(),
        };
        let before = play.pool().await?;
        progress.step("Waiting for an epoch in which stakes have weight");
        play.wait_for_weight().await?;
        progress.step("Drafting a proposal, and trying out what it would do");
        play.propose().await?;
        play.expect("signing off", State::Voting).await?;
        progress.step("Voting");
        play.vote().await?;
        play.expect("voting", State::Voting).await?;
        progress.step("Deciding before the time, since nobody could change the outcome");
        play.decide().await?;
        play.expect("deciding", State::Succeeded).await?;
        progress.step("Waiting for the end of the time-lock");
        play.wait_for_time_lock().await?;
        progress.step("Executing");
        play.execute().await?;
        let view = play.expect("executing", State::Completed).await?;
        let calls = play.client.realms().calls(&play.proposal);
        let calls = calls.iter().map(|call| {
            let label = |mint: &Pubkey| play.label(mint);
            decode::decode_instruction(&call.account.instruction, label)
        });
        let calls: Vec<_> = calls.collect();
        let after = play.pool().await?;
        let expected = flat_fees(NEW_FEE_PIPS, PROTOCOL_SHARE_BPS);
        if fees(&after) != expected {
            return Err(GovernanceDemoError::Fees {
                expected: Box::new(expected),
                found: Box::new(fees(&after)),
            });
        }
        play.clean_up().await?;
        let governed = play.governed();
        Ok(Self {
            realm: realm.address,
            proposal: view,
            pool: governed.name.clone(),
            pool_address: governed.address,
            calls,
            before: (fees(&before), before.authority),
            after: (fees(&after), after.authority),
            steps: play.steps,
        })
    }

    /// As JSON has it.
    #[must_use]
    pub fn report(&self, chain: &Chain) -> GovernanceReport {
        let tally = &self.proposal.tally;
        let total = self
            .proposal
            .snapshot
            .map_or(0, |snapshot| snapshot.of(Body::Community).weight);
        GovernanceReport {
            backend: chain.backend_name(),
            realm: self.realm.to_string(),
            proposal: self.proposal.proposal.to_string(),
            title: self.proposal.title.clone(),
            state: format!("{:?}", self.proposal.state).to_lowercase(),
            pool: self.pool_address.to_string(),
            weight: total.to_string(),
            yes: tally.approving.get().to_string(),
            no: tally.no.get().to_string(),
            min_fee_pips_before: self.before.0.min_pips,
            max_fee_pips_before: self.before.0.max_pips,
            min_fee_pips_after: self.after.0.min_pips,
            max_fee_pips_after: self.after.0.max_pips,
            authority_before: self.before.1.to_string(),
            authority_after: self.after.1.to_string(),
            steps: self.steps.clone(),
        }
    }
}

fn fees(pool: &Pool) -> FeeParams {
    FeeParams {
        min_pips: pool.fee_min_pips,
        max_pips: pool.fee_max_pips,
        slope_pips: pool.fee_slope_pips,
        protocol_share_bps: pool.protocol_share_bps,
    }
}

impl Play<'_> {
    fn governed(&self) -> &crate::world::WorldPool {
        let mut pools = self.world.pools.iter();
        let governed = pools.find(|pool| pool.address == self.world.realm.governed);
        governed.expect("the governed pool is one of the demo's")
    }

    fn label(&self, mint: &Pubkey) -> Option<decode::TokenLabel> {
        let mut tokens = self.world.tokens.iter();
        let token = tokens.find(|token| token.mint == *mint)?;
        Some(decode::TokenLabel {
            symbol: Some(token.symbol.to_owned()),
            decimals: token.decimals,
        })
    }

    async fn pool(&mut self) -> Result<Pool, WorldError> {
        let doing = || "looking at the pool".to_owned();
        let address = self.world.realm.governed;
        self.client.fetch_pool(&address).await.doing(doing)?;
        let missing = ClientError::NotFound {
            address,
            what: "a pool",
        };
        let pool = self.client.pools().pool(&address);
        pool.map(|entry| *entry.pool).ok_or(missing).doing(doing)
    }

    /// What is staked counts from the next epoch on.
    async fn wait_for_weight(&mut self) -> Result<(), WorldError> {
        let doing = || "looking at the stake pools".to_owned();
        let realm = &self.world.realm;
        let mut latest = 0;
        for farm in [&realm.community, &realm.council] {
            self.client.fetch_farm(farm).await.doing(doing)?;
            if let Some(entry) = self.client.farms().farm(farm) {
                latest = latest.max(entry.account.epochs().begin(1));
            }
        }
        // Shortly after it began, so that all of it is there to sign off in.
        Ok(self.chain.wait_until(latest + 1).await?)
    }

    async fn propose(&mut self) -> Result<(), WorldError> {
        let doing = || "proposing".to_owned();
        let (author, realm) = (&self.world.wallets.maker, &self.world.realm);
        let caller = Caller::new(author.address());
        let fees = flat_fees(NEW_FEE_PIPS, PROTOCOL_SHARE_BPS);
        let calls = vec![
            accept_authority_instruction(&realm.governed, &realm.treasury),
            set_fees_instruction(&realm.governed, &realm.treasury, fees),
        ];
        let tried = self.client.dry_run(&calls, &caller.owner).await;
        tried.doing(|| "trying out what is to be proposed".to_owned())?;
        self.client.fetch_realm(&realm.address).await.doing(doing)?;
        let request = ProposeRequest {
            realm: realm.address,
            id: None,
            title: TITLE.to_owned(),
            description: DESCRIPTION.to_owned(),
            options: vec![OptionDraft {
                name: "Yes, lower it".to_owned(),
                instructions: calls,
            }],
            most_choices: 1,
            shards: TALLY_SHARDS,
        };
        let plan = propose_instructions(self.client.realms(), &request, &caller);
        let plan = plan.doing(doing)?;
        self.proposal = plan.quote.proposal;
        self.all(author, "draft, text, instructions, tally shards", plan)
            .await?;
        self.fetch().await?;
        let (realms, farms) = (self.client.realms(), self.client.farms());
        let plan = sign_off_instructions(realms, farms, &self.proposal, &caller).doing(doing)?;
        self.all(author, "close the stake pools' epochs, sign off", plan)
            .await
    }

    async fn vote(&mut self) -> Result<(), WorldError> {
        let realm = &self.world.realm;
        let (alice, bob) = (&self.world.wallets.alice, &self.world.wallets.bob);
        let yes = Ballot::Yes(Options::default().with(0));
        for (wallet, farm, ballot, what) in [
            (alice, &realm.community, yes, "alice votes yes"),
            (bob, &realm.community, Ballot::No, "bob votes no"),
            (
                alice,
                &realm.council,
                Ballot::Abstain,
                "alice abstains in the council",
            ),
        ] {
            let doing = || what.to_owned();
            let owner = wallet.address();
            let (position, _) = address::position(farm, &owner, 0);
            let fetched = self.client.fetch_ballots(&self.proposal, &owner).await;
            fetched.doing(doing)?;
            let request = VoteRequest {
                proposal: self.proposal,
                position,
                ballot,
                shard: None,
            };
            let caller = Caller::new(wallet.address());
            let (realms, farms) = (self.client.realms(), self.client.farms());
            let plan = vote_instructions(realms, farms, &request, &caller).doing(doing)?;
            self.one(wallet, what, plan).await?;
        }
        Ok(())
    }

    async fn decide(&mut self) -> Result<(), WorldError> {
        let maker = &self.world.wallets.maker;
        let caller = Caller::new(maker.address());
        let plan = decide_early_instructions(self.client.realms(), &self.proposal, &caller);
        let plan = plan.doing(|| "deciding".to_owned())?;
        self.all(maker, "decide early", plan).await
    }

    async fn wait_for_time_lock(&mut self) -> Result<(), WorldError> {
        let proposal = self.client.realms().proposal(&self.proposal);
        let executable = proposal.map(|entry| entry.account.rules().executable_at());
        Ok(self
            .chain
            .wait_until(executable.unwrap_or_default())
            .await?)
    }

    async fn execute(&mut self) -> Result<(), WorldError> {
        let maker = &self.world.wallets.maker;
        loop {
            self.fetch().await?;
            let proposal = self.client.realms().proposal(&self.proposal);
            let done = proposal.is_none_or(|entry| entry.account.is_over(i64::MIN));
            if done {
                return Ok(());
            }
            let plan = execute_instructions(self.client.realms(), &self.proposal);
            let plan = plan.doing(|| "executing".to_owned())?;
            let called = decode::decode_instruction(&plan.quote.call, |_| None);
            let name = called.name.unwrap_or_else(|| "an instruction".to_owned());
            self.one(maker, &format!("execute {name}"), plan).await?;
        }
    }

    async fn clean_up(&mut self) -> Result<(), WorldError> {
        let doing = || "giving back deposit and rent".to_owned();
        let maker = &self.world.wallets.maker;
        self.client.fetch_votes(&self.proposal).await.doing(doing)?;
        self.fetch().await?;
        let caller = Caller::new(maker.address());
        let plan = clean_up_instructions(self.client.realms(), &self.proposal, &caller);
        self.all(maker, "give back deposit and rent", plan.doing(doing)?)
            .await
    }

    async fn fetch(&mut self) -> Result<(), WorldError> {
        let fetched = self.client.fetch_proposal(&self.proposal).await;
        fetched.doing(|| "looking at the proposal".to_owned())
    }

    /// Looks whether the proposal is where it should be.
    async fn expect(
        &mut self,
        step: &'static str,
        expected: State,
    ) -> Result<ProposalView, GovernanceDemoError> {
        let doing = || "looking at the proposal".to_owned();
        self.fetch().await?;
        let now = self.client.now().await.doing(doing)?;
        let view = proposal_view(self.client.realms(), &self.proposal, now).doing(doing)?;
        if view.state != expected {
            return Err(GovernanceDemoError::State {
                step,
                expected,
                found: view.state,
            });
        }
        Ok(view)
    }

    async fn one<Q>(
        &mut self,
        wallet: &Wallet,
        what: &str,
        plan: Plan<Q>,
    ) -> Result<(), WorldError> {
        let sent = self.client.execute(plan, &wallet.keypair).await;
        let sent = sent.doing(|| what.to_owned())?;
        self.note(what, &[sent.confirmed]);
        Ok(())
    }

    async fn all<Q>(
        &mut self,
        wallet: &Wallet,
        what: &str,
        plan: Sequence<Q>,
    ) -> Result<(), WorldError> {
        let sent = self
            .client
            .execute_sequence(plan, &wallet.keypair, |_, _| {})
            .await;
        let sent = sent.doing(|| what.to_owned())?;
        self.note(what, &sent.confirmed);
        Ok(())
    }

    fn note(&mut self, what: &str, confirmed: &[Confirmed]) {
        self.steps.extend(confirmed.iter().map(|one| Step {
            what: what.to_owned(),
            signature: one.signature.to_string(),
            compute_units: one.compute_units,
        }));
    }
}
