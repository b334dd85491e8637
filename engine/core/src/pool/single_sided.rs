//! Deposits and withdrawals of one token: a trade together with a balanced deposit or withdrawal.
//!
//! Being made of a trade, they pay the trade's fee and can never be a cheaper way to trade.

use super::{
    PoolParams, ShardState, SwapUpdate,
    liquidity::{remove_liquidity, shares_by},
    swap::swap_exact_in,
};
use crate::{
    error::CoreError,
    math::{isqrt_u128, mul_div_u64, wide_mul},
    units::{InAmount, Reserves, Rounding, Shares, Side},
};

/// Trades tried in search of the best split of a deposit.
const MAX_TRIALS: usize = 24;

/// A deposit or withdrawal of one token as a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SingleSidedUpdate {
    /// What moved of the one token.
    pub amount: u64,
    /// Shares minted to or burned from the provider.
    pub shares: Shares,
    /// The trade inside. Its `after` is the shard before a deposit's shares are minted, and the
    /// final shard of a withdrawal.
    pub swapped: SwapUpdate,
    /// The shard afterwards.
    pub after: ShardState,
}

/// Deposits one token: a part is traded for the other token, and the rest is deposited with what
/// the trade paid.
///
/// The whole amount enters the reserves. The part is found by a bounded, deterministic search for
/// the most shares; what a unit more or less would make of it stays with the pool.
pub fn add_liquidity_single_sided(
    shard: &ShardState,
    params: &PoolParams,
    side: Side,
    amount: InAmount,
) -> Result<SingleSidedUpdate, CoreError> {
    let amount = amount.get();
    if amount == 0 {
        return Err(CoreError::ZeroAmount);
    }
    let reserve = shard.reserves.of(side);
    if shard.shares.is_zero() || reserve == 0 {
        return Err(CoreError::EmptyShard);
    }
    reserve.checked_add(amount).ok_or(CoreError::ReserveLimit)?;
    let Trial {
        swapped, shares, ..
    } = best_split(shard, params, side, amount)?;
    let paid = swapped.amount_out.get();
    let reserves = Reserves::from_sides(
        side,
        reserve + amount,
        swapped.after.reserves.of(side.opposite()) + paid,
    );
    params.curve.check_reserves(reserves)?;
    let shares = Shares::new(shares);
    Ok(SingleSidedUpdate {
        amount,
        shares,
        swapped,
        after: ShardState {
            reserves,
            shares: shard.shares.checked_add(shares)?,
            protocol_fees: swapped.after.protocol_fees,
        },
    })
}

/// Burns shares and takes everything in one token: the other token's part is traded for it.
///
/// `side` is the token taken out.
pub fn remove_liquidity_single_sided(
    shard: &ShardState,
    params: &PoolParams,
    shares: Shares,
    side: Side,
) -> Result<SingleSidedUpdate, CoreError> {
    let removed = remove_liquidity(shard, shares)?;
    let parts = Reserves {
        base: removed.base,
        quote: removed.quote,
    };
    let other = side.opposite();
    let swapped = match parts.of(other) {
        0 => return Err(CoreError::ZeroOutput),
        part => trade(&removed.after, params, other, part)?,
    };
    let amount = parts
        .of(side)
        .checked_add(swapped.amount_out.get())
        .ok_or(CoreError::Overflow)?;
    Ok(SingleSidedUpdate {
        amount,
        shares,
        swapped,
        after: swapped.after,
    })
}

/// A trade of this module; not inlined, because programs pay for their size.
#[inline(never)]
fn trade(
    shard: &ShardState,
    params: &PoolParams,
    side_in: Side,
    amount_in: u64,
) -> Result<SwapUpdate, CoreError> {
    swap_exact_in(shard, params, side_in, InAmount::new(amount_in))
}

/// One way to split a deposit.
struct Trial {
    swapped: SwapUpdate,
    /// Shares that the deposit is worth: the lesser of the two below.
    shares: u64,
    /// Shares that the untraded rest pays for.
    by_rest: u64,
    /// Shares that the trade's output pays for.
    by_output: u64,
}

