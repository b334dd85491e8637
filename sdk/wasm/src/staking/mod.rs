//! Stake pools and farms: what they pay, what somebody has in them, and everything that can be done.

mod build;
mod view;

pub use build::{
    ClaimPlan, ClaimedAmount, CloseEpochsRequest, DelegateRequest, LockRequest,
    OpenPositionRequest, PositionRequest, RestakeRequest, StakePlan, StakeRequest, TransactionPlan,
    UnstakeRequest,
};
pub(crate) use build::{one, planned};
pub use view::{FarmInfo, FarmReward, FarmShard, PendingReward, PositionInfo};

use sealane_sdk::{
    address::CLOCK_SYSVAR,
    engine::world::World,
    farms::{FarmError, Farms},
};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read, reply, reply_all},
    refusal::Answer,
    values::{Address, addresses},
};

/// Stake pools and farms as they were when they were asked for: `exchange.staking()`. Costs next to
/// nothing, whatever its size.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Staking {
    world: World,
}

#[wasm_bindgen]
impl Exchange {
    /// Stake pools and farms, out of what was fed so far.
    #[must_use]
    pub fn staking(&self) -> Staking {
        Staking {
            world: self.world().clone(),
        }
    }
}

impl Staking {
    pub(crate) fn known(&self) -> &Farms {
        self.world.farms()
    }

    /// The time that is asked about: the chain's, unless another is named.
    pub(crate) fn time(&self, at: Option<i64>) -> Answer<i64> {
        let clock = || {
            let clock = self.known().clock();
            clock.map(|clock| clock.unix_timestamp)
        };
        let missing = FarmError::MissingAccount {
            address: CLOCK_SYSVAR,
            what: "the clock",
        };
        Ok(at.or_else(clock).ok_or(missing)?)
    }
}

#[wasm_bindgen]
impl Staking {
    /// All stake pools and farms of which all accounts are known, by address; as of a Unix second,
    /// or else of the chain's time.
    ///
    /// # Errors
    /// `not_ready` without a clock.
    pub fn farms(&self, at: Option<i64>) -> Result<Vec<Ts<FarmInfo>>, JsValue> {
        reply_all(|| view::farms(self, at))
    }

    /// One of them.
    ///
    /// # Errors
    /// `unknown_farm`, `not_ready`.
    pub fn farm(&self, farm: Ts<Address>, at: Option<i64>) -> Result<Ts<FarmInfo>, JsValue> {
        reply(|| view::farm(self, &read(&farm)?.0, at))
    }

    /// What a wallet has staked, by farm and index: rewards and voting power as of a Unix second, or
    /// else of the chain's time.
    ///
    /// # Errors
    /// `not_ready` where a farm's account or a record is missing.
    pub fn positions(
        &self,
        owner: Ts<Address>,
        at: Option<i64>,
    ) -> Result<Vec<Ts<PositionInfo>>, JsValue> {
        reply_all(|| view::owned(self, &read(&owner)?.0, at))
    }

    /// The positions of others that a wallet may vote with, likewise.
    ///
    /// # Errors
    /// `not_ready` where a farm's account or a record is missing.
    pub fn delegated(
        &self,
        wallet: Ts<Address>,
        at: Option<i64>,
    ) -> Result<Vec<Ts<PositionInfo>>, JsValue> {
        reply_all(|| view::delegated(self, &read(&wallet)?.0, at))
    }

    /// The accounts that a farm still needs.
    ///
    /// # Errors
    /// `invalid_argument`.
    pub fn missing(&self, farm: Ts<Address>) -> Result<Vec<Ts<Address>>, JsValue> {
        reply_all(|| Ok(addresses(&self.known().missing(&read(&farm)?.0))))
    }

    /// Stakes; opens the position first, if it is not there.
    ///
    /// # Errors
    /// `unknown_farm`, `not_ready`, or why the program would refuse.
    pub fn stake(&self, request: Ts<StakeRequest>) -> Result<Ts<StakePlan>, JsValue> {
        reply(|| build::stake(self, &read(&request)?))
    }

    /// Opens a position without a stake: for a trading farm, where it earns by the volume of the
    /// owner's lane of the same index.
    ///
    /// # Errors
    /// `unknown_farm`, `not_ready`.
    #[wasm_bindgen(js_name = "openPosition")]
    pub fn open_position(
        &self,
        request: Ts<OpenPositionRequest>,
    ) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::open_position(self, &read(&request)?))
    }

    /// Locks what is staked until an epoch, or makes the lock longer.
    ///
    /// # Errors
    /// `unknown_position`, `not_ready`, or why the program would refuse.
    pub fn lock(&self, request: Ts<LockRequest>) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::lock(self, &read(&request)?))
    }

    /// Unstakes; all, if no amount is named. Where the farm has no cool-down it pays out at once.
    ///
    /// # Errors
    /// `unknown_position`, `not_ready`, or why the program would refuse: `locked` first of all.
    pub fn unstake(&self, request: Ts<UnstakeRequest>) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::unstake(self, &read(&request)?))
    }

    /// Pays out what has cooled down.
    ///
    /// # Errors
    /// `unknown_position`, `not_ready`, `cooling_down`.
    #[wasm_bindgen(js_name = "withdrawStake")]
    pub fn withdraw_stake(
        &self,
        request: Ts<PositionRequest>,
    ) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::withdraw(self, &read(&request)?))
    }

    /// Claims all rewards of all epochs that have ended; closes those first that nobody has closed.
    ///
    /// # Errors
    /// `unknown_position`, `not_ready`, `nothing_to_claim`.
    pub fn claim(&self, request: Ts<PositionRequest>) -> Result<Ts<ClaimPlan>, JsValue> {
        reply(|| build::claim(self, &read(&request)?))
    }

    /// Claims a reward that is the staked token and stakes it at once. The other rewards are credited,
    /// and paid by a claim.
    ///
    /// # Errors
    /// As of `claim`; `not_the_staked_token`.
    pub fn restake(&self, request: Ts<RestakeRequest>) -> Result<Ts<ClaimPlan>, JsValue> {
        reply(|| build::restake(self, &read(&request)?))
    }

    /// Lets somebody else vote with a position, or nobody.
    ///
    /// # Errors
    /// `unknown_position`.
    #[wasm_bindgen(js_name = "setDelegate")]
    pub fn set_delegate(
        &self,
        request: Ts<DelegateRequest>,
    ) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::set_delegate(self, &read(&request)?))
    }

    /// Closes a position that has nothing. Its rent goes to its owner.
    ///
    /// # Errors
    /// `unknown_position`, `position_not_empty`.
    #[wasm_bindgen(js_name = "closePosition")]
    pub fn close_position(
        &self,
        request: Ts<PositionRequest>,
    ) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::close_position(self, &read(&request)?))
    }

    /// Closes a farm's epochs that have ended; anyone may. No transactions: there is none.
    ///
    /// # Errors
    /// `unknown_farm`, `not_ready`.
    #[wasm_bindgen(js_name = "closeEpochs")]
    pub fn close_epochs(
        &self,
        request: Ts<CloseEpochsRequest>,
    ) -> Result<Ts<TransactionPlan>, JsValue> {
        reply(|| build::close_epochs(self, &read(&request)?))
    }
}
