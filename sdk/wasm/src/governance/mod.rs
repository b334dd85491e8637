//! Realms: proposals, what somebody can vote with, and everything that can be done.

mod build;
mod decode;
mod propose;
mod view;

pub use build::{
    AuthorRequest, BallotChoice, BallotKind, PayerRequest, ProposalRequest, VoteRequest,
    WithdrawVoteRequest,
};
pub use decode::{DecodedAccount, DecodedArgument, DecodedInstruction, TokenName};
pub use propose::{
    FeesProposal, PauseProposal, ProposePlan, ProposeRequest, ProposedInstruction, TransferProposal,
};
pub use view::{ProposalInfo, ProposalOption, ProposalState, VotingPower};

use sealane_sdk::{
    address::CLOCK_SYSVAR,
    engine::world::World,
    farms::{FarmError, Farms},
    realms::Realms,
};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read, read_all, reply, reply_all},
    plan::Instruction,
    refusal::Answer,
    staking::TransactionPlan,
    values::Address,
};

/// Realms as they were when they were asked for: `exchange.governance()`. Costs next to nothing,
/// whatever their size.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Governance {
    world: World,
}

#[wasm_bindgen]
impl Exchange {
    /// Realms with their proposals and votes, out of what was fed so far.
    #[must_use]
    pub fn governance(&self) -> Governance {
        Governance {
            world: self.world().clone(),
        }
    }
}

impl Governance {
    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn realms(&self) -> &Realms {
        self.world.realms()
    }

    pub(crate) fn farms(&self) -> &Farms {
        self.world.farms()
    }

    /// The time that is asked about: the chain's, unless another is named.
    pub(crate) fn time(&self, at: Option<i64>) -> Answer<i64> {
        let clock = || self.world.clock().map(|clock| clock.unix_timestamp);
        let missing = FarmError::MissingAccount {
            address: CLOCK_SYSVAR,
            what: "the clock",
        };
        Ok(at.or_else(clock).ok_or(missing)?)
    }
}

#[wasm_bindgen]
impl Governance {
    /// A realm's proposals, newest first; as of a Unix second, or else of the chain's time.
    ///
    /// # Errors
    /// `unknown_realm`, `not_ready` without a clock.
    pub fn proposals(
        &self,
        realm: Ts<Address>,
        at: Option<i64>,
    ) -> Result<Vec<Ts<ProposalInfo>>, JsValue> {
        reply_all(|| view::proposals(self, &read(&realm)?.0, at))
    }

    /// A proposal, likewise.
    ///
    /// # Errors
    /// `unknown_proposal`, `not_ready` without a clock.
    pub fn proposal(
        &self,
        proposal: Ts<Address>,
        at: Option<i64>,
    ) -> Result<Ts<ProposalInfo>, JsValue> {
        reply(|| view::proposal(self, &read(&proposal)?.0, at))
    }

    /// What a wallet can vote with on a proposal, heaviest first: its own positions and those that
    /// it is the delegate of.
    ///
    /// # Errors
    /// `unknown_proposal`; `invalid_snapshot` for a draft.
    pub fn power(
        &self,
        proposal: Ts<Address>,
        wallet: Ts<Address>,
    ) -> Result<Vec<Ts<VotingPower>>, JsValue> {
        reply_all(|| view::power(self, &read(&proposal)?.0, &read(&wallet)?.0))
    }

