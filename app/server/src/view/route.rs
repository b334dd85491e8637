//! A route: what a quote answers.

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use sealane_sdk::{
    quote::SwapKind,
    route::{Route, RouteLeg},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, Amount, Price};

/// The best that the exchange offers for a request, as it would be executed now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuoteView {
    /// The slot of the oldest state that was quoted.
    pub slot: u64,
    /// Which amount was given: `exact_in` or `exact_out`.
    pub mode: &'static str,
    /// The token that is sent.
    pub input_mint: Address,
    /// The token that is received.
    pub output_mint: Address,
    /// What leaves the wallet, transfer fees included.
    pub sent: Amount,
    /// What arrives in the wallet, transfer fees deducted.
    pub received: Amount,
    /// The bound that the transaction is held to: of `exact_in` the least that must arrive, of
    /// `exact_out` the most that may leave.
    pub bound: Amount,
    /// The least that must arrive.
    pub minimum_received: Amount,
    /// The most that may leave.
    pub maximum_sent: Amount,
    /// What stays in the wallet of the amount given, because books trade whole lots.
    pub unspent: Amount,
    /// Whole tokens received for one token sent, with all fees.
    pub price: Price,
    /// How much worse the route is than the first prices because of its size alone, without fees.
    pub price_impact_bps: u32,
    /// All fees, by token.
    pub fees: Vec<FeesOfToken>,
    /// Tokens passed through of which something stays in the wallet.
    pub leftovers: Vec<LeftoverView>,
    /// Compute units that the transaction may use; an upper estimate.
    pub compute_units: u64,
    /// Accounts that the transaction locks.
    pub accounts: usize,
    /// Bytes of the transaction.
    pub bytes: usize,
    /// The ways from one token to the other, with what part of the amount takes each.
    pub route: Vec<SegmentView>,
    /// The trades in the order in which they are executed: one instruction each.
    pub legs: Vec<HopView>,
}

/// Fees in one token, in base units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FeesOfToken {
    /// Which token.
    pub mint: Address,
    /// To the shards' liquidity providers.
    pub lp: Amount,
    /// To the pools' authorities.
    pub protocol: Amount,
    /// To the markets, their makers' rebates included.
    pub taker: Amount,
    /// What the token program takes of transfers.
    pub transfer: Amount,
}

/// What stays of a token that is passed through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LeftoverView {
    /// Which token.
    pub mint: Address,
    /// How much.
    pub amount: Amount,
}

/// One way from the token sent to the token received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SegmentView {
    /// What part of the amount goes this way.
    pub share_bps: u32,
    /// Its trades, one after the other. Where ways share a trade, each has its part of it.
    pub hops: Vec<HopView>,
}

/// A trade of a route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HopView {
    /// `pool` or `market`.
    pub kind: &'static str,
    /// The pool or the market.
    pub venue: Address,
    /// Of a pool, the shard that trades.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<Address>,
    /// Of a pool, the shard's index.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard_index: Option<u8>,
    /// Of a market, the lanes that trade.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<Address>,
    /// Which of the route's legs this is, or is a part of.
    pub leg: usize,
    /// The token that is sent.
    pub input_mint: Address,
    /// The token that is received.
    pub output_mint: Address,
    /// What is sent.
    pub sent: Amount,
    /// What is received.
    pub received: Amount,
    /// The venue's fee.
    pub fee: Amount,
    /// The token of the fee: of pools the one received, of markets the quote token.
    pub fee_mint: Address,
    /// How much worse than the first price the trade is because of its size.
    pub price_impact_bps: u32,
}

impl From<&Route> for QuoteView {
    fn from(route: &Route) -> Self {
        let legs: Vec<HopView> = (0..)
            .zip(&route.legs)
            .map(|(at, leg)| HopView::of(at, leg))
            .collect();
        let (mode, bound) = match route.kind {
            SwapKind::ExactIn => ("exact_in", route.minimum_received),
            SwapKind::ExactOut => ("exact_out", route.maximum_sent),
        };
        let fees = route.fees.iter().map(|fees| FeesOfToken {
            mint: fees.mint.into(),
            lp: fees.lp.into(),
            protocol: fees.protocol.into(),
            taker: fees.taker.into(),
            transfer: fees.transfer.into(),
        });
        let leftovers = route.leftovers.iter().map(|left| LeftoverView {
            mint: left.mint.into(),
            amount: left.amount.into(),
        });
        Self {
            slot: route.slot,
            mode,
            input_mint: route.mint_in.into(),
            output_mint: route.mint_out.into(),
            sent: route.sent.into(),
            received: route.received.into(),
            bound: bound.into(),
            minimum_received: route.minimum_received.into(),
            maximum_sent: route.maximum_sent.into(),
            unspent: route.unspent.into(),
            price: route.received_per_sent.into(),
            price_impact_bps: route.price_impact_bps,
            fees: fees.collect(),
            leftovers: leftovers.collect(),
            compute_units: route.transaction.compute_units,
            accounts: route.transaction.accounts,
            bytes: route.transaction.bytes,
            route: segments(&legs, route.mint_in.into(), route.sent),
            legs,
        }
    }
}

