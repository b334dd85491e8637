//! One account, decoded.

use anchor_lang::{Discriminator, Owner};
use bytemuck::Pod;
use crossbeam_utils::CachePadded;
use sealane_amm::state::{Pool, Shard};
use sealane_core::{
    book::{LaneHeader, LaneRef},
    oracle::Accumulators,
    pool::ShardState,
};
use sealane_orderbook::state::{Lane, Market, VaultShard};
use sealane_schedule::{AccountId, Restore, prefetch};
use solana_pubkey::Pubkey;

use super::{
    lane::LaneAccount,
    token::{MintAccount, Spendable, TokenAccount},
};
use crate::{
    accounts::{decode_market, decode_pool, decode_shard, decode_vault_shard},
    address::{SYSTEM_PROGRAM, TOKEN_2022_PROGRAM, TOKEN_PROGRAM},
    amm, orderbook,
};

/// An account as the programs see it. Large or rarely changed ones lie behind a pointer, so that
/// each has one cache line in the array of all accounts: what a processor writes then takes nothing
/// from another one but that account.
#[derive(Debug, Default)]
#[repr(align(64))]
pub enum Slot {
    /// Nobody has said what is there.
    #[default]
    Unknown,
    /// There is no account.
    Absent,
    /// A pool's configuration.
    Pool(Box<Pool>),
    /// A shard of a pool.
    Shard(Box<CachePadded<Shard>>),
    /// A market's configuration.
    Market(Box<Market>),
    /// A vault shard of a market.
    VaultShard(Box<VaultShard>),
    /// A trader's balances and orders in a market.
    Lane(LaneAccount),
    /// A token account of either token program.
    Token(TokenAccount),
    /// A mint of either token program.
    Mint(Box<MintAccount>),
    /// Any other account, or one whose extensions only the exact mode understands.
    Other(Box<OtherAccount>),
}

// Two cache lines for each account would cost every trade.
const _: () = assert!(size_of::<Slot>() == 64);

/// An account that is not decoded.
#[derive(Clone, Debug)]
pub struct OtherAccount {
    /// The program that owns it.
    pub owner: Pubkey,
    /// Its bytes.
    pub data: Box<[u8]>,
}

impl Slot {
    /// An account from its bytes. What is not one of the types above, in just its length, stays
    /// bytes. `number` gives addresses their numbers.
    pub(super) fn decode<E>(
        owner: &Pubkey,
        data: &[u8],
        epoch: u64,
        number: impl FnMut(&Pubkey) -> Result<AccountId, E>,
    ) -> Result<Self, E> {
        let known = if *owner == TOKEN_PROGRAM || *owner == TOKEN_2022_PROGRAM {
            match TokenAccount::decode(owner, data, number)? {
                Some(account) => Some(Self::Token(account)),
                None => {
                    MintAccount::decode(owner, data, epoch).map(|mint| Self::Mint(Box::new(mint)))
                }
            }
        } else {
            Self::decode_own(owner, data)
        };
        Ok(known.unwrap_or_else(|| {
            Self::Other(Box::new(OtherAccount {
                owner: *owner,
                data: data.into(),
            }))
        }))
    }

    /// An account of the exchange's programs.
    fn decode_own(owner: &Pubkey, data: &[u8]) -> Option<Self> {
        if *owner == amm::ID {
            if is::<Pool>(data) {
                return decode_pool(data)
                    .ok()
                    .map(|pool| Self::Pool(Box::new(pool)));
            }
            if is::<Shard>(data) {
                return decode_shard(data)
                    .ok()
                    .map(|shard| Self::Shard(Box::new(CachePadded::new(shard))));
            }
        } else if *owner == orderbook::ID {
            if is::<Market>(data) {
                return decode_market(data)
                    .ok()
                    .map(|market| Self::Market(Box::new(market)));
            }
            if is::<VaultShard>(data) {
                return decode_vault_shard(data)
                    .ok()
                    .map(|shard| Self::VaultShard(Box::new(shard)));
            }
            if data.starts_with(Lane::DISCRIMINATOR) {
                return LaneAccount::decode(&data[Lane::DISCRIMINATOR.len()..]).map(Self::Lane);
            }
        }
        None
    }

