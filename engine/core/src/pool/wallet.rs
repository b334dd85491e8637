//! Trades as a wallet sees them: with the fees that token-2022 mints may take from transfers.

use super::{PoolParams, ShardState, SwapUpdate, swap_exact_in, swap_exact_out};
use crate::{
    error::CoreError,
    math::{div_u128_by_u64, mul_div_u64, wide_mul},
    units::{BPS, InAmount, OutAmount, Rounding, Side},
};

const WHOLE: u64 = BPS as u64;

/// A token's transfer fee in the current epoch. The token program takes it from what arrives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TransferFee {
    /// Rate in basis points, at most 10,000.
    pub bps: u16,
    /// The fee is never more than this.
    pub maximum: u64,
}

impl TransferFee {
    /// No fee.
    pub const NONE: Self = Self { bps: 0, maximum: 0 };

    /// The fee on a transfer: the rate's part, rounded up, at most the maximum.
    #[inline(never)]
    #[must_use]
    pub const fn fee_on(&self, amount: u64) -> u64 {
        if self.bps == 0 {
            return 0;
        }
        // The token program refuses rates above the whole; here they count as the whole.
        let bps = if self.bps > BPS {
            WHOLE
        } else {
            self.bps as u64
        };
        let parts = wide_mul(amount, bps) + (WHOLE - 1) as u128;
        let fee = div_u128_by_u64(parts, WHOLE).0 as u64;
        if fee > self.maximum {
            self.maximum
        } else {
            fee
        }
    }

    /// The smallest transfer of which `post` arrives.
    ///
    /// Exact, because one more unit sent is at most one more unit received.
    pub const fn pre_fee_amount(&self, post: u64) -> Result<u64, CoreError> {
        if self.bps == 0 || post == 0 {
            return Ok(post);
        }
        let capped = match post.checked_add(self.maximum) {
            Some(amount) => Ok(amount),
            None => Err(CoreError::TransferFeeTooHigh),
        };
        if self.bps >= BPS {
            return capped;
        }
        match mul_div_u64(post, WHOLE, WHOLE - self.bps as u64, Rounding::Up) {
            Ok(amount) if amount - post < self.maximum => Ok(amount),
            _ => capped,
        }
    }

    /// What arrives of a transfer, if only nothing.
    ///
    /// For withdrawals: a mint whose issuer raises the fee to everything must not keep providers
    /// from the other token. They say themselves how little they accept.
    #[inline]
    #[must_use]
    pub const fn after_fee(&self, amount: u64) -> u64 {
        // The fee is at most the amount.
        amount - self.fee_on(amount)
    }

    /// What arrives of a transfer; refused where the fee takes everything.
    #[inline]
    pub const fn net_of(&self, amount: u64) -> Result<u64, CoreError> {
        let net = self.after_fee(amount);
        if net == 0 && amount != 0 {
            return Err(CoreError::TransferFeeTooHigh);
        }
        Ok(net)
    }
}

/// The transfer fees of a trade's two tokens.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct TransferFees {
    /// Of the token that goes in.
    pub on_in: TransferFee,
    /// Of the token that is paid out.
    pub on_out: TransferFee,
}

impl TransferFees {
    /// No fees.
    pub const NONE: Self = Self {
        on_in: TransferFee::NONE,
        on_out: TransferFee::NONE,
    };
}

/// A trade from wallet to wallet as a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct WalletSwap {
    /// What leaves the wallet.
    pub sent: u64,
    /// What arrives in the vault.
    pub vault_received: InAmount,
    /// What leaves the vault.
    pub vault_paid: OutAmount,
    /// What arrives in the wallet.
    pub received: u64,
    /// The shard's side of the trade.
    pub swap: SwapUpdate,
}

/// Sends a given amount for as much as the shard pays.
pub fn wallet_swap_exact_in(
    shard: &ShardState,
    params: &PoolParams,
    fees: TransferFees,
    side_in: Side,
    sent: u64,
) -> Result<WalletSwap, CoreError> {
    if sent == 0 {
        return Err(CoreError::ZeroAmount);
    }
    let vault_received = InAmount::new(fees.on_in.net_of(sent)?);
    let swap = swap_exact_in(shard, params, side_in, vault_received)?;
    finish(fees, sent, swap)
}

/// Receives a given amount for as little as the shard asks.
pub fn wallet_swap_exact_out(
    shard: &ShardState,
    params: &PoolParams,
    fees: TransferFees,
    side_in: Side,
    receive: u64,
) -> Result<WalletSwap, CoreError> {
    if receive == 0 {
        return Err(CoreError::ZeroAmount);
    }
    let vault_paid = OutAmount::new(fees.on_out.pre_fee_amount(receive)?);
    let swap = swap_exact_out(shard, params, side_in, vault_paid)?;
    let sent = fees.on_in.pre_fee_amount(swap.amount_in.get())?;
    finish(fees, sent, swap)
}

#[inline]
fn finish(fees: TransferFees, sent: u64, swap: SwapUpdate) -> Result<WalletSwap, CoreError> {
    let received = fees.on_out.net_of(swap.amount_out.get())?;
    Ok(WalletSwap {
        sent,
        vault_received: swap.amount_in,
        vault_paid: swap.amount_out,
        received,
        swap,
    })
}