    /// Votes with a position, or changes its vote.
    ///
    /// # Errors
    /// `unknown_proposal`, `unknown_position`, `not_ready`, or why the program would refuse.
    pub fn vote(&self, request: Ts<VoteRequest>) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::vote(self, &read(&request)?))
    }

    /// Takes a vote back.
    ///
    /// # Errors
    /// As of `vote`.
    #[wasm_bindgen(js_name = "withdrawVote")]
    pub fn withdraw_vote(
        &self,
        request: Ts<WithdrawVoteRequest>,
    ) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::withdraw_vote(self, &read(&request)?))
    }

    /// Makes a proposal, ready to be signed off once its accounts were fed: the draft, its text and
    /// instructions in parts that fit, and its tally shards.
    ///
    /// # Errors
    /// `unknown_realm`, or why the program would refuse.
    pub fn propose(&self, request: Ts<ProposeRequest>) -> Result<Ts<ProposePlan>, JsValue> {
        reply(|| propose::propose(self, read(&request)?))
    }

    /// Opens the voting. Epochs of the stake pools that have ended are closed first.
    ///
    /// # Errors
    /// `unknown_proposal`, `not_ready`, or why the program would refuse.
    #[wasm_bindgen(js_name = "signOff")]
    pub fn sign_off(&self, request: Ts<AuthorRequest>) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::sign_off(self, &read(&request)?))
    }

    /// Takes a proposal back, as its author may until voting is over.
    ///
    /// # Errors
    /// `invalid_argument`.
    pub fn cancel(&self, request: Ts<AuthorRequest>) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| Ok(build::cancel(&read(&request)?)))
    }

    /// Sums the tally shards that were not, and decides by the votes once they are closed.
    ///
    /// # Errors
    /// `unknown_proposal`, `not_ready`, `voting_open`, or why the program would refuse.
    pub fn finalize(&self, request: Ts<PayerRequest>) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::finalize(self, &read(&request)?))
    }

    /// Decides while votes are taken, if weight that has not voted cannot change the outcome.
    ///
    /// # Errors
    /// `unknown_proposal`, `not_ready`, `not_settled`, or why the program would refuse.
    #[wasm_bindgen(js_name = "decideEarly")]
    pub fn decide_early(&self, request: Ts<PayerRequest>) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::decide_early(self, &read(&request)?))
    }

    /// Executes the next instruction of a proposal whose time-lock has ended.
    ///
    /// # Errors
    /// `unknown_proposal`, `not_ready`, or why the program would refuse.
    pub fn execute(&self, request: Ts<ProposalRequest>) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::execute(self, &read(&request)?))
    }

    /// Writes down that the time to execute in has passed.
    ///
    /// # Errors
    /// `invalid_argument`.
    pub fn expire(&self, request: Ts<ProposalRequest>) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| Ok(build::expire(&read(&request)?)))
    }

    /// Pays a decided proposal's deposit out.
    ///
    /// # Errors
    /// `unknown_proposal`, `not_ready`, `no_deposit`, or why the program would refuse.
    #[wasm_bindgen(js_name = "takeDeposit")]
    pub fn take_deposit(
        &self,
        request: Ts<ProposalRequest>,
    ) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::take_deposit(self, &read(&request)?))
    }

    /// Returns deposit and rent of all that belongs to a proposal that is over.
    ///
    /// # Errors
    /// `unknown_proposal`, `not_ready`, `not_over`.
    #[wasm_bindgen(js_name = "cleanUp")]
    pub fn clean_up(&self, request: Ts<PayerRequest>) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::clean_up(self, &read(&request)?))
    }

    /// To be proposed: other fees of a pool. Its authority has to be the realm's treasury.
    ///
    /// # Errors
    /// `unknown_pool`.
    #[wasm_bindgen(js_name = "proposeFees")]
    pub fn propose_fees(&self, request: Ts<FeesProposal>) -> Result<Vec<Ts<Instruction>>, JsValue> {
        reply_all(|| propose::fees(self, &read(&request)?))
    }

    /// To be proposed: which actions of a pool, a market or a farm are paused. Its authority has to
    /// be the realm's treasury.
    ///
    /// # Errors
    /// `unknown_venue`, `invalid_argument` for an action that it does not have.
    #[wasm_bindgen(js_name = "proposePause")]
    pub fn propose_pause(
        &self,
        request: Ts<PauseProposal>,
    ) -> Result<Vec<Ts<Instruction>>, JsValue> {
        reply_all(|| propose::pause(self, &read(&request)?))
    }

    /// To be proposed: a payment out of the realm's treasury. The receiver's token account is created
    /// if it does not exist, at the treasury's cost.
    ///
    /// # Errors
    /// `unknown_mint`.
    #[wasm_bindgen(js_name = "proposeTransfer")]
    pub fn propose_transfer(
        &self,
        request: Ts<TransferProposal>,
    ) -> Result<Vec<Ts<Instruction>>, JsValue> {
        reply_all(|| propose::transfer(self, &read(&request)?))
    }

    /// An instruction in words. `names` are the symbols of tokens; what has none is told by its
    /// address.
    ///
    /// # Errors
    /// `invalid_argument`.
    pub fn decode(
        &self,
        instruction: Ts<Instruction>,
        names: Vec<Ts<TokenName>>,
    ) -> Result<Ts<DecodedInstruction>, JsValue> {
        reply(|| {
            let names = read_all(&names)?;
            Ok(decode::decode(self, read(&instruction)?, &names))
        })
    }
}
