//! What is known of the exchange, and keeping it fresh.

use std::collections::HashMap;

use sealane_sdk::{
    accounts::{decode_farm_shard, decode_vault_shard},
    address::SYSTEM_PROGRAM,
    engine::world::{Applied as Outcome, World},
    orderbook, pools,
    route::Venues,
    staking,
};
use serde::{Deserialize, Serialize};
use solana_pubkey::Pubkey;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    convert::{read, read_all, reply, reply_all, reply_plain},
    refusal::{Answer, Problem},
    values::{Address, Bytes, addresses},
};

/// An account as a chain, or the gateway's channel `accounts`, reports it. One with `closed` is not
/// there any more, and needs neither owner nor data.
#[derive(Clone, Debug, Deserialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct AccountUpdate {
    /// Where it is.
    pub address: Address,
    /// The program that owns it.
    #[serde(default)]
    #[tsify(optional)]
    pub owner: Option<Address>,
    /// The slot in which it looked like this.
    #[tsify(type = "bigint | number")]
    pub slot: u64,
    /// Its bytes, as they are or in base64.
    #[serde(default)]
    #[tsify(type = "Uint8Array | string", optional)]
    pub data: Option<Bytes>,
    /// Whether there is no account any more.
    #[serde(default)]
    pub closed: bool,
}

/// Whether an update changed anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum Applied {
    /// Something is new or changed.
    Changed,
    /// It was known already.
    Unchanged,
    /// A newer state is known.
    Stale,
    /// It has nothing to do with the exchange.
    Ignored,
}

impl From<Outcome> for Applied {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Changed => Self::Changed,
            Outcome::Unchanged => Self::Unchanged,
            Outcome::Stale => Self::Stale,
            Outcome::Ignored => Self::Ignored,
        }
    }
}

/// The chain's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(large_number_types_as_bigints)]
pub struct ChainClock {
    /// The slot.
    pub slot: u64,
    /// The epoch, which transfer fees follow.
    pub epoch: u64,
    /// Unix seconds.
    pub unix_timestamp: i64,
}

/// An account's bytes, for simulations.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) slot: u64,
    /// `None` where there is no account.
    pub(crate) account: Option<(Pubkey, Vec<u8>)>,
}

/// Everything that is known of the exchange. Feed it accounts; it answers without a connection.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Exchange {
    world: World,
    accounts: HashMap<Pubkey, Stored>,
}

impl Exchange {
    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn venues(&self) -> Venues<'_> {
        (&self.world).into()
    }

    pub(crate) fn stored(&self, address: &Pubkey) -> Option<&Stored> {
        self.accounts.get(address)
    }

    /// Takes in what is at an address.
    pub(crate) fn feed(&mut self, update: AccountUpdate) -> Answer<Applied> {
        let address = update.address.0;
        let account = match (update.closed, update.owner, update.data) {
            (true, ..) => None,
            (false, Some(owner), Some(data)) => Some((owner.0, data.0)),
            (false, ..) => {
                let message = format!("the update of {address} has no owner or no data");
                return Err(Problem::argument(message));
            }
        };
        let (owner, data) = match &account {
            Some((owner, data)) => (*owner, data.as_slice()),
            None => (SYSTEM_PROGRAM, &[][..]),
        };
        let slot = update.slot;
        let applied = self.world.apply(pools::AccountUpdate {
            address,
            owner,
            slot,
            data,
        })?;
        let vaults = vaults_of(&owner, data);
        let known = self.accounts.get(&address);
        if known.is_none_or(|known| known.slot <= slot) {
            self.accounts.insert(address, Stored { slot, account });
        }
        for vault in &vaults {
            self.feed_again(vault)?;
        }
        Ok(applied.into())
    }

    /// Takes in an account once more: what a vault holds is taken in only where its shard is known,
    /// and may have arrived first.
    fn feed_again(&mut self, address: &Pubkey) -> Answer<()> {
        let stored = self.accounts.get(address);
        if let Some((slot, (owner, data))) =
            stored.and_then(|stored| Some((stored.slot, stored.account.as_ref()?)))
        {
            self.world.apply(pools::AccountUpdate {
                address: *address,
                owner: *owner,
                slot,
                data,
            })?;
        }
        Ok(())
    }

    /// Notes that there is no account, as of a slot or else since the last state that is known.
    pub(crate) fn close(&mut self, address: Address, slot: Option<u64>) -> Answer<Applied> {
        let known = self.accounts.get(&address.0).map_or(0, |known| known.slot);
        self.feed(AccountUpdate {
            address,
            owner: None,
            slot: slot.unwrap_or(known),
            data: None,
            closed: true,
        })
    }

    /// The accounts that a pool or a market still needs.
    pub(crate) fn missing_of(&self, venue: &Pubkey) -> Vec<Pubkey> {
        match self.world.markets().market(venue) {
            Some(_) => self.world.markets().missing(venue),
            None => self.world.pools().missing(venue),
        }
    }
}

