//! `Shard`: one independent part of a pool. A swap writes one shard and no other.

use anchor_lang::prelude::*;
use sealane_core::{
    curve::Curve,
    error::CoreError,
    oracle::{Accumulators, AccumulatorsMut, Cumulative},
    pool::{Reserves, ShardState},
    units::{BaseAmount, QuoteAmount, Shares, Side},
};
use sealane_onchain::cpi::Seed;

/// Seed prefix of shard addresses: `["shard", pool, index as u8]`.
pub const SHARD_SEED: &[u8] = b"shard";
/// Seed prefix of vault addresses: `["vault", shard, mint]`.
pub const VAULT_SEED: &[u8] = b"vault";
/// Seed prefix of a shard's liquidity mint: `["lp", shard]`.
pub const LP_MINT_SEED: &[u8] = b"lp";
/// Decimals of every liquidity mint.
pub const LP_DECIMALS: u8 = 6;

/// Reserves, liquidity, fees and price history of one shard.
///
/// Its address owns both vaults and may mint its liquidity token. Vaults hold at least
/// `reserve + protocol fees` of their token; whatever is sent to them besides is nobody's.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `pool` |
/// | 40 | 32 | `lp_mint` |
/// | 72 | 64 | `base_vault`, `quote_vault` |
/// | 136 | 16 | `base_reserve`, `quote_reserve` |
/// | 152 | 8 | `shares` |
/// | 160 | 16 | `base_protocol_fees`, `quote_protocol_fees` |
/// | 176 | 24 | `base_price_cumulative` |
/// | 200 | 24 | `quote_price_cumulative` |
/// | 224 | 8 | `last_update` |
/// | 232 | 2 | `index`, `bump` |
/// | 234 | 70 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct Shard {
    /// The pool that this is a shard of.
    pub pool: Address,
    /// Mint of this shard's liquidity token.
    pub lp_mint: Address,
    /// Token account with the base tokens.
    pub base_vault: Address,
    /// Token account with the quote tokens.
    pub quote_vault: Address,
    /// Base tokens that belong to the liquidity providers.
    pub base_reserve: u64,
    /// Quote tokens that belong to the liquidity providers.
    pub quote_reserve: u64,
    /// Liquidity shares: the liquidity mint's supply plus the locked minimum.
    pub shares: u64,
    /// Base tokens that belong to the pool's authority.
    pub base_protocol_fees: u64,
    /// Quote tokens that belong to the pool's authority.
    pub quote_protocol_fees: u64,
    /// Sum of price × seconds, quote per base in Q64.64, as a 192-bit little-endian number.
    pub base_price_cumulative: [u64; 3],
    /// The same of base per quote.
    pub quote_price_cumulative: [u64; 3],
    /// When the sums were last brought up to date, Unix seconds.
    pub last_update: i64,
    /// Which of the pool's shards this is.
    pub index: u8,
    /// Bump of the shard's address.
    pub bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 70],
}

const _: () = assert!(core::mem::size_of::<Shard>() == 304 - 8);

impl Shard {
    /// What signs for the vaults and for the liquidity mint.
    #[inline]
    pub fn seeds(&self) -> [Seed<'_>; 4] {
        [
            Seed::from(SHARD_SEED),
            Seed::from(self.pool.as_ref()),
            Seed::from(core::slice::from_ref(&self.index)),
            Seed::from(core::slice::from_ref(&self.bump)),
        ]
    }

    /// The part of the account that pricing works on.
    #[inline]
    pub fn state(&self) -> ShardState {
        ShardState {
            reserves: Reserves {
                base: BaseAmount::new(self.base_reserve),
                quote: QuoteAmount::new(self.quote_reserve),
            },
            shares: Shares::new(self.shares),
            protocol_fees: Reserves {
                base: BaseAmount::new(self.base_protocol_fees),
                quote: QuoteAmount::new(self.quote_protocol_fees),
            },
        }
    }

    /// Stores the outcome of a transition.
    #[inline]
    pub fn store(&mut self, state: &ShardState) {
        self.base_reserve = state.reserves.base.get();
        self.quote_reserve = state.reserves.quote.get();
        self.shares = state.shares.get();
        self.base_protocol_fees = state.protocol_fees.base.get();
        self.quote_protocol_fees = state.protocol_fees.quote.get();
    }

    /// The price history.
    #[inline]
    pub fn accumulators(&self) -> Accumulators {
        Accumulators {
            base: Cumulative(self.base_price_cumulative),
            quote: Cumulative(self.quote_price_cumulative),
            last_update: self.last_update,
        }
    }

    /// Brings the price history up to `now`. To be called before the reserves change.
    ///
    /// # Errors
    /// None on accounts that this program wrote: what has reserves has a price.
    #[inline]
    pub fn advance(&mut self, curve: &Curve, now: i64) -> core::result::Result<(), CoreError> {
        let reserves = self.state().reserves;
        let accumulators = AccumulatorsMut {
            base: &mut self.base_price_cumulative,
            quote: &mut self.quote_price_cumulative,
            last_update: &mut self.last_update,
        };
        accumulators.advance(curve, &reserves, now)
    }

    /// Which token goes in, told by the vaults that a swap names; `None` if they are not this
    /// shard's two vaults.
    #[inline]
    pub fn side_of(&self, vault_in: &Address, vault_out: &Address) -> Option<Side> {
        if *vault_in == self.base_vault && *vault_out == self.quote_vault {
            Some(Side::Base)
        } else if *vault_in == self.quote_vault && *vault_out == self.base_vault {
            Some(Side::Quote)
        } else {
            None
        }
    }
}