/// Searches the part to trade. Trading more lowers the shares that the rest pays for and raises
/// those that the output pays for; the best part is where the two meet.
fn best_split(
    shard: &ShardState,
    params: &PoolParams,
    side: Side,
    amount: u64,
) -> Result<Trial, CoreError> {
    // The shares that one unit of the scarcer token is worth: trades move in whole units, so the
    // gap cannot be closed further than that.
    let scarcer = shard.reserves.base.get().min(shard.reserves.quote.get());
    let unit = shard.shares.get().checked_div(scarcer).unwrap_or(0);
    let untraded = shares_by(amount, shard.shares.get(), shard.reserves.of(side))?;
    let mut bracket = Bracket::new(amount, untraded);
    let mut best: Option<Trial> = None;
    let mut part = first_guess(shard, side, amount);
    for _ in 0..MAX_TRIALS {
        match try_split(shard, params, side, amount, part) {
            Ok(trial) => {
                let gap = bracket.narrow(part, &trial);
                if best.as_ref().is_none_or(|best| trial.shares > best.shares) {
                    best = Some(trial);
                }
                if gap <= unit.saturating_add(1) {
                    break;
                }
            }
            // Nothing is paid for so small a part; more has to be traded.
            Err(CoreError::ZeroOutput) => bracket.low = part,
            Err(error) => return Err(error),
        }
        if bracket.high - bracket.low <= 1 {
            break;
        }
        part = bracket.next();
    }
    match best {
        Some(trial) if trial.shares > 0 => Ok(trial),
        _ => Err(CoreError::DepositTooSmall),
    }
}

/// Two parts between which the best one lies: at `low` the rest pays for more shares than the
/// output, at `high` for fewer. The gaps say by how much.
///
/// The next part is where a straight line between the ends meets zero (false position). An end
/// that stays twice has its gap halved, so that it moves too (the Illinois method).
struct Bracket {
    low: u64,
    high: u64,
    low_gap: u64,
    high_gap: u64,
    /// Which end moved last.
    moved: Option<End>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Low,
    High,
}

impl Bracket {
    /// Everything from trading nothing, where the whole amount pays for `untraded` shares, to
    /// trading all of it, which is taken to pay for as many.
    fn new(amount: u64, untraded: u64) -> Self {
        Self {
            low: 0,
            high: amount,
            low_gap: untraded,
            high_gap: untraded,
            moved: None,
        }
    }

    /// Moves an end to the part tried and returns its gap.
    fn narrow(&mut self, part: u64, trial: &Trial) -> u64 {
        let gap = trial.by_rest.abs_diff(trial.by_output);
        if trial.by_rest >= trial.by_output {
            (self.low, self.low_gap) = (part, gap);
            if self.moved == Some(End::Low) {
                self.high_gap /= 2;
            }
            self.moved = Some(End::Low);
        } else {
            (self.high, self.high_gap) = (part, gap);
            if self.moved == Some(End::High) {
                self.low_gap /= 2;
            }
            self.moved = Some(End::High);
        }
        gap
    }

    /// The next part to try, strictly between the ends, which must be at least two apart.
    fn next(&self) -> u64 {
        let width = self.high - self.low;
        let total = self.low_gap.saturating_add(self.high_gap);
        let offset = mul_div_u64(width, self.low_gap, total, Rounding::Down).unwrap_or(width / 2);
        self.low + offset.clamp(1, width - 1)
    }
}

/// The part that a constant product without fees would need: `sqrt(R·(R + a)) − R`, which is also
/// about half the amount where the price hardly moves.
fn first_guess(shard: &ShardState, side: Side, amount: u64) -> u64 {
    let reserve = shard.reserves.of(side);
    let root = isqrt_u128(wide_mul(reserve, reserve.saturating_add(amount)));
    root.saturating_sub(reserve).clamp(1, amount)
}

fn try_split(
    shard: &ShardState,
    params: &PoolParams,
    side: Side,
    amount: u64,
    part: u64,
) -> Result<Trial, CoreError> {
    let swapped = trade(shard, params, side, part)?;
    let supply = shard.shares.get();
    let reserves = swapped.after.reserves;
    let other = side.opposite();
    let by_rest = shares_by(amount - part, supply, reserves.of(side))?;
    let by_output = shares_by(swapped.amount_out.get(), supply, reserves.of(other))?;
    Ok(Trial {
        swapped,
        shares: by_rest.min(by_output),
        by_rest,
        by_output,
    })
}
