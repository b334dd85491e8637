//! Lanes: opening, funding, emptying, closing.

use sealane_sdk::plan::{self, WithdrawalQuote};
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    Exchange,
    convert::{read, reply},
    markets::count,
    plan::{Caller, Instruction, instructions},
    refusal::Answer,
    values::Address,
};

/// A lane to be opened.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct OpenLaneRequest {
    /// In which market.
    pub market: Address,
    /// Whose; signs, and pays the rent, which is returned when the lane is closed.
    pub owner: Address,
    /// Tells apart one owner's lanes in a market; 0 if left out.
    #[serde(default)]
    pub index: u16,
    /// Orders that each side has room for; 16 if left out.
    #[serde(default = "default_capacity")]
    pub capacity: u16,
    /// Another owner's lane in the market that gets a part of the lane's taker's fees.
    #[serde(default)]
    pub referrer: Option<Address>,
}

impl From<OpenLaneRequest> for plan::OpenLaneRequest {
    fn from(request: OpenLaneRequest) -> Self {
        Self {
            market: request.market.0,
            owner: request.owner.0,
            index: request.index,
            capacity: request.capacity,
            referrer: request.referrer.map(|referrer| referrer.0),
        }
    }
}

fn default_capacity() -> u16 {
    16
}

/// How a lane is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct OpenLanePlan {
    /// Where the lane will be.
    pub lane: Address,
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// Bytes of the account, for which rent is locked.
    pub account_len: u32,
}

/// Tokens for a lane, or out of it.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct FundsRequest {
    /// The lane.
    pub lane: Address,
    /// Its market: needed for deposits to a lane that the same transaction opens first.
    #[serde(default)]
    pub market: Option<Address>,
    /// Base units.
    pub base: u64,
    /// Quote units.
    pub quote: u64,
}

/// A deposit as it would be executed now. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct DepositPlan {
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// Base that leaves the wallet.
    pub base_sent: u64,
    /// Quote that leaves the wallet.
    pub quote_sent: u64,
    /// Base that is credited: what a transfer fee leaves.
    pub base_credited: u64,
    /// Quote that is credited.
    pub quote_credited: u64,
}

/// A withdrawal as it would be executed now. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct WithdrawalPlan {
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// Base that leaves the lane.
    pub base: u64,
    /// Quote that leaves the lane.
    pub quote: u64,
    /// Base that arrives: what a transfer fee leaves.
    pub base_received: u64,
    /// Quote that arrives.
    pub quote_received: u64,
}

/// What closing a lane does. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct CloseLanePlan {
    /// To be sent in one transaction, in this order.
    pub instructions: Vec<Instruction>,
    /// Orders that are cancelled.
    pub orders: u32,
    /// Base that arrives: what a transfer fee leaves.
    pub base_received: u64,
    /// Quote that arrives.
    pub quote_received: u64,
    /// Bytes of the account, whose rent goes back to the owner.
    pub account_len: u32,
}

pub(crate) fn open(request: OpenLaneRequest) -> Answer<OpenLanePlan> {
    let opened = plan::open_lane_instructions(&request.into())?;
    Ok(OpenLanePlan {
        lane: opened.lane.into(),
        instructions: instructions(&opened.instructions),
        account_len: count(opened.account_len),
    })
}

pub(crate) fn deposit(
    exchange: &Exchange,
    request: &FundsRequest,
    caller: &Caller,
) -> Answer<DepositPlan> {
    let markets = exchange.world().markets();
    let (lane, caller) = (request.lane.0, (*caller).into());
    let (base, quote) = (request.base, request.quote);
    let planned = match request.market {
        Some(market) => {
            plan::deposit_in_market_instructions(markets, &market.0, &lane, &caller, base, quote)
        }
        None => plan::deposit_instructions(markets, &lane, &caller, base, quote),
    }?;
    Ok(DepositPlan {
        instructions: instructions(&planned.instructions),
        base_sent: planned.quote.base_sent,
        quote_sent: planned.quote.quote_sent,
        base_credited: planned.quote.base_credited,
        quote_credited: planned.quote.quote_credited,
    })
}

pub(crate) fn withdraw(
    exchange: &Exchange,
    request: &FundsRequest,
    caller: &Caller,
) -> Answer<WithdrawalPlan> {
    let markets = exchange.world().markets();
    let (lane, caller) = (request.lane.0, (*caller).into());
    let (base, quote) = (request.base, request.quote);
    let planned = plan::withdraw_instructions(markets, &lane, &caller, base, quote)?;
    let WithdrawalQuote {
        base,
        quote,
        base_received,
        quote_received,
        ..
    } = planned.quote;
    Ok(WithdrawalPlan {
        instructions: instructions(&planned.instructions),
        base,
        quote,
        base_received,
        quote_received,
    })
}

pub(crate) fn close(exchange: &Exchange, lane: &Pubkey, caller: &Caller) -> Answer<CloseLanePlan> {
    let markets = exchange.world().markets();
    let planned = plan::close_lane_instructions(markets, lane, &(*caller).into())?;
    let quote = planned.quote;
    Ok(CloseLanePlan {
        instructions: instructions(&planned.instructions),
        orders: count(quote.orders),
        base_received: quote.withdrawal.base_received,
        quote_received: quote.withdrawal.quote_received,
        account_len: count(quote.account_len),
    })
}

#[wasm_bindgen]
impl Exchange {
    /// Opens a lane.
    ///
    /// # Errors
    /// `invalid_capacity`, `invalid_argument`.
    #[wasm_bindgen(js_name = "openLane")]
    pub fn open_lane(&self, request: Ts<OpenLaneRequest>) -> Result<Ts<OpenLanePlan>, JsValue> {
        reply(|| open(read(&request)?))
    }

    /// Deposits the caller's tokens in a lane.
    ///
    /// # Errors
    /// `unknown_lane`, `not_ready`, or why the program would refuse.
    pub fn deposit(
        &self,
        request: Ts<FundsRequest>,
        caller: Ts<Caller>,
    ) -> Result<Ts<DepositPlan>, JsValue> {
        reply(|| deposit(self, &read(&request)?, &read(&caller)?))
    }

    /// Withdraws a lane's free balances to its owner; `18446744073709551615n` is all that is free.
    ///
    /// # Errors
    /// `unknown_lane`, `insufficient_funds`, `vaults_too_small`, or why the program would refuse.
    pub fn withdraw(
        &self,
        request: Ts<FundsRequest>,
        caller: Ts<Caller>,
    ) -> Result<Ts<WithdrawalPlan>, JsValue> {
        reply(|| withdraw(self, &read(&request)?, &read(&caller)?))
    }

    /// Cancels a lane's orders, withdraws everything, and closes it. The rent goes to the owner.
    ///
    /// # Errors
    /// As `withdraw`.
    #[wasm_bindgen(js_name = "closeLane")]
    pub fn close_lane(
        &self,
        lane: Ts<Address>,
        caller: Ts<Caller>,
    ) -> Result<Ts<CloseLanePlan>, JsValue> {
        reply(|| close(self, &read(&lane)?.0, &read(&caller)?))
    }
}
