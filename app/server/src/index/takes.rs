//! The order books' events: takes, crosses, and what becomes of orders and lanes.

use sealane_sdk::{
    book::OrderChange, engine_core::book::Ticks, events::orderbook::BookEvent,
    orderbook::events::FillRecord,
};
use solana_pubkey::Pubkey;

use super::{decode::Place, directory::Directory, lanes::Owned};
use crate::store::{Activity, Recorded, Trade};

/// Which account of `take` is the lane's owner or delegate, who signs.
const TAKE_AUTHORITY: usize = 2;
/// A fill that traded; see [`FillRecord::met`].
const TRADED: u8 = 0;

/// The lane that an event is about.
pub(super) fn lane_of(event: &BookEvent) -> Option<Pubkey> {
    let plain = |lane: &[u8; 32]| Pubkey::new_from_array(*lane);
    Some(match event {
        BookEvent::LaneOpened(event) => event.lane,
        BookEvent::LaneGrown(event) => event.lane,
        BookEvent::LaneClosed(event) => event.lane,
        BookEvent::DelegateSet(event) => event.lane,
        BookEvent::Deposited(event) => event.lane,
        BookEvent::Withdrawn(event) => event.lane,
        BookEvent::FeesSwept(event) => event.lane,
        BookEvent::Taken(event, _) => event.lane,
        BookEvent::Crossed(event, _) => event.lane,
        BookEvent::Placed(record) | BookEvent::Cancelled(record) | BookEvent::Reduced(record) => {
            plain(&record.lane)
        }
        BookEvent::PlacedMany(record, _) => plain(&record.lane),
        BookEvent::Replaced(record) => plain(&record.lane),
        BookEvent::Removed(record) => plain(&record.lane),
        _ => return None,
    })
}

/// The market that an event names.
pub(super) fn market_of(event: &BookEvent) -> Option<Pubkey> {
    Some(match event {
        BookEvent::MarketCreated(event) => event.market,
        BookEvent::VaultShardAdded(event) => event.market,
        BookEvent::FeesChanged(event) => event.market,
        BookEvent::PauseChanged(event) => event.market,
        BookEvent::AuthorityProposed(event) => event.market,
        BookEvent::AuthorityChanged(event) => event.market,
        BookEvent::VaultsBalanced(event) => event.market,
        BookEvent::ProtocolFeesCollected(event) => event.market,
        BookEvent::LaneOpened(event) => event.market,
        BookEvent::LaneClosed(event) => event.market,
        BookEvent::SwapTaken(event, _) => event.market,
        BookEvent::Crossed(event, _) => event.market,
        _ => return None,
    })
}

/// An event's name in the program.
fn name(event: &BookEvent) -> &'static str {
    match event {
        BookEvent::MarketCreated(_) => "MarketCreated",
        BookEvent::VaultShardAdded(_) => "VaultShardAdded",
        BookEvent::FeesChanged(_) => "FeesChanged",
        BookEvent::PauseChanged(_) => "PauseChanged",
        BookEvent::AuthorityProposed(_) => "AuthorityProposed",
        BookEvent::AuthorityChanged(_) => "AuthorityChanged",
        BookEvent::VaultsBalanced(_) => "VaultsBalanced",
        BookEvent::ProtocolFeesCollected(_) => "ProtocolFeesCollected",
        BookEvent::LaneOpened(_) => "LaneOpened",
        BookEvent::LaneGrown(_) => "LaneGrown",
        BookEvent::LaneClosed(_) => "LaneClosed",
        BookEvent::DelegateSet(_) => "DelegateSet",
        BookEvent::Deposited(_) => "Deposited",
        BookEvent::Withdrawn(_) => "Withdrawn",
        BookEvent::FeesSwept(_) => "FeesSwept",
        BookEvent::Taken(..) => "Taken",
        BookEvent::SwapTaken(..) => "SwapTaken",
        BookEvent::Crossed(..) => "Crossed",
        BookEvent::Placed(_) => "Placed",
        BookEvent::Cancelled(_) => "Cancelled",
        BookEvent::Reduced(_) => "Reduced",
        BookEvent::PlacedMany(..) => "PlacedMany",
        BookEvent::Replaced(_) => "Replaced",
        BookEvent::Removed(_) => "Removed",
        _ => "Unknown",
    }
}