/// The vaults that an account makes known.
fn vaults_of(owner: &Pubkey, data: &[u8]) -> Vec<Pubkey> {
    if *owner == orderbook::ID {
        let shard = decode_vault_shard(data).ok();
        let vaults = shard.map(|shard| [shard.base_vault, shard.quote_vault]);
        return vaults.into_iter().flatten().collect();
    }
    if *owner == staking::ID {
        let shard = decode_farm_shard(data).ok();
        let vaults = shard.map(|shard| shard.reward_vaults);
        return vaults.into_iter().flatten().collect();
    }
    Vec::new()
}

#[wasm_bindgen]
impl Exchange {
    /// Nothing is known yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in an account: of the exchange's programs, of a token program, or the clock. Updates
    /// may arrive in any order and more than once: what is older than what is known is left out.
    ///
    /// # Errors
    /// `malformed_account`, and then nothing has changed; `invalid_argument`.
    pub fn apply(&mut self, update: Ts<AccountUpdate>) -> Result<Ts<Applied>, JsValue> {
        reply(|| self.feed(read(&update)?))
    }

    /// Takes in many accounts, and tells how many changed something. Those that do not decode are
    /// left out.
    ///
    /// # Errors
    /// `invalid_argument`, and then none was taken in.
    #[wasm_bindgen(js_name = "applyAll")]
    pub fn apply_all(&mut self, updates: Vec<Ts<AccountUpdate>>) -> Result<u32, JsValue> {
        reply_plain(|| {
            let mut changed = 0;
            for update in read_all(&updates)? {
                changed += u32::from(self.feed(update) == Ok(Applied::Changed));
            }
            Ok(changed)
        })
    }

    /// Notes that there is no account at an address: as of a slot, or else since the last state that
    /// is known.
    ///
    /// # Errors
    /// `invalid_argument`.
    pub fn remove(
        &mut self,
        address: Ts<Address>,
        slot: Option<u64>,
    ) -> Result<Ts<Applied>, JsValue> {
        reply(|| self.close(read(&address)?, slot))
    }

    /// The accounts that quotes of a pool or a market still need.
    ///
    /// # Errors
    /// `invalid_argument`.
    pub fn missing(&self, venue: Ts<Address>) -> Result<Vec<Ts<Address>>, JsValue> {
        reply_all(|| Ok(addresses(&self.missing_of(&read(&venue)?.0))))
    }

    /// The chain's time, once the clock is known.
    ///
    /// # Errors
    /// `not_ready` before that.
    pub fn clock(&self) -> Result<Ts<ChainClock>, JsValue> {
        reply(|| {
            let clock = self.world.clock().ok_or_else(|| {
                let hint = "feed the clock's account";
                Problem::new("not_ready", "the chain's time is not known yet", hint)
            })?;
            Ok(ChainClock {
                slot: clock.slot,
                epoch: clock.epoch,
                unix_timestamp: clock.unix_timestamp,
            })
        })
    }
}
