//! `Market`: the configuration that all lanes of a pair share.

use anchor_lang::prelude::*;
use sealane_core::{
    book::{BookError, Fees, Sizes},
    units::{Bps, FeeRate},
};

use crate::errors::OrderbookError;

/// Seed prefix of market addresses: `["market", creator, base mint, quote mint, id as u16 LE]`.
pub const MARKET_SEED: &[u8] = b"market";

/// Actions that a market's authority can pause, one bit each in [`Market::paused`].
///
/// Cancelling, withdrawing, sweeping and closing have no bit: an authority can never lock anybody
/// in.
pub mod pause {
    /// New orders: placing and replacing.
    pub const PLACE: u8 = 1 << 0;
    /// Takes, from a lane and from a wallet.
    pub const TAKE: u8 = 1 << 1;
    /// Deposits.
    pub const DEPOSIT: u8 = 1 << 2;
    /// Crossing two lanes.
    pub const CROSS: u8 = 1 << 3;
    /// Every bit that means something.
    pub const ALL: u8 = PLACE | TAKE | DEPOSIT | CROSS;
}

/// Configuration of a market. Read-only in trades; written when created or administered.
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 8 | discriminator |
/// | 8 | 32 | `creator` |
/// | 40 | 32 | `authority` |
/// | 72 | 32 | `pending_authority` |
/// | 104 | 64 | `base_mint`, `quote_mint` |
/// | 168 | 64 | `base_token_program`, `quote_token_program` |
/// | 232 | 8 | `base_lot` |
/// | 240 | 4 | `tick` |
/// | 244 | 12 | `taker_fee_pips`, `maker_fee_pips`, `cross_reward_pips` |
/// | 256 | 4 | `referrer_share_bps`, `id` |
/// | 260 | 5 | `vault_shard_count`, `paused`, `base_decimals`, `quote_decimals`, `bump` |
/// | 265 | 63 | reserved, zero |
#[account]
#[derive(Debug, PartialEq, Eq)]
pub struct Market {
    /// Who created the market and paid for it. Part of the address; has no rights.
    pub creator: Address,
    /// Who may change fees, pause actions, add vault shards, collect protocol fees.
    pub authority: Address,
    /// The authority proposed by the present one, until it accepts. All zero: none.
    pub pending_authority: Address,
    /// Mint of the base token. Prices are quote per base.
    pub base_mint: Address,
    /// Mint of the quote token.
    pub quote_mint: Address,
    /// Token program that owns the base mint: SPL Token or Token-2022.
    pub base_token_program: Address,
    /// Token program that owns the quote mint.
    pub quote_token_program: Address,
    /// Base units in a lot. Never changes.
    pub base_lot: u64,
    /// Quote units that a lot's value grows by with each tick. Never changes.
    pub tick: u32,
    /// The taker's fee, in millionths of a take's value.
    pub taker_fee_pips: u32,
    /// The maker's fee, in millionths of a fill's value; negative: a rebate.
    pub maker_fee_pips: i32,
    /// The most that whoever crosses two lanes may earn, in millionths of the value crossed.
    pub cross_reward_pips: u32,
    /// The referrer's part of the taker's fee after rebates, in basis points.
    pub referrer_share_bps: u16,
    /// Tells apart markets of one creator and pair. Part of the address.
    pub id: u16,
    /// Vault shards created so far; their indices are `0..vault_shard_count`.
    pub vault_shard_count: u8,
    /// Bits of [`pause`] that are switched off.
    pub paused: u8,
    /// Decimals of the base mint.
    pub base_decimals: u8,
    /// Decimals of the quote mint.
    pub quote_decimals: u8,
    /// Bump of the market's address.
    pub bump: u8,
    /// Zero; room for later versions.
    pub reserved: [u8; 63],
}

const _: () = assert!(core::mem::size_of::<Market>() == 328 - 8);

impl Market {
    /// The market's units.
    #[inline]
    pub fn sizes(&self) -> Sizes {
        Sizes {
            base_lot: self.base_lot,
            tick: self.tick,
        }
    }

    /// The fees; their bounds were checked when they were set.
    #[inline]
    pub fn fees(&self) -> Fees {
        Fees {
            taker: FeeRate::new(self.taker_fee_pips),
            maker: self.maker_fee_pips,
            referrer_share: Bps(self.referrer_share_bps),
            cross_reward: FeeRate::new(self.cross_reward_pips),
        }
    }

    /// Fails with [`OrderbookError::Paused`] if any of the actions in `bits` is paused.
    #[inline]
    pub fn require_active(&self, bits: u8) -> core::result::Result<(), OrderbookError> {
        if self.paused & bits == 0 {
            Ok(())
        } else {
            Err(OrderbookError::Paused)
        }
    }

    /// Checks and stores fees.
    ///
    /// # Errors
    /// [`BookError::InvalidFee`] outside the bounds of [`Fees::try_new`].
    pub fn set_fees(&mut self, fees: &FeeParams) -> core::result::Result<(), BookError> {
        Fees::try_new(
            FeeRate::new(fees.taker_pips),
            fees.maker_pips,
            Bps(fees.referrer_share_bps),
            FeeRate::new(fees.cross_reward_pips),
        )?;
        self.taker_fee_pips = fees.taker_pips;
        self.maker_fee_pips = fees.maker_pips;
        self.referrer_share_bps = fees.referrer_share_bps;
        self.cross_reward_pips = fees.cross_reward_pips;
        Ok(())
    }
}

/// Fees as instructions carry them. See [`Fees`] for what the numbers mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SchemaRead, SchemaWrite, IdlType)]
pub struct FeeParams {
    /// The taker's fee, in millionths of a take's value, rounded up once per take.
    pub taker_pips: u32,
    /// The maker's fee, in millionths of a fill's value, rounded down; negative: a rebate out of
    /// the taker's fee.
    pub maker_pips: i32,
    /// The referrer's part of the taker's fee after rebates, in basis points.
    pub referrer_share_bps: u16,
    /// The most that whoever crosses two lanes may earn, in millionths of the value crossed.
    pub cross_reward_pips: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEES: FeeParams = FeeParams {
        taker_pips: 500,
        maker_pips: -200,
        referrer_share_bps: 2_000,
        cross_reward_pips: 100,
    };

    fn market() -> Market {
        bytemuck::Zeroable::zeroed()
    }

    #[test]
    fn fees_are_stored_as_they_were_checked() {
        let mut market = market();
        market.set_fees(&FEES).unwrap();
        let fees = market.fees();
        assert_eq!(fees.taker.get(), 500);
        assert_eq!(fees.maker, -200);
        assert_eq!(fees.referrer_share.get(), 2_000);
        assert_eq!(fees.cross_reward.get(), 100);
    }

    #[test]
    fn refused_fees_change_nothing() {
        let mut market = market();
        market.set_fees(&FEES).unwrap();
        let before = market.fees();
        let rebate_above_fee = FeeParams {
            maker_pips: -501,
            ..FEES
        };
        assert_eq!(
            market.set_fees(&rebate_above_fee),
            Err(BookError::InvalidFee)
        );
        assert_eq!(market.fees(), before);
    }

    #[test]
    fn each_bit_pauses_its_action() {
        let actions = [pause::PLACE, pause::TAKE, pause::DEPOSIT, pause::CROSS];
        assert_eq!(actions.iter().sum::<u8>(), pause::ALL);
        for paused in actions {
            let market = Market { paused, ..market() };
            for action in actions {
                assert_eq!(market.require_active(action).is_ok(), action != paused);
            }
            assert!(market.require_active(pause::ALL).is_err());
        }
    }
}