    /// The same account. (Not `Clone`: what a trade may change is less, see [`Restore`].)
    pub(super) fn copy(&self) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Absent => Self::Absent,
            Self::Pool(pool) => Self::Pool(pool.clone()),
            Self::Shard(shard) => Self::Shard(shard.clone()),
            Self::Market(market) => Self::Market(market.clone()),
            Self::VaultShard(shard) => Self::VaultShard(shard.clone()),
            Self::Lane(lane) => Self::Lane(lane.copy()),
            Self::Token(token) => Self::Token(token.clone()),
            Self::Mint(mint) => Self::Mint(mint.clone()),
            Self::Other(other) => Self::Other(other.clone()),
        }
    }

    /// The program that owns the account, and its bytes, as the chain would hold them. `None` where
    /// there is no account.
    #[must_use]
    pub fn encode(&self) -> Option<(Pubkey, Vec<u8>)> {
        Some(match self {
            Self::Unknown | Self::Absent => return None,
            Self::Pool(pool) => (amm::ID, account(&**pool)),
            Self::Shard(shard) => (amm::ID, account(&***shard)),
            Self::Market(market) => (orderbook::ID, account(&**market)),
            Self::VaultShard(shard) => (orderbook::ID, account(&**shard)),
            Self::Lane(lane) => (
                orderbook::ID,
                [Lane::DISCRIMINATOR, lane.as_bytes()].concat(),
            ),
            Self::Token(token) => (token.program.id(), token.encode()),
            Self::Mint(mint) => (mint.program.id(), mint.encode()),
            Self::Other(other) => (other.owner, other.data.to_vec()),
        })
    }

    /// The program that owns the account.
    pub(crate) fn owner(&self) -> Pubkey {
        match self {
            Self::Unknown | Self::Absent => SYSTEM_PROGRAM,
            Self::Pool(_) | Self::Shard(_) => amm::ID,
            Self::Market(_) | Self::VaultShard(_) | Self::Lane(_) => orderbook::ID,
            Self::Token(token) => token.program.id(),
            Self::Mint(mint) => mint.program.id(),
            Self::Other(other) => other.owner,
        }
    }

    /// How many bytes the account has.
    pub(crate) fn len(&self) -> usize {
        const HEAD: usize = 8;
        match self {
            Self::Unknown | Self::Absent => 0,
            Self::Pool(_) => HEAD + size_of::<Pool>(),
            Self::Shard(_) => HEAD + size_of::<Shard>(),
            Self::Market(_) => HEAD + size_of::<Market>(),
            Self::VaultShard(_) => HEAD + size_of::<VaultShard>(),
            Self::Lane(lane) => HEAD + lane.as_bytes().len(),
            Self::Token(token) => token.len(),
            Self::Mint(mint) => mint.len(),
            Self::Other(other) => other.data.len(),
        }
    }

    /// The lane, if it is one, to be read.
    #[must_use]
    pub fn lane(&self) -> Option<LaneRef<'_>> {
        match self {
            Self::Lane(lane) => Some(lane.lane()),
            _ => None,
        }
    }

    /// The head of a lane.
    #[must_use]
    pub fn lane_header(&self) -> Option<&LaneHeader> {
        self.lane().map(|lane| lane.header())
    }
}

/// Whether bytes begin like a `T` and are just as long.
fn is<T: Discriminator + Owner>(data: &[u8]) -> bool {
    data.starts_with(T::DISCRIMINATOR) && data.len() == T::DISCRIMINATOR.len() + size_of::<T>()
}

fn account<T: Discriminator + Pod>(account: &T) -> Vec<u8> {
    [T::DISCRIMINATOR, bytemuck::bytes_of(account)].concat()
}

/// What a trade can change of an account, as it was: the field for its kind. All of them have a
/// place, so that each is written where it stays.
#[derive(Debug, Default)]
pub struct Saved {
    /// A shard's reserves, shares and fees, and its price history.
    shard: (ShardState, Accumulators),
    /// Fees counted in a vault shard, or a mint's supply.
    amount: u64,
    /// What a token account holds, whoever may spend it.
    token: Spendable,
    /// The lane, if it was one.
    lane: Option<LaneAccount>,
    is_lane: bool,
}

impl Restore for Slot {
    type Saved = Saved;

    #[inline]
    fn save_into(&self, saved: &mut Saved) {
        saved.is_lane = false;
        match self {
            Self::Shard(shard) => saved.shard = (shard.state(), shard.accumulators()),
            Self::VaultShard(shard) => saved.amount = shard.protocol_fees,
            Self::Lane(lane) => {
                saved.is_lane = true;
                match &mut saved.lane {
                    Some(copy) => copy.set(lane),
                    None => saved.lane = Some(lane.copy()),
                }
            }
            Self::Token(token) => token.save_into(&mut saved.token),
            Self::Mint(mint) => saved.amount = mint.supply(),
            Self::Unknown | Self::Absent | Self::Pool(_) | Self::Market(_) | Self::Other(_) => {}
        }
    }

    #[inline(always)]
    fn prefetch(&self) {
        match self {
            Self::Shard(shard) => prefetch::for_writing::<Shard>(shard),
            // Its head, which every instruction reads and writes.
            Self::Lane(lane) => prefetch::for_writing(lane.lane_head()),
            _ => {}
        }
    }

    fn restore(&mut self, saved: &mut Saved) {
        // Also where the lane has been taken out of its slot by a trade that then failed.
        if saved.is_lane {
            *self = saved.lane.take().map_or(Self::Absent, Self::Lane);
            return;
        }
        match self {
            Self::Shard(shard) => {
                let (state, history) = &saved.shard;
                shard.store(state);
                shard.base_price_cumulative = history.base.0;
                shard.quote_price_cumulative = history.quote.0;
                shard.last_update = history.last_update;
            }
            Self::VaultShard(shard) => shard.protocol_fees = saved.amount,
            Self::Token(token) => token.restore(&saved.token),
            Self::Mint(mint) => mint.set_supply(saved.amount),
            _ => {}
        }
    }
}
