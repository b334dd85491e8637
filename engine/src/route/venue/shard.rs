//! A shard as a place to trade.

use sealane_core::{
    CoreError,
    curve::{Curve, CurveAt},
    fee::{BoundedRatioFee, protocol_part},
    pool::{PoolParams, ShardState, TransferFees},
    units::{Bps, InAmount, OutAmount, Side},
};

use crate::quote::SwapKind;

/// Compute units of a swap of SPL tokens, of what a stable swap needs more, and of what a token of
/// Token-2022 does: above the measured maxima.
const SWAP_UNITS: u64 = 4_000;
const STABLE_SWAP_UNITS: u64 = 9_500;
const TOKEN_2022_UNITS: u64 = 4_000;

/// A shard as it is now, for trades in one direction.
///
/// What `wallet_swap_exact_in` and `wallet_swap_exact_out` of the core compute, to the unit, less
/// what only an execution needs, and with the curve's part that is the same for all amounts computed
/// once.
#[derive(Clone, Copy, Debug)]
pub(in crate::route) struct ShardVenue {
    curve: CurveAt,
    fee: BoundedRatioFee,
    protocol_share: Bps,
    fees: TransferFees,
    side_in: Side,
    /// What the protocol's fees can still grow by.
    protocol_room: u64,
    units: u64,
}

impl ShardVenue {
    /// `token_2022_count`: how many of the two tokens belong to Token-2022.
    pub(in crate::route) fn new(
        state: &ShardState,
        params: &PoolParams,
        fees: TransferFees,
        side_in: Side,
        token_2022_count: u64,
    ) -> Result<Self, CoreError> {
        let curve_units = match params.curve {
            Curve::ConstantProduct => 0,
            Curve::StableSwap(_) => STABLE_SWAP_UNITS,
        };
        Ok(Self {
            curve: params.curve.at(state.reserves)?,
            fee: params.fee,
            protocol_share: params.protocol_share,
            fees,
            side_in,
            protocol_room: u64::MAX - state.protocol_fees.of(side_in.opposite()),
            units: SWAP_UNITS + curve_units + TOKEN_2022_UNITS * token_2022_count,
        })
    }

    pub(super) fn other(&self, kind: SwapKind, given: u64) -> Option<u64> {
        if given == 0 {
            return None;
        }
        match kind {
            SwapKind::ExactIn => self.received(given).ok(),
            // What arrives may be more than was asked for, so that the fee does not take it all.
            SwapKind::ExactOut => self.sent(given).ok(),
        }
    }

    fn received(&self, sent: u64) -> Result<u64, CoreError> {
        let arrives = InAmount::new(self.fees.on_in.net_of(sent)?);
        if arrives.is_zero() {
            return Err(CoreError::ZeroAmount);
        }
        let gross = self.curve.out_given_in(self.side_in, arrives)?;
        let (net, fee) = self.fee.net_of(gross, self.reserve_out())?;
        if net.is_zero() {
            return Err(CoreError::ZeroOutput);
        }
        self.charge(fee)?;
        self.fees.on_out.net_of(net.get())
    }

    fn sent(&self, received: u64) -> Result<u64, CoreError> {
        let paid = OutAmount::new(self.fees.on_out.pre_fee_amount(received)?);
        let gross = self.fee.gross_for(paid, self.reserve_out())?;
        let arrives = self.curve.in_given_out(self.side_in, gross)?;
        self.charge(gross.checked_sub(paid)?)?;
        self.fees.on_out.net_of(paid.get())?;
        self.fees.on_in.pre_fee_amount(arrives.get())
    }

    /// Refuses a fee of which the protocol's part would be more than can be counted.
    fn charge(&self, fee: OutAmount) -> Result<(), CoreError> {
        let is_room = fee.get() <= self.protocol_room
            || protocol_part(fee, self.protocol_share).get() <= self.protocol_room;
        is_room.then_some(()).ok_or(CoreError::Overflow)
    }

    fn reserve_out(&self) -> u64 {
        self.curve.reserve_of(self.side_in.opposite())
    }

    pub(super) fn capacity(&self, kind: SwapKind) -> u64 {
        match kind {
            SwapKind::ExactIn => u64::MAX - self.curve.reserve_of(self.side_in),
            // The fee and the last unit stay.
            SwapKind::ExactOut => self.reserve_out() - self.reserve_out() / 64,
        }
    }

    pub(super) fn units(&self) -> u64 {
        self.units
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sealane_core::{
        curve::StableSwap,
        pool::{Reserves, TransferFee, wallet_swap_exact_in, wallet_swap_exact_out},
        units::{FeeRate, Shares},
    };

    use super::*;

    fn any_amount() -> impl Strategy<Value = u64> {
        (any::<u64>(), 0u32..64).prop_map(|(value, shift)| value >> shift)
    }

    fn any_fee() -> impl Strategy<Value = TransferFee> {
        let some = (0u16..=10_000, any_amount());
        prop_oneof![
            Just(TransferFee::NONE),
            some.prop_map(|(bps, maximum)| TransferFee { bps, maximum })
        ]
    }

    fn any_params() -> impl Strategy<Value = PoolParams> {
        let stable = (100u64..1_000_000, 0u32..4, any::<bool>()).prop_map(|(a, digits, base)| {
            let scale = 10u64.pow(digits);
            let (base, quote) = if base { (scale, 1) } else { (1, scale) };
            Curve::StableSwap(StableSwap::try_new(a, base, quote).unwrap())
        });
        let curve = prop_oneof![Just(Curve::ConstantProduct), stable];
        let flat =
            (0u32..100_000).prop_map(|rate| BoundedRatioFee::flat(FeeRate::new(rate)).unwrap());
        let fee = prop_oneof![Just(BoundedRatioFee::DEFAULT), flat];
        (curve, fee, 0u16..=10_000).prop_map(|(curve, fee, share)| PoolParams {
            curve,
            fee,
            protocol_share: Bps::try_new(share).unwrap(),
        })
    }

    fn any_state() -> impl Strategy<Value = ShardState> {
        let reserve = || prop_oneof![any_amount(), 1_000_000u64..1 << 40];
        let owed = prop_oneof![Just(0), any_amount(), Just(u64::MAX), Just(u64::MAX - 9)];
        (reserve(), reserve(), owed).prop_map(|(base, quote, owed)| ShardState {
            reserves: Reserves::new(base, quote),
            shares: Shares::new(1),
            protocol_fees: Reserves::new(owed, owed),
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn is_the_core_to_the_unit(
            state in any_state(),
            params in any_params(),
            (on_in, on_out) in (any_fee(), any_fee()),
            amount in any_amount(),
            is_base in any::<bool>(),
        ) {
            let side_in = if is_base { Side::Base } else { Side::Quote };
            let fees = TransferFees { on_in, on_out };
            let venue = ShardVenue::new(&state, &params, fees, side_in, 0);
            let other = |kind| venue.as_ref().ok().and_then(|venue| venue.other(kind, amount));
            let sent = wallet_swap_exact_in(&state, &params, fees, side_in, amount);
            prop_assert_eq!(other(SwapKind::ExactIn), sent.ok().map(|swap| swap.received));
            let asked = wallet_swap_exact_out(&state, &params, fees, side_in, amount);
            prop_assert_eq!(other(SwapKind::ExactOut), asked.ok().map(|swap| swap.sent));
        }
    }
}