/// An event, and what it did.
pub(super) struct Reported<'a> {
    pub(super) event: &'a BookEvent,
    /// Those of the instruction that told it.
    pub(super) accounts: &'a [Pubkey],
    /// What became of single orders, as far as it is known.
    pub(super) changes: &'a [OrderChange],
}

/// Keeps an event; its name, and the account that it is about.
pub(super) fn book_event(
    reported: &Reported<'_>,
    place: &Place<'_>,
    directory: &Directory,
    recorded: &mut Recorded,
) -> (&'static str, Pubkey) {
    let Reported {
        event,
        accounts,
        changes,
    } = *reported;
    let lane = lane_of(event);
    let known = lane.and_then(|lane| directory.lane(&lane));
    if let (Some(lane), Some((market, owner))) = (lane, known) {
        let owned = Owned {
            lane,
            market,
            owner,
            place,
            directory,
        };
        recorded.activities.extend(owned.told(event, changes));
    }
    match event {
        BookEvent::Taken(taken, fills) => {
            // A lane that was closed before the history begins: who signed is all that is known.
            let authority = accounts.get(TAKE_AUTHORITY).copied().unwrap_or_default();
            let market = known.map(|(market, _)| market);
            let take = Take {
                market: market
                    .or_else(|| accounts.first().copied())
                    .unwrap_or_default(),
                taker: known.map_or(authority, |(_, owner)| owner),
                is_buy: taken.side == 0,
                fee: taken.fee,
                value: taken.value,
                lots: taken.lots,
                lane,
            };
            take.keep(fills, event.makers(accounts), place, directory, recorded);
        }
        BookEvent::SwapTaken(taken, fills) => {
            let take = Take {
                market: taken.market,
                taker: taken.trader,
                is_buy: taken.side == 0,
                fee: taken.fee,
                value: taken.value,
                lots: taken.lots,
                lane: None,
            };
            take.keep(fills, event.makers(accounts), place, directory, recorded);
        }
        BookEvent::Crossed(crossed, fills) => {
            let makers = event.makers(accounts);
            let traded: Vec<&FillRecord> = fills.iter().filter(|fill| fill.met == TRADED).collect();
            let pairs = traded.chunks_exact(2);
            for (at, pair) in pairs.enumerate() {
                keep_cross(crossed.market, at, pair, makers, place, directory, recorded);
            }
        }
        _ => {}
    }
    let account = lane.or_else(|| market_of(event)).unwrap_or_default();
    (name(event), account)
}

/// A take, from a lane or from a wallet.
struct Take {
    market: Pubkey,
    taker: Pubkey,
    is_buy: bool,
    fee: u64,
    value: u64,
    lots: u64,
    lane: Option<Pubkey>,
}

impl Take {
    /// Keeps each fill as a trade, and tells both sides.
    fn keep(
        &self,
        fills: &[FillRecord],
        makers: &[Pubkey],
        place: &Place<'_>,
        directory: &Directory,
        recorded: &mut Recorded,
    ) {
        for fill in fills.iter().filter(|fill| fill.met != TRADED) {
            let lane = makers.get(usize::from(fill.lane)).copied();
            let known = lane.and_then(|lane| Some((lane, directory.lane(&lane)?.1)));
            let removed = known.map(|(lane, owner)| {
                let owned = Owned {
                    lane,
                    market: self.market,
                    owner,
                    place,
                    directory,
                };
                owned.met(fill)
            });
            recorded.activities.extend(removed);
        }
        let traded = fills.iter().filter(|fill| fill.met == TRADED);
        let mut fee = self.fee;
        for (at, fill) in (0..).zip(traded) {
            let lane = makers.get(usize::from(fill.lane)).copied();
            let lane = lane.unwrap_or_default();
            let maker = directory.lane(&lane).map(|(_, owner)| owner);
            let Some(mut trade) = self.fill(at, fill, place, directory) else {
                return;
            };
            // The fee is one for all fills: told with the first.
            trade.fee = std::mem::take(&mut fee);
            trade.maker = maker;
            trade.counterparty = lane;
            if let Some(maker) = maker {
                recorded
                    .activities
                    .push(of_maker(&trade, maker, fill, place));
            }
            recorded.trades.push(trade);
        }
        let Some((lot, _)) = directory.market_sizes(&self.market) else {
            return;
        };
        if self.lots > 0 {
            recorded.activities.push(Activity {
                venue: Some(self.market),
                is_buy: Some(self.is_buy),
                base: Some(self.lots.saturating_mul(lot)),
                quote: Some(self.value),
                price: directory
                    .market_units(&self.market)
                    .and_then(|units| units.average_price(self.lots.checked_mul(lot)?, self.value)),
                fee: Some(self.fee),
                account: self.lane,
                ..place.activity(self.taker, "take")
            });
        }
    }

