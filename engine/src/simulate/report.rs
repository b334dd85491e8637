//! What a trade did, in full.

use sealane_amm::events::{LiquidityAdded, LiquidityRemoved, ShardsRebalanced, Swapped};
use sealane_core::{
    book::{Fill, Lots, Met, OrderId, Ticks},
    curve::Curve,
    math::mul_div_u128,
    pool::Reserves,
    units::{Rounding, Side},
};
use sealane_orderbook::events::{Crossed, Deposited, SwapTaken, Taken, Withdrawn};
use serde::Serialize;
use solana_pubkey::Pubkey;

use super::{
    frame::Sink,
    state::{Slot, State},
};

/// An event that a trade logs: the programs' own types.
#[derive(Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Event {
    Swapped(Swapped),
    LiquidityAdded(LiquidityAdded),
    LiquidityRemoved(LiquidityRemoved),
    ShardsRebalanced(ShardsRebalanced),
    Deposited(Deposited),
    Withdrawn(Withdrawn),
    Taken(Taken),
    SwapTaken(SwapTaken),
    Crossed(Crossed),
}

/// A resting order that a trade met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The lane in which it rests. In the exact mode all zero where a program that is not simulated
    /// here named it.
    pub lane: Pubkey,
    /// The order.
    pub id: OrderId,
    /// At which price.
    pub price: Ticks,
    /// Lots traded, or taken off it.
    pub lots: Lots,
    /// Lots left of it.
    pub left: Lots,
    /// What happened to it.
    pub met: Met,
}

/// A number in an account that trades change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[allow(missing_docs)]
pub enum Balance {
    /// What a token account holds.
    Tokens,
    /// Transfer fees withheld in a token account.
    Withheld,
    /// A mint's supply.
    Supply,
    /// A lane's ledger.
    BaseFree,
    BaseLocked,
    QuoteFree,
    QuoteLocked,
    /// Fees in quote that are the market's: counted in a lane or in a vault shard.
    ProtocolFees,
    /// Fees in quote that are a lane's referrer's.
    ReferrerFees,
    /// What a shard's providers own.
    BaseReserve,
    QuoteReserve,
    Shares,
    /// What a pool's authority owns in a shard.
    BaseProtocolFees,
    QuoteProtocolFees,
}

/// A balance before and after a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BalanceChange {
    /// The account.
    pub account: Pubkey,
    /// Which of its balances.
    pub balance: Balance,
    /// Before, in base units.
    pub before: u64,
    /// After.
    pub after: u64,
}

/// Who got a fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum FeeKind {
    /// A shard's liquidity providers.
    LiquidityProviders,
    /// The authority of the pool or market.
    Protocol,
    /// Makers whose orders were taken, out of the taker's fee.
    MakerRebate,
    /// A referrer, out of the taker's fee.
    Referrer,
    /// A mint's issuer, from a transfer; withheld in the account that received it.
    Transfer,
}

/// A fee that a trade paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fee {
    /// Who got it.
    pub kind: FeeKind,
    /// The shard, market or lane that took it; of transfer fees, the token account.
    pub source: Pubkey,
    /// In which token of the pool or market; of transfer fees, `None`: the account's.
    pub side: Option<Side>,
    /// How much, in base units.
    pub amount: u64,
}

/// What a trade did.
#[derive(Debug, PartialEq, Eq)]
pub struct Report {
    /// What its instructions logged, in order.
    pub events: Vec<Event>,
    /// Resting orders met, in order.
    pub fills: Vec<Filled>,
    /// What changed, by account in the order in which the trade names them.
    pub balances: Vec<BalanceChange>,
    /// Fees paid, in order; transfer fees last.
    pub fees: Vec<Fee>,
    /// Accounts that the trade may write, each once.
    pub writable: Vec<Pubkey>,
    /// Compute units: an estimate here, measured in the exact mode.
    pub compute_units: u64,
    /// By how much the trade's price was worse than the best one, before fees, in basis points,
    /// rounded up: of swaps than the price before, of takes than the best order's. The worst of
    /// several. `None` if nothing was traded.
    pub price_impact_bps: Option<u32>,
}

/// Notes what happens.
#[derive(Default)]
pub(super) struct Recorder {
    pub(super) events: Vec<Event>,
    pub(super) fills: Vec<Filled>,
}

impl Sink for Recorder {
    const EVENTS: bool = true;

    fn event(&mut self, event: Event) {
        self.events.push(event);
    }