impl HopView {
    fn of(at: usize, leg: &RouteLeg) -> Self {
        let hop = Self {
            kind: "pool",
            venue: leg.place().into(),
            shard: None,
            shard_index: None,
            lanes: Vec::new(),
            leg: at,
            input_mint: leg.mint_in().into(),
            output_mint: leg.mint_out().into(),
            sent: leg.sent().into(),
            received: leg.received().into(),
            fee: Amount(0),
            fee_mint: leg.mint_out().into(),
            price_impact_bps: leg.price_impact_bps(),
        };
        match leg {
            RouteLeg::Pool(quote) => Self {
                shard: Some(quote.shard.into()),
                shard_index: Some(quote.shard_index),
                fee: quote.lp_fee.saturating_add(quote.protocol_fee).into(),
                ..hop
            },
            RouteLeg::Market(take) => Self {
                kind: "market",
                lanes: take.lanes.iter().map(Address::from).collect(),
                fee: take.taker_fee.into(),
                fee_mint: match take.side_in {
                    sealane_sdk::Side::Quote => take.mint_in.into(),
                    sealane_sdk::Side::Base => take.mint_out.into(),
                },
                ..hop
            },
        }
    }

    /// A part of it.
    fn part(&self, part: Decimal) -> Self {
        let of = |amount: Amount| {
            let amount = Decimal::from(amount.0).checked_mul(part);
            Amount(amount.and_then(|part| part.to_u64()).unwrap_or(0))
        };
        match part == Decimal::ONE {
            true => self.clone(),
            false => Self {
                sent: of(self.sent),
                received: of(self.received),
                fee: of(self.fee),
                ..self.clone()
            },
        }
    }
}

/// What is left of a trade counts as nothing below this: rounding has left it over.
const DUST: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

/// Takes the trades apart into ways from the first token to the last. Only for people to look at:
/// where ways meet in a trade and part again, which part went where is a matter of view.
fn segments(legs: &[HopView], from: Address, sent: u64) -> Vec<SegmentView> {
    let mut left = vec![Decimal::ONE; legs.len()];
    let mut segments = Vec::new();
    while let Some(start) = next_leg(legs, &left, from) {
        // Follows the tokens from trade to trade, each trade taking what the one before delivers.
        let mut path = vec![(start, left[start])];
        loop {
            let (at, part) = path[path.len() - 1];
            let Some(next) = next_leg(legs, &left, legs[at].output_mint) else {
                break;
            };
            let arrives = Decimal::from(legs[at].received.0) * part;
            let Some(part) = arrives.checked_div(Decimal::from(legs[next].sent.0)) else {
                break;
            };
            path.push((next, part));
        }
        let fits = |(at, part): &(usize, Decimal)| {
            left[*at]
                .checked_div(*part)
                .map_or(Decimal::ONE, |fit| fit.min(Decimal::ONE))
        };
        let scale = path.iter().map(fits).min().unwrap_or(Decimal::ONE);
        let hops: Vec<HopView> = path
            .iter()
            .map(|(at, part)| {
                // What is nearly all of a trade is all of it.
                let part = part * scale;
                let all = (Decimal::ONE - part).abs() < DUST;
                let part = if all { Decimal::ONE } else { part };
                left[*at] = (left[*at] - part).max(Decimal::ZERO);
                if left[*at] < DUST {
                    left[*at] = Decimal::ZERO;
                }
                legs[*at].part(part)
            })
            .collect();
        let share = Decimal::from(hops[0].sent.0) * Decimal::from(10_000);
        let share = share.checked_div(Decimal::from(sent)).unwrap_or_default();
        segments.push(SegmentView {
            share_bps: share.round().to_u32().unwrap_or(0),
            hops,
        });
        if segments.len() > legs.len() * 2 {
            break;
        }
    }
    segments
}

fn next_leg(legs: &[HopView], left: &[Decimal], from: Address) -> Option<usize> {
    (0..legs.len()).find(|at| legs[*at].input_mint == from && left[*at] > Decimal::ZERO)
}

#[cfg(test)]
mod tests {
    use solana_pubkey::Pubkey;

    use super::*;

    fn leg(at: usize, from: Address, to: Address, sent: u64, received: u64) -> HopView {
        HopView {
            kind: "pool",
            venue: Pubkey::new_unique().into(),
            shard: None,
            shard_index: None,
            lanes: Vec::new(),
            leg: at,
            input_mint: from,
            output_mint: to,
            sent: Amount(sent),
            received: Amount(received),
            fee: Amount(0),
            fee_mint: to,
            price_impact_bps: 0,
        }
    }

    fn shape(segments: &[SegmentView]) -> Vec<(u32, Vec<usize>)> {
        let each = segments.iter();
        each.map(|s| (s.share_bps, s.hops.iter().map(|hop| hop.leg).collect()))
            .collect()
    }

    #[test]
    fn side_by_side_and_one_after_the_other() {
        let [a, b, c] = [(); 3].map(|()| Address(Pubkey::new_unique()));
        let legs = [
            leg(0, a, c, 600, 60),
            leg(1, a, b, 400, 800),
            leg(2, b, c, 800, 41),
        ];
        let segments = segments(&legs, a, 1_000);
        assert_eq!(shape(&segments), [(6_000, vec![0]), (4_000, vec![1, 2])]);
        assert_eq!(segments[1].hops[1], legs[2]);
    }

    #[test]
    fn ways_that_meet_share_the_trade() {
        let [a, b, c] = [(); 3].map(|()| Address(Pubkey::new_unique()));
        let legs = [
            leg(0, a, b, 750, 300),
            leg(1, a, b, 250, 100),
            leg(2, b, c, 400, 4_000),
        ];
        let segments = segments(&legs, a, 1_000);
        assert_eq!(shape(&segments), [(7_500, vec![0, 2]), (2_500, vec![1, 2])]);
        let parts: Vec<u64> = segments.iter().map(|s| s.hops[1].received.0).collect();
        assert_eq!(parts, [3_000, 1_000]);
    }

    #[test]
    fn no_legs_are_no_ways() {
        assert!(segments(&[], Address::default(), 0).is_empty());
    }
}