    fn fill(
        &self,
        at: u32,
        fill: &FillRecord,
        place: &Place<'_>,
        directory: &Directory,
    ) -> Option<Trade> {
        trade(self.market, at, fill, place, directory).map(|trade| Trade {
            is_buy: self.is_buy,
            taker: self.taker,
            ..trade
        })
    }
}

/// A fill as a trade, with nobody in it yet.
fn trade(
    market: Pubkey,
    at: u32,
    fill: &FillRecord,
    place: &Place<'_>,
    directory: &Directory,
) -> Option<Trade> {
    let known = directory.market_units(&market);
    let Some((units, (lot, tick))) = known.zip(directory.market_sizes(&market)) else {
        tracing::error!(%market, signature = place.fetched.signature, "a take's market is unknown");
        return None;
    };
    let value = fill.lots.checked_mul(u64::from(fill.price));
    Some(Trade {
        id: 0,
        signature: place.fetched.signature.clone(),
        position: place.position,
        fill: at,
        venue: market,
        slot: place.fetched.slot,
        time: place.fetched.time,
        is_buy: true,
        price: units.price(Ticks(fill.price)),
        base: fill.lots.saturating_mul(lot),
        quote: value.and_then(|value| value.checked_mul(tick.into()))?,
        fee: 0,
        earned: 0,
        fee_in_base: false,
        taker: Pubkey::default(),
        maker: None,
        counterparty: Pubkey::default(),
    })
}

/// What a fill means to whose order was filled.
fn of_maker(trade: &Trade, maker: Pubkey, fill: &FillRecord, place: &Place<'_>) -> Activity {
    Activity {
        venue: Some(trade.venue),
        // Bit 0 of an order's id tells its side: 0 buys.
        is_buy: Some(fill.id & 1 == 0),
        base: Some(trade.base),
        quote: Some(trade.quote),
        price: Some(trade.price),
        account: Some(trade.counterparty),
        order: Some(fill.id),
        ..place.activity(maker, "fill")
    }
}

/// Two orders that traded with each other: the later one took.
fn keep_cross(
    market: Pubkey,
    at: usize,
    pair: &[&FillRecord],
    makers: &[Pubkey],
    place: &Place<'_>,
    directory: &Directory,
    recorded: &mut Recorded,
) {
    let [one, other] = pair else { return };
    let (maker, taker) = match one.id < other.id {
        true => (one, other),
        false => (other, one),
    };
    let Some(mut trade) = trade(market, at as u32, maker, place, directory) else {
        return;
    };
    let lane = |fill: &FillRecord| {
        makers
            .get(usize::from(fill.lane))
            .copied()
            .unwrap_or_default()
    };
    let owner = |fill: &FillRecord| directory.lane(&lane(fill)).map(|(_, owner)| owner);
    trade.is_buy = taker.id & 1 == 0;
    trade.taker = owner(taker).unwrap_or_default();
    trade.maker = owner(maker);
    trade.counterparty = lane(maker);
    for fill in [maker, taker] {
        if let Some(owner) = owner(fill) {
            recorded.activities.push(Activity {
                account: Some(lane(fill)),
                ..of_maker(&trade, owner, fill, place)
            });
        }
    }
    recorded.trades.push(trade);
}
