//! What a transaction costs a block, and what a block has room for.
//!
//! Costs and limits are Agave's own constants, from the crate that its block producer uses. What
//! is counted is what the block is charged for once the transaction has run: signatures, write
//! locks, instruction data, and the compute units that were used. The few units for the size of
//! loaded accounts are left out, for every design alike: they are fewest for the smallest accounts,
//! which are Sealane's.

use solana_cost_model::block_cost_limits::{
    COMPUTE_UNIT_TO_US_RATIO, INSTRUCTION_DATA_BYTES_COST, MAX_BLOCK_UNITS,
    MAX_WRITABLE_ACCOUNT_UNITS, SIGNATURE_COST, WRITE_LOCK_UNITS, simd_0286_block_limit,
};

/// The instructions in front of every transaction that sends with a limit and a price: two, at the
/// 150 units of a builtin (`solana-compute-budget-program`, `DEFAULT_COMPUTE_UNITS`).
pub(crate) const BUDGET_UNITS: u64 = 2 * 150;
/// Data of those two: a tag with a `u32`, and a tag with a `u64`.
pub(crate) const BUDGET_DATA: usize = 5 + 9;
/// Milliseconds of a slot.
pub(crate) const SLOT_MS: f64 = 400.0;
/// Units that the cost model takes a microsecond for.
pub(crate) const UNITS_PER_US: u64 = COMPUTE_UNIT_TO_US_RATIO;

/// What a block has room for, in cost units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// All transactions together.
    pub(crate) block: u64,
    /// Those that write one account.
    pub(crate) account: u64,
}

impl Limits {
    /// Today's: 60 million since SIMD-0256, of which an account gets 40%.
    pub(crate) const TODAY: Self = Self {
        block: MAX_BLOCK_UNITS,
        account: MAX_WRITABLE_ACCOUNT_UNITS,
    };

    /// With SIMD-0286, which raises the block's limit and leaves the account's.
    pub(crate) const RAISED: Self = Self {
        block: simd_0286_block_limit(),
        account: MAX_WRITABLE_ACCOUNT_UNITS,
    };
}

/// What a transaction of one signature costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    /// What the block is charged.
    pub(crate) charged: u64,
    /// The part for which accounts are locked: loading, running, storing. Signatures are checked
    /// before that.
    pub(crate) locked: u64,
}

impl Cost {
    /// Of a transaction that writes so many accounts, carries so many bytes of instruction data
    /// and uses so many compute units, the budget's instructions not counted in either.
    pub(crate) fn of(write_locks: usize, data: usize, units: u64) -> Self {
        let locked = write_locks as u64 * WRITE_LOCK_UNITS + units + BUDGET_UNITS;
        let data = (data + BUDGET_DATA) as u64 / INSTRUCTION_DATA_BYTES_COST;
        Self {
            charged: SIGNATURE_COST + data + locked,
            locked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constants_are_those_that_the_study_states() {
        assert_eq!(Limits::TODAY.block, 60_000_000);
        assert_eq!(Limits::TODAY.account, 24_000_000);
        assert_eq!(Limits::RAISED.block, 100_000_000);
        let cost = Cost::of(2, 26, 645);
        assert_eq!(cost.locked, 2 * 300 + 645 + 300);
        assert_eq!(cost.charged, 720 + (26 + 14) / 4 + cost.locked);
    }
}