    fn fill(&mut self, lane: &Pubkey, fill: &Fill) {
        self.fills.push(Filled {
            lane: *lane,
            id: fill.id,
            price: fill.price,
            lots: fill.lots,
            left: fill.left,
            met: fill.met,
        });
    }
}

/// The balances of an account.
#[must_use]
pub fn balances(slot: &Slot) -> Vec<(Balance, u64)> {
    use Balance::*;
    match slot {
        Slot::Token(token) => {
            let held = std::iter::once((Tokens, token.amount()));
            held.chain(token.withheld.map(|fee| (Withheld, fee)))
                .collect()
        }
        Slot::Mint(mint) => vec![(Supply, mint.base.supply.into())],
        Slot::VaultShard(shard) => vec![(ProtocolFees, shard.protocol_fees)],
        Slot::Lane(lane) => {
            let header = lane.lane().header();
            vec![
                (BaseFree, header.base_free),
                (BaseLocked, header.base_locked),
                (QuoteFree, header.quote_free),
                (QuoteLocked, header.quote_locked),
                (ProtocolFees, header.protocol_fees),
                (ReferrerFees, header.referrer_fees),
            ]
        }
        Slot::Shard(shard) => vec![
            (BaseReserve, shard.base_reserve),
            (QuoteReserve, shard.quote_reserve),
            (Shares, shard.shares),
            (BaseProtocolFees, shard.base_protocol_fees),
            (QuoteProtocolFees, shard.quote_protocol_fees),
        ],
        Slot::Unknown | Slot::Absent | Slot::Pool(_) | Slot::Market(_) | Slot::Other(_) => {
            Vec::new()
        }
    }
}

/// A trade's writable accounts before it runs, to tell afterwards what it did. For both modes.
#[derive(Debug)]
pub struct Before {
    accounts: Vec<(Pubkey, Vec<(Balance, u64)>)>,
    /// Curves and reserves of shards, by address.
    shards: Vec<(Pubkey, Curve, Reserves)>,
}

impl Before {
    /// Notes the balances of accounts of a state.
    #[must_use]
    pub fn of(state: &State, writable: impl IntoIterator<Item = Pubkey>) -> Self {
        let now = state.clock().unix_timestamp;
        let mut before = Self {
            accounts: Vec::new(),
            shards: Vec::new(),
        };
        for address in writable {
            let slot = state.account(&address);
            before.accounts.push((address, balances(slot)));
            if let Slot::Shard(shard) = slot
                && let Slot::Pool(pool) = state.account(&shard.pool)
                && let Ok(curve) = pool.curve_at(now)
            {
                let reserves = shard.state().reserves;
                before.shards.push((address, curve, reserves));
            }
        }
        before
    }

    /// What has happened since.
    #[must_use]
    pub fn report(
        self,
        state: &State,
        events: Vec<Event>,
        fills: Vec<Filled>,
        compute_units: u64,
    ) -> Report {
        let mut changes = Vec::new();
        for (account, before) in &self.accounts {
            for ((balance, before), (_, after)) in
                before.iter().zip(balances(state.account(account)))
            {
                if *before != after {
                    changes.push(BalanceChange {
                        account: *account,
                        balance: *balance,
                        before: *before,
                        after,
                    });
                }
            }
        }
        Report {
            fees: fees(&events, &changes),
            price_impact_bps: self.price_impact(&events, &fills),
            events,
            fills,
            balances: changes,
            writable: self
                .accounts
                .into_iter()
                .map(|(address, _)| address)
                .collect(),
            compute_units,
        }
    }

    fn price_impact(&self, events: &[Event], fills: &[Filled]) -> Option<u32> {
        let mut shards = self.shards.clone();
        let swaps = events.iter().filter_map(|event| match event {
            Event::Swapped(swap) => impact_of_swap(&mut shards, swap),
            _ => None,
        });
        swaps.chain(impacts_of_takes(events, fills)).max()
    }
}

/// Of one swap, and remembers the reserves for the next.
fn impact_of_swap(shards: &mut [(Pubkey, Curve, Reserves)], swap: &Swapped) -> Option<u32> {
    const ONE: u128 = 1 << 64;
    let (_, curve, reserves) = shards.iter_mut().find(|(at, _, _)| *at == swap.shard)?;
    let before = *reserves;
    *reserves = Reserves::new(swap.base_reserve, swap.quote_reserve);
    let prices = curve.spot_prices(before).ok()?;
    let (side_in, price) = if swap.side_in == Side::Base as u8 {
        (Side::Base, prices.base)
    } else {
        (Side::Quote, prices.quote)
    };
    let side_out = side_in.opposite();
    let arrived = reserves.of(side_in).checked_sub(before.of(side_in))?;
    // What left the reserves, and the part of the fee that stayed in them: all that the curve gave.
    let kept = swap.fee.checked_sub(swap.protocol_fee)?;
    let left = before.of(side_out).checked_sub(reserves.of(side_out))?;
    let ideal = mul_div_u128(u128::from(arrived), price.get(), ONE, Rounding::Down).ok()?;
    Some(lost_bps(ideal, u128::from(left) + u128::from(kept)))
}

/// Of each take: its average price against the best order's.
fn impacts_of_takes(events: &[Event], fills: &[Filled]) -> Vec<u32> {
    let mut fills = fills.iter();
    let mut impacts = Vec::new();
    for event in events {
        let (orders, buys) = match event {
            Event::Taken(taken) => (taken.orders, taken.side == 0),
            Event::SwapTaken(taken) => (taken.orders, taken.side == 0),
            Event::Crossed(crossed) => {
                fills
                    .by_ref()
                    .take(usize::from(crossed.orders))
                    .for_each(drop);
                continue;
            }
            _ => continue,
        };
        let (mut lots, mut value, mut best) = (0u128, 0u128, None);
        for fill in fills.by_ref().take(usize::from(orders)) {
            if fill.met == Met::Filled {
                best = best.or(Some(u128::from(fill.price.0)));
                lots += u128::from(fill.lots.0);
                value += u128::from(fill.lots.0) * u128::from(fill.price.0);
            }
        }
        if let Some(best) = best {
            let ideal = best * lots;
            impacts.push(if buys {
                // Paid more than the best order asked.
                part_bps(value.saturating_sub(ideal), ideal)
            } else {
                lost_bps(ideal, value)
            });
        }
    }
    impacts
}

fn lost_bps(ideal: u128, got: u128) -> u32 {
    part_bps(ideal.saturating_sub(got), ideal)
}

/// A part in basis points of the whole, rounded up.
fn part_bps(part: u128, whole: u128) -> u32 {
    const BPS: u128 = 10_000;
    if part == 0 {
        return 0;
    }
    mul_div_u128(part, BPS, whole.max(1), Rounding::Up)
        .ok()
        .and_then(|bps| u32::try_from(bps).ok())
        .unwrap_or(u32::MAX)
}

fn fees(events: &[Event], changes: &[BalanceChange]) -> Vec<Fee> {
    let mut fees = Vec::new();
    let mut add = |kind, source, side, amount| {
        if amount > 0 {
            fees.push(Fee {
                kind,
                source,
                side,
                amount,
            });
        }
    };
    for event in events {
        match event {
            Event::Swapped(swap) => {
                let side = if swap.side_in == Side::Base as u8 {
                    Side::Quote
                } else {
                    Side::Base
                };
                let kept = swap.fee.saturating_sub(swap.protocol_fee);
                let side = Some(side);
                add(FeeKind::LiquidityProviders, swap.shard, side, kept);
                add(FeeKind::Protocol, swap.shard, side, swap.protocol_fee);
            }
            Event::Taken(taken) => {
                let parts = (taken.fee, taken.rebates, taken.referrer_fee);
                of_take(&mut add, taken.lane, parts);
            }
            Event::SwapTaken(taken) => {
                let parts = (taken.fee, taken.rebates, taken.referrer_fee);
                of_take(&mut add, taken.market, parts);
            }
            Event::Crossed(crossed) => {
                // A referrer's part is told by the balances of the lanes.
                of_take(&mut add, crossed.market, (crossed.fee, crossed.rebates, 0));
            }
            _ => {}
        }
    }
    for change in changes {
        if change.balance == Balance::Withheld {
            let amount = change.after.saturating_sub(change.before);
            add(FeeKind::Transfer, change.account, None, amount);
        }
    }
    fees
}

/// How a taker's fee was divided.
fn of_take(
    add: &mut impl FnMut(FeeKind, Pubkey, Option<Side>, u64),
    source: Pubkey,
    (fee, rebates, referrer): (u64, u64, u64),
) {
    let quote = Some(Side::Quote);
    let protocol = fee.saturating_sub(rebates).saturating_sub(referrer);
    add(FeeKind::MakerRebate, source, quote, rebates);
    add(FeeKind::Referrer, source, quote, referrer);
    add(FeeKind::Protocol, source, quote, protocol);
}
